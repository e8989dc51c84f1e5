package told

import (
	"context"

	"temwen/casework"
	"temwen/intake"
	"temwen/record"
)

// retract takes back what is public of a case that may not be public any more: who
// reported has withdrawn, allows less, or has changed what they allow and nobody has
// read that yet, or their report was erased, and the case rests on nothing else. It
// waits for no officer: safety comes first, and who changes consent of a public case
// can hardly allow more.
func retract(ctx context.Context, cases *casework.Cases, id string) error {
	return cases.Do(notPublishable(ctx, id), "", id, 0, casework.Retract{}, 0)
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
