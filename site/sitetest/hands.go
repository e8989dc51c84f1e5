package sitetest

import (
	"context"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// Do does one thing in the page, and fails where it takes too long.
func (b *Tab) Do(what string, action chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, Patience)
	defer cancel()
	if err := chromedp.Do(ctx, action); err != nil {
		b.Fatalf("%s: %v\nat %s:\n%s", what, err, b.Path(), b.Text("main"))
	}
}

// Press clicks what a selector names, and does not wait for another page.
func (b *Tab) Press(selector string) {
	b.Helper()
	b.Until(selector+" can be pressed", `document.querySelector(`+strconv.Quote(selector)+`)?.checkVisibility()`)
	b.Do("pressing "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Write types into a field, in the place of what was there.
func (b *Tab) Write(selector, text string) {
	b.Helper()
	b.Until(selector+" is there", `document.querySelector(`+strconv.Quote(selector)+`)`)
	Ask[string](b, `document.querySelector(`+strconv.Quote(selector)+`).value = ""`)
	b.Do("writing into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Attach chooses a file.
func (b *Tab) Attach(selector, file string) {
	b.Helper()
	b.Do("choosing a file", chromedp.SetUploadFiles(chromedp.CSS(selector), []string{file}))
}

// Until waits until an expression is true in the page, which may change meanwhile.
func (b *Tab) Until(what, expression string) {
	b.Helper()
	deadline := time.Now().Add(Patience)
	for !b.Is(expression) {
		if time.Now().After(deadline) {
			b.Fatalf("never: %s\nat %s:\n%s\nthe browser said %q", what, b.Path(), b.Text("body"), b.Complaints())
		}
		b.turn()
	}
}

// turn lets the page go on, so that what is waited for can happen. It does not ask the page to
// wait: where scripts are off its timers never end.
func (b *Tab) turn() {
	select {
	case <-b.Ctx.Done():
	case <-time.After(20 * time.Millisecond):
	}
}

// Is evaluates an expression. It is false while there is no page.
func (b *Tab) Is(expression string) bool {
	ctx, cancel := context.WithTimeout(b.Ctx, Patience)
	defer cancel()
	is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(() => { try { return !!(`+expression+`) } catch { return false } })()`))
	return err == nil && is
}

// Sees waits until the page shows words.
func (b *Tab) Sees(words string) {
	b.Helper()
	b.Until("the page says "+strconv.Quote(words), `document.body?.innerText.includes(`+strconv.Quote(words)+`)`)
}

// Text is what an element shows.
func (b *Tab) Text(selector string) string {
	b.Helper()
	return Ask[string](b, `document.querySelector(`+strconv.Quote(selector)+`)?.innerText ?? ""`)
}

// DownloadTo makes what the window downloads arrive in a folder.
func (b *Tab) DownloadTo(dir string) {
	b.Helper()
	Call(b, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir,
		BrowserContextID: chromedp.FromContext(b.Ctx).BrowserContextID,
	})
}

// Path is where the window is, on its host.
func (b *Tab) Path() string {
	b.Helper()
	return Ask[string](b, "location.pathname")
}
