package publish

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// People is how many people a mission was allowed, was promised and had.
// Figures of different tense stand side by side and are never added.
type People struct {
	Ceiling      []Claim           `json:"ceiling"`  // authorised, over time
	Pledged      []Claim           `json:"pledged"`  // of all contributors together
	Deployed     []Claim           `json:"deployed"` // the whole mission, over time
	Share        *Share            `json:"share,omitempty"`
	Reports      []Report          `json:"reports"`         // of people in the country, whoever's, over time
	Contributors []ContributorLine `json:"contributors"`    // the largest pledge first
	NotKept      []OwedLine        `json:"not_kept"`        // pledges of people that are not met
	Other        []Claim           `json:"other,omitempty"` // deaths, injuries, departures
	Strength     *Strength         `json:"strength,omitempty"`
	// Same are the other names of the force, as a mission before or after; their
	// people are on their own pages.
	Same           []MissionRef    `json:"same_force,omitempty"`
	Contradictions []Contradiction `json:"contradictions"`
}

// Share sets the people last reported beside the ceiling in force.
type Share struct {
	Ceiling  Claim   `json:"ceiling"`
	Deployed []Claim `json:"deployed"` // several where reports of one time differ
	Least    float64 `json:"percent_least"`
	Most     float64 `json:"percent_most"`
}

// Report is what was said of people in the country at one time: one claim, or
// several of the same time.
type Report struct {
	Actor  *ActorRef `json:"actor,omitempty"` // one contributor's people; nil for the whole mission
	First  bool      `json:"first_arrival,omitempty"`
	Heads  Heads     `json:"people"`
	AsOf   when.Date `json:"as_of"` // of the last claim
	Claims []Claim   `json:"claims"`
	// Contradictory reports whether the claims cannot all be true.
	Contradictory bool `json:"contradictory,omitempty"`
}

// Heads is the least and the most that was said of one thing, in persons.
type Heads struct {
	Least float64 `json:"least"`
	Most  float64 `json:"most"`
	Bound string  `json:"bound,omitempty"` // of a single claim: about, at-least, ...
}

// ContributorLine is what one State promised and sent.
type ContributorLine struct {
	Actor ActorRef `json:"actor"`
	// Pledged is from the least to the most that was said it pledges; nil where
	// no number was.
	Pledged  *Heads   `json:"pledged,omitempty"`
	Pledges  []Claim  `json:"pledges,omitempty"`
	Further  []Claim  `json:"further_pledges,omitempty"` // of single contingents; a part of the pledge, not beside it
	Arrivals []Report `json:"arrivals,omitempty"`
	// Arrived is the sum of its contingents that arrived; who left is not taken
	// off. Nil where no arrival has a number.
	Arrived *Heads     `json:"arrived,omitempty"`
	Counted []Report   `json:"counted,omitempty"` // its people in the mission, over time
	Owes    []OwedLine `json:"owes,omitempty"`    // its obligations to send people
	Notice  *OwedLine  `json:"notice,omitempty"`  // the notice it owes of its participation
	Parts   []PartLine `json:"parts,omitempty"`   // what is on record of it without a number
}

// OwedLine is an obligation with what happened to it.
type OwedLine struct {
	Line
	History []HistoryLine `json:"history"`
}

// The metrics that count people of a mission, and the clause by which a State
// that contributes gives notice. A dossier that counts otherwise shows its
// figures among the others.
const (
	strengthMetric = "personnel"
	arrivalMetric  = "personnel-arrived"
	noticeClause   = "notification"
)

// People is the people of a mission. It errs with a NotFoundError where no such
// mission was known.
func (v *View) People(mission string) (*People, error) {
	lines, err := v.Obligations(mission, Filter{})
	if err != nil {
		return nil, err
	}
	p := &People{}
	if p.Strength, err = v.Strength(mission); err != nil {
		return nil, err
	}
	var claims []Claim
	for _, c := range v.claims() {
		if m := v.Metric(c.Metric); c.Mission == mission && m != nil && m.Topic == "people" && c.AsOf.First() <= v.AsOf.World {
			claims = append(claims, c)
		}
	}
	inTime(claims)
	p.sort(claims)
	p.Reports = reports(claims)
	p.Share = p.share()
	p.Contributors = v.contributors(mission, claims, lines, p.Strength == nil)
	for _, l := range lines {
		if l.Mission == mission && l.Topic == "people" && !met(&l.Standing) {
			p.NotKept = append(p.NotKept, OwedLine{l, v.history(l.ID)})
		}
	}
	p.Same = v.sameForce(mission)
	p.Contradictions = v.contradictionsOn(mission, "people")
	return p, nil
}

// met reports whether an obligation has been met, in time or late.
func met(s *Standing) bool { return s.Met != nil }

// sort puts the numbers of the whole mission under their tense.
func (p *People) sort(claims []Claim) {
	for _, c := range claims {
		switch {
		case c.Metric != strengthMetric && c.Metric != arrivalMetric:
			p.Other = append(p.Other, c)
		case c.Modality == "authorised":
			p.Ceiling = append(p.Ceiling, c)
		case c.Actor == nil && isPledge(c.Modality):
			p.Pledged = append(p.Pledged, c)
		case c.Actor == nil && c.Category == "" && c.Modality == "deployed" && c.Metric == strengthMetric:
			p.Deployed = append(p.Deployed, c)
		}
	}
}

func isPledge(m dossier.Modality) bool { return m == "pledged" || m == "offered" }

// reports gathers the claims about people in the country, those of one time
// together.
func reports(claims []Claim) []Report {
	var list []Report
	for _, group := range byQuestion(claims, func(c *Claim) bool { return c.Metric == strengthMetric && c.Modality == "deployed" }) {
		for _, set := range clusters(group, &dossier.Metric{Kind: "level"}) {
			list = append(list, report(set))
		}
	}
	slices.SortStableFunc(list, func(a, b Report) int { return cmp.Compare(a.AsOf.First(), b.AsOf.First()) })
	return list
}

// byQuestion gathers the claims that keep holds for, in groups about one thing.
func byQuestion(claims []Claim, keep func(*Claim) bool) [][]Claim {
	at := make(map[question]int)
	var groups [][]Claim
	for i := range claims {
		c := &claims[i]
		if !keep(c) {
			continue
		}
		q := c.asks()
		k, ok := at[q]
		if !ok {
			k = len(groups)
			at[q] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], *c)
	}
	return groups
}

// asks is the question that a claim answers.
func (c *Claim) asks() question {
	return question{c.Metric, c.actorID(), c.Milestone, c.Category, c.Amount.Unit, c.Modality, !c.Amount.Per.IsZero()}
}

func report(claims []Claim) Report {
	last := slices.MaxFunc(claims, func(a, b Claim) int { return cmp.Compare(a.AsOf.First(), b.AsOf.First()) })
	return Report{
		Actor: claims[0].Actor, First: claims[0].Milestone != "", Heads: *heads(claims), AsOf: last.AsOf,
		Claims: claims, Contradictory: disagree(claims),
	}
}

// heads is from the least to the most that claims give; nil for none.
func heads(claims []Claim) *Heads {
	if len(claims) == 0 {
		return nil
	}
	s := &Heads{Least: math.Inf(1)}
	for i := range claims {
		lo, hi := Bounds(claims[i].Amount)
		s.Least, s.Most = min(s.Least, lo), max(s.Most, hi)
		s.Bound = claims[i].Amount.Bound
	}
	for i := range claims {
		if lo, hi := Bounds(claims[i].Amount); claims[i].Amount.Bound != s.Bound || lo != s.Least || hi != s.Most {
			s.Bound = ""
		}
	}
	return s
}

// share is the latest report of the whole mission, or its first arrival, beside
// the latest ceiling.
func (p *People) share() *Share {
	var latest *Report
	for i := range p.Reports {
		if r := &p.Reports[i]; r.Whole() {
			latest = r
		}
	}
	ceiling := p.ceiling()
	if latest == nil || ceiling == nil {
		return nil
	}
	s := &Share{Ceiling: *ceiling, Deployed: latest.Claims}
	lo, hi := Bounds(s.Ceiling.Amount)
	if !(lo > 0) {
		return nil
	}
	s.Least, s.Most = latest.Heads.Least/hi*100, latest.Heads.Most/lo*100
	return s
}

// ceiling is the latest number that was authorised for the whole mission: of
// several of one day the first, for figures stand before statements.
func (p *People) ceiling() *Claim {
	var latest *Claim
	for i := range p.Ceiling {
		if c := &p.Ceiling[i]; c.Category == "" && (latest == nil || c.AsOf.First() > latest.AsOf.First()) {
			latest = c
		}
	}
	return latest
}

// contributors are the States that were said to send people, or owe it; with
// parts, those too that are only said to take part.
func (v *View) contributors(mission string, claims []Claim, lines []Line, parts bool) []ContributorLine {
	by := make(map[string]*ContributorLine)
	var order []string
	of := func(a ActorRef) *ContributorLine {
		if by[a.ID] == nil {
			by[a.ID] = &ContributorLine{Actor: a}
			order = append(order, a.ID)
		}
		return by[a.ID]
	}
	for _, c := range claims {
		if c.Actor != nil && (c.Metric == strengthMetric || c.Metric == arrivalMetric) {
			of(*c.Actor).take(c)
		}
	}
	for _, l := range lines {
		_, clause, _ := strings.Cut(l.Provision.ID, "/")
		for _, d := range l.Debtor {
			switch {
			case l.Mission != mission:
			case l.Topic == "people":
				of(d).Owes = append(of(d).Owes, OwedLine{l, v.history(l.ID)})
			case clause == noticeClause:
				of(d).Notice = &OwedLine{l, v.history(l.ID)}
			}
		}
	}
	for _, part := range v.PartsOf(mission, "contributes") {
		if parts || by[part.Actor.ID] != nil {
			l := of(part.Actor)
			l.Parts = append(l.Parts, part)
		}
	}
	var list []ContributorLine
	for _, id := range order {
		by[id].reckon(claims)
		list = append(list, *by[id])
	}
	slices.SortStableFunc(list, func(a, b ContributorLine) int {
		return cmp.Or(cmp.Compare(b.Pledged.most(), a.Pledged.most()), cmp.Compare(b.Arrived.most(), a.Arrived.most()))
	})
	return list
}

func (s *Heads) most() float64 {
	if s == nil {
		return -1
	}
	return s.Most
}

// take puts a pledge under its kind.
func (l *ContributorLine) take(c Claim) {
	switch {
	case !isPledge(c.Modality):
	case c.Metric == strengthMetric:
		l.Pledges = append(l.Pledges, c)
	default:
		l.Further = append(l.Further, c)
	}
}

// reckon finds what was pledged in all, what arrived and what was counted.
func (l *ContributorLine) reckon(claims []Claim) {
	l.Pledged = heads(l.Pledges)
	mine := func(c *Claim) bool { return c.actorID() == l.Actor.ID && c.Modality == "deployed" }
	for _, group := range byQuestion(claims, mine) {
		arrival := group[0].Metric == arrivalMetric || group[0].Milestone != ""
		kind := "level"
		if arrival {
			kind = "count"
		}
		for _, set := range clusters(group, &dossier.Metric{Kind: kind}) {
			if arrival {
				l.Arrivals = append(l.Arrivals, report(set))
			} else {
				l.Counted = append(l.Counted, report(set))
			}
		}
	}
	early := func(a, b Report) int { return cmp.Compare(a.AsOf.First(), b.AsOf.First()) }
	slices.SortStableFunc(l.Arrivals, early)
	slices.SortStableFunc(l.Counted, early)
	for i := range l.Arrivals {
		if l.Arrived == nil {
			l.Arrived = &Heads{}
		}
		l.Arrived.Least += l.Arrivals[i].Heads.Least
		l.Arrived.Most += l.Arrivals[i].Heads.Most
	}
	if len(l.Arrivals) == 1 {
		l.Arrived.Bound = l.Arrivals[0].Heads.Bound
	}
}

// Last is the latest report of a contributor's people in the mission; nil where
// there is none.
func (l *ContributorLine) Last() *Report {
	if len(l.Counted) == 0 {
		return nil
	}
	return &l.Counted[len(l.Counted)-1]
}

// sameForce are the missions that a mission is a transformation of, or that
// are transformations of it.
func (v *View) sameForce(mission string) []MissionRef {
	var list []MissionRef
	for _, m := range v.Missions {
		if m.ID != mission && v.root(m.ID) == v.root(mission) {
			list = append(list, MissionRef{m.ID, m.Short, m.Name})
		}
	}
	return list
}

// Whole reports whether the report tells of everybody in the mission: all its
// people, or the first of them to arrive.
func (r *Report) Whole() bool { return (r.Actor == nil || r.First) && r.Claims[0].Category == "" }

// Sources are the sources of all claims of a report.
func (r *Report) Sources() []string {
	var list []string
	for i := range r.Claims {
		list = union(list, r.Claims[i].Sources)
	}
	return list
}

// Tells are the names of those who said the numbers of a report, each once.
func (r *Report) Tells() []locale.Text {
	var names []locale.Text
	var seen []string
	for i := range r.Claims {
		if by := r.Claims[i].SaidBy; by != nil && !slices.Contains(seen, by.ID) {
			seen, names = append(seen, by.ID), append(names, by.Name)
		}
	}
	return names
}
