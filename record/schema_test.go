package record

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2024, 6, 26, 12, 0, 0, 0, time.UTC)

func note(id, text string) Fact {
	body, err := Canonical(map[string]string{"text": text})
	if err != nil {
		panic(err)
	}
	return Fact{Dossier: "haiti", Kind: "note", ID: id, Known: AlwaysKnown, Sources: []string{"x"}, Body: body}
}

// notes makes a record in which a note is stated, revised, retracted and stated
// again, closed, and returns its path.
func notes(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "record.db")
	s, err := OpenSQLite(t.Context(), path, Create)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for key, facts := range [][]Fact{
		{note("a", "one"), note("b", "one")}, {note("a", "two"), note("b", "one")}, {note("b", "one")}, {note("b", "one"), note("a", "two")},
	} {
		if _, err := s.Do(t.Context(), fmt.Sprint(key), Import{Dossier: "haiti", Facts: facts}, noon); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// rows is what is in a table.
func rows(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	found, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		values, args := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			args[i] = &values[i]
		}
		if err := found.Scan(args...); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%v", values))
	}
	return all
}

const (
	allEvents = `SELECT * FROM event ORDER BY idx`
	allFacts  = `SELECT * FROM fact ORDER BY from_idx`
	allCites  = `SELECT * FROM cites ORDER BY source, from_idx`
)

// Every migration goes down and up again with data: the record is kept by all of
// them, and the query tables come back equal.
func TestMigrationsDownAndUp(t *testing.T) {
	for version := int64(sqliteVersion) - 1; version >= 0; version-- {
		t.Run(fmt.Sprint("to ", version), func(t *testing.T) {
			path := notes(t)
			db := open(t, path)
			events, facts, cites := rows(t, db, allEvents), rows(t, db, allFacts), rows(t, db, allCites)
			if len(events) != 5 || len(facts) != 4 || len(cites) != 4 {
				t.Fatalf("%d events, %d facts, %d citations", len(events), len(facts), len(cites))
			}
			provider, err := migrations(db)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := provider.DownTo(t.Context(), version); err != nil {
				t.Fatal(err)
			}
			if got := rows(t, db, allEvents); fmt.Sprint(got) != fmt.Sprint(events) {
				t.Fatalf("after going down the events are %v", got)
			}
			db.Close()

			if _, err := OpenSQLite(t.Context(), path, ReadOnly); !errors.Is(err, ErrSchema) ||
				!strings.Contains(err.Error(), fmt.Sprintf("has schema version %d", version)) {
				t.Errorf("reading an older record: %v", err)
			}
			s, err := OpenSQLite(t.Context(), path, ReadWrite)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			db = open(t, path)
			for query, want := range map[string][]string{allEvents: events, allFacts: facts, allCites: cites} {
				if got := rows(t, db, query); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("after coming up %s gives %v, not %v", query, got, want)
				}
			}
			if _, err := s.Rebuild(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// open is the database, as its store would have it.
func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	dsn, err := sqliteDSN(path, "_foreign_keys=1", "_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	db, err := openPool(dsn, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// A Create that was killed, before the first migration or after, can be done
// again.
func TestCreateAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder #1 50% é", "record.db")
	if _, err := OpenSQLite(t.Context(), path, Create); err == nil {
		t.Error("a record was made in a folder that is not there")
	}
	path = filepath.Join(t.TempDir(), "a file? #1 50% é.db")
	db := open(t, path)
	for _, statement := range []string{
		`PRAGMA journal_mode = WAL`,
		`CREATE TABLE schema_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')))`,
		`INSERT INTO schema_version (version_id, is_applied) VALUES (0, 1)`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	if _, err := OpenSQLite(t.Context(), path, ReadWrite); !errors.Is(err, ErrNoRecord) {
		t.Errorf("opening half a record: %v", err)
	}
	for _, mode := range []Mode{Create, ReadWrite} {
		s, err := OpenSQLite(t.Context(), path, mode)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err = OpenSQLite(t.Context(), path, Create); err == nil || !strings.Contains(err.Error(), "there is a record already") {
			t.Errorf("making a record over another: %v", err)
		}
	}
}

// An event that was replaced together with its checksum is beyond what the
// record can see, but not that it no longer follows from the others.
func TestRebuildRefusesImpossibleRecord(t *testing.T) {
	for name, c := range map[string]struct {
		index  uint64
		change Change
		says   string
	}{
		"stated twice":     {1, Change{Type: FactStated, Fact: note("a", "one")}, "event 1 does not follow"},
		"revised nothing":  {2, Change{Type: FactRevised, Fact: note("c", "one")}, "event 2 does not follow"},
		"revised another":  {2, Change{Type: FactRevised, Fact: note("a", "two")}, "event 2 does not follow"},
		"retracted others": {3, Change{Type: FactRetracted, Fact: note("a", "")}, "event 3 does not follow"},
		"of no type":       {4, Change{Type: "fact.denied", Fact: note("a", "")}, "event 4: unknown type of event"},
	} {
		t.Run(name, func(t *testing.T) {
			path := notes(t)
			private, err := newPrivate(noon, []string{"0", "0", "1", "2", "3"}[c.index]) // as it was
			if err != nil {
				t.Fatal(err)
			}
			e := Event{Index: c.index, Type: c.change.Type, Public: c.change.Public(), Private: private, Salt: make([]byte, saltSize)}
			if _, err := open(t, path).ExecContext(t.Context(), `UPDATE event SET type = $1, public = $2, private = $3, salt = $4, sum = $5 WHERE idx = $6`,
				e.Type, string(e.Public), string(e.Private), e.Salt, e.sum(), e.Index); err != nil {
				t.Fatal(err)
			}
			s, err := OpenSQLite(t.Context(), path, Repair)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if _, err := s.Rebuild(t.Context()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("rebuilding: %v", err)
			}
		})
	}
}

// An event whose private part was erased is read, with neither time nor key.
func TestErasedEventIsRead(t *testing.T) {
	path := notes(t)
	db := open(t, path)
	var e Event
	if err := db.QueryRowContext(t.Context(), `SELECT idx, type, public FROM event WHERE idx = 4`).Scan(&e.Index, &e.Type, (*[]byte)(&e.Public)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `UPDATE event SET private = NULL, salt = NULL, sum = $1 WHERE idx = 4`, e.sum()); err != nil {
		t.Fatal(err)
	}
	s, err := OpenSQLite(t.Context(), path, ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for e, err := range s.Events(t.Context(), 4) {
		if err != nil || !e.Time.IsZero() || e.Key != "" || e.Private != nil || e.Salt != nil {
			t.Errorf("the event is %+v (%v)", e, err)
		}
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Error(err)
	}
}

// Queries by page find their place by an index, in a record of any size.
func TestQueriesUseIndexes(t *testing.T) {
	db := open(t, notes(t))
	const (
		asOf  = `SELECT * FROM fact f WHERE f.from_idx < 9 AND (f.to_idx IS NULL OR f.to_idx >= 9) AND `
		byRef = ` ORDER BY f.dossier, f.kind, f.id LIMIT 2`
	)
	for query, want := range map[string]string{
		strings.NewReplacer("$1", "'a'", "$2", "'b'", "$3", "'c'").Replace(selectPrior):                                "SEARCH f USING INDEX fact_current (dossier=? AND kind=? AND id=?)",
		asOf + `f.dossier = 'a' AND f.kind = 'b' AND f.id > 'c'` + byRef:                                               "USING INDEX fact_version (dossier=? AND kind=? AND id>?)",
		asOf + `f.dossier = 'a' AND (f.kind, f.id) > ('b', 'c')` + byRef:                                               "USING INDEX fact_version (dossier=? AND (kind,id)>(?,?))",
		`SELECT MIN(dossier) FROM fact WHERE dossier > 'a'`:                                                            "SEARCH fact USING COVERING INDEX fact_version (dossier>?)",
		`SELECT COUNT(*) FROM event`:                                                                                   "USING COVERING INDEX event_type",
		`SELECT kind, id, hash FROM fact WHERE dossier = 'a' AND to_idx IS NULL`:                                       "USING INDEX fact_current (dossier=?)",
		`SELECT * FROM event WHERE idx >= 5 AND idx < 100 ORDER BY idx LIMIT 9`:                                        "USING INTEGER PRIMARY KEY",
		`UPDATE fact SET to_idx = 1 WHERE dossier = 'a' AND kind = 'b' AND id = 'c' AND to_idx IS NULL AND hash = 'd'`: "USING INDEX fact_current (dossier=? AND kind=? AND id=?)",
	} {
		plan := strings.Join(rows(t, db, `EXPLAIN QUERY PLAN `+query), "\n")
		if !strings.Contains(plan, want) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s\nis planned as\n%s", query, plan)
		}
	}
}

// The schema that this version knows is the one that its migrations make.
func TestSchemaSum(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "record.db"))
	provider, err := migrations(db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	sum, err := schemaSum(t.Context(), db)
	if err != nil || sum != sqliteSum {
		t.Errorf("after a migration set sqliteVersion, and sqliteSum to %q (%v)", sum, err)
	}
}
