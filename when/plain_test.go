package when

import (
	"fmt"
	"testing"
	"time"
)

// The short way to read and write a day agrees with the long one, on every day of a
// cycle of the calendar and on what is no day.
func TestPlainDays(t *testing.T) {
	for d := DayOf(1599, time.December, 30); d < DayOf(2001, time.January, 3); d++ {
		y, m, day := d.Date()
		s := fmt.Sprintf("%04d-%02d-%02d", y, m, day)
		if got, ok := plainDay(s); !ok || got != d || d.String() != s {
			t.Fatalf("day %d is %s, written %s, and read as %d (%v)", d, s, d, got, ok)
		}
	}
	for _, s := range []string{"2023-02-29", "2023-02-31", "2023-13-01", "2023-00-01", "2023-01-00", "2023-1-001", "20 3-01-01", "-123-01-01", "2023-01-0x", "2023/01/01", "2023-01-011", ""} {
		if d, ok := plainDay(s); ok {
			t.Errorf("%q is read as %s", s, d)
		}
		if d, err := ParseDay(s); err == nil {
			t.Errorf("ParseDay reads %q as %s", s, d)
		}
	}
	for _, s := range []string{"0000-01-01", "9999-12-31"} {
		if d, ok := plainDay(s); !ok || d.String() != s {
			t.Errorf("%s is read as %s", s, d)
		}
	}
}
