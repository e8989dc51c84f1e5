package publish

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"temwen/clock"
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

// Table is rows under heads. The column Wrap takes the room that is left, and
// its text goes over several lines where it must.
type Table struct {
	Head []string
	Rows [][]Cell
	Wrap int
}

// Cell is one cell of a table.
type Cell struct {
	Text   string
	Status clock.Status // where the cell is a status: gives its colour on a terminal
}

func text(s string) Cell { return Cell{Text: s} }

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

// colours mark a status besides its word, never instead of it.
var colours = map[clock.Status]string{
	clock.Overdue: "31", clock.Silent: "35", clock.Contested: "33", clock.Due: "33",
	clock.UnclockedOwed: "36", clock.Discharged: "32", clock.DischargedLate: "32",
}

func (p *printer) cell(c Cell, padded string) string {
	if code := colours[c.Status]; p.style.Colour && code != "" {
		return "\x1b[" + code + "m" + padded + "\x1b[0m"
	}
	return padded
}

func (p *printer) wrapped(indent, s string) {
	for _, l := range wrap(s, p.style.Width-len(indent)) {
		p.line(indent + l)
	}
}

func (p *printer) table(t *Table) {
	if len(t.Rows) == 0 {
		return
	}
	widths := t.widths(p.style.Width)
	if len(t.Head) > 0 {
		head := make([]Cell, len(t.Head))
		rule := make([]Cell, len(t.Head))
		for i, h := range t.Head {
			head[i], rule[i] = text(h), text(strings.Repeat("-", min(widths[i], max(3, utf8.RuneCountInString(h)))))
		}
		p.row(head, widths)
		p.row(rule, widths)
	}
	for _, row := range t.Rows {
		p.row(row, widths)
	}
}

const gap = "  "

func (p *printer) row(row []Cell, widths []int) {
	lines := make([][]string, len(row))
	height := 1
	for i, c := range row {
		lines[i] = wrap(c.Text, widths[i])
		height = max(height, len(lines[i]))
	}
	for n := range height {
		var b strings.Builder
		for i, c := range row {
			b.WriteString(gap)
			part := ""
			if n < len(lines[i]) {
				part = lines[i][n]
			}
			b.WriteString(p.cell(c, part+strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(part)))))
		}
		p.line(b.String())
	}
}

// widths gives every column what it needs, and the wrapping column the rest;
// where there is too little room, the widest columns give way first.
func (t *Table) widths(total int) []int {
	widths := make([]int, len(t.Rows[0]))
	grow := func(i int, s string) {
		if i < len(widths) {
			widths[i] = max(widths[i], utf8.RuneCountInString(s))
		}
	}
	for i, h := range t.Head {
		grow(i, h)
	}
	for _, row := range t.Rows {
		for i, c := range row {
			grow(i, c.Text)
		}
	}
	room := total - len(gap)*len(widths)
	for sum(widths) > room {
		widest := t.Wrap
		if widths[t.Wrap] < 24 {
			for i := range widths {
				if widths[i] > widths[widest] {
					widest = i
				}
			}
		}
		if widths[widest] <= 8 {
			break
		}
		widths[widest] -= min(sum(widths)-room, widths[widest]-8, max(1, widths[widest]-24))
	}
	return widths
}

func sum(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

// wrap breaks s at blanks into lines of at most width runes; a longer word is
// cut.
func wrap(s string, width int) []string {
	width = max(width, 4)
	var lines []string
	for _, para := range strings.Split(s, "\n") {
		line, n := "", 0
		for _, word := range strings.Fields(para) {
			size := utf8.RuneCountInString(word)
			for size > width {
				if n > 0 {
					lines, line, n = append(lines, line), "", 0
				}
				cut := byteOfRune(word, width)
				lines = append(lines, word[:cut])
				word = word[cut:]
				size -= width
			}
			switch {
			case n == 0:
				line, n = word, size
			case n+1+size <= width:
				line, n = line+" "+word, n+1+size
			default:
				lines = append(lines, line)
				line, n = word, size
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func byteOfRune(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// Markdown prints the sheet as Markdown with pipe tables.
func (s *Sheet) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", markdown(s.Title))
	for _, l := range s.Lead {
		fmt.Fprintf(&b, "\n%s\n", markdown(l))
	}
	for i := range s.Sections {
		sec := &s.Sections[i]
		if sec.Heading != "" {
			fmt.Fprintf(&b, "\n## %s\n", markdown(sec.Heading))
		}
		for _, l := range sec.Lines {
			fmt.Fprintf(&b, "\n%s\n", markdown(l))
		}
		if len(sec.Table.Rows) > 0 {
			b.WriteByte('\n')
			sec.Table.markdown(&b)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Table) markdown(b *strings.Builder) {
	head := t.Head
	if len(head) == 0 {
		head = make([]string, len(t.Rows[0]))
	}
	row := func(cells []string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	rule := make([]string, len(head))
	cells := make([]string, len(head))
	for i := range head {
		rule[i], cells[i] = "---", markdown(head[i])
	}
	row(cells)
	row(rule)
	for _, r := range t.Rows {
		cells = cells[:0]
		for _, c := range r {
			cells = append(cells, markdown(c.Text))
		}
		row(cells)
	}
}

var escaper = strings.NewReplacer(
	"\\", "\\\\", "|", "\\|", "\n", " ", "*", "\\*", "_", "\\_", "<", "&lt;", "`", "\\`", "#", "\\#",
)

// markdown escapes what would be read as markup.
func markdown(s string) string { return escaper.Replace(s) }
