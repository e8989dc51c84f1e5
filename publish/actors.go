package publish

import (
	"cmp"
	"slices"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
)

// Scorecard is what an actor owes and owed in all missions of a dossier. It
// has counts with stated rules and never a single score.
type Scorecard struct {
	Actor   *dossier.Actor  `json:"actor"`
	Of      *ActorRef       `json:"of,omitempty"`
	Members []ActorRef      `json:"members,omitempty"` // offices, roles and units that belong to it
	Rows    []ScoreRow      `json:"rows"`
	Owes    []Line          `json:"owes"`    // the most pressing first
	Claims  []Claim         `json:"figures"` // numbers that are its own
	Owed    []Line          `json:"owed_to"`
	Parts   []PartLine      `json:"parts"`
	Said    []StatementLine `json:"statements"`
}

// ScoreRow is one count of a scorecard.
type ScoreRow struct {
	Status clock.Status `json:"status"`
	N      int          `json:"n"`
}

// Scorecard is the scorecard of an actor. It errs with a NotFoundError where no
// fact that was known on the day names the actor.
func (v *View) Scorecard(id string) (*Scorecard, error) {
	a := v.Actor(id)
	if a == nil {
		return nil, &NotFoundError{Kind: "actor", ID: id, AsOf: v.AsOf}
	}
	s := &Scorecard{Actor: a, Owes: []Line{}, Owed: []Line{}}
	if of := v.Actor(a.Of); of != nil {
		s.Of = &ActorRef{of.ID, of.Name}
	}
	for _, m := range v.Actors {
		if m.Of == id {
			s.Members = append(s.Members, ActorRef{m.ID, m.Name})
		}
	}
	for _, o := range v.Dossier.Obligations {
		line := v.held(o)
		if slices.Contains(o.Debtor, id) {
			s.Owes = append(s.Owes, line)
		}
		if slices.Contains(o.Creditor, id) {
			s.Owed = append(s.Owed, line)
		}
	}
	slices.SortStableFunc(s.Owes, byPressure)
	slices.SortStableFunc(s.Owed, byPressure)
	for _, c := range Tally(s.Owes) {
		s.Rows = append(s.Rows, ScoreRow(c))
	}
	v.about(s, id)
	return s, nil
}

// held is an obligation as the mission that carries it now shows it.
func (v *View) held(o *dossier.Obligation) Line {
	state, i, _ := v.state(o.ID)
	return v.line(o, state, i, v.missionAt(state.Holder))
}

// about gathers an actor's own numbers, parts and words.
func (v *View) about(s *Scorecard, id string) {
	for _, c := range v.claims() {
		if c.actorID() == id {
			s.Claims = append(s.Claims, c)
		}
	}
	inTime(s.Claims)
	for _, m := range v.Missions {
		for _, p := range v.parts(m.ID) {
			if p.Actor.ID == id {
				s.Parts = append(s.Parts, p)
			}
		}
		for _, st := range v.statements(m.ID) {
			if st.By.ID == id {
				s.Said = append(s.Said, st)
			}
		}
	}
	slices.SortStableFunc(s.Said, func(a, b StatementLine) int { return cmp.Compare(a.Date, b.Date) })
}

// ActorLine is an actor in a list, with how many obligations it has, by status.
type ActorLine struct {
	ID    string      `json:"id"`
	Name  locale.Text `json:"name"`
	Kind  string      `json:"kind"`
	Owes  int         `json:"owes"`
	Tally []Count     `json:"tally"`
}

// Debtors are the actors that owe or owed something in a mission, those with
// the most first.
func (v *View) Debtors(mission string) ([]ActorLine, error) {
	lines, err := v.Obligations(mission, Filter{})
	if err != nil {
		return nil, err
	}
	owes := make(map[string][]Line)
	for _, l := range lines {
		for _, d := range l.Debtor {
			owes[d.ID] = append(owes[d.ID], l)
		}
	}
	var actors []ActorLine
	for _, a := range v.Actors {
		if list := owes[a.ID]; len(list) > 0 {
			actors = append(actors, ActorLine{ID: a.ID, Name: a.Name, Kind: a.Kind, Owes: len(list), Tally: Tally(list)})
		}
	}
	slices.SortStableFunc(actors, func(a, b ActorLine) int {
		return cmp.Or(cmp.Compare(b.Owes, a.Owes), cmp.Compare(a.ID, b.ID))
	})
	return actors, nil
}
