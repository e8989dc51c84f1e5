package ledger

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/transparency-dev/tessera/client"
)

func TestHandler(t *testing.T) {
	dir, key := madeLog(t, 600)
	must(t, os.MkdirAll(filepath.Join(dir, stateDir), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, treeStateFile), []byte("{}"), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "..", "ledger.key"), []byte(key.secret), 0o600))
	// Integrated, and not published yet.
	must(t, os.WriteFile(filepath.Join(dir, "tile/entries/002"), []byte("early"), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "tile/0/002.p/99"), []byte("early"), 0o644))

	const text, bytesType = "text/plain; charset=utf-8", "application/octet-stream"
	for _, c := range []struct {
		path, typ, cache string
		status           int
	}{
		{"/checkpoint", text, fresh, 200},
		{"/ledger.vkey", text, fresh, 200},
		{"/tile/entries/000", bytesType, immutable, 200},
		{"/tile/entries/002.p/88", bytesType, immutable, 200},
		{"/tile/0/001", bytesType, immutable, 200},
		{"/tile/0/002.p/88", bytesType, immutable, 200},
		{"/tile/1/000.p/2", bytesType, immutable, 200},
		{"/tile/entries/002", "", fresh, 404},
		{"/tile/0/002.p/99", "", fresh, 404},
		{"/tile/entries/000.p/7", "", fresh, 404}, // within the tree, and not there
		{"/tile/entries/003", "", fresh, 404},
		{"/tile/2/000.p/1", "", fresh, 404},
		{"/tile/9999999999999999999/000", "", fresh, 404},
		{"/tile/1152921504606846976/000", "", fresh, 404},
		{"/tile/0/x072/x057/x594/x037/x927/936", "", fresh, 404},
		{"/", "", fresh, 404},
		{"", "", fresh, 404},
		{"/tile", "", fresh, 404},
		{"/tile/", "", fresh, 404},
		{"/tile/entries/", "", fresh, 404},
		{"/tile/data/000", "", fresh, 404},
		{"/tile/0/0", "", fresh, 404},
		{"/tile/00/000", "", fresh, 404},
		{"/tile/0/000/", "", fresh, 404},
		{"/tile/0/000.p/256", "", fresh, 404},
		{"/tile/0/000.p/0", "", fresh, 404},
		{"/.state/treeState", "", fresh, 404},
		{"/tile/../.state/treeState", "", fresh, 404},
		{"/../ledger.key", "", fresh, 404},
		{"/tile/../../ledger.key", "", fresh, 404},
		{"/tile/entries/..%2f..%2f..%2fledger.key", "", fresh, 404},
		{"/checkpoint/", "", fresh, 404},
		{"//checkpoint", "", fresh, 404},
		{"/checkpoint\x00", "", fresh, 404},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := httptest.NewRequest(method, "/", nil)
			r.URL.Path = c.path
			w := httptest.NewRecorder()
			Handler(dir).ServeHTTP(w, r)
			h := w.Result().Header
			if w.Code != c.status || c.typ != "" && h.Get("Content-Type") != c.typ || h.Get("Cache-Control") != c.cache {
				t.Errorf("%s %q: %d %v", method, c.path, w.Code, h)
			}
			if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s %q: headers %v", method, c.path, h)
			}
			if strings.Contains(w.Body.String(), "PRIVATE") || strings.Contains(w.Body.String(), "early") {
				t.Errorf("%q shows what it must not", c.path)
			}
			if c.status == 200 && method == http.MethodGet {
				want, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.path)))
				if err != nil || !bytes.Equal(w.Body.Bytes(), want) {
					t.Errorf("%q: another body (%v)", c.path, err)
				}
			}
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, "PROPFIND"} {
		w := httptest.NewRecorder()
		Handler(dir).ServeHTTP(w, httptest.NewRequest(method, "/checkpoint", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Result().Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

// Entries are compressed for who asks for it, and nothing else is.
func TestHandlerGzip(t *testing.T) {
	dir, _ := madeLog(t, 300)
	for _, c := range []struct {
		path, accept string
		zipped       bool
	}{
		{"/tile/entries/000", "gzip", true},
		{"/tile/entries/001.p/44", "br, gzip;q=0.5", true},
		{"/tile/entries/000", "", false},
		{"/tile/entries/000", "identity", false},
		{"/tile/entries/000", "gzip;q=0", false},
		{"/tile/entries/000", "gzip; q=0.0", false},
		{"/tile/0/000", "gzip", false},
		{"/checkpoint", "gzip", false},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := httptest.NewRequest(method, c.path, nil)
			r.Header.Set("Accept-Encoding", c.accept)
			w := httptest.NewRecorder()
			Handler(dir).ServeHTTP(w, r)
			if zipped := w.Header().Get("Content-Encoding") == "gzip"; w.Code != 200 || zipped != c.zipped {
				t.Errorf("%s, accepting %q: %d, compressed %v", c.path, c.accept, w.Code, zipped)
			}
			if !c.zipped || method == http.MethodHead {
				continue
			}
			want, err := os.ReadFile(filepath.Join(dir, c.path))
			must(t, err)
			if w.Body.Len() > len(want)/2 {
				t.Errorf("%s: %d bytes of %d", c.path, w.Body.Len(), len(want))
			}
			zip, err := gzip.NewReader(w.Body)
			must(t, err)
			if got, err := io.ReadAll(zip); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: another body (%v)", c.path, err)
			}
		}
	}
}

// A log that is not there, or whose checkpoint is nonsense, is an answer.
func TestHandlerWithoutLog(t *testing.T) {
	dir := t.TempDir()
	get := func(path string) int {
		w := httptest.NewRecorder()
		Handler(dir).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code
	}
	if a, b := get("/checkpoint"), get("/tile/0/000"); a != 404 || b != 404 {
		t.Errorf("without a log: %d, %d", a, b)
	}
	must(t, os.WriteFile(filepath.Join(dir, checkpointFile), []byte("nonsense"), 0o644))
	if got := get("/tile/0/000"); got != 500 {
		t.Errorf("without a checkpoint: %d", got)
	}
}

// Tessera's own client reads over HTTP what we serve: the checkpoint, proofs
// built from tiles, and bundles.
func TestTesseraClient(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	follow(t, dir, key, testEvents(700), quick)
	server := httptest.NewServer(http.StripPrefix("/ledger", Handler(dir)))
	defer server.Close()
	f := tesseraClient(t, server.URL+"/ledger/")
	trust, err := newTrust(key.Public(), nil)
	must(t, err)
	signed, err := f.ReadCheckpoint(t.Context())
	must(t, err)
	c, err := trust.open(signed)
	must(t, err)
	builder, err := client.NewProofBuilder(t.Context(), c.Size, f.ReadTile)
	must(t, err)
	for _, i := range []uint64{0, 300, 699} {
		path, err := builder.InclusionProof(t.Context(), i)
		must(t, err)
		r, err := Receipt(t.Context(), dir, i)
		must(t, err)
		p, err := parseReceipt(r)
		must(t, err)
		if len(path) != len(p.path) {
			t.Fatalf("entry %d: %d hashes, and %d in the receipt", i, len(path), len(p.path))
		}
		for j := range path {
			if !bytes.Equal(path[j], p.path[j][:]) {
				t.Errorf("entry %d: hash %d differs", i, j)
			}
		}
		bundle, err := client.GetEntryBundle(t.Context(), f.ReadEntryBundle, i/256, c.Size)
		must(t, err)
		if !bytes.Equal(bundle.Entries[i%256], testEntry(i)) {
			t.Errorf("entry %d reads %q", i, bundle.Entries[i%256])
		}
	}
}

// A real server, with its own ideas about paths, is no way around.
func TestHandlerOnTheWire(t *testing.T) {
	dir, key := madeLog(t, 3)
	must(t, os.WriteFile(filepath.Join(dir, "..", "ledger.key"), []byte(key.secret), 0o600))
	server := httptest.NewServer(Handler(dir))
	defer server.Close()
	for _, path := range []string{"/%2e%2e/ledger.key", "/..%2fledger.key", "/tile/%2e%2e/%2e%2e/ledger.key", "/tile/0/..%5c..%5cledger.key", "/tile%00"} {
		res, err := http.Get(server.URL + path)
		if err != nil {
			continue
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode == 200 || strings.Contains(string(body), "PRIVATE") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}
