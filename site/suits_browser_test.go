package site_test

import (
	"strings"
	"testing"
)

// beyond are the elements that reach past the window's right edge and are not
// in a box that scrolls by itself.
const beyond = `(() => {
	const width = document.documentElement.clientWidth, list = [];
	const boxed = e => { for (e = e.parentElement; e; e = e.parentElement) { const o = getComputedStyle(e).overflowX; if (o == "auto" || o == "scroll" || o == "hidden") return true } return false };
	if (document.documentElement.scrollWidth > width) list.push("the page is " + document.documentElement.scrollWidth + " wide");
	for (const e of document.body.querySelectorAll("*")) {
		const r = e.getBoundingClientRect();
		if (r.width && r.right > width + 1 && !boxed(e)) list.push(e.tagName.toLowerCase() + "." + (e.getAttribute("class") || "") + " " + Math.round(r.right) + ": " + e.textContent.trim().slice(0, 40));
	}
	return list.slice(0, 5);
})()`

// Given every type of page, with scripts off, in a window of 320 pixels, which is also what
// 400 % zoom leaves of a common screen, or one of 640, which 200 % zoom leaves, when it
// is read, then nothing has to be scrolled sideways but a picture or a table in a box of its own,
// and the page has its words; and on a phone in Creole and French and on a desk in
// English and Spanish, light and dark, axe-core finds nothing against WCAG 2.2 AA.
func testPages(t *testing.T, b *browser) {
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
			look := func(address string) {
				for _, width := range []int64{640, 320} {
					window.Become(reader{Width: width, Dark: c.reader.Dark, NoScript: true})
					if width == 640 {
						window.Visit(address)
					}
					if wide := ask[[]string](window, beyond); len(wide) > 0 {
						t.Errorf("%s at %d pixels:\n  %s", address, width, strings.Join(wide, "\n  "))
					}
				}
				if words := ask[string](window, `document.querySelector("h1").innerText`); words == "" {
					t.Errorf("%s has no heading", address)
				}
				window.Become(c.reader)
				window.FindNothing(address, c.reader.Dark)
			}
			for i, s := range all {
				look("/" + c.langs[0] + s.Address)
				if i%3 == 0 {
					look("/" + c.langs[1] + s.Address)
				}
			}
		})
	}
}
