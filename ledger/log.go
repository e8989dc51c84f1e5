package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
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

	size atomic.Uint64 // entries appended and confirmed; written under mu

	mu     sync.Mutex
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
		last:   last,
	}
	l.size.Store(c.Size)
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
func (l *Log) Size() uint64 { return l.size.Load() }

// PublishedSize is how many entries the checkpoint of the log in a folder says
// there are. It does not check the checkpoint: who doubts verifies.
func PublishedSize(ctx context.Context, dir string) (uint64, error) {
	size, err := folder(dir).publishedSize(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading the size of the ledger in %s: %w", dir, err)
	}
	return size, nil
}

// Receipt returns the receipt of a published entry.
func (l *Log) Receipt(ctx context.Context, index uint64) ([]byte, error) {
	return Receipt(ctx, l.dir, index)
}
