package report_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"temwen/locale"
	"temwen/site/report"
	"temwen/site/report/reporttest"
	"temwen/site/sitetest"
)

// testMistyped: a code with a mistake is not sent; the page says which group looks
// wrong, or how many digits are missing.
func testMistyped(t *testing.T, b *sitetest.Browser) {
	office := serve(t)
	v := office.visitor(t, b, locale.English, newPhone)
	v.Visit(v.at("1"))
	v.fill("#what", "X")
	v.click("#report .send")
	v.shown("#done [data-when=sent]")
	code := v.digits()
	v.Visit(v.at("4"))
	for _, c := range []struct{ typed, says string }{
		{swap(code), "4"},
		{code[:20], "4"},
		{code + "1", "25"},
		{"", "24"},
		{"000000000000000000000000", ""}, // a good code of nobody's
	} {
		v.empty("#return [name=code]")
		v.fill("#return [name=code]", c.typed)
		v.click("#return .send")
		v.shown("#problem")
		v.until(`document.activeElement === document.querySelector("#problem") && document.querySelector("#problem").textContent.includes("` + c.says + `")`)
		if !v.hidden("#thread") {
			t.Errorf("%q opens a thread", c.typed)
		}
		if sitetest.Ask[string](v.Tab, `document.querySelector("#return [name=code]").getAttribute("aria-invalid")`) != "true" {
			t.Errorf("the field is not marked after %q", c.typed)
		}
	}
	v.empty("#return [name=code]")
	v.fill("#return [name=code]", code)
	v.click("#return .send")
	if v.shown("#thread"); !v.hidden("#problem") {
		t.Error("the problem is still told")
	}
}

// testCodeStays: nothing that the browser sends has the code, or what was told.
func testCodeStays(t *testing.T, b *sitetest.Browser) {
	o := reporttest.New(t)
	site := report.New(o, o.Options())
	var mu sync.Mutex
	var sent strings.Builder
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		sent.WriteString(r.URL.String() + "\n" + string(body) + "\n")
		mu.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	v := served{o, server.URL}.visitor(t, b, locale.Creole, newPhone)
	v.Visit(v.at("1"))
	v.fill("#what", "Nimewo plak la se 12345.")
	v.click("#report .send")
	v.shown("#done [data-when=sent]")
	code := v.digits()
	v.comeBackScripted(code)
	mu.Lock()
	defer mu.Unlock()
	for _, secret := range []string{code, code[:4] + " " + code[4:8], "plak", "12345"} {
		if strings.Contains(sent.String(), secret) {
			t.Errorf("the browser sent %q", secret)
		}
	}
	if !strings.Contains(sent.String(), "age-encryption.org/v1") {
		t.Error("no envelope was sent")
	}
}
