package report_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"temwen/site/report"
	"temwen/site/report/reporttest"
)

// spoken finds what a script says that is written in it.
var spoken = regexp.MustCompile(`\b(?:say|complain|words)\("([a-z-]+)"`)

// What scripts say beside: web/report/main.ts.
var (
	errorKeys = []string{
		"error-malformed", "error-unpadded", "error-recipient", "error-epoch", "error-reused", "error-too-large", "error-work",
		"error-busy", "error-full", "error-unknown",
	}
	stateKeys = []string{
		"state-received", "state-read", "state-referred", "state-case", "state-notice", "state-waiting", "state-closed", "state-withdrawn",
	}
	codeKeys = []string{"code-group", "code-wrong", "code-short", "code-long"}
)

// TestPagesHaveTheWordsOfTheirScripts holds the contract at the top of
// web/report/main.ts: the scripts have no words of their own.
func TestPagesHaveTheWordsOfTheirScripts(t *testing.T) {
	common := []string{"page.ts", "courier.ts", "files.ts", "voice.ts"}
	office := reporttest.New(t)
	site := report.New(office, office.Options())
	for _, c := range []struct {
		page    string
		sources []string
		keys    []string
	}{
		{"/fr/1", append([]string{"main.ts", "slip.ts"}, common...), errorKeys},
		{"/fr/4", append([]string{"return.ts"}, common...), append(append(stateKeys, codeKeys...), errorKeys...)},
	} {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, c.page, nil))
		doc, err := goquery.NewDocumentFromReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		grow(t, doc)
		for _, key := range append(c.keys, saidIn(t, c.sources)...) {
			said := doc.Find(`template[data-say="` + key + `"]`)
			if said.Length() != 1 || said.Text() == "" {
				t.Errorf("the page %s has no words for %q", c.page, key)
			}
		}
	}
}

func saidIn(t *testing.T, sources []string) (keys []string) {
	t.Helper()
	for _, name := range sources {
		b, err := os.ReadFile(filepath.Join("../../web/report", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range spoken.FindAllSubmatch(b, -1) {
			keys = append(keys, string(m[1]))
		}
	}
	return keys
}
