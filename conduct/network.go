package conduct

// network answers one question: how far could a number be another, while all
// that was ever shown stays as it was shown? Numbers are arcs that carry them;
// at every node as much goes in as out, which is what totals say. Months and the
// grand totals of all editions nest within each other, and so do the columns'
// totals; so the numbers are a flow, and what a reader who knows every edition
// can find out about one of them is found exactly by looking for ways around it
// (Ahuja, Magnanti, Orlin, Network Flows, 1993, ch. 6; for tables: Cox, 1995).
type network struct {
	arcs []arc
	from [][]int // arcs by the node that they leave
	to   [][]int // arcs by the node that they enter
}

// arc is a number: up and down are how far it may move by itself.
type arc struct {
	a, b     int // nodes
	up, down int
	value    int // of what it carries, where it is a total
}

// free is as far as a number may move that nothing bounds.
const free = 1 << 40

func (n *network) node() int {
	n.from, n.to = append(n.from, nil), append(n.to, nil)
	return len(n.from) - 1
}

func (n *network) add(a, b, up, down int) int {
	k := len(n.arcs)
	n.arcs = append(n.arcs, arc{a: a, b: b, up: up, down: down})
	n.from[a], n.to[b] = append(n.from[a], k), append(n.to[b], k)
	return k
}

// room is how many more, and how many fewer, an arc could carry, each at most
// want; and the arcs that stand in the way of the first of the two that is less.
func (n *network) room(k, want int) (up, down int, upCut, downCut []int) {
	a := n.arcs[k]
	if a.up > 0 {
		up, upCut = n.around(a.b, a.a, k, min(want, a.up))
	}
	if a.down > 0 {
		down, downCut = n.around(a.a, a.b, k, min(want, a.down))
	}
	return up, down, upCut, downCut
}

// around sends as much as it can, at most want, from a node to another without
// the arc except, and leaves the network as it was. Where it cannot send all,
// cut are the arcs that are full between what it reaches and the rest.
func (n *network) around(source, sink, except, want int) (sent int, cut []int) {
	before := append([]arc(nil), n.arcs...)
	defer func() { copy(n.arcs, before) }()
	for sent < want {
		via, reached := n.search(source, sink, except)
		if !reached[sink] {
			for k, a := range n.arcs {
				if k != except && reached[a.a] != reached[a.b] {
					cut = append(cut, k)
				}
			}
			return sent, cut
		}
		step := want - sent
		n.walk(via, source, sink, func(a *arc, forward bool) {
			if forward {
				step = min(step, a.up)
			} else {
				step = min(step, a.down)
			}
		})
		n.walk(via, source, sink, func(a *arc, forward bool) {
			if !forward {
				a.up, a.down = a.up+step, a.down-step
			} else {
				a.up, a.down = a.up-step, a.down+step
			}
		})
		sent += step
	}
	return sent, nil
}

// search finds the shortest way along which something can move: for each node
// reached the arc that led there, plus one, negative where it was gone back.
func (n *network) search(source, sink, except int) (via []int, reached []bool) {
	via, reached = make([]int, len(n.from)), make([]bool, len(n.from))
	reached[source] = true
	queue := []int{source}
	for len(queue) > 0 && !reached[sink] {
		at := queue[0]
		queue = queue[1:]
		for _, k := range n.from[at] {
			if a := n.arcs[k]; k != except && a.up > 0 && !reached[a.b] {
				reached[a.b], via[a.b] = true, k+1
				queue = append(queue, a.b)
			}
		}
		for _, k := range n.to[at] {
			if a := n.arcs[k]; k != except && a.down > 0 && !reached[a.a] {
				reached[a.a], via[a.a] = true, -(k + 1)
				queue = append(queue, a.a)
			}
		}
	}
	return via, reached
}

// walk visits the arcs of a way that search found.
func (n *network) walk(via []int, source, sink int, visit func(a *arc, forward bool)) {
	for at := sink; at != source; {
		if k := via[at]; k > 0 {
			a := &n.arcs[k-1]
			visit(a, true)
			at = a.a
		} else {
			a := &n.arcs[-k-1]
			visit(a, false)
			at = a.b
		}
	}
}
