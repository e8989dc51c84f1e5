package casework

import (
	"strings"

	"temwen/instrument"
	"temwen/when"
)

// Leave is how far the time of a step may be extended: as the procedure has it from the
// agreement, or as this program has it, where that says nothing.
type Leave struct {
	// Text is what the agreement says, as the procedure has it; nil where it says nothing.
	Text *instrument.Extension
	// Used are the extensions that were given in the step, and not taken back.
	Used int
	// Until is the last day to which it may be extended today, and Own says that it is by
	// this program's own limit, and no agreement's.
	Until when.Day
	Own   bool
}

// mostTime is the most that a clock is extended at once, from the day on which it is,
// where the procedure does not say. A year to come is more likely a slip of the pen than
// a ground.
var mostTime = when.Period{Months: 12}

// Leave is how far the time of a step that falls due on a day may be extended on another.
func (c *Case) Leave(s *Step, due, on when.Day) Leave {
	l := Leave{Text: c.Procedure.Step(s.ID).Clock.Extension, Until: mostTime.After(on), Own: true}
	if l.Text != nil && !l.Text.AtMost.IsZero() {
		l.Until, l.Own = c.Procedure.Until(l.Text, due), false
	}
	for _, m := range s.Moves {
		if m.Kind == Extended && m.Aside == nil {
			l.Used++
		}
	}
	return l
}

// Spent reports whether as many extensions were given as there may be.
func (l *Leave) Spent() bool { return l.Text != nil && l.Text.Times > 0 && l.Used >= l.Text.Times }

// extend refuses an extension of a step that falls due on a day, where it may not be.
func (d *decision) extend(s *Step, to, due when.Day, has bool) error {
	switch {
	case !has || due < d.now:
		return refuse(CodeEnd)
	case to <= due:
		return refuse(CodeBefore)
	}
	return d.allows(s, to, due)
}

// allows refuses more time for a step that falls due on a day than may be given, and says
// what may be.
func (d *decision) allows(s *Step, to, due when.Day) error {
	switch leave := d.c.Leave(s, due, d.on); {
	case leave.Spent():
		return &Refused{Code: CodeTimes, Leave: &leave}
	case to > leave.Until:
		return &Refused{Code: CodeCap, Leave: &leave}
	}
	return nil
}

// TakeBack says of an extension that it was wrong: it was given by mistake, or what asked
// for it was not from who must act. It stays on the record, and the clock counts as if it
// had not been. Nobody becomes silent in the past by that: where the day without it has
// passed, or comes sooner than the warning window, the step falls due at the end of that
// window from this day on, and never later than with the extension.
//
// What it was for is not taken back once it was used: it is refused with CodeOver where
// the step was answered, and with CodeSpent where the time ran out with it.
type TakeBack struct {
	Step, Move int // Move is its number among the moves of the step, from 1
	Ground     string
	Note       string // in words, where the ground is "other"
}

func (t TakeBack) decide(d *decision) error {
	s := d.c.Step(t.Step)
	if s == nil || t.Move < 1 || t.Move > len(s.Moves) || s.Moves[t.Move-1].Kind != Extended || d.by == "" {
		return refuse(CodeUnknown)
	}
	if was := s.Moves[t.Move-1].Aside; was != nil {
		return &Refused{Code: CodeTwice, By: was.By, Did: extensionTakenBack}
	}
	d.on = d.now // whatever day it was given on, it is taken back today
	if _, err := d.step(t.Step, true); err != nil {
		return err
	}
	due, has := d.c.Due(s, d.now)
	if _, silent := d.c.SilentFrom(s); silent || has && due < d.now {
		return refuse(CodeSpent)
	}
	aside := &Aside{Move: t.Move, Ground: t.Ground, Note: strings.TrimSpace(t.Note)}
	if err := aside.grounded(); err != nil {
		return err
	}
	return d.happen(Event{Type: extensionTakenBack, Step: t.Step, Aside: aside})
}

// takesBack makes c the case after an extension was taken back.
func (c *Case) takesBack(e *Event) {
	s := c.Step(e.Step)
	m := &s.Moves[e.Aside.Move-1]
	was, had := c.Due(s, e.On)
	m.Aside = &Aside{On: e.On, By: e.By, Ground: e.Aside.Ground, Note: e.Aside.Note}
	if set := c.DaySet(s); set != nil && m.On < set.On {
		s.Set = nil // its day was counted with the extension
	}
	if had {
		c.spare(s, was, e.On, SetTakenBack)
	}
}

// spare sees to it that what the office has taken back of the clock of a step on a day
// makes nobody late in the past: the step falls due at the end of the warning window at
// the earliest, or when it would have, on the day was, where that is sooner.
func (c *Case) spare(s *Step, was, on when.Day, why SetWhy) {
	is, has := c.Due(s, on)
	if !has {
		return
	}
	day := warning.After(on)
	if was >= on {
		day = min(day, was)
	}
	if day <= is {
		return
	}
	s.Set = &Set{On: on, Day: day, Why: why}
	if n := c.letter(s); n != nil {
		s.Set.Notice = n.N
	}
}
