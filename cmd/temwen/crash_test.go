package main

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"temwen/dossier"
	"temwen/ledger"
	"temwen/store"
)

const (
	crashFigures = 2000
	crashRounds  = 22
	// crashTime bounds the rounds on a machine that is busy with other things.
	crashTime = 20 * time.Second
)

// TestImportIsKilled kills imports of one dossier in two versions at random
// instants, one after the other on one store, so that the repair of the ledger
// is killed as well. After each, before anything is repaired: the dossier is
// there whole, in the version before or the one being imported; what was
// acknowledged is there; the ledger verifies, continues all that it ever
// published, and says what the record says.
func TestImportIsKilled(t *testing.T) {
	t.Parallel()
	rounds := crashRounds
	if testing.Short() {
		rounds = 6
	}
	dir, state := filepath.Join(t.TempDir(), "store"), t.TempDir()
	versions := []string{generated(t, crashFigures, 0), generated(t, crashFigures, 1)}
	temwen(t, 0, "init", "--dir", dir)
	temwen(t, 0, "import", versions[0], "--dir", dir)
	started := time.Now()
	temwen(t, 0, "import", versions[1], "--dir", dir)
	takes := time.Since(started)

	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("an import takes %v; seed %d", takes, seed)
	var killed, before, after int
	holds, edition := 1, held(t, dir).edition
	for round := range rounds {
		if time.Since(started) > crashTime {
			t.Logf("after %d rounds there is no more time", round)
			break
		}
		imports := 1 - holds
		acknowledged := killImport(t, time.Duration(random.Int64N(int64(takes)+1)), versions[imports], dir)
		found := held(t, dir)
		switch {
		case found.version == imports && found.edition == edition+crashFigures:
			after++
		case found.version == holds && found.edition == edition && !acknowledged:
			before++
		default:
			t.Fatalf("round %d: the store holds version %d at edition %d; before it held version %d at %d, and version %d was imported (acknowledged: %v)",
				round, found.version, found.edition, holds, edition, imports, acknowledged)
		}
		if !acknowledged {
			killed++
		}
		holds, edition = found.version, found.edition
		if err := verifies(t, dir, state); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	t.Logf("%d of %d imports were killed; %d times nothing was recorded, %d times all", killed, before+after, before, after)
	if killed == 0 {
		t.Error("none was killed: the test shows nothing")
	}
	stdout, _ := temwen(t, 0, "import", versions[holds], "--dir", dir)
	says(t, stdout, "nothing new")
	stdout, _ = temwen(t, 0, "rebuild", "--dir", dir)
	says(t, stdout, "the tables are what the record says")
	stdout, _ = temwen(t, 0, "verify", "--state", state, dir)
	says(t, stdout, "VERIFIED")
	if strings.Contains(stdout, "behind") {
		t.Errorf("the ledger did not follow:\n%s", stdout)
	}
}

// killImport starts an import and kills it after a while, and reports whether
// it had ended well before.
func killImport(t *testing.T, after time.Duration, dossier, dir string) (acknowledged bool) {
	t.Helper()
	c := exec.Command("temwen", "import", dossier, "--dir", dir)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(after, func() { _ = c.Process.Kill() })
	err := c.Wait()
	kill.Stop()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.Exited()) {
		t.Fatalf("the import ended by itself: %v", err)
	}
	return err == nil
}

// holding is what a reader finds in a store.
type holding struct {
	version int
	edition uint64
}

// held reads a store as it is, and fails where its dossier is not whole.
func held(t *testing.T, dir string) holding {
	t.Helper()
	r, err := store.OpenReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	edition, err := r.Recorded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dossiers, err := r.Dossiers(t.Context(), 0)
	if err != nil || len(dossiers) != 1 || len(dossiers[0].Figures) != crashFigures {
		t.Fatalf("the store holds %d dossiers (%v)", len(dossiers), err)
	}
	version := func(f *dossier.Figure) int { return int(*f.Value) }
	h := holding{version(dossiers[0].Figures[0]), edition}
	for _, f := range dossiers[0].Figures {
		if version(f) != h.version {
			t.Fatalf("half a dossier: %s is of version %d, and another of %d", f.ID, version(f), h.version)
		}
	}
	return h
}

// verifies checks a store as temwen verify does, without opening it for writing.
func verifies(t *testing.T, dir, state string) error {
	t.Helper()
	r, err := store.OpenReader(t.Context(), dir)
	if err != nil {
		return err
	}
	report, err := ledger.Verify(t.Context(), r.LedgerDir(), ledger.Options{Keep: state, Events: r.Events()})
	if err == nil && report.Compared != report.Entries {
		err = errors.New("not every entry was compared with its event")
	}
	return errors.Join(err, r.Close())
}

// TestInitIsKilled: a creation that was killed leaves what the next one takes
// for its own.
func TestInitIsKilled(t *testing.T) {
	t.Parallel()
	started := time.Now()
	temwen(t, 0, "init", "--dir", filepath.Join(t.TempDir(), "store"))
	takes := time.Since(started)
	unfinished := 0
	for range 12 {
		dir := filepath.Join(t.TempDir(), "store")
		c := exec.Command("temwen", "init", "--dir", dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(rand.N(takes), func() { _ = c.Process.Kill() })
		_ = c.Wait() // killed or not
		kill.Stop()
		if _, err := os.Stat(dir); err == nil && store.Look(dir) != nil {
			unfinished++
		}
		if errors.Is(store.Look(dir), store.ErrNoStore) {
			temwen(t, 0, "init", "--dir", dir)
		}
		stdout, _ := temwen(t, 0, "import", "testdata/dossier", "--dir", dir)
		says(t, stdout, "edition 24")
	}
	t.Logf("%d of 12 were killed in the middle", unfinished)
}
