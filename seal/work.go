package seal

import (
	"crypto/sha256"
	"fmt"
	"math/bits"
	"regexp"
	"strconv"
	"strings"
)

// WorkBits is how much work a report asks for: about a second on an old phone.
const WorkBits = 15

// Challenge is 24 bytes of the server's that work is done on.
type Challenge [24]byte

// String is the challenge as base64url, 32 characters.
func (c Challenge) String() string { return b64.EncodeToString(c[:]) }

// MarshalText writes base64url without padding.
func (c Challenge) MarshalText() ([]byte, error) { return b64.AppendEncode(nil, c[:]), nil }

// UnmarshalText reads base64url without padding.
func (c *Challenge) UnmarshalText(text []byte) error { return decodeExactly(c[:], text) }

var nonce = regexp.MustCompile(`^(0|[1-9][0-9]{0,15})$`)

// ParseWork reads "challenge.nonce". Whether the challenge is the server's, and
// recent, is the server's to say; how much was done tells [CheckWork].
func ParseWork(work string) (Challenge, error) {
	var c Challenge
	challenge, n, _ := strings.Cut(work, ".")
	if err := c.UnmarshalText([]byte(challenge)); err != nil || !nonce.MatchString(n) {
		return c, fmt.Errorf("%w: work is a challenge of 24 bytes as base64url, a point, and a decimal number of at most 16 digits", ErrMalformed)
	}
	return c, nil
}

// CheckWork tells whether the SHA-256 of work, as the ASCII that was sent,
// begins with so many zero bits. The error wraps [ErrWork] or [ErrMalformed].
func CheckWork(work string, zeroBits int) error {
	if _, err := ParseWork(work); err != nil {
		return err
	}
	if got := leadingZeros(sha256.Sum256([]byte(work))); got < zeroBits {
		return fmt.Errorf("%w: %d zero bits, and %d are asked for; try further nonces", ErrWork, got, zeroBits)
	}
	return nil
}

// DoWork tries nonces from 0 on until one is good for so many zero bits. It takes
// about 2^zeroBits hashes.
func DoWork(c Challenge, zeroBits int) string {
	prefix := []byte(c.String() + ".")
	for n := uint64(0); ; n++ {
		work := strconv.AppendUint(prefix, n, 10)
		if leadingZeros(sha256.Sum256(work)) >= zeroBits {
			return string(work)
		}
	}
}

func leadingZeros(sum [sha256.Size]byte) int {
	n := 0
	for _, b := range sum {
		n += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return n
}
