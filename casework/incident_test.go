package casework

import (
	"slices"
	"testing"

	"temwen/locale"
)

func coded() *Incident {
	return &Incident{
		ID: "i", Acts: []string{"injury"}, Terms: "2026-1", Where: Place{Department: "HT01", Precision: "commune"},
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
		"no such sex":          {func(i *Incident) { i.Harm[0].Sex = "" }, Flaw{"harm", "no-such-word"}},
		"no confidence":        {func(i *Incident) { i.Actors[0].Confidence = "" }, Flaw{"actors", "no-such-word"}},
		"no source":            {func(i *Incident) { i.Sources = nil }, Flaw{"sources", "missing"}},
		"no grade":             {func(i *Incident) { i.Sources[0].Grade = "G1" }, Flaw{"sources", "grade"}},
		"no such place":        {func(i *Incident) { i.Where.Precision = "street" }, Flaw{"where", "no-such-word"}},
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
