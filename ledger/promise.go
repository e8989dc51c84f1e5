package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"temwen/record"
)

// Promise is what the operator signs when something is on the record and its
// entry is not published yet: that an entry with this commitment will be in the
// ledger by a time. It is a C2SP signed note by the ledger's key; its first line
// cannot be that of a checkpoint, which is the ledger's origin.
type Promise struct {
	Origin     string
	Commitment []byte    // HMAC-SHA-256(salt, private), 32 bytes
	By         time.Time // UTC, full minutes
}

const promiseHeader = "temwen.promise/v1"

// promiseTime is RFC 3339 in UTC, of full minutes.
const promiseTime = "2006-01-02T15:04:00Z"

// Promise makes and signs the promise for an event of the record.
func (k Key) Promise(e record.Event, by time.Time) ([]byte, error) {
	if len(e.Salt) != saltSize {
		return nil, fmt.Errorf("promising event %d: it has no salt", e.Index)
	}
	signer, err := k.signer()
	if err != nil {
		return nil, fmt.Errorf("promising event %d: %w", e.Index, err)
	}
	p := Promise{Origin: k.Origin(), Commitment: commitment(e.Salt, e.Private), By: by.UTC().Truncate(time.Minute)}
	signed, err := note.Sign(&note.Note{Text: p.text()}, signer)
	if err != nil {
		return nil, fmt.Errorf("promising event %d: %w", e.Index, err)
	}
	return signed, nil
}

func (p *Promise) text() string {
	return strings.Join([]string{
		promiseHeader, p.Origin, base64.StdEncoding.EncodeToString(p.Commitment), p.By.Format(promiseTime), "",
	}, "\n")
}

// OpenPromise checks a signed promise under the ledger's key.
func OpenPromise(signed []byte, vkey string) (Promise, error) {
	p, err := openPromise(signed, vkey)
	if err != nil {
		return Promise{}, fmt.Errorf("checking the promise: %w", err)
	}
	return p, nil
}

func openPromise(signed []byte, vkey string) (Promise, error) {
	own, err := newTrust(vkey, nil)
	if err != nil {
		return Promise{}, err
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return Promise{}, fmt.Errorf("the ledger's key %q is not a verifier key: %w", vkey, err)
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return Promise{}, fmt.Errorf("the promise is not signed by the key %s: it was altered, or is another ledger's", vkey)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 5 || lines[0] != promiseHeader || lines[4] != "" {
		return Promise{}, errors.New("what it has as the promise is not one in form")
	}
	p := Promise{Origin: lines[1]}
	if p.Commitment, err = strictBase64(lines[2]); err != nil || len(p.Commitment) != 32 {
		return Promise{}, errors.New("the promise's third line is not a commitment in base64")
	}
	if p.By, err = time.Parse(promiseTime, lines[3]); err != nil {
		return Promise{}, errors.New("the promise's fourth line is not a time as 2026-11-28T14:00:00Z")
	}
	if p.Origin != own.name || p.text() != n.Text || !onlySignature(n, signed) {
		return Promise{}, errors.New("the promise is for another ledger, or not in canonical form")
	}
	return p, nil
}

// onlySignature says whether a note is signed once and written in the one way it
// can be: note.Open ignores the last bits of a signature's base64.
func onlySignature(n *note.Note, signed []byte) bool {
	if len(n.Sigs) != 1 {
		return false
	}
	s := n.Sigs[0]
	_, err := strictBase64(s.Base64)
	return err == nil && string(signed) == fmt.Sprintf("%s\n\u2014 %s %s\n", n.Text, s.Name, s.Base64)
}
