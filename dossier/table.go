package dossier

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"temwen/when"
)

// rows reads the file that a table names and adds the facts that it holds.
func (l *loading) rows(c *content, n *yaml.Node, t *Table) {
	if t.File == "" || t.Kind != "deployments" && t.Kind != "figures" && t.Kind != "iati" {
		return // the schema has refused it
	}
	_, at := find(n, []string{"file"})
	if strings.ContainsAny(t.File, `/\`) || !fs.ValidPath(t.File) || t.File == "." {
		c.problem(at.Line, at.Column, fmt.Sprintf("%q is not a file beside this one", clip(t.File, 60)), "write its name alone")
		return
	}
	if l.tables.Add(1) > maxTables {
		c.problem(at.Line, at.Column, fmt.Sprintf("the dossier has more than %d tables", maxTables), "put their rows together")
		return
	}
	name := c.beside(t.File)
	data, err := l.bytes(name)
	if err != nil {
		c.problem(at.Line, at.Column, fmt.Sprintf("the table %s cannot be read: %v", name, err), "put it beside this file")
		return
	}
	r := &tableReader{loading: l, content: c, table: t, node: n, name: l.name(name), number: int32(len(c.tables)), taken: map[string]bool{}}
	if !r.keys() || !r.open(data) {
		return
	}
	if t.Kind == "iati" {
		(&iatiReader{tableReader: r}).read()
		return
	}
	r.read()
}

// tableReader reads one file.
type tableReader struct {
	loading *loading
	content *content
	table   *Table
	node    *yaml.Node // of the table
	name    string     // of the file, in messages
	number  int32
	text    tableText
	columns map[string]int
	taken   map[string]bool // IDs given so far
	csv     *csv.Reader
	sums    sums
}

func (r *tableReader) problem(line, column int, what, do string) {
	if c := r.content; len(c.problems) < maxFileProblems {
		c.problems = append(c.problems, Problem{r.name, line, column, what, do})
	}
}

// read reads a CSV file.
func (r *tableReader) read() {
	before := len(r.content.problems)
	r.csv = csv.NewReader(bytes.NewReader(r.text.data))
	r.csv.ReuseRecord = true
	header, err := r.csv.Read()
	if err != nil {
		r.problem(1, 1, "the file has no line with the names of its columns", "add it")
		return
	}
	r.header(header)
	complete := len(r.content.problems) == before
	for complete {
		record, err := r.csv.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			r.syntax(err)
			if !errors.Is(err, csv.ErrFieldCount) {
				return
			}
			continue
		}
		if r.loading.facts.Add(1) > MaxFacts {
			return
		}
		switch {
		case r.formulas(record):
		case r.table.Kind == "figures":
			r.figureRow(record)
		default:
			r.row(record)
		}
	}
	if r.table.Totals != "" && len(r.content.problems) == before {
		r.sums.check(r)
	}
}

// header learns where the columns stand.
func (r *tableReader) header(names []string) {
	if len(names) == 1 && strings.ContainsAny(names[0], ";\t") {
		r.problem(1, 1, "the columns are not separated by commas", "save the file as CSV with commas")
		return
	}
	r.columns = map[string]int{}
	for i, column := range names {
		column = strings.TrimSpace(column)
		if _, twice := r.columns[column]; twice && r.uses(column) {
			line, at := r.csv.FieldPos(i)
			r.problem(line, r.text.characters(line, at), fmt.Sprintf("there are two columns %q", clip(column, 60)), "give one of them another name")
			return
		}
		r.columns[column] = i
	}
	for field, column := range r.table.Columns {
		if _, ok := r.columns[column]; !ok {
			r.problem(1, 1, fmt.Sprintf("there is no column %q, which the table takes as `%s`", clip(column, 60), field), "correct `columns` of the table "+r.table.ID)
		}
	}
}

func (r *tableReader) uses(column string) bool {
	for _, c := range r.table.Columns {
		if c == column {
			return true
		}
	}
	return false
}

func (r *tableReader) syntax(err error) {
	var e *csv.ParseError
	if !errors.As(err, &e) {
		r.problem(1, 1, "it cannot be read: "+err.Error(), "")
		return
	}
	r.problem(e.Line, e.Column, "this row is not CSV: "+e.Err.Error(), "look at its quotes and commas")
}

// field is the value of a field in a row, and where it stands.
func (r *tableReader) field(record []string, field string) (value string, line, column int) {
	i, ok := r.columns[r.table.Columns[field]]
	if !ok || r.table.Columns[field] == "" || i >= len(record) {
		return "", 0, 0
	}
	line, column = r.csv.FieldPos(i)
	return strings.TrimSpace(record[i]), line, r.text.characters(line, column)
}

// row adds the deployment of one row, or reports what is wrong in it.
func (r *tableReader) row(record []string) {
	before := len(r.content.problems)
	f := &Deployment{Sources: r.table.Sources}
	mission, line, column := r.field(record, "mission")
	f.Mission = strings.ToLower(mission)
	if id, ok := r.table.Missions[mission]; ok {
		f.Mission = id
	}
	at := place{line: int32(line), column: int32(column), table: r.number}
	f.Place, line, column = r.field(record, "place")
	if f.Place == "" && line > 0 {
		r.problem(line, column, "the row names no place", "add it")
	}
	var err error
	asOf, line, column := r.field(record, "as_of")
	if f.AsOf, err = when.Parse(asOf); err != nil && line > 0 {
		r.problem(line, column, err.Error(), "")
	}
	f.Latitude = r.degrees(record, "latitude", 90)
	f.Longitude = r.degrees(record, "longitude", 180)
	list, line, column := r.field(record, "contributors")
	if f.Contributors, err = ParseContributors(list); err != nil && line > 0 {
		var e *ContributorsError
		if errors.As(err, &e) {
			column += e.Offset
		}
		r.problem(line, column, err.Error(), "")
	}
	if len(r.content.problems) > before || f.Place == "" || f.AsOf.IsZero() || len(f.Contributors) == 0 {
		return
	}
	f.ID = r.id(f)
	r.content.facts = append(r.content.facts, placed{kinds[kDeployments], f, at})
}

func (r *tableReader) degrees(record []string, field string, limit float64) *float64 {
	s, line, column := r.field(record, field)
	if s == "" {
		return nil
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || !isNumber(s) || x < -limit || x > limit {
		r.problem(line, column, fmt.Sprintf("%q is not a %s: a number from %v to %v", clip(s, 30), field, -limit, limit), "")
		return nil
	}
	return &x
}
