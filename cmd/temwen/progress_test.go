package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inside is the program run in this process: with a terminal where live.
func inside(ctx context.Context, live bool, stderr interface{ Write([]byte) (int, error) }, args ...string) (status int, stdout string) {
	var out bytes.Buffer
	p := newTestProgram()
	p.ctx, p.stdout, p.stderr, p.live = ctx, &out, stderr, live
	p.getenv = func(string) string { return "" }
	p.width = func() (int, bool) { return 0, false }
	return p.run(args), out.String()
}

func TestProgressIsForTerminals(t *testing.T) {
	large := generated(t, 1000, 1)
	for _, live := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "store")
		var stderr bytes.Buffer
		for _, args := range [][]string{
			{"init", "--dir", dir},
			{"import", large, "--dir", dir},
			{"import", large, "--dir", dir},
			{"rebuild", "--dir", dir},
			{"verify", "--forget", dir},
			{"check", "-q", large},
			{"demo", "--once"},
		} {
			status, stdout := inside(t.Context(), live, &stderr, args...)
			if status != 0 || strings.Contains(stdout, "\r") || strings.Contains(stdout, "\x1b") {
				t.Errorf("temwen %s: exit status %d, stdout %q, stderr %q", args, status, stdout, &stderr)
			}
		}
		shown := stderr.String()
		if !live {
			if shown != "" {
				t.Errorf("where stderr is no terminal it shows %q", shown)
			}
			continue
		}
		for _, work := range []string{"reading " + large, "recording generated", "writing the ledger", "replaying the record", "checking entries", "reading the dossier of Haiti"} {
			if !strings.Contains(shown, "\r\x1b[K"+work+": ") {
				t.Errorf("it does not show %q", work)
			}
		}
		if !strings.HasSuffix(shown, "\r\x1b[K") || strings.Contains(shown, "\n") {
			t.Errorf("its last line is not taken away: %q", shown)
		}
	}
}

func TestColour(t *testing.T) {
	for name, c := range map[string]struct {
		terminal bool
		env      map[string]string
		want     bool
	}{
		"on a terminal":          {true, nil, true},
		"in a pipe":              {false, nil, false},
		"with NO_COLOR":          {true, map[string]string{"NO_COLOR": "1"}, false},
		"on a terminal too dumb": {true, map[string]string{"TERM": "dumb"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			p := newTestProgram()
			p.stdout, p.width = &out, func() (int, bool) { return 80, c.terminal }
			p.getenv = func(key string) string { return c.env[key] }
			if status := p.run([]string{"brief", "mss", "--as-of", "2024-06-26"}); status != 0 {
				t.Fatalf("exit status %d", status)
			}
			if got := strings.Contains(out.String(), "\x1b["); got != c.want {
				t.Errorf("colour: %v, want %v", got, c.want)
			}
		})
	}
}

// stopper calls stop when a part is written.
type stopper struct {
	bytes.Buffer
	at   string
	stop context.CancelFunc
}

func (s *stopper) Write(b []byte) (int, error) {
	if strings.Contains(string(b), s.at) {
		s.stop()
	}
	return s.Buffer.Write(b)
}

// TestImportIsStopped: Ctrl-C in mid-import says what has been done, and what
// is left is done by the next one.
func TestImportIsStopped(t *testing.T) {
	one, two := generated(t, 3000, 1), generated(t, 3000, 2)
	dir := filepath.Join(t.TempDir(), "store")
	var stderr bytes.Buffer
	for _, args := range [][]string{{"init", "--dir", dir}, {"import", one, "--dir", dir}} {
		if status, _ := inside(t.Context(), false, &stderr, args...); status != 0 {
			t.Fatalf("temwen %s: %s", args, &stderr)
		}
	}
	for _, c := range []struct{ at, says, then string }{
		{"recording", "of which nothing was recorded: ", "3000 revised"},
		{"writing the ledger", "is on the record, 0 new, 3000 revised, 0 retracted; but its ledger does not hold all of that yet", "nothing new"},
	} {
		ctx, stop := context.WithCancel(t.Context())
		said := &stopper{at: c.at, stop: stop}
		status, stdout := inside(ctx, true, said, "import", two, "--dir", dir)
		if status != exitRefused || stdout != "" || !strings.Contains(said.String(), "temwen: stopped: ") || !strings.Contains(said.String(), c.says) {
			t.Errorf("stopped while %s: exit status %d, stdout %q, stderr %q", c.at, status, stdout, said.String())
		}
		if status, stdout := inside(t.Context(), false, &stderr, "verify", "--forget", dir); status != 0 {
			t.Errorf("stopped while %s: it does not verify: %s%s", c.at, stdout, &stderr)
		}
		_, stdout = inside(t.Context(), false, &stderr, "import", two, "--dir", dir)
		if !strings.Contains(stdout, c.then) {
			t.Errorf("stopped while %s: then %q%s, want %q", c.at, stdout, &stderr, c.then)
		}
		one, two = two, one
	}
}

// generated is a dossier of some facts, whose figures are of a version.
func generated(t testing.TB, figures, version int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "generated")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	const frame = `dossier: {id: generated, title: A generated dossier, time_zone: America/Port-au-Prince}
sources:
  - {id: source, title: A source, publisher: A newspaper, published: 2024-06-20, language: en, address: "https://example.org/", read: full}
actors:
  - {id: kenya, kind: state, name: Kenya, country: "KE"}
metrics:
  - {id: people, name: People, kind: level, topic: people}
missions:
  - {id: generated, name: A generated mission, short: GM, period: 2024/2025, sources: [source]}
`
	var b strings.Builder
	b.WriteString("figures:\n")
	for i := range figures {
		fmt.Fprintf(&b, "  - {id: figure-%d, mission: generated, metric: people, value: %d, unit: persons, modality: deployed, as_of: 2024-01, sources: [source]}\n", i, version)
	}
	for name, text := range map[string]string{"dossier.yaml": frame, "figures.yaml": b.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
