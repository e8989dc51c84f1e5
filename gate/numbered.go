package gate

import (
	"context"
	"errors"

	"temwen/casework"
)

// Numbered is the ID of what has a number of its kind, where the officer may see it, or
// the stone in its place. What they may not see is refused as a number that nothing has.
func (g *Cases) Numbered(ctx context.Context, kind casework.Kind, number int) (string, error) {
	id, err := g.cases.Numbered(ctx, kind, number)
	if err == nil {
		err = g.shows(ctx, kind, id)
	}
	if isRefused(err) {
		err = &casework.Refused{Code: casework.CodeUnknown}
	}
	if err != nil {
		return "", err
	}
	return id, nil
}

// shows is nil where the officer may see the thing of an ID, or its stone.
func (g *Cases) shows(ctx context.Context, kind casework.Kind, id string) (err error) {
	switch kind {
	case casework.OfCase:
		_, err = g.Case(ctx, By(ctx), id)
	case casework.OfIncident:
		_, err = g.Incident(ctx, id)
	default:
		_, err = g.Allegation(ctx, id)
	}
	if refused := (*casework.Refused)(nil); errors.As(err, &refused) && refused.Code == casework.CodeErased {
		return g.seesSome(ctx, kind)
	}
	return err
}
