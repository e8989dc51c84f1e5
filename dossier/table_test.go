package dossier

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// figureTable is the base with a table of figures that says all it can.
func figureTable(t testing.TB, csv string) fstest.MapFS {
	fsys := base(t)
	fsys["t.yaml"] = &fstest.MapFile{Data: []byte(`
tables:
  - id: money
    file: t.csv
    kind: figures
    columns: {id: id, value: n, min: from, max: to, bound: bound, actor: who, modality: tense, as_of: day, category: what, wording: words}
    values: {mission: support, metric: cost, unit: USD, said_by: police}
    actors: {Kenya: kenya}
    modalities: {promised: pledged}
    thousands: ","
    totals: All
    note: {en: Counted twice a year.}
    sources: [early, late]
`)}
	fsys["t.csv"] = &fstest.MapFile{Data: []byte("id,n,from,to,bound,who,tense,day,what,words\n" + csv)}
	return fsys
}

func TestTableOfFigures(t *testing.T) {
	d := load(t, figureTable(t, `named,"-1,500.25",,,about,Kenya,promised,2024-01,Food,some 1500
,,10,20,,council,requested,2024,,
,2,,,,,pledged,2023,Food,
,"3,000",,,,,pledged,2023,Fuel,
,3002,,,,,pledged,2023,All,
,1,,,,,pledged,2022,Food,
,1,,,,,pledged,2022,Food,
`))
	got := []string{}
	for _, f := range d.Figures[1:] {
		number := fmt.Sprint("range ", f.Min != nil && f.Max != nil)
		if f.Value != nil {
			number = fmt.Sprint(*f.Value)
		}
		got = append(got, fmt.Sprintln(f.ID, f.Mission, f.Metric, number, f.Unit, f.Bound, f.Actor, f.SaidBy, f.Modality, f.AsOf, f.Category, f.Wording, f.Sources, f.Note["en"]))
	}
	want := `named support cost -1500.25 USD about kenya police pledged 2024-01 Food some 1500 [early late] Counted twice a year.
money-council-requested-2024 support cost range true USD  council police requested 2024   [early late] Counted twice a year.
money-food-2023-pledged support cost 2 USD   police pledged 2023 Food  [early late] Counted twice a year.
money-fuel-2023-pledged support cost 3000 USD   police pledged 2023 Fuel  [early late] Counted twice a year.
money-2023-pledged support cost 3002 USD   police pledged 2023   [early late] Counted twice a year.
money-food-2022-pledged support cost 1 USD   police pledged 2022 Food  [early late] Counted twice a year.
money-food-2022-pledged-2 support cost 1 USD   police pledged 2022 Food  [early late] Counted twice a year.
`
	want = strings.Replace(want, "money-council-requested-2024", "money-council-2024-requested", 1)
	if strings.Join(got, "") != want {
		t.Errorf("got\n%swant\n%s", strings.Join(got, ""), want)
	}
}

// TestPlainNumber holds that digits grouped in threes are the number they show,
// and that nothing else is guessed at.
func TestPlainNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1e15).Draw(t, "n")
		separator := rapid.SampledFrom([]string{",", " ", "'"}).Draw(t, "separator")
		digits := fmt.Sprint(n)
		grouped := digits
		for i := len(digits) - 3; i > 0; i -= 3 {
			grouped = grouped[:i] + separator + grouped[i:]
		}
		if got, what, _ := plainNumber(grouped, separator); got != digits {
			t.Errorf("%q is read as %q (%s)", grouped, got, what)
		}
		if _, what, _ := plainNumber(grouped, ""); (what == "") != (grouped == digits) {
			t.Errorf("%q without a separator named gives %q", grouped, what)
		}
	})
	for _, s := range []string{"1,5", "1,50,000", "1,500,00", ",500", "1,500 ,000", "1e5", "½", "0x10", "+5", "", "1,000 000", "NaN"} {
		if got, what, _ := plainNumber(s, ","); what == "" {
			t.Errorf("%q is read as %q", s, got)
		}
	}
}

func TestSemicolons(t *testing.T) {
	fsys := figureTable(t, "")
	fsys["t.csv"] = &fstest.MapFile{Data: []byte("id;n;day\n1;2;2024\n")}
	want := "t.csv:1:1: the columns are not separated by commas; save the file as CSV with commas"
	if got := problems(t, fsys).Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzFigures reads any bytes as the rows of a table of figures.
func FuzzFigures(f *testing.F) {
	for _, s := range []string{"a,\"1,000\",,,,Kenya,promised,2024,All,x\n", ",1,,,,=1,pledged,2024,,\n", ",,1,2,up-to,,pledged,2024~,\"a\nb\",\n", "\xff", "\"", ",1e9,,,,,pledged,2024,,\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		d, err := Load(figureTable(t, rows), Options{})
		if err != nil {
			for _, p := range err.(Problems) {
				if p.File == "t.csv" && (p.Line < 1 || p.Column < 1) {
					t.Errorf("a problem of the table has no place: %#v", p)
				}
			}
			return
		}
		for _, f := range d.Figures {
			if isFormula(f.Category) || isFormula(f.Wording) || len(f.Sources) == 0 || len(f.ID) > MaxID || f.Value == nil && f.Min == nil {
				t.Errorf("a row becomes %+v", f)
			}
		}
		if _, err := FromFacts(d.Facts()); err != nil {
			t.Fatal(err)
		}
	})
}
