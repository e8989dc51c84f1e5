package casework

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// manyCases is how many cases the benchmarks list: CASES in the environment.
func manyCases() int {
	if n, err := strconv.Atoi(os.Getenv("CASES")); err == nil {
		return n
	}
	return 20_000
}

// crowded is an office whose tables hold n cases, each of which has come to its
// third step. The rows are those that Enter writes, put there at once: events
// and all would take an hour for a million.
func crowded(b *testing.B, n int) *office {
	b.Helper()
	o := newOffice(b)
	id := o.open(b)
	o.do(b, id, RecordAnswer{1, answer("informed")})
	o.do(b, id, RecordAnswer{2, answer("official")})
	c, err := o.Case(b.Context(), "", id)
	if err != nil {
		b.Fatal(err)
	}
	dir := filepath.Dir(o.store.LedgerDir())
	if err := o.store.Close(); err != nil {
		b.Fatal(err)
	}
	fill(b, filepath.Join(dir, "record.db"), c, n)
	if o.store, err = store.Open(b.Context(), dir, store.Settings{Books: []record.Book{Book}}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = o.store.Close() })
	o.Cases = New(o.store, time.Now, func() when.Day { return o.today })
	return o
}

func fill(b *testing.B, path string, c *Case, n int) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(0)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback()
	exec := func(query string, args ...any) {
		if _, err := tx.ExecContext(b.Context(), query, args...); err != nil {
			b.Fatal(err)
		}
	}
	for i := range n {
		k := *c
		k.ID, k.Number = fmt.Sprintf("case-%d", i), i+2
		state, err := json.Marshal(k)
		if err != nil {
			b.Fatal(err)
		}
		idx, due := 1_000_000+i, int64(c.Opened)+int64(i%3650)
		exec(`INSERT INTO book_casework_docket (idx, id, number, state, procedure, officer, mission, actor, closed, due, silent, changed)
			VALUES ($1, $2, $3, $4, $5, $6, 'mss', '', $7, $8, 0, $9)`, idx, k.ID, k.Number, string(state), procedureSum(c.Procedure), fmt.Sprintf("o%d", i%40), i%4/3, due, idx)
		exec(`INSERT INTO book_casework_step (docket, n, step, due, waits, silent) VALUES ($1, 3, 'refer', $2, 1, 0)`, idx, due)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCases lists the cases of an office, its board and one officer's own.
func BenchmarkCases(b *testing.B) {
	o := crowded(b, manyCases())
	o.today += 2000
	for name, look := range map[string]func(i int) error{
		"list": func(i int) error {
			_, err := o.List(b.Context(), Query{After: fmt.Sprintf("%d.0", int(o.today)-i%2000)})
			return err
		},
		"mine": func(i int) error { _, err := o.List(b.Context(), Query{Officer: fmt.Sprintf("o%d", i%40)}); return err },
		"board": func(i int) error {
			_, err := o.Board(b.Context(), o.today+when.Day(i%100), o.today+when.Day(i%100+30), 100)
			return err
		},
		"one": func(i int) error {
			_, err := o.Case(b.Context(), "", fmt.Sprintf("case-%d", i%manyCases()))
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			took := make([]time.Duration, b.N)
			for i := range b.N {
				started := time.Now()
				if err := look(i); err != nil {
					b.Fatal(err)
				}
				took[i] = time.Since(started)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
		})
	}
	b.Run("clocks", func(b *testing.B) { // of all cases: those whose time has run out
		for range b.N {
			if _, err := o.ranOut(b.Context(), 500); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkHistory opens a case with 500 events.
func BenchmarkHistory(b *testing.B) {
	o := newOffice(b)
	id := o.open(b)
	o.do(b, id, RecordAnswer{1, answer("informed")})
	for range 500 - 2 {
		o.do(b, id, SendNotice{2, Notice{Language: "en"}})
	}
	for b.Loop() {
		if _, err := o.Case(b.Context(), "", id); err != nil {
			b.Fatal(err)
		}
		if _, err := o.History(b.Context(), id); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/case")
}
