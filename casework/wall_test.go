package casework

import (
	"slices"
	"testing"

	"temwen/when"
)

// TestWallAroundAnIncident: who is kept from a case is kept from every other about
// the same incident, or one that was found to be the same, and from no more.
func TestWallAroundAnIncident(t *testing.T) {
	o := newOffice(t)
	a, merged, apart := o.open(t), o.open(t), o.open(t)
	second, err := o.Allege(t.Context(), "o1", Allegation{Incident: o.incidentOf(t, a), Actor: "police", Act: "killing", Confidence: "likely"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := o.Cases.Open(t.Context(), "o1", Opened{Procedure: criminal(), Allegations: []string{second}, Mission: "mss"}, o.today)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Merge(t.Context(), "o1", o.incidentOf(t, merged), o.incidentOf(t, a), 0); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{a, b, merged, apart} {
		o.do(t, id, Assign{"o2"})
	}
	o.do(t, a, Wall{"o2"})

	for id, walled := range map[string]bool{a: true, b: true, merged: true, apart: false} {
		c, err := o.Case(t.Context(), "", id)
		if err != nil {
			t.Fatal(err)
		}
		if c.Walls("o2") != walled || c.Walls("o3") || c.Walls("") {
			t.Errorf("a wall around case %d: %v, want %v", c.Number, c.Walls("o2"), walled)
		}
		if has := c.Officer == "o2"; has == walled {
			t.Errorf("case %d is still theirs: %v", c.Number, has)
		}
		if !walled {
			continue
		}
		_, err = o.Case(t.Context(), "o2", id)
		refusedAs(t, err, CodeWalled, "")
		refusedAs(t, o.Do(t.Context(), "o2", id, 0, RecordAnswer{1, answer("informed")}, o.today), CodeWalled, "")
		refusedAs(t, o.Do(t.Context(), "o1", id, 0, Assign{"o2"}, o.today), CodeApart, "")
	}
	if page, err := o.List(t.Context(), Query{For: "o2"}); err != nil || len(page.Cases) != 1 || page.Cases[0].ID != apart {
		t.Errorf("they are listed %d cases (%v)", len(page.Cases), err)
	}
	span := Span{From: when.Earliest, To: when.Latest, Silent: true, Limit: 10, For: "o2"}
	if list, err := o.Board(t.Context(), span); err != nil || slices.ContainsFunc(list, func(f Falling) bool { return f.Case != apart }) {
		t.Errorf("the board has %+v (%v)", list, err)
	}
	if walls, err := o.Walls(t.Context(), "o2"); err != nil || len(walls.Cases) != 3 || slices.Contains(walls.Cases, apart) {
		t.Errorf("the walls are %+v (%v)", walls, err)
	}
	_, err = o.Erase(t.Context(), "o2", OfCase, b, 0, true)
	refusedAs(t, err, CodeWalled, "")
}
