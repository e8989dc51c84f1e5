package publish

import (
	"slices"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// The tables of what is on record of the world: sources, actors and their
// parts, figures, statements, who stood where.

type sourceRow struct {
	*dossier.Source
	known when.Day
}

var sourcesTable = tableOf[sourceRow]{
	name: "sources", key: []string{"id"},
	list: func(t *tabling) (rows []sourceRow) {
		for _, s := range t.Sources {
			rows = append(rows, sourceRow{s, t.known["sources/"+s.ID]})
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r sourceRow) string { return r.ID }),
		coded("title", func(r sourceRow) string { return r.Title }),
		coded("publisher", func(r sourceRow) string { return r.Publisher }),
		dated("published", func(r sourceRow) when.Date { return r.Published }),
		coded("language", func(r sourceRow) string { return r.Language }),
		coded("address", func(r sourceRow) string { return r.Address }),
		coded("archived", func(r sourceRow) string { return r.Archived }),
		coded("sha256", func(r sourceRow) string { return r.SHA256 }),
		coded("read", func(r sourceRow) string { return r.Read }),
		inLanguages("note", func(r sourceRow) locale.Text { return r.Note }),
		onDay("known", func(r sourceRow) *when.Day { return &r.known }),
	),
}

type actorRow struct {
	*dossier.Actor
	known when.Day
}

var actorsTable = tableOf[actorRow]{
	name: "actors", key: []string{"id"},
	list: func(t *tabling) (rows []actorRow) {
		for _, a := range t.Actors {
			rows = append(rows, actorRow{a, t.known["actors/"+a.ID]})
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r actorRow) string { return r.ID }),
		coded("kind", func(r actorRow) string { return r.Kind }),
		inLanguages("name", func(r actorRow) locale.Text { return r.Name }),
		coded("of", func(r actorRow) string { return r.Of }),
		coded("country", func(r actorRow) string { return r.Country }),
		inLanguages("note", func(r actorRow) locale.Text { return r.Note }),
		onDay("known", func(r actorRow) *when.Day { return &r.known }),
	),
}

type partRow struct {
	PartLine
	id string
	rooted
}

var partsTable = tableOf[partRow]{
	name: "parts", key: []string{"id"}, refers: []Reference{{"mission", "missions"}, {"actor", "actors"}},
	list: func(t *tabling) (rows []partRow) {
		for _, m := range t.Missions {
			for _, p := range t.parts(m.ID) {
				rows = append(rows, partRow{p, p.Fact[len("parts/"):], t.rooted(p.Fact, p.Sources)})
			}
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r partRow) string { return r.id }),
		coded("mission", func(r partRow) string { return r.Mission }),
		coded("actor", func(r partRow) string { return r.Actor.ID }),
		coded("part", func(r partRow) string { return r.Part }, partOrder...),
		dated("from", func(r partRow) when.Date { return r.From }),
		dated("until", func(r partRow) when.Date { return r.Until }),
		yesNo("over", func(r partRow) bool { return r.Over }),
		inLanguages("note", func(r partRow) locale.Text { return r.Note }),
		origin(func(r partRow) rooted { return r.rooted }),
	),
}

type figureRow struct {
	Claim
	metric *dossier.Metric
	rooted
}

var figuresTable = tableOf[figureRow]{
	name: "figures", key: []string{"fact"}, refers: []Reference{{"mission", "missions"}},
	list: func(t *tabling) (rows []figureRow) {
		for _, c := range t.claims() {
			metric := t.Metric(c.Metric)
			if metric == nil {
				metric = &dossier.Metric{ID: c.Metric}
			}
			rows = append(rows, figureRow{c, metric, t.rooted(c.Fact, c.Sources)})
		}
		return rows
	},
	columns: slices.Concat(
		coded("fact", func(r figureRow) string { return r.Fact }),
		coded("mission", func(r figureRow) string { return r.Mission }),
		coded("metric", func(r figureRow) string { return r.Metric }),
		inLanguages("metric_name", func(r figureRow) locale.Text { return r.metric.Name }),
		coded("metric_kind", func(r figureRow) string { return r.metric.Kind }, "level", "flow", "need", "count"),
		coded("topic", func(r figureRow) string { return r.metric.Topic }),
		coded("actor", func(r figureRow) string { return actorID(r.Actor) }),
		coded("milestone", func(r figureRow) string { return r.Milestone }),
		coded("category", func(r figureRow) string { return r.Category }),
		amounts(func(r figureRow) *dossier.Amount { return &r.Amount }),
		dated("as_of", func(r figureRow) when.Date { return r.AsOf }),
		coded("said_by", func(r figureRow) string { return actorID(r.SaidBy) }),
		coded("wording", func(r figureRow) string { return r.Wording }),
		inLanguages("note", func(r figureRow) locale.Text { return r.Note }),
		origin(func(r figureRow) rooted { return r.rooted }),
	),
}

type statementRow struct {
	*dossier.Statement
	matter   *dossier.Matter
	position locale.Text
	rooted
}

var statementsTable = tableOf[statementRow]{
	name: "statements", key: []string{"id"}, refers: []Reference{{"mission", "missions"}, {"by", "actors"}},
	list: func(t *tabling) (rows []statementRow) {
		for _, s := range t.Statements {
			if s.Date.First() > t.AsOf.World {
				continue
			}
			m := t.Matter(s.Matter)
			if m == nil {
				m = &dossier.Matter{ID: s.Matter}
			}
			rows = append(rows, statementRow{s, m, t.saying(m, s).Position, t.rooted("statements/"+s.ID, s.Sources)})
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r statementRow) string { return r.ID }),
		coded("mission", func(r statementRow) string { return r.Mission }),
		dated("date", func(r statementRow) when.Date { return r.Date }),
		coded("by", func(r statementRow) string { return r.By }),
		coded("matter", func(r statementRow) string { return r.Matter }),
		inLanguages("matter_title", func(r statementRow) locale.Text { return r.matter.Title }),
		coded("position", func(r statementRow) string { return r.Position }),
		inLanguages("position_title", func(r statementRow) locale.Text { return r.position }),
		inLanguages("says", func(r statementRow) locale.Text { return r.Says }),
		coded("quote", func(r statementRow) string { return r.Quote }),
		coded("about", func(r statementRow) string { return r.About }),
		coded("metric", func(r statementRow) string {
			if r.Amount == nil {
				return ""
			}
			return r.Amount.Metric
		}),
		amounts(func(r statementRow) *dossier.Amount { return r.Amount }),
		origin(func(r statementRow) rooted { return r.rooted }),
	),
}

type deploymentRow struct {
	*dossier.Deployment
	number int
	dossier.Contributor
	rooted
}

var deploymentsTable = tableOf[deploymentRow]{
	name: "deployments", key: []string{"id", "number"}, refers: []Reference{{"mission", "missions"}},
	list: func(t *tabling) (rows []deploymentRow) {
		for _, d := range t.Deployments {
			for i, c := range d.Contributors {
				rows = append(rows, deploymentRow{d, i + 1, c, t.rooted("deployments/"+d.ID, d.Sources)})
			}
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r deploymentRow) string { return r.ID }),
		counted("number", "", func(r deploymentRow) *int { return &r.number }),
		coded("mission", func(r deploymentRow) string { return r.Mission }),
		dated("as_of", func(r deploymentRow) when.Date { return r.AsOf }),
		coded("place", func(r deploymentRow) string { return r.Place }),
		measured("latitude", "degrees", func(r deploymentRow) float64 { return or(r.Latitude) }),
		measured("longitude", "degrees", func(r deploymentRow) float64 { return or(r.Longitude) }),
		coded("country", func(r deploymentRow) string { return r.Country }),
		counted("people", "persons", func(r deploymentRow) *int {
			if r.People == 0 {
				return nil
			}
			return &r.People
		}),
		origin(func(r deploymentRow) rooted { return r.rooted }),
	),
}
