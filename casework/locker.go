package casework

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"temwen/intake"
	"temwen/record"
	"temwen/seal"
	"temwen/shelf"
)

// How an item of evidence is taken in, and where a crash may fall.
//
// Its parcel comes in pieces. When all are there, the sealed file is synced under
// its hash, and then one event says so, with the sealed label as its content; only
// then is it acknowledged. A process that dies before the event has acknowledged
// nothing: the pieces are still there, and the browser asks for the end again. A
// file of which no event speaks is removed when the locker is opened again.

// Keys tells whose key evidence is sealed to. Package office has it.
type Keys interface {
	Current(ctx context.Context) (intake.Current, error)
}

// locker is where evidence is kept.
type locker struct {
	keys    Keys
	shelf   *shelf.Shelf
	uploads *shelf.Uploads

	mu    sync.Mutex
	begun map[seal.ID]string // the cases of uploads that this process has seen begin
}

// forget erases what came of uploads into a case that are not whole, and of those that an
// earlier process has seen begin, for whichever case: their browsers begin anew.
func (l *locker) forget(ctx context.Context, docket string) error {
	var errs []error
	for _, id := range l.uploads.IDs() {
		l.mu.Lock()
		of, known := l.begun[id]
		if of == docket {
			delete(l.begun, id)
		}
		l.mu.Unlock()
		up, err := l.uploads.Upload(ctx, id)
		if known && of != docket || err != nil || up.Offset == up.Size {
			continue // another's, or nothing of it is left here
		}
		if err := l.uploads.Forget(ctx, id); err != nil && !errors.Is(err, shelf.ErrUnknown) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// KeepEvidence opens the locker of a folder, for which the store has no other use.
// Without it no evidence can be taken in or opened.
func (k *Cases) KeepEvidence(dir string, keys Keys) error {
	l := &locker{keys: keys, begun: make(map[seal.ID]string)}
	var err error
	if l.shelf, err = shelf.New(filesOf(dir), k.now); err != nil {
		return err
	}
	if l.uploads, err = shelf.OpenUploads(filepath.Join(dir, "uploads"), shelf.Limits{Count: 256}, k.now, taker{k}); err != nil {
		return err
	}
	if err := l.shelf.Sweep(context.Background(), k.speaksOf); err != nil {
		return fmt.Errorf("looking through the evidence: %w", err)
	}
	k.kept = l
	return nil
}

// filesOf is where in a locker's folder the sealed files are.
func filesOf(dir string) string { return filepath.Join(dir, "files") }

// speaksOf reports whether an item of evidence has a file.
func (k *Cases) speaksOf(ctx context.Context, hash seal.Hash) (there bool, err error) {
	err = k.view(ctx, func(t *record.Tables) (err error) {
		var idx uint64
		there, err = t.Scan(ctx, `SELECT idx FROM {evidence} WHERE file = $1`, []any{hash[:]}, &idx)
		return err
	})
	return there, err
}

// handing is who hands evidence in, to which case.
type handing struct{ by, docket string }

type handingKey struct{}

func (k *Cases) handing(ctx context.Context, by, docket string) (context.Context, error) {
	if k.kept == nil {
		return nil, refuse(CodeUnknown)
	}
	return context.WithValue(ctx, handingKey{}, handing{by, docket}), nil
}

// BeginEvidence begins to take an item into a case: a Parcel of size bytes, of which
// the first hold its head, its label and the beginning of its file. What may not be is
// a *Refused, an *intake.Refused where the key is not the present one, or an error
// of package shelf or seal.
func (k *Cases) BeginEvidence(ctx context.Context, by, docket string, size int64, first io.Reader) (seal.ID, shelf.Upload, error) {
	ctx, err := k.handing(ctx, by, docket)
	if err != nil {
		return seal.ID{}, shelf.Upload{}, err
	}
	parcel, up, err := k.kept.uploads.Create(ctx, size, first)
	if up.Offset < up.Size {
		k.kept.mu.Lock()
		k.kept.begun[parcel] = docket
		k.kept.mu.Unlock()
	}
	return parcel, up, err
}

// GoOnEvidence adds bytes to it at an offset; with the last byte the item is taken
// in, and the receipt is its number. Adding nothing says how far it has come.
func (k *Cases) GoOnEvidence(ctx context.Context, by, docket string, id seal.ID, offset int64, piece io.Reader) (shelf.Upload, error) {
	ctx, err := k.handing(ctx, by, docket)
	if err != nil {
		return shelf.Upload{}, err
	}
	up, err := k.kept.uploads.Append(ctx, id, offset, piece)
	if up.Size > 0 && up.Offset == up.Size {
		k.kept.mu.Lock()
		delete(k.kept.begun, id)
		k.kept.mu.Unlock()
	}
	return up, k.unknown(ctx, by, docket, err)
}

// EvidenceStands is how far it has come.
func (k *Cases) EvidenceStands(ctx context.Context, by, docket string, id seal.ID) (shelf.Upload, error) {
	ctx, err := k.handing(ctx, by, docket)
	if err != nil {
		return shelf.Upload{}, err
	}
	up, err := k.kept.uploads.Upload(ctx, id)
	return up, k.unknown(ctx, by, docket, err)
}

// unknown says of an upload that is not known that its case was erased, where it was.
func (k *Cases) unknown(ctx context.Context, by, docket string, err error) error {
	if errors.Is(err, shelf.ErrUnknown) {
		if _, gone := k.Case(ctx, by, docket); gone != nil {
			return gone
		}
	}
	return err
}

// taker takes parcels of evidence.
type taker struct{ k *Cases }

// Admit implements shelf.Taker.
func (t taker) Admit(ctx context.Context, size int64, start []byte) error {
	if size > MaxParcel {
		return fmt.Errorf("%w: a parcel of evidence has at most %d bytes", seal.ErrTooLarge, MaxParcel)
	}
	p, err := ReadParcel(bytes.NewReader(start), size)
	if err != nil {
		return err
	}
	current, err := t.k.kept.keys.Current(ctx)
	switch {
	case err != nil:
		return err
	case current.Epoch != p.Head.Epoch:
		return &intake.Refused{Code: intake.CodeOldEpoch}
	case current.Stale:
		return &intake.Refused{Code: intake.CodeStale}
	}
	h := ctx.Value(handingKey{}).(handing)
	c, err := t.k.Case(ctx, h.by, h.docket)
	if err != nil {
		return err
	}
	item := p.Head.item()
	return item.check(c)
}

// Take implements shelf.Taker.
func (t taker) Take(ctx context.Context, all io.Reader, size int64) ([]byte, error) {
	h := ctx.Value(handingKey{}).(handing)
	p, err := ReadParcel(all, size)
	if err != nil {
		return nil, err
	}
	item := p.Head.item()
	item.Size = p.Size
	if item.SHA256, err = t.k.kept.shelf.Keep(p.Sealed, p.Size); err != nil {
		return nil, err
	}
	c, err := t.k.Case(ctx, h.by, h.docket)
	if err != nil {
		return nil, t.k.unkept(ctx, item.SHA256, err)
	}
	if taken := c.parcel(item.ID); taken != nil && taken.SHA256 == item.SHA256 {
		return number(taken.N), nil // an acknowledgement was lost
	}
	if err := t.k.take(ctx, h, item, p.Label); err != nil {
		return nil, t.k.unkept(ctx, item.SHA256, shelf.Full(err))
	}
	if c, err = t.k.Case(ctx, h.by, h.docket); err != nil {
		return nil, err
	}
	return number(c.parcel(item.ID).N), nil
}

// unkept removes a sealed file again where its case was erased while it came, and
// returns why it was not taken in.
func (k *Cases) unkept(ctx context.Context, file seal.Hash, why error) error {
	var r *Refused
	if !errors.As(why, &r) || r.Code != CodeErased {
		return why
	}
	there, err := k.speaksOf(ctx, file)
	if err == nil && !there {
		err = k.kept.shelf.Remove(file)
	}
	return errors.Join(why, err)
}

func number(n int) []byte { return fmt.Appendf(nil, "%d", n) }

// parcel is the item that came in a parcel, or nil.
func (c *Case) parcel(id seal.ID) *Evidence {
	for i := range c.Evidence {
		if c.Evidence[i].ID == id {
			return &c.Evidence[i]
		}
	}
	return nil
}

// take puts an item on the record, with its label.
func (k *Cases) take(ctx context.Context, h handing, item Evidence, label []byte) error {
	_, err := k.store.Do(ctx, newKey(), &deed{cases: k, by: h.by, id: h.docket, cmd: TakeIn{item}, on: k.today(), content: label}, k.now())
	return err
}

// Label is the sealed label of an item.
func (k *Cases) Label(ctx context.Context, docket string, n int) ([]byte, error) {
	item, err := k.item(ctx, docket, n)
	if err != nil {
		return nil, err
	}
	return k.store.Content(ctx, item.Index)
}

// OpenEvidence hands an officer the sealed file of an item, on one of Reasons, and
// records that it did. The caller closes it.
func (k *Cases) OpenEvidence(ctx context.Context, by, docket string, n int, why string) (io.ReadCloser, int64, error) {
	item, err := k.item(ctx, docket, n)
	if err != nil {
		return nil, 0, err
	}
	if err := k.Do(ctx, by, docket, 0, Handle{Custody{N: n, Act: ActOpened, Why: why}}, 0); err != nil {
		return nil, 0, err
	}
	r, err := k.kept.shelf.Open(item.SHA256)
	return r, item.Size, err
}

func (k *Cases) item(ctx context.Context, docket string, n int) (*Evidence, error) {
	if k.kept == nil {
		return nil, refuse(CodeUnknown)
	}
	c, err := k.Case(ctx, "", docket)
	if err != nil {
		return nil, err
	}
	if item := c.Item(n); item != nil {
		return item, nil
	}
	return nil, refuse(CodeUnknown)
}
