package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/maypok86/otter/v2"

	"temwen/when"
)

// answers keeps finished, compressed answers, so that a page that many read is
// made once. An answer depends on its key and on nothing else: keep hands the
// page a request that has nothing else in it.
//
// Only what succeeded is kept, and nothing of what a reader typed into the box
// to search. An edition or a day that begins makes all that is kept worthless.
type answers struct {
	site     *Site
	kept     *otter.Cache[answerKey, *keptAnswer]
	compress func(http.Handler) http.Handler

	mu      sync.Mutex
	edition uint64
	zones   []string   // of the dossiers, each once
	days    []when.Day // today in each zone
	era     uint64     // counts editions and days; 0: none yet
}

// answerKey is all that an answer may depend on.
type answerKey struct {
	era                  uint64 // the edition, and today
	path, rawPath, query string // the language is in the path
	host                 string
	secure, gzip         bool
}

// keptAnswer is an answer that succeeded. It is never changed.
type keptAnswer struct {
	header http.Header
	tag    string
	body   []byte
}

// Bounds of the memory. A page is about 10 KB, compressed.
const (
	keptBytes   = 64 << 20
	largestKept = 1 << 20
	longestHost = 255
	entryBytes  = 1 << 10 // what an entry needs beside its body and key
)

func newAnswers(s *Site) *answers {
	return &answers{site: s, compress: compressed, kept: otter.Must(&otter.Options[answerKey, *keptAnswer]{
		MaximumWeight: keptBytes,
		Weigher: func(k answerKey, a *keptAnswer) uint32 {
			return uint32(len(a.body) + len(k.path) + len(k.rawPath) + len(k.query) + len(k.host) + entryBytes)
		},
	})}
}

// serve answers with what was kept, before anything else is done. It reports
// whether there was something.
func (a *answers) serve(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	key, err := a.key(r)
	if err != nil {
		return false
	}
	answer, ok := a.kept.GetIfPresent(key)
	if ok {
		answer.send(w, r)
	}
	return ok
}

// keep is a handler whose answers are kept. What it answers with must follow
// from the record, today and the address alone.
func (a *answers) keep(h http.Handler) http.Handler {
	make := a.compress(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, err := a.key(r)
		if err != nil || len(key.query) > maxQuery || len(key.host) > longestHost {
			h.ServeHTTP(w, r)
			return
		}
		answer, err := a.kept.Get(r.Context(), key, otter.LoaderFunc[answerKey, *keptAnswer](
			func(ctx context.Context, key answerKey) (*keptAnswer, error) {
				return key.answer(ctx, make, r, w.Header())
			}))
		var passing *passingAnswer
		switch {
		case err == nil:
			answer.send(w, r)
		case errors.As(err, &passing):
			passing.send(w)
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// key is what the answer to a request depends on.
func (a *answers) key(r *http.Request) (answerKey, error) {
	era, err := a.current(r.Context())
	return answerKey{
		era: era, path: r.URL.Path, rawPath: r.URL.RawPath, query: r.URL.RawQuery,
		host: r.Host, secure: secure(r), gzip: takesGzip(r.Header.Get("Accept-Encoding")),
	}, err
}

// current is the number of the era: it changes when the record has a new
// edition, and when a day begins at the place of a dossier.
func (a *answers) current(ctx context.Context) (uint64, error) {
	edition, err := a.site.record.Edition(ctx)
	if err != nil {
		return 0, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.era == 0 || edition != a.edition {
		if err := a.open(ctx); err != nil {
			return 0, err
		}
	}
	changed := false
	for i, zone := range a.zones {
		if today := a.site.options.Today(zone); today != a.days[i] {
			a.days[i], changed = today, true
		}
	}
	if changed {
		a.begin()
	}
	return a.era, nil
}

// open reads where the dossiers of the latest edition are.
func (a *answers) open(ctx context.Context) error {
	dossiers, edition, err := a.site.views.current(ctx)
	if err != nil {
		return err
	}
	a.edition, a.zones = edition, nil
	for _, d := range dossiers {
		if !slices.Contains(a.zones, d.Info.TimeZone) {
			a.zones = append(a.zones, d.Info.TimeZone)
		}
	}
	a.days = make([]when.Day, len(a.zones))
	a.begin()
	return nil
}

// begin begins an era: nobody asks for the answers of the one before again.
func (a *answers) begin() {
	a.era++
	a.kept.InvalidateAll()
}

// passingAnswer is an answer that is not kept. It goes to all who asked while
// it was made.
type passingAnswer struct{ heard }

// Error is never shown.
func (p *passingAnswer) Error() string { return fmt.Sprintf("status %d", p.status) }

func (p *passingAnswer) send(w http.ResponseWriter) {
	for name, values := range p.header {
		w.Header()[name] = slices.Clone(values)
	}
	w.WriteHeader(p.status)
	_, _ = w.Write(p.body.Bytes()) // the reader has gone; there is nobody to tell
}

// answer makes the answer of a key: to the end, also when who asked first has
// gone. It has the headers of every answer too.
func (k answerKey) answer(ctx context.Context, h http.Handler, r *http.Request, every http.Header) (*keptAnswer, error) {
	w := heard{header: make(http.Header), status: http.StatusOK}
	h.ServeHTTP(&w, k.only(r.WithContext(context.WithoutCancel(ctx))))
	if w.status != http.StatusOK || w.body.Len() > largestKept {
		return nil, &passingAnswer{w}
	}
	for name, values := range every {
		if w.header[name] == nil {
			w.header[name] = slices.Clone(values)
		}
	}
	body := bytes.Clone(w.body.Bytes())
	w.header.Set("Content-Length", strconv.Itoa(len(body)))
	return &keptAnswer{header: w.header, tag: w.header.Get("ETag"), body: body}, nil
}

// only takes everything out of a request that is not in the key. The languages
// that a browser asks for are left, for errors, which are not kept: a page's
// language is in its path.
func (k answerKey) only(r *http.Request) *http.Request {
	header := http.Header{"Accept-Language": r.Header["Accept-Language"]}
	if k.gzip {
		header.Set("Accept-Encoding", "gzip")
	}
	if k.secure {
		header.Set("X-Forwarded-Proto", "https")
	}
	r.Method, r.Header, r.TLS, r.RemoteAddr, r.Body = http.MethodGet, header, nil, "", http.NoBody
	return r
}

// send answers with what was kept, or says that the reader has it already.
func (k *keptAnswer) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, values := range k.header {
		h[name] = values
	}
	if asked := r.Header.Get("If-None-Match"); asked != "" && hasTag(asked, k.tag) {
		for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding"} {
			h.Del(name)
		}
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(k.body) // the reader has gone; there is nobody to tell
}

// heard is an answer, written down.
type heard struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header are the headers.
func (h *heard) Header() http.Header { return h.header }

// WriteHeader keeps the status.
func (h *heard) WriteHeader(status int) { h.status = status }

// Write keeps the bytes.
func (h *heard) Write(b []byte) (int, error) { return h.body.Write(b) }

// takesGzip reports whether Accept-Encoding names gzip, as every browser does.
// Whoever weighs encodings against each other gets the answer as it is.
func takesGzip(accept string) bool {
	for name := range strings.SplitSeq(accept, ",") {
		if strings.TrimSpace(name) == "gzip" {
			return true
		}
	}
	return false
}

// secure reports whether the reader reached the site over TLS.
func secure(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}
