package publish_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

// late is a day by which everything in the dossier was known.
var late = when.MustParse("2026-11-01").First()

// The sums of the data set, counted by hand from its rows: doubles once.
func TestStrengthOfHaiti(t *testing.T) {
	v := publish.See(haiti(t), publish.On(late))
	for _, c := range []struct {
		mission                              string
		year, people, unknown, names, places int
	}{
		{"unmih", 1995, 10944, 0, 15, 13},
		{"unmih", 1996, 2450, 0, 3, 2},
		{"unsmih", 1997, 1815, 0, 2, 1},
		{"minustah", 2004, 5870, 3, 11, 9},
		{"minustah", 2011, 12245, 13, 22, 26},
		{"minustah", 2012, 9780, 13, 21, 22}, // 9,930 with Brache twice, in 23 rows
		{"minustah", 2017, 3600, 9, 14, 8},   // 10 unknown with Gonaïves twice, in 9 rows
		{"minujusth", 2019, 0, 5, 5, 4},
	} {
		s, err := v.Strength(c.mission)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(s.Years, func(y publish.StrengthYear) bool { return y.Year == c.year })
		if at < 0 {
			t.Errorf("%s has no %d", c.mission, c.year)
			continue
		}
		y := s.Years[at]
		if y.People != c.people || y.Unknown != c.unknown || len(y.Names) != c.names || len(y.Places) != c.places {
			t.Errorf("%s %d: %d people, %d unknown, %d names, %d places; want %+v", c.mission, c.year, y.People, y.Unknown, len(y.Names), len(y.Places), c)
		}
	}
}

func TestStrengthTellsWhatIsOdd(t *testing.T) {
	v := publish.See(haiti(t), publish.On(late))
	s, err := v.Strength("minustah")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(s.Twice), "[{2012 Brache Sri Lanka 150} {2017 Gonaïves Jordan 0}]"; got != want {
		t.Errorf("twice: %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(s.Odd), "[{form [Korea (ROK)]}]"; got != want {
		t.Errorf("odd names of MINUSTAH: %s, want %s", got, want)
	}
	if s, err = v.Strength("unmih"); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(s.Odd), "[{group [Multinational CARICOM]} {same [USA Us]}]"; got != want {
		t.Errorf("odd names of UNMIH: %s, want %s", got, want)
	}
}

func TestStrengthIsKnownOnlyFromItsSource(t *testing.T) {
	d := haiti(t)
	if s, err := publish.See(d, publish.On(when.MustParse("2019-12-31").First())).Strength("minustah"); err != nil || s != nil {
		t.Errorf("before the data set was published: %v, %v", s, err)
	}
	then := publish.AsOf{World: when.MustParse("2010-06-01").First(), Known: late}
	s, err := publish.See(d, then).Strength("minustah")
	if err != nil {
		t.Fatal(err)
	}
	if last := s.Years[len(s.Years)-1].Year; last != 2010 {
		t.Errorf("seen from 2010 the last year is %d", last)
	}
	if s, err := publish.See(d, publish.On(late)).Strength("mss"); err != nil || s != nil {
		t.Errorf("a mission without a data set has %v, %v", s, err)
	}
	if _, err := publish.See(d, publish.On(late)).Strength("atlantis"); err == nil {
		t.Error("a mission that is not on record has a strength")
	}
}

// Whatever the rows, a year's sum is that of its places and that of its
// contributors, no row is lost, and a row that stands twice changes nothing.
func TestLawStrength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(deployment(), 1, 12).Draw(t, "rows")
		s := strengthOf(t, rows)
		for _, y := range s.Years {
			people, unknown := 0, 0
			for _, p := range y.Places {
				people, unknown = people+p.People, unknown+p.Unknown
			}
			for _, c := range y.Names {
				people, unknown = people-c.People, unknown-c.Unknown
			}
			if people != 0 || unknown != 0 {
				t.Errorf("%d: the places have %d people and %d unknown more than the contributors", y.Year, people, unknown)
			}
		}
		for _, r := range rows {
			if !s.has(r) {
				t.Errorf("%s, %s is lost", r.AsOf, r.Place)
			}
		}
		if again := strengthOf(t, append(slices.Clone(rows), rows...)); fmt.Sprint(again.Years) != fmt.Sprint(s.Years) {
			t.Errorf("rows that stand twice change the sums:\n%v\n%v", s.Years, again.Years)
		}
	})
}

type strength struct{ *publish.Strength }

func strengthOf(t *rapid.T, rows []*dossier.Deployment) strength {
	d := &dossier.Dossier{
		Info:    dossier.Info{ID: "test"},
		Sources: []*dossier.Source{{ID: "table", Published: when.MustParse("2020-01-01")}},
		Missions: []*dossier.Mission{{
			ID: "m", Name: locale.Text{"en": "M"}, Period: when.MustParse("1990/2030"), Sources: []string{"table"},
		}},
	}
	for i, r := range rows {
		row := *r
		row.ID, row.Mission, row.Sources = fmt.Sprint("r", i), "m", []string{"table"}
		d.Deployments = append(d.Deployments, &row)
	}
	s, err := publish.See(d, publish.On(late)).Strength("m")
	if err != nil {
		t.Fatal(err)
	}
	return strength{s}
}

func deployment() *rapid.Generator[*dossier.Deployment] {
	return rapid.Custom(func(t *rapid.T) *dossier.Deployment {
		d := &dossier.Deployment{
			AsOf:  when.MustParse(rapid.SampledFrom([]string{"2004", "2005"}).Draw(t, "year")),
			Place: rapid.SampledFrom([]string{"Jacmel", "Hinche", "Brache"}).Draw(t, "place"),
		}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Nepal", "Chile", "Peru"}), 1, 3, rapid.ID[string]).Draw(t, "names") {
			d.Contributors = append(d.Contributors, dossier.Contributor{Country: name, People: rapid.IntRange(0, 900).Draw(t, "people")})
		}
		return d
	})
}

func (s strength) has(d *dossier.Deployment) bool {
	for _, y := range s.Years {
		for _, p := range y.Places {
			if fmt.Sprint(y.Year) != d.AsOf.String() || p.Place != d.Place {
				continue
			}
			for _, c := range d.Contributors {
				if !slices.ContainsFunc(p.Contributors, func(o publish.Contribution) bool { return o.Name == c.Country && o.People >= c.People }) {
					return false
				}
			}
			return true
		}
	}
	return false
}
