package record

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Sealed is the type that every sealed event has in the ledger, and noPublic its
// public part: one cannot be told from another.
const (
	Sealed   = "sealed"
	noPublic = `{}`
)

// filler is the inner type of the events that Pad appends.
const filler = "filler"

// Pad appends sealed events that say nothing, so that how many do is not told by
// the number of entries in the ledger.
type Pad struct{ Count int }

// Digest implements Command.
func (p Pad) Digest() Hash {
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte("pad"), uint64(p.Count)))
}

// act does a book's command: the events it yields, their content, and the rows
// of the book, within the transaction.
func (s *sqlStore) act(ctx context.Context, tx *sql.Tx, cmd Command, size uint64, now time.Time) (Result, error) {
	result := Result{From: size, To: size, Counts: make(map[string]int)}
	if pad, ok := cmd.(Pad); ok {
		drafts := make([]Draft, max(0, pad.Count))
		for i := range drafts {
			drafts[i].Type = filler
		}
		err := s.appendDrafts(ctx, tx, nil, nil, drafts, &result, now)
		return result, err
	}
	if err := s.provided(ctx, tx, size); err != nil {
		return result, err
	}
	if c, ok := cmd.(Erase); ok {
		err := s.erase(ctx, tx, c, &result, now)
		return result, err
	}
	a := cmd.(Act)
	b, err := s.book(a.Book())
	if err != nil {
		return result, err
	}
	if err := s.settledBook(ctx, tx, b, size); err != nil {
		return result, err
	}
	t := &Tables{q: tx, prefix: livePrefix(b)}
	defer t.close()
	drafts, err := a.Decide(ctx, t)
	if err != nil {
		return result, err
	}
	err = s.appendDrafts(ctx, tx, b, t, drafts, &result, actTime(cmd, now))
	return result, err
}

// actTime is when a command is noted to have been done.
func actTime(cmd Command, now time.Time) time.Time {
	if a, ok := cmd.(Act); ok && a.Daily() {
		return dayOf(now)
	}
	return now
}

// dayOf cuts a time to its day, UTC.
func dayOf(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func (s *sqlStore) appendDrafts(ctx context.Context, tx *sql.Tx, b Book, t *Tables, drafts []Draft, result *Result, now time.Time) error {
	if len(drafts) == 0 {
		return nil
	}
	insert, err := tx.PrepareContext(ctx, insertEvent)
	if err != nil {
		return err
	}
	defer insert.Close()
	for i := range drafts {
		d := &drafts[i]
		e, err := s.event(d, result.To, now)
		if err != nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, e.row()...); err != nil {
			return fmt.Errorf("appending event %d: %w", e.Index, err)
		}
		if d.Content != nil {
			if _, err := tx.ExecContext(ctx, `INSERT INTO content (idx, bytes) VALUES ($1, $2)`, e.Index, d.Content); err != nil {
				return fmt.Errorf("storing the content of event %d: %w", e.Index, err)
			}
		}
		if b != nil {
			if err := b.Enter(ctx, t, e); err != nil {
				return fmt.Errorf("entering event %d in the book %q: %w", e.Index, b.Name(), err)
			}
		}
		result.Events = append(result.Events, e)
		result.To++
		result.Counts[d.Type]++
	}
	if _, err := tx.ExecContext(ctx, `UPDATE projection SET events = $1`, result.To); err != nil {
		return err
	}
	return s.booksHold(ctx, tx, result.To)
}

const insertEvent = `INSERT INTO event (idx, type, public, private, salt, sum) VALUES ($1, $2, $3, $4, $5, $6)`

func (e *Event) row() []any {
	return []any{e.Index, e.Type, string(e.Public), string(e.Private), e.Salt, e.sum()}
}

// event makes a draft an event.
func (s *sqlStore) event(d *Draft, index uint64, now time.Time) (Event, error) {
	if err := d.check(); err != nil {
		return Event{}, err
	}
	p := private{At: now.UTC().Format(timeLayout), Body: d.Body}
	e := Event{Index: index, Type: d.Type, Public: d.Public, Salt: make([]byte, saltSize)}
	if d.Public == nil {
		e.Type, e.Public, p.Type = Sealed, json.RawMessage(noPublic), d.Type
	}
	if d.Content != nil {
		sum := sha256.Sum256(d.Content)
		p.Content = hex.EncodeToString(sum[:])
	}
	var err error
	if e.Private, err = Canonical(p); err != nil {
		return Event{}, err
	}
	if _, err := io.ReadFull(s.salts, e.Salt); err != nil {
		return Event{}, fmt.Errorf("drawing the salt of event %d: %w", index, err)
	}
	return e, e.open()
}

// Content implements Store.
func (s *sqlStore) Content(ctx context.Context, index uint64) ([]byte, error) {
	content, err := s.content(ctx, index)
	return content, s.wrap(err, "reading the content of event %d", index)
}

func (s *sqlStore) content(ctx context.Context, index uint64) ([]byte, error) {
	var row eventRow
	var content []byte
	err := s.read.QueryRowContext(ctx, `SELECT e.idx, e.type, e.public, e.private, e.salt, e.sum, c.bytes
		FROM event e JOIN content c ON c.idx = e.idx WHERE e.idx = $1`, index).Scan(append(row.columns(), &content)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%w of event %d", ErrNoContent, index)
	}
	if err != nil {
		return nil, err
	}
	e, err := row.event(index)
	if err != nil {
		return nil, s.damagedEvents("%v", err)
	}
	sum := sha256.Sum256(content)
	if e.Content != hex.EncodeToString(sum[:]) {
		return nil, s.damagedEvents("the content of event %d has another checksum", index)
	}
	return content, nil
}
