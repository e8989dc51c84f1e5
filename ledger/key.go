package ledger

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"
)

// Key is the log's Ed25519 signing key with the log's origin as its name (C2SP
// signed-note). Whoever has it can sign another history, so it is kept apart
// from the log, in a file that only the operator can read. Printed or logged,
// it shows its public half.
type Key struct {
	secret string // PRIVATE+KEY+origin+hash+base64
	public string // origin+hash+base64
}

// GenerateKey makes a new key for a log of this origin: a name that the log
// keeps forever, by the specification the address it is served at without
// scheme and without trailing slash (example.org/haiti/ledger).
func GenerateKey(origin string) (Key, error) {
	if err := checkOrigin(origin); err != nil {
		return Key{}, err
	}
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return Key{}, fmt.Errorf("generating the ledger's key: %w", err)
	}
	return Key{secret: secret, public: public}, nil
}

func checkOrigin(origin string) error {
	bad := func(r rune) bool { return r == '+' || unicode.IsSpace(r) || !unicode.IsPrint(r) }
	if origin == "" || len(origin) > 200 || strings.ContainsFunc(origin, bad) || strings.Contains(origin, "://") || strings.HasSuffix(origin, "/") {
		return fmt.Errorf("%q cannot be a ledger's origin: give its address without scheme and trailing slash, such as example.org/haiti", origin)
	}
	return nil
}

// parseKey reads a key in the form of C2SP signed-note.
func parseKey(secret string) (Key, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return Key{}, err
	}
	if err := checkOrigin(signer.Name()); err != nil {
		return Key{}, err
	}
	public, err := publicOf(secret)
	if err != nil {
		return Key{}, err
	}
	return Key{secret: secret, public: public}, nil
}

// ReadKey reads a key from the file Write made. A file that others than its
// owner can read is refused.
func ReadKey(path string) (Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Key{}, fmt.Errorf("reading the ledger's key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return Key{}, fmt.Errorf("reading the ledger's key: others can read %s; run chmod 600 on it, and consider whether it was copied", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Key{}, fmt.Errorf("reading the ledger's key: %w", err)
	}
	k, err := parseKey(strings.TrimSuffix(string(data), "\n"))
	if err != nil {
		// Never the content: it may be the secret with one letter wrong.
		return Key{}, fmt.Errorf("reading the ledger's key: %s does not hold a signed-note Ed25519 key on one line", path)
	}
	return k, nil
}

// Write stores the secret in a new file that only its owner can read. It never
// replaces a file: then the error is fs.ErrExist.
func (k Key) Write(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("writing the ledger's key: %s: %w", path, fs.ErrExist)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("writing the ledger's key: %w", err)
	}
	if err := writeFile(path, []byte(k.secret+"\n"), 0o600, os.Link); err != nil {
		return fmt.Errorf("writing the ledger's key: %w", err)
	}
	return nil
}

// Origin is the name of the log that this key signs.
func (k Key) Origin() string {
	origin, _, _ := strings.Cut(k.public, "+")
	return origin
}

// Public is the verifier key (vkey) that auditors pin: origin+hash+base64.
func (k Key) Public() string { return k.public }

// String returns Public, so that a secret is never printed by accident.
func (k Key) String() string { return k.public }

// GoString returns Public.
func (k Key) GoString() string { return k.public }

// signer returns the note signer of the key.
func (k Key) signer() (note.Signer, error) {
	if k.secret == "" {
		return nil, errors.New("the ledger's key is empty")
	}
	return note.NewSigner(k.secret)
}

// publicOf computes the vkey of a secret key that note.NewSigner accepts.
func publicOf(secret string) (string, error) {
	fields := strings.SplitN(secret, "+", 5) // PRIVATE, KEY, origin, hash, base64
	key, err := base64.StdEncoding.DecodeString(fields[4])
	if err != nil {
		return "", err
	}
	private := ed25519.NewKeyFromSeed(key[1:]) // after one byte for the algorithm
	return note.NewEd25519VerifierKey(fields[2], private.Public().(ed25519.PublicKey))
}

// writeFile writes a file whole or not at all and durably: a temporary file in
// the same folder, synced, put in place by os.Rename (which replaces) or
// os.Link (which does not), and the folder synced.
func writeFile(path string, data []byte, mode fs.FileMode, place func(from, to string) error) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already after a rename
	err = f.Chmod(mode)
	if err == nil {
		_, err = f.Write(data)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = place(f.Name(), path)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
