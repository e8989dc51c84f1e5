package dossier

import (
	"maps"

	"temwen/when"
)

// actors computes from which day each actor is known: that of the earliest part
// of a fact that names it, or that names an actor belonging to it. An actor that
// nothing names is vocabulary, and always known.
func (k *known) actors() {
	k.missionActors()
	k.obligationActors()
	for i, f := range k.d.Figures {
		k.names(k.fact[kFigures][i], f.Actor, f.SaidBy)
	}
	for i, f := range k.d.Statements {
		k.names(k.fact[kStatements][i], f.By, f.About)
	}
	for i, f := range k.d.Requests {
		day := k.fact[kRequests][i]
		k.names(day, f.AskedBy...)
		k.names(day, f.AskedOf...)
		for _, o := range f.Outcomes {
			k.names(k.own(o.Sources, day), o.By)
		}
	}
	k.parents()
	for _, f := range k.d.Actors {
		k.add(kActors, k.actor[f.ID])
	}
}

func (k *known) missionActors() {
	for i, f := range k.d.Instruments {
		k.names(k.fact[kInstruments][i], f.By...)
	}
	for i, f := range k.d.Missions {
		k.names(k.fact[kMissions][i], f.Force)
	}
	for i, f := range k.d.Parts {
		k.names(k.fact[kParts][i], f.Actor)
	}
	for i, f := range k.d.Milestones {
		for _, e := range f.Expected {
			k.names(max(k.sources(e.Sources), k.fact[kMilestones][i]), e.By)
		}
	}
}

func (k *known) obligationActors() {
	for i, f := range k.d.Obligations {
		k.names(k.fact[kObligations][i], f.Debtor...)
		k.names(k.fact[kObligations][i], f.Creditor...)
	}
	for i, f := range k.d.Events {
		k.names(k.fact[kEvents][i], f.By)
	}
}

// names notes that actors are named by something known from a day.
func (k *known) names(day when.Day, actors ...string) {
	for _, id := range actors {
		if id != "" {
			k.actor[id] = min(day, at(k.actor, id))
		}
	}
}

// parents makes every actor known with the earliest of those that belong to it,
// at any remove: first of those that facts name, then of those that nothing
// names, which are always known.
func (k *known) parents() {
	of := make(map[string]string, len(k.d.Actors))
	for _, f := range k.d.Actors {
		of[f.ID] = f.Of
	}
	// Actors of a circle, which Load refuses, are walked at most once.
	up := func(id string, day when.Day) {
		for steps := 0; id != "" && steps < len(of); steps++ {
			if before, ok := k.actor[id]; ok && before <= day {
				return
			}
			k.actor[id] = day
			id = of[id]
		}
	}
	for id, day := range maps.Clone(k.actor) {
		up(of[id], day)
	}
	for _, f := range k.d.Actors {
		if _, named := k.actor[f.ID]; !named {
			up(f.ID, when.Earliest)
		}
	}
}
