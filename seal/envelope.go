package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"strings"

	"filippo.io/age"
)

// An envelope is an age v1 file with exactly one stanza, of the hybrid kind, so
// its header has one length and one form:
//
//	age-encryption.org/v1
//	-> mlkem768x25519 <1120 bytes in 1494 characters>
//	<32 bytes in 43 characters>
//	--- <32 bytes in 43 characters>
//
// After it stand a nonce and the content in chunks of 64 KiB, each with its tag,
// so that the envelope's length tells the content's.
const (
	envelopeIntro  = "age-encryption.org/v1\n"
	envelopeStanza = "-> mlkem768x25519 "
	envelopeMAC    = "--- "

	encapsulated = 1120 // ML-KEM-768 ciphertext and X25519 share
	wrappedKey   = 32   // a file key of 16 bytes and a tag
	headerMAC    = 32

	nonceSize = 16
	chunkSize = 64 << 10
	tagSize   = 16
)

// HeadSize is how many of an envelope's first bytes [CheckEnvelope] needs.
const HeadSize = len(envelopeIntro) + len(envelopeStanza) + 1494 + 1 + 43 + 1 + len(envelopeMAC) + 43 + 1

// MaxEnvelope is the length of the longest envelope, in bytes.
var MaxEnvelope = EnvelopeSize(MaxPadded)

// EnvelopeSize is the length of the envelope around n bytes of padded content.
func EnvelopeSize(n int64) int64 {
	chunks := max(1, (n+chunkSize-1)/chunkSize)
	return int64(HeadSize) + nonceSize + n + chunks*tagSize
}

// contentSize is the length of the content of an envelope of total bytes, or
// false where no content has that.
func contentSize(total int64) (int64, bool) {
	payload := total - int64(HeadSize) - nonceSize
	if payload < tagSize {
		return 0, false
	}
	chunks := (payload + chunkSize + tagSize - 1) / (chunkSize + tagSize)
	n := payload - chunks*tagSize
	return n, EnvelopeSize(n) == total
}

// CheckEnvelope tells without any key, from an envelope's first bytes ([HeadSize]
// of them at least, if it has so many) and its length in bytes, whether it is
// for exactly one hybrid key and padded. Whose key that is nobody can tell who
// does not hold it. The error wraps [ErrMalformed], [ErrRecipient],
// [ErrUnpadded] or [ErrTooLarge].
func CheckEnvelope(head []byte, total int64) error {
	if total > MaxEnvelope {
		return fmt.Errorf("%w: an envelope has at most %d bytes, this one %d", ErrTooLarge, MaxEnvelope, total)
	}
	if err := checkHeader(head[:min(len(head), HeadSize)]); err != nil {
		return err
	}
	n, ok := contentSize(total)
	if !ok {
		return fmt.Errorf("%w: no envelope is %d bytes long; it was cut on its way, or something was added", ErrMalformed, total)
	}
	if !IsPadded(n) {
		return fmt.Errorf("%w: the content has %d bytes; pad it to %d", ErrUnpadded, n, Padded(n))
	}
	return nil
}

// checkHeader checks the form of an envelope's first HeadSize bytes.
func checkHeader(head []byte) error {
	rest, ok := strings.CutPrefix(string(head), envelopeIntro)
	if !ok {
		return fmt.Errorf("%w: an envelope begins with the line %q", ErrMalformed, strings.TrimSpace(envelopeIntro))
	}
	if rest, ok = strings.CutPrefix(rest, envelopeStanza); !ok {
		return fmt.Errorf("%w: the first recipient is of another kind, or there is none", ErrRecipient)
	}
	for _, field := range []struct {
		prefix string
		size   int
	}{{"", encapsulated}, {"", wrappedKey}, {envelopeMAC, headerMAC}} {
		if rest, ok = strings.CutPrefix(rest, field.prefix); !ok {
			return fmt.Errorf("%w: there is a second recipient, or a line after the first that is none", ErrRecipient)
		}
		line, after, ended := strings.Cut(rest, "\n")
		if !ended {
			return fmt.Errorf("%w: the envelope is cut within its header", ErrMalformed)
		}
		if b, err := base64.RawStdEncoding.Strict().DecodeString(line); err != nil || len(b) != field.size {
			return fmt.Errorf("%w: a line of the header does not hold the %d bytes it should", ErrMalformed, field.size)
		}
		rest = after
	}
	return nil
}

// SealedSize is the length in bytes of the envelope that [Seal] makes of members.
// Their contents are not read.
func SealedSize(members ...Member) (int64, error) {
	archived, err := archiveSize(members)
	if err != nil {
		return 0, fmt.Errorf("sealing: %w", err)
	}
	return EnvelopeSize(Padded(archived)), nil
}

// Seal writes the envelope with the members to w, streaming: it holds a chunk at
// a time, whatever their sizes, and overwrites what it held. The first member is a [ReportMember] or a
// [MessageMember]; the others are files, named by [FileMember] in order. A member
// whose content is shorter or longer than its size is an error, and what was
// written to w by then is worth nothing.
func Seal(w io.Writer, to *age.HybridRecipient, members ...Member) error {
	archived, err := archiveSize(members)
	if err != nil {
		return fmt.Errorf("sealing: %w", err)
	}
	content, err := newPayload(w, to)
	if err != nil {
		return fmt.Errorf("sealing: %w", err)
	}
	defer content.wipe()
	for _, m := range members {
		if err := writeMember(content, m); err != nil {
			return fmt.Errorf("sealing %s: %w", m.Name, err)
		}
	}
	if _, err := io.CopyN(content, zeros{}, Padded(archived)-archived+archiveEnd); err != nil {
		return fmt.Errorf("sealing: %w", err)
	}
	if err := content.Close(); err != nil {
		return fmt.Errorf("sealing: %w", err)
	}
	return nil
}

// SealDocument seals a report or message with the files that it describes, in
// order, streaming like [Seal]. A file that is not the one described is an error.
func SealDocument(w io.Writer, to *age.HybridRecipient, d Document, files ...io.Reader) error {
	name, b, err := d.encode()
	if err != nil {
		return fmt.Errorf("sealing: %w", err)
	}
	described := d.Files()
	if len(described) != len(files) {
		return fmt.Errorf("sealing: %w: %d files are described, and %d are there", ErrMalformed, len(described), len(files))
	}
	members := []Member{{Name: name, Size: int64(len(b)), Content: bytes.NewReader(b)}}
	sums := make([]hash.Hash, len(files))
	for i, f := range files {
		sums[i] = sha256.New()
		members = append(members, Member{Name: described[i].Member, Size: described[i].Size, Content: io.TeeReader(f, sums[i])})
	}
	if err := Seal(w, to, members...); err != nil {
		return err
	}
	for i, sum := range sums {
		if Hash(sum.Sum(nil)) != described[i].SHA256 {
			return fmt.Errorf("sealing: %w: %s is not the file that is described", ErrMalformed, described[i].Member)
		}
	}
	return nil
}
