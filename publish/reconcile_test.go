package publish_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

const binuhFile = "testdata/binuh-2026q1-by-month.csv"

func readCounts(t testing.TB, name, csv string, f publish.CountFormat) *publish.CountTable {
	t.Helper()
	table, err := publish.ReadCounts(name, strings.NewReader(csv), f)
	if err != nil {
		t.Fatalf("%v\n%s", err, csv)
	}
	return table
}

func binuh(t testing.TB) *publish.CountTable {
	t.Helper()
	b, err := os.ReadFile(binuhFile)
	if err != nil {
		t.Fatal(err)
	}
	return readCounts(t, "binuh.csv", string(b), publish.CountFormat{})
}

// reconcile adds up a table of lines like "2026-01 by-sex women 12".
func reconcile(t testing.TB, lines string) *publish.Reconciliation {
	t.Helper()
	var b strings.Builder
	b.WriteString("period,cut,category,count\n")
	for line := range strings.Lines(lines) {
		if f := strings.Fields(line); len(f) > 0 {
			fmt.Fprintln(&b, strings.Join(f, ","))
		}
	}
	return publish.Reconcile(readCounts(t, "t.csv", b.String(), publish.CountFormat{}))
}

// The first case: what field research found by hand, the program must find.
func TestReconcileFirstCase(t *testing.T) {
	r := publish.Reconcile(binuh(t))
	if !r.Differs || r.Figures != 36 || len(r.Nested) != 1 || len(r.Sums) != 1 {
		t.Fatalf("differs %v, %d figures, %d nestings, %d sums", r.Differs, r.Figures, len(r.Nested), len(r.Sums))
	}
	n := r.Nested[0]
	abducted := []publish.FigureRef{{Period: "2026-Q1", Cut: "violation", Category: "abducted", Count: 57}}
	if n.Whole != "2026-Q1" || n.Cut != "perpetrator" || !slices.Equal(n.Parts, []string{"2026-01", "2026-02", "2026-03"}) {
		t.Errorf("compared %s with %v, cut %s", n.Whole, n.Parts, n.Cut)
	}
	var got []int64
	for _, l := range append(n.Lines, *n.Sum) {
		got = append(got, l.Parts, l.Whole, l.Difference)
	}
	want := []int64{710, 653, -57, 972, 1645, 673, 27, 89, 62, 735, 0, -735, 2444, 2387, -57}
	if !slices.Equal(got, want) {
		t.Errorf("lines are %v, want %v", got, want)
	}
	if diff := cmp.Diff(n.Explanation, &publish.Explanation{
		Searched: true, Only: true, Moved: 792,
		Moves: []publish.Move{
			{From: "Unknown", To: "PNH / HNP", Count: 673},
			{From: "Unknown", To: "Popular justice", Count: 62},
			{From: "Gangs", Count: 57, Equals: abducted},
		},
	}); diff != "" {
		t.Errorf("explanation (got, want):\n%s", diff)
	}
	s := r.Sums[0]
	if s.Cut != "perpetrator" || s.Sum != 2387 || s.Stated != 2444 || s.Total != "victims" || !slices.Equal(s.Equals, abducted) {
		t.Errorf("the sum within the quarter is %+v", s)
	}
}

// The same from the record, and nothing of it a day before it was known.
func TestReconcileRecord(t *testing.T) {
	d := haiti(t)
	list := publish.See(d, publish.On(when.MustParse("2026-05-23").First())).Reconciliations("gsf")
	if len(list) == 0 || !list[0].Differs {
		t.Fatalf("%d reconciliations, the first does not differ", len(list))
	}
	r := list[0]
	if len(r.Nested) != 1 || r.Nested[0].Explanation == nil || len(r.Sums) != 1 {
		t.Fatalf("nested %+v\nsums %+v", r.Nested, r.Sums)
	}
	var moves []string
	for _, m := range r.Nested[0].Explanation.Moves {
		moves = append(moves, fmt.Sprint(m.Count, " ", m.From, ">", m.To))
	}
	want := []string{"673 unknown>haitian-national-police", "62 unknown>popular-justice", "57 gangs>"}
	if !slices.Equal(moves, want) {
		t.Errorf("moves are %q, want %q", moves, want)
	}
	equals := r.Nested[0].Explanation.Moves[2].Equals
	if len(equals) != 1 || equals[0].Category != "abducted" {
		t.Errorf("57 equals %+v", equals)
	}
	if !slices.Equal(r.Sources, []string{"binuh-hrs-2026-q1"}) || !slices.Contains(r.Nested[0].Lines[0].Facts, "figures/binuh-2026-q1-victims-gangs") {
		t.Errorf("sources %q, facts %q", r.Sources, r.Nested[0].Lines[0].Facts)
	}
	for _, other := range list[1:] {
		if other.Differs {
			t.Errorf("%s, %s differs too", other.Name, other.Measure)
		}
	}
	if list := publish.See(d, publish.On(when.MustParse("2026-05-22").First())).Reconciliations("gsf"); len(list) != 0 {
		t.Errorf("known a day too early: %+v", list)
	}
}

func TestReconcile(t *testing.T) {
	for _, tt := range []struct {
		name, table string
		want        []string // see told
	}{
		{"all agrees", `
			2026-01 total victims 10
			2026-01 sex women 4
			2026-01 sex men 6
			2026-02 total victims 5
			2026-02 sex women 5
			2026-02 sex men 0
			2026-03 total victims 1
			2026-03 sex men 1
			2026-Q1 total victims 16
			2026-Q1 sex women 9
			2026-Q1 sex men 7`, nil},
		{
			"a total that differs says so alone", `
			2026-H1 total victims 20
			2026-Q1 total victims 16
			2026-Q2 total victims 14`,
			[]string{"2026-H1 total victims: -10"},
		},
		{
			"a month left out is pointed out", `
			2026-01 total victims 31
			2026-02 total victims 47
			2026-03 total victims 12
			2026-Q1 total victims 78`,
			[]string{"2026-Q1 total victims: -12 = total victims 2026-03"},
		},
		{
			"each of a few equal figures is pointed out", `
			2026-01 total victims 31
			2026-02 total victims 47
			2026-01/2026-02 total victims 90
			2026-01/2026-02 harm killed 12
			2026-01/2026-02 harm injured 78
			2026-01/2026-02 age young 78
			2026-01/2026-02 age child 12`,
			[]string{"2026-01/2026-02 total victims: 12 = age child 2026-01/2026-02 = harm killed 2026-01/2026-02"},
		},
		{
			"of many equal figures none is", `
			2026-01 total victims 31
			2026-02 total victims 47
			2026-01/2026-02 total victims 90
			2026-01/2026-02 harm killed 12
			2026-01/2026-02 harm injured 12
			2026-01/2026-02 harm other 66
			2026-01/2026-02 age young 12
			2026-01/2026-02 age old 12
			2026-01/2026-02 age other 66`,
			[]string{"2026-01/2026-02 total victims: 12"},
		},
		{
			"small numbers are equal too often", `
			2026-01 total victims 3
			2026-02 total victims 9
			2026-01/2026-02 total victims 3`,
			[]string{"2026-01/2026-02 total victims: -9"},
		},
		{
			"moves within a cut whose sums agree", `
			2026-01 sex women 10
			2026-01 sex men 20
			2026-01 sex unknown 30
			2026-01/2026-02 sex women 25
			2026-01/2026-02 sex men 35
			2026-01/2026-02 sex unknown 0
			2026-02 sex unknown 0`,
			[]string{"2026-01/2026-02 sex: 15 unknown>men, 15 unknown>women; only"},
		},
		{
			"one of several smallest sets is marked so", `
			2026-01 age a 5
			2026-01 age b 5
			2026-01 age c 0
			2026-01 age d 0
			2026-02 age a 0
			2026-01/2026-02 age a 0
			2026-01/2026-02 age b 0
			2026-01/2026-02 age c 5
			2026-01/2026-02 age d 5`,
			[]string{"2026-01/2026-02 age: 5 a>c, 5 b>d; not only"},
		},
		{
			"added to the count", `
			2026-01 sex women 10
			2026-02 sex women 0
			2026-02 sex men 5
			2026-01/2026-02 sex women 10
			2026-01/2026-02 sex men 17`,
			[]string{"2026-01/2026-02 sex: 12 >men; only"},
		},
		{
			"two cuts without a total", `
			2026 sex women 10
			2026 sex men 10
			2026 age young 12
			2026 age old 7`,
			[]string{"2026 sex: 20, age 19"},
		},
		{
			"a cut that divides another total than the first", `
			2026-01 total count 10
			2026-01 total incidents 3
			2026-01 place north 1
			2026-01 place south 2
			2026-02 total count 20
			2026-02 total incidents 4
			2026-02 place north 2
			2026-02 place south 1
			2026-03 total incidents 9
			2026-03 place north 9`,
			[]string{"2026-02 place: 3, incidents 4"},
		},
		{
			"a cut that never sums to its total", `
			2026-01 total count 10
			2026-01 harm beaten 8
			2026-01 harm robbed 8
			2026-02 total count 20
			2026-02 harm beaten 20
			2026-02 harm robbed 1`,
			[]string{"2026-01 harm: 16, count 10", "2026-02 harm: 21, count 20", "never harm"},
		},
		{
			"a total within its cut", `
			2026 sex women 1
			2026 sex men 2
			2026 sex Total 4`,
			[]string{"2026 sex: 3, sex 4"},
		},
		{
			"parts that are more than the whole", `
			2026-01 total victims 70
			2026-02 total victims 31
			2026 total victims 100`,
			[]string{"2026 total victims: -1 (part)"},
		},
		{
			"parts that do not cover the whole", `
			2026-01 total victims 7
			2026-02 total victims 31
			2026 total victims 100
			2026 sex women 100`,
			[]string{"parts-missing 2026 total victims"},
		},
		{
			"rows that disagree are not used", `
			2026 sex women 1
			2026 sex women 2
			2026 sex men 2
			2026 total count 4
			2026 total count 4`,
			[]string{"repeated sex women [1 2]", "repeated total count [4]", "no-number 2026 sex women"},
		},
		{
			"a year is made up of its quarters, they of their months", `
			2025-Q1 total v 30
			2025-Q2 total v 30
			2025-H2 total v 40
			2025-01 total v 10
			2025-02 total v 10
			2025-03 total v 11
			2025 total v 100`,
			[]string{"2025-Q1 total v: -1"},
		},
		{
			"a name that took the place of another", `
			2026-01 actor Popular_justice 14
			2026-01 actor Gangs 20
			2026-02 actor Popular_justice 8
			2026-02 actor Gangs 21
			2026-01/2026-02 actor Population_Justice 22
			2026-01/2026-02 actor Gangs 41`,
			[]string{
				"2026-01/2026-02 actor: 22 Popular_justice>Population_Justice; only",
				"alike Popular_justice Population_Justice: letters",
			},
		},
		{
			"a cut that took the place of another", `
			2026-01 perpetrator Gangs 20
			2026-02 perpetrator Gangs 21
			2026-01/2026-02 perpetrators Gangs 41`,
			[]string{"alike perpetrator perpetrators: letters"},
		},
		{
			"weeks", `
			2026-W05 total v 3
			2026-01-26/2026-01-28 total v 1
			2026-01-29/2026-02-01 total v 1`,
			[]string{"2026-W05 total v: 1"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := reconcile(t, tt.table)
			if got := told(r); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			if r.Compared == 0 && len(tt.want) == 0 {
				t.Error("nothing was compared")
			}
		})
	}
}

// told is a reconciliation in a line for each thing it says.
func told(r *publish.Reconciliation) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, n := range r.Nested {
		switch {
		case n.Partial:
			add("%s %s %s: %d (part)", n.Whole, n.Cut, n.Lines[0].Category, n.Lines[0].Difference)
		case n.Explanation == nil:
			equals := ""
			for _, e := range n.Lines[0].Equals {
				equals += fmt.Sprintf(" = %s %s %s", e.Cut, e.Category, e.Period)
			}
			add("%s %s %s: %d%s", n.Whole, n.Cut, n.Lines[0].Category, n.Lines[0].Difference, equals)
		default:
			var moves []string
			for _, m := range n.Explanation.Moves {
				moves = append(moves, fmt.Sprintf("%d %s>%s", m.Count, m.From, m.To))
			}
			only := "not only"
			if n.Explanation.Only {
				only = "only"
			}
			add("%s %s: %s; %s", n.Whole, n.Cut, strings.Join(moves, ", "), only)
		}
	}
	for _, s := range r.Sums {
		add("%s %s: %d, %s %d", s.Period, s.Cut, s.Sum, s.Total+s.Against, s.Stated)
	}
	for _, cut := range r.Never {
		add("never %s", cut)
	}
	for _, d := range r.Repeated {
		add("repeated %s %s %v", d.Cut, d.Category, d.Counts)
	}
	for _, a := range r.Alike {
		add("alike %s %s: %s", a.A, a.B, a.Reason)
	}
	for _, n := range r.NotCompared {
		add("%s", strings.TrimSpace(fmt.Sprintf("%s %s %s %s", n.Reason, n.Period, n.Cut, n.Category)))
	}
	return lines
}

// A table without periods that nest and without totals is not one in which
// nothing differs.
func TestReconcileNothingToCompare(t *testing.T) {
	r := reconcile(t, "2026-01 sex women 1\n2026-02 sex women 3")
	if r.Compared != 0 || r.Differs {
		t.Errorf("compared %d, differs %v", r.Compared, r.Differs)
	}
	if got := r.Sheet(nil, locale.English).Title; !strings.Contains(got, "nothing can be compared") {
		t.Errorf("the sheet says %q", got)
	}
}

// A sheet counts what it does not print, and says where nothing was searched.
func TestTheSheetOfALongTable(t *testing.T) {
	var b strings.Builder
	for i := range 50 {
		for _, period := range []string{"2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2025"} {
			if i%2 == 1 || period == "2025-03" || period == "2025" {
				fmt.Fprintf(&b, "%s actor a%d %d\n", period, i, i*i+len(period))
			}
		}
	}
	b.WriteString("2025 total count 5\n2025 total count 6\n2025 total events 5\n2025 total events 5\n")
	r := reconcile(t, b.String())
	var page bytes.Buffer
	if err := r.Sheet(nil, locale.English).Text(&page, publish.TextStyle{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2025 against the sum of 2025-01 to 2025-12 (12 periods)",
		"Too many categories differ for the smallest set of moves to be searched for.",
		"No figure for a0 in 2025-01 to 2025-12 (11 periods); taken as 0.",
		"total: count, 2025: rows 377 and 378 give 5 and 6; none was used.",
		"total: events, 2025: rows 379 and 380 give the same; it was counted once.",
		"and 5 more",
	} {
		if !strings.Contains(strings.Join(strings.Fields(page.String()), " "), want) {
			t.Errorf("the sheet does not say %q:\n%s", want, page.String())
		}
	}
}

// figures is a table that adds up: months, their quarters and year, two cuts
// and their total.
type figures struct {
	categories map[string][]string
	counts     map[[3]string]int64 // by period, cut and category
}

var quarters = [][]string{
	{"2025-01", "2025-02", "2025-03"},
	{"2025-04", "2025-05", "2025-06"},
	{"2025-07", "2025-08", "2025-09"},
	{"2025-10", "2025-11", "2025-12"},
}

// drawFigures draws a table in which everything adds up. The cuts divide the
// total, in every period, and the year has each category that a month has.
func drawFigures(t *rapid.T, most int) *figures {
	f := &figures{categories: map[string][]string{}, counts: map[[3]string]int64{}}
	for _, cut := range []string{"by violation", "by perpetrator"} {
		for i := range rapid.IntRange(1, most).Draw(t, "categories") {
			f.categories[cut] = append(f.categories[cut], fmt.Sprintf("%s %d", cut, i))
		}
	}
	number := rapid.Int64Range(0, 5000)
	for q, months := range quarters {
		for _, m := range months {
			total := number.Draw(t, "total")
			for cut, categories := range f.categories {
				left := total
				for i, category := range categories {
					n := left
					if i < len(categories)-1 {
						n = rapid.Int64Range(0, left).Draw(t, "count")
					}
					left -= n
					f.add(m, fmt.Sprintf("2025-Q%d", q+1), cut, category, n)
				}
			}
			f.add(m, fmt.Sprintf("2025-Q%d", q+1), "total", "victims", total)
		}
	}
	return f
}

func (f *figures) add(month, quarter, cut, category string, n int64) {
	for _, period := range []string{month, quarter, "2025"} {
		f.counts[[3]string{period, cut, category}] += n
	}
}

func (f *figures) table() *publish.CountTable {
	t := &publish.CountTable{Name: "drawn", Measure: "victims", TotalCut: "total", Total: "victims"}
	keys := slices.SortedFunc(maps.Keys(f.counts), func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	for i, k := range keys {
		t.Rows = append(t.Rows, publish.CountRow{Period: k[0], Cut: k[1], Category: k[2], Count: f.counts[k], Line: i + 2})
	}
	return t
}

func TestWhatAddsUpYieldsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := publish.Reconcile(drawFigures(t, 6).table())
		if r.Differs || len(r.NotCompared) > 0 || r.Compared < 17*2 {
			t.Fatalf("compared %d; %v", r.Compared, told(r))
		}
	})
}

// Some cases of the year are put into other categories, left out or added: the
// program finds no more moves than were made, and they lead from the quarters
// to the year.
func TestMovesMadeAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFigures(t, 8)
		cut := "by violation"
		places := append([]string{""}, f.categories[cut]...)
		made := rapid.IntRange(1, 6).Draw(t, "moves")
		for range made {
			from, to := rapid.SampledFrom(places).Draw(t, "from"), rapid.SampledFrom(places).Draw(t, "to")
			n := rapid.Int64Range(1, 100).Draw(t, "n")
			if from != "" {
				n = min(n, f.counts[[3]string{"2025", cut, from}])
				f.counts[[3]string{"2025", cut, from}] -= n
			}
			if to != "" {
				f.counts[[3]string{"2025", cut, to}] += n
			}
		}
		r := publish.Reconcile(f.table())
		for _, n := range r.Nested {
			if n.Whole != "2025" || n.Cut != cut {
				t.Fatalf("%s of %s was not touched", n.Cut, n.Whole)
			}
			e := n.Explanation
			if e == nil {
				if len(f.categories[cut]) > 1 {
					t.Fatal("no explanation")
				}
				continue
			}
			if !e.Searched || len(e.Moves) == 0 || len(e.Moves) > made {
				t.Fatalf("%d moves were made, %d found: %+v", made, len(e.Moves), e.Moves)
			}
			applied(t, &n)
		}
	})
}

// applied applies the moves to the parts and gets the whole.
func applied(t *rapid.T, n *publish.Nesting) {
	at, moved := make(map[string]int64), int64(0)
	for _, l := range n.Lines {
		at[l.Category] = l.Parts
	}
	for _, m := range n.Explanation.Moves {
		if m.Count <= 0 || m.From == m.To {
			t.Fatalf("no move: %+v", m)
		}
		at[m.From] -= m.Count
		at[m.To] += m.Count
		moved += m.Count
	}
	for _, l := range n.Lines {
		if at[l.Category] != l.Whole {
			t.Fatalf("%s becomes %d, the whole states %d", l.Category, at[l.Category], l.Whole)
		}
	}
	if moved != n.Explanation.Moved || n.Explanation.Within != (at[""] == 0) {
		t.Fatalf("moved %d, outside %d: %+v", moved, at[""], n.Explanation)
	}
}

// drawTable draws a table in which anything goes.
func drawTable(t *rapid.T) *publish.CountTable {
	period := rapid.SampledFrom([]string{
		"2025", "2025-Q1", "2025-01", "2025-02", "2025-03", "2025-01/2025-03", "2025-21", "2025-H1", "2025-T2",
		"2025-W01", "2025-01-01", "2024-12/2025-02", "../2025", "nonsense", "",
	})
	name := rapid.SampledFrom([]string{"Gangs", "gangs", "Gang", "HNP", "PNH / HNP", "Unknown", "total", "", "=1+1", "Popular justice", "Population Justice"})
	row := rapid.Custom(func(t *rapid.T) publish.CountRow {
		return publish.CountRow{
			Period: period.Draw(t, "period"), Cut: rapid.SampledFrom([]string{"total", "sex", "age", ""}).Draw(t, "cut"),
			Category: name.Draw(t, "category"), Empty: rapid.IntRange(0, 9).Draw(t, "empty") == 0,
			Count: rapid.OneOf(rapid.Int64Range(0, 20), rapid.Int64Range(0, publish.MaxCount), rapid.Int64()).Draw(t, "count"),
		}
	})
	return &publish.CountTable{
		Name: "drawn", Rows: rapid.SliceOfN(row, 0, 60).Draw(t, "rows"), TotalCut: "total",
		Total:       rapid.SampledFrom([]string{"", "Gangs", "HNP"}).Draw(t, "total"),
		Overlapping: rapid.SampledFrom([][]string{nil, {"age"}}).Draw(t, "overlapping"),
		Aliases:     rapid.SampledFrom([]map[string]string{nil, {"gangs": "Gangs", "Gangs": "gangs"}, {"Population Justice": "Popular justice"}}).Draw(t, "aliases"),
		Proven:      rapid.Bool().Draw(t, "proven"),
	}
}

func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t)
		before := publish.Reconcile(table)
		table.Rows = slices.Clone(table.Rows)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(table.Rows), func(i, j int) {
			table.Rows[i], table.Rows[j] = table.Rows[j], table.Rows[i]
		})
		if diff := cmp.Diff(before, publish.Reconcile(table)); diff != "" {
			t.Fatalf("another order, another result:\n%s", diff)
		}
	})
}

// Whatever a table holds, it can be printed, in each language, and what is
// printed has no hole.
func TestAnyTableCanBePrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := publish.Reconcile(drawTable(t))
		for _, lang := range locale.Langs {
			var b bytes.Buffer
			if err := r.Sheet(nil, lang).Markdown(&b); err != nil {
				t.Fatal(err)
			}
			if err := r.Sheet(nil, lang).Text(&b, publish.TextStyle{}); err != nil {
				t.Fatal(err)
			}
			for _, hole := range []string{"[reconcile", "{", "}", "| =1"} {
				if strings.Contains(b.String(), hole) {
					t.Fatalf("%s: %q in\n%s", lang, hole, b.String())
				}
			}
		}
	})
}

// A table is not changed by being added up.
func TestReconcileLeavesTheTableAlone(t *testing.T) {
	table := binuh(t)
	before := slices.Clone(table.Rows)
	a, b := publish.Reconcile(table), publish.Reconcile(table)
	if !slices.Equal(before, table.Rows) || cmp.Diff(a, b) != "" {
		t.Error("adding up twice gives something else")
	}
}
