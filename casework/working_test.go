package casework

import (
	"testing"

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
