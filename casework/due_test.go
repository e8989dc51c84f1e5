package casework

import (
	"slices"
	"testing"

	"temwen/when"
)

// A closed case is due when it was kept as long as its mission says, counted from
// the last thing that happened in it; one that is open never is, and without a rule
// nothing is; nor while another office holds its evidence.
func TestDue(t *testing.T) {
	o := newOffice(t)
	closed, remedied, open, again, held := o.open(t), o.open(t), o.open(t), o.open(t), o.open(t)
	start := o.today
	for _, id := range []string{closed, remedied, again, held} {
		o.do(t, id, RecordAnswer{1, answer("informed")})
		o.do(t, id, RecordAnswer{2, answer("official")})
		o.do(t, id, RecordAnswer{3, answer("declines")})
	}
	o.do(t, open, RecordAnswer{1, answer("informed")})
	o.today = start + 10
	o.do(t, remedied, RecordRemedy{Remedy{Kind: "apology"}})
	o.do(t, again, Reopen{"nothing"})
	o.do(t, held, TakeIn{item()})
	o.do(t, held, Handle{Custody{N: 1, Act: ActHanded, To: "prosecutor", Why: "request"}})
	for _, tt := range []struct {
		name string
		keep Keep
		days when.Day
		want []string
	}{
		{"too soon", Keep{"mss": when.Days(100)}, 99, nil},
		{"the first", Keep{"mss": when.Days(100)}, 100, []string{closed}},
		{"what happened later counts", Keep{"mss": when.Days(100)}, 110, []string{closed, remedied}},
		{"no rule", nil, 40_000, nil},
		{"a rule of another mission", Keep{"gsf": when.Days(100)}, 40_000, nil},
		{"an open case, however old", Keep{"mss": when.Days(30)}, 40_000, []string{closed, remedied}},
	} {
		o.today = start + tt.days
		due, err := o.Due(t.Context(), tt.keep)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range due {
			got = append(got, d.Case.ID)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v are due, want %v", tt.name, got, tt.want)
		}
	}
	o.do(t, held, Handle{Custody{N: 1, Act: ActReturned}})
	if due, err := o.Due(t.Context(), Keep{"mss": when.Days(100)}); err != nil || len(due) != 3 {
		t.Errorf("after another office has given its evidence back %d are due (%v)", len(due), err)
	}
	o.rebuilds(t)
}
