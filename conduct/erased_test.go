package conduct

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// counted is something that adds to a number, until it is erased: a case, an
// incident.
type counted struct {
	month  Month
	column string
	n      []int // by edition; what was corrected changes
	goes   int   // the first edition for which it is gone; 0 for never
}

// drawOffice draws things that are counted over some editions, of which some are
// erased after the edition that first counted them. steady says that nothing is
// corrected that is erased.
func drawOffice(t *rapid.T, steady bool) (things []counted, editions, least int) {
	editions, least = rapid.IntRange(2, 6).Draw(t, "editions"), rapid.IntRange(3, 6).Draw(t, "least")
	columns := []string{"alfa", "bravo", Several}
	for range rapid.IntRange(1, 30).Draw(t, "things") {
		m := rapid.IntRange(0, editions-1).Draw(t, "month")
		c := counted{month: Month(24300 + m), column: rapid.SampledFrom(columns).Draw(t, "column"), n: make([]int, editions)}
		if rapid.Bool().Draw(t, "erased") && m+1 < editions {
			c.goes = rapid.IntRange(m+1, editions-1).Draw(t, "goes")
		}
		n := rapid.IntRange(1, 9).Draw(t, "n")
		for e := range c.n {
			if (c.goes == 0 || !steady) && rapid.IntRange(0, 5).Draw(t, "corrected") == 0 {
				n = rapid.IntRange(0, 20).Draw(t, "n")
			}
			c.n[e] = n
		}
		things = append(things, c)
	}
	return things, editions, least
}

// tallied is what an edition counts of what is there when an edition is made.
func tallied(things []counted, edition, made int) *Grid {
	g := newGrid(24300, Month(24300+edition), []string{"alfa", "bravo", Several})
	for _, c := range things {
		if c.month <= Month(24300+edition) && (c.goes == 0 || made < c.goes) {
			g.N[g.row(c.month)][slices.Index(g.Columns, c.column)] += c.n[edition]
		}
	}
	return g
}

// publishes makes the editions of an office. Each is counted from what is there then;
// keep says whether what was published stays counted.
func publishes(things []counted, editions, least int, keep bool) (sheets []*Sheet) {
	for e := range editions {
		g := tallied(things, e, e)
		if keep {
			var was []*Grid
			for before := range e {
				was = append(was, tallied(things, before, e))
			}
			g = standing(sheets, was, g)
		}
		sheets = append(sheets, Next(sheets, g, least))
	}
	return sheets
}

func faces(sheets []*Sheet) (s string) {
	for _, sheet := range sheets {
		s += fmt.Sprintln(sheet.Months, sheet.Columns, sheet.N, sheet.Face)
	}
	return s
}

// Who has kept every edition does not see that something was erased: the editions
// are those of an office that has erased nothing.
func TestErasureShowsInNoEdition(t *testing.T) {
	told := 0
	rapid.Check(t, func(t *rapid.T) {
		things, editions, least := drawOffice(t, true)
		never := slices.Clone(things)
		for i := range never {
			never[i].goes = 0
		}
		want := faces(publishes(never, editions, least, true))
		if got := faces(publishes(things, editions, least, true)); got != want {
			t.Fatalf("with erasures\n%swithout\n%s", got, want)
		}
		if faces(publishes(never, editions, least, false)) != want {
			t.Fatal("where nothing was erased, it is counted otherwise than before")
		}
		if faces(publishes(things, editions, least, false)) != want {
			told++
		}
	})
	if told == 0 {
		t.Error("counting anew what is left shows nothing either: the test shows nothing")
	}
}

// Whatever is erased and corrected, nobody finds a number that was kept back.
func TestErasureTellsNoSmallNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		things, editions, least := drawOffice(t, false)
		sheets := publishes(things, editions, least, true)
		a, kept := reads(sheets)
		for _, k := range kept {
			if low, high := a.bounds(k.sum); high-low < float64(k.least-2)-1e-6 {
				t.Fatalf("%s is %d, shown as %q, and can only be %g to %g\n%s", k.what, k.truth, k.shown, low, high, drawn(sheets))
			}
		}
	})
}

// An erasure, and a correction of something else in the same month, in tables that a
// person can follow.
func TestStanding(t *testing.T) {
	january := Month(2025 * 12)
	grid := func(n ...int) *Grid {
		g := newGrid(january, january+Month(len(n))-1, []string{"force"})
		for i := range n {
			g.N[i][0] = n[i]
		}
		return g
	}
	first := Next(nil, grid(20), 5)
	second := Next([]*Sheet{first}, grid(27, 6), 5)
	for _, c := range []struct {
		name    string
		earlier []*Sheet
		was     []*Grid
		now     *Grid
		want    string
	}{
		{"nothing was published", nil, nil, grid(3), "[[3]]"},
		{"nothing was erased", []*Sheet{first}, []*Grid{grid(20)}, grid(27, 6), "[[27] [6]]"},
		{"seven were erased", []*Sheet{first}, []*Grid{grid(13)}, grid(13, 6), "[[20] [6]]"},
		{"and six more found out since", []*Sheet{first}, []*Grid{grid(13)}, grid(19, 6), "[[26] [6]]"},
		{"what was corrected counts from its correction", []*Sheet{first, second}, []*Grid{grid(20), grid(21, 6)}, grid(21, 6, 9), "[[27] [6] [9]]"},
		{"all of it was erased", []*Sheet{first}, []*Grid{grid(0)}, &Grid{}, "[[20]]"},
	} {
		if got := fmt.Sprint(standing(c.earlier, c.was, c.now).N); got != c.want {
			t.Errorf("%s: it counts %s and should count %s", c.name, got, c.want)
		}
	}
}
