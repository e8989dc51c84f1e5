package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"

	"github.com/alexedwards/scs/v2"
)

// What a session holds. Sessions are in memory only: a restart ends them all.
const (
	keyOfficer  = "officer"  // ID
	keyToken    = "token"    // of forms
	keyCeremony = "ceremony" // a passkey's, under way: JSON
	keySecret   = "secret"   // of a second step that is not confirmed yet
	keyWith     = "with"     // how they signed in
	keyLink     = "link"     // an invitation's, to be shown once
	keyDone     = "done"     // what was done, to be said on the next page
)

// newSessions are sessions as short as the options say. The cookie says nothing
// but a random number, and no other site's link brings it along.
func (d *Desk) newSessions() *scs.SessionManager {
	s := scs.New()
	s.IdleTimeout, s.Lifetime = d.options.Idle, d.options.Lifetime
	s.HashTokenInStore = true
	s.Cookie.Name = "temwen-desk"
	if d.origin.Scheme == "https" {
		s.Cookie.Name = "__Host-temwen-desk"
		s.Cookie.Secure = true
	}
	s.Cookie.SameSite = http.SameSiteStrictMode
	s.Cookie.Persist = false
	s.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		d.options.Log.Error("keeping a session", "error", err)
		http.Error(w, "The desk cannot keep sessions now.", http.StatusInternalServerError)
	}
	return s
}

// begin makes the session an officer's, under a new token, so that nobody who
// knew the old one comes in with them.
func (d *Desk) begin(ctx context.Context, officer string) error {
	if err := d.sessions.Clear(ctx); err != nil {
		return err
	}
	if err := d.sessions.RenewToken(ctx); err != nil {
		return err
	}
	d.sessions.Put(ctx, keyOfficer, officer)
	return nil
}

// token is what every form of the session brings along.
func (d *Desk) token(ctx context.Context) string {
	if t := d.sessions.GetString(ctx, keyToken); t != "" {
		return t
	}
	t := random(18)
	d.sessions.Put(ctx, keyToken, t)
	return t
}

// hasToken reports whether a request brings the session's token along.
func (d *Desk) hasToken(ctx context.Context, given string) bool {
	want := d.sessions.GetString(ctx, keyToken)
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(given)) == 1
}

// random is n random bytes, base64url.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
