package publish_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
)

func TestReadCountsRefuses(t *testing.T) {
	const head = "period,cut,category,count\n"
	for _, tt := range []struct{ name, file, want string }{
		{"nothing", "", "t.csv: the file has no line with the names of its columns"},
		{"a spreadsheet", "PK\x03\x04...", "t.csv:1:1: the file is a spreadsheet"},
		{"UTF-16", "\xFF\xFEp\x00e\x00", "t.csv:1:1: the file is UTF-16; save it as UTF-8"},
		{"Latin-1", head + "2026,sexe,\"Bless\xE9s\",3\n", "t.csv:2:17: the byte 0xE9 is not UTF-8"},
		{"a letter that was lost", head + "2026,sexe,Bless\uFFFDs,3\n", "t.csv:2:16: the character U+FFFD"},
		{"a terminal's sequence", head + "2026,sex,\x1b[31mred,3\n", "t.csv:2:10: the character U+001B"},
		{"a turned order of letters", head + "2026,sex,a\u202Eb,3\n", "t.csv:2:11: the character U+202E"},
		{"a missing cell", head + "2026,sex,women,3\n2026,sex,4\n", "t.csv:3:1: this row has not as many cells as the heading, which has 4"},
		{"a cell too many", head + "2026,sex,women,1,129\n", "t.csv:2:1: this row has not as many cells"},
		{"an open quote", head + "2026,sex,\"women,3\n", "t.csv:2:19: this row is not CSV"},
		{"a quote within", head + "2026,sex,wo\"men,3\n", "t.csv:2:12: this row is not CSV"},
		{"a period", head + "janvier 2026,sex,women,3\n", `t.csv:2:1: "janvier 2026" is not a period: write a month (2026-01)`},
		{"a day that does not exist", head + "2026-02-30,sex,women,3\n", "t.csv:2:1: "},
		{"no category", head + "2026,sex,,3\n", "t.csv:2:1: the row names no cut or no category"},
		{"a negative number", head + "2026,sex,women,-3\n", `t.csv:2:16: "-3" is not a count: a count has no sign`},
		{"a typographic minus", head + "2026,sex,women,−3\n", "a count has no sign and is never negative"},
		{"a fraction", head + "2026,sex,women,3.5\n", `"3.5" is not a count: a count is a whole number`},
		{"a comma", head + "2026,sex,women,\"3,5\"\n", `t.csv:2:16: "3,5" is not a count: a count is a whole number`},
		{"a thousands separator", head + "2026,sex,women,\"1,129\"\n", `"1,129" may be a number with thousands separators; write it without, or say which it is: --thousands ","`},
		{"a narrow blank", head + "2026,sex,women,1\u202f129\n", "may be a number with thousands separators"},
		{"a formula", head + "2026,sex,women,=1+1\n", `"=1+1" is a formula or text, not a count`},
		{"an exponent", head + "2026,sex,women,1e3\n", `"1e3" is not a count: write a whole number in digits`},
		{"other digits", head + "2026,sex,women,٣\n", "is not a count: write a whole number in digits"},
		{"a huge number", head + "2026,sex,women,99999999999999999999\n", "is too large: a count is at most 1000000000000"},
		{"a name without end", head + "2026,sex," + strings.Repeat("é", 201) + ",3\n", "t.csv:2:10: the name is longer than 200 characters"},
		{"two columns of one name", "period,cut,cut,count\n", `t.csv:1:12: two columns are called "cut"`},
		{"two columns left", "period,cut,category,killed,injured\n", "it is not clear which column holds the counts; the columns are period, cut, category, killed, injured; name it: --count COLUMN"},
		{"no period", "cut,category,count\n2026,a,3\n", "no column is called period, and no heading is a period"},
		{"a month across that does not exist", "category,2026-01,2026-13\nwomen,3,4\n", `t.csv:1:18: "2026-13" is not a period`},
		{"no columns of counts", "period,cut\n2026,sex\n", "there is no column of counts"},
		{"a heading without a category", "period,sex/,sex/men\n2026,1,2\n", `the heading "sex/" names no cut or no category`},
		{"everything at once", head + "x,sex,women,3\n2026,sex,men,-1\n", "t.csv:2:1: \"x\" is not a period: write a month (2026-01), a quarter (2026-Q1), a half (2026-H1), a week (2026-W05), a year, a day, a season or an interval (2026-01/2026-03)\nt.csv:3:14: \"-1\" is not a count"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := publish.ReadCounts("t.csv", strings.NewReader(tt.file), publish.CountFormat{})
			var problems dossier.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("the error is %T: %v", err, err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestReadCountsNamesWhatTheFileHas(t *testing.T) {
	const file = "period,cut,category,victims\n2026,total,victims,3\n2026,sex,women,3\n"
	for _, tt := range []struct {
		format publish.CountFormat
		want   string
	}{
		{publish.CountFormat{Count: "deaths"}, "--count deaths: t.csv has no such count; it has period, cut, category, victims"},
		{publish.CountFormat{Period: "month"}, "--period month: t.csv has no such period"},
		{publish.CountFormat{Total: "deaths"}, "--total deaths: t.csv has no such total; it has victims"},
		{publish.CountFormat{TotalCut: "all"}, "--total-cut all: t.csv has no such total; it has sex, total"},
		{publish.CountFormat{Overlapping: []string{"age"}}, "--overlapping age: t.csv has no such overlapping; it has sex, total"},
	} {
		_, err := publish.ReadCounts("t.csv", strings.NewReader(file), tt.format)
		var column *publish.ColumnError
		if !errors.As(err, &column) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
}

// One table in each form that is read says the same.
func TestReadCountsForms(t *testing.T) {
	want := []string{"2026-Q1 sex: 5 women>men; only"}
	for _, tt := range []struct {
		name, file string
		format     publish.CountFormat
	}{
		{"long", `period,cut,category,victims
2026-01,total,victims,7
2026-02,total,victims,7
2026-03,total,victims,10
2026-Q1,total,victims,24
2026-01,sex,women,3
2026-02,sex,women,4
2026-03,sex,women,5
2026-Q1,sex,women,7
2026-01,sex,men,4
2026-02,sex,men,3
2026-03,sex,men,5
2026-Q1,sex,men,17
`, publish.CountFormat{}},
		{"periods across, with a mark and semicolons", "\uFEFFcut;category;2026-01;2026-02;2026-03;2026-Q1\r\n" +
			"total;victims;7;7;10;24\r\nsex; women ;3;4;5;7\r\nsex;men;4;3;5;17\r\n", publish.CountFormat{}},
		{"categories across", `Période,total,sex/women,sex/men
2026-01,7,3,4
2026-02,7,4,3
2026-03,10,5,5
2026-T1,24,7,17
`, publish.CountFormat{}},
		{"columns by name, thousands, another total", `mes,tipo,grupo,notas,n
2026-01,todo,victims,x,"7"
2026-02,todo,victims,x,7
2026-03,todo,victims,x,10
2026-Q1,todo,victims,,24
2026-Q1,todo,incidents,,"1,000"
2026-01,sex,women,,3
2026-02,sex,women,,4
2026-03,sex,women,,5
2026-Q1,sex,women,,7
2026-01,sex,men,,4
2026-02,sex,men,,3
2026-03,sex,hombres,,5
2026-Q1,sex,men,,17
`, publish.CountFormat{
			Cut: "tipo", Category: "grupo", Count: "n", TotalCut: "todo", Total: "victims", Thousands: ',',
			Aliases: map[string]string{"hombres": "men"},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := publish.Reconcile(readCounts(t, "t.csv", tt.file, tt.format))
			got := strings.ReplaceAll(strings.Join(told(r), "\n"), "2026-T1", "2026-Q1")
			if got != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
			}
		})
	}
}

// What stands for "not known" is not 0: nothing is concluded from it.
func TestAFigureThatIsNotKnownIsNotZero(t *testing.T) {
	for _, cell := range []string{"", " ", "-", "–", "n/a", "NA", "..", "?", "*", "<5"} {
		r := reconcile(t, "2026-01 sex women 3\n2026-02 sex women 4\n2026-03 sex women 4\n2026-Q1 sex women 20")
		if !r.Differs {
			t.Fatal("it should differ")
		}
		file := "period,cut,category,count\n2026-01,sex,women,3\n2026-02,sex,women,\"" + cell + "\"\n2026-03,sex,women,4\n2026-Q1,sex,women,20\n"
		r = publish.Reconcile(readCounts(t, "t.csv", file, publish.CountFormat{}))
		if r.Differs || len(r.NotCompared) != 1 || r.NotCompared[0].Reason != publish.NoNumber {
			t.Errorf("%q: %v", cell, told(r))
		}
	}
}

func TestReadAliases(t *testing.T) {
	got, err := publish.ReadAliases("a.csv", strings.NewReader("name,same_as\nPopulation Justice,Popular justice\nHNP,HNP\n"))
	if err != nil || len(got) != 1 || got["Population Justice"] != "Popular justice" {
		t.Errorf("got %q, %v", got, err)
	}
	for file, want := range map[string]string{
		"a,b\n":                           "a.csv:1:1: the first line is not name,same_as",
		"name,same_as\na,b\na,c\n":        `a.csv:3:1: "a" stands for two names`,
		"name,same_as\na,\n":              "a.csv:2:1: an alias needs both names",
		"name,same_as\na\n":               "a.csv:2:1: this row has not as many cells",
		"name,same_as\na,\"b\n":           "this row is not CSV",
		"name,same_as\nPopul\xE8re,b\n":   "a.csv:2:6: the byte 0xE8 is not UTF-8",
		"name,same_as\n\x00,b\n":          "a.csv:2:1: the character U+0000",
		"name;same_as\nPopular;popular\n": "the first line is not name,same_as",
	} {
		if _, err := publish.ReadAliases("a.csv", strings.NewReader(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\ngot  %v\nwant %s", file, err, want)
		}
	}
}

// Aliased names are put together, and then add up.
func TestAliases(t *testing.T) {
	const file = "period,cut,category,count\n2026-01,a,Popular justice,3\n2026-02,a,Popular justice,4\n2026-01/2026-02,a,Population Justice,7\n"
	if r := publish.Reconcile(readCounts(t, "t.csv", file, publish.CountFormat{})); !r.Differs || len(r.Alike) != 1 {
		t.Errorf("without an alias: %v", told(r))
	}
	f := publish.CountFormat{Aliases: map[string]string{"Population Justice": "Popular justice"}}
	if r := publish.Reconcile(readCounts(t, "t.csv", file, f)); r.Differs || r.Compared != 1 {
		t.Errorf("with an alias: %v", told(r))
	}
}

// lines is a file of n lines that nobody has to hold in memory.
type lines struct {
	n, at int
	rest  []byte
}

func (l *lines) Read(p []byte) (int, error) {
	for len(l.rest) == 0 {
		if l.at == l.n {
			return 0, io.EOF
		}
		l.rest = fmt.Appendf(nil, "2026-01,sex,category %d,1\n", l.at)
		if l.at == 0 {
			l.rest = []byte("period,cut,category,count\n")
		}
		l.at++
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

func TestLargeFilesAreRefused(t *testing.T) {
	for _, tt := range []struct {
		lines int
		want  string
	}{
		{10_000_000, "big.csv: the file is larger than 32 MB"},
		{publish.MaxTableRows + 3, "a table has at most 200000 figures"},
	} {
		file := &lines{n: tt.lines}
		_, err := publish.ReadCounts("big.csv", file, publish.CountFormat{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%d lines: %v", tt.lines, err)
		}
		if file.at > 2_000_000 {
			t.Errorf("%d of %d lines were read", file.at, tt.lines)
		}
	}
}

// A name that a spreadsheet would take for a formula is printed so that it does
// not.
func TestFormulasAreHarmlessOnPaper(t *testing.T) {
	const file = "period,cut,category,count\n2026-01,@cut,\"=HYPERLINK(\"\"http://x\"\")\",3\n2026-02,@cut,+1,4\n2026-01/2026-02,@cut,-2,9\n"
	r := publish.Reconcile(readCounts(t, "t.csv", file, publish.CountFormat{}))
	var b bytes.Buffer
	if err := r.Sheet(nil, locale.English).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		for cell := range strings.SplitSeq(line, "|") {
			cell = strings.TrimSpace(cell)
			if cell != "" && strings.ContainsAny(cell[:1], "=@-") && cell != "---" || strings.HasPrefix(cell, "+") && strings.Trim(cell, "+0123456789,") != "" {
				t.Errorf("the cell %q starts as a formula does", cell)
			}
		}
	}
	if !strings.Contains(b.String(), "'=HYPERLINK") {
		t.Errorf("the name is gone:\n%s", b.String())
	}
}

func FuzzReadCounts(f *testing.F) {
	b, err := os.ReadFile(binuhFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(b), "", "", uint8(0))
	f.Add("cut;category;2026-01;2026-W05\nsex;women;3;n/a\n", "", "", uint8(1))
	f.Add("période,total,sex/women,sex/men\n2026,7,\"1 129\",<5\n", "", "sex", uint8(2))
	f.Add("mes,grupo,n\n2026-T1,Total,1\n2026-T1,=a,2\n", "n", "", uint8(3))
	f.Add("\uFEFFperiod,cut,category,count\n2026,\"a\nb\",\"c\"\"d\",12\n", "count", "a b", uint8(4))
	f.Fuzz(func(t *testing.T, file, count, overlapping string, flags uint8) {
		format := publish.CountFormat{Count: count, Thousands: []rune{0, ',', ' ', '.', '\''}[flags%5]}
		if overlapping != "" {
			format.Overlapping = []string{overlapping}
			format.Aliases = map[string]string{overlapping: count}
		}
		table, err := publish.ReadCounts("f.csv", strings.NewReader(file), format)
		if err != nil {
			refused(t, err)
			return
		}
		for _, row := range table.Rows {
			if row.Count < 0 || row.Count > publish.MaxCount || row.Category == "" || row.Cut == "" || row.Line < 2 {
				t.Fatalf("read %+v", row)
			}
			if _, err := publish.ParseSpan(row.Period); err != nil {
				t.Fatal(err)
			}
		}
		r := publish.Reconcile(table)
		var b strings.Builder
		if err := r.Sheet(nil, locale.French).Text(&b, publish.TextStyle{}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(b.String(), "\x1b\x00\x7f\u202e") {
			t.Fatalf("a control character was printed: %q", b.String())
		}
	})
}

// refused is how a file may be refused: with problems that say where, or for
// a flag that names what it does not have.
func refused(t *testing.T, err error) {
	var problems dossier.Problems
	if !errors.As(err, &problems) {
		if !errors.As(err, new(*publish.ColumnError)) {
			t.Fatalf("the error is %T: %v", err, err)
		}
		return
	}
	if len(problems) == 0 {
		t.Fatal("refused without a problem")
	}
	for _, p := range problems {
		if p.What == "" || p.Line < 0 || p.Line > 0 && p.Column < 1 {
			t.Fatalf("a problem without a place: %+v", p)
		}
	}
}
