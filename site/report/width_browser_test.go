package report_test

import (
	"strings"
	"testing"

	"temwen/locale"
	"temwen/site/sitetest"
)

// beyond are the elements that stand out of the window on its right, and what can
// be tapped but is smaller than 24 pixels (WCAG 2.5.8), save links in text.
const beyond = `[...document.querySelectorAll("body *")].filter(e => {
	const r = e.getBoundingClientRect(), s = getComputedStyle(e);
	if (!r.width || s.visibility === "hidden" || e.closest(".skip, .visually-hidden")) return false;
	if (r.right > innerWidth + 1) return true;
	return e.matches("button, summary, input, select, textarea, .ways a, .langs a, .top a") && (r.height < 24 || r.width < 24)
		&& !e.matches("[type=hidden], .pick input");
}).map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40))`

// Given a window of 320 pixels, and one of 640, then nothing stands out of it,
// and what can be tapped is large enough.
func testWidths(t *testing.T, b *sitetest.Browser) {
	for i, lang := range locale.Langs {
		t.Run(string(lang), func(t *testing.T) {
			v := serve(t).visitor(t, b, lang, sitetest.Reader{Width: []int64{320, 320, 640, 320}[i], Phone: true, NoScript: true})
			for _, p := range pageTypes {
				p.open(v)
				if wide := sitetest.Ask[[]string](v.Tab, beyond); len(wide) > 0 {
					t.Errorf("%s:\n  %s", p.name, strings.Join(wide, "\n  "))
				}
			}
		})
	}
}
