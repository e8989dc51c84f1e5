package record_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"temwen/record"
	"temwen/record/recordtest"
)

// sample makes a record of two dossiers and a few editions in a folder, closed,
// and returns its path.
func sample(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "record.db")
	s := sqliteBackend.Open(t, path)
	for key, c := range []record.Import{
		{Dossier: "haiti", Facts: recordtest.Dossier("haiti", 120, 0)},
		{Dossier: "kenya", Facts: recordtest.Dossier("kenya", 20, 0)},
		{Dossier: "haiti", Facts: recordtest.Dossier("haiti", 120, 1)},
		{Dossier: "haiti", Facts: recordtest.Dossier("haiti", 120, 1)},
	} {
		if _, err := s.Do(t.Context(), fmt.Sprint(key), c, recordtest.Noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll is everything that the record says, as text, or the first error.
func readAll(t *testing.T, path string, mode record.Mode) (string, error) {
	s, err := record.OpenSQLite(t.Context(), path, mode)
	if err != nil {
		return "", err
	}
	defer s.Close()
	var b bytes.Buffer
	size, err := s.Size(t.Context())
	if err != nil {
		return "", err
	}
	for e, err := range s.Events(t.Context(), 0) {
		if err != nil {
			return "", err
		}
		fmt.Fprintln(&b, e.Index, e.Type, e.Time, e.Key, string(e.Public), string(e.Private), e.Salt)
	}
	for _, query := range []record.Query{{}, {Edition: size / 2}, {Source: "source-000001"}, {Mission: "haiti-mission", Kind: "obligation"}, {Dossier: "kenya"}} {
		for v, err := range s.Facts(t.Context(), query) {
			if err != nil {
				return "", err
			}
			fmt.Fprintln(&b, v)
			if query == (record.Query{Dossier: "kenya"}) {
				history, err := s.History(t.Context(), v.Ref())
				if err != nil {
					return "", err
				}
				fmt.Fprintln(&b, history)
			}
		}
	}
	onFile, err := s.Dossiers(t.Context(), 0)
	fmt.Fprintln(&b, onFile)
	return b.String(), err
}

// withSQL changes a closed record behind the store's back.
func withSQL(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// rewrite changes a closed record's file.
func rewrite(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

const restore = "restore its folder from a backup"

// Each kind of damage is refused when the record is opened, or when what was hit
// is read, with a sentence that says what to do.
func TestDamageIsRefused(t *testing.T) {
	run := func(statements ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) { withSQL(t, path, statements...) }
	}
	file := func(change func([]byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, path string) { rewrite(t, path, change) }
	}
	for _, c := range []struct {
		name   string
		damage func(*testing.T, string)
		kind   error
		says   []string
	}{
		{"missing", func(t *testing.T, path string) { os.Remove(path) }, record.ErrNoRecord, []string{"no record at ", "temwen init"}},
		{"a folder", func(t *testing.T, path string) { os.Remove(path); os.Mkdir(path, 0o700) }, nil, []string{"reading the record "}},
		{"empty", file(func(b []byte) []byte { return nil }), record.ErrNoRecord, []string{"the file is empty", restore}},
		{"cut to ten bytes", file(func(b []byte) []byte { return b[:10] }), record.ErrNoRecord, []string{"not a database", restore}},
		{"cut in half", file(func(b []byte) []byte { return b[:len(b)/2] }), record.ErrDamaged, []string{restore}},
		{"cut by a page", file(func(b []byte) []byte { return b[:len(b)-4096] }), record.ErrDamaged, []string{restore}},
		{"a text", file(func(b []byte) []byte { return []byte("not a database at all, but some text") }), record.ErrNoRecord, []string{"not a database", restore}},
		{"zeros", file(func(b []byte) []byte { return make([]byte, len(b)) }), record.ErrNoRecord, []string{"not a database", restore}},
		{"another program's", func(t *testing.T, path string) {
			os.Remove(path)
			withSQL(t, path, `CREATE TABLE event (x)`)
		}, record.ErrNoRecord, []string{"a database of another program"}},
		{"a database without tables", func(t *testing.T, path string) {
			os.Remove(path)
			withSQL(t, path, `PRAGMA user_version = 1`)
		}, record.ErrNoRecord, []string{"restore its folder"}},
		{
			"of a newer version", run(`INSERT INTO schema_version (version_id, is_applied) VALUES (99, 1)`),
			record.ErrSchema,
			[]string{"has schema version 99", "use the newer Temwen"},
		},
		{"without a version", run(`DROP TABLE schema_version`), record.ErrDamaged, []string{"its schema has no version", restore}},
		{"an index gone", run(`DROP INDEX fact_version`), record.ErrDamaged, []string{"its schema is not the one", restore}},
		{
			"a trigger added", run(`CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event WHERE idx = 3; END`),
			record.ErrDamaged,
			[]string{"its schema is not the one", restore},
		},
		{"first event gone", run(`DELETE FROM event WHERE idx = 0`), record.ErrDamaged, []string{"event 0 is missing: there are 259 events, but the last has the index 259", restore}},
		{"an event gone", run(`DELETE FROM event WHERE idx = 77`), record.ErrDamaged, []string{"event 77 is missing: there are 259 events, but the last has the index 259", restore}},
		{"no command left", run(`DELETE FROM command`), record.ErrDamaged, []string{"account for 0 events and end before the index 0, but there are 260", restore}},
		{"last event gone", run(`DELETE FROM event WHERE idx = 259`), record.ErrDamaged, []string{"account for 260 events and end before the index 260, but there are 259", restore}},
		{"an event moved", run(`UPDATE event SET idx = 1000 WHERE idx = 259`), record.ErrDamaged, []string{"event 259 is missing: there are 260 events, but the last has the index 1000", restore}},
		{"a command gone", run(`DELETE FROM command WHERE key = '1'`), record.ErrDamaged, []string{"account for 240 events", restore}},
		{
			"an event edited", run(`UPDATE event SET public = replace(public, 'mission', 'MISSION') WHERE idx = 77`),
			record.ErrDamaged,
			[]string{"event 77 has another checksum", restore},
		},
		{"an event of another type", run(`UPDATE event SET type = 'fact.revised' WHERE idx = 77`), record.ErrDamaged, []string{"event 77 has another checksum", restore}},
		{
			"a private part edited", run(`UPDATE event SET private = replace(private, '2024', '2023') WHERE idx = 77`),
			record.ErrDamaged,
			[]string{"event 77 has another checksum", restore},
		},
		{"a salt edited", run(`UPDATE event SET salt = zeroblob(32) WHERE idx = 77`), record.ErrDamaged, []string{"event 77 has another checksum", restore}},
		{
			"two events changed about", run(`UPDATE event SET idx = 1000 WHERE idx = 76`, `UPDATE event SET idx = 76 WHERE idx = 77`, `UPDATE event SET idx = 77 WHERE idx = 1000`),
			record.ErrDamaged,
			[]string{"event 76 has another checksum", restore},
		},
		{"a fact's hash edited", run(`UPDATE fact SET hash = zeroblob(32) WHERE from_idx = 130`), record.ErrDamaged, []string{`they have `, "temwen rebuild"}},
		{"a fact's name edited", run(`UPDATE fact SET id = 'x' WHERE from_idx = 130`), record.ErrDamaged, []string{`they have `, "temwen rebuild"}},
		{"query tables behind", run(`UPDATE projection SET events = 100`), record.ErrDamaged, []string{"they hold 100 of 260 events", "temwen rebuild"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := sample(t)
			c.damage(t, path)
			for _, mode := range []record.Mode{record.ReadOnly, record.ReadWrite} {
				_, err := readAll(t, path, mode)
				if err == nil || c.kind != nil && !errors.Is(err, c.kind) {
					t.Fatalf("mode %d: %v, not an error that is %v", mode, err, c.kind)
				}
				for _, says := range append(c.says, path) {
					if !strings.Contains(err.Error(), says) {
						t.Errorf("mode %d: %q does not say %q", mode, err, says)
					}
				}
				if strings.Contains(err.Error(), "\n") {
					t.Errorf("mode %d: %q is not one sentence", mode, err)
				}
			}
		})
	}
}

// A flipped bit, wherever it is, is refused or changes nothing that is read.
func TestFlippedBits(t *testing.T) {
	path := sample(t)
	want, err := readAll(t, path, record.ReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found, harmless := 0, 0
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 160 {
		at := random.IntN(len(good))
		if i < 60 {
			at = i // the file's header
		}
		bad := bytes.Clone(good)
		bad[at] ^= 1 << random.IntN(8)
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readAll(t, path, record.ReadOnly)
		os.Remove(path + "-wal")
		os.Remove(path + "-shm")
		switch {
		case err == nil && got != want:
			t.Fatalf("flipping a bit of byte %d changed what is read", at)
		case err == nil:
			harmless++
		case !errors.Is(err, record.ErrDamaged) && !errors.Is(err, record.ErrNoRecord) && !errors.Is(err, record.ErrSchema):
			t.Errorf("flipping a bit of byte %d: %v, which does not say what to do", at, err)
		default:
			found++
		}
	}
	if found < 60 {
		t.Errorf("only %d of 160 were found, and %d were harmless", found, harmless)
	}
}

// A query table that was tampered with is found by Rebuild, and repaired.
func TestRebuildRepairs(t *testing.T) {
	for name, c := range map[string]struct{ tamper, says string }{
		"a fact gone":               {`DELETE FROM fact WHERE from_idx = 250`, "query table fact had no row where the record says (from_idx=250 to_idx=none"},
		"a fact of another time":    {`UPDATE fact SET to_idx = 200 WHERE from_idx = 5`, "query table fact had (from_idx=5 to_idx=200 dossier=\"haiti\""},
		"a fact that came back":     {`UPDATE fact SET to_idx = NULL WHERE from_idx = 49`, "query table fact had (from_idx=49 to_idx=none"},
		"a fact of another dossier": {`UPDATE fact SET dossier = 'kenya' WHERE from_idx = 250`, `dossier="kenya"`},
		"a fact of another kind":    {`UPDATE fact SET kind = 'actor' WHERE from_idx = 250`, `kind="actor"`},
		"a fact of another ID":      {`UPDATE fact SET id = 'x' WHERE from_idx = 250`, `id="x"`},
		"a fact of another hash":    {`UPDATE fact SET hash = zeroblob(32) WHERE from_idx = 250`, `hash=0000`},
		"a citation gone":           {`DELETE FROM cites WHERE from_idx = 30`, `query table cites had no row where the record says (from_idx=30 source="source-`},
		"a citation made up":        {`INSERT INTO cites (source, from_idx) VALUES ('x', 30)`, `query table cites had (from_idx=30 source="x") where the record says no row`},
		"a mission gone":            {`DELETE FROM mission`, `query table mission had no row where the record says (id="haiti-mission" dossier="haiti")`},
		"tables behind":             {`UPDATE projection SET events = 7`, `query table projection had 7 events where the record says 260`},
		"tables empty":              {`DELETE FROM cites; DELETE FROM fact`, `query table fact had no row where the record says (from_idx=0`},
	} {
		t.Run(name, func(t *testing.T) {
			path := sample(t)
			want, err := readAll(t, path, record.ReadOnly)
			if err != nil {
				t.Fatal(err)
			}
			withSQL(t, path, `PRAGMA foreign_keys = OFF`, c.tamper)
			auditFinds(t, path, c.says)
			rebuildFinds(t, path, c.says)
			auditFinds(t, path, "")
			if got, err := readAll(t, path, record.ReadOnly); err != nil || got != want {
				t.Errorf("after the rebuild the record says something else (%v)", err)
			}
		})
	}
}

// auditFinds checks that whoever may only read finds a difference too, or, where
// says is empty, none, and that looking changes nothing.
func auditFinds(t *testing.T, path, says string) {
	t.Helper()
	s, err := record.OpenSQLite(t.Context(), path, record.ReadOnly)
	if says != "" && errors.Is(err, record.ErrDamaged) && strings.Contains(err.Error(), "temwen rebuild") {
		return // it shows without comparing
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 2 {
		_, err = s.Audit(t.Context())
		switch {
		case says == "" && err != nil:
			t.Errorf("the audit of what was mended found %v", err)
		case says != "" && (!errors.Is(err, record.ErrDamaged) || !strings.Contains(err.Error(), strings.TrimPrefix(says, "query "))):
			t.Errorf("the audit found %v, not %s", err, says)
		}
	}
}

// rebuildFinds checks that a rebuild finds a difference, and a second one none.
func rebuildFinds(t *testing.T, path, says string) {
	t.Helper()
	s, err := record.OpenSQLite(t.Context(), path, record.Repair)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.Rebuild(t.Context())
	var different *record.Difference
	if !errors.As(err, &different) || !strings.Contains(err.Error(), says) {
		t.Errorf("the rebuild found %v, not %s", err, says)
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Errorf("a second rebuild found %v", err)
	}
}

// A flipped bit in a page of a query table is refused with the advice to
// rebuild. That repairs it, unless the page can no longer even be thrown away;
// then the advice is to restore, and the record is as it was.
func TestRebuildRepairsPages(t *testing.T) {
	path := sample(t)
	want, err := readAll(t, path, record.ReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var pages []int
	for _, name := range []string{"fact", "fact_version", "fact_current", "cites", "sqlite_autoindex_cites_1"} {
		pages = append(pages, pageOf(t, path, name))
	}
	repaired, given := 0, 0
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 40 {
		at := (pages[i%len(pages)]-1)*4096 + random.IntN(4096)
		bad := bytes.Clone(good)
		bad[at] ^= 1 << random.IntN(8)
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := record.OpenSQLite(t.Context(), path, record.ReadWrite)
		if err == nil { // nothing in use was hit, or a row, which is seen when it is read
			s.Close()
			continue
		}
		if !errors.Is(err, record.ErrDamaged) || !strings.Contains(err.Error(), "temwen rebuild") {
			t.Errorf("byte %d: opening: %v", at, err)
		}
		given++
		if s, err = record.OpenSQLite(t.Context(), path, record.Repair); err != nil {
			t.Fatalf("byte %d: opening to repair: %v", at, err)
		}
		_, err = s.Rebuild(t.Context())
		s.Close()
		var different *record.Difference
		switch {
		case errors.As(err, &different):
			if got, err := readAll(t, path, record.ReadOnly); err != nil || got != want {
				t.Errorf("byte %d: after the rebuild the record says something else (%v)", at, err)
			}
			repaired++
		case !errors.Is(err, record.ErrDamaged) || !strings.Contains(err.Error(), restore):
			t.Errorf("byte %d: rebuilding: %v", at, err)
		}
	}
	if repaired < given*3/4 || given < 12 {
		t.Errorf("%d of %d were repaired", repaired, given)
	}
}

// pageOf is the number of a leaf page of a table or index, counted from 1.
func pageOf(t *testing.T, path, name string) (page int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno DESC`, name).Scan(&page); err != nil {
		t.Fatal(err)
	}
	return page
}

// A damaged query table puts nothing wrong on the record.
func TestDamagedTableIsNotRecorded(t *testing.T) {
	path := sample(t)
	withSQL(t, path, `UPDATE fact SET hash = zeroblob(32) WHERE from_idx = 130`)
	s, err := record.OpenSQLite(t.Context(), path, record.ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cmd := record.Import{Dossier: "kenya", Facts: recordtest.Dossier("kenya", 20, 0)}
	if _, err := s.Do(t.Context(), "new", cmd, recordtest.Noon); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("importing over a damaged hash: %v", err)
	}
	if n, err := s.Size(t.Context()); err != nil || n != 260 {
		t.Errorf("the record has %d events (%v)", n, err)
	}
}
