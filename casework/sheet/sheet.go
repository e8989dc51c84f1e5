// Package sheet reads a year's cases from a spreadsheet that was exported as CSV:
// each row an incident in coded facts, what is alleged of it, and its case as far
// as it has come. Every column holds codes, days and numbers, so that no name and
// no word of a report can come along.
//
// It must never let free text through, guess what a cell means, or repeat in a
// message what is no code: that could be a name. Start with Read, then Table.Told;
// columns.go says what each column holds.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// What a file may have.
const (
	MaxSize = 32 << 20 // bytes
	MaxRows = 20_000
	maxCell = 400 // characters: a cell holds codes
)

// Table is a file as it was read: its columns, and its rows that are not empty.
type Table struct {
	Columns []string
	Rows    []Row
	faults  Faults // what kept other rows from being read: Told tells it with the rest
}

// Row is a row, by the line of the file on which it begins.
type Row struct {
	Line  int
	Cells []string // as many as there are columns
}

// Fault is something that is wrong in a file, and where: a line, and a column
// where it is in one.
type Fault struct {
	Line   int
	Column string
	Why    string
}

func (f Fault) String() string {
	if f.Column == "" {
		return fmt.Sprintf("line %d: %s", f.Line, f.Why)
	}
	return fmt.Sprintf("line %d, column %s: %s", f.Line, f.Column, f.Why)
}

// Faults are all that is wrong in a file, in the order of its lines.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

// Read reads a file as spreadsheets write CSV: with commas, semicolons or tabs;
// in UTF-8 with or without a byte order mark, UTF-16 or Windows-1252; with lines
// that end in LF, CRLF or CR. What keeps the whole file from being read is Faults;
// any other error is of the reader. What keeps a row from it, Table.Told tells.
func Read(r io.Reader) (*Table, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, err
	}
	text, fault := decode(b)
	if fault != "" {
		return nil, Faults{{1, "", fault}}
	}
	text = lineEnds.Replace(text)
	skipped := 0
	comma := rune(0)
	if rest, ok := strings.CutPrefix(text, "sep="); ok && rest != "" { // Excel's own first line
		comma, _ = utf8.DecodeRuneInString(rest)
		_, text, _ = strings.Cut(rest, "\n")
		skipped = 1
	}
	if !strings.ContainsRune(",;\t", comma) || comma == 0 {
		comma = delimiter(text)
	}
	return parse(text, comma, skipped)
}

// lineEnds makes LF of what ends a line; a CR alone does in "CSV (Macintosh)".
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// decode is the text of a file, or why it has none.
func decode(b []byte) (text, fault string) {
	switch {
	case len(b) > MaxSize:
		return "", fmt.Sprintf("the file is larger than %d MB; export fewer rows", MaxSize>>20)
	case bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return "", "this is the file of a spreadsheet program, not CSV; export it: File, Save as (or Download), CSV UTF-8"
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return wide(b)
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	switch {
	case bytes.IndexByte(b, 0) >= 0:
		return "", "this is no text; export the sheet as CSV UTF-8"
	case utf8.Valid(b):
		return string(b), ""
	}
	text, err := charmap.Windows1252.NewDecoder().String(string(b))
	if err != nil {
		return "", "the letters cannot be read; export the sheet as CSV UTF-8"
	}
	return text, ""
}

// wide is text in UTF-16, with its mark, or why there is none.
func wide(b []byte) (text, fault string) {
	if len(b)%2 != 0 {
		return "", "the file ends in the middle of a letter: it is cut off; export it again"
	}
	units := make([]uint16, 0, len(b)/2)
	little := b[0] == 0xff
	for i := 2; i < len(b); i += 2 {
		if little {
			units = append(units, uint16(b[i])|uint16(b[i+1])<<8)
		} else {
			units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
		}
	}
	return string(utf16.Decode(units)), ""
}

// delimiter is what stands most often between the cells of the first line that is
// no remark.
func delimiter(text string) rune {
	var line string
	for line, text, _ = strings.Cut(text, "\n"); text != "" && (isRemark(line) || strings.TrimSpace(line) == ""); {
		line, text, _ = strings.Cut(text, "\n")
	}
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// parse reads the cells, up to where it cannot be known which is which. skipped is
// how many lines stood before.
func parse(text string, comma rune, skipped int) (*Table, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.Comment = comma, -1, '#'
	t := new(Table)
	named := 0 // the line that names the columns
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) {
			t.faults = append(t.faults, quoteFault(text, wrong, skipped)) // where the next row begins cannot be known
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		line += skipped
		for i := range cells {
			cells[i] = strings.TrimSpace(strings.ReplaceAll(cells[i], "\u00a0", " "))
		}
		switch {
		case isRemark(cells[0]), strings.Join(cells, "") == "":
			continue
		case t.Columns == nil:
			var wrong Faults
			if t.Columns, wrong = header(cells, line); len(wrong) > 0 {
				return nil, wrong
			}
			named = line
			continue
		case len(t.Rows)+len(t.faults) == MaxRows:
			t.faults = append(t.faults, Fault{line, "", fmt.Sprintf("there are more than %d rows; export them in parts", MaxRows)})
			return t, nil
		}
		if row, fault := t.row(cells, line); fault != nil {
			t.faults = append(t.faults, *fault)
		} else {
			t.Rows = append(t.Rows, row)
		}
	}
	switch {
	case t.Columns == nil && len(t.faults) > 0:
		return nil, t.faults
	case t.Columns == nil:
		return nil, Faults{{1, "", "the file is empty; its first row must name the columns: see temwen case import --template"}}
	case len(t.Rows)+len(t.faults) == 0:
		return nil, Faults{{named, "", "there are no rows below the names of the columns; fill one for each case, and export the sheet again"}}
	}
	return t, nil
}

// isRemark reports whether a line is one of the template's explanations.
func isRemark(s string) bool { return strings.HasPrefix(strings.TrimLeft(s, `" `), "#") }

func quoteFault(text string, wrong *csv.ParseError, skipped int) Fault {
	f := Fault{Line: wrong.StartLine + skipped, Why: "a quotation mark stands within a cell; export the file again, or take it out: the rows after it could not be read"}
	if errors.Is(wrong.Err, csv.ErrQuote) && wrong.Line >= strings.Count(strings.TrimRight(text, "\r\n"), "\n")+1 {
		f.Why = "a cell that begins with a quotation mark on this line does not end: the file is cut off, or a mark is missing"
	}
	return f
}

// row is a row of as many cells as there are columns.
func (t *Table) row(cells []string, line int) (Row, *Fault) {
	n := len(t.Columns)
	switch {
	case len(cells) < n:
		return Row{}, &Fault{line, "", fmt.Sprintf("the row has %d cells, and there are %d columns: is the file cut off?", len(cells), n)}
	case strings.Join(cells[n:], "") != "":
		return Row{}, &Fault{line, "", fmt.Sprintf("the row has more cells than the %d columns: is a cell with a comma not in quotation marks?", n)}
	}
	return Row{line, cells[:n]}, nil
}

// header finds the columns.
func header(cells []string, line int) (columns []string, faults Faults) {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	seen := make(map[string]bool)
	for i, cell := range cells {
		name := strings.ToLower(strings.Join(strings.Fields(cell), "_"))
		switch {
		case !known(name):
			at := fmt.Sprint(i + 1)
			if columnForm.MatchString(name) {
				at = name
			}
			faults = append(faults, Fault{line, at, unknownColumn(name)})
		case seen[name]:
			faults = append(faults, Fault{line, name, "this column is there twice"})
		}
		seen[name] = true
		columns = append(columns, name)
	}
	for _, c := range Columns {
		if c.Needed && !seen[c.Name] {
			faults = append(faults, Fault{line, c.Name, "this column is missing; see temwen case import --template"})
		}
	}
	return columns, faults
}

var columnForm = regexp.MustCompile(`^[a-z_]{1,30}$`)

func unknownColumn(name string) string {
	const refused = "nothing but codes, days and numbers is imported, so that no name leaves a seal"
	names := make([]string, len(Columns))
	for i, c := range Columns {
		names[i] = c.Name
	}
	if near := nearest(name, names); near != "" {
		return fmt.Sprintf("there is no such column; is %s meant? %s", near, refused)
	}
	return "there is no such column: take it out; " + refused
}

// nearest is the word that is nearest to one, by letters that differ; empty where
// none is near.
func nearest(word string, words []string) string {
	best, least := "", 1+len(word)/3
	for _, w := range words {
		if d := distance(word, w); d <= least && (best == "" || d < distance(word, best)) {
			best = w
		}
	}
	return best
}

// distance is how many letters must change to make one word of another.
func distance(a, b string) int {
	if len(a) > 40 || len(b) > 60 {
		return 100
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
