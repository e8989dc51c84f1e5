package site_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"temwen/casework"
	"temwen/conduct"
	"temwen/conduct/conducttest"
	"temwen/dossier"
	"temwen/site"
	"temwen/store"
	"temwen/when"
)

// today is the day on which the tests read the record.
var today = when.MustParse("2026-11-23").First()

// record is a real store with the real dossier of Haiti, made once.
var record = sync.OnceValues(func() (*store.Store, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "temwen-site-")
	if err != nil {
		return nil, err
	}
	if err := store.Create(ctx, dir+"/store", store.Options{Origin: "temwen.local/test"}); err != nil {
		return nil, err
	}
	start := time.Date(2025, 9, 1, 12, 0, 0, 0, time.UTC)
	s, err := store.Open(ctx, dir+"/store", store.Settings{Books: conducttest.Books(), Now: func() time.Time { return start }})
	if err != nil {
		return nil, err
	}
	if err := conductOf(ctx, s, start); err != nil {
		return nil, err
	}
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		return nil, err
	}
	_, err = s.Import(ctx, d, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), store.Progress{})
	return s, err
})

// conductOf plays an invented office, which publishes tables of conduct of a
// mission twice, and a case.
func conductOf(ctx context.Context, s *store.Store, start time.Time) error {
	office := conducttest.New(s, start)
	scope := conducttest.Scope("mss", "jamaica", "kenya", "mss-force")
	for month := range 14 {
		if err := office.Month(ctx, scope.Mission, scope.Actors...); err != nil {
			return err
		}
		if month == 6 {
			if _, err := office.Publish(ctx, scope, nil); err != nil {
				return err
			}
			for _, id := range office.Coded[1:30] {
				if err := office.Merge(ctx, "invented", id, office.Coded[0], 0); err != nil {
					return err
				}
			}
		}
	}
	_, err := office.Publish(ctx, scope, &conduct.Reason{Code: "merged", Text: "Invented: thirty reports were about one incident."})
	if err == nil {
		_, publicEntry, err = office.Public(ctx, "mss", "jamaica", when.Today(office.Now), casework.PublicFields...)
	}
	return err
}

// publicEntry is the entry of the record that shows a case.
var publicEntry uint64

func open(t *testing.T) http.Handler {
	t.Helper()
	s, err := record()
	if err != nil {
		t.Fatal(err)
	}
	return site.New(s, site.Options{Today: func(string) when.Day { return today }})
}

func get(t *testing.T, h http.Handler, address string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var (
	links   = regexp.MustCompile(`href="(/[^"#]*)`)
	missing = regexp.MustCompile(`\[[a-z]+(\.[a-z0-9-]+)+\]|\{[a-z0-9]+\}|&lt;nil&gt;|%!`)
)

// Given the real record, when a reader follows every link from a front page,
// then every page is there, in their language, and says everything in words.
func TestEveryLinkLeadsToAPage(t *testing.T) {
	h := open(t)
	for _, start := range []string{"/en/", "/ht/", "/fr/?as_of=2024-06-26", "/es/?as_of=2025-03-01"} {
		t.Run(start, func(t *testing.T) {
			t.Parallel()
			seen := map[string]bool{start: true}
			queue := []string{start}
			for len(queue) > 0 && len(seen) < 4000 {
				address := queue[0]
				queue = queue[1:]
				w := get(t, h, address)
				if w.Code != http.StatusOK {
					t.Errorf("%s: %d", address, w.Code)
					continue
				}
				if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
					continue
				}
				body := w.Body.String()
				if m := missing.FindString(body); m != "" {
					t.Errorf("%s shows %q", address, m)
				}
				for _, link := range links.FindAllStringSubmatch(body, -1) {
					next := strings.ReplaceAll(link[1], "&amp;", "&")
					// One language at a time; lists by filter only once a mission.
					if seen[next] || strings.HasPrefix(next, "/") && len(next) > 3 && next[:4] != start[:4] {
						continue
					}
					seen[next] = true
					queue = append(queue, next)
				}
			}
			if len(seen) < 100 {
				t.Errorf("only %d pages were found from %s", len(seen), start)
			}
		})
	}
}

// Given a page, when it is asked for in a way that makes no sense, then the
// answer says what to do, with the right status, and never a stack.
func TestBadAddresses(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		name, address string
		status        int
		says          string
	}{
		{"an impossible date", "/en/missions/mss?as_of=2024-02-30", 400, "Write the day as year-month-day"},
		{"a year alone", "/en/missions/mss?as_of=2024", 400, "is not a day"},
		{"a day before the mission", "/en/missions/mss?as_of=2001-01-01", 404, "not yet known"},
		{"year 0", "/en/?as_of=0000-01-01", 404, "not yet known"},
		{"a day far ahead", "/en/missions/mss?as_of=9999-12-31", 200, "as known on 23 November 2026"},
		{"knowledge to come", "/en/missions/mss?as_of=2024-06-26&known=9999-12-31", 200, "as known today"},
		{"no such mission", "/en/missions/atlantis", 404, "does not exist"},
		{"no such obligation", "/en/missions/mss/obligations/none", 404, "does not exist"},
		{"an obligation before it was known", "/en/missions/mss/obligations/mss-review?as_of=2023-05-01", 404, "not yet known"},
		{"no such source", "/en/dossiers/haiti/sources/none", 404, ""},
		{"no such actor", "/en/dossiers/haiti/actors/none", 404, "does not exist"},
		{"no such language", "/xx/missions/mss", 404, "does not exist"},
		{"no such status", "/en/missions/mss/obligations?status=cheerful", 400, "cheerful"},
		{"no such topic", "/en/missions/mss/obligations?topic=weather", 400, "weather"},
		{"no such debtor", "/en/missions/mss/obligations?debtor=nobody", 400, "nobody"},
		{"markup in a filter", "/en/missions/mss/obligations?status=%3Cscript%3E", 400, "&lt;script&gt;"},
		{"invalid UTF-8", "/en/missions/mss/obligations?status=%ff%fe", 400, ""},
		{"invalid UTF-8 in a parameter's name", "/en/missions/mss?%ff=1", 400, "cannot be read"},
		{"invalid UTF-8 in the path", "/en/missions/%ff", 400, ""},
		{"ten thousand parameters", "/en/missions/mss/obligations?" + strings.Repeat("status=overdue&", 10000), 400, ""},
		{"a broken escape", "/en/missions/mss?as_of=2024-06-26&x=%zz", 400, ""},
		{"a receipt of nothing", "/receipts/99999999", 404, "no entry of that number"},
		{"a receipt of words", "/receipts/first", 400, "number of an entry"},
		{"a tile that climbs", "/ledger/../keys/ledger.key", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(t, h, c.address)
			if c.status != 0 && w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			if c.status == 0 && w.Code < 300 {
				t.Errorf("status %d for what must not be served", w.Code)
			}
			if !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("the page does not say %q:\n%.600s", c.says, w.Body.String())
			}
			if strings.Contains(w.Body.String(), "goroutine ") {
				t.Error("the page shows a stack")
			}
		})
	}
}

// Given any page, then it sets no cookie, loads nothing from elsewhere and
// allows no script.
func TestHeaders(t *testing.T) {
	h := open(t)
	elsewhere := regexp.MustCompile(`(?:src|srcset|action|data)="https?:|<link[^>]+href="https?:|<script|style="| on[a-z]+="`)
	for _, address := range []string{"/en/", "/ht/missions/mss", "/fr/missions/mss/obligations", "/es/record", "/en/missions/atlantis"} {
		w := get(t, h, address)
		for name, want := range map[string]string{
			"Set-Cookie": "", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", address, name, got, want)
			}
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: Content-Security-Policy is %q", address, csp)
		}
		if m := elsewhere.FindString(w.Body.String()); m != "" {
			t.Errorf("%s has %q", address, m)
		}
	}
}

// Given a page that a browser has, when it asks again, then it gets no page
// but the word that nothing changed; on another day it gets a new one.
func TestConditionalRequests(t *testing.T) {
	h := open(t)
	first := get(t, h, "/en/missions/mss")
	r := httptest.NewRequest(http.MethodGet, "/en/missions/mss", nil)
	r.Header.Set("If-None-Match", first.Header().Get("ETag"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusNotModified {
		t.Errorf("status %d, want 304", w.Code)
	}
	if other := get(t, h, "/en/missions/mss?as_of=2024-06-26"); other.Header().Get("ETag") == first.Header().Get("ETag") {
		t.Error("another day has the same ETag")
	}
}

// Given the day on which the article appeared, when the mission's pages are
// read as of it, then nothing later shows, and every link keeps the day.
func TestAsOfIsCarried(t *testing.T) {
	h := open(t)
	for _, page := range []string{"", "/obligations", "/money", "/documents", "/words", "/actors", "/sources"} {
		body := get(t, h, "/en/missions/mss"+page+"?as_of=2024-06-26").Body.String()
		if strings.Contains(body, "Gang Suppression") {
			t.Errorf("%q shows the later force", page)
		}
		for _, link := range links.FindAllStringSubmatch(body, -1) {
			if strings.HasPrefix(link[1], "/en/") && !strings.Contains(link[1], "as_of=2024-06-26") {
				t.Errorf("%q links to %s without the day", page, link[1])
			}
		}
	}
}

// Given the languages a browser asks for, when the bare address is read, then
// the front page in one of them is offered.
func TestLanguageIsChosen(t *testing.T) {
	h := open(t)
	for accept, want := range map[string]string{
		"fr-CA,fr;q=0.9,en;q=0.5": "/fr/", "ht": "/ht/", "es-DO": "/es/", "de,*": "/en/", "": "/en/", "\xff;;q=9": "/en/",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); w.Code != http.StatusFound || got != want {
			t.Errorf("%q: %d %s, want %s", accept, w.Code, got, want)
		}
	}
}

// Given the record, then its ledger can be read beside the pages, and each of
// its entries has a receipt.
func TestLedgerIsServed(t *testing.T) {
	h := open(t)
	for address, begins := range map[string]string{
		"/ledger/checkpoint": "temwen.local/test\n",
		"/receipts/0":        "c2sp.org/tlog-proof@v1\n",
	} {
		w := get(t, h, address)
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), begins) {
			t.Errorf("%s: %d %.80q", address, w.Code, w.Body.String())
		}
	}
	if w := get(t, h, "/ledger/tile/entries/000.p/1"); w.Code == http.StatusOK && w.Body.Len() == 0 {
		t.Error(fmt.Sprint("an empty tile: ", w.Code))
	}
}
