package main

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestEveryFlipIsFound turns single bits of a store over, anywhere in its files.
// In what the ledger has published each is found. In the record each is found,
// or lies where nothing is and changes no answer; and what is found is told in
// a sentence that says what to do.
func TestEveryFlipIsFound(t *testing.T) {
	t.Parallel()
	dir := newStore(t)
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err == nil && (rel == "record.db" || strings.HasPrefix(rel, "ledger/") && !strings.HasPrefix(rel, "ledger/.state")) {
			files = append(files, rel)
		}
		return err
	})
	if err != nil || len(files) < 5 {
		t.Fatalf("there are only %v (%v)", files, err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	_, whole := inside(t.Context(), false, new(bytes.Buffer), "brief", "support", "--dir", dir, "--format", "json")
	found := 0
	for _, file := range files {
		for range 12 {
			bad := filepath.Join(t.TempDir(), "bad")
			if err := copyFolder(dir, bad); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(filepath.Join(bad, file))
			if err != nil {
				t.Fatal(err)
			}
			at, bit := random.IntN(len(data)), random.IntN(8)
			data[at] ^= 1 << bit
			if err := os.WriteFile(filepath.Join(bad, file), data, 0o600); err != nil {
				t.Fatal(err)
			}
			var stderr bytes.Buffer
			verified, stdout := inside(t.Context(), false, &stderr, "verify", "--forget", bad)
			if verified == 1 {
				found++
			}
			if verified > 1 || verified == 1 && strings.Contains(stdout, "VERIFIED") || strings.Count(stderr.String(), "\n") > 1 {
				t.Errorf("%s, byte %d, bit %d: exit status %d\n%s%s", file, at, bit, verified, stdout, &stderr)
			}
			if file != "record.db" {
				if verified == 0 {
					t.Errorf("%s, byte %d, bit %d is not found:\n%s", file, at, bit, stdout)
				}
				continue
			}
			stderr.Reset()
			read, stdout := inside(t.Context(), false, &stderr, "brief", "support", "--dir", bad, "--format", "json")
			if read == 0 && stdout != whole {
				t.Errorf("record.db, byte %d, bit %d changes the answer", at, bit)
			}
			if said := stderr.String(); read == 1 && !strings.Contains(said, "restore") && !strings.Contains(said, "rebuild") && !strings.Contains(said, "newer Temwen") {
				t.Errorf("record.db, byte %d, bit %d: it does not say what to do: %s", at, bit, said)
			}
		}
	}
	t.Logf("%d of %d were found by verify", found, 12*len(files))
}
