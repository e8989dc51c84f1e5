package site

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

// dossiers registers the operations about dossiers: what belongs to no single
// mission, the raw facts, and the tables.
func (a *api) dossiers(h huma.API) {
	get(a, h, "/dossiers", "dossiers", "The dossiers on record", a.listDossiers)
	get(a, h, "/dossiers/{dossier}/actors", "actors", "The actors of a dossier", a.actors)
	get(a, h, "/dossiers/{dossier}/actors/{id}", "actor", "What an actor owes and owed, its numbers, parts and words: its scorecard", a.actor)
	get(a, h, "/dossiers/{dossier}/sources", "sources", "The sources of a dossier", a.sources)
	get(a, h, "/dossiers/{dossier}/sources/{id}", "source", "One source, with the facts that rest on it", a.source)
	get(a, h, "/dossiers/{dossier}/facts", "facts", "The facts of a dossier as they are on record", a.facts)
	get(a, h, "/dossiers/{dossier}/tables", "tables", "The tables of a dossier, with their columns and counting rules", a.tables)
	get(a, h, "/dossiers/{dossier}/tables/{table}", "table", "The rows of a table: the same as in the files below /data/", a.table)
}

// dossierCard is a dossier in the list of all.
type dossierCard struct {
	ID       string       `json:"id"`
	Title    locale.Text  `json:"title"`
	About    locale.Text  `json:"about,omitempty"`
	TimeZone string       `json:"time_zone" doc:"The place whose calendar says which day it is today"`
	AsOf     publish.AsOf `json:"as_of"`
	Missions []string     `json:"missions"`
	Package  string       `json:"data_package" doc:"The address of its data package"`
}

func (a *api) listDossiers(ctx context.Context, q *Paged) (*answer[list[dossierCard]], error) {
	m, err := a.site.moment(ctx, &q.Asked)
	if err != nil {
		return nil, err
	}
	at := publish.AsOf{World: m.asOf, Known: m.known, Edition: m.edition}
	var cards []dossierCard
	for _, d := range m.dossiers {
		v := m.view(d)
		at = v.AsOf
		card := dossierCard{
			ID: d.Info.ID, Title: d.Info.Title, About: d.Info.About, TimeZone: d.Info.TimeZone, AsOf: v.AsOf,
			Package: "/data/" + d.Info.ID + "/" + publish.PackageFile,
		}
		for _, mission := range v.Missions {
			card.Missions = append(card.Missions, mission.ID)
		}
		cards = append(cards, card)
	}
	return pageOf(q, at, cards)
}

// ofDossier is a question about one dossier whose answer comes in pages.
type ofDossier struct {
	Paged
	Dossier string `path:"dossier" example:"haiti" doc:"The dossier's ID"`
}

// oneOfDossier is a question about one thing of a dossier.
type oneOfDossier struct {
	Asked
	Dossier string `path:"dossier" example:"haiti" doc:"The dossier's ID"`
	ID      string `path:"id" doc:"Its ID"`
}

// open is the view in which a question about a dossier is answered.
func (a *api) open(ctx context.Context, q *Asked, dossier string) (*publish.View, error) {
	m, err := a.site.moment(ctx, q)
	if err != nil {
		return nil, err
	}
	return m.dossier(dossier)
}

// actorCard is an actor in the list of all.
type actorCard struct {
	ID      string      `json:"id"`
	Kind    string      `json:"kind"`
	Name    locale.Text `json:"name"`
	Of      string      `json:"of,omitempty"`
	Country string      `json:"country,omitempty"`
	Note    locale.Text `json:"note,omitempty"`
}

func (a *api) actors(ctx context.Context, q *ofDossier) (*answer[list[actorCard]], error) {
	v, err := a.open(ctx, &q.Asked, q.Dossier)
	if err != nil {
		return nil, err
	}
	var cards []actorCard
	for _, actor := range v.Actors {
		cards = append(cards, actorCard(*actor))
	}
	return pageOf(&q.Paged, v.AsOf, cards)
}

func (a *api) actor(ctx context.Context, q *oneOfDossier) (*answer[item[*publish.Scorecard]], error) {
	v, err := a.open(ctx, &q.Asked, q.Dossier)
	if err != nil {
		return nil, err
	}
	card, err := v.Scorecard(q.ID)
	if err != nil {
		return nil, a.explain(err, "/api/v1/dossiers/{dossier}/actors")
	}
	return one(v.AsOf, card), nil
}

func (a *api) sources(ctx context.Context, q *ofDossier) (*answer[list[publish.SourceLine]], error) {
	v, err := a.open(ctx, &q.Asked, q.Dossier)
	if err != nil {
		return nil, err
	}
	return pageOf(&q.Paged, v.AsOf, v.SourceLines(anySource))
}

// citedSource is a source with the facts that cite it.
type citedSource struct {
	publish.SourceLine
	Cited []citedFact `json:"cited_by"`
}

type citedFact struct {
	Kind  string      `json:"kind"`
	ID    string      `json:"id"`
	Title locale.Text `json:"title"`
}

func (a *api) source(ctx context.Context, q *oneOfDossier) (*answer[item[citedSource]], error) {
	v, err := a.open(ctx, &q.Asked, q.Dossier)
	if err != nil {
		return nil, err
	}
	s := v.Source(q.ID)
	if s == nil {
		return nil, a.explain(&publish.NotFoundError{Kind: "source", AsOf: v.AsOf}, "/api/v1/dossiers/{dossier}/sources")
	}
	cited := citedSource{SourceLine: publish.SourceLine{Source: s, Known: s.Published.Last().String()}}
	for f := range v.Facts() {
		if slices.Contains(f.Sources, s.ID) {
			title, _, _ := v.Named(f.Kind, f.ID)
			cited.Cited = append(cited.Cited, citedFact{f.Kind, f.ID, title})
		}
	}
	return one(v.AsOf, cited), nil
}

// askedFacts is a question for facts.
type askedFacts struct {
	Paged
	Dossier string   `path:"dossier" example:"haiti" doc:"The dossier's ID"`
	Kind    []string `query:"kind,explode" doc:"Only facts of these kinds: sources, actors, metrics, matters, calendars, instruments, missions, procedures, parts, milestones, obligations, events, figures, statements, requests, deployments, services, dossiers."`
	Mission string   `query:"mission" doc:"Only facts of this mission, by ID."`
}

// rawFact is a fact as it is on record.
type rawFact struct {
	Kind    string          `json:"kind"`
	ID      string          `json:"id"`
	Mission string          `json:"mission,omitempty"`
	Known   *when.Day       `json:"known,omitempty" doc:"The day from which it counts as known; left out for vocabulary, which is always there"`
	Sources []string        `json:"sources"`
	Fact    json.RawMessage `json:"fact" doc:"The fact, in the words of the dossier's JSON Schema"`
}

// factKinds are the kinds of facts that a dossier can have.
var factKinds = []string{
	"dossiers", "sources", "actors", "metrics", "matters", "calendars", "instruments", "missions", "procedures", "parts",
	"milestones", "obligations", "events", "figures", "statements", "requests", "deployments", "services",
}

func (a *api) facts(ctx context.Context, q *askedFacts) (*answer[list[rawFact]], error) {
	v, err := a.open(ctx, &q.Asked, q.Dossier)
	if err != nil {
		return nil, err
	}
	kinds := slices.DeleteFunc(q.Kind, func(s string) bool { return s == "" })
	for _, k := range kinds {
		if !slices.Contains(factKinds, k) {
			return nil, problem(http.StatusBadRequest, "A value of the parameter kind is not a kind of fact. The kinds stand in the description of the parameter.")
		}
	}
	if q.Mission != "" && v.Mission(q.Mission) == nil {
		return nil, unknownValue("mission", "The missions stand in /api/v1/missions")
	}
	var facts []rawFact
	for f := range v.Facts() {
		if len(kinds) > 0 && !slices.Contains(kinds, f.Kind) || q.Mission != "" && f.Mission != q.Mission {
			continue
		}
		raw := rawFact{Kind: f.Kind, ID: f.ID, Mission: f.Mission, Sources: f.Sources, Fact: f.Body}
		if !f.Known.Open() {
			raw.Known = &f.Known
		}
		facts = append(facts, raw)
	}
	return pageOf(&q.Paged, v.AsOf, facts)
}

// askedTables is a question for the tables of a dossier.
type askedTables struct {
	Asked
	Dossier string `path:"dossier" example:"haiti" doc:"The dossier's ID"`
	Lang    string `query:"lang" enum:"ht,fr,en,es" doc:"The language of titles, rules and descriptions; en where it is left out."`
}

// tablesItem is what there is to know before using the tables.
type tablesItem struct {
	Rules  []string    `json:"counting_rules"`
	Tables []tableCard `json:"tables"`
}

type tableCard struct {
	Name   string               `json:"name"`
	Title  string               `json:"title"`
	Rule   string               `json:"rule"`
	Rows   int                  `json:"rows"`
	Schema *publish.TableSchema `json:"schema"`
}

func (a *api) tables(ctx context.Context, q *askedTables) (*answer[item[tablesItem]], error) {
	lang := locale.English
	if q.Lang != "" {
		if lang = locale.Lang(q.Lang); !slices.Contains(locale.Langs, lang) {
			return nil, problem(http.StatusBadRequest, "The parameter lang is one of ht, fr, en, es.")
		}
	}
	v, err := a.open(ctx, &q.Asked, q.Dossier)
	if err != nil {
		return nil, err
	}
	w := publish.In(lang)
	t := tablesItem{Rules: publish.CountingRules(w)}
	for _, table := range v.DataTables() {
		t.Tables = append(t.Tables, tableCard{table.Name, table.Title(w), table.Rule(w), len(table.Rows), table.TableSchema(w)})
	}
	return one(v.AsOf, t), nil
}

// askedTable is a question for the rows of a table.
type askedTable struct {
	Paged
	Dossier string `path:"dossier" example:"haiti" doc:"The dossier's ID"`
	Table   string `path:"table" example:"obligations" doc:"The table's name"`
	Mission string `query:"mission" doc:"Only rows of this mission, where the table has a column mission."`
}

func (a *api) table(ctx context.Context, q *askedTable) (*answer[list[json.RawMessage]], error) {
	v, err := a.open(ctx, &q.Asked, q.Dossier)
	if err != nil {
		return nil, err
	}
	table := v.DataTable(q.Table)
	if table == nil {
		return nil, problem(http.StatusNotFound, "There is no such table. Those that there are stand in /api/v1/dossiers/{dossier}/tables.")
	}
	column := table.Column("mission")
	if q.Mission != "" && column < 0 {
		return nil, problem(http.StatusBadRequest, "This table has no column mission. Leave the parameter out.")
	}
	if q.Mission != "" && v.Mission(q.Mission) == nil {
		return nil, unknownValue("mission", "The missions stand in /api/v1/missions")
	}
	var rows []json.RawMessage
	for i := range table.Rows {
		if q.Mission != "" && table.Rows[i][column] != q.Mission {
			continue
		}
		row, err := table.JSONRow(i)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return pageOf(&q.Paged, v.AsOf, rows)
}
