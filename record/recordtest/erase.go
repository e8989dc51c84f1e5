package recordtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"temwen/record"
)

// Forget implements record.Forgetter.
func (Diary) Forget(ctx context.Context, t *record.Tables, e record.Event) error {
	_, err := t.Exec(ctx, `DELETE FROM {page} WHERE idx = $1`, e.Index)
	return err
}

// What is erased is gone, and a stone takes its place; the events stay, empty, and
// the tables are what a replay makes of them.
func erasedLeavesAStone(t *testing.T, b Backend) {
	s := fresh(t, b)
	write(t, s, "1", Write{Titles: []string{"a", "b", "c"}, Content: []byte("long")})
	write(t, s, "2", Write{Show: "c"})
	do(t, s, "3", "haiti", Dossier("haiti", 2, 0))
	stone := record.Draft{Type: "diary.written", Body: json.RawMessage(`{"title":"two pages were torn out"}`)}
	erase := record.Erase{Events: []uint64{1, 0, 1}, Ground: "law", By: "one", Second: "two", Stones: []record.Draft{stone}}
	for name, spoil := range map[string]func(c *record.Erase){
		"no event":      func(c *record.Erase) { c.Events = nil },
		"no such event": func(c *record.Erase) { c.Events = []uint64{0, 99} },
		"no ground":     func(c *record.Erase) { c.Ground = "" },
		"by one alone":  func(c *record.Erase) { c.Second = "one" },
		"by nobody":     func(c *record.Erase) { c.By = "" },
		"a public one":  func(c *record.Erase) { c.Events = []uint64{0, 3} },
		"a fact":        func(c *record.Erase) { c.Events = []uint64{4} },
		"another book's stone": func(c *record.Erase) {
			c.Stones = []record.Draft{{Type: "second.written", Body: json.RawMessage(`{"title":"x"}`)}}
		},
		"a spoiled stone": func(c *record.Erase) {
			c.Stones = []record.Draft{{Type: "diary.written", Body: json.RawMessage(`{ }`)}}
		},
	} {
		c := erase
		spoil(&c)
		if _, err := s.Do(t.Context(), "spoiled", c, Noon); err == nil {
			t.Errorf("%s: it was erased", name)
		}
	}
	wantPages(t, s, "0 a -1", "1 b -1", "2 c 3")

	r, err := s.Do(t.Context(), "4", erase, Noon)
	if err != nil || r.From != 6 || r.To != 8 {
		t.Fatalf("erasing gave %+v (%v)", r, err)
	}
	wantPages(t, s, "2 c 3", "7 two pages were torn out -1")
	all := events(t, s, 0)
	for _, e := range all[:2] {
		if e.Inner != "" || e.Private != nil || e.Salt != nil || !e.Time.IsZero() || e.Type != record.Sealed {
			t.Errorf("event %d still says %s at %s", e.Index, e.Private, e.Time)
		}
		if _, err := s.Content(t.Context(), e.Index); !errors.Is(err, record.ErrNoContent) {
			t.Errorf("event %d still has its content (%v)", e.Index, err)
		}
	}
	if _, err := s.Content(t.Context(), 2); err != nil {
		t.Errorf("the content of another event: %v", err)
	}
	book, indexes, err := record.ErasedBy(&all[6])
	if err != nil || book != "diary" || !slices.Equal(indexes, []uint64{0, 1}) {
		t.Errorf("erased are %v of the book %q (%v)", indexes, book, err)
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
	again, err := s.Do(t.Context(), "4", erase, Noon)
	if r.Repeated, r.Events = true, nil; err != nil || !reflect.DeepEqual(again, r) {
		t.Errorf("the same key gave %+v, then %+v (%v)", r, again, err)
	}
	other := erase
	other.Stones = nil
	if _, err := s.Do(t.Context(), "4", other, Noon); !errors.Is(err, record.ErrKeyReused) {
		t.Errorf("the same key without the stone: %v", err)
	}
	write(t, s, "5", Write{Titles: []string{"a"}}) // as if it had never been
	wantPages(t, s, "2 c 3", "7 two pages were torn out -1", "8 a -1")
}

// What a public event says in private is erased, and what anybody may read stays.
func erasedBesidePublic(t *testing.T, b Backend) {
	s := fresh(t, b)
	write(t, s, "1", Write{Titles: []string{"a"}})
	write(t, s, "2", Write{Show: "a", Aside: "of whom"})
	do(t, s, "3", "haiti", Dossier("haiti", 2, 0)) // the diary is not alone
	before := events(t, s, 0)[1]
	erase := record.Erase{Events: []uint64{1}, Ground: "law", By: "one", Second: "two"}
	if _, err := s.Do(t.Context(), "4", erase, Noon); err != nil {
		t.Fatal(err)
	}
	e := events(t, s, 0)[1]
	if e.Type != "diary.shown" || string(e.Public) != string(before.Public) || e.Private != nil || e.Salt != nil || len(e.Body) != 0 {
		t.Errorf("the event says %+v", e)
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
	wantPages(t, s, "0 a 1")
}

// Events of several books are erased in one command, or none of them is: each book has
// an event that says which of its own went, and its own stones.
func erasedTogether(t *testing.T, b Backend) {
	s := fresh(t, b)
	second := Diary{Second: true}
	write(t, s, "1", Write{Titles: []string{"a", "b"}})
	write(t, s, "2", Write{Titles: []string{"a", "b"}, In: second})
	stone := func(of Diary) record.Draft {
		return record.Draft{Type: of.Name() + ".written", Body: json.RawMessage(`{"title":"torn out"}`)}
	}
	erase := record.Erase{Events: []uint64{2, 0}, Ground: "law", By: "one", Second: "two", Stones: []record.Draft{stone(second), stone(Diary{})}}
	spoiled := erase
	spoiled.Events = []uint64{0, 2, 99}
	if _, err := s.Do(t.Context(), "3", spoiled, Noon); !errors.Is(err, record.ErrRefused) {
		t.Errorf("erasing what is not there, too: %v", err)
	}
	wantPages(t, s, "0 a -1", "1 b -1")
	if r, err := s.Do(t.Context(), "4", erase, Noon); err != nil || r.From != 4 || r.To != 8 {
		t.Fatalf("erasing gave %+v (%v)", r, err)
	}
	wantPages(t, s, "1 b -1", "5 torn out -1")
	if got := pages(t, s, second); !slices.Equal(got, []string{"3 b -1", "7 torn out -1"}) {
		t.Errorf("the second diary has %q", got)
	}
	all := events(t, s, 0)
	for i, want := range map[int]string{4: "diary [0]", 6: "second [2]"} {
		if book, indexes, err := record.ErasedBy(&all[i]); err != nil || fmt.Sprintf("%s %v", book, indexes) != want {
			t.Errorf("event %d says that %v of the book %q were erased, not %s (%v)", i, indexes, book, want, err)
		}
	}
	// What went before is not said to go again.
	if r, err := s.Do(t.Context(), "5", record.Erase{Events: []uint64{0, 1}, Ground: "law", By: "one", Second: "two"}, Noon); err != nil || r.To != 9 {
		t.Errorf("erasing some of it again gave %+v (%v)", r, err)
	}
	if _, indexes, err := record.ErasedBy(&events(t, s, 8)[0]); err != nil || !slices.Equal(indexes, []uint64{1}) {
		t.Errorf("it says that %v were erased (%v)", indexes, err)
	}
	if r, err := s.Do(t.Context(), "6", record.Erase{Events: []uint64{0, 1, 2}, Ground: "law", By: "one", Second: "two"}, Noon); err != nil || r.From != r.To {
		t.Errorf("erasing what is erased gave %+v (%v)", r, err)
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// Who guesses what was erased finds nothing to compare it with: the key under which it
// was recorded does not tell one command from another any more, and gives the result
// that it had.
func erasedCannotBeGuessed(t *testing.T, b Backend) {
	s := fresh(t, b)
	was := write(t, s, "1", Write{Titles: []string{"a", "b"}})
	write(t, s, "2", Write{Titles: []string{"c"}})
	if _, err := s.Do(t.Context(), "3", record.Erase{Events: []uint64{1}, Ground: "law", By: "one", Second: "two"}, Noon); err != nil {
		t.Fatal(err)
	}
	for _, guess := range []Write{{Titles: []string{"a", "b"}}, {Titles: []string{"a", "x"}}} {
		if r := write(t, s, "1", guess); !r.Repeated || r.From != was.From || r.To != was.To || r.Counts["diary.written"] != 1 {
			t.Errorf("%q under the same key gave %+v", guess.Titles, r)
		}
	}
	if _, err := s.Do(t.Context(), "2", Write{Titles: []string{"x"}}, Noon); !errors.Is(err, record.ErrKeyReused) {
		t.Errorf("the key of what stands was used again: %v", err)
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}
