package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"temwen/casework"
	"temwen/instrument"
	"temwen/publish"
	"temwen/when"
)

// The page of a case says what its working days leave out: the holidays of a clause, or that
// they are not known; and an extension in working days is called one.
func TestHolidaysOnThePage(t *testing.T) {
	for _, known := range []bool{false, true} {
		k := withCases(t)
		p := *publish.See(k.dossier, publish.On(k.today())).Procedure("mss-criminal")
		p.Steps = slices.Clone(p.Steps)
		p.Steps[0].Clock = instrument.Clock{
			Within: when.Days(3), Working: true, Extension: &instrument.Extension{AtMost: when.Days(2), Working: true, Provision: p.Steps[0].Provision},
		}
		due, says := "2 December 2026", "Holidays are not known: nothing here says which count"
		until := "Today until 4 December 2026 at the latest."
		if known {
			p.Holidays = &instrument.Holidays{Yearly: []string{"12-01"}, Provision: p.Steps[0].Provision}
			due, says, until = "3 December 2026", "Working days leave out Saturdays, Sundays and holidays, as far as these are known: ", "Today until 7 December 2026 at the latest."
		}
		id, err := k.cases.Open(t.Context(), k.first.id, casework.Opened{Procedure: &p, Allegations: []string{k.allegation(t)}, Mission: "mss", State: "kenya"}, k.today())
		if err != nil {
			t.Fatal(err)
		}
		officer := k.signedIn(t, "lakay") // Saturday, 28 November 2026
		for _, lang := range []string{"ht", "fr", "es", "en"} {
			r, doc := officer.page("/" + lang + "/cases/" + id)
			if officer.says(r, doc, http.StatusOK); strings.Contains(doc.Find("main").Text(), "procedure.working") {
				t.Errorf("in %s words are missing", lang)
			}
			if lang == "en" {
				officer.says(r, doc, http.StatusOK, due, says, "by at most 2 working days", until)
			}
		}
	}
}
