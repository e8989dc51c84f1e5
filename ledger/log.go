package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/tlog"

	"temwen/record"
)

// ErrLocked is returned by Open while another process, or another Log of this
// one, writes the log.
var ErrLocked = errors.New("another process is writing this ledger; stop it first, or use its server")

// Settings say how a log is written. The zero value of each means its default.
type Settings struct {
	// Batch is how many entries are written together: 256 by default, the
	// width of a bundle, so that each is written once and not in parts.
	Batch uint
	// BatchAge is how long the first entry of a batch waits for others: 50 ms
	// by default. With few events it is the latency of an append.
	BatchAge time.Duration
	// Interval is how often at most a checkpoint is published: 1 s by
	// default, 100 ms at least. Each costs a signature, and with witnesses a
	// round to all of them.
	Interval time.Duration
	// PublishTimeout is how long Follow waits for the checkpoint over what
	// it appended: 30 s by default. The entries are safe by then; with
	// witnesses that do not answer, this is when one hears of it.
	PublishTimeout time.Duration
	// Witnesses is a witness policy (see the file docs/ledger.md). If it is
	// not empty, no checkpoint is published before its quorum has cosigned.
	Witnesses []byte
	// WitnessTimeout is how long one round to the witnesses may take: 5 s by
	// default.
	WitnessTimeout time.Duration
	// Republish is how often the checkpoint of a log that does not grow is
	// cosigned and published anew, so that one can see that the log is
	// alive: with witnesses 10 min by default; without, never, because
	// nothing in it would change.
	Republish time.Duration
	// Collect is how often partial tiles are removed that a full one has
	// replaced: 1 min by default.
	Collect time.Duration
}

func (s Settings) withDefaults() Settings {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	if s.Batch == 0 {
		s.Batch = tileWidth
	}
	set(&s.BatchAge, 50*time.Millisecond)
	set(&s.Interval, time.Second)
	set(&s.PublishTimeout, 30*time.Second)
	set(&s.WitnessTimeout, 5*time.Second)
	set(&s.Collect, time.Minute)
	if len(s.Witnesses) > 0 {
		set(&s.Republish, max(10*time.Minute, s.Interval))
	}
	return s
}

// Log is a ledger open for writing. There is one writer of a log at a time; any
// number of others may read its files meanwhile, because each is replaced whole.
//
// mu is held during Follow and Close; it guards all fields that change. The
// guard has its own lock, taken last and held for moments.
type Log struct {
	dir      string
	own      trust // in our own signature alone: a policy may be newer than a checkpoint
	settings Settings
	add      tessera.AddFn
	guard    *guard
	cancel   context.CancelFunc // ends Tessera's goroutines
	unlock   func() error

	mu     sync.Mutex
	size   uint64 // entries appended and confirmed
	last   []byte // the entry before size; nil if there is none
	broken error  // why nothing more may be appended
}

// Create makes a log for this key in a folder that may exist. It writes the
// public key, ledger.vkey; the rest comes with the first Open. Where a log of
// the same key is already, it does nothing; one of another key is an error.
func Create(dir string, key Key) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("creating the ledger in %s: %w", dir, err)
	}
	path := filepath.Join(dir, vkeyFile)
	switch have, err := os.ReadFile(path); {
	case err == nil && string(have) == key.Public()+"\n":
		return nil
	case err == nil:
		return fmt.Errorf("creating the ledger in %s: there is one of another key, %s", dir, strings.TrimSpace(string(have)))
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("creating the ledger in %s: %w", dir, err)
	}
	if _, err := os.Lstat(filepath.Join(dir, checkpointFile)); err == nil {
		return fmt.Errorf("creating the ledger in %s: it holds a log without its key file; put %s back", dir, vkeyFile)
	}
	if err := writeFile(path, []byte(key.Public()+"\n"), 0o644, os.Link); err != nil {
		return fmt.Errorf("creating the ledger in %s: %w", dir, err)
	}
	return nil
}

// Open opens a log that Create made, with its key, for writing, and repairs
// what a crash has left. The context is for opening only; Close ends the log.
func Open(ctx context.Context, dir string, key Key, settings Settings) (*Log, error) {
	l, err := open(ctx, dir, key, settings.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("opening the ledger in %s: %w", dir, err)
	}
	return l, nil
}

func open(ctx context.Context, dir string, key Key, settings Settings) (_ *Log, err error) {
	quietTessera()
	vkey, err := os.ReadFile(filepath.Join(dir, vkeyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no ledger; create the store first: %w", err)
	}
	if err != nil {
		return nil, err
	}
	if string(vkey) != key.Public()+"\n" {
		return nil, fmt.Errorf("it belongs to the key %s, and the key given is %s", strings.TrimSpace(string(vkey)), key.Public())
	}
	signer, err := key.signer()
	if err != nil {
		return nil, err
	}
	if _, err := newTrust(key.Public(), settings.Witnesses); err != nil {
		return nil, err
	}
	own, err := newTrust(key.Public(), nil)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, stateDir), 0o755); err != nil {
		return nil, err
	}
	unlock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = unlock()
		}
	}()
	c, tree, last, err := repair(ctx, dir, own)
	if err != nil {
		return nil, err
	}
	l := &Log{
		dir: dir, own: own, settings: settings,
		guard:  newGuard(signer, tree),
		unlock: unlock,
		size:   c.Size, last: last,
	}
	if err := l.start(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// start starts Tessera on the repaired folder.
func (l *Log) start(ctx context.Context) error {
	s := l.settings
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(l.guard).
		WithBatching(s.Batch, s.BatchAge).
		WithCheckpointInterval(s.Interval).
		WithCheckpointRepublishInterval(s.Republish).
		WithGarbageCollectionInterval(s.Collect)
	if len(s.Witnesses) > 0 {
		group, err := tessera.NewWitnessGroupFromPolicy(s.Witnesses)
		if err != nil {
			return fmt.Errorf("witness policy: %w", err)
		}
		options.WithWitnesses(group, &tessera.WitnessOptions{Timeout: s.WitnessTimeout})
	}
	driver, err := posix.New(ctx, posix.Config{Path: l.dir, HTTPClient: &http.Client{Timeout: s.WitnessTimeout}})
	if err != nil {
		return err
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	appender, _, _, err := tessera.NewAppender(running, driver, options)
	if err != nil {
		cancel()
		return err
	}
	l.add, l.cancel = appender.Add, cancel
	return nil
}

// errClosed is why a closed log does not sign or append.
var errClosed = errors.New("the ledger is closed")

// Close ends the writing. What Follow has returned is published already;
// what it was interrupted in is rolled back by the next Open and written again.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if errors.Is(l.broken, errClosed) {
		return nil
	}
	l.broken = errClosed
	l.guard.stop(errClosed)
	// Nothing is in flight but, maybe, a checkpoint that is signed and not
	// yet stored. Wait a moment for it, so that it does not land in a log
	// that somebody has opened after us.
	for range 50 {
		size, err := folder(l.dir).publishedSize(context.Background())
		if err != nil || size >= l.guard.lastSigned() || len(l.settings.Witnesses) > 0 {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	l.cancel()
	if err := l.unlock(); err != nil {
		return fmt.Errorf("closing the ledger in %s: %w", l.dir, err)
	}
	return nil
}

// Size is how many entries the log holds, published or not.
func (l *Log) Size() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.size
}

// Receipt returns the receipt of a published entry.
func (l *Log) Receipt(ctx context.Context, index uint64) ([]byte, error) {
	return Receipt(ctx, l.dir, index)
}

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
		return size, fmt.Errorf("writing the ledger: %w", err)
	}
	return size, nil
}

func (l *Log) follow(ctx context.Context, events Events, progress func(uint64)) (uint64, error) {
	if l.broken != nil {
		return l.size, l.broken
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
		return l.size, err
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

// read turns the events from l.size on into batches. It only reads l, and only
// what store does not change before the first batch has come.
func (l *Log) read(ctx context.Context, events Events, out chan<- batch) {
	next, last := l.size, l.last
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
// entry the ledger has, since nobody can compute it any more.
func entryLike(e record.Event, have []byte) ([]byte, error) {
	if !erased(e) {
		return Entry(e)
	}
	leaf, err := ParseEntry(have, e.Index)
	if err != nil {
		return nil, err
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
		l.size = p.first + uint64(len(p.entries))
		l.last = p.entries[len(p.entries)-1].Data()
		if progress != nil {
			progress(l.size)
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
			return l.size, fmt.Errorf("the published checkpoint: %w", err)
		}
		if !bytes.Equal(signed, c.Signed) {
			if c, err = l.own.open(signed); err != nil {
				return l.size, fmt.Errorf("the published checkpoint: %w", err)
			}
		}
		if c.Size >= l.size {
			return c.Size, nil
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return c.Size, ctx.Err()
		case <-timeout.C:
			cause := "no cause is known"
			if text := lastComplaint.Load(); text != nil {
				cause = "the last attempt failed with: " + *text
			}
			return c.Size, fmt.Errorf("%d entries are stored, but their checkpoint was not published within %v (%s); the entries are safe, and publishing is tried again as long as the program runs", l.size, l.settings.PublishTimeout, cause)
		}
	}
}
