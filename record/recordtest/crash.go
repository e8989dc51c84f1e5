package recordtest

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"temwen/record"
)

// The crash test starts this test binary again as a victim, which imports one
// revision of a dossier after the other and says on its output how far it is.
// It is killed at a random point; then the record must hold one of the two
// revisions that it can have ended with, whole.

const (
	// victimAddress and victimRevision are the environment variables that make
	// a process a victim: where the record is, and with what revision to begin.
	victimAddress  = "TEMWEN_RECORDTEST_ADDRESS"
	victimRevision = "TEMWEN_RECORDTEST_REVISION"

	crashFacts = 1000 // facts of the dossier
	crashKills = 6
)

func crashDossier(revision int) []record.Fact { return Dossier("crash", crashFacts, revision) }

func crashKey(revision int) string { return fmt.Sprintf("revision %d", revision) }

// runAsVictim imports until the process is killed, if it is a victim.
func runAsVictim(t *testing.T, b Backend) bool {
	address := os.Getenv(victimAddress)
	if address == "" {
		return false
	}
	revision, err := strconv.Atoi(os.Getenv(victimRevision))
	if err != nil {
		t.Fatal(err)
	}
	s := b.Open(t, address)
	fmt.Println("\nvictim: open")
	for {
		progress := func(done, total int) { fmt.Println("victim: at", done) }
		cmd := record.Import{Dossier: "crash", Facts: crashDossier(revision)}
		r, err := s.Do(t.Context(), crashKey(revision), cmd, Noon, progress)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("victim: done", revision, r.From, r.To)
		revision++
	}
}

func killedImport(t *testing.T, b Backend) {
	address := b.New(t)
	s := b.Open(t, address)
	acknowledged := []record.Result{do(t, s, crashKey(0), "crash", crashDossier(0))}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for kill := range crashKills {
		revision := len(acknowledged) // the one the victim begins with
		acknowledged = append(acknowledged, runVictim(t, address, revision)...)

		s := b.Open(t, address)
		// What was acknowledged is there under its key.
		for revision, was := range acknowledged {
			is := do(t, s, crashKey(revision), "crash", crashDossier(revision))
			if !is.Repeated || is.From != was.From || is.To != was.To {
				t.Fatalf("kill %d: revision %d was acknowledged as %+v and is %+v", kill, revision, was, is)
			}
		}
		// And the next one is there whole, without its answer, or not at all.
		last := acknowledged[len(acknowledged)-1]
		if n := size(t, s); n != last.To {
			next := do(t, s, crashKey(len(acknowledged)), "crash", crashDossier(len(acknowledged)))
			if !next.Repeated || next.From != last.To || next.To != n {
				t.Fatalf("kill %d: the record has %d events, was left at %d, and the next import is %+v", kill, n, last.To, next)
			}
			acknowledged = append(acknowledged, next)
		}
		holds(t, s, 0, "crash", crashDossier(len(acknowledged)-1))
		if _, err := s.Rebuild(t.Context()); err != nil {
			t.Fatalf("kill %d: %v", kill, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// runVictim starts a victim, kills it after a random number of lines of output,
// and returns what it acknowledged until then.
func runVictim(t *testing.T, address string, revision int) []record.Result {
	var path []string
	for part := range strings.SplitSeq(t.Name(), "/") {
		path = append(path, "^"+regexp.QuoteMeta(part)+"$")
	}
	path = path[:len(path)-1] // the test that called Conformance
	victim := exec.Command(os.Args[0], "-test.run="+strings.Join(path, "/"), "-test.count=1")
	victim.Env = append(os.Environ(), victimAddress+"="+address, victimRevision+"="+strconv.Itoa(revision))
	victim.Stderr = os.Stderr
	output, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []record.Result
	var other []string
	lines, kill := 0, 1+rand.IntN(14)
	for scanner := bufio.NewScanner(output); scanner.Scan(); {
		said, ok := strings.CutPrefix(scanner.Text(), "victim: ")
		if !ok {
			other = append(other, scanner.Text())
			continue
		}
		var r record.Result
		var done int
		if n, _ := fmt.Sscanf(said, "done %d %d %d", &done, &r.From, &r.To); n == 3 {
			if done != revision+len(acknowledged) {
				t.Errorf("victim acknowledged revision %d after %d", done, revision+len(acknowledged)-1)
			}
			acknowledged = append(acknowledged, r)
		}
		if lines++; lines == kill {
			victim.Process.Kill() // and read on: what it had said before counts
		}
	}
	victim.Wait() // it was killed: that is no error here
	if lines < kill {
		t.Fatalf("the victim ended by itself:\n%s", strings.Join(other, "\n"))
	}
	return acknowledged
}
