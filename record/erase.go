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

// Erase destroys the private part, the salt and the content of sealed events,
// where a person's safety or the law demands it. The entries in the ledger stay
// as they are, with commitments that nothing opens any more, and so do the
// events, empty; that this was done, and on what ground, is an event itself. It
// cannot be undone. Events whose entry is not in the ledger yet must not be
// erased: their commitment would be lost.
type Erase struct {
	Events []uint64 // indexes, all of one book
	Ground string   // a code: why
	// By and Second are the two people who decided.
	By, Second string
	// Stones are events of the same book that take their place, and say no more
	// than that something was there; or none.
	Stones []Draft
}

// erased is the inner type of the event that says that others were erased.
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
	var b Book
	for _, index := range indexes {
		of, err := s.eraseOne(ctx, tx, index, result.From)
		switch {
		case err != nil:
			return err
		case of != nil && b != nil && of != b:
			return &Refusal{Reasons: []string{fmt.Sprintf("event %d is of the book %q, and others are of %q: what is erased together is of one book", index, of.Name(), b.Name())}}
		case of != nil:
			b = of
		}
	}
	said := erasedBody{By: c.By, Events: indexes, Ground: c.Ground, Second: c.Second}
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
	return s.appendDrafts(ctx, tx, b, t, c.Stones, result, now)
}

// eraseOne erases an event, and returns its book: nil where it has none, or was
// erased before.
func (s *sqlStore) eraseOne(ctx context.Context, tx *sql.Tx, index, size uint64) (Book, error) {
	if index >= size {
		return nil, &Refusal{Reasons: []string{fmt.Sprintf("there is no event %d", index)}}
	}
	page, err := s.events(ctx, tx, index, index+1)
	if err != nil {
		return nil, err
	}
	e := page[0]
	switch {
	case e.Type != Sealed:
		return nil, &Refusal{Reasons: []string{fmt.Sprintf("event %d is public: it stands in the ledger for anybody to read", index)}}
	case e.Private == nil:
		return nil, nil // it was erased before
	}
	b := s.bookOf(e.What())
	if b != nil {
		f, ok := b.(Forgetter)
		if !ok {
			return nil, &Refusal{Reasons: []string{fmt.Sprintf("event %d cannot be erased: the book %q needs it", index, b.Name())}}
		}
		t := &Tables{q: tx, prefix: livePrefix(b)}
		defer t.close()
		if err := f.Forget(ctx, t, e); err != nil {
			return nil, fmt.Errorf("taking event %d out of the book %q: %w", index, b.Name(), err)
		}
	}
	e.Private, e.Salt = nil, nil
	if _, err := tx.ExecContext(ctx, `UPDATE event SET private = NULL, salt = NULL, sum = $1 WHERE idx = $2`, e.sum(), index); err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM content WHERE idx = $1`, index)
	return b, err
}

// scrub has the database forget the bytes that were erased: deleted rows are
// overwritten as they are deleted, and the write-ahead log is emptied.
func (s *sqlStore) scrub(ctx context.Context) error {
	if err := s.dialect.scrub(ctx, s.write); err != nil {
		return fmt.Errorf("they are erased, but their bytes may still be in the database's log until it is written out: %w", err)
	}
	return nil
}
