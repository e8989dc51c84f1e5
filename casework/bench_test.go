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

// eventsEach is how many events each of these cases has had.
const eventsEach = 10

// years is over how many days their clocks run out.
const years = 3650

// crowded is an office whose tables hold n cases, each of which has come to its
// third step. The rows are those that Enter writes, put there at once: events
// and all would take an hour for a million. What an event says is fetched by its
// index alone, so the events themselves are left out.
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
	second, err := o.Allege(b.Context(), "o1", Allegation{Incident: o.incidentOf(b, id), Actor: "police", Act: "killing", Confidence: "likely"}, 0)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := o.Cases.Open(b.Context(), "o1", Opened{Procedure: criminal(), Allegations: []string{second}, Mission: "mss"}, o.today); err != nil {
		b.Fatal(err)
	}
	for i := range 40 { // whoever looks is kept from two cases
		if err := o.Do(b.Context(), "steward", id, 0, Wall{fmt.Sprintf("o%d", i)}, o.today); err != nil {
			b.Fatal(err)
		}
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

// begun is a case that was opened some days later.
func (c *Case) begun(later int) *Case {
	k, days := *c, when.Day(later)
	k.Opened += days
	k.Steps = slices.Clone(c.Steps)
	for i := range k.Steps {
		s := &k.Steps[i]
		s.Begun += days
		s.Answers = slices.Clone(s.Answers)
		for j := range s.Answers {
			s.Answers[j].On += days
		}
	}
	return &k
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
		k := c.begun(i % years)
		k.ID, k.Number, k.Changed, k.Officer = fmt.Sprintf("case-%d", i), i+3, uint64(1_000_000+i), fmt.Sprintf("o%d", i%40)
		state, err := json.Marshal(k)
		if err != nil {
			b.Fatal(err)
		}
		idx, due := 1_000_000+i, dueOf(k, &k.Steps[2], k.Opened)
		exec(`INSERT INTO book_casework_docket (idx, id, number, state, procedure, officer, mission, actor, closed, due, silent, changed, follows, last)
			VALUES ($1, $2, $3, $4, $5, $6, 'mss', '', $7, $8, 0, $9, 0, $10)`, idx, k.ID, k.Number, string(state), procedureSum(c.Procedure), k.Officer, i%4/3, due, idx, int64(k.Last()))
		exec(`INSERT INTO book_casework_step (docket, n, step, due, waits, silent, officer, reminder) VALUES ($1, 3, 'refer', $2, 1, 0, $3, 0)`, idx, due, k.Officer)
	}
	exec(`WITH RECURSIVE did(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM did WHERE i + 1 < $1)
		INSERT INTO book_casework_did (idx, docket) SELECT 1000000 + i, 1000000 + i % $2 FROM did`, eventsEach*n, n)
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCases lists the cases of an office, its board and one officer's own,
// looks at its calendars, and makes a night's pass over all clocks.
func BenchmarkCases(b *testing.B) {
	n := manyCases()
	o := crowded(b, n)
	first := o.today + 30 // the day on which the first case's clock runs out
	day := func(i int) when.Day { return first + when.Day(i*37%years) }
	for _, bench := range []struct {
		name string
		look func(i int) error
	}{
		{"list", func(i int) error {
			_, err := o.List(b.Context(), Query{After: fmt.Sprintf("%d.0", day(i)), For: fmt.Sprintf("o%d", i%40)})
			return err
		}},
		{"mine", func(i int) error {
			_, err := o.List(b.Context(), Query{Officer: fmt.Sprintf("o%d", i%40), For: fmt.Sprintf("o%d", i%40)})
			return err
		}},
		{"board", func(i int) error {
			_, err := o.Board(b.Context(), Span{From: day(i), To: day(i) + 30, Limit: 200, For: fmt.Sprintf("o%d", i%40)})
			return err
		}},
		{"month", func(i int) error { // of the calendar
			span := Span{From: day(i), To: day(i) + 30, Silent: true, Limit: 200, For: fmt.Sprintf("o%d", i%40)}
			if _, err := o.PerDay(b.Context(), span); err != nil {
				return err
			}
			_, err := o.Board(b.Context(), span)
			return err
		}},
		{"calendar", func(i int) error { // as a program fetches it
			_, err := o.Board(b.Context(), Span{From: day(i) - 60, To: day(i) + 400, Silent: true, Limit: 1000, For: fmt.Sprintf("o%d", i%40)})
			return err
		}},
		{"one", func(i int) error {
			_, err := o.Case(b.Context(), "", fmt.Sprintf("case-%d", i*7919%n))
			return err
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			took := make([]time.Duration, b.N)
			for i := range b.N {
				started := time.Now()
				if err := bench.look(i); err != nil {
					b.Fatal(err)
				}
				took[i] = time.Since(started)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
		})
	}
	b.Run("night", func(b *testing.B) { // each is the next night
		o.today = first
		var passed Pass
		var longest time.Duration
		for range min(b.N, 30) {
			o.today++
			started := time.Now()
			p, err := o.Pass(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			passed.Silences += p.Silences
			passed.Reminders += p.Reminders
			longest = max(longest, time.Since(started))
		}
		if passed.Silences == 0 || passed.Reminders == 0 {
			b.Fatalf("%+v were noted", passed)
		}
		b.ReportMetric(longest.Seconds(), "s-longest")
		b.ReportMetric(float64(passed.Silences+passed.Reminders)/float64(min(b.N, 30)), "noted/night")
	})
}

// BenchmarkHistory opens a case with 500 events.
func BenchmarkHistory(b *testing.B) {
	o := newOffice(b)
	id := o.open(b)
	o.do(b, id, RecordAnswer{1, answer("informed")})
	for range 500 - 2 {
		o.do(b, id, SendNotice{Step: 2, Notice: Notice{Language: "en"}})
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
