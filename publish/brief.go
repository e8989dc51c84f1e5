package publish

import (
	"cmp"
	"slices"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// Brief is a mission on one day, on a few pages: what it owes and owed, who
// takes part, people, money, documents, words that contradict, and what came
// before. Every line names its sources.
type Brief struct {
	Mission        string          `json:"mission"`
	Name           locale.Text     `json:"name"`
	Short          string          `json:"short"`
	Summary        locale.Text     `json:"summary,omitempty"`
	AsOf           AsOf            `json:"as_of"`
	Began          *MilestoneLine  `json:"began,omitempty"`
	Ended          *MilestoneLine  `json:"ended,omitempty"`
	Period         when.Date       `json:"period,omitzero"`
	Authorisation  []Line          `json:"authorisation"`
	Parts          []PartLine      `json:"parts"`
	People         []Claim         `json:"people"` // the latest in each tense for each actor
	Money          []Claim         `json:"money"`  // the latest in each tense for each actor
	Other          []Claim         `json:"figures"`
	Requests       []RequestLine   `json:"requests"`
	Tally          []Count         `json:"tally"`
	Obligations    []Line          `json:"obligations"`
	Contradictions []Contradiction `json:"contradictions"`
	Milestones     []MilestoneLine `json:"milestones"`
	Statements     []StatementLine `json:"statements"`
	Predecessors   []Predecessor   `json:"predecessors"`
	Sources        []SourceLine    `json:"sources"` // those the lines above name
	Missions       []MissionRef    `json:"missions"`
}

// MissionRef is a mission by name.
type MissionRef struct {
	ID    string      `json:"id"`
	Short string      `json:"short"`
	Name  locale.Text `json:"name"`
}

// PartLine is the part an actor plays or played in a mission.
type PartLine struct {
	Mission string      `json:"mission"`
	Fact    string      `json:"fact"`
	Part    string      `json:"part"`
	Actor   ActorRef    `json:"actor"`
	From    when.Date   `json:"from,omitzero"`
	Until   when.Date   `json:"until,omitzero"`
	Over    bool        `json:"over,omitempty"` // it had ended by the day
	Note    locale.Text `json:"note,omitempty"`
	Sources []string    `json:"sources"`
}

// RequestLine is a document that was asked for, with what came of it.
type RequestLine struct {
	Fact       string        `json:"fact"`
	ID         string        `json:"id"`
	Document   locale.Text   `json:"document"`
	Instrument string        `json:"instrument,omitempty"`
	AskedBy    []ActorRef    `json:"asked_by"`
	AskedOf    []ActorRef    `json:"asked_of"`
	Date       when.Date     `json:"date"`
	Outcome    string        `json:"outcome"` // of dossier.Outcome, or silent
	Outcomes   []OutcomeLine `json:"outcomes,omitempty"`
	Days       int           `json:"days"` // until the first outcome, or until the day
	Obligation *Line         `json:"obligation,omitempty"`
	Note       locale.Text   `json:"note,omitempty"`
	Sources    []string      `json:"sources"`
}

// OutcomeLine is one outcome of a request.
type OutcomeLine struct {
	Kind    string      `json:"kind"`
	Date    when.Date   `json:"date"`
	By      *ActorRef   `json:"by,omitempty"`
	Note    locale.Text `json:"note,omitempty"`
	Sources []string    `json:"sources"`
}

// StatementLine is who said what, on which matter.
type StatementLine struct {
	Saying
	Matter     string          `json:"matter"`
	MatterName locale.Text     `json:"matter_title"`
	Amount     *dossier.Amount `json:"amount,omitempty"`
}

// Predecessor is an earlier mission, with the figures on record for it.
type Predecessor struct {
	MissionRef
	How     string    `json:"how"` // see dossier.Succeeds
	Period  when.Date `json:"period,omitzero"`
	Figures []Claim   `json:"figures,omitempty"`
	Open    int       `json:"open_obligations"` // still owed, wherever they were carried
	Sources []string  `json:"sources"`
}

// Silent is the outcome of a request that nobody answered.
const Silent = "silent"

// Brief is a mission on the view's day. It errs with a NotFoundError where no
// such mission was known.
func (v *View) Brief(id string) (*Brief, error) {
	m, err := v.mission(id)
	if err != nil {
		return nil, err
	}
	b := &Brief{
		Mission: id, Name: m.Name, Short: m.Short, Summary: m.Summary, AsOf: v.AsOf, Period: m.Period,
		Parts: v.parts(id), Requests: v.requests(id), Contradictions: v.Contradictions(id),
		Milestones: v.Milestones(id), Statements: v.statements(id), Predecessors: v.predecessors(m),
	}
	if b.Obligations, err = v.Obligations(id, Filter{}); err != nil {
		return nil, err
	}
	b.Tally = Tally(b.Obligations)
	for _, l := range b.Obligations {
		if l.Mission == id && (l.Topic == "authorisation" || l.Topic == "review") {
			b.Authorisation = append(b.Authorisation, l)
		}
	}
	b.Began, b.Ended = v.named(m.Began), v.named(m.Ended)
	b.figures(v)
	for _, other := range v.Missions {
		b.Missions = append(b.Missions, MissionRef{other.ID, other.Short, other.Name})
	}
	b.Sources = v.citedIn(b)
	return b, nil
}

func (v *View) named(milestone string) *MilestoneLine {
	m := v.Milestone(milestone)
	if m == nil {
		return nil
	}
	l := v.milestoneLine(m)
	return &l
}

// figures sorts the mission's numbers by topic and keeps the latest of each.
func (b *Brief) figures(v *View) {
	var all []Claim
	for _, c := range v.claims() {
		if c.Mission == b.Mission {
			all = append(all, c)
		}
	}
	for _, c := range latest(all) {
		topic := ""
		if m := v.Metric(c.Metric); m != nil {
			topic = m.Topic
		}
		switch topic {
		case "people":
			b.People = append(b.People, c)
		case "money":
			b.Money = append(b.Money, c)
		default:
			b.Other = append(b.Other, c)
		}
	}
}

// latest keeps, of the claims about one thing in one tense, those about the
// last time; several where they speak of the same time. A number that counts
// at a milestone stands by itself.
func latest(claims []Claim) []Claim {
	last := make(map[question]when.Day)
	key := func(c *Claim) question {
		return question{c.Metric, c.actorID(), c.Milestone, c.Category, c.Amount.Unit, c.Modality, !c.Amount.Per.IsZero()}
	}
	inTime(claims)
	for i := range claims {
		k := key(&claims[i])
		last[k] = max(last[k], claims[i].AsOf.First())
	}
	kept := slices.DeleteFunc(claims, func(c Claim) bool { return c.AsOf.Last() < last[key(&c)] })
	rank := make(map[dossier.Modality]int)
	for i, m := range dossier.Modalities {
		rank[m] = i + 1
	}
	slices.SortStableFunc(kept, func(a, b Claim) int {
		return cmp.Or(
			cmp.Compare(a.Metric, b.Metric), cmp.Compare(rank[a.Modality], rank[b.Modality]),
			cmp.Compare(a.actorID(), b.actorID()), cmp.Compare(a.AsOf.First(), b.AsOf.First()),
		)
	})
	return kept
}

var partOrder = []string{"authorises", "leads", "commands", "contributes", "pays", "hosts", "supports", "oversees", "speaks", "partners"}

func (v *View) parts(mission string) []PartLine {
	lines := []PartLine{}
	for _, p := range v.Parts {
		if p.Mission != mission || !p.From.IsZero() && !p.From.First().Open() && p.From.First() > v.AsOf.World {
			continue
		}
		lines = append(lines, PartLine{
			Mission: mission, Fact: "parts/" + p.ID, Part: p.Part, Actor: v.actor(p.Actor), From: p.From, Until: p.Until,
			Over: !p.Until.IsZero() && p.Until.Last() < v.AsOf.World, Note: p.Note, Sources: p.Sources,
		})
	}
	slices.SortStableFunc(lines, func(a, b PartLine) int {
		return cmp.Compare(slices.Index(partOrder, a.Part), slices.Index(partOrder, b.Part))
	})
	return lines
}

func (v *View) requests(mission string) []RequestLine {
	lines := []RequestLine{}
	for _, r := range v.Requests {
		if r.Mission == mission && r.Date.First() <= v.AsOf.World {
			lines = append(lines, v.request(r))
		}
	}
	slices.SortStableFunc(lines, func(a, b RequestLine) int { return cmp.Compare(a.Date.First(), b.Date.First()) })
	return lines
}

func (v *View) request(r *dossier.Request) RequestLine {
	l := RequestLine{
		Fact: "requests/" + r.ID, ID: r.ID, Document: r.Document, Instrument: r.Instrument,
		AskedBy: v.actors(r.AskedBy), AskedOf: v.actors(r.AskedOf), Date: r.Date, Outcome: Silent,
		Note: r.Note, Sources: r.Sources, Days: int(v.AsOf.World - r.Date.Last()),
	}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		if o.Date.First() > v.AsOf.World {
			continue
		}
		out := OutcomeLine{Kind: o.Kind, Date: o.Date, Note: o.Note, Sources: o.Sources}
		if o.By != "" {
			by := v.actor(o.By)
			out.By = &by
		}
		if len(l.Outcomes) == 0 {
			l.Days = int(o.Date.First() - r.Date.Last())
		}
		l.Outcomes = append(l.Outcomes, out)
		l.Outcome = o.Kind
	}
	if state, i, ok := v.state(r.Obligation); ok && r.Obligation != "" {
		line := v.line(v.Obligation(r.Obligation), state, i, r.Mission)
		l.Obligation = &line
	}
	l.Days = max(l.Days, 0)
	return l
}

func (v *View) statements(mission string) []StatementLine {
	lines := []StatementLine{}
	for _, s := range v.Statements {
		if s.Mission != mission || s.Date.First() > v.AsOf.World {
			continue
		}
		l := StatementLine{Matter: s.Matter, Amount: s.Amount}
		m := v.Matter(s.Matter)
		if m == nil {
			m = &dossier.Matter{ID: s.Matter}
		}
		l.Saying, l.MatterName = v.saying(m, s), m.Title
		lines = append(lines, l)
	}
	slices.SortStableFunc(lines, func(a, b StatementLine) int { return cmp.Compare(a.Date, b.Date) })
	return lines
}

// predecessors are the missions before, back to the first on record.
func (v *View) predecessors(m *dossier.Mission) []Predecessor {
	lines := []Predecessor{}
	seen := map[string]bool{m.ID: true}
	for next := m.Succeeds; len(next) > 0; {
		var further []dossier.Succeeds
		for _, s := range next {
			before := v.Mission(s.Mission)
			if before == nil || seen[s.Mission] {
				continue
			}
			seen[s.Mission] = true
			lines = append(lines, v.predecessor(before, s))
			further = append(further, before.Succeeds...)
		}
		next = further
	}
	return lines
}

func (v *View) predecessor(m *dossier.Mission, s dossier.Succeeds) Predecessor {
	p := Predecessor{
		MissionRef: MissionRef{m.ID, m.Short, m.Name}, How: s.How, Period: v.Period(m),
		Sources: append(slices.Clone(m.Sources), s.Sources...),
	}
	for _, c := range v.claims() {
		if c.Mission == m.ID {
			p.Figures = append(p.Figures, c)
		}
	}
	for _, o := range v.Dossier.Obligations {
		if state, _, ok := v.state(o.ID); ok && o.Mission == m.ID && state.Open {
			p.Open++
		}
	}
	slices.Sort(p.Sources)
	p.Sources = slices.Compact(p.Sources)
	return p
}

// Period is the time of a mission, from its milestones where it has them.
func (v *View) Period(m *dossier.Mission) when.Date {
	if !m.Period.IsZero() {
		return m.Period
	}
	from, to := v.Milestone(m.Began), v.Milestone(m.Ended)
	if from == nil || from.Happened.IsZero() {
		return when.Date{}
	}
	end := ".."
	if to != nil && !to.Happened.IsZero() && to.Happened.First() <= v.AsOf.World {
		end = to.Happened.String()
	}
	d, err := when.Parse(from.Happened.String() + "/" + end)
	if err != nil {
		return from.Happened
	}
	return d
}
