package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"
)

// A key file is an age file with a hybrid identity in it: its string and a line
// feed, which the stock age takes as an identity file. All have one length.
const (
	identityLength = 77
	keyFileSize    = nonceSize + identityLength + 1 + tagSize // without the header
)

// passphraseWork is the work factor of age files that a passphrase opens, as a
// power of two: about a second each time. maxPassphraseWork is the most that is
// accepted, since whoever opens a file has to do what it asks for.
const (
	passphraseWork    = 18
	maxPassphraseWork = 20
)

// WrapIdentity writes a key file with an identity that another key opens.
func WrapIdentity(id *age.HybridIdentity, to *age.HybridRecipient) ([]byte, error) {
	return wrapIdentity(id, to)
}

// WrapIdentityWithPassphrase writes a key file with an identity that a passphrase
// opens. It takes about a second and 256 MiB of memory.
func WrapIdentityWithPassphrase(id *age.HybridIdentity, passphrase string) ([]byte, error) {
	return wrapIdentityWithWork(id, passphrase, passphraseWork)
}

// WrapIdentityWithKnownPassphrase writes a key file as [WrapIdentityWithPassphrase] does, at
// once: for a passphrase that everybody is told, so that no work need slow down guessing.
func WrapIdentityWithKnownPassphrase(id *age.HybridIdentity, passphrase string) ([]byte, error) {
	return wrapIdentityWithWork(id, passphrase, 1)
}

func wrapIdentityWithWork(id *age.HybridIdentity, passphrase string, work int) ([]byte, error) {
	to, err := age.NewScryptRecipient(norm.NFC.String(passphrase))
	if err != nil {
		return nil, errors.New("a passphrase must not be empty")
	}
	to.SetWorkFactor(work)
	return wrapIdentity(id, to)
}

func wrapIdentity(id *age.HybridIdentity, to age.Recipient) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err != nil {
		return nil, fmt.Errorf("wrapping a key: %w", err)
	}
	if _, err := io.WriteString(w, id.String()+"\n"); err != nil {
		return nil, fmt.Errorf("wrapping a key: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("wrapping a key: %w", err)
	}
	return b.Bytes(), nil
}

// ErrWrongKey is for a key file that is not for the key or passphrase at hand.
var ErrWrongKey = errors.New("this key or passphrase does not open it")

// UnwrapIdentity opens a key file with a key. The error wraps [ErrWrongKey] or
// [ErrMalformed].
func UnwrapIdentity(file []byte, key *age.HybridIdentity) (*age.HybridIdentity, error) {
	if err := CheckKeyFile(file); err != nil {
		return nil, err
	}
	return unwrapIdentity(file, key)
}

// UnwrapIdentityWithPassphrase opens a key file with a passphrase. It takes as
// long as [WrapIdentityWithPassphrase].
func UnwrapIdentityWithPassphrase(file []byte, passphrase string) (*age.HybridIdentity, error) {
	if err := CheckPassphraseFile(file); err != nil {
		return nil, err
	}
	key, err := age.NewScryptIdentity(norm.NFC.String(passphrase))
	if err != nil {
		return nil, ErrWrongKey
	}
	key.SetMaxWorkFactor(maxPassphraseWork)
	return unwrapIdentity(file, key)
}

func unwrapIdentity(file []byte, key age.Identity) (*age.HybridIdentity, error) {
	r, err := age.Decrypt(bytes.NewReader(file), key)
	if noMatch := (*age.NoIdentityMatchError)(nil); errors.As(err, &noMatch) {
		return nil, ErrWrongKey
	}
	var content []byte
	if err == nil {
		content, err = io.ReadAll(r)
	}
	line, ended := bytes.CutSuffix(content, []byte("\n"))
	if err != nil || !ended || len(line) != identityLength {
		return nil, fmt.Errorf("%w: the file with the key was changed or cut", ErrMalformed)
	}
	id, err := ParseIdentity(string(line))
	if err != nil {
		return nil, fmt.Errorf("%w: the file does not hold a key", ErrMalformed)
	}
	return id, nil
}

// CheckKeyFile tells without any key whether a file has the form of what
// [WrapIdentity] writes. The error wraps [ErrMalformed] or [ErrRecipient].
func CheckKeyFile(file []byte) error {
	if len(file) != HeadSize+keyFileSize {
		return fmt.Errorf("%w: a file with a wrapped key has %d bytes, this one %d", ErrMalformed, HeadSize+keyFileSize, len(file))
	}
	return checkHeader(file[:HeadSize])
}

var passphraseHeader = regexp.MustCompile(`^age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9]|1[0-9]|20)\n[A-Za-z0-9+/]{43}\n--- [A-Za-z0-9+/]{43}\n`)

// CheckPassphraseFile tells without the passphrase whether a file has the form
// of what [WrapIdentityWithPassphrase] writes. The error wraps [ErrMalformed].
func CheckPassphraseFile(file []byte) error {
	header := passphraseHeader.Find(file)
	if header == nil || len(file) != len(header)+keyFileSize {
		return fmt.Errorf("%w: this is not a key that a passphrase opens with a work factor of at most %d", ErrMalformed, maxPassphraseWork)
	}
	return nil
}
