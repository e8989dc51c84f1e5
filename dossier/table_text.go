package dossier

import (
	"bytes"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// tableText is the text of a file that a table names, and its lines, so that
// every problem has a place in it.
type tableText struct {
	data  []byte
	lines []int // where each line starts
}

// open checks that data is text of a bearable size and keeps it.
func (r *tableReader) open(data []byte) bool {
	switch line, column, c, bad := firstInvalid(data); {
	case len(data) > MaxFile:
		r.problem(1, 1, "the file is larger than "+bytesOf(MaxFile), "split it")
		return false
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		r.problem(1, 1, "the file is UTF-16, not UTF-8", "save it as UTF-8")
		return false
	case bad:
		r.problem(line, column, fmt.Sprintf("the byte 0x%02X is not UTF-8; the file looks like Latin-1 or Windows-1252", c), "save it as UTF-8")
		return false
	}
	r.text = newTableText(bytes.TrimPrefix(data, []byte("\uFEFF")))
	return r.printable()
}

// printable reports the first control character of a file.
func (r *tableReader) printable() bool {
	for i, c := range string(r.text.data) {
		if what := unprintable(c); what != "" {
			line, column := r.text.at(i)
			r.problem(line, column, what, "remove it")
			return false
		}
	}
	return true
}

func newTableText(data []byte) tableText {
	t := tableText{data, []int{0}}
	for i, c := range data {
		if c == '\n' {
			t.lines = append(t.lines, i+1)
		}
	}
	return t
}

// at is the line and column, in characters from 1, of a byte.
func (t tableText) at(offset int) (line, column int) {
	offset = min(max(offset, 0), len(t.data))
	line = sort.SearchInts(t.lines, offset+1)
	return line, utf8.RuneCount(t.data[t.lines[line-1]:offset]) + 1
}

// cursor is a place that moves forward through a text, so that counting the
// places of all its parts costs one pass, however long its lines are.
type cursor struct {
	text         []byte
	offset       int
	line, column int
}

// to moves the cursor to a byte that is not before it.
func (c *cursor) to(offset int) {
	passed := c.text[c.offset:min(offset, len(c.text))]
	if i := bytes.LastIndexByte(passed, '\n'); i >= 0 {
		c.line += bytes.Count(passed, []byte("\n"))
		c.column = 1
		passed = passed[i+1:]
	}
	c.column += utf8.RuneCount(passed)
	c.offset = min(offset, len(c.text))
}

// characters turns a column counted in bytes into one counted in characters,
// and steps over the quote that a field may start with.
func (t tableText) characters(line, column int) int {
	if line < 1 || line > len(t.lines) || t.lines[line-1]+column > len(t.data) {
		return column
	}
	start := t.lines[line-1]
	n := utf8.RuneCount(t.data[start:start+column-1]) + 1
	if t.data[start+column-1] == '"' {
		n++
	}
	return n
}

// isFormula reports whether a spreadsheet would take text for a formula, and so
// run what a stranger wrote.
func isFormula(text string) bool {
	return text != "" && strings.ContainsRune("=+@\t\r", rune(text[0]))
}

// noFormula reports text that a spreadsheet would run.
func (r *tableReader) noFormula(text string, line, column int) bool {
	if !isFormula(text) {
		return true
	}
	r.problem(line, column, fmt.Sprintf("%q starts like a formula of a spreadsheet", clip(text, 40)), "write it as plain words, without =, +, @ or a tab in front")
	return false
}

// numeric are the fields that hold numbers.
var numeric = map[string]bool{"value": true, "min": true, "max": true, "latitude": true, "longitude": true}

// formulas reports the cells of a row that a spreadsheet would run.
func (r *tableReader) formulas(record []string) (found bool) {
	for field, column := range r.table.Columns {
		i := r.columns[column]
		if numeric[field] || i >= len(record) {
			continue
		}
		line, at := r.csv.FieldPos(i)
		found = !r.noFormula(record[i], line, r.text.characters(line, at)) || found
	}
	return found
}
