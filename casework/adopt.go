package casework

import "temwen/instrument"

// Adopt makes a case follow a newer version of its procedure: by an officer's
// choice, never by itself. Where the new version lacks a step, an answer or an
// end that the case has come to, or goes another track, it is refused: the past is not
// rewritten.
type Adopt struct{ Procedure *instrument.Procedure }

func (a Adopt) decide(d *decision) error {
	p := a.Procedure
	if p == nil || p.ID != d.c.Procedure.ID || p.Track != d.c.Procedure.Track || len(p.Check()) > 0 || !d.c.fits(p) {
		return refuse(CodeProcedure)
	}
	if !d.c.Newer(p) {
		return refuse(CodeTwice)
	}
	return d.happen(Event{Type: procedureAdopted, Procedure: p})
}

// fits reports whether all that has happened in a case has its place in a
// version of its procedure.
func (c *Case) fits(p *instrument.Procedure) bool {
	with := &Case{Procedure: p}
	for i := range c.Steps {
		s := &c.Steps[i]
		if p.Step(s.ID) == nil {
			return false
		}
		for _, a := range s.Answers {
			if with.branch(s, a.Answer) == nil {
				return false
			}
		}
	}
	for _, e := range c.Ends {
		if p.End(e.End) == nil {
			return false
		}
	}
	return true
}

// Fits reports whether a newer version of its procedure could be adopted.
func (c *Case) Fits(p *instrument.Procedure) bool {
	return c.Newer(p) && p.Track == c.Procedure.Track && c.fits(p)
}
