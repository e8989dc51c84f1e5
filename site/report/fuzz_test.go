package report_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"temwen/site/report"
	"temwen/site/report/reporttest"
)

// fuzzed is an office whose pages are asked without a network.
func fuzzed(t testing.TB) (*reporttest.Office, http.Handler) {
	o := reporttest.New(t)
	options := o.Options()
	now := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	options.Now = func() time.Time { // everybody asks after the limits were lifted
		now = now.Add(time.Hour)
		return now
	}
	return o, report.New(o, options)
}

// ask asks and makes sure that the answer is one that a program or person can act
// on.
func ask(t *testing.T, h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	r.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code == http.StatusInternalServerError || w.Code < 200 {
		t.Errorf("it is answered with %d: %.300s", w.Code, w.Body.String())
	}
	if h := w.Header(); h.Get("Cache-Control") != "no-store" || h.Get("Set-Cookie") != "" {
		t.Errorf("it comes with %v", h)
	}
	return w
}

var (
	markup = regexp.MustCompile(`<[a-z]+ fuzzed`)
	holes  = regexp.MustCompile(`slot[A-Z2-7]{26}`)
)

// FuzzForm sends any body as a form: what is stored can be opened, and what is
// shown back has no markup of the sender's.
func FuzzForm(f *testing.F) {
	body, kind := multipartOf(f, with(fields("what", "They took my goats.", "needs", "legal", "consent", "public"), "a.jpg", "picture"))
	f.Add(kind, body)
	f.Add("application/x-www-form-urlencoded", []byte("what=x&commune=%3Cb+fuzzed%3E&department=HT-OU"))
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=what\r\n\r\n<i fuzzed>\"'&\r\n--x\r\nContent-Disposition: form-data; name=files; filename=\"\r\n\r\n--x--\r\n"))
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"what\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=3Cb=3E\r\n--x--"))
	f.Add("text/plain", []byte("what=x"))
	o, h := fuzzed(f)
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		stored := o.Len()
		r := httptest.NewRequest(http.MethodPost, "/en/1", bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		w := ask(t, h, r)
		page := w.Body.String()
		if (w.Code == http.StatusCreated) != (o.Len() == stored+1) {
			t.Errorf("status %d, and %d more are stored", w.Code, o.Len()-stored)
		}
		if o.Len() > stored && strings.TrimSpace(o.Latest(t).Report.What) == "" {
			t.Error("an empty report was stored")
		}
		if markup.MatchString(page) || holes.MatchString(page) {
			t.Errorf("the page has %q", page)
		}
	})
}

// FuzzThread sends any body as what somebody does who came back.
func FuzzThread(f *testing.F) {
	o, h := fuzzed(f)
	r := httptest.NewRequest(http.MethodPost, "/en/1", strings.NewReader("what=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	code := regexp.MustCompile(`value="([0-9]{24})"`).FindStringSubmatch(w.Body.String())[1]
	for _, do := range []string{"open", "say", "consent", "sure", "receipt", "file"} {
		f.Add("do=" + do + "&code=" + code + "&text=<b fuzzed>&consent=case&n=2&member=files%2F01&id=AAAAAAAAAAAAAAAAAAAAAA")
	}
	f.Add("do=open&code=1234 5678 9012 3456 7890 1234")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/ht/4", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if page := ask(t, h, r).Body.String(); markup.MatchString(page) || holes.MatchString(page) {
			t.Errorf("the page has %q", page)
		}
	})
	_ = o
}

// FuzzParcel posts any bytes as a parcel: nothing that is not one is stored.
func FuzzParcel(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x02{}"))
	f.Add([]byte("\x00\x00\x20\x00"))
	f.Add([]byte("\x00\x00\x00\x5e" + `{"v":1,"id":"AAAAAAAAAAAAAAAAAAAAAQ","kind":"message","office":"AAAAAAAAAAAAAAAAAAAAAQ","epoch":1}` + "age-encryption.org/v1\n"))
	o, h := fuzzed(f)
	f.Fuzz(func(t *testing.T, parcel []byte) {
		r := httptest.NewRequest(http.MethodPost, "/parcels", bytes.NewReader(parcel))
		r.Header.Set("Content-Type", "application/vnd.temwen.parcel")
		if w := ask(t, h, r); w.Code == http.StatusCreated || o.Len() > 0 {
			t.Errorf("status %d, %d stored", w.Code, o.Len())
		}
	})
}

// FuzzUpload sends any heads and bytes as an upload and as a piece of one.
func FuzzUpload(f *testing.F) {
	f.Add("1.0.0", "10000", "0", []byte("\x00\x00\x00\x02{}"))
	f.Add("1.0.0", "-1", "99999999999999999999", []byte(""))
	f.Add("", "0x10", "1e3", []byte("x"))
	_, h := fuzzed(f)
	f.Fuzz(func(t *testing.T, version, length, offset string, body []byte) {
		at := "/uploads"
		for _, method := range []string{http.MethodPost, http.MethodHead, http.MethodPatch, http.MethodDelete} {
			r := httptest.NewRequest(method, at, bytes.NewReader(body))
			r.Header["Tus-Resumable"], r.Header["Upload-Length"], r.Header["Upload-Offset"] = []string{version}, []string{length}, []string{offset}
			r.Header.Set("Content-Type", "application/offset+octet-stream")
			w := ask(t, h, r)
			if to := w.Header().Get("Location"); to != "" {
				at = to
			} else if at == "/uploads" {
				at = "/uploads/AAAAAAAAAAAAAAAAAAAAAQ"
			}
		}
	})
}

// FuzzQuestion asks anything about a thread.
func FuzzQuestion(f *testing.F) {
	f.Add("/thread", `{"token":"AAAAAAAAAAAAAAAAAAAAAQ"}`)
	f.Add("/thread/item", `{"token":"AAAAAAAAAAAAAAAAAAAAAQ","n":-1}`)
	f.Add("/thread/withdraw", `{"token":null}`)
	_, h := fuzzed(f)
	f.Fuzz(func(t *testing.T, address, body string) {
		if !strings.HasPrefix(address, "/thread") {
			address = "/thread"
		}
		r := httptest.NewRequest(http.MethodPost, "/thread", strings.NewReader(body))
		r.URL.Path = address
		if w := ask(t, h, r); w.Code < 300 {
			t.Errorf("status %d", w.Code)
		}
	})
}
