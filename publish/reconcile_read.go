package publish

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"temwen/dossier"
)

// CountFormat says how a file is to be read; the zero value, that everything
// is found in its heading.
type CountFormat struct {
	// The columns, by their heading. Where they are not given, period, cut and
	// category are known by these names in four languages, and the counts are in
	// the one column that is left.
	Period, Cut, Category, Count string
	TotalCut                     string            // the cut that holds totals; where absent: total
	Total                        string            // the total that cuts divide; where absent: the one called as the column of counts
	Overlapping                  []string          // see CountTable
	Aliases                      map[string]string // see CountTable
	Delimiter                    rune              // between cells; 0: the one of , ; and tab that the heading has most of
	Thousands                    rune              // within numbers; 0: none
}

// ColumnError says that a format names what the file does not have.
type ColumnError struct {
	File, Field, Value string
	Has                []string
}

// Error says what the file has instead.
func (e *ColumnError) Error() string {
	return fmt.Sprintf("--%s %s: %s has no such %s; it has %s",
		e.Field, clipText(e.Value, 60), e.File, strings.TrimSuffix(e.Field, "-cut"), strings.Join(e.Has, ", "))
}

// ReadCounts reads a table of counts from a CSV file in UTF-8, with or without
// a byte order mark. It has a heading and one of three forms:
//
//	period,cut,category,victims      one figure a row; a file without the column
//	                                 cut has one cut
//	cut,category,2026-01,2026-02     a column for each period
//	period,violation/killed,total    a column for each category, with its cut
//
// A category called total within a cut is the total of that cut. Numbers are
// whole and without thousands separators, unless the format names one; an empty
// cell, a dash, n/a, * or <5 is a figure that is not known, which is not 0.
//
// Names are trimmed, their blanks made one, and composed (NFC); nothing else
// is changed. The error is dossier.Problems, with the line and the column of
// all that is wrong, or a ColumnError.
func ReadCounts(name string, r io.Reader, f CountFormat) (*CountTable, error) {
	data, err := readText(name, r)
	if err != nil {
		return nil, err
	}
	c := &countReader{name: name, data: data, format: f, names: make(map[string]string), spans: make(map[string]string)}
	c.csv = csv.NewReader(bytes.NewReader(data))
	c.csv.Comma = f.Delimiter
	if f.Delimiter == 0 {
		c.csv.Comma = guessDelimiter(data)
	}
	c.csv.ReuseRecord = true
	c.csv.FieldsPerRecord = 0
	return c.read()
}

// countReader reads one file.
type countReader struct {
	name     string
	data     []byte
	format   CountFormat
	csv      *csv.Reader
	layout   *layout
	table    *CountTable
	problems dossier.Problems
	names    map[string]string // each name once
	spans    map[string]string // periods seen: what is wrong with them
	periods  int
	cuts     map[string]bool
}

// maxProblems is how many problems are kept: a file with more has one cause.
const maxProblems = 1000

func (c *countReader) problem(line, column int, what, do string) {
	if len(c.problems) < maxProblems {
		c.problems = append(c.problems, dossier.Problem{
			File: c.name, Line: line, Column: characters(c.data, line, column), What: what, Do: do,
		})
	}
}

func (c *countReader) read() (*CountTable, error) {
	heading, err := c.csv.Read()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			c.syntax(err)
			return nil, c.problems
		}
		return nil, dossier.Problems{{File: c.name, What: "the file has no line with the names of its columns", Do: "add it: period,cut,category,count"}}
	}
	for i := range heading {
		heading[i] = c.clean(heading[i])
	}
	if c.layout, err = c.layOut(heading); err != nil {
		return nil, err
	}
	c.table = &CountTable{
		Name: c.name, Measure: c.layout.measure, TotalCut: cmp.Or(c.format.TotalCut, totalName), Total: c.format.Total,
		Totals: make(map[string][]string), Overlapping: c.format.Overlapping, Aliases: c.format.Aliases,
	}
	c.cuts = make(map[string]bool)
	for c.next() {
	}
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return c.table, c.settle()
}

// next reads one row; false at the end, and where reading further makes no
// sense.
func (c *countReader) next() bool {
	record, err := c.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return false
	case err != nil:
		c.syntax(err)
		return errors.Is(err, csv.ErrFieldCount) && len(c.problems) < maxProblems
	}
	for i := range c.layout.values {
		c.row(record, &c.layout.values[i])
	}
	if len(c.table.Rows) > MaxTableRows || c.periods > MaxPeriods || len(c.cuts) > MaxCuts {
		line, column := c.csv.FieldPos(0)
		c.problem(line, column, fmt.Sprintf("a table has at most %d figures, %d periods and %d cuts", MaxTableRows, MaxPeriods, MaxCuts),
			"leave out what is not to be added up, or divide the file")
		return false
	}
	return len(c.problems) < maxProblems
}

func (c *countReader) syntax(err error) {
	var e *csv.ParseError
	switch {
	case !errors.As(err, &e):
		c.problem(1, 1, "it cannot be read: "+err.Error(), "")
	case errors.Is(err, csv.ErrFieldCount):
		c.problem(e.Line, 1, fmt.Sprintf("this row has not as many cells as the heading, which has %d", c.csv.FieldsPerRecord), "add the missing commas, or put quotes around a cell with a comma in it")
	default:
		c.problem(e.Line, e.Column, "this row is not CSV: "+e.Err.Error(), "look at its quotes and commas")
	}
}

// row adds the figure of one row and one column of counts.
func (c *countReader) row(record []string, v *valueColumn) {
	line, _ := c.csv.FieldPos(0)
	row := CountRow{
		Period: c.pick(record, c.layout.period, v.period), Cut: c.pick(record, c.layout.cut, v.cut),
		Category: c.pick(record, c.layout.category, v.category), Line: line,
	}
	if c.layout.period >= 0 && !c.knows(row.Period) {
		c.at(c.layout.period, c.spans[row.Period], "")
		return
	}
	if row.Category == "" || row.Cut == "" {
		c.at(0, "the row names no cut or no category", "")
		return
	}
	if c.tooLong(c.layout.cut, row.Cut) || c.tooLong(c.layout.category, row.Category) {
		return
	}
	n, ok, err := parseCount(record[v.column], c.format.Thousands)
	if err != nil {
		c.at(v.column, err.Error(), "")
		return
	}
	row.Count, row.Empty = n, !ok
	c.sort(&row)
	c.cuts[row.Cut] = true
	c.table.Rows = append(c.table.Rows, row)
}

// MaxName is how many characters the name of a cut or a category has at most.
const MaxName = 200

// tooLong reports whether a name is too long to be one; a heading was looked at
// before.
func (c *countReader) tooLong(column int, name string) bool {
	if column < 0 || len(name) <= MaxName || utf8.RuneCountInString(name) <= MaxName {
		return false
	}
	c.at(column, fmt.Sprintf("the name is longer than %d characters", MaxName), "look for a quote that is not closed")
	return true
}

// at reports what is wrong in a cell of the row.
func (c *countReader) at(column int, what, do string) {
	line, at := c.csv.FieldPos(column)
	c.problem(line, at, what, do)
}

// knows reports whether a period can be read, and keeps what is wrong where it
// cannot.
func (c *countReader) knows(period string) bool {
	wrong, seen := c.spans[period]
	if !seen {
		if _, err := ParseSpan(period); err != nil {
			wrong = err.Error()
		}
		c.spans[period] = wrong
		c.periods++
	}
	return wrong == ""
}

// pick is the cell of a column, or what the heading of the counts says where
// there is no such column.
func (c *countReader) pick(record []string, column int, heading string) string {
	if column < 0 {
		return heading
	}
	return c.clean(record[column])
}

// clean is a name as it is compared: trimmed, its blanks made one, composed.
func (c *countReader) clean(s string) string {
	if name, ok := c.names[s]; ok {
		return name
	}
	name := norm.NFC.String(strings.Join(strings.Fields(s), " "))
	c.names[strings.Clone(s)] = name
	return name
}

// sort puts a row that states a total among the totals, and remembers the cut
// that it is the total of.
func (c *countReader) sort(row *CountRow) {
	t := c.table
	row.Cut = t.alias(row.Cut)
	totalCut := isTotal(row.Cut)
	if c.format.TotalCut != "" {
		totalCut = row.Cut == c.format.TotalCut
	}
	switch {
	case totalCut:
		row.Cut = t.TotalCut
	case isTotal(row.Category) && !c.layout.cuts:
		row.Cut = t.TotalCut
	case isTotal(row.Category):
		if t.Totals[row.Cut] == nil {
			t.Totals[row.Cut] = []string{row.Cut}
		}
		row.Cut, row.Category = t.TotalCut, row.Cut
	}
}

// settle chooses the total that cuts divide, and checks the names that the
// format gives.
func (c *countReader) settle() error {
	t := c.table
	var totals []string
	seen := make(map[string]bool)
	for i := range t.Rows {
		if name := t.alias(t.Rows[i].Category); t.Rows[i].Cut == t.TotalCut && t.Totals[name] == nil && !seen[name] {
			seen[name] = true
			totals = append(totals, name)
		}
	}
	for _, o := range t.Overlapping {
		if !c.cuts[o] {
			return &ColumnError{c.name, "overlapping", o, someNames(c.cuts)}
		}
	}
	switch {
	case t.Total != "" && !seen[t.Total]:
		return &ColumnError{c.name, "total", t.Total, someNames(seen)}
	case c.format.TotalCut != "" && !c.cuts[t.TotalCut]:
		return &ColumnError{c.name, "total-cut", c.format.TotalCut, someNames(c.cuts)}
	case t.Total != "":
	case len(totals) == 1:
		t.Total = totals[0]
	default:
		for _, name := range totals {
			if plainName(name) == plainName(t.Measure) {
				t.Total = name
			}
		}
	}
	for cut := range t.Totals {
		if t.Total != "" {
			t.Totals[cut] = append(t.Totals[cut], t.Total)
		}
	}
	return nil
}

// someNames are up to ten of a set, in order.
func someNames(set map[string]bool) []string {
	list := make([]string, 0, len(set))
	for name := range set {
		list = append(list, clipText(name, 60))
	}
	list = inOrder(list)
	if len(list) > 10 {
		list = append(list[:10], "…")
	}
	if len(list) == 0 {
		list = []string{"none"}
	}
	return list
}

// clipText is s, or its first n characters.
func clipText(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
