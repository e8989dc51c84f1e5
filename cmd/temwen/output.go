package main

import (
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/term"

	"temwen/locale"
	"temwen/publish"
)

// output is the flags of every command that prints data.
type output struct {
	Format string `enum:"text,markdown,json" default:"text" help:"text, markdown or json."`
	Lang   string `default:"en" placeholder:"en" help:"Language of the words: ht, fr, en or es."`
}

// print writes data as JSON, or the sheet that stands for it.
func (o output) print(p *program, data any, sheet func(locale.Lang) *publish.Sheet) error {
	if o.Format == "json" {
		e := json.NewEncoder(p.stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(data)
	}
	l, err := lang(o.Lang)
	if err != nil {
		return err
	}
	if o.Format == "markdown" {
		return sheet(l).Markdown(p.stdout)
	}
	return sheet(l).Text(p.stdout, p.style())
}

// style is plain text of 100 columns in a pipe; on a terminal its width, and
// colours unless NO_COLOR is set.
func (p *program) style() publish.TextStyle {
	width, ok := p.terminal()
	if !ok {
		return publish.TextStyle{}
	}
	return publish.TextStyle{Width: min(width, 140), Colour: p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb"}
}

func terminalWidth() (int, bool) {
	fd := int(os.Stdout.Fd())
	if !term.IsTerminal(fd) {
		return 0, false
	}
	width, _, err := term.GetSize(fd)
	return width, err == nil
}

// progress shows how far long work has come: on a terminal one line that is
// written over, elsewhere nothing until it is done.
type progress struct {
	p     *program
	what  string
	live  bool
	shown int
}

func (p *program) progress(what string) *progress {
	_, live := p.terminal()
	return &progress{p: p, what: what, live: live, shown: -1}
}

// at shows done of total.
func (g *progress) at(done, total int) {
	percent := 100
	if total > 0 {
		percent = done * 100 / total
	}
	if g.live && percent != g.shown {
		g.shown = percent
		fmt.Fprintf(g.p.stderr, "\r%s: %d of %d (%d %%)  ", g.what, done, total, percent)
	}
}

// end takes the line away.
func (g *progress) end() {
	if g.live && g.shown >= 0 {
		fmt.Fprint(g.p.stderr, "\r\x1b[K")
	}
}

// done ends the line with what came of it.
func (g *progress) done(result string) {
	g.end()
	fmt.Fprintf(g.p.stderr, "%s: %s\n", g.what, result)
}
