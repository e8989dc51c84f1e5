package report_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/report"
	"temwen/site/sitetest"
)

// Somebody tells in Creole, on an old phone without a script, what happened; keeps
// the code; comes back, reads the answer, and answers.
func testStory(t *testing.T, b *sitetest.Browser) {
	office := serve(t)
	v := office.visitor(t, b, locale.Creole, oldPhone)

	// Given the entrance, when they choose to tell what happened,
	v.Visit("/ht/")
	if v.press(".ways li:first-child a"); !strings.Contains(v.text("main"), "Telefòn sa a pa ka fèmen mesaj la") {
		t.Error("the page does not say, before one types, where the message is sealed")
	}
	// and write one sentence and where it was,
	const what = "Yon sòlda fwape frè m nan mache a, epi li pran telefòn li."
	v.fill("#what", what)
	v.do(chromedp.Click(chromedp.CSS("details:nth-of-type(1) summary")))
	sitetest.Ask[bool](v.Tab, `document.querySelector("[value='HT-OU']").selected = true`)
	v.fill("#commune", "Delma")
	v.press("#report .send")

	// then the office has it, sealed, and they have a code.
	got := office.Latest(t).Report
	if got.What != what || got.Where.Department != "HT-OU" || got.Where.Commune != "Delma" || got.Consent != seal.ConsentOffice || got.Channel != seal.ChannelPage {
		t.Errorf("the office reads %+v", got)
	}
	code := v.code()
	if _, err := seal.ParseCode(code); err != nil {
		t.Fatalf("%q is no code: %v", code, err)
	}
	if address := sitetest.Ask[string](v.Tab, "location.href"); strings.ContainsAny(address, "?#") || !strings.HasSuffix(address, "/ht/1") {
		t.Errorf("the page with the code has the address %s", address)
	}

	// When they say that they have kept it, then a page follows that says nothing.
	if v.press(`form[action$="/kept"] button`); v.text("h1") != "novanm 2026" {
		t.Errorf("after that they see %q", v.text("main"))
	}

	// Given an answer, when they come back with a digit mistyped,
	office.Reply(t, report.Referred, locale.Creole, "Mèsi. Yon doktè ka resevwa frè ou demen maten.", "", nil)
	if status := v.comeBack(swap(code)); status != 422 || !strings.Contains(v.text("#problem"), "gwoup 4") {
		t.Errorf("a mistyped code is answered with %d: %s", status, v.text("#problem"))
	}
	// then the page says which group; and with the right one they read the answer.
	v.empty("#code")
	v.fill("#code", code)
	v.press("#return .send")
	if text := v.text("main"); !strings.Contains(text, "Yon doktè ka resevwa frè ou demen maten.") || !strings.Contains(text, "Depi 28 novanm 2026.") {
		t.Errorf("they read %q", text)
	}

	// When they answer, then the office reads it.
	v.fill("#text", "Mèsi anpil. N ap vini.")
	v.press(`form:has([value="say"]) .send`)
	if m := office.Latest(t).Message; m.Text != "Mèsi anpil. N ap vini." || m.Kind != seal.KindMessage {
		t.Errorf("the office reads %+v", m)
	}
	if !strings.Contains(v.text("main"), "Mesaj ou a rive.") {
		t.Error("the page does not say that it arrived")
	}
	if n := office.Len(); n != 2 {
		t.Errorf("%d parcels were stored", n)
	}
}
