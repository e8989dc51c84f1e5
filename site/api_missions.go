package site

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

// ofMission is a question about one mission.
type ofMission struct {
	Asked
	Mission string `path:"mission" example:"mss" doc:"The mission's ID"`
}

// pagedOfMission is a question about one mission whose answer comes in pages.
type pagedOfMission struct {
	Paged
	Mission string `path:"mission" example:"mss" doc:"The mission's ID"`
}

// missions registers the operations about missions.
func (a *api) missions(h huma.API) {
	get(a, h, "/missions", "missions", "The missions on record", a.listMissions)
	get(a, h, "/missions/{mission}", "mission", "A mission on a day, on a few pages: its brief", viewed(a, (*publish.View).Brief))
	get(a, h, "/missions/{mission}/obligations", "obligations", "What a mission owes and owed, the most pressing first", a.obligations)
	get(a, h, "/missions/{mission}/obligations/{id}", "obligation", "One obligation with everything behind its status", a.obligation)
	get(a, h, "/missions/{mission}/actors", "debtors", "Who owes or owed something in a mission", listed(a, (*publish.View).Debtors))
	get(a, h, "/missions/{mission}/money", "money", "What a mission needs, and what was said to be given", viewed(a, (*publish.View).Money))
	get(a, h, "/missions/{mission}/people", "people", "How many people a mission was allowed, was promised and had", viewed(a, (*publish.View).People))
	get(a, h, "/missions/{mission}/conduct", "conduct", "How many reports, allegations and victims there are, and what came of them; small numbers are kept back", viewed(a, (*publish.View).Conduct))
	get(a, h, "/missions/{mission}/conduct/{entry}", "publicCase", "A case that two people of the office made public, by an entry of the ledger that shows it; 410 where it was taken back", a.publicCase)
	get(a, h, "/missions/{mission}/predecessors", "predecessors", "A mission and those before it, under the same questions", listed(a, (*publish.View).Compare))
	get(a, h, "/missions/{mission}/documents", "documents", "What was asked for, by whom, when, and the outcome", listed(a, documentsOf))
	get(a, h, "/missions/{mission}/statements", "statements", "Who said what, by matter", listed(a, (*publish.View).MattersOf))
	get(a, h, "/missions/{mission}/milestones", "milestones", "The events of a mission, with the dates that were expected", listed(a, infallible((*publish.View).Milestones)))
	get(a, h, "/missions/{mission}/contradictions", "contradictions", "Published words and numbers that cannot all hold", listed(a, infallible((*publish.View).Contradictions)))
	get(a, h, "/missions/{mission}/sources", "missionSources", "The sources of a mission's dossier", listed(a, infallible(func(v *publish.View, _ string) []publish.SourceLine {
		return v.SourceLines(anySource)
	})))
	get(a, h, "/missions/{mission}/changes", "changes", "What the record learned between two days or two editions", a.changes)
}

// get registers an operation. What it cannot answer becomes a problem that
// points to where there is more.
func get[I, O any](a *api, h huma.API, path, id, summary string, handler func(context.Context, *I) (*answer[O], error)) {
	path = "/api/v1" + path
	schema := h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	op := huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, SkipValidateParams: true,
		Responses: map[string]*huma.Response{"default": {
			Description: "A problem document (RFC 9457)",
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: schema}},
		}},
	}
	huma.Register(h, op, func(ctx context.Context, in *I) (*answer[O], error) {
		out, err := handler(ctx, in)
		return out, a.explain(err, "/api/v1/missions")
	})
}

// viewed answers with one thing that a view has of a mission.
func viewed[T any](a *api, of func(*publish.View, string) (T, error)) func(context.Context, *ofMission) (*answer[item[T]], error) {
	return func(ctx context.Context, q *ofMission) (*answer[item[T]], error) {
		v, err := a.see(ctx, &q.Asked, q.Mission)
		if err != nil {
			return nil, err
		}
		thing, err := of(v, q.Mission)
		if err != nil {
			return nil, err
		}
		return one(v.AsOf, thing), nil
	}
}

// listed answers with a list that a view has of a mission, page by page.
func listed[T any](a *api, of func(*publish.View, string) ([]T, error)) func(context.Context, *pagedOfMission) (*answer[list[T]], error) {
	return func(ctx context.Context, q *pagedOfMission) (*answer[list[T]], error) {
		v, err := a.see(ctx, &q.Asked, q.Mission)
		if err != nil {
			return nil, err
		}
		things, err := of(v, q.Mission)
		if err != nil {
			return nil, err
		}
		return pageOf(&q.Paged, v.AsOf, things)
	}
}

// infallible is for lists that err only where there is no mission, which see
// has found out before.
func infallible[T any](of func(*publish.View, string) []T) func(*publish.View, string) ([]T, error) {
	return func(v *publish.View, mission string) ([]T, error) { return of(v, mission), nil }
}

// see is the view in which a question about a mission is answered.
func (a *api) see(ctx context.Context, q *Asked, mission string) (*publish.View, error) {
	m, err := a.site.moment(ctx, q)
	if err != nil {
		return nil, err
	}
	v, _, err := m.mission(mission)
	return v, err
}

func anySource(*dossier.Source) bool { return true }

func documentsOf(v *publish.View, mission string) ([]publish.RequestLine, error) {
	b, err := v.Brief(mission)
	if err != nil {
		return nil, err
	}
	return b.Requests, nil
}

// missionLine is a mission in the list of all.
type missionLine struct {
	publish.MissionRef
	Dossier string          `json:"dossier"`
	Period  when.Date       `json:"period,omitzero"`
	Tally   []publish.Count `json:"tally" doc:"How many of its obligations have each status"`
}

func (a *api) listMissions(ctx context.Context, q *Paged) (*answer[list[missionLine]], error) {
	m, err := a.site.moment(ctx, &q.Asked)
	if err != nil {
		return nil, err
	}
	at := publish.AsOf{World: m.asOf, Known: m.known, Edition: m.edition}
	var lines []missionLine
	for _, d := range m.dossiers {
		v := m.view(d)
		at = v.AsOf
		for _, mission := range v.Missions {
			owed, err := v.Obligations(mission.ID, publish.Filter{})
			if err != nil {
				return nil, err
			}
			lines = append(lines, missionLine{
				MissionRef: publish.MissionRef{ID: mission.ID, Short: mission.Short, Name: mission.Name},
				Dossier:    d.Info.ID, Period: v.Period(mission), Tally: publish.Tally(owed),
			})
		}
	}
	return pageOf(q, at, lines)
}

// askedObligations is a question for obligations. Several values of one filter
// are alternatives; different filters go together.
type askedObligations struct {
	Paged
	Mission    string   `path:"mission" example:"mss" doc:"The mission's ID"`
	Status     []string `query:"status,explode" doc:"Only these statuses: overdue, silent, contested, unclocked, due, suspended, running, dormant, inherited, discharged-late, discharged, lapsed."`
	Debtor     []string `query:"debtor,explode" doc:"Only what these actors owe, by ID."`
	Topic      []string `query:"topic,explode" doc:"Only these topics."`
	Instrument []string `query:"instrument,explode" doc:"Only what comes from these instruments, by ID."`
}

func (a *api) obligations(ctx context.Context, q *askedObligations) (*answer[list[publish.Line]], error) {
	v, err := a.see(ctx, &q.Asked, q.Mission)
	if err != nil {
		return nil, err
	}
	f, err := q.filter(v)
	if err != nil {
		return nil, err
	}
	lines, err := v.Obligations(q.Mission, f)
	if err != nil {
		return nil, err
	}
	return pageOf(&q.Paged, v.AsOf, lines)
}

// filter reads the filters. A value that does not exist is an error rather than
// an empty list that looks like an answer.
func (q *askedObligations) filter(v *publish.View) (publish.Filter, error) {
	given := func(list []string) []string { return slices.DeleteFunc(list, func(s string) bool { return s == "" }) }
	f := publish.Filter{Debtor: given(q.Debtor), Topic: given(q.Topic), Instrument: given(q.Instrument)}
	for _, name := range given(q.Status) {
		s, err := clock.ParseStatus(name)
		if err != nil {
			return f, unknownValue("status", "The statuses stand in the description of the parameter")
		}
		f.Status = append(f.Status, s)
	}
	for _, name := range f.Topic {
		if !slices.Contains(dossier.Topics, name) {
			return f, unknownValue("topic", "Those of a mission stand in its obligations")
		}
	}
	for _, id := range f.Debtor {
		if v.Actor(id) == nil {
			return f, unknownValue("debtor", "Those of a mission stand in /api/v1/missions/{mission}/actors")
		}
	}
	for _, id := range f.Instrument {
		if v.Instrument(id) == nil {
			return f, unknownValue("instrument", "Those of a dossier stand in its table of provisions")
		}
	}
	return f, nil
}

func unknownValue(name, where string) *Problem {
	return problem(http.StatusBadRequest, "A value of the parameter "+name+" is not on record for that day. "+where+".")
}

// askedObligation is a question about one obligation.
type askedObligation struct {
	Asked
	Mission string `path:"mission" example:"mss" doc:"The mission's ID"`
	ID      string `path:"id" example:"mss-review" doc:"The obligation's ID"`
}

// explainedItem is an obligation with its explanation in words too.
type explainedItem struct {
	*publish.Explained
	Words map[locale.Lang][]explainedReading `json:"explanation" doc:"The clock in words, by language: reading by reading, then what concerns the whole"`
}

// explainedReading is the explanation under one reading, as sentences.
type explainedReading struct {
	Reading string   `json:"reading,omitempty" doc:"The reading's ID; empty where there is only one, and for what concerns the whole"`
	Says    []string `json:"says"`
}

func (a *api) obligation(ctx context.Context, q *askedObligation) (*answer[item[explainedItem]], error) {
	v, err := a.see(ctx, &q.Asked, q.Mission)
	if err != nil {
		return nil, err
	}
	e, err := v.Explain(q.Mission, q.ID)
	if err != nil {
		return nil, a.explain(err, "/api/v1/missions/{mission}/obligations")
	}
	words := make(map[locale.Lang][]explainedReading)
	for _, lang := range locale.Langs {
		words[lang] = inSentences(e, publish.In(lang))
	}
	return one(v.AsOf, explainedItem{e, words}), nil
}

func inSentences(e *publish.Explained, w publish.Words) []explainedReading {
	say := func(id string, steps []publish.Step) explainedReading {
		r := explainedReading{Reading: id, Says: []string{}}
		for i := range steps {
			r.Says = append(r.Says, w.Step(&steps[i]))
		}
		return r
	}
	var readings []explainedReading
	for _, r := range e.Explanations {
		readings = append(readings, say(r.ID, r.Steps))
	}
	if len(e.Overall) > 0 {
		readings = append(readings, say("", e.Overall))
	}
	return readings
}

// askedChanges is a question for what changed between two moments.
type askedChanges struct {
	Asked
	Mission     string `path:"mission" example:"mss" doc:"The mission's ID"`
	From        string `query:"from" format:"date" doc:"The first day; a month before the other where it and from_edition are left out."`
	To          string `query:"to" format:"date" doc:"The other day; as_of where it is left out."`
	FromEdition wholeN `query:"from_edition" doc:"The record as of this edition on the first day; the same edition where it is left out."`
}

func (a *api) changes(ctx context.Context, q *askedChanges) (*answer[item[*publish.Changes]], error) {
	if q.To != "" {
		q.AsOf, q.Known = q.To, ""
	}
	after, err := a.see(ctx, &q.Asked, q.Mission)
	if err != nil {
		return nil, err
	}
	before := Asked{AsOf: q.From, Edition: wholeN(strconv.FormatUint(after.AsOf.Edition, 10))}
	switch {
	case q.From == "" && q.FromEdition != "":
		before.AsOf, before.Known = after.AsOf.World.String(), after.AsOf.Known.String()
	case q.From == "":
		before.AsOf = when.Months(1).Before(after.AsOf.World).String()
	}
	if q.FromEdition != "" {
		before.Edition = q.FromEdition
	}
	m, err := a.site.moment(ctx, &before)
	if err != nil {
		return nil, err
	}
	was, err := m.dossier(after.Info.ID)
	if err != nil {
		return nil, err
	}
	if m.asOf > after.AsOf.World {
		return nil, problem(http.StatusBadRequest, "The day of from comes after the day of to. Put the earlier one in from.")
	}
	c, err := publish.Compare(was, after, q.Mission)
	if err != nil {
		return nil, err
	}
	return one(after.AsOf, c), nil
}
