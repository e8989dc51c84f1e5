package site_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"temwen/site/sitetest"
)

// paper prints the page on A4.
func (b *tab) paper() []byte {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, sitetest.Patience)
	defer cancel()
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFMargin(.6)))
	if err != nil {
		b.Fatalf("printing: %v", err)
	}
	return pdf
}

// Given an obligation's page and a mission's, in the dark scheme, when they are
// printed, then the paper is white with dark ink, has what is said and where it
// is from, tables with their heads, and leaves out what only a screen can use.
func testPrint(t *testing.T, b *browser) {
	window := b.open(t, reader{Width: 680, Dark: true}) // what A4 leaves
	for _, c := range []struct {
		address     string
		has, hasNot []string
	}{
		{
			"/en/missions/mss/obligations/mss-review",
			[]string{"Temwen", "Review of the authorisation after nine months", "■ overdue", "As known on 23 November 2026", "[1]", "Security Council resolution 2699", "Edition"},
			[]string{"Skip to the content", "You see what could be known", "The record"},
		},
		{
			"/ht/missions/mss",
			[]string{"Otorizasyon", "■ an reta", "Sitiyasyon"}, // the last is a table's head
			[]string{"Montre", "Rezime"},
		},
	} {
		window.Visit(c.address)
		window.Media("print", true)
		for name, want := range map[string]string{"background-color": "rgb(255, 255, 255)", "color": "rgb(0, 0, 0)"} {
			if got := ask[string](window, `getComputedStyle(document.documentElement).getPropertyValue("`+name+`")`); got != want {
				t.Errorf("%s: on paper %s is %s, want %s", c.address, name, got, want)
			}
		}
		text := ask[string](window, `document.body.innerText`)
		for _, words := range c.has {
			if !strings.Contains(text, words) {
				t.Errorf("%s: the paper does not say %q", c.address, words)
			}
		}
		for _, words := range c.hasNot {
			if strings.Contains(text, words) {
				t.Errorf("%s: the paper says %q", c.address, words)
			}
		}
		window.Media("", true)
		pdf := window.paper()
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("%s: no PDF but %.20q", c.address, pdf)
		}
		if *pictures != "" {
			name := strings.ReplaceAll(c.address, "/", "_") + ".pdf"
			if err := os.WriteFile(filepath.Join(*pictures, name), pdf, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
