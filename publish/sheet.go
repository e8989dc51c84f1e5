package publish

import (
	"fmt"
	"io"
	"strings"
)

// Sheet is a page of words and tables, ready to be printed as text for a
// terminal or a pipe, or as Markdown.
type Sheet struct {
	Title    string
	Lead     []string // lines under the title
	Sections []Section
}

// Section is a part of a sheet under a heading.
type Section struct {
	Heading string
	Lines   []string
	Table   Table
}

// TextStyle says how a sheet is printed as text.
type TextStyle struct {
	Width  int  // columns; 0 stands for 100
	Colour bool // ANSI colours
}

// Text prints the sheet as aligned text.
func (s *Sheet) Text(w io.Writer, style TextStyle) error {
	p := &printer{w: w, style: style}
	if p.style.Width <= 0 {
		p.style.Width = 100
	}
	p.line(p.strong(s.Title))
	for _, l := range s.Lead {
		p.wrapped("", l)
	}
	for i := range s.Sections {
		sec := &s.Sections[i]
		p.line("")
		if sec.Heading != "" {
			p.line(p.strong(sec.Heading))
		}
		for _, l := range sec.Lines {
			p.wrapped("  ", l)
		}
		p.table(&sec.Table)
	}
	return p.err
}

// printer writes text and remembers the first error.
type printer struct {
	w     io.Writer
	style TextStyle
	err   error
}

func (p *printer) line(s string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.TrimRight(s, " "))
	}
}

func (p *printer) strong(s string) string {
	if p.style.Colour {
		return "\x1b[1m" + s + "\x1b[0m"
	}
	return s
}

func (p *printer) wrapped(indent, s string) {
	for _, l := range wrap(s, p.style.Width-len(indent), true) {
		p.line(indent + l)
	}
}
