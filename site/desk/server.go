package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-webauthn/webauthn/webauthn"

	"temwen/intake"
	"temwen/locale"
	"temwen/office"
	"temwen/site/asset"
	"temwen/site/report"
)

// Options are what a desk may be told.
type Options struct {
	// Origin is where officers reach the desk, such as https://desk.example.org or
	// http://localhost:8422. Passkeys are bound to its host, which must have a name;
	// requests to another host are turned away.
	Origin string
	// Now is the time. Required. It carries the zone of the office's place, in which days
	// and times are shown.
	Now func() time.Time
	// Idle ends a session in which nothing was asked for, Lifetime every session.
	// 30 minutes and 10 hours where 0.
	Idle, Lifetime time.Duration
	// Lock is after how long without use the keys in a tab are forgotten. 10
	// minutes where 0.
	Lock time.Duration
	// Demo says on every page that everything is invented.
	Demo bool
	// SingleSignOn is where officers may sign in instead, or nil.
	SingleSignOn *SingleSignOn
	// Gateways may hand in text messages and what was said on a hotline.
	// What they hand in goes to Arrivals.
	Gateways []Gateway
	Arrivals Arrivals
	// Casework is what the pages of incidents and cases need. Without it there are
	// none.
	Casework *Casework
	// Services are those that help, to which persons can be referred.
	Services []report.Contact
	// Keep is how long ended reports are kept, from the missions' dossier; nil for
	// without end.
	Keep func(ctx context.Context) (intake.Keep, error)
	// Log is told of faults of the server, never of who asked. Discarded where
	// nil.
	Log *slog.Logger
}

// Desk serves the officers' side. It is an http.Handler.
type Desk struct {
	office   Office
	inbox    Inbox
	options  Options
	origin   *url.URL
	sessions *scs.SessionManager
	passkeys *webauthn.WebAuthn // nil where the host has no name
	tries    tries
	codes    codes
	sso      *sso // nil where there is none
	gateways gateways
	letters  letters
	handler  http.Handler
}

// New is the desk of an office.
func New(o Office, inbox Inbox, options Options) (*Desk, error) {
	origin, err := parseOrigin(options.Origin)
	if err != nil {
		return nil, err
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	for _, d := range []struct {
		set    *time.Duration
		absent time.Duration
	}{{&options.Idle, 30 * time.Minute}, {&options.Lifetime, 10 * time.Hour}, {&options.Lock, 10 * time.Minute}} {
		if *d.set == 0 {
			*d.set = d.absent
		}
	}
	d := &Desk{office: o, inbox: inbox, options: options, origin: origin}
	d.tries.now = options.Now
	d.sessions = d.newSessions()
	if options.SingleSignOn != nil {
		d.sso = &sso{SingleSignOn: *options.SingleSignOn, redirect: origin.String() + ssoPath, now: options.Now}
	}
	if d.passkeys, err = newPasskeys(origin); err != nil {
		return nil, err
	}
	d.gateways = gateways{byID: make(map[string]Gateway), answers: make(map[string]answered)}
	for _, g := range options.Gateways {
		if err := g.check(); err != nil {
			return nil, err
		}
		d.gateways.byID[g.ID] = g
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+gatewayPath, d.gateway)
	d.addPages(mux)
	mux.Handle("GET "+asset.Prefix, assets)
	mux.HandleFunc("GET "+pdfPath, d.pdf)
	mux.HandleFunc("GET "+assets.Href("pdf.js"), pdfScript)
	mux.Handle("GET "+ssoPath, d.visited(room{reach: anybody, serve: d.comeBack}))
	protection := http.NewCrossOriginProtection()
	d.handler = protection.Handler(d.sessions.LoadAndSave(mux))
	return d, nil
}

// parseOrigin reads the address of the desk.
func parseOrigin(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("the desk's origin: %w", err)
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("the desk's origin %q is not of the form https://desk.example.org", s)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, fmt.Errorf("the desk's origin %q must be https: only on the machine itself do browsers open keys over http", s)
	}
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// policy is the content security policy: nothing inline, nothing from elsewhere,
// no string that becomes markup or script but the address of the worker's
// (web/desk/beside.ts). Pictures and recordings out of a
// report are shown from memory, as blob; PDFs are drawn in a frame that can be nothing else (pdf.go).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types temwen-worker; frame-src "

// ServeHTTP answers one request, with the headers that every answer carries.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy+d.origin.String()+pdfPath)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=(), publickey-credentials-get=(self), publickey-credentials-create=(self)")
	h.Set("Cache-Control", "no-store")
	if d.origin.Scheme == "https" {
		h.Set("Strict-Transport-Security", "max-age=63072000")
	}
	if !strings.EqualFold(r.Host, d.origin.Host) {
		http.Error(w, "The desk is at "+d.origin.String()+". Go there.", http.StatusMisdirectedRequest)
		return
	}
	d.handler.ServeHTTP(w, r)
}

// reach is who may use a page.
type reach int

const (
	anybody  reach = iota
	joined         // signed in; perhaps not admitted yet, perhaps without a second step
	admitted       // can open the office's keys, and signs in with two things
)

// room is one address of the desk: a page, or something that is done there.
type room struct {
	method, path string
	reach        reach
	serve        func(*visit) error
}

// rooms are all addresses below the language.
func (d *Desk) rooms() []room {
	return append(d.caseRooms(), []room{
		{"GET", "/{$}", anybody, d.home},
		{"GET", "/sign-in", anybody, d.signInPage},
		{"POST", "/sign-in", anybody, d.signIn},
		{"POST", "/sign-in/ask", anybody, d.askPasskey},
		{"POST", "/sign-in/passkey", anybody, d.takePasskey},
		{"GET", "/sign-in/elsewhere", anybody, d.goElsewhere},
		{"POST", "/sign-out", joined, d.signOut},
		{"POST", "/keys", joined, d.keys},

		{"GET", "/join", anybody, d.joinPage},
		{"POST", "/join/look", anybody, d.lookAtLink},
		{"POST", "/join/passkey", anybody, d.offerToJoin},
		{"POST", "/join", anybody, d.join},
		{"GET", "/waiting", joined, d.waitingPage},
		{"GET", "/second-step", joined, d.secondPage},
		{"POST", "/second-step", joined, d.second},

		{"GET", "/me", joined, d.mePage},
		{"POST", "/me/passphrase", joined, d.changePassphrase},
		{"POST", "/me/offer", joined, d.offerPasskey},
		{"POST", "/me/passkeys", joined, d.addPasskey},
		{"POST", "/me/passkeys/drop", joined, d.dropPasskey},

		{"GET", "/office", admitted, d.officePage},
		{"POST", "/office/invite", admitted, d.invite},
		{"POST", "/office/withdraw", admitted, d.withdrawInvite},
		{"POST", "/office/admit", admitted, d.admit},
		{"GET", "/office/remove/{officer}", admitted, only(office.RemoveOfficers, d.removePage)},
		{"POST", "/office/remove/{officer}", admitted, d.remove},
		{"POST", "/office/rotate", admitted, d.rotate},
		{"GET", "/office/recovery", joined, d.recoveryPage},
		{"POST", "/office/recovery", admitted, d.arrangeRecovery},
		{"POST", "/office/recover", joined, d.recover},

		{"GET", "/inbox", admitted, d.inboxPage},
		{"GET", "/threads/{thread}", admitted, d.threadPage},
		{"POST", "/threads/{thread}/items/{item}", admitted, d.envelope},
		{"POST", "/threads/{thread}/opened", admitted, d.opened},
		{"POST", "/threads/{thread}/reply", admitted, d.reply},
		{"POST", "/threads/{thread}/note", admitted, d.note},
		{"POST", "/threads/{thread}/stage", admitted, d.stage},
		{"POST", "/threads/{thread}/assign", admitted, d.assign},
		{"POST", "/threads/{thread}/heed", admitted, d.heed},
		{"POST", "/threads/{thread}/hold", admitted, d.hold},
		{"POST", "/threads/{thread}/join", admitted, d.joinThreads},
		{"POST", "/threads/{thread}/part", admitted, d.partThreads},
		{"GET", "/enter", admitted, only(office.EnterReports, d.enterPage)},
		{"POST", "/enter", admitted, d.enter},

		{"GET", "/due", admitted, only(office.SeeErasures, d.duePage)},
		{"GET", "/office/roles", admitted, d.rolesPage},
		{"POST", "/office/roles", admitted, d.giveRoles},
		{"POST", "/office/let-in/{officer}", admitted, d.letIn},
		{"POST", "/threads/{thread}/erasure", admitted, d.askErasure},
		{"POST", "/threads/{thread}/erasure/drop", admitted, d.dropErasure},
		{"GET", "/threads/{thread}/erase", admitted, d.erasePage},
		{"POST", "/threads/{thread}/erase", admitted, d.erase},
	}...)
}

// addPages puts all addresses into the mux, in every language.
func (d *Desk) addPages(mux *http.ServeMux) {
	for _, r := range d.rooms() {
		for _, lang := range locale.Langs {
			mux.Handle(r.method+" /"+string(lang)+r.path, d.visited(r))
		}
	}
	mux.Handle("GET /{$}", d.visited(room{reach: anybody, serve: d.chooseLanguage}))
	mux.Handle("/", d.visited(room{reach: anybody, serve: func(*visit) error { return errNoPage }}))
}

// Paths are the addresses of the pages, below the language, as patterns of
// net/http.
func (d *Desk) Paths() []string {
	var list []string
	for _, r := range d.rooms() {
		if r.method == http.MethodGet {
			list = append(list, r.path)
		}
	}
	return list
}

var (
	errNoPage    = errors.New("no such page")
	errSignedOut = errors.New("nobody is signed in")
)
