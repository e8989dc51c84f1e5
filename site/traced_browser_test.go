package site_test

import (
	"regexp"
	"strings"
	"testing"
)

// untraced are numbers on the page without a way to where they come from: a
// figure (its cell is num, or its tense stands beside it) whose row, entry or
// line has no reference to a source; and a count, which Temwen made itself, that
// neither links to what it counts nor stands over it.
const untraced = `(() => {
	const list = [];
	for (const e of document.querySelectorAll("main td.num, main .tense, main dd")) {
		const place = e.closest(".line, li, dd, tr, p");
		if (!place || !/\d/.test(e.matches(".tense") ? place.innerText : e.innerText) || !place.checkVisibility()) continue;
		if (place.querySelector("a.src") || e.closest(".count") || place.querySelector(".count")) continue;
		if (e.matches("td") && e.querySelector("a")) continue;
		if (e.matches("dd") && !e.querySelector("b")) continue;
		list.push(place.innerText.replace(/\s+/g, " ").slice(0, 90));
	}
	return [...new Set(list)].slice(0, 8);
})()`

var sourcePage = regexp.MustCompile(`^/[a-z]{2}/dossiers/[^/]+/sources/[^/?]+(\?.*)?$`)

// Given any page, then every figure on it has beside it a reference that leads
// to a page of its source; and when a reader taps one, the page says what the
// source is and where to read it.
func testTraced(t *testing.T, b *browser) {
	window := b.open(t, phone)
	references := 0
	for _, s := range pageTypes(t) {
		address := "/en" + s.Address
		window.Visit(address)
		for _, line := range ask[[]string](window, untraced) {
			t.Errorf("%s: no source beside %q", address, line)
		}
		for _, href := range ask[[]string](window, `[...new Set([...document.querySelectorAll("a.src")].map(a => a.getAttribute("href")))]`) {
			references++
			if !sourcePage.MatchString(href) {
				t.Errorf("%s: a reference leads to %s", address, href)
			}
		}
	}
	if references < 200 {
		t.Errorf("only %d references to sources on all pages", references)
	}
	window.Visit("/ht/missions/mss/money")
	window.tap("[1]")
	if at := ask[string](window, "location.pathname"); !sourcePage.MatchString(at) {
		t.Errorf("tapping a reference leads to %s", at)
	}
	if links := ask[[]string](window, `[...document.querySelectorAll("dl.register a[href^=http]")].map(a => a.href)`); len(links) == 0 || !strings.HasPrefix(links[0], "http") {
		t.Error("the source's page does not say where to read it")
	}
}
