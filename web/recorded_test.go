package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"temwen/casework"
	"temwen/conduct/conducttest"
	"temwen/dossier"
	"temwen/ledger"
	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// shown is a fact as a page names it: test/facts.test.ts reads it.
type shown struct {
	Entry uint64 `json:"entry"`
	Sum   string `json:"sum"`
}

// shownCase is an entry that makes a case public, as a page names it.
type shownCase struct {
	Entry    uint64   `json:"entry"`
	Openings []string `json:"openings"`
	Leaf     string   `json:"leaf"` // as the page of one that was taken back names it
}

// writeRecorded makes a record with a ledger, as Temwen does, for the tests of
// src/facts.ts: 300 figures, so that there are two bundles of entries, and the
// last of them revised; and two public cases.
func writeRecorded(t *testing.T, path string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	if err := store.Create(t.Context(), dir, store.Options{Origin: "temwen.local/web"}); err != nil {
		t.Fatal(err)
	}
	hurry := store.Settings{Books: conducttest.Books(), Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond}}
	s, err := store.Open(t.Context(), dir, hurry)
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2024, time.July, 10, 12, 0, 0, 0, time.UTC)
	cases := publicCases(t, s, noon)
	for _, last := range []int{7, 8} {
		if _, err := s.Import(t.Context(), figures(t, 300, last), noon, store.Progress{}); err != nil {
			t.Fatal(err)
		}
	}
	writeJSON(t, path, map[string]any{"vkey": s.Key(), "files": published(t, s.LedgerDir()), "shown": shownFacts(t, s), "cases": cases})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// publicCases makes two invented cases public.
func publicCases(t *testing.T, s *store.Store, now time.Time) []shownCase {
	t.Helper()
	o := conducttest.New(s, now)
	for _, state := range []string{"a", "b"} {
		if _, _, err := o.Public(t.Context(), "m", state, when.Today(now), "state", "opened", "step"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Publish(t.Context(), now, true, nil); err != nil {
		t.Fatal(err)
	}
	standing, err := casework.PublishedCases(t.Context(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []shownCase
	for _, c := range standing.Cases {
		receipt, err := s.Receipt(t.Context(), c.Entry)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ledger.VerifyReceipt(receipt, nil, s.Key(), nil)
		if err != nil {
			t.Fatal(err)
		}
		leaf := tlog.RecordHash(r.Entry)
		list = append(list, shownCase{c.Entry, c.Openings, base64.StdEncoding.EncodeToString(leaf[:])})
	}
	return list
}

// figures is a dossier of n figures, of which the last has its own value.
func figures(t *testing.T, n, last int) *dossier.Dossier {
	t.Helper()
	var b strings.Builder
	b.WriteString(`dossier: {id: d, title: {en: A dossier, ht: Yon dosye "<é>\u2028"}, time_zone: America/Port-au-Prince}
sources:
  - {id: source, title: A source, publisher: A newspaper, published: 2024-06-20, language: en, address: "https://example.org/", read: full}
metrics:
  - {id: people, name: People, kind: level, topic: people}
missions:
  - {id: m, name: {en: A mission}, short: M, period: 2024/2025, sources: [source]}
figures:
`)
	for i := range n {
		value := fmt.Sprintf("%d.5", i)
		if i == n-1 {
			value = fmt.Sprint(last)
		}
		fmt.Fprintf(&b, "  - {id: figure-%d, mission: m, metric: people, value: %s, unit: persons, modality: deployed, as_of: 2024-01, sources: [source]}\n", i, value)
	}
	d, err := dossier.Load(fstest.MapFS{"dossier.yaml": {Data: []byte(b.String())}}, dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// published are the files of a ledger that the site serves.
func published(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, ".") {
			return err
		}
		files[path], err = os.ReadFile(filepath.Join(dir, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// shownFacts are all facts, as pages name them.
func shownFacts(t *testing.T, s *store.Store) []shown {
	t.Helper()
	var list []shown
	for v, err := range s.Facts(t.Context(), record.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		sum := v.Hash()
		list = append(list, shown{v.From, base64.StdEncoding.EncodeToString(sum[:])})
	}
	return list
}

func writeJSON(t *testing.T, path string, value any) {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
