package publish

import (
	"temwen/when"
)

// DataTable is one kind of thing on record as rows of typed cells: what every
// format of the open data is written from. A table holds what was known on the
// day of its view, and statuses as they were on that day.
type DataTable struct {
	Name    string
	Key     []string // the columns that together name a row
	Refers  []Reference
	Columns []DataColumn
	// Rows have one cell for each column: nil where there is no value, else a
	// string, int64, float64, bool or when.Day, as the column's type says.
	Rows [][]any
}

// Reference says that each value of a column is the ID of a row of another
// table.
type Reference struct{ Column, Table string }

// DataType is the type of a column's cells.
type DataType string

// The types of columns, by their names in a Table Schema.
const (
	DataString  DataType = "string"
	DataInteger DataType = "integer"
	DataNumber  DataType = "number"
	DataBoolean DataType = "boolean"
	DataDay     DataType = "date"
)

// DataColumn is one column of a table.
type DataColumn struct {
	Name string
	Type DataType
	Unit string   // persons, days, degrees; empty where there is none, or where another column has it
	Enum []string // all values there can be, where they are few
	part columnPart
	word string // what the catalogue calls it, where not by its name
}

// columnPart says which part of a value with several parts a column holds.
type columnPart string

// A text has a column for each language; a date one as it was written, one for
// the first day that it allows and one for the last.
const (
	writtenDate columnPart = "date.written"
	firstDay    columnPart = "date.first"
	lastDay     columnPart = "date.last"
)

// Describe says what a column of a table holds.
func (t *DataTable) Describe(c DataColumn, w Words) string {
	word := c.word
	if word == "" {
		word = c.Name
	}
	key := "data.column." + t.Name + "." + word
	if !w.Has(key) {
		key = "data.column." + word
	}
	switch said := w.Say(key); c.part {
	case "":
		return said
	case writtenDate, firstDay, lastDay:
		return w.Say("data."+string(c.part), "what", said)
	default:
		return w.Label(said, w.Say("language."+string(c.part)))
	}
}

// Title is what a table is called.
func (t *DataTable) Title(w Words) string { return w.Say("data.table." + t.Name) }

// Rule says what one row is, and what may be counted or added and what not.
func (t *DataTable) Rule(w Words) string { return w.Say("data.table." + t.Name + ".rule") }

// Column is the place of a column, or -1.
func (t *DataTable) Column(name string) int {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

// DataTables are all tables of a view's dossier, in the order in which one
// refers to another. The same record on the same day gives the same tables.
func (v *View) DataTables() []*DataTable {
	t := tabling{View: v, known: make(map[string]when.Day)}
	for f := range v.Facts() {
		t.known[f.Kind+"/"+f.ID] = f.Known
	}
	tables := make([]*DataTable, len(dataTables))
	for i, table := range dataTables {
		tables[i] = table.build(&t)
	}
	return tables
}

// DataTable is one table of a view's dossier, or nil where there is none of
// that name.
func (v *View) DataTable(name string) *DataTable {
	for _, t := range v.DataTables() {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// tabling is what rows are made from.
type tabling struct {
	*View
	known map[string]when.Day // by kind/ID
}

// dataTables are the definitions of all tables.
var dataTables = []interface {
	build(*tabling) *DataTable
}{
	sourcesTable, actorsTable, missionsTable, partsTable, provisionsTable,
	milestonesTable, expectationsTable, obligationsTable, eventsTable,
	figuresTable, statementsTable, requestsTable, deploymentsTable,
	conductTable, casesTable, caseLinesTable,
}

// tableOf is the definition of a table whose rows are made from values of one
// type: the one place where a column's name, type, unit and value stand.
type tableOf[T any] struct {
	name    string
	key     []string
	refers  []Reference
	list    func(*tabling) []T
	columns []columnOf[T]
}

type columnOf[T any] struct {
	DataColumn
	cell func(T) any
}

func (d tableOf[T]) build(t *tabling) *DataTable { return d.of(d.list(t)) }

// of is the table of some values.
func (d tableOf[T]) of(values []T) *DataTable {
	table := &DataTable{Name: d.name, Key: d.key, Refers: d.refers}
	for _, c := range d.columns {
		table.Columns = append(table.Columns, c.DataColumn)
	}
	for _, value := range values {
		row := make([]any, len(d.columns))
		for i, c := range d.columns {
			row[i] = c.cell(value)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}
