package conduct

import (
	"cmp"
	"slices"
)

// Next is the sheet of a count in the edition after earlier ones: which numbers
// it stands for, and which of them are shown, so that nobody who has kept every
// edition finds a small number.
//
// A number from 1 to least-1 is never shown. Nor is, of the others, what would
// tell one of them by subtraction: between a cell and its totals, or between two
// editions. For every number above 0 that is kept back, at least least-1 numbers
// stay possible. A number that was shown once stays as it was shown until it has
// changed by least or more: a smaller change waits, for the difference would tell
// it. The same sheets and grid always give the same sheet.
func Next(earlier []*Sheet, g *Grid, least int) *Sheet {
	for _, takes := range []func(*Sheet, Month, string) bool{anyChange, changeOfShown, noChange} {
		s := carry(earlier, g, least, takes)
		if guard(earlier, s) {
			return s
		}
	}
	panic("conduct: an edition that only adds months tells a number that was kept back")
}

// Which changes of earlier months an edition takes over: all, where that tells
// no number; else those of numbers that were shown; else none, and they wait.
func anyChange(*Sheet, Month, string) bool { return true }

func changeOfShown(last *Sheet, m Month, column string) bool {
	shown, _ := last.shownAt(m, column)
	return !shown.Hidden()
}

func noChange(*Sheet, Month, string) bool { return false }

// carry makes a sheet's numbers: the new ones, and for months that an earlier
// edition has counted its own, unless they have changed by least or more.
func carry(earlier []*Sheet, g *Grid, least int, takes func(*Sheet, Month, string) bool) *Sheet {
	var last *Sheet
	months, columns := g.Months, slices.Clone(g.Columns)
	if len(earlier) > 0 {
		last = earlier[len(earlier)-1]
		columns = append(columns, last.Columns...)
		months = append(slices.Clone(last.Months), g.Months...)
	}
	slices.SortFunc(columns, byColumn)
	columns = slices.Compact(columns)
	s := &Sheet{Least: least}
	s.Columns = columns
	if len(months) > 0 {
		s.Grid = *newGrid(slices.Min(months), slices.Max(months), columns)
	}
	for i, m := range s.Months {
		for j, c := range columns {
			n := g.At(m, c)
			if last != nil && last.row(m) >= 0 {
				if was := last.At(m, c); abs(n-was) < least || !takes(last, m, c) {
					n = was
				}
			}
			s.N[i][j] = n
		}
		if last != nil && last.row(m) >= 0 && small(s.rowTotal(i), least) {
			for j, c := range columns {
				s.N[i][j] = last.At(m, c) // or the change would leave a small total
			}
		}
	}
	return s
}

// byColumn sorts columns by name, Several last.
func byColumn(a, b string) int {
	return cmp.Or(cmp.Compare(rank(a == Several), rank(b == Several)), cmp.Compare(a, b))
}

func rank(last bool) int {
	if last {
		return 1
	}
	return 0
}

func abs(n int) int { return max(n, -n) }

// small reports whether a number is too small to be shown.
func small(n, least int) bool { return n > 0 && n < least }

// guarding decides what a sheet shows, with all sheets as one network.
type guarding struct {
	network
	sheets []*Sheet // the last is being decided
	s      *Sheet   // the last

	hub       int
	grand     []int            // node of each edition: below it the months first counted in it
	foot      map[string][]int // node of each edition, by column
	rows      map[era]int      // node of a month in the edition that first counted it, or counted it anew
	rowArcs   map[era]int
	footArcs  map[string][]int
	grandArcs []int
	cells     map[cellKey]*cell

	kept     []kept
	hideable map[int]hiding // what the last sheet shows anew, by arc
	hidden   []int          // of them, what was kept back for others' sake
}

type era struct {
	month   Month
	edition int
}

type cellKey struct {
	month  Month
	column string
}

// cell is a number of the table that nobody may know: it begins anew when one
// that was shown changes.
type cell struct {
	arc  int
	born int // the edition that it began in
	// up and down are how far it may move when it is kept back.
	up, down int
	known    bool
}

// kept is a number that was kept back, and how many others must stay possible.
type kept struct{ arc, need int }

// hiding is how a number that is shown anew is kept back instead.
type hiding struct {
	cost   int
	weight int
	n      int
	// say writes what is shown of it.
	say  func(Shown)
	up   int // how far it may move when it is kept back
	down int
}

// guard decides what the sheet after earlier ones shows, and reports whether
// nothing that was kept back can be found then.
func guard(earlier []*Sheet, s *Sheet) bool {
	s.Cells = make([][]Shown, len(s.Months))
	for i := range s.Cells {
		s.Cells[i] = make([]Shown, len(s.Columns))
	}
	s.Rows, s.Foot = make([]Shown, len(s.Months)), make([]Shown, len(s.Columns))
	g := &guarding{
		sheets: append(slices.Clone(earlier), s), s: s,
		foot: make(map[string][]int), footArcs: make(map[string][]int), rows: make(map[era]int), rowArcs: make(map[era]int),
		cells: make(map[cellKey]*cell), hideable: make(map[int]hiding),
	}
	g.frame()
	for e := range g.sheets {
		g.enterCells(e)
	}
	for e := range g.sheets {
		g.enterTotals(e)
	}
	for i := 0; i < len(g.kept); i++ { // keeping one back adds to the list
		if !g.protect(g.kept[i]) {
			return false
		}
	}
	g.relent()
	return true
}

// frame makes the chains of the totals: those of an edition hold those of the
// edition before.
func (g *guarding) frame() {
	g.hub = g.node()
	last := len(g.sheets) - 1
	for range g.sheets {
		g.grand = append(g.grand, g.node())
	}
	for e := range g.sheets {
		above := g.hub
		if e < last {
			above = g.grand[e+1]
		}
		g.grandArcs = append(g.grandArcs, g.add(above, g.grand[e], free, 0))
	}
	for _, c := range g.s.Columns {
		for range g.sheets {
			g.foot[c] = append(g.foot[c], g.node())
		}
		for e := range g.sheets {
			below := g.hub
			if e < last {
				below = g.foot[c][e+1]
			}
			g.footArcs[c] = append(g.footArcs[c], g.add(g.foot[c][e], below, free, 0))
		}
	}
}

// row is the node of a month in an edition.
func (g *guarding) row(k era) int {
	if n, ok := g.rows[k]; ok {
		return n
	}
	g.rows[k] = g.node()
	g.rowArcs[k] = g.add(g.grand[k.edition], g.rows[k], free, 0)
	return g.rows[k]
}

// enterCells enters the cells of an edition, and decides those of the last.
func (g *guarding) enterCells(e int) {
	sheet := g.sheets[e]
	for i, m := range sheet.Months {
		for _, column := range g.s.Columns {
			k := cellKey{m, column}
			n := sheet.At(m, column)
			c := g.cells[k]
			same := c != nil && g.sheets[e-1].At(m, column) == n
			if c == nil {
				c = g.begin(k, e, n)
			} else if c.known && !same {
				c = g.begin(k, e, n)
				g.changed(c, n, g.sheets[e-1].At(m, column), sheet.Least)
			}
			if e == len(g.sheets)-1 {
				g.decide(c, i, k, same)
			}
			shown, _ := sheet.shownAt(m, column)
			g.show(c, shown, n, sheet.Least)
		}
	}
}

// begin enters a cell that an edition counts for the first time, or anew, and
// adds it to all totals that hold it.
func (g *guarding) begin(k cellKey, e, n int) *cell {
	key := era{k.month, e}
	c := &cell{arc: g.add(g.row(key), g.foot[k.column][e], free, n), born: e, up: free, down: n}
	g.cells[k] = c
	raise := func(arc int) { g.arcs[arc].value, g.arcs[arc].down = g.arcs[arc].value+n, g.arcs[arc].down+n }
	raise(g.rowArcs[key])
	for later := e; later < len(g.sheets); later++ {
		raise(g.grandArcs[later])
		raise(g.footArcs[k.column][later])
	}
	return c
}

// changed narrows a cell that was shown and has changed to what the rule of
// changes tells: that it did by least or more.
func (g *guarding) changed(c *cell, n, was, least int) {
	a := &g.arcs[c.arc]
	if n > was {
		a.down = n - was - least
	} else {
		a.up = was - n - least
	}
	c.up, c.down = a.up, a.down
}

// decide is what the last sheet shows of a cell, before anything is kept back
// for another's sake.
func (g *guarding) decide(c *cell, i int, k cellKey, same bool) {
	j := slices.Index(g.s.Columns, k.column)
	n, last := g.s.N[i][j], len(g.sheets)-1
	switch {
	case c.born < last && same:
		g.s.Cells[i][j], _ = g.sheets[last-1].shownAt(k.month, k.column)
	case c.born < last:
		g.s.Cells[i][j] = Withheld
	case small(n, g.s.Least):
		g.s.Cells[i][j] = Few
	default:
		g.s.Cells[i][j] = Shown(n)
		cost := n
		if n == 0 {
			cost = dear
		}
		g.hideable[c.arc] = hiding{cost: cost, weight: cellWeight, n: n, up: c.up, down: c.down, say: func(shown Shown) {
			g.s.Cells[i][j] = shown
			if _, again := g.rows[era{k.month, last}]; again && g.firstEra(k.month) < last {
				g.s.Rows[i] = Withheld
			}
		}}
	}
}

// How much a reader misses a number that is kept back, times its size.
const (
	cellWeight = 1
	footWeight = 2
	rowWeight  = 3
	allWeight  = 4
)

// dear is what it costs to keep a number back that should be shown.
const dear = 1 << 20

// show narrows a cell to what an edition shows of it.
func (g *guarding) show(c *cell, shown Shown, n, least int) {
	a := &g.arcs[c.arc]
	switch shown {
	case Few:
		a.up, a.down = min(a.up, least-1-n), min(a.down, n-1)
	case Withheld:
		a.down = min(a.down, n)
	default:
		a.up, a.down, c.known = 0, 0, true
	}
	if shown.Hidden() && n > 0 && !slices.ContainsFunc(g.kept, func(k kept) bool { return k.arc == c.arc }) {
		g.kept = append(g.kept, kept{c.arc, least - 2})
	}
}

// firstEra is the edition that first counted a month.
func (g *guarding) firstEra(m Month) int {
	return slices.IndexFunc(g.sheets, func(s *Sheet) bool { return s.row(m) >= 0 })
}

// enterTotals enters the totals of an edition, and decides those of the last.
func (g *guarding) enterTotals(e int) {
	sheet, deciding := g.sheets[e], e == len(g.sheets)-1
	for i, m := range sheet.Months {
		first := g.firstEra(m)
		k := g.rowArcs[era{m, first}]
		if deciding {
			g.decideRow(i, m, first, k)
		}
		g.total(k, sheet.Rows[i], sheet.rowTotal(i), sheet.Least, e == first)
	}
	for _, column := range g.s.Columns {
		k, j := g.footArcs[column][e], slices.Index(sheet.Columns, column)
		if j < 0 {
			g.total(k, 0, 0, sheet.Least, true)
			continue
		}
		n := sheet.columnTotal(j)
		if g.footStays(column, e, n) {
			if deciding {
				sheet.Foot[j] = g.sheets[e-1].Foot[slices.Index(g.sheets[e-1].Columns, column)]
			}
			continue
		}
		if deciding {
			sheet.Foot[j] = g.decideTotal(k, n, footWeight, g.earlierFeet(column), func(s Shown) { sheet.Foot[j] = s })
		}
		g.total(k, sheet.Foot[j], n, sheet.Least, true)
	}
	if e > 0 && len(g.from[g.grand[e]]) == born(e) && g.sheets[e-1].total() == sheet.total() {
		if deciding {
			sheet.All = g.sheets[e-1].All
		}
		return
	}
	if deciding {
		sheet.All = g.decideTotal(g.grandArcs[e], sheet.total(), allWeight, g.earlierAll(), func(s Shown) { sheet.All = s })
	}
	g.total(g.grandArcs[e], sheet.All, sheet.total(), sheet.Least, true)
}

// born is how many arcs leave the node of an edition's grand total where it
// counts nothing that the edition before has not: the one to that.
func born(edition int) int { return min(edition, 1) }

// footStays reports whether the total of a column has nothing in it that the
// edition before has not: then it is shown, or kept back, as it was there.
func (g *guarding) footStays(column string, e, n int) bool {
	if e == 0 || len(g.to[g.foot[column][e]]) > 1 {
		return false
	}
	j := slices.Index(g.sheets[e-1].Columns, column)
	return j >= 0 && g.sheets[e-1].columnTotal(j) == n
}

// total fixes a total that an edition shows, and notes one that is kept back.
func (g *guarding) total(arc int, shown Shown, n, least int, first bool) {
	a := &g.arcs[arc]
	if !shown.Hidden() {
		a.up, a.down = 0, 0
	} else if first && n > 0 {
		g.kept = append(g.kept, kept{arc, least - 2})
	}
}

// decideRow is what the last sheet shows of a month's total.
func (g *guarding) decideRow(i int, m Month, first, arc int) {
	last := len(g.sheets) - 1
	n := g.s.rowTotal(i)
	if first == last {
		g.s.Rows[i] = g.decideTotal(arc, n, rowWeight, nil, func(s Shown) { g.s.Rows[i] = s })
		return
	}
	before := g.sheets[last-1]
	was := before.Rows[before.row(m)]
	same, open := true, true
	for j, column := range g.s.Columns {
		same = same && before.At(m, column) == g.s.N[i][j]
		open = open && !g.s.Cells[i][j].Hidden()
	}
	var earlier []int
	for _, s := range g.sheets[first:last] {
		if old, ok := s.Rows[s.row(m)].Number(); ok {
			earlier = append(earlier, old)
		}
	}
	switch {
	case same:
		g.s.Rows[i] = was
	case open && g.tellsNothing(n, earlier):
		g.s.Rows[i] = Shown(n)
	default:
		g.s.Rows[i] = Withheld
	}
}

// decideTotal is what the last sheet shows of a total that it shows anew.
func (g *guarding) decideTotal(arc, n, weight int, earlier []int, say func(Shown)) Shown {
	if !g.tellsNothing(n, earlier) {
		return Withheld
	}
	if g.arcs[arc].up > 0 { // nothing has fixed it yet
		g.hideable[arc] = hiding{cost: weight * max(n, 1), weight: weight, n: n, up: free, down: g.arcs[arc].value, say: say}
	}
	return Shown(n)
}

// tellsNothing reports whether a total is no small number, and none is its
// difference to what was shown of it before.
func (g *guarding) tellsNothing(n int, earlier []int) bool {
	return !small(n, g.s.Least) && !slices.ContainsFunc(earlier, func(old int) bool { return small(abs(n-old), g.s.Least) })
}

func (g *guarding) earlierFeet(column string) (shown []int) {
	for _, s := range g.sheets[:len(g.sheets)-1] {
		if j := slices.Index(s.Columns, column); j >= 0 && !s.Foot[j].Hidden() {
			shown = append(shown, int(s.Foot[j]))
		}
	}
	return shown
}

func (g *guarding) earlierAll() (shown []int) {
	for _, s := range g.sheets[:len(g.sheets)-1] {
		if !s.All.Hidden() {
			shown = append(shown, int(s.All))
		}
	}
	return shown
}

// hide keeps a number back for another's sake.
func (g *guarding) hide(arc int) {
	h := g.hideable[arc]
	h.say(Withheld)
	g.arcs[arc].up, g.arcs[arc].down = h.up, h.down
	g.hidden = append(g.hidden, arc)
	if h.n > 0 {
		g.kept = append(g.kept, kept{arc, g.s.Least - 2})
	}
}

// isHidden reports whether a number is kept back for another's sake.
func (g *guarding) isHidden(arc int) bool { return slices.Contains(g.hidden, arc) }

// relent shows again what turns out to be kept back without need: all totals, if
// that can be, those of the columns, of the months; then one by one, the dearest
// first.
func (g *guarding) relent() {
	totals := func(weights ...int) (list []int) {
		for _, arc := range g.hidden {
			if slices.Contains(weights, g.hideable[arc].weight) {
				list = append(list, arc)
			}
		}
		return list
	}
	g.showAgain(totals(footWeight, rowWeight, allWeight))
	g.showAgain(totals(footWeight, allWeight))
	g.showAgain(totals(rowWeight, allWeight))
	order := slices.Clone(g.hidden)
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(g.hideable[b].cost-g.hideable[a].cost, a-b) })
	for _, arc := range order {
		g.showAgain([]int{arc})
	}
}

// showAgain shows numbers that were kept back for others' sake, if none can be
// found then.
func (g *guarding) showAgain(arcs []int) {
	if len(arcs) == 0 {
		return
	}
	in := func(arc int) bool { return slices.Contains(arcs, arc) }
	network, all := slices.Clone(g.arcs), g.kept
	for _, arc := range arcs {
		g.arcs[arc].up, g.arcs[arc].down = 0, 0
	}
	g.kept = slices.DeleteFunc(slices.Clone(all), func(k kept) bool { return in(k.arc) })
	if slices.ContainsFunc(g.kept, func(k kept) bool { return !g.holds(k) }) {
		copy(g.arcs, network)
		g.kept = all
		return
	}
	for _, arc := range arcs {
		g.hideable[arc].say(Shown(g.hideable[arc].n))
	}
	g.hidden = slices.DeleteFunc(g.hidden, in)
}

// holds reports whether enough other numbers are possible for one.
func (g *guarding) holds(k kept) bool {
	up, down, _, _ := g.room(k.arc, k.need)
	return up+down >= k.need
}

// protect keeps numbers back, the cheapest first, until enough others are
// possible for one that is kept back already.
func (g *guarding) protect(k kept) bool {
	for {
		up, down, upCut, downCut := g.room(k.arc, k.need)
		if up+down >= k.need {
			return true
		}
		arc, ok := g.cheapest(upCut)
		if !ok {
			arc, ok = g.cheapest(downCut)
		}
		if !ok {
			return false // no number of this edition stands in the way
		}
		g.hide(arc)
	}
}

// cheapest is the arc of a cut whose number is kept back with the least loss.
func (g *guarding) cheapest(cut []int) (arc int, ok bool) {
	for _, k := range cut {
		h, can := g.hideable[k]
		if can && !g.isHidden(k) && (!ok || h.cost < g.hideable[arc].cost) {
			arc, ok = k, true
		}
	}
	return arc, ok
}
