package desk

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// SingleSignOn is an OpenID Connect provider where officers may sign in. It must
// ask for a second step itself; the desk does not again. It opens no key: that
// still takes the officer's passphrase or passkey.
type SingleSignOn struct {
	Name         string // as officers know it
	Issuer       string // https://…
	ClientID     string
	ClientSecret string
	// Claim holds the officer's name at the desk, "preferred_username" where empty.
	Claim string
	// Client talks to the provider; http.DefaultClient where nil.
	Client *http.Client
}

// ssoPath is where the provider sends an officer back to.
const ssoPath = "/sign-in/back"

// sso is the provider, found when it is first needed, so that the desk starts
// without it.
type sso struct {
	SingleSignOn
	redirect string
	now      func() time.Time

	mu       sync.Mutex
	provider *oidc.Provider
}

var errElsewhere = &userError{http.StatusForbidden, "elsewhere"}

// context carries the client that talks to the provider.
func (s *sso) context(ctx context.Context) context.Context {
	if s.Client == nil {
		return ctx
	}
	return oidc.ClientContext(ctx, s.Client)
}

// config finds the provider's addresses.
func (s *sso) config(ctx context.Context) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.provider == nil {
		// The provider keeps this context to fetch keys with, long after the request.
		p, err := oidc.NewProvider(s.context(context.WithoutCancel(ctx)), s.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("finding %s: %w", s.Issuer, err)
		}
		s.provider = p
	}
	return &oauth2.Config{
		ClientID: s.ClientID, ClientSecret: s.ClientSecret, Endpoint: s.provider.Endpoint(),
		RedirectURL: s.redirect, Scopes: []string{oidc.ScopeOpenID, "profile"},
	}, s.provider.Verifier(&oidc.Config{ClientID: s.ClientID, Now: s.now}), nil
}

// journey is what ties an officer's coming back to their going. Other sites'
// links bring no session cookie along, so it has a cookie of its own, that lasts
// ten minutes and is good for nothing else.
type journey struct{ state, nonce, verifier, lang string }

const journeyTime = 10 * time.Minute

// parseJourney reads what journeyCookie carries.
func parseJourney(s string) (journey, bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return journey{}, false
	}
	return journey{parts[0], parts[1], parts[2], parts[3]}, true
}

func (d *Desk) journeyCookie(value string, age int) *http.Cookie {
	c := &http.Cookie{
		Name: "temwen-elsewhere", Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: d.origin.Scheme == "https",
	}
	if c.Secure {
		c.Name = "__Host-temwen-elsewhere"
	}
	return c
}

// goElsewhere sends somebody to the provider.
func (d *Desk) goElsewhere(v *visit) error {
	if d.sso == nil {
		return errNoPage
	}
	config, _, err := d.sso.config(v.Context())
	if err != nil {
		d.options.Log.Error("single sign-on", "error", err)
		return errElsewhere
	}
	j := journey{random(16), random(16), oauth2.GenerateVerifier(), string(v.lang)}
	http.SetCookie(v.w, d.journeyCookie(j.state+"."+j.nonce+"."+j.verifier+"."+j.lang, int(journeyTime/time.Second)))
	http.Redirect(v.w, v.Request, config.AuthCodeURL(j.state, oidc.Nonce(j.nonce), oauth2.S256ChallengeOption(j.verifier)), http.StatusSeeOther)
	return nil
}

// comeBack signs in whom the provider names.
func (d *Desk) comeBack(v *visit) error {
	if d.sso == nil {
		return errNoPage
	}
	j, err := d.endJourney(v)
	if err != nil {
		return err
	}
	name, err := d.sso.name(v.Context(), j, v.URL.Query().Get("code"))
	if err != nil {
		d.options.Log.Error("single sign-on", "error", err)
		return errElsewhere
	}
	if err := v.look(); err != nil {
		return err
	}
	o := v.state.Named(name)
	if o == nil {
		return errElsewhere
	}
	if err := v.arrive(o, withSSO); err != nil {
		return err
	}
	// A redirect would still count as coming from elsewhere, without the session.
	v.show(&page{visit: v, Template: "back", Title: v.words.Say("desk.sign-in.title"), Body: v.start()})
	return nil
}

// endJourney is the journey that the cookie tells of, if it ends here.
func (d *Desk) endJourney(v *visit) (journey, error) {
	c, err := v.Cookie(d.journeyCookie("", 0).Name)
	if err != nil {
		return journey{}, errElsewhere
	}
	http.SetCookie(v.w, d.journeyCookie("", -1))
	j, ok := parseJourney(c.Value)
	if !ok || subtle.ConstantTimeCompare([]byte(j.state), []byte(v.URL.Query().Get("state"))) != 1 {
		return journey{}, errElsewhere
	}
	v.speak(j.lang)
	return j, nil
}

// name asks the provider who came.
func (s *sso) name(ctx context.Context, j journey, code string) (string, error) {
	config, verifier, err := s.config(ctx)
	if err != nil {
		return "", err
	}
	ctx = s.context(ctx)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(j.verifier))
	if err != nil {
		return "", fmt.Errorf("exchanging the code: %w", err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return "", errors.New("the provider sent no ID token")
	}
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return "", fmt.Errorf("reading the ID token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(j.nonce)) != 1 {
		return "", errors.New("the ID token is another journey's")
	}
	claims := make(map[string]any)
	if err := id.Claims(&claims); err != nil {
		return "", fmt.Errorf("reading the claims: %w", err)
	}
	claim := s.Claim
	if claim == "" {
		claim = "preferred_username"
	}
	name, ok := claims[claim].(string)
	if !ok {
		return "", fmt.Errorf("the ID token has no claim %q", claim)
	}
	return name, nil
}
