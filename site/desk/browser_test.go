package desk_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"temwen/site/sitetest"
)

// The desk in a real browser, each test a file of its own.
func TestInChromium(t *testing.T) {
	b := sitetest.Start(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *sitetest.Browser)
	}{
		{"from a link to an answer", testStory},
		{"passkeys", testPasskeys},
		{"joining with a passkey alone", testPasskeyAlone},
		{"a new key", testRotation},
		{"recovery", testRecovery},
		{"a report by phone", testEnter},
		{"what attackers write is harmless", testHostile},
		{"keys are forgotten", testLocking},
		{"every page suits everybody", testPages},
		{"pictures", testPictures},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

// window is an officer's tab.
type window struct {
	*sitetest.Tab
	world *world
	lang  string
}

// sit opens a tab of a browser that was never here.
func (w *world) sit(t *testing.T, b *sitetest.Browser, lang string, r sitetest.Reader) *window {
	t.Helper()
	return &window{b.Open(t, w.home, r), w, lang}
}

// atDesk is a common screen.
var atDesk = sitetest.Reader{Width: 1200}

// do does one thing, and fails where it takes too long.
func (w *window) do(what string, action chromedp.Action[chromedp.Void]) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Ctx, sitetest.Patience)
	defer cancel()
	if err := chromedp.Do(ctx, action); err != nil {
		w.Fatalf("%s: %v\nat %s:\n%s", what, err, sitetest.Ask[string](w.Tab, "location.pathname"), w.text("main"))
	}
}

// open goes to a page as by its address, without the language.
func (w *window) open(page string) int { w.Helper(); return w.Visit("/" + w.lang + page) }

// press clicks what a selector names.
func (w *window) press(selector string) {
	w.Helper()
	w.do("pressing "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// write types into a field, in the place of what was there.
func (w *window) write(selector, text string) {
	w.Helper()
	w.until(selector+" is there", `document.querySelector(`+strconv.Quote(selector)+`)`)
	sitetest.Ask[string](w.Tab, `document.querySelector(`+strconv.Quote(selector)+`).value = ""`)
	w.do("writing into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// choose chooses a value of a select.
func (w *window) choose(selector, value string) {
	w.Helper()
	w.do("choosing in "+selector, chromedp.SetValue(chromedp.CSS(selector), value))
}

// until waits until an expression is true in the page.
func (w *window) until(what, expression string) {
	w.Helper()
	deadline := time.Now().Add(sitetest.Patience)
	for !w.is(expression) {
		if time.Now().After(deadline) {
			w.Fatalf("never: %s\nat %s:\n%s\nthe browser said %q", what, sitetest.Ask[string](w.Tab, "location.pathname"), w.text("body"), w.Complaints())
		}
		// One turn of the page's own loop, so that what it waits for can happen.
		sitetest.Ask[bool](w.Tab, `new Promise(r => setTimeout(() => r(true), 20))`)
	}
}

// is evaluates an expression, which is false while the page changes.
func (w *window) is(expression string) bool {
	w.Helper()
	return sitetest.Ask[bool](w.Tab, `(() => { try { return !!(`+expression+`) } catch { return false } })()`)
}

// sees waits until the page shows words.
func (w *window) sees(words string) {
	w.Helper()
	w.until("the page says "+strconv.Quote(words), `document.body?.innerText.includes(`+strconv.Quote(words)+`)`)
}

// text is what an element shows.
func (w *window) text(selector string) string {
	w.Helper()
	return sitetest.Ask[string](w.Tab, `document.querySelector(`+strconv.Quote(selector)+`)?.innerText ?? ""`)
}

// signIn signs an officer in through the page, and waits until their key is open.
func (w *window) signIn(name string) {
	w.Helper()
	w.world.pass(time.Minute) // a code is good once
	w.open("/sign-in")
	w.write("#name", name)
	w.write("#passphrase", passphrase)
	w.write("#code", w.world.code(w.T))
	w.press("#sign-in button")
	w.isOpen()
}

// isOpen waits until the officer's key is open.
func (w *window) isOpen() {
	w.Helper()
	w.until("the key is open", `[...document.querySelectorAll("#lock [data-when=open]")].some(e => !e.hidden)`)
}

// quiet holds that neither the console nor the browser's log has a complaint.
func (w *window) quiet() {
	w.Helper()
	for _, line := range w.Complaints() {
		if !strings.Contains(line, "Failed to load resource") {
			w.Errorf("the browser says: %s", line)
		}
	}
}
