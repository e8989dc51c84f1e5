package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"
)

// payload writes the content of an age file: chunks of 64 KiB, each encrypted with
// ChaCha20-Poly1305 in its own place (age-encryption.org/v1, Payload). Package age
// does the same, in a buffer that grows, and of every size that it had a copy of
// the plaintext stays in memory; this one leaves none.
type payload struct {
	w     io.Writer
	aead  cipher.AEAD
	buf   []byte // the chunk at hand, with room for its tag
	chunk uint64
}

// newPayload writes an age file's header and nonce to w, and returns what encrypts
// the content after it. The header is package age's.
func newPayload(w io.Writer, to *age.HybridRecipient) (*payload, error) {
	var start bytes.Buffer
	k := &keeper{HybridRecipient: to}
	if _, err := age.Encrypt(&start, k); err != nil {
		return nil, err
	}
	defer clear(k.fileKey)
	nonce := start.Bytes()[start.Len()-nonceSize:]
	key, err := hkdf.Key(sha256.New, k.fileKey, nonce, "payload", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(start.Bytes()); err != nil {
		return nil, err
	}
	return &payload{w: w, aead: aead, buf: make([]byte, 0, chunkSize+tagSize)}, nil
}

// keeper is a recipient that keeps the key of the file that is encrypted to it.
type keeper struct {
	*age.HybridRecipient
	fileKey []byte
}

// WrapWithLabels implements age.RecipientWithLabels.
func (k *keeper) WrapWithLabels(fileKey []byte) ([]*age.Stanza, []string, error) {
	k.fileKey = bytes.Clone(fileKey)
	return k.HybridRecipient.WrapWithLabels(fileKey)
}

// Write implements io.Writer. A full chunk waits until more comes, for only then
// is it known not to be the last.
func (p *payload) Write(b []byte) (int, error) {
	written := 0
	for len(b) > 0 {
		if len(p.buf) == chunkSize {
			if err := p.flush(false); err != nil {
				return written, err
			}
		}
		n := min(len(b), chunkSize-len(p.buf))
		p.buf = append(p.buf, b[:n]...)
		b, written = b[n:], written+n
	}
	return written, nil
}

// Close writes the last chunk. It does not close the writer below.
func (p *payload) Close() error { return p.flush(true) }

// wipe overwrites what was not yet encrypted.
func (p *payload) wipe() { clear(p.buf[:cap(p.buf)]) }

// flush encrypts and writes the chunk at hand. The nonce is its number, 11 bytes,
// and whether it is the last.
func (p *payload) flush(last bool) error {
	var nonce [chacha20poly1305.NonceSize]byte
	binary.BigEndian.PutUint64(nonce[3:11], p.chunk)
	if last {
		nonce[11] = 1
	}
	p.chunk++
	p.buf = p.aead.Seal(p.buf[:0], nonce[:], p.buf, nil)
	_, err := p.w.Write(p.buf)
	p.buf = p.buf[:0]
	if err != nil {
		return fmt.Errorf("writing chunk %d: %w", p.chunk, err)
	}
	return nil
}
