package report_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/sitetest"
)

// before runs a script in every page before those of the page.
func (v *visitor) before(script string) {
	v.Helper()
	sitetest.Call(v.Tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// testOldBrowser: a browser that cannot seal shows the plain form, which works.
func testOldBrowser(t *testing.T, b *sitetest.Browser) {
	for _, missing := range []string{"delete globalThis.TransformStream", "delete Crypto.prototype.subtle", "delete globalThis.BigInt", "delete Element.prototype.replaceChildren"} {
		t.Run(missing, func(t *testing.T) {
			office := serve(t)
			v := office.visitor(t, b, locale.French, newPhone)
			v.before(missing)
			v.Visit(v.at("1"))
			if v.shown("[data-plain]"); !v.hidden("[data-scripted]") {
				t.Error("the page says that the script seals")
			}
			v.fill("#what", "X")
			v.press("#report .send")
			if _, err := seal.ParseCode(v.digits()); err != nil {
				t.Error(err)
			}
			if got := office.Latest(t).Report; got.What != "X" || got.Channel != seal.ChannelPage {
				t.Errorf("the office reads %+v", got)
			}
			v.Visit(v.at("1"))
			if v.press("[data-do=exit]"); !strings.HasSuffix(sitetest.Ask[string](v.Tab, "location.href"), "/calendar") {
				t.Errorf("quick exit leads to %s", sitetest.Ask[string](v.Tab, "location.href"))
			}
		})
	}
}

// testFailsToSeal: where sealing fails unexpectedly, the plain form is offered, and
// nothing is sent in clear before the person has read so.
func testFailsToSeal(t *testing.T, b *sitetest.Browser) {
	office := serve(t)
	v := office.visitor(t, b, locale.English, newPhone)
	v.before(`TransformStream.prototype.constructor; Object.defineProperty(ReadableStream.prototype, "pipeThrough", { value() { throw new Error("broken") } })`)
	v.Visit(v.at("1"))
	v.fill("#what", "X")
	v.choose(photograph(t))
	v.shown("#file-list li")
	v.click("#report .send")
	v.shown("#problem")
	if office.Len() != 0 || v.hidden("[data-plain]") || v.text("#problem") == "" {
		t.Errorf("%d parcels were stored; the page says:\n%s", office.Len(), v.text("main"))
	}
	v.press("#report .send")
	if got := office.Latest(t); got.Report.What != "X" || got.Report.Channel != seal.ChannelPage || len(got.Files) != 1 {
		t.Errorf("the office reads %+v", got.Report)
	}
}

// testNoStorage: where the browser keeps nothing, or the device is full, a report
// waits in the page, which says so, and is sent.
func testNoStorage(t *testing.T, b *sitetest.Browser) {
	for name, refuses := range map[string]string{
		"no databases":     `indexedDB.open = () => { throw new DOMException("", "SecurityError") }`,
		"a device is full": `IDBObjectStore.prototype.put = () => { throw new DOMException("", "QuotaExceededError") }`,
	} {
		t.Run(name, func(t *testing.T) {
			office, link := serve(t).connect(t)
			v := office.visitor(t, b, locale.English, newPhone)
			v.before(refuses)
			v.Visit(v.at("1"))
			v.fill("#what", "X")
			v.choose(photograph(t))
			link.set(true)
			v.click("#report .send")
			v.shown("#done [data-when=waiting]")
			if !strings.Contains(v.text("#status"), "Do not close") {
				t.Errorf("the page says %q", v.text("#status"))
			}
			link.set(false)
			v.click("#outbox [data-do=send]")
			v.shown("#done [data-when=sent]")
			if got := office.Latest(t); got.Report.What != "X" || len(got.Files) != 1 {
				t.Errorf("the office reads %+v", got.Report)
			}
		})
	}
}

// testAnyName: whatever the random name of a parcel begins with, it is sent.
func testAnyName(t *testing.T, b *sitetest.Browser) {
	for _, first := range []string{"0", "0xf8", "0xfc"} { // A, - and _ in base64url
		office := serve(t)
		v := office.visitor(t, b, locale.English, newPhone)
		v.before(`{
			const real = Crypto.prototype.getRandomValues;
			Crypto.prototype.getRandomValues = function (a) { real.call(this, a); if (a.length === 16) a[0] = ` + first + `; return a };
		}`)
		v.Visit(v.at("1"))
		v.fill("#what", "X")
		v.click("#report .send")
		v.shown("#done [data-when=sent]")
		if office.Len() != 1 {
			t.Errorf("%d parcels are there", office.Len())
		}
	}
}

// testRefused: what the office refuses gives the form back, with all that was typed.
func testRefused(t *testing.T, b *sitetest.Browser) {
	office := serve(t)
	v := office.visitor(t, b, locale.English, newPhone)
	v.Visit(v.at("1"))
	v.fill("#what", "X")
	office.Fail(seal.ErrRecipient)
	v.click("#report .send")
	v.shown("#problem")
	v.shown("#report")
	if v.text("#code") != "" || !v.hidden("#done") || !v.hidden("#outbox") {
		t.Errorf("the page shows:\n%s", v.text("main"))
	}
	office.Fail(nil)
	v.click("#report .send")
	v.shown("#done [data-when=sent]")
	if got := office.Latest(t).Report; got.What != "X" || office.Len() != 1 {
		t.Errorf("the office has %d parcels and reads %+v", office.Len(), got)
	}
}

// testVoice: a voice note is recorded and arrives.
func testVoice(t *testing.T, _ *sitetest.Browser) {
	b := sitetest.StartWhole(t, chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true))
	office := serve(t)
	v := office.visitor(t, b, locale.Creole, newPhone)
	v.Visit(v.at("1"))
	v.fill("#what", "X")
	v.unfold()
	v.click("[data-do=record]")
	v.shown("[data-do=stop]")
	v.until(`Number(document.querySelector("#voice [data-slot=seconds]").textContent) >= 1`)
	v.click("[data-do=stop]")
	v.shown("#file-list li")
	v.click("#report .send")
	v.shown("#done [data-when=sent]")
	opened := office.Latest(t)
	if f := opened.Report.Files; len(f) != 1 || !strings.HasPrefix(f[0].Type, "audio/") || f[0].Size < 100 {
		t.Errorf("the office has %+v", f)
	}
}
