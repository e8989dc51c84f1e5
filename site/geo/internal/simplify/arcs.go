package main

import (
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"
)

// tolerance is how far a simplified line may lie from the true one, in degrees:
// not quite a kilometre.
const tolerance = 0.008

// edge is a stretch of border between two points, in the order of the points,
// so that it is the same from both sides.
type edge [2]orb.Point

func edgeOf(a, b orb.Point) edge {
	if less(b, a) {
		a, b = b, a
	}
	return edge{a, b}
}

func less(a, b orb.Point) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }

// sides says which shapes have an edge in their outline: a bit for each.
type sides map[edge]uint64

// Simplify makes outlines simpler, and the border that two shapes share the
// same on both sides: each outline is cut where its neighbour changes, and each
// piece is simplified by itself, in one direction.
func Simplify(shapes []orb.MultiPolygon) []orb.MultiPolygon {
	of := make(sides)
	for i, shape := range shapes {
		for _, polygon := range shape {
			for _, ring := range polygon {
				for k := 1; k < len(ring); k++ {
					of[edgeOf(ring[k-1], ring[k])] |= 1 << i
				}
			}
		}
	}
	out := make([]orb.MultiPolygon, len(shapes))
	for i, shape := range shapes {
		for _, polygon := range shape {
			simple := make(orb.Polygon, 0, len(polygon))
			for _, ring := range polygon {
				simple = append(simple, of.ring(ring))
			}
			out[i] = append(out[i], simple)
		}
	}
	return out
}

// ring simplifies one outline, piece by piece.
func (of sides) ring(ring orb.Ring) orb.Ring {
	points := []orb.Point(ring[:len(ring)-1]) // the last point is the first again
	n := len(points)
	at := func(i int) orb.Point { return points[((i%n)+n)%n] }
	var cuts []int
	for i := range points {
		if of[edgeOf(at(i-1), at(i))] != of[edgeOf(at(i), at(i+1))] {
			cuts = append(cuts, i)
		}
	}
	if len(cuts) == 0 { // an island, or a country of one part
		cuts = []int{slices.IndexFunc(points, func(p orb.Point) bool { return p == slices.MinFunc(points, order) })}
	}
	var simple orb.Ring
	for k, from := range cuts {
		to := cuts[(k+1)%len(cuts)]
		if to <= from {
			to += n
		}
		arc := make(orb.LineString, 0, to-from+1)
		for i := from; i <= to; i++ {
			arc = append(arc, at(i))
		}
		piece := simpler(arc)
		simple = append(simple, piece[:len(piece)-1]...) // the next piece starts with its last point
	}
	return append(simple, simple[0])
}

func order(a, b orb.Point) int {
	if less(a, b) {
		return -1
	}
	return 1
}

// simpler simplifies a piece of outline in the same direction from whichever
// side it is walked.
func simpler(arc orb.LineString) orb.LineString {
	back := less(arc[len(arc)-1], arc[0])
	if back {
		slices.Reverse(arc)
	}
	line := simplify.DouglasPeucker(tolerance).Simplify(arc.Clone()).(orb.LineString)
	if back {
		slices.Reverse(line)
		slices.Reverse(arc)
	}
	return line
}
