package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"temwen/casework"
)

// Given a case that was handed over, and goes on in another because an officer found their
// incidents to be the same
// when somebody is about to split the incidents again
// then the page says what goes on only by that, and what becomes of it
// when they are split
// then the case waits for its next track again: on the board, on its page and in its
// history; and the other case stays.
func TestSplitOfWhatWasHandedOn(t *testing.T) {
	k := withCases(t)
	first, second := k.open(t, "mss-flagrante"), k.open(t, "mss-criminal")
	for step, answer := range []string{"released", "informed"} {
		k.act(t, first, casework.RecordAnswer{Step: step + 1, Answer: casework.Answer{Answer: answer, How: "letter", Standard: casework.NotStated}})
	}
	of := func(id string) string {
		a, err := k.cases.Allegations(t.Context(), "", id)
		if err != nil || len(a) != 1 {
			t.Fatal(a, err)
		}
		return a[0].Incident
	}
	officer := k.signedIn(t, "lakay")
	at := "/en/incidents/" + of(first)
	r, doc := officer.submit(at+"/merge", "seen", "0", "into", of(second))
	officer.says(r, doc, http.StatusOK, "Case 1: was handed over, and goes on only by this merge in Case 2", "Split, these wait for the office again")
	if _, doc = officer.page("/en/board"); has(doc, "#handing") {
		t.Error("the board lists it as waiting for its next track, and it goes on")
	}
	for _, lang := range []string{"ht", "fr", "es"} {
		r, doc = officer.page("/" + lang + "/incidents/" + of(first))
		if officer.says(r, doc, http.StatusOK); !has(doc, "#parts") || strings.Contains(doc.Find("#parts").Text(), "[") {
			t.Errorf("in %s the page says %q", lang, doc.Find("#parts").Text())
		}
	}
	if _, doc = officer.page("/en/incidents/" + of(second)); has(doc, "#parts") {
		t.Error("the incident that cannot be split from another says so, too")
	}
	changed := k.changed(t, second)
	r, doc = officer.submit(at+"/split", "seen", "0")
	officer.says(r, doc, http.StatusOK, "The incidents are split.")
	if has(doc, "#parts") {
		t.Error("the page still says what goes on by the merge")
	}
	r, doc = officer.page("/en/board")
	officer.says(r, doc, http.StatusOK, "Handed over, next track not opened", "Case 1: handed over on", "Open the next track")
	r, doc = officer.page("/en/cases/" + first)
	officer.says(r, doc, http.StatusOK, "Until the office opens the next case, nobody must answer for it.", "Goes on there no more, for the incidents were split: waits for the next track")
	if k.changed(t, second) != changed {
		t.Error("the other case has changed")
	}
}
