package clock

import "temwen/when"

// run is one clock on its way from its trigger to the day asked about.
type run struct {
	o    *Obligation
	rule *Rule
	k    int32 // the reading that the rule is of
	now  when.Day
	tr   *trace

	started bool     // its trigger happened, or it has none
	start   when.Day // when; Earliest where it has no trigger
	hasDue  bool
	due     when.Day

	paused   bool
	counted  when.Day // the day up to which pauses have moved the due day
	asked    bool     // asked and not answered since
	askedAt  when.Day
	disputed bool
	met      bool
	metAt    when.Day
	over     bool // waived or lapsed
	partly   bool
}

// noRule is the rule of an obligation without readings.
var noRule = Rule{Day: when.Earliest}

// read computes the state of o under its k-th reading.
func (r *Register) read(o *Obligation, k int32, now when.Day, tr *trace) State {
	c := run{o: o, rule: &noRule, k: k, now: now, tr: tr, start: when.Earliest}
	if int(k) < len(o.Readings) {
		c.rule = &o.Readings[k].Rule
	}
	c.wind(r)
	if c.rule.Kind == Every {
		return c.recurring(r)
	}
	for i := range o.Events {
		if e := &o.Events[i]; c.happened(e) {
			c.event(i, e)
		}
	}
	if c.paused {
		c.standStill(now)
	}
	s := c.state()
	if c.rule.Kind == Unclocked && c.started && !c.rule.Period.IsZero() && !c.start.Open() {
		s.Benchmark, s.HasBenchmark = c.rule.after(c.start, c.rule.Period), true
	}
	return c.finish(s, c.verdict())
}

// wind finds the trigger and the due day that the rule gives by itself.
func (c *run) wind(r *Register) {
	rule := c.rule
	switch rule.Kind {
	case Fixed:
		c.started = true
		c.falls(rule.Day)
		c.tr.step(Step{Code: FixedDay, Day: rule.Day})
	case Before:
		c.started = true
		m, ok := r.moment(c.o, rule.Trigger, c.now)
		c.tr.trigger(r, rule.Trigger, m, ok)
		if !ok {
			c.tr.step(Step{Code: BeforeOpen, Period: rule.Period, Trigger: rule.Trigger})
			return
		}
		due := rule.before(m.Last)
		c.falls(due)
		c.tr.step(Step{Code: CountedBack, Day: m.Last, Period: rule.Period, Working: rule.Working, Day2: due})
	default:
		if rule.Trigger.Kind == NoTrigger {
			c.started, c.start = true, rule.Day
		} else {
			m, ok := r.moment(c.o, rule.Trigger, c.now)
			c.tr.trigger(r, rule.Trigger, m, ok)
			if !ok {
				return
			}
			c.started, c.start = true, m.Last
		}
		c.counted = c.start
		if rule.Kind == Within {
			due := rule.after(c.start, rule.Period)
			c.falls(due)
			c.tr.step(Step{Code: Counted, Day: c.start, Period: rule.Period, Working: rule.Working, Day2: due})
		}
	}
}

// falls sets the due day. An open day, or one that cannot be written, is none.
func (c *run) falls(due when.Day) {
	if c.hasDue = firstDay <= due && due <= lastDay; c.hasDue {
		c.due = due
	}
}

// The days that can be written; hostile periods cannot leave them.
var (
	firstDay = when.DayOf(when.MinYear, 1, 1)
	lastDay  = when.DayOf(when.MaxYear, 12, 31)
)

// after is p after d, its days in working days where the rule counts those.
func (rule *Rule) after(d when.Day, p when.Period) when.Day {
	if rule.Working {
		return rule.Calendar.After(when.Period{Months: p.Months}.After(d), int(p.Days))
	}
	return p.After(d)
}

// before is the rule's period before d; the day before it where that is zero.
func (rule *Rule) before(d when.Day) when.Day {
	switch p := rule.Period; {
	case p.IsZero():
		return d - 1
	case rule.Working:
		return rule.Calendar.Before(when.Period{Months: p.Months}.Before(d), int(p.Days))
	default:
		return p.Before(d)
	}
}

// moment is when a trigger happened, if it has by now.
func (r *Register) moment(o *Obligation, t Trigger, now when.Day) (Moment, bool) {
	var m Moment
	switch t.Kind {
	case OnMilestone:
		m = r.Milestones[t.Index].Happened
	case OnDischarge:
		m = r.Obligations[t.Index].first(Discharge)
	case OnAsk:
		m = o.first(Ask)
	}
	return m, m.Known && m.Last <= now
}

// first is the event of a kind that had surely happened first.
func (o *Obligation) first(kind EventKind) (m Moment) {
	for i := range o.Events {
		e := &o.Events[i]
		if e.Kind == kind && e.When.Known && (!m.Known || e.When.Last < m.Last) {
			m = e.When
		}
	}
	return m
}

// happened reports whether e has happened by now, and holds for this reading.
func (c *run) happened(e *Event) bool {
	return e.When.Known && e.Day() <= c.now && (e.Reading == None || e.Reading == c.k)
}

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

// state is what the clock shows.
func (c *run) state() State {
	s := State{Since: c.start, Met: c.metAt, Partly: c.partly, HasDue: c.hasDue}
	if c.hasDue {
		s.Due = c.due
	}
	return s
}

// finish sets the status, and what a pending dispute makes of it.
func (c *run) finish(s State, status Status) State {
	s.Status, s.Open = status, !status.Over()
	if c.disputed && status != Lapsed {
		s.Under, s.Status, s.Open = status, Contested, true
	}
	c.tr.result(c, s, status)
	return s
}

func (c *run) verdict() Status {
	switch {
	case c.met && c.hasDue && c.metAt > c.due:
		return DischargedLate
	case c.met:
		return Discharged
	case c.over:
		return Lapsed
	case !c.started:
		return Dormant
	case c.paused:
		return Suspended
	case c.rule.Kind == Unclocked:
		return UnclockedOwed
	case !c.hasDue:
		return Running
	case c.now > c.due:
		return c.ranOut()
	case c.now >= c.warn().Before(c.due):
		return Due
	}
	return Running
}

// ranOut tells silence from delay. Who is asked only after the clock ran out
// has the warning window to answer before it counts as silence.
func (c *run) ranOut() Status {
	if !c.asked || c.now <= c.answerBy() {
		return Overdue
	}
	return Silent
}

func (c *run) answerBy() when.Day {
	if c.askedAt > c.due {
		return c.warn().After(c.askedAt)
	}
	return c.due
}

func (c *run) warn() when.Period {
	if c.o.Warn.IsZero() {
		return DefaultWarn
	}
	return c.o.Warn
}
