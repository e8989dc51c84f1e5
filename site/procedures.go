package site

import (
	"html/template"
	"slices"

	"temwen/publish"
)

// proceduresBody is the list of a mission's procedures.
type proceduresBody struct{ Procedures []publish.ProcedureLine }

// procedures lists what must happen after an allegation, by track.
func (s *Site) procedures(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	lines, err := v.ProceduresOf(m.ID)
	if err != nil {
		return nil, err
	}
	return &page{Template: "procedures", Title: q.words.Say("procedures.title"), Crumbs: q.crumbs(m), Body: &proceduresBody{lines}}, nil
}

// procedureBody is the page of one procedure.
type procedureBody struct {
	*publish.ProcedureExplained
	Picture template.HTML // drawn by package publish
}

// procedure shows one procedure: as a picture, and beside it in words, each step
// with its clause and how well that is known.
func (s *Site) procedure(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	e, err := v.ExplainProcedure(m.ID, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	// One picture for every window: on a wide one it stands beside the words.
	// Package publish escapes every word of it.
	body := &procedureBody{e, template.HTML(e.Draw(q.words, publish.NarrowDrawing).SVG("procedure"))}
	return &page{
		Template: "procedure", Title: q.words.Text(e.Title), Body: body, shows: procedureFacts(e),
		Crumbs: q.crumbs(m, crumb{q.words.Say("procedures.title"), q.href("missions", m.ID, "procedures")}),
	}, nil
}

// procedureFacts are the facts that the page of a procedure shows: it, and the
// instruments whose clauses it cites.
func procedureFacts(e *publish.ProcedureExplained) []publish.FactRef {
	refs := []publish.FactRef{{Kind: "procedures", ID: e.ID}}
	add := func(instrument string) {
		if f := (publish.FactRef{Kind: "instruments", ID: instrument}); !slices.Contains(refs, f) {
			refs = append(refs, f)
		}
	}
	for i := range e.Further {
		add(e.Further[i].Instrument)
	}
	for i := range e.Steps {
		add(e.Steps[i].Clause.Instrument)
		if b := e.Steps[i].Benchmark; b != nil {
			add(b.Clause.Instrument)
		}
	}
	return refs
}

// FollowedIn are the procedures of the page's mission with a step that rests on
// a clause: what an obligation is part of.
func (p *page) FollowedIn(clause string) []publish.ProcedureLine {
	lines, err := p.view.ProceduresOf(p.MissionID())
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(lines, func(l publish.ProcedureLine) bool {
		of := p.view.Procedure(l.ID)
		for i := range of.Steps {
			if of.Clause(of.Steps[i].Provision) == clause {
				return false
			}
		}
		return true
	})
}

// CiteIn cites a clause on the page of an instrument's procedure: of that
// instrument the article or paragraph is enough.
func (p *page) CiteIn(instrument string, clause publish.ProvisionRef) string {
	switch {
	case clause.Instrument != instrument:
		return p.words.Clause(clause)
	case clause.Ref != "":
		return clause.Ref
	}
	return p.words.Say("procedure.clause.own")
}

// DutiesHref is the list of the mission's obligations that come from an
// instrument; empty where none does.
func (p *page) DutiesHref(instrument string) string {
	lines, err := p.view.Obligations(p.MissionID(), publish.Filter{Instrument: []string{instrument}})
	if err != nil || len(lines) == 0 {
		return ""
	}
	return p.Filter("instrument", instrument)
}

// procedureHref is the page of a procedure in a mission that follows it; of a
// model, in any.
func (q *request) procedureHref(v *publish.View, id string) string {
	p := v.Procedure(id)
	if p == nil || len(v.Missions) == 0 {
		return ""
	}
	mission := v.Missions[0].ID
	if len(p.Missions) > 0 {
		mission = p.Missions[0]
	}
	return q.href("missions", mission, "procedures", id)
}
