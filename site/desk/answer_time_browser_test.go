package desk_test

import (
	"path/filepath"
	"testing"

	"temwen/instrument"
	"temwen/locale"
	"temwen/site/sitetest"
	"temwen/when"
)

// Given a recipient with a small phone, in each language, who opens the letter and what
// stands there of more time
// then nothing has to be scrolled sideways, and axe-core finds nothing against WCAG 2.2 AA;
// the form takes no day that could not be given, and the request is on the record.
func testMoreTime(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	for n, lang := range locale.Langs {
		id := k.extendable(t, &instrument.Extension{AtMost: when.Days(20), Times: 1})
		token := "token-" + string(lang)
		k.write(t, id, 1, lang, token, 30)
		w := &window{b.Open(t, k.home, sitetest.Reader{Width: 320, Phone: true, Dark: n%2 == 1}), k.world, string(lang)}
		w.follow("/answer/"+string(lang)+"/"+token, "123456")
		w.press("details.card summary")
		w.until("the form is open", `document.querySelector("#to")?.checkVisibility()`)
		for _, wide := range sitetest.Ask[[]string](w.Tab, beyond) {
			t.Errorf("in %s: %s", lang, wide)
		}
		for _, f := range w.Axe(sitetest.AllRules) {
			t.Errorf("in %s: %v", lang, f)
		}
		if *pictures != "" {
			w.Picture(filepath.Join(*pictures, "answer-more-time_"+string(lang)+".png"))
		}
		sitetest.Ask[bool](w.Tab, `(document.querySelector("#to").value = "2027-01-18", true)`)
		if w.is(`document.querySelector("#to").form.checkValidity()`) {
			t.Errorf("in %s the form takes a day that could not be given", lang)
		}
		sitetest.Ask[bool](w.Tab, `(document.querySelector("#to").value = "2027-01-17", true)`)
		w.send("details.card button")
		if asked := k.caseOf(t, id).Step(1).Asked; len(asked) != 1 || asked[0].To != when.DayOf(2027, 1, 17) {
			t.Errorf("in %s it was asked for %+v", lang, asked)
		}
		w.quiet()
	}
}
