package desk_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"temwen/casework"
)

// A case that was opened without a State is told whose personnel it is about later, by those
// who steer cases: letters name it from then on, and it stays.
func TestStateIsNamedLater(t *testing.T) {
	k := withCases(t)
	officer := k.signedIn(t, "lakay")
	r, doc := officer.submit("/en/cases", "mission", "mss", "procedure", "mss-criminal", "allegation", k.allegation(t), "state", "none")
	officer.says(r, doc, http.StatusOK, "Name the State")
	at := r.Request.URL.Path
	id := at[strings.LastIndex(at, "/")+1:]
	name := func(state string, status int, words ...string) {
		t.Helper()
		r, doc := officer.submit(at+"/state", "seen", strconv.FormatUint(k.caseOf(t, id).Changed, 10), "state", state)
		officer.says(r, doc, status, words...)
	}
	name("mss-force", http.StatusBadRequest)
	name("", http.StatusBadRequest)
	name("kenya", http.StatusOK, "The State is named.", "Kenya", "State named: Kenya")
	if c := k.caseOf(t, id); c.State != "kenya" {
		t.Errorf("the case is about %q", c.State)
	}
	r, doc = officer.page(at)
	officer.says(r, doc, http.StatusOK)
	if doc.Find("form[action$='/state']").Length() > 0 {
		t.Error("a State that is named can be named anew")
	}
	if err := k.cases.Do(t.Context(), k.first.id, id, 0, casework.NameState{State: "jamaica"}, 0); err == nil {
		t.Error("another State took its place")
	}
}
