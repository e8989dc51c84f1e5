package site_test

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"
)

// axeCore is the accessibility checker, unmodified; see testdata/axe-core.
//
//go:embed testdata/axe-core/axe.min.js
var axeCore string

// finding is one rule of axe-core that a page breaks, and where.
type finding struct {
	ID, Help string
	Nodes    []struct {
		Target         []string `json:"target"`
		FailureSummary string   `json:"failureSummary"`
	}
}

// allRules are WCAG 2.2 AA; colourRules are those whose answer depends on the
// colour scheme.
const (
	allRules    = `{runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, resultTypes: ["violations"]}`
	colourRules = `{runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}, resultTypes: ["violations"]}`
)

// axe runs axe-core's rules over the page.
func (b *tab) axe(rules string) []finding {
	b.Helper()
	if !ask[bool](b, `typeof axe === "object"`) {
		ask[struct{}](b, axeCore+"\n;({})")
	}
	return ask[[]finding](b, `axe.run(document, `+rules+`).then(r => r.violations.map(v => ({ID: v.id, Help: v.help, Nodes: v.nodes.map(n => ({target: n.target.map(String), failureSummary: n.failureSummary}))})))`)
}

func (f finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) at %d places", f.ID, f.Help, len(f.Nodes))
	for i, n := range f.Nodes {
		if i == 5 {
			b.WriteString("\n      …")
			break
		}
		fmt.Fprintf(&b, "\n      %s: %s", strings.Join(n.Target, " "), strings.ReplaceAll(n.FailureSummary, "\n", " "))
	}
	return b.String()
}

// Given every type of page, on a phone in Creole and French and on a desk in
// English and Spanish, light and dark, when axe-core reads it, then it finds
// nothing against WCAG 2.2 AA.
func testAxe(t *testing.T, b *browser) {
	all := pageTypes(t)
	for _, c := range []struct {
		who    string
		langs  [2]string // the second for every third page
		reader reader
	}{
		{"on a phone", [2]string{"ht", "fr"}, reader{Width: 360, Phone: true}},
		{"at a desk", [2]string{"en", "es"}, reader{Width: 1200, Dark: true}},
	} {
		t.Run(c.who, func(t *testing.T) {
			t.Parallel()
			window := b.open(t, c.reader)
			for i, s := range all {
				window.findNothing("/"+c.langs[0]+s.Address, c.reader.Dark)
				if i%3 == 0 {
					window.findNothing("/"+c.langs[1]+s.Address, c.reader.Dark)
				}
			}
		})
	}
}

// findNothing holds that axe-core finds nothing on a page, first in the
// reader's scheme, then, for the rules of colour, in the other.
func (b *tab) findNothing(address string, dark bool) {
	b.Helper()
	b.visit(address)
	for _, f := range b.axe(allRules) {
		b.Errorf("%s: %v", address, f)
	}
	b.colours(!dark)
	for _, f := range b.axe(colourRules) {
		b.Errorf("%s, other colours: %v", address, f)
	}
	b.colours(dark)
}
