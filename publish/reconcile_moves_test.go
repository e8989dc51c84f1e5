package publish

import (
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The oracle tries every set of connections from places that lose to places
// that gain, the smallest sets first. It knows nothing of groups.
func smallestSets(net []int64) (fewest, ways int) {
	var from, to []int
	for i, n := range net {
		if n < 0 {
			from = append(from, i)
		} else {
			to = append(to, i)
		}
	}
	var links [][2]int
	for _, f := range from {
		for _, g := range to {
			links = append(links, [2]int{f, g})
		}
	}
	for size := range len(links) + 1 {
		for set := range 1 << len(links) {
			if bits.OnesCount(uint(set)) == size && flows(net, links, set) {
				ways++
			}
		}
		if ways > 0 {
			return size, ways
		}
	}
	return -1, 0
}

// flows reports whether each link of a set can carry a positive number so that
// every place gets its net. A link is settled as soon as it is the last one of
// a place; where none is, the links go in a circle and are not a smallest set.
func flows(net []int64, links [][2]int, set int) bool {
	left := slices.Clone(net)
	for set != 0 {
		settled := false
		for i := range left {
			at := -1
			for l := range links {
				if set>>l&1 == 1 && (links[l][0] == i || links[l][1] == i) {
					if at >= 0 {
						at = -2
						break
					}
					at = l
				}
			}
			if at < 0 {
				continue
			}
			n := max(left[i], -left[i])
			if n == 0 {
				return false
			}
			left[links[at][0]] += n
			left[links[at][1]] -= n
			set &^= 1 << at
			settled = true
		}
		if !settled {
			return false
		}
	}
	for _, n := range left {
		if n != 0 {
			return false
		}
	}
	return true
}

// nets draws what places gain and lose, together 0, none of it 0.
func nets(t *rapid.T, most int, large int64) []int64 {
	net := rapid.SliceOfN(rapid.Int64Range(-large, large).Filter(func(n int64) bool { return n != 0 }), 1, most-1).Draw(t, "net")
	rest := int64(0)
	for _, n := range net {
		rest -= n
	}
	if rest != 0 {
		net = append(net, rest)
	}
	return net
}

func TestFewestMovesAgainstAllSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net := nets(t, 6, rapid.SampledFrom([]int64{2, 6, 1000}).Draw(t, "large"))
		fewest, ways := smallestSets(net)
		moves, only := fewestMoves(net)
		if len(moves) != fewest || only != (ways == 1) {
			t.Fatalf("%v: %d moves %v, only %v; the oracle has %d moves in %d ways", net, len(moves), moves, only, fewest, ways)
		}
	})
}

func TestMovesLeadWhereTheyShould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net := nets(t, 12, 30)
		moves, _ := fewestMoves(net)
		got, moved, gained := make([]int64, len(net)), int64(0), int64(0)
		for _, m := range moves {
			got[m.from] -= m.n
			got[m.to] += m.n
			moved += m.n
		}
		for _, n := range net {
			gained += max(n, 0)
		}
		if !slices.Equal(got, net) || moved != gained || len(moves) >= len(net) {
			t.Fatalf("%v: %v gives %v", net, moves, got)
		}
	})
}

func TestTheBoundOfTheSearch(t *testing.T) {
	c := &nesting{grid: &grid{table: &CountTable{}, budget: searchBudget}, series: &series{}}
	c.grid.spans = []Span{{}}
	lines := func(n int) (list []NestedLine) {
		for i := range n {
			list = append(list, NestedLine{Category: string(rune('a' + i)), Difference: int64(1 - 2*(i%2))})
		}
		return list
	}
	if e := c.explain(lines(MaxDiffering), 0); !e.Searched || len(e.Moves) != MaxDiffering/2 || e.Only || !e.Within {
		t.Errorf("at the bound: %+v", e)
	}
	if e := c.explain(lines(MaxDiffering+1), 1); e.Searched || len(e.Moves) != 0 || e.Only || e.Within {
		t.Errorf("beyond the bound: %+v", e)
	}
	searches := 0
	for c.explain(lines(MaxDiffering), 0).Searched {
		searches++
	}
	if searches == 0 || searches > 20 {
		t.Errorf("the time for searching lasted for %d more searches", searches)
	}
	if e := c.explain(lines(4), 0); !e.Searched {
		t.Error("a small search no longer has time")
	}
}

func BenchmarkFewestMoves(b *testing.B) {
	net := make([]int64, MaxDiffering)
	for i := range net {
		net[i] = int64(i*i + 1)
	}
	for i := range MaxDiffering / 2 {
		net[i+MaxDiffering/2] = -net[i]
	}
	for b.Loop() {
		fewestMoves(net)
	}
}
