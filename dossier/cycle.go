package dossier

import (
	"fmt"
	"slices"
	"strings"
)

// checkCycles reports what goes in a circle: obligations that each wait for the
// other's discharge, missions that succeed each other, actors that belong to
// each other.
func (c *checker) checkCycles() {
	d := c.d
	c.circles(kObligations, "the triggers go in a circle, so no clock of it can ever start", "waits for", func(i int, edge func(id, path string)) {
		o := d.Obligations[i]
		for reading, due := range o.Rules {
			path := "due"
			if reading != "" {
				path = fmt.Sprintf("readings/%d/due", slices.IndexFunc(o.Readings, func(r Reading) bool { return r.ID == reading }))
			}
			for key, event := range due.Triggers {
				if t := ParseTrigger(event); t.Kind == OnDischarge {
					edge(t.ID, path+"/"+key)
				}
			}
		}
	})
	c.circles(kMissions, "the missions succeed each other in a circle", "succeeds", func(i int, edge func(id, path string)) {
		for j, e := range d.Missions[i].Succeeds {
			edge(e.Mission, fmt.Sprintf("succeeds/%d/mission", j))
		}
	})
	c.circles(kActors, "the actors belong to each other in a circle", "belongs to", func(i int, edge func(id, path string)) {
		if of := d.Actors[i].Of; of != "" {
			edge(of, "of")
		}
	})
}

// circles reports each circle of a kind once, whole, at the edge that closes
// it. edges tells the IDs that a fact points to, and by which path.
func (c *checker) circles(kind int, what, verb string, edges func(i int, edge func(id, path string))) {
	ids := c.d.find().byID[kind]
	n := kinds[kind].len(c.d)
	next := make([][]int, n)
	for i := range next {
		edges(i, func(id, _ string) {
			if j, ok := ids[id]; ok {
				next[i] = append(next[i], j)
			}
		})
	}
	for _, circle := range findCircles(next) {
		names := make([]string, 0, len(circle)+1)
		for _, i := range append(circle, circle[0]) {
			names = append(names, kinds[kind].head(kinds[kind].get(c.d, i)).id)
		}
		at := ""
		edges(circle[0], func(id, path string) {
			if j, ok := ids[id]; ok && at == "" && j == circle[1%len(circle)] {
				at = path
			}
		})
		spot{c, kind, circle[0]}.problem(at, what+": "+strings.Join(names, " "+verb+" "), "break the circle at one of them")
	}
}

// findCircles finds the circles of a graph: each that a depth-first walk in
// the order of the nodes closes, starting with its lowest node. No node is
// reported in two circles.
func findCircles(next [][]int) [][]int {
	const (
		fresh = iota
		open
		done
	)
	state := make([]int8, len(next))
	told := make([]bool, len(next))
	var circles [][]int
	type step struct{ node, edge int }
	for start := range next {
		if state[start] != fresh {
			continue
		}
		walk := []step{{start, 0}}
		state[start] = open
		for len(walk) > 0 {
			top := &walk[len(walk)-1]
			if top.edge == len(next[top.node]) {
				state[top.node] = done
				walk = walk[:len(walk)-1]
				continue
			}
			to := next[top.node][top.edge]
			top.edge++
			switch state[to] {
			case fresh:
				state[to] = open
				walk = append(walk, step{to, 0})
			case open:
				if told[to] {
					continue
				}
				var circle []int
				from := slices.IndexFunc(walk, func(s step) bool { return s.node == to })
				for _, s := range walk[from:] {
					circle = append(circle, s.node)
				}
				if slices.ContainsFunc(circle, func(i int) bool { return told[i] }) {
					continue
				}
				for _, i := range circle {
					told[i] = true
				}
				low := slices.Index(circle, slices.Min(circle))
				circles = append(circles, append(slices.Clone(circle[low:]), circle[:low]...))
			}
		}
	}
	return circles
}
