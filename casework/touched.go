package casework

import (
	"context"
	"iter"
	"maps"
	"slices"

	"temwen/instrument"
	"temwen/record"
	"temwen/when"
)

// Touched is a case that follows another version of a procedure than the one
// given, and what that would change for the steps that wait.
type Touched struct {
	Case  *Case
	Steps []TouchedStep
	Hands []TouchedHand
	// Lacks is what keeps the case from taking the version; none where it can.
	Lacks []Lack
	// Changes are what the version says otherwise than the one that the case follows: cases
	// of one version share them.
	Changes []instrument.Change
	Other   *instrument.Procedure // the version given
}

// Stage is where a case is, as a step or an end goes.
type Stage string

// The stages.
const (
	StageWaits  Stage = "waits"  // the step waits, or the case has come to the end
	StageComing Stage = "coming" // the case may still come there, or come there again
	StagePassed Stage = "passed" // it has been there, and does not come there again
	StageNever  Stage = "never"  // it has not been there, and does not come there
)

// StageOf is where a case is, as a step or an end of one of two versions of its procedure
// goes: what it may still come to under either of them.
func (c *Case) StageOf(p *instrument.Procedure, id string) Stage {
	been := slices.ContainsFunc(c.Steps, func(s Step) bool { return s.ID == id && s.Dropped == nil })
	for _, s := range c.Open() {
		if s.ID == id {
			return StageWaits
		}
	}
	for _, e := range c.Ends {
		if e.End == id && e.Reopened == nil {
			return StageWaits
		}
	}
	switch {
	case slices.Contains(c.coming(p), id):
		return StageComing
	case been:
		return StagePassed
	}
	return StageNever
}

// Unheld are open cases that follow a procedure of which no version was given.
type Unheld struct {
	Procedure string   `json:"procedure"` // ID
	Missions  []string `json:"missions"`  // that follow it
	Cases     int      `json:"cases"`
}

// TouchedStep is a step that waits, and the day on which it falls due, where it
// has one, now and under the other version.
type TouchedStep struct {
	N         int
	Step      string
	Was, Is   when.Day
	Had, Has  bool
	Forgotten bool // the other version has no such step
	// Since is the day from which the step has waited, and Mark and Would are the days at which
	// a benchmark ends, now and under the other version; nil where there is none.
	Since       when.Day
	Mark, Would *when.Day
	// Could and Can are how far its time may be extended, now and under the other
	// version; nil where it does not say.
	Could, Can *instrument.Extension
}

// TouchedHand is an end that a case has come to, or can come to, and that hands on to
// another procedure under the other version than it does now: Was and Is are where to,
// nil where it does not.
type TouchedHand struct {
	End     string
	Was, Is *instrument.HandOn
	// Waits says that the case was handed over there, and its next case is not open.
	Waits bool
}

// Moves reports whether a day changes, or a step that waits is gone.
func (t *Touched) Moves() bool {
	return slices.ContainsFunc(t.Steps, func(s TouchedStep) bool { return s.Forgotten || s.Had != s.Has || s.Was != s.Is })
}

// Extends reports whether it changes how far a time may be extended.
func (t *Touched) Extends() bool {
	return slices.ContainsFunc(t.Steps, func(s TouchedStep) bool { return s.Extends() })
}

// Extends reports whether it changes how far the time of the step may be extended.
func (s *TouchedStep) Extends() bool {
	return !s.Forgotten && ((s.Could == nil) != (s.Can == nil) || s.Could != nil && *s.Could != *s.Can)
}

// LookTouched yields the open cases that follow another version of one of these
// procedures, the first to fall due first; unheld is told of those at the end that follow a
// procedure which is none of these, in order, and may be nil. It changes nothing: a newer
// version is offered, never imposed.
func LookTouched(ctx context.Context, v Viewer, current []*instrument.Procedure, today when.Day, unheld func(Unheld)) iter.Seq2[*Touched, error] {
	byID := make(map[string]*instrument.Procedure, len(current))
	for _, p := range current {
		byID[p.ID] = p
	}
	type version struct {
		procedure *instrument.Procedure
		other     bool
		changes   []instrument.Change
	}
	return func(yield func(*Touched, error) bool) {
		looked := make(map[string]*version) // by the sum of a version: many cases share one
		without := make(map[string]*Unheld)
		follows := func(t *record.Tables, index uint64, sum []byte) (bool, error) {
			one := looked[string(sum)]
			if one == nil {
				p, err := procedures.of(ctx, t, index, sum)
				if err != nil {
					return false, err
				}
				one = &version{procedure: p, other: (&Case{Procedure: p}).Newer(byID[p.ID])}
				if one.other {
					one.changes = p.Changes(byID[p.ID])
				}
				looked[string(sum)] = one
			}
			if id := one.procedure.ID; byID[id] == nil {
				if without[id] == nil {
					without[id] = &Unheld{Procedure: id, Missions: one.procedure.Missions}
				}
				without[id].Cases++
			}
			return one.other, nil
		}
		for q := (Query{Limit: 200}); ; {
			page, err := listCases(ctx, v, q, follows)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, c := range page.Cases {
				p := byID[c.Procedure.ID]
				t := &Touched{Case: c, Other: p, Changes: looked[string(procedures.sum(c.Procedure))].changes}
				t.Steps, t.Hands, t.Lacks = c.Touches(p, today), c.TouchesHands(p), c.Lacks(p)
				if !yield(t, nil) {
					return
				}
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if unheld != nil {
			for _, id := range slices.Sorted(maps.Keys(without)) {
				unheld(*without[id])
			}
		}
	}
}

// Touches is what following another version of its procedure from a day on would change
// for the steps of a case that wait: see Adopt.
func (c *Case) Touches(p *instrument.Procedure, now when.Day) []TouchedStep {
	var steps []TouchedStep
	for _, s := range c.Open() {
		t := TouchedStep{N: s.N, Step: s.ID, Could: c.Procedure.Step(s.ID).Clock.Extension}
		t.Was, t.Had = c.Due(s, now)
		t.Since, t.Mark = s.Begun, c.mark(c.Procedure, s, now)
		if other := p.Step(s.ID); other == nil {
			t.Forgotten = true
		} else {
			t.Can = other.Clock.Extension
			t.Is, t.Has, _ = c.dueUnder(p, s, now)
			t.Would = c.mark(p, s, now)
		}
		steps = append(steps, t)
	}
	return steps
}

// mark is the day at which the benchmark of a version of its procedure ends for a step; nil
// where it has none, or counts from the day of what happened and that is not known here.
func (c *Case) mark(p *instrument.Procedure, s *Step, now when.Day) *when.Day {
	k := p.Step(s.ID).Clock
	if k.Benchmark.IsZero() || k.From == instrument.FromIncident && !c.Happened.Known {
		return nil
	}
	under := *c
	under.Procedure = p
	if state := under.Status(&Step{N: s.N, ID: s.ID, Begun: s.Begun}, now); state.HasBenchmark {
		return &state.Benchmark
	}
	return nil
}

// TouchesHands is what following another version of its procedure would change of where a
// case hands on: at the ends that it has come to, and at those that its open steps lead to
// under either version.
func (c *Case) TouchesHands(p *instrument.Procedure) (list []TouchedHand) {
	for _, end := range c.reachable(p) {
		h := TouchedHand{End: end, Waits: c.handing(end) != nil}
		if e := c.Procedure.End(end); e != nil {
			h.Was = e.HandsOn
		}
		if e := p.End(end); e != nil {
			h.Is = e.HandsOn
		}
		if (h.Was == nil) != (h.Is == nil) || h.Was != nil && *h.Was != *h.Is {
			list = append(list, h)
		}
	}
	return list
}

// reachable are the ends at which a case is, and those to which its open steps lead, under
// its own version of the procedure or another one.
func (c *Case) reachable(p *instrument.Procedure) (ends []string) {
	var ids []string
	for _, r := range c.Ends {
		if r.Reopened == nil {
			ids = append(ids, r.End)
		}
	}
	for _, id := range append(ids, c.coming(p)...) {
		if !slices.Contains(ends, id) && (c.Procedure.End(id) != nil || p.End(id) != nil) {
			ends = append(ends, id)
		}
	}
	return ends
}

// coming are the steps and ends to which its open steps lead, under its own version of the
// procedure or another one, each once.
func (c *Case) coming(p *instrument.Procedure) (ids []string) {
	lead := func(from string) {
		for _, version := range []*instrument.Procedure{c.Procedure, p} {
			if s := version.Step(from); s != nil {
				for _, b := range s.Branches() {
					for _, id := range b.Then {
						if !slices.Contains(ids, id) {
							ids = append(ids, id)
						}
					}
				}
			}
		}
	}
	for _, s := range c.Open() {
		lead(s.ID)
	}
	for i := 0; i < len(ids); i++ {
		lead(ids[i])
	}
	return ids
}
