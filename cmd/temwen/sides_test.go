package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// at is the program as it serves another of its sides.
func (p *process) at(home string) *process { return &process{t: p.t, Home: home} }

// TestServeAllSides: where there is an office, its pages and its desk are served
// beside the record, each at an address of its own that knows nothing of the
// others.
func TestServeAllSides(t *testing.T) {
	t.Parallel()
	p := serve(t, newOffice(t))
	record, report, desk := p, p.at(p.Report), p.at(p.Desk)
	for _, c := range []struct {
		name   string
		side   *process
		path   string
		status int
		says   string
	}{
		{"the record", record, "/en/", 200, "A support mission"},
		{"the entrance", report, "/ht/", 200, "Yon biwo envante"},
		{"the form", report, "/ht/1", 200, `data-recipient="age1pq1`},
		{"the key", report, "/key", 200, `"bits":15`},
		{"signing in", desk, "/en/sign-in", 200, `id="passphrase"`},
		{"no form at the record", record, "/ht/1", 404, ""},
		{"no key at the record", record, "/key", 404, ""},
		{"no desk at the record", record, "/en/sign-in", 404, ""},
		{"no record at the reporter's", report, "/en/missions/support", 404, ""},
		{"no ledger at the reporter's", report, "/ledger/checkpoint", 404, ""},
		{"no desk at the reporter's", report, "/en/sign-in", 404, ""},
		{"no form at the desk", desk, "/ht/1", 404, ""},
		{"no record at the desk", desk, "/en/missions/support", 404, ""},
		{"what browsers are given is in the ledger", record, "/ledger/tile/entries/000.p/42", 200, `"release.noted"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Contains(c.path, "/tile/") { // the number of entries is nobody's business here
				c.path = "/ledger/tile/entries/000.p/" + p.edition()
			}
			res, body := c.side.get("GET", c.path)
			if res.StatusCode != c.status || !strings.Contains(body, c.says) {
				t.Errorf("it answers %s\n%.2000s\nand not %d with %q", res.Status, body, c.status, c.says)
			}
			if cookies := res.Header["Set-Cookie"]; cookies != nil && c.side != desk {
				t.Errorf("a cookie is set: %q", cookies)
			}
		})
	}
	p.signal(os.Interrupt, 0)
	if said := p.stderr.String(); said != "" {
		t.Errorf("the log is not empty: %s", said)
	}
}

// edition is the number of entries that are published.
func (p *process) edition() string {
	p.t.Helper()
	_, checkpoint := p.get("GET", "/ledger/checkpoint")
	return strings.Split(checkpoint, "\n")[1]
}

// TestServePublishes: entries are published on the schedule, whether or not
// anything has happened.
func TestServePublishes(t *testing.T) {
	t.Parallel()
	p := serve(t, newOffice(t), "--publish-every", "100ms")
	first := p.edition()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for p.edition() == first {
		if ctx.Err() != nil {
			t.Fatal("nothing is published")
		}
	}
	p.signal(os.Interrupt, 0)
}

// TestServeSides: each side can be left out, moved, and has to be free.
func TestServeSides(t *testing.T) {
	t.Parallel()
	dir := newOffice(t)
	p := serve(t, dir, "--desk-listen", "", "--desk-origin", "https://desk.example.org")
	if p.Report == "" || p.Desk != "" {
		t.Errorf("without a desk it serves %q and %q", p.Report, p.Desk)
	}
	taken := strings.Trim(strings.TrimPrefix(p.Report, "http://"), "/")
	p.signal(os.Interrupt, 0)
	p = serve(t, dir, "--report-listen", "", "--desk-origin", "https://desk.example.org")
	if p.Report != "" || p.Desk != "https://desk.example.org/" {
		t.Errorf("without the reporter's pages it serves %q and %q", p.Report, p.Desk)
	}
	p.signal(os.Interrupt, 0)
	p = serve(t, dir, "--report-listen", taken)
	other := newOffice(t)
	for _, flag := range []string{"--listen", "--report-listen", "--desk-listen"} {
		_, stderr := temwen(t, 1, slices.Concat([]string{"serve", "--dir", other}, free, []string{flag, taken})...)
		says(t, stderr, "address already in use; choose another address with "+flag)
	}
	_, stderr := temwen(t, 1, slices.Concat([]string{"demo"}, free, []string{"--report-listen", taken})...)
	says(t, stderr, "address already in use; choose another address with --report-listen")
	_, stderr = temwen(t, 2, "serve", "--dir", other, "--publish-every", "1ms")
	says(t, stderr, "--publish-every 1ms is too often")
	p.signal(os.Interrupt, 0)
}

// TestServeWithoutOffice: nothing is listened to that is not served, and a
// sentence says why.
func TestServeWithoutOffice(t *testing.T) {
	t.Parallel()
	dir := newStore(t)
	p := serve(t, newOffice(t))
	taken := strings.Trim(strings.TrimPrefix(p.Report, "http://"), "/")
	q := start(t, nil, "serve", "--dir", dir, "--listen", "127.0.0.1:0", "--report-listen", taken, "--desk-listen", taken)
	said := q.until("the store has no office")
	says(t, said, "no reports are taken; to found one: temwen office init --dir "+dir)
	q.signal(os.Interrupt, 0)
	p.signal(os.Interrupt, 0)
}

// TestDemoShowsAllSides: the code that the demo prints opens an answered report,
// and everything is marked as invented.
func TestDemoShowsAllSides(t *testing.T) {
	t.Parallel()
	p := start(t, nil, append([]string{"demo", "--lang", "fr"}, free...)...)
	address := func(line string) string { return line[strings.Index(line, "http://"):] }
	p.Home = address(p.until("http://"))
	report := p.at(address(p.until("http://")))
	_, code, _ := strings.Cut(p.until("avec le code"), "avec le code ")
	code = code[:len("0000 0000 0000 0000 0000 0000")]
	desk := p.at(address(p.until("http://")))
	says(t, p.until("phrase secrète"), "demo")
	p.until("Ctrl-C")
	for _, c := range []struct {
		side       *process
		path, says string
	}{{report, "/fr/", `class="invented"`}, {desk, "/fr/sign-in", "Tout est inventé ici."}} {
		if res, body := c.side.get("GET", c.path); res.StatusCode != 200 || !strings.Contains(body, c.says) {
			t.Errorf("%s does not say that it is invented: %s\n%.1500s", c.path, res.Status, body)
		}
	}
	form := "do=open&code=" + strings.ReplaceAll(code, " ", "+")
	res, err := http.Post(report.Home+"fr/4", "application/x-www-form-urlencoded", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil || res.StatusCode != 200 || !strings.Contains(body.String(), `class="theirs"`) {
		t.Errorf("the code opens %s (%v)\n%s", res.Status, err, &body)
	}
	p.signal(os.Interrupt, 0)
	for line := range strings.Lines(p.stderr.String()) {
		if !strings.HasPrefix(line, "temwen: due for erasure: reports 3, ") { // its office has a rule of how long things are kept
			t.Errorf("it complains: %s", line)
		}
	}
}
