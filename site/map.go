package site

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"temwen/publish"
	"temwen/site/geo"
)

// placeMap is where a mission's people stood in one year: a circle for each
// place, its area by the people there, on the departments of the country. The
// table beside it has every place.
type placeMap struct {
	Title, Desc   string
	Width, Height float64
	Parts         []mapPart
	Spots         []spot
	Scale         []spot // what the sizes mean
}

// Credit is whose shapes the departments are.
func (*placeMap) Credit() string { return geo.Credit }

// mapPart is a department.
type mapPart struct {
	Path, Name string
	X, Y       float64 // of its name
}

// spot is a place. A place whose people are not known has no area: it is a
// small ring.
type spot struct {
	X, Y, R float64
	Known   bool
	Name    string
}

// The map's width and margin, in its own units, the radius of its largest
// circle and of a place whose people are not known.
const (
	mapWidth, mapMargin     = 640.0, 14.0
	largestSpot, blankSpot  = 42.0, 7.0
	smallestSpot            = 3.0
	scaleX, scaleY, scaleBy = 52.0, 60.0, 12.0
)

// newPlaceMap draws a year's places, or nothing where they lie in no country
// there is a map of. Circles are to one scale in all years.
func newPlaceMap(q *request, s *publish.Strength, y *publish.StrengthYear) *placeMap {
	var points []orb.Point
	for i := range y.Places {
		if p, ok := pointOf(&y.Places[i]); ok {
			points = append(points, p)
		}
	}
	country := geo.Around(points)
	if country == nil {
		return nil
	}
	project, height := projection(country.Bound)
	m := &placeMap{
		Title: q.words.Say("site.map.title", "year", fmt.Sprint(y.Year)), Width: mapWidth, Height: height,
		Desc: q.words.Say("site.map.desc", "n", len(y.Places), "people", y.People, "unknown", y.Unknown),
	}
	for i := range country.Parts {
		part := &country.Parts[i]
		at := project(part.Label)
		m.Parts = append(m.Parts, mapPart{outline(part.Shape, project), q.words.Text(part.Name), at[0], at[1] + 5})
	}
	radius := spotScale(s)
	for i := range y.Places {
		place := &y.Places[i]
		p, ok := pointOf(place)
		if !ok || !country.Holds(p) {
			continue
		}
		at := project(p)
		m.Spots = append(m.Spots, spot{at[0], at[1], radius(place.People), place.People > 0, q.placed(place)})
	}
	m.Scale = scaleSpots(q, s, radius)
	return m
}

// placed says who is at a place.
func (q *request) placed(place *publish.PlaceLine) string {
	words := ""
	if place.People > 0 {
		words = q.words.Say("units.persons", "n", place.People)
	}
	if place.Unknown > 0 {
		words = q.words.Also(words, q.words.Say("site.strength.unknown.n", "n", place.Unknown))
	}
	return q.words.Label(place.Place, words)
}

func pointOf(place *publish.PlaceLine) (orb.Point, bool) {
	if place.Latitude == nil || place.Longitude == nil {
		return orb.Point{}, false
	}
	return orb.Point{*place.Longitude, *place.Latitude}, true
}

// departmentOf is the department that a place lies in; nil where it is not
// known.
func departmentOf(place *publish.PlaceLine) *geo.Part {
	p, ok := pointOf(place)
	if !ok {
		return nil
	}
	if country := geo.Around([]orb.Point{p}); country != nil {
		return country.Part(p)
	}
	return nil
}

// projection is equirectangular, true to scale in the middle of the bound, and
// the height that it needs.
func projection(bound orb.Bound) (project func(orb.Point) orb.Point, height float64) {
	narrow := math.Cos(bound.Center()[1] * math.Pi / 180)
	scale := (mapWidth - 2*mapMargin) / ((bound.Max[0] - bound.Min[0]) * narrow)
	return func(p orb.Point) orb.Point {
		return orb.Point{
			tenth(mapMargin + (p[0]-bound.Min[0])*narrow*scale),
			tenth(mapMargin + (bound.Max[1]-p[1])*scale),
		}
	}, math.Ceil((bound.Max[1]-bound.Min[1])*scale + 2*mapMargin)
}

// outline is a department as the path of an SVG, in whole units.
func outline(shape orb.MultiPolygon, project func(orb.Point) orb.Point) string {
	var b strings.Builder
	for _, polygon := range shape {
		for _, ring := range polygon {
			for i, p := range ring[:len(ring)-1] {
				at := project(p)
				fmt.Fprintf(&b, "%c%.0f %.0f", "ML"[min(i, 1)], at[0], at[1])
			}
			b.WriteByte('Z')
		}
	}
	return b.String()
}

// spotScale is the radius for a number of people: the area of a circle goes
// with the people, up to the largest place of all years.
func spotScale(s *publish.Strength) func(people int) float64 {
	most := mostAtPlace(s)
	return func(people int) float64 {
		if people == 0 || most == 0 {
			return blankSpot
		}
		return tenth(max(smallestSpot, largestSpot*math.Sqrt(float64(people)/float64(most))))
	}
}

func mostAtPlace(s *publish.Strength) (most int) {
	for _, y := range s.Years {
		for _, place := range y.Places {
			most = max(most, place.People)
		}
	}
	return most
}

// scaleSpots are circles that show what the sizes mean, one below the other.
func scaleSpots(q *request, s *publish.Strength, radius func(int) float64) []spot {
	var list []spot
	at := scaleY
	for _, n := range []int{3000, 1000, 100} {
		if n <= mostAtPlace(s) {
			r := radius(n)
			list = append(list, spot{scaleX, at + r, r, true, q.words.Say("units.persons", "n", n)})
			at += 2*r + scaleBy
		}
	}
	return append(list, spot{scaleX, at + blankSpot, blankSpot, false, q.words.Say("site.strength.unknown")})
}
