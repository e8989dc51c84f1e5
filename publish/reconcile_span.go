package publish

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"temwen/when"
)

// Span is a period of a table: its days, and how the table writes it.
type Span struct {
	Label       string
	First, Last when.Day
}

// partOfYear is what EDTF levels 0 and 1 have no form for: a quarter (Q, or T
// for trimestre), a half (H, or S for semestre), an ISO 8601 week (W).
var partOfYear = regexp.MustCompile(`^(\d{4})[- ]?([QTHSWqthsw])(\d{1,2})$`)

var errSpan = errors.New("write a month (2026-01), a quarter (2026-Q1), a half (2026-H1), a week (2026-W05), a year, a day, a season or an interval (2026-01/2026-03)")

// ParseSpan reads a period: an EDTF date with both ends, or a quarter, half or
// ISO week of a year. Qualifiers such as ~ change nothing in its days.
func ParseSpan(s string) (Span, error) {
	if m := partOfYear.FindStringSubmatch(s); m != nil {
		return parsePartOfYear(s, m)
	}
	d, err := when.Parse(s)
	switch {
	case err != nil:
		return Span{}, fmt.Errorf("%q is not a period: %w", clipText(s, 40), errSpan)
	case d.First().Open() || d.Last().Open():
		return Span{}, fmt.Errorf("%q is open at an end: a period of a table needs both", clipText(s, 40))
	}
	return Span{s, d.First(), d.Last()}, nil
}

func parsePartOfYear(s string, m []string) (Span, error) {
	year, _ := strconv.Atoi(m[1]) // the form says that it is a number
	n, _ := strconv.Atoi(m[3])
	months := 0
	switch strings.ToUpper(m[2]) {
	case "Q", "T":
		months = 3
	case "H", "S":
		months = 6
	default:
		return parseWeek(s, year, n)
	}
	if n < 1 || n > 12/months {
		return Span{}, fmt.Errorf("%q is not a period: a year has %d of these", s, 12/months)
	}
	from := time.Month((n-1)*months + 1)
	return Span{s, when.DayOf(year, from, 1), when.DayOf(year, from+time.Month(months), 1) - 1}, nil
}

// parseWeek is an ISO week: Monday to Sunday; week 1 has 4 January in it.
func parseWeek(s string, year, n int) (Span, error) {
	start := monday(when.DayOf(year, time.January, 4))
	weeks := int(monday(when.DayOf(year+1, time.January, 4))-start) / 7
	if n < 1 || n > weeks {
		return Span{}, fmt.Errorf("%q is not a period: %d has %d weeks", s, year, weeks)
	}
	first := start + when.Day(7*(n-1))
	return Span{s, first, first + 6}, nil
}

// monday is the Monday of a day's week.
func monday(d when.Day) when.Day { return d - when.Day(d.Weekday()+6)%7 }

// within reports whether a span lies inside another that is longer.
func (s Span) within(whole Span) bool {
	return s.First >= whole.First && s.Last <= whole.Last && (s.First != whole.First || s.Last != whole.Last)
}

// byTime orders spans by their start, the longer first.
func byTime(a, b Span) int {
	return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(b.Last, a.Last), cmp.Compare(a.Label, b.Label))
}

// tiling divides a whole into spans of a list that is ordered by time.
type tiling struct {
	spans []Span
	whole Span
	stuck map[when.Day]bool // no division starts here
}

// tile finds spans that follow each other without a gap from the first day of
// the whole to its last, the longest at each place: a year is divided into its
// quarters rather than its months. Where there is no such division it gives
// the longest that do not overlap, and false.
func tile(whole Span, spans []Span) (parts []Span, complete bool) {
	from, _ := slices.BinarySearchFunc(spans, whole.First, func(s Span, d when.Day) int { return cmp.Compare(s.First, d) })
	to, _ := slices.BinarySearchFunc(spans, whole.Last+1, func(s Span, d when.Day) int { return cmp.Compare(s.First, d) })
	t := &tiling{spans: spans[from:to], whole: whole, stuck: map[when.Day]bool{}}
	if parts, ok := t.after(whole.First); ok {
		slices.Reverse(parts)
		return parts, true
	}
	next := whole.First
	for _, s := range t.spans {
		if s.First >= next && s.within(whole) {
			parts = append(parts, s)
			next = s.Last + 1
		}
	}
	return parts, false
}

// after divides what is left of the whole from a day on; the last part comes
// first.
func (t *tiling) after(day when.Day) (parts []Span, ok bool) {
	if day > t.whole.Last {
		return nil, true
	}
	if t.stuck[day] {
		return nil, false
	}
	at, _ := slices.BinarySearchFunc(t.spans, day, func(s Span, d when.Day) int { return cmp.Compare(s.First, d) })
	for ; at < len(t.spans) && t.spans[at].First == day; at++ {
		if !t.spans[at].within(t.whole) {
			continue
		}
		if rest, ok := t.after(t.spans[at].Last + 1); ok {
			return append(rest, t.spans[at]), true
		}
	}
	t.stuck[day] = true
	return nil, false
}
