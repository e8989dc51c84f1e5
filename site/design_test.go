package site_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The colours of the style sheet: what is written, on what it is written, and
// the least contrast that WCAG 2.2 AA asks of it (1.4.3 text, 1.4.11 edges of
// what can be used).
var (
	written = []struct {
		name  string
		least float64
	}{
		{"ink", 4.5},
		{"soft", 4.5},
		{"link", 4.5},
		{"edge", 3},
		{"overdue", 4.5},
		{"silent", 4.5},
		{"contested", 4.5},
		{"unclocked", 4.5},
		{"due", 4.5},
		{"good", 4.5},
		{"quiet", 4.5},
	}
	grounds = []string{"paper", "sheet", "wash", "note"}
)

// schemes reads the colours of the light and of the dark scheme.
func schemes(t *testing.T) map[string]map[string]string {
	t.Helper()
	css, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	roots := regexp.MustCompile(`(?s):root \{(.*?)\n\s*\}`).FindAllStringSubmatch(string(css), 2)
	if len(roots) != 2 {
		t.Fatal("style.css does not begin with the colours of two schemes")
	}
	set := make(map[string]map[string]string)
	for i, scheme := range []string{"light", "dark"} {
		set[scheme] = make(map[string]string)
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(roots[i][1], -1) {
			set[scheme][m[1]] = m[2]
		}
	}
	return set
}

// luminance is the relative luminance of a colour, as WCAG 2.2 defines it.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil || len(colour) != 7 {
		t.Fatalf("%q is not a colour", colour)
	}
	part := func(shift uint) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

// contrast is the ratio of two colours, cut to one decimal.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return math.Floor((max(x, y)+0.05)/(min(x, y)+0.05)*10) / 10
}

// Given the style sheet, then every colour that something is written in can be
// read on every ground, light and dark, and docs/design.md has the ratios as
// they are.
func TestColoursCanBeRead(t *testing.T) {
	doc, err := os.ReadFile("../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	for scheme, colours := range schemes(t) {
		for _, w := range written {
			row := fmt.Sprintf("| %s | `%s` |", w.name, colours[w.name])
			for _, ground := range grounds {
				ratio := contrast(t, colours[w.name], colours[ground])
				row += fmt.Sprintf(" %.1f |", ratio)
				if ratio < w.least {
					t.Errorf("%s: %s on %s has a contrast of %.1f, at least %.1f is needed", scheme, w.name, ground, ratio, w.least)
				}
			}
			if !strings.Contains(string(doc), row) {
				t.Errorf("docs/design.md does not have this row of the %s scheme:\n%s", scheme, row)
			}
		}
		if ratio := contrast(t, colours["on-mark"], colours["mark"]); ratio < 4.5 {
			t.Errorf("%s: the head of the page has a contrast of %.1f", scheme, ratio)
		}
	}
}
