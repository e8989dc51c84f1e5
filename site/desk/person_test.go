package desk_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"temwen/casework"
	"temwen/seal"
	"temwen/told"
)

// resting opens a case that rests on the report of a thread.
func (k *docket) resting(t testing.TB, thread, procedure string) string {
	t.Helper()
	return k.open(t, procedure, casework.Basis{Kind: "thread", ID: thread, Grade: "B2"})
}

// thread is a thread as it stands, and changed when a case was changed last, as forms
// say it.
func (k *docket) thread(t testing.TB, id string) string {
	t.Helper()
	th, err := k.intake.Thread(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatUint(th.Version, 10)
}

func (k *docket) changed(t testing.TB, id string) string {
	t.Helper()
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatUint(c.Changed, 10)
}

// Given a case that rests on a report, when the person changes what may be done, then
// the case, the board, the letter and the report say so, in every language; no letter
// goes out; and once an officer has heeded it the person can see that.
func TestConsentIsSeenEverywhere(t *testing.T) {
	k := withCases(t)
	p, thread := k.report(t, door)
	id := k.resting(t, thread, "mss-complaint")
	officer := k.signedIn(t, "lakay")
	at := func(page string, words ...string) {
		t.Helper()
		for _, lang := range []string{"ht", "fr", "es", "en"} {
			r, doc := officer.page("/" + lang + page)
			if lang == "en" {
				officer.says(r, doc, http.StatusOK, words...)
			} else if officer.says(r, doc, http.StatusOK); strings.Contains(doc.Text(), "[case.") || strings.Contains(doc.Text(), "[desk.") {
				t.Errorf("%s%s lacks words: %s", lang, page, doc.Find("main").Text())
			}
		}
	}
	if _, err := told.New(k.store, k.intake, k.cases).Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	at("/cases/"+id, "Report 1: not entered outside of the seal", "The office opened a case about what you told.")
	at("/threads/"+thread, "What the program told the person", "The office opened a case about what you told.")
	at("/cases/" + id + "/steps/1/letter")

	k.send(t, seal.Head{Kind: seal.ParcelConsent, Token: p.keys.Lookup},
		seal.Document{Message: &seal.Message{From: seal.FromReporter, Kind: seal.KindConsent, Lang: "ht", Consent: seal.ConsentOffice}}, nil)
	at("/cases/"+id, "Stop: who reported does not allow this case", "No officer has acted on that yet.", "The case rests on nothing else.")
	at("/board", "Consent has changed", "A clock still runs.")
	at("/cases/"+id+"/steps/1/letter", "The person who reported does not allow this letter.")
	at("/threads/"+thread, "Report 1: the person changed what may be done.", "Case 1")
	r, doc := officer.submit("/en/cases/"+id+"/steps/1/letter", "seen", k.changed(t, id), "lang", "en", "how", "post", "proof", "RR 1", "apart", "1")
	officer.says(r, doc, http.StatusConflict, "Who reported does not allow this")

	r, doc = officer.submit("/en/threads/"+thread+"/heed", "seen", k.thread(t, thread), "consent", "office")
	officer.says(r, doc, http.StatusOK, "The person can see it now.")
	at("/cases/"+id, "Report 1: only this office may read it.", "the person can see that the office does as they say")
	r, doc = officer.submit("/en/cases/"+id+"/stop", "seen", k.changed(t, id))
	officer.says(r, doc, http.StatusOK, "The case is stopped.", "no consent")
	if th, err := k.intake.PersonThread(t.Context(), p.keys.Lookup); err != nil || th.Asked || th.Heeded == 0 {
		t.Errorf("the person sees %+v (%v)", th, err)
	}
}

// An officer holds the program's messages back, and lets them go.
func TestMessagesAreHeld(t *testing.T) {
	k := withCases(t)
	_, thread := k.report(t, door)
	id := k.resting(t, thread, "mss-complaint")
	teller := told.New(k.store, k.intake, k.cases)
	officer := k.signedIn(t, "lakay")
	r, doc := officer.submit("/en/threads/"+thread+"/hold", "held", "1")
	officer.says(r, doc, http.StatusOK, "Messages of the program are held back.")
	if n, err := teller.Pass(t.Context()); n != 0 || err != nil {
		t.Errorf("%d messages are sent (%v)", n, err)
	}
	r, doc = officer.page("/en/cases/" + id)
	officer.says(r, doc, http.StatusOK, "Report 1: an officer holds the messages back.", "Nothing yet.")
	r, doc = officer.submit("/en/threads/" + thread + "/hold")
	officer.says(r, doc, http.StatusOK, "Messages go out again.")
	if n, err := teller.Pass(t.Context()); n != 1 || err != nil {
		t.Errorf("%d messages are sent (%v)", n, err)
	}
}
