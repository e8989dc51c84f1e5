package site

import (
	"temwen/dossier"
	"temwen/publish"
)

// sourcesBody lists the sources of a mission's dossier.
type sourcesBody struct {
	Mission *dossier.Mission
	Sources []publish.SourceLine
}

// sources lists all sources that were known on the day.
func (s *Site) sources(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	body := &sourcesBody{Mission: m, Sources: v.SourceLines(func(*dossier.Source) bool { return true })}
	return &page{
		Template: "sources", Title: q.words.Say("site.sources.title"), Nav: "sources", Crumbs: q.crumbs(m), Body: body,
	}, nil
}

// sourceBody is one source with the facts that cite it.
type sourceBody struct {
	*dossier.Source
	Cited []citation
}

// citation is a fact that cites a source.
type citation struct {
	Kind, ID, Label, Href string
}

// source shows one source and what rests on it.
func (s *Site) source(q *request) (*page, error) {
	v, err := q.open()
	if err != nil {
		return nil, err
	}
	src := v.Source(q.PathValue("id"))
	if src == nil {
		return nil, &publish.NotFoundError{Kind: "source", ID: q.PathValue("id"), AsOf: v.AsOf}
	}
	body := &sourceBody{Source: src}
	for _, f := range v.CitedBy(src.ID) {
		body.Cited = append(body.Cited, q.citation(v, f.Kind, f.ID))
	}
	return &page{
		Template: "source", Title: src.Title, Nav: "sources", Body: body, shows: []publish.FactRef{{Kind: "sources", ID: src.ID}},
		Crumbs: []crumb{{q.words.Say("site.nav.missions"), q.href()}},
	}, nil
}

// citation names a fact, with a link where it has a page.
func (q *request) citation(v *publish.View, kind, id string) citation {
	title, mission, _ := v.Named(kind, id)
	c := citation{Kind: kind, ID: id, Label: q.words.Text(title)}
	switch kind {
	case "obligations":
		c.Href = q.href("missions", mission, "obligations", id)
	case "procedures":
		c.Href = q.procedureHref(v, id)
	case "missions":
		c.Href = q.href("missions", id)
	}
	return c
}
