package search

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"temwen/locale"
	"temwen/when"
)

// The tables of an index. An entry's number says how new it is: the one that
// became known last is 1, so that FTS5, which goes through the entries of a
// word by number, meets the newest first, and "known by a day" is "from this
// number on". The FTS5 table tells only which entries have a word; what an entry
// is ranked by is in the table rank, small and close together, and what is shown
// of it in entry. Words are folded before they come here (see tokens), so that
// the tokenizer has nothing to do but to cut at blanks.
const tables = `
PRAGMA page_size = 8192;
CREATE TABLE about (format INTEGER, stamp TEXT, entries INTEGER, title REAL, body REAL);
CREATE TABLE rank (id INTEGER PRIMARY KEY, kind INTEGER, fact INTEGER, words BLOB);
CREATE TABLE entry (id INTEGER PRIMARY KEY, entry BLOB);
CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT, shown TEXT, entries INTEGER, known INTEGER);
CREATE TABLE day (known INTEGER PRIMARY KEY, first INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE found USING fts5(title, body, keys, kind,
	content='', detail=column, columnsize=0, tokenize="ascii tokenchars '.'");
INSERT INTO found (found, rank) VALUES ('hashsize', 33554432);
`

// format is the version of the tables and of the folding.
const format = 1

// Build makes an index of entries in a file, or in memory where path is empty,
// and opens it. A file that is there is replaced once the new one is whole.
// stamp says what the entries were made from: see Open.
func Build(ctx context.Context, path, stamp string, entries []Entry) (*Index, error) {
	known := make([]when.Day, len(entries))
	for i := range entries {
		known[i] = entries[i].Known
	}
	return build(ctx, path, stamp, known, func(i int) *Entry { return &entries[i] })
}

// build makes an index of as many entries as known has days, asking for one
// after the other.
func build(ctx context.Context, path, stamp string, known []when.Day, entry func(i int) *Entry) (*Index, error) {
	if path == "" {
		name := memoryName()
		keep, err := write(ctx, name, stamp, known, entry)
		if err != nil {
			return nil, err
		}
		return open(ctx, name, stamp, keep)
	}
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("making a search index: %w", err)
	}
	db, err := write(ctx, fileName(fresh), stamp, known, entry)
	if err == nil {
		err = errors.Join(db.Close(), settle(fresh, path))
	}
	if err != nil {
		_ = os.Remove(fresh) // it is of no use; the next one replaces it
		return nil, err
	}
	return Open(ctx, path, stamp)
}

// settle brings a file to the disk, and then to its name.
func settle(fresh, path string) error {
	f, err := os.OpenFile(fresh, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("making a search index: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("making a search index: %w", err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return fmt.Errorf("making a search index: %w", err)
	}
	return nil
}

// write writes an index and returns its database, still open.
func write(ctx context.Context, name, stamp string, known []when.Day, entry func(i int) *Entry) (_ *sql.DB, err error) {
	db, err := connect(name+"&_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=cache_size(-65536)", 1)
	if err != nil {
		return nil, fmt.Errorf("making a search index: %w", err)
	}
	defer func() {
		if err != nil {
			_ = db.Close() // the first error is the one to tell
			err = fmt.Errorf("making a search index: %w", err)
		}
	}()
	if _, err := db.ExecContext(ctx, tables); err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing once committed
	w := &writer{tx: tx, words: make(map[string]*wordRow)}
	if err := w.all(ctx, known, entry); err != nil {
		return nil, err
	}
	if err := w.finish(ctx, stamp, len(known)); err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, `INSERT INTO found (found) VALUES ('optimize')`)
	return db, err
}

// writer writes entries, the newest first, and gathers their words.
type writer struct {
	tx           *sql.Tx
	words        map[string]*wordRow
	known        when.Day // of the entry that is being written
	titles, body lengths

	entry, rank, found *sql.Stmt
}

// wordRow is what is gathered of a word.
type wordRow struct {
	id      uint32
	shown   string
	entries int
	known   when.Day
	last    int // the entry that had it last
}

// lengths are for the average length of a text.
type lengths struct{ words, texts int }

func (l *lengths) add(n int) { l.words, l.texts = l.words+n, l.texts+1 }

func (l lengths) average() float64 { return float64(l.words) / float64(max(l.texts, 1)) }

// all writes all entries in the order of their days, the latest first.
func (w *writer) all(ctx context.Context, known []when.Day, entry func(i int) *Entry) (err error) {
	if w.entry, err = w.tx.PrepareContext(ctx, `INSERT INTO entry VALUES ($1, $2)`); err != nil {
		return err
	}
	if w.rank, err = w.tx.PrepareContext(ctx, `INSERT INTO rank VALUES ($1, $2, $3, $4)`); err != nil {
		return err
	}
	if w.found, err = w.tx.PrepareContext(ctx, `INSERT INTO found (rowid, title, body, keys, kind) VALUES ($1, $2, $3, $4, $5)`); err != nil {
		return err
	}
	order := make([]int32, len(known))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(known[b], known[a]) })
	for id, i := range order {
		w.known = known[i]
		if id == 0 || known[i] != known[order[id-1]] {
			if _, err := w.tx.ExecContext(ctx, `INSERT INTO day VALUES ($1, $2)`, w.known, id+1); err != nil {
				return err
			}
		}
		if err := w.write(ctx, id+1, entry(int(i))); err != nil {
			return err
		}
	}
	return nil
}

// write writes one entry.
func (w *writer) write(ctx context.Context, id int, e *Entry) error {
	var blob []byte
	var columns [fieldCount]strings.Builder
	put := func(f field, lang locale.Lang, text string) {
		ids := w.take(id, text, &columns[f], f != inKeys)
		blob = appendSegment(blob, f, lang, ids)
		switch f {
		case inTitle:
			w.titles.add(len(ids))
		case inBody:
			w.body.add(len(ids))
		}
	}
	each(e.Title, func(lang locale.Lang, text string) { put(inTitle, lang, text) })
	for _, passage := range e.Body {
		each(passage, func(lang locale.Lang, text string) { put(inBody, lang, text) })
	}
	put(inKeys, "", e.Keys)
	stored, err := json.Marshal(store(e))
	if err != nil {
		return err
	}
	if _, err := w.entry.ExecContext(ctx, id, stored); err != nil {
		return err
	}
	if _, err := w.rank.ExecContext(ctx, id, slices.Index(Kinds, e.Kind), e.fact(), blob); err != nil {
		return err
	}
	_, err = w.found.ExecContext(ctx, id, columns[inTitle].String(), columns[inBody].String(), columns[inKeys].String(), e.Kind)
	return err
}

// fact stands for the fact of an entry, so that each is shown once.
func (e *Entry) fact() int64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%s/%s", e.Dossier, e.Kind, e.ID)
	return int64(h.Sum64())
}

// each calls f with a text in each of its languages, in a fixed order.
func each(t locale.Text, f func(lang locale.Lang, text string)) {
	others := len(t)
	for _, lang := range locale.Langs {
		if s, ok := t[lang]; ok {
			others--
			f(lang, s)
		}
	}
	if others == 0 {
		return
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if !slices.Contains(locale.Langs, lang) {
			f(lang, t[lang])
		}
	}
}

// take notes the words of a text, adds them to a column, and returns their
// numbers. How words are written in what nobody reads does not count.
func (w *writer) take(id int, text string, column *strings.Builder, read bool) []uint32 {
	var ids []uint32
	tokens(text, func(t token) bool {
		row := w.words[t.word]
		if row == nil {
			row = &wordRow{id: uint32(len(w.words) + 1)}
			w.words[strings.Clone(t.word)] = row
		}
		row.see(id, w.known)
		if read {
			row.write(text[t.from:t.to])
		}
		ids = append(ids, row.id)
		column.WriteString(t.word)
		column.WriteByte(' ')
		return true
	})
	return ids
}

// see counts a word in an entry.
func (r *wordRow) see(id int, known when.Day) {
	if r.last != id {
		r.last, r.known = id, known // entries come the latest first
		r.entries++
	}
}

// write keeps how a word is written: in small letters if anybody has it so, for
// what stands at the head of a sentence need not be a name; with its accents if
// anybody writes them.
func (r *wordRow) write(written string) {
	if r.shown == written {
		return
	}
	was, is := capital(r.shown), capital(written)
	if r.shown == "" || was && !is || was == is && len(written) > len(r.shown) {
		r.shown = strings.Clone(written)
	}
}

func capital(s string) bool { return strings.ContainsFunc(s, unicode.IsUpper) }

// finish writes the words, and what the index was made from.
func (w *writer) finish(ctx context.Context, stamp string, entries int) error {
	word, err := w.tx.PrepareContext(ctx, `INSERT INTO word VALUES ($1, $2, $3, $4, $5)`)
	if err != nil {
		return err
	}
	sorted := make([]string, 0, len(w.words))
	for s := range w.words {
		sorted = append(sorted, s)
	}
	slices.SortFunc(sorted, func(a, b string) int { return int(w.words[a].id) - int(w.words[b].id) })
	for _, s := range sorted {
		r := w.words[s]
		if _, err := word.ExecContext(ctx, r.id, s, r.shown, r.entries, r.known); err != nil {
			return err
		}
	}
	_, err = w.tx.ExecContext(ctx, `INSERT INTO about VALUES ($1, $2, $3, $4, $5)`,
		format, stamp, entries, w.titles.average(), w.body.average())
	return err
}

// stored is an entry as the index keeps it to show it.
type stored struct {
	Dossier string        `json:"d"`
	Kind    string        `json:"k"`
	ID      string        `json:"i"`
	Mission string        `json:"m,omitempty"`
	Known   when32        `json:"n"`
	Places  []storedPlace `json:"p"`
	Title   locale.Text   `json:"t"`
	Body    []locale.Text `json:"b,omitempty"`
}

type storedPlace struct {
	Place
	From when32 `json:"from"`
}

// when32 is a day as its number, also where it is open.
type when32 int32

func store(e *Entry) stored {
	s := stored{Dossier: e.Dossier, Kind: e.Kind, ID: e.ID, Mission: e.Mission, Known: when32(e.Known), Title: e.Title, Body: e.Body}
	for _, p := range e.Places {
		s.Places = append(s.Places, storedPlace{p, when32(p.From)})
	}
	return s
}
