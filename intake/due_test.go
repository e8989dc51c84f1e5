package intake_test

import (
	"testing"

	"temwen/intake"
	"temwen/when"
)

// What was kept as long as the rule says is due, by how it ended, and nothing else;
// without a rule nothing is.
func TestDue(t *testing.T) {
	d := newDesk(t)
	closed := func(id int, foreign bool) {
		t.Helper()
		d.receive(t, d.report(t, newPerson(t, d), newID(byte(id)), "x"))
		page, err := d.Threads(t.Context(), intake.Query{View: intake.Open, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		th := page.Threads[0]
		d.deed(t, intake.SetStage{Thread: th.ID, Seen: th.Version, Stage: intake.Closed, Foreign: foreign})
	}
	closed(1, false)
	closed(2, true)
	leaves := newPerson(t, d)
	d.receive(t, d.report(t, leaves, newID(3), "x"))
	if err := d.Withdraw(t.Context(), leaves.keys.Lookup); err != nil {
		t.Fatal(err)
	}
	d.receive(t, d.report(t, newPerson(t, d), newID(4), "still open"))
	today := when.Today(d.now)
	rule := intake.Keep{Closed: when.Months(12), Foreign: when.Days(90), Withdrawn: when.Days(30)}
	for _, tt := range []struct {
		days int
		keep intake.Keep
		want []int // numbers of threads
	}{
		{0, rule, nil},
		{29, rule, nil},
		{30, rule, []int{3}},
		{90, rule, []int{2, 3}},
		{364, rule, []int{2, 3}},
		{365, rule, []int{1, 2, 3}},
		{365, intake.Keep{Closed: when.Months(12)}, []int{1}},
		{10_000, intake.Keep{}, nil},
	} {
		due, err := d.Due(t.Context(), tt.keep, today+when.Day(tt.days), intake.Query{})
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, one := range due {
			got = append(got, one.Number)
		}
		if len(got) != len(tt.want) {
			t.Errorf("after %d days %v are due, want %v", tt.days, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("after %d days %v are due, want %v", tt.days, got, tt.want)
			}
		}
	}
}
