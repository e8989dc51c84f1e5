package site_test

import "testing"

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
				window.FindNothing("/"+c.langs[0]+s.Address, c.reader.Dark)
				if i%3 == 0 {
					window.FindNothing("/"+c.langs[1]+s.Address, c.reader.Dark)
				}
			}
		})
	}
}
