package report_test

import (
	"testing"

	"temwen/locale"
	"temwen/site/sitetest"
)

// Given every page, in every language, on a phone and at a desk, light and dark,
// when axe-core reads it, then it finds nothing against WCAG 2.2 AA.
func testAxe(t *testing.T, b *sitetest.Browser) {
	for _, lang := range locale.Langs {
		t.Run(string(lang), func(t *testing.T) {
			r := newPhone
			if lang == locale.English || lang == locale.Spanish {
				r = desk
			}
			plain := r
			plain.NoScript = true
			v := serve(t).visitor(t, b, lang, plain)
			for _, p := range pageTypes {
				v.Become(plain)
				p.open(v)
				v.Become(r) // axe-core is a script; those of the page have not run
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
