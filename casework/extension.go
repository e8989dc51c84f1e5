package casework

import (
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
		l.Until, l.Own = l.Text.AtMost.After(due), false
	}
	for _, m := range s.Moves {
		if m.Kind == Extended {
			l.Used++
		}
	}
	return l
}

// Spent reports whether as many extensions were given as there may be.
func (l *Leave) Spent() bool { return l.Text != nil && l.Text.Times > 0 && l.Used >= l.Text.Times }

// extend refuses an extension of a step that falls due on a day, where it may not be.
func (d *decision) extend(s *Step, to, due when.Day, has bool) error {
	leave := d.c.Leave(s, due, d.on)
	switch {
	case !has || due < d.now:
		return refuse(CodeEnd)
	case to <= due:
		return refuse(CodeBefore)
	case leave.Spent():
		return &Refused{Code: CodeTimes, Leave: &leave}
	case to > leave.Until:
		return &Refused{Code: CodeCap, Leave: &leave}
	}
	return nil
}
