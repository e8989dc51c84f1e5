package site_test

import (
	"fmt"
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

// Given a window of 320 pixels, which is also what 400 % zoom leaves of a
// common screen, or one of 640, which 200 % zoom leaves, with scripts off, when
// any page is read, then nothing has to be scrolled sideways but a picture or
// a table in a box of its own, and the page has its words.
func testWidths(t *testing.T, b *browser) {
	all := pageTypes(t)
	for _, width := range []int64{320, 640} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			window := b.open(t, reader{Width: width, NoScript: true})
			for i, s := range all {
				address := "/" + []string{"ht", "fr", "en", "es"}[i%4] + s.Address
				window.Visit(address)
				if wide := ask[[]string](window, beyond); len(wide) > 0 {
					t.Errorf("%s at %d pixels:\n  %s", address, width, strings.Join(wide, "\n  "))
				}
				if words := ask[string](window, `document.querySelector("h1").innerText`); words == "" {
					t.Errorf("%s has no heading", address)
				}
			}
		})
	}
}
