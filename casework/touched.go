package casework

import (
	"context"
	"iter"
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
}

// TouchedStep is a step that waits, and the day on which it falls due, where it
// has one, now and under the other version.
type TouchedStep struct {
	N         int
	Step      string
	Was, Is   when.Day
	Had, Has  bool
	Forgotten bool // the other version has no such step
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

// Changes reports whether a day changes, or a step is gone.
func (t *Touched) Changes() bool {
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
// procedures, the first to fall due first. It changes nothing: a newer version is
// offered, never imposed.
func LookTouched(ctx context.Context, v Viewer, current []*instrument.Procedure, today when.Day) iter.Seq2[*Touched, error] {
	byID := make(map[string]*instrument.Procedure, len(current))
	for _, p := range current {
		byID[p.ID] = p
	}
	return func(yield func(*Touched, error) bool) {
		looked := make(map[string]bool) // by the sum of a version: many cases share one
		follows := func(t *record.Tables, index uint64, sum []byte) (bool, error) {
			other, known := looked[string(sum)]
			if known {
				return other, nil
			}
			p, err := procedures.of(ctx, t, index, sum)
			if err == nil {
				other = (&Case{Procedure: p}).Newer(byID[p.ID])
				looked[string(sum)] = other
			}
			return other, err
		}
		for q := (Query{Limit: 200}); ; {
			page, err := listCases(ctx, v, q, follows)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, c := range page.Cases {
				if !yield(&Touched{c, c.Touches(byID[c.Procedure.ID], today), c.TouchesHands(byID[c.Procedure.ID])}, nil) {
					return
				}
			}
			if q.After = page.Next; q.After == "" {
				return
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
		if other := p.Step(s.ID); other == nil {
			t.Forgotten = true
		} else {
			t.Can = other.Clock.Extension
			t.Is, t.Has, _ = c.dueUnder(p, s, now)
		}
		steps = append(steps, t)
	}
	return steps
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
	var ids []string // steps and ends, each followed once
	for _, r := range c.Ends {
		if r.Reopened == nil {
			ids = append(ids, r.End)
		}
	}
	for _, s := range c.Open() {
		ids = append(ids, s.ID)
	}
	for i := 0; i < len(ids); i++ {
		if slices.Contains(ids[:i], ids[i]) {
			continue
		}
		isEnd := false
		for _, version := range []*instrument.Procedure{c.Procedure, p} {
			isEnd = isEnd || version.End(ids[i]) != nil
			if s := version.Step(ids[i]); s != nil {
				for _, b := range s.Branches() {
					ids = append(ids, b.Then...)
				}
			}
		}
		if isEnd {
			ends = append(ends, ids[i])
		}
	}
	return ends
}
