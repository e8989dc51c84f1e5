package report_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/report"
	"temwen/site/sitetest"
)

// wait waits until an expression is true of the page, also where another page
// comes meanwhile.
func (v *visitor) wait(expression string) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.Ctx, sitetest.Patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression))
	for err != nil && ctx.Err() == nil && strings.Contains(err.Error(), "context") {
		_, err = chromedp.Run(ctx, chromedp.Poll[bool](expression))
	}
	if err != nil {
		v.Fatalf("waiting for %s: %v\n%s", expression, err, v.text("main"))
	}
}

// Somebody with a newer phone tells in Creole what happened: it is sealed on the
// phone. They come back, read the answer, and answer.
func testScriptedStory(t *testing.T, b *sitetest.Browser) {
	office := serve(t)
	v := office.visitor(t, b, locale.Creole, newPhone)

	// Given the form, then it says that it is locked on this phone.
	v.Visit("/ht/1")
	v.wait(`!document.querySelector("[data-scripted]").hidden && document.querySelector("[data-plain]").hidden`)

	// When they write and send, then the office has it, sealed by the browser.
	const what = "Yon sòlda fwape frè m nan mache a."
	v.fill("#what", what)
	v.do(chromedp.Click(chromedp.CSS("#report .send")))
	v.wait(`!document.querySelector("#done").hidden && !document.querySelector("#done [data-when=sent]").hidden`)
	got := office.Latest(t).Report
	if got.What != what || got.Channel != seal.ChannelBrowser || got.Consent != seal.ConsentOffice || got.Lang != locale.Creole {
		t.Errorf("the office reads %+v", got)
	}
	code := v.code()
	if _, err := seal.ParseCode(code); err != nil {
		t.Fatalf("%q is no code: %v", code, err)
	}

	// When they say that they have kept it, then nothing is left behind the back
	// button.
	v.Load(chromedp.Click(chromedp.CSS("[data-do=kept]")))
	v.wait(`!!document.querySelector(".month")`)
	if v.text("h1") != "novanm 2026" || sitetest.Ask[int](v.Tab, "history.length") > 2 {
		t.Errorf("after that they see %q, and %d pages lie behind", v.text("h1"), sitetest.Ask[int](v.Tab, "history.length"))
	}

	// Given an answer, when they come back with the code, then they read it.
	office.Reply(t, report.InCase, locale.Creole, "Mèsi. N ap ekri moun ki reskonsab yo.", "", nil)
	v.Visit("/ht/4")
	v.wait(`!document.querySelector("[data-scripted], [data-plain]").checkVisibility()`)
	v.fill("#code", code)
	v.do(chromedp.Click(chromedp.CSS("#return .send")))
	v.wait(`!document.querySelector("#thread").hidden && !!document.querySelector("#messages .theirs")`)
	if text := v.text("#thread"); !strings.Contains(text, "N ap ekri moun ki reskonsab yo.") || !strings.Contains(text, "Biwo a louvri yon dosye sou sa. Depi 28 novanm 2026.") {
		t.Errorf("they read %q", text)
	}

	// When they answer, then the office reads it.
	v.fill("#text", "Mèsi anpil.")
	v.do(chromedp.Click(chromedp.CSS("#answer .send")))
	v.wait(`document.querySelector("#status").innerText.includes("Mesaj ou a rive.")`)
	if m := office.Latest(t).Message; m.Text != "Mèsi anpil." {
		t.Errorf("the office reads %+v", m)
	}
	for _, line := range v.Complaints() {
		t.Error(line)
	}
}
