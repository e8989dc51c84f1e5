package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// edition is the real dossier as an edition of a record.
func edition(n uint64) Edition {
	return Edition{Number: n, Stamp: fmt.Sprint("edition ", n), Dossiers: []*dossier.Dossier{haiti()}}
}

var review = Query{Words: "nine-month review", Known: today, Lang: locale.English}

func TestAShelfMakesEachEditionOnce(t *testing.T) {
	s := &Shelf{}
	defer s.Close()
	done := make(chan error)
	for range 8 {
		go func() {
			a, n, err := s.Search(t.Context(), edition(3), review)
			if err == nil && (n != 3 || a.Total == 0) {
				err = fmt.Errorf("edition %d finds %d", n, a.Total)
			}
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	x := s.index
	if _, _, err := s.Search(t.Context(), edition(3), review); err != nil || s.index != x {
		t.Errorf("the index is made twice (%v)", err)
	}
}

// While the next edition is made, the one before answers; then the next, and
// the one before is closed.
func TestAShelfAnswersFromTheEditionBefore(t *testing.T) {
	s := &Shelf{}
	defer s.Close()
	if _, _, err := s.Search(t.Context(), edition(1), review); err != nil {
		t.Fatal(err)
	}
	before := s.index
	_, n, err := s.Search(t.Context(), edition(2), review)
	if err != nil || n != 1 && n != 2 {
		t.Errorf("edition %d answers (%v)", n, err)
	}
	s.mu.Lock()
	making := s.making
	s.mu.Unlock()
	if making != nil {
		<-making.done
	}
	if _, n, err := s.Search(t.Context(), edition(2), review); err != nil || n != 2 {
		t.Errorf("then edition %d answers (%v)", n, err)
	}
	before.mu.Lock()
	//lint:ignore SA2001 only waits for whoever still searches in it
	before.mu.Unlock()
	if _, err := before.Search(t.Context(), review); err != nil && !errors.Is(err, ErrClosed) {
		t.Errorf("the one before: %v", err)
	}
}

func TestAShelfDoesNotKeepAReaderWaiting(t *testing.T) {
	s := &Shelf{}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.Search(ctx, edition(1), review); !errors.Is(err, ErrPreparing) && !errors.Is(err, context.Canceled) {
		t.Errorf("who has no time is told %v, want %v", err, ErrPreparing)
	}
	if a, _, err := s.Search(t.Context(), edition(1), review); err != nil || a.Total == 0 {
		t.Errorf("and then %v", err)
	}
}

// An index in a file is found again by what it was made from, and by nothing
// else.
func TestAnIndexInAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index.db")
	ctx := t.Context()
	if _, err := Open(ctx, path, "one"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("where there is none: %v", err)
	}
	x, err := Build(ctx, path, "one", Of(haiti()))
	if err != nil {
		t.Fatal(err)
	}
	a, err := x.Search(ctx, review)
	if err != nil {
		t.Fatal(err)
	}
	b := ask(t, review)
	if fmt.Sprintf("%+v", a) != fmt.Sprintf("%+v", b) {
		t.Errorf("in a file there is\n%+v\nin memory\n%+v", a, b)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if _, err := x.Search(ctx, review); !errors.Is(err, ErrClosed) {
		t.Errorf("once closed: %v", err)
	}
	if y, err := Open(ctx, path, "one"); err != nil {
		t.Error(err)
	} else if err := y.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(ctx, path, "two"); !errors.Is(err, ErrStale) {
		t.Errorf("made from something else: %v", err)
	}
	if left, _ := filepath.Glob(path + "*"); len(left) != 1 {
		t.Errorf("there are %q", left)
	}
}

// A damaged file is no answer: it is made anew.
func TestADamagedIndexIsMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index.db")
	x, err := Build(t.Context(), path, "edition 1", Of(haiti()))
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"cut", whole[:len(whole)/2]},
		{"empty", nil},
		{"something else", []byte(strings.Repeat("not a database ", 1000))},
	} {
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		s := &Shelf{Path: path}
		answered := false
		for range 3 { // a search may meet the damage first
			a, _, err := s.Search(t.Context(), edition(1), review)
			if err != nil && strings.Contains(err.Error(), "review") {
				t.Errorf("%s: the error repeats what was asked: %v", c.name, err)
			}
			answered = answered || err == nil && a.Total > 0
		}
		if !answered {
			t.Errorf("%s: no search is answered", c.name)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := os.WriteFile(path, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Ready(t.Context(), path, edition(1)); err != nil && !strings.Contains(err.Error(), "delete "+path) {
		t.Errorf("a program that reads once is told %v", err)
	}
}

// Very many entries with the same words: the latest are ranked, those with the
// words in the title too, and more are said to be there.
func TestVeryManyHits(t *testing.T) {
	entries := make([]Entry, 3*maxFound)
	for i := range entries {
		entries[i] = Entry{
			Dossier: "d", Kind: "figures", ID: fmt.Sprint("f", i), Known: when.Day(i),
			Title: locale.Text{locale.English: "A number"}, Body: []locale.Text{{locale.English: "Of people counted"}},
			Places: []Place{{Room: RoomMission, Mission: "m", From: when.Day(i)}},
		}
	}
	entries[0].Title = locale.Text{locale.English: "People counted first of all"}
	entries[1].Kind = "obligations"
	x, err := Build(t.Context(), "", "many", entries)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	a, err := x.Search(t.Context(), Query{Words: "people counted", Known: 100_000, Lang: locale.English})
	if err != nil {
		t.Fatal(err)
	}
	if !a.More || a.Total <= maxFound || a.Hits[0].ID != "f0" {
		t.Errorf("more: %t, %d in all, first %s", a.More, a.Total, a.Hits[0].ID)
	}
	a, err = x.Search(t.Context(), Query{Words: "people", Known: 100_000, Lang: locale.English, Kind: "obligations"})
	if err != nil || a.Total != 1 || a.Hits[0].ID != "f1" {
		t.Errorf("of a kind that is rare: %+v (%v)", a, err)
	}
	a, err = x.Search(t.Context(), Query{Words: "people", Known: 9, Lang: locale.English})
	if err != nil || a.Total != 10 || a.More {
		t.Errorf("on the tenth day there are %d (%v)", a.Total, err)
	}
}
