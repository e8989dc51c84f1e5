package recordtest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"temwen/record"
)

// Diary is a book for tests: pages with a title, each written once, and one that
// anyone may read. Second is another one.
type Diary struct{ Second bool }

// Name implements record.Book.
func (d Diary) Name() string {
	if d.Second {
		return "second"
	}
	return "diary"
}

// Types implements record.Book.
func (d Diary) Types() []string { return []string{d.Name() + ".written", d.Name() + ".shown"} }

// Tables implements record.Book.
func (Diary) Tables() []record.Table {
	return []record.Table{{
		Name:    "page",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "title TEXT NOT NULL", "shown BIGINT"},
		Indexes: []string{"UNIQUE title"},
	}}
}

type diaryBody struct {
	Title string `json:"title"`
}

// Enter implements record.Book.
func (d Diary) Enter(ctx context.Context, t *record.Tables, e record.Event) error {
	var b diaryBody
	from := e.Body
	if e.Type == d.Name()+".shown" {
		from = e.Public
	}
	if err := json.Unmarshal(from, &b); err != nil {
		return err
	}
	if e.What() == d.Name()+".written" {
		_, err := t.Exec(ctx, `INSERT INTO {page} (idx, title) VALUES ($1, $2)`, e.Index, b.Title)
		return err
	}
	_, err := t.Exec(ctx, `UPDATE {page} SET shown = $1 WHERE title = $2`, e.Index, b.Title)
	return err
}

// Write writes pages that are not in the diary yet, and shows one that is.
type Write struct {
	Titles  []string
	Content []byte
	Show    string
	Aside   string // in private, beside what is shown
	In      Diary
}

// Digest implements record.Command.
func (w Write) Digest() record.Hash {
	return sha256.Sum256(fmt.Appendf(nil, "%q", []any{w.Titles, w.Content, w.Show, w.In.Name()}))
}

// Book implements record.Act.
func (w Write) Book() string { return w.In.Name() }

// Daily implements record.Act.
func (w Write) Daily() bool { return w.Show == "" }

// Decide implements record.Act.
func (w Write) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	var drafts []record.Draft
	for _, title := range w.Titles {
		if title == "" {
			return nil, &record.Refusal{Reasons: []string{"a page has no title"}}
		}
		var idx uint64
		if there, err := t.Scan(ctx, `SELECT idx FROM {page} WHERE title = $1`, []any{title}, &idx); err != nil || there {
			if err != nil {
				return nil, err
			}
			continue
		}
		body, err := record.Canonical(diaryBody{title})
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, record.Draft{Type: w.In.Name() + ".written", Body: body, Content: w.Content})
	}
	if w.Show != "" {
		public, err := record.Canonical(diaryBody{w.Show})
		if err != nil {
			return nil, err
		}
		d := record.Draft{Type: w.In.Name() + ".shown", Public: public}
		if w.Aside != "" {
			if d.Body, err = record.Canonical(diaryBody{w.Aside}); err != nil {
				return nil, err
			}
		}
		drafts = append(drafts, d)
	}
	return drafts, nil
}

func write(t *testing.T, s record.Store, key string, w Write) record.Result {
	t.Helper()
	r, err := s.Do(t.Context(), key, w, Noon)
	if err != nil {
		t.Fatalf("writing %v: %v", w.Titles, err)
	}
	return r
}

// pages are the rows of the diary.
func pages(t *testing.T, s record.Store, of Diary) []string {
	t.Helper()
	var found []string
	err := s.View(t.Context(), of.Name(), func(tables *record.Tables) error {
		rows, err := tables.Query(t.Context(), `SELECT idx, title, COALESCE(shown, -1) FROM {page} ORDER BY idx`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var idx, shown int64
			var title string
			if err := rows.Scan(&idx, &title, &shown); err != nil {
				return err
			}
			found = append(found, fmt.Sprintf("%d %s %d", idx, title, shown))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func wantPages(t *testing.T, s record.Store, want ...string) {
	t.Helper()
	if got := pages(t, s, Diary{}); !reflect.DeepEqual(got, want) {
		t.Errorf("the diary has %q, and should have %q", got, want)
	}
}

func bookDecidesAndEnters(t *testing.T, b Backend) {
	s := fresh(t, b)
	first := write(t, s, "1", Write{Titles: []string{"a", "b"}})
	if first.To != 2 || first.Counts["diary.written"] != 2 {
		t.Errorf("writing two pages gave %+v", first)
	}
	again := write(t, s, "1", Write{Titles: []string{"a", "b"}})
	first.Repeated, first.Events = true, nil
	if !reflect.DeepEqual(again, first) {
		t.Errorf("the same key gave %+v, then %+v", first, again)
	}
	do(t, s, "2", "haiti", Dossier("haiti", 3, 0))
	write(t, s, "3", Write{Titles: []string{"b", "c"}, Show: "a"})
	wantPages(t, s, "0 a 6", "1 b -1", "5 c -1")
	if _, err := s.Do(t.Context(), "4", Write{Titles: []string{"d", ""}}, Noon); !errors.Is(err, record.ErrRefused) {
		t.Errorf("a page without title: %v", err)
	}
	if size(t, s) != 7 {
		t.Errorf("a refused command left %d events", size(t, s)-7)
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

func sealedEventsLookAlike(t *testing.T, b Backend) {
	s := fresh(t, b)
	write(t, s, "1", Write{Titles: []string{"a"}, Content: []byte("long")})
	if _, err := s.Do(t.Context(), "2", record.Pad{Count: 2}, Noon); err != nil {
		t.Fatal(err)
	}
	write(t, s, "3", Write{Show: "a"})
	all := events(t, s, 0)
	for _, e := range all[:3] {
		if e.Type != record.Sealed || string(e.Public) != "{}" {
			t.Errorf("event %d is public as %s %s", e.Index, e.Type, e.Public)
		}
	}
	if e := all[0]; e.What() != "diary.written" || string(e.Body) != `{"title":"a"}` || !e.Time.Equal(Noon.Truncate(24*time.Hour)) {
		t.Errorf("the first says %s %s at %s: its time is to be the day", e.What(), e.Body, e.Time)
	}
	if e := all[3]; e.Type != "diary.shown" || !e.Time.Equal(Noon.Truncate(time.Microsecond)) {
		t.Errorf("the last says %s at %s", e.Type, e.Time)
	}
	wantPages(t, s, "0 a 3")
}

func contentIsKept(t *testing.T, b Backend) {
	s := fresh(t, b)
	content := make([]byte, record.MaxContent)
	write(t, s, "1", Write{Titles: []string{"a"}, Content: content})
	write(t, s, "2", Write{Titles: []string{"b"}})
	if got, err := s.Content(t.Context(), 0); err != nil || !reflect.DeepEqual(got, content) {
		t.Errorf("it came back as %d bytes (%v)", len(got), err)
	}
	for _, index := range []uint64{1, 2} {
		if _, err := s.Content(t.Context(), index); !errors.Is(err, record.ErrNoContent) {
			t.Errorf("the content of event %d: %v", index, err)
		}
	}
	if _, err := s.Do(t.Context(), "3", Write{Titles: []string{"c"}, Content: append(content, 0)}, Noon); err == nil {
		t.Error("a content that is too long was taken")
	}
}

// A store that is opened without the book leaves it alone; with it, it catches up.
func bookCatchesUp(t *testing.T, b Backend) {
	address := b.New(t)
	with := func(f func(record.Store), options ...record.Option) {
		s := b.Open(t, address, options...)
		f(s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	book := record.Books(Diary{})
	with(func(s record.Store) { write(t, s, "1", Write{Titles: []string{"a"}}) }, book)
	with(func(s record.Store) {
		do(t, s, "2", "haiti", Dossier("haiti", 2, 0))
		if _, err := s.Do(t.Context(), "3", Write{Titles: []string{"b"}}, Noon); err == nil {
			t.Error("a page was written in a book that is not open")
		}
	})
	with(func(s record.Store) {
		write(t, s, "4", Write{Titles: []string{"b"}})
		wantPages(t, s, "0 a -1", "3 b -1")
		if _, err := s.Rebuild(t.Context()); err != nil {
			t.Errorf("rebuilding: %v", err)
		}
	}, book)
}
