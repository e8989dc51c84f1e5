package ledger

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/tlog"
	_ "modernc.org/sqlite" // litewitness keeps its logs in SQLite
)

// litewitness is a witness by others, filippo.io/torchwood/cmd/litewitness,
// running as a process of its own: it checks by its own code that our log only
// ever grows.
type litewitness struct {
	program string
	dir     string
	name    string
	address string
	key     ed25519.PrivateKey
	process *exec.Cmd
}

// buildLitewitness builds the program from the module cache, with the go.mod and
// go.sum it was published with, so that nothing of it is among our
// dependencies. The first time takes half a minute.
func buildLitewitness(t *testing.T) (program string) {
	t.Helper()
	give := func(format string, args ...any) {
		t.Helper()
		if os.Getenv("CI") == "true" {
			t.Fatalf(format, args...)
		}
		t.Skipf(format+"; the test with a real witness is skipped", args...)
	}
	if testing.Short() {
		t.Skip("building a witness takes long")
	}
	source, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "filippo.io/torchwood").Output()
	if err != nil {
		give("finding the source of litewitness: %v", err)
	}
	program = filepath.Join(t.TempDir(), "litewitness")
	build := exec.Command("go", "build", "-mod=readonly", "-o", program, "./cmd/litewitness")
	build.Dir = strings.TrimSpace(string(source))
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		give("building litewitness: %v: %s", err, bytes.TrimSpace(out))
	}
	return program
}

// newLitewitness starts a witness that knows the log.
func newLitewitness(t *testing.T, program, name string, log Key) *litewitness {
	t.Helper()
	dir, err := os.MkdirTemp("", "w") // short: it holds a Unix socket
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	w := &litewitness{program: program, dir: dir, name: name, key: testPrivateKey(t)}
	w.serveAgent(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	w.address = free.Addr().String()
	must(t, free.Close())
	w.start(t)
	db, err := sql.Open("sqlite", filepath.Join(dir, "witness.db"))
	must(t, err)
	defer db.Close()
	empty := sha256.Sum256(nil)
	_, err = db.Exec("INSERT INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)", log.Origin(), base64.StdEncoding.EncodeToString(empty[:]))
	must(t, err)
	_, err = db.Exec("INSERT INTO key (origin, key) VALUES (?, ?)", log.Origin(), log.Public())
	must(t, err)
	return w
}

// serveAgent serves the witness's key as an ssh-agent does.
func (w *litewitness) serveAgent(t *testing.T) {
	t.Helper()
	keys := agent.NewKeyring()
	must(t, keys.Add(agent.AddedKey{PrivateKey: w.key}))
	listener, err := net.Listen("unix", filepath.Join(w.dir, "agent"))
	must(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				_ = agent.ServeAgent(keys, conn) // until the witness hangs up
				_ = conn.Close()
			}()
		}
	}()
}

func (w *litewitness) start(t *testing.T) {
	t.Helper()
	public, err := ssh.NewPublicKey(w.key.Public())
	must(t, err)
	w.process = exec.Command(w.program, "-db", filepath.Join(w.dir, "witness.db"), "-name", w.name,
		"-ssh-agent", filepath.Join(w.dir, "agent"), "-listen", w.address, "-key", ssh.FingerprintSHA256(public))
	var said strings.Builder
	w.process.Stderr = &said
	must(t, w.process.Start())
	t.Cleanup(w.stop)
	deadline := time.Now().Add(20 * time.Second)
	for {
		conn, err := net.Dial("tcp", w.address)
		if err == nil {
			must(t, conn.Close())
			return
		}
		if time.Now().After(deadline) {
			w.stop()
			t.Fatalf("litewitness does not listen: %s", said.String())
		}
		<-time.After(10 * time.Millisecond)
	}
}

func (w *litewitness) stop() {
	if w.process != nil {
		_ = w.process.Process.Kill()
		_ = w.process.Wait()
		w.process = nil
	}
}

// vkey computes the witness's verifier key.
func (w *litewitness) vkey(t *testing.T) string {
	t.Helper()
	s, err := torchwood.NewCosignatureSigner(w.name, w.key)
	must(t, err)
	return s.Verifier().String()
}

func TestWitness(t *testing.T) {
	program := buildLitewitness(t)
	dir, key := newLog(t)
	one := newLitewitness(t, program, "witness.example/one", key)
	two := newLitewitness(t, program, "witness.example/two", key)
	policy := fmt.Appendf(nil, `
log %s
witness one %s http://%s/   # in another country
witness two %s http://%s/
group both all one two
quorum both
`, key.Public(), one.vkey(t), one.address, two.vkey(t), two.address)
	s := quick
	s.Witnesses = policy
	s.PublishTimeout = 5 * time.Second

	// Nothing is published that both have not cosigned.
	cosigned := func(n uint64) {
		t.Helper()
		recheck(t, dir, key, n)
		r, err := Verify(t.Context(), dir, Options{Policy: policy})
		must(t, err)
		if !r.Policy || r.Pin != PinPolicy || len(r.Checkpoint.Cosigners) != 2 {
			t.Errorf("report %+v", r)
		}
		for _, c := range r.Checkpoint.Cosigners {
			if age := time.Since(time.Unix(c.Unix, 0)); c.Name != one.name && c.Name != two.name || age < -time.Minute || age > time.Hour {
				t.Errorf("cosigner %+v", c)
			}
		}
	}
	follow(t, dir, key, testEvents(10), s)
	cosigned(10)
	early := filepath.Join(t.TempDir(), "early")
	copyDir(t, dir, early)
	follow(t, dir, key, testEvents(300), s)
	cosigned(300)

	// A receipt holds under the policy, by our code and by torchwood's.
	receipt, err := Receipt(t.Context(), dir, 42)
	must(t, err)
	if got, err := VerifyReceipt(receipt, nil, key.Public(), policy); err != nil || len(got.Checkpoint.Cosigners) != 2 {
		t.Errorf("%+v, %v", got.Checkpoint, err)
	}
	theirs, err := torchwood.ParsePolicy(policy)
	must(t, err)
	must(t, torchwood.VerifyProof(theirs, tlog.RecordHash(testEntry(42)), receipt))
	strangers := strings.Replace(string(policy), two.vkey(t), testCosigner(t), 1)
	if _, err := VerifyReceipt(receipt, nil, key.Public(), []byte(strangers)); err == nil {
		t.Error("a receipt holds under a policy it does not meet")
	}
	if d := wrong(t, dir, Options{Policy: []byte(strangers)}); d.File != checkpointFile {
		t.Error(d)
	}

	// With one of them away nothing is published, and nothing lost.
	two.stop()
	l, err := Open(t.Context(), dir, key, withTimeout(s, time.Second))
	must(t, err)
	if _, err := l.Follow(t.Context(), testEvents(310), nil); err == nil || !strings.Contains(err.Error(), two.address) {
		t.Errorf("published without a witness: %v", err)
	}
	recheck(t, dir, key, 300)
	two.start(t)
	if n, err := l.Follow(t.Context(), testEvents(310), nil); err != nil || n != 310 {
		t.Errorf("with the witness back: %d, %v", n, err)
	}
	must(t, l.Close())
	cosigned(310)

	// A log that lost its last checkpoints, as in a crash after cosigning, is
	// built again and cosigned.
	lost := filepath.Join(t.TempDir(), "lost")
	copyDir(t, early, lost)
	dir = lost
	follow(t, dir, key, testEvents(320), s)
	cosigned(320)

	// An operator who signs another history gets no cosignature.
	dir = early
	l, err = Open(t.Context(), dir, key, withTimeout(s, time.Second))
	must(t, err)
	defer l.Close()
	_, err = l.Follow(t.Context(), testEvents(330, editedEvent(15)), nil)
	if err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "was not published") {
		t.Errorf("the witnesses cosigned a fork: %v", err)
	}
	t.Log(err)
	recheck(t, dir, key, 10)
}

func withTimeout(s Settings, d time.Duration) Settings {
	s.PublishTimeout = d
	return s
}
