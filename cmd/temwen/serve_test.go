package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestServe(t *testing.T) {
	t.Parallel()
	p := serve(t, newStore(t))
	for _, c := range []struct {
		method, path string
		status       int
		says         string
	}{
		{"GET", "/en/", 200, "A support mission"},
		{"GET", "/en/missions/support?as_of=2024-07-10", 200, "A support mission"},
		{"GET", "/fr/missions/support?as_of=2024-07-10", 200, "Une mission d’appui"},
		{"GET", "/es/missions/support?as_of=2024-07-10", 200, "Una misión de apoyo"},
		{"GET", "/ht/missions/support?as_of=2024-07-10", 200, "Yon misyon sipò"},
		{"GET", "/en/missions/support?as_of=2024-07-10", 200, "as_of=2024-07-10"},
		{"GET", "/en/missions/support/obligations?as_of=2024-07-10", 200, "Review after nine months"},
		{"GET", "/en/missions/support/obligations/review?as_of=2024-07-10", 200, "9 months after 2 October 2023 is 2 July 2024"},
		{"GET", "/en/missions/support/sources?as_of=2024-07-10", 200, "An early report"},
		{"GET", "/en/record", 200, "temwen.local/"},
		{"HEAD", "/en/missions/support?as_of=2024-07-10", 200, ""},
		{"HEAD", "/ledger/checkpoint", 200, ""},
		{"GET", "/ledger/checkpoint", 200, "temwen.local/"},
		{"GET", "/ledger/ledger.vkey", 200, "temwen.local/"},
		{"GET", "/ledger/tile/0/000.p/24", 200, ""},
		{"GET", "/ledger/tile/entries/000.p/24", 200, `"fact.stated"`},
		{"GET", "/ledger/tile/entries/000.p/25", 404, ""},
		{"GET", "/ledger/.state/treeState", 404, ""},
		{"GET", "/ledger/../keys/ledger.key", 0, ""},
		{"GET", "/ledger/%2e%2e/%2e%2e/keys/ledger.key", 0, ""},
		{"GET", "/receipts/12", 200, "c2sp.org/tlog-proof@v1"},
		{"GET", "/receipts/24", 404, ""},
		{"GET", "/receipts/x", 400, ""},
		{"GET", "/nowhere", 404, "<html"},
		{"GET", "/de/missions/support", 404, "<html"},
		{"GET", "/en/missions/sopport", 404, "<html"},
		{"GET", "/en/missions/support/obligations/nothing", 404, "<html"},
		{"GET", "/en/missions/support?as_of=2024-13-01", 400, "<html"},
		{"GET", "/fr/missions/support?as_of=never", 400, "<html"},
		{"GET", "/en/missions/support?as_of=2023-12-31", 404, "<html"},
		{"POST", "/en/", 405, ""},
	} {
		t.Run(fmt.Sprintf("%s %s %d", c.method, c.path, c.status), func(t *testing.T) {
			res, body := p.get(c.method, c.path)
			if c.status != 0 && res.StatusCode != c.status || c.status == 0 && res.StatusCode < 300 {
				t.Errorf("the status is %d", res.StatusCode)
			}
			if !strings.Contains(body, c.says) || c.method == "HEAD" && body != "" || strings.Contains(body, "PRIVATE+KEY") {
				t.Errorf("the body is\n%.2000s\nand does not say %q", body, c.says)
			}
			if cookies := res.Header["Set-Cookie"]; cookies != nil {
				t.Errorf("a cookie is set: %q", cookies)
			}
		})
	}
	p.signal(os.Interrupt, 0)
	if said := p.stderr.String(); said != "" {
		t.Errorf("the log is not empty: %s", said)
	}
}

// TestServeLogsNobody leaves connections to all sides in every rude way, and looks
// for its own address and the name of its browser in the log.
func TestServeLogsNobody(t *testing.T) {
	t.Parallel()
	p := serve(t, newOffice(t))
	const agent = "Unmistakable/1.0"
	for _, home := range []string{p.Home, p.Report, p.Desk} {
		host := strings.TrimSuffix(strings.TrimPrefix(home, "http://"), "/")
		named := "Host: " + host + "\r\nUser-Agent: " + agent + "\r\n"
		for _, rude := range []string{
			"", "GET", "\x16\x03\x01 no TLS here\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
			"GET /en/missions/support HTTP/1.1\r\n" + named + "\r\n",
			"GET /en/missions/support HTTP/1.1\r\n\r\n",
			"GET /en/ HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
			"POST /en/1 HTTP/1.1\r\n" + named + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 10000\r\n\r\n--b\r\nContent-Disp",
			"POST /parcels HTTP/1.1\r\n" + named + "Content-Type: application/vnd.temwen.parcel\r\nContent-Length: 10000\r\n\r\n\x00\x00",
			"PATCH /uploads/AAAAAAAAAAAAAAAAAAAAAQ HTTP/1.1\r\n" + named + "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Length: 10000\r\n\r\n",
			"POST /gateway/messages HTTP/1.1\r\n" + named + "Content-Length: 10000\r\n\r\n{",
			"POST /en/sign-in HTTP/1.1\r\n" + named + "Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n{",
		} {
			connection, err := net.Dial("tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			c := connection.(*net.TCPConn)
			if _, err := io.WriteString(c, rude); err != nil {
				t.Logf("writing %.20q: %v", rude, err) // the server may have closed already
			}
			if err := c.SetLinger(0); err != nil { // ends with a reset
				t.Fatal(err)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if res, _ := p.get("GET", "/en/"); res.StatusCode != 200 {
		t.Errorf("after them it answers %s", res.Status)
	}
	p.signal(syscall.SIGTERM, 0)
	if said := p.stderr.String(); strings.Contains(said, "127.0.0.1") || strings.Contains(said, agent) || strings.Contains(said, "[::1]") {
		t.Errorf("somebody is logged: %s", said)
	} else if said != "" {
		t.Logf("it logs\n%s", said)
	}
}

// TestOneWriter: beside a process that writes a store, others may read it, and
// who would write is refused with a sentence that names the folder and the
// process.
func TestOneWriter(t *testing.T) {
	t.Parallel()
	dir := newStore(t)
	p := serve(t, dir)
	for _, args := range [][]string{
		{"serve", "--dir", dir, "--listen", "127.0.0.1:0"},
		{"import", "testdata/dossier", "--dir", dir},
		{"rebuild", "--dir", dir},
		{"demo", "--once", "--dir", dir},
	} {
		_, stderr := temwen(t, 1, args...)
		says(t, stderr, fmt.Sprintf("the folder %s is locked: process %d is using it; end that process first, or use another folder\n", dir, p.cmd.Process.Pid))
	}
	stdout, _ := temwen(t, 0, "brief", "support", "--dir", dir)
	says(t, stdout, "A support mission")
	stdout, _ = temwen(t, 0, "explain", "support/review", "--dir", dir)
	says(t, stdout, "9 months after 2 October 2023")
	stdout, _ = temwen(t, 0, "verify", "--forget", dir)
	says(t, stdout, "VERIFIED")
	state := t.TempDir()
	for range 2 {
		stdout, _ = temwen(t, 0, "verify", "--state", state, p.Home+"ledger/")
		says(t, stdout, "VERIFIED")
	}
	says(t, stdout, "continues the checkpoint of 24 entries")
	_, stderr := temwen(t, 1, "serve", "--dir", newStore(t), "--listen", strings.TrimSuffix(strings.TrimPrefix(p.Home, "http://"), "/"))
	says(t, stderr, "address already in use; choose another address with --listen")
	_, stderr = temwen(t, 1, "demo", "--report-listen", "", "--desk-listen", "", "--listen", strings.TrimSuffix(strings.TrimPrefix(p.Home, "http://"), "/"))
	says(t, stderr, "address already in use; choose another address with --listen")

	p.signal(os.Interrupt, 0)
	stdout, _ = temwen(t, 0, "import", "testdata/dossier", "--dir", dir)
	says(t, stdout, "nothing new")
}

// TestServeIsKilled: what kill -9 leaves is a store like any other.
func TestServeIsKilled(t *testing.T) {
	t.Parallel()
	dir := newStore(t)
	for range 3 {
		p := serve(t, dir)
		if res, _ := p.get("GET", "/en/missions/support"); res.StatusCode != 200 {
			t.Fatalf("it answers %s", res.Status)
		}
		p.signal(os.Kill, -1)
		stdout, _ := temwen(t, 0, "verify", "--forget", dir)
		says(t, stdout, "entries      24 checked")
	}
	stdout, _ := temwen(t, 0, "rebuild", "--dir", dir)
	says(t, stdout, "24 events replayed")
}
