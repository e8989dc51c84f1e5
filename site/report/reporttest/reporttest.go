// Package reporttest is an oversight office in memory, with real keys, real
// envelopes and real receipts, for tests of the reporter's pages and their
// scripts. Unlike a real office it holds the secret of its key, so that a test can
// read what arrived and answer it.
//
// It must never be imported by anything but tests. Start with New.
package reporttest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"temwen/ledger"
	"temwen/locale"
	"temwen/record"
	"temwen/seal"
	"temwen/site/report"
	"temwen/when"
)

// Today is the day at the office.
var Today = when.MustParse("2026-11-28").First()

// promisedBy is the latest publication time of every receipt.
var promisedBy = time.Date(2026, 11, 28, 16, 0, 0, 0, time.UTC)

// Office is an office in memory. It implements report.Office.
type Office struct {
	ID       seal.ID
	identity *age.HybridIdentity
	key      ledger.Key

	mu      sync.Mutex
	fails   error // what every attempt to store ends in
	parcels map[seal.ID]stored
	threads map[seal.Hash]*thread
	uploads map[seal.ID]*upload
	asked   map[seal.Challenge]bool
	latest  *thread
}

// stored is a parcel that was taken.
type stored struct {
	sum     [32]byte // of the envelope
	receipt []byte
}

// thread is a report and what followed.
type thread struct {
	state   report.State
	since   when.Day
	reply   *age.HybridRecipient
	items   []item
	receipt []byte
}

// item is one envelope of a thread.
type item struct {
	from     seal.From
	kind     seal.ParcelKind
	envelope []byte
}

// upload is a parcel that comes in pieces.
type upload struct {
	mu      sync.Mutex
	size    int64
	have    []byte
	receipt []byte
}

var _ report.Office = (*Office)(nil)

// New is an office that nobody has written to.
func New(t testing.TB) *Office {
	t.Helper()
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.GenerateKey("temwen.local/reporttest")
	if err != nil {
		t.Fatal(err)
	}
	o := &Office{
		identity: identity, key: key,
		parcels: make(map[seal.ID]stored), threads: make(map[seal.Hash]*thread),
		uploads: make(map[seal.ID]*upload), asked: make(map[seal.Challenge]bool),
	}
	rand.Read(o.ID[:])
	return o
}

// Options are options for a site of this office.
func (o *Office) Options() report.Options {
	return report.Options{
		Today: func() when.Day { return Today }, PromiseKey: o.key.Public(), Invented: true, Contacts: report.Examples(),
	}
}

// Fail makes every attempt to store something end in an error; nil ends that.
func (o *Office) Fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fails = err
}

// Key implements report.Office.
func (o *Office) Key(context.Context) (report.Key, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	k := report.Key{
		Office: o.ID, Epoch: 1, Recipient: o.identity.Recipient().String(), Fingerprint: seal.Fingerprint(o.identity.Recipient()),
		Bits: seal.WorkBits,
		Name: locale.Text{
			locale.English: "Example Office", locale.Creole: "Biwo Egzanp",
			locale.French: "Bureau Exemple", locale.Spanish: "Oficina Ejemplo",
		},
	}
	rand.Read(k.Challenge[:])
	o.asked[k.Challenge] = true
	return k, nil
}

// Receive implements report.Office.
func (o *Office) Receive(_ context.Context, p *seal.Parcel) ([]byte, error) {
	return o.receive(p, true)
}

// ReceiveHere implements report.Office.
func (o *Office) ReceiveHere(_ context.Context, p *seal.Parcel) ([]byte, error) {
	return o.receive(p, false)
}

func (o *Office) receive(p *seal.Parcel, working bool) ([]byte, error) {
	envelope := make([]byte, p.Size)
	if _, err := io.ReadFull(p.Envelope, envelope); err != nil {
		return nil, fmt.Errorf("reading an envelope: %w", err)
	}
	if err := seal.CheckEnvelope(envelope[:min(len(envelope), seal.HeadSize)], p.Size); err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	sum := sha256.Sum256(envelope)
	if s, there := o.parcels[p.Head.ID]; there {
		if s.sum != sum {
			return nil, report.ErrReused
		}
		return s.receipt, nil
	}
	if err := o.refuse(p.Head, working); err != nil {
		return nil, err
	}
	receipt, err := o.acknowledge(sum)
	if err != nil {
		return nil, err
	}
	if err := o.enter(p.Head, envelope, receipt); err != nil {
		return nil, err
	}
	o.parcels[p.Head.ID] = stored{sum, receipt}
	return receipt, nil
}

// refuse says what a head gives reason to refuse.
func (o *Office) refuse(h seal.Head, working bool) error {
	switch {
	case o.fails != nil:
		return o.fails
	case h.Office != o.ID:
		return fmt.Errorf("%w: another office", seal.ErrMalformed)
	case h.Epoch != 1:
		return report.ErrEpoch
	}
	if h.Kind != seal.ParcelReport || !working {
		return nil
	}
	challenge, err := seal.ParseWork(h.Work)
	if err != nil {
		return err
	}
	if !o.asked[challenge] {
		return fmt.Errorf("%w: a challenge of another time", seal.ErrWork)
	}
	if err := seal.CheckWork(h.Work, seal.WorkBits); err != nil {
		return err
	}
	delete(o.asked, challenge)
	return nil
}

// enter puts a parcel in its thread.
func (o *Office) enter(h seal.Head, envelope, receipt []byte) error {
	if h.Kind == seal.ParcelReport {
		reply, err := seal.ParseRecipient(h.Reply)
		if err != nil {
			return err
		}
		t := &thread{state: report.Received, since: Today, reply: reply, receipt: receipt}
		t.items = []item{{seal.FromReporter, h.Kind, envelope}}
		o.threads[h.Lookup], o.latest = t, t
		return nil
	}
	t, there := o.threads[seal.LookupHash(h.Token)]
	if !there {
		return report.ErrUnknown
	}
	t.items = append(t.items, item{seal.FromReporter, h.Kind, envelope})
	o.latest = t
	return nil
}

// acknowledge makes a receipt.
func (o *Office) acknowledge(sum [32]byte) ([]byte, error) {
	e := record.Event{
		Index: uint64(len(o.parcels)), Type: record.Sealed, Public: []byte("{}"),
		Private: fmt.Appendf(nil, `{"envelope":"%x"}`, sum), Salt: make([]byte, 32),
	}
	rand.Read(e.Salt)
	promise, err := o.key.Promise(e, promisedBy)
	if err != nil {
		return nil, err
	}
	return (&ledger.ReceiptFile{Key: o.key.Public(), Salt: e.Salt, Private: e.Private, Promise: promise}).Marshal(), nil
}

// Create implements report.Office.
func (o *Office) Create(_ context.Context, size int64, first io.Reader) (seal.ID, report.Upload, error) {
	u := &upload{size: size}
	if err := u.add(first); err != nil {
		return seal.ID{}, report.Upload{}, err
	}
	head, err := u.head()
	if err != nil {
		return seal.ID{}, report.Upload{}, err
	}
	o.mu.Lock()
	var id seal.ID
	rand.Read(id[:])
	_, there := o.parcels[head.ID]
	if err = o.refuse(*head, !there); err == nil {
		o.uploads[id] = u
	}
	o.mu.Unlock()
	if err != nil {
		return seal.ID{}, report.Upload{}, err
	}
	stands, err := o.finish(u)
	return id, stands, err
}

// head reads the head, which the first piece holds.
func (u *upload) head() (*seal.Head, error) {
	if len(u.have) < 4 {
		return nil, fmt.Errorf("%w: the head of a parcel must come first", seal.ErrMalformed)
	}
	n := int64(binary.BigEndian.Uint32(u.have))
	if n > int64(len(u.have)-4) {
		return nil, fmt.Errorf("%w: the head of a parcel must come at once", seal.ErrMalformed)
	}
	return seal.ParseHead(u.have[4 : 4+n])
}

// add takes a piece. What came before it broke off is kept.
func (u *upload) add(piece io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(piece, u.size-int64(len(u.have))+1))
	if int64(len(u.have)+len(b)) > u.size {
		return fmt.Errorf("%w: more than the length that was told", seal.ErrTooLarge)
	}
	u.have = append(u.have, b...)
	return err
}

// Append implements report.Office.
func (o *Office) Append(_ context.Context, id seal.ID, offset int64, piece io.Reader) (report.Upload, error) {
	o.mu.Lock()
	u, there := o.uploads[id]
	o.mu.Unlock()
	if !there {
		return report.Upload{}, report.ErrUnknown
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if offset != int64(len(u.have)) {
		return report.Upload{}, report.ErrOffset
	}
	if err := u.add(piece); err != nil {
		return report.Upload{}, err
	}
	return o.finish(u)
}

// finish takes the parcel of an upload whose last byte is there.
func (o *Office) finish(u *upload) (report.Upload, error) {
	if int64(len(u.have)) == u.size && u.receipt == nil {
		p, err := seal.ReadParcel(bytes.NewReader(u.have), u.size)
		if err != nil {
			return report.Upload{}, err
		}
		if u.receipt, err = o.receive(p, false); err != nil {
			return report.Upload{}, err
		}
	}
	return report.Upload{Offset: int64(len(u.have)), Size: u.size, Receipt: u.receipt}, nil
}

// Upload implements report.Office.
func (o *Office) Upload(_ context.Context, id seal.ID) (report.Upload, error) {
	o.mu.Lock()
	u, there := o.uploads[id]
	o.mu.Unlock()
	if !there {
		return report.Upload{}, report.ErrUnknown
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return report.Upload{Offset: int64(len(u.have)), Size: u.size, Receipt: u.receipt}, nil
}

// Forget implements report.Office.
func (o *Office) Forget(_ context.Context, id seal.ID) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, there := o.uploads[id]; !there {
		return report.ErrUnknown
	}
	delete(o.uploads, id)
	return nil
}

// Thread implements report.Office.
func (o *Office) Thread(_ context.Context, token seal.ID) (*report.Thread, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	t, there := o.threads[seal.LookupHash(token)]
	if !there {
		return nil, report.ErrUnknown
	}
	shown := &report.Thread{State: t.state, Since: t.since, Read: t.state != report.Received, Receipt: t.receipt}
	for i, it := range t.items {
		shown.Items = append(shown.Items, report.Item{N: i + 1, From: it.from, Kind: it.kind, Size: int64(len(it.envelope))})
	}
	return shown, nil
}

// Item implements report.Office.
func (o *Office) Item(_ context.Context, token seal.ID, n int) (io.ReadCloser, int64, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	t, there := o.threads[seal.LookupHash(token)]
	if !there || n < 1 || n > len(t.items) || t.items[n-1].from != seal.FromOffice {
		return nil, 0, report.ErrUnknown
	}
	envelope := t.items[n-1].envelope
	return io.NopCloser(bytes.NewReader(envelope)), int64(len(envelope)), nil
}

// Withdraw implements report.Office.
func (o *Office) Withdraw(_ context.Context, token seal.ID) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	t, there := o.threads[seal.LookupHash(token)]
	if !there {
		return report.ErrUnknown
	}
	t.state, t.since = report.Withdrawn, Today
	return nil
}
