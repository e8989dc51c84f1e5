package main

import (
	"encoding/json"
	"os"

	"golang.org/x/term"

	"temwen/locale"
	"temwen/publish"
)

// output is the flags of every command that prints data.
type output struct {
	Format string      `enum:"text,markdown,json" default:"text" placeholder:"FORMAT" help:"text, markdown or json; text where absent."`
	Lang   locale.Lang `enum:"ht,fr,en,es" default:"en" placeholder:"LANG" help:"Language of the words: ht, fr, en or es; en where absent."`
}

// print writes data as JSON, or the sheet that stands for it.
func (o output) print(p *program, data any, sheet func(locale.Lang) *publish.Sheet) error {
	switch o.Format {
	case "json":
		return p.json(data)
	case "markdown":
		return sheet(o.Lang).Markdown(p.stdout)
	}
	return sheet(o.Lang).Text(p.stdout, p.style())
}

// json writes data as JSON that people can read too.
func (p *program) json(data any) error {
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(data)
}

// widest is how many columns of a terminal are used: longer lines are hard to
// follow.
const widest = 140

// style is plain text of 100 columns in a pipe; on a terminal its width, and
// colours unless NO_COLOR is set (no-color.org).
func (p *program) style() publish.TextStyle {
	width, ok := p.width()
	if !ok {
		return publish.TextStyle{}
	}
	return publish.TextStyle{Width: min(width, widest), Colour: p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb"}
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

func stdoutWidth() (int, bool) {
	if !isTerminal(os.Stdout) {
		return 0, false
	}
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	return width, err == nil
}
