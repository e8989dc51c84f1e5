package record_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"temwen/record"
	"temwen/record/recordtest"
)

// Given a record that is open for writing, when commands add to it, then its
// size is what another process counts, after each of them.
func TestSizeFollowsEveryCommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "record.db")
	made, err := record.OpenSQLite(t.Context(), path, record.Create)
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	open := func(mode record.Mode) record.Store {
		s, err := record.OpenSQLite(t.Context(), path, mode)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	writer, reader := open(record.ReadWrite), open(record.ReadOnly)
	size := func(s record.Store) uint64 {
		n, err := s.Size(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := size(writer); n != 0 {
		t.Fatalf("an empty record has %d events", n)
	}
	importOf := func(version int) record.Import {
		return record.Import{Dossier: "haiti", Facts: recordtest.Dossier("haiti", 30, version)}
	}
	for i, version := range []int{0, 1, 1, 2} {
		result, err := writer.Do(t.Context(), fmt.Sprint(i), importOf(version), recordtest.Noon)
		if err != nil {
			t.Fatal(err)
		}
		if mine, others := size(writer), size(reader); mine != result.To || others != result.To {
			t.Errorf("after command %d, which ends at %d: the writer says %d, a reader %d", i, result.To, mine, others)
		}
	}
	if _, err := writer.Do(t.Context(), "", importOf(3), recordtest.Noon); err == nil {
		t.Fatal("a command without a key was done")
	}
	if mine, others := size(writer), size(reader); mine != others {
		t.Errorf("after a command that was refused the writer says %d, a reader %d", mine, others)
	}
}
