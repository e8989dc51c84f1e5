package record_test

import (
	"os"
	"path/filepath"
	"testing"

	"temwen/record"
	"temwen/record/recordtest"
)

// sqliteBackend keeps each record in a file of its own.
var sqliteBackend = recordtest.Backend{
	New: func(t *testing.T) string { return filepath.Join(t.TempDir(), "record.db") },
	Open: func(t *testing.T, address string) record.Store {
		mode := record.ReadWrite
		if _, err := os.Stat(address); err != nil {
			mode = record.Create
		}
		s, err := record.OpenSQLite(t.Context(), address, mode)
		if err != nil {
			t.Fatal(err)
		}
		return s
	},
}

func TestConformanceSQLite(t *testing.T) { recordtest.Conformance(t, sqliteBackend) }
