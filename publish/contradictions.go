package publish

import (
	"cmp"
	"slices"

	"temwen/dossier"
	"temwen/locale"
)

// Contradiction is a set of published words or numbers that cannot all hold.
// It is found from the facts; nobody writes it down.
type Contradiction struct {
	// Kind: numbers (figures for the same thing that cannot all be true), tense
	// (one amount in tenses that go backward in time), positions (statements
	// on one matter that exclude each other).
	Kind    string      `json:"kind"`
	About   string      `json:"about"` // the metric's or matter's ID
	Title   locale.Text `json:"title"`
	Actor   *ActorRef   `json:"actor,omitempty"`
	Claims  []Claim     `json:"claims,omitempty"` // in time order
	Says    []Saying    `json:"statements,omitempty"`
	Sources []string    `json:"sources"`
}

// Saying is one statement on a matter.
type Saying struct {
	Fact string   `json:"fact"`
	Date string   `json:"date"`
	By   ActorRef `json:"by"`
	// PositionID and Position are the answer it gives to the matter's question.
	PositionID string      `json:"position_id,omitempty"`
	Position   locale.Text `json:"position,omitempty"`
	Says       locale.Text `json:"says"`
	Quote      string      `json:"quote,omitempty"`
	Sources    []string    `json:"sources"`
}

// Contradictions are those that concern a mission, or the force that it is a
// later name of.
func (v *View) Contradictions(mission string) []Contradiction {
	var found []Contradiction
	found = append(found, v.numbers(mission)...)
	found = append(found, v.tenses(mission)...)
	found = append(found, v.positions(mission)...)
	for i := range found {
		found[i].collectSources()
	}
	return found
}

// question is what claims must share to be about the same thing.
type question struct {
	metric, actor, milestone, category, unit string
	modality                                 dossier.Modality
	rate                                     bool
}

// numbers finds claims about the same thing at the same time, in the same
// tense, that cannot all be true. Estimates of a need are compared whatever
// their date: a later one does not silently replace an earlier.
func (v *View) numbers(mission string) []Contradiction {
	root := v.root(mission)
	groups := make(map[question][]Claim)
	var order []question
	for _, c := range v.claims() {
		if v.root(c.Mission) != root {
			continue
		}
		q := question{c.Metric, c.actorID(), c.Milestone, c.Category, c.Amount.Unit, c.Modality, !c.Amount.Per.IsZero()}
		if groups[q] == nil {
			order = append(order, q)
		}
		groups[q] = append(groups[q], c)
	}
	var found []Contradiction
	for _, q := range order {
		metric := v.Metric(q.metric)
		for _, cluster := range clusters(groups[q], metric) {
			if disagree(cluster) && v.concerns(cluster, mission) {
				found = append(found, v.contradiction("numbers", metric, cluster))
			}
		}
	}
	return found
}

// clusters divides claims into sets that speak of one time.
func clusters(claims []Claim, metric *dossier.Metric) [][]Claim {
	inTime(claims)
	if metric != nil && metric.Kind == "need" || claims[0].Milestone != "" {
		return [][]Claim{claims}
	}
	var sets [][]Claim
	for _, c := range claims {
		at := slices.IndexFunc(sets, func(set []Claim) bool {
			return slices.ContainsFunc(set, func(d Claim) bool { return sameTime(&c, &d, metric) })
		})
		if at < 0 {
			sets = append(sets, []Claim{c})
		} else {
			sets[at] = append(sets[at], c)
		}
	}
	return sets
}

// sameTime reports whether two claims are about the same time: a stock on days
// that overlap, a flow or a count over the very same time.
func sameTime(c, d *Claim, metric *dossier.Metric) bool {
	if metric != nil && metric.Kind != "level" {
		return c.AsOf.First() == d.AsOf.First() && c.AsOf.Last() == d.AsOf.Last()
	}
	return c.AsOf.Overlaps(d.AsOf)
}

func disagree(claims []Claim) bool {
	for i := range claims {
		for j := range claims[:i] {
			if !claims[i].agrees(&claims[j]) {
				return true
			}
		}
	}
	return false
}

// concerns reports whether a claim is on the mission itself, so that a
// predecessor's figures do not show again under each later name; a need
// concerns every name of the force.
func (v *View) concerns(claims []Claim, mission string) bool {
	for i := range claims {
		m := v.Metric(claims[i].Metric)
		if claims[i].Mission == mission || m != nil && m.Kind == "need" {
			return true
		}
	}
	return false
}

// tenseRank orders the tenses of money and of people from wish to fact. A
// later claim in an earlier tense takes something back.
var tenseRank = map[dossier.Modality]int{
	"requested": 1, "offered": 1, "pledged": 2, "committed": 3, "disbursed": 4,
	"received": 5, "deployed": 5, "spent": 6,
}

// tenses finds one amount of one actor that is spoken of in tenses that go
// backward in time: paid in May, to be asked for later in May.
func (v *View) tenses(mission string) []Contradiction {
	type sum struct {
		metric, actor, unit string
		value               float64
	}
	root := v.root(mission)
	groups := make(map[sum][]Claim)
	var order []sum
	for _, c := range v.claims() {
		lo, hi := Bounds(c.Amount)
		if v.root(c.Mission) != root || c.Actor == nil || lo != hi || tenseRank[c.Modality] == 0 {
			continue
		}
		k := sum{c.Metric, c.actorID(), c.Amount.Unit, lo}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], c)
	}
	var found []Contradiction
	for _, k := range order {
		claims := groups[k]
		inTime(claims)
		if backward(claims) && v.concerns(claims, mission) {
			found = append(found, v.contradiction("tense", v.Metric(k.metric), claims))
		}
	}
	return found
}

func backward(claims []Claim) bool {
	for i := 1; i < len(claims); i++ {
		for j := range i {
			if claims[j].AsOf.SurelyBefore(claims[i].AsOf) && tenseRank[claims[j].Modality] > tenseRank[claims[i].Modality] {
				return true
			}
		}
	}
	return false
}

// positions finds matters on which statements take different positions.
func (v *View) positions(mission string) []Contradiction {
	root := v.root(mission)
	var found []Contradiction
	for _, m := range v.Matters {
		c := Contradiction{Kind: "positions", About: m.ID, Title: m.Title}
		taken := make(map[string]bool)
		here := false
		for _, s := range v.Statements {
			if s.Matter != m.ID || s.Position == "" || v.root(s.Mission) != root {
				continue
			}
			taken[s.Position] = true
			here = here || s.Mission == mission
			c.Says = append(c.Says, v.saying(m, s))
		}
		if len(taken) > 1 && here {
			slices.SortStableFunc(c.Says, func(a, b Saying) int { return cmp.Compare(a.Date, b.Date) })
			found = append(found, c)
		}
	}
	return found
}

func (v *View) saying(m *dossier.Matter, s *dossier.Statement) Saying {
	say := Saying{
		Fact: "statements/" + s.ID, Date: s.Date.String(), By: v.actor(s.By), Says: s.Says,
		Quote: s.Quote, Sources: s.Sources, PositionID: s.Position,
	}
	for _, p := range m.Positions {
		if p.ID == s.Position {
			say.Position = p.Title
		}
	}
	return say
}

func (v *View) contradiction(kind string, metric *dossier.Metric, claims []Claim) Contradiction {
	c := Contradiction{Kind: kind, Claims: claims, Actor: claims[0].Actor, About: claims[0].Metric}
	if metric != nil {
		c.Title = metric.Name
	}
	return c
}

// collectSources gathers the sources of the parts, without doubles.
func (c *Contradiction) collectSources() {
	for i := range c.Claims {
		c.Sources = append(c.Sources, c.Claims[i].Sources...)
	}
	for i := range c.Says {
		c.Sources = append(c.Sources, c.Says[i].Sources...)
	}
	slices.Sort(c.Sources)
	c.Sources = slices.Compact(c.Sources)
}

// inTime orders claims by the time they are about.
func inTime(claims []Claim) {
	slices.SortStableFunc(claims, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.AsOf.First(), b.AsOf.First()), cmp.Compare(a.AsOf.Last(), b.AsOf.Last()))
	})
}
