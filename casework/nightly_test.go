package casework

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"temwen/ledger"
	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// stepsAtOnce opens cases whose clocks all run out after 9 February 2025.
func (o *office) stepsAtOnce(t testing.TB, n int) (ids []string) {
	t.Helper()
	for range n {
		id := o.open(t)
		o.do(t, id, RecordAnswer{1, answer("informed")})
		o.do(t, id, RecordAnswer{2, answer("official")})
		ids = append(ids, id)
	}
	return ids
}

// silent is how often a case fell silent.
func (o *office) silent(t testing.TB, id string) (n int) {
	t.Helper()
	events, err := o.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Type == stepSilent {
			n++
		}
	}
	return n
}

// A night on which more clocks run out than one transaction takes: whoever works
// meanwhile has their turn between two transactions, and how far it has come is told.
func TestPassLetsOthersWork(t *testing.T) {
	o := newOffice(t)
	ids := o.stepsAtOnce(t, 2*together+together/2)
	o.today = day("2025-02-10")
	var at []int
	p, err := o.Pass(t.Context(), func(done, total int) {
		at = append(at, done)
		if total != len(ids) {
			t.Errorf("the pass tells of %d steps, and there are %d", total, len(ids))
		}
		if c, err := o.Case(t.Context(), "o1", ids[len(ids)-1]); err != nil || (c.Step(3).Silence != nil) != (done == len(ids)) {
			t.Errorf("after %d steps the last case is %+v (%v)", done, c, err)
		}
		o.do(t, ids[0], RecordRemedy{Remedy{Kind: "apology"}})
	})
	if err != nil || p.Silences != len(ids) {
		t.Errorf("the pass noted %+v (%v)", p, err)
	}
	if want := []int{0, together, 2 * together, len(ids)}; fmt.Sprint(at) != fmt.Sprint(want) {
		t.Errorf("the pass tells of %v steps, and should of %v", at, want)
	}
	o.rebuilds(t)
}

// passDir is the environment variable that makes this process a victim: the folder
// of the store over whose clocks it goes until it is killed.
const passDir = "TEMWEN_PASS_VICTIM"

// A pass that is killed at any moment leaves what it noted, and those after it note
// the rest: nothing is silent twice.
func TestKilledWhilePassing(t *testing.T) {
	if dir := os.Getenv(passDir); dir != "" {
		passUntilKilled(t, dir)
		return
	}
	o := newOffice(t)
	ids := o.stepsAtOnce(t, 3*together)
	for range 3 {
		if err := o.store.Close(); err != nil {
			t.Fatal(err)
		}
		killPass(t, o.dir, rand.IntN(4))
		o.reopen(t)
	}
	noted := 0
	for _, id := range ids {
		noted += o.silent(t, id)
	}
	o.today = day("2025-02-10")
	p, err := o.Pass(t.Context())
	if err != nil || noted+p.Silences != len(ids) {
		t.Errorf("the victims noted %d silences, and the pass after them %+v (%v), of %d", noted, p, err, len(ids))
	}
	for _, id := range ids {
		if n := o.silent(t, id); n != 1 {
			t.Errorf("a case fell silent %d times", n)
		}
	}
	o.rebuilds(t)
}

// reopen opens the store again.
func (o *office) reopen(t testing.TB) {
	t.Helper()
	s, err := store.Open(t.Context(), o.dir, store.Settings{
		Books: []record.Book{Book}, Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	o.store = s
	o.Cases = New(s, time.Now, func() when.Day { return o.today })
}

func passUntilKilled(t *testing.T, dir string) {
	o := &office{dir: dir, today: day("2025-02-10")}
	o.reopen(t)
	if _, err := o.Pass(t.Context(), func(done, total int) { fmt.Println(done, "of", total) }); err != nil {
		t.Fatal(err)
	}
	fmt.Println("all")
	select {} // until it is killed
}

// killPass kills the process after it has told n times how far it has come.
func killPass(t *testing.T, dir string, n int) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run", "^TestKilledWhilePassing$")
	c.Env = append(os.Environ(), passDir+"="+dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for i := 0; lines.Scan() && i < n && lines.Text() != "all"; i++ {
		continue
	}
	_ = c.Process.Kill()
	_, _ = io.Copy(io.Discard, out)
	if err := c.Wait(); err == nil {
		t.Fatal("the victim ended by itself")
	}
}
