package intake_test

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // so that a time zone is known on every machine

	"temwen/intake"
	"temwen/when"
)

// The days of a thread are those of the office's place, also in the evening, when another
// day has begun in UTC, and on both sides of the nights on which Haiti turns its clocks; the
// record itself keeps of a person's deed the UTC day, and no time.
func TestDaysAreThoseOfThePlace(t *testing.T) {
	haiti, err := time.LoadLocation("America/Port-au-Prince")
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	for n, tt := range []struct{ at, want string }{
		{"2026-03-08T04:59:59Z", "2026-03-07"}, // clocks are put forward in the night after
		{"2026-03-08T05:00:00Z", "2026-03-08"},
		{"2026-03-09T03:59:59Z", "2026-03-08"},
		{"2026-03-09T04:00:00Z", "2026-03-09"},
		{"2026-07-15T03:30:00Z", "2026-07-14"},
		{"2026-11-01T03:59:59Z", "2026-10-31"}, // and back
		{"2026-11-01T04:00:00Z", "2026-11-01"},
		{"2026-11-02T04:59:59Z", "2026-11-01"},
		{"2026-11-02T05:00:00Z", "2026-11-02"},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		d.now = at.In(haiti)
		p := newPerson(t, d)
		d.receive(t, d.report(t, p, newID(byte(2*n+1)), "x"))
		if err := d.Withdraw(t.Context(), p.keys.Lookup); err != nil {
			t.Fatal(err)
		}
		page, err := d.Threads(t.Context(), intake.Query{View: intake.Ended})
		if err != nil || len(page.Threads) != n+1 {
			t.Fatalf("%d threads have ended (%v)", len(page.Threads), err)
		}
		var th intake.Thread
		for _, one := range page.Threads {
			if one.Number == n+1 {
				th = one
			}
		}
		if th.Came != tt.want || th.Since != tt.want {
			t.Errorf("what came and ended at %s is of %s and %s, and should be of %s", tt.at, th.Came, th.Since, tt.want)
		}
		day, err := when.ParseDay(tt.want)
		if err != nil {
			t.Fatal(err)
		}
		keep := intake.Keep{Withdrawn: when.Days(1)}
		for after, want := range []bool{false, true} {
			due, err := d.Due(t.Context(), keep, day+when.Day(after), intake.Query{})
			if is := slices.ContainsFunc(due, func(one intake.Due) bool { return one.Number == n+1 }); err != nil || is != want {
				t.Errorf("%d days after %s it is due: %t (%v)", after, tt.want, is, err)
			}
		}
		e, err := d.store.Event(t.Context(), uint64(2*n))
		if err != nil || !e.Time.Equal(at.UTC().Truncate(24*time.Hour)) {
			t.Errorf("the record tells that it came at %s (%v)", e.Time, err)
		}
	}
}
