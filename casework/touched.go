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
}

// TouchedStep is a step that waits, and the day on which it falls due, where it
// has one, now and under the other version.
type TouchedStep struct {
	N         int
	Step      string
	Was, Is   when.Day
	Had, Has  bool
	Forgotten bool // the other version has no such step
}

// Changes reports whether a day changes, or a step is gone.
func (t *Touched) Changes() bool {
	return slices.ContainsFunc(t.Steps, func(s TouchedStep) bool { return s.Forgotten || s.Had != s.Has || s.Was != s.Is })
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
				if !yield(&Touched{c, c.Touches(byID[c.Procedure.ID], today)}, nil) {
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
		t := TouchedStep{N: s.N, Step: s.ID}
		t.Was, t.Had = c.Due(s, now)
		if p.Step(s.ID) == nil {
			t.Forgotten = true
		} else {
			t.Is, t.Has, _ = c.dueUnder(p, s, now)
		}
		steps = append(steps, t)
	}
	return steps
}
