package ledger

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"filippo.io/torchwood"
)

// Handler serves the log in a folder as C2SP tlog-tiles, read only: /checkpoint,
// /tile/…, and /ledger.vkey. It serves only what the published checkpoint
// commits to, so that nothing can be read before its time, and a tile that a
// browser keeps for ever is one that can never change. All other paths are not
// found. It needs no Log, and sees what another process writes.
func Handler(dir string) http.Handler { return handler{folder(dir)} }

type handler struct{ folder folder }

const (
	immutable = "public, max-age=31536000, immutable"
	fresh     = "no-cache"
)

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	// Anybody may check the log, also from a page of another site.
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Vary", "Accept-Encoding")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "The ledger can only be read.", http.StatusMethodNotAllowed)
		return
	}
	data, err := h.file(r, header)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		header.Set("Cache-Control", fresh)
		http.Error(w, "The ledger has no such file.", http.StatusNotFound)
	case err != nil:
		header.Set("Cache-Control", "no-store")
		http.Error(w, "The ledger cannot be read at the moment.", http.StatusInternalServerError)
	case strings.HasPrefix(r.URL.Path, "/tile/entries/") && acceptsGzip(r):
		header.Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		if _, err := zip.Write(data); err == nil {
			_ = zip.Close() // an error is the client's having gone
		}
	default:
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
}

// acceptsGzip says whether the client takes a compressed answer. Entries are
// text and shrink to a third.
func acceptsGzip(r *http.Request) bool {
	for _, e := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		if name, q, _ := strings.Cut(e, ";"); strings.TrimSpace(name) == "gzip" {
			return strings.Trim(strings.TrimPrefix(strings.TrimSpace(q), "q="), "0.") != "" || q == ""
		}
	}
	return false
}

// file reads what the request asks for and sets the headers that go with it.
// The path never reaches the file system as it is: it is parsed, and written
// again from what it was parsed into.
func (h handler) file(r *http.Request, header http.Header) ([]byte, error) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	header.Set("Cache-Control", fresh)
	switch path {
	case checkpointFile, vkeyFile:
		header.Set("Content-Type", "text/plain; charset=utf-8")
		return h.folder.read(r.Context(), path, nil, maxCheckpoint)
	}
	t, err := torchwood.ParseTilePath(path)
	if err != nil || torchwood.TilePath(t) != path {
		return nil, fs.ErrNotExist
	}
	size, err := h.folder.publishedSize(r.Context())
	if err != nil {
		return nil, err
	}
	if !within(t, size) {
		return nil, fs.ErrNotExist
	}
	data, err := h.folder.read(r.Context(), tilePath(t.L, uint64(t.N), t.W), nil, maxBundle)
	if err == nil {
		header.Set("Cache-Control", immutable)
		header.Set("Content-Type", "application/octet-stream")
	}
	return data, err
}

// publishedSize reads how many entries the published checkpoint has. It does
// not check the signature: these are our own files, and clients check it.
func (f folder) publishedSize(ctx context.Context) (uint64, error) {
	data, err := f.read(ctx, checkpointFile, nil, maxCheckpoint)
	if err != nil {
		return 0, err
	}
	text, _, ok := bytes.Cut(data, []byte("\n\n"))
	if !ok {
		return 0, errors.New("malformed checkpoint")
	}
	c, err := torchwood.ParseCheckpoint(string(text) + "\n")
	if err != nil {
		return 0, err
	}
	return uint64(c.N), nil
}
