package casework

import (
	"context"
	"errors"
	"time"

	"temwen/ledger"
)

// Growing is a record that may grow while it is read.
type Growing interface {
	// Edition is the number of entries in the ledger.
	Edition(ctx context.Context) (uint64, error)
	Events() ledger.Events
}

// steadyTries is how often Steadily writes, and steadyWait how long it waits for the ledger
// before it writes again.
const (
	steadyTries = 5
	steadyWait  = 10 * time.Second
)

// Steadily runs write, which writes down what stands in public, and runs it again from the
// beginning where meanwhile a case was made public or taken back: what was written may then
// show a case in one place and its stone in another, or lack what the ledger has. When it
// returns without an error, what was written last is of one state.
func Steadily(ctx context.Context, r Growing, write func() error) error {
	for range steadyTries {
		edition, err := r.Edition(ctx)
		if err != nil {
			return err
		}
		failed := write()
		last, err := shownSince(ctx, r, edition)
		if err != nil || last == 0 {
			return errors.Join(failed, err)
		}
		if err := follows(ctx, r, last); err != nil {
			return errors.Join(failed, err)
		}
	}
	return errors.New("whenever it was written, a case was made public or taken back meanwhile: try again when nobody publishes")
}

// shownSince is the last event from an index on that makes a case public, or takes it
// back; 0 where there is none.
func shownSince(ctx context.Context, r Growing, from uint64) (last uint64, err error) {
	for e, err := range r.Events()(ctx, from) {
		if err != nil {
			return 0, err
		}
		if e.Type == PublishedType || e.Type == RetractedType {
			last = e.Index
		}
	}
	return last, nil
}

// follows waits until the ledger has an event.
func follows(ctx context.Context, r Growing, index uint64) error {
	ctx, enough := context.WithTimeout(ctx, steadyWait)
	defer enough()
	for {
		edition, err := r.Edition(ctx)
		if err != nil || edition > index {
			return err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return errors.New("the record makes a case public, or takes it back, and the ledger has no entry of that yet: start temwen serve, or another command that writes, and it follows")
		}
	}
}
