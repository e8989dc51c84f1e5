package dossier

import (
	"strings"

	"temwen/instrument"
)

// index finds facts by ID: for each kind, the place of an ID in its list. Where
// an ID stands twice, the first counts.
type index struct {
	byID       [kindCount]map[string]int
	provisions map[string]provisionAt // by instrument/provision
	events     map[string][]*Event    // by obligation
}

type provisionAt struct{ instrument, provision int }

func (d *Dossier) find() *index {
	d.indexOnce.Do(func() {
		x := &index{provisions: map[string]provisionAt{}, events: map[string][]*Event{}}
		for _, k := range kinds {
			n := k.len(d)
			ids := make(map[string]int, n)
			for i := n - 1; i >= 0; i-- {
				ids[k.head(k.get(d, i)).id] = i
			}
			x.byID[k.index] = ids
		}
		for i := len(d.Instruments) - 1; i >= 0; i-- {
			in := d.Instruments[i]
			for j := len(in.Provisions) - 1; j >= 0; j-- {
				x.provisions[in.ID+"/"+in.Provisions[j].ID] = provisionAt{i, j}
			}
		}
		for _, e := range d.Events {
			x.events[e.Obligation] = append(x.events[e.Obligation], e)
		}
		d.index = x
	})
	return d.index
}

func lookup[T any](d *Dossier, kind int, list []*T, id string) *T {
	if i, ok := d.find().byID[kind][id]; ok {
		return list[i]
	}
	return nil
}

// Source is the source of that ID, or nil.
func (d *Dossier) Source(id string) *Source { return lookup(d, kSources, d.Sources, id) }

// Actor is the actor of that ID, or nil.
func (d *Dossier) Actor(id string) *Actor { return lookup(d, kActors, d.Actors, id) }

// Metric is the metric of that ID, or nil.
func (d *Dossier) Metric(id string) *Metric { return lookup(d, kMetrics, d.Metrics, id) }

// Matter is the matter of that ID, or nil.
func (d *Dossier) Matter(id string) *Matter { return lookup(d, kMatters, d.Matters, id) }

// Calendar is the calendar of that ID, or nil.
func (d *Dossier) Calendar(id string) *Calendar { return lookup(d, kCalendars, d.Calendars, id) }

// Instrument is the instrument of that ID, or nil.
func (d *Dossier) Instrument(id string) *Instrument {
	return lookup(d, kInstruments, d.Instruments, id)
}

// Mission is the mission of that ID, or nil.
func (d *Dossier) Mission(id string) *Mission { return lookup(d, kMissions, d.Missions, id) }

// Procedure is the procedure of that ID, or nil.
func (d *Dossier) Procedure(id string) *Procedure { return lookup(d, kProcedures, d.Procedures, id) }

// Part is the part of that ID, or nil.
func (d *Dossier) Part(id string) *Part { return lookup(d, kParts, d.Parts, id) }

// Milestone is the milestone of that ID, or nil.
func (d *Dossier) Milestone(id string) *Milestone { return lookup(d, kMilestones, d.Milestones, id) }

// Obligation is the obligation of that ID, or nil.
func (d *Dossier) Obligation(id string) *Obligation {
	return lookup(d, kObligations, d.Obligations, id)
}

// Event is the event of that ID, or nil.
func (d *Dossier) Event(id string) *Event { return lookup(d, kEvents, d.Events, id) }

// Figure is the figure of that ID, or nil.
func (d *Dossier) Figure(id string) *Figure { return lookup(d, kFigures, d.Figures, id) }

// Statement is the statement of that ID, or nil.
func (d *Dossier) Statement(id string) *Statement { return lookup(d, kStatements, d.Statements, id) }

// Request is the disclosure request of that ID, or nil.
func (d *Dossier) Request(id string) *Request { return lookup(d, kRequests, d.Requests, id) }

// Deployment is the deployment of that ID, or nil.
func (d *Dossier) Deployment(id string) *Deployment {
	return lookup(d, kDeployments, d.Deployments, id)
}

// Service is the service of that ID, or nil.
func (d *Dossier) Service(id string) *Service { return lookup(d, kServices, d.Services, id) }

// Provision is the provision that instrument/provision names, and its
// instrument; nil where there is none.
func (d *Dossier) Provision(ref string) (*Instrument, *instrument.Provision) {
	at, ok := d.find().provisions[ref]
	if !ok {
		return nil, nil
	}
	in := d.Instruments[at.instrument]
	return in, &in.Provisions[at.provision]
}

// EventsOf are the events of an obligation, in the order of the dossier. The
// list must not be changed.
func (d *Dossier) EventsOf(obligation string) []*Event { return d.find().events[obligation] }

// Position is the position of that ID in the matter, or nil.
func (m *Matter) Position(id string) *Position {
	for i := range m.Positions {
		if m.Positions[i].ID == id {
			return &m.Positions[i]
		}
	}
	return nil
}

// Reading is the reading of that ID of the obligation, or nil.
func (o *Obligation) Reading(id string) *Reading {
	for i := range o.Readings {
		if o.Readings[i].ID == id {
			return &o.Readings[i]
		}
	}
	return nil
}

// Rules are the due rules of the obligation: its one, or those of its readings
// with their IDs.
func (o *Obligation) Rules(yield func(reading string, due *Due) bool) {
	if o.Due != nil && !yield("", o.Due) {
		return
	}
	for i := range o.Readings {
		if !yield(o.Readings[i].ID, &o.Readings[i].Due) {
			return
		}
	}
}

// Trigger is what an EVENT expression of a due rule names.
type Trigger struct {
	Kind TriggerKind
	ID   string // of the milestone, or of the obligation discharged; empty for Asked
}

// TriggerKind says what sort of event a trigger is.
type TriggerKind int

// The kinds of trigger.
const (
	OnMilestone TriggerKind = iota + 1 // the day a milestone happened
	OnDischarge                        // the day an obligation was discharged
	OnAsk                              // the first time the obligation itself was asked for
)

// ParseTrigger reads an EVENT: a milestone's ID, "discharge of ID", or "ask".
// It does not say whether the ID exists.
func ParseTrigger(event string) Trigger {
	if event == "ask" {
		return Trigger{Kind: OnAsk}
	}
	if id, ok := strings.CutPrefix(event, "discharge of "); ok {
		return Trigger{OnDischarge, strings.TrimSpace(id)}
	}
	return Trigger{OnMilestone, event}
}

// Triggers are the EVENT expressions of the rule by the key that holds them,
// in the order of Due; those not given are left out.
func (r *Due) Triggers(yield func(key, event string) bool) {
	for _, t := range [...]struct{ key, event string }{
		{"of", r.Of}, {"before", r.Before}, {"from", r.From}, {"until", r.Until}, {"since", r.Since},
	} {
		if t.event != "" && !yield(t.key, t.event) {
			return
		}
	}
}
