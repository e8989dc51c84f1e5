package dossier

import (
	"slices"

	"temwen/instrument"
	"temwen/when"
)

// trim cuts facts down to what was known on a day.
type trim struct {
	known *known
	day   when.Day
}

// keep are the facts of a kind known by the day, each cut by cut.
func keep[T any](t *trim, kind int, list []*T, cut func(*T) *T) []*T {
	var kept []*T
	for i, f := range list {
		if t.known.fact[kind][i] <= t.day {
			kept = append(kept, cut(f))
		}
	}
	return kept
}

// with is f with those of its sources that are known; f itself where that is
// all of them.
func with[T any](t *trim, f *T, sources []string, set func(*T, []string)) *T {
	kept := t.sources(sources)
	if len(kept) == len(sources) {
		return f
	}
	c := *f
	set(&c, kept)
	return &c
}

// sources are those known by the day; the list itself where that is all.
func (t *trim) sources(ids []string) []string {
	return part(ids, func(id *string) bool { return at(t.known.source, *id) <= t.day })
}

// part are the items of a list that are known; the list itself where that is
// all of them, nil where it is none.
func part[T any](list []T, known func(*T) bool) []T {
	n := 0
	for i := range list {
		if known(&list[i]) {
			n++
		}
	}
	if n == len(list) {
		return list
	}
	var kept []T
	for i := range list {
		if known(&list[i]) {
			kept = append(kept, list[i])
		}
	}
	return kept
}

func (t *trim) matter(f *Matter) *Matter {
	c := *f
	c.Positions = part(f.Positions, func(p *Position) bool { return t.known.positionDay(f, p) <= t.day })
	return &c
}

// calendar keeps a calendar with the holidays known; where none of its sources
// was published, it no longer claims to know all holidays of a time.
func (t *trim) calendar(f *Calendar) *Calendar {
	c := *f
	day := when.Earliest
	if len(f.Sources) > 0 {
		day = t.known.sources(f.Sources)
	}
	if day > t.day {
		c.Valid = when.Date{}
	}
	c.Sources = t.sources(f.Sources)
	c.Holidays = slices.Clone(part(f.Holidays, func(h *Holiday) bool { return t.holiday(h, day) <= t.day }))
	for i := range c.Holidays {
		c.Holidays[i].Sources = t.sources(c.Holidays[i].Sources)
	}
	return &c
}

// holiday is the day a holiday is known from: by its own sources, or else with
// its calendar.
func (t *trim) holiday(h *Holiday, calendar when.Day) when.Day {
	if len(h.Sources) > 0 {
		return t.known.sources(h.Sources)
	}
	return calendar
}

func (t *trim) instrument(f *Instrument) *Instrument {
	c := *f
	c.Sources = t.sources(f.Sources)
	c.Missions = part(f.Missions, func(id *string) bool { return at(t.known.mission, *id) <= t.day })
	c.Provisions = slices.Clone(part(f.Provisions, func(p *instrument.Provision) bool { return t.known.provisionDay(f, p) <= t.day }))
	for i := range c.Provisions {
		c.Provisions[i].Sources = t.sources(c.Provisions[i].Sources)
	}
	return &c
}

// procedure keeps the missions, further clauses, benchmarks, extensions and holidays that are
// known.
func (t *trim) procedure(f *Procedure) *Procedure {
	c := *f
	known := func(clause string) bool { return at(t.known.provision, f.Clause(clause)) <= t.day }
	c.Sources = t.sources(f.Sources)
	c.Missions = part(f.Missions, func(id *string) bool { return at(t.known.mission, *id) <= t.day })
	c.Provisions = part(f.Provisions, func(clause *string) bool { return known(*clause) })
	if f.Holidays != nil && !known(f.Holidays.Provision) {
		c.Holidays = nil
	}
	c.Steps = slices.Clone(f.Steps)
	for i := range c.Steps {
		if k := &c.Steps[i].Clock; k.Of != "" && !known(k.Of) {
			k.Benchmark, k.BenchmarkWorking, k.Of = when.Period{}, false, ""
		}
		if k := &c.Steps[i].Clock; k.Extension != nil && !known(k.Extension.Provision) {
			k.Extension = nil
		}
	}
	return &c
}

func (t *trim) mission(f *Mission) *Mission {
	c := *f
	day := at(t.known.mission, f.ID)
	c.Sources = t.sources(f.Sources)
	c.Began, c.Ended = t.milestoneID(f.Began), t.milestoneID(f.Ended)
	c.Succeeds = slices.Clone(part(f.Succeeds, func(s *Succeeds) bool {
		return max(t.known.own(s.Sources, day), at(t.known.mission, s.Mission)) <= t.day
	}))
	for i := range c.Succeeds {
		c.Succeeds[i].Sources = t.sources(c.Succeeds[i].Sources)
	}
	return &c
}

// milestoneID is the ID where the milestone is known, otherwise nothing.
func (t *trim) milestoneID(id string) string {
	if at(t.known.milestone, id) > t.day {
		return ""
	}
	return id
}

// milestone keeps that it happened, and the note on it, only once that is
// known.
func (t *trim) milestone(f *Milestone) *Milestone {
	c := *f
	c.Sources = t.sources(f.Sources)
	if len(c.Sources) == 0 && !f.Happened.IsZero() {
		c.Happened, c.Note = when.Date{}, nil
	}
	c.Expected = slices.Clone(part(f.Expected, func(e *Expectation) bool { return t.known.sources(e.Sources) <= t.day }))
	for i := range c.Expected {
		c.Expected[i].Sources = t.sources(c.Expected[i].Sources)
	}
	return &c
}

func (t *trim) obligation(f *Obligation) *Obligation {
	c := *f
	c.Sources = t.sources(f.Sources)
	day := t.known.sources(f.Sources)
	c.Readings = slices.Clone(part(f.Readings, func(r *Reading) bool { return t.known.own(r.Sources, day) <= t.day }))
	for i := range c.Readings {
		c.Readings[i].Sources = t.sources(c.Readings[i].Sources)
	}
	if b := f.Benchmark; b != nil && b.Provision != "" && at(t.known.provision, b.Provision) > t.day {
		c.Benchmark = nil
	}
	return &c
}

func (t *trim) request(f *Request) *Request {
	c := *f
	c.Sources = t.sources(f.Sources)
	if at(t.known.instrument, f.Instrument) > t.day {
		c.Instrument = ""
	}
	if at(t.known.obligation, f.Obligation) > t.day {
		c.Obligation = ""
	}
	c.Outcomes = slices.Clone(part(f.Outcomes, func(o *Outcome) bool { return t.known.sources(o.Sources) <= t.day }))
	for i := range c.Outcomes {
		c.Outcomes[i].Sources = t.sources(c.Outcomes[i].Sources)
	}
	return &c
}
