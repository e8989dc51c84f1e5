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

// Given every page, in every language, without scripts, in a window of 320 pixels or of 640, then nothing stands
// out of it, and what can be tapped is large enough; and when axe-core reads it, on a phone and at a desk,
// light and dark, then it finds nothing against WCAG 2.2 AA.
func testPages(t *testing.T, b *sitetest.Browser) {
	for i, lang := range locale.Langs {
		t.Run(string(lang), func(t *testing.T) {
			r := newPhone
			if lang == locale.English || lang == locale.Spanish {
				r = desk
			}
			plain := sitetest.Reader{Width: []int64{320, 320, 640, 320}[i], Phone: true, Dark: r.Dark, NoScript: true}
			v := serve(t).visitor(t, b, lang, plain)
			for _, p := range pageTypes {
				v.Become(plain)
				p.open(v)
				if wide := sitetest.Ask[[]string](v.Tab, beyond); len(wide) > 0 {
					t.Errorf("%s:\n  %s", p.name, strings.Join(wide, "\n  "))
				}
				v.Become(r) // axe-core is a script; those of the page have not run
				v.Thin()
				for _, f := range v.Axe(sitetest.AllRules) {
					t.Errorf("%s: %v", p.name, f)
				}
				v.Colours(!r.Dark)
				for _, f := range v.Axe(sitetest.ColourRules) {
					t.Errorf("%s, other colours: %v", p.name, f)
				}
			}
		})
	}
}
