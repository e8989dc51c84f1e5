package when

import (
	"fmt"
	"math"
	"math/bits"
	"time"
)

// Day is a civil day, counted from 1970-01-01 (day 0). It has no time and no
// zone: it is the day on the wall calendar of the place a fact is about.
type Day int32

// The ends of the calendar stand for "open": no fact is earlier than Earliest
// or later than Latest.
const (
	Earliest Day = math.MinInt32
	Latest   Day = math.MaxInt32
)

// MinYear and MaxYear bound the years that can be written. A Day may lie
// beyond them, where a long period leads, but cannot be read back.
const (
	MinYear = -9999
	MaxYear = 9999
)

// The calendar repeats every 400 years. Counting from so many of them before
// 1 March of the year 0 keeps every Day positive.
const (
	eras     = 14704
	eraYears = 400
	eraDays  = 146097
	epoch    = eras*eraDays + 719468 // 1970-01-01
)

// DayOf is the day of a year, month and day of month. Months and days beyond
// their range carry over, as in time.Date. A year beyond the range of Day gives
// Earliest or Latest.
func DayOf(year int, month time.Month, day int) Day {
	y, m := int64(year), int64(month)
	if m < 1 || m > 12 {
		y, m = y+(m-1)/12, (m-1)%12+1
		if m < 1 {
			y, m = y-1, m+12
		}
	}
	// Years start on 1 March here, so that the leap day ends them.
	if m < 3 {
		y, m = y-1, m+12
	}
	y = min(max(y, -eras*eraYears), eras*eraYears) + eras*eraYears
	century := uint64(y) / 100
	days := int64(1461*uint64(y)/4 - century + century/4 + uint64(979*m-2919)/32)
	return Day(clamp(days - epoch + int64(day) - 1))
}

// Date is the year, month and day of month of d.
//
// The arithmetic is that of C. Neri and L. Schneider, "Euclidean affine
// functions and their application to calendar algorithms" (2022).
func (d Day) Date() (year int, month time.Month, day int) {
	n := 4*uint64(int64(d)+epoch) + 3
	century := n / eraDays
	yearOfCentury, rest := bits.Mul32(2939745, uint32(n%eraDays|3))
	dayOfYear := rest / 2939745 / 4
	n32 := 2141*dayOfYear + 197913
	year = int(100*century) + int(yearOfCentury) - eras*eraYears
	month = time.Month(n32 >> 16)
	if month > time.December {
		year, month = year+1, month-12
	}
	return year, month, int(n32&0xffff/2141) + 1
}

// Weekday is the day of the week of d.
func (d Day) Weekday() time.Weekday {
	return time.Weekday((int64(d) - firstSunday) % 7)
}

// firstSunday is a Sunday before Earliest.
const firstSunday = 3 - 7*306_783_379

// Open reports whether d is one of the calendar's ends, and so no real day.
func (d Day) Open() bool { return d == Earliest || d == Latest }

// String writes d as YYYY-MM-DD, or ".." where it is open.
func (d Day) String() string {
	if d.Open() {
		return ".."
	}
	y, m, day := d.Date()
	if y >= 0 && y <= MaxYear {
		digit := func(n int) byte { return byte('0' + n%10) }
		return string([]byte{
			digit(y / 1000), digit(y / 100), digit(y / 10), digit(y), '-', digit(int(m) / 10), digit(int(m)), '-', digit(day / 10), digit(day),
		})
	}
	width := 4
	if y < 0 {
		width++ // the sign
	}
	return fmt.Sprintf("%0*d-%02d-%02d", width, y, m, day)
}

// MarshalText writes d as String does.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDay reads; not "..", which does not say which
// end is open.
func (d *Day) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDay(string(b))
	return err
}

// ParseDay reads a whole day, YYYY-MM-DD, and no other expression, even where
// it means one day.
func ParseDay(s string) (Day, error) {
	if d, ok := plainDay(s); ok {
		return d, nil
	}
	date, err := Parse(s)
	if err != nil {
		return 0, err
	}
	if s != date.first.String() {
		return 0, fmt.Errorf("%q is not one day: write YYYY-MM-DD", s)
	}
	return date.first, nil
}

// plainDay reads YYYY-MM-DD, without words for what is wrong: the record has very many.
func plainDay(s string) (Day, bool) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	number := func(s string) (n int) {
		for i := range len(s) {
			if s[i] < '0' || s[i] > '9' {
				return -1
			}
			n = 10*n + int(s[i]-'0')
		}
		return n
	}
	y, m, day := number(s[:4]), number(s[5:7]), number(s[8:])
	if y < 0 || m < 1 || m > 12 || day < 1 {
		return 0, false
	}
	d := DayOf(y, time.Month(m), day)
	_, month, _ := d.Date()
	return d, month == time.Month(m) // and not of the next
}

// Today is the day that t falls on in the zone it carries.
func Today(t time.Time) Day { return DayOf(t.Date()) }
