package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"temwen/locale"
	"temwen/record"
	"temwen/seal"
	"temwen/when"
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
	result, err := in.store.Do(ctx, newKey(), telling{w, in.today()}, in.options.Now())
	return err == nil && len(result.Events) > 0, full(err)
}

// telling is the command that sends a word.
type telling struct {
	Word
	day when.Day
}

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
	d, err := draft(wordSent, w.day, &b, w.Envelope)
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

// Words are what the program told in a thread of one case, for who erases it.
type Words struct {
	Events []uint64 // of the words
	at     *Thread
	goesOn bool // words of another case stay
}

// WordsOf finds what people were told of a case, thread by thread, as the tables of
// Book say.
func WordsOf(ctx context.Context, t *record.Tables, docket string) ([]Words, error) {
	rows, err := t.Query(ctx, `SELECT w.idx, t.id FROM {word} w JOIN {thread} t ON t.idx = w.thread WHERE w.docket = $1 ORDER BY w.thread, w.idx`, docket)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Words
	for rows.Next() {
		var index uint64
		var thread string
		if err := rows.Scan(&index, &thread); err != nil {
			return nil, err
		}
		if len(list) == 0 || list[len(list)-1].at.ID != thread {
			list = append(list, Words{at: &Thread{ID: thread}})
		}
		w := &list[len(list)-1]
		w.Events = append(w.Events, index)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for i := range list {
		w := &list[i]
		if w.at, err = headOf(ctx, t, w.at.ID); err != nil {
			return nil, err
		}
		var index uint64
		if w.goesOn, err = t.Scan(ctx, `SELECT idx FROM {word} WHERE thread = $1 AND docket NOT IN ($2, '')`, []any{w.at.index, docket}, &index); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Stone is the event that takes the place of the words: one that says to the person,
// and to the office, that they were erased and on which day. Where no other case goes
// on, the thread is no further than read.
func (w *Words) Stone(by string, on when.Day) (record.Draft, error) {
	said := Word{Words: []string{"erased"}, On: on.String()}
	var err error
	if said.Envelope, err = SealWord(w.at.Reply, &said); err != nil {
		return record.Draft{}, err
	}
	b := body{
		Thread: w.at.index + 1, By: by, About: w.Events[0] + 1, Words: said.Words, On: said.On, Size: int64(len(said.Envelope)),
		Stage: w.at.Stage, Since: w.at.Since, Foreign: w.at.Foreign,
	}
	if !w.goesOn && (w.at.Stage == InCase || w.at.Stage == Noticed) {
		b.Stage, b.Since = Read, said.On
	}
	return draft(wordSent, on, &b, said.Envelope)
}

// unnumber closes the gap that a word leaves among the items that the person sees, as
// if it had never been.
func unnumber(ctx context.Context, t *record.Tables, word uint64) error {
	var thread, pn int64
	there, err := t.Scan(ctx, `SELECT thread, pn FROM {item} WHERE idx = $1`, []any{word}, &thread, &pn)
	if err != nil || !there {
		return err
	}
	if _, err := t.Exec(ctx, `UPDATE {item} SET pn = NULL WHERE idx = $1`, word); err != nil {
		return err
	}
	// First out of each other's way.
	if _, err := t.Exec(ctx, `UPDATE {item} SET pn = 1 - pn WHERE thread = $1 AND pn > $2`, thread, pn); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `UPDATE {item} SET pn = -pn WHERE thread = $1 AND pn < 0`, thread); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE {thread} SET seen = seen - 1 WHERE idx = $1`, thread)
	return err
}

// SealWord seals what a word says to a person's reply key, in all languages: which one
// they read is known to them alone.
func SealWord(reply string, w *Word) ([]byte, error) {
	to, err := seal.ParseRecipient(reply)
	if err != nil {
		return nil, err
	}
	m := &seal.Message{V: seal.Version, From: seal.FromOffice, Kind: seal.KindMessage, Lang: locale.Langs[0], In: make(map[locale.Lang]string)}
	for _, lang := range locale.Langs {
		if lang == m.Lang {
			m.Text = w.Text(lang)
		} else {
			m.In[lang] = w.Text(lang)
		}
	}
	var b bytes.Buffer
	err = seal.SealDocument(&b, to, seal.Document{Message: m})
	return b.Bytes(), err
}

// Text is what a word says, in a language.
func (w *Word) Text(lang locale.Lang) string {
	words := locale.In(lang)
	return words.Say("told.on", "day", dayIn(words, w.On), "words", w.Said(lang))
}

// Said is what a word says without the day on which it happened.
func (w *Word) Said(lang locale.Lang) string {
	words := locale.In(lang)
	said := make([]string, len(w.Words))
	for i, code := range w.Words {
		said[i] = words.Say("told."+code, "until", dayIn(words, w.Until))
	}
	return strings.Join(said, " ")
}

// dayIn writes a day as the record has it; what is none as it is.
func dayIn(words *locale.Catalogue, s string) string {
	d, err := when.ParseDay(s)
	if err != nil {
		return s
	}
	return words.Day(d)
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
