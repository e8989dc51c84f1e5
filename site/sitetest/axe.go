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

// alike takes out of the page what would only be found again: of siblings that have the same elements
// with the same attributes, save for what these say, three stay.
const alike = `(() => {
	const told = new Set(["class", "type", "hidden", "open", "role", "lang"]);
	const shape = e => {
		let s = e.localName;
		for (const a of e.attributes) s += " " + (told.has(a.name) ? a.name + "=" + a.value : a.name);
		for (const c of e.childNodes) s += c.nodeType === 1 ? "(" + shape(c) + ")" : c.nodeType === 3 && c.data.trim() ? "." : "";
		return s;
	};
	const thin = parent => {
		const seen = new Map();
		for (const e of [...parent.children]) {
			const s = shape(e), n = (seen.get(s) ?? 0) + 1;
			seen.set(s, n);
			if (n > 3) e.remove(); else thin(e);
		}
	};
	thin(document.body);
	return true;
})()`

// Thin takes out of the page what is there many times and would only be found again, so
// that axe-core reads a list of hundreds as fast as one of three. What comes after
// sees the page as it is left.
func (b *Tab) Thin() {
	b.Helper()
	Ask[bool](b, alike)
}

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

// FindNothing holds that a page is not wider than the window, and that axe-core finds nothing on it,
// first in the reader's scheme, then, for the rules of colour, in the other. It leaves a page
// that was made thin.
func (b *Tab) FindNothing(address string, dark bool) {
	b.Helper()
	b.Visit(address)
	if over := Ask[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.Errorf("%s is %d pixels wider than the window", address, over)
	}
	b.Thin()
	for _, f := range b.Axe(AllRules) {
		b.Errorf("%s: %v", address, f)
	}
	b.Colours(!dark)
	for _, f := range b.Axe(ColourRules) {
		b.Errorf("%s, other colours: %v", address, f)
	}
	b.Colours(dark)
}
