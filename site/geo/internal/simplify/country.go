package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// feature is one department as the source has it: a GeoJSON feature, of which
// orb's own types read the coordinates without its geojson package.
type feature struct {
	ID         string `json:"id"`
	Properties struct {
		Name json.RawMessage `json:"name"`
	} `json:"properties"`
	Geometry struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

// shape is the feature's polygons.
func (f *feature) shape() (orb.MultiPolygon, error) {
	var many orb.MultiPolygon
	var err error
	switch f.Geometry.Type {
	case "Polygon":
		many = make(orb.MultiPolygon, 1)
		err = json.Unmarshal(f.Geometry.Coordinates, &many[0])
	case "MultiPolygon":
		err = json.Unmarshal(f.Geometry.Coordinates, &many)
	default:
		err = fmt.Errorf("a %s is no area", f.Geometry.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the shape of %s: %w", f.ID, err)
	}
	return many, nil
}

// smallest is the area, in square degrees, below which an island is left out:
// about four square kilometres.
const smallest = 0.0004

// Country is the file that package geo reads: each department with a shape
// simplified so that neighbours still share their border.
func Country(source []byte) ([]byte, error) {
	var collection struct{ Features []feature }
	if err := json.Unmarshal(source, &collection); err != nil {
		return nil, fmt.Errorf("reading the source: %w", err)
	}
	shapes := make([]orb.MultiPolygon, len(collection.Features))
	for i := range collection.Features {
		var err error
		if shapes[i], err = collection.Features[i].shape(); err != nil {
			return nil, err
		}
	}
	simple := Simplify(shapes)
	var b bytes.Buffer
	b.WriteString("{\"parts\":[\n")
	for i, f := range collection.Features {
		if i > 0 {
			b.WriteString(",\n")
		}
		label, coordinates := round(labelPoint(simple[i])), rounded(simple[i])
		fmt.Fprintf(&b, `{"code":%q,"name":%s,"label":%s,"shape":%s}`, f.ID, f.Properties.Name, compact(label), compact(coordinates))
	}
	b.WriteString("\n]}\n")
	return b.Bytes(), nil
}

// labelPoint is where a department's name has most room: the point of its
// largest polygon that is farthest from the outline, where going east or west
// counts less than north or south because names are wider than high.
func labelPoint(shape orb.MultiPolygon) orb.Point {
	const narrowing, steps = 0.4, 80
	largest := slices.MaxFunc(shape, func(a, b orb.Polygon) int { return cmp.Compare(planar.Area(a), planar.Area(b)) }).Clone()
	for _, ring := range largest {
		for i := range ring {
			ring[i][0] *= narrowing
		}
	}
	var best orb.Point
	most := -1.0
	bound := largest.Bound()
	for i := range steps * steps {
		x, y := float64(i%steps)/steps, float64(i/steps)/steps
		p := orb.Point{bound.Min[0] + x*(bound.Max[0]-bound.Min[0]), bound.Min[1] + y*(bound.Max[1]-bound.Min[1])}
		if d := planar.DistanceFrom(largest, p); d > most && planar.PolygonContains(largest, p) {
			best, most = p, d
		}
	}
	return orb.Point{best[0] / narrowing, best[1]}
}

// rounded has coordinates to a thousandth of a degree, about a hundred metres,
// without islands that are too small to see.
func rounded(shape orb.MultiPolygon) orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, polygon := range shape {
		if math.Abs(planar.Area(polygon)) < smallest {
			continue
		}
		for _, ring := range polygon {
			for i := range ring {
				ring[i] = round(ring[i])
			}
		}
		out = append(out, polygon)
	}
	return out
}

func round(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1000) / 1000, math.Round(p[1]*1000) / 1000}
}

// compact is v as JSON; coordinates always can be written.
func compact(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
