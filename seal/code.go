package seal

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"

	"filippo.io/age"
)

// Code is what a person keeps: 24 digits, of which 21 are random (69.7 bits) and
// 3 are check digits. The digits are ASCII; write it with [Code.String].
type Code [codeDigits]byte

const (
	codeDigits  = 24
	codeGroups  = 6
	groupDigits = codeDigits / codeGroups
	codeRandom  = 21
	codePrime   = 997
)

// codeWeights has a weight for each digit; the weighted sum of a code's digits is
// 0 modulo 997. Wrong digits shift that sum, and these weights make the shift
// tell the group:
//
//   - one wrong digit, or any two different digits of one group exchanged, gives
//     a shift that no such mistake in another group gives;
//   - the last digit of a group and the first of the next exchanged give a shift
//     that, if it is also that of another mistake, is that of one in one of
//     these two groups.
//
// They are the first found by a search that the test beside this file repeats.
// The last three must be 100, 10 and 1, so that any 21 digits have check digits.
// The digit before them is tried as 1, 2, ...; then, from the fifth group to the
// first, a factor as 1, 2, ... that multiplies the group's pattern. The patterns
// are arrangements of 1, 2, 3, 4, whose multiples and differences coincide often
// and so leave room, and they differ, so that exchanged groups are seen too.
var codeWeights = [codeDigits]int{
	462, 924, 389, 851,
	661, 325, 829, 493,
	447, 86, 722, 361,
	279, 93, 372, 186,
	13, 39, 26, 52,
	2, 100, 10, 1,
}

// NewCode draws a code.
func NewCode() Code {
	var c Code
	for i := range codeRandom {
		d, err := rand.Int(rand.Reader, big.NewInt(10))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		c[i] = '0' + byte(d.Int64())
	}
	return c.withCheck()
}

// withCheck is c with its last three digits set to what makes the sum 0: their
// weights are 100, 10 and 1.
func (c Code) withCheck() Code {
	copy(c[codeRandom:], "000")
	copy(c[codeRandom:], fmt.Sprintf("%03d", (codePrime-c.sum())%codePrime))
	return c
}

// sum is the weighted sum modulo 997: 0 for a code without a mistake.
func (c Code) sum() int {
	n := 0
	for i, w := range codeWeights {
		n += w * int(c[i]-'0')
	}
	return n % codePrime
}

// String is the code as it is shown: six groups of four digits.
func (c Code) String() string {
	var groups []string
	for i := 0; i < codeDigits; i += groupDigits {
		groups = append(groups, string(c[i:i+groupDigits]))
	}
	return strings.Join(groups, " ")
}

// CodeError says what is wrong with a code that was typed in. It holds nothing
// of the code itself.
type CodeError struct {
	// Digits is how many were typed; a code has 24.
	Digits int
	// Group, 1 to 6, is where the mistake is, if it is one wrong digit or two
	// neighbours exchanged; 0 if it is something else.
	Group int
}

func (e *CodeError) Error() string {
	switch {
	case e.Digits != codeDigits:
		return fmt.Sprintf("a code has %d digits in %d groups of %d; this one has %d", codeDigits, codeGroups, groupDigits, e.Digits)
	case e.Group > 0:
		return fmt.Sprintf("a digit is wrong, or two are exchanged, most likely in group %d; compare it with what you wrote down", e.Group)
	}
	return "more than one digit is wrong; compare every group with what you wrote down"
}

// ParseCode reads a code, ignoring everything but the digits 0 to 9. The error
// is a [*CodeError].
func ParseCode(s string) (Code, error) {
	var c Code
	n := 0
	for _, d := range []byte(s) {
		if d < '0' || d > '9' {
			continue
		}
		if n < codeDigits {
			c[n] = d
		}
		n++
	}
	if n != codeDigits {
		return Code{}, &CodeError{Digits: n}
	}
	if sum := c.sum(); sum != 0 {
		return Code{}, &CodeError{Digits: n, Group: codeMistakes[sum]}
	}
	return c, nil
}

// codeMistakes tells for each shift of the sum the group of the mistake that
// causes it, counted from 1, and 0 where no single mistake does.
var codeMistakes = mistakes(codeWeights)

func mistakes(weights [codeDigits]int) (groups [codePrime]int) {
	for i := range codeDigits {
		for j := range i {
			if neighbours := j == i-1; neighbours && j/groupDigits != i/groupDigits {
				mark(&groups, weights[i]-weights[j], j/groupDigits+1)
			}
		}
	}
	for i := range codeDigits { // these say where for certain, and come last
		mark(&groups, weights[i], i/groupDigits+1)
		for j := i / groupDigits * groupDigits; j < i; j++ {
			mark(&groups, weights[i]-weights[j], i/groupDigits+1)
		}
	}
	return groups
}

// mark notes the group for all shifts that a weight, or a difference of two,
// gives.
func mark(groups *[codePrime]int, weight, group int) {
	for d := 1; d <= 9; d++ {
		shift := ((weight*d)%codePrime + codePrime) % codePrime
		groups[shift], groups[(codePrime-shift)%codePrime] = group, group
	}
}

// codeRounds is the number of PBKDF2 rounds. A code has bits enough without, but
// who steals the database tries each guess against all reports at once.
const codeRounds = 65536

// CodeKeys is what a code opens at one office.
type CodeKeys struct {
	// Lookup is what the person shows when coming back. The server keeps only
	// its SHA-256.
	Lookup ID
	// Seed is the secret of the identity for replies.
	Seed [32]byte
}

// Keys derives what the code opens at the office with an ID. It takes some tens
// of milliseconds, by intent.
func (c Code) Keys(office ID) (CodeKeys, error) {
	var k CodeKeys
	root, err := pbkdf2.Key(sha256.New, string(c[:]), []byte("temwen code v1\n"+office.String()), codeRounds, 32)
	if err != nil {
		return k, fmt.Errorf("deriving the keys of a code: %w", err)
	}
	for _, part := range []struct {
		label string
		dst   []byte
	}{{"temwen lookup v1", k.Lookup[:]}, {"temwen reply v1", k.Seed[:]}} {
		b, err := hkdf.Expand(sha256.New, root, part.label, len(part.dst))
		if err != nil {
			return k, fmt.Errorf("deriving the keys of a code: %w", err)
		}
		copy(part.dst, b)
	}
	return k, nil
}

// Reply is the identity that opens the office's replies.
func (k CodeKeys) Reply() (*age.HybridIdentity, error) {
	return IdentityFromSeed(k.Seed)
}

// LookupHash is what the server keeps of a lookup.
func LookupHash(lookup ID) Hash {
	return sha256.Sum256(lookup[:])
}
