package desk_test

import (
	"net/http"
	"slices"
	"testing"

	"temwen/casework"
	"temwen/instrument"
	"temwen/publish"
	"temwen/when"
)

// extendable opens a case under a version of the criminal track whose first step has 30
// days, and may be extended as it says.
func (k *docket) extendable(t *testing.T, e *instrument.Extension) string {
	t.Helper()
	p := *publish.See(k.dossier, publish.On(k.today())).Procedure("mss-criminal")
	p.Steps = slices.Clone(p.Steps)
	e.Provision = p.Steps[0].Provision
	p.Steps[0].Clock = instrument.Clock{Within: when.Days(30), Extension: e}
	id, err := k.cases.Open(t.Context(), k.first.id, casework.Opened{Procedure: &p, Allegations: []string{k.allegation(t)}, Mission: "mss", State: "kenya"}, k.today())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// The page says how far a time can be extended, and by whose limit; a refusal says the
// same, and how many extensions were given; what another version says is beside it.
func TestExtensionOnThePage(t *testing.T) {
	k := withCases(t)
	id := k.extendable(t, &instrument.Extension{AtMost: when.Days(20), Times: 1})
	at := "/en/cases/" + id
	officer := k.signedIn(t, "lakay") // 28 November 2026; it falls due on 28 December
	r, doc := officer.page(at)
	officer.says(r, doc, http.StatusOK, "The time can be extended once, by at most 20 days: ", "Extensions given: 0. Today until 17 January 2027 at the latest.",
		"More time, until now: The time can be extended once", "then: It says of no extension.")
	if last := doc.Find(`form[action$="/steps/1/extend"] input[name="to"]`).AttrOr("max", ""); last != "2027-01-17" {
		t.Errorf("the last day to choose is %q", last)
	}
	r, doc = officer.submit(at+"/steps/1/extend", "seen", "0", "to", "2027-01-18", "ground", "asked")
	officer.says(r, doc, http.StatusConflict, "This is more time than may be given", "by at most 20 days", "Today until 17 January 2027")
	r, doc = officer.submit(at+"/steps/1/extend", "seen", "0", "to", "2027-01-17", "ground", "asked")
	officer.says(r, doc, http.StatusOK, "More time is given.", "One extension was given.")
	if n := doc.Find(`form[action$="/steps/1/extend"] button`).Length(); n != 0 {
		t.Error("the page offers an extension that there may not be")
	}
	r, doc = officer.submit(at+"/steps/1/extend", "seen", "0", "to", "2027-01-20", "ground", "asked")
	officer.says(r, doc, http.StatusConflict, "No further extension may be given", "The time can be extended once", "One extension was given.")

	own := "/en/cases/" + k.open(t, "mss-criminal")
	id = own[len("/en/cases/"):]
	k.act(t, id, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "post", Proof: "RR 2", By: soon(k, 20)}})
	r, doc = officer.page(own)
	officer.says(r, doc, http.StatusOK, "Temwen’s own limit is one year: until 28 November 2027.")
	r, doc = officer.submit(own+"/steps/1/extend", "seen", "0", "to", "2027-11-29", "ground", "asked")
	officer.says(r, doc, http.StatusConflict, "This is more time than may be given", "Temwen’s own limit is one year: until 28 November 2027.")
}
