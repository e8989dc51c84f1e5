package dossier

// Together is what several dossiers hold, as one: for an office that works on the
// missions of all. Where two have a fact of one kind and ID, that of the first counts,
// and so does all that a dossier says of itself.
func Together(list []*Dossier) *Dossier {
	d := new(Dossier)
	for i, one := range list {
		if i == 0 {
			d.Info = one.Info
		}
		d.Sources = join(d.Sources, one.Sources, func(f *Source) string { return f.ID })
		d.Actors = join(d.Actors, one.Actors, func(f *Actor) string { return f.ID })
		d.Metrics = join(d.Metrics, one.Metrics, func(f *Metric) string { return f.ID })
		d.Matters = join(d.Matters, one.Matters, func(f *Matter) string { return f.ID })
		d.Calendars = join(d.Calendars, one.Calendars, func(f *Calendar) string { return f.ID })
		d.Instruments = join(d.Instruments, one.Instruments, func(f *Instrument) string { return f.ID })
		d.Missions = join(d.Missions, one.Missions, func(f *Mission) string { return f.ID })
		d.Procedures = join(d.Procedures, one.Procedures, func(f *Procedure) string { return f.ID })
		d.Parts = join(d.Parts, one.Parts, func(f *Part) string { return f.ID })
		d.Milestones = join(d.Milestones, one.Milestones, func(f *Milestone) string { return f.ID })
		d.Obligations = join(d.Obligations, one.Obligations, func(f *Obligation) string { return f.ID })
		d.Events = join(d.Events, one.Events, func(f *Event) string { return f.ID })
		d.Figures = join(d.Figures, one.Figures, func(f *Figure) string { return f.ID })
		d.Statements = join(d.Statements, one.Statements, func(f *Statement) string { return f.ID })
		d.Requests = join(d.Requests, one.Requests, func(f *Request) string { return f.ID })
		d.Deployments = join(d.Deployments, one.Deployments, func(f *Deployment) string { return f.ID })
		d.Services = join(d.Services, one.Services, func(f *Service) string { return f.ID })
	}
	return d
}

// join appends the facts that are not there yet.
func join[T any](all, more []*T, id func(*T) string) []*T {
	there := make(map[string]bool, len(all))
	for _, f := range all {
		there[id(f)] = true
	}
	all = all[:len(all):len(all)] // what was given in is not written to
	for _, f := range more {
		if !there[id(f)] {
			all = append(all, f)
		}
	}
	return all
}
