// Package report is the side of the oversight office that faces whoever has
// something to tell: a form, a code to come back with, answers. It is an
// http.Handler for a listener of its own and shares nothing at run time with the
// pages of the public record.
//
// It must never set a cookie, load anything from elsewhere, log or keep who asked
// (no address, no user agent, no time finer than a day), or let a word that
// somebody wrote touch a disk before it is sealed to the office's key. Two things
// about a visitor are in memory for a while: an address as a keyed hash, under a
// key that is thrown away every ten minutes ([limiter]); and, where the browser
// has no JavaScript, what they wrote, from its arrival until it is sealed, in
// buffers that are then overwritten ([typed]).
//
// Start with [Office], which is what this package asks of the rooms below, then
// [New], then the handler of a page: one file each. docs/sealed-reports.md is the
// specification; web/report/main.ts begins with the contract between the pages
// and their scripts.
package report

import (
	"context"
	"io"
	"log"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/asset"
	"temwen/when"
)

// Site is the reporter's side. It is an http.Handler.
type Site struct {
	office  Office
	options Options
	mux     *http.ServeMux
	visits  limiter
	seats   chan struct{} // one for each form that is being read and sealed
	kept    forgetful     // forms whose code was said to be kept
}

// Options are what a site may be told. The zero value is good.
type Options struct {
	// Contacts are services that help, as they are published.
	Contacts []Contact
	// Invented says on every page that all of it is made up: for the demo.
	Invented bool
	// Away is where the quick exit leads: an address anywhere, or the calendar on
	// this site where empty.
	Away string
	// PromiseKey verifies receipts: "origin/promise+hash+key".
	PromiseKey string
	// AddressHeader names the header in which a proxy in front gives the visitor's
	// address. It must overwrite what the visitor sent. Where it is empty, the
	// address is that of the connection.
	AddressHeader string
	// Spool is the folder for files of visitors without JavaScript while their form
	// arrives, encrypted under keys that are only in memory: os.TempDir where empty.
	Spool string
	// Now is the time; time.Now where nil.
	Now func() time.Time
	// Today is the day at the office; that of Now in UTC where nil.
	Today func() when.Day
	// Log is told of faults of the server, never of who asked or what for.
	// Discarded where nil.
	Log *slog.Logger
}

// The pages of a language. Their addresses are numbers, because a word in an
// address stays in the history of a phone.
var pages = map[string]func(*Site) (get, post pageFunc){
	"/{$}": func(s *Site) (get, post pageFunc) { return s.entrance, nil },
	"/1":   func(s *Site) (get, post pageFunc) { return s.form(seal.PathGeneral), s.send(seal.PathGeneral) },
	"/2": func(s *Site) (get, post pageFunc) {
		return s.form(seal.PathExploitation), s.send(seal.PathExploitation)
	},
	"/3":        func(s *Site) (get, post pageFunc) { return s.form(seal.PathChild), s.send(seal.PathChild) },
	"/4":        func(s *Site) (get, post pageFunc) { return s.back, s.open },
	"/5":        func(s *Site) (get, post pageFunc) { return s.help, nil },
	"/kept":     func(s *Site) (get, post pageFunc) { return nil, s.keep },
	"/calendar": func(s *Site) (get, post pageFunc) { return s.calendar, nil },
}

// New is the reporter's side of an office.
func New(office Office, options Options) *Site {
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Today == nil {
		options.Today = func() when.Day { return when.DayOf(options.Now().UTC().Date()) }
	}
	s := &Site{office: office, options: options, mux: http.NewServeMux(), seats: make(chan struct{}, seats)}
	s.visits.now, s.kept.now = options.Now, options.Now
	for path, of := range pages {
		get, post := of(s)
		for _, lang := range locale.Langs {
			if get != nil {
				s.mux.Handle("GET /"+string(lang)+path, s.page(get))
			}
			if post != nil {
				s.mux.Handle("POST /"+string(lang)+path, s.page(post))
			}
		}
	}
	s.mux.HandleFunc("GET /{$}", s.chooseLanguage)
	s.mux.Handle("GET "+asset.Prefix, assets)
	s.addParcels()
	s.mux.Handle("/", s.page(func(*visit) (*page, error) { return nil, errNoPage }))
	return s
}

// seats is how many forms are read and sealed at a time.
const seats = 64

// NewServer serves a site. What net/http itself would log has the addresses of
// visitors in it, so that nothing is logged.
func NewServer(s *Site) *http.Server {
	return &http.Server{
		Handler:           s,
		ErrorLog:          log.New(io.Discard, "", 0),
		ReadHeaderTimeout: patience,
		IdleTimeout:       2 * patience,
		MaxHeaderBytes:    16 << 10,
	}
}

// ServeHTTP answers one request, with the headers that every answer carries.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer s.recover()
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if r.Method == http.MethodPost && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		http.Error(w, "This must be sent from our own page.", http.StatusForbidden)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// recover logs where a handler failed, without what it was given, and ends the
// connection.
func (s *Site) recover() {
	switch failed := recover(); failed {
	case nil:
	case http.ErrAbortHandler:
		panic(failed)
	default:
		s.options.Log.Error("a handler failed", "stack", string(debug.Stack()))
		panic(http.ErrAbortHandler)
	}
}

// policy is the content security policy of every answer. Scripts carry their
// hash in the page besides.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// chooseLanguage sends a visitor of the bare address to the entrance in a
// language that their browser asks for.
func (s *Site) chooseLanguage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept-Language")
	http.Redirect(w, r, "/"+string(locale.Match(r.Header.Get("Accept-Language")))+"/", http.StatusFound)
}

// forgetful is a set that forgets its members after a day. It is for hashes
// only.
type forgetful struct {
	now func() time.Time
	mu  sync.Mutex
	in  [2]map[seal.Hash]bool // of this day, and of the one before
	day int64
}

// add puts a member in.
func (f *forgetful) add(h seal.Hash) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn()
	if len(f.in[0]) < 100_000 { // who floods it gains nothing but to see a code of their own again
		f.in[0][h] = true
	}
}

// has reports whether a member is in.
func (f *forgetful) has(h seal.Hash) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn()
	return f.in[0][h] || f.in[1][h]
}

// turn forgets what is too old.
func (f *forgetful) turn() {
	day := f.now().Unix() / (24 * 60 * 60)
	switch {
	case f.in[0] != nil && day == f.day:
		return
	case day == f.day+1:
		f.in[1] = f.in[0]
	default:
		f.in[1] = nil
	}
	f.in[0], f.day = make(map[seal.Hash]bool), day
}

// take waits for one of the seats, and reports whether it got one.
func (s *Site) take(ctx context.Context) (release func(), ok bool) {
	wait := time.NewTimer(20 * time.Second)
	defer wait.Stop()
	select {
	case s.seats <- struct{}{}:
		return func() { <-s.seats }, true
	case <-wait.C:
	case <-ctx.Done():
	}
	return nil, false
}
