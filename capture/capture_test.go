package capture

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nlnwa/gowarc/v3"
)

var noon = func() time.Time { return time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC) }

// invented is a site with a page that needs things, one of which is not there, and one
// of which is within another network.
func invented(t *testing.T) (*httptest.Server, *[]http.Header) {
	t.Helper()
	var asked []http.Header
	mux := http.NewServeMux()
	give := func(path, kind, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Header)
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, body)
		})
	}
	mux.Handle("GET /old", http.RedirectHandler("/page#part", http.StatusMovedPermanently))
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `<!DOCTYPE html><title>Invented</title><base href="/in/"><link rel="stylesheet" href="a.css">
			<img src="a.png" srcset="a.png 1x, b.png 2x"><img src="http://127.77.0.1/secret"><img src="data:image/png;base64,AA">
			<script src="gone.js"></script><a href="/elsewhere">not needed</a><p style="background: url('/in/c.png')">x</p>`)
		_ = z.Close()
	})
	give("/in/a.css", "text/css", `@import "more.css"; body { background: url(d.png) }`)
	give("/in/more.css", "text/css", `/* nothing */`)
	for _, name := range []string{"a", "b", "c", "d"} {
		give("/in/"+name+".png", "image/png", "\x89PNG "+name)
	}
	give("/elsewhere", "text/html", "never asked for")
	give("/endless", "application/octet-stream", strings.Repeat("endless ", 1<<16))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s, &asked
}

func paths(r *Report) (list []string) {
	for _, f := range r.Fetched {
		u, _ := url.Parse(f.URL)
		list = append(list, fmt.Sprintf("%s %d", u.Path, f.Status))
	}
	return list
}

// Given a page that moved, when it is captured, then the file has where it led, the page,
// and what it needs, each once and byte for byte; what could not be had is told; and
// another program's reader finds nothing wrong.
func TestCapture(t *testing.T) {
	s, asked := invented(t)
	var file bytes.Buffer
	r, err := Capture(t.Context(), &file, []string{s.URL + "/old"}, Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"/old 301", "/page 200", "/in/a.png 200", "/secret 0", "/in/gone.js 404", "/in/a.css 200", "/in/b.png 200", "/in/c.png 200", "/in/more.css 200", "/in/d.png 200"}
	if got := paths(r); !slices.Equal(got, want) {
		t.Errorf("captured %q", got)
	}
	if f := r.Fetched[3]; f.Missing != errPrivate.Error() {
		t.Errorf("of another network: %+v", f)
	}
	for _, h := range *asked {
		if !strings.HasPrefix(h.Get("User-Agent"), "Mozilla/5.0 (Windows") || h.Get("Referer") != "" || h.Get("Cookie") != "" || strings.Contains(fmt.Sprint(h), "emwen") {
			t.Errorf("it is asked with %v", h)
		}
	}
	if bytes.Contains(file.Bytes(), []byte("127.77.0.1")) {
		t.Error("what was not had is in the file")
	}
	checked, err := Check(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if len(checked.Faults) > 0 || checked.SHA256 != r.SHA256 || checked.Bytes != r.Bytes || checked.Records != 1+2*9 || len(checked.Pages) != 9 {
		t.Errorf("%+v", checked)
	}
	if p := checked.Pages[0]; p.URL != s.URL+"/old" || p.Date != "2026-11-28T12:00:00Z" {
		t.Errorf("the first page is %+v", p)
	}

	reader, err := gowarc.NewWarcFileReaderFromStream(bytes.NewReader(file.Bytes()), 0, gowarc.WithStrictValidation())
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var types []string
	for record, err := range reader.Records() {
		if err != nil || len(record.Validation) > 0 {
			t.Fatalf("%v, %v", err, record.Validation)
		}
		types = append(types, record.WarcRecord.Type().String())
		if record.WarcRecord.Version() != gowarc.V1_1 || record.WarcRecord.Type() == gowarc.Response && !strings.HasPrefix(record.WarcRecord.WarcHeader().Get(gowarc.WarcPayloadDigest), "sha256:") {
			t.Errorf("%v", record.WarcRecord)
		}
		if err := record.Close(); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(types[:5], []string{"warcinfo", "response", "request", "response", "request"}) {
		t.Errorf("%q", types)
	}
}

// TestLimits: what is too long is cut, and said to be; what comes too late or not at all is
// an error.
func TestLimits(t *testing.T) {
	s, _ := invented(t)
	var file bytes.Buffer
	r, err := Capture(t.Context(), &file, []string{s.URL + "/endless"}, Options{Now: noon, Each: 10_000})
	if err != nil || !r.Fetched[0].Cut || r.Fetched[0].Bytes != 10_000 {
		t.Errorf("%+v, %v", r, err)
	}
	if c, err := Check(&file); err != nil || len(c.Faults) > 0 {
		t.Errorf("%+v, %v", c, err)
	}
	r, err = Capture(t.Context(), io.Discard, []string{s.URL + "/page"}, Options{Now: noon, Bytes: 600})
	if err != nil || !slices.ContainsFunc(r.Fetched, func(f Fetched) bool { return f.Missing == errFull.Error() }) {
		t.Errorf("%+v, %v", r, err)
	}
	silent := func(context.Context, string, string) (net.Conn, error) {
		ours, _ := net.Pipe()
		return ours, nil
	}
	if _, err := Capture(t.Context(), io.Discard, []string{"http://example.org/"}, Options{Now: noon, Time: 20 * time.Millisecond, dial: silent}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a silent server: %v", err)
	}
	for _, bad := range []string{"example.org", "ftp://example.org/", "https://name:word@example.org/", "http://", "javascript:x"} {
		if _, err := Capture(t.Context(), io.Discard, []string{bad}, Options{Now: noon}); err == nil || strings.Contains(err.Error(), "word") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// TestThroughAProxy: the name is resolved by the proxy and by nobody else, and nothing goes
// past it.
func TestThroughAProxy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	named := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		b := make([]byte, 512)
		_, _ = conn.Read(b) // which ways to sign in it knows
		_, _ = conn.Write([]byte{5, 0})
		n, _ := conn.Read(b)
		named <- string(b[5 : n-2])
		_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		_, _ = conn.Read(b)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\ninvented")
	}()
	proxy, err := url.Parse("socks5://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	r, err := Capture(t.Context(), &file, []string{"http://invented.onion/"}, Options{Now: noon, Proxy: proxy})
	if err != nil || r.Fetched[0].Status != 200 {
		t.Fatalf("%+v, %v", r, err)
	}
	if name := <-named; name != "invented.onion" {
		t.Errorf("the proxy was asked for %q", name)
	}
	z, err := gzip.NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || bytes.Contains(plain, []byte("WARC-IP-Address")) || bytes.Contains(plain, []byte("127.0.0.1")) {
		t.Errorf("the file tells of the proxy: %v\n%s", err, plain)
	}
}

// TestPrivateNetworks are not led into; the page that was asked for may be in one.
func TestPrivateNetworks(t *testing.T) {
	asked := 0
	dial := func(context.Context, string, string) (net.Conn, error) {
		asked++
		return nil, errors.New("nobody answers")
	}
	for _, host := range []string{"127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "0.0.0.0", "localhost", "router.local", "metadata.internal", "LOCALHOST."} {
		c := &capturing{options: Options{dial: dial}, home: "example.org"}
		u, err := Address("http://" + host + "/")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.connect(t.Context(), u); !errors.Is(err, errPrivate) {
			t.Errorf("%s: %v", host, err)
		}
		c.home = u.Hostname()
		if _, err := c.connect(t.Context(), u); errors.Is(err, errPrivate) {
			t.Errorf("%s, where it was asked for: %v", host, err)
		}
	}
	if asked != 12 {
		t.Errorf("%d hosts were asked", asked)
	}
}

// captured is an invented capture.
func captured(t testing.TB) []byte {
	t.Helper()
	dial := func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			b := make([]byte, 4096)
			_, _ = theirs.Read(b)
			_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\ninvented")
			_ = theirs.Close()
		}()
		return ours, nil
	}
	var file bytes.Buffer
	if _, err := Capture(t.Context(), &file, []string{"http://example.org/"}, Options{Now: noon, dial: dial}); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// unzipped is a capture that is not compressed.
func unzipped(t testing.TB, file []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// TestCheckFinds what was changed, cut or made endless.
func TestCheckFinds(t *testing.T) {
	file := captured(t)
	plain := unzipped(t, file)
	if c, err := Check(bytes.NewReader(plain)); err != nil || len(c.Faults) > 0 || c.Records != 3 {
		t.Errorf("a file that is not compressed: %+v, %v", c, err)
	}
	for name, bad := range map[string][]byte{
		"a word changed":  bytes.Replace(plain, []byte("\r\n\r\ninvented"), []byte("\r\n\r\ninventor"), 1),
		"a header added":  bytes.Replace(plain, []byte("HTTP/1.1 200 OK\r\n"), []byte("HTTP/1.1 200 No\r\n"), 1),
		"no digest":       bytes.ReplaceAll(plain, []byte("WARC-Block-Digest"), []byte("X-ARC-Block-Digest")),
		"cut":             file[:len(file)-20],
		"cut in between":  plain[:len(plain)/2],
		"a byte flipped":  append(append(slices.Clone(file[:len(file)-8]), file[len(file)-8]^1), file[len(file)-7:]...),
		"nothing":         {},
		"something else":  []byte("%PDF-1.4"),
		"noise behind it": append(slices.Clone(file), "noise"...),
	} {
		c, err := Check(bytes.NewReader(bad))
		if err != nil || len(c.Faults) == 0 {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	if c, err := check(bytes.NewReader(file), 500); err != nil || len(c.Faults) == 0 {
		t.Errorf("longer than it may be: %+v, %v", c, err)
	}
}

func FuzzCheck(f *testing.F) {
	file := captured(f)
	f.Add(file)
	f.Add(unzipped(f, file))
	f.Add([]byte("WARC/1.1\r\nWARC-Type: response\r\nContent-Length: -1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := check(bytes.NewReader(b), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if c.Bytes != int64(len(b)) {
			t.Fatalf("%d of %d bytes were read", c.Bytes, len(b))
		}
	})
}
