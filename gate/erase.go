package gate

import (
	"context"
	"errors"
	"slices"

	"temwen/casework"
	"temwen/office"
	"temwen/record"
)

// erasable finds something that an officer may see, and what it is to them.
func (g *Cases) erasable(ctx context.Context, a *asking, kind casework.Kind, id string) (thing, office.Relation, error) {
	var err error
	relation := office.Unrelated
	switch kind {
	case casework.OfCase:
		relation, err = a.sees(ctx, g.cases, id)
	case casework.OfIncident:
		_, err = g.Incident(ctx, id)
	case casework.OfAllegation:
		_, err = g.Allegation(ctx, id)
	default:
		err = &office.Refused{Code: office.CodeUnknown}
	}
	return thingOf(kind, id), relation, err
}

// AskErasure asks for something to be erased, where the officer may.
func (g *Cases) AskErasure(ctx context.Context, by string, kind casework.Kind, id, ground string) error {
	return g.aboutErasure(ctx, by, kind, id, office.AskErasure, func(ctx context.Context) error {
		return g.cases.AskErasure(ctx, by, kind, id, ground)
	})
}

// DropErasure takes that back, or refuses it.
func (g *Cases) DropErasure(ctx context.Context, by string, kind casework.Kind, id string) error {
	return g.aboutErasure(ctx, by, kind, id, office.DropErasure, func(ctx context.Context) error {
		return g.cases.DropErasure(ctx, by, kind, id)
	})
}

// Erase erases something, as the second of two officers who may; dry only says what
// would go, to whoever may see that.
func (g *Cases) Erase(ctx context.Context, by string, kind casework.Kind, id string, seen uint64, dry bool) (erasing casework.Erasing, err error) {
	action := office.EraseForGood
	if dry {
		action = office.SeeErasures
	}
	err = g.aboutErasure(ctx, by, kind, id, action, func(ctx context.Context) (err error) {
		if !dry {
			ctx = g.asker(ctx, func(ctx context.Context, book func(string) (*record.Tables, error)) (string, thing, error) {
				t, err := book(caseworkBook)
				if err != nil {
					return "", thing{}, err
				}
				by, err := casework.AskerIn(ctx, t, kind, id)
				return by, thingOf(kind, id), err
			}, func(by string) error { return &casework.Refused{Code: casework.CodeAsker, By: by} })
		}
		erasing, err = g.cases.Erase(ctx, by, kind, id, seen, dry)
		return err
	})
	return erasing, err
}

// thingOf names what is erased.
func thingOf(kind casework.Kind, id string) thing {
	switch kind {
	case casework.OfCase:
		return thing{docket: id}
	case casework.OfIncident:
		return thing{incident: id}
	}
	return thing{allegation: id}
}

// asker returns a context in which something is erased only where who has asked for it
// could still ask when that is done: two people decide, and both may.
func (g *Gate) asker(ctx context.Context, who func(context.Context, func(string) (*record.Tables, error)) (string, thing, error), refused func(by string) error) context.Context {
	return record.Provided(ctx, func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		by, about, err := who(ctx, book)
		if err != nil || by == "" {
			return err // nobody has asked: that is refused by whoever erases
		}
		state, err := g.stateIn(ctx, book)
		if err != nil {
			return err
		}
		r, err := about.relation(ctx, by, book)
		if err == nil && !office.May(state, by, office.AskErasure, r) {
			err = refused(by)
		}
		return err
	})
}

// aboutErasure does what an officer may do of something that they may see. It is
// asked before, for what only reads, and again when it is done.
func (g *Cases) aboutErasure(ctx context.Context, by string, kind casework.Kind, id string, action office.Action, do func(context.Context) error) error {
	a, err := g.asks(ctx, nil, by)
	if err != nil {
		return err
	}
	about, relation, err := g.erasable(ctx, a, kind, id)
	if err != nil {
		return err
	}
	if err := a.may(action, relation); err != nil {
		return err
	}
	return do(g.provided(ctx, []office.Action{action}, about))
}

// Asking is who asks for something that the officer may see to be erased.
func (g *Cases) Asking(ctx context.Context, kind casework.Kind, id string) (*casework.Asking, error) {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, _, err := g.erasable(ctx, a, kind, id); err != nil {
		return nil, err
	}
	return g.cases.Asking(ctx, kind, id)
}

// Askings is what somebody asks to be erased, of what the officer may see.
func (g *Cases) Askings(ctx context.Context) ([]casework.Asking, error) {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return nil, err
	}
	if err := a.some(office.SeeErasures); err != nil {
		return nil, err
	}
	all, err := g.cases.Askings(ctx)
	if err != nil {
		return nil, err
	}
	var list []casework.Asking
	for _, one := range all {
		switch _, _, err := g.erasable(ctx, a, one.Kind, one.ID); {
		case err == nil:
			list = append(list, one)
		case !isRefused(err):
			return nil, err
		}
	}
	return list, nil
}

// isRefused reports whether an error says that something may not be, and none that
// it failed.
func isRefused(err error) bool {
	var role *office.Refused
	var work *casework.Refused
	return errors.As(err, &role) || errors.As(err, &work)
}

// Stone is what is left of something, for whoever may see some of its kind.
func (g *Cases) Stone(ctx context.Context, kind casework.Kind, id string) (*casework.Stone, error) {
	if err := g.seesSome(ctx, kind); err != nil {
		return nil, err
	}
	return g.cases.Stone(ctx, kind, id)
}

// Stones are what is left of a kind, for whoever may see some of it.
func (g *Cases) Stones(ctx context.Context, kind casework.Kind, limit int) ([]casework.Stone, error) {
	if err := g.seesSome(ctx, kind); err != nil {
		return nil, err
	}
	return g.cases.Stones(ctx, kind, limit)
}

func (g *Cases) seesSome(ctx context.Context, kind casework.Kind) error {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return err
	}
	if kind == casework.OfCase {
		return a.some(office.SeeCases)
	}
	return a.some(office.SeeIncidents)
}

// Due are the cases that are due for erasure, of those of which the officer may see
// that.
func (g *Cases) Due(ctx context.Context, keep casework.Keep, q casework.Query) ([]casework.Due, error) {
	if may, err := g.seesDue(ctx, &q); !may || err != nil {
		return nil, err
	}
	return g.cases.Due(ctx, keep, q)
}

// Doomed are these, each with what erasing it would destroy.
func (g *Cases) Doomed(ctx context.Context, keep casework.Keep, q casework.Query) ([]casework.Doomed, error) {
	if may, err := g.seesDue(ctx, &q); !may || err != nil {
		return nil, err
	}
	return g.cases.Doomed(ctx, keep, q)
}

// seesDue has a query ask for the cases of which the officer may see that they are due,
// and reports whether there can be any.
func (g *Cases) seesDue(ctx context.Context, q *casework.Query) (bool, error) {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return false, err
	}
	if err := a.some(office.SeeErasures); err != nil {
		return false, err
	}
	if a.some(office.SeeCases) != nil {
		return false, nil // of reports they see it
	}
	if !a.everything(office.SeeErasures) || !a.everything(office.SeeCases) {
		q.Officer = a.officer
	}
	q.For = a.officer
	return true, nil
}

// DueIncidents are the incidents that are due for erasure, of those that the officer may
// see.
func (g *Cases) DueIncidents(ctx context.Context, keep casework.Keep, q casework.Query) ([]casework.DueIncident, error) {
	a, err := g.asks(ctx, g.cases)
	if err != nil {
		return nil, err
	}
	for _, action := range []office.Action{office.SeeErasures, office.SeeIncidents} {
		if err := a.some(action); err != nil {
			return nil, err
		}
	}
	if !a.everything(office.SeeErasures) {
		return nil, nil
	}
	limit := q.Limit
	if limit > 0 {
		q.Limit += len(a.walls.Incidents)
	}
	due, err := g.cases.DueIncidents(ctx, keep, q)
	due = slices.DeleteFunc(due, func(d casework.DueIncident) bool { return slices.Contains(a.walls.Incidents, d.Incident.ID) })
	if limit > 0 {
		due = due[:min(len(due), limit)]
	}
	return due, err
}
