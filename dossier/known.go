package dossier

import (
	"temwen/instrument"
	"temwen/when"
)

// known are the days from which things were known. A source is known from the
// last day on which it may have been published; a fact from its earliest
// source, but not before what it cannot do without: its mission, an
// obligation's provision, an event's obligation. Nobody's ID in a map means
// when.Latest: not known.
type known struct {
	d *Dossier

	source, instrument, mission, milestone, obligation map[string]when.Day
	provision                                          map[string]when.Day // by instrument/provision
	position                                           map[string]when.Day // by matter/position
	actor                                              map[string]when.Day // by the earliest fact that names it
	fact                                               [kindCount][]when.Day
}

// days computes the days of knowledge once.
func (d *Dossier) days() *known {
	d.knownOnce.Do(func() {
		k := &known{
			d: d, source: map[string]when.Day{}, instrument: map[string]when.Day{}, mission: map[string]when.Day{},
			milestone: map[string]when.Day{}, obligation: map[string]when.Day{}, provision: map[string]when.Day{},
			position: map[string]when.Day{}, actor: map[string]when.Day{},
		}
		k.frame()
		k.rest()
		k.actors()
		d.known = k
	})
	return d.known
}

// at is the day an ID is known from.
func at(days map[string]when.Day, id string) when.Day {
	if day, ok := days[id]; ok {
		return day
	}
	return when.Latest
}

// sources is the day the earliest of some sources is known from.
func (k *known) sources(ids []string) when.Day {
	day := when.Latest
	for _, id := range ids {
		day = min(day, at(k.source, id))
	}
	return day
}

// own is the day a part of a fact is known from: by its own sources, or else
// with the fact; never before the fact.
func (k *known) own(sources []string, fact when.Day) when.Day {
	if len(sources) == 0 {
		return fact
	}
	return max(fact, k.sources(sources))
}

// frame computes what other facts depend on.
func (k *known) frame() {
	for _, f := range k.d.Sources {
		k.source[f.ID] = f.Published.Last()
		k.add(kSources, f.Published.Last())
	}
	for range k.d.Metrics {
		k.add(kMetrics, when.Earliest)
	}
	for range k.d.Matters {
		k.add(kMatters, when.Earliest)
	}
	for range k.d.Calendars {
		k.add(kCalendars, when.Earliest)
	}
	for _, f := range k.d.Instruments {
		day := k.sources(f.Sources)
		k.instrument[f.ID] = day
		k.add(kInstruments, day)
		for i := range f.Provisions {
			k.provision[f.ID+"/"+f.Provisions[i].ID] = k.own(f.Provisions[i].Sources, day)
		}
	}
	for _, f := range k.d.Missions {
		day := k.sources(f.Sources)
		k.mission[f.ID] = day
		k.add(kMissions, day)
	}
	for _, f := range k.d.Procedures {
		k.add(kProcedures, k.procedure(f))
	}
	for _, f := range k.d.Milestones {
		day := k.sources(f.Sources)
		for _, e := range f.Expected {
			day = min(day, k.sources(e.Sources))
		}
		day = max(day, at(k.mission, f.Mission))
		k.milestone[f.ID] = day
		k.add(kMilestones, day)
	}
	for _, f := range k.d.Obligations {
		day := max(k.sources(f.Sources), at(k.mission, f.Mission), at(k.provision, f.Provision))
		if len(f.Readings) > 0 {
			day = max(day, k.reading(f))
		}
		k.obligation[f.ID] = day
		k.add(kObligations, day)
	}
}

// reading is the day the first of an obligation's readings is known from;
// without any it would have no clock.
func (k *known) reading(o *Obligation) when.Day {
	day := when.Latest
	for _, r := range o.Readings {
		day = min(day, k.own(r.Sources, k.sources(o.Sources)))
	}
	return day
}

// procedure is the day a procedure is known from: with all clauses that its
// steps cite, for a step without its clause would rest on nothing, and with the
// first of its missions. Its benchmarks and extensions come by themselves.
func (k *known) procedure(p *Procedure) when.Day {
	day := max(k.sources(p.Sources), at(k.instrument, p.Instrument))
	for i := range p.Steps {
		day = max(day, at(k.provision, p.Clause(p.Steps[i].Provision)))
	}
	if len(p.Missions) == 0 {
		return day
	}
	first := when.Latest
	for _, m := range p.Missions {
		first = min(first, at(k.mission, m))
	}
	return max(day, first)
}

// rest computes what nothing else depends on.
func (k *known) rest() {
	for _, f := range k.d.Parts {
		k.add(kParts, max(k.sources(f.Sources), at(k.mission, f.Mission)))
	}
	for _, f := range k.d.Events {
		k.add(kEvents, k.event(f))
	}
	for _, f := range k.d.Figures {
		day := max(k.sources(f.Sources), at(k.mission, f.Mission))
		if f.Milestone != "" {
			day = max(day, at(k.milestone, f.Milestone))
		}
		k.add(kFigures, day)
	}
	for _, f := range k.d.Statements {
		day := max(k.sources(f.Sources), at(k.mission, f.Mission))
		k.add(kStatements, day)
		if ref := f.Matter + "/" + f.Position; f.Position != "" {
			k.position[ref] = min(day, at(k.position, ref))
		}
	}
	for _, f := range k.d.Requests {
		k.add(kRequests, max(k.sources(f.Sources), at(k.mission, f.Mission)))
	}
	for _, f := range k.d.Deployments {
		k.add(kDeployments, max(k.sources(f.Sources), at(k.mission, f.Mission)))
	}
	for _, f := range k.d.Services {
		k.add(kServices, k.sources(f.Sources))
	}
}

func (k *known) event(f *Event) when.Day {
	day := max(k.sources(f.Sources), at(k.obligation, f.Obligation))
	if o := k.d.Obligation(f.Obligation); o != nil && f.Reading != "" {
		if r := o.Reading(f.Reading); r != nil {
			day = max(day, k.own(r.Sources, k.sources(o.Sources)))
		}
	}
	return day
}

func (k *known) add(kind int, day when.Day) { k.fact[kind] = append(k.fact[kind], day) }

// provisionDay is the day a provision is known from.
func (k *known) provisionDay(in *Instrument, p *instrument.Provision) when.Day {
	return k.own(p.Sources, at(k.instrument, in.ID))
}

// positionDay is the day a position is known from: with the first statement
// that takes it; one that nobody takes is vocabulary.
func (k *known) positionDay(m *Matter, p *Position) when.Day {
	if day, ok := k.position[m.ID+"/"+p.ID]; ok {
		return day
	}
	return when.Earliest
}
