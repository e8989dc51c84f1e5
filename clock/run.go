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
	if c.rule.Kind == Unclocked && c.started && !c.rule.Period.IsZero() {
		from := c.start
		if c.rule.From.Known {
			from = c.rule.From.Last // an imprecise day is its latest, as for a trigger
		}
		if !from.Open() {
			s.Benchmark, s.HasBenchmark = c.rule.after(from, c.rule.Period), true
		}
	}
	return c.finish(s, c.verdict())
}

// happened reports whether e has happened by now, and holds for this reading.
func (c *run) happened(e *Event) bool {
	return e.When.Known && e.Day() <= c.now && (e.Reading == None || e.Reading == c.k)
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
