package seal

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
)

// recipientLength is the length of a hybrid recipient's string: 1216 bytes of
// key in Bech32, its prefix and its checksum.
const recipientLength = 1959

// ParseRecipient reads the public half of a hybrid key, "age1pq1…". Other kinds
// of age keys are refused: what is sealed to them can be kept until there is a
// computer that opens it.
func ParseRecipient(s string) (*age.HybridRecipient, error) {
	if len(s) != recipientLength || !strings.HasPrefix(s, "age1pq1") || strings.ToLower(s) != s {
		return nil, fmt.Errorf("%w: a key to seal to begins with age1pq1 and has %d characters, all in lower case; this one has %d",
			ErrMalformed, recipientLength, len(s))
	}
	r, err := age.ParseHybridRecipient(s)
	if err != nil {
		return nil, fmt.Errorf("%w: this key to seal to has a wrong character somewhere; copy it again", ErrMalformed)
	}
	return r, nil
}

// ParseIdentity reads the secret half of a hybrid key, "AGE-SECRET-KEY-PQ-1…".
// Its error does not repeat the key.
func ParseIdentity(s string) (*age.HybridIdentity, error) {
	i, err := age.ParseHybridIdentity(s)
	if err != nil {
		return nil, errors.New("this is not a secret key that begins with AGE-SECRET-KEY-PQ-1, or a character of it is wrong; copy it again")
	}
	return i, nil
}

// IdentityFromSeed is the hybrid identity whose 32-byte secret is seed.
func IdentityFromSeed(seed [32]byte) (*age.HybridIdentity, error) {
	return ParseIdentity(strings.ToUpper(bech32("age-secret-key-pq-", seed[:])))
}

// Fingerprint is what people compare instead of a recipient's 1,959 characters:
// the first 16 hexadecimal digits of the SHA-256 of its string, in groups of
// four.
func Fingerprint(r *age.HybridRecipient) string {
	sum := recipientSum(r)
	h := hex.EncodeToString(sum[:8])
	return h[:4] + " " + h[4:8] + " " + h[8:12] + " " + h[12:]
}
