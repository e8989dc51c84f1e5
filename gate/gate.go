// Package gate stands between the officers' desk and the rooms with what was
// reported and with the casework: it asks for each call whether the officer who
// is at the desk may do it, by their role and by what the thread or case is to
// them, and only then passes it on. What is done is asked again within the
// transaction that does it, so that a role taken in mid-action counts.
//
// It must never decide what a role may do: that stands in one table, in package
// office. It must let nothing pass for nobody: whoever asks is named in the context
// by As, and a call without a name is refused. Start with Gate, then Inbox and
// Cases.
package gate

import (
	"context"
	"slices"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/record"
)

// Gate is what the rooms behind it share.
type Gate struct {
	office *office.Office
}

type officerKey struct{}

// As returns a context in which an officer asks.
func As(ctx context.Context, officer string) context.Context {
	return context.WithValue(ctx, officerKey{}, officer)
}

// By is the officer who asks, or empty.
func By(ctx context.Context) string {
	officer, _ := ctx.Value(officerKey{}).(string)
	return officer
}

// the names of the books whose tables a decision reads.
var officeBook, intakeBook, caseworkBook = office.Book.Name(), intake.Book.Name(), casework.Book.Name()

// asking is one officer who asks, and the office as it stands.
type asking struct {
	officer string
	state   *office.State
	walls   *casework.Walls
}

// asks finds who asks. by is the name that the call itself gives, where it gives
// one: it must be the same.
func (g *Gate) asks(ctx context.Context, cases *casework.Cases, by ...string) (*asking, error) {
	a := &asking{officer: By(ctx), walls: new(casework.Walls)}
	for _, name := range by {
		if name != a.officer {
			return nil, &office.Refused{Code: office.CodeNotAllow}
		}
	}
	var err error
	if a.state, err = g.office.State(ctx); err != nil {
		return nil, err
	}
	if cases != nil {
		a.walls, err = cases.Walls(ctx, a.officer)
	}
	return a, err
}

// may is nil where the officer may do an action of a thing.
func (a *asking) may(action office.Action, relation office.Relation) error {
	return office.Allow(a.state, a.officer, action, relation)
}

// everything reports whether the officer may do it of any thread or case, and not
// only of those assigned to them.
func (a *asking) everything(action office.Action) bool { return a.may(action, office.Unrelated) == nil }

// some is nil where the officer may do an action at least of what is assigned to
// them.
func (a *asking) some(action office.Action) error { return a.may(action, office.Assigned) }

// ofThread is what a thread is to the officer.
func (a *asking) ofThread(id string, assigned ...string) office.Relation {
	return relation(a.officer, slices.Contains(a.walls.Threads, id), assigned...)
}

// ofCase is what a case is to the officer.
func (a *asking) ofCase(c *casework.Case) office.Relation {
	return relation(a.officer, c.Walls(a.officer) || slices.Contains(a.walls.Cases, c.ID), c.Officer)
}

// sees is what the case of an ID is to the officer, where they may see it.
func (a *asking) sees(ctx context.Context, cases *casework.Cases, id string) (office.Relation, error) {
	has, err := cases.Assigned(ctx, a.officer, id)
	if err != nil {
		return office.Walled, err
	}
	r := relation(a.officer, false, has) // who is kept from it was refused
	return r, a.may(office.SeeCases, r)
}

func relation(officer string, walled bool, assigned ...string) office.Relation {
	switch {
	case walled:
		return office.Walled
	case slices.Contains(assigned, officer):
		return office.Assigned
	}
	return office.Unrelated
}

// thing names a thread, a case, an incident or an allegation that an action is
// about, or none of them.
type thing struct{ thread, docket, incident, allegation string }

// stateIn is the office within the transaction of a command.
func (g *Gate) stateIn(ctx context.Context, book func(string) (*record.Tables, error)) (*office.State, error) {
	t, err := book(officeBook)
	if err != nil {
		return nil, err
	}
	return g.office.StateIn(ctx, t)
}

// provided returns a context in which a command is done only where the officer
// may do all the actions, of all the things, when it is done.
func (g *Gate) provided(ctx context.Context, actions []office.Action, things ...thing) context.Context {
	officer := By(ctx)
	return record.Provided(ctx, func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		state, err := g.stateIn(ctx, book)
		if err != nil {
			return err
		}
		for _, about := range things {
			r, err := about.relation(ctx, officer, book)
			if err != nil {
				return err
			}
			for _, action := range actions {
				if err := office.Allow(state, officer, action, r); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// given returns a context in which something is assigned to an officer only where
// they may have it when that is done; to nobody, always.
func (g *Gate) given(ctx context.Context, officer string, mayHave func(s *office.State, officer string) bool) context.Context {
	if officer == "" {
		return ctx
	}
	return record.Provided(ctx, func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		state, err := g.stateIn(ctx, book)
		if err == nil && !mayHave(state, officer) {
			err = &office.Refused{Code: office.CodeCannotHave}
		}
		return err
	})
}

// relation is what a thing is to an officer, within a transaction.
func (about thing) relation(ctx context.Context, officer string, book func(string) (*record.Tables, error)) (office.Relation, error) {
	if about == (thing{}) {
		return office.Unrelated, nil
	}
	cases, err := book(caseworkBook)
	if err != nil {
		return office.Walled, err
	}
	walls, err := casework.WallsIn(ctx, cases, officer)
	if err != nil {
		return office.Walled, err
	}
	switch {
	case about.docket != "":
		has, err := casework.AssignedIn(ctx, cases, about.docket)
		return relation(officer, slices.Contains(walls.Cases, about.docket), has), err
	case about.allegation != "":
		about.incident, err = casework.IncidentIn(ctx, cases, about.allegation)
		fallthrough
	case about.incident != "":
		return relation(officer, slices.Contains(walls.Incidents, about.incident)), err
	}
	threads, err := book(intakeBook)
	if err != nil {
		return office.Walled, err
	}
	assigned, err := intake.AssignedIn(ctx, threads, about.thread)
	return relation(officer, slices.Contains(walls.Threads, about.thread), assigned...), err
}
