package clock

import "temwen/when"

// cycle is the clock of an obligation that falls due again and again. Its n-th
// due day is n periods after its start, counted from the start each time, so
// that month ends do not drift. A pause does not move its due days: what falls
// due while it is paused is not owed.
//
// A discharge that does not say which due day it is for counts, if it comes
// between two, for the nearer one that is not yet met: late for the one
// before, or in time for the one to come. It does not heal what was missed
// earlier.
//
// The status is that of the occurrence that fell due last, or of the one to
// come where that was met. When the whole has ended, it is discharged only if
// every occurrence was met, and lapsed if none fell due.
type cycle struct {
	*run // its due day is that of the open occurrence; none when nothing more falls due

	ended    bool     // nothing falls due after until
	until    when.Day // for the rule's day, before any extension
	labelled bool     // some events name the due day that they are about

	n                int
	open, last       occurrence // the one to come, and the one that fell due last
	lost             when.Day   // the due day that was missed last, before that
	occurred, missed int32
	late             bool // one was met late
}

// occurrence is one due day of a cycle.
type occurrence struct {
	day    when.Day // as the rule gives it
	due    when.Day // as it fell due, after its extensions
	met    bool
	metAt  when.Day
	waived bool
}

// recurring computes the state of an obligation that recurs.
func (c *run) recurring(r *Register) State {
	y := cycle{run: c, until: lastDay, last: occurrence{met: true}, lost: when.Latest}
	y.open.day = c.start
	if m, ok := r.moment(c.o, c.rule.Until, c.now); ok {
		y.ended, y.until = true, m.Last
		c.tr.step(Step{Code: EndedWith, Trigger: c.rule.Until, Day: m.Last})
	}
	for i := range c.o.Events {
		y.labelled = y.labelled || c.o.Events[i].For != AnyOccurrence
	}
	if c.started {
		y.next()
	}
	for i := range c.o.Events {
		if e := &c.o.Events[i]; c.happened(e) {
			y.event(i, e)
		}
	}
	if !c.over {
		y.advance(c.now)
	}
	status := y.verdict()
	s := c.state()
	s.Met, s.Occurred, s.Missed = y.last.metAt, y.occurred, y.missed
	c.tr.step(Step{
		Code: Recurred, Day: c.start, Period: c.rule.Period, Working: c.rule.Working,
		N: int(y.occurred), N2: int(y.missed), Day2: s.Due, HasDay2: s.HasDue,
	})
	return c.finish(s, status)
}

// advance lets everything fall due that does so before day.
func (y *cycle) advance(day when.Day) {
	for y.hasDue && y.due < day {
		if o := y.open; !y.paused && !o.waived {
			o.due = y.due
			y.occurred++
			if !y.last.met {
				y.lost = y.last.due
			}
			if !o.met {
				o.metAt = y.last.metAt
				y.missed++
			}
			y.late = y.late || o.met && o.metAt > o.due
			y.last = o
		}
		y.next()
	}
}

// next opens the next occurrence, if there is one. A rule whose days do not go
// forward has none.
func (y *cycle) next() {
	y.n++
	day := y.rule.nth(y.n, y.start, y.open.day)
	if y.hasDue = false; day > y.open.day && day <= y.until {
		y.falls(day)
	}
	y.open = occurrence{day: day}
	if y.hasDue && y.labelled {
		y.label()
	}
}

// label applies to the open occurrence the events that name its due day.
func (y *cycle) label() {
	for i := range y.o.Events {
		e := &y.o.Events[i]
		if e.For != y.open.day || !y.happened(e) {
			continue
		}
		switch e.Kind {
		case Discharge:
			if !y.open.met {
				y.open.met, y.open.metAt = true, e.Day()
			}
		case Waive, Lapse:
			y.open.waived = true
		case Extend:
			y.run.event(i, e)
		}
	}
}

// event takes the cycle through one event.
func (y *cycle) event(i int, e *Event) {
	if !y.over {
		y.advance(e.Day())
	}
	labelled := e.For != AnyOccurrence
	switch {
	case e.Kind == Discharge:
		y.discharge(i, e, labelled)
	case labelled && e.Kind == Waive:
		y.tr.step(Step{Code: WasWaived, Event: ref(i), Day: e.Day(), Day2: e.For, HasDay2: true})
	case labelled && e.Kind == Lapse:
		y.tr.step(Step{Code: HasLapsed, Event: ref(i), Day: e.Day(), Day2: e.For, HasDay2: true})
	case labelled && e.Kind == Extend: // applied when its occurrence opened
	default:
		y.run.event(i, e)
	}
}

// discharge counts a discharge for the occurrence that it met.
func (y *cycle) discharge(i int, e *Event, labelled bool) {
	s := Step{Code: HadNoEffect, Event: ref(i), Day: e.Day()}
	y.asked = false
	late := !y.last.met
	early := y.hasDue && !y.open.met && !y.open.waived && s.Day > y.start
	switch {
	case y.over:
	case labelled: // counted when its occurrence opened
		s.Code, s.Day2, s.HasDay2 = WasDischarged, e.For, true
	case late && (!early || s.Day-y.last.due <= y.due-s.Day):
		y.last.met, y.last.metAt, y.late = true, s.Day, true
		y.missed--
		s.Code, s.Day2, s.HasDay2 = WasDischarged, y.last.due, true
	case early:
		y.open.met, y.open.metAt = true, s.Day
		s.Code, s.Day2, s.HasDay2 = WasDischarged, y.due, true
	}
	y.tr.step(s)
}

func (y *cycle) verdict() Status {
	ended := y.ended && !y.hasDue
	switch {
	case y.over:
		return Lapsed
	case !y.started:
		return Dormant
	case !y.last.met:
		y.falls(y.last.due)
		return y.ranOut()
	case ended && y.occurred == 0:
		return Lapsed
	case ended && y.missed > 0:
		y.falls(y.lost)
		return y.ranOut()
	case ended && y.late:
		y.falls(y.last.due)
		return DischargedLate
	case ended:
		y.falls(y.last.due)
		return Discharged
	case y.paused:
		return Suspended
	case !y.hasDue:
		return UnclockedOwed
	case !y.open.met && !y.open.waived && y.now >= y.warn().Before(y.due):
		return Due
	}
	return Running
}
