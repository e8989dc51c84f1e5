// Package intake takes what people send to the oversight office, sealed, and
// keeps what follows: each report opens a thread, to which messages, replies,
// notes and the office's deeds are added. Every step is a sealed event of the
// record, so that the office cannot lose, hide or backdate one.
//
// It must never hold a key that opens an envelope, acknowledge what is not on
// disk, tell whether a code exists to who does not have it, or keep of a person
// more than the day. Start with Intake; then receive.go, how a parcel is taken;
// person.go is what the person can ask, inbox.go what the office can.
package intake

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"temwen/locale"
	"temwen/record"
	"temwen/seal"
	"temwen/shelf"
	"temwen/store"
	"temwen/when"
)

// The kinds of error that a sender or an officer can act on. No error repeats
// what somebody sent.
var (
	// ErrEpoch: the envelope is sealed to a key that is over, or never was.
	ErrEpoch = errors.New("this epoch is over")
	// ErrReused: the ID was used for another parcel.
	ErrReused = errors.New("the ID was used for another parcel")
	// ErrUnknown: nothing is known under this token or ID.
	ErrUnknown = shelf.ErrUnknown
	// ErrBusy: there are too many at once.
	ErrBusy = shelf.ErrBusy
	// ErrFull: the disk is full, or what may be stored is.
	ErrFull = shelf.ErrFull
	// ErrOffset: an upload does not stand where a piece begins.
	ErrOffset = shelf.ErrOffset
)

// Office tells whose keys envelopes are sealed to. Package office has it.
type Office interface {
	// Current is the office and the key of its present epoch.
	Current(ctx context.Context) (Current, error)
	// Accepts reports whether envelopes sealed to the key of an epoch are still
	// taken: those of the present one, and for some time those of the one before,
	// because a phone may have sealed without a network.
	Accepts(ctx context.Context, epoch int, now time.Time) (bool, error)
}

// Current is an office and the key of its present epoch.
type Current struct {
	Office    seal.ID
	Name      locale.Text
	Epoch     int
	Recipient string // age1pq1…
	// Stale says that somebody who was removed from the office knows this key: the
	// office seals nothing to it, and what people send is still taken.
	Stale bool
}

// Options are how reports are taken.
type Options struct {
	// Dir is where envelopes too long for the record, and unfinished uploads, are
	// kept: a folder of the store.
	Dir string
	// Now is the clock. Its times carry the zone of the office's place: the days that are
	// kept are days there.
	Now func() time.Time
	// Schedule is that of the ledger, for what receipts promise.
	Schedule store.Schedule
	// WorkBits is how much work a report asks for: seal.WorkBits where 0.
	WorkBits int
	// Uploads are the bounds of unfinished uploads: see UploadLimits.
	Uploads UploadLimits
}

// Intake takes reports. Its methods may be called concurrently.
type Intake struct {
	store   *store.Store
	office  Office
	options Options
	works   works
	shelf   *shelf.Shelf
	uploads *shelf.Uploads

	queue  chan *arrival
	closed chan struct{}
	done   sync.WaitGroup
	stop   sync.Once
}

// New takes reports into a store that was opened with Book, until Close.
func New(s *store.Store, office Office, options Options) (*Intake, error) {
	if options.WorkBits == 0 {
		options.WorkBits = seal.WorkBits
	}
	in := &Intake{
		store: s, office: office, options: options,
		queue:  make(chan *arrival, maxBatch),
		closed: make(chan struct{}),
	}
	var err error
	if in.shelf, err = shelf.New(filepath.Join(options.Dir, "envelopes"), options.Now); err != nil {
		return nil, err
	}
	if in.uploads, err = shelf.OpenUploads(filepath.Join(options.Dir, "uploads"), options.Uploads, options.Now, taker{in}); err != nil {
		return nil, err
	}
	if err := in.shelf.Sweep(context.Background(), in.speaksOf); err != nil {
		return nil, fmt.Errorf("looking through the envelopes: %w", err)
	}
	in.works.init()
	in.done.Go(in.receiving)
	return in, nil
}

// Close ends taking reports. What was acknowledged is on disk.
func (in *Intake) Close() error {
	in.stop.Do(func() { close(in.closed) })
	in.done.Wait()
	return nil
}

// today is the day at the place of the office.
func (in *Intake) today() when.Day { return when.Today(in.options.Now()) }

// view reads the book's tables.
func (in *Intake) view(ctx context.Context, f func(t *record.Tables) error) error {
	return in.store.View(ctx, bookName, f)
}

// full turns what says that the disk is full into ErrFull.
func full(err error) error {
	if errors.Is(err, record.ErrFull) {
		return fmt.Errorf("%w: the disk is full", ErrFull)
	}
	return shelf.Full(err)
}
