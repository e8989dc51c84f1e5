package casework

import (
	"context"
	"database/sql"
	"errors"
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

// What is asked together is of one state of the record, whatever others do meanwhile; what
// is asked after it is of the next.
func TestTogetherIsOfOneState(t *testing.T) {
	o := newOffice(t)
	ids := o.stepsAtOnce(t, 2)
	span := Span{From: o.today, To: o.today + 60, Limit: 9, For: "o2"}
	count := func(ctx context.Context) int {
		t.Helper()
		list, err := o.Board(ctx, span)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	err := o.Together(t.Context(), func(ctx context.Context) error {
		if n := count(ctx); n != 2 {
			t.Errorf("the board has %d steps, and should have 2", n)
		}
		o.do(t, ids[0], Wall{"o2"})
		o.stepsAtOnce(t, 3)
		if n := count(t.Context()); n != 4 {
			t.Errorf("who asks anew is told of %d steps, and should be of 4", n)
		}
		return o.Together(ctx, func(ctx context.Context) error {
			c, err := o.Case(ctx, "o2", ids[0])
			if err == nil && c.Walls("o2") {
				t.Error("the case is told of as it is after the wall")
			}
			if n := count(ctx); n != 2 {
				t.Errorf("within it the board has %d steps, and should have 2", n)
			}
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t.Context()); n != 4 {
		t.Errorf("afterwards the board has %d steps, and should have 4", n)
	}
	failed := errors.New("invented")
	if err := o.Together(t.Context(), func(context.Context) error { return failed }); err != failed {
		t.Errorf("what went wrong is told as %v", err)
	}
}
