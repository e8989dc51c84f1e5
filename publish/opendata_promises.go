package publish

import (
	"math"
	"slices"

	"temwen/clock"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// The tables of what was promised: the missions, the clauses, the obligations
// that come from them, and what happened.

type missionRow struct {
	*dossier.Mission
	period   when.Date
	succeeds []string
	rooted
}

var missionsTable = tableOf[missionRow]{
	name: "missions", key: []string{"id"},
	list: func(t *tabling) (rows []missionRow) {
		for _, m := range t.Missions {
			r := missionRow{Mission: m, period: t.Period(m), rooted: t.rooted("missions/"+m.ID, m.Sources)}
			for _, s := range m.Succeeds {
				r.succeeds = append(r.succeeds, s.Mission)
			}
			rows = append(rows, r)
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r missionRow) string { return r.ID }),
		coded("short", func(r missionRow) string { return r.Short }),
		inLanguages("name", func(r missionRow) locale.Text { return r.Name }),
		dated("period", func(r missionRow) when.Date { return r.period }),
		coded("force", func(r missionRow) string { return r.Force }),
		coded("began", func(r missionRow) string { return r.Began }),
		coded("ended", func(r missionRow) string { return r.Ended }),
		ids("succeeds", func(r missionRow) []string { return r.succeeds }),
		origin(func(r missionRow) rooted { return r.rooted }),
	),
}

type provisionRow struct {
	*instrument.Instrument
	*instrument.Provision
	rooted
}

var provisionsTable = tableOf[provisionRow]{
	name: "provisions", key: []string{"id"},
	list: func(t *tabling) (rows []provisionRow) {
		for _, in := range t.Instruments {
			for i := range in.Provisions {
				p := &in.Provisions[i]
				sources := p.Sources
				if len(sources) == 0 {
					sources = in.Sources
				}
				rows = append(rows, provisionRow{in, p, rooted{t.first(sources), sources}})
			}
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r provisionRow) string { return r.Instrument.ID + "/" + r.Provision.ID }),
		coded("instrument", func(r provisionRow) string { return r.Instrument.ID }),
		coded("kind", func(r provisionRow) string { return string(r.Kind) }),
		coded("symbol", func(r provisionRow) string { return r.Symbol }),
		inLanguages("title", func(r provisionRow) locale.Text { return r.Title }),
		dated("date", func(r provisionRow) when.Date { return r.Date }),
		ids("by", func(r provisionRow) []string { return r.By }),
		ids("missions", func(r provisionRow) []string { return r.Missions }),
		coded("publicity", func(r provisionRow) string { return string(r.Publicity) }),
		coded("ref", func(r provisionRow) string { return r.Ref }),
		inLanguages("says", func(r provisionRow) locale.Text { return r.Says }),
		coded("knowledge", func(r provisionRow) string { return string(r.Knowledge) }),
		origin(func(r provisionRow) rooted { return r.rooted }),
	),
}

// first is the day that the earliest of some sources is known from.
func (t *tabling) first(sources []string) when.Day {
	day := when.Latest
	for _, id := range sources {
		if s := t.Source(id); s != nil {
			day = min(day, s.Published.Last())
		}
	}
	return day
}

type milestoneRow struct {
	MilestoneLine
	of *dossier.Milestone
	rooted
}

func milestoneRows(t *tabling) (rows []milestoneRow) {
	for _, m := range t.Dossier.Milestones {
		l := t.milestoneLine(m)
		rows = append(rows, milestoneRow{l, m, t.rooted("milestones/"+m.ID, l.Sources)})
	}
	return rows
}

var milestonesTable = tableOf[milestoneRow]{
	name: "milestones", key: []string{"id"}, refers: []Reference{{"mission", "missions"}},
	list: milestoneRows,
	columns: slices.Concat(
		coded("id", func(r milestoneRow) string { return r.of.ID }),
		coded("mission", func(r milestoneRow) string { return r.of.Mission }),
		inLanguages("title", func(r milestoneRow) locale.Text { return r.of.Title }),
		dated("happened", func(r milestoneRow) when.Date { return orNone(r.Happened) }),
		counted("expectations", "", func(r milestoneRow) *int { n := len(r.Expected); return &n }),
		counted("slipped_days", "days", func(r milestoneRow) *int { return &r.Slipped }),
		inLanguages("note", func(r milestoneRow) locale.Text { return r.of.Note }),
		origin(func(r milestoneRow) rooted { return r.rooted }),
	),
}

func orNone(d *when.Date) when.Date {
	if d == nil {
		return when.Date{}
	}
	return *d
}

type expectationRow struct {
	ExpectationLine
	milestone *dossier.Milestone
	number    int
	rooted
}

var expectationsTable = tableOf[expectationRow]{
	name: "expectations", key: []string{"milestone", "number"},
	refers: []Reference{{"milestone", "milestones"}, {"mission", "missions"}},
	list: func(t *tabling) (rows []expectationRow) {
		for _, m := range milestoneRows(t) {
			for i, e := range m.Expected {
				rows = append(rows, expectationRow{e, m.of, i + 1, rooted{t.first(e.Sources), e.Sources}})
			}
		}
		return rows
	},
	columns: slices.Concat(
		coded("milestone", func(r expectationRow) string { return r.milestone.ID }),
		counted("number", "", func(r expectationRow) *int { return &r.number }),
		coded("mission", func(r expectationRow) string { return r.milestone.Mission }),
		dated("date", func(r expectationRow) when.Date { return r.Date }),
		coded("by", func(r expectationRow) string { return actorID(r.By) }),
		onDay("said", func(r expectationRow) *when.Day { return &r.Said }),
		inLanguages("note", func(r expectationRow) locale.Text { return r.Note }),
		origin(func(r expectationRow) rooted { return r.rooted }),
	),
}

type obligationRow struct {
	Line
	of       *dossier.Obligation
	state    clock.State
	holder   string
	readings int
	rooted
}

var obligationsTable = tableOf[obligationRow]{
	name: "obligations", key: []string{"id"},
	refers: []Reference{{"mission", "missions"}, {"holder", "missions"}, {"provision", "provisions"}},
	list: func(t *tabling) (rows []obligationRow) {
		for _, o := range t.Dossier.Obligations {
			state, i, _ := t.state(o.ID)
			rows = append(rows, obligationRow{
				Line: t.line(o, state, i, o.Mission), of: o, state: state, holder: t.missionAt(state.Holder),
				readings: max(1, len(o.Readings)), rooted: t.rooted("obligations/"+o.ID, o.Sources),
			})
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r obligationRow) string { return r.ID }),
		coded("mission", func(r obligationRow) string { return r.Mission }),
		coded("holder", func(r obligationRow) string { return r.holder }),
		inLanguages("title", func(r obligationRow) locale.Text { return r.Title }),
		coded("topic", func(r obligationRow) string { return r.Topic }, dossier.Topics...),
		ids("debtor", func(r obligationRow) []string { return actorIDs(r.Debtor) }),
		ids("creditor", func(r obligationRow) []string { return actorIDs(r.Creditor) }),
		coded("provision", func(r obligationRow) string { return r.Provision.ID }),
		coded("knowledge", func(r obligationRow) string { return string(r.Provision.Knowledge) }),
		counted("readings", "", func(r obligationRow) *int { return &r.readings }),
		coded("status", func(r obligationRow) string { return r.Status.String() }, statusWords()...),
		coded("status_behind", func(r obligationRow) string {
			if r.Under == nil {
				return ""
			}
			return r.Under.String()
		}, statusWords()...),
		yesNo("open", func(r obligationRow) bool { return r.state.Open }),
		onDay("due", func(r obligationRow) *when.Day { return r.Due }),
		counted("days_over", "days", func(r obligationRow) *int {
			if !r.state.Open {
				return nil
			}
			return r.Over
		}),
		onDay("owed_since", func(r obligationRow) *when.Day { return r.Since }),
		counted("age_days", "days", func(r obligationRow) *int {
			if r.Since == nil {
				return nil
			}
			return &r.Age
		}),
		onDay("met", func(r obligationRow) *when.Day { return r.Met }),
		counted("occurred", "", func(r obligationRow) *int { return &r.Occurred }),
		counted("missed", "", func(r obligationRow) *int { return &r.Missed }),
		yesNo("partly_performed", func(r obligationRow) bool { return r.Partly }),
		onDay("benchmark_day", func(r obligationRow) *when.Day { return r.Benchmark }),
		coded("text_says", func(r obligationRow) string { return r.VagueWords }),
		coded("metric", func(r obligationRow) string {
			if r.of.Quantity == nil {
				return ""
			}
			return r.of.Quantity.Metric
		}),
		amounts(func(r obligationRow) *dossier.Amount { return r.of.Quantity }),
		origin(func(r obligationRow) rooted { return r.rooted }),
	),
}

func statusWords() []string {
	words := make([]string, len(clock.Statuses))
	for i, s := range clock.Statuses {
		words[i] = s.String()
	}
	return words
}

type eventRow struct {
	*dossier.Event
	mission string
	rooted
}

var eventsTable = tableOf[eventRow]{
	name: "events", key: []string{"id"}, refers: []Reference{{"obligation", "obligations"}, {"mission", "missions"}},
	list: func(t *tabling) (rows []eventRow) {
		for _, e := range t.Events {
			o := t.Obligation(e.Obligation)
			if o != nil && e.Date.First() <= t.AsOf.World {
				rows = append(rows, eventRow{e, o.Mission, t.rooted("events/"+e.ID, e.Sources)})
			}
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r eventRow) string { return r.ID }),
		coded("obligation", func(r eventRow) string { return r.Obligation }),
		coded("mission", func(r eventRow) string { return r.mission }),
		coded("kind", func(r eventRow) string { return r.Kind }, slices.Sorted(eventKinds)...),
		dated("date", func(r eventRow) when.Date { return r.Date }),
		coded("by", func(r eventRow) string { return r.By }),
		coded("reading", func(r eventRow) string { return r.Reading }),
		dated("for", func(r eventRow) when.Date { return r.For }),
		coded("extended_by", func(r eventRow) string { return period(r.Period) }),
		dated("extended_to", func(r eventRow) when.Date { return r.To }),
		inLanguages("title", func(r eventRow) locale.Text { return r.Title }),
		inLanguages("ground", func(r eventRow) locale.Text { return r.Ground }),
		origin(func(r eventRow) rooted { return r.rooted }),
	),
}

func eventKinds(yield func(string) bool) {
	for kind := range clock.EventKinds {
		if !yield(kind) {
			return
		}
	}
}

type requestRow struct {
	RequestLine
	mission    string
	obligation string
	first      *OutcomeLine
	rooted
}

var requestsTable = tableOf[requestRow]{
	name: "requests", key: []string{"id"}, refers: []Reference{{"mission", "missions"}},
	list: func(t *tabling) (rows []requestRow) {
		for _, r := range t.Requests {
			if r.Date.First() > t.AsOf.World {
				continue
			}
			row := requestRow{
				RequestLine: t.request(r), mission: r.Mission, obligation: r.Obligation,
				rooted: t.rooted("requests/"+r.ID, r.Sources),
			}
			if len(row.Outcomes) > 0 {
				row.first = &row.Outcomes[0]
			}
			rows = append(rows, row)
		}
		return rows
	},
	columns: slices.Concat(
		coded("id", func(r requestRow) string { return r.ID }),
		coded("mission", func(r requestRow) string { return r.mission }),
		inLanguages("document", func(r requestRow) locale.Text { return r.Document }),
		coded("instrument", func(r requestRow) string { return r.Instrument }),
		ids("asked_by", func(r requestRow) []string { return actorIDs(r.AskedBy) }),
		ids("asked_of", func(r requestRow) []string { return actorIDs(r.AskedOf) }),
		dated("date", func(r requestRow) when.Date { return r.Date }),
		coded("outcome", func(r requestRow) string { return r.Outcome }),
		dated("answered", func(r requestRow) when.Date {
			if r.first == nil {
				return when.Date{}
			}
			return r.first.Date
		}),
		counted("outcomes", "", func(r requestRow) *int { n := len(r.Outcomes); return &n }),
		counted("days", "days", func(r requestRow) *int { return &r.Days }),
		coded("obligation", func(r requestRow) string { return r.obligation }),
		inLanguages("note", func(r requestRow) locale.Text { return r.Note }),
		origin(func(r requestRow) rooted { return r.rooted }),
	),
}

// or is a number, or none.
func or(n *float64) float64 {
	if n == nil {
		return math.NaN()
	}
	return *n
}
