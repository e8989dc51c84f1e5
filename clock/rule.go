package clock

import "temwen/when"

// RuleKind says how a due day follows from a clause.
type RuleKind uint8

// The kinds of rule.
const (
	Unclocked RuleKind = iota // owed, but the text sets no date
	Fixed                     // by a day
	Within                    // within a period after an event
	Before                    // before an event, perhaps by a period
	Every                     // recurring, each period after an event
)

// Rule is when an obligation falls due.
type Rule struct {
	Kind     RuleKind
	Day      when.Day       // Fixed: the last day that counts. Else, where there is no Trigger, what starts it; Earliest where nobody knows
	Period   when.Period    // Within, Before, Every; Unclocked: the benchmark, zero for none
	Working  bool           // Period.Days counts working days of Calendar
	Calendar *when.Calendar // nil: every day is a working day
	Trigger  Trigger        // Within, Every: what starts it. Before: what it must precede. Unclocked: owed since
	Until    Trigger        // Every: nothing falls due after it
	From     Moment         // Unclocked: what the benchmark counts from, where that is not what it is owed since
}

// TriggerKind says what sort of event a trigger waits for.
type TriggerKind uint8

// The kinds of trigger.
const (
	NoTrigger   TriggerKind = iota
	OnMilestone             // the milestone Index happened
	OnDischarge             // the obligation Index was discharged
	OnAsk                   // somebody first asked for this obligation
)

// Trigger is an event that a clock waits for.
type Trigger struct {
	Kind  TriggerKind
	Index int32
}

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

// nth is the n-th due day of a rule that recurs.
func (rule *Rule) nth(n int, start, previous when.Day) when.Day {
	if rule.Working && rule.Period.Days > 0 {
		return rule.after(previous, rule.Period)
	}
	return rule.Period.Times(n).After(start)
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
