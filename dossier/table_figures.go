package dossier

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"temwen/locale"
	"temwen/when"
)

// cell is a text of the file and where it stands; line 0 is the table itself.
type cell struct {
	text         string
	line, column int
}

// cells are the fields of a figure as a file has them.
type cells map[string]cell

// figureRow adds the figure of one row, or reports what is wrong in it.
func (r *tableReader) figureRow(record []string) {
	row := cells{}
	first := cell{line: 1 << 30}
	for field := range r.table.Columns {
		text, line, column := r.field(record, field)
		row[field] = cell{text, line, column}
		if line < first.line || line == first.line && column < first.column {
			first = row[field]
		}
	}
	total := r.table.Totals != "" && row["category"].text == r.table.Totals
	if total {
		delete(row, "category")
	}
	f := r.figure(row, first, func(f *Figure) string {
		return strings.Join([]string{r.table.ID, f.Actor, f.Category, f.Milestone, f.AsOf.String(), string(f.Modality)}, "-")
	})
	if f != nil && r.table.Totals != "" {
		r.sums.add(f, row["value"], total)
	}
}

// figure makes the figure of some cells, or reports what is wrong with them. An
// ID is made from what name says of it where no cell holds one.
func (r *tableReader) figure(row cells, at cell, name func(*Figure) string) *Figure {
	before := len(r.content.problems)
	for field, value := range r.table.Values {
		if _, said := row[field]; !said {
			row[field] = cell{text: value}
		}
	}
	delete(row, "budget_metric")
	r.translate(row)
	f := &Figure{
		Mission: row["mission"].text, Actor: row["actor"].text, Milestone: row["milestone"].text,
		Category: row["category"].text, SaidBy: row["said_by"].text, Wording: row["wording"].text,
		Note: r.note(), Sources: r.table.Sources,
		Amount: Amount{
			Metric: row["metric"].text, Bound: row["bound"].text, Unit: row["unit"].text, Modality: Modality(row["modality"].text),
			Value: r.quantity(row, "value"), Min: r.quantity(row, "min"), Max: r.quantity(row, "max"),
		},
	}
	var err error
	if c := row["as_of"]; c.text != "" {
		if f.AsOf, err = when.Parse(c.text); err != nil {
			r.atCell("as_of", c, err.Error(), "")
		}
	}
	r.validate(row, at)
	if len(r.content.problems) > before {
		return nil
	}
	if f.Value == nil && f.Min == nil {
		r.problem(at.line, at.column, "the row has no number", "write it, or take the row out: what is not known is left out")
		return nil
	}
	if f.ID = row["id"].text; f.ID == "" {
		f.ID = r.unique(name(f))
	}
	r.content.facts = append(r.content.facts, placed{kinds[kFigures], f, place{line: int32(at.line), column: int32(at.column), table: r.number}})
	return f
}

// note is the note of the table; every figure has its own copy.
func (r *tableReader) note() locale.Text {
	if len(r.table.Note) == 0 {
		return nil
	}
	note := locale.Text{}
	for lang, words := range r.table.Note {
		note[lang] = words
	}
	return note
}

var idShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// translate turns the file's names into IDs and words of this format.
func (r *tableReader) translate(row cells) {
	for field, names := range map[string]map[string]string{
		"mission": r.table.Missions, "actor": r.table.Actors, "said_by": r.table.Actors, "modality": r.table.Modalities,
	} {
		if c := row[field]; names[c.text] != "" {
			c.text = names[c.text]
			row[field] = c
		}
	}
	for field, list := range map[string]string{"mission": "missions", "actor": "actors", "said_by": "actors"} {
		if c := row[field]; c.text != "" && !idShape.MatchString(c.text) {
			r.atCell(field, c, fmt.Sprintf("%q is not the ID of one of the %s", clip(c.text, 60), list), "say which is meant in the table's `"+list+"`")
		}
	}
}

// validate has the schema look at the cells as if they stood in YAML.
func (r *tableReader) validate(row cells, at cell) {
	value := map[string]any{"id": "x", "sources": []any{"x"}}
	for field, c := range row {
		switch {
		case c.text == "":
		case numeric[field]:
			value[field] = json.Number("0") // quantity has looked at it
		default:
			value[field] = c.text
		}
	}
	for _, p := range loadSchema().refusals("figure", value) {
		if len(p.path) == 0 {
			r.problem(at.line, at.column, p.what, p.do)
			continue
		}
		r.atCell(p.path[0], row[p.path[0]], p.what, p.do)
	}
}

// atCell reports a problem of a field where it stands: in the file, or among
// the values of the table.
func (r *tableReader) atCell(field string, c cell, what, do string) {
	if c.line == 0 {
		r.inTable([]string{"values", field}, what, do)
		return
	}
	r.problem(c.line, c.column, what, do)
}

// quantity is the number in a cell: digits with at most one point, and the
// separators of thousands that the table names.
func (r *tableReader) quantity(row cells, field string) *float64 {
	c := row[field]
	if c.text == "" {
		return nil
	}
	plain, what, do := plainNumber(c.text, r.table.Thousands)
	if what != "" && r.table.Kind == "iati" {
		do = "write digits with at most one point, as the standard has it"
	}
	if what != "" {
		r.problem(c.line, c.column, what, do)
		return nil
	}
	x, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		r.problem(c.line, c.column, fmt.Sprintf("%q is not a number", clip(c.text, 30)), "")
		return nil
	}
	return &x
}

var grouped = regexp.MustCompile(`^-?[0-9]{1,3}([, '][0-9]{3})+(\.[0-9]+)?$`)

// plainNumber is text without its separators of thousands, or what is wrong.
func plainNumber(text, thousands string) (plain, what, do string) {
	if isNumber(text) {
		return text, "", ""
	}
	blanks := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u2019", "'")
	text = blanks.Replace(text)
	looks := grouped.MatchString(text)
	if looks && thousands != "" {
		if plain := strings.ReplaceAll(text, thousands, ""); isNumber(plain) {
			return plain, "", ""
		}
	}
	if looks && thousands == "" {
		return "", fmt.Sprintf("%q has separators of thousands, which may also be decimals", clip(text, 30)),
			fmt.Sprintf("write digits only, or say `thousands: %q` in the table", strings.Trim(text, "-.0123456789")[:1])
	}
	return "", fmt.Sprintf("%q is not a number", clip(text, 30)), "write digits with at most one point: 1500, 0.5"
}
