package desk

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"sync"

	"temwen/casework"
	"temwen/office"
	"temwen/when"
)

// Guesses are wrong codes that were tried on the links of letters: how many, and when last,
// so that the office sees that somebody keeps a recipient out, and sends another letter.
// They are in the memory of the running program alone, and say nothing of who tried. The
// zero value is ready; so is nil, which notes nothing.
type Guesses struct {
	mu     sync.Mutex
	byLink map[string]guessed
}

// guessed is what was tried on one link, and whose letter has it.
type guessed struct {
	docket       string // ID of the case
	step, notice int
	n            int
	last         when.Day
}

// closed reports whether the right code had to wait, too.
func (g guessed) closed() bool { return g.n >= freeTries }

// mostGuessed is of how many links something is kept.
const mostGuessed = 10_000

// note notes a wrong code, on the link of a letter.
func (g *Guesses) note(link, docket string, step, notice int, on when.Day) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.byLink == nil || len(g.byLink) >= mostGuessed {
		g.byLink = make(map[string]guessed)
	}
	g.byLink[link] = guessed{docket, step, notice, g.byLink[link].n + 1, on}
}

// forget forgets those of a link that its recipient has opened.
func (g *Guesses) forget(link string) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.byLink, link)
}

// of is what was tried on a link.
func (g *Guesses) of(link string) guessed {
	if g == nil {
		return guessed{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.byLink[link]
}

// closed are those of links that were closed, the last tried first.
func (g *Guesses) closed() (list []guessed) {
	if g == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, one := range g.byLink {
		if one.closed() {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b guessed) int {
		return cmp.Or(-cmp.Compare(a.last, b.last), cmp.Compare(a.docket, b.docket), cmp.Compare(a.step, b.step), cmp.Compare(a.notice, b.notice))
	})
	return list
}

// guessed says what was tried on the link of a letter that can still be answered; empty
// where nothing was.
func (w *work) guessed(c *casework.Case, s *casework.Step, n *casework.Notice) string {
	g := w.guesses.of(n.Link)
	if g.n == 0 || n.Withdrawn != nil || c.Answered(s, n.N) {
		return ""
	}
	said := w.words.Say("case.guessed", "n", g.n, "day", g.last)
	if g.closed() {
		said += " " + w.words.Say("case.guessed.closed")
	}
	return said
}

// guessedRow is a letter on the board on whose link wrong codes were tried.
type guessedRow struct {
	caseLink
	Step  int
	Words string
}

// mostClosed is how many such letters the board shows.
const mostClosed = 20

// closedLetters are the letters, of cases that the officer may see, whose links were closed by wrong codes.
func (w *work) closedLetters() (rows []guessedRow, err error) {
	for _, g := range w.guesses.closed() {
		c, err := w.cases.Case(w.Context(), w.officer.ID, g.docket)
		var refused *casework.Refused
		var kept *office.Refused
		if errors.As(err, &refused) || errors.As(err, &kept) {
			continue // they are kept from it, or it was erased
		}
		if err != nil {
			return nil, err
		}
		if !w.sees(c.Officer, c.Walled) {
			continue
		}
		s := c.Step(g.step)
		if s == nil || g.notice < 1 || g.notice > len(s.Notices) {
			continue
		}
		if said := w.guessed(c, s, &s.Notices[g.notice-1]); said != "" {
			rows = append(rows, guessedRow{caseLink{ID: c.ID, Number: c.Number}, s.N, w.said.Label(w.words.Say("case.notice.title", "number", strconv.Itoa(g.notice)), said)})
		}
		if len(rows) == mostClosed {
			break
		}
	}
	return rows, nil
}
