package publish

import "slices"

// EqualsFrom is the smallest number of which it is pointed out that another
// figure is equal to it: smaller ones are equal too often by chance.
const EqualsFrom = 10

// maxEquals is how many figures may equal a number for them to be named: more
// of them say nothing.
const maxEquals = 3

// nest compares each period of a series with the shorter ones inside it.
func (g *grid) nest(s *series, r *Reconciliation) {
	spans := make([]Span, len(s.at))
	index := make(map[Span]int, len(s.at))
	for i, p := range s.at {
		spans[i] = g.spans[p]
		index[spans[i]] = p
	}
	for _, whole := range s.at {
		inside, complete := tile(g.spans[whole], spans)
		if len(inside) == 0 {
			continue
		}
		parts := make([]int, len(inside))
		for i := range inside {
			parts[i] = index[inside[i]]
		}
		c := &nesting{grid: g, series: s, whole: whole, parts: parts}
		if complete {
			c.compare(r)
		} else {
			c.compareSome(r)
		}
	}
}

// nesting is one comparison of a whole with its parts.
type nesting struct {
	*grid
	series *series
	whole  int
	parts  []int
}

// compare adds the comparison to the result where something differs.
func (c *nesting) compare(r *Reconciliation) {
	n := c.result()
	sum := NestedLine{}
	sure, differs := true, false
	for _, category := range c.series.categories {
		line, ok := c.line(category)
		if !ok {
			sure = false
			continue
		}
		if len(line.Missing) > len(c.parts) {
			continue // the category belongs to other periods
		}
		r.Compared++
		differs = differs || line.Difference != 0
		sum.Parts, sum.Whole = sum.Parts+line.Parts, sum.Whole+line.Whole
		n.Lines = append(n.Lines, line)
	}
	if !differs {
		return
	}
	sum.Difference = sum.Whole - sum.Parts
	if sure && !c.series.overlapping {
		sum.Equals = c.equals(sum.Difference, "")
		n.Sum = &sum
	}
	if n.Sum != nil && len(n.Lines) > 1 {
		n.Explanation = c.explain(n.Lines, sum.Difference)
	} else {
		c.pointOut(n.Lines)
	}
	r.Nested = append(r.Nested, n)
}

// compareSome compares a whole with parts that do not cover it: no count can be
// smaller than a part of it.
func (c *nesting) compareSome(r *Reconciliation) {
	n := c.result()
	n.Partial = true
	for _, category := range c.series.categories {
		if c.series.cells[cellAt{c.whole, category}] == nil {
			continue
		}
		if line, ok := c.line(category); ok && line.Parts > line.Whole {
			line.Missing = nil
			n.Lines = append(n.Lines, line)
		}
	}
	if len(n.Lines) > 0 {
		c.pointOut(n.Lines)
		r.Compared += len(n.Lines)
		r.Nested = append(r.Nested, n)
		return
	}
	r.NotCompared = append(r.NotCompared, NotCompared{
		Reason: PartsMissing, Period: n.Whole, Parts: n.Parts, Cut: n.Cut, Category: c.totalOf(),
	})
}

func (c *nesting) result() Nesting {
	return Nesting{
		Whole: c.spans[c.whole].Label, Parts: c.labels(c.parts), Cut: c.series.cut,
		Total: c.series.total, Lines: []NestedLine{},
	}
}

// totalOf is the category of a total, nothing for a cut.
func (c *nesting) totalOf() string {
	if c.series.total {
		return c.series.categories[0]
	}
	return ""
}

// line adds up one category; false where a cell of it holds no number.
func (c *nesting) line(category string) (NestedLine, bool) {
	l := NestedLine{Category: category}
	for _, p := range append(slices.Clone(c.parts), c.whole) {
		cell := c.series.cells[cellAt{p, category}]
		switch {
		case cell == nil:
			l.Missing = append(l.Missing, c.spans[p].Label)
			continue
		case cell.unsure:
			return l, false
		case p == c.whole:
			l.Whole = cell.n
		default:
			l.Parts += cell.n
		}
		l.Rows, l.Facts = append(l.Rows, cell.rows...), append(l.Facts, cell.facts...)
	}
	l.Difference = l.Whole - l.Parts
	return l, true
}

// pointOut names the figures that the difference of each line equals.
func (c *nesting) pointOut(lines []NestedLine) {
	for i := range lines {
		lines[i].Equals = c.equals(lines[i].Difference, lines[i].Category)
	}
}

// equals are the figures as large as a number: of the whole period, in other
// cuts; and of the category itself in one of the parts, as when a month was
// left out.
func (c *nesting) equals(n int64, category string) []FigureRef {
	n = max(n, -n)
	refs := c.elsewhere(c.whole, n, func(f *FigureRef) bool {
		return f.Cut == c.series.cut && (!c.series.total || f.Category == c.series.categories[0])
	})
	for _, p := range c.parts {
		cell := c.series.cells[cellAt{p, category}]
		if cell != nil && !cell.unsure && cell.n == n && n >= EqualsFrom {
			refs = append(refs, FigureRef{c.spans[p].Label, c.series.cut, category, n})
		}
	}
	return fewRefs(refs)
}

// elsewhere are the figures of a period that are as large as a number, but for
// some.
func (g *grid) elsewhere(period int, n int64, but func(*FigureRef) bool) []FigureRef {
	all := g.equal[countAt{period, n}]
	if n < EqualsFrom || len(all) > 100 {
		return nil
	}
	var refs []FigureRef
	for _, f := range all {
		if !but(&f) {
			refs = append(refs, f)
		}
	}
	slices.SortFunc(refs, func(a, b FigureRef) int { return compareRefs(&a, &b) })
	return refs
}

func fewRefs(refs []FigureRef) []FigureRef {
	if len(refs) > maxEquals {
		return nil
	}
	return refs
}
