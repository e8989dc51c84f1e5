package publish_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

var updateOpenData = flag.Bool("update-opendata", false, "write what the small dossier gives into testdata/opendata-golden")

// small is a dossier with one or two facts of every kind, and words that look
// like formulas.
func small(t testing.TB) *dossier.Dossier {
	t.Helper()
	d, err := dossier.Load(os.DirFS("testdata/opendata"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func packageOf(t testing.TB, d *dossier.Dossier, asOf publish.AsOf) *publish.DataPackage {
	t.Helper()
	p, err := publish.See(d, asOf).DataPackage()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func day(s string) when.Day { return when.MustParse(s).First() }

// everyPackage is the open data of both dossiers on several days.
func everyPackage(t *testing.T, test func(*testing.T, *publish.View, *publish.DataPackage)) {
	t.Helper()
	for name, d := range map[string]*dossier.Dossier{"small": small(t), "haiti": haiti(t)} {
		for _, on := range []string{"2023-11-01", "2024-06-26", "2026-11-23"} {
			t.Run(name+" "+on, func(t *testing.T) {
				v := publish.See(d, publish.On(day(on)))
				p, err := v.DataPackage()
				if err != nil {
					t.Fatal(err)
				}
				test(t, v, p)
			})
		}
	}
}

// The open data of a small dossier, file by file. Only the compressed bytes of
// Parquet are not compared: TestFormatsHoldTheSame reads them.
func TestSmallPackage(t *testing.T) {
	p := packageOf(t, small(t), publish.AsOf{World: day("2024-06-26"), Known: day("2024-06-26"), Edition: 7})
	compressed := regexp.MustCompile(`(?s)("name": "[a-z-]+-parquet",.*?"bytes": )\d+(,\s+"hash": )"[^"]+"`)
	for _, f := range p.Files {
		if f.Format == publish.FormatParquet {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			got := compressed.ReplaceAll(f.Bytes, []byte(`${1}0${2}"sha256:0"`))
			name := filepath.Join("testdata", "opendata-golden", f.Name)
			if *updateOpenData {
				if err := os.WriteFile(name, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s is another (-was +is); run the test with -update-opendata if that is right:\n%s", f.Name, diff)
			}
		})
	}
}

// Each format, read by a reader that knows nothing of us, gives the same cells
// as the table.
func TestFormatsHoldTheSame(t *testing.T) {
	everyPackage(t, func(t *testing.T, _ *publish.View, p *publish.DataPackage) {
		for i := range p.Files {
			f := &p.Files[i]
			if f.Table == nil {
				continue
			}
			var got [][]any
			switch f.Format {
			case publish.FormatCSV:
				got = readCSV(t, f)
			case publish.FormatJSONLines:
				got = readJSONLines(t, f)
			case publish.FormatParquet:
				got = readParquet(t, f)
			}
			if diff := cmp.Diff(f.Table.Rows, got); diff != "" {
				t.Errorf("%s (-table +file):\n%.2000s", f.Name, diff)
			}
		}
	})
}

func readCSV(t *testing.T, f *publish.DataFile) [][]any {
	t.Helper()
	if !bytes.HasSuffix(f.Bytes, []byte("\r\n")) {
		t.Errorf("%s does not end in CRLF", f.Name)
	}
	records, err := csv.NewReader(bytes.NewReader(f.Bytes)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range f.Table.Columns {
		if records[0][i] != c.Name {
			t.Errorf("%s: column %d is called %s, want %s", f.Name, i, records[0][i], c.Name)
		}
	}
	var rows [][]any
	for _, record := range records[1:] {
		row := make([]any, len(record))
		for i, s := range record {
			if s != "" {
				row[i] = readCell(t, f.Table.Columns[i].Type, publish.Unguarded(s))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func readCell(t *testing.T, kind publish.DataType, s string) any {
	t.Helper()
	var cell any = s
	var err error
	switch kind {
	case publish.DataInteger:
		cell, err = strconv.ParseInt(s, 10, 64)
	case publish.DataNumber:
		cell, err = strconv.ParseFloat(s, 64)
	case publish.DataBoolean:
		cell, err = strconv.ParseBool(s)
	case publish.DataDay:
		cell, err = when.ParseDay(s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return cell
}

func readJSONLines(t *testing.T, f *publish.DataFile) [][]any {
	t.Helper()
	var rows [][]any
	for line := range bytes.Lines(f.Bytes) {
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			t.Fatal(err)
		}
		if len(object) != len(f.Table.Columns) {
			t.Errorf("%s: a row has %d keys, want %d", f.Name, len(object), len(f.Table.Columns))
		}
		row := make([]any, len(f.Table.Columns))
		for i, c := range f.Table.Columns {
			switch v := object[c.Name].(type) {
			case nil:
			case string:
				row[i] = readCell(t, c.Type, v)
			default:
				row[i] = readCell(t, c.Type, fmt.Sprint(v))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func readParquet(t *testing.T, f *publish.DataFile) [][]any {
	t.Helper()
	file, err := parquet.OpenFile(bytes.NewReader(f.Bytes), int64(len(f.Bytes)))
	if err != nil {
		t.Fatal(err)
	}
	for i, field := range file.Schema().Fields() {
		if field.Name() != f.Table.Columns[i].Name {
			t.Errorf("%s: column %d is called %s, want %s", f.Name, i, field.Name(), f.Table.Columns[i].Name)
		}
	}
	var rows [][]any
	for _, group := range file.RowGroups() {
		r := group.Rows()
		buffer := make([]parquet.Row, 16)
		for {
			n, err := r.ReadRows(buffer)
			for _, values := range buffer[:n] {
				row := make([]any, len(values))
				for i, v := range values {
					row[i] = parquetCell(f.Table.Columns[i].Type, v)
				}
				rows = append(rows, row)
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

func parquetCell(kind publish.DataType, v parquet.Value) any {
	switch {
	case v.IsNull():
		return nil
	case kind == publish.DataInteger:
		return v.Int64()
	case kind == publish.DataNumber:
		return v.Double()
	case kind == publish.DataBoolean:
		return v.Boolean()
	case kind == publish.DataDay:
		return when.Day(v.Int32())
	}
	return string(v.ByteArray())
}

// The same record on the same day gives the same bytes; on another day another
// package.
func TestPackageIsTheSameForTheSameRecord(t *testing.T) {
	d, asOf := haiti(t), publish.On(day("2024-06-26"))
	one, other := packageOf(t, d, asOf), packageOf(t, haiti(t), asOf)
	for i := range one.Files {
		if !bytes.Equal(one.Files[i].Bytes, other.Files[i].Bytes) {
			t.Errorf("%s has other bytes the second time", one.Files[i].Name)
		}
	}
	later := packageOf(t, d, publish.On(day("2024-06-27")))
	if bytes.Equal(one.File("obligations.csv").Bytes, later.File("obligations.csv").Bytes) {
		t.Error("a day later no obligation is a day older")
	}
}

// What datapackage.json says of the files is true of them.
func TestPackageDescribesItsFiles(t *testing.T) {
	everyPackage(t, func(t *testing.T, v *publish.View, p *publish.DataPackage) {
		var described struct {
			Name      string
			Rules     []string                `json:"counting_rules"`
			Licences  []struct{ Name string } `json:"licenses"`
			Sources   []struct{ Title, Path string }
			AsOf      publish.AsOf `json:"as_of"`
			Resources []struct {
				Name, Path, Hash, Table string
				Bytes, Rows             int
				Schema                  *publish.TableSchema
			}
		}
		if err := json.Unmarshal(p.File(publish.PackageFile).Bytes, &described); err != nil {
			t.Fatal(err)
		}
		if described.AsOf != v.AsOf || len(described.Rules) < 5 || len(described.Licences) != 1 || len(described.Sources) != len(v.Sources) {
			t.Errorf("the package says as of %v, %d rules, %d licences, %d sources", described.AsOf, len(described.Rules), len(described.Licences), len(described.Sources))
		}
		if len(described.Resources) != len(p.Files)-1 {
			t.Errorf("%d files are described of %d", len(described.Resources), len(p.Files)-1)
		}
		names := make(map[string]bool)
		for _, r := range described.Resources {
			f := p.File(r.Path)
			if f == nil {
				t.Fatalf("there is no file %s", r.Path)
			}
			if sum := fmt.Sprintf("sha256:%x", sha256.Sum256(f.Bytes)); r.Hash != sum || r.Bytes != len(f.Bytes) || r.Rows != f.Rows {
				t.Errorf("%s: %s, %d bytes, %d rows; it has %s, %d, %d", r.Path, r.Hash, r.Bytes, r.Rows, sum, len(f.Bytes), f.Rows)
			}
			if names[r.Name] {
				t.Errorf("two resources are called %s", r.Name)
			}
			names[r.Name] = true
			if (r.Schema != nil) != (f.Format == publish.FormatCSV) {
				t.Errorf("%s has a schema: %t", r.Path, r.Schema != nil)
			}
		}
	})
}

// Cells are what their columns say: of the type, one of the values, no ID twice,
// no reference to nothing.
func TestTablesKeepTheirSchema(t *testing.T) {
	everyPackage(t, func(t *testing.T, _ *publish.View, p *publish.DataPackage) {
		ids := make(map[string]map[any]bool)
		for _, table := range p.Tables {
			checkRows(t, table)
			ids[table.Name] = make(map[any]bool)
			for _, row := range table.Rows {
				ids[table.Name][row[table.Column(table.Key[0])]] = true
			}
		}
		for _, table := range p.Tables {
			for _, r := range table.Refers {
				for _, row := range table.Rows {
					if v := row[table.Column(r.Column)]; v != nil && !ids[r.Table][v] {
						t.Errorf("%s: %s is %v, which is not in %s", table.Name, r.Column, v, r.Table)
					}
				}
			}
		}
	})
}

func checkRows(t *testing.T, table *publish.DataTable) {
	t.Helper()
	seen := make(map[string]bool)
	for _, row := range table.Rows {
		key := ""
		for _, k := range table.Key {
			key += fmt.Sprintf("%v\x00", row[table.Column(k)])
		}
		if seen[key] {
			t.Errorf("%s has the key %q twice", table.Name, key)
		}
		seen[key] = true
		for i, c := range table.Columns {
			if row[i] == nil {
				continue
			}
			if kind := fmt.Sprintf("%T", row[i]); kind != goTypes[c.Type] {
				t.Errorf("%s.%s has a %s, want a %s", table.Name, c.Name, kind, goTypes[c.Type])
			}
			if s, ok := row[i].(string); ok && len(c.Enum) > 0 && !slices.Contains(c.Enum, s) {
				t.Errorf("%s.%s is %q, which is not one of its values", table.Name, c.Name, s)
			}
		}
	}
}

var goTypes = map[publish.DataType]string{
	publish.DataString: "string", publish.DataInteger: "int64", publish.DataNumber: "float64",
	publish.DataBoolean: "bool", publish.DataDay: "when.Day",
}

// Every table, rule, column, type and unit has its words in every language.
func TestTablesAreDescribed(t *testing.T) {
	for _, lang := range locale.Langs {
		w := publish.In(lang)
		words := publish.CountingRules(w)
		for _, table := range packageOf(t, small(t), publish.On(day("2024-06-26"))).Tables {
			words = append(words, table.Title(w), table.Rule(w))
			for _, c := range table.Columns {
				words = append(words, table.Describe(c, w), w.Say("data.type."+string(c.Type)))
				if c.Unit != "" {
					words = append(words, w.Say("data.unit."+c.Unit))
				}
			}
		}
		for _, s := range words {
			if s == "" || strings.HasPrefix(s, "[") || strings.Contains(s, "{") {
				t.Errorf("%s: %q", lang, s)
			}
		}
	}
}

// The tables count what the pages count.
func TestTablesAgreeWithThePages(t *testing.T) {
	everyPackage(t, func(t *testing.T, v *publish.View, p *publish.DataPackage) {
		counts := make(map[string]int)
		var obligations *publish.DataTable
		for _, table := range p.Tables {
			if table.Name == "obligations" {
				obligations = table
			}
			for _, row := range table.Rows {
				if i := table.Column("mission"); i >= 0 {
					counts[table.Name+" "+row[i].(string)]++
				}
			}
		}
		for _, m := range v.Missions {
			b, err := v.Brief(m.ID)
			if err != nil {
				t.Fatal(err)
			}
			for name, n := range map[string]int{
				"requests": len(b.Requests), "statements": len(b.Statements), "milestones": len(b.Milestones), "parts": len(b.Parts),
			} {
				if counts[name+" "+m.ID] != n {
					t.Errorf("%s of %s: %d rows, the page has %d", name, m.ID, counts[name+" "+m.ID], n)
				}
			}
			for _, l := range b.Obligations {
				if l.Mission == m.ID {
					checkObligation(t, obligations, &l)
				}
			}
		}
	})
}

func checkObligation(t *testing.T, table *publish.DataTable, l *publish.Line) {
	t.Helper()
	for _, row := range table.Rows {
		if row[table.Column("id")] != l.ID {
			continue
		}
		if got := row[table.Column("status")]; got != l.Status.String() {
			t.Errorf("%s is %v in the table, %s on the page", l.ID, got, l.Status)
		}
		if due := row[table.Column("due")]; l.Due != nil && due != *l.Due {
			t.Errorf("%s is due %v in the table, %s on the page", l.ID, due, l.Due)
		}
		return
	}
	t.Errorf("%s is not in the table", l.ID)
}

func TestFormulasAreGuarded(t *testing.T) {
	for _, c := range []struct{ name, is, want string }{
		{"words", "words", "words"},
		{"nothing", "", ""},
		{"a formula", `=HYPERLINK("https://example.org","x")`, `'=HYPERLINK("https://example.org","x")`},
		{"a sum", "+1", "'+1"},
		{"a difference", "-1+1", "'-1+1"},
		{"a function", "@SUM(A1)", "'@SUM(A1)"},
		{"a tab", "\t=1", "'\t=1"},
		{"a carriage return", "\r=1", "'\r=1"},
		{"a line break", "\n=1", "'\n=1"},
		{"a wide sign", "＝1", "'＝1"},
		{"a guard that is on record", "'=1", "''=1"},
		{"an apostrophe", "'words", "'words"},
		{"apostrophes alone", "''", "''"},
		{"a formula within", "a=1", "a=1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := publish.Guarded(c.is); got != c.want {
				t.Errorf("Guarded(%q) is %q, want %q", c.is, got, c.want)
			}
			if back := publish.Unguarded(publish.Guarded(c.is)); back != c.is {
				t.Errorf("%q comes back as %q", c.is, back)
			}
		})
	}
}

// No word that is written begins a formula, and all come back as they were.
func TestLawFormulas(t *testing.T) {
	signs := []rune("=+-@\t\r\n＝＋－＠'' ab1")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom(signs)).Draw(t, "s")
		guarded := publish.Guarded(s)
		if guarded != "" && strings.IndexAny(guarded, "=+-@\t\r\n＝＋－＠") == 0 {
			t.Errorf("%q is written as %q", s, guarded)
		}
		if back := publish.Unguarded(guarded); back != s {
			t.Errorf("%q comes back as %q", s, back)
		}
	})
}
