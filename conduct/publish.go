package conduct

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"temwen/casework"
	"temwen/ledger"
	"temwen/record"
	"temwen/when"
)

// Keeper is a store that is open for writing, with the books of this package and
// of casework: *store.Store.
type Keeper interface {
	Viewer
	Do(ctx context.Context, key string, cmd record.Command, now time.Time) (record.Result, error)
	Recorded(ctx context.Context) (uint64, error)
	Events() ledger.Events
}

// Office publishes the tables of missions. Its methods may be called
// concurrently.
type Office struct {
	keeper Keeper
	now    func() time.Time
}

// New publishes from a store.
func New(k Keeper, now func() time.Time) *Office { return &Office{k, now} }

// Ask is what one officer asks another to publish: the next edition of a
// mission's tables. It is sealed on the record.
type Ask struct {
	By       string      `json:"by"` // officer
	Scope    Scope       `json:"scope"`
	Least    int         `json:"least"`
	Delay    when.Period `json:"delay,omitzero"`
	Through  Month       `json:"through"`
	Counted  uint64      `json:"counted"`
	Edition  int         `json:"edition"`
	Invented bool        `json:"invented,omitempty"`
	Why      *Reason     `json:"why,omitempty"`
	// Digest is the SHA-256 of the tables as they would be published.
	Digest string `json:"digest"`
	Index  uint64 `json:"-"`
}

// Refused is why an edition may not be asked for or published: a sentence.
type Refused struct{ Why string }

func (r *Refused) Error() string { return r.Why }

func refuse(format string, args ...any) error { return &Refused{fmt.Sprintf(format, args...)} }

// Prepare makes the next edition of a mission's tables as of what is on the
// record, without publishing it: what Ask asks for. Scope, Least, Delay, Through,
// Invented and Why are taken from a.
func (o *Office) Prepare(ctx context.Context, a Ask) (Ask, []Published, error) {
	size, err := o.keeper.Recorded(ctx)
	if err != nil {
		return a, nil, err
	}
	a.Counted = size
	slices.Sort(a.Scope.Actors)
	edition, err := o.make(ctx, &a)
	if err != nil {
		return a, nil, err
	}
	a.Edition, a.Digest = edition.number, edition.digest()
	return a, edition.tables, nil
}

// Ask puts on the record that an officer asks for what Prepare has made.
func (o *Office) Ask(ctx context.Context, by string, a Ask) error {
	if by == "" {
		return refuse("an edition is asked for by an officer")
	}
	a.By = by
	_, err := o.keeper.Do(ctx, newKey(), &asking{a}, o.now())
	return err
}

// Pending is what was asked for last and not published yet; nil where there is
// nothing.
func (o *Office) Pending(ctx context.Context, mission string) (*Ask, error) {
	var a *Ask
	err := o.keeper.View(ctx, bookName, func(t *record.Tables) (err error) {
		a, err = pending(ctx, t, mission)
		return err
	})
	return a, err
}

func pending(ctx context.Context, t *record.Tables, mission string) (*Ask, error) {
	last, err := lastEdition(ctx, t, mission)
	if err != nil {
		return nil, err
	}
	var index uint64
	var state []byte
	there, err := t.Scan(ctx, `SELECT idx, state FROM {ask} WHERE mission = $1 AND edition = $2 ORDER BY idx DESC LIMIT 1`,
		[]any{mission, last + 1}, &index, &state)
	if err != nil || !there {
		return nil, err
	}
	a := &Ask{Index: index}
	return a, json.Unmarshal(state, a)
}

func lastEdition(ctx context.Context, t *record.Tables, mission string) (n int, err error) {
	_, err = t.Scan(ctx, `SELECT edition FROM {shown} WHERE mission = $1 ORDER BY edition DESC LIMIT 1`, []any{mission}, &n)
	return n, err
}

// Publish publishes what another officer asked for, exactly as it was asked for,
// and returns it.
func (o *Office) Publish(ctx context.Context, by, mission string) ([]Published, error) {
	a, err := o.Pending(ctx, mission)
	switch {
	case err != nil:
		return nil, err
	case a == nil:
		return nil, refuse("nobody has asked for an edition for %s that is not published yet", mission)
	case by == "" || by == a.By:
		return nil, refuse("%s has asked for this edition: a second officer must publish it", a.By)
	}
	e, err := o.make(ctx, a)
	if err != nil {
		return nil, err
	}
	if e.digest() != a.Digest {
		return nil, refuse("counted again, the tables are not those that %s asked for; something was erased or this is another version of Temwen: ask for the edition again", a.By)
	}
	_, err = o.keeper.Do(ctx, newKey(), &publishing{by: by, ask: a, edition: e}, o.now())
	return e.tables, err
}

// edition is the tables of an edition, and what they stand for.
type edition struct {
	number int
	tables []Published
	stands [][][]int // by table
}

func (e *edition) digest() string {
	b, err := record.Canonical(struct {
		Tables []Published `json:"tables"`
		Stands [][][]int   `json:"stands"`
	}{e.tables, e.stands})
	if err != nil {
		panic(err) // plain structures
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// make counts the edition that a asks for.
func (o *Office) make(ctx context.Context, a *Ask) (*edition, error) {
	if a.Scope.Mission == "" || a.Least < 3 {
		return nil, refuse("an edition is of a mission, and the least number that it shows is 3 or more")
	}
	if a.Why != nil && (!slices.Contains(ReasonCodes, a.Why.Code) || strings.TrimSpace(a.Why.Text) == "" || len(a.Why.Text) > maxReason) {
		return nil, refuse("a reason is one of %s, and words of at most %d bytes", strings.Join(ReasonCodes, ", "), maxReason)
	}
	past, err := read(o.keeper.Events()(ctx, 0), a.Counted)
	if err != nil {
		return nil, err
	}
	before, err := Tables(ctx, o.keeper, a.Scope.Mission, a.Counted)
	if err != nil {
		return nil, err
	}
	e := &edition{number: 1}
	earlier, last := make(map[string][]*Sheet), make(map[string]*Published)
	for i := range before {
		t := &before[i]
		earlier[t.Count] = append(earlier[t.Count], t.sheet())
		last[t.Count], e.number = &t.Published, t.Edition+1
	}
	counts := CurrentRules().Counts
	head := Published{
		Rules: CurrentRules().Version, Edition: e.number, Tables: len(counts) + 1, Counted: a.Counted, Least: a.Least,
		Delay: a.Delay, Scope: a.Scope, Invented: a.Invented, Through: a.Through,
	}
	grids := Tally(past, &a.Scope, a.Through)
	for _, c := range counts {
		s := Next(earlier[c.ID], grids[c.ID], a.Least)
		if err := e.add(head, s.published(c.ID), s.N, last[c.ID], a.Why); err != nil {
			return nil, err
		}
	}
	open := Published{Count: Open, Waits: Waiting(past, &a.Scope, a.Through, a.Least)}
	return e, e.add(head, open, nil, last[Open], a.Why)
}

// add completes a table and adds it.
func (e *edition) add(head, t Published, stands [][]int, last *Published, why *Reason) error {
	p := head
	p.Count, p.Months, p.Columns, p.Face, p.Waits = t.Count, t.Months, t.Columns, t.Face, t.Waits
	if last != nil && p.Count != Open {
		if p.Revisions = revisions(last, &p); len(p.Revisions) > 0 {
			if why == nil {
				return refuse("%d numbers of the table %q are not what the last edition showed: say why", len(p.Revisions), p.Count)
			}
			p.Why = why
		}
	}
	if err := errors.Join(p.check(), p.follows(last)); err != nil {
		return fmt.Errorf("making edition %d: %w", e.number, err)
	}
	e.tables, e.stands = append(e.tables, p), append(e.stands, stands)
	return nil
}

// read takes in the first size events.
func read(events iter.Seq2[record.Event, error], size uint64) (*casework.Past, error) {
	past := casework.NewPast()
	for e, err := range events {
		if err != nil {
			return nil, err
		}
		if e.Index >= size {
			break
		}
		if err := past.Enter(&e); err != nil {
			return nil, err
		}
	}
	return past, nil
}

func newKey() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// asking is the command that asks.
type asking struct{ ask Ask }

func (*asking) Book() string { return bookName }
func (*asking) Daily() bool  { return false }

// Digest implements record.Command.
func (c *asking) Digest() record.Hash {
	return sha256.Sum256([]byte("ask " + c.ask.By + " " + c.ask.Digest))
}

// Decide implements record.Act.
func (c *asking) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	last, err := lastEdition(ctx, t, c.ask.Scope.Mission)
	if err != nil {
		return nil, err
	}
	if c.ask.Edition != last+1 {
		return nil, refuse("edition %d was published meanwhile: ask again", last)
	}
	body, err := record.Canonical(c.ask)
	return []record.Draft{{Type: asked, Body: body}}, err
}

// publishing is the command that publishes.
type publishing struct {
	by      string
	ask     *Ask
	edition *edition
}

func (*publishing) Book() string { return bookName }
func (*publishing) Daily() bool  { return false }

// Digest implements record.Command.
func (c *publishing) Digest() record.Hash {
	return sha256.Sum256([]byte("publish " + c.by + " " + c.ask.Digest))
}

// Decide implements record.Act.
func (c *publishing) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	a, err := pending(ctx, t, c.ask.Scope.Mission)
	if err != nil {
		return nil, err
	}
	if a == nil || a.Index != c.ask.Index {
		return nil, refuse("another edition was asked for or published meanwhile: look at it first")
	}
	var drafts []record.Draft
	for i, p := range c.edition.tables {
		public, err := record.Canonical(p)
		if err != nil {
			return nil, err
		}
		body, err := record.Canonical(Sealed{N: c.edition.stands[i], By: c.by, Asked: a.Index})
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, record.Draft{Type: EventType, Public: public, Body: body})
	}
	return drafts, nil
}
