package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"temwen/record"
	"temwen/seal"
)

// Grounds are why a thread may be erased: the person asks for it, somebody's
// safety, the law, or because it has been kept as long as the mission's rule says.
var Grounds = []string{"asked", "safety", "law", KeptLongEnough}

// KeptLongEnough is the ground of what somebody still needs never.
const KeptLongEnough = "kept-long-enough"

// Further codes of a Refused.
const (
	CodeFourEyes = "four-eyes" // a second person must do it
	CodeGround   = "ground"    // there is no such ground
	CodeNeeded   = "needed"    // it was not kept long enough: somebody still needs it
	CodeAsker    = "asker"     // who asked for it may not ask any more
)

func (m AskErasure) drafts(d *deed) error {
	if !slices.Contains(Grounds, m.Ground) {
		return &Refused{Code: CodeGround}
	}
	switch {
	case d.at.ErasureBy == d.by:
		return nil
	case d.at.ErasureBy != "":
		return &Refused{Code: CodeMoved, By: d.at.ErasureBy}
	case m.Ground == KeptLongEnough && !d.at.Stage.Over():
		return &Refused{Code: CodeNeeded}
	}
	return d.add(erasureAsked, d.at, body{Ground: m.Ground}, nil)
}

func (m DropErasure) drafts(d *deed) error {
	if d.at.ErasureBy == "" {
		return nil
	}
	return d.add(erasureDropped, d.at, body{}, nil)
}

// Erasing is what an erasure destroys.
type Erasing struct {
	Events, Envelopes int
	Bytes             int64 // of the envelopes
	Parts             []Part
}

// Part is how many of a kind go with an erasure: one of Parts, or of those of package
// casework.
type Part struct {
	What string
	N    int
}

// Parts are the kinds of what goes with a thread: what the person sent after the report,
// what officers answered, their notes, and what the program told.
var Parts = []string{"said", "replies", "notes", "words"}

// Stays are the kinds of what stays when a thread is erased: the entries of the ledger;
// the event that says so; what was coded or copied from it into incidents and cases; what
// others have.
var Stays = []string{"entries", "event", "coded", "outside"}

// Erase destroys all that the record holds of a thread, as the second of two
// officers; with dry set it only says what that is. The entries in the ledger
// stay, and nothing opens them any more. A thread that others are joined to, or
// that is joined to one, is parted first: CodeOver. It cannot be undone.
func (in *Intake) Erase(ctx context.Context, by, thread string, dry bool) (Erasing, error) {
	erasing, err := in.erase(ctx, by, thread, dry)
	if errors.Is(err, record.ErrLingers) {
		return erasing, err
	}
	if err != nil {
		return Erasing{}, full(fmt.Errorf("erasing a thread: %w", err))
	}
	return erasing, nil
}

func (in *Intake) erase(ctx context.Context, by, thread string, dry bool) (Erasing, error) {
	th, err := in.Thread(ctx, thread)
	switch {
	case errors.Is(err, ErrUnknown):
		return Erasing{}, &Refused{Code: CodeUnknown}
	case err != nil:
		return Erasing{}, err
	case th.Into != "" || len(th.Joined) > 0:
		return Erasing{}, &Refused{Code: CodeOver}
	case !dry && (th.ErasureBy == "" || th.ErasureBy == by):
		return Erasing{}, &Refused{Code: CodeFourEyes, By: th.ErasureBy}
	case !dry && th.Erasure == KeptLongEnough && !th.Stage.Over():
		return Erasing{}, &Refused{Code: CodeNeeded}
	}
	erasing, events, files, err := in.heldOf(ctx, th.index)
	if err != nil || dry {
		return erasing, err
	}
	// The ledger must have the commitments before what they commit to is gone.
	if err := in.store.Publish(ctx, in.options.Now(), false, nil); err != nil {
		return erasing, err
	}
	command := record.Erase{Events: events, Ground: th.Erasure, By: th.ErasureBy, Second: by}
	_, err = in.store.Do(record.Provided(ctx, th.unmoved(len(events))), newKey(), command, in.options.Now())
	if err != nil && !errors.Is(err, record.ErrLingers) {
		return erasing, err
	}
	for _, hash := range files {
		if rerr := in.shelf.Remove(hash); rerr != nil {
			err = errors.Join(err, fmt.Errorf("%w: a sealed file could not be removed: %w; it is when the server starts again", record.ErrLingers, rerr))
		}
	}
	return erasing, err
}

// AskerIn is who asks that a thread be erased as the tables of Book say, within the
// transaction of another command; empty where nobody does.
func AskerIn(ctx context.Context, t *record.Tables, thread string) (officer string, err error) {
	_, err = t.Scan(ctx, `SELECT erasureby FROM {thread} WHERE id = $1`, []any{thread}, &officer)
	return officer, err
}

// unmoved is the condition that the thread stands as it was looked at, with so many
// events: nothing came, nothing was told, nobody took the erasure back, and nobody
// else was faster.
func (th *Thread) unmoved(events int) record.Condition {
	return func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		t, err := book(bookName)
		if err != nil {
			return err
		}
		now, err := headOf(ctx, t, th.ID)
		switch {
		case errors.Is(err, ErrUnknown):
			return &Refused{Code: CodeUnknown}
		case err != nil:
			return err
		}
		var n int
		if _, err := t.Scan(ctx, `SELECT COUNT(*) FROM {did} WHERE thread = $1`, []any{th.index}, &n); err != nil {
			return err
		}
		if now.Version != th.Version || n != events {
			return &Refused{Code: CodeMoved}
		}
		return nil
	}
}

// heldOf is what the record and its folder hold of a thread.
func (in *Intake) heldOf(ctx context.Context, thread uint64) (erasing Erasing, events []uint64, files []seal.Hash, err error) {
	err = in.view(ctx, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT d.idx, COALESCE(i.size, -1), i.file, COALESCE(i.side, ''), COALESCE(i.kind, ''), w.idx IS NOT NULL
			FROM {did} d LEFT JOIN {item} i ON i.idx = d.idx LEFT JOIN {word} w ON w.idx = d.idx WHERE d.thread = $1 ORDER BY d.idx`, thread)
		if err != nil {
			return err
		}
		defer rows.Close()
		parts := make(map[string]int)
		for rows.Next() {
			var index uint64
			var size int64
			var file []byte
			var side string
			var kind ItemKind
			var word bool
			if err := rows.Scan(&index, &size, &file, &side, &kind, &word); err != nil {
				return err
			}
			events = append(events, index)
			if size >= 0 {
				erasing.Envelopes++
				erasing.Bytes += size
			}
			switch {
			case word:
				parts["words"]++
			case side == fromPerson && kind != Report:
				parts["said"]++
			case side == forOffice && kind == Reply:
				parts["replies"]++
			case side == forOffice:
				parts["notes"]++
			}
			if len(file) == len(seal.Hash{}) {
				files = append(files, seal.Hash(file))
			}
		}
		erasing.Events = len(events)
		for _, what := range Parts {
			if parts[what] > 0 {
				erasing.Parts = append(erasing.Parts, Part{what, parts[what]})
			}
		}
		return rows.Err()
	})
	return erasing, events, files, err
}
