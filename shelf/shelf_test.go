package shelf

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"temwen/seal"
)

var noon = time.Date(2026, 11, 28, 12, 34, 56, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func newShelf(t *testing.T) (*Shelf, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	s, err := New(dir, at(noon))
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

// coarse fails where a file's time is finer than the day.
func coarse(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if when := info.ModTime().UTC(); !when.Equal(noon.Truncate(24*time.Hour)) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is of %s, %s", e.Name(), when, info.Mode())
		}
	}
}

func TestShelf(t *testing.T) {
	s, dir := newShelf(t)
	hash, err := s.Keep(strings.NewReader("sealed, and more"), 6)
	if err != nil || hash != seal.Hash(sha256.Sum256([]byte("sealed"))) {
		t.Fatalf("%s, %v", hash, err)
	}
	coarse(t, dir)
	if again, err := s.Keep(strings.NewReader("sealed"), 6); err != nil || again != hash {
		t.Errorf("the same again: %s, %v", again, err)
	}
	r, err := s.Open(hash)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "sealed" {
		t.Errorf("%q, %v", b, err)
	}
	r.Close()
	if _, err := s.Keep(strings.NewReader("cut"), 6); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("what was cut: %v", err)
	}
	if err := errors.Join(s.Remove(hash), s.Remove(hash)); err != nil {
		t.Error(err)
	}
	if _, err := s.Open(hash); !errors.Is(err, ErrUnknown) {
		t.Errorf("what was removed: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// Given files that a crash has left, when the shelf is swept, then only what an event
// speaks of stays.
func TestSweep(t *testing.T) {
	s, dir := newShelf(t)
	known, err := s.Keep(strings.NewReader("known"), 5)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Keep(strings.NewReader("not known"), 9); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".new-1"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context(), func(_ context.Context, h seal.Hash) (bool, error) { return h == known, nil }); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 || left[0].Name() != known.String() {
		t.Errorf("%v is left, %v", left, err)
	}
	unreadable := errors.New("the record cannot be read")
	if err := s.Sweep(t.Context(), func(context.Context, seal.Hash) (bool, error) { return false, unreadable }); !errors.Is(err, unreadable) {
		t.Errorf("%v", err)
	}
	if _, err := s.Open(known); err != nil {
		t.Errorf("a file was removed although nobody could say that it is not known: %v", err)
	}
}

// taken takes everything, or fails as told.
type taken struct {
	err  error
	what []string
}

func (taken) Admit(_ context.Context, size int64, _ []byte) error {
	if size > 100 {
		return seal.ErrTooLarge
	}
	return nil
}

func (t *taken) Take(_ context.Context, all io.Reader, _ int64) ([]byte, error) {
	if t.err != nil {
		return nil, t.err
	}
	b, err := io.ReadAll(all)
	t.what = append(t.what, string(b))
	return []byte("taken"), err
}

// Given an upload that broke off, when the process starts again, then it goes on where it
// was; while the taker is busy it is kept, and what the taker refuses is forgotten.
func TestUploadsGoOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "uploads")
	busy := &taken{err: ErrBusy}
	us, err := OpenUploads(dir, Limits{}, at(noon), busy)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := us.Create(t.Context(), 101, strings.NewReader("x")); !errors.Is(err, seal.ErrTooLarge) {
		t.Errorf("%v", err)
	}
	id, u, err := us.Create(t.Context(), 10, strings.NewReader("01234"))
	if err != nil || u.Offset != 5 {
		t.Fatalf("%+v, %v", u, err)
	}
	coarse(t, dir)
	if us, err = OpenUploads(dir, Limits{}, at(noon), busy); err != nil {
		t.Fatal(err)
	}
	if u, err = us.Upload(t.Context(), id); err != nil || u.Offset != 5 || u.Size != 10 {
		t.Fatalf("%+v, %v", u, err)
	}
	if _, err := us.Append(t.Context(), id, 4, bytes.NewReader(nil)); !errors.Is(err, ErrOffset) {
		t.Errorf("%v", err)
	}
	if u, err = us.Append(t.Context(), id, 5, strings.NewReader("56789 and more")); !errors.Is(err, ErrBusy) || u.Offset != 10 {
		t.Errorf("%+v, %v", u, err)
	}
	busy.err = nil
	if u, err = us.Append(t.Context(), id, 10, bytes.NewReader(nil)); err != nil || string(u.Receipt) != "taken" || busy.what[0] != "0123456789" {
		t.Errorf("%+v, %v, %q", u, err, busy.what)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	busy.err = seal.ErrMalformed
	if _, _, err := us.Create(t.Context(), 3, strings.NewReader("bad")); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left of what was refused, %v", left, err)
	}
}
