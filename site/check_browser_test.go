package site_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"temwen/site"
	"temwen/site/sitetest"
	"temwen/when"
)

// checkedPage is a page whose facts can be checked.
const checkedPage = "/missions/mss/obligations/mss-review"

// checkNow presses the button, and waits for what the page then says of the
// whole: the browser's promise is kept when the status has changed for good.
const checkNow = `(async () => {
	const part = document.querySelector(".check"), status = part.querySelector("[role=status]");
	part.open = true;
	const button = part.querySelector("button");
	if (!button) return "no button";
	const done = new Promise(kept => new MutationObserver(() => {
		if (status.textContent !== part.dataset.working) kept(status.textContent);
	}).observe(status, {childList: true}));
	button.click();
	return await done;
})()`

// found counts what is said beside the facts.
const found = `[...document.querySelectorAll(".finding > .outcome")].map(e => e.textContent).join("\n")`

// Given an obligation's page, when the reader asks their browser to check it,
// then each fact on it is found in the ledger, in the words of the page, with the
// entry to read; nothing is kept, and nobody else is asked.
func testCheck(t *testing.T, b *browser) {
	for _, c := range []struct {
		lang, address, all, one string
		reader                  reader
	}{
		{"en", checkedPage, "All of these facts are in the record that the key shown here has signed.", "In the record", reader{Width: 360, Phone: true}},
		{"ht", checkedPage, "Tout enfòmasyon sa yo nan rejis la, e kle ki parèt isit la te siyen li.", "Nan rejis la", reader{Width: 360, Phone: true, Dark: true}},
		{"fr", "/dossiers/haiti/sources/cepr-2024-06-26", "Tous ces faits sont dans le registre que la clé indiquée ici a signé.", "Dans le registre", reader{Width: 1200}},
		{"es", checkedPage + "?as_of=2024-06-26", "Todos estos hechos están en el registro que firmó la clave que se muestra aquí.", "En el registro", reader{Width: 1200, Dark: true}},
	} {
		window := b.open(t, c.reader)
		window.Visit("/" + c.lang + c.address)
		if said := ask[string](window, checkNow); said != c.all {
			t.Errorf("%s: says %q, want %q\n%s", c.address, said, c.all, ask[string](window, found))
			continue
		}
		facts := ask[int](window, `document.querySelectorAll("[data-entry]").length`)
		lines := strings.Split(ask[string](window, found), "\n")
		if len(lines) != facts || facts < 5 {
			t.Errorf("%s: %d facts have %d findings", c.address, facts, len(lines))
		}
		for _, line := range lines {
			if line != c.one {
				t.Errorf("%s: says %q of a fact, want %q", c.address, line, c.one)
			}
		}
		if held := ask[string](window, `document.querySelector(".finding pre").textContent`); !strings.Contains(held, `"fact.stated"`) {
			t.Errorf("%s: shows the entry as %q", c.address, held)
		}
		if wide := ask[int](window, `document.querySelectorAll(".finding details").forEach(d => d.open = true), document.documentElement.scrollWidth`); wide > int(c.reader.Width) {
			t.Errorf("%s: is %d pixels wide with its entries open", c.address, wide)
		}
		for _, f := range window.Axe(sitetest.AllRules) {
			t.Errorf("%s, checked: %s", c.address, f)
		}
		if *pictures != "" {
			ask[int](window, `document.querySelectorAll(".finding details").forEach((d, i) => d.open = i == 1), 0`)
			window.Picture(filepath.Join(*pictures, "checked-"+c.lang+".png"))
		}
		kept := ask[int](window, `localStorage.length + sessionStorage.length + document.cookie.length`)
		for _, f := range window.Settle() {
			if !strings.HasPrefix(f.Address, b.home+"/") && !strings.HasPrefix(f.Address, "data:") {
				t.Errorf("%s: asks %s", c.address, f.Address)
			}
		}
		if kept != 0 || len(window.Complaints()) != 0 {
			t.Errorf("%s: keeps %d things; the console says %q", c.address, kept, window.Complaints())
		}
	}
}

// Given a page that a script could be smuggled into, then its policy lets only
// the site's own run, and none write markup; pages without a script allow none.
func TestPolicyOfScripts(t *testing.T) {
	h := open(t)
	with := get(t, h, "/en"+checkedPage).Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'"} {
		if !strings.Contains(with, want) {
			t.Errorf("the policy %q lacks %s", with, want)
		}
	}
	without := get(t, h, "/en/missions/mss").Header().Get("Content-Security-Policy")
	if strings.Contains(without, "script-src") || strings.Contains(without, "connect-src") {
		t.Errorf("a page without a script has the policy %q", without)
	}
}

// tampered serves the record with something altered on the way.
type tampered struct {
	http.Handler
	path  string // what is altered: addresses that begin so
	alter func(body []byte) []byte
}

func (s tampered) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, s.path) {
		s.Handler.ServeHTTP(w, r)
		return
	}
	r = r.Clone(r.Context())
	r.Header.Del("Accept-Encoding")
	r.Header.Del("If-None-Match")
	answer := httptest.NewRecorder()
	s.Handler.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(s.alter(answer.Body.Bytes()))
}

func replacing(old, now string) func([]byte) []byte {
	return func(body []byte) []byte { return bytes.ReplaceAll(body, []byte(old), []byte(now)) }
}

// Given a server that alters something, when the reader asks their browser to
// check, then the browser says what is wrong, and never that all is well.
func testTampered(t *testing.T, b *browser) {
	h := open(t)
	for _, c := range []struct {
		name   string
		server http.Handler
		all    string // what the page says of the whole
		one    string // what it says of a fact; empty where it says nothing of any
	}{
		{
			"an entry is altered",
			tampered{h, "/ledger/tile/entries/", replacing("2699", "2966")},
			"Not everything on this page is in the record", "Not included: the record’s files do not give the signed fingerprint",
		},
		{
			"the page shows another fact",
			tampered{h, "/en/missions/", replacing(`data-sum="`, `data-sum="AAAA`)},
			"", "",
		},
		{
			"the page names another entry",
			tampered{h, "/en/missions/", replacing(`<li data-entry="`, `<li data-entry="1`)},
			"", "",
		},
		{
			"the signature is another's",
			tampered{h, "/ledger/checkpoint", replacing("— temwen.local/test ", "— temwen.local/test A")},
			"The record is not signed with the key shown here.", "",
		},
		{
			"another key is shown",
			tampered{h, "/en/missions/", replacing(`data-key="temwen.local`, `data-key="temwen.other`)},
			"The record is not signed with the key shown here.", "",
		},
		{
			"a hash is altered",
			tampered{h, "/ledger/tile/0/", func(body []byte) []byte { body[0] ^= 1; body[33] ^= 1; return body }},
			"Not everything on this page is in the record", "Not included: the record’s files do not give the signed fingerprint",
		},
		{
			"the ledger cannot be read",
			tampered{h, "/ledger/tile/entries/", func([]byte) []byte { return nil }},
			"No fact was found wrong, but not all could be checked.", "Could not be checked: the record could not be read.",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(c.server)
			defer server.Close()
			window := &tab{b.Open(t, server.URL, desktop)}
			window.Visit("/en" + checkedPage)
			all := ask[string](window, checkNow)
			one := ask[string](window, found)
			t.Logf("%s\n%s", all, one)
			if strings.HasPrefix(all, "All of these") || !strings.HasPrefix(all, c.all) {
				t.Errorf("says %q, want %q", all, c.all)
			}
			if c.one != "" && !strings.Contains(one, c.one) {
				t.Errorf("says %q of the facts, want %q somewhere", one, c.one)
			}
		})
	}
}

// Given a static edition on any web server, when the reader asks their browser to
// check a page, then it finds the ledger beside the pages.
func testCheckStatic(t *testing.T, b *browser) {
	s, err := record()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "deep")
	_, err = site.Static(t.Context(), s, today, func(name string, data []byte) error {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "ledger")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "ledger"), os.DirFS(s.LedgerDir())); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Dir(dir))))
	defer server.Close()
	window := &tab{b.Open(t, server.URL+"/deep", desktop)}
	window.Visit("/en" + checkedPage + "/")
	if said := ask[string](window, checkNow); !strings.HasPrefix(said, "All of these facts are in the record") {
		t.Errorf("says %q\n%s", said, ask[string](window, found))
	}
}

// Given a public case, when the reader asks their browser to check its page, then what opens
// its entries is what the ledger has the hashes of, and is shown; a page that shows something else
// is told; and when the case is taken back, its address proves that something stood there.
func testCheckCase(t *testing.T, b *browser) {
	o := newPublicOffice(t)
	h := site.New(o.store, site.Options{Today: func(string) when.Day { return when.Today(o.Now) }})
	server := httptest.NewServer(h)
	defer server.Close()
	other := httptest.NewServer(tampered{h, "/en/missions/", func(page []byte) []byte {
		return regexp.MustCompile(`data-openings="[^ "]+`).ReplaceAll(page, []byte(`data-openings="WyJ4Iiwic3RhdGUiLCJjaGFkIl0`)) // ["x","state","chad"]
	}})
	defer other.Close()
	page := fmt.Sprintf("/missions/mss/conduct/%d", o.goes)
	const all = "All of these facts are in the record that the key shown here has signed."
	for _, r := range []reader{{Width: 360, Phone: true}, {Width: 1200, Dark: true}} {
		window := &tab{b.Open(t, server.URL, r)}
		window.Visit("/en" + page)
		if said := ask[string](window, checkNow); said != all {
			t.Errorf("of a public case it says %q\n%s", said, ask[string](window, found))
		}
		if found := ask[string](window, found); found != "In the record\nIn the record" {
			t.Errorf("of its entries it says %q", found)
		}
		opened := ask[string](window, `[...document.querySelectorAll(".finding pre")].map(e => e.textContent).join()`)
		for _, says := range []string{`"case.published"`, `"state": "kenya"`, `"opened": "2025-03"`} {
			if !strings.Contains(opened, says) {
				t.Errorf("it does not show %s:\n%s", says, opened)
			}
		}
		if wide := ask[int](window, `document.querySelectorAll(".finding details").forEach(d => d.open = true), document.documentElement.scrollWidth`); wide > int(r.Width) {
			t.Errorf("it is %d pixels wide with its entries open", wide)
		}
		for _, f := range window.Axe(sitetest.AllRules) {
			t.Errorf("checked: %s", f)
		}
		if *pictures != "" {
			window.Picture(filepath.Join(*pictures, fmt.Sprintf("case-checked-%d.png", int(r.Width))))
		}
	}
	window := &tab{b.Open(t, other.URL, desktop)}
	window.Visit("/en" + page)
	if said := ask[string](window, checkNow); !strings.HasPrefix(said, "Not everything on this page is in the record") {
		t.Errorf("of a page that shows another State it says %q", said)
	}
	o.takeBack()
	for lang, says := range map[string]string{"en": all, "ht": "Tout enfòmasyon sa yo nan rejis la, e kle ki parèt isit la te siyen li."} {
		for name, r := range map[string]reader{"phone": {Width: 360, Phone: true}, "desk-dark": {Width: 1200, Dark: true}} {
			window := &tab{b.Open(t, server.URL, r)}
			if status := window.Visit("/" + lang + page); status != http.StatusGone {
				t.Errorf("%s: status %d", lang, status)
			}
			if *pictures != "" {
				window.Picture(filepath.Join(*pictures, "gone-"+lang+"-"+name+".png"))
			}
			if said := ask[string](window, checkNow); said != says {
				t.Errorf("%s: of a case that was taken back it says %q\n%s", lang, said, ask[string](window, found))
			}
			for _, f := range window.Axe(sitetest.AllRules) {
				t.Errorf("%s, taken back: %s", lang, f)
			}
		}
	}
}
