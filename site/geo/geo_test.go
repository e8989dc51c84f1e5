package geo_test

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"temwen/locale"
	"temwen/site/geo"
)

var portAuPrince = orb.Point{-72.33881, 18.54349}

// The chief towns of the ten departments lie in them, whatever was simplified.
func TestChiefTownsLieInTheirDepartments(t *testing.T) {
	for town, c := range map[string]struct {
		at   orb.Point
		code string
	}{
		"Gonaïves":       {orb.Point{-72.68928, 19.44755}, "HT-AR"},
		"Hinche":         {orb.Point{-72.01667, 19.15}, "HT-CE"},
		"Jérémie":        {orb.Point{-74.11667, 18.65}, "HT-GR"},
		"Miragoâne":      {orb.Point{-73.08957, 18.44599}, "HT-NI"},
		"Cap-Haïtien":    {orb.Point{-72.19815, 19.75938}, "HT-ND"},
		"Fort-Liberté":   {orb.Point{-71.83798, 19.66273}, "HT-NE"},
		"Port-de-Paix":   {orb.Point{-72.83, 19.94}, "HT-NO"},
		"Port-au-Prince": {portAuPrince, "HT-OU"},
		"Les Cayes":      {orb.Point{-73.74601, 18.19331}, "HT-SD"},
		"Jacmel":         {orb.Point{-72.53539, 18.23427}, "HT-SE"},
	} {
		haiti := geo.Around([]orb.Point{c.at})
		if haiti == nil {
			t.Errorf("%s lies in no country", town)
			continue
		}
		if part := haiti.Part(c.at); part == nil || part.Code != c.code {
			t.Errorf("%s lies in %+v, want %s", town, part, c.code)
		}
	}
}

func TestPlacesThatAreOnNoMap(t *testing.T) {
	nairobi := orb.Point{36.82, -1.29}
	if c := geo.Around([]orb.Point{nairobi}); c != nil {
		t.Error("Nairobi is on a map")
	}
	if c := geo.Around(nil); c != nil {
		t.Error("no place at all is on a map")
	}
	if c := geo.Around([]orb.Point{nairobi, nairobi, portAuPrince}); c != nil {
		t.Error("most places are elsewhere, and yet there is a map")
	}
	haiti := geo.Around([]orb.Point{portAuPrince})
	if part := haiti.Part(orb.Point{-74, 19.3}); part != nil {
		t.Errorf("the open sea lies in %s", part.Code)
	}
}

func TestDepartmentsHaveNamesInsideThem(t *testing.T) {
	haiti := geo.Around([]orb.Point{portAuPrince})
	if len(haiti.Parts) != 10 {
		t.Fatalf("Haiti has %d departments", len(haiti.Parts))
	}
	for _, p := range haiti.Parts {
		for _, lang := range locale.Langs {
			if p.Name[lang] == "" {
				t.Errorf("%s has no name in %s", p.Code, lang)
			}
		}
		if !planar.MultiPolygonContains(p.Shape, p.Label) {
			t.Errorf("the name of %s stands outside it", p.Code)
		}
	}
}
