package site_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"temwen/locale"
)

// descriptor is what the tests read of datapackage.json.
type descriptor struct {
	AsOf struct {
		World, Known string
		Edition      uint64
	} `json:"as_of"`
	Resources []struct {
		Path, Hash string
		Bytes      int
	}
}

func readDescriptor(t *testing.T, h http.Handler, query string) descriptor {
	t.Helper()
	var d descriptor
	if err := json.Unmarshal(get(t, h, "/data/haiti/datapackage.json"+query).Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// Given a data package, then every file that it names is there, with the bytes
// that it names, as of the same day and edition.
func TestDataFiles(t *testing.T) {
	h := open(t)
	for _, query := range []string{"", "?as_of=2024-06-26", "?as_of=2024-06-26&known=2024-09-01", "?as_of=2024-06-26&edition=1600"} {
		d := readDescriptor(t, h, query)
		if len(d.Resources) < 39 || d.AsOf.Edition == 0 {
			t.Errorf("%s: %d files as of %+v", query, len(d.Resources), d.AsOf)
		}
		if strings.Contains(query, "edition") && d.AsOf.Edition != 1600 {
			t.Errorf("%s is of edition %d", query, d.AsOf.Edition)
		}
		for _, r := range d.Resources {
			w := get(t, h, "/data/haiti/"+r.Path+query)
			if sum := fmt.Sprintf("sha256:%x", sha256.Sum256(w.Body.Bytes())); w.Code != http.StatusOK || sum != r.Hash || w.Body.Len() != r.Bytes {
				t.Errorf("%s%s: status %d, %d bytes, want %d", r.Path, query, w.Code, w.Body.Len(), r.Bytes)
			}
		}
	}
}

func TestBadDataFiles(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		address string
		status  int
	}{
		{"/data/haiti/none.csv", 404},
		{"/data/none/obligations.csv", 404},
		{"/data/haiti/..%2f..%2fkeys", 404},
		{"/data/haiti/obligations.csv?as_of=2024-02-30", 400},
		{"/data/haiti/obligations.csv?as_of=2024-06-26&as_of=2024-06-27", 400},
		{"/data/haiti/obligations.csv?status=overdue", 400},
		{"/data/haiti/obligations.csv?edition=99999999", 404},
		{"/data/haiti/obligations.csv?%zz", 400},
	} {
		w := get(t, h, c.address)
		if w.Code != c.status || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, %s; want %d", c.address, w.Code, w.Header().Get("Content-Type"), c.status)
			continue
		}
		checkProblem(t, w)
	}
}

var (
	fileLinks = regexp.MustCompile(`href="(/data/[^"]+)"`)
	ldBlock   = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)
)

// Given the page of open data, in every language, then it links every file as
// of the page's day, says every rule in words, and describes itself to search
// engines with addresses that are there.
func TestDataPage(t *testing.T) {
	h := open(t)
	for _, lang := range locale.Langs {
		w := get(t, h, "/"+string(lang)+"/data/haiti?as_of=2024-06-26")
		body := w.Body.String()
		if w.Code != http.StatusOK || missing.FindString(body) != "" {
			t.Fatalf("%s: status %d, %q", lang, w.Code, missing.FindString(body))
		}
		links := fileLinks.FindAllStringSubmatch(body, -1)
		if len(links) != 50 {
			t.Errorf("%s: %d files", lang, len(links))
		}
		for _, l := range links {
			if !strings.HasSuffix(l[1], "?as_of=2024-06-26") {
				t.Errorf("%s: %s is of another day", lang, l[1])
			}
		}
		checkDataset(t, h, lang, ldBlock.FindStringSubmatch(body)[1])
		if w := get(t, h, "/"+string(lang)+"/data"); !strings.Contains(w.Body.String(), "/data/haiti") {
			t.Errorf("%s: the list of dossiers does not lead to the page", lang)
		}
	}
}

func checkDataset(t *testing.T, h http.Handler, lang locale.Lang, block string) {
	t.Helper()
	var d struct {
		Type         string `json:"@type"`
		Name         string
		Description  string
		License      string
		Distribution []struct {
			EncodingFormat, ContentURL string
		}
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(block)), &d); err != nil {
		t.Fatal(err)
	}
	if d.Type != "Dataset" || d.Name == "" || d.Description == "" || d.License == "" || len(d.Distribution) != 50 {
		t.Errorf("%s: %+v", lang, d)
	}
	for _, f := range d.Distribution[:3] {
		address := strings.TrimPrefix(f.ContentURL, "http://example.com")
		if w := get(t, h, address); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), f.EncodingFormat) {
			t.Errorf("%s: %s: status %d", lang, f.ContentURL, w.Code)
		}
	}
}

func TestNoSuchData(t *testing.T) {
	if w := get(t, open(t), "/en/data/atlantis"); w.Code != http.StatusNotFound {
		t.Errorf("status %d", w.Code)
	}
}
