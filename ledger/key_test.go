package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func testPrivateKey(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeyFile(t *testing.T) {
	key := testKey(t)
	path := filepath.Join(t.TempDir(), "keys", "ledger.key")
	if err := key.Write(path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again, err := ReadKey(path)
	if err != nil || again != key {
		t.Fatalf("read back %v, %v", again, err)
	}
	if err := testKey(t).Write(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second key was written over the first: %v", err)
	}
	if again, err := ReadKey(path); err != nil || again != key {
		t.Errorf("the key was changed: %v", err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others can read: %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("files left: %v, %v", entries, err)
	}
}

// The public half is that of the secret one, and the secret is never printed.
func TestKeyHalves(t *testing.T) {
	key := testKey(t)
	signer, err := key.signer()
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	msg := []byte("text\n")
	sig, err := signer.Sign(msg)
	if err != nil || !verifier.Verify(msg, sig) || key.Origin() != testOrigin {
		t.Errorf("the halves do not belong together: %v", err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("key", "key", key)
	printed := fmt.Sprintf("%v %+v %#v %s %q", key, key, key, key, key) + log.String()
	if secret := key.secret[strings.LastIndex(key.secret, "+")+1:]; strings.Contains(printed, secret) || strings.Contains(printed, "PRIVATE") {
		t.Errorf("the secret is printed: %s", printed)
	}
}

func TestKeyRefuses(t *testing.T) {
	for _, origin := range []string{"", "a b", "a+b", "https://example.org", "example.org/", "a\nb", strings.Repeat("a", 201)} {
		if _, err := GenerateKey(origin); err == nil {
			t.Errorf("origin %q", origin)
		}
	}
	good := testKey(t).secret
	for _, bad := range []string{"", good[1:], good[:len(good)-4], strings.Replace(good, "haiti", "cuba", 1), good + "A", testKey(t).public} {
		path := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(path, []byte(bad+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadKey(path); err == nil || bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
