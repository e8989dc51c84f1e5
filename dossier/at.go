package dossier

import "temwen/when"

// At is what was known of d at the end of a day: the facts whose sources had
// been published by then, each with those sources only. Parts of facts that
// have sources of their own (provisions, expectations, that a milestone
// happened, outcomes, successions, holidays, readings, a procedure's benchmarks) come and go by
// themselves. Metrics, matters and calendars are always there; actors and the
// positions of matters from the first fact that names them.
//
// Nothing that is known at a day is missing at a later one; At(when.Latest) is
// everything. What is left may name a milestone, or an obligation in a trigger,
// that was not known yet: it had not happened. d itself is not changed, and
// facts that nothing is cut from are shared with it.
func (d *Dossier) At(day when.Day) *Dossier {
	t := &trim{d.days(), day}
	out := &Dossier{Info: d.Info, places: d.places}
	out.Sources = keep(t, kSources, d.Sources, func(f *Source) *Source { return f })
	out.Actors = keep(t, kActors, d.Actors, func(f *Actor) *Actor { return f })
	out.Metrics = keep(t, kMetrics, d.Metrics, func(f *Metric) *Metric { return f })
	out.Matters = keep(t, kMatters, d.Matters, t.matter)
	out.Calendars = keep(t, kCalendars, d.Calendars, t.calendar)
	out.Instruments = keep(t, kInstruments, d.Instruments, t.instrument)
	out.Missions = keep(t, kMissions, d.Missions, t.mission)
	out.Procedures = keep(t, kProcedures, d.Procedures, t.procedure)
	out.Parts = keep(t, kParts, d.Parts, func(f *Part) *Part {
		return with(t, f, f.Sources, func(c *Part, s []string) { c.Sources = s })
	})
	out.Milestones = keep(t, kMilestones, d.Milestones, t.milestone)
	out.Obligations = keep(t, kObligations, d.Obligations, t.obligation)
	out.Events = keep(t, kEvents, d.Events, func(f *Event) *Event {
		return with(t, f, f.Sources, func(c *Event, s []string) { c.Sources = s })
	})
	out.Figures = keep(t, kFigures, d.Figures, func(f *Figure) *Figure {
		return with(t, f, f.Sources, func(c *Figure, s []string) { c.Sources = s })
	})
	out.Statements = keep(t, kStatements, d.Statements, func(f *Statement) *Statement {
		return with(t, f, f.Sources, func(c *Statement, s []string) { c.Sources = s })
	})
	out.Requests = keep(t, kRequests, d.Requests, t.request)
	out.Deployments = keep(t, kDeployments, d.Deployments, func(f *Deployment) *Deployment {
		return with(t, f, f.Sources, func(c *Deployment, s []string) { c.Sources = s })
	})
	out.Services = keep(t, kServices, d.Services, func(f *Service) *Service {
		return with(t, f, f.Sources, func(c *Service, s []string) { c.Sources = s })
	})
	return out
}

// Arranged is At with each list in the order of IDs, so that a dossier from
// files and one from a record look the same.
func (d *Dossier) Arranged(day when.Day) *Dossier {
	out := d.At(day)
	for _, k := range kinds {
		k.sort(out)
	}
	return out
}
