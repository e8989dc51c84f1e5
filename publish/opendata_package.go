package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"temwen/dossier"
	"temwen/locale"
)

// DataPackage is a dossier's whole public record on a day as files: each table
// as CSV, JSON Lines and Parquet, its entities for FollowTheMoney, and a
// Frictionless data package that describes them. The same record on the same
// day gives the same bytes.
type DataPackage struct {
	Dossier string
	AsOf    AsOf
	Tables  []*DataTable
	Files   []DataFile // datapackage.json last
}

// DataFile is one file of a data package.
type DataFile struct {
	Name   string // obligations.csv
	Format DataFormat
	Table  *DataTable // nil where it is no table
	Rows   int        // or entities
	Bytes  []byte
	SHA256 string // of Bytes, as hexadecimal digits
}

// DataFormat is a form that open data comes in.
type DataFormat struct {
	Name      string // as people write it
	Extension string
	MediaType string
}

// The formats of a data package's files.
var (
	FormatCSV       = DataFormat{"CSV", "csv", "text/csv; charset=utf-8"}
	FormatJSONLines = DataFormat{"JSON Lines", "jsonl", "application/jsonl"}
	FormatParquet   = DataFormat{"Parquet", "parquet", "application/vnd.apache.parquet"}
	FormatEntities  = DataFormat{"FollowTheMoney", "ftm.json", "application/jsonl"}
	FormatPackage   = DataFormat{"Data Package", "json", "application/json"}
)

// The names of the files of a data package that are no tables.
const (
	EntitiesFile = "entities.ftm.json"
	PackageFile  = "datapackage.json"
)

// DataLicence is the licence of the tables: what is on record are facts, whose
// sources are to be named with them.
var DataLicence = struct{ Name, Title, Address string }{
	"CC-BY-4.0", "Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/",
}

// DataPackage is the data package of a view's dossier.
func (v *View) DataPackage() (*DataPackage, error) {
	p := &DataPackage{Dossier: v.Info.ID, AsOf: v.AsOf, Tables: v.DataTables()}
	for _, t := range p.Tables {
		for _, f := range []struct {
			DataFormat
			write func(io.Writer) error
		}{{FormatCSV, t.CSV}, {FormatJSONLines, t.JSONLines}, {FormatParquet, t.Parquet}} {
			if err := p.add(t.Name+"."+f.Extension, f.DataFormat, t, f.write); err != nil {
				return nil, err
			}
		}
	}
	entities := v.Entities()
	if err := p.add(EntitiesFile, FormatEntities, nil, func(w io.Writer) error { return WriteEntities(w, entities) }); err != nil {
		return nil, err
	}
	p.Files[len(p.Files)-1].Rows = len(entities)
	err := p.add(PackageFile, FormatPackage, nil, func(w io.Writer) error {
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		return out.Encode(p.descriptor(v))
	})
	return p, err
}

// add writes one file.
func (p *DataPackage) add(name string, format DataFormat, t *DataTable, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return fmt.Errorf("making %s of the data package %s: %w", name, p.Dossier, err)
	}
	f := DataFile{Name: name, Format: format, Table: t, Bytes: b.Bytes()}
	if t != nil {
		f.Rows = len(t.Rows)
	}
	sum := sha256.Sum256(f.Bytes)
	f.SHA256 = hex.EncodeToString(sum[:])
	p.Files = append(p.Files, f)
	return nil
}

// File is the file of that name, or nil.
func (p *DataPackage) File(name string) *DataFile {
	for i := range p.Files {
		if p.Files[i].Name == name {
			return &p.Files[i]
		}
	}
	return nil
}

// CountingRules say what may be counted and added in the tables, and how cells
// are written.
func CountingRules(w Words) []string {
	return []string{
		w.Say("data.rule.known"), w.Say("data.rule.tense"), w.Say("data.rule.repeated"), w.Say("data.rule.sources"),
		w.Say("data.rule.dates"), w.Say("data.rule.texts"), w.Say("data.rule.lists", "sign", idSeparator),
		w.Say("data.rule.formulas", "format", FormatCSV.Name),
	}
}

// descriptor is datapackage.json: Data Package version 2, which readers of
// version 1 understand too.
type descriptor struct {
	Schema      string          `json:"$schema"`
	Name        string          `json:"name"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Version     string          `json:"version"`
	AsOf        AsOf            `json:"as_of"`
	Rules       []string        `json:"counting_rules"`
	Licences    []dataLicence   `json:"licenses"`
	Sources     []dataSource    `json:"sources"`
	Resources   []*dataResource `json:"resources"`
}

type dataLicence struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Title string `json:"title"`
}

type dataSource struct {
	Title string `json:"title"`
	Path  string `json:"path"`
}

// dataResource is one file. Those in another format than CSV name the table
// whose schema they follow.
type dataResource struct {
	Name        string       `json:"name"`
	Path        string       `json:"path"`
	Title       string       `json:"title"`
	Description string       `json:"description"`
	Format      string       `json:"format"`
	MediaType   string       `json:"mediatype"`
	Encoding    string       `json:"encoding,omitempty"`
	Bytes       int          `json:"bytes"`
	Hash        string       `json:"hash"`
	Rows        int          `json:"rows"`
	Type        string       `json:"type,omitempty"`
	Table       string       `json:"table,omitempty"`
	Dialect     *dataDialect `json:"dialect,omitempty"`
	Schema      *TableSchema `json:"schema,omitempty"`
}

type dataDialect struct {
	Delimiter      string `json:"delimiter"`
	LineTerminator string `json:"lineTerminator"`
	QuoteChar      string `json:"quoteChar"`
	DoubleQuote    bool   `json:"doubleQuote"`
	Header         bool   `json:"header"`
}

// TableSchema is the Table Schema of a table.
type TableSchema struct {
	Fields        []SchemaField `json:"fields"`
	PrimaryKey    []string      `json:"primaryKey"`
	ForeignKeys   []schemaKey   `json:"foreignKeys,omitempty"`
	MissingValues []string      `json:"missingValues"`
}

// SchemaField describes a column.
type SchemaField struct {
	Name        string       `json:"name"`
	Type        DataType     `json:"type"`
	Description string       `json:"description"`
	Unit        string       `json:"unit,omitempty"`
	Constraints *constraints `json:"constraints,omitempty"`
}

type constraints struct {
	Required bool     `json:"required,omitempty"`
	Enum     []string `json:"enum,omitempty"`
}

type schemaKey struct {
	Fields    []string        `json:"fields"`
	Reference schemaReference `json:"reference"`
}

type schemaReference struct {
	Resource string   `json:"resource"`
	Fields   []string `json:"fields"`
}

// TableSchema is the table's schema with its descriptions in a language.
func (t *DataTable) TableSchema(w Words) *TableSchema {
	s := &TableSchema{PrimaryKey: t.Key, MissingValues: []string{""}}
	for _, c := range t.Columns {
		f := SchemaField{Name: c.Name, Type: c.Type, Description: t.Describe(c, w), Unit: c.Unit}
		for _, key := range t.Key {
			if key == c.Name {
				f.Constraints = &constraints{Required: true}
			}
		}
		if len(c.Enum) > 0 {
			f.Constraints = &constraints{Enum: c.Enum}
		}
		s.Fields = append(s.Fields, f)
	}
	for _, r := range t.Refers {
		s.ForeignKeys = append(s.ForeignKeys, schemaKey{[]string{r.Column}, schemaReference{r.Table, []string{"id"}}})
	}
	return s
}

func (p *DataPackage) descriptor(v *View) *descriptor {
	w := In(locale.English)
	d := &descriptor{
		Schema: "https://datapackage.org/profiles/2.0/datapackage.json", Name: p.Dossier,
		Title: w.Text(v.Info.Title), Description: w.Text(v.Info.About), Version: p.Version(), AsOf: p.AsOf,
		Rules:    CountingRules(w),
		Licences: []dataLicence{{DataLicence.Name, DataLicence.Address, DataLicence.Title}},
		Sources:  []dataSource{},
	}
	for _, s := range v.SourceLines(func(*dossier.Source) bool { return true }) {
		d.Sources = append(d.Sources, dataSource{s.Title, s.Address})
	}
	for i := range p.Files {
		d.Resources = append(d.Resources, p.Files[i].resource(w))
	}
	return d
}

// Version names the record behind a package: the day, the day of knowledge
// where it is another, and the edition where there is a ledger.
func (p *DataPackage) Version() string {
	s := p.AsOf.World.String()
	if p.AsOf.Known != p.AsOf.World {
		s += "." + p.AsOf.Known.String()
	}
	if p.AsOf.Edition != 0 {
		s += fmt.Sprintf("+%d", p.AsOf.Edition)
	}
	return s
}

func (f *DataFile) resource(w Words) *dataResource {
	r := &dataResource{
		Name: f.Name, Path: f.Name, Format: f.Format.Extension, MediaType: mediaType(f.Format.MediaType),
		Bytes: len(f.Bytes), Hash: "sha256:" + f.SHA256, Rows: f.Rows,
	}
	if f.Table == nil {
		r.Name, r.Encoding = "entities", "utf-8"
		r.Title, r.Description = w.Say("data.entities", "format", f.Format.Name), w.Say("data.entities.rule", "format", f.Format.Name)
		return r
	}
	r.Title, r.Description, r.Table = f.Table.Title(w), f.Table.Rule(w), f.Table.Name
	r.Name = f.Table.Name + "-" + f.Format.Extension
	if f.Format != FormatParquet {
		r.Encoding = "utf-8"
	}
	if f.Format == FormatCSV {
		r.Name, r.Type = f.Table.Name, "table"
		r.Dialect = &dataDialect{",", "\r\n", `"`, true, true}
		r.Schema = f.Table.TableSchema(w)
	}
	return r
}

// mediaType is a media type without its parameters.
func mediaType(s string) string {
	bare, _, _ := strings.Cut(s, ";")
	return bare
}
