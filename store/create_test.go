package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"temwen/store"
)

// write makes files in a folder; a name that ends with a slash is a folder.
func write(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o700); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLook(t *testing.T) {
	for name, c := range map[string]struct {
		has  []string
		want error
		says string
	}{
		"empty":           {nil, store.ErrNoStore, "temwen init --dir"},
		"something else":  {[]string{"letter.txt"}, store.ErrNoStore, "the folder holds something else, or nothing"},
		"whole":           {[]string{"record.db", "ledger/ledger.vkey", "keys/ledger.key", "lock"}, nil, ""},
		"without its key": {[]string{"record.db", "ledger/ledger.vkey"}, nil, ""},
		"no ledger":       {[]string{"record.db", "keys/ledger.key"}, store.ErrIncomplete, "has lost its ledger, the folder ledger; restore"},
		"no public key":   {[]string{"record.db", "ledger/checkpoint", "keys/ledger.key"}, store.ErrIncomplete, "has lost ledger"},
		"no record":       {[]string{"ledger/ledger.vkey", "keys/ledger.key"}, store.ErrIncomplete, "has lost its record, the file record.db; restore"},
		"a copied ledger": {[]string{"ledger/ledger.vkey", "ledger/checkpoint"}, store.ErrNoStore, ""},
		"unfinished":      {[]string{"record.db", "ledger/ledger.vkey", "keys/ledger.key", "unfinished"}, store.ErrNoStore, "making it was interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.has...)
			err := store.Look(dir)
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Fatalf("Look gives %v, want %v", err, c.want)
			}
			if err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %q, not %q", err, c.says)
			}
		})
	}
	if err := store.Look(filepath.Join(t.TempDir(), "nowhere")); !errors.Is(err, store.ErrNoStore) {
		t.Errorf("no folder: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	write(t, filepath.Dir(file), "file")
	if err := store.Look(file); err == nil || errors.Is(err, store.ErrNoStore) || !strings.Contains(err.Error(), "is a file") {
		t.Errorf("a file: %v", err)
	}
}

func TestCreateLeavesOthersAlone(t *testing.T) {
	for name, c := range map[string]struct {
		has  []string
		says string
	}{
		"something else": {[]string{"letter.txt"}, "the folder is not empty; choose an empty or new one"},
		"a store":        {[]string{"record.db", "ledger/ledger.vkey", "keys/ledger.key"}, "there is a store already"},
		"half a store":   {[]string{"ledger/ledger.vkey", "keys/ledger.key"}, "has lost its record"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.has...)
			err := store.Create(t.Context(), dir, store.Options{})
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), dir) {
				t.Errorf("Create gives %v", err)
			}
			for _, f := range c.has {
				if text, err := os.ReadFile(filepath.Join(dir, f)); err != nil || string(text) != "text" {
					t.Errorf("%s was changed: %q, %v", f, text, err)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, "lock")); err == nil {
				t.Error("a lock was left")
			}
		})
	}
}

// TestCreateStartsOver: what an interrupted Create has left is cleared away.
func TestCreateStartsOver(t *testing.T) {
	for name, has := range map[string][]string{
		"at the lock":   {"lock"},
		"at the marker": {"lock", "unfinished"},
		"at the key":    {"lock", "unfinished", "keys/.new-1", "keys/ledger.key"},
		"at the ledger": {"lock", "unfinished", "keys/ledger.key", "ledger/ledger.vkey", "ledger/.state/treeState"},
		"at the record": {"lock", "unfinished", "keys/ledger.key", "ledger/ledger.vkey", "record.db", "record.db-wal"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, has...)
			if err := store.Create(t.Context(), dir, store.Options{}); err != nil {
				t.Fatal(err)
			}
			imports(t, open(t, dir), base(t, "a", 1, 1))
			verify(t, dir)
		})
	}
}

// TestCreateAtOnce: of several who create one store, one does.
func TestCreateAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	var made atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			err := store.Create(t.Context(), dir, store.Options{})
			switch {
			case err == nil:
				made.Add(1)
			case !strings.Contains(err.Error(), "locked") && !strings.Contains(err.Error(), "there is a store already"):
				t.Errorf("Create gives %v", err)
			}
		})
	}
	all.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("it was made %d times", n)
	}
	verify(t, dir)
}

func TestOrigin(t *testing.T) {
	for _, origin := range []string{"record.example.org/haiti", "localhost", "a", "example.org:8420/x_y"} {
		dir := filepath.Join(t.TempDir(), "store")
		if err := store.Create(t.Context(), dir, store.Options{Origin: origin}); err != nil {
			t.Errorf("%q is refused: %v", origin, err)
			continue
		}
		r, err := store.OpenReader(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(r.Key(), origin+"+") {
			t.Errorf("the key of %q is %q", origin, r.Key())
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, origin := range []string{"a b", "https://example.org", "example.org/", "a+b", "/", "é", strings.Repeat("a", 101)} {
		dir := filepath.Join(t.TempDir(), "store")
		if err := store.Create(t.Context(), dir, store.Options{Origin: origin}); err == nil || !strings.Contains(err.Error(), "such as record.example.org/haiti") {
			t.Errorf("%q gives %v", origin, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%q: a folder was made", origin)
		}
	}
}
