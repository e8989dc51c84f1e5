package publish

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"temwen/when"
)

// JSONLines writes the table as one JSON object to a line, its keys in the
// order of the columns; null where there is no value, days as "2024-06-26".
func (t *DataTable) JSONLines(w io.Writer) error {
	out := bufio.NewWriter(w)
	for i := range t.Rows {
		line, err := t.JSONRow(i)
		if err != nil {
			return fmt.Errorf("writing the table %s as JSON: %w", t.Name, err)
		}
		_, _ = out.Write(line) // a writer's error stays until Flush
		_ = out.WriteByte('\n')
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the table %s as JSON: %w", t.Name, err)
	}
	return nil
}

// JSONRow is one row as a JSON object.
func (t *DataTable) JSONRow(row int) (json.RawMessage, error) {
	var b bytes.Buffer
	values := json.NewEncoder(&b)
	values.SetEscapeHTML(false)
	for i, cell := range t.Rows[row] {
		b.WriteByte("{,"[min(i, 1)])
		fmt.Fprintf(&b, "%q:", t.Columns[i].Name) // names are plain ASCII
		if d, ok := cell.(when.Day); ok {
			cell = d.String()
		}
		if err := values.Encode(cell); err != nil {
			return nil, fmt.Errorf("row %d, column %s: %w", row+1, t.Columns[i].Name, err)
		}
		b.Truncate(b.Len() - 1) // the line break that Encode puts after a value
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
