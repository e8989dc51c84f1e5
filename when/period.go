package when

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Period is a length of time in calendar units: an ISO 8601 duration of years,
// months, weeks and days. Years are twelve months and weeks seven days; months
// and days are not exchanged for each other.
//
// Adding a period to a day counts the months first, then the days. The
// month-end rule: where the month reached is too short, its last day is taken
// (31 January and P1M give 28 or 29 February). The day counted from is not
// counted itself: P1D after Monday is Tuesday.
type Period struct {
	Months, Days int32
}

// maxYears and maxDays bound the periods that can be written.
const (
	maxYears = 9999
	maxDays  = 999_999
)

// Months is a period of n whole months.
func Months(n int) Period { return Period{Months: clamp(int64(n))} }

// Days is a period of n days.
func Days(n int) Period { return Period{Days: clamp(int64(n))} }

var periodForm = regexp.MustCompile(`^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$`)

// ParsePeriod reads an ISO 8601 duration such as P9M, P1Y6M, P2W or P10D.
// Weeks may stand with other units, as in ISO 8601-2. Refused are times of day
// (PT72H) and fractions, since clocks count whole days, and a period without
// length.
func ParsePeriod(s string) (Period, error) {
	fail := func(why string) (Period, error) {
		return Period{}, fmt.Errorf("%q is not a period: %s", clip(s, 24), why)
	}
	if len(s) > maxText {
		return fail("it is too long")
	}
	parts := periodForm.FindStringSubmatch(s)
	switch {
	case parts == nil && strings.HasPrefix(s, "P") && strings.Contains(s, "T"):
		return fail("clocks count whole days; write days (P3D), not hours")
	case parts == nil || s == "P":
		return fail("write P and whole numbers of years, months, weeks and days, in this order: P1Y6M, P9M, P2W, P10D")
	}
	var n [4]int // years, months, weeks, days
	for i, part := range parts[1:] {
		if len(part) > 6 {
			return fail("it is too long")
		}
		n[i], _ = number(part) // the form says it is one
	}
	months, days := n[0]*12+n[1], n[2]*7+n[3]
	switch {
	case months >= (maxYears+1)*12 || days > maxDays:
		return fail("it is too long")
	case months == 0 && days == 0:
		return fail("it has no length")
	}
	return Period{Months: int32(months), Days: int32(days)}, nil
}

// MustPeriod is ParsePeriod for periods written in the program; it panics on an
// error.
func MustPeriod(s string) Period {
	p, err := ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

// IsZero reports whether p has no length.
func (p Period) IsZero() bool { return p == Period{} }

// Times is p counted n times.
func (p Period) Times(n int) Period {
	k := int64(clamp(int64(n)))
	return Period{Months: clamp(int64(p.Months) * k), Days: clamp(int64(p.Days) * k)}
}

// Plus is p and q together.
func (p Period) Plus(q Period) Period {
	return Period{
		Months: clamp(int64(p.Months) + int64(q.Months)),
		Days:   clamp(int64(p.Days) + int64(q.Days)),
	}
}

// After is the day that is p after d, by the month-end rule. An open day stays
// open, and what is beyond the calendar is open.
func (p Period) After(d Day) Day {
	return d.plus(int64(p.Months), int64(p.Days))
}

// Before is the day that is p before d: months first, by the month-end rule,
// then days. It undoes After where p is of days only, or where it is of months
// only and no month end is cut off. An open day stays open, and what is beyond
// the calendar is open.
func (p Period) Before(d Day) Day {
	return d.plus(-int64(p.Months), -int64(p.Days))
}

// plus is the day so many months and then days later, by the month-end rule.
func (d Day) plus(months, days int64) Day {
	if d.Open() {
		return d
	}
	if months != 0 {
		year, month, day := d.Date()
		month += time.Month(months)
		d = DayOf(year, month, day)
		if day > 28 { // the month reached may be too short
			d = min(d, DayOf(year, month+1, 1)-1)
		}
	}
	return Day(clamp(int64(d) + days))
}

// String writes p as an ISO 8601 duration; weeks as days, twelve months as a
// year.
func (p Period) String() string {
	if p.IsZero() {
		return "P0D"
	}
	var b strings.Builder
	b.WriteByte('P')
	for _, part := range []struct {
		n    int32
		unit string
	}{{p.Months / 12, "Y"}, {p.Months % 12, "M"}, {p.Days, "D"}} {
		if part.n != 0 {
			fmt.Fprintf(&b, "%d%s", part.n, part.unit)
		}
	}
	return b.String()
}

// MarshalText writes p as String does.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what ParsePeriod reads, and so not the zero Period: leave
// that out.
func (p *Period) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		return errors.New("the period is empty")
	}
	*p, err = ParsePeriod(string(b))
	return err
}
