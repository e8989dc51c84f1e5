package conduct

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"temwen/locale"
)

// What is kept back, in tables that a person can follow.
func TestNext(t *testing.T) {
	january := Month(2025 * 12)
	grid := func(columns []string, rows ...[]int) *Grid {
		g := newGrid(january, january+Month(len(rows))-1, columns)
		g.N = rows
		return g
	}
	two := []string{"force", "state"}
	for _, c := range []struct {
		name  string
		grids []*Grid
		want  string // of the last edition
	}{
		{"nothing small", []*Grid{grid(two, []int{5, 0}, []int{7, 12})}, "[[5 0] [7 12]] [5 19] [12 12] 24"},
		{"a small number takes others with it", []*Grid{grid(two, []int{2, 20}, []int{10, 30})}, "[[few withheld] [withheld withheld]] [22 40] [12 50] 62"},
		{"alone it takes its totals", []*Grid{grid([]string{"force"}, []int{2})}, "[[few]] [withheld] [withheld] withheld"},
		{
			"a later edition must not tell it by the difference",
			[]*Grid{grid([]string{"force"}, []int{20}), grid([]string{"force"}, []int{20}, []int{2})},
			"[[20] [few]] [20 withheld] [withheld] withheld",
		},
		{
			"a small correction waits",
			[]*Grid{grid(two, []int{20, 9}), grid(two, []int{21, 9})},
			"[[20 9]] [29] [20 9] 29",
		},
		{
			"a big one is taken over",
			[]*Grid{grid(two, []int{20, 9}), grid(two, []int{30, 9})},
			"[[30 9]] [39] [30 9] 39",
		},
		{
			"a column that appears",
			[]*Grid{grid([]string{"force"}, []int{20}), grid(two, []int{20, 0}, []int{0, 6})},
			"[[20 0] [0 6]] [20 6] [20 6] 26",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sheets []*Sheet
			for _, g := range c.grids {
				sheets = append(sheets, Next(sheets, g, 5))
			}
			s := sheets[len(sheets)-1]
			if got := fmt.Sprintf("%v %v %v %v", s.Cells, s.Rows, s.Foot, s.All); got != c.want {
				t.Errorf("it shows\n%s\nand should show\n%s", got, c.want)
			}
		})
	}
}

// Whatever was shown once is shown again, unless it changed by least or more; no
// small number is ever shown; and the same numbers give the same table.
func TestEditionsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sheets := world(t, true)
		for e, s := range sheets {
			for i, m := range s.Months {
				for j, c := range s.Columns {
					n, shown := s.N[i][j], s.Cells[i][j]
					if v, ok := shown.Number(); ok && (v != n || small(n, s.Least)) {
						t.Fatalf("%d is shown as %s", n, shown)
					}
					if e == 0 {
						continue
					}
					if was, ok := sheets[e-1].shownAt(m, c); ok && was != shown && abs(n-sheets[e-1].At(m, c)) < s.Least {
						t.Fatalf("edition %d shows %s of %s %s, and the one before %s\n%s", e+1, shown, m, c, was, drawn(sheets))
					}
				}
			}
		}
		last := len(sheets) - 1
		g := sheets[last].Grid
		if again := Next(sheets[:last], &g, sheets[last].Least); fmt.Sprint(*again) != fmt.Sprint(*sheets[last]) {
			t.Fatalf("made again of the same, it is another:\n%v\n%v", *again, *sheets[last])
		}
	})
}

func TestMonth(t *testing.T) {
	for _, s := range []string{"2025-03", "0001-12", "9999-01"} {
		m, err := ParseMonth(s)
		if err != nil || m.String() != s || MonthOf(m.Last()) != m || MonthOf(m.First()) != m {
			t.Errorf("%s is read as %s (%v)", s, m, err)
		}
	}
	for _, s := range []string{"", "2025", "2025-13", "2025-3", "2025-03-01", "x"} {
		if m, err := ParseMonth(s); err == nil {
			t.Errorf("%q is read as %s", s, m)
		}
	}
}

func TestShownAsJSON(t *testing.T) {
	for _, s := range []Shown{0, 5, 1234, Few, Withheld} {
		b, err := s.MarshalJSON()
		var back Shown
		if err != nil || back.UnmarshalJSON(b) != nil || back != s {
			t.Errorf("%s is written %s and read as %s", s, b, back)
		}
	}
	for _, b := range []string{"-1", "null", `"5"`, "1.5", "[]"} {
		if err := new(Shown).UnmarshalJSON([]byte(b)); err == nil {
			t.Errorf("%s is read", b)
		}
	}
}

func TestRulesAreWhole(t *testing.T) {
	ids := []string{
		Reports, Allegations, Perpetrators, PerpetratorsFurther, Victims, VictimsFurther, Possible, PossibleFurther,
		Investigations, Actions, Departures,
	}
	if len(CurrentRules().Counts) != len(ids) {
		t.Errorf("there are %d counts, and the rules have %d", len(ids), len(CurrentRules().Counts))
	}
	for _, lang := range locale.Langs {
		if CurrentRules().Silent[lang] == "" {
			t.Errorf("who is silent has no rule in %s", lang)
		}
	}
	for _, id := range ids {
		c := CurrentRules().Count(id)
		if c == nil {
			t.Fatalf("%s has no rule", id)
		}
		for _, lang := range locale.Langs {
			if c.Name[lang] == "" || c.Rule[lang] == "" {
				t.Errorf("%s has no name or rule in %s", id, lang)
			}
		}
		if c.Of != "" && CurrentRules().Count(c.Of) == nil {
			t.Errorf("%s says more of %s, which is no count", id, c.Of)
		}
	}
}

// What a version does not say is as it was in the one before; that one stays as it was.
func TestAVersionOfTheRulesFollowsTheOneBefore(t *testing.T) {
	first, second := RulesOf("2026-1"), RulesOf("2026-2")
	if first == nil || second == nil || RulesOf("2099-1") != nil {
		t.Fatal("the versions are not those that are embedded")
	}
	if len(first.Counts) != 10 || first.Count(Departures) != nil || second.Count(Departures) == nil {
		t.Errorf("%s has %d counts, and %s %d", first.Version, len(first.Counts), second.Version, len(second.Counts))
	}
	for _, c := range first.Counts {
		if fmt.Sprint(*second.Count(c.ID)) != fmt.Sprint(c) {
			t.Errorf("%s is another count by %s", c.ID, second.Version)
		}
	}
	if wrong := (Rules{Version: "2026-3", Follows: "2026-1"}); wrong.after(second) == nil {
		t.Errorf("%s follows %s", wrong.Version, second.Version)
	}
}
