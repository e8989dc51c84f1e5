package intake

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"temwen/record"
	"temwen/seal"
)

// Word is what the program itself tells a person of what happened to the case
// that rests on their report: sealed to them alone. The office needs no copy, for
// it has the codes of what was said.
type Word struct {
	Thread string   // ID
	Case   string   // ID
	About  uint64   // index of what happened to the case
	Words  []string // codes
	On     string   // day on which it happened, YYYY-MM-DD
	Until  string   // day that the words name, or empty
	// Envelope is sealed to the person's reply key.
	Envelope []byte
	// Stage is how far the thread has come by it, or empty. It goes back only to Read:
	// the office has stopped.
	Stage Stage
}

// Told is a Word that was sent.
type Told struct {
	Word
	Number int    // of the thread
	Day    string // on which it was sent
}

// Tell sends a word, and reports whether it did: a person is told once of each
// thing that happens, and nothing where the thread was withdrawn, erased or is not
// for this office, or where the words are held.
func (in *Intake) Tell(ctx context.Context, w Word) (bool, error) {
	if err := seal.CheckEnvelope(w.Envelope, int64(len(w.Envelope))); err != nil {
		return false, err
	}
	result, err := in.store.Do(ctx, newKey(), telling{w}, in.options.Now())
	return err == nil && len(result.Events) > 0, full(err)
}

// telling is the command that sends a word.
type telling struct{ Word }

func (telling) Book() string { return bookName }
func (telling) Daily() bool  { return false }

// Digest implements record.Command.
func (w telling) Digest() record.Hash {
	return sha256.Sum256(append(fmt.Appendf(nil, "word %q %q %d %q ", w.Thread, w.Case, w.About, w.Words), w.Envelope...))
}

// Decide implements record.Act.
func (w telling) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	th, err := headOf(ctx, t, w.Thread)
	if err != nil || !th.Hears() {
		return nil, ignoreUnknown(err)
	}
	if th.Into != "" { // words are held for all codes of a person
		if into, err := headOf(ctx, t, th.Into); err != nil || into.Held {
			return nil, ignoreUnknown(err)
		}
	}
	var index uint64
	there, err := t.Scan(ctx, `SELECT idx FROM {word} WHERE thread = $1 AND about = $2`, []any{th.index, w.About}, &index)
	if err != nil || there {
		return nil, err
	}
	b := body{Thread: th.index + 1, Case: w.Case, About: w.About + 1, Words: w.Words, On: w.On, Until: w.Until, Size: int64(len(w.Envelope))}
	if w.Stage == Read && !th.Stage.Over() || slices.Index(Stages, w.Stage) > slices.Index(Stages, th.Stage) {
		b.Stage = w.Stage
	}
	d, err := draft(wordSent, &b, w.Envelope)
	return []record.Draft{d}, err
}

// Hears reports whether the program may tell the person anything.
func (th *Thread) Hears() bool { return th.Stage != Withdrawn && !th.Foreign && !th.Held }

// worded enters a word. It is the office's last word in no sense: what the person
// asked still waits for an answer.
func (en entering) worded() error {
	_, pn, there, err := en.numbers()
	if err != nil || !there {
		return err
	}
	if err := en.item(en.thread(), Message, forPerson, 0, pn+1); err != nil {
		return err
	}
	if err := en.exec(`INSERT INTO {word} (idx, thread, docket, about, words, ondate, until, day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		en.e.Index, en.thread(), en.b.Case, en.b.About-1, strings.Join(en.b.Words, " "), en.b.On, en.b.Until, en.day()); err != nil {
		return err
	}
	if en.b.Stage != "" {
		if err := en.staged(en.b.Stage); err != nil {
			return err
		}
	}
	// The version stays: nothing has changed that an officer decides by.
	return en.exec(`UPDATE {thread} SET seen = seen + 1 WHERE idx = $1`, en.thread())
}

// ToldOf is what people were told of a case, in order.
func (in *Intake) ToldOf(ctx context.Context, docket string) ([]Told, error) {
	return in.told(ctx, `w.docket = $1`, docket)
}

// ToldIn is what the person was told in a thread, in order.
func (in *Intake) ToldIn(ctx context.Context, thread string) ([]Told, error) {
	return in.told(ctx, `t.id = $1`, thread)
}

func (in *Intake) told(ctx context.Context, where, id string) ([]Told, error) {
	var list []Told
	err := in.view(ctx, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT t.id, t.number, w.docket, w.about, w.words, w.ondate, w.until, w.day FROM {word} w JOIN {thread} t ON t.idx = w.thread
			WHERE `+where+` ORDER BY w.idx`, id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var w Told
			var words string
			if err := rows.Scan(&w.Thread, &w.Number, &w.Case, &w.About, &words, &w.On, &w.Until, &w.Day); err != nil {
				return err
			}
			w.Words = strings.Fields(words)
			list = append(list, w)
		}
		return rows.Err()
	})
	return list, err
}

// HoldWords keeps the program from telling the person anything, for their safety,
// or lets it again: what happened meanwhile is told then.
type HoldWords struct {
	Thread string
	Held   bool
}

func (m HoldWords) thread() string { return m.Thread }

func (m HoldWords) drafts(d *deed) error {
	if d.at.Held == m.Held {
		return nil
	}
	if m.Held {
		return d.add(wordsHeld, d.at, body{}, nil)
	}
	return d.add(wordsReleased, d.at, body{}, nil)
}
