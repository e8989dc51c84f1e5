package conduct

import "slices"

// Grid is one count before anything is kept back: months by columns. A column
// is an actor, or Several.
type Grid struct {
	Months  []Month  `json:"months"` // one after the other, without gaps
	Columns []string `json:"columns"`
	N       [][]int  `json:"n"` // by month, then column
}

// At is the number of a month and a column: 0 where the grid has none.
func (g *Grid) At(m Month, column string) int {
	i, j := g.row(m), slices.Index(g.Columns, column)
	if i < 0 || j < 0 {
		return 0
	}
	return g.N[i][j]
}

func (g *Grid) row(m Month) int {
	if len(g.Months) == 0 || m < g.Months[0] || m > g.Months[len(g.Months)-1] {
		return -1
	}
	return int(m - g.Months[0])
}

// newGrid is an empty grid.
func newGrid(from, to Month, columns []string) *Grid {
	g := &Grid{Columns: columns}
	for m := from; m <= to; m++ {
		g.Months = append(g.Months, m)
		g.N = append(g.N, make([]int, len(columns)))
	}
	return g
}

// Sheet is one count in one edition: the numbers that it stands for, which stay
// in the store, and what is shown of them.
type Sheet struct {
	Grid
	Least int `json:"least"` // no number from 1 to Least-1 is shown
	Face
}

// Face is what is shown of a sheet.
type Face struct {
	Cells [][]Shown `json:"cells,omitempty"`  // by month, then column
	Rows  []Shown   `json:"rows,omitempty"`   // totals of the months
	Foot  []Shown   `json:"totals,omitempty"` // totals of the columns
	All   Shown     `json:"all"`
}

func (s *Sheet) rowTotal(i int) (sum int) {
	for _, n := range s.N[i] {
		sum += n
	}
	return sum
}

func (s *Sheet) columnTotal(j int) (sum int) {
	for i := range s.N {
		sum += s.N[i][j]
	}
	return sum
}

func (s *Sheet) total() (sum int) {
	for i := range s.N {
		sum += s.rowTotal(i)
	}
	return sum
}

// shownAt is what a sheet shows of a month and a column: 0 where it has no such
// column, and false where it has no such month.
func (s *Sheet) shownAt(m Month, column string) (Shown, bool) {
	i, j := s.row(m), slices.Index(s.Columns, column)
	switch {
	case i < 0:
		return 0, false
	case j < 0:
		return 0, true
	}
	return s.Cells[i][j], true
}
