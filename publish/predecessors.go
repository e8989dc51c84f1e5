package publish

import (
	"cmp"
	"slices"
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// Compared is one mission under the questions that are put to all: who
// authorised and led it, how long it lasted, how many people it had at most,
// what it cost, what harm it did, which remedies it promised and delivered, and
// what it left owed. A question that the record cannot answer stays empty.
type Compared struct {
	MissionRef
	Summary    locale.Text `json:"summary,omitempty"`
	After      []AfterLine `json:"after,omitempty"` // which missions came after it, and how
	Period     when.Date   `json:"period,omitzero"`
	Months     int         `json:"months,omitempty"` // full months of it; 0 where its dates are not known
	About      bool        `json:"about,omitempty"`  // a month more or less, for its first or last day is not known
	SoFar      bool        `json:"so_far,omitempty"` // it had not ended by the day
	Authorised []PartLine  `json:"authorised_by"`
	Led        []PartLine  `json:"led_by"`
	Peak       *Report     `json:"peak,omitempty"`     // the most people that were reported
	Strength   *Strength   `json:"strength,omitempty"` // as a data set has it, counted by another rule
	Cost       []Claim     `json:"cost"`
	Harm       []HarmLine  `json:"harm"` // by the mission or its members
	Remedies   []OwedLine  `json:"remedies"`
	Met        int         `json:"remedies_met"`
	Open       int         `json:"open_obligations"` // of all topics, still owed, wherever they are carried
	Sources    []string    `json:"sources"`
}

// AfterLine is a mission that came after another.
type AfterLine struct {
	MissionRef
	How     string   `json:"how"` // see dossier.Succeeds
	Sources []string `json:"sources,omitempty"`
}

// HarmLine is a number of harm. It is contradictory where another number for
// the same thing and time cannot be true together with it.
type HarmLine struct {
	Claim
	Contradictory bool `json:"contradictory,omitempty"`
}

// harmMetrics count what a mission or its members did or caused. Other metrics
// of harm count the violence that a mission was sent against, or acts of the
// forces of the country: they are never set down to the mission.
var harmMetrics = []string{
	"cholera-deaths", "civilians-killed-by-accident", "sea-allegations", "sea-victims",
	"personnel-repatriated", "jailed", "claims-filed", "claims-amount",
}

// remedyTopics are what an obligation after harm is about.
var remedyTopics = []string{"remedy", "health"}

// Compare sets a mission and those before it side by side, the newest first:
// those it succeeds, however far back, and any other of its dossier that began
// before it. It errs with a NotFoundError where no such mission was known.
func (v *View) Compare(mission string) ([]Compared, error) {
	m, err := v.mission(mission)
	if err != nil {
		return nil, err
	}
	chain := map[string]bool{mission: true}
	for _, p := range v.predecessors(m) {
		chain[p.ID] = true
	}
	var list []Compared
	for _, other := range v.Missions {
		if chain[other.ID] || v.beganBefore(other, m) {
			c, err := v.compared(other)
			if err != nil {
				return nil, err
			}
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b Compared) int {
		if a.ID == mission || b.ID == mission {
			return cmp.Compare(rank(b.ID == mission), rank(a.ID == mission))
		}
		return cmp.Compare(b.Period.First(), a.Period.First())
	})
	return list, nil
}

func rank(first bool) int {
	if first {
		return 1
	}
	return 0
}

// beganBefore reports whether a mission surely began before another.
func (v *View) beganBefore(a, b *dossier.Mission) bool {
	from, to := v.Period(a), v.Period(b)
	return !from.IsZero() && !to.IsZero() && from.First() < to.First()
}

func (v *View) compared(m *dossier.Mission) (Compared, error) {
	c := Compared{
		MissionRef: MissionRef{m.ID, m.Short, m.Name}, Summary: m.Summary, Period: v.Period(m), Sources: v.datedBy(m),
		Authorised: v.PartsOf(m.ID, "authorises"), Led: v.PartsOf(m.ID, "leads"), After: v.after(m.ID),
	}
	c.Months, c.About, c.SoFar = length(c.Period, v.AsOf.World)
	var err error
	if c.Strength, err = v.Strength(m.ID); err != nil {
		return c, err
	}
	var claims []Claim
	for _, claim := range v.claims() {
		if claim.Mission == m.ID && claim.AsOf.First() <= v.AsOf.World {
			claims = append(claims, claim)
		}
	}
	inTime(claims)
	c.Peak = peak(claims)
	for _, claim := range claims {
		metric := v.Metric(claim.Metric)
		switch {
		case metric == nil:
		case metric.Topic == "money" && claim.Actor == nil && (metric.Kind == "need" || metric.Kind == "flow"):
			c.Cost = append(c.Cost, claim)
		case slices.Contains(harmMetrics, claim.Metric):
			c.Harm = append(c.Harm, HarmLine{Claim: claim})
		}
	}
	for i := range c.Harm {
		c.Harm[i].Contradictory = slices.ContainsFunc(c.Harm, func(other HarmLine) bool {
			return c.Harm[i].contradicts(&other.Claim, v.Metric(other.Metric))
		})
	}
	c.owed(v)
	return c, nil
}

// contradicts reports whether two claims answer one question, about one time,
// and cannot both be true.
func (c *Claim) contradicts(d *Claim, metric *dossier.Metric) bool {
	return c.asks() == d.asks() && sameTime(c, d, metric) && !c.agrees(d)
}

// datedBy are the sources of a mission and of its beginning and end.
func (v *View) datedBy(m *dossier.Mission) []string {
	list := slices.Clone(m.Sources)
	for _, id := range []string{m.Began, m.Ended} {
		if s := v.Milestone(id); s != nil && !s.Happened.IsZero() && s.Happened.First() <= v.AsOf.World {
			list = union(list, s.Sources)
		}
	}
	return list
}

// after are the missions that name a mission as one before them.
func (v *View) after(mission string) []AfterLine {
	var list []AfterLine
	for _, m := range v.Missions {
		for _, s := range m.Succeeds {
			if s.Mission == mission {
				list = append(list, AfterLine{MissionRef{m.ID, m.Short, m.Name}, s.How, s.Sources})
			}
		}
	}
	return list
}

// peak is the report of most people; of equals the first.
func peak(claims []Claim) *Report {
	var most *Report
	for _, r := range reports(claims) {
		if r.Whole() && (most == nil || r.Heads.Most > most.Heads.Most) {
			most = &r
		}
	}
	return most
}

// owed gathers the remedies, and counts what is still owed.
func (c *Compared) owed(v *View) {
	for _, o := range v.Dossier.Obligations {
		if o.Mission != c.ID {
			continue
		}
		state, i, ok := v.state(o.ID)
		if ok && state.Open {
			c.Open++
		}
		if slices.Contains(remedyTopics, o.Topic) {
			line := OwedLine{v.line(o, state, i, c.ID), v.history(o.ID)}
			if met(&line.Standing) {
				c.Met++
			}
			c.Remedies = append(c.Remedies, line)
		}
	}
	slices.SortStableFunc(c.Remedies, func(a, b OwedLine) int { return byPressure(a.Line, b.Line) })
}

// Delivered is what was done to meet an obligation, in part or in full.
func (l *OwedLine) Delivered() []HistoryLine {
	return slices.DeleteFunc(slices.Clone(l.History), func(h HistoryLine) bool { return h.Kind != "perform" && h.Kind != "discharge" })
}

// length is how many full months a time has, by the first and the last day that
// its dates allow; about where one of these is not exact; and whether it goes on
// on a day. A time that is approximate has no length.
func length(period when.Date, day when.Day) (months int, about, soFar bool) {
	if period.IsZero() || period.Approximate() || period.First().Open() {
		return 0, false, false
	}
	end := period.Last()
	if end.Open() || end > day {
		end, soFar = day, true
	}
	y1, m1, d1 := period.First().Date()
	y2, m2, d2 := (end + 1).Date() // the last day counts
	months = (y2-y1)*12 + int(m2) - int(m1)
	if d2 < d1 {
		months--
	}
	from, to, _ := strings.Cut(period.String(), "/")
	return max(0, months), !exact(from) || !soFar && !exact(to), soFar
}

// exact reports whether an expression is one day.
func exact(edtf string) bool {
	d, err := when.Parse(edtf)
	return err == nil && d.Exact()
}
