package casework

import (
	"slices"
	"testing"
)

// Given a case whose allegation went on in a case about another incident, that was found to
// be the same
// when the two are split again
// then it waits for the office again, that other case stays as it is, and the next track can
// be opened anew; found the same once more, it goes on there once more.
func TestHandOverAcrossAMergeIsSplit(t *testing.T) {
	o := newOffice(t)
	a, b := o.allegation(t), o.allegation(t)
	first := o.through(t, taken(), a)
	second := o.through(t, criminal(), b)
	o.do(t, first, RecordAnswer{1, answer("done")})
	o.do(t, first, RecordAnswer{2, answer("done")})
	mine, other := o.incidentOf(t, first), o.incidentOf(t, second)
	if err := o.Merge(t.Context(), "o2", mine, other, 0); err != nil {
		t.Fatal(err)
	}
	there := o.look(t, second)
	list, err := o.Parts(t.Context(), mine)
	if err != nil || len(list) != 1 || list[0].From.ID != first || list[0].To.ID != second || !slices.Equal(list[0].Allegations, []string{a}) {
		t.Fatalf("a split would undo %+v, %v", list, err)
	}
	if none, err := o.Parts(t.Context(), other); err != nil || len(none) > 0 {
		t.Errorf("the incident that is merged into nothing has %+v, %v", none, err)
	}
	o.today += 3
	if err := o.Split(t.Context(), "o3", mine, 0); err != nil {
		t.Fatal(err)
	}
	c := o.look(t, first)
	if h := c.Handing(); c.Closed() || len(h) != 1 || len(h[0].Goes) != 0 || !slices.Equal(c.Left(h[0]), []string{a}) {
		t.Errorf("the case that was handed over is %+v", c)
	}
	if list, err := o.Handing(t.Context(), Handings{}); err != nil || len(list) != 1 || list[0].ID != first {
		t.Errorf("waiting for their next track are %+v, %v", list, err)
	}
	if is := o.look(t, second); is.Changed != there.Changed || is.Closed() {
		t.Errorf("the other case is %+v", is)
	}
	events, err := o.History(t.Context(), first)
	if last := events[len(events)-1]; err != nil || last.Type != caseParted || last.By != "o3" || last.On != o.today || last.Handed.Case != second {
		t.Errorf("last stands on the record %+v, %v", last, err)
	}
	o.rebuilds(t)

	if err := o.Merge(t.Context(), "o2", mine, other, 0); err != nil {
		t.Fatal(err)
	}
	if r := o.look(t, first).Ends[0]; len(r.Goes) != 1 || r.Goes[0].Case != second {
		t.Errorf("found the same once more, the end is %+v", r)
	}
	if err := o.Split(t.Context(), "o3", mine, 0); err != nil {
		t.Fatal(err)
	}
	next, err := o.Cases.Open(t.Context(), "o1", Opened{Procedure: criminal(), Allegations: []string{a}, Mission: "mss", From: first, End: c.Ends[0].End}, o.today)
	if err != nil {
		t.Fatal(err)
	}
	if r := o.look(t, first).Ends[0]; len(r.Goes) != 1 || r.Goes[0].Case != next {
		t.Errorf("opened anew, the end is %+v", r)
	}
	o.rebuilds(t)
}

// What goes on in a case that has the allegation under a number of its own side, too, goes
// on there after a split; so does all of it where the split is of somebody else's incident.
func TestASplitLeavesWhatGoesOnByItself(t *testing.T) {
	o := newOffice(t)
	a, b, c := o.allegation(t), o.allegation(t), o.allegation(t)
	first := o.through(t, taken(), a)
	second := o.through(t, criminal(), b)
	third := o.through(t, civil(), c)
	o.do(t, first, RecordAnswer{1, answer("done")})
	o.do(t, first, RecordAnswer{2, answer("done")})
	mine, other, apart := o.incidentOf(t, first), o.incidentOf(t, second), o.incidentOf(t, third)
	for _, id := range []string{mine, apart} {
		if err := o.Merge(t.Context(), "o2", id, other, 0); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := o.Parts(t.Context(), apart); err != nil || len(list) > 0 {
		t.Errorf("the split of another incident would undo %+v, %v", list, err)
	}
	if err := o.Split(t.Context(), "o2", apart, 0); err != nil {
		t.Fatal(err)
	}
	o.do(t, second, AddAllegation{a})
	if list, err := o.Parts(t.Context(), mine); err != nil || len(list) > 0 {
		t.Errorf("though the case takes the allegation itself, a split would undo %+v, %v", list, err)
	}
	if err := o.Split(t.Context(), "o2", mine, 0); err != nil {
		t.Fatal(err)
	}
	if r := o.look(t, first).Ends[0]; len(r.Goes) != 1 || r.Goes[0].Case != second || len(o.look(t, first).Handing()) > 0 {
		t.Errorf("the end is %+v", r)
	}
	o.rebuilds(t)
}
