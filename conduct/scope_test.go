package conduct_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"temwen/conduct"
)

// Given an edition about invented people, when the next is asked for about those whom the
// dossier knows, without a mark, then it is about the same as before, and marked; and what says
// otherwise is refused, before it is published and after.
func TestInventedTablesStayInvented(t *testing.T) {
	o, s := world(t)
	for range 3 {
		if err := o.Month(t.Context(), "mss", "force", "state"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.Publish(t.Context(), scope, nil); err != nil { // as invented
		t.Fatal(err)
	}
	other := scope
	other.Actors = []string{"els"}
	a, tables, err := o.Conduct.Prepare(t.Context(), conduct.Ask{Scope: other, Least: 5, Through: conduct.Month(2025*12 + 2)})
	if err != nil || !a.Invented || !slices.Equal(a.Scope.Actors, scope.Actors) || !tables[0].Invented {
		t.Errorf("the next edition is of %v, invented %v (%v)", a.Scope.Actors, a.Invented, err)
	}
	stored, err := conduct.Tables(t.Context(), s, "mss", 0)
	if err != nil {
		t.Fatal(err)
	}
	next := slices.Clone(stored)
	for _, p := range stored {
		p.Edition, p.Invented, p.Index = 2, false, p.Index+uint64(len(stored))
		next = append(next, p)
	}
	if _, err := entered(next); err == nil || !strings.Contains(err.Error(), "it is not invented, and the one that it follows is invented") {
		t.Errorf("an edition that is not marked follows one that is (%v)", err)
	}
}

// Given a published edition, when a State drops out of whom the mission's tables count, then
// the next edition says so and is refused without a word why, though no number of the State was
// shown; it cannot turn into an invented one; and an audit names who went and who came.
func TestWhoDropsOutIsNamed(t *testing.T) {
	o, s := world(t)
	for range 3 {
		if err := o.Month(t.Context(), "mss", "force", "state"); err != nil {
			t.Fatal(err)
		}
	}
	publish := func(why *conduct.Reason, invented bool, actors ...string) error {
		t.Helper()
		of := scope
		of.Actors = actors
		a, _, err := o.Conduct.Prepare(t.Context(), conduct.Ask{Scope: of, Least: 5, Through: conduct.Month(2025*12 + 2), Invented: invented, Why: why})
		if err != nil {
			return err
		}
		if err := o.Conduct.Ask(t.Context(), "first", a); err != nil {
			return err
		}
		asked, err := o.Conduct.Asked(t.Context(), "mss")
		if err != nil {
			return err
		}
		_, err = o.Conduct.Publish(t.Context(), "second", "mss", asked.Index)
		return err
	}
	refused := func(err error, code string, words ...string) {
		t.Helper()
		var r *conduct.Refused
		if !errors.As(err, &r) || r.Code != code {
			t.Fatalf("it is %v, and should be refused as %s", err, code)
		}
		for _, w := range words {
			if !strings.Contains(r.Why, w) {
				t.Errorf("it says %q, and not %q", r.Why, w)
			}
		}
	}
	if err := publish(nil, false, "force", "quiet", "state"); err != nil {
		t.Fatal(err)
	}
	refused(publish(nil, true, "force", "quiet", "state"), conduct.CodeInvented, "edition 1 for mss is not invented, and the next would be invented")
	refused(publish(nil, false, "force", "state"), conduct.CodeWhy, "edition 2 for mss does not count quiet any more; say why")
	refused(publish(nil, false, "force", "new", "quiet"), conduct.CodeWhy,
		"edition 2 for mss does not count state any more, and counts new, whom the one before did not count", "numbers are not what the last edition showed: ")
	why := &conduct.Reason{Code: "corrected", Text: "It was never part of the mission."}
	if err := publish(why, false, "force", "new", "state"); err != nil {
		t.Fatal(err)
	}
	if err := publish(nil, false, "force", "new", "newer", "state"); err != nil {
		t.Errorf("who comes and changes no number is asked for a reason: %v", err)
	}
	tables, err := conduct.Tables(t.Context(), s, "mss", 0)
	if err != nil {
		t.Fatal(err)
	}
	audit, err := entered(tables)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(audit.Rescoped)
	const want = `[{"mission":"mss","edition":2,"come":["new"],"gone":["quiet"],"why":{"code":"corrected","text":"It was never part of the mission."}},` +
		`{"mission":"mss","edition":3,"come":["newer"]}]`
	if err != nil || string(b) != want {
		t.Errorf("the audit names %s, and should %s", b, want)
	}
	for i := range tables {
		if tables[i].Edition == 2 {
			tables[i].Why = nil
		}
	}
	if _, err := entered(tables); err == nil || !strings.Contains(err.Error(), "does not count quiet any more") {
		t.Errorf("a drop without a word why is taken (%v)", err)
	}
	if _, err := s.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}
