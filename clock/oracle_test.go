package clock

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"temwen/when"
)

// The oracle knows one way to find anything out: it lives through every day.

// oracle is what it has seen of an obligation with one reading.
type oracle struct {
	rule          Rule
	started       bool
	start         when.Day
	hasDue        bool
	due           when.Day
	paused        bool
	asked, met    bool
	askedOn, done when.Day
	over          bool
}

// live goes through the days from before everything up to now.
func (w *oracle) live(o *Obligation, now when.Day) {
	for d := dayZero - 60; d <= now; d++ {
		if w.paused && w.hasDue && d > w.start {
			w.due = w.postponed(d)
		}
		for _, e := range o.Events {
			if e.Day() == d {
				w.meet(e, d)
			}
		}
	}
}

// postponed is the due day after one more day, d, on which the clock stood
// still. It never falls due while it does.
func (w *oracle) postponed(d when.Day) when.Day {
	switch {
	case w.rule.Kind == Before, w.rule.Working && w.rule.Kind == Within && !w.rule.Calendar.Working(d):
		return max(w.due, d)
	case w.rule.Working && w.rule.Kind == Within:
		return w.later(w.due, when.Days(1))
	}
	return w.due + 1
}

// later is p after d, step by step.
func (w *oracle) later(d when.Day, p when.Period) when.Day {
	d = when.Months(int(p.Months)).After(d)
	for n := p.Days; n > 0; {
		if d++; !w.rule.Working || w.rule.Calendar.Working(d) {
			n--
		}
	}
	return d
}

func (w *oracle) meet(e Event, d when.Day) {
	switch e.Kind {
	case Ask:
		if !w.asked {
			w.asked, w.askedOn = true, d
		}
	case Answer, Refuse, Perform:
		w.asked = false
	}
	if w.met || w.over {
		return
	}
	switch e.Kind {
	case Pause:
		w.paused = w.paused || !w.hasDue || d <= w.due
	case Resume:
		w.paused = false
	case Extend:
		to := e.To
		if w.hasDue && !e.Period.IsZero() {
			to = w.later(w.due, e.Period)
		}
		if w.hasDue && d <= w.due && to > w.due {
			w.due = to
		}
	case Discharge:
		w.met, w.done, w.paused = true, d, false
	case Waive, Lapse:
		w.over, w.paused = true, false
	}
}

func (w *oracle) status(now when.Day, warn when.Period) Status {
	if w.met && w.hasDue && w.done > w.due {
		return DischargedLate
	}
	if w.met {
		return Discharged
	}
	if w.over {
		return Lapsed
	}
	if !w.started {
		return Dormant
	}
	if w.paused {
		return Suspended
	}
	if w.rule.Kind == Unclocked {
		return UnclockedOwed
	}
	if !w.hasDue {
		return Running
	}
	if now <= w.due {
		if warn.Before(w.due) <= now {
			return Due
		}
		return Running
	}
	patience := w.due
	if w.askedOn > w.due {
		patience = warn.After(w.askedOn)
	}
	if w.asked && now > patience {
		return Silent
	}
	return Overdue
}

func TestOracle(t *testing.T) {
	often(t, func(t *rapid.T) {
		o := drawObligation(t, "", 1)
		o.Mission, o.Readings = None, o.Readings[:1]
		o.drop(Dispute, Settle)
		for i := range o.Events {
			o.Events[i].Reading = None
		}
		rule := &o.Readings[0].Rule
		if rule.Kind == Every {
			rule.Kind = Within
		}
		rule.Trigger = Trigger{Kind: OnMilestone}
		trigger := drawMoment(t)
		r := &Register{Milestones: []Milestone{{Happened: trigger}}, Obligations: []Obligation{o}}
		warn := o.Warn
		if warn.IsZero() {
			warn = when.Days(30)
		}
		for range 10 {
			now := drawNow(t)
			w := oracle{rule: *rule, start: when.Earliest, started: trigger.Last <= now}
			switch known := w.started; rule.Kind {
			case Fixed:
				w.started, w.hasDue, w.due = true, true, rule.Day
			case Within:
				if known {
					w.hasDue, w.start, w.due = true, trigger.Last, w.later(trigger.Last, rule.Period)
				}
			case Before:
				w.started, w.hasDue = true, known
				for w.due = trigger.Last - 1; !rule.Period.IsZero() && w.until(w.due, trigger.Last, rule.Period); w.due-- {
				}
			}
			w.live(&o, now)
			s := r.Status(0, now)
			got := fmt.Sprintf("%s, %t: %s", s.Status, s.HasDue, s.Due)
			if !w.hasDue {
				w.due = 0
			}
			if want := fmt.Sprintf("%s, %t: %s", w.status(now, warn), w.hasDue, w.due); got != want {
				t.Fatalf("on %s: %s, the oracle says %s\n%+v", now, got, want, o)
			}
		}
	})
}

// often checks a property on several draws at a time.
func often(t *testing.T, property func(t *rapid.T)) {
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 20).Draw(t, "draws") {
			property(t)
		}
	})
}

// until reports whether from d on there is less than p left before end.
func (w *oracle) until(d, end when.Day, p when.Period) bool {
	n := int32(0)
	for day := when.Months(int(p.Months)).Before(end); day > d; {
		if day--; !w.rule.Working || w.rule.Calendar.Working(day) {
			n++
		}
	}
	return d > when.Months(int(p.Months)).Before(end) || n < p.Days
}

// turn is a due day of an obligation that recurs, as the oracle lists them.
type turn struct {
	day, due   when.Day
	fell, owed bool
	met        bool
	on         when.Day
}

// TestOracleReports lists all due days of an obligation that recurs, and lives
// through the days with the list before it.
func TestOracleReports(t *testing.T) {
	often(t, func(t *rapid.T) {
		rule := Rule{Kind: Every, Day: drawDay(t), Period: drawPeriod(t), Trigger: Trigger{}, Calendar: office}
		rule.Working = rule.Period.Months == 0 && rapid.Bool().Draw(t, "working")
		o := Obligation{Mission: None, Readings: read(rule)}
		for range rapid.IntRange(0, 10).Draw(t, "events") {
			o.add(drawEvent(t, &o))
		}
		o.drop(Dispute, Settle, Ask)
		until := when.Latest
		r := &Register{Obligations: []Obligation{o}, Milestones: []Milestone{{}}}
		if rapid.Bool().Draw(t, "ends") {
			until = drawDay(t)
			r.Milestones[0].Happened = On(until)
			r.Obligations[0].Readings[0].Rule.Until = Trigger{Kind: OnMilestone}
		}
		for range 10 {
			now := drawNow(t)
			turns, paused, over, late := list(&o, rule, now, until), false, false, false
			for d := rule.Day - 200; d <= now && !over; d++ {
				for i := range turns {
					if u := &turns[i]; !u.fell && u.due < d && (i == 0 || turns[i-1].fell) {
						u.fell, u.owed = true, u.owed && !paused
						late = late || u.owed && u.met && u.on > u.due
					}
				}
				for _, e := range o.Events {
					if e.Day() != d || over {
						continue
					}
					switch e.Kind {
					case Pause:
						paused = true
					case Resume:
						paused = false
					case Waive, Lapse:
						over = over || e.For == AnyOccurrence
					case Extend:
						if u := coming(turns); u != nil && e.For == AnyOccurrence {
							u.extend(e, rule)
						}
					case Discharge:
						before, after := fallen(turns), coming(turns)
						if before != nil && before.met {
							before = nil
						}
						if after != nil && (after.met || !after.owed || d <= rule.Day) {
							after = nil
						}
						if e.For != AnyOccurrence || before == nil && after == nil {
							continue
						}
						if after == nil || before != nil && d-before.due <= after.due-d {
							late, after = true, before
						}
						after.met, after.on = true, d
					}
				}
			}
			var occurred, missed int32
			for _, u := range turns {
				if u.fell && u.owed {
					if occurred++; !u.met {
						missed++
					}
				}
			}
			s := r.Status(0, now)
			want := verdictOf(turns, now, until <= now, over, paused, late, missed, o.Warn)
			if s.Occurred != occurred || s.Missed != missed || s.Status != want {
				t.Fatalf("on %s: %s, missed %d of %d; the oracle says %s, %d of %d\n%+v", now, s.Status, s.Missed, s.Occurred, want, missed, occurred, o)
			}
		}
	})
}

// list is every due day up to the first after now, with what names it.
func list(o *Obligation, rule Rule, now, until when.Day) (turns []turn) {
	w := oracle{rule: rule}
	for n, day := 1, rule.Day; ; n++ {
		if day = w.later(day, rule.Period); !rule.Working {
			day = rule.Period.Times(n).After(rule.Day)
		}
		if until <= now && day > until {
			return turns
		}
		u := turn{day: day, due: day, owed: true}
		for _, e := range o.Events {
			switch {
			case e.For != day || e.Day() > now:
			case e.Kind == Discharge && !u.met:
				u.met, u.on = true, e.Day()
			case e.Kind == Waive || e.Kind == Lapse:
				u.owed = false
			case e.Kind == Extend:
				u.extend(e, rule)
			}
		}
		if turns = append(turns, u); day > now+200 {
			return turns
		}
	}
}

func (u *turn) extend(e Event, rule Rule) {
	to := e.To
	if !e.Period.IsZero() {
		w := oracle{rule: rule}
		to = w.later(u.due, e.Period)
	}
	if e.Day() <= u.due && to > u.due {
		u.due = to
	}
}

func coming(turns []turn) *turn {
	for i := range turns {
		if !turns[i].fell {
			return &turns[i]
		}
	}
	return nil
}

func fallen(turns []turn) (last *turn) {
	for i := range turns {
		if turns[i].fell && turns[i].owed {
			last = &turns[i]
		}
	}
	return last
}

func verdictOf(turns []turn, now when.Day, ended, over, paused, late bool, missed int32, warn when.Period) Status {
	last, next := fallen(turns), coming(turns)
	if warn.IsZero() {
		warn = when.Days(30)
	}
	switch {
	case over:
		return Lapsed
	case last != nil && !last.met:
		return Overdue
	case next == nil && ended && last == nil:
		return Lapsed
	case next == nil && missed > 0:
		return Overdue
	case next == nil && late:
		return DischargedLate
	case next == nil:
		return Discharged
	case paused:
		return Suspended
	case !next.met && next.owed && warn.Before(next.due) <= now:
		return Due
	}
	return Running
}
