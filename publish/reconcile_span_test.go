package publish

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"temwen/when"
)

func TestParseSpan(t *testing.T) {
	for _, tt := range []struct{ in, first, last string }{
		{"2026-Q1", "2026-01-01", "2026-03-31"},
		{"2026 Q4", "2026-10-01", "2026-12-31"},
		{"2026T2", "2026-04-01", "2026-06-30"},
		{"2026-H1", "2026-01-01", "2026-06-30"},
		{"2026-S2", "2026-07-01", "2026-12-31"},
		{"2026-W01", "2025-12-29", "2026-01-04"},
		{"2026-W53", "2026-12-28", "2027-01-03"},
		{"2024-w05", "2024-01-29", "2024-02-04"},
		{"2024-02", "2024-02-01", "2024-02-29"},
		{"2024", "2024-01-01", "2024-12-31"},
		{"2024-24", "2024-12-01", "2025-02-28"},
		{"2026-01/2026-03", "2026-01-01", "2026-03-31"},
		{"2026-01-05~", "2026-01-05", "2026-01-05"},
	} {
		s, err := ParseSpan(tt.in)
		if err != nil || s.First.String() != tt.first || s.Last.String() != tt.last || s.Label != tt.in {
			t.Errorf("ParseSpan(%q) = %s, %s, %v; want %s, %s", tt.in, s.First, s.Last, err, tt.first, tt.last)
		}
	}
	for in, want := range map[string]string{
		"2026-Q5":     "has 4 of these",
		"2026-H0":     "has 2 of these",
		"2025-W53":    "2025 has 52 weeks",
		"2026-13":     "write a month",
		"January":     "write a month",
		"":            "write a month",
		"2026-01/..":  "open at an end",
		"2026-02-30":  "write a month",
		"Q1 of 2026 ": "write a month",
	} {
		if _, err := ParseSpan(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseSpan(%q): %v, want %q", in, err, want)
		}
	}
}

// Every day of a year is in the ISO week that the time package has for it.
func TestWeeksAgainstTime(t *testing.T) {
	for day := when.DayOf(2015, 1, 1); day < when.DayOf(2032, 1, 1); day += 3 {
		y, m, d := day.Date()
		year, week := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).ISOWeek()
		s, err := parseWeek("", year, week)
		if err != nil || day < s.First || day > s.Last || s.First.Weekday() != time.Monday {
			t.Fatalf("%s: week %d of %d is %s to %s, %v", day, week, year, s.First, s.Last, err)
		}
	}
}

// A division has no gap and no overlap; where none is found, trying every one
// finds none either.
func TestTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var spans []Span
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			first := rapid.Int32Range(0, 9).Draw(t, "first")
			spans = append(spans, Span{First: when.Day(first), Last: when.Day(rapid.Int32Range(first, 9).Draw(t, "last"))})
		}
		slices.SortFunc(spans, byTime)
		whole := Span{First: 0, Last: 9}
		parts, complete := tile(whole, spans)
		next := whole.First
		for _, p := range parts {
			if p.First < next || complete && p.First != next || !p.within(whole) {
				t.Fatalf("%v of %v", parts, spans)
			}
			next = p.Last + 1
		}
		if complete != divisible(whole, spans, whole.First) || complete && next != whole.Last+1 {
			t.Fatalf("complete %v: %v of %v", complete, parts, spans)
		}
	})
}

func divisible(whole Span, spans []Span, from when.Day) bool {
	if from == whole.Last+1 {
		return true
	}
	return slices.ContainsFunc(spans, func(s Span) bool {
		return s.First == from && s.within(whole) && divisible(whole, spans, s.Last+1)
	})
}
