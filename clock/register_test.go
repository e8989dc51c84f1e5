package clock

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"temwen/when"
)

// The laws are tested on small, dense worlds: a few months around the turn of
// the year 2024, so that events fall on the same days, on due days and month
// ends.
const dayZero = when.Day(19700) // 2023-12-09

var office = when.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, []when.Day{dayZero + 16, dayZero + 23})

func drawDay(t *rapid.T) when.Day { return dayZero + when.Day(rapid.IntRange(0, 120).Draw(t, "day")) }

func drawMoment(t *rapid.T) Moment {
	m := On(drawDay(t))
	if rapid.IntRange(0, 3).Draw(t, "imprecise") == 0 {
		m.Last += when.Day(rapid.IntRange(1, 30).Draw(t, "wide"))
	}
	return m
}

func drawPeriod(t *rapid.T) when.Period {
	return rapid.SampledFrom([]when.Period{
		when.Days(1), when.Days(5), when.Days(10), when.Days(30), when.Months(1), {Months: 1, Days: 3},
	}).Draw(t, "period")
}

// drawRegister draws a register of missions that succeed each other, of
// milestones that have happened or not, and of obligations of every kind.
func drawRegister(t *rapid.T) *Register {
	r := &Register{Missions: []Mission{{ID: "a", Successor: 1}, {ID: "b", Successor: 2}, {ID: "c", Successor: None}}}
	for i := range r.Missions {
		if rapid.Bool().Draw(t, "ended") {
			r.Missions[i].Ended = drawMoment(t)
		}
	}
	for i := range 4 {
		m := Milestone{ID: fmt.Sprint(i)}
		if rapid.IntRange(0, 3).Draw(t, "happened") > 0 {
			m.Happened = drawMoment(t)
		} else if rapid.Bool().Draw(t, "expected") {
			m.Expected, m.HasExpected = drawDay(t), true
		}
		r.Milestones = append(r.Milestones, m)
	}
	n := rapid.IntRange(1, 8).Draw(t, "obligations")
	for i := range n {
		r.Obligations = append(r.Obligations, drawObligation(t, fmt.Sprint(i), int32(n)))
	}
	return r
}

var registers = rapid.Custom(drawRegister)

func drawObligation(t *rapid.T, id string, n int32) Obligation {
	o := Obligation{ID: id, Mission: int32(rapid.IntRange(-1, 2).Draw(t, "mission"))}
	if rapid.Bool().Draw(t, "warns") {
		o.Warn = drawPeriod(t)
	}
	for k := range rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "readings") {
		o.Readings = append(o.Readings, Reading{ID: fmt.Sprint(k), Rule: drawRule(t, n)})
	}
	for range rapid.IntRange(0, 7).Draw(t, "events") {
		o.add(drawEvent(t, &o))
	}
	return o
}

func drawRule(t *rapid.T, obligations int32) Rule {
	rule := Rule{
		Kind: RuleKind(rapid.IntRange(int(Unclocked), int(Every)).Draw(t, "kind")),
		Day:  drawDay(t), Trigger: drawTrigger(t, obligations),
	}
	if rule.Kind == Before || rapid.Bool().Draw(t, "milestone") {
		rule.Trigger = Trigger{Kind: OnMilestone, Index: int32(rapid.IntRange(0, 3).Draw(t, "index"))}
	}
	switch rule.Kind {
	case Within, Every:
		rule.Period = drawPeriod(t)
	case Before, Unclocked:
		if rapid.Bool().Draw(t, "has period") {
			rule.Period = drawPeriod(t)
		}
	}
	if rule.Kind == Unclocked && rapid.Bool().Draw(t, "counts from something else") {
		rule.From = drawMoment(t)
	}
	if rapid.IntRange(0, 3).Draw(t, "working") == 0 {
		rule.Working, rule.Calendar = true, office
	}
	if rule.Kind == Every && rapid.Bool().Draw(t, "has end") {
		rule.Until = drawTrigger(t, obligations)
	}
	return rule
}

func drawTrigger(t *rapid.T, obligations int32) Trigger {
	tg := Trigger{Kind: TriggerKind(rapid.IntRange(int(NoTrigger), int(OnAsk)).Draw(t, "trigger"))}
	switch tg.Kind {
	case OnMilestone:
		tg.Index = int32(rapid.IntRange(0, 3).Draw(t, "index"))
	case OnDischarge:
		tg.Index = int32(rapid.IntRange(0, int(obligations)-1).Draw(t, "index"))
	}
	return tg
}

func drawEvent(t *rapid.T, o *Obligation) Event {
	kinds := []EventKind{Ask, Ask, Answer, Refuse, Perform, Discharge, Discharge, Pause, Pause, Resume, Extend, Extend, Waive, Dispute, Settle, Lapse}
	e := Event{
		Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), When: drawMoment(t),
		For: AnyOccurrence, Reading: None,
	}
	if e.Kind == Extend {
		if rapid.Bool().Draw(t, "to") {
			e.To = drawDay(t)
		} else {
			e.Period = drawPeriod(t)
		}
	}
	if len(o.Readings) > 1 && rapid.IntRange(0, 2).Draw(t, "one reading") == 0 {
		e.Reading = int32(rapid.IntRange(0, len(o.Readings)-1).Draw(t, "reading"))
	}
	if rule := &o.Readings[0].Rule; rule.Kind == Every && rapid.IntRange(0, 2).Draw(t, "labelled") == 0 {
		e.For = rule.Period.Times(rapid.IntRange(1, 5).Draw(t, "n")).After(rule.Day)
	}
	return e
}

// add puts e into the order of days.
func (o *Obligation) add(e Event) {
	i := 0
	for i < len(o.Events) && o.Events[i].Day() <= e.Day() {
		i++
	}
	o.Events = slices.Insert(slices.Clip(o.Events), i, e)
}

// drop takes the events of some kinds out.
func (o *Obligation) drop(kinds ...EventKind) {
	o.Events = slices.DeleteFunc(slices.Clone(o.Events), func(e Event) bool { return slices.Contains(kinds, e.Kind) })
}

// drawNow draws a day from before the world to after everything in it.
func drawNow(t *rapid.T) when.Day {
	return dayZero + when.Day(rapid.IntRange(-5, 260).Draw(t, "now"))
}

// days are the days from before the world to after everything in it.
func days(yield func(when.Day) bool) {
	for d := dayZero - 5; d < dayZero+260; d += 3 {
		if !yield(d) {
			return
		}
	}
}
