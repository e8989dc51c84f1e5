package search

import (
	"slices"

	"temwen/dossier"
)

// duties reads what is owed and what happened: obligations with their events,
// requests for documents with their outcomes, milestones with what was expected
// of them.
func (r *reader) duties() {
	for _, o := range r.d.Obligations {
		r.obligation(o)
	}
	for _, e := range r.d.Events {
		o := r.d.Obligation(e.Obligation)
		if o == nil {
			continue
		}
		day := r.since("events", e.ID)
		r.add(Entry{
			Kind: "events", ID: e.ID, Mission: o.Mission, Known: day,
			Places: []Place{{Room: RoomObligation, Mission: o.Mission, ID: o.ID, From: day}},
			Title:  e.Title, Body: body(e.Ground, o.Title, r.names(e.By), date(e.Date)), Keys: e.Date.String(),
		})
	}
	for _, q := range r.d.Requests {
		r.request(q)
	}
	for _, m := range r.d.Milestones {
		r.milestone(m)
	}
}

func (r *reader) obligation(o *dossier.Obligation) {
	day := r.since("obligations", o.ID)
	e := Entry{
		Kind: "obligations", ID: o.ID, Mission: o.Mission, Known: day, Title: o.Title,
		Places: []Place{{Room: RoomObligation, Mission: o.Mission, ID: o.ID, From: day}},
		Keys:   topicWords(o.Topic),
	}
	whole := e
	whole.Body = body(o.DischargedBy, o.Note, r.names(slices.Concat(o.Debtor, o.Creditor)...))
	if _, p := r.d.Provision(o.Provision); p != nil {
		whole.Body = body(append(whole.Body, p.Says)...)
	}
	r.add(whole)
	for i := range o.Readings {
		part := e
		part.Known = r.own(o.Readings[i].Sources, day)
		part.Body = body(o.Readings[i].Title)
		r.add(part)
	}
	if b := o.Benchmark; b != nil && len(b.Note) > 0 {
		part := e
		if in, p := r.d.Provision(b.Provision); p != nil {
			part.Known = max(day, r.own(p.Sources, r.since("instruments", in.ID)))
		}
		part.Body = body(b.Note)
		r.add(part)
	}
}

func (r *reader) request(q *dossier.Request) {
	day := r.since("requests", q.ID)
	e := Entry{
		Kind: "requests", ID: q.ID, Mission: q.Mission, Known: day, Title: q.Document,
		Places: []Place{{Room: RoomDocuments, Mission: q.Mission, ID: q.ID, From: day}},
	}
	whole := e
	whole.Body = body(q.Note, r.names(slices.Concat(q.AskedBy, q.AskedOf)...), date(q.Date))
	whole.Keys = q.Date.String()
	r.add(whole)
	for i := range q.Outcomes {
		o := &q.Outcomes[i]
		part := e
		part.Known = max(day, r.sourced(o.Sources))
		part.Body = body(o.Note, r.names(o.By), date(o.Date))
		r.add(part)
	}
}

// milestone reads an event of a mission; that it happened, and the note on it,
// once that was known.
func (r *reader) milestone(m *dossier.Milestone) {
	day := r.since("milestones", m.ID)
	e := Entry{
		Kind: "milestones", ID: m.ID, Mission: m.Mission, Known: day, Title: m.Title,
		Places: []Place{{Room: RoomEvents, Mission: m.Mission, From: day}},
	}
	whole := e
	if m.Happened.IsZero() {
		whole.Body = body(m.Note)
	}
	r.add(whole)
	if !m.Happened.IsZero() {
		part := e
		part.Known = max(day, r.sourced(m.Sources))
		part.Body, part.Keys = body(m.Note, date(m.Happened)), m.Happened.String()
		r.add(part)
	}
	for i := range m.Expected {
		x := &m.Expected[i]
		part := e
		part.Known = max(day, r.sourced(x.Sources))
		part.Body = body(x.Note, r.names(x.By), date(x.Date))
		r.add(part)
	}
}
