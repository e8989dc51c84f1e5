package conduct

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"temwen/casework"
	"temwen/instrument"
)

// attacker has kept every edition. It knows the rules, which of the numbers that
// it sees are the same as in the edition before, and of those that are not
// whether they rose or fell: more than a reader can. What it can find out is the
// least and the most that a number can be, exactly, by linear programming.
type attacker struct {
	truth []float64
	low   []float64
	high  []float64
	equal [][]float64 // rows of coefficients whose sum was shown
	least [][]float64 // rows of coefficients, and what they must at least change by
	rise  []float64
}

func (a *attacker) variable(truth int) int {
	a.truth, a.low, a.high = append(a.truth, float64(truth)), append(a.low, 0), append(a.high, math.Inf(1))
	return len(a.truth) - 1
}

func (a *attacker) row(coefficients map[int]float64) []float64 {
	r := make([]float64, 0, 64)
	for k, c := range coefficients {
		for len(r) <= k {
			r = append(r, 0)
		}
		r[k] += c
	}
	return r
}

func (a *attacker) sees(v map[int]float64, s Shown, least int) {
	if len(v) == 1 {
		for k := range v {
			switch {
			case s == Few:
				a.low[k], a.high[k] = max(a.low[k], 1), min(a.high[k], float64(least-1))
			case s >= 0:
				a.low[k], a.high[k] = float64(s), float64(s)
			}
		}
		return
	}
	if s >= 0 {
		a.equal = append(a.equal, a.row(v))
	}
}

// number is one that was kept back: the variables that it is the sum of.
type number struct {
	what  string
	sum   map[int]float64
	shown Shown
	least int
	truth int
}

// reads takes in all editions and returns what was kept back in them.
func reads(sheets []*Sheet) (*attacker, []number) {
	a := &attacker{}
	var kept []number
	now := make(map[cellKey]int)
	again := make(map[Month]bool) // counted anew since
	for e, s := range sheets {
		note := func(what string, sum map[int]float64, shown Shown, n int) {
			a.sees(sum, shown, s.Least)
			if shown.Hidden() && n > 0 {
				kept = append(kept, number{fmt.Sprintf("edition %d, %s", e+1, what), sum, shown, s.Least, n})
			}
		}
		all, foot := map[int]float64{}, make([]map[int]float64, len(s.Columns))
		for i, m := range s.Months {
			row := map[int]float64{}
			for j, c := range s.Columns {
				k, n := cellKey{m, c}, s.N[i][j]
				v, old := now[k]
				if !old || int(a.truth[v]) != n {
					now[k] = a.variable(n)
					if old {
						again[m] = true
						sign := 1.0
						if float64(n) < a.truth[v] {
							sign = -1
						}
						a.least = append(a.least, a.row(map[int]float64{now[k]: sign, v: -sign}))
						a.rise = append(a.rise, float64(s.Least))
					}
					v = now[k]
				}
				note(fmt.Sprintf("%s %s", m, c), map[int]float64{v: 1}, s.Cells[i][j], n)
				if foot[j] == nil {
					foot[j] = map[int]float64{}
				}
				row[v], all[v], foot[j][v] = 1, 1, 1
			}
			shown, n := s.Rows[i], s.rowTotal(i)
			note("total of "+m.String(), row, shown, n)
			if last := len(kept) - 1; again[m] && shown.Hidden() && n >= s.Least {
				kept = kept[:last] // it is kept back for its cells' sake alone
			}
		}
		for j, c := range s.Columns {
			if foot[j] != nil {
				note("total of "+c, foot[j], s.Foot[j], s.columnTotal(j))
			}
		}
		note("total", all, s.All, s.total())
	}
	return a, kept
}

// bounds are the least and the most that a sum can be.
func (a *attacker) bounds(sum map[int]float64) (low, high float64) {
	n := len(a.truth)
	var truth float64
	objective := make([]float64, n)
	for k, c := range sum {
		objective[k] = c
		truth += c * a.truth[k]
	}
	basis := a.moves()
	var g [][]float64
	var h []float64
	limit := func(row []float64, slack float64) {
		if math.IsInf(slack, 1) {
			return
		}
		r := make([]float64, len(basis))
		for z, d := range basis {
			for k, c := range row {
				r[z] += c * d[k]
			}
		}
		g, h = append(g, r), append(h, max(slack, 0))
	}
	for k := range n {
		one := make([]float64, k+1)
		one[k] = 1
		limit(one, a.high[k]-a.truth[k])
		one = make([]float64, k+1)
		one[k] = -1
		limit(one, a.truth[k]-a.low[k])
	}
	for i, row := range a.least {
		var is float64
		negative := make([]float64, len(row))
		for k, c := range row {
			is += c * a.truth[k]
			negative[k] = -c
		}
		limit(negative, is-a.rise[i])
	}
	c := make([]float64, len(basis))
	for z, d := range basis {
		for k := range n {
			c[z] += objective[k] * d[k]
		}
	}
	high = truth + maximum(c, g, h)
	for z := range c {
		c[z] = -c[z]
	}
	return truth - maximum(c, g, h), high
}

// moves are ways in which all numbers together can be others while every sum
// that was shown stays: a basis of the null space of the equations.
func (a *attacker) moves() [][]float64 {
	n := len(a.truth)
	var rows [][]float64
	for _, r := range a.equal {
		full := make([]float64, n)
		copy(full, r)
		rows = append(rows, full)
	}
	for k := range n {
		if a.low[k] == a.high[k] {
			full := make([]float64, n)
			full[k] = 1
			rows = append(rows, full)
		}
	}
	var pivots []int
	at := 0
	for col := 0; col < n && at < len(rows); col++ {
		best := at
		for r := at; r < len(rows); r++ {
			if math.Abs(rows[r][col]) > math.Abs(rows[best][col]) {
				best = r
			}
		}
		if math.Abs(rows[best][col]) < 1e-9 {
			continue
		}
		rows[at], rows[best] = rows[best], rows[at]
		eliminate(rows, at, col)
		pivots = append(pivots, col)
		at++
	}
	var basis [][]float64
	for col := range n {
		if slices.Contains(pivots, col) {
			continue
		}
		d := make([]float64, n)
		d[col] = 1
		for r, p := range pivots {
			d[p] = -rows[r][col]
		}
		basis = append(basis, d)
	}
	return basis
}

// eliminate makes the entry of a row 1 and those of all others 0.
func eliminate(rows [][]float64, at, col int) {
	pivot := rows[at][col]
	for k := range rows[at] {
		rows[at][k] /= pivot
	}
	for r := range rows {
		if f := rows[r][col]; r != at && f != 0 {
			for k := range rows[r] {
				rows[r][k] -= f * rows[at][k]
			}
		}
	}
}

// maximum is the greatest c·z with g·z ≤ h, where h is not negative: the simplex
// method from z = 0 with Bland's rule, which always ends.
func maximum(c []float64, g [][]float64, h []float64) float64 {
	n, m := 2*len(c), len(g)
	table := make([][]float64, m+1)
	for i := range table {
		table[i] = make([]float64, n+m+1)
	}
	basic := make([]int, m)
	for i := range g {
		for k, v := range g[i] {
			table[i][2*k], table[i][2*k+1] = v, -v
		}
		table[i][n+i], table[i][n+m], basic[i] = 1, h[i], n+i
	}
	for k, v := range c {
		table[m][2*k], table[m][2*k+1] = -v, v
	}
	for {
		enter := slices.IndexFunc(table[m][:n+m], func(v float64) bool { return v < -1e-9 })
		if enter < 0 {
			return table[m][n+m]
		}
		leave := -1
		for i := range m {
			if table[i][enter] <= 1e-9 {
				continue
			}
			if leave >= 0 {
				x, y := table[i][n+m]/table[i][enter], table[leave][n+m]/table[leave][enter]
				if x > y+1e-12 || x > y-1e-12 && basic[i] > basic[leave] {
					continue
				}
			}
			leave = i
		}
		if leave < 0 {
			return math.Inf(1)
		}
		eliminate(table, leave, enter)
		basic[leave] = enter
	}
}

// world draws a sequence of editions: numbers of which many are small, months
// that are added, columns that appear, and corrections of any size.
func world(t *rapid.T, corrections bool) []*Sheet {
	least := rapid.IntRange(3, 6).Draw(t, "least")
	number := func() int {
		switch rapid.IntRange(0, 9).Draw(t, "size") {
		case 0, 1, 2:
			return 0
		case 3, 4, 5, 6:
			return rapid.IntRange(1, least-1).Draw(t, "small")
		}
		return rapid.IntRange(least, 40).Draw(t, "n")
	}
	columns := []string{"alfa", "bravo", "charlie", Several}[:rapid.IntRange(1, 4).Draw(t, "columns")]
	g := &Grid{Columns: columns}
	var sheets []*Sheet
	for range rapid.IntRange(1, 5).Draw(t, "editions") {
		for range rapid.IntRange(0, 3).Draw(t, "months") {
			row := make([]int, len(columns))
			for j := range row {
				row[j] = number()
			}
			g.Months, g.N = append(g.Months, Month(24300+len(g.Months))), append(g.N, row)
		}
		if corrections && len(g.N) > 0 {
			for range rapid.IntRange(0, 2).Draw(t, "corrections") {
				i := rapid.IntRange(0, len(g.N)-1).Draw(t, "month")
				g.N[i] = slices.Clone(g.N[i])
				g.N[i][rapid.IntRange(0, len(columns)-1).Draw(t, "column")] = number()
			}
		}
		given := *g
		given.N, given.Months = slices.Clone(g.N), slices.Clone(g.Months)
		sheets = append(sheets, Next(sheets, &given, least))
	}
	return sheets
}

// Who has kept every edition, and subtracts what can be subtracted, finds no
// number that was kept back: as many others stay possible as between 1 and the
// least that is shown.
func TestNobodyFindsASmallNumber(t *testing.T) {
	for name, corrections := range map[string]bool{"months are added": false, "and numbers corrected": true} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				sheets := world(t, corrections)
				a, kept := reads(sheets)
				for _, k := range kept {
					low, high := a.bounds(k.sum)
					if high-low < float64(k.least-2)-1e-6 {
						t.Fatalf("%s is %d, shown as %q, and can only be %g to %g\n%s", k.what, k.truth, k.shown, low, high, drawn(sheets))
					}
					if k.shown == Few && !corrections && (low > 1+1e-6 || high < float64(k.least-1)-1e-6) {
						t.Fatalf("%s is %d, and can only be %g to %g\n%s", k.what, k.truth, low, high, drawn(sheets))
					}
				}
			})
		})
	}
}

// Nor does who has kept every edition find how many left: whatever an office records of
// departures, takes back as mistaken, and learns late; whichever cases are of one matter; and whichever edition
// is the first that counts them.
func TestNobodyFindsASmallNumberOfDepartures(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		least, editions := rapid.IntRange(3, 6).Draw(t, "least"), rapid.IntRange(2, 6).Draw(t, "editions")
		first := rapid.IntRange(0, editions-2).Draw(t, "first") // the edition
		scope := &Scope{Mission: "m", Actors: []string{"alfa", "bravo", "charlie"}}
		past := casework.NewPast()
		for k := range rapid.IntRange(1, 30).Draw(t, "cases") {
			id := fmt.Sprint("c", k)
			state := rapid.SampledFrom(scope.Actors).Draw(t, "state")
			past.Cases[id] = &casework.Case{ID: id, Mission: "m", State: state, Procedure: &instrument.Procedure{}}
			a := fmt.Sprint("a", rapid.IntRange(0, k).Draw(t, "allegation")) // another case may take the same
			past.Cases[id].Allegations = []string{a}
			past.Allegations[a] = &casework.Allegation{ID: a, Incident: a, Actor: state, Act: "theft", Terms: "2026-1"}
			past.Incidents[a], past.On[a] = &casework.Incident{ID: a}, Month(24300).First()
		}
		ids := slices.Sorted(maps.Keys(past.Cases))
		var sheets []*Sheet
		for e := range editions {
			month := Month(24300 + e)
			left, found := rapid.IntRange(0, 25), rapid.IntRange(0, 8)
			if rapid.Bool().Draw(t, "a month of mistakes found") {
				left, found = rapid.Just(0), rapid.IntRange(10, 100)
			}
			for range left.Draw(t, "departures") {
				id := rapid.SampledFrom(ids).Draw(t, "case")
				past.Did[id] = append(past.Did[id], casework.Deed{
					On: month.First(), Left: &casework.Left{N: len(past.Did[id]) + 1, Waited: rapid.IntRange(0, 4).Draw(t, "waited") > 0},
				})
			}
			for range found.Draw(t, "mistaken") {
				id := rapid.SampledFrom(ids).Draw(t, "case")
				if n := len(past.Did[id]); n > 0 {
					at := rapid.IntRange(0, n-1).Draw(t, "which")
					past.Did[id] = slices.Delete(past.Did[id], at, at+1)
				}
			}
			if e < first {
				continue
			}
			before := len(sheets)
			sheets = append(sheets, Next(sheets, Tally(past, scope, month, CurrentRules(), "2026-1")[Departures], least))
			if before > 0 && sheets[before].total() < sheets[before-1].total() {
				taken++
			}
		}
		a, kept := reads(sheets)
		for _, k := range kept {
			if low, high := a.bounds(k.sum); high-low < float64(k.least-2)-1e-6 {
				t.Fatalf("%s is %d, shown as %q, and can only be %g to %g\n%s", k.what, k.truth, k.shown, low, high, drawn(sheets))
			}
		}
	})
	t.Logf("%d editions count fewer than the one before", taken)
	if taken == 0 {
		t.Error("no edition counts fewer than the one before: the test shows nothing of what was mistaken")
	}
}

// drawn is the editions as a person reads them.
func drawn(sheets []*Sheet) (s string) {
	for e, sheet := range sheets {
		s += fmt.Sprintf("edition %d, least %d, %v\n", e+1, sheet.Least, sheet.Columns)
		for i, m := range sheet.Months {
			s += fmt.Sprintf("  %s %v %v %v\n", m, sheet.N[i], sheet.Cells[i], sheet.Rows[i])
		}
		s += fmt.Sprintf("  total %v %v\n", sheet.Foot, sheet.All)
	}
	return s
}
