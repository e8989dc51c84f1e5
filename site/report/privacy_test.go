package report_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/report"
	"temwen/site/report/reporttest"
)

// addresses are those of all pages, in a language.
func addresses(lang locale.Lang) []string {
	var list []string
	for _, page := range []string{"", "1", "2", "3", "4", "5", "calendar", "none"} {
		list = append(list, "/"+string(lang)+"/"+page)
	}
	return list
}

// telling are words that a title or an address must not have.
var telling = regexp.MustCompile(`(?i)temwen|repor|plent|abi|abus|secur|sekir|sécur|témoi|witness|code|kòd|tell|di-sa|office|biwo`)

// Given any page, then nothing that stays in a history, a tab or a log says what it
// is, it sets no cookie, loads nothing from elsewhere and is kept nowhere.
func TestPagesLeaveNoTrace(t *testing.T) {
	s := serve(t)
	elsewhere := regexp.MustCompile(`(?:src|href|action|data-[a-z]+)="(?:https?:)?//|style="| on[a-z]+="|<script(?: [a-z]+="[^"]*")*>[^<]`)
	for _, lang := range locale.Langs {
		for _, address := range addresses(lang) {
			a := s.get(t, address)
			if title := a.text("title"); title == "" || telling.MatchString(title) || telling.MatchString(address) {
				t.Errorf("%s has the title %q", address, title)
			}
			if m := elsewhere.FindString(a.raw); m != "" {
				t.Errorf("%s has %q", address, m)
			}
			if links := a.Find("a[href*='?'], form[action*='?']").Length(); links > 0 {
				t.Errorf("%s has %d links with something to say", address, links)
			}
			checkHeaders(t, address, a.Header)
		}
	}
	code := s.told(t, "They took my goats.")
	a := s.post(t, "/en/4", fields("do", "open", "code", code))
	checkHeaders(t, "a thread", a.Header)
	if strings.Contains(a.Find("title, a, form[action]").Text(), code) {
		t.Error("the code stands in an address or a title")
	}
}

func checkHeaders(t *testing.T, address string, h http.Header) {
	t.Helper()
	microphone := "microphone=()"
	if regexp.MustCompile(`^/../[1234]$`).MatchString(address) {
		microphone = "microphone=(self)"
	}
	for name, want := range map[string]string{
		"Set-Cookie": "", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(), geolocation=(), " + microphone,
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", address, name, got, want)
		}
	}
	csp := h.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "require-trusted-types-for 'script'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(csp, part) || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: Content-Security-Policy is %q", address, csp)
		}
	}
}

// Given a page in every language, then each says that all of it is made up where
// it is, has a way out, and the same ways as the others.
func TestEveryPageHasAWayOut(t *testing.T) {
	s := serve(t)
	for _, lang := range locale.Langs {
		for _, address := range addresses(lang) {
			a := s.get(t, address)
			if strings.HasSuffix(address, "/calendar") {
				if a.Find(".exit, .invented, a, form").Length() > 0 || telling.MatchString(a.text("body")) {
					t.Errorf("%s says what this is: %s", address, a.text("body"))
				}
				continue
			}
			if a.Find(".exit").AttrOr("href", "") != "/"+string(lang)+"/calendar" || a.Find(".invented").Length() != 1 {
				t.Errorf("%s has no way out, or does not say that it is made up", address)
			}
			if n := a.Find(".langs a").Length(); n != len(locale.Langs) {
				t.Errorf("%s is offered in %d languages", address, n)
			}
			if got := a.Find("html").AttrOr("lang", ""); got != string(lang) {
				t.Errorf("%s is in %q", address, got)
			}
			if bad := regexp.MustCompile(`\[report\.[^\]]*\]|\{[a-z0-9]+\}|\x00|%!`).FindString(a.raw); bad != "" {
				t.Errorf("%s says %q", address, bad)
			}
			a.Find("a[href^='/']").Each(func(_ int, e *goquery.Selection) {
				if to := e.AttrOr("href", ""); s.get(t, to).Status != http.StatusOK {
					t.Errorf("%s leads to %s, which is not there", address, to)
				}
			})
		}
	}
}

// Given the real thing, not a demo, with a place of its own for the quick exit,
// then no page says that it is made up, and the exit leads there.
func TestNotADemo(t *testing.T) {
	o := reporttest.New(t)
	options := o.Options()
	options.Invented, options.Away, options.Contacts = false, "https://weather.example/", nil
	h := report.New(o, options)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ht/5", nil))
	doc, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Find(".invented").Length() > 0 || doc.Find(".exit").AttrOr("href", "") != "https://weather.example/" {
		t.Error("it looks like a demo")
	}
	if !strings.Contains(doc.Text(), "Poko gen sèvis") {
		t.Error("it does not say that no service is known")
	}
}

// Given visitors whose requests fail in every way, then the log says what failed,
// and nothing of who they are or what they wrote.
func TestLogSaysNothingOfVisitors(t *testing.T) {
	o := reporttest.New(t)
	var log bytes.Buffer
	options := o.Options()
	options.Log, options.AddressHeader = slog.New(slog.NewJSONHandler(&log, nil)), "X-Real-IP"
	h := report.New(broken{o}, options)
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodGet, "/ht/1?secret-words", nil),
		httptest.NewRequest(http.MethodPost, "/ht/1", strings.NewReader("what=secret-words")),
		httptest.NewRequest(http.MethodPost, "/ht/4", strings.NewReader("do=open&code=1234+secret-words")),
		httptest.NewRequest(http.MethodPost, "/thread", strings.NewReader(`{"token":"AAAAAAAAAAAAAAAAAAAAAA"}`)),
		httptest.NewRequest(http.MethodGet, "/secret-words", nil),
	} {
		r.RemoteAddr = "203.0.113.77:4242"
		r.Header.Set("X-Real-IP", "203.0.113.78")
		r.Header.Set("User-Agent", "secret-words")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		func() {
			defer func() { _ = recover() }() // http.ErrAbortHandler, which net/http does not log
			h.ServeHTTP(httptest.NewRecorder(), r)
		}()
	}
	if log.Len() == 0 {
		t.Fatal("nothing was logged")
	}
	for _, word := range []string{"203.0.113", "secret-words", "4242"} {
		if strings.Contains(log.String(), word) {
			t.Errorf("the log has %q:\n%s", word, log.String())
		}
	}
}

// broken is an office in which everything fails, and threads fail badly.
type broken struct{ *reporttest.Office }

func (broken) Key(context.Context) (report.Key, error) {
	return report.Key{}, errors.New("there is no key")
}

func (broken) Thread(context.Context, seal.ID) (*report.Thread, error) {
	panic("a fault in the program")
}
