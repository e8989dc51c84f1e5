package casework

import (
	"testing"

	"temwen/clock"
	"temwen/instrument"
	"temwen/when"
)

// Given a step that began on a Friday, then neither a period nor a benchmark of working days
// counts the weekend.
func TestWorkingDaysLeaveOutWeekends(t *testing.T) {
	p := criminal()
	words := p.Steps[0].Clock.Words
	for _, tt := range []struct {
		name           string
		clock          instrument.Clock
		due, benchmark string
	}{
		{"a period", instrument.Clock{Within: when.Days(3), Working: true}, "2025-01-15", ""},
		{"a benchmark", instrument.Clock{Words: words, Benchmark: when.Days(10), BenchmarkWorking: true, Of: "m/x"}, "", "2025-01-24"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p.Steps[0].Clock = tt.clock
			k := &course{t, new(Case)}
			k.do("o1", "2025-01-10", Open{ID: "c", Number: 1, Opened: Opened{Procedure: p, Allegations: []string{"a"}, Mission: "mss", State: "s"}})
			s := k.c.Status(k.c.Step(1), day("2025-01-10"))
			if s.HasDue != (tt.due != "") || s.HasDue && s.Due != day(tt.due) {
				t.Errorf("it is due on %s, and should be on %q", s.Due, tt.due)
			}
			if tt.benchmark != "" && s.Benchmark != day(tt.benchmark) {
				t.Errorf("the benchmark ends on %s, and should on %s", s.Benchmark, tt.benchmark)
			}
		})
	}
}

// Given a procedure that names its holidays, those of every year and those of one
// then a period, a benchmark and an extension of working days leave them out, also in a year
// to come; what counts all days counts them.
func TestWorkingDaysLeaveOutHolidays(t *testing.T) {
	p := criminal()
	words := p.Steps[0].Clock.Words
	p.Steps[1].Clock = instrument.Clock{Words: words, Benchmark: when.Days(1), BenchmarkWorking: true, Of: "m/x"} // else nothing counts them
	p.Holidays = &instrument.Holidays{Yearly: []string{"01-01", "02-29", "05-18"}, Days: []when.Date{when.MustParse("2025-05-19")}, Provision: "x"}
	for _, tt := range []struct {
		name, begun    string
		clock          instrument.Clock
		due, benchmark string
		until          string // to which it may be extended
	}{
		// Thursday, 15 May 2025; the 18th is a Sunday
		{"a period", "2025-05-15", instrument.Clock{Within: when.Days(3), Working: true}, "2025-05-21", "", ""},
		{"over the year's end", "2025-12-30", instrument.Clock{Within: when.Days(3), Working: true}, "2026-01-05", "", ""},
		{"all days", "2025-05-15", instrument.Clock{Within: when.Days(4)}, "2025-05-19", "", ""},
		{"a benchmark", "2025-05-15", instrument.Clock{Words: words, Benchmark: when.Days(2), BenchmarkWorking: true, Of: "m/x"}, "", "2025-05-20", ""},
		{
			"an extension", "2025-05-13",
			instrument.Clock{Within: when.Days(3), Extension: &instrument.Extension{AtMost: when.Days(2), Working: true, Provision: "x"}},
			"2025-05-16", "", "2025-05-21",
		},
		{
			"an extension of all days", "2025-05-13",
			instrument.Clock{Within: when.Days(3), Extension: &instrument.Extension{AtMost: when.Days(2), Provision: "x"}},
			"2025-05-16", "", "2025-05-18",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p.Steps[0].Clock = tt.clock
			k := &course{t, new(Case)}
			k.do("o1", tt.begun, Open{ID: "c", Number: 1, Opened: Opened{Procedure: p, Allegations: []string{"a"}, Mission: "mss", State: "s"}})
			s := k.c.Status(k.c.Step(1), day(tt.begun))
			if s.HasDue != (tt.due != "") || s.HasDue && s.Due != day(tt.due) {
				t.Errorf("it is due on %s, and should be on %q", s.Due, tt.due)
			}
			if tt.benchmark != "" && s.Benchmark != day(tt.benchmark) {
				t.Errorf("the benchmark ends on %s, and should on %s", s.Benchmark, tt.benchmark)
			}
			if tt.until != "" {
				if l := k.c.Leave(k.c.Step(1), s.Due, day(tt.begun)); l.Until != day(tt.until) || l.Own {
					t.Errorf("it may be extended as %+v, and should be until %s", l, tt.until)
				}
			}
		})
	}
}

// A benchmark that counts from what happened years before leaves out the holidays of then.
func TestHolidaysOfTheDayOfWhatHappened(t *testing.T) {
	p := criminal()
	p.Steps[0].Clock = instrument.Clock{Words: p.Steps[0].Clock.Words, Benchmark: when.Days(1), BenchmarkWorking: true, Of: "m/x", From: instrument.FromIncident}
	p.Holidays = &instrument.Holidays{Yearly: []string{"01-01"}, Provision: "x"}
	k := &course{t, new(Case)}
	k.do("o1", "2025-05-15", Open{ID: "c", Number: 1, Opened: Opened{Procedure: p, Allegations: []string{"a"}, Mission: "mss", State: "s"}})
	k.c.Happened = clock.On(day("2018-12-31"))
	if s := k.c.Status(k.c.Step(1), day("2025-05-15")); s.Benchmark != day("2019-01-02") {
		t.Errorf("the benchmark ended on %s", s.Benchmark)
	}
}
