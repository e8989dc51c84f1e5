package when_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"temwen/when"
)

var western = []time.Weekday{time.Saturday, time.Sunday}

// haiti2024 is public holidays of Haiti that fall on working days in spring
// and summer 2024, and one that does not (18 May, a Saturday).
func haiti2024() *when.Calendar {
	var holidays []when.Day
	for _, s := range []string{"2024-05-01", "2024-05-18", "2024-05-30", "2024-08-15"} {
		holidays = append(holidays, when.MustParse(s).First())
	}
	return when.NewCalendar(western, holidays)
}

func TestWorkingDaysInHaiti(t *testing.T) {
	c := haiti2024()
	for s, want := range map[string]bool{
		"2024-04-30": true, "2024-05-01": false, "2024-05-04": false, "2024-05-05": false,
		"2024-05-18": false, "2024-05-30": false, "2024-06-26": true,
	} {
		if got := c.Working(when.MustParse(s).First()); got != want {
			t.Errorf("%s: Working is %v", s, got)
		}
	}
	for _, test := range []struct {
		from string
		n    int
		to   string
	}{
		{"2024-04-30", 1, "2024-05-02"},  // over Labour Day
		{"2024-05-17", 1, "2024-05-20"},  // a Friday to a Monday
		{"2024-05-18", 1, "2024-05-20"},  // from a day off
		{"2024-05-29", 2, "2024-06-03"},  // over Corpus Christi and a weekend
		{"2024-04-30", 30, "2024-06-13"}, // six weeks and two holidays
	} {
		from, to := when.MustParse(test.from).First(), when.MustParse(test.to).First()
		if got := c.After(from, test.n); got != to {
			t.Errorf("%d working days after %s is %v, want %s", test.n, from, got, to)
		}
		if got := c.Between(from, to); got != test.n {
			t.Errorf("there are %d working days from %s to %s, want %d", got, from, to, test.n)
		}
	}
	if got := c.Before(when.MustParse("2024-06-03").First(), 2).String(); got != "2024-05-29" {
		t.Errorf("two working days before 3 June are %s", got)
	}
}

func TestCalendarWithoutDaysOff(t *testing.T) {
	always := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	for name, c := range map[string]*when.Calendar{
		"nil": nil, "zero": {}, "new": when.NewCalendar(nil, nil), "all weekend": when.NewCalendar(always, nil),
	} {
		d := when.DayOf(2024, 6, 29) // a Saturday
		if !c.Working(d) || c.After(d, 10) != d+10 || c.Before(d, 10) != d-10 || c.Between(d, d+10) != 10 {
			t.Errorf("%s: some day is off", name)
		}
	}
}

func TestNewCalendarKeepsTheCallersSlice(t *testing.T) {
	holidays := []when.Day{9, 3, 3}
	when.NewCalendar(western, holidays)
	if holidays[0] != 9 || holidays[2] != 3 {
		t.Errorf("the holidays are now %v", holidays)
	}
}

func TestCalendarAtItsEnds(t *testing.T) {
	c := haiti2024()
	d := when.DayOf(2024, 6, 26)
	for _, open := range []when.Day{when.Earliest, when.Latest} {
		if c.After(open, 5) != open || c.Before(open, 5) != open {
			t.Errorf("%d does not stay open", int32(open))
		}
	}
	for _, n := range []int{0, -1, math.MinInt} {
		if c.After(d, n) != d || c.Before(d, n) != d {
			t.Errorf("%d working days are counted", n)
		}
	}
	// Far away is as quick as near.
	if got := c.After(d, math.MaxInt); got != when.Latest {
		t.Errorf("the end of time is %v", got)
	}
	if got := c.Before(d, math.MaxInt); got != when.Earliest {
		t.Errorf("the beginning of time is %v", got)
	}
	if got := c.Between(when.Latest, when.Earliest); got != 0 {
		t.Errorf("backwards there are %d working days", got)
	}
	days := int64(when.Latest) - int64(when.Earliest)
	if got := int64((*when.Calendar)(nil).Between(when.Earliest, when.Latest)); got != days {
		t.Errorf("the calendar has %d days, want %d", got, days)
	}
	if got := c.Between(d, c.After(d, 1_000_000_000)); got != 1_000_000_000 {
		t.Errorf("after a thousand million working days there are %d", got)
	}
}

// calendar draws a calendar with holidays close to day 0.
func calendar(t *rapid.T) (c *when.Calendar, weekend []time.Weekday, holidays []when.Day) {
	weekend = rapid.SliceOfNDistinct(rapid.Map(rapid.IntRange(0, 6), func(n int) time.Weekday { return time.Weekday(n) }), 0, 6, rapid.ID).Draw(t, "weekend")
	holidays = rapid.SliceOfN(between(-200, 200), 0, 60).Draw(t, "holidays")
	return when.NewCalendar(weekend, holidays), weekend, holidays
}

func TestCalendarLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, weekend, holidays := calendar(t)
		d := between(-250, 250).Draw(t, "d")
		n := rapid.IntRange(1, 120).Draw(t, "n")

		after, before := c.After(d, n), c.Before(d, n)
		if after <= d || !c.Working(after) || before >= d || !c.Working(before) {
			t.Fatalf("%d working days from %v: %v and %v", n, d, after, before)
		}
		if got := c.Between(d, after); got != n {
			t.Fatalf("between %v and its %d. working day %v there are %d", d, n, after, got)
		}
		if got := c.Between(before, d-1); got != n-1 {
			t.Fatalf("between %v, %d working days before %v, and the eve of that there are %d", before, n, d, got)
		}
		if c.Working(d) && (c.Before(after, n) != d || c.After(before, n) != d) {
			t.Fatalf("%d working days do not lead back to %v", n, d)
		}
		if c.After(d, n+1) <= after || c.After(c.After(d, n), 1) != c.After(d, n+1) {
			t.Fatalf("%d working days after %v and one more are not one more", n, d)
		}
		if c.After(d+1, n) < after {
			t.Fatalf("a later start ends earlier")
		}

		// The plain way: day by day.
		slow, left := d, n
		for left > 0 {
			if slow++; c.Working(slow) {
				left--
			}
		}
		if slow != after {
			t.Fatalf("%d working days after %v is %v, day by day %v", n, d, after, slow)
		}

		// One more holiday never makes a clock run faster.
		fewer := when.NewCalendar(weekend, append(holidays, between(-250, 250).Draw(t, "holiday")))
		if fewer.After(d, n) < after || fewer.Before(d, n) > before {
			t.Fatalf("with another holiday %d working days from %v are %v and %v, not %v and %v",
				n, d, fewer.After(d, n), fewer.Before(d, n), after, before)
		}
	})
}

func BenchmarkCalendarAfter(b *testing.B) {
	c := haiti2024()
	for i := 0; b.Loop(); i++ {
		sinkDay = c.After(when.Day(19800+i&0xff), 30)
	}
}
