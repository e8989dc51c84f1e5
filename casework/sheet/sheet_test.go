package sheet_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"temwen/casework"
	"temwen/casework/sheet"
	"temwen/casework/termstest"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/when"
)

// world is a small one: the missions' real procedures, and States that are invented.
func world(t testing.TB) *sheet.World {
	t.Helper()
	d, err := dossier.Load(os.DirFS("../../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &sheet.World{
		Today: when.DayOf(2026, 11, 28), Departments: []string{"HT01", "HT05"}, Communes: []string{"HT0111", "HT0112", "HT0511"}, Missions: []string{"mss"},
		Actors: []string{"example-a", "example-b", "example-c"}, Sources: []string{"unscr-2699"},
		Procedures: map[string][]*instrument.Procedure{"mss": d.Procedures},
	}
}

func example(t testing.TB) []byte {
	t.Helper()
	b, err := fs.ReadFile(os.DirFS("../../docs/examples"), "cases.csv")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// told are what a file tells, as one text.
func told(w *sheet.World, file []byte) (refs []string, repeated int, err error) {
	table, err := sheet.Read(bytes.NewReader(file))
	if err != nil {
		return nil, 0, err
	}
	list, again, err := table.Told(w)
	for _, d := range list {
		refs = append(refs, d.Ref)
	}
	return refs, len(again), err
}

// However a spreadsheet writes the example, it is read as the same.
func TestEverySortOfFileIsRead(t *testing.T) {
	w, plain := world(t), string(example(t))
	lines := strings.Split(strings.TrimSpace(plain), "\n")
	wide := func(order func(u uint16) []byte, mark ...byte) []byte {
		for _, u := range utf16.Encode([]rune(plain)) {
			mark = append(mark, order(u)...)
		}
		return mark
	}
	backward := append(slices.Clone(lines[:2]), lines[2:]...)
	slices.Reverse(backward[2:])
	western, err := charmap.Windows1252.NewEncoder().String(strings.Replace(plain, "# Invented", "# Inventé:", 1))
	if err != nil {
		t.Fatal(err)
	}
	quoted := strings.ReplaceAll(plain, "injury detention", "\"injury\r\ndetention\"")
	for name, file := range map[string][]byte{
		"as it is": []byte(plain), "with a mark": []byte("\ufeff" + plain), "with CRLF": []byte(strings.ReplaceAll(plain, "\n", "\r\n")),
		"with CR alone": []byte(strings.ReplaceAll(plain, "\n", "\r")),
		"with commas":   []byte(strings.ReplaceAll(plain, ";", ",")), "with tabs": []byte(strings.ReplaceAll(plain, ";", "\t")),
		"in Windows-1252":           []byte(western),
		"in UTF-16, little end":     wide(func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }, 0xff, 0xfe),
		"in UTF-16, big end":        wide(func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} }, 0xfe, 0xff),
		"with Excel's first line":   []byte("sep=;\n" + plain),
		"with CR and a first line":  []byte(strings.ReplaceAll("sep=;\n"+plain, "\n", "\r")),
		"with CR, commas and marks": []byte(strings.NewReplacer("\n", "\r", ";", ",").Replace(plain)),
		"a line break in a cell":    []byte(quoted),
		"a CR in a cell":            []byte(strings.ReplaceAll(quoted, "\r\n", "\r")),
		"breaks in cells of CR":     []byte(strings.NewReplacer("\r\n", "\n", "\n", "\r").Replace(quoted)),
		"rows out of order":         []byte(strings.Join(backward, "\n")),
		"empty rows and columns":    []byte(strings.ReplaceAll(plain, "\n", ";;;\n\n") + ";;;;\n"),
		"headings in other letters": []byte(strings.Replace(plain, "ref;when", "Ref ; WHEN", 1)),
	} {
		refs, repeated, err := told(w, file)
		if err != nil || repeated != 0 || len(refs) != 4 || !slices.Contains(refs, "2025-016") {
			t.Errorf("%s: %v are told, %d repeated (%v)", name, refs, repeated, err)
		}
	}
	if _, repeated, err := told(w, []byte(plain+lines[2]+"\n")); repeated != 1 || err != nil {
		t.Errorf("a row that is there twice: %d repeated (%v)", repeated, err)
	}
}

const head = "ref;when;department;commune;acts;harm;circumstances;actors;source;grade;mission;procedure;state;opened;notices;answers;remedies;departures\n"

// What is wrong is told by line and column, with the nearest code, all at once; and
// what is no code is never repeated.
func TestWhatIsWrongIsTold(t *testing.T) {
	w := world(t)
	row := func(cells ...string) string {
		all := strings.Split("2025-1;2025-03-12;HT01;;injury;;;example-a/likely/led;;B2;mss;mss-criminal;example-a;2025-04-02;;;;", ";")
		for i := 0; i+1 < len(cells); i += 2 {
			all[slices.Index(strings.Split(strings.TrimSpace(head), ";"), cells[i])] = cells[i+1]
		}
		return head + strings.Join(all, ";") + "\n"
	}
	for _, tt := range []struct{ name, file, want string }{
		{"nothing", "", "line 1: the file is empty"},
		{"a spreadsheet's own file", "PK\x03\x04rest", "line 1: this is the file of a spreadsheet program"},
		{"cut off in a letter", "\xff\xfer\x00e\x00f", "line 1: the file ends in the middle of a letter: it is cut off; export it again"},
		{"names of columns alone", head, "line 1: there are no rows below the names of the columns; fill one for each case"},
		{"remarks and empty rows", "# year\n" + head + ";;;\n# 2025-1;2025-03-12\n", "line 2: there are no rows below the names of the columns"},
		{"a picture", "\x89PNG\x00", "line 1: this is no text"},
		{"an unknown column", "name;" + head, "line 1, column name: there is no such column: take it out; nothing but codes"},
		{"nearly a column", "ref;act;actors;grade\n", "line 1, column act: there is no such column; is acts meant?"},
		{"a column twice", "ref;ref;acts;actors;grade\n", "line 1, column ref: this column is there twice"},
		{"a column missing", "ref;acts;actors\n", "line 1, column grade: this column is missing"},
		{"cut off in a row", head + "2025-1;2025", "line 2: the row has 2 cells, and there are 18 columns: is the file cut off?"},
		{"cut off in a cell", head + `2025-1;"2025`, "line 2: a cell that begins with a quotation mark on this line does not end"},
		{"too many cells", strings.TrimSpace(row()) + ";;x\n", "line 2: the row has more cells than the 18 columns"},
		{"a quotation mark in a cell", row("when", `20"25`), "line 2: a quotation mark stands within a cell"},
		{"no number", row("ref", ""), "line 2, column ref: the row needs a number"},
		{"a name for a number", row("ref", "Marie-Ange"), "line 2, column ref: this is no number of a case"},
		{"two cases of a number", row() + strings.TrimPrefix(row("acts", "theft"), head), "line 3, column ref: this number is on line 2 too"},
		{"a typing error", row("acts", "injry"), `line 2, column acts: "injry" is no act; is injury meant?`},
		{"a name for an act", row("acts", "Zefirin"), "line 2, column acts: there is no such act"},
		{"a huge cell", row("circumstances", strings.Repeat("checkpoint ", 1000)), "line 2, column circumstances: the cell has 10999 characters"},
		{"an address", row("harm", "who@example.org"), "line 2, column harm: this looks like an e-mail address"},
		{"no such day", row("opened", "2025-02-30"), "line 2, column opened: there is no such day"},
		{"a day or a month", row("opened", "03/04/2025"), "line 2, column opened: 03/04/2025 can be 2025-04-03 or 2025-03-04; write which: year, month, day"},
		{"a day after a month", row("opened", "3.31.2025"), "line 2, column opened: 3.31.2025 is to be written 2025-03-31: year, month, day"},
		{"the same either way", row("when", "3-3-2025"), "line 2, column when: 3-3-2025 is to be written 2025-03-03"},
		{"neither", row("when", "31/02/2025"), "line 2, column when: this is no date"},
		{"a spreadsheet's number", row("when", "45750"), "line 2, column when: 45750 is how a spreadsheet keeps a day"},
		{"a day to come", row("opened", "2027-01-01"), "line 2, column opened: 2027-01-01 is still to come"},
		{"no such date", row("when", "spring"), "line 2, column when: this is no date"},
		{"no such commune", row("commune", "HT0119"), "line 2, column commune: there is no commune HT0119; is HT0111 meant?"},
		{"a commune elsewhere", row("commune", "HT0511"), "line 2, column commune: HT0511 is not in HT01"},
		{"no such actor", row("actors", "nobody/likely/led"), "line 2, column actors: there is no such actor; there are: example-a"},
		{"an actor without confidence", row("actors", "example-a"), "line 2, column actors: write it as actor/confidence/share"},
		{"an actor twice", row("actors", "example-a/likely/led example-a/possible/led"), "line 2, column actors: example-a stands there twice"},
		{"how many", row("harm", "injured/male/adult/3-1"), "line 2, column harm: how many is a number, or least-most"},
		{"no grade", row("grade", "G9"), "line 2, column grade: a grade is a letter A to F and a digit 1 to 6"},
		{"no such source", row("source", "unscr-2698"), `line 2, column source: "unscr-2698" is no source of the public record; is unscr-2699 meant?`},
		{"a case of no mission", row("mission", ""), "line 2, column mission: the row has a case, for procedure is filled"},
		{"no such procedure", row("procedure", "mss-criminl"), "is mss-criminal meant?"},
		{"no such step", row("answers", "infrm=informed@2025-04-08"), "line 2, column answers: \"infrm\" is no step of mss-criminal; is inform meant?"},
		{"no such answer", row("answers", "inform=infromed@2025-04-08"), "is informed meant?"},
		{"an answer without a day", row("answers", "inform=informed"), "line 2, column answers: answers that came: step=answer@day"},
		{"a finding without its standard", row("answers", "inform=informed@2025-04-08 determine=official@2025-04-20"), "determine=official is a finding: say by which standard of proof, as +balance-of-probabilities; +not-stated where none was stated"},
		{"no such standard", row("answers", "inform=informed@2025-04-08 determine=official@2025-04-20+not-statde"), "is not-stated meant?"},
		{"a standard of what is no finding", row("answers", "inform=informed@2025-04-08+not-stated"), "inform=informed is no finding"},
		{"a departure without its day", row("departures", "rotated/state"), "line 2, column departures: who left the country: how/who says so@"},
		{"no such way to leave", row("departures", "rotatd/state@2025-05-01"), `line 2, column departures: "rotatd" is no way to leave; is rotated meant?`},
		{"nobody's word", row("departures", "rotated/Zefirin@2025-05-01"), "line 2, column departures: there is no such source of a departure; there are: mission"},
		{"no such date of leaving", row("departures", "rotated/state=spring@2025-05-01"), "line 2, column departures: when they left is no date"},
		{"learned before they left", row("departures", "rotated/state=2025-06@2025-05-01"), "line 2, column departures: who left on 2025-06 had not left when the office learned it, on 2025-05-01"},
		{"left before the case", row("departures", "rotated/state@2025-04-01"), "line 2, column departures: the departure on 2025-04-01: the day is before what it follows"},
		{"a departure of no case", row("mission", "", "procedure", "", "state", "", "opened", "", "departures", "rotated/state@2025-05-01"), "line 2, column mission: the row has a case, for departures is filled"},
		{"not come to it", row("answers", "state-answers=accepts@2025-04-08"), "line 2, column answers: state-answers on 2025-04-08: the case has not come to this step by then"},
		{"before the case", row("answers", "inform=informed@2025-04-01"), "line 2, column answers: inform on 2025-04-01: the day is before what it follows"},
	} {
		_, _, err := told(w, []byte(tt.file))
		var faults sheet.Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: it says %q, and should %q", tt.name, err, tt.want)
		}
		for _, name := range []string{"Marie", "Zefirin", "who@", "spring"} {
			if err != nil && strings.Contains(err.Error(), name) {
				t.Errorf("%s: it repeats %q: %v", tt.name, name, err)
			}
		}
	}
	if _, _, err := told(w, []byte(row("acts", "injry", "grade", "", "opened", "x"))); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("not every fault is told at once: %v", err)
	}
}

// A row that cannot be read hides nothing that is wrong in the others, and each is told by
// the line on which it stands, however lines end.
func TestWhatIsWrongBesideARowThatCannotBeRead(t *testing.T) {
	w := world(t)
	lines := []string{
		"# a remark",
		"ref;when;acts;actors;grade",
		"2025-1;2025-03-12;injry;example-a/likely/led;",
		"2025-2;2025-03-12",
		"2025-3;\"2025-03\n\";injury;example-a/likely/led;B9",
		"",
		"2025-4;2025-03-12;injury;example-a/likely/led;B2;x",
		"2025-5;2025-03-12;injury;example-a/likely/led;B2",
		"2025-5;2025-03-13;theft;example-a/likely/led;B2",
	}
	want := []string{
		"line 3, column acts:", "line 3, column grade:", "line 4: the row has 2 cells, and there are 5 columns", "line 5, column grade:",
		"line 8: the row has more cells", "line 10, column ref: this number is on line 9 too",
	}
	for _, tt := range []struct{ name, end, last, wrong string }{
		{"LF", "\n", "", ""},
		{"CRLF", "\r\n", "", ""},
		{"CR", "\r", "", ""},
		{"cut off in a cell", "\n", `2025-6;"2025-03`, "line 11: a cell that begins with a quotation mark on this line does not end"},
		{"a mark in a cell of CR", "\r", `2025-6;20"25`, "line 11: a quotation mark stands within a cell"},
	} {
		want, file := slices.Clone(want), strings.ReplaceAll(strings.Join(append(slices.Clone(lines), tt.last), "\n"), "\n", tt.end)
		if tt.wrong != "" {
			want = append(want, tt.wrong)
		}
		_, _, err := told(w, []byte(file))
		var faults sheet.Faults
		if !errors.As(err, &faults) || len(faults) != len(want) {
			t.Errorf("%s: %d faults are told, and should be %d: %v", tt.name, len(faults), len(want), err)
			continue
		}
		for i := range want {
			if !strings.HasPrefix(faults[i].String(), want[i]) {
				t.Errorf("%s: it says %q, and should %q", tt.name, faults[i], want[i])
			}
		}
	}
}

// A file with too many rows is refused with all that is wrong in those which it may have,
// and rows that cannot be read count.
func TestTooManyRows(t *testing.T) {
	const columns = "ref;acts;actors;grade\n"
	_, _, err := told(world(t), []byte(columns+"1;\n"+strings.Repeat("2025-1;injury;example-a/likely/led;B2\n", sheet.MaxRows)))
	var faults sheet.Faults
	if !errors.As(err, &faults) || len(faults) != 2 || faults[0].Line != 2 || faults[1].Line != sheet.MaxRows+2 || !strings.Contains(err.Error(), "there are more than 20000 rows") {
		t.Errorf("it is refused as %v", err)
	}
}

// The template is a file that is read.
func TestTemplate(t *testing.T) {
	var b bytes.Buffer
	w := world(t)
	if err := errors.Join(sheet.Explain(&b, w), sheet.Template(&b)); err != nil {
		t.Fatal(err)
	}
	if refs, _, err := told(w, b.Bytes()); err != nil || len(refs) != 1 {
		t.Errorf("the template tells %v (%v)", refs, err)
	}
	for _, c := range sheet.Columns {
		if !strings.Contains(b.String(), "# "+c.Name) {
			t.Errorf("the column %s is not explained", c.Name)
		}
	}
}

// Whatever a file holds, it is read or refused with what is wrong, and what is read
// can be tried.
func FuzzRead(f *testing.F) {
	w := world(f)
	f.Add(example(f))
	f.Add([]byte("sep=\t\n" + strings.ReplaceAll(head, ";", "\t") + "1\t\"2\n3\"\t"))
	f.Add([]byte("\xff\xfer\x00e\x00"))
	f.Add([]byte("\xfe\xff\x00r\x00e\x00"))
	f.Add([]byte("sep=;\r" + strings.ReplaceAll(head, "\n", "\r") + "2025-1;2025\r2025-2;\"2025\r\";;;injry\r"))
	f.Add([]byte("ref,acts,actors,grade\n1\n2025-1,injury,example-a/likely/led,B9\n1,\"2"))
	f.Add([]byte("\ufeff# 1\r\n" + head + "\r\r\n;;\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		refs, _, err := told(w, file)
		var faults sheet.Faults
		if err != nil && (!errors.As(err, &faults) || len(faults) == 0) {
			t.Fatalf("it is refused as %v", err)
		}
		if err != nil && len(refs) > 0 {
			t.Error("it is read and refused")
		}
	})
}

// A row is told in the newest version of the vocabulary, or in the one that it names; a
// word of an earlier version is said with what it became.
func TestRowsOfTwoVocabularies(t *testing.T) {
	termstest.Use(t)
	w := world(t)
	file := func(acts, harm, terms string) []byte {
		return []byte("ref;acts;harm;circumstances;actors;grade;terms\n2025-1;" + acts + ";" + harm + ";;example-a/likely/led;B2;" + terms + "\n")
	}
	for _, c := range []struct{ acts, harm, terms, version, want string }{
		{"road rape", "dispossessed/male/adult/1", "", "2099-1", ""},
		{"road", "", "2099-1", "2099-1", ""},
		{"traffic property", "deprived/male/adult/1", "2026-1", "2026-1", ""},
		{"traffic", "", "", "", "line 2, column acts: traffic is a word of the vocabulary 2026-1, and has become road in 2099-1; write that, or 2026-1 in the column terms"},
		{"discrimination", "", "", "", "discrimination is a word of the vocabulary 2026-1, and has become no other in 2099-1"},
		{"injury", "deprived/male/adult/1", "", "", "line 2, column harm: deprived is a word of the vocabulary 2026-1, and has become dispossessed"},
		{"road", "", "2026-1", "", "line 2, column acts"},
		{"injury", "", "2098-1", "", "line 2, column terms"},
	} {
		table, err := sheet.Read(bytes.NewReader(file(c.acts, c.harm, c.terms)))
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := table.Told(w)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s in %q is refused as %v, and should be as %q", c.acts, c.terms, err, c.want)
			}
		} else if err != nil || len(list) != 1 || list[0].Incident.Terms != c.version {
			t.Errorf("%s in %q is told as %+v (%v)", c.acts, c.terms, list, err)
		}
	}
}

const tracksHead = "ref;incident;when;acts;harm;actors;grade;mission;procedure;state;opened;answers\n"

// Rows of one number of the incident are one incident, with what all of them say, and a
// case for each track; what one hands on goes on in the next, from the day of the hand-over.
func TestTracksOfOneIncident(t *testing.T) {
	w := world(t)
	table, err := sheet.Read(strings.NewReader(tracksHead +
		"2025-2;2025-1;2025-03-12;injury;;example-a/likely/led;B2;mss;mss-civil;example-a;2025-05-02;\n" +
		"2025-1;;2025-03-12;injury theft;;example-a/likely/led;B2;mss;mss-criminal;example-a;2025-04-20;inform=informed@2025-04-21\n" +
		"2025-3;2025-1;2025-03-12;injury theft;;example-a/likely/led;B2;mss;mss-flagrante;example-a;2025-03-13;hand-over=handed-over@2025-03-14 receipt=confirmed@2025-03-20\n" +
		"2025-4;;2025-03-12;injury;;example-a/likely/led;B2;;;;;\n"))
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := table.Told(w)
	if err != nil || len(list) != 4 {
		t.Fatalf("%d are told, %v", len(list), err)
	}
	of := make(map[string]casework.Told)
	for _, d := range list {
		of[d.Ref] = d
	}
	for _, ref := range []string{"2025-1", "2025-2", "2025-3"} {
		d := of[ref]
		if !slices.Equal(d.Incident.Acts, []string{"injury", "theft"}) || d.Incident.Sources[0].ID != casework.OwnFile+"2025-1" {
			t.Errorf("%s is about %+v", ref, d.Incident)
		}
	}
	if n := len(of["2025-2"].Allegations); n != 1 {
		t.Errorf("the claim is about %d allegations", n)
	}
	if c := of["2025-1"].Case; c.Begun != when.DayOf(2025, 3, 20) || c.End != "criminal" || c.From == "" {
		t.Errorf("the criminal case begins %s, at %q", c.Begun, c.End)
	}
	if c := of["2025-2"].Case; c.Begun != 0 || c.From != "" {
		t.Errorf("the claim begins %s", c.Begun)
	}
	if d := of["2025-4"]; d.About != "" || !slices.Equal(d.Incident.Acts, []string{"injury"}) {
		t.Errorf("another incident is %+v", d)
	}
}

// Rows of one incident that say otherwise of it, or take an act through a track twice, are
// told by row and column.
func TestTracksThatDoNotAgree(t *testing.T) {
	w := world(t)
	const first = "2025-1;;2025-03-12;injury;injured/male/adult/1;example-a/likely/led;B2;mss;mss-criminal;example-a;2025-04-20;\n"
	for row, want := range map[string]string{
		"2025-2;2025-1;2025-03-13;injury;injured/male/adult/1;example-a/likely/led;B2;mss;mss-civil;example-a;2025-05-02;":       "line 3, column when: line 2 says otherwise, and is about the same incident",
		"2025-2;2025-1;2025-03-12;injury;injured/male/adult/2;example-a/likely/led;B2;mss;mss-civil;example-a;2025-05-02;":       "line 3, column harm: line 2 says otherwise",
		"2025-2;2025-1;2025-03-12;injury;injured/male/adult/1;example-a/likely/led;A1;mss;mss-civil;example-a;2025-05-02;":       "line 3, column grade: line 2 says otherwise",
		"2025-2;2025-1;2025-03-12;injury;injured/male/adult/1;example-a/confirmed/led;B2;mss;mss-civil;example-a;2025-05-02;":    "line 3, column actors: a row before says otherwise of example-a",
		"2025-2;2025-1;2025-03-12;injury;injured/male/adult/1;example-a/likely/led;B2;mss;mss-criminal;example-a;2025-05-02;":    "line 3, column procedure: line 2 takes injury of example-a through the track criminal already, and each goes through a track once",
		"2025-2;Zefirin;2025-03-12;injury;injured/male/adult/1;example-a/likely/led;B2;mss;mss-civil;example-a;2025-05-02;":      "line 3, column incident: this is no number of an incident",
		"2025-2;2025-1;2025-03-12;injury;injured/male/adult/1;example-a/likely/led;B2;mss;mss-complaint;example-a;2025-05-02;":   "",
		"2025-2;2025-1;2025-03-12;theft;injured/male/adult/1;example-a/likely/led;B2;mss;mss-criminal;example-a;2025-05-02;":     "",
		"2025-2;2025-9;2025-03-13;injury;injured/male/adult/1;example-b/confirmed/led;A1;mss;mss-criminal;example-a;2025-05-02;": "",
	} {
		_, _, err := told(w, []byte(tracksHead+first+row+"\n"))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s is refused: %v", row, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Zefirin")):
			t.Errorf("%s: it says %v, and should %q", row, err, want)
		}
	}
}
