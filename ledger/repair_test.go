package ledger

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Law: a log of which any part of the next batches was written, and any
// temporary files left, is repaired by Open, and then grows as if nothing had
// happened.
func TestRepairParts(t *testing.T) {
	few(t, 14)
	type pair struct{ before, after string }
	key := testKey(t)
	pairs := map[[2]uint64]pair{}
	for _, c := range [][2]uint64{{0, 40}, {100, 300}, {256, 512}, {512, 1100}, {700, 701}} {
		p := pair{filepath.Join(t.TempDir(), "before"), filepath.Join(t.TempDir(), "after")}
		if err := Create(p.before, key); err != nil {
			t.Fatal(err)
		}
		follow(t, p.before, key, testEvents(c[0]), quick)
		copyDir(t, p.before, p.after)
		follow(t, p.after, key, testEvents(c[1]), quick)
		pairs[c] = p
	}
	var cases [][2]uint64
	for c := range pairs {
		cases = append(cases, c)
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := rapid.SampledFrom(cases).Draw(rt, "case")
		p := pairs[c]
		dir := filepath.Join(t.TempDir(), "ledger")
		copyDir(t, p.before, dir)
		var written []string
		for _, f := range publicFiles(t, p.after) {
			if _, err := os.Stat(filepath.Join(p.before, f)); errors.Is(err, fs.ErrNotExist) {
				written = append(written, f)
			}
		}
		for _, f := range rapid.SliceOfDistinct(rapid.SampledFrom(written), rapid.ID).Draw(rt, "written") {
			copyFile(rt, filepath.Join(p.after, f), filepath.Join(dir, f))
		}
		if rapid.Bool().Draw(rt, "state") {
			copyFile(rt, filepath.Join(p.after, treeStateFile), filepath.Join(dir, treeStateFile))
		}
		for _, f := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"checkpoint123", ".state/treeState99", ".state/gcState1", "tile/entries/0001839283", "tile/0/001.p/441234567"}), rapid.ID).Draw(rt, "temporary") {
			path := filepath.Join(dir, f)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				rt.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("half"), 0o644); err != nil {
				rt.Fatal(err)
			}
		}
		more := c[0] + rapid.Uint64Range(0, 300).Draw(rt, "more")
		if size := follow(t, dir, key, testEvents(more), quick); size != more {
			rt.Fatalf("followed to %d of %d", size, more)
		}
		recheck(t, dir, key, more)
		for _, f := range publicFiles(t, dir) {
			if temporary(filepath.Base(f)) || strings.Contains(f, "1839283") || strings.Contains(f, "441234567") {
				rt.Fatalf("%s was not removed", f)
			}
		}
	})
}

// The trap in Tessera's driver: a whole tile left at the edge, where the next
// batch is shorter. Without the repair it writes a partial tile of 256 hashes.
func TestRepairTrap(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	follow(t, dir, key, testEvents(256), quick)
	must(t, os.WriteFile(filepath.Join(dir, "tile/0/001"), make([]byte, tileBytes), 0o644))
	follow(t, dir, key, testEvents(266), quick)
	recheck(t, dir, key, 266)
}

func copyFile(t rapid.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The state that Tessera keeps can be made again from what is published.
func TestRepairState(t *testing.T) {
	for name, harm := range map[string]func(dir string) error{
		"no hidden folder":        func(dir string) error { return os.RemoveAll(filepath.Join(dir, stateDir)) },
		"an unreadable state":     func(dir string) error { return os.WriteFile(filepath.Join(dir, treeStateFile), []byte("{"), 0o644) },
		"an older state":          func(dir string) error { return writeState(dir, 3) },
		"a state of another tree": func(dir string) error { return writeState(dir, 300) },
		"a later state":           func(dir string) error { return writeState(dir, 400) },
		"a checkpoint from the future": func(dir string) error {
			future := time.Now().Add(time.Hour)
			return os.Chtimes(filepath.Join(dir, checkpointFile), future, future)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, key := newLog(t)
			follow(t, dir, key, testEvents(300), quick)
			if err := harm(dir); err != nil {
				t.Fatal(err)
			}
			if size := follow(t, dir, key, testEvents(310), quick); size != 310 {
				t.Fatalf("followed to %d", size)
			}
			recheck(t, dir, key, 310)
		})
	}
}

func writeState(dir string, size int) error {
	return os.WriteFile(filepath.Join(dir, treeStateFile), fmt.Appendf(nil, `{"size":%d,"root":"AAAA"}`, size), 0o644)
}

// What no crash does is refused, and not repaired.
func TestRepairRefuses(t *testing.T) {
	for name, harm := range map[string]func(dir string) error{
		"no checkpoint": func(dir string) error { return os.Remove(filepath.Join(dir, checkpointFile)) },
		"no checkpoint and state": func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, checkpointFile)), os.RemoveAll(filepath.Join(dir, stateDir)))
		},
		"an altered checkpoint": func(dir string) error { return flip(filepath.Join(dir, checkpointFile), 30) },
		"an altered edge":       func(dir string) error { return flip(filepath.Join(dir, "tile/0/001.p/44"), 40) },
		"an altered upper tile": func(dir string) error { return flip(filepath.Join(dir, "tile/1/000.p/1"), 0) },
		"an edge that is gone":  func(dir string) error { return os.Remove(filepath.Join(dir, "tile/0/001.p/44")) },
		"a last bundle cut":     func(dir string) error { return os.Truncate(filepath.Join(dir, "tile/entries/001.p/44"), 1000) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, key := newLog(t)
			follow(t, dir, key, testEvents(300), quick)
			if err := harm(dir); err != nil {
				t.Fatal(err)
			}
			before := publicFiles(t, dir)
			if l, err := Open(t.Context(), dir, key, quick); err == nil {
				l.Close()
				t.Fatal("opened")
			}
			if after := publicFiles(t, dir); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("files were changed: %v, before %v", after, before)
			}
		})
	}
}

// flip flips a bit of a byte of a file.
func flip(path string, at int) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	data[at] ^= 1
	return os.WriteFile(path, data, 0o644)
}

// Our file of a folder is not Tessera's to tidy.
func TestRepairLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	follow(t, dir, key, testEvents(300), quick)
	for _, f := range []string{"tile/entries/000.gz", "robots.txt", "tile/README"} {
		if err := os.WriteFile(filepath.Join(dir, f), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	follow(t, dir, key, testEvents(301), quick)
	for _, f := range []string{"tile/entries/000.gz", "robots.txt", "tile/README"} {
		if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
			t.Error(err)
		}
	}
	recheck(t, dir, key, 301)
}

const crashEnv = "TEMWEN_LEDGER_CRASH"

// TestMain runs this test program as the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(crashEnv); dir != "" {
		crashChild(dir)
		return
	}
	os.Exit(m.Run())
}

// crashChild opens the log, says so, and follows a record until it is killed:
// in steps, saying each size that is published, or in one go.
func crashChild(dir string) {
	fail := func(err error) {
		fmt.Println("error", err)
		os.Exit(1)
	}
	key, err := ReadKey(filepath.Join(dir, "key"))
	if err != nil {
		fail(err)
	}
	batch, err := strconv.ParseUint(os.Getenv(crashEnv+"_BATCH"), 10, 32)
	if err != nil {
		fail(err)
	}
	ctx, stop := exitWithParent()
	defer stop()
	s := Settings{Interval: 100 * time.Millisecond, BatchAge: time.Millisecond, Batch: uint(batch), Collect: 20 * time.Millisecond}
	l, err := Open(ctx, filepath.Join(dir, "ledger"), key, s)
	if err != nil {
		fail(err)
	}
	fmt.Println("open")
	if rand.IntN(2) == 0 {
		_, err = l.Follow(ctx, testEvents(1<<40), nil)
		fail(err)
	}
	for {
		n, err := l.Follow(ctx, testEvents(l.Size()+1+rand.Uint64N(2*batch)), nil)
		if err != nil {
			fail(err)
		}
		fmt.Println("published", n)
	}
}

// A process that is killed at any instant leaves a log that readers can use as
// it is, and that the next process repairs, without losing anything it had
// called published. LEDGER_KILLS sets how often; it has been 2,000.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds := 15
	if n, err := strconv.Atoi(os.Getenv("LEDGER_KILLS")); err == nil {
		rounds = n
	}
	dir, key := t.TempDir(), testKey(t)
	if err := key.Write(filepath.Join(dir, "key")); err != nil {
		t.Fatal(err)
	}
	var size uint64
	var ledger string
	for round := range rounds {
		if round%20 == 0 { // a new log, so that it does not become long
			ledger, size = filepath.Join(dir, "ledger"), 0
			if err := os.RemoveAll(ledger); err != nil {
				t.Fatal(err)
			}
			if err := Create(ledger, key); err != nil {
				t.Fatal(err)
			}
		}
		published := kill(t, dir, []int{1, 10, 256}[round%3], round%2 == 0)
		n, _ := folder(ledger).publishedSize(t.Context()) // 0 where there is nothing yet
		switch report, err := Verify(t.Context(), ledger, Options{Key: key.Public(), Events: testEvents(n)}); {
		case errors.Is(err, fs.ErrNotExist) && size == 0 && published == 0: // killed before there was a checkpoint
		case err != nil:
			t.Fatalf("round %d: before the repair: %v", round, err)
		case report.Entries < max(size, published):
			t.Fatalf("round %d: %d entries were published, %d are left", round, max(size, published), report.Entries)
		default:
			size = report.Entries
		}
		size += rand.Uint64N(3)
		if got := follow(t, ledger, key, testEvents(size), quick); got != size {
			t.Fatalf("round %d: repaired to %d of %d entries", round, got, size)
		}
		if round%5 == 4 || round == rounds-1 {
			recheck(t, ledger, key, size)
		}
	}
	t.Logf("%d kills, %d entries in the last log", rounds, size)
}

// kill starts a child on the log, kills it at a random instant, counted from its
// start or from when it had opened the log, and returns the last size it called
// published.
func kill(t *testing.T, dir string, batch int, early bool) (published uint64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashEnv+"="+dir, fmt.Sprintf("%s_BATCH=%d", crashEnv, batch))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	hold, err := cmd.StdinPipe() // ends when we do
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	after := time.Duration(rand.IntN(150_000)) * time.Microsecond
	shoot := func() { time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) }
	if early {
		shoot()
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if lines.Text() == "open" {
			if !early {
				shoot()
			}
		} else if _, err := fmt.Sscanf(lines.Text(), "published %d", &published); err != nil {
			_ = cmd.Process.Kill()
			t.Errorf("the child says: %s", lines.Text())
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	if stderr.Len() > 0 {
		t.Errorf("the child writes to the terminal: %s", stderr.String())
	}
	return published
}
