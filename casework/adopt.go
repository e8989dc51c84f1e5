package casework

import (
	"slices"

	"temwen/instrument"
	"temwen/when"
)

// Adopt makes a case follow a newer version of its procedure: by an officer's
// choice, never by itself. Where the new version lacks a step, an answer or an
// end that the case has come to, or goes another track, it is refused: the past is not
// rewritten.
//
// To a step that waits the new version applies from the day on which it is taken, and
// never so that a silence would lie in the past. A longer time counts from the
// beginning of the step. A shorter one counts from the day of taking, and where the old
// time ends earlier than that, the old one stands. What has run out stays so.
type Adopt struct{ Procedure *instrument.Procedure }

func (a Adopt) decide(d *decision) error {
	p := a.Procedure
	if p == nil || p.ID != d.c.Procedure.ID || len(p.Check()) > 0 || !d.c.fits(p) {
		return refuse(CodeProcedure)
	}
	if !d.c.Newer(p) {
		return refuse(CodeTwice)
	}
	return d.happen(Event{Type: procedureAdopted, Procedure: p})
}

// Set is a day on which a step falls due, and since when it does, in the place of the one
// that its text or a letter gives.
type Set struct {
	On  when.Day `json:"on"`
	Day when.Day `json:"day"`
	Why SetWhy   `json:"why"`
	// Notice is the number of the letter whose day it stands for; 0 for the text's.
	Notice int `json:"notice,omitempty"`
}

// SetWhy is why a day was set.
type SetWhy string

// Why a day can be set: the case took a newer version of its procedure; an extension was
// taken back; the letter that had set another day was withdrawn.
const (
	SetAdopted   SetWhy = "adopted"
	SetTakenBack SetWhy = "taken-back"
	SetWithdrawn SetWhy = "withdrawn"
)

// DaySet is the day that a step falls due on in the place of its text's or its letter's, or
// nil.
func (c *Case) DaySet(s *Step) *Set {
	letter, asks := 0, !c.Procedure.Step(s.ID).Clock.Unclocked()
	if n := c.letter(s); n != nil {
		letter, asks = n.N, true
	}
	if s.Set == nil || !asks || s.Set.Notice != letter {
		return nil
	}
	return s.Set
}

// dueUnder is the day on which a step falls due where a case takes a version of its
// procedure on a day, and whether it has one; plain says that it is the one that the
// text gives from the beginning of the step.
func (c *Case) dueUnder(p *instrument.Procedure, s *Step, on when.Day) (day when.Day, has, plain bool) {
	under, bare := *c, *s
	under.Procedure = p
	if s.Set != nil && s.Set.Notice == 0 {
		bare.Set = nil
	}
	was, had := c.Due(s, on)
	is, has := under.Due(&bare, on)
	if p.Step(s.ID).Clock.Unclocked() {
		return is, has, true
	}
	fresh, _ := under.Due(&Step{N: s.N, ID: s.ID, Begun: on}, on)
	switch _, silent := c.SilentFrom(s); {
	case had && (silent || was < on):
		return was, true, was == is
	case !had:
		return max(is, fresh), true, is >= fresh
	case is >= was:
		return is, true, true
	}
	day = min(was, fresh)
	return day, true, day == is
}

// adopt makes a case follow a version of its procedure from a day on.
func (c *Case) adopt(p *instrument.Procedure, on when.Day, index uint64) {
	set := make(map[int]*Set)
	for _, s := range c.Open() {
		if day, _, plain := c.dueUnder(p, s, on); !plain {
			set[s.N] = &Set{On: on, Day: day, Why: SetAdopted}
		}
	}
	for _, s := range c.Open() {
		if set[s.N] != nil || s.Set != nil && s.Set.Notice == 0 {
			s.Set = set[s.N]
		}
	}
	c.Procedure, c.Adopted = p, index
}

// Lack is what a case has come to, and a version of its procedure has no place for: the
// track, an end, a step, or an answer in a step.
type Lack struct {
	Track  bool   `json:"track,omitempty"`
	Step   string `json:"step,omitempty"`   // ID
	Answer string `json:"answer,omitempty"` // ID, in the step
	End    string `json:"end,omitempty"`    // ID
}

// Lacks is all that a version of its procedure has no place for of what has happened in a
// case, each once; none where the case can take it.
func (c *Case) Lacks(p *instrument.Procedure) (list []Lack) {
	add := func(l Lack) {
		if !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	if p.Track != c.Procedure.Track {
		add(Lack{Track: true})
	}
	with := &Case{Procedure: p}
	for i := range c.Steps {
		s := &c.Steps[i]
		if p.Step(s.ID) == nil {
			add(Lack{Step: s.ID})
			continue
		}
		for _, a := range s.Answers {
			if with.branch(s, a.Answer) == nil {
				add(Lack{Step: s.ID, Answer: a.Answer})
			}
		}
	}
	for _, e := range c.Ends {
		if p.End(e.End) == nil {
			add(Lack{End: e.End})
		}
	}
	return list
}

// fits reports whether a version of its procedure goes the same track, and all that has
// happened in a case has its place there.
func (c *Case) fits(p *instrument.Procedure) bool { return len(c.Lacks(p)) == 0 }

// Fits reports whether a newer version of its procedure could be adopted.
func (c *Case) Fits(p *instrument.Procedure) bool { return c.Newer(p) && c.fits(p) }
