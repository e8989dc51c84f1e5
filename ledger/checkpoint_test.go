package ledger

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/torchwood"
)

func TestPolicy(t *testing.T) {
	key, witness := testKey(t).Public(), testCosigner(t)
	for name, c := range map[string]struct {
		policy, says string
	}{
		"none":               {"quorum none\n", ""},
		"this log":           {"log " + key + "\nquorum none\n", ""},
		"a witness":          {"# one\nwitness w " + witness + " https://w.example/ # there\nquorum w\n", ""},
		"a group":            {"witness w " + witness + "\ngroup g any w w2\nquorum g\n", "unknown component"},
		"another log":        {"log " + testKey(t).Public() + "\nquorum none\n", "it is for the log"},
		"two logs":           {"log " + key + "\nlog " + testKey(t).Public() + "\nquorum none\n", "names 2 logs"},
		"no quorum":          {"witness w " + witness + "\n", "no quorum"},
		"a log of no key":    {"log\nquorum none\n", "line 1"},
		"a word of no sense": {"quorum none\nwitnesses 3\n", "line 2"},
		"a broken key":       {"witness w " + witness[1:] + "\nquorum w\n", "line 1"},
	} {
		_, err := newTrust(key, []byte(c.policy))
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := newTrust("nonsense", nil); err == nil {
		t.Error("nonsense is a key")
	}
}

// An older checkpoint still verifies when the partial tiles of its time have
// been replaced by full ones.
func TestOlderCheckpoint(t *testing.T) {
	key := testKey(t)
	dir := filepath.Join(t.TempDir(), "ledger")
	writeLog(t, dir, key, 300, testEntry)
	signed, err := os.ReadFile(filepath.Join(dir, checkpointFile))
	must(t, err)
	writeLog(t, dir, key, 600, testEntry)
	must(t, os.RemoveAll(filepath.Join(dir, "tile/entries/001.p")))
	must(t, os.RemoveAll(filepath.Join(dir, "tile/0/001.p")))
	must(t, os.WriteFile(filepath.Join(dir, checkpointFile), signed, 0o644))
	r, err := Verify(t.Context(), dir, Options{Key: key.Public(), Events: testEvents(300)})
	if err != nil || r.Entries != 300 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := Receipt(t.Context(), dir, 299); err != nil {
		t.Error(err)
	}
	must(t, flip(filepath.Join(dir, "tile/entries/001"), 4))
	if d := wrong(t, dir, Options{}); d.First != 256 || d.File != "tile/entries/001" {
		t.Error(d)
	}
}

// A checkpoint under a policy that does not name its log would hold for any.
func TestPolicyHoldsOrigin(t *testing.T) {
	dir, key := madeLog(t, 3)
	signed, err := os.ReadFile(filepath.Join(dir, checkpointFile))
	must(t, err)
	tr, err := newTrust(key.Public(), []byte("quorum none\n"))
	must(t, err)
	if _, err := tr.open(signed); err != nil {
		t.Error(err)
	}
	if tr.policy.Check("elsewhere.example", nil) == nil {
		t.Error("any origin will do")
	}
	if _, err := torchwood.ParseCheckpoint(string(signed)); err == nil {
		t.Error("a signed checkpoint parses as an unsigned one")
	}
}
