package desk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"temwen/office"
	"temwen/seal"
	"temwen/site/desk"
)

// simple is a report of one sentence.
func simple(what string) seal.Report {
	return seal.Report{Path: seal.PathGeneral, Lang: "ht", What: what, Consent: seal.ConsentOffice, Channel: seal.ChannelBrowser}
}

// Given officers of all kinds, when somebody signs in with a name, a login secret
// and a code, then only what is right in all its parts lets them in, and what is
// wrong looks the same whatever it is.
func TestSigningIn(t *testing.T) {
	w := found(t)
	w.admit(t, "marasa")
	gone := w.admit(t, "ayizan")
	w.do(t, w.first.id, office.Remove{Officer: gone.id})
	bare := w.officer(t, "gede") // has set up no second step yet
	_, id := desk.NewLink()
	w.do(t, w.first.id, office.InviteOfficer{Invite: office.Invite{ID: id, Name: "gede", Until: w.Now().Add(time.Hour)}})
	o := w.joining(t, bare)
	o.TOTP = ""
	w.do(t, "", office.Join{Invite: id, Officer: o})

	for _, c := range []struct {
		name   string
		who    string
		login  string
		code   func() string
		status int
		next   string
		error  string
	}{
		{"right", "marasa", w.login("marasa"), nil, 200, "/ht/inbox", ""},
		{"a wrong code", "marasa", w.login("marasa"), func() string { return "000000" }, 403, "", "wrong"},
		{"no code", "marasa", w.login("marasa"), func() string { return "" }, 403, "", "wrong"},
		{"a wrong passphrase", "marasa", w.loginWith("marasa", "this is not it at all"), nil, 403, "", "wrong"},
		{"no such officer", "loko", w.login("loko"), nil, 403, "", "wrong"},
		{"who was removed", "ayizan", w.login("ayizan"), nil, 403, "", "wrong"},
		{"a name that is none", "<script>", w.login("x"), nil, 403, "", "wrong"},
		{"a short login", "marasa", "AAAA", nil, 403, "", "wrong"},
		{"a login that is none", "marasa", "!", nil, 403, "", "wrong"},
		{"without a second step yet", "gede", w.login("gede"), func() string { return "" }, 200, "/ht/second-step", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.pass(time.Minute)
			code := w.code(t)
			if c.code != nil {
				code = c.code()
			}
			d := w.visitor(t)
			status, said := d.say("/ht/sign-in", map[string]any{"name": c.who, "login": c.login, "code": code})
			if status != c.status || c.next != "" && said["next"] != c.next || c.error != "" && said["error"] != c.error {
				t.Errorf("%d %v", status, said)
			}
		})
	}
}

// Given a code that was used, when it is used again, then it is worth nothing.
func TestACodeIsGoodOnce(t *testing.T) {
	w := found(t)
	w.signedIn(t, "lakay")
	status, said := w.visitor(t).say("/en/sign-in", map[string]any{"name": "lakay", "login": w.login("lakay"), "code": w.code(t)})
	if status != http.StatusForbidden || said["error"] != "wrong" {
		t.Errorf("the second use answers %d %v", status, said)
	}
}

// Given somebody who guesses, then they wait longer and longer, also for a name
// that nobody has; the officer comes in after the wait.
func TestGuessingSlowsDown(t *testing.T) {
	w := found(t)
	guess := func(name string) (int, any) {
		status, said := w.visitor(t).say("/en/sign-in", map[string]any{"name": name, "login": w.loginWith(name, "this is not it at all"), "code": "000000"})
		return status, said["error"]
	}
	for _, name := range []string{"lakay", "nobody-has-this"} {
		for range 5 {
			if status, code := guess(name); status != http.StatusForbidden || code != "wrong" {
				t.Fatalf("%s: %d %v", name, status, code)
			}
		}
		if status, code := guess(name); status != http.StatusTooManyRequests || code != "wait" {
			t.Errorf("%s: the sixth guess answers %d %v", name, status, code)
		}
		w.pass(2 * time.Second)
		if status, _ := guess(name); status != http.StatusForbidden {
			t.Errorf("%s: after the wait: %d", name, status)
		}
		if status, _ := guess(name); status != http.StatusTooManyRequests {
			t.Errorf("%s: right after: %d", name, status)
		}
	}
	w.pass(15 * time.Minute)
	w.signedIn(t, "lakay")
}

// Given an officer who is signed in, when they are removed, then they are out at
// once.
func TestWhoIsRemovedIsOut(t *testing.T) {
	w := found(t)
	marasa := w.admit(t, "marasa")
	d := w.signedIn(t, "marasa")
	if r, _ := d.page("/en/inbox"); r.Request.URL.Path != "/en/inbox" {
		t.Fatalf("the inbox leads to %s", r.Request.URL.Path)
	}
	w.do(t, w.first.id, office.Remove{Officer: marasa.id})
	if r, _ := d.page("/en/inbox"); r.Request.URL.Path != "/en/sign-in" {
		t.Errorf("after the removal the inbox leads to %s", r.Request.URL.Path)
	}
	if status, said := d.say("/en/keys", struct{}{}); status != http.StatusUnauthorized || said["error"] != "signed-out" {
		t.Errorf("their keys: %d %v", status, said)
	}
}

// Given every address, when somebody asks for it who may not, then they are
// turned away: who is not signed in, who is not admitted, who has no second step,
// and whose form has no token.
func TestReach(t *testing.T) {
	w := found(t)
	w.report(t, simple("yon bagay"))
	w.join(t, "marasa")
	nobody, waiting, admitted := w.visitor(t), w.signedIn(t, "marasa"), w.signedIn(t, "lakay")
	for _, room := range desk.Rooms() {
		if room.Reach == "anybody" {
			continue
		}
		path := strings.NewReplacer("{thread}", "x", "{item}", "1", "{officer}", "x").Replace(room.Path)
		t.Run(room.Method+" "+room.Path, func(t *testing.T) {
			if room.Method == http.MethodGet {
				if r, _ := nobody.page("/en" + path); r.Request.URL.Path != "/en/sign-in" {
					t.Errorf("nobody gets to %s", r.Request.URL.Path)
				}
				if r, _ := waiting.page("/en" + path); room.Reach == "admitted" && r.StatusCode != http.StatusForbidden {
					t.Errorf("who waits gets %d", r.StatusCode)
				}
				return
			}
			if status, said := nobody.say("/en"+path, struct{}{}); status != http.StatusUnauthorized {
				t.Errorf("nobody gets %d %v", status, said)
			}
			if room.Reach == "admitted" {
				if status, said := waiting.say("/en"+path, struct{}{}); status != http.StatusForbidden || said["error"] != "not-yet" {
					t.Errorf("who waits gets %d %v", status, said)
				}
			}
			forged := *admitted
			forged.token = "forged"
			if status, said := forged.say("/en"+path, struct{}{}); status != http.StatusForbidden || said["error"] != "no-token" {
				t.Errorf("without the token: %d %v", status, said)
			}
			if r, _ := forged.submit("/en" + path); r.StatusCode != http.StatusForbidden {
				t.Errorf("a form without the token: %d", r.StatusCode)
			}
		})
	}
}

// Given a page of another site, when it sends a form here, then nothing happens,
// and no page of here stands in a frame or under another name.
func TestOtherSites(t *testing.T) {
	w := found(t)
	d := w.signedIn(t, "lakay")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.home+"/en/sign-out", strings.NewReader("token="+d.token))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := d.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another site: %d", answer.StatusCode)
	}
	r, err = http.NewRequestWithContext(t.Context(), http.MethodGet, w.home+"/en/inbox", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "rebound.example"
	if answer, err = d.Do(r); err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("under another name: %d", answer.StatusCode)
	}
}

// Given any page, then its headers keep it out of caches, frames and other sites'
// hands, and its cookie out of scripts'.
func TestHeaders(t *testing.T) {
	w := found(t)
	d := w.visitor(t)
	w.pass(time.Minute)
	body := `{"name":"lakay","login":"` + w.login("lakay") + `","code":"` + w.code(t) + `"}`
	r, err := d.Post(w.home+"/en/sign-in", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if len(r.Cookies()) != 1 {
		t.Fatalf("there are %d cookies", len(r.Cookies()))
	}
	if c := r.Cookies()[0]; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.MaxAge != 0 || !c.Expires.IsZero() {
		t.Errorf("the cookie is %v", c)
	}
	page, _ := d.page("/en/inbox")
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy":    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types temwen-worker; frame-src " + w.home + "/pdf",
		"Cross-Origin-Opener-Policy": "same-origin",
	} {
		if got := page.Header.Get(name); got != want && name != "Cache-Control" || name == "Cache-Control" && !strings.Contains(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// An origin that browsers open no keys at is refused before anybody finds out.
func TestOrigins(t *testing.T) {
	for origin, good := range map[string]bool{
		"https://desk.example.org": true, "http://localhost:8422": true, "http://127.0.0.1:8422": true, "https://[2001:db8::1]": true,
		"http://desk.example.org": false, "desk.example.org": false, "https://desk.example.org/": false, "https://a@desk.example.org": false, "": false, "ftp://x": false,
	} {
		_, err := desk.New(nil, nil, desk.Options{Origin: origin, Now: time.Now})
		if (err == nil) != good {
			t.Errorf("%q: %v", origin, err)
		}
	}
}
