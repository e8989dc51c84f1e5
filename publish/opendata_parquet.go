package publish

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"temwen/when"
)

// Parquet writes the table as an Apache Parquet file of one row group: columns
// in the table's order, all optional, words as UTF-8 strings, days as dates,
// compressed with Zstandard. The same table gives the same bytes.
func (t *DataTable) Parquet(w io.Writer) error {
	out := parquet.NewGenericWriter[any](w, parquet.NewSchema(t.Name, t.parquetColumns()),
		parquet.CreatedBy("temwen", "1", ""), parquet.Compression(&zstd.Codec{}))
	for i, row := range t.Rows {
		if _, err := out.WriteRows([]parquet.Row{parquetRow(row)}); err != nil {
			return fmt.Errorf("writing row %d of the table %s as Parquet: %w", i+1, t.Name, err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("writing the table %s as Parquet: %w", t.Name, err)
	}
	return nil
}

// parquetRow is a row as Parquet has it: its values, each defined or not.
func parquetRow(row []any) parquet.Row {
	values := make(parquet.Row, len(row))
	for i, cell := range row {
		defined := 1
		if cell == nil {
			defined = 0
		}
		if d, ok := cell.(when.Day); ok {
			cell = int32(d) // both count from 1 January 1970
		}
		values[i] = parquet.ValueOf(cell).Level(0, defined, i)
	}
	return values
}

// ordered is a group of columns in their own order: parquet.Group sorts them.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

// Fields are the columns in order.
func (o ordered) Fields() []parquet.Field { return o.fields }

func (t *DataTable) parquetColumns() parquet.Node {
	o := ordered{Group: make(parquet.Group)}
	sorted := make(map[string]parquet.Field)
	for _, c := range t.Columns {
		o.Group[c.Name] = parquet.Optional(c.Type.parquet())
	}
	for _, f := range o.Group.Fields() {
		sorted[f.Name()] = f
	}
	for _, c := range t.Columns {
		o.fields = append(o.fields, sorted[c.Name])
	}
	return o
}

func (d DataType) parquet() parquet.Node {
	switch d {
	case DataInteger:
		return parquet.Int(64)
	case DataNumber:
		return parquet.Leaf(parquet.DoubleType)
	case DataBoolean:
		return parquet.Leaf(parquet.BooleanType)
	case DataDay:
		return parquet.Date()
	}
	return parquet.String()
}
