package when

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Date is an EDTF expression (ISO 8601-2:2019, levels 0 and 1): a day, month,
// year or season, perhaps with unspecified digits, perhaps approximate or
// uncertain; or an interval of these, perhaps open. A time of day may follow a
// whole day.
//
// A Date stands for every day it allows, from First to Last. The qualifiers
// "?", "~" and "%" say how sure its author is; they do not widen it.
// A season is that of the northern hemisphere, in whole months: 21 is March to
// May, 22 June to August, 23 September to November, 24 December to February of
// the next year. The year 0000 is the one before 0001, as in ISO 8601.
//
// The zero Date is "no date given": it allows every day.
type Date struct {
	text        string
	first, last Day
	approximate bool // ~ or %
	uncertain   bool // ? or %
	interval    bool
}

// maxText bounds what is read as a date or a period; none of them is longer.
const maxText = 32

// Parse reads an EDTF expression. Its error is one clause that says what is
// wrong with s, fit to stand after a file, line and column. Of levels 0 and 1
// it refuses only years of more than four digits. It goes beyond them in that
// seasons may be qualified, and that seasons and unspecified digits may stand
// in an interval.
func Parse(s string) (Date, error) {
	if s == "" {
		return Date{}, errors.New("the date is empty")
	}
	if len(s) > maxText {
		return Date{}, fmt.Errorf("%q... is too long for a date", clip(s, 24))
	}
	if start, end, ok := strings.Cut(s, "/"); ok {
		d, err := parseInterval(start, end)
		if err != nil {
			return Date{}, fmt.Errorf("%q is not an interval: %w", s, err)
		}
		d.text = s
		return d, nil
	}
	day, clock, timed := strings.Cut(s, "T")
	d, err := parseOne(day)
	if err == nil && timed && (!d.Exact() || !timeOfDay.MatchString(clock)) {
		err = errors.New("a time of day is hh:mm:ss, with nothing, Z or an offset behind it, and follows a whole day")
	}
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date: %w", s, err)
	}
	d.text = s
	return d, nil
}

// MustParse is Parse for dates written in the program; it panics on an error.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// On is the Date of one whole day; of an open day, no date.
func On(d Day) Date {
	if d.Open() {
		return Date{}
	}
	return Date{text: d.String(), first: d, last: d}
}

// First is the earliest day that d allows; Earliest where its start is open or
// unknown, or no date is given.
func (d Date) First() Day {
	if d.IsZero() {
		return Earliest
	}
	return d.first
}

// Last is the latest day that d allows; Latest where its end is open or
// unknown, or no date is given.
func (d Date) Last() Day {
	if d.IsZero() {
		return Latest
	}
	return d.last
}

// IsZero reports whether no date is given.
func (d Date) IsZero() bool { return d.text == "" }

// IsInterval reports whether d was written as an interval.
func (d Date) IsInterval() bool { return d.interval }

// Approximate reports whether d is marked as approximate (~ or %).
func (d Date) Approximate() bool { return d.approximate }

// Uncertain reports whether d is marked as uncertain (? or %).
func (d Date) Uncertain() bool { return d.uncertain }

// Exact reports whether d is one whole day, without a qualifier.
func (d Date) Exact() bool {
	return !d.IsZero() && d.first == d.last && !d.approximate && !d.uncertain
}

// SurelyBefore reports whether every day of d is before every day of e.
func (d Date) SurelyBefore(e Date) bool { return d.Last() < e.First() }

// Overlaps reports whether some day is allowed by both.
func (d Date) Overlaps(e Date) bool { return d.First() <= e.Last() && e.First() <= d.Last() }

// String is the expression as it was written.
func (d Date) String() string { return d.text }

// MarshalText writes the expression.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.text), nil }

// UnmarshalText reads an expression; an empty one is the zero Date.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = Parse(string(b))
	return err
}

// UnmarshalJSON reads an expression from a string, or a year from a number, as
// YAML gives it. A null changes nothing.
func (d *Date) UnmarshalJSON(b []byte) error {
	s := string(b)
	switch {
	case s == "null":
		return nil
	case strings.HasPrefix(s, `"`):
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	}
	return d.UnmarshalText([]byte(s))
}

// The time of day of level 0. It is checked and then left out: the record
// counts days, as the place it is about writes them.
var timeOfDay = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(Z|[+-]([01]\d|2[0-3])(:[0-5]\d)?)?$`)

func parseInterval(start, end string) (Date, error) {
	from, err := parseEnd(start, Earliest)
	if err != nil {
		return Date{}, err
	}
	to, err := parseEnd(end, Latest)
	switch {
	case err != nil:
		return Date{}, err
	case from.first.Open() && to.last.Open():
		return Date{}, errors.New("neither its start nor its end is given")
	case to.last < from.first:
		return Date{}, errors.New("it ends before it starts")
	}
	return Date{
		first: from.first, last: to.last, interval: true,
		approximate: from.approximate || to.approximate,
		uncertain:   from.uncertain || to.uncertain,
	}, nil
}

// parseEnd reads one end of an interval; ".." and "" are open.
func parseEnd(s string, open Day) (Date, error) {
	if s == "" || s == ".." {
		return Date{first: open, last: open}, nil
	}
	d, err := parseOne(s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date: %w", s, err)
	}
	return d, nil
}

// parseOne reads a date that is no interval and has no time of day.
func parseOne(s string) (Date, error) {
	d := Date{text: s}
	body := strings.TrimRight(s, "?~%")
	switch s[len(body):] {
	case "":
	case "?":
		d.uncertain = true
	case "~":
		d.approximate = true
	case "%":
		d.uncertain, d.approximate = true, true
	default:
		return Date{}, errors.New("write % for both about and unsure")
	}
	var err error
	d.first, d.last, err = days(body)
	return d, err
}

var (
	errForm = errors.New("write YYYY, YYYY-MM or YYYY-MM-DD, with ~ for about and ? for unsure at its end, or two of these with / between")
	//lint:ignore ST1005 X is a letter of the standard, not the start of a sentence
	errX = errors.New("X stands for the end of a date: write 201X, 20XX, 2024-XX, 2024-XX-XX or 2024-06-XX")
)

// days is the first and the last day of a date without qualifier.
func days(s string) (first, last Day, err error) {
	if strings.HasPrefix(s, "Y") {
		return 0, 0, fmt.Errorf("a year beyond four digits (Y) is outside this calendar, %d to %d", MinYear, MaxYear)
	}
	s, negative := strings.CutPrefix(s, "-")
	if len(s) < 4 {
		return 0, 0, errForm
	}
	year, lastYear, err := years(s[:4])
	switch {
	case err != nil:
		return 0, 0, err
	case negative && lastYear == 0:
		return 0, 0, errors.New("there is no year -0000: write 0000")
	case negative:
		year, lastYear = -lastYear, -max(year, 1)
	}
	switch rest := s[4:]; {
	case rest == "", year == lastYear && (rest == "-XX" || rest == "-XX-XX"):
		return DayOf(year, time.January, 1), DayOf(lastYear, time.December, 31), nil
	case year != lastYear:
		return 0, 0, errX
	case rest[0] != '-':
		return 0, 0, errForm
	}
	mm, dd, precise := strings.Cut(s[5:], "-")
	if len(mm) != 2 || precise && len(dd) != 2 {
		return 0, 0, errForm
	}
	n, err := number(mm)
	month := time.Month(n)
	switch {
	case err != nil:
		return 0, 0, err
	case n >= 21 && n <= 24 && precise:
		return 0, 0, errors.New("a season has no day")
	case n >= 21 && n <= 24:
		month = time.Month(3 * (n - 20)) // 21, spring, starts in March; 24, winter, in December
		return DayOf(year, month, 1), DayOf(year, month+3, 1) - 1, nil
	case n < 1 || n > 12:
		return 0, 0, fmt.Errorf("there is no month %s", mm)
	}
	first, last = DayOf(year, month, 1), DayOf(year, month+1, 1)-1
	if !precise || dd == "XX" {
		return first, last, nil
	}
	n, err = number(dd)
	day := first + Day(n) - 1
	switch {
	case err != nil:
		return 0, 0, err
	case day < first || day > last:
		return 0, 0, fmt.Errorf("%s %d has %d days", month, year, last-first+1)
	}
	return day, day, nil
}

// years is the first and the last year of four digits, of which the last one
// or two may be X.
func years(s string) (first, last int, err error) {
	known := strings.TrimRight(s, "X")
	span := 1
	for range len(s) - len(known) {
		span *= 10
	}
	n, err := number(known)
	if err == nil && span > 100 {
		err = errX
	}
	return n * span, n*span + span - 1, err
}

// number reads digits.
func number(s string) (n int, err error) {
	for _, c := range []byte(s) {
		switch {
		case c == 'X':
			return 0, errX
		case c < '0' || c > '9':
			return 0, errForm
		}
		n = n*10 + int(c-'0')
	}
	return n, nil
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
