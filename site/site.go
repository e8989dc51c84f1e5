// Package site is the public record over HTTP: missions, obligations with
// their explanation, sources, the record's log, as pages in four languages that
// are complete without JavaScript.
//
// It must never decide what is owed (package publish does), set a cookie, load
// anything from elsewhere, or keep anything of who asks: no address, no user
// agent, no time. Start with New, then the handler of a page: one file each.
package site

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"

	"github.com/klauspost/compress/gzhttp"

	"temwen/dossier"
	"temwen/locale"
	"temwen/record"
	"temwen/search"
	"temwen/site/asset"
)

// Record is what the pages are made from.
type Record interface {
	// Edition is the number of entries in the ledger.
	Edition(ctx context.Context) (uint64, error)
	// Dossiers are the dossiers as of an edition.
	Dossiers(ctx context.Context, edition uint64) ([]*dossier.Dossier, error)
	// Facts streams the facts that a query asks for, each with the index of its
	// entry in the ledger.
	Facts(ctx context.Context, q record.Query) iter.Seq2[record.Version, error]
	// Ledger serves the ledger's files as C2SP tlog-tiles.
	Ledger() http.Handler
	// Key is the ledger's public key, as verification takes it.
	Key() string
	// Checkpoint is the latest signed checkpoint.
	Checkpoint(ctx context.Context) ([]byte, error)
	// Receipt is the proof that an entry is in the ledger: C2SP tlog-proof.
	Receipt(ctx context.Context, index uint64) ([]byte, error)
	// View reads the query tables of a book of the record.
	View(ctx context.Context, book string, f func(t *record.Tables) error) error
}

// Site serves the public record. It is an http.Handler.
type Site struct {
	pages   http.Handler // the mux, with its answers compressed
	record  Record
	options Options
	views   views
	answers *answers
	places  places
	open    openData
	shelf   search.Shelf
	mux     *http.ServeMux
	paths   map[string]bool // of the pages, below the language
}

// Options are what a site may be told.
type Options struct {
	// Today is the day at the place of a dossier, by the name of its time zone.
	Today Today
	// Static leaves out what needs a server: forms, filters, search.
	Static bool
	// SearchFile is where the search index of a big record is kept, for the next
	// start; in memory where empty.
	SearchFile string
	// Log is told of faults of the server, never of who asked. Discarded where
	// nil.
	Log *slog.Logger
}

// New is the site of a record.
func New(rec Record, options Options) *Site {
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	s := &Site{record: rec, options: options, mux: http.NewServeMux(), paths: make(map[string]bool)}
	s.views.record = rec
	s.places.facts = rec.Facts
	s.answers = newAnswers(s)
	s.shelf.Path = options.SearchFile
	for path, page := range map[string]pageFunc{
		"/{$}":                                 s.front,
		"/missions/{mission}":                  s.mission,
		"/missions/{mission}/obligations":      s.obligations,
		"/missions/{mission}/obligations/{id}": s.obligation,
		"/missions/{mission}/procedures":       s.procedures,
		"/missions/{mission}/procedures/{id}":  s.procedure,
		"/missions/{mission}/sources":          s.sources,
		"/dossiers/{dossier}/sources/{id}":     s.source,
		"/missions/{mission}/documents":        s.documents,
		"/missions/{mission}/words":            s.said,
		"/missions/{mission}/money":            s.money,
		"/missions/{mission}/actors":           s.actors,
		"/dossiers/{dossier}/actors/{id}":      s.actor,
		"/missions/{mission}/figures":          s.figures,
		"/missions/{mission}/people":           s.people,
		"/missions/{mission}/conduct":          s.conduct,
		"/missions/{mission}/conduct/{entry}":  s.publicCase,
		"/missions/{mission}/people/{year}":    s.people,
		"/missions/{mission}/predecessors":     s.predecessors,
		"/missions/{mission}/changes":          s.changes,
		"/data":                                s.data,
		"/data/{dossier}":                      s.dossierData,
		"/record":                              s.log,
		"/search":                              s.search,
	} {
		s.paths[path] = true
		for _, lang := range locale.Langs {
			s.mux.Handle("GET /"+string(lang)+path, s.kept(path, s.page(page)))
		}
	}
	s.mux.HandleFunc("GET /{$}", s.chooseLanguage)
	s.mux.Handle("GET "+asset.Prefix, assets)
	s.mux.HandleFunc("GET /receipts/{index}", s.receipt)
	s.mux.Handle("GET /ledger/", http.StripPrefix("/ledger", rec.Ledger()))
	s.addOpenData()
	s.mux.Handle("/", s.page(func(*request) (*page, error) { return nil, errNoPage }))
	s.pages = compressed(s.mux)
	return s
}

// kept keeps the answers of a page, unless every reader has one of their own.
func (s *Site) kept(path string, h http.Handler) http.Handler {
	if s.options.Static || path == "/search" {
		return h
	}
	return s.answers.keep(h)
}

// compressed compresses what is text, for readers who take it. Tiles are
// hashes, which no compression makes smaller.
func compressed(h http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.SuffixETag("-gzip"), gzhttp.ContentTypes([]string{
		"text/html", "text/css", "text/plain", "text/csv", "image/svg+xml", "application/json",
		"application/problem+json", "application/atom+xml", "text/calendar", "text/javascript",
		"application/jsonl", "application/openapi+json", "application/openapi+yaml",
	}))
	if err != nil {
		panic(err) // the options above are wrong
	}
	return wrap(h)
}

// policy is the content security policy of every answer; scripted is added on
// pages that have a script.
const (
	policy   = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	scripted = "; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)

// ServeHTTP answers one request, with the headers that every answer carries.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.answers.serve(w, r) {
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
	if preflight(w, r) {
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "This address is for reading only.", http.StatusMethodNotAllowed)
		return
	}
	s.pages.ServeHTTP(w, r)
}

var errNoPage = errors.New("no such page")
