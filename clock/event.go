package clock

import "temwen/when"

// EventKind says what happened to an obligation.
type EventKind uint8

// What can happen to an obligation.
const (
	Ask       EventKind = iota + 1 // somebody asked that it be met
	Answer                         // the debtor answered
	Refuse                         // the debtor answered that it will not be met
	Perform                        // it was met in part
	Discharge                      // it was met, which also ends a dispute whether it is owed
	Pause                          // its clock stops, if it had not run out
	Resume                         // its clock goes on
	Extend                         // its due day moves, if it had not passed
	Waive                          // the creditor released the debtor
	Dispute                        // somebody disputes that it is owed, or that it was met
	Settle                         // the dispute is over
	Lapse                          // it ended without being met
)

// EventKinds are the names of the kinds of event, as a dossier writes them.
var EventKinds = map[string]EventKind{
	"ask": Ask, "answer": Answer, "refuse": Refuse, "perform": Perform,
	"discharge": Discharge, "pause": Pause, "resume": Resume, "extend": Extend,
	"waive": Waive, "dispute": Dispute, "settle": Settle, "lapse": Lapse,
}

// Event is something that happened to an obligation.
type Event struct {
	ID     string
	Kind   EventKind
	When   Moment
	Period when.Period // Extend: by this long
	To     when.Day    // Extend: to this day, where Period is zero
	// For is the due day that a discharge, extension, waiver or lapse is about,
	// where the obligation recurs: as the rule gives it, before any extension.
	// It is AnyOccurrence where none is named.
	For     when.Day
	Reading int32 // the reading that it holds for; None for all
}

// Day is the day that e counts from: the first that it allows, or the last
// where e burdens the debtor.
func (e *Event) Day() when.Day {
	if e.Kind == Ask || e.Kind == Resume {
		return e.When.Last
	}
	return e.When.First
}

// AnyOccurrence is the For of an event that names no due day: an extension is
// then about the occurrence open on its day, a waiver or lapse about all.
const AnyOccurrence = when.Latest

// event takes the clock through one event. What ended it stays: neither a
// pause nor a second ending changes anything then.
func (c *run) event(i int, e *Event) {
	s := Step{Code: HadNoEffect, Event: ref(i), Day: e.Day()}
	ended := c.met || c.over
	switch e.Kind {
	case Ask:
		s.Code = WasAsked
		if !c.asked {
			c.asked, c.askedAt = true, s.Day
		}
	case Answer:
		s.Code, c.asked = WasAnswered, false
	case Refuse:
		s.Code, c.asked = WasRefused, false
	case Perform:
		s.Code, c.asked, c.partly = WasPerformed, false, true
	case Dispute:
		s.Code, c.disputed = WasDisputed, true
	case Settle:
		if c.disputed {
			s.Code, c.disputed = WasSettled, false
		}
	case Pause:
		if !ended && !c.paused {
			c.pause(&s)
		}
	case Resume:
		if c.paused {
			c.resume(&s)
		}
	case Extend:
		if !ended {
			c.extend(e, &s)
		}
	case Discharge:
		if !ended {
			c.stop(s.Day)
			s.Code, c.met, c.metAt, c.disputed = WasDischarged, true, s.Day, false
		}
	case Waive, Lapse:
		if !ended {
			c.stop(s.Day)
			s.Code, c.over = WasWaived, true
			if e.Kind == Lapse {
				s.Code = HasLapsed
			}
		}
	}
	c.tr.step(s)
}

// stop ends the clock on a day, and a pause with it.
func (c *run) stop(day when.Day) {
	if c.paused {
		c.standStill(day)
		c.paused = false
	}
}

// pause stops the clock, unless it ran out before.
func (c *run) pause(s *Step) {
	if c.hasDue && s.Day > c.due {
		s.Code, s.Day2 = PauseTooLate, c.due
		return
	}
	s.Code, c.paused, c.counted = WasPaused, true, max(c.counted, s.Day)
}

// resume lets the clock go on.
func (c *run) resume(s *Step) {
	c.paused = false
	s.Code, s.N = WasResumed, c.shift(s.Day)
	if s.N > 0 {
		s.Day2, s.HasDay2 = c.due, true
	}
}

// standStill counts the days that the clock has stood still until day, while
// its pause goes on.
func (c *run) standStill(day when.Day) {
	if n := c.shift(day); n > 0 {
		c.tr.step(Step{Code: StoodStill, Day: day, N: n, Day2: c.due})
	}
}

// shift moves the due day by the days that the clock stood still until day,
// after its trigger, and returns by how many days it moved. A clock that is
// counted back from an event has no days to lose: it is only not due while it
// is paused.
func (c *run) shift(day when.Day) int {
	from, was := c.counted, c.due
	c.counted = max(from, day)
	switch {
	case !c.hasDue || day <= from || from < firstDay || c.rule.Kind == Every:
		return 0
	case c.rule.Kind == Before:
		c.falls(max(was, day))
	case c.rule.Working && c.rule.Kind == Within:
		c.falls(max(was, c.rule.Calendar.After(day, c.rule.Calendar.Between(from, was))))
	default:
		c.falls(when.Days(int(day) - int(from)).After(was))
	}
	return int(c.due - was)
}

// extend moves the due day, unless the clock ran out before. An extension
// within a pause counts from the due day as it then stands.
func (c *run) extend(e *Event, s *Step) {
	s.Period = e.Period
	if c.paused {
		c.standStill(s.Day)
	}
	to := e.To
	if c.hasDue && !e.Period.IsZero() {
		to = c.rule.after(c.due, e.Period)
	}
	switch {
	case !c.hasDue:
		s.Code = WasExtended
	case s.Day > c.due:
		s.Code, s.Day2 = ExtensionTooLate, c.due
	case to <= c.due:
		s.Code, s.Day2 = ExtensionNotLater, c.due
	default:
		c.falls(to)
		s.Code, s.Day2, s.HasDay2 = WasExtended, to, c.hasDue
	}
}
