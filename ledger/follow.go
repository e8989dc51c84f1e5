package ledger

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/transparency-dev/tessera"
	"golang.org/x/mod/sumdb/tlog"

	"temwen/record"
)

// Follow appends an entry for every event from the log's size on, in order,
// waits until a checkpoint over all of them is published, and returns the
// checkpoint's size. With nothing new it only makes sure of the last.
//
// It reads the event before the log's size too and compares it with the last
// entry, so that a record that is another one, or an older copy, is refused
// before anything is appended. progress, if not nil, is called with the size
// the log has reached, after each batch.
//
// Follow returns with nothing in flight, also when ctx ends. After an error in
// storing a batch the log refuses to go on until it is opened again, because
// what came after may have taken the wrong place.
func (l *Log) Follow(ctx context.Context, events Events, progress func(size uint64)) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	size, err := l.follow(ctx, events, progress)
	if err != nil {
		return 0, fmt.Errorf("writing the ledger: %w", err)
	}
	return size, nil
}

func (l *Log) follow(ctx context.Context, events Events, progress func(uint64)) (uint64, error) {
	if l.broken != nil {
		return 0, l.broken
	}
	// Entries are made while the batch before them is being stored.
	reading, stop := context.WithCancel(ctx)
	batches := make(chan batch, inFlight)
	var done sync.WaitGroup
	done.Go(func() {
		defer close(batches)
		l.read(reading, events, batches)
	})
	err := l.store(batches, progress)
	stop()
	for range batches { // let the reader end
	}
	done.Wait()
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return 0, err
	}
	return l.awaitCheckpoint(ctx)
}

// batch is a group of consecutive entries, or the error that ended the reading
// before it could be filled.
type batch struct {
	first   uint64
	entries []*tessera.Entry
	leaves  []tlog.Hash
	err     error
}

// read turns the events from the log's size on into batches. It only reads l, and only
// what store does not change before the first batch has come.
func (l *Log) read(ctx context.Context, events Events, out chan<- batch) {
	next, last := l.size.Load(), l.last
	send := func(b batch) bool {
		select {
		case out <- b:
			return true
		case <-ctx.Done():
			return false
		}
	}
	fail := func(err error) { send(batch{err: err}) }

	from := next
	if from > 0 {
		from--
	}
	pull, stop := iter.Pull2(events(ctx, from))
	defer stop()
	if next > 0 {
		switch e, err, ok := pull(); {
		case err != nil:
			fail(err)
			return
		case !ok:
			fail(fmt.Errorf("the record ends before event %d, which the ledger holds: it is another record, or an older copy of it; put the record back from a newer copy", from))
			return
		default:
			if err := matches(e, last, from); err != nil {
				fail(err)
				return
			}
		}
	}
	day := ""
	if last != nil {
		leaf, err := ParseEntry(last, from)
		if err != nil {
			fail(err)
			return
		}
		day = leaf.Day
	}
	batchSize := uint64(l.settings.Batch)
	for {
		b := batch{first: next}
		// Up to where a bundle ends, so that full bundles are written once.
		end := next - next%batchSize + batchSize
		for next < end {
			e, err, ok := pull()
			if err != nil {
				fail(err)
				return
			}
			if !ok {
				break
			}
			entry, err := entryAfter(e, next, day)
			if err != nil {
				fail(err)
				return
			}
			day = e.Time.UTC().Format(time.DateOnly)
			made := tessera.NewEntry(entry)
			b.entries = append(b.entries, made)
			b.leaves = append(b.leaves, tlog.Hash(made.LeafHash()))
			next++
		}
		if len(b.entries) == 0 || !send(b) || next < end {
			return
		}
	}
}

// entryAfter makes the entry for the event at an index, after one of this day.
func entryAfter(e record.Event, index uint64, day string) ([]byte, error) {
	if e.Index != index {
		return nil, fmt.Errorf("the record gives event %d where event %d is due", e.Index, index)
	}
	if d := e.Time.UTC().Format(time.DateOnly); d < day {
		return nil, fmt.Errorf("event %d is dated %s, before event %d of %s; the record must not go back in time", index, d, index-1, day)
	}
	return Entry(e)
}

// matches says whether an event is the one the ledger holds at an index.
func matches(e record.Event, have []byte, index uint64) error {
	want, err := entryLike(e, have)
	if err != nil {
		return err
	}
	if e.Index != index {
		return fmt.Errorf("the record gives event %d where event %d is due", e.Index, index)
	}
	if string(want) != string(have) {
		return fmt.Errorf("event %d of the record is not the one the ledger holds: its %s differs; the record was edited, or belongs to another ledger", index, differs(have, want, index))
	}
	return nil
}

// entryLike is Entry, but for an erased event it takes the commitment from the
// entry the ledger has, since nobody can compute it any more, and the day, which
// only the private part said.
func entryLike(e record.Event, have []byte) ([]byte, error) {
	if !erased(e) {
		return Entry(e)
	}
	leaf, err := ParseEntry(have, e.Index)
	if err != nil {
		return nil, err
	}
	if e.Time.IsZero() {
		if e.Time, err = time.Parse(time.DateOnly, leaf.Day); err != nil {
			return nil, err
		}
	}
	return entry(e, leaf.Commitment)
}

// erased says whether an event's private part and salt were destroyed.
func erased(e record.Event) bool { return len(e.Salt) == 0 && len(e.Private) == 0 }

// inFlight is how many batches are handed to Tessera before the first of them
// is confirmed, so that it never waits for the next.
const inFlight = 4

// store appends batches until there are no more, and confirms each. On an error
// it still waits for what is in flight.
func (l *Log) store(batches <-chan batch, progress func(uint64)) error {
	type pending struct {
		batch
		futures []tessera.IndexFuture
	}
	var flight []pending
	confirm := func() error {
		p := flight[0]
		flight = flight[1:]
		for i, future := range p.futures {
			at, err := future()
			if err == nil && at.Index != p.first+uint64(i) {
				err = fmt.Errorf("it was stored at index %d", at.Index)
			}
			if err != nil && l.broken == nil {
				l.broken = fmt.Errorf("entry %d could not be stored (%w); stop the program, see to the cause and start it again", p.first+uint64(i), err)
				l.guard.stop(l.broken)
			}
		}
		if l.broken != nil {
			return l.broken
		}
		l.guard.vouch(p.leaves)
		l.size.Store(p.first + uint64(len(p.entries)))
		l.last = p.entries[len(p.entries)-1].Data()
		if progress != nil {
			progress(l.size.Load())
		}
		return nil
	}
	var failed error
	for b := range batches {
		if b.err != nil {
			failed = b.err
			break
		}
		p := pending{batch: b, futures: make([]tessera.IndexFuture, len(b.entries))}
		for i, entry := range b.entries {
			// Not the caller's context: an entry in flight is seen through.
			p.futures[i] = l.add(context.Background(), entry)
		}
		flight = append(flight, p)
		if len(flight) == inFlight {
			if failed = confirm(); failed != nil {
				break
			}
		}
	}
	for len(flight) > 0 {
		if err := confirm(); failed == nil {
			failed = err
		}
	}
	return failed
}

// awaitCheckpoint waits until the checkpoint over all entries is published.
func (l *Log) awaitCheckpoint(ctx context.Context) (uint64, error) {
	timeout := time.NewTimer(l.settings.PublishTimeout)
	defer timeout.Stop()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	var c Checkpoint
	for {
		signed, err := folder(l.dir).read(ctx, checkpointFile, nil, maxCheckpoint)
		if err != nil {
			return 0, fmt.Errorf("the published checkpoint: %w", err)
		}
		if !bytes.Equal(signed, c.Signed) {
			if c, err = l.own.open(signed); err != nil {
				return 0, fmt.Errorf("the published checkpoint: %w", err)
			}
		}
		if c.Size >= l.size.Load() {
			return c.Size, nil
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-timeout.C:
			cause := "no cause is known"
			if text := lastComplaint.Load(); text != nil {
				cause = "the last attempt failed with: " + *text
			}
			return 0, fmt.Errorf("%d entries are stored, but their checkpoint was not published within %v (%s); the entries are safe, and publishing is tried again as long as the program runs", l.size.Load(), l.settings.PublishTimeout, cause)
		}
	}
}
