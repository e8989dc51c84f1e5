package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// openMux registers handlers on the site's mux so that they serve openly.
type openMux struct{ *http.ServeMux }

// HandleFunc registers a handler.
func (m openMux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, openly(http.HandlerFunc(handler)))
}

// openly lets programs of any origin read what a handler answers, and answers
// with an ETag, so that who has it already is told so.
func openly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		held := &heldAnswer{ResponseWriter: w, status: http.StatusOK}
		allowAll(w.Header())
		h.ServeHTTP(held, r)
		if held.status != http.StatusOK {
			w.WriteHeader(held.status)
			_, _ = w.Write(held.body.Bytes()) // the reader has gone; there is nobody to tell
			return
		}
		tag := w.Header().Get("ETag")
		if tag == "" {
			tag = tagOf(held.body.Bytes())
		}
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		if hasTag(r.Header.Get("If-None-Match"), tag) {
			w.Header().Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(held.body.Bytes()) // the reader has gone; there is nobody to tell
	})
}

// heldAnswer keeps an answer back until it is whole.
type heldAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader keeps the status.
func (h *heldAnswer) WriteHeader(status int) { h.status = status }

// Write keeps the bytes.
func (h *heldAnswer) Write(b []byte) (int, error) { return h.body.Write(b) }

// allowAll is for pages of other origins: all of it is public, and nothing is
// ever sent with credentials.
func allowAll(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "ETag, Link")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// preflight answers a browser that asks, for a page of another origin, whether
// it may ask. It reports whether the request was such a question.
func preflight(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h := w.Header()
	allowAll(h)
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "If-None-Match")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// tagOf is the ETag of an answer.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// hasTag reports whether an If-None-Match names a tag, in a compressed answer
// or not (RFC 9110, 13.1.2).
func hasTag(header, tag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	bare := func(s string) string {
		s = strings.Trim(strings.TrimPrefix(strings.TrimSpace(s), "W/"), `"`)
		return strings.TrimSuffix(s, "-gzip")
	}
	for part := range strings.SplitSeq(header, ",") {
		if bare(part) == bare(tag) {
			return true
		}
	}
	return false
}

// serveBytes serves what never changes while the program runs.
func serveBytes(mediaType string, body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		_, _ = w.Write(body) // the reader has gone; there is nobody to tell
	})
}
