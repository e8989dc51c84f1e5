package report_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"temwen/locale"
	"temwen/site/report"
	"temwen/site/report/reporttest"
	"temwen/site/sitetest"
)

// testQuickExit: from whatever page, by button or by Esc twice, quick exit shows
// another site, and the back button leads to where one was before the visit.
func testQuickExit(t *testing.T, b *sitetest.Browser) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>" + r.URL.Path + "</title><h1>" + r.URL.Path + "</h1>"))
	}))
	t.Cleanup(elsewhere.Close)
	o := reporttest.New(t)
	options := o.Options()
	options.Away = elsewhere.URL + "/weather"
	server := httptest.NewServer(report.New(o, options))
	t.Cleanup(server.Close)
	office := served{o, server.URL}

	button := func(v *visitor) { v.click("[data-do=exit]") }
	escape := func(v *visitor) {
		v.do(chromedp.KeyEvent(kb.Escape))
		v.do(chromedp.KeyEvent(kb.Escape))
	}
	write := func(v *visitor) {
		v.click(".ways li:first-child a")
		v.until(`document.querySelector("#what")`)
		v.fill("#what", "Yon bagay sekrè.")
	}
	for _, c := range []struct {
		name  string
		reach func(*visitor)
		leave func(*visitor)
	}{
		{"the entrance", func(*visitor) {}, button},
		{"a form that was filled in", write, button},
		{"a form, by Esc", write, escape},
		{"a code", func(v *visitor) { write(v); v.click("#report .send"); v.shown("#done [data-when=sent]") }, escape},
		{"a thread", func(v *visitor) {
			write(v)
			v.click("#report .send")
			v.shown("#done [data-when=sent]")
			code := v.digits()
			v.click("[data-do=kept]")
			v.until(`location.pathname.endsWith("calendar")`)
			v.do(chromedp.Evaluate[chromedp.Void](`location.replace("/ht/4")`))
			v.until(`document.querySelector("#return")`)
			v.fill("#return [name=code]", code)
			v.click("#return .send")
			v.shown("#thread")
		}, button},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := office.visitor(t, b, locale.Creole, newPhone)
			v.Load(chromedp.Navigate(elsewhere.URL + "/before"))
			v.Visit("/ht/")
			c.reach(v)
			c.leave(v)
			v.until(`document.title === "/weather"`)
			want := []string{"about:blank", elsewhere.URL + "/before", elsewhere.URL + "/weather"}
			if got := v.history(); !slices.Equal(got, want) {
				t.Errorf("in the history are %v", got)
			}
			v.do(chromedp.Evaluate[chromedp.Void](`setTimeout(() => history.back())`)) // once it is answered
			v.until(`document.title === "/before"`)
		})
	}
	t.Run("one Esc does nothing", func(t *testing.T) {
		v := office.visitor(t, b, locale.Creole, newPhone)
		v.Visit("/ht/1")
		v.fill("#what", "X")
		v.do(chromedp.KeyEvent(kb.Escape))
		if v.hidden("#what") {
			t.Error("the form is gone")
		}
	})
	t.Run("without a site of the operator’s choice it is the calendar", func(t *testing.T) {
		v := serve(t).visitor(t, b, locale.Creole, newPhone)
		v.Visit("/ht/1")
		v.fill("#what", "X")
		v.click("[data-do=exit]")
		v.until(`location.pathname === "/ht/calendar" && document.querySelector("table")`)
	})
}

// history is the addresses in the tab's history.
func (v *visitor) history() (addresses []string) {
	v.Helper()
	h := sitetest.Call(v.Tab, page.GetNavigationHistory, cdp.Empty{})
	for _, e := range h.Entries {
		addresses = append(addresses, e.URL)
	}
	return addresses
}
