package main

import "fmt"

// progress shows how far long work has come, in one line of stderr that is
// written over. Where stderr is not a terminal it shows nothing: what came of
// the work is said on stdout.
type progress struct {
	p     *program
	what  string
	shown int // percent, or -1
}

func (p *program) progress(what string) *progress {
	return &progress{p: p, what: what, shown: -1}
}

// at shows done of total.
func (g *progress) at(done, total int) {
	if !g.p.live {
		return
	}
	percent := 100
	if total > 0 {
		percent = int(int64(done) * 100 / int64(total))
	}
	if percent != g.shown {
		g.shown = percent
		fmt.Fprintf(g.p.stderr, "\r\x1b[K%s: %d of %d (%d %%)", g.what, done, total, percent)
	}
}

// end takes the line away.
func (g *progress) end() {
	if g.shown >= 0 {
		fmt.Fprint(g.p.stderr, "\r\x1b[K")
		g.shown = -1
	}
}
