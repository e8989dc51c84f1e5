package publish

import (
	"cmp"
	"math/bits"
	"slices"
)

// Explanation is the smallest set of moves between categories that turns what
// the parts sum to into what the whole states: the fewest moves, and of those
// the fewest cases moved. Where the sums differ, cases are also left out of the
// count, or added to it.
//
// It says what would explain the difference, not what happened.
type Explanation struct {
	// Searched is false where too many categories differ (MaxDiffering), or too
	// many comparisons before this one took the time there is for searching.
	Searched bool `json:"searched"`
	// Within says that moves between categories alone explain everything: the
	// sums agree. Where it is false no such set of moves exists.
	Within bool `json:"within"`
	// Only says that no other set has as few moves and moves as few.
	Only  bool   `json:"only"`
	Moved int64  `json:"moved"` // cases moved, left out and added
	Moves []Move `json:"moves"` // the largest first
}

// Move is a number of cases that are in one category of the parts and in
// another of the whole.
type Move struct {
	From   string      `json:"from,omitempty"` // absent: added to the count
	To     string      `json:"to,omitempty"`   // absent: left out of the count
	Count  int64       `json:"count"`
	Equals []FigureRef `json:"equals,omitempty"` // figures elsewhere that are as large
}

// MaxDiffering is how many categories may differ, being outside the count
// counted as one of them where the sums differ, for the smallest set of moves
// to be searched for. The search looks at every subset of them: a million at
// most, for which it takes some 50 ms and 10 MB.
const MaxDiffering = 20

// searchBudget is how many steps all searches of one table may take together,
// about a second: each takes n steps for each subset of its n categories.
const searchBudget = 1 << 28

// explain finds the smallest set of moves for lines whose sums differ by
// difference.
func (c *nesting) explain(lines []NestedLine, difference int64) *Explanation {
	var names []string
	var net []int64
	for i := range lines {
		if d := lines[i].Difference; d != 0 {
			names, net = append(names, lines[i].Category), append(net, d)
		}
	}
	if difference != 0 {
		names, net = append(names, ""), append(net, -difference)
	}
	e := &Explanation{Within: difference == 0, Moves: []Move{}}
	cost := len(net) << min(len(net), MaxDiffering)
	if len(net) > MaxDiffering || cost > c.budget {
		return e
	}
	c.budget -= cost
	e.Searched = true
	var moves []transfer
	moves, e.Only = fewestMoves(net)
	for _, m := range moves {
		move := Move{From: names[m.from], To: names[m.to], Count: m.n}
		move.Equals = c.equals(m.n, move.From)
		e.Moved += m.n
		e.Moves = append(e.Moves, move)
	}
	slices.SortStableFunc(e.Moves, func(a, b Move) int { return cmp.Compare(b.Count, a.Count) })
	return e
}

// transfer moves n from one place to another.
type transfer struct {
	from, to int
	n        int64
}

// fewestMoves finds the fewest moves after which each of the places has gained
// what net says, and of the sets of so few moves one that moves least. No net
// is 0; together they are. It also says whether this set is the only one.
//
// Seen as a graph, moves connect places, and in each connected group the nets
// sum to 0. A group of k places takes k-1 moves to connect, and that suffices:
// what is given is handed out place after place. So the fewest moves are the
// number of places less the largest number of groups with sum 0 that they can
// be divided into, which is found over all subsets. As every move leads from a
// place that loses to one that gains, no fewer cases can be moved either.
//
// The set is the only one where there is one such division, and in each of its
// groups one place alone loses or one alone gains.
func fewestMoves(net []int64) (moves []transfer, only bool) {
	d := divide(net)
	only = true
	for rest := uint32(1)<<len(net) - 1; rest != 0; {
		group, single := d.group(rest)
		handed, star := handOut(net, group)
		moves = append(moves, handed...)
		only = only && single && star
		rest &^= group
	}
	return moves, only
}

// division is, for each subset of places, its sum and the largest number of
// groups with sum 0 in it.
type division struct {
	sum  []int64
	most []int8
}

func divide(net []int64) division {
	size := 1 << len(net)
	d := division{make([]int64, size), make([]int8, size)}
	for set := 1; set < size; set++ {
		d.sum[set] = d.sum[set&(set-1)] + net[bits.TrailingZeros(uint(set))]
		best := int8(0)
		for left := set; left != 0; left &= left - 1 {
			best = max(best, d.most[set&^(left&-left)])
		}
		if d.sum[set] == 0 {
			best++
		}
		d.most[set] = best
	}
	return d
}

// group is the group of the first place of a subset with sum 0 in a division
// of it into the most groups: the smallest such group. It also says whether
// there is no other.
func (d *division) group(rest uint32) (group uint32, single bool) {
	first := rest & -rest
	others := rest &^ first
	found := 0
	for sub := others; ; sub = (sub - 1) & others {
		set := sub | first
		if d.sum[set] == 0 && d.most[rest&^set]+1 == d.most[rest] {
			found++
			if found == 1 || smallerGroup(set, group) {
				group = set
			}
		}
		if sub == 0 {
			return group, found == 1
		}
	}
}

func smallerGroup(a, b uint32) bool {
	if m, n := bits.OnesCount32(a), bits.OnesCount32(b); m != n {
		return m < n
	}
	return a < b
}

// handOut makes the moves of one group: those that lose most give first to
// those that gain most. It also says whether there is no other way with as few
// moves, as where one place alone loses or gains.
func handOut(net []int64, group uint32) (moves []transfer, star bool) {
	var from, to []int
	for ; group != 0; group &= group - 1 {
		if i := bits.TrailingZeros32(group); net[i] < 0 {
			from = append(from, i)
		} else {
			to = append(to, i)
		}
	}
	star = len(from) == 1 || len(to) == 1
	slices.SortStableFunc(from, func(a, b int) int { return cmp.Compare(net[a], net[b]) })
	slices.SortStableFunc(to, func(a, b int) int { return cmp.Compare(net[b], net[a]) })
	gives, takes := int64(0), int64(0)
	for len(from) > 0 && len(to) > 0 {
		n := min(-net[from[0]]-gives, net[to[0]]-takes)
		moves = append(moves, transfer{from[0], to[0], n})
		gives, takes = gives+n, takes+n
		if gives == -net[from[0]] {
			from, gives = from[1:], 0
		}
		if takes == net[to[0]] {
			to, takes = to[1:], 0
		}
	}
	return moves, star
}
