package site

import (
	"cmp"
	"slices"
)

// labels lays the names of events above their line, in rows, so that no name
// covers another or the line that leads from a name down to its event.
type labels struct {
	width float64
	laid  []laid
}

// laid is a label that has its place: the row's height, how far it reaches, and
// where its line goes down.
type laid struct {
	y        int
	from, to float64
	x        float64
}

// Rows of labels from the top to the line of events, in units of the picture;
// and how wide a character is taken to be at most.
var (
	labelRows  = []int{-88, -71, -54, -37, -20}
	labelWidth = 7.0
)

// layLabels gives labels to the events that have room, the first and the last
// before others; the rest keep their mark and their name.
func layLabels(marks []timeMark, width float64) {
	slices.SortStableFunc(marks, func(a, b timeMark) int { return cmp.Compare(a.X, b.X) })
	l := labels{width: width}
	for _, i := range spaced(len(marks)) {
		l.place(&marks[i])
	}
}

// spaced are the numbers below n, the first and the last before others, then
// always one in the middle of the widest gap, so that labels are spread over
// the picture where not all have room.
func spaced(n int) []int {
	var order []int
	seen := make([]bool, n)
	add := func(i int) {
		if i >= 0 && i < n && !seen[i] {
			seen[i] = true
			order = append(order, i)
		}
	}
	add(0)
	add(n - 1)
	for step := n; step > 1; step = (step + 1) / 2 {
		for i := step / 2; i < n; i += step {
			add(i)
		}
	}
	for i := range n {
		add(i)
	}
	return order
}

// place finds room for one label, or takes its label away.
func (l *labels) place(m *timeMark) {
	long := float64(len([]rune(m.Label)))*labelWidth + 6
	for _, anchor := range []string{"start", "end"} {
		from, to := m.X, m.X+long
		if anchor == "end" {
			from, to = m.X-long, m.X
		}
		if from < 0 || to > l.width {
			continue
		}
		for _, y := range labelRows {
			if at := (laid{y, from, to, m.X}); l.free(at) {
				m.Y, m.Anchor = y, anchor
				l.laid = append(l.laid, at)
				return
			}
		}
	}
	m.Label = ""
}

// free reports whether a label covers no other, nor its line another's, nor
// another's line it.
func (l *labels) free(at laid) bool {
	for _, o := range l.laid {
		same := at.y == o.y && at.from < o.to+10 && o.from < at.to+10
		under := at.y > o.y && at.from-4 < o.x && o.x < at.to+4 // o's line comes down through at
		over := at.y < o.y && o.from-4 < at.x && at.x < o.to+4  // at's line goes down through o
		if same || under || over {
			return false
		}
	}
	return true
}

// Due days stand below the line, each at the first height where it is apart
// from its neighbour, of at most this many heights.
const (
	dueTop, dueStep, dueDepth, dueApart = 20, 14, 8, 12
)

// stackDues places due days and returns how far down they reach. Where all
// heights are taken, a day covers the neighbour that is farthest from it.
func stackDues(marks []timeMark) int {
	slices.SortStableFunc(marks, func(a, b timeMark) int { return cmp.Compare(a.X, b.X) })
	var last [dueDepth]float64 // the last day's place at each height
	for h := range last {
		last[h] = -dueApart
	}
	bottom := dueTop
	for i := range marks {
		h := slices.IndexFunc(last[:], func(x float64) bool { return marks[i].X-x >= dueApart })
		if h < 0 {
			h = slices.Index(last[:], slices.Min(last[:]))
		}
		last[h] = marks[i].X
		marks[i].Y = dueTop + dueStep*h
		bottom = max(bottom, marks[i].Y)
	}
	return bottom + 8
}
