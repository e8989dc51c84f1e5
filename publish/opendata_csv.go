package publish

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"temwen/when"
)

// CSV writes the table as RFC 4180 has it: UTF-8, a header, lines that end in
// CRLF, an empty cell where there is no value, days as 2024-06-26.
//
// A cell of words that a spreadsheet would take for a formula (it begins with
// = + - @, their wide forms, a tab or a line break) gets an apostrophe before
// it; so does one that begins with apostrophes and then goes on so, so that
// taking one apostrophe off such a cell always gives back what is on record
// (see Unguarded). Numbers are numbers, with a minus where they have one.
func (t *DataTable) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	record := make([]string, len(t.Columns))
	for i := range t.Columns {
		record[i] = t.Columns[i].Name
	}
	if err := out.Write(record); err != nil {
		return fmt.Errorf("writing the table %s as CSV: %w", t.Name, err)
	}
	for _, row := range t.Rows {
		for i, cell := range row {
			record[i] = csvCell(cell)
		}
		if err := out.Write(record); err != nil {
			return fmt.Errorf("writing the table %s as CSV: %w", t.Name, err)
		}
	}
	out.Flush()
	return out.Error()
}

func csvCell(cell any) string {
	switch c := cell.(type) {
	case nil:
		return ""
	case string:
		return Guarded(c)
	case int64:
		return strconv.FormatInt(c, 10)
	case float64:
		return strconv.FormatFloat(c, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(c)
	case when.Day:
		return c.String()
	}
	panic(fmt.Sprintf("publish: a cell of type %T", cell))
}

// formulaStarts are the characters that make a spreadsheet take a cell for a
// formula, or hide one in the next cell (OWASP, CSV Injection).
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// Guarded makes words safe to open in a spreadsheet.
func Guarded(s string) string {
	if isFormula(s) {
		return "'" + s
	}
	return s
}

// Unguarded takes away what Guarded put before words.
func Unguarded(s string) string {
	if strings.HasPrefix(s, "'") && isFormula(s) {
		return s[1:]
	}
	return s
}

func isFormula(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.IndexAny(s, formulaStarts) == 0
}
