package told

import (
	"context"
	"errors"

	"temwen/casework"
	"temwen/intake"
	"temwen/record"
)

// retract takes back what is public of each case that may not be public any more:
// who reported has withdrawn, allows less, or has changed what they allow and nobody
// has read that yet, or their report was erased, and the case rests on nothing else.
// It waits for no officer: safety comes first,
// and who changes consent of a public case can hardly allow more. What cannot be
// taken back is tried again the next time.
func (t *Teller) retract(ctx context.Context) error {
	public, err := t.cases.Standing(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range public {
		rests, err := RestsOf(ctx, t.in, t.cases, c.ID)
		if err == nil && rests.Publishable() {
			continue
		}
		if err == nil {
			err = t.cases.Do(notPublishable(ctx, c.ID), "", c.ID, 0, casework.Retract{}, 0)
		}
		if refused := (*casework.Refused)(nil); err != nil && !errors.As(err, &refused) {
			errs = append(errs, err) // refused: it was taken back, erased or allowed meanwhile
		}
	}
	return errors.Join(errs...)
}

// notPublishable returns a context in which something is done to a case only where
// it may not be public when it is done.
func notPublishable(ctx context.Context, id string) context.Context {
	return record.Provided(ctx, func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		cases, err := book(casework.Book.Name())
		if err != nil {
			return err
		}
		threads, err := book(intake.Book.Name())
		if err != nil {
			return err
		}
		rests, err := RestsIn(ctx, cases, threads, id)
		if err == nil && rests.Publishable() {
			err = &casework.Refused{Code: casework.CodeMoved}
		}
		return err
	})
}
