package intake_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"temwen/seal"
)

// victimDir is the environment variable that makes this process a victim: the
// folder of the store into which it takes reports until it is killed.
const victimDir = "TEMWEN_INTAKE_VICTIM"

// The victim's office has a key that the test can make again.
func victimDesk(t *testing.T, dir string) *desk {
	t.Helper()
	id, err := seal.IdentityFromSeed([32]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{office: &keys{id: seal.ID{1}}, dir: dir, now: noon}
	d.office.epochs = append(d.office.epochs, id)
	d.open(t)
	return d
}

// A process that is killed at any moment loses nothing that it acknowledged, and
// stores nothing twice.
func TestKilledWhileTaking(t *testing.T) {
	if dir := os.Getenv(victimDir); dir != "" {
		takeUntilKilled(t, dir)
		return
	}
	kills := 4
	if testing.Short() {
		kills = 1
	}
	d := newDesk(t)
	d.close(t)
	acknowledged := make(map[string]bool)
	for kill := range kills {
		for _, id := range runVictim(t, d.dir, 1+rand.IntN(150)) {
			acknowledged[id] = true
		}
		again := victimDesk(t, d.dir)
		for id := range acknowledged {
			if !again.holds(t, id) {
				t.Errorf("kill %d: report %s was acknowledged and is not there", kill, id)
			}
		}
		if _, err := again.store.Rebuild(t.Context(), nil); err != nil {
			t.Errorf("kill %d: rebuilding: %v", kill, err)
		}
		left, err := os.ReadDir(again.dir + "/sealed/envelopes")
		if err != nil || len(left) > len(acknowledged)+2*atOnce {
			t.Errorf("kill %d: %d envelopes are left (%v)", kill, len(left), err)
		}
		again.close(t)
	}
	d.open(t) // for its clean-up
	if len(acknowledged) == 0 {
		t.Error("nothing was acknowledged: the test shows nothing")
	}
}

// holds reports whether the report whose lookup is made of id is there.
func (d *desk) holds(t *testing.T, id string) bool {
	t.Helper()
	th, err := d.PersonThread(t.Context(), victimToken(id))
	return err == nil && len(th.Items) == 1
}

func victimToken(id string) (token seal.ID) {
	copy(token[:], fmt.Sprintf("%-16s", id))
	return token
}

// runVictim kills the process after it has acknowledged n reports, and returns
// those that it did.
func runVictim(t *testing.T, dir string, n int) (acknowledged []string) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run", "^TestKilledWhileTaking$", "-test.v")
	c.Env = append(os.Environ(), victimDir+"="+dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if id, ok := strings.CutPrefix(lines.Text(), "taken "); ok {
			if acknowledged = append(acknowledged, id); len(acknowledged) == n {
				_ = c.Process.Kill()
			}
		}
	}
	_, _ = io.Copy(io.Discard, out)
	if err := c.Wait(); err == nil {
		t.Fatalf("the victim ended by itself after %d reports", len(acknowledged))
	}
	return acknowledged
}

func takeUntilKilled(t *testing.T, dir string) {
	d := victimDesk(t, dir)
	reply := newPerson(t, d).reply.Recipient().String()
	small := envelope(t, d.office.epochs[0].Recipient(), "x")
	large := envelope(t, d.office.epochs[0].Recipient(), strings.Repeat("x", 300<<10))
	var out sync.Mutex
	var done sync.WaitGroup
	for worker := range 8 {
		done.Go(func() {
			for i := 0; ; i++ {
				id := strconv.Itoa(os.Getpid()) + "." + strconv.Itoa(worker) + "." + strconv.Itoa(i)
				sealed := small
				if i%4 == 0 {
					sealed = large
				}
				p := &seal.Parcel{Envelope: strings.NewReader(string(sealed)), Size: int64(len(sealed))}
				p.Head = seal.Head{V: 1, Kind: seal.ParcelReport, Office: d.office.id, Epoch: 1, Reply: reply, Lookup: seal.LookupHash(victimToken(id))}
				copy(p.Head.ID[:], p.Head.Lookup[:16])
				if _, err := d.ReceiveHere(context.Background(), p); err != nil {
					t.Error(err)
					return
				}
				out.Lock()
				fmt.Println("\ntaken " + id)
				out.Unlock()
			}
		})
	}
	done.Wait()
}
