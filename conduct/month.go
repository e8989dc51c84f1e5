package conduct

import (
	"fmt"
	"time"

	"temwen/when"
)

// Month is a calendar month, counted from January of the year 0.
type Month int

// MonthOf is the month of a day.
func MonthOf(d when.Day) Month {
	y, m, _ := d.Date()
	return Month(y*12 + int(m) - 1)
}

// First is its first day.
func (m Month) First() when.Day { return when.DayOf(int(m)/12, time.Month(int(m)%12+1), 1) }

// Last is its last day.
func (m Month) Last() when.Day { return (m + 1).First() - 1 }

// String is the month as 2025-03.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }

// ParseMonth reads 2025-03, and nothing else.
func ParseMonth(s string) (Month, error) {
	d, err := when.ParseDay(s + "-01")
	if err != nil || len(s) != len("2025-03") {
		return 0, fmt.Errorf("%q is no month: write it as 2025-03", s)
	}
	return MonthOf(d), nil
}

// MarshalText implements encoding.TextMarshaler.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *Month) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMonth(string(b))
	return err
}
