package site

import (
	"temwen/publish"
)

// The rooms of a mission: one page for each thing a reader comes for.

// documentsBody is the page of documents.
type documentsBody struct {
	Requests []publish.RequestLine
	Silent   int
	Secret   []publish.ProvisionRef // instruments that are not public
}

// documents shows what was asked for, by whom, when, and what came of it.
func (s *Site) documents(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	b, err := v.Brief(m.ID)
	if err != nil {
		return nil, err
	}
	body := &documentsBody{Requests: b.Requests, Secret: v.NotPublic(m.ID)}
	for i := range b.Requests {
		if b.Requests[i].Outcome == publish.Silent {
			body.Silent++
		}
	}
	return &page{Template: "documents", Title: q.words.Say("brief.documents"), Crumbs: q.crumbs(m), Body: body}, nil
}

// wordsBody is the page of statements.
type wordsBody struct {
	Matters []publish.MatterLine
	Speaks  []publish.PartLine // who speaks for the mission, and when
}

// said shows the statements by matter, contradictions side by side.
func (s *Site) said(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	matters, err := v.MattersOf(m.ID)
	if err != nil {
		return nil, err
	}
	body := &wordsBody{Matters: matters, Speaks: v.PartsOf(m.ID, "speaks")}
	return &page{Template: "words", Title: q.words.Say("site.words.title"), Crumbs: q.crumbs(m), Body: body}, nil
}

// money shows what is needed, pledged and received, by donor and date.
func (s *Site) money(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	body, err := v.Money(m.ID)
	if err != nil {
		return nil, err
	}
	return &page{Template: "money", Title: q.words.Say("brief.money"), Crumbs: q.crumbs(m), Body: body}, nil
}

// actorsBody is the list of a mission's debtors.
type actorsBody struct{ Actors []publish.ActorLine }

// actors lists who owes or owed something in a mission.
func (s *Site) actors(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	list, err := v.Debtors(m.ID)
	if err != nil {
		return nil, err
	}
	return &page{Template: "actors", Title: q.words.Say("site.actors.title"), Crumbs: q.crumbs(m), Body: &actorsBody{list}}, nil
}

// actor shows the scorecard of one actor, over all missions of its dossier.
func (s *Site) actor(q *request) (*page, error) {
	v, err := q.open()
	if err != nil {
		return nil, err
	}
	card, err := v.Scorecard(q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return &page{
		Template: "actor", Title: q.words.Text(card.Actor.Name), Body: card,
		Crumbs: []crumb{{q.words.Say("site.nav.missions"), q.href()}},
	}, nil
}
