package site_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"temwen/site"
)

// pageType is one type of page, by an example of it.
type pageType struct {
	Name    string // the path's pattern, or what is special about the page
	Address string // below the language
	Status  int
}

// named are the parts of a path that stand for something of the dossier.
var named = map[string]string{
	"{$}": "", "{mission}": "mss", "{dossier}": "haiti",
}

// examples are paths whose parts do not stand for the same everywhere.
var examples = map[string]string{
	"/missions/{mission}/obligations/{id}": "/missions/mss/obligations/mss-review",
	"/missions/{mission}/procedures/{id}":  "/missions/mss/procedures/mss-criminal",
	"/missions/{mission}/people/{year}":    "/missions/minustah/people/2010",
	"/dossiers/{dossier}/sources/{id}":     "/dossiers/haiti/sources/ayibopost-2024-06-26-en",
	"/dossiers/{dossier}/actors/{id}":      "/dossiers/haiti/actors/security-council",
}

// further are pages of a type above that look otherwise: contested, empty,
// filtered, of another day, and errors.
var further = []pageType{
	{"a contested obligation", "/missions/mss/obligations/oversight-mechanism", http.StatusOK},
	{"a State that owes", "/dossiers/haiti/actors/kenya", http.StatusOK},
	{"a filtered list", "/missions/mss/obligations?status=overdue", http.StatusOK},
	{"a list with nothing", "/missions/mss/obligations?status=suspended&topic=money", http.StatusOK},
	{"a mission on an earlier day", "/missions/mss?as_of=2024-06-26", http.StatusOK},
	{"that day, as known today", "/missions/mss/obligations?as_of=2024-06-26&known=2026-11-23", http.StatusOK},
	{"a mission before this one", "/missions/minustah", http.StatusOK},
	{"the latest mission", "/missions/gsf", http.StatusOK},
	{"a procedure of the mission before", "/missions/gsf/procedures/mss-civil", http.StatusOK},
	{"a model procedure", "/missions/mss/procedures/un-memorandum", http.StatusOK},
	{"a mission without a procedure of its own", "/missions/unmih/procedures", http.StatusOK},
	{"a search", "/search?q=suprression", http.StatusOK},
	{"a search that finds nothing", "/search?q=xyzzyqqq&as_of=2024-06-26", http.StatusOK},
	{"no such page", "/missions/atlantis", http.StatusNotFound},
	{"no such day", "/missions/mss?as_of=2024-02-30", http.StatusBadRequest},
}

var part = regexp.MustCompile(`\{[^}]+\}`)

// pageTypes are all types of pages, each with its example.
func pageTypes(t *testing.T) []pageType {
	t.Helper()
	s, err := record()
	if err != nil {
		t.Fatal(err)
	}
	var list []pageType
	for _, path := range site.New(s, site.Options{}).Paths() {
		address, ok := examples[path]
		if !ok {
			address = part.ReplaceAllStringFunc(path, func(name string) string {
				if name == "{entry}" {
					return strconv.FormatUint(publicEntry, 10)
				}
				return named[name]
			})
		}
		list = append(list, pageType{path, address, http.StatusOK})
	}
	return append(list, further...)
}

// Given every type of page the site has, then the browser tests have an example
// of it that is there, so that a new page is tested from its first day.
func TestEveryTypeOfPageHasAnExample(t *testing.T) {
	h := open(t)
	for _, s := range pageTypes(t) {
		if w := get(t, h, "/en"+s.Address); w.Code != s.Status {
			t.Errorf("%s: %s answers %d, want %d; give it an example in pages_browser_test.go", s.Name, s.Address, w.Code, s.Status)
		}
		if strings.Contains(s.Address, "//") {
			t.Errorf("%s: what stands in %s?", s.Name, s.Address)
		}
	}
}
