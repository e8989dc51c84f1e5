package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"temwen/ledger"
	"temwen/locale"
	"temwen/seal"
	"temwen/site/report"
	"temwen/site/sitetest"
)

// Somebody tells in Creole, on a phone, what happened, with a photograph; the network
// is lost in the middle; they keep the code, come back, read the answer, answer,
// and keep the receipt.
func testScriptedStory(t *testing.T, b *sitetest.Browser) {
	office, link := serve(t).connect(t)
	v := office.visitor(t, b, locale.Creole, sitetest.Reader{Width: 320, Phone: true})

	// Given the form, which says that it seals on the device,
	v.Visit(v.at("1"))
	if v.shown("[data-scripted]"); !v.hidden("[data-plain]") {
		t.Error("the page says that the server seals, and the script is there")
	}
	// when they write, add a photograph, whose notes they see, and have them taken out,
	const what = "Yon sòlda fwape frè m nan mache a."
	v.fill("#what", what)
	v.choose(photograph(t))
	v.shown("#file-list [data-strip]")
	if row := v.text("#file-list li"); !strings.Contains(row, "Egzanp X1") || !strings.Contains(row, "Ko") {
		t.Errorf("the list of files says %q", row)
	}
	v.click("#file-list [data-strip]")
	v.canBeUsed("the form with a file")
	// and the network is lost when they send it,
	link.set(true)
	v.click("#report .send")
	// then they have a code, and are told that it waits.
	v.shown("#done [data-when=waiting]")
	code := v.digits()
	if _, err := seal.ParseCode(code); err != nil {
		t.Fatalf("%q is no code: %v", code, err)
	}
	if got := v.text("#code-read"); strings.NewReplacer(" ", "", ",", "").Replace(got) != code || !strings.HasPrefix(got, code[:1]+" "+code[1:2]) {
		t.Errorf("read aloud it is %q", got)
	}
	v.canBeUsed("a code that waits")
	// When the network is back, then it is sent, and nothing is left on the phone.
	link.set(false)
	sitetest.Ask[bool](v.Tab, `dispatchEvent(new Event("online"))`)
	v.shown("#done [data-when=sent]")
	v.until(`document.querySelector("#outbox").hidden`)
	if got := v.kept(); got != nothingKept {
		t.Errorf("the browser keeps %s", got)
	}
	v.canBeUsed("a code")
	opened := office.Latest(t)
	if got := opened.Report; got.What != what || got.Channel != seal.ChannelBrowser || got.Consent != seal.ConsentOffice {
		t.Errorf("the office reads %+v", got)
	}
	if f := opened.Report.Files; len(f) != 1 || !f[0].Stripped || f[0].Meta != (seal.Meta{}) || bytes.Contains(opened.Files[0], []byte("Egzanp")) {
		t.Errorf("the office has the files %+v", f)
	}
	v.unremarkable("/ht/1")

	// When they say that they have kept it, then a page follows that says nothing, and
	// there is no way back.
	v.click("#done [data-do=kept]")
	v.until(`location.pathname === "/ht/calendar" && document.querySelector("h1")`)
	if entries := v.history(); strings.Contains(strings.Join(entries, " "), "/ht/1") {
		t.Errorf("in the history are %v", entries)
	}

	// Given an answer with a file, when they come back with the code,
	office.Reply(t, report.Referred, locale.Creole, "Mèsi. Yon doktè ka resevwa frè ou demen maten.", "adrès.txt", []byte("Ri 4"))
	v.Visit(v.at("4"))
	v.fill("#return [name=code]", code)
	v.click("#return .send")
	// then they read it, and how things stand, and that the receipt is good.
	v.shown("#thread")
	text := v.text("#thread")
	for _, want := range []string{"Yon doktè ka resevwa frè ou demen maten.", "28 novanm 2026", "adrès.txt"} {
		if !strings.Contains(text, want) {
			t.Errorf("they do not read %q in:\n%s", want, text)
		}
	}
	if got := v.download("[data-files] a", "adrès.txt"); got != "Ri 4" {
		t.Errorf("the file that the office sent has %q", got)
	}
	v.unfold()
	v.canBeUsed("a thread")
	if v.hidden("#receipt [data-when=good]") || !v.hidden("#receipt [data-when=bad]") {
		t.Error("the receipt is not said to be good")
	}
	kept, err := ledger.ParseReceiptFile([]byte(v.download("#receipt [data-do=receipt]", "receipt.txt")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kept.Check(office.Options().PromiseKey, nil); err != nil {
		t.Error(err)
	}

	// When they answer, allow more, and withdraw, then the office has it all.
	v.fill("#text", "Mèsi anpil.")
	v.click("#answer .send")
	v.until(`document.querySelector("#status").textContent && document.querySelector("#text").value === ""`)
	if m := office.Latest(t).Message; m.Text != "Mèsi anpil." || m.Kind != seal.KindMessage || m.From != seal.FromReporter {
		t.Errorf("the office reads %+v", m)
	}
	v.click("#consent [value=case]")
	v.click("#consent button")
	v.until(`document.querySelectorAll("#messages .mine").length === 3`)
	if m := office.Latest(t).Message; m.Kind != seal.KindConsent || m.Consent != seal.ConsentCase {
		t.Errorf("the office reads %+v", m)
	}
	v.click("[data-do=withdraw]")
	v.shown("#withdraw-sure")
	v.canBeUsed("before withdrawing")
	v.click("[data-do=withdraw-yes]")
	v.until(`!document.querySelector("#answer").offsetParent`)
	v.unremarkable("/ht/4")
	if got := v.kept(); got != nothingKept {
		t.Errorf("the browser keeps %s", got)
	}
}

// download presses what hands out a file and returns what is in it.
func (v *visitor) download(selector, name string) string {
	v.Helper()
	dir := v.TempDir()
	sitetest.Call(v.Tab, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, BrowserContextID: chromedp.FromContext(v.Ctx).BrowserContextID,
	})
	v.click(selector)
	for range 1000 {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err == nil && len(b) > 0 { // an empty one only keeps the name free
			return string(b)
		}
		sitetest.Ask[bool](v.Tab, `new Promise((resolve) => setTimeout(resolve, 30, true))`)
	}
	v.Fatalf("%s was never saved", name)
	return ""
}

// canBeUsed tests that axe-core finds nothing on the page as it is, in both schemes,
// and that nothing is wider than the window.
func (v *visitor) canBeUsed(what string) {
	v.Helper()
	sitetest.Ask[bool](v.Tab, "scrollTo(0, 0), true") // the head of the page stays in view, over what was scrolled below it
	for _, f := range v.Axe(sitetest.AllRules) {
		v.Errorf("%s: %v", what, f)
	}
	v.Colours(true)
	for _, f := range v.Axe(sitetest.ColourRules) {
		v.Errorf("%s, in the dark: %v", what, f)
	}
	v.Colours(false)
	if wide := sitetest.Ask[int](v.Tab, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
		v.Errorf("%s is %d pixels wider than the window", what, wide)
	}
}

// unremarkable tests that the address and title say nothing and the browser has
// nothing to complain of, but that the link was cut.
func (v *visitor) unremarkable(path string) {
	v.Helper()
	if at := sitetest.Ask[string](v.Tab, "location.pathname + location.search + location.hash"); at != path {
		v.Errorf("the address is %s", at)
	}
	for _, c := range v.Complaints() {
		if !strings.Contains(c, "net::ERR_") {
			v.Error(c)
		}
	}
}
