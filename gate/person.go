package gate

import (
	"context"
	"errors"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/record"
	"temwen/seal"
	"temwen/told"
)

// allowed returns a context in which a command on a case is done only where the
// people on whose reports it rests allow it, as far as that is known when it is
// done: what nobody has entered they do not allow. A letter can be sent without them where it rests on something else alone,
// and what is known from elsewhere can be published.
func allowed(ctx context.Context, id string, c casework.Command) context.Context {
	consent, apart := seal.ConsentPublic, true
	switch c := c.(type) {
	case casework.SendNotice:
		consent, apart = seal.ConsentCase, c.Notice.Apart
	case casework.AskPublication, casework.Publish:
	default:
		return ctx
	}
	return record.Provided(ctx, func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		cases, err := book(caseworkBook)
		if err != nil {
			return err
		}
		threads, err := book(intakeBook)
		if err != nil {
			return err
		}
		rests, err := told.RestsIn(ctx, cases, threads, id)
		if err == nil && !rests.Lets(consent) && !(apart && rests.Elsewhere(consent)) {
			code := casework.CodeConsent
			if rests.Unknown(consent) {
				code = casework.CodeUnentered
			}
			err = &casework.Refused{Code: code}
		}
		return err
	})
}

// seesCase is the case of an ID, where the officer may see it.
func (g *Inbox) seesCase(ctx context.Context, id string) error {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return err
	}
	_, err = a.sees(ctx, g.cases, id)
	return err
}

// RestsOf is what a case rests on, for who may see it.
func (g *Inbox) RestsOf(ctx context.Context, id string) (*told.Rests, error) {
	if err := g.seesCase(ctx, id); err != nil {
		return nil, err
	}
	return told.RestsOf(ctx, g.in, g.cases, id)
}

// ToldOf is what people were told of a case, for who may see it.
func (g *Inbox) ToldOf(ctx context.Context, id string) ([]intake.Told, error) {
	if err := g.seesCase(ctx, id); err != nil {
		return nil, err
	}
	return g.in.ToldOf(ctx, id)
}

// ToldIn is what the person was told in a thread, for who may see it.
func (g *Inbox) ToldIn(ctx context.Context, thread string) ([]intake.Told, error) {
	if _, err := g.Thread(ctx, thread); err != nil {
		return nil, err
	}
	return g.in.ToldIn(ctx, thread)
}

// RestOn are the cases that rest on the report of a thread, of those that the
// officer may see.
func (g *Inbox) RestOn(ctx context.Context, thread string) ([]*casework.Case, error) {
	if _, err := g.Thread(ctx, thread); err != nil {
		return nil, err
	}
	a, err := g.asks(ctx, nil)
	if err != nil {
		return nil, err
	}
	ids, err := g.cases.RestOn(ctx, thread)
	if err != nil {
		return nil, err
	}
	var list []*casework.Case
	for _, id := range ids {
		c, err := g.cases.Case(ctx, a.officer, id)
		if refused := (*casework.Refused)(nil); errors.As(err, &refused) {
			continue // kept from them, or erased
		}
		if err != nil {
			return nil, err
		}
		if a.may(office.SeeCases, a.ofCase(c)) == nil {
			list = append(list, c)
		}
	}
	return list, nil
}
