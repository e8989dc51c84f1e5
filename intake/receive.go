package intake

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"temwen/ledger"
	"temwen/record"
	"temwen/seal"
	"temwen/shelf"
	"temwen/when"
)

// How a parcel is taken, and where a crash may fall.
//
// Its envelope is read to its end and hashed: a short one into memory, a long
// one into a file that is synced under its hash. Then the parcel waits in a
// queue; one goroutine takes all that wait, as one command in one transaction,
// and only then are they acknowledged. A process that dies before the commit has
// acknowledged nothing, and the sender sends again; one that dies after it finds
// the parcel under its ID and acknowledges without storing it twice. A file
// whose parcel did not make it is removed when the intake is opened again.

const (
	// inRecord is the longest envelope, in bytes, that is kept within the record.
	inRecord = 256 << 10
	// maxBatch is how many parcels one transaction takes at most.
	maxBatch = 256
)

// arrival is a parcel that is read whole and waits to be recorded.
type arrival struct {
	head     seal.Head
	size     int64
	hash     seal.Hash
	envelope []byte // nil where it is a file
	by       string // the officer who entered it, or empty

	recorded chan struct{}
	err      error
	event    record.Event // that says so
}

// Receive takes a parcel that was sealed in a browser, and returns the text of
// its receipt when it is stored for good. The same ID with the same envelope is
// stored once and acknowledged each time. Errors: ErrEpoch, ErrReused,
// ErrUnknown, ErrBusy, ErrFull, and those of package seal.
func (in *Intake) Receive(ctx context.Context, p *seal.Parcel) (receipt []byte, err error) {
	return in.receive(ctx, p, "", true)
}

// ReceiveHere is Receive for a parcel that this program sealed for a browser
// without JavaScript, which cannot do any work.
func (in *Intake) ReceiveHere(ctx context.Context, p *seal.Parcel) (receipt []byte, err error) {
	return in.receive(ctx, p, "", false)
}

// Enter is Receive for a report that an officer wrote down for somebody.
func (in *Intake) Enter(ctx context.Context, by string, p *seal.Parcel) (receipt []byte, err error) {
	return in.receive(ctx, p, by, false)
}

func (in *Intake) receive(ctx context.Context, p *seal.Parcel, by string, work bool) ([]byte, error) {
	if err := in.mayCome(ctx, &p.Head, work); err != nil {
		return nil, err
	}
	a := &arrival{head: p.Head, by: by, recorded: make(chan struct{})}
	if err := in.read(p, a); err != nil {
		return nil, err
	}
	if err := in.record(ctx, a); err != nil {
		return nil, err
	}
	return in.promise(&a.event)
}

// mayCome refuses a parcel by its head. Where work is set it takes the work of a
// report that is new.
func (in *Intake) mayCome(ctx context.Context, h *seal.Head, work bool) error {
	if err := in.expects(ctx, h); err != nil {
		return err
	}
	known, err := in.known(ctx, h)
	if err != nil || known || !work || h.Kind != seal.ParcelReport {
		return err
	}
	return in.works.take(h.Work, in.options.WorkBits, in.options.Now())
}

// expects refuses a parcel for another office, or sealed to a key that is over.
func (in *Intake) expects(ctx context.Context, h *seal.Head) error {
	current, err := in.office.Current(ctx)
	if err != nil {
		return fmt.Errorf("taking a parcel: %w", err)
	}
	if h.Office != current.Office {
		return fmt.Errorf("taking a parcel: %w: it is for another office", ErrEpoch)
	}
	accepted, err := in.office.Accepts(ctx, h.Epoch, in.options.Now())
	if err != nil {
		return fmt.Errorf("taking a parcel: %w", err)
	}
	if !accepted {
		return fmt.Errorf("taking a parcel: %w", ErrEpoch)
	}
	return nil
}

// known reports whether a parcel of that ID was taken before; and for one that
// belongs to a report it says ErrUnknown where there is no such report.
func (in *Intake) known(ctx context.Context, h *seal.Head) (known bool, err error) {
	err = in.view(ctx, func(t *record.Tables) error {
		var idx uint64
		if known, err = t.Scan(ctx, `SELECT idx FROM {parcel} WHERE id = $1`, []any{h.ID[:]}, &idx); err != nil || known {
			return err
		}
		if h.Kind == seal.ParcelReport {
			return nil
		}
		_, err := findThread(ctx, t, h.Token)
		return err
	})
	return known, err
}

// findThread is the thread that a token opens.
func findThread(ctx context.Context, t *record.Tables, token seal.ID) (idx uint64, err error) {
	lookup := seal.LookupHash(token)
	there, err := t.Scan(ctx, `SELECT idx FROM {thread} WHERE lookup = $1`, []any{lookup[:]}, &idx)
	if err == nil && !there {
		err = ErrUnknown
	}
	return idx, err
}

// read reads the envelope to its end, into memory or into a file.
func (in *Intake) read(p *seal.Parcel, a *arrival) error {
	a.size = p.Size
	if p.Size > inRecord {
		var err error
		a.hash, err = in.shelf.Keep(p.Envelope, p.Size)
		return err
	}
	var b bytes.Buffer
	b.Grow(int(p.Size))
	if n, err := io.Copy(&b, io.LimitReader(p.Envelope, p.Size)); err != nil || n != p.Size {
		return shelf.Short(n, p.Size, err)
	}
	a.envelope, a.hash = b.Bytes(), sha256.Sum256(b.Bytes())
	return nil
}

// record waits until an arrival is on the record.
func (in *Intake) record(ctx context.Context, a *arrival) error {
	select {
	case in.queue <- a:
	case <-in.closed:
		return fmt.Errorf("%w: the server is stopping", ErrBusy)
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-a.recorded:
		return a.err
	case <-in.closed:
		// It may have made it: the sender asks again.
		return fmt.Errorf("%w: the server is stopping", ErrBusy)
	}
}

// receiving records what arrives, all that waits at once, until Close.
func (in *Intake) receiving() {
	for {
		select {
		case <-in.closed:
			return
		case a := <-in.queue:
			batch := []*arrival{a}
			for len(batch) < maxBatch && len(in.queue) > 0 {
				batch = append(batch, <-in.queue)
			}
			in.recordAll(batch)
		}
	}
}

// recordAll records a batch. Where that fails, each is tried by itself, so that
// one does not keep out the others.
func (in *Intake) recordAll(batch []*arrival) {
	ctx := context.Background()
	err := in.recordTogether(ctx, batch)
	if err != nil && len(batch) > 1 {
		for _, a := range batch {
			in.recordAll([]*arrival{a})
		}
		return
	}
	for _, a := range batch {
		if a.err == nil {
			a.err = err
		}
		close(a.recorded)
	}
}

func (in *Intake) recordTogether(ctx context.Context, batch []*arrival) error {
	done, err := in.store.Do(ctx, newKey(), receive{batch, in.today()}, in.options.Now())
	if err != nil {
		return full(fmt.Errorf("recording what was sent: %w", err))
	}
	return in.view(ctx, func(t *record.Tables) error {
		for _, a := range batch {
			var index uint64
			var hash []byte
			there, err := t.Scan(ctx, `SELECT idx, digest FROM {parcel} WHERE id = $1`, []any{a.head.ID[:]}, &index, &hash)
			switch {
			case err != nil:
				return err
			case !there:
				a.err = ErrUnknown // the report it belongs to is gone
			case !bytes.Equal(hash, a.hash[:]):
				a.err = ErrReused
			case index >= done.From && index < done.To:
				a.event = done.Events[index-done.From]
			default: // it came before
				if a.event, err = in.store.Event(ctx, index); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// newKey names one execution of a command.
func newKey() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// receive is the command that takes parcels.
type receive struct {
	arrivals []*arrival
	day      when.Day
}

func (receive) Book() string { return bookName }

// Daily implements record.Act: of a person, nothing finer is kept.
func (receive) Daily() bool { return true }

func (r receive) Digest() record.Hash {
	h := sha256.New()
	h.Write([]byte("receive"))
	for _, a := range r.arrivals {
		h.Write(a.head.ID[:])
		h.Write(a.hash[:])
	}
	return record.Hash(h.Sum(nil))
}

// Decide implements record.Act. What is not new, or belongs to no thread, yields
// nothing: recordTogether tells who sent it.
func (r receive) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	var drafts []record.Draft
	var number int64
	if _, err := t.Scan(ctx, `SELECT COALESCE(MAX(number), 0) FROM {thread}`, nil, &number); err != nil {
		return nil, err
	}
	ids, lookups := make(map[seal.ID]bool), make(map[seal.Hash]bool)
	for _, a := range r.arrivals {
		taken, err := isTaken(ctx, t, a)
		if err != nil {
			return nil, err
		}
		if taken || ids[a.head.ID] || lookups[a.head.Lookup] {
			continue
		}
		b := &body{
			By: a.by, Epoch: a.head.Epoch, ID: &a.head.ID, Digest: &a.hash, Size: a.size,
			Kind: ItemKind(a.head.Kind),
		}
		if a.envelope == nil {
			b.File = &envelopeRef{a.hash}
		}
		eventType := messageReceived
		if a.head.Kind == seal.ParcelReport {
			eventType, b.Lookup, b.Reply = reportReceived, &a.head.Lookup, a.head.Reply
			lookups[a.head.Lookup] = true
			number++
			b.Number = number
		} else {
			thread, err := findThread(ctx, t, a.head.Token)
			if err != nil {
				continue
			}
			b.Thread = thread + 1
		}
		d, err := draft(eventType, r.day, b, a.envelope)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
		ids[a.head.ID] = true
	}
	return drafts, nil
}

// isTaken reports whether a parcel, or its lookup, is on the record already.
func isTaken(ctx context.Context, t *record.Tables, a *arrival) (bool, error) {
	var idx uint64
	taken, err := t.Scan(ctx, `SELECT idx FROM {parcel} WHERE id = $1`, []any{a.head.ID[:]}, &idx)
	if err != nil || taken || a.head.Kind != seal.ParcelReport {
		return taken, err
	}
	return t.Scan(ctx, `SELECT idx FROM {thread} WHERE lookup = $1`, []any{a.head.Lookup[:]}, &idx)
}

// promise is the receipt of an event: what its sender keeps.
func (in *Intake) promise(e *record.Event) ([]byte, error) {
	signed, err := in.store.Promise(*e, in.options.Schedule.Promised(in.options.Now()))
	if err != nil {
		return nil, err
	}
	f := ledger.ReceiptFile{Key: in.store.Key(), Salt: e.Salt, Private: e.Private, Promise: signed}
	return f.Marshal(), nil
}
