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
	casework.Viewer
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
	On       when.Day    `json:"on"`
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
	// Instead is the index of the last Ask for the same edition that the officer
	// knew of; 0 where there was none.
	Instead uint64 `json:"instead,omitempty"`
	// Withdrawn is the officer who has withdrawn it; empty where nobody has.
	Withdrawn string `json:"withdrawn,omitempty"`
	Index     uint64 `json:"-"`
}

// Refused is why an edition may not be asked for, published or withdrawn: a code,
// and a sentence.
type Refused struct {
	Code string
	Why  string
	By   string // the officer in the way, if it is one
}

func (r *Refused) Error() string { return r.Why }

// The codes of a Refused.
const (
	CodeMalformed = "malformed"
	CodeWhy       = "why"       // numbers are revised or somebody is dropped, and nobody says why
	CodeReason    = "reason"    // of no known code, or without words
	CodeNone      = "none"      // nothing is asked for
	CodeFourEyes  = "four-eyes" // who asked cannot publish
	CodePublished = "published" // meanwhile
	CodeAsked     = "asked"     // meanwhile, for another
	CodeWithdrawn = "withdrawn" // meanwhile
	CodeOtherwise = "otherwise" // counted again, it is not what was asked for
	CodeInvented  = "invented"  // and the last edition is not, or the other way round
)

func refuse(code, by, format string, args ...any) error {
	return &Refused{code, fmt.Sprintf(format, args...), by}
}

// Prepare makes the next edition of a mission's tables without publishing it: what
// Ask asks for. Scope, Least, Delay, Through, Invented and Why are taken from a, and
// Counted, where it is 0 as all that is on the record. Where the last edition is invented,
// the next is, too, about the same: of them no dossier knows. Numbers that it revises, and
// whom it does not count any more, are without a Why a *Refused of CodeWhy, beside the tables.
func (o *Office) Prepare(ctx context.Context, a Ask) (Ask, []Published, error) {
	if a.Counted == 0 {
		size, err := o.keeper.Recorded(ctx)
		if err != nil {
			return a, nil, err
		}
		a.Counted = size
	}
	if err := o.invents(ctx, &a); err != nil {
		return a, nil, err
	}
	slices.Sort(a.Scope.Actors)
	edition, err := o.make(ctx, &a)
	if err != nil {
		return a, nil, err
	}
	a.Edition, a.Digest = edition.number, edition.digest()
	return a, edition.tables, edition.explained()
}

// invents lets invented tables go on, about those that they began with.
func (o *Office) invents(ctx context.Context, a *Ask) error {
	before, err := o.Tables(ctx, a.Scope.Mission)
	if err == nil && len(before) > 0 && before[len(before)-1].Invented {
		a.Invented, a.Scope = true, before[len(before)-1].Scope
	}
	return err
}

// Ask puts on the record that an officer asks for what Prepare has made. Where it
// is not in the stead of what was asked for last, another was faster, and it is
// refused.
func (o *Office) Ask(ctx context.Context, by string, a Ask) error {
	if by == "" {
		return refuse(CodeMalformed, "", "an edition is asked for by an officer")
	}
	a.By, a.On, a.Withdrawn = by, when.Today(o.now()), ""
	_, err := o.keeper.Do(ctx, newKey(), &asking{a}, o.now())
	return err
}

// Asked is what was asked for last for the next edition of a mission's tables, also
// where it was withdrawn; nil where nothing was.
func (o *Office) Asked(ctx context.Context, mission string) (*Ask, error) {
	var a *Ask
	err := o.keeper.View(ctx, bookName, func(t *record.Tables) (err error) {
		a, err = lastAsked(ctx, t, mission)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading what was asked for: %w", err)
	}
	return a, nil
}

// Withdraw takes back what was asked for, by the index of its event.
func (o *Office) Withdraw(ctx context.Context, by, mission string, asked uint64) error {
	if by == "" {
		return refuse(CodeMalformed, "", "an edition is withdrawn by an officer")
	}
	_, err := o.keeper.Do(ctx, newKey(), &withdrawing{by, mission, asked}, o.now())
	return err
}

// Tables are the tables that were published for a mission.
func (o *Office) Tables(ctx context.Context, mission string) ([]Stored, error) {
	return Tables(ctx, o.keeper, mission, 0)
}

func lastAsked(ctx context.Context, t *record.Tables, mission string) (*Ask, error) {
	last, _, err := lastEdition(ctx, t, mission)
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

// pending is what of a mission's editions waits for a second officer, which a is
// taken for: what happened to it meanwhile is refused.
func pending(ctx context.Context, t *record.Tables, mission string, asked uint64) error {
	a, err := lastAsked(ctx, t, mission)
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		n, by, err := lastEdition(ctx, t, mission)
		if err != nil {
			return err
		}
		return refuse(CodePublished, by, "edition %d was published meanwhile", n)
	case a.Withdrawn != "":
		return refuse(CodeWithdrawn, a.Withdrawn, "what was asked for was withdrawn meanwhile: ask for the edition again")
	case a.Index != asked:
		return refuse(CodeAsked, a.By, "another edition was asked for meanwhile: look at it first")
	}
	return nil
}

// lastEdition is the number of the last edition of a mission's tables, and who
// published it.
func lastEdition(ctx context.Context, t *record.Tables, mission string) (n int, by string, err error) {
	var sealed []byte
	_, err = t.Scan(ctx, `SELECT edition, sealed FROM {shown} WHERE mission = $1 ORDER BY edition DESC LIMIT 1`, []any{mission}, &n, &sealed)
	if err != nil || len(sealed) == 0 {
		return n, "", err
	}
	var s Sealed
	err = json.Unmarshal(sealed, &s)
	return n, s.By, err
}

// Publish publishes what another officer asked for, by the index of its event,
// exactly as it was asked for, and returns it.
func (o *Office) Publish(ctx context.Context, by, mission string, asked uint64) ([]Published, error) {
	if by == "" {
		return nil, refuse(CodeMalformed, "", "an edition is published by an officer")
	}
	a, err := o.Asked(ctx, mission)
	if err != nil {
		return nil, err
	}
	c := &publishing{by: by, mission: mission, asked: asked}
	if a != nil && a.Index == asked && a.Withdrawn == "" {
		if by == a.By {
			return nil, refuse(CodeFourEyes, a.By, "who has asked for this edition cannot publish it: a second officer must")
		}
		if c.edition, err = o.make(ctx, a); err != nil {
			return nil, err
		}
		if err := c.edition.explained(); err != nil {
			return nil, err
		}
		if c.edition.digest() != a.Digest {
			return nil, refuse(CodeOtherwise, a.By, "counted again, the tables are not those that were asked for; something was erased or this is another version of Temwen: ask for the edition again")
		}
	}
	if _, err := o.keeper.Do(ctx, newKey(), c, o.now()); err != nil {
		return nil, err
	}
	return c.edition.tables, nil
}

// edition is the tables of an edition, and what they stand for.
type edition struct {
	number int
	tables []Published
	stands [][][]int             // by table
	last   map[string]*Published // of the edition before, by count
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
		return nil, refuse(CodeMalformed, "", "an edition is of a mission, and the least number that it shows is 3 or more")
	}
	if a.Why != nil && (!slices.Contains(ReasonCodes, a.Why.Code) || strings.TrimSpace(a.Why.Text) == "" || len(a.Why.Text) > maxReason) {
		return nil, refuse(CodeReason, "", "a reason is one of %s, and words of at most %d bytes", strings.Join(ReasonCodes, ", "), maxReason)
	}
	past, whole, err := read(o.keeper.Events()(ctx, 0), a.Counted)
	if err != nil {
		return nil, err
	}
	before, err := Tables(ctx, o.keeper, a.Scope.Mission, a.Counted)
	if err != nil {
		return nil, err
	}
	if n := len(before); n > 0 && before[n-1].Invented != a.Invented {
		return nil, refuse(CodeInvented, "", "edition %d for %s is %s, and the next would be %s: the numbers of both would stand in one table",
			before[n-1].Edition, a.Scope.Mission, about(before[n-1].Invented), about(a.Invented))
	}
	e := &edition{number: 1, last: make(map[string]*Published)}
	earlier := make(map[string][]*Sheet)
	for i := range before {
		t := &before[i]
		earlier[t.Count] = append(earlier[t.Count], t.sheet())
		e.last[t.Count], e.number = &t.Published, t.Edition+1
	}
	rules := CurrentRules()
	counts := rules.Counts
	head := Published{
		Rules: rules.Version, Terms: casework.CurrentTerms().Version, Edition: e.number, Tables: len(counts) + 1, Counted: a.Counted, Least: a.Least,
		Delay: a.Delay, Scope: a.Scope, Invented: a.Invented, Through: a.Through,
	}
	grids := Tally(past, &a.Scope, a.Through, rules, head.Terms)
	if !whole {
		was, err := left(o.keeper.Events()(ctx, 0), before)
		if err != nil {
			return nil, err
		}
		for _, c := range counts {
			grids[c.ID] = standing(earlier[c.ID], was[c.ID], grids[c.ID])
		}
	}
	for _, c := range counts {
		s := Next(earlier[c.ID], grids[c.ID], a.Least)
		if err := e.add(head, s.published(c.ID), s.N, a.Why); err != nil {
			return nil, err
		}
	}
	open := Published{Count: Open, Waits: Waiting(past, &a.Scope, a.Through, a.Least)}
	return e, e.add(head, open, nil, a.Why)
}

// about says whether tables are about somebody.
func about(invented bool) string {
	if invented {
		return "invented"
	}
	return "not invented"
}

// add completes a table and adds it.
func (e *edition) add(head, t Published, stands [][]int, why *Reason) error {
	p, last := head, e.last[t.Count]
	p.Count, p.Months, p.Columns, p.Face, p.Waits = t.Count, t.Months, t.Columns, t.Face, t.Waits
	if last != nil && p.Count != Open {
		if p.Revisions = revisions(last, &p); len(p.Revisions) > 0 || p.drops(last) {
			p.Why = why
		}
	}
	if err := errors.Join(p.check(), p.follows(last)); err != nil {
		return fmt.Errorf("making edition %d: %w", e.number, err)
	}
	e.tables, e.stands = append(e.tables, p), append(e.stands, stands)
	return nil
}

// explained refuses an edition that revises numbers, or drops somebody, without a word why.
func (e *edition) explained() error {
	var what []string
	numbers, tables := 0, 0
	for i := range e.tables {
		p := &e.tables[i]
		if p.explained(e.last[p.Count]) == nil {
			continue
		}
		if p.drops(e.last[p.Count]) && len(what) == 0 {
			what = append(what, p.rescoped(e.last[p.Count]).String())
		}
		if n := len(p.Revisions); n > 0 {
			numbers, tables = numbers+n, tables+1
		}
	}
	if numbers > 0 {
		what = append(what, fmt.Sprintf("numbers are not what the last edition showed: %d, in tables: %d", numbers, tables))
	}
	if len(what) == 0 {
		return nil
	}
	return refuse(CodeWhy, "", "%s; say why", strings.Join(what, "; "))
}

// read takes in the first size events, and reports whether all are there that can
// have been counted.
func read(events iter.Seq2[record.Event, error], size uint64) (past *casework.Past, whole bool, err error) {
	past = casework.NewPast()
	var erased erasures
	for e, err := range events {
		if err != nil {
			return nil, false, err
		}
		if e.Index >= size {
			break
		}
		if err := erased.enter(&e); err != nil {
			return nil, false, err
		}
		if err := past.Enter(&e); err != nil {
			return nil, false, err
		}
	}
	return past, !erased.any(), nil
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
	last, by, err := lastEdition(ctx, t, c.ask.Scope.Mission)
	if err != nil {
		return nil, err
	}
	if c.ask.Edition != last+1 {
		return nil, refuse(CodePublished, by, "edition %d was published meanwhile: ask again", last)
	}
	a, err := lastAsked(ctx, t, c.ask.Scope.Mission)
	if err != nil {
		return nil, err
	}
	if a != nil && a.Index != c.ask.Instead {
		return nil, refuse(CodeAsked, a.By, "another edition was asked for meanwhile: look at it first")
	}
	body, err := record.Canonical(c.ask)
	return []record.Draft{{Type: asked, Body: body}}, err
}

// withdrawing is the command that takes back what was asked for.
type withdrawing struct {
	by, mission string
	asked       uint64
}

func (*withdrawing) Book() string { return bookName }
func (*withdrawing) Daily() bool  { return false }

// Digest implements record.Command.
func (c *withdrawing) Digest() record.Hash {
	return sha256.Sum256(fmt.Appendf(nil, "withdraw %s %s %d", c.by, c.mission, c.asked))
}

// Decide implements record.Act.
func (c *withdrawing) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	if err := pending(ctx, t, c.mission, c.asked); err != nil {
		return nil, err
	}
	body, err := record.Canonical(takenBack{Asked: c.asked, By: c.by})
	return []record.Draft{{Type: withdrawn, Body: body}}, err
}

// publishing is the command that publishes.
type publishing struct {
	by, mission string
	asked       uint64
	edition     *edition // nil where what was asked for does not wait any more
}

func (*publishing) Book() string { return bookName }
func (*publishing) Daily() bool  { return false }

// Digest implements record.Command.
func (c *publishing) Digest() record.Hash {
	return sha256.Sum256(fmt.Appendf(nil, "publish %s %s %d", c.by, c.mission, c.asked))
}

// Decide implements record.Act.
func (c *publishing) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	if err := pending(ctx, t, c.mission, c.asked); err != nil {
		return nil, err
	}
	var drafts []record.Draft
	for i, p := range c.edition.tables {
		public, err := record.Canonical(p)
		if err != nil {
			return nil, err
		}
		body, err := record.Canonical(Sealed{N: c.edition.stands[i], By: c.by, Asked: c.asked})
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, record.Draft{Type: EventType, Public: public, Body: body})
	}
	return drafts, nil
}
