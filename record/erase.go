package record

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Erase destroys the private part, the salt and the content of events that say
// something in private, where a person's safety or the law demands it. The entries in the ledger stay
// as they are, with commitments that nothing opens any more, and so do the
// events, empty; that this was done, and on what ground, is an event itself. It
// cannot be undone. Events whose entry is not in the ledger yet must not be
// erased: their commitment would be lost.
type Erase struct {
	Events []uint64 // indexes
	Ground string   // a code: why
	// By and Second are the two people who decided.
	By, Second string
	// Stones are events of the same books that take their place, and say no more
	// than that something was there; or none.
	Stones []Draft
}

// erased is the inner type of the event that says that others were erased: one for
// each of their books, and then the stones of that book.
const erased = "events.erased"

// Forgetter is a Book whose events can be erased. Forget takes out of the tables
// what an event has put there, so that they are as if it had never been; e is the
// event as it was. All events of one thing are erased together.
type Forgetter interface {
	Book
	Forget(ctx context.Context, t *Tables, e Event) error
}

// Digest implements Command.
func (c Erase) Digest() Hash {
	b := fmt.Appendf(nil, "erase %d %q %q %q", c.Events, c.Ground, c.By, c.Second)
	for _, d := range c.Stones {
		b = fmt.Appendf(b, " %q %q", d.Type, d.Body)
	}
	return sha256.Sum256(b)
}

// erasedBody is what the event says that others were erased. Book is empty where
// it is older than the member.
type erasedBody struct {
	Book   string   `json:"book,omitempty"`
	By     string   `json:"by"`
	Events []uint64 `json:"events"`
	Ground string   `json:"ground"`
	Second string   `json:"second"`
}

// ErasedBy reports which events an event says were erased, and of which book they
// were; none where it says nothing of the kind.
func ErasedBy(e *Event) (book string, events []uint64, err error) {
	if e.What() != erased {
		return "", nil, nil
	}
	var b erasedBody
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return "", nil, fmt.Errorf("reading event %d: %w", e.Index, err)
	}
	return b.Book, b.Events, nil
}

// erase does the command within the transaction.
func (s *sqlStore) erase(ctx context.Context, tx *sql.Tx, c Erase, result *Result, now time.Time) error {
	if len(c.Events) == 0 || c.Ground == "" || c.By == "" || c.Second == "" || c.By == c.Second {
		return &Refusal{Reasons: []string{"erasing needs events, a ground, and two people who decide it"}}
	}
	indexes := slices.Clone(c.Events)
	slices.Sort(indexes)
	indexes = slices.Compact(indexes)
	of := make(map[Book][]uint64)
	for _, index := range indexes {
		b, gone, err := s.eraseOne(ctx, tx, index, result.From)
		if err != nil {
			return err
		}
		if !gone {
			of[b] = append(of[b], index)
		}
	}
	for _, d := range c.Stones {
		if b := s.bookOf(d.Type); b == nil || of[b] == nil {
			return &Refusal{Reasons: []string{fmt.Sprintf("a stone is of the type %q, and nothing of its book is erased", d.Type)}}
		}
	}
	for _, b := range append([]Book{nil}, s.books...) {
		if err := s.leaveStones(ctx, tx, b, of[b], c, result, now); err != nil {
			return err
		}
	}
	return s.forgetCommands(ctx, tx, indexes)
}

// leaveStones appends the event that says which events of a book were erased, and
// those that take their place.
func (s *sqlStore) leaveStones(ctx context.Context, tx *sql.Tx, b Book, events []uint64, c Erase, result *Result, now time.Time) error {
	if len(events) == 0 {
		return nil
	}
	said := erasedBody{By: c.By, Events: events, Ground: c.Ground, Second: c.Second}
	if b != nil {
		said.Book = b.Name()
	}
	body, err := Canonical(said)
	if err != nil {
		return err
	}
	if err := s.appendDrafts(ctx, tx, nil, nil, []Draft{{Type: erased, Body: json.RawMessage(body)}}, result, now); err != nil || b == nil {
		return err
	}
	t := &Tables{q: tx, prefix: livePrefix(b)}
	defer t.close()
	own := slices.DeleteFunc(slices.Clone(c.Stones), func(d Draft) bool { return !slices.Contains(b.Types(), d.Type) })
	return s.appendDrafts(ctx, tx, b, t, own, result, now)
}

// forgetCommands takes out of the results of commands whose events were erased what
// would tell of these: when they were done, and the digest of what they said, which
// whoever guesses it right could check.
func (s *sqlStore) forgetCommands(ctx context.Context, tx *sql.Tx, indexes []uint64) error {
	rows, err := tx.QueryContext(ctx, `SELECT key, from_idx, to_idx FROM command WHERE to_idx > $1 AND from_idx <= $2`, indexes[0], indexes[len(indexes)-1])
	if err != nil {
		return err
	}
	defer rows.Close()
	done := make(map[string]Result)
	for rows.Next() {
		var key string
		var r Result
		if err := rows.Scan(&key, &r.From, &r.To); err != nil {
			return err
		}
		if i, _ := slices.BinarySearch(indexes, r.From); i < len(indexes) && indexes[i] < r.To {
			done[key] = r
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for key, r := range done {
		if _, err := tx.ExecContext(ctx, `UPDATE command SET digest = $1, at_micros = 0, sum = $2 WHERE key = $3`, []byte{}, commandSum(key, nil, r, 0), key); err != nil {
			return err
		}
	}
	return nil
}

// eraseOne erases an event, and returns its book: nil where it has none. gone reports
// that it was erased before.
func (s *sqlStore) eraseOne(ctx context.Context, tx *sql.Tx, index, size uint64) (_ Book, gone bool, _ error) {
	if index >= size {
		return nil, false, &Refusal{Reasons: []string{fmt.Sprintf("there is no event %d", index)}}
	}
	page, err := s.events(ctx, tx, index, index+1)
	if err != nil {
		return nil, false, err
	}
	e := page[0]
	b := s.bookOf(e.What())
	switch {
	case e.Type != Sealed && (b == nil || e.Private != nil && len(e.Body) == 0):
		return nil, false, &Refusal{Reasons: []string{fmt.Sprintf("event %d is public: it stands in the ledger for anybody to read", index)}}
	case e.Private == nil:
		return nil, true, nil
	}
	if b != nil {
		f, ok := b.(Forgetter)
		if !ok {
			return nil, false, &Refusal{Reasons: []string{fmt.Sprintf("event %d cannot be erased: the book %q needs it", index, b.Name())}}
		}
		t := &Tables{q: tx, prefix: livePrefix(b)}
		defer t.close()
		if err := f.Forget(ctx, t, e); err != nil {
			return nil, false, fmt.Errorf("taking event %d out of the book %q: %w", index, b.Name(), err)
		}
	}
	e.Private, e.Salt = nil, nil
	if _, err := tx.ExecContext(ctx, `UPDATE event SET private = NULL, salt = NULL, sum = $1 WHERE idx = $2`, e.sum(), index); err != nil {
		return nil, false, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM content WHERE idx = $1`, index)
	return b, false, err
}

// scrub has the database forget the bytes that were erased: deleted rows are
// overwritten as they are deleted, and the write-ahead log is emptied. Where somebody
// reads it meanwhile that waits, and is done with the next Pad.
func (s *sqlStore) scrub(ctx context.Context) error {
	s.lingers.Store(true)
	if err := s.dialect.scrub(ctx, s.write); err != nil {
		return fmt.Errorf("%w: %w; they go with the next entries that are published", ErrLingers, err)
	}
	s.lingers.Store(false)
	return nil
}
