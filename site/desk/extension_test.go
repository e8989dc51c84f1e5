package desk_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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

// A wrong extension is taken back on the page: the page, its explanation, the history and
// the recipient's page say it, and whoever does it at the same time is told who was faster.
func TestExtensionIsTakenBackOnThePage(t *testing.T) {
	k := withCases(t)
	k.admit(t, "marasa")
	id := k.open(t, "mss-criminal")
	k.write(t, id, 1, "en", "one", 30)
	k.act(t, id, casework.MoveClock{Step: 1, Move: casework.Move{Kind: casework.Extended, To: k.today() + 90, Ground: "asked"}})
	at := "/en/cases/" + id
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	seen := strconv.FormatUint(c.Changed, 10)
	officer, second := k.signedIn(t, "lakay"), k.signedIn(t, "marasa")
	r, doc := officer.page(at)
	officer.says(r, doc, http.StatusOK, "Take this extension back", "Nobody becomes late in the past")
	r, doc = officer.submit(at+"/steps/1/extensions/1/take-back", "seen", seen, "ground", "other")
	officer.says(r, doc, http.StatusBadRequest, "Another ground is said in words")
	r, doc = officer.submit(at+"/steps/1/extensions/1/take-back", "seen", seen, "ground", "mistake")
	officer.says(r, doc, http.StatusOK, "The extension is taken back.", "Taken back on 28 November 2026 by lakay: given by mistake: wrong day, step or case",
		"The extension of 28 November 2026 until 26 February 2027 was taken back on 28 November 2026: it does not count.", "28 December 2026")
	if history := doc.Find("#history ~ table").Text(); !strings.Contains(history, "Extension until 26 February 2027 taken back: given by mistake") {
		t.Errorf("the history says %s", history)
	}
	if n := doc.Find(`form[action$="/take-back"]`).Length(); n != 0 {
		t.Error("what is taken back can be taken back again")
	}
	r, doc = second.submit(at+"/steps/1/extensions/1/take-back", "seen", seen, "ground", "mistake")
	second.says(r, doc, http.StatusConflict, "lakay was faster, and took an extension back")
	r, doc = second.submit(at+"/steps/1/extensions/1/take-back", "seen", "0", "ground", "mistake")
	second.says(r, doc, http.StatusConflict, "lakay was faster, and took an extension back")
	r, doc = second.submit(at+"/steps/1/extensions/7/take-back", "seen", "0", "ground", "mistake")
	second.says(r, doc, http.StatusNotFound)

	recipient := k.answerer(t)
	r, doc = recipient.submit("/answer/en/one", "code", "123456")
	recipient.says(r, doc, http.StatusOK, "the office took back the time that it had given until 26 February 2027", "28 December 2026")

	k.act(t, id, casework.MoveClock{Step: 1, Move: casework.Move{Kind: casework.Extended, To: k.today() + 90, Ground: "asked"}})
	k.act(t, id, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter"}})
	r, doc = officer.submit(at+"/steps/1/extensions/2/take-back", "seen", "0", "ground", "mistake")
	officer.says(r, doc, http.StatusConflict, "This step is over")
	for _, lang := range []string{"ht", "fr", "es"} {
		r, doc = officer.page("/" + lang + "/cases/" + id)
		officer.says(r, doc, http.StatusOK)
		if text := doc.Text(); strings.Contains(text, "case.back") || strings.Contains(text, "extension.taken") {
			t.Errorf("in %s words are missing", lang)
		}
	}
}

// A silence that rested on a letter which the office withdraws is lifted: the page and the
// recipient's page say from when until when it was shown.
func TestWithdrawnLetterOnThePage(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	k.write(t, id, 1, "en", "one", 10)
	k.pass(12 * 24 * time.Hour)
	if n, err := k.cases.NoteSilences(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d silences (%v)", n, err)
	}
	officer := k.signedIn(t, "lakay")
	r, doc := officer.page("/en/cases/" + id)
	officer.says(r, doc, http.StatusOK, "Silent since 9 December 2026")
	r, doc = officer.submit("/en/cases/"+id+"/steps/1/notices/1/withdraw", "seen", "0")
	said := "Was shown as silent from 9 December 2026 until 10 December 2026; then the office withdrew the letter on which that rested, and the silence is lifted."
	officer.says(r, doc, http.StatusOK, said)
	r, doc = officer.page("/en/cases/" + id + "/steps/1/notices/1")
	officer.says(r, doc, http.StatusOK, "the silence shown since 9 December 2026 was lifted, for the office withdrew the letter on which it rested")
	for _, lang := range []string{"ht", "fr", "es"} {
		for _, page := range []string{"", "/steps/1/notices/1"} {
			r, doc = officer.page("/" + lang + "/cases/" + id + page)
			officer.says(r, doc, http.StatusOK)
			if text := doc.Text(); strings.Contains(text, "case.lifted") || strings.Contains(text, "case.later") {
				t.Errorf("in %s words are missing", lang)
			}
		}
	}
}
