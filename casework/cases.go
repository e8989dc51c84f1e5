package casework

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// Cases is the casework of an office, on its record. Its methods may be called
// concurrently.
type Cases struct {
	store *store.Store
	now   func() time.Time
	today func() when.Day // at the place of the office
	kept  *locker         // of evidence; nil where there is none

	standing standing
}

// New is the casework on a store that was opened with Book.
func New(s *store.Store, now func() time.Time, today func() when.Day) *Cases {
	return &Cases{store: s, now: now, today: today}
}

// NewID names something that is not public: 12 random bytes, base64url.
func NewID() string {
	var b [12]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func newKey() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Do does a command on a case in an officer's name. seen is the Case.Changed of
// the page that they saw: where the case has changed since, it is refused as
// CodeMoved, and says by whose deed; 0 stands for any. on is the day that the
// command is about; zero stands for today.
func (k *Cases) Do(ctx context.Context, by, id string, seen uint64, cmd Command, on when.Day) error {
	if on == 0 {
		on = k.today()
	}
	_, err := k.store.Do(ctx, newKey(), &deed{cases: k, by: by, id: id, seen: seen, cmd: cmd, on: on}, k.now())
	if _, retracts := cmd.(Retract); !retracts || err != nil {
		return err
	}
	// The pages are of what the ledger has: it does not wait for its time.
	if err := k.store.Publish(ctx, k.now(), false, nil); err != nil {
		return fmt.Errorf("it is taken back, and stands in public until this can be published: %w", err)
	}
	return nil
}

// Open opens a case and returns its ID.
func (k *Cases) Open(ctx context.Context, by string, o Opened, on when.Day) (string, error) {
	id := NewID()
	return id, k.Do(ctx, by, id, 0, Open{ID: id, Opened: o}, on)
}

// deed is a command on its way to the record.
type deed struct {
	cases *Cases
	by    string
	id    string
	seen  uint64
	cmd   Command
	on    when.Day
	// content is what the event has as its content: a sealed label.
	content []byte
}

func (*deed) Book() string { return bookName }
func (*deed) Daily() bool  { return false }

// Digest implements record.Command.
func (d *deed) Digest() record.Hash {
	b, err := json.Marshal(d.cmd)
	if err != nil {
		panic(err) // commands are plain structures
	}
	return sha256.Sum256(append(fmt.Appendf(nil, "%q %q %d %T ", d.by, d.id, d.on, d.cmd), b...))
}

// Decide implements record.Act.
func (d *deed) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	c, _, err := loadCase(ctx, t, d.id)
	if err != nil {
		return nil, err
	}
	_, opening := d.cmd.(Open)
	switch {
	case c == nil && !opening:
		return nil, gone(ctx, t, OfCase, d.id)
	case c == nil:
		c = new(Case)
	}
	if !opening {
		if err := loadAround(ctx, t, c); err != nil {
			return nil, err
		}
	}
	if d.seen != 0 && d.seen != c.Changed {
		return nil, d.cases.moved(ctx, c)
	}
	cmd := d.cmd
	switch o := cmd.(type) {
	case Open:
		if o.Number, err = next(ctx, t, OfCase, "docket"); err == nil {
			err = d.cases.free(ctx, t, o.Allegations, o.track(), "")
		}
		if err == nil && o.From != "" {
			err = takesOver(ctx, t, &o, d.by, d.on)
		}
		cmd = o
	case Publish:
		o.Seed = make([]byte, seedSize)
		rand.Read(o.Seed) // never fails
		cmd, err = o, d.cases.once(ctx, t, c, false)
	case AskPublication:
		err = d.cases.once(ctx, t, c, true)
	case RecordDeparture:
		err = happenedBefore(ctx, t, c, &o.Departure)
	case AddAllegation:
		if !slices.Contains(c.Allegations, o.Allegation) {
			err = d.cases.free(ctx, t, []string{o.Allegation}, c.Procedure.Track, c.ID)
		}
	}
	if err != nil {
		return nil, err
	}
	events, err := Decide(c, d.by, cmd, d.on, d.cases.today())
	if r, ok := err.(*Refused); ok && r.Code == CodeMoved { // what is asked for is not what was seen
		return nil, d.cases.because(ctx, c.Publication, Refused{Code: CodeMoved, Case: c.ID})
	}
	if err != nil {
		return nil, err
	}
	if len(events) > 0 && events[0].Type == caseWalled {
		others, err := takenFrom(ctx, t, d.id, events[0], d.cases.today())
		if err != nil {
			return nil, err
		}
		events = append(events, others...)
	}
	handed, err := goOn(ctx, t, c, events)
	if err != nil {
		return nil, err
	}
	return draftsOf(d.id, append(events, handed...), d.content)
}

// draftsOf are the events of a case as the record takes them, with what they have as
// their content.
func draftsOf(id string, events []Event, content []byte) ([]record.Draft, error) {
	var drafts []record.Draft
	for i := range events {
		if events[i].Case == "" {
			events[i].Case = id
		}
		body, err := record.Canonical(events[i])
		if err != nil {
			return nil, err
		}
		draft := record.Draft{Type: events[i].Type, Body: body, Content: content}
		if events[i].Letter != nil {
			draft.Content = events[i].Letter
		}
		if draft.Public, err = events[i].public(); err != nil {
			return nil, err
		}
		drafts = append(drafts, draft)
	}
	return drafts, nil
}

// moved says by whose deed a case is not as it was seen.
func (k *Cases) moved(ctx context.Context, c *Case) error {
	err := k.movedSince(ctx, c.Changed)
	if r, ok := err.(*Refused); ok {
		r.Case = c.ID
	}
	return err
}

// movedSince refuses because of the event with an index.
func (k *Cases) movedSince(ctx context.Context, index uint64) error {
	return k.because(ctx, index, Refused{Code: CodeMoved})
}

// because refuses for the event with an index, of whatever sort.
func (k *Cases) because(ctx context.Context, index uint64, r Refused) error {
	e, err := k.store.Event(ctx, index)
	if err != nil {
		return err
	}
	var said struct {
		By string `json:"by"`
	}
	if len(e.Body) > 0 {
		err = json.Unmarshal(e.Body, &said)
	}
	r.By, r.Did = said.By, e.What()
	return cmp.Or(err, error(&r))
}

func (k *Cases) event(ctx context.Context, index uint64) (Event, error) {
	e, err := k.store.Event(ctx, index)
	if err != nil {
		return Event{}, err
	}
	return said(&e)
}

// said reads what an event of the record says of a case: only its index where it
// was erased.
func said(e *record.Event) (Event, error) {
	what := Event{Index: e.Index}
	if len(e.Body) == 0 {
		return what, nil
	}
	return what, json.Unmarshal(e.Body, &what)
}

func (k *Cases) view(ctx context.Context, f func(t *record.Tables) error) error {
	return k.store.View(ctx, bookName, f)
}

// Case is the case of an ID, for an officer who is not kept from it; otherwise
// the error is a *Refused.
func (k *Cases) Case(ctx context.Context, officer, id string) (*Case, error) {
	var c *Case
	err := k.view(ctx, func(t *record.Tables) (err error) {
		if c, _, err = loadCase(ctx, t, id); err != nil {
			return err
		}
		if c == nil {
			return gone(ctx, t, OfCase, id)
		}
		return loadAround(ctx, t, c)
	})
	switch {
	case err != nil:
		return nil, err
	case c.Walls(officer):
		return nil, refuse(CodeWalled)
	}
	return c, nil
}

// Walls reports whether an officer is kept from the case.
func (c *Case) Walls(officer string) bool {
	return officer != "" && (slices.Contains(c.Walled, officer) || slices.Contains(c.Kept, officer))
}

// Assigned is who has the case of an ID, for an officer who is not kept from it;
// otherwise the error is that of Case, of which this reads the least.
func (k *Cases) Assigned(ctx context.Context, officer, id string) (has string, err error) {
	c, err := k.standing.of(ctx, k.store.Size, id, func() (Case, error) {
		c := Case{ID: id}
		err := k.view(ctx, func(t *record.Tables) error {
			there, err := t.Scan(ctx, `SELECT officer FROM {docket} WHERE id = $1`, []any{id}, &c.Officer)
			if err == nil && !there {
				err = gone(ctx, t, OfCase, id)
			}
			if err != nil {
				return err
			}
			if c.Walled, err = column(ctx, t, `SELECT w.officer FROM {docket} d JOIN {wall} w ON w.docket = d.idx WHERE d.id = $1`, id); err != nil {
				return err
			}
			return loadKept(ctx, t, &c)
		})
		return c, err
	})
	if err == nil && c.Walls(officer) {
		err = refuse(CodeWalled)
	}
	if err != nil {
		return "", err
	}
	return c.Officer, nil
}

// History is what happened to a case, the latest last.
func (k *Cases) History(ctx context.Context, id string) ([]Event, error) {
	return k.happened(ctx, `SELECT i.idx FROM {did} i JOIN {docket} d ON d.idx = i.docket WHERE d.id = $1 ORDER BY i.idx`, id)
}

// Latest is what happened to a case last, before the event with an index, or in all
// where that is 0: at most limit events, the latest last. next is before what the rest
// happened, 0 where there is none.
func (k *Cases) Latest(ctx context.Context, id string, before uint64, limit int) (events []Event, next uint64, err error) {
	if before == 0 {
		before = math.MaxInt64
	}
	events, err = k.happened(ctx, `SELECT i.idx FROM {did} i JOIN {docket} d ON d.idx = i.docket WHERE d.id = $1 AND i.idx < $2
		ORDER BY i.idx DESC LIMIT $3`, id, before, limit+1)
	if len(events) > limit {
		events = events[1:]
		next = events[0].Index
	}
	return events, next, err
}

// happened are the events whose indexes a query finds, by these.
func (k *Cases) happened(ctx context.Context, query string, args ...any) ([]Event, error) {
	var indexes []uint64
	err := k.view(ctx, func(t *record.Tables) error {
		rows, err := t.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var index uint64
			if err := rows.Scan(&index); err != nil {
				return err
			}
			indexes = append(indexes, index)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	recorded, err := k.store.Several(ctx, indexes)
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(recorded))
	for i := range recorded {
		if events[i], err = said(&recorded[i]); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Query asks for a page of cases.
type Query struct {
	Officer string // only theirs, where it is given
	For     string // who asks: cases that they are kept from are left out
	Closed  bool
	Away    bool   // only open ones of which somebody has left the country
	After   string // Page.Next of the page before, or empty
	Limit   int    // 50 where 0
}

// Page is a page of cases: the first to fall due first.
type Page struct {
	Cases []*Case
	Next  string // empty at the end
}

// List is a page of cases.
func (k *Cases) List(ctx context.Context, q Query) (Page, error) { return listCases(ctx, k.store, q) }

// listCases is List, of the cases that follow a version of a procedure that is wanted:
// others are not read.
func listCases(ctx context.Context, v Viewer, q Query, wanted ...func(t *record.Tables, follows uint64, procedure []byte) (bool, error)) (Page, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	due, idx := int64(when.Earliest), int64(-1)
	if q.After != "" {
		if n, err := fmt.Sscanf(q.After, "%d.%d", &due, &idx); n != 2 || err != nil {
			return Page{}, refuse(CodeUnknown)
		}
	}
	table, where, args := `{docket}`, `closed = $1 AND (due, idx) > ($2, $3)`, []any{flag(q.Closed), due, idx, limit + 1}
	if q.Away {
		table, where = `{away}`, `$1 = 0 AND (due, idx) > ($2, $3)`
	}
	if q.Officer != "" {
		where, args = where+` AND officer = $5`, append(args, q.Officer)
	}
	var page Page
	err := v.View(ctx, bookName, func(t *record.Tables) error {
		unwalled, err := apart(ctx, t, q.For, "idx")
		if err != nil {
			return err
		}
		// Of the table, a page is found by its index alone; then each case is read by its own.
		rows, err := t.Query(ctx, `SELECT d.idx, d.due, d.state, d.procedure, d.follows FROM (SELECT idx, due FROM `+table+` WHERE `+where+unwalled+`
			ORDER BY due, idx LIMIT $4) p JOIN {docket} d ON d.idx = p.idx ORDER BY p.due, p.idx`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for n := 0; rows.Next(); n++ {
			if n == limit {
				page.Next = strconv.FormatInt(due, 10) + "." + strconv.FormatInt(idx, 10)
				break
			}
			var state, sum sql.RawBytes
			var follows uint64
			if err := rows.Scan(&idx, &due, &state, &sum, &follows); err != nil {
				return err
			}
			if len(wanted) > 0 {
				if wants, err := wanted[0](t, follows, sum); err != nil {
					return err
				} else if !wants {
					continue
				}
			}
			c, err := readCase(ctx, t, uint64(idx), state, sum)
			if err != nil {
				return err
			}
			page.Cases = append(page.Cases, c)
		}
		return rows.Err()
	})
	return page, err
}

// Linked is the case, step and notice that a link to answer on leads to. token
// is what the link carries; one that leads nowhere is a *Refused.
func (k *Cases) Linked(ctx context.Context, token string) (c *Case, step, notice int, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		var id string
		there, err := t.Scan(ctx, `SELECT d.id, n.n, n.notice FROM {notice} n JOIN {docket} d ON d.idx = n.docket WHERE n.link = $1`,
			[]any{LinkHash(token)}, &id, &step, &notice)
		if err == nil && !there {
			err = refuse(CodeUnknown)
		}
		if err == nil {
			c, _, err = loadCase(ctx, t, id)
		}
		return err
	})
	return c, step, notice, err
}

// LinkHash is what the record keeps of a link's token.
func LinkHash(token string) string {
	sum := sha256.Sum256([]byte("temwen answer\n" + token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
