package dossier

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"temwen/clock"
	"temwen/when"
)

// Register is the dossier's obligations as package clock computes them, with
// the way back from an index to the fact.
type Register struct {
	clock.Register
	dossier     *Dossier
	missions    map[string]int32
	milestones  map[string]int32
	obligations map[string]int32
	calendars   map[string]*when.Calendar
	published   map[string]when.Day
}

// Register compiles the dossier for the clock. What the dossier does not know
// (a milestone that nobody has spoken of yet) is there as something that has
// not happened. The dossier must have passed its check; call At first to have
// only what was known on a day.
func (d *Dossier) Register() *Register {
	r := &Register{
		dossier:     d,
		missions:    make(map[string]int32, len(d.Missions)),
		milestones:  make(map[string]int32, len(d.Milestones)),
		obligations: make(map[string]int32, len(d.Obligations)),
		calendars:   make(map[string]*when.Calendar, len(d.Calendars)),
		published:   make(map[string]when.Day, len(d.Sources)),
	}
	for _, s := range d.Sources {
		r.published[s.ID] = s.Published.Last()
	}
	for _, c := range d.Calendars {
		r.calendars[c.ID] = c.compile()
	}
	for _, m := range d.Milestones {
		r.milestone(m.ID)
		r.compileMilestone(m)
	}
	r.compileMissions()
	r.compileObligations()
	return r
}

// Obligation is the index of an obligation in the register, and true if it is
// there.
func (r *Register) Obligation(id string) (int, bool) {
	i, ok := r.obligations[id]
	return int(i), ok
}

// known is the day from which some of these sources could be read.
func (r *Register) known(sources []string) when.Day {
	first := when.Latest
	for _, id := range sources {
		if day, ok := r.published[id]; ok {
			first = min(first, day)
		}
	}
	return first
}

// moment is when something happened, by its date and its sources: it cannot
// have happened after it was written about.
func (r *Register) moment(date when.Date, sources []string) clock.Moment {
	m := clock.Of(date)
	if m.Known {
		m.Last = max(m.First, min(m.Last, r.known(sources)))
	}
	return m
}

// milestone is the index of a milestone, made where it is not yet known.
func (r *Register) milestone(id string) int32 {
	if i, ok := r.milestones[id]; ok {
		return i
	}
	i := int32(len(r.Milestones))
	r.milestones[id] = i
	r.Milestones = append(r.Milestones, clock.Milestone{ID: id})
	return i
}

func (r *Register) compileMilestone(m *Milestone) {
	c := &r.Milestones[r.milestones[m.ID]]
	c.Happened = r.moment(m.Happened, m.Sources)
	if e := m.LastExpected(r.known); e != nil {
		c.Expected, c.HasExpected = e.Date.Last(), true
	}
}

// LastExpected is the expectation that was spoken last, or nil; known gives the
// day from which some of a list of sources could be read.
func (m *Milestone) LastExpected(known func(sources []string) when.Day) *Expectation {
	var last *Expectation
	var lastSaid when.Day
	for i := range m.Expected {
		e := &m.Expected[i]
		said := known(e.Sources)
		if !e.Said.IsZero() {
			said = e.Said.Last()
		}
		if last == nil || said >= lastSaid {
			last, lastSaid = e, said
		}
	}
	return last
}

func (r *Register) compileMissions() {
	for i, m := range r.dossier.Missions {
		r.missions[m.ID] = int32(i)
		c := clock.Mission{ID: m.ID, Successor: clock.None}
		if m.Ended != "" {
			c.Ended = r.Milestones[r.milestone(m.Ended)].Happened
		} else if !m.Period.IsZero() && !m.Period.Last().Open() {
			c.Ended = clock.On(m.Period.Last())
		}
		r.Missions = append(r.Missions, c)
	}
	for i, m := range r.dossier.Missions {
		for _, s := range m.Succeeds {
			before, ok := r.missions[s.Mission]
			if ok && s.How != "follows" && r.Missions[before].Successor == clock.None {
				r.Missions[before].Successor = int32(i)
			}
		}
	}
}

func (r *Register) compileObligations() {
	events := make(map[string][]*Event, len(r.dossier.Obligations))
	for _, e := range r.dossier.Events {
		events[e.Obligation] = append(events[e.Obligation], e)
	}
	for i, o := range r.dossier.Obligations {
		r.obligations[o.ID] = int32(i)
	}
	r.Obligations = make([]clock.Obligation, len(r.dossier.Obligations))
	for i, o := range r.dossier.Obligations {
		c := &r.Obligations[i]
		c.ID, c.Warn, c.Mission = o.ID, o.Warn, clock.None
		if m, ok := r.missions[o.Mission]; ok {
			c.Mission = m
		}
		c.Readings = r.compileReadings(o)
		c.Events = r.compileEvents(o, events[o.ID])
	}
}

func (r *Register) compileReadings(o *Obligation) []clock.Reading {
	if o.Due != nil {
		return []clock.Reading{{Rule: r.compileRule(o, o.Due)}}
	}
	readings := make([]clock.Reading, 0, len(o.Readings))
	for i := range o.Readings {
		readings = append(readings, clock.Reading{ID: o.Readings[i].ID, Rule: r.compileRule(o, &o.Readings[i].Due)})
	}
	return readings
}

func (r *Register) compileRule(o *Obligation, d *Due) clock.Rule {
	rule := clock.Rule{Day: when.Earliest}
	count, calendar := d.Count, d.Calendar
	switch {
	case !d.On.IsZero():
		rule.Kind, rule.Day = clock.Fixed, d.On.Last()
	case !d.Within.IsZero():
		rule.Kind, rule.Period, rule.Trigger = clock.Within, d.Within, r.trigger(d.Of)
	case d.Before != "":
		rule.Kind, rule.Period, rule.Trigger = clock.Before, d.By, r.trigger(d.Before)
	case !d.Every.IsZero():
		rule.Kind, rule.Period, rule.Trigger = clock.Every, d.Every, r.trigger(d.From)
		rule.Until = r.trigger(d.Until)
	default:
		rule.Kind, rule.Trigger = clock.Unclocked, r.trigger(d.Since)
		if d.Since == "" {
			rule.Day = r.owedSince(o)
		}
		if b := o.Benchmark; b != nil {
			rule.Period, count, calendar = b.Within, b.Count, b.Calendar
		}
	}
	if count == "working" {
		rule.Working, rule.Calendar = true, r.calendars[calendar]
	}
	return rule
}

// owedSince is the day of the instrument that an obligation comes from.
func (r *Register) owedSince(o *Obligation) when.Day {
	id, _, _ := strings.Cut(o.Provision, "/")
	for _, in := range r.dossier.Instruments {
		if in.ID == id && !in.Date.IsZero() {
			return in.Date.Last()
		}
	}
	return when.Earliest
}

// trigger reads an event as the dossier writes it: a milestone's ID,
// "discharge of ID", or "ask".
func (r *Register) trigger(s string) clock.Trigger {
	switch id, chain := strings.CutPrefix(s, "discharge of "); {
	case s == "":
		return clock.Trigger{}
	case s == "ask":
		return clock.Trigger{Kind: clock.OnAsk}
	case chain:
		if i, ok := r.obligations[id]; ok {
			return clock.Trigger{Kind: clock.OnDischarge, Index: i}
		}
		return clock.Trigger{Kind: clock.OnMilestone, Index: r.milestone(s)}
	}
	return clock.Trigger{Kind: clock.OnMilestone, Index: r.milestone(s)}
}

func (r *Register) compileEvents(o *Obligation, events []*Event) []clock.Event {
	out := make([]clock.Event, 0, len(events))
	for _, e := range events {
		c := clock.Event{
			ID: e.ID, Kind: clock.EventKinds[e.Kind], When: r.moment(e.Date, e.Sources),
			Period: e.Period, To: when.Earliest, For: clock.AnyOccurrence, Reading: clock.None,
		}
		if !e.To.IsZero() {
			c.To = e.To.Last()
		}
		if !e.For.IsZero() {
			c.For = e.For.Last()
		}
		for k := range o.Readings {
			if o.Readings[k].ID == e.Reading && e.Reading != "" {
				c.Reading = int32(k)
			}
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b clock.Event) int {
		return cmp.Or(cmp.Compare(a.Day(), b.Day()), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return out
}

var weekdays = map[string]time.Weekday{
	"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday,
	"wednesday": time.Wednesday, "thursday": time.Thursday,
	"friday": time.Friday, "saturday": time.Saturday,
}

// compile is the calendar as package when counts by it.
func (c *Calendar) compile() *when.Calendar {
	var weekend []time.Weekday
	for _, name := range c.Weekend {
		weekend = append(weekend, weekdays[name])
	}
	var holidays []when.Day
	for _, h := range c.Holidays {
		if !h.Date.IsZero() {
			holidays = append(holidays, h.Date.First())
		}
	}
	return when.NewCalendar(weekend, holidays)
}
