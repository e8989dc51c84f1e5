package site_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
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
	b.Load(chromedp.TapXY(at.X, at.Y))
}

// together reports whether a row, an entry or a paragraph that is shown has all
// the words, and so is an answer and not words from here and there.
func (b *tab) together(words []string) bool {
	b.Helper()
	for i := range words {
		words[i] = strconv.Quote(words[i])
	}
	return ask[bool](b, `(() => {
		const words = [`+join(words)+`], plain = s => s.replaceAll(/\s+/g, " ");
		return [...document.querySelectorAll("main :is(tr, li, p, dl > div)")].some(e => e.offsetParent && words.every(w => plain(e.innerText).includes(w)));
	})()`)
}

func join(words []string) string {
	s := ""
	for _, w := range words {
		s += w + ","
	}
	return s
}

// Given a reader with a phone and Creole, at the front page, with scripts off,
// when they ask one of the questions a journalist has, then the answer is there
// after at most three taps on links that say what they lead to.
func testQuestions(t *testing.T, b *browser) {
	const mission = "Misyon miltinasyonal sipò pou sekirite ann Ayiti"
	for _, c := range []struct {
		question string
		taps     []string
		answer   []string // words that stand together
	}{
		{
			"Has the nine-month review been held?",
			[]string{mission, "Revizyon otorizasyon an apre nèf mwa"},
			[]string{"an reta", "2 jiyè 2024"},
		},
		{
			"Who said the money had been paid?",
			[]string{mission, "Èske Etazini bay 300 milyon dola yo?"},
			[]string{"16 me 2024", "Sekretè laprès Mezon Blanch", "We’ve contributed $300 million to that mission"},
		},
		{
			"What was promised before deployment and never published?",
			[]string{mission, "Dokiman"},
			[]string{"Règ angajman", "anvan deplwaman konplè", "san repons"},
		},
	} {
		t.Run(c.question, func(t *testing.T) {
			t.Parallel()
			if len(c.taps) > 3 {
				t.Fatal("more than three taps")
			}
			window := b.open(t, phone)
			window.Visit("/ht/")
			for _, words := range c.taps {
				window.tap(words)
			}
			if !window.together(c.answer) {
				t.Errorf("%s does not say together %q", ask[string](window, "location.pathname"), c.answer)
			}
		})
	}
}
