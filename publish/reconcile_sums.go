package publish

import (
	"cmp"
	"slices"
)

func compareRefs(a, b *FigureRef) int {
	return cmp.Or(cmp.Compare(a.Cut, b.Cut), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Period, b.Period))
}

// cutSum is what a cut sums to in one period.
type cutSum struct {
	series *series
	period int
	n      int64
	rows   []int
	facts  []string
}

// sums compares, within each period, every cut with the totals that it
// divides, and cuts for which no total is stated with each other.
func (g *grid) sums(r *Reconciliation) {
	untotalled := make(map[int][]cutSum) // by period
	for _, s := range g.series {
		if s.total || s.overlapping {
			continue
		}
		checks, compared, without := g.against(s)
		if g.table.Proven && len(checks) == compared {
			continue // nothing shows that the cut divides its total
		}
		r.Compared += compared
		r.Sums = append(r.Sums, checks...)
		if len(checks) == compared && periodsOf(checks) > 1 {
			r.Never = append(r.Never, s.cut)
		}
		for _, sum := range without {
			untotalled[sum.period] = append(untotalled[sum.period], sum)
		}
	}
	for _, list := range untotalled {
		if !g.table.Proven {
			g.agree(list, r)
		}
	}
	g.sortSums(r.Sums)
}

func (g *grid) sortSums(sums []SumCheck) {
	at := make(map[string]int, len(g.spans))
	for i, s := range g.spans {
		at[s.Label] = i
	}
	slices.SortFunc(sums, func(a, b SumCheck) int {
		return cmp.Or(cmp.Compare(at[a.Period], at[b.Period]), cmp.Compare(a.Cut, b.Cut),
			cmp.Compare(a.Total, b.Total), cmp.Compare(a.Against, b.Against))
	})
}

func periodsOf(checks []SumCheck) int {
	periods := make(map[string]bool)
	for i := range checks {
		periods[checks[i].Period] = true
	}
	return len(periods)
}

// against compares a cut with its totals in each period: the differences, how
// many were compared, and the sums for which no total is stated.
func (g *grid) against(s *series) (checks []SumCheck, compared int, without []cutSum) {
	totals := g.totalsOf(s)
	for _, p := range s.at {
		sum, ok := s.sum(p)
		if !ok {
			continue
		}
		stated := false
		for _, t := range totals {
			cell := t.cells[cellAt{p, t.categories[0]}]
			stated = stated || cell != nil
			if cell == nil || cell.unsure {
				continue
			}
			compared++
			if sum.n != cell.n {
				c := g.check(sum, cell.n)
				c.Total = t.categories[0]
				c.Rows, c.Facts = append(c.Rows, cell.rows...), append(c.Facts, cell.facts...)
				checks = append(checks, c)
			}
		}
		if !stated {
			without = append(without, sum)
		}
	}
	return checks, compared, without
}

// totalsOf are the totals that a cut divides: those it is said to, or the one
// that cuts divide where nothing is said. Where the cut never sums to that one
// but, in two periods or in all there are, to another, it divides the other.
func (g *grid) totalsOf(s *series) (totals []*series) {
	for _, name := range g.table.Totals[s.cut] {
		if t := g.find[seriesAt{g.table.TotalCut, name}]; t != nil {
			totals = append(totals, t)
		}
	}
	if len(totals) > 0 {
		return totals
	}
	usual := g.find[seriesAt{g.table.TotalCut, g.table.Total}]
	best, most := usual, 0
	for _, t := range g.series {
		if !t.total {
			continue
		}
		met, of := s.meets(t)
		if t == usual && met > 0 {
			return []*series{usual}
		}
		if met > most && (met > 1 || met == of) {
			best, most = t, met
		}
	}
	if best == nil {
		return nil
	}
	return []*series{best}
}

// meets is in how many periods a cut sums to a total, and of how many.
func (s *series) meets(t *series) (met, of int) {
	for _, p := range s.at {
		cell := t.cells[cellAt{p, t.categories[0]}]
		if cell == nil || cell.unsure {
			continue
		}
		of++
		if sum, ok := s.sum(p); ok && sum.n == cell.n {
			met++
		}
	}
	return met, of
}

// agree compares cuts of one period with the first of them.
func (g *grid) agree(list []cutSum, r *Reconciliation) {
	for _, sum := range list[1:] {
		r.Compared++
		if sum.n != list[0].n {
			c := g.check(sum, list[0].n)
			c.Against = list[0].series.cut
			r.Sums = append(r.Sums, c)
		}
	}
}

func (g *grid) check(sum cutSum, stated int64) SumCheck {
	c := SumCheck{
		Period: g.spans[sum.period].Label, Cut: sum.series.cut, Sum: sum.n, Stated: stated,
		Difference: sum.n - stated, Rows: sum.rows, Facts: sum.facts,
	}
	for _, category := range sum.series.categories {
		if sum.series.cells[cellAt{sum.period, category}] == nil {
			c.Missing = append(c.Missing, category)
		}
	}
	n := max(c.Difference, -c.Difference)
	c.Equals = fewRefs(g.elsewhere(sum.period, n, func(f *FigureRef) bool { return f.Cut == sum.series.cut }))
	return c
}

// sum adds up the categories of a period; false where one holds no number.
func (s *series) sum(period int) (cutSum, bool) {
	sum := cutSum{series: s, period: period}
	for _, category := range s.categories {
		cell := s.cells[cellAt{period, category}]
		if cell == nil {
			continue
		}
		if cell.unsure {
			return sum, false
		}
		sum.n += cell.n
		sum.rows, sum.facts = append(sum.rows, cell.rows...), append(sum.facts, cell.facts...)
	}
	return sum, true
}
