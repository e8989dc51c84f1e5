package site

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/gzip"

	"temwen/dossier"
	"temwen/record"
	"temwen/when"
)

// growing is a record in memory whose edition a test moves.
type growing struct {
	Record
	edition  atomic.Uint64
	dossiers []*dossier.Dossier
}

func (g *growing) Edition(context.Context) (uint64, error) { return g.edition.Load(), nil }
func (g *growing) Dossiers(context.Context, uint64) ([]*dossier.Dossier, error) {
	return g.dossiers, nil
}

func (g *growing) View(context.Context, string, func(*record.Tables) error) error {
	return record.ErrNoBook
}
func (g *growing) Ledger() http.Handler                       { return http.NotFoundHandler() }
func (g *growing) Key() string                                { return "a key" }
func (g *growing) Checkpoint(context.Context) ([]byte, error) { return []byte("a checkpoint"), nil }

// kept is a site whose record and day a test moves.
type keptSite struct {
	*Site
	record *growing
	day    atomic.Int64
}

var loadHaiti = sync.OnceValues(func() (*dossier.Dossier, error) {
	return dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
})

func newKept(t *testing.T) *keptSite {
	t.Helper()
	d, err := loadHaiti()
	if err != nil {
		t.Fatal(err)
	}
	k := &keptSite{record: &growing{dossiers: []*dossier.Dossier{d}}}
	k.record.edition.Store(7)
	k.day.Store(int64(when.MustParse("2026-11-23").First()))
	k.Site = New(k.record, Options{Today: func(string) when.Day { return when.Day(k.day.Load()) }})
	return k
}

// ask asks for an address with headers given as name and value.
func (k *keptSite) ask(t *testing.T, method, address string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, address, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	k.ServeHTTP(w, r)
	return w
}

// entries is how many answers are kept.
func (k *keptSite) entries() int {
	k.answers.kept.CleanUp()
	return k.answers.kept.EstimatedSize()
}

// plain is the body of an answer, unpacked.
func plain(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Header().Get("Content-Encoding") != "gzip" {
		return w.Body.String()
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Given pages and feeds, when each is asked for twice, packed and not, then the
// answer that was kept says the same as the one that was made, with the same
// headers, whatever else the request says.
func TestKeptAnswersAreThoseThatWereMade(t *testing.T) {
	k := newKept(t)
	for _, address := range []string{
		"/ht/", "/en/missions/mss", "/fr/missions/mss?as_of=2024-06-26", "/es/missions/mss/obligations?status=overdue",
		"/en/record", "/en/data/haiti", "/ht/missions/mss/changes.atom", "/en/missions/mss/due.ics",
	} {
		whole := plain(t, k.ask(t, http.MethodGet, address))
		for _, accept := range []string{"", "gzip, deflate, br, zstd"} {
			before := k.entries()
			made := k.ask(t, http.MethodGet, address, "Accept-Encoding", accept)
			kept := k.ask(t, http.MethodGet, address, "Accept-Encoding", accept, "Accept-Language", "fr", "Cookie", "a=b", "User-Agent", "somebody")
			if n := k.entries(); accept != "" && n != before+1 {
				t.Errorf("%s: %d answers are kept, want one more than %d", address, n, before)
			}
			if made.Body.String() != kept.Body.String() || fmt.Sprint(made.Header()) != fmt.Sprint(kept.Header()) {
				t.Errorf("%s (%s): another answer the second time:\n%v\n%v", address, accept, made.Header(), kept.Header())
			}
			if kept.Header().Get("Vary") != "Accept-Encoding" || len(kept.Header()["Vary"]) != 1 {
				t.Errorf("%s: Vary is %q", address, kept.Header()["Vary"])
			}
			head := k.ask(t, http.MethodHead, address, "Accept-Encoding", accept)
			if got, want := head.Header().Get("Content-Length"), fmt.Sprint(kept.Body.Len()); got != want {
				t.Errorf("%s: HEAD says %s bytes, GET sends %s", address, got, want)
			}
			again := k.ask(t, http.MethodGet, address, "Accept-Encoding", accept, "If-None-Match", kept.Header().Get("ETag"))
			if again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("Content-Encoding") != "" {
				t.Errorf("%s: who has it gets %d %v", address, again.Code, again.Header())
			}
			if got := plain(t, kept); got != whole {
				t.Errorf("%s (%s): packed it says something else", address, accept)
			}
		}
	}
}

// Given an answer that was kept, when the record grows, a day begins, another
// host is asked or the reader comes over TLS, then it is made anew; when the
// clock is set back, then no answer of the later day is left.
func TestKeptAnswersEndWithTheirDayAndEdition(t *testing.T) {
	k := newKept(t)
	const address = "/en/missions/mss"
	today := func() string { return plain(t, k.ask(t, http.MethodGet, address)) }
	first := today()
	if !strings.Contains(first, "Edition 7") {
		t.Fatal("the page does not name its edition")
	}
	k.record.edition.Store(8)
	if second := today(); !strings.Contains(second, "Edition 8") {
		t.Error("after an import the page of the edition before is served")
	}
	if n := k.entries(); n != 1 {
		t.Errorf("%d answers are kept; those of the edition before are of no use", n)
	}
	k.record.edition.Store(7)
	if again := today(); again != first {
		t.Error("the page of edition 7 has changed")
	}
	k.day.Add(1)
	if later := today(); later == first || !strings.Contains(later, "24 November 2026") {
		t.Error("on the next day the page of the day before is served")
	}
	k.day.Add(-1)
	if again := today(); again != first {
		t.Error("after the clock was set back the page of the later day is served")
	}
	for _, c := range [][2]string{{"Host", "one.example"}, {"Host", "two.example"}, {"X-Forwarded-Proto", "https"}} {
		feed := plain(t, k.ask(t, http.MethodGet, "/en/missions/mss/changes.atom", c[0], c[1]))
		want := map[string]string{"Host": "http://" + c[1], "X-Forwarded-Proto": "https://example.com"}[c[0]]
		if !strings.Contains(feed, want) {
			t.Errorf("the feed does not name %s", want)
		}
	}
}

// Given searches and questions that cannot be answered, then nothing of them is
// kept; and given more pages than there is room for, the memory is bounded.
func TestWhatIsNotKept(t *testing.T) {
	k := newKept(t)
	for _, address := range []string{
		"/en/search?q=secret", "/en/missions/atlantis", "/en/missions/mss?as_of=2024-02-30", "/xx/", "/", "/en/missions/mss?" + strings.Repeat("a", maxQuery+1),
		"/en/missions/mss?x=%zz", "/api/v1/missions", "/data/haiti/datapackage.json", "/assets/none.css",
	} {
		k.ask(t, http.MethodGet, address)
		k.ask(t, http.MethodGet, address)
		if n := k.entries(); n != 0 {
			t.Errorf("%.60s: %d answers are kept", address, n)
		}
	}
	k.ask(t, http.MethodPost, "/en/missions/mss")
	if n := k.entries(); n != 0 {
		t.Errorf("after a POST %d answers are kept", n)
	}
	const most = 200 << 10
	k.answers.kept.SetMaximum(most)
	for i := range 300 {
		k.ask(t, http.MethodGet, fmt.Sprintf("/en/missions/mss/documents?n=%d&x=%s", i, strings.Repeat("y", 2000)))
	}
	if k.answers.kept.CleanUp(); k.answers.kept.WeightedSize() > most {
		t.Errorf("%d bytes are kept, at most %d may be", k.answers.kept.WeightedSize(), most)
	}
}

// Given many readers at once while editions come, then each gets a whole page of
// an edition that was the latest while they asked.
func TestManyReadersWhileTheRecordGrows(t *testing.T) {
	k := newKept(t)
	var readers sync.WaitGroup
	for i := range 8 {
		readers.Go(func() {
			for n := range 40 {
				if i == 0 {
					k.record.edition.Add(1)
				}
				least := k.record.edition.Load()
				body := plain(t, k.ask(t, http.MethodGet, "/en/missions/mss/documents", "Accept-Encoding", []string{"", "gzip"}[n%2]))
				most := k.record.edition.Load()
				whole := false
				for e := least; e <= most; e++ {
					whole = whole || strings.Contains(body, fmt.Sprintf("Edition %d<", e))
				}
				if !whole || !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
					t.Errorf("no page of an edition from %d to %d", least, most)
				}
			}
		})
	}
	readers.Wait()
}
