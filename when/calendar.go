package when

import (
	"slices"
	"sort"
	"time"
)

// Calendar says which days are working days at a place: every day that is
// neither on the weekend nor a holiday. The zero Calendar, and a nil one, work
// every day. Counting working days takes the same time however far apart they
// are.
type Calendar struct {
	weekend  [7]bool
	holidays []Day // sorted, without doubles, none on the weekend
}

// NewCalendar is the calendar of a place with these weekend days and holidays,
// in any order. A calendar whose whole week is weekend would never reach a
// working day; such a weekend is taken as none.
func NewCalendar(weekend []time.Weekday, holidays []Day) *Calendar {
	c := &Calendar{holidays: slices.Clone(holidays)}
	for _, w := range weekend {
		c.weekend[w%7] = true
	}
	if c.weekend == [7]bool{true, true, true, true, true, true, true} {
		c.weekend = [7]bool{}
	}
	c.holidays = slices.DeleteFunc(c.holidays, func(d Day) bool { return c.weekend[d.Weekday()] })
	slices.Sort(c.holidays)
	c.holidays = slices.Compact(c.holidays)
	return c
}

// Working reports whether d is a working day.
func (c *Calendar) Working(d Day) bool {
	if c == nil {
		return true
	}
	_, holiday := slices.BinarySearch(c.holidays, d)
	return !holiday && !c.weekend[d.Weekday()]
}

// After is the n-th working day after d; d itself is not counted. For n of 0
// or less it is d. An open day stays open.
func (c *Calendar) After(d Day, n int) Day {
	if d.Open() || n <= 0 {
		return d
	}
	return c.nth(c.count(d) + min(int64(n), maxCount))
}

// Before is the n-th working day before d; d itself is not counted. For n of 0
// or less it is d. An open day stays open.
func (c *Calendar) Before(d Day, n int) Day {
	if d.Open() || n <= 0 {
		return d
	}
	return c.nth(c.count(d-1) + 1 - min(int64(n), maxCount))
}

// Between is how many working days there are after a, up to and with b; 0
// where b is not after a.
func (c *Calendar) Between(a, b Day) int {
	if b <= a {
		return 0
	}
	return int(c.count(b) - c.count(a))
}

// maxCount is more days than the calendar has.
const maxCount = 1 << 33

// count is how many working days there are from firstSunday up to and with d.
func (c *Calendar) count(d Day) int64 {
	if c == nil {
		c = &Calendar{}
	}
	week, perWeek := c.week()
	n := (int64(d) - firstSunday) / 7 * perWeek
	for _, w := range week[:perWeek] {
		if w <= d.Weekday() {
			n++
		}
	}
	return n - int64(sort.Search(len(c.holidays), func(i int) bool { return c.holidays[i] > d }))
}

// nth is the working day on which count becomes n; Earliest or Latest where it
// is beyond them.
func (c *Calendar) nth(n int64) Day {
	if c == nil {
		c = &Calendar{}
	}
	// A holiday comes before that day if fewer than n working days do before it.
	n += int64(sort.Search(len(c.holidays), func(i int) bool { return c.count(c.holidays[i]) >= n }))
	if n < 1 {
		return Earliest
	}
	week, perWeek := c.week()
	return Day(clamp(firstSunday + (n-1)/perWeek*7 + int64(week[(n-1)%perWeek])))
}

// week is the working days of a week without holidays, and how many.
func (c *Calendar) week() (days [7]time.Weekday, n int64) {
	for w, off := range c.weekend {
		if !off {
			days[n] = time.Weekday(w)
			n++
		}
	}
	return days, n
}
