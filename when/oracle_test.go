package when_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/sfomuseum/go-edtf/parser"
	"pgregory.net/rapid"

	"temwen/when"
)

// oracle asks github.com/sfomuseum/go-edtf for the first and last day of an
// expression.
func oracle(s string) (first, last when.Day, err error) {
	d, err := parser.ParseString(s)
	if err != nil {
		return 0, 0, err
	}
	day := func(open bool, end when.Day, at func() (*time.Time, error)) when.Day {
		if open {
			return end
		}
		t, atErr := at()
		if atErr != nil {
			err = atErr
			return 0
		}
		return when.Today(*t)
	}
	first = day(d.Start.Lower.Open || d.Start.Lower.Unknown, when.Earliest, d.Lower)
	last = day(d.End.Upper.Open || d.End.Upper.Unknown, when.Latest, d.Upper)
	return first, last, err
}

// What an independent implementation makes of the same expressions, possible
// and impossible: the levels 0 and 1, but for the disagreements below.
func TestParseAgreesWithGoEDTF(t *testing.T) {
	one := func(t *rapid.T, name string) string {
		year := rapid.IntRange(-9999, 9998).Filter(func(n int) bool { return n != 0 }).Draw(t, name+" year")
		month := rapid.IntRange(1, 13).Draw(t, name+" month")
		day := rapid.IntRange(1, 32).Draw(t, name+" day")
		s := fmt.Sprintf("%04d", year)
		if year < 0 {
			s = fmt.Sprintf("%05d", year)
		}
		for _, part := range []int{month, day}[:rapid.IntRange(0, 2).Draw(t, name+" parts")] {
			s += fmt.Sprintf("-%02d", part)
		}
		return s
	}
	year := func(t *rapid.T) string { return fmt.Sprintf("%04d", rapid.IntRange(1, 9998).Draw(t, "year")) }
	shapes := []func(t *rapid.T) string{
		func(t *rapid.T) string { return one(t, "date") },
		func(t *rapid.T) string {
			start, end := one(t, "start"), one(t, "end")
			if d, err := when.Parse(start); err == nil {
				if e, err := when.Parse(end); err == nil && e.Last() < d.First() {
					return end + "/" + start
				}
			}
			return start + "/" + end
		},
		func(t *rapid.T) string { return year(t) + fmt.Sprintf("-%d", rapid.IntRange(21, 24).Draw(t, "season")) },
		func(t *rapid.T) string { return year(t)[:3] + "X" },
		func(t *rapid.T) string { return year(t)[:2] + "XX" },
		func(t *rapid.T) string { return year(t) + "-XX" },
		func(t *rapid.T) string { return year(t) + "-XX-XX" },
		func(t *rapid.T) string {
			return year(t) + fmt.Sprintf("-%02d-XX", rapid.IntRange(1, 12).Draw(t, "month"))
		},
		func(t *rapid.T) string {
			return year(t) + rapid.SampledFrom([]string{"?", "~", "%"}).Draw(t, "qualifier")
		},
		func(t *rapid.T) string {
			return rapid.SampledFrom([]string{"", ".."}).Draw(t, "open") + "/" + one(t, "end")
		},
		func(t *rapid.T) string { return year(t) + "/" + rapid.SampledFrom([]string{"", ".."}).Draw(t, "open") },
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(shapes).Draw(t, "shape")(t)
		first, last, theirs := oracle(s)
		d, ours := when.Parse(s)
		switch {
		case (ours == nil) != (theirs == nil):
			t.Fatalf("%q: we say %v, go-edtf %v", s, ours, theirs)
		case ours == nil && (d.First() != first || d.Last() != last):
			t.Fatalf("%q: we say %v to %v, go-edtf %v to %v", s, d.First(), d.Last(), first, last)
		}
	})
}

// Where go-edtf v1.3.0 differs, and why we stay as we are. A line that no
// longer differs fails, so that it can be struck out.
func TestDisagreementsWithGoEDTF(t *testing.T) {
	for s, why := range map[string]string{
		"1985-04-12T23:20:30-04": "it turns the time to UTC, and so into the next day; we keep the day on the wall",
		"2004-06-11%":            "its pattern for seasons is not anchored, so that it reads June 2004",
		"1985-04/..":             "the same: it reads April 1985",
		"1985-04-12/":            "the same: it reads April 1985",
		"1985-04-1X":             "the same: it reads April 1985; the standard has this at level 2",
		"1984~/2004-06":          "it refuses a qualifier at an end of an interval, which level 1 has",
		"-201X":                  "it refuses unspecified digits of a negative year",
		"-0400-02-XX":            "the same",
		"-0000":                  "it takes this for the year 0000; ISO 8601 has no negative zero",
		"2006/2005":              "it does not mind that an interval ends before it starts",
		"201X-XX":                "it reads the decade; level 1 has unspecified months of known years only",
		"Y1700":                  "Y is for years of more than four digits only",
		"..":                     "it knows an open date outside an interval; the standard does not",
		"Spring, 2002":           "not in the standard",
		"156X-12-25":             "level 2, which we refuse",
		"2001-21/2002":           "it refuses seasons in intervals, as level 1 does; we allow them",
	} {
		first, last, theirs := oracle(s)
		d, ours := when.Parse(s)
		if (ours == nil) == (theirs == nil) && (ours != nil || d.First() == first && d.Last() == last) {
			t.Errorf("%q: both say %v to %v, %v; the note is out of date: %s", s, first, last, ours, why)
		}
	}
}
