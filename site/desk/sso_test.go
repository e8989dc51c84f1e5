package desk_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"temwen/site/desk"
)

// provider is an OpenID Connect provider that lets in whoever it is told to.
type provider struct {
	*httptest.Server
	key    *rsa.PrivateKey
	name   string // who signs in there
	spoil  func(claims map[string]any)
	codes  map[string]url.Values // what was asked with each code
	tokens int
}

func newProvider(t *testing.T, w func() time.Time) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key, codes: make(map[string]url.Values)}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/go", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, r *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /go", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		code := rand.Text()
		p.codes[code] = q
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("POST /token", func(rw http.ResponseWriter, r *http.Request) {
		asked, ok := p.codes[r.FormValue("code")]
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if !ok || asked.Get("code_challenge") != b64(sum[:]) {
			http.Error(rw, "{}", http.StatusBadRequest)
			return
		}
		delete(p.codes, r.FormValue("code"))
		p.tokens++
		claims := map[string]any{
			"iss": p.URL, "aud": "desk", "sub": "1", "nonce": asked.Get("nonce"), "preferred_username": p.name,
			"iat": w().Unix(), "exp": w().Add(time.Minute).Unix(),
		}
		if p.spoil != nil {
			p.spoil(claims)
		}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
		if err != nil {
			t.Error(err)
			return
		}
		token, err := jwt.Signed(signer).Claims(claims).Serialize()
		if err != nil {
			t.Error(err)
		}
		answer(rw, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": token})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// Given a provider, when officers sign in there, then those who are known here come
// in, in the language they left in and without a second step of ours; everybody and
// everything else stays out.
func TestSigningInElsewhere(t *testing.T) {
	clock := &clock{now: noon}
	p := newProvider(t, clock.Now)
	w := found(t, func(o *desk.Options) {
		o.SingleSignOn = &desk.SingleSignOn{Name: "Lakay", Issuer: p.URL, ClientID: "desk", ClientSecret: "secret"}
	})
	for _, c := range []struct {
		name, who string
		spoil     func(map[string]any)
		in        bool
	}{
		{"an officer", "lakay", nil, true},
		{"a stranger", "loko", nil, false},
		{"for another desk", "lakay", func(c map[string]any) { c["aud"] = "other" }, false},
		{"another journey", "lakay", func(c map[string]any) { c["nonce"] = "x" }, false},
		{"of another provider", "lakay", func(c map[string]any) { c["iss"] = "https://example.org" }, false},
		{"too old", "lakay", func(c map[string]any) { c["exp"] = 1 }, false},
		{"without a name", "lakay", func(c map[string]any) { delete(c, "preferred_username") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.name, p.spoil = c.who, c.spoil
			d := w.visitor(t)
			_, page := d.page("/ht/sign-in")
			if link := page.Find(`a[href="/ht/sign-in/elsewhere"]`); link.Text() != "Konekte ak Lakay" {
				t.Errorf("the link says %q", link.Text())
			}
			r, page := d.page("/ht/sign-in/elsewhere")
			if c.in != (r.StatusCode == http.StatusOK) {
				t.Fatalf("%d: %s", r.StatusCode, page.Find("main").Text())
			}
			if !c.in {
				if !strings.Contains(page.Find("h1").Text(), "Konekte yon lòt kote pa mache") {
					t.Errorf("the page says %s", page.Find("main").Text())
				}
				return
			}
			if to := page.Find("main a").AttrOr("href", ""); to != "/ht/inbox" {
				t.Errorf("it leads to %s", to)
			}
			if r, _ := d.page("/ht/inbox"); r.Request.URL.Path != "/ht/inbox" {
				t.Errorf("the inbox is at %s", r.Request.URL.Path)
			}
		})
	}
	t.Run("coming back without having gone", func(t *testing.T) {
		p.name, p.spoil = "lakay", nil
		before := p.tokens
		if r, _ := w.visitor(t).page("/sign-in/back?code=x&state=y"); r.StatusCode != http.StatusForbidden || p.tokens != before {
			t.Errorf("%d, and the provider gave %d tokens", r.StatusCode, p.tokens-before)
		}
	})
}
