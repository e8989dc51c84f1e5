package record_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"temwen/record"
	"temwen/record/recordtest"
)

// sqliteBackend keeps each record in a file of its own.
var sqliteBackend = recordtest.Backend{
	New: func(t *testing.T) string { return filepath.Join(t.TempDir(), "record.db") },
	Open: func(t *testing.T, address string, options ...record.Option) record.Store {
		mode := record.ReadWrite
		if _, err := os.Stat(address); err != nil {
			mode = record.Create
		}
		s, err := record.OpenSQLite(t.Context(), address, mode, options...)
		if err != nil {
			t.Fatal(err)
		}
		return s
	},
}

func TestConformanceSQLite(t *testing.T) { recordtest.Conformance(t, sqliteBackend) }

// A record that another store writes can be read meanwhile, and nothing else.
func TestReadOnly(t *testing.T) {
	path := sqliteBackend.New(t)
	writer := sqliteBackend.Open(t, path)
	defer writer.Close()
	reader, err := record.OpenSQLite(t.Context(), path, record.ReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	cmd := record.Import{Dossier: "haiti", Facts: recordtest.Dossier("haiti", 30, 0)}
	if _, err := reader.Do(t.Context(), "1", cmd, recordtest.Noon); !errors.Is(err, record.ErrReadOnly) {
		t.Errorf("writing: %v", err)
	}
	if _, err := reader.Rebuild(t.Context()); !errors.Is(err, record.ErrReadOnly) {
		t.Errorf("rebuilding: %v", err)
	}
	if _, err := writer.Do(t.Context(), "1", cmd, recordtest.Noon); err != nil {
		t.Fatal(err)
	}
	if n, err := reader.Size(t.Context()); err != nil || n != 30 {
		t.Errorf("it has %d events (%v)", n, err)
	}

	// A copy of the files as a power cut would leave them: the commit is in the
	// write-ahead log only, and there is no shared memory file.
	copied := filepath.Join(t.TempDir(), "record.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, mode := range []record.Mode{record.ReadOnly, record.ReadWrite, record.ReadOnly} {
		s, err := record.OpenSQLite(t.Context(), copied, mode)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := s.Size(t.Context()); err != nil || n != 30 {
			t.Errorf("the copy has %d events (%v)", n, err)
		}
		s.Close()
	}
}

// A salt that cannot be drawn leaves nothing behind.
func TestNoSaltNoEvent(t *testing.T) {
	s, err := record.OpenSQLite(t.Context(), sqliteBackend.New(t), record.Create, record.Salts(bytes.NewReader(make([]byte, 10*32+31))))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cmd := record.Import{Dossier: "haiti", Facts: recordtest.Dossier("haiti", 11, 0)}
	if _, err := s.Do(t.Context(), "1", cmd, recordtest.Noon); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("importing: %v", err)
	}
	if n, err := s.Size(t.Context()); err != nil || n != 0 {
		t.Errorf("it has %d events (%v)", n, err)
	}
}

// The cost of a large dossier: go test -run '^$' -bench 100k -benchtime 1x -benchmem ./record
func BenchmarkImport100k(b *testing.B) {
	facts := recordtest.Dossier("haiti", 100_000, 0)
	for b.Loop() {
		b.StopTimer()
		path := filepath.Join(b.TempDir(), "record.db")
		s, err := record.OpenSQLite(b.Context(), path, record.Create)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, err := s.Do(b.Context(), "key", record.Import{Dossier: "haiti", Facts: facts}, recordtest.Noon); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(len(facts)*b.N)/b.Elapsed().Seconds(), "facts/s")
}

// large is a record of 100,000 facts.
func large(b *testing.B) record.Store {
	path := filepath.Join(b.TempDir(), "record.db")
	s, err := record.OpenSQLite(b.Context(), path, record.Create)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	if _, err := s.Do(b.Context(), "key", record.Import{Dossier: "haiti", Facts: recordtest.Dossier("haiti", 100_000, 0)}, recordtest.Noon); err != nil {
		b.Fatal(err)
	}
	return s
}

func BenchmarkRead100k(b *testing.B) {
	s := large(b)
	for b.Loop() {
		n := 0
		for _, err := range s.Facts(b.Context(), record.Query{Dossier: "haiti"}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 100_000 {
			b.Fatal(n)
		}
	}
}

func BenchmarkUnchanged100k(b *testing.B) {
	s := large(b)
	facts := recordtest.Dossier("haiti", 100_000, 0)
	for i := 0; b.Loop(); i++ {
		if _, err := s.Do(b.Context(), fmt.Sprint(i), record.Import{Dossier: "haiti", Facts: facts}, recordtest.Noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRevise100k(b *testing.B) {
	s := large(b)
	revisions := [][]record.Fact{recordtest.Dossier("haiti", 100_000, 2), recordtest.Dossier("haiti", 100_000, 0)}
	for i := 0; b.Loop(); i++ {
		if _, err := s.Do(b.Context(), fmt.Sprint(i), record.Import{Dossier: "haiti", Facts: revisions[i%2]}, recordtest.Noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRebuild100k(b *testing.B) {
	s := large(b)
	for b.Loop() {
		if _, err := s.Rebuild(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "record.db")
	s, err := record.OpenSQLite(b.Context(), path, record.Create)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.Do(b.Context(), "key", record.Import{Dossier: "haiti", Facts: recordtest.Dossier("haiti", 1_000, 0)}, recordtest.Noon); err != nil {
		b.Fatal(err)
	}
	s.Close()
	for b.Loop() {
		s, err := record.OpenSQLite(b.Context(), path, record.ReadOnly)
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

// A book's table that was changed from outside is found by a rebuild and made
// anew; one that is gone, or was defined otherwise, when the record is opened.
func TestBookTablesAreMadeAnew(t *testing.T) {
	for _, change := range []struct{ name, sql string }{
		{"a row changed", `UPDATE book_diary_page SET title = 'x'`},
		{"a row removed", `DELETE FROM book_diary_page`},
		{"another definition", `UPDATE book SET sum = x'00'`},
		{"tables gone", `DROP TABLE book_diary_page; DELETE FROM book`},
	} {
		t.Run(change.name, func(t *testing.T) {
			path := sqliteBackend.New(t)
			with := func(f func(record.Store)) {
				t.Helper()
				s := sqliteBackend.Open(t, path, record.Books(recordtest.Diary{}))
				defer s.Close()
				f(s)
			}
			with(func(s record.Store) {
				if _, err := s.Do(t.Context(), "1", recordtest.Write{Titles: []string{"a"}}, recordtest.Noon); err != nil {
					t.Fatal(err)
				}
			})
			edit(t, path, change.sql)
			with(func(s record.Store) {
				var different *record.Difference
				if _, err := s.Rebuild(t.Context()); err != nil && !errors.As(err, &different) {
					t.Fatal(err)
				}
				if _, err := s.Rebuild(t.Context()); err != nil {
					t.Errorf("rebuilding twice: %v", err)
				}
				if r, err := s.Do(t.Context(), "2", recordtest.Write{Titles: []string{"a"}}, recordtest.Noon); err != nil || r.From != r.To {
					t.Errorf("the page is written again: %+v, %v", r, err)
				}
			})
		})
	}
}

// edit changes a record's file behind its back.
func edit(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
}

// What was erased while somebody reads is erased, and its bytes go from the database's
// log as soon as entries are published that nobody stands in the way of.
func TestErasedWhileSomebodyReads(t *testing.T) {
	path := sqliteBackend.New(t)
	s := sqliteBackend.Open(t, path, record.Books(recordtest.Diary{}))
	defer s.Close()
	if _, err := s.Do(t.Context(), "1", recordtest.Write{Titles: []string{"a word in a diary"}}, recordtest.Noon); err != nil {
		t.Fatal(err)
	}
	reader, err := record.OpenSQLite(t.Context(), path, record.ReadOnly, record.Books(recordtest.Diary{}))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	traces := func() int {
		n := 0
		for _, suffix := range []string{"", "-wal"} {
			b, err := os.ReadFile(path + suffix)
			if err != nil {
				t.Fatal(err)
			}
			n += bytes.Count(b, []byte("a word in a diary"))
		}
		return n
	}
	erase := record.Erase{Events: []uint64{0}, Ground: "law", By: "one", Second: "two"}
	err = reader.View(t.Context(), "diary", func(tables *record.Tables) error {
		var n int
		if _, err := tables.Scan(t.Context(), `SELECT COUNT(*) FROM {page}`, nil, &n); err != nil || n != 1 {
			return fmt.Errorf("it reads %d pages: %w", n, err)
		}
		if r, err := s.Do(t.Context(), "2", erase, recordtest.Noon); !errors.Is(err, record.ErrLingers) || r.To != 2 {
			t.Errorf("erasing gave %+v (%v)", r, err)
		}
		_, err := s.Do(t.Context(), "3", record.Pad{Count: 1}, recordtest.Noon)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if traces() == 0 {
		t.Error("nothing lingers: the test shows nothing")
	}
	if _, err := s.Do(t.Context(), "4", record.Pad{Count: 1}, recordtest.Noon); err != nil {
		t.Fatal(err)
	}
	if n := traces(); n > 0 {
		t.Errorf("its words are %d times in the file and its log", n)
	}
}
