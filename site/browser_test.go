package site_test

import (
	"net/http/httptest"
	"testing"

	"temwen/site/sitetest"
)

// browser is one Chromium that shows the served record. Each test opens tabs of
// its own in it: a tab is a reader who was never here before.
type browser struct {
	*sitetest.Browser
	home string // address of the record, without the last slash
}

// The pages in a real browser, each test a file of its own. They share one
// browser and run beside each other, but for those that need the keyboard, which
// one window has at a time.
func TestInChromium(t *testing.T) {
	b := startBrowser(t)
	for _, c := range []struct {
		name  string
		test  func(*testing.T, *browser)
		alone bool
	}{
		{name: "a first visit is light and stays at home", test: testFirstVisit},
		{name: "every page suits everybody", test: testPages},
		{name: "the keyboard suffices", test: testKeyboard, alone: true},
		{name: "three questions in three taps", test: testQuestions},
		{name: "every number is one tap from its source", test: testTraced},
		{name: "on paper", test: testPrint},
		{name: "pictures", test: testPictures},
		{name: "the facts of a page are checked in the browser", test: testCheck},
		{name: "what a server alters is found in the browser", test: testTampered},
		{name: "a public case is checked in the browser, also when it was taken back", test: testCheckCase},
		{name: "a static edition is checked in the browser", test: testCheckStatic},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !c.alone {
				t.Parallel()
			}
			c.test(t, b)
		})
	}
}

// startBrowser serves the record on loopback and starts Chromium.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	b := sitetest.Start(t)
	server := httptest.NewServer(open(t))
	t.Cleanup(server.Close)
	return &browser{b, server.URL}
}

type reader = sitetest.Reader

var (
	phone   = reader{Width: 360, Phone: true, NoScript: true}
	desktop = reader{Width: 1200}
)

// tab is one reader's window.
type tab struct{ *sitetest.Tab }

// open opens a window of a reader who was never here before.
func (b *browser) open(t *testing.T, r reader) *tab {
	t.Helper()
	return &tab{b.Open(t, b.home, r)}
}

// ask evaluates an expression in the page.
func ask[T any](b *tab, expression string) T {
	b.Helper()
	return sitetest.Ask[T](b.Tab, expression)
}
