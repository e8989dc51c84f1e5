package publish

import (
	"cmp"
	"maps"
	"slices"
)

// grid is a table put in order: rows of one name together, periods in time
// order, cuts and categories by name.
type grid struct {
	table    *CountTable
	spans    []Span // by time; each set of days once
	series   []*series
	find     map[seriesAt]*series
	equal    map[countAt][]FigureRef // the figures of a period by size
	figures  int
	repeated []Repeat
	budget   int // steps left for the search of moves
}

// series is a cut with its categories, or one total, over the periods.
type series struct {
	cut         string
	total       bool
	overlapping bool
	categories  []string
	at          []int // the periods for which there is any figure, by time
	cells       map[cellAt]*countCell
}

// seriesAt finds a series: by its cut, and a total by its category too.
type seriesAt struct{ cut, total string }

// countAt finds figures by period and size.
type countAt struct {
	period int
	n      int64
}

// cellAt is the place of a figure in a series.
type cellAt struct {
	period   int
	category string
}

// countCell is a figure, or the sum of those put under one name.
type countCell struct {
	n      int64
	unsure bool // no number, or several
	rows   []int
	facts  []string
}

// rowAt is what rows must share to give the same figure.
type rowAt struct {
	first, last   int32
	cut, category string
}

// grid puts the table in order. Rows whose period cannot be read are left out;
// ReadCounts has refused them.
func (t *CountTable) grid() *grid {
	g := &grid{
		table: t, repeated: []Repeat{}, budget: searchBudget,
		find: make(map[seriesAt]*series), equal: make(map[countAt][]FigureRef),
	}
	spans := make(map[string]Span)
	groups := make(map[rowAt][]CountRow)
	for _, row := range t.Rows {
		s, ok := spans[row.Period]
		if !ok {
			var err error
			if s, err = ParseSpan(row.Period); err != nil {
				continue
			}
			spans[row.Period] = s
		}
		at := rowAt{int32(s.First), int32(s.Last), t.alias(row.Cut), row.Category}
		groups[at] = append(groups[at], row)
	}
	index := g.order(spans)
	for _, at := range slices.SortedFunc(maps.Keys(groups), rowAt.compare) {
		g.put(at, index[[2]int32{at.first, at.last}], groups[at])
	}
	g.finish()
	return g
}

func (a rowAt) compare(b rowAt) int {
	return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.last, a.last),
		cmp.Compare(a.cut, b.cut), cmp.Compare(a.category, b.category))
}

// order sorts the periods and keeps one name for each set of days.
func (g *grid) order(spans map[string]Span) map[[2]int32]int {
	all := slices.SortedFunc(maps.Values(spans), byTime)
	g.spans = slices.CompactFunc(all, func(a, b Span) bool { return a.First == b.First && a.Last == b.Last })
	index := make(map[[2]int32]int, len(g.spans))
	for i, s := range g.spans {
		index[[2]int32{int32(s.First), int32(s.Last)}] = i
	}
	return index
}

// put adds the rows of one place to their series.
func (g *grid) put(at rowAt, period int, rows []CountRow) {
	c := g.figure(at, period, rows)
	category := g.table.alias(at.category)
	s := g.seriesOf(at.cut, category)
	key := cellAt{period, category}
	have := s.cells[key]
	if have == nil {
		s.cells[key] = c
		return
	}
	have.n += c.n
	have.unsure = have.unsure || c.unsure
	have.rows, have.facts = append(have.rows, c.rows...), append(have.facts, c.facts...)
}

// figure makes one figure of rows for the same place, and reports rows that are
// more than one.
func (g *grid) figure(at rowAt, period int, rows []CountRow) *countCell {
	c := &countCell{}
	var numbers []int64
	for _, row := range rows {
		if row.Line > 0 {
			c.rows = append(c.rows, row.Line)
		}
		if row.Fact != "" {
			c.facts = append(c.facts, row.Fact)
		}
		if !row.Empty && row.Count >= 0 && row.Count <= MaxCount {
			numbers = append(numbers, row.Count)
		}
	}
	slices.Sort(c.rows)
	slices.Sort(c.facts)
	several := len(rows) > 1
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	if len(numbers) == 1 {
		c.n = numbers[0]
		g.figures++
	}
	c.unsure = len(numbers) != 1
	if several {
		g.repeated = append(g.repeated, Repeat{
			Period: g.spans[period].Label, Cut: at.cut, Category: at.category,
			Counts: append([]int64{}, numbers...), Rows: c.rows, Facts: c.facts,
		})
	}
	return c
}

// seriesOf finds or adds the series that a figure belongs to.
func (g *grid) seriesOf(cut, category string) *series {
	at := seriesAt{cut: cut}
	total := cut == g.table.TotalCut
	if total {
		at.total = category
	}
	s := g.find[at]
	if s == nil {
		s = &series{
			cut: cut, total: total, overlapping: slices.Contains(g.table.Overlapping, cut),
			cells: make(map[cellAt]*countCell),
		}
		g.find[at] = s
		g.series = append(g.series, s)
	}
	return s
}

// finish sorts the series, totals first, and finds their categories and
// periods.
func (g *grid) finish() {
	for _, s := range g.series {
		categories, periods := make(map[string]bool), make(map[int]bool)
		for at, c := range s.cells {
			categories[at.category], periods[at.period] = true, true
			if !c.unsure {
				at2 := countAt{at.period, c.n}
				g.equal[at2] = append(g.equal[at2], FigureRef{g.spans[at.period].Label, s.cut, at.category, c.n})
			}
		}
		s.categories, s.at = slices.Sorted(maps.Keys(categories)), slices.Sorted(maps.Keys(periods))
	}
	slices.SortFunc(g.series, func(a, b *series) int {
		if a.total != b.total {
			if a.total {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.cut, b.cut), cmp.Compare(a.categories[0], b.categories[0]))
	})
}

// all are the indexes of all periods.
func (g *grid) all() []int {
	all := make([]int, len(g.spans))
	for i := range all {
		all[i] = i
	}
	return all
}

// labels are the periods as the table writes them.
func (g *grid) labels(periods []int) []string {
	labels := make([]string, len(periods))
	for i, p := range periods {
		labels[i] = g.spans[p].Label
	}
	return labels
}

// noNumbers notes the cells of a series that hold no number.
func (g *grid) noNumbers(s *series, r *Reconciliation) {
	for _, p := range s.at {
		for _, category := range s.categories {
			if c := s.cells[cellAt{p, category}]; c != nil && c.unsure {
				r.NotCompared = append(r.NotCompared, NotCompared{
					Reason: NoNumber, Period: g.spans[p].Label, Cut: s.cut, Category: category,
				})
			}
		}
	}
}
