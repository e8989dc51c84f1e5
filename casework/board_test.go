package casework

import (
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"temwen/when"
)

// Law: whatever happens in cases, on each day as much falls due as the board lists, for
// whoever asks: the office, somebody who is kept from a case, and those who see their own.
func TestDaysHaveWhatTheBoardLists(t *testing.T) {
	o := newOffice(t)
	readers := []Span{{}, {For: "o2"}, {For: "o2", Own: true}, {For: "o3", Own: true}}
	listed := make([]int, len(readers))
	holds := func() {
		t.Helper()
		for i, span := range readers {
			span.From, span.To, span.Limit = o.today-60, o.today+60, 1000
			for _, span.Silent = range []bool{false, true} {
				list, err := o.Board(t.Context(), span)
				if err != nil {
					t.Fatal(err)
				}
				want := make(map[when.Day]int)
				for _, f := range list {
					want[f.Due]++
				}
				days, err := o.PerDay(t.Context(), span)
				if err != nil || !maps.Equal(days, want) {
					t.Fatalf("on %s the days of %+v have %v (%v), and the board %v", o.today, span, days, err, want)
				}
				listed[i] += len(list)
			}
		}
	}
	var ids []string
	for range 6 {
		ids = append(ids, o.open(t))
	}
	o.do(t, ids[0], Wall{"o2"})
	random := rand.New(rand.NewPCG(5, 8))
	for i := range 240 {
		id, step, to := ids[random.IntN(len(ids))], 1+random.IntN(4), o.today+when.Day(random.IntN(40))
		deeds := []Command{
			RecordAnswer{step, answer([]string{"informed", "official", "acknowledges", "declines"}[random.IntN(4)])},
			SendNotice{Step: step, Notice: Notice{Language: "en", By: &to}},
			WithdrawNotice{step, 1},
			Assign{[]string{"", "o2", "o3"}[random.IntN(3)]},
			MoveClock{step, Move{Kind: Extended, To: to, Ground: "asked"}},
			MoveClock{step, Move{Kind: Paused, Ground: "safety"}},
			MoveClock{step, Move{Kind: Resumed, Ground: "safety"}},
			TakeBack{Step: step, Move: 1, Ground: "mistake"},
			SetAside{Step: step, Answer: 1, Ground: "mistake"},
		}
		_ = o.Do(t.Context(), "o1", id, 0, deeds[random.IntN(len(deeds))], o.today) // what may not be changes nothing
		if o.today += when.Day(random.IntN(3)); i%10 == 0 {
			if _, err := o.Pass(t.Context()); err != nil {
				t.Fatal(err)
			}
			holds()
		}
	}
	for i, n := range listed {
		if n == 0 {
			t.Errorf("%+v is never listed anything", readers[i])
		}
	}
	o.rebuilds(t)
	holds()
}

// A day on which very much falls due costs no more than MostCounted: it is said that there
// is more.
func TestDaysAreCountedAsFarAsTheRest(t *testing.T) {
	o := newOffice(t)
	o.stepsAtOnce(t, 1)
	due := day("2025-02-09")
	db, err := sql.Open("sqlite", "file:"+filepath.Join(o.dir, "record.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct{ more, want int }{{0, 1}, {MostCounted - 1, MostCounted}, {1, MostCounted + 1}, {9, MostCounted + 1}} {
		_, err := db.ExecContext(t.Context(), fmt.Sprintf(`WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < %d)
			INSERT INTO book_casework_step (docket, n, step, due, waits, silent, officer, reminder, wait, since, ground)
			SELECT docket, (SELECT MAX(n) FROM book_casework_step) + copy.n, step, due, waits, silent, officer, reminder, wait, since, ground
			FROM copy, (SELECT * FROM book_casework_step WHERE due = $1 LIMIT 1) WHERE %[1]d > 0`, c.more), int64(due))
		if err != nil {
			t.Fatal(err)
		}
		days, err := o.PerDay(t.Context(), Span{From: due - 1, To: due + 1})
		if err != nil || len(days) != 1 || days[due] != c.want {
			t.Errorf("with %d more the days have %v (%v), and should have %d", c.more, days, err, c.want)
		}
	}
}
