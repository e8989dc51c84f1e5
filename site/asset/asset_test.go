package asset_test

import (
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"temwen/site/asset"
)

// Given a folder, when a page names a file of it, then the address changes with
// the content and the file may be kept for ever; nothing else is served.
func TestSet(t *testing.T) {
	load := func(css string) *asset.Set {
		return asset.Load(fstest.MapFS{"a/style.css": {Data: []byte(css)}, "secret.txt": {Data: []byte("x")}}, "a")
	}
	old, now := load("a{}"), load("b{}")
	if old.Href("style.css") == now.Href("style.css") {
		t.Error("the address is the same for another content")
	}
	if load("a{}").Href("style.css") != old.Href("style.css") {
		t.Error("the address is another for the same content")
	}
	sum := sha512.Sum384([]byte("a{}"))
	if got := old.Integrity("style.css"); got != "sha384-"+base64.StdEncoding.EncodeToString(sum[:]) {
		t.Errorf("the integrity is %s", got)
	}
	for address, status := range map[string]int{
		old.Href("style.css"): 200, now.Href("style.css"): 404, "/assets/style.css": 404, "/assets/": 404, "/assets/../secret.txt": 404,
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = address
		old.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%s answers %d, not %d", address, w.Code, status)
		}
		if status == 200 && !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s may not be kept", address)
		}
	}
	r := httptest.NewRequest(http.MethodGet, old.Href("style.css"), nil)
	r.Header.Set("Accept-Encoding", "br, gzip")
	w := httptest.NewRecorder()
	old.ServeHTTP(w, r)
	packed, err := gzip.NewReader(w.Body)
	if err != nil || w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("it is not compressed: %v", err)
	}
	if b, err := io.ReadAll(packed); err != nil || string(b) != "a{}" {
		t.Errorf("compressed it is %q, %v", b, err)
	}
	if old.Href("none.css") != "" || old.Integrity("none.css") != "" {
		t.Error("a file that is not there has an address")
	}
}
