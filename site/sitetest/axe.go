package sitetest

import (
	_ "embed"
	"fmt"
	"strings"
)

// axeCore is the accessibility checker, unmodified; see axe-core.
//
//go:embed axe-core/axe.min.js
var axeCore string

// Finding is one rule of axe-core that a page breaks, and where.
type Finding struct {
	ID, Help string
	Nodes    []struct {
		Target         []string `json:"target"`
		FailureSummary string   `json:"failureSummary"`
	}
}

// AllRules are WCAG 2.2 AA; ColourRules are those whose answer depends on the
// colour scheme.
const (
	AllRules    = `{runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, resultTypes: ["violations"]}`
	ColourRules = `{runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}, resultTypes: ["violations"]}`
)

// Axe runs axe-core's rules over the page.
func (b *Tab) Axe(rules string) []Finding {
	b.Helper()
	if !Ask[bool](b, `typeof axe === "object"`) {
		Ask[struct{}](b, axeCore+"\n;({})")
	}
	return Ask[[]Finding](b, `axe.run(document, `+rules+`).then(r => r.violations.map(v => ({ID: v.id, Help: v.help, Nodes: v.nodes.map(n => ({target: n.target.map(String), failureSummary: n.failureSummary}))})))`)
}

func (f Finding) String() string {
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

// FindNothing holds that axe-core finds nothing on a page, first in the
// reader's scheme, then, for the rules of colour, in the other.
func (b *Tab) FindNothing(address string, dark bool) {
	b.Helper()
	b.Visit(address)
	for _, f := range b.Axe(AllRules) {
		b.Errorf("%s: %v", address, f)
	}
	b.Colours(!dark)
	for _, f := range b.Axe(ColourRules) {
		b.Errorf("%s, other colours: %v", address, f)
	}
	b.Colours(dark)
}
