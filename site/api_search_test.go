package site_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// foundPage is an answer of the search, as far as the tests look at it.
type foundPage struct {
	AsOf  struct{ World, Known string } `json:"as_of"`
	Total int
	Items []struct {
		Kind, ID, Known, Page string
	}
}

// Given a search with many hits, when a program follows the links from page to
// page, then it gets every hit once, those of one day, and each leads to a page
// that is there on that day and says the fact.
func TestAPISearchPageByPage(t *testing.T) {
	h := open(t)
	var seen []string
	address := "/api/v1/search?q=police&as_of=2024-06-26&limit=7&lang=fr"
	total := -1
	for address != "" {
		w := get(t, h, address)
		var f foundPage
		if err := json.Unmarshal(w.Body.Bytes(), &f); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %v", address, w.Code, err)
		}
		if total >= 0 && f.Total != total || f.AsOf.Known != "2024-06-26" {
			t.Errorf("%s: %d hits as known on %s", address, f.Total, f.AsOf.Known)
		}
		total = f.Total
		for _, item := range f.Items {
			key := item.Kind + " " + item.ID
			if slices.Contains(seen, key) {
				t.Errorf("%s is found twice", key)
			}
			seen = append(seen, key)
			if item.Known > "2024-06-26" {
				t.Errorf("%s was not known before %s", key, item.Known)
			}
			page, _, _ := strings.Cut(item.Page, "#")
			if !strings.HasPrefix(page, "/fr/") || get(t, h, page).Code != http.StatusOK {
				t.Errorf("%s: no page at %s", key, item.Page)
			}
		}
		address = ""
		if m := nextPage.FindStringSubmatch(strings.Join(w.Header()["Link"], ", ")); m != nil {
			address = m[1]
		}
	}
	if len(seen) != total || total < 10 {
		t.Errorf("%d hits on all pages, of %d", len(seen), total)
	}
}
