package casework

import "testing"

// What happened last comes in pages, and after the last page there is none.
func TestLatest(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordRemedy{Remedy{Kind: "apology"}})
	o.do(t, id, RecordRemedy{Remedy{Kind: "paternity"}})
	all, err := o.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	events, next, err := o.Latest(t.Context(), id, 0, len(all))
	if err != nil || len(events) != len(all) || next != 0 {
		t.Errorf("%d of %d, then before %d (%v)", len(events), len(all), next, err)
	}
	events, next, err = o.Latest(t.Context(), id, 0, len(all)-1)
	if err != nil || len(events) != len(all)-1 || events[0].Index != all[1].Index || next != all[1].Index {
		t.Errorf("%d, then before %d (%v)", len(events), next, err)
	}
	events, next, err = o.Latest(t.Context(), id, next, len(all)-1)
	if err != nil || len(events) != 1 || events[0].Index != all[0].Index || next != 0 {
		t.Errorf("at the end %d, then before %d (%v)", len(events), next, err)
	}
}
