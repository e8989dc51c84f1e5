package main

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

func TestTheFileIsCurrent(t *testing.T) {
	want, err := Country(source)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../haiti.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("haiti.json is not what go generate makes: run go generate in site/geo")
	}
}

// Two squares side by side, whose common border has a wave that is simplified
// away on both sides or on none.
func TestNeighboursKeepOneBorder(t *testing.T) {
	border := []orb.Point{{1, 0}, {1.002, 0.25}, {0.998, 0.5}, {1.05, 0.75}, {1, 1}}
	left, right := orb.Ring{{0, 1}, {0, 0}}, orb.Ring{{2, 0}, {2, 1}}
	left = append(left, border...)
	left = append(left, left[0])
	for i := len(border) - 1; i >= 0; i-- {
		right = append(right, border[i])
	}
	right = append(right, right[0])
	simple := Simplify([]orb.MultiPolygon{{{left}}, {{right}}})
	shared := make(map[orb.Point]int)
	for _, shape := range simple {
		for _, p := range shape[0][0][1:] {
			if p[0] >= 0.9 && p[0] <= 1.1 {
				shared[p]++
			}
		}
	}
	for p, n := range shared {
		if n != 2 {
			t.Errorf("%v stands on one side of the border only", p)
		}
	}
	if shared[orb.Point{1.002, 0.25}] != 0 || shared[orb.Point{1.05, 0.75}] != 2 {
		t.Errorf("a ripple is left out and a bend is kept: %v", shared)
	}
	if area := planar.Area(simple[0]) + planar.Area(simple[1]); area < 1.9999 || area > 2.0001 {
		t.Errorf("the two squares have an area of %v", area)
	}
}

// Simplified, each department has nearly the area that it had.
func TestDepartmentsKeepTheirArea(t *testing.T) {
	var collection struct{ Features []feature }
	if err := json.Unmarshal(source, &collection); err != nil {
		t.Fatal(err)
	}
	var shapes []orb.MultiPolygon
	for i := range collection.Features {
		shape, err := collection.Features[i].shape()
		if err != nil {
			t.Fatal(err)
		}
		shapes = append(shapes, shape)
	}
	for i, simple := range Simplify(shapes) {
		if share := planar.Area(simple) / planar.Area(shapes[i]); share < 0.97 || share > 1.03 {
			t.Errorf("%s keeps %.3f of its area", collection.Features[i].ID, share)
		}
	}
}

func TestWhatIsNoCountry(t *testing.T) {
	for _, source := range []string{``, `{"features":[{"id":"X","geometry":{"type":"Point","coordinates":[1,2]}}]}`, `{"features":[{"id":"X","geometry":{"type":"Polygon","coordinates":"here"}}]}`} {
		if _, err := Country([]byte(source)); err == nil {
			t.Errorf("%q became a country", source)
		}
	}
}
