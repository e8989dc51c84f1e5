package seal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"filippo.io/age"
)

func TestKeyFileIsOpened(t *testing.T) {
	office, officer, other := testIdentity(t, "office"), testIdentity(t, "officer"), testIdentity(t, "other")
	file, err := WrapIdentity(office, officer.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := UnwrapIdentity(file, officer); err != nil || got.String() != office.String() {
		t.Errorf("%v", err)
	}
	if _, err := UnwrapIdentity(file, other); !errors.Is(err, ErrWrongKey) {
		t.Errorf("with another key: %v", err)
	}
	for at := range file {
		changed := slices.Clone(file)
		changed[at] ^= 1
		if _, err := UnwrapIdentity(changed, officer); err == nil {
			t.Fatalf("byte %d was changed, and nobody saw it", at)
		}
	}
	for _, cut := range [][]byte{nil, file[:HeadSize], file[:len(file)-1], append(slices.Clone(file), 0)} {
		if _, err := UnwrapIdentity(cut, officer); !errors.Is(err, ErrMalformed) {
			t.Errorf("with %d bytes: %v", len(cut), err)
		}
	}
}

func TestPassphraseFileIsOpened(t *testing.T) {
	officer := testIdentity(t, "officer")
	file, err := WrapIdentityWithPassphrase(officer, "kafe\u0301 ak pen cho")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := UnwrapIdentityWithPassphrase(file, "kafé ak pen cho"); err != nil || got.String() != officer.String() {
		t.Errorf("typed with other letters: %v", err)
	}
	if _, err := UnwrapIdentityWithPassphrase(file, "kafe ak pen cho"); !errors.Is(err, ErrWrongKey) {
		t.Errorf("with another passphrase: %v", err)
	}
	if _, err := WrapIdentityWithPassphrase(officer, ""); err == nil {
		t.Error("the empty passphrase was taken")
	}
}

func TestPassphraseFilesThatAreRefused(t *testing.T) {
	officer := testIdentity(t, "officer")
	to, err := age.NewScryptRecipient("x")
	if err != nil {
		t.Fatal(err)
	}
	to.SetWorkFactor(1)
	good, err := wrapIdentity(officer, to)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckPassphraseFile(good); err != nil {
		t.Fatal(err)
	}
	wrapped, err := WrapIdentity(officer, testIdentity(t, "office").Recipient())
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"nothing":       nil,
		"for a key":     wrapped,
		"cut":           good[:len(good)-1],
		"longer":        append(slices.Clone(good), 0),
		"too much work": bytes.Replace(good, []byte(" 1\n"), []byte(" 21\n"), 1),
		"no work":       bytes.Replace(good, []byte(" 1\n"), []byte(" 0\n"), 1),
	} {
		if err := CheckPassphraseFile(file); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := CheckKeyFile(good); err == nil {
		t.Error("what a passphrase opens was taken as what a key opens")
	}
}

// TestStockAgeTakesAKeyFile: opened with age, it is an identity file of age.
func TestStockAgeTakesAKeyFile(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	age, dir := stockAge(t), t.TempDir()
	office, officer := testIdentity(t, "office"), testIdentity(t, "officer")
	file, err := WrapIdentity(office, officer.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	key, opened := filepath.Join(dir, "officer.key"), filepath.Join(dir, "office.key")
	if err := os.WriteFile(key, []byte(officer.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, file, age, "-d", "-i", key, "-o", opened)
	run(t, seal(t, office, Document{Report: testReport()}), age, "-d", "-i", opened)
}

func FuzzUnwrapIdentity(f *testing.F) {
	officer := testIdentity(f, "officer")
	file, err := WrapIdentity(testIdentity(f, "office"), officer.Recipient())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := UnwrapIdentity(file, officer); err != nil && CheckKeyFile(file) == nil && !errors.Is(err, ErrWrongKey) && !errors.Is(err, ErrMalformed) {
			t.Fatal(err)
		}
		_ = CheckPassphraseFile(file)
	})
}
