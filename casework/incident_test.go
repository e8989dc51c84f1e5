package casework

import (
	"slices"
	"testing"

	"temwen/locale"
)

func coded() *Incident {
	return &Incident{
		ID: "i", Acts: []string{"injury"}, Terms: "2026-1", Where: Place{Department: "HT01", Commune: "HT0111", Precision: "commune"},
		Harm:    []Harm{{Kind: "injured", Sex: "male", Age: "adult", Min: 1, Max: 3}},
		Actors:  []Alleged{{Actor: "police", Confidence: "likely", Share: "led"}, {Actor: "force", Confidence: "possible", Share: "supported"}},
		Sources: []Basis{{Kind: "thread", ID: "t", Grade: "B2"}},
	}
}

func TestIncidentCheck(t *testing.T) {
	terms := CurrentTerms()
	if flaws := coded().Check(terms); len(flaws) > 0 {
		t.Fatalf("coded facts without fault have %v", flaws)
	}
	for name, c := range map[string]struct {
		spoil func(*Incident)
		want  Flaw
	}{
		"no act":               {func(i *Incident) { i.Acts = nil }, Flaw{"acts", "missing"}},
		"no such act":          {func(i *Incident) { i.Acts = []string{"x"} }, Flaw{"acts", "no-such-word"}},
		"another vocabulary":   {func(i *Incident) { i.Terms = "2020-1" }, Flaw{"terms", "other-version"}},
		"more least than most": {func(i *Incident) { i.Harm[0].Min = 4 }, Flaw{"harm", "min-max"}},
		"fewer than none":      {func(i *Incident) { i.Harm[0].Min = -1 }, Flaw{"harm", "min-max"}},
		"more than there are":  {func(i *Incident) { i.Harm[0].Max = 1 << 62 }, Flaw{"harm", "too-many"}},
		"an actor twice":       {func(i *Incident) { i.Actors = append(i.Actors, i.Actors[0]) }, Flaw{"actors", "twice"}},
		"alone, with another": {func(i *Incident) {
			i.Actors = append(i.Actors, Alleged{Actor: "other", Confidence: "likely", Share: "alone"})
		}, Flaw{"actors", "not-alone"}},
		"no such sex":   {func(i *Incident) { i.Harm[0].Sex = "" }, Flaw{"harm", "no-such-word"}},
		"no confidence": {func(i *Incident) { i.Actors[0].Confidence = "" }, Flaw{"actors", "no-such-word"}},
		"no source":     {func(i *Incident) { i.Sources = nil }, Flaw{"sources", "missing"}},
		"no grade":      {func(i *Incident) { i.Sources[0].Grade = "G1" }, Flaw{"sources", "grade"}},
		"no commune":    {func(i *Incident) { i.Where.Commune = "" }, Flaw{"where", "needs-commune"}},
		"no department": {func(i *Incident) { i.Where = Place{Precision: "department"} }, Flaw{"where", "needs-department"}},
		"no such place": {func(i *Incident) { i.Where.Precision = "street" }, Flaw{"where", "no-such-word"}},
	} {
		i := coded()
		c.spoil(i)
		if flaws := i.Check(terms); !slices.Contains(flaws, c.want) {
			t.Errorf("%s: %v", name, flaws)
		}
	}
}

// Every act has its words in all languages, and a class.
func TestTermsAreWhole(t *testing.T) {
	seen := make(map[string]bool)
	for _, a := range CurrentTerms().Acts {
		if seen[a.ID] || a.Class != "serious" && a.Class != "misconduct" || a.Before < 1 || a.Before > 2 {
			t.Errorf("%+v", a)
		}
		seen[a.ID] = true
		for _, lang := range locale.Langs {
			if a.Name[lang] == "" {
				t.Errorf("%s has no name in %s", a.ID, lang)
			}
		}
	}
	if len(seen) == 0 {
		t.Fatal("there are no acts")
	}
}

// A point is read as maps give it, to a hundred metres and no closer.
func TestParsePoint(t *testing.T) {
	for s, want := range map[string]Point{
		"18.539, -72.335":     {North: 18539, East: -72335},
		"18.539123,-72.33567": {North: 18539, East: -72336},
		" 18.5 -72 ":          {North: 18500, East: -72000},
		"-0.0004, 0":          {},
		"90, -180":            {North: 90000, East: -180000},
	} {
		p, ok := ParsePoint(s)
		if !ok || p != want {
			t.Errorf("%q is read as %+v (%v), and should be %+v", s, p, ok, want)
		}
		if again, ok := ParsePoint(p.String()); !ok || again != p {
			t.Errorf("%q is written as %q, and read as %+v", s, p, again)
		}
	}
	for _, s := range []string{"", ",", "18.5", "91, 0", "0, 180.5", "18,539, -72,335", "NaN, 1", "Inf, 1", "1e400, 0", "north, east"} {
		if p, ok := ParsePoint(s); ok {
			t.Errorf("%q is read as %+v, and is no point", s, p)
		}
	}
}

func FuzzParsePoint(f *testing.F) {
	f.Add("18.539, -72.335")
	f.Add("-0x1p-2 1e1")
	f.Fuzz(func(t *testing.T, s string) {
		p, ok := ParsePoint(s)
		if again, same := ParsePoint(p.String()); ok && (!same || again != p) {
			t.Errorf("%q is read as %+v, and again as %+v", s, p, again)
		}
	})
}

// A point goes with its precision; facts are checked in the vocabulary in which
// they were coded.
func TestPlaceAndTerms(t *testing.T) {
	i := coded()
	i.Where = Place{Department: "HT01", Precision: "point"}
	if flaws := i.Check(CurrentTerms()); !slices.Contains(flaws, Flaw{"where", "point"}) {
		t.Errorf("without a point there are the flaws %v", flaws)
	}
	i.Where.Point = &Point{North: 18539, East: -72335, Within: 50}
	if flaws := i.Check(CurrentTerms()); !slices.Contains(flaws, Flaw{"where", "no-point"}) {
		t.Errorf("exact to 50 metres there are the flaws %v", flaws)
	}
	i.Where.Point.Within = 500
	if flaws := i.Check(CurrentTerms()); len(flaws) != 0 {
		t.Errorf("there are the flaws %v", flaws)
	}
	if TermsOf(CurrentTerms().Version) != CurrentTerms() || TermsOf("1999-1") != nil {
		t.Error("a vocabulary is not found by its version")
	}
}
