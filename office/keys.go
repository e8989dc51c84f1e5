package office

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/sha256"
	"fmt"
	"unicode/utf8"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"

	"temwen/seal"
)

// What an officer's browser does with keys, for the commands that an officer runs
// on a machine of their own.

// MinPassphrase is how many characters a passphrase has at least.
const MinPassphrase = 14

// loginRounds is the number of PBKDF2 rounds of a login.
const loginRounds = 600_000

// Login is what an officer signs in with, made of the passphrase. It does not
// open their identity; the office keeps its SHA-256. See docs/sealed-reports.md.
func Login(office, name, passphrase string) ([32]byte, error) {
	salt := "temwen officer v1\n" + office + "\n" + name
	root, err := pbkdf2.Key(sha256.New, norm.NFC.String(passphrase), []byte(salt), loginRounds, 32)
	if err != nil {
		return [32]byte{}, fmt.Errorf("deriving a login: %w", err)
	}
	login, err := hkdf.Expand(sha256.New, root, "temwen login v1", 32)
	if err != nil {
		return [32]byte{}, fmt.Errorf("deriving a login: %w", err)
	}
	return [32]byte(login), nil
}

// NewOfficer makes an officer with a key that the passphrase opens.
func NewOfficer(office, name, passphrase string) (Officer, *age.HybridIdentity, error) {
	return newOfficer(office, name, passphrase, seal.WrapIdentityWithPassphrase)
}

// NewInventedOfficer makes an officer of an office that is invented, whose passphrase
// everybody is told: nothing slows down guessing it. See [seal.WrapIdentityWithKnownPassphrase].
func NewInventedOfficer(office, name, passphrase string) (Officer, *age.HybridIdentity, error) {
	return newOfficer(office, name, passphrase, seal.WrapIdentityWithKnownPassphrase)
}

func newOfficer(office, name, passphrase string, wrap func(*age.HybridIdentity, string) ([]byte, error)) (Officer, *age.HybridIdentity, error) {
	if n := utf8.RuneCountInString(norm.NFC.String(passphrase)); n < MinPassphrase {
		return Officer{}, nil, fmt.Errorf("the passphrase has %d characters, and needs %d: take five or six words", n, MinPassphrase)
	}
	if !NameForm.MatchString(name) || name == Operator {
		return Officer{}, nil, fmt.Errorf("%q cannot be an officer's name: take 2 to 32 small letters, digits, points and hyphens; it need not be your own name", name)
	}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return Officer{}, nil, err
	}
	file, err := wrap(id, passphrase)
	if err != nil {
		return Officer{}, nil, err
	}
	login, err := Login(office, name, passphrase)
	if err != nil {
		return Officer{}, nil, err
	}
	sum := sha256.Sum256(login[:])
	return Officer{
		ID: NewID(), Name: name, Recipient: id.Recipient().String(),
		Keys: []SealedKey{{File: file}}, Login: sum[:],
	}, id, nil
}

// Unlock opens an officer's identity with their passphrase. Where it is wrong,
// the error wraps seal.ErrWrongKey.
func (o *Officer) Unlock(passphrase string) (*age.HybridIdentity, error) {
	for _, k := range o.Keys {
		if k.Passkey == nil {
			return seal.UnwrapIdentityWithPassphrase(k.File, passphrase)
		}
	}
	return nil, fmt.Errorf("the key of %s is opened by a passkey only: use the desk", o.Name)
}

// Open opens the identity of an epoch with an officer's.
func (e *Epoch) Open(officer string, id *age.HybridIdentity) (*age.HybridIdentity, error) {
	file, ok := e.Wraps[officer]
	if !ok {
		return nil, fmt.Errorf("the key of epoch %d was not wrapped to this officer", e.Number)
	}
	return e.open(file, id)
}

// OpenRescue opens the identity of an epoch with the recovery key.
func (e *Epoch) OpenRescue(recovery *age.HybridIdentity) (*age.HybridIdentity, error) {
	return e.open(e.Rescue, recovery)
}

// open unwraps the epoch's identity, and refuses another: who wrapped it may have
// been wrong, or lying.
func (e *Epoch) open(file []byte, id *age.HybridIdentity) (*age.HybridIdentity, error) {
	key, err := seal.UnwrapIdentity(file, id)
	if err != nil {
		return nil, fmt.Errorf("opening the key of epoch %d: %w", e.Number, err)
	}
	if key.Recipient().String() != e.Recipient {
		return nil, fmt.Errorf("opening the key of epoch %d: %w: another key was wrapped", e.Number, seal.ErrMalformed)
	}
	return key, nil
}

// NewEpoch makes the key of an epoch, wrapped to officers and to the recovery
// recipient if there is one.
func NewEpoch(number int, officers []Officer, recovery *Recovery) (Epoch, *age.HybridIdentity, error) {
	key, err := age.GenerateHybridIdentity()
	if err != nil {
		return Epoch{}, nil, err
	}
	e := Epoch{Number: number, Recipient: key.Recipient().String(), Wraps: make(map[string][]byte)}
	for _, o := range officers {
		if e.Wraps[o.ID], err = wrapTo(key, o.Recipient); err != nil {
			return Epoch{}, nil, fmt.Errorf("wrapping the key of epoch %d to %s: %w", number, o.Name, err)
		}
	}
	if recovery != nil {
		if e.Rescue, err = wrapTo(key, recovery.Recipient); err != nil {
			return Epoch{}, nil, fmt.Errorf("wrapping the key of epoch %d for recovery: %w", number, err)
		}
	}
	return e, key, nil
}

// NewRecovery makes a recovery key and its shares.
func NewRecovery(need, of int) (Recovery, []seal.Share, error) {
	key, shares, err := seal.SplitKey(need, of)
	if err != nil {
		return Recovery{}, nil, err
	}
	proof := seal.Proof(key)
	sum := sha256.Sum256(proof[:])
	return Recovery{Recipient: key.Recipient().String(), Need: need, Of: of, Proof: sum[:]}, shares, nil
}

// Rewrap wraps the identities of all epochs, which open opens, to a recipient.
func (s *State) Rewrap(open func(e *Epoch) (*age.HybridIdentity, error), recipient string) (map[int][]byte, error) {
	wraps := make(map[int][]byte)
	for i := range s.Epochs {
		key, err := open(&s.Epochs[i])
		if err != nil {
			return nil, err
		}
		if wraps[s.Epochs[i].Number], err = wrapTo(key, recipient); err != nil {
			return nil, err
		}
	}
	return wraps, nil
}

func wrapTo(key *age.HybridIdentity, recipient string) ([]byte, error) {
	to, err := seal.ParseRecipient(recipient)
	if err != nil {
		return nil, err
	}
	return seal.WrapIdentity(key, to)
}
