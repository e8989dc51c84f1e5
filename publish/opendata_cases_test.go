package publish_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"temwen/casework"
	"temwen/locale"
	"temwen/publish"
)

// madePublic is what stands in public of three invented cases of the small dossier:
// one that was revised, one of another mission's, and a stone.
func madePublic() *casework.Standing {
	step := casework.PublishedStep{Title: locale.Text{locale.English: "=The State answers"}, Who: "state", Since: "2024-03"}
	shown := func(entry, before uint64, on string, p casework.Published) casework.StoredCase {
		p.Mission, p.Before, p.Terms, p.Invented = "support", before, "2026-1", true
		return casework.StoredCase{Published: p, Entry: entry, Day: day(on), Openings: []string{"WyJh", "WyJi"}}
	}
	return &casework.Standing{
		Cases: []casework.StoredCase{
			shown(3, 0, "2024-04-01", casework.Published{Fields: []string{"state", "opened"}, State: "police", Opened: "2024-02"}),
			shown(5, 3, "2024-05-01", casework.Published{
				Fields: []string{"state", "opened", "step", "outcome", "remedy"}, Why: "went-on", State: "police", Opened: "2024-02",
				Steps: []casework.PublishedStep{step}, Outcomes: []casework.PublishedResult{{What: "convicted", Month: "2024-04"}},
				Remedies: []casework.PublishedResult{{What: "compensation", Promise: true, Month: "2024-05"}},
			}),
			shown(9, 0, "2024-08-01", casework.Published{Fields: []string{"silence"}, Silences: []casework.PublishedStep{step}}),
		},
		Stones: []casework.StoredStone{{
			Retracted: casework.Retracted{Mission: "support", Before: 4, Ground: "safety", Invented: true},
			Entry:     7, Day: day("2024-06-01"), From: day("2024-04-15"), Entries: []uint64{4},
		}},
	}
}

// What the page shows of public cases is in the tables: each entry as it stood, what
// took its place and why, and of what was taken back a stone.
func TestPublicCasesAreOpenData(t *testing.T) {
	v := publish.See(small(t), publish.On(day("2024-06-26"))).WithCases(madePublic())
	want := []string{
		"3 earlier 2024-04-01 3 <nil> <nil> <nil> state;opened police 2024-02 WyJh;WyJi 2026-1 true",
		"5 stands 2024-05-01 3 3 went-on <nil> state;opened;step;outcome;remedy police 2024-02 WyJh;WyJi 2026-1 true",
		"7 stone 2024-06-01 <nil> 4 <nil> safety <nil> <nil> <nil> <nil> <nil> true",
	}
	if got := cells(v.DataTable("cases"), "entry", "shown", "day", "first", "before", "why", "ground", "fields", "state", "opened", "openings", "terms", "invented"); !slices.Equal(got, want) {
		t.Errorf("the table of cases has\n%s", strings.Join(got, "\n"))
	}
	want = []string{
		"5 1 step =The State answers state <nil> false 2024-03 true",
		"5 2 outcome <nil> <nil> convicted false 2024-04 true",
		"5 3 remedy <nil> <nil> compensation true 2024-05 true",
	}
	if got := cells(v.DataTable("case-lines"), "entry", "number", "field", "step_en", "who", "what", "promise", "month", "invented"); !slices.Equal(got, want) {
		t.Errorf("the table of their lines has\n%s", strings.Join(got, "\n"))
	}
	for _, table := range v.DataTables() {
		checkRows(t, table)
	}
	p, err := v.DataPackage()
	if err != nil {
		t.Fatal(err)
	}
	csv := string(p.File("case-lines.csv").Bytes)
	if !strings.Contains(csv, "'=The State answers") {
		t.Errorf("the words of a procedure are a formula: %s", csv)
	}
	for _, name := range []string{"cases", "case-lines"} {
		for _, f := range []string{".csv", ".jsonl", ".parquet"} {
			if file := p.File(name + f); file == nil || file.Rows != 3 {
				t.Errorf("%s%s: %+v", name, f, file)
			}
		}
	}
	if c, stone := v.PublicCase("support", 3); c == nil || c.Entry != 5 || stone != nil {
		t.Errorf("entry 3 is of %+v, %+v", c, stone)
	}
	if c, stone := v.PublicCase("support", 4); c != nil || stone == nil || stone.Entry != 7 {
		t.Errorf("entry 4 is of %+v, %+v", c, stone)
	}
	if c, stone := v.PublicCase("support", 9); c != nil || stone != nil {
		t.Errorf("entry 9 is of %+v, %+v, and is of August", c, stone)
	}
	before := publish.See(small(t), publish.On(day("2024-04-10"))).WithCases(madePublic())
	if got := cells(before.DataTable("cases"), "entry", "shown"); !slices.Equal(got, []string{"3 stands"}) {
		t.Errorf("in April there were %q", got)
	}
}

// cells are some columns of a table, a line for each row.
func cells(t *publish.DataTable, columns ...string) (lines []string) {
	for _, row := range t.Rows {
		var line []string
		for _, c := range columns {
			line = append(line, fmt.Sprint(row[t.Column(c)]))
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}
