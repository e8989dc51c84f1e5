// Package geo holds the shapes of countries that the public record draws its
// maps on, with the names of their parts: so far Haiti and its ten departments.
//
// The shapes are for looking at, not for surveying: they are simplified to
// about a kilometre. The data and its licence are in haiti.json and
// LICENSE.md; go generate makes the one from the full shapes in
// internal/simplify. Start with Around, then Country.Part.
package geo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"temwen/locale"
)

// Credit is whose shapes they are.
const Credit = "Natural Earth"

//go:generate go run ./internal/simplify

// Country is a country with the parts it is divided into.
type Country struct {
	Parts []Part `json:"parts"`
	Bound orb.Bound
}

// Part is a department of a country. Coordinates are longitude, then latitude,
// in degrees (WGS 84).
type Part struct {
	Code  string           `json:"code"` // ISO 3166-2
	Name  locale.Text      `json:"name"`
	Label orb.Point        `json:"label"` // where its name has room
	Shape orb.MultiPolygon `json:"shape"`
}

//go:embed haiti.json
var haiti []byte

// countries are all that there are maps of.
var countries = sync.OnceValue(func() []*Country { return []*Country{read("haiti.json", haiti)} })

// read panics where the data that comes with the program cannot be read.
func read(name string, data []byte) *Country {
	c := new(Country)
	if err := json.Unmarshal(data, &c); err != nil {
		panic(fmt.Errorf("geo: reading %s: %w", name, err))
	}
	c.Bound = c.Parts[0].Shape.Bound()
	for _, p := range c.Parts {
		c.Bound = c.Bound.Union(p.Shape.Bound())
	}
	return c
}

// Haiti is Haiti and its ten departments.
func Haiti() *Country { return countries()[0] }

// Around is the country that most of these points lie in or near, or nil where
// there is no map of it.
func Around(points []orb.Point) *Country {
	for _, c := range countries() {
		in := 0
		for _, p := range points {
			if c.Holds(p) {
				in++
			}
		}
		if in*2 > len(points) {
			return c
		}
	}
	return nil
}

// margin is how far outside a country a point may lie and still be on its map,
// in degrees: places stand on quays, and the shapes are simplified.
const margin = 0.1

// Holds reports whether a point is on the country's map.
func (c *Country) Holds(p orb.Point) bool { return c.Bound.Pad(margin).Contains(p) }

// Part is the department that a point lies in or, for a point just off the
// coast or the border, the nearest one; nil where none is near.
func (c *Country) Part(p orb.Point) *Part {
	var nearest *Part
	least := margin
	for i := range c.Parts {
		part := &c.Parts[i]
		if planar.MultiPolygonContains(part.Shape, p) {
			return part
		}
		if d := planar.DistanceFrom(part.Shape, p); d < least {
			nearest, least = part, d
		}
	}
	return nearest
}
