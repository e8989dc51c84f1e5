package seal

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"
)

// MaxShares is how many shares a recovery key may be split into.
const MaxShares = 20

// Share is one of the shares that a recovery key was split into. So many of them
// as are needed make the key again; fewer tell nothing.
type Share struct {
	Need  int // how many are needed, 2 to MaxShares
	Index int // 1 to MaxShares
	// Key is the beginning of the SHA-256 of the recovery recipient's string: the
	// hexadecimal digits of its [Fingerprint].
	Key   [8]byte
	Value [32]byte // little-endian, modulo the order of Ristretto255
}

const (
	shareKind    = "temwen-share"
	shareVersion = 1
	shareSize    = 3 + 8 + 32
	shareLength  = 88 // as text
)

// SplitKey makes a recovery key and splits it into shares, of which need are
// needed (Shamir, over the scalar field of Ristretto255). The key is a hybrid
// identity whose 32-byte seed is the scalar, little-endian.
func SplitKey(need, of int) (*age.HybridIdentity, []Share, error) {
	if need < 2 || of < need || of > MaxShares {
		return nil, nil, fmt.Errorf("a recovery key is split into at most %d shares, of which at least 2 are needed: not %d of %d", MaxShares, need, of)
	}
	secret := group.Ristretto255.RandomNonZeroScalar(rand.Reader)
	seed, err := scalarBytes(secret)
	if err != nil {
		return nil, nil, err
	}
	key, err := IdentityFromSeed(seed)
	if err != nil {
		return nil, nil, err
	}
	print := recipientSum(key.Recipient())
	var shares []Share
	for i, s := range secretsharing.New(rand.Reader, uint(need-1), secret).Share(uint(of)) {
		value, err := scalarBytes(s.Value)
		if err != nil {
			return nil, nil, err
		}
		shares = append(shares, Share{Need: need, Index: i + 1, Key: [8]byte(print[:8]), Value: value})
	}
	return key, shares, nil
}

// ErrShares is for shares that do not make a key.
var ErrShares = errors.New("these shares do not make the key")

// JoinShares makes the key again. More shares than are needed, and one twice, do
// no harm. The error wraps [ErrShares].
func JoinShares(shares []Share) (*age.HybridIdentity, error) {
	distinct, err := distinctShares(shares)
	if err != nil {
		return nil, err
	}
	var list []secretsharing.Share
	for _, s := range distinct {
		value, err := scalar(s.Value)
		if err != nil {
			return nil, fmt.Errorf("%w: share %d holds no number of the field", ErrShares, s.Index)
		}
		id := group.Ristretto255.NewScalar().SetUint64(uint64(s.Index))
		list = append(list, secretsharing.Share{ID: id, Value: value})
	}
	secret, err := secretsharing.Recover(uint(distinct[0].Need-1), list)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrShares, err)
	}
	seed, err := scalarBytes(secret)
	if err != nil {
		return nil, err
	}
	key, err := IdentityFromSeed(seed)
	if err != nil {
		return nil, err
	}
	if sum := recipientSum(key.Recipient()); [8]byte(sum[:8]) != distinct[0].Key {
		return nil, fmt.Errorf("%w: one of them is not what was given out", ErrShares)
	}
	return key, nil
}

// distinctShares leaves out repeated ones, and errs unless the others belong
// together and are enough.
func distinctShares(shares []Share) ([]Share, error) {
	var distinct []Share
	seen := map[int]Share{}
	for _, s := range shares {
		switch earlier, ok := seen[s.Index]; {
		case ok && earlier == s:
			continue
		case ok:
			return nil, fmt.Errorf("%w: there are two with the number %d that differ", ErrShares, s.Index)
		case s.Need != shares[0].Need || s.Key != shares[0].Key:
			return nil, fmt.Errorf("%w: share %d and share %d are of different keys", ErrShares, shares[0].Index, s.Index)
		}
		seen[s.Index] = s
		distinct = append(distinct, s)
	}
	if len(distinct) == 0 {
		return nil, fmt.Errorf("%w: there is none", ErrShares)
	}
	if need := distinct[0].Need; len(distinct) < need {
		return nil, fmt.Errorf("%w: %d are needed, and there are %d", ErrShares, need, len(distinct))
	}
	return distinct, nil
}

// String is the share as it is kept: 88 characters with a checksum that finds
// any four wrong ones.
func (s Share) String() string {
	b := append([]byte{shareVersion, byte(s.Need), byte(s.Index)}, s.Key[:]...)
	return bech32(shareKind, append(b, s.Value[:]...))
}

// ParseShare reads a share, ignoring white space and case. The error wraps
// [ErrMalformed] and does not repeat the share.
func ParseShare(text string) (Share, error) {
	b, ok := readBech32(shareKind, strings.ToLower(strings.Join(strings.Fields(text), "")))
	if !ok || len(b) != shareSize || b[0] != shareVersion {
		return Share{}, fmt.Errorf("%w: a share begins with %s1 and has 88 characters; one is missing or wrong: compare it with the paper", ErrMalformed, shareKind)
	}
	s := Share{Need: int(b[1]), Index: int(b[2]), Key: [8]byte(b[3:11]), Value: [32]byte(b[11:])}
	if s.Need < 2 || s.Need > MaxShares || s.Index < 1 || s.Index > MaxShares {
		return Share{}, fmt.Errorf("%w: this share has a number that no share has", ErrMalformed)
	}
	return s, nil
}

// FindShares reads the shares that stand in a text, such as the file or the paper
// that a share was handed out on: each from its kind on, over white space. A
// share that has a mistake is an error, and so is a text without any.
func FindShares(text string) ([]Share, error) {
	var shares []Share
	for {
		_, after, found := strings.Cut(strings.ToLower(text), shareKind+"1")
		if !found {
			break
		}
		s, err := ParseShare(shareKind + "1" + firstCharacters(after, shareLength-len(shareKind)-1))
		if err != nil {
			return nil, err
		}
		shares, text = append(shares, s), after
	}
	if len(shares) == 0 {
		return nil, fmt.Errorf("%w: there is no share in it; a share begins with %s1", ErrMalformed, shareKind)
	}
	return shares, nil
}

// firstCharacters are the first n characters of a text that are no white space.
func firstCharacters(text string, n int) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(text) {
		b.WriteString(word[:min(len(word), n-b.Len())])
		if b.Len() == n {
			break
		}
	}
	return b.String()
}

// Proof is what shows that somebody holds the recovery key: SHA-256("temwen
// recovery v1\n" + the identity's string). Its own SHA-256 can be kept to check
// it.
func Proof(key *age.HybridIdentity) Hash {
	return sha256.Sum256([]byte("temwen recovery v1\n" + key.String()))
}

// recipientSum is what a fingerprint is the beginning of.
func recipientSum(r *age.HybridRecipient) Hash {
	return sha256.Sum256([]byte(r.String()))
}

func scalarBytes(s group.Scalar) ([32]byte, error) {
	b, err := s.MarshalBinary()
	if err != nil || len(b) != 32 {
		return [32]byte{}, fmt.Errorf("writing a scalar of %d bytes: %w", len(b), err)
	}
	return [32]byte(b), nil
}

// scalar reads a scalar in its one form.
func scalar(b [32]byte) (group.Scalar, error) {
	s := group.Ristretto255.NewScalar()
	if err := s.UnmarshalBinary(b[:]); err != nil {
		return nil, err
	}
	reduced := group.Ristretto255.NewScalar().Add(s, group.Ristretto255.NewScalar())
	if again, err := scalarBytes(reduced); err != nil || again != b {
		return nil, errors.New("not reduced")
	}
	return s, nil
}
