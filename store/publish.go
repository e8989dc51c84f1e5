package store

import (
	"context"
	"time"

	"temwen/ledger"
	"temwen/record"
)

// filled is the number that sealed entries are filled up to a multiple of,
// whenever entries are published.
const filled = 16

// Schedule says when sealed events are published: at every full Every, counted
// from midnight UTC. What they are about would be told by the moment otherwise.
type Schedule struct {
	Every time.Duration // an hour where zero
}

// every is the interval, never zero.
func (s Schedule) every() time.Duration {
	if s.Every <= 0 {
		return time.Hour
	}
	return s.Every
}

// Next is when entries are published next after now.
func (s Schedule) Next(now time.Time) time.Time {
	return now.UTC().Truncate(s.every()).Add(s.every())
}

// Promised is the latest time at which what is recorded now is published: the
// second time from now, so that one may fail.
func (s Schedule) Promised(now time.Time) time.Time {
	by := s.Next(now).Add(s.every())
	if cut := by.Truncate(time.Minute); !cut.Equal(by) {
		return cut.Add(time.Minute)
	}
	return by
}

// Do does a command and returns when its events are on disk. Their entries in
// the ledger follow when Publish is called next. now must not be of a day before
// that of the last event.
func (s *Store) Do(ctx context.Context, key string, cmd record.Command, now time.Time) (record.Result, error) {
	if err := s.checkClock(ctx, now); err != nil {
		return record.Result{}, err
	}
	return s.record.Do(ctx, key, cmd, now)
}

// Publish lets the ledger follow the record. Before, it fills up with events that
// say nothing, so that the number of entries does not tell how many sealed ones
// say something: by at least one where always is set, and otherwise only where
// there are sealed ones.
func (s *Store) Publish(ctx context.Context, now time.Time, always bool, progress func(done, total int)) error {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	return s.publish(ctx, now, always, progress)
}

func (s *Store) publish(ctx context.Context, now time.Time, always bool, progress func(done, total int)) error {
	n, err := s.unpublished(ctx)
	if err != nil {
		return err
	}
	if n > 0 || always {
		pad := record.Pad{Count: filled - n%filled}
		if n > 0 && n%filled == 0 {
			pad.Count = 0
		}
		if err := s.checkClock(ctx, now); err != nil {
			return err
		}
		if _, err := s.record.Do(ctx, executionKey(), pad, now); err != nil {
			return err
		}
	}
	return s.follow(ctx, progress)
}

// unpublished is how many sealed events have no entry yet.
func (s *Store) unpublished(ctx context.Context) (int, error) {
	size, err := s.record.Size(ctx)
	if err != nil || size < s.log.Size() { // not this record: follow will say so
		return 0, err
	}
	n := 0
	for e, err := range s.record.Events(ctx, s.log.Size()) {
		if err != nil {
			return 0, err
		}
		if e.Type == record.Sealed {
			n++
		}
	}
	return n, nil
}

// Promise signs that the entry of an event will be published by a time.
func (s *Store) Promise(e record.Event, by time.Time) ([]byte, error) {
	return s.signer.Promise(e, by)
}

// Edition is the number of entries in the ledger.
func (s *Store) Edition(context.Context) (uint64, error) { return s.log.Size(), nil }

// Edition is the number of entries in the ledger: the events that are on the
// record and not yet published are not in it.
func (r *Reader) Edition(ctx context.Context) (uint64, error) {
	return ledger.PublishedSize(ctx, r.LedgerDir())
}

// Recorded is the number of events on the record, of which the last may have no
// entry in the ledger yet.
func (r *Reader) Recorded(ctx context.Context) (uint64, error) { return r.record.Size(ctx) }

// View reads the query tables of a book: see record.Store.
func (r *Reader) View(ctx context.Context, book string, f func(t *record.Tables) error) error {
	return r.record.View(ctx, book, f)
}

// Together has Views be in one state of the record: see record.Store.
func (r *Reader) Together(ctx context.Context, f func(ctx context.Context) error) error {
	return r.record.Together(ctx, f)
}

// Content is the content of an event: see record.Store.
func (r *Reader) Content(ctx context.Context, index uint64) ([]byte, error) {
	return r.record.Content(ctx, index)
}

// Several are events of the record, in order: see record.Store.
func (r *Reader) Several(ctx context.Context, indexes []uint64) ([]record.Event, error) {
	return r.record.Several(ctx, indexes)
}

// Event is one event of the record.
func (r *Reader) Event(ctx context.Context, index uint64) (record.Event, error) {
	return r.record.Event(ctx, index)
}

// PublishOn publishes on a schedule until ctx is done, whether or not anything
// has happened, so that silence and events look alike. told hears of each time:
// nil, or what kept it from publishing, which the next time makes up for.
func (s *Store) PublishOn(ctx context.Context, schedule Schedule, now func() time.Time, told func(error)) {
	for {
		at := now()
		timer := time.NewTimer(schedule.Next(at).Sub(at))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		err := s.Publish(ctx, now(), true, nil)
		if ctx.Err() != nil {
			return
		}
		told(err)
	}
}
