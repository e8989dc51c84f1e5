package publish

import (
	"strings"
	"unicode/utf8"

	"temwen/clock"
)

// Table is rows under heads. Where there is too little room, all columns may go
// over several lines; the column Wrap, which holds the most words, keeps twice
// the room of any other.
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

// colours mark a status besides its word, never instead of it.
var colours = map[clock.Status]string{
	clock.Overdue: "31", clock.Silent: "35", clock.Contested: "33", clock.Due: "33",
	clock.UnclockedOwed: "36", clock.Discharged: "32", clock.DischargedLate: "32",
}

func (p *printer) coloured(part string, s clock.Status) string {
	if code := colours[s]; p.style.Colour && code != "" && part != "" {
		return "\x1b[" + code + "m" + part + "\x1b[0m"
	}
	return part
}

func (p *printer) table(t *Table) {
	if len(t.Rows) == 0 {
		return
	}
	widths := t.widths(p.style.Width)
	if head := t.heads(); len(head) > 0 {
		p.row(head, widths)
		for i, h := range head {
			head[i] = text(strings.Repeat("-", min(widths[i], max(3, utf8.RuneCountInString(h.Text)))))
		}
		p.row(head, widths)
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
		lines[i] = wrap(c.Text, widths[i], i == len(row)-1)
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
			b.WriteString(p.coloured(part, c.Status))
			b.WriteString(strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(part))))
		}
		p.line(b.String())
	}
}

// longestWord is how wide a column is kept for the sake of a word; a longer one
// is cut.
const longestWord = 20

// widths gives every column what it needs. Where that is too much, it takes from
// the widest, of which Wrap counts as half as wide as it is, and from none more
// than its longest word needs, unless there is no other way.
func (t *Table) widths(total int) []int {
	need, word := t.measure()
	room := total - len(gap)*len(need)
	for _, least := range [][]int{word, make([]int, len(need))} {
		for sum(need) > room {
			widest := -1
			for i := range need {
				if need[i] > max(least[i], 4) && (widest < 0 || t.weight(need, i) > t.weight(need, widest)) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			need[widest]--
		}
	}
	t.tighten(need, room)
	return need
}

// tighten takes from every column what its lines do not fill once they are
// broken, and lets Wrap have it first.
func (t *Table) tighten(widths []int, room int) {
	for i := range widths {
		if i != t.Wrap {
			widths[i] = t.filled(i, widths[i])
		}
	}
	widths[t.Wrap] = t.filled(t.Wrap, widths[t.Wrap]+max(0, room-sum(widths)))
}

// filled is the longest line of a column that is broken at width.
func (t *Table) filled(i, width int) (n int) {
	for _, row := range append([][]Cell{t.heads()}, t.Rows...) {
		if i < len(row) {
			for _, l := range wrap(row[i].Text, width, false) {
				n = max(n, utf8.RuneCountInString(l))
			}
		}
	}
	return n
}

func (t *Table) heads() []Cell {
	cells := make([]Cell, len(t.Head))
	for i, h := range t.Head {
		cells[i] = text(h)
	}
	return cells
}

func (t *Table) weight(widths []int, i int) int {
	if i == t.Wrap {
		return widths[i]
	}
	return 2 * widths[i]
}

// measure is, for each column, the longest line and the longest word.
func (t *Table) measure() (line, word []int) {
	line, word = make([]int, len(t.Rows[0])), make([]int, len(t.Rows[0]))
	look := func(i int, s string) {
		if i >= len(line) {
			return
		}
		for _, l := range strings.Split(s, "\n") {
			line[i] = max(line[i], utf8.RuneCountInString(l))
			for _, w := range strings.Fields(l) {
				word[i] = min(max(word[i], utf8.RuneCountInString(w)), longestWord)
			}
		}
	}
	for _, row := range append([][]Cell{t.heads()}, t.Rows...) {
		for i, c := range row {
			look(i, c.Text)
		}
	}
	return line, word
}

func sum(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

// wrap breaks s at blanks into lines of at most width runes. A longer word is
// cut, after a mark if it has one; but where nothing stands to the right of it,
// it is left whole, so that an address can be copied.
func wrap(s string, width int, last bool) []string {
	width = max(width, 4)
	var lines []string
	for _, para := range strings.Split(s, "\n") {
		line, n := "", 0
		for _, word := range strings.Fields(para) {
			size := utf8.RuneCountInString(word)
			for size > width && !last {
				if n > 0 {
					lines, line, n = append(lines, line), "", 0
				}
				cut := cutAt(word, width)
				lines = append(lines, word[:cut])
				size -= utf8.RuneCountInString(word[:cut])
				word = word[cut:]
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

// cutAt is the byte at which a word of more than width runes is cut: after the
// last mark in its first width runes, or there.
func cutAt(word string, width int) int {
	end := len(word)
	for i := range word {
		if width == 0 {
			end = i
			break
		}
		width--
	}
	if mark := strings.LastIndexAny(word[:end], "-/,;_"); mark > 0 {
		return mark + 1
	}
	return end
}
