package gate

import (
	"cmp"
	"context"

	"temwen/conduct"
	"temwen/office"
)

// Conduct is the tables of conduct, for whoever is at the desk. It has the methods
// of *conduct.Office that the desk needs. The tables are of all cases: who sees only
// those assigned to them is shown none.
type Conduct struct {
	Gate
	tables *conduct.Office
}

// NewConduct is the gate before the tables of conduct.
func NewConduct(o *office.Office, tables *conduct.Office) *Conduct { return &Conduct{Gate{o}, tables} }

// sees refuses who may not see all cases.
func (g *Conduct) sees(ctx context.Context, by ...string) error {
	a, err := g.asks(ctx, nil, by...)
	if err != nil {
		return err
	}
	return a.may(office.SeeCases, office.Unrelated)
}

// Prepare makes the next edition of a mission's tables without publishing it.
func (g *Conduct) Prepare(ctx context.Context, a conduct.Ask) (conduct.Ask, []conduct.Published, error) {
	if err := g.sees(ctx); err != nil {
		return a, nil, err
	}
	return g.tables.Prepare(ctx, a)
}

// Asked is what was asked for last.
func (g *Conduct) Asked(ctx context.Context, mission string) (*conduct.Ask, error) {
	if err := g.sees(ctx); err != nil {
		return nil, err
	}
	return g.tables.Asked(ctx, mission)
}

// Tables are those that were published.
func (g *Conduct) Tables(ctx context.Context, mission string) ([]conduct.Stored, error) {
	if err := g.sees(ctx); err != nil {
		return nil, err
	}
	return g.tables.Tables(ctx, mission)
}

// MayAsk refuses who may not ask for an edition.
func (g *Conduct) MayAsk(ctx context.Context) error {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return err
	}
	return cmp.Or(a.may(office.AskPublication, office.Unrelated), a.may(office.SeeCases, office.Unrelated))
}

// Ask asks for an edition, where the officer may.
func (g *Conduct) Ask(ctx context.Context, by string, a conduct.Ask) error {
	if err := g.sees(ctx, by); err != nil {
		return err
	}
	return g.tables.Ask(g.provided(ctx, []office.Action{office.AskPublication}, thing{}), by, a)
}

// Withdraw takes back what was asked for, or refuses it, where the officer may.
func (g *Conduct) Withdraw(ctx context.Context, by, mission string, asked uint64) error {
	if err := g.sees(ctx, by); err != nil {
		return err
	}
	return g.tables.Withdraw(g.provided(ctx, []office.Action{office.DropPublication}, thing{}), by, mission, asked)
}

// Publish publishes what another asked for, where the officer may.
func (g *Conduct) Publish(ctx context.Context, by, mission string, asked uint64) ([]conduct.Published, error) {
	if err := g.sees(ctx, by); err != nil {
		return nil, err
	}
	return g.tables.Publish(g.provided(ctx, []office.Action{office.Publish}, thing{}), by, mission, asked)
}
