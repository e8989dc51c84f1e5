package casework

import (
	"testing"

	"temwen/clock"
	"temwen/instrument"
	"temwen/when"
)

// A benchmark that counts from what happened counts from the latest day that the incidents
// of the case allow, also when one is coded anew; where one has no day, from the step.
func TestBenchmarkFromWhatHappened(t *testing.T) {
	o := newOffice(t)
	p := criminal()
	p.Steps[0].Clock = instrument.Clock{Words: p.Steps[0].Clock.Words, Benchmark: when.Period{Months: 6}, Of: "m/x", From: instrument.FromIncident}
	a := o.allegation(t)
	id, err := o.Cases.Open(t.Context(), "o1", Opened{Procedure: p, Allegations: []string{a}, Mission: "mss"}, o.today)
	if err != nil {
		t.Fatal(err)
	}
	incident, err := o.Incident(t.Context(), o.incidentOf(t, id))
	if err != nil {
		t.Fatal(err)
	}
	holds := func(want string, span clock.Moment) {
		t.Helper()
		c, err := o.Case(t.Context(), "o1", id)
		if err != nil {
			t.Fatal(err)
		}
		if s := c.Status(c.Step(1), o.today); s.Benchmark != day(want) || s.Since != o.today || s.HasDue || c.Happened != span {
			t.Errorf("it ends on %s, since %s, and happened %+v; it should end on %s", s.Benchmark, s.Since, c.Happened, want)
		}
	}
	holds("2025-07-10", clock.Moment{})
	for _, tt := range []struct{ on, want, first, last string }{
		{"2024-12-03", "2025-06-03", "2024-12-03", "2024-12-03"},
		{"2024-11", "2025-05-30", "2024-11-01", "2024-11-30"},
	} {
		if incident.When, err = when.Parse(tt.on); err != nil {
			t.Fatal(err)
		}
		if err := o.Revise(t.Context(), "o1", *incident); err != nil {
			t.Fatal(err)
		}
		if incident, err = o.Incident(t.Context(), incident.ID); err != nil {
			t.Fatal(err)
		}
		holds(tt.want, clock.Moment{First: day(tt.first), Last: day(tt.last), Known: true})
	}
	o.rebuilds(t)
}
