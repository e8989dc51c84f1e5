// Package office is the oversight office: its officers, the epochs of its key,
// and who may open what. It decides who is invited, admitted and removed, holds
// every epoch wrapped to everybody who must have it, and keeps all of that on
// the record as sealed events.
//
// It must never hold a key that opens an envelope: what it keeps is wrapped, and
// what is unwrapped is so in an officer's browser, or in a command that the
// officer runs. It must never ask for a person's name. Start with State, then
// Command and Decide, which are pure; New joins them to a store.
package office

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"temwen/intake"
	"temwen/record"
	"temwen/seal"
)

// Keeper is the store, opened with Book: *store.Store, or *store.Reader for
// reading only.
type Keeper interface {
	View(ctx context.Context, book string, f func(t *record.Tables) error) error
	// Size is the number of events on the record.
	Size(ctx context.Context) (uint64, error)
}

// writer is a Keeper that is open for writing.
type writer interface {
	Do(ctx context.Context, key string, cmd record.Command, now time.Time) (record.Result, error)
}

// Office is the office in a store. Its methods may be called concurrently.
type Office struct {
	keeper Keeper
	now    func() time.Time

	mu    sync.Mutex
	at    int64 // index of the event that changed the state last
	state *State
	seen  uint64 // how many events the record had, at least, when state was the office's
}

// New is the office in a store that was opened with Book. now is the clock.
func New(keeper Keeper, now func() time.Time) *Office {
	return &Office{keeper: keeper, now: now}
}

// lastChange finds the last event that changed the state: those that do not are
// the many.
const lastChange = `SELECT idx FROM {deed} WHERE type NOT IN ('officer.signed.in', 'officer.signed.out') ORDER BY idx DESC LIMIT 1`

// State is the office as it stands; before it was founded, one without an ID. The
// caller does not change it.
func (o *Office) State(ctx context.Context) (*State, error) {
	size, err := o.keeper.Size(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the office: %w", err)
	}
	if s := o.known(size); s != nil {
		return s, nil
	}
	var s *State
	err = o.keeper.View(ctx, bookName, func(t *record.Tables) (err error) {
		s, err = o.StateIn(ctx, t)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the office: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.state == s {
		o.seen = max(o.seen, size) // it was read after they were counted
	}
	return s, nil
}

// known is the state where nothing has happened since it was read: a page asks for it
// some twenty times, and the record then needs not be asked. Nil where something has.
func (o *Office) known(size uint64) *State {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen != size {
		return nil
	}
	return o.state
}

// StateIn is State as the tables of Book say it, within the transaction of another
// command: see record.Provided.
func (o *Office) StateIn(ctx context.Context, t *record.Tables) (*State, error) {
	at := int64(-1)
	if _, err := t.Scan(ctx, lastChange, nil, &at); err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	// A reader that began earlier must not put an older state back.
	if o.state != nil && o.at == at {
		return o.state, nil
	}
	p, err := loadParts(ctx, t, "")
	if err != nil {
		return nil, err
	}
	s, err := p.state()
	if err == nil && at >= o.at {
		o.state, o.at = s, at
	}
	return s, err
}

// Do does a command in an officer's name, which is Operator for who acts on the
// machine, and empty where only a link was shown. What the state does not allow
// is a *Refused.
func (o *Office) Do(ctx context.Context, by string, c Command) error {
	w, ok := o.keeper.(writer)
	if !ok {
		return fmt.Errorf("the office: %w", record.ErrReadOnly)
	}
	now := o.now().UTC().Truncate(time.Microsecond)
	_, err := w.Do(ctx, rand.Text(), &act{by: by, at: now, command: c}, now)
	return err
}

// Current implements intake.Office.
func (o *Office) Current(ctx context.Context) (intake.Current, error) {
	s, err := o.State(ctx)
	if err != nil {
		return intake.Current{}, err
	}
	e := s.Current()
	if e == nil {
		return intake.Current{}, refuse(CodeNone)
	}
	c := intake.Current{Name: s.Name, Epoch: e.Number, Recipient: e.Recipient, Stale: s.Stale()}
	return c, c.Office.UnmarshalText([]byte(s.ID))
}

// Accepts implements intake.Office.
func (o *Office) Accepts(ctx context.Context, epoch int, now time.Time) (bool, error) {
	s, err := o.State(ctx)
	if err != nil {
		return false, err
	}
	return s.Accepts(epoch, now), nil
}

var _ intake.Office = (*Office)(nil)

// act is a command on its way to the record.
type act struct {
	by      string
	at      time.Time
	command Command
}

// Book implements record.Act.
func (*act) Book() string { return bookName }

// Daily implements record.Act.
func (*act) Daily() bool { return false }

// Digest implements record.Command.
func (a *act) Digest() record.Hash {
	b, err := json.Marshal(a.command)
	if err != nil {
		panic(err) // the commands are plain structures
	}
	return sha256.Sum256(append(fmt.Appendf(nil, "%q %T ", a.by, a.command), b...))
}

// Decide implements record.Act.
func (a *act) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	only := ""
	switch a.command.(type) {
	case SignIn, SignOut, UsePasskey: // often, and about nobody else
		only = a.by
	}
	p, err := loadParts(ctx, t, only)
	if err != nil {
		return nil, err
	}
	s, err := p.state()
	if err != nil {
		return nil, err
	}
	notes, err := Decide(s, a.by, a.at, a.command)
	if err != nil {
		return nil, err
	}
	var drafts []record.Draft
	for _, n := range notes {
		b, err := n.encode()
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, record.Draft{Type: n.Event.Type(), Body: b})
	}
	return drafts, nil
}

// Deed is something that was done at the office.
type Deed struct {
	Index uint64 // of its event
	By    string // officer, Operator or nobody
	Type  string // of its event
	About string // the officer it was done to, or empty
	At    time.Time
}

// Deeds are what was done before the event with an index, the latest first, at
// most limit of them. Before 0 stands for all.
func (o *Office) Deeds(ctx context.Context, before uint64, limit int) ([]Deed, error) {
	var deeds []Deed
	err := o.keeper.View(ctx, bookName, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT idx, officer, type, about, micros FROM {deed} WHERE idx < $1 OR $1 = 0 ORDER BY idx DESC LIMIT $2`, before, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var d Deed
			var micros int64
			if err := rows.Scan(&d.Index, &d.By, &d.Type, &d.About, &micros); err != nil {
				return err
			}
			d.At = time.UnixMicro(micros).UTC()
			deeds = append(deeds, d)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("reading what was done at the office: %w", err)
	}
	return deeds, nil
}

// NewID is a new ID of an office or officer.
func NewID() string {
	var id seal.ID
	rand.Read(id[:]) // never fails
	return id.String()
}
