package gate_test

import (
	"testing"

	"temwen/casework"
	"temwen/office"
)

// TestNobodyWorksOn: the cases of an officer who was removed, or whose role works on no
// case any more, and those that nobody has, are listed to who sees all cases, and to
// nobody behind a wall; who sees their own alone is listed neither them nor others' steps.
func TestNobodyWorksOn(t *testing.T) {
	w := staffed(t)
	_, first := w.coded(w.report())
	_, second := w.coded(w.report())
	_, third := w.coded(w.report())
	a, b, c := w.docket(first), w.docket(second), w.docket(third)
	assign := func(docket, name string) {
		wants(t, "to assign", w.cases.Do(w.as("first"), w.ids["first"], docket, 0, casework.Assign{Officer: w.ids[name]}, 0), "done")
	}
	lists := func(name string, want int) {
		t.Helper()
		page, n, err := w.cases.Unworked(w.as(name), casework.Unworked{Limit: 10})
		if err != nil || n != want || len(page.Cases) != want {
			t.Errorf("nobody works on %d cases, %d of them listed to %s, and should on %d (%v)", n, len(page.Cases), name, want, err)
		}
	}
	for _, docket := range []string{a, b} {
		assign(docket, "investigator")
	}
	assign(c, "legal")
	lists("legal", 0)
	assign(a, "")
	lists("legal", 1)
	w.do(w.ids["first"], office.Remove{Officer: w.ids["investigator"]})
	lists("legal", 2)
	lists("auditor", 2)
	lists("investigator2", 0)
	if _, _, err := w.cases.Unworked(w.as("intake"), casework.Unworked{Limit: 10}); err == nil {
		t.Error("who sees no case is listed some")
	}
	for _, docket := range []string{a, b, c} {
		wants(t, "to stop a clock", w.cases.Do(w.as("first"), w.ids["first"], docket, 0, casework.MoveClock{Step: 1, Move: casework.Move{Kind: casework.Paused, Ground: "safety"}}, 0), "done")
	}
	for name, want := range map[string]int{"legal": 3, "investigator2": 0} {
		n := 0
		for _, wait := range casework.Waits {
			n += must[casework.WaitingPage](t)(w.cases.Waiting(w.as(name), casework.Waiting{Wait: wait, Limit: 10})).Count
		}
		if n != want {
			t.Errorf("%d steps wait for %s, and should %d", n, name, want)
		}
	}
	wants(t, "a wall", w.cases.Do(w.as("first"), w.ids["first"], a, 0, casework.Wall{Officer: w.ids["legal"]}, 0), "done")
	lists("legal", 1)
	w.do(w.ids["first"], office.AssignRoles{Roles: map[string][]office.Role{w.ids["legal"]: {office.Publisher}}})
	lists("first", 3)
}
