package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// temwen runs the program to its end, which must have that exit status, and
// returns what it wrote to stdout and stderr.
func temwen(t *testing.T, status int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.Command("temwen", args...)
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); c.ProcessState == nil {
		t.Fatal(err)
	}
	if got := c.ProcessState.ExitCode(); got != status {
		t.Fatalf("temwen %s ended with exit status %d, want %d\n%s%s", strings.Join(args, " "), got, status, &out, &errs)
	}
	return out.String(), errs.String()
}

// says fails where text does not hold a part.
func says(t *testing.T, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("it says\n%s\nand not %q", text, part)
	}
}

// newStore is a new store that holds the dossier of testdata.
func newStore(t *testing.T) string {
	t.Helper()
	return newStoreOf(t, "testdata/dossier")
}

// newStoreOf is a new store into which a dossier was imported.
func newStoreOf(t *testing.T, dossier string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	temwen(t, 0, "init", "--dir", dir)
	temwen(t, 0, "import", dossier, "--dir", dir)
	return dir
}

// process is the program while it runs.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	lines  *bufio.Scanner
	stderr lockedBuffer
	Home   string // address of what it serves, with a slash
	Report string // of the reporter's pages, empty where there are none
	Desk   string
}

// free are flags that make the program listen on free ports.
var free = []string{"--listen", "127.0.0.1:0", "--report-listen", "127.0.0.1:0", "--desk-listen", "127.0.0.1:0"}

// lockedBuffer can be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// start starts the program. It is killed at the end of the test at the latest.
func start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	return startAs(t, "temwen", env, args...)
}

// startAs starts a program of that name.
func startAs(t *testing.T, name string, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(name, args...)}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
	})
	return p
}

// until reads stdout up to a line that holds a part, and returns that line.
func (p *process) until(part string) string {
	p.t.Helper()
	for p.lines.Scan() {
		if strings.Contains(p.lines.Text(), part) {
			return p.lines.Text()
		}
	}
	p.t.Fatalf("the program ended before it said %q\n%s", part, p.stderr.String())
	return ""
}

// signal sends a signal and waits for the end, which must have that exit status
// (-1: by the signal).
func (p *process) signal(s os.Signal, status int) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	for p.lines.Scan() {
	}
	_ = p.cmd.Wait() // the state tells
	if got := p.cmd.ProcessState.ExitCode(); got != status {
		p.t.Fatalf("after %v the program ended with exit status %d, want %d\n%s", s, got, status, p.stderr.String())
	}
}

// serve starts temwen serve on free ports, with further flags.
func serve(t *testing.T, dir string, flags ...string) *process {
	t.Helper()
	return served(start(t, nil, slices.Concat([]string{"serve", "--dir", dir}, free, flags)...))
}

// served reads from a program that serves where it does.
func served(p *process) *process {
	p.t.Helper()
	for p.lines.Scan() {
		what, at, _ := strings.Cut(p.lines.Text(), " at ")
		switch what {
		case "serving the public record":
			p.Home = at
		case "serving the reporter's pages":
			p.Report = at
		case "serving the officers' desk":
			p.Desk = at
		case "press Ctrl-C to stop":
			return p
		}
	}
	p.t.Fatalf("the program ended before it served\n%s", p.stderr.String())
	return nil
}

// The officer of the office that newOffice founds, with a passphrase that guards
// nothing.
const (
	testOfficer    = "lakay"
	testPassphrase = "bako timu rela sodi"
)

// newOffice is a new store with an oversight office.
func newOffice(t *testing.T) string {
	t.Helper()
	return foundOffice(t, newStore(t))
}

// foundOffice founds an oversight office in a store.
func foundOffice(t *testing.T, dir string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(file, []byte(testPassphrase), 0o600); err != nil {
		t.Fatal(err)
	}
	temwen(t, 0, "office", "init", "--dir", dir, "--name", "An invented office", "--name", "ht=Yon biwo envante",
		"--officer", testOfficer, "--passphrase-file", file, "--no-recovery")
	return dir
}

// get asks for an address below the one that is served.
func (p *process) get(method, path string) (*http.Response, string) {
	p.t.Helper()
	req, err := http.NewRequest(method, strings.TrimSuffix(p.Home, "/")+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	client := http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res, string(body)
}
