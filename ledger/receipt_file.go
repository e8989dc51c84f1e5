package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// ReceiptFile is the file that somebody keeps to prove that something is on the
// record: the promise, what opens its commitment, and the proof once the entry
// is published.
//
//	temwen receipt v1
//	ledger
//	<the ledger's public key>
//	opening
//	<the salt in base64>
//	<the private part, canonical JSON>
//	promise
//	<the signed promise>
//	proof
//	<tlog-proof@v1>
//
// A file has a promise, a proof, or both.
type ReceiptFile struct {
	Key     string // the ledger's, as the file says
	Salt    []byte
	Private json.RawMessage
	Promise []byte // signed; nil where there is none
	Proof   []byte // nil until the entry is published
}

const fileHeader = "temwen receipt v1\n"

// maxReceiptFile bounds what is read as a receipt file, in bytes.
const maxReceiptFile = 512 << 10

// Marshal writes the file.
func (f *ReceiptFile) Marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%sledger\n%s\nopening\n%s\n%s\n", fileHeader, f.Key, base64.StdEncoding.EncodeToString(f.Salt), f.Private)
	if f.Promise != nil {
		b.WriteString("promise\n")
		b.Write(f.Promise)
	}
	if f.Proof != nil {
		b.WriteString("proof\n")
		b.Write(f.Proof)
	}
	return b.Bytes()
}

// Write writes the file to a path, durably, whole or not at all. It replaces what
// is there. Only the owner can read it, for whoever has it can show what it says.
func (f *ReceiptFile) Write(path string) error {
	if err := writeFile(path, f.Marshal(), 0o600, os.Rename); err != nil {
		return fmt.Errorf("writing the receipt: %w", err)
	}
	return nil
}

// IsReceiptFile reports whether data begins as a receipt file does.
func IsReceiptFile(data []byte) bool { return bytes.HasPrefix(data, []byte(fileHeader)) }

// ParseReceiptFile reads a receipt file. It checks the form only: see Check.
func ParseReceiptFile(data []byte) (*ReceiptFile, error) {
	if len(data) > maxReceiptFile {
		return nil, fmt.Errorf("reading the receipt: it has %d bytes, and no receipt has more than %d", len(data), maxReceiptFile)
	}
	rest, ok := strings.CutPrefix(string(data), fileHeader)
	if !ok {
		return nil, errors.New(`reading the receipt: its first line is not "temwen receipt v1"; this is another kind of file`)
	}
	bad := func(what string) (*ReceiptFile, error) {
		return nil, fmt.Errorf("reading the receipt: %s; the file was cut or altered, look for another copy", what)
	}
	head := strings.SplitN(rest, "\n", 6)
	if len(head) < 6 || head[0] != "ledger" || head[2] != "opening" {
		return bad("it does not begin with the ledger's key and the opening")
	}
	f := &ReceiptFile{Key: head[1], Private: json.RawMessage(head[4])}
	var err error
	if f.Salt, err = strictBase64(head[3]); err != nil || len(f.Salt) != saltSize {
		return bad("its salt is not 32 bytes in base64")
	}
	rest = head[5]
	if after, ok := strings.CutPrefix(rest, "promise\n"); ok {
		// A signed note ends before the first line that is not one of its own.
		promise, proof, _ := strings.Cut(after, "\nproof\n")
		if len(promise) < len(after) {
			promise += "\n"
			rest = "proof\n" + proof
		} else {
			rest = ""
		}
		f.Promise = []byte(promise)
	}
	if after, ok := strings.CutPrefix(rest, "proof\n"); ok {
		f.Proof, rest = []byte(after), ""
	}
	if rest != "" || f.Promise == nil && f.Proof == nil {
		return bad("it has neither a promise nor a proof where one belongs")
	}
	return f, nil
}

// Checked is what a receipt file proves.
type Checked struct {
	// Says is what was committed to.
	Says Said
	// By is the latest time of publication that was promised, zero where the
	// file has no promise.
	By time.Time
	// Proven is what its proof proves, nil where it has none yet.
	Proven *Receipted
}

// Check checks a receipt file offline: that it is of the ledger with this key,
// that the promise is signed by it, that the opening opens what was promised, and
// that what was promised is what the proof proves. policy may be empty.
func (f *ReceiptFile) Check(vkey string, policy []byte) (Checked, error) {
	checked, err := f.check(vkey, policy)
	if err != nil {
		return Checked{}, fmt.Errorf("checking the receipt: %w", err)
	}
	return checked, nil
}

func (f *ReceiptFile) check(vkey string, policy []byte) (Checked, error) {
	checked := Checked{Says: readSaid(f.Private)}
	if f.Key != vkey {
		return checked, fmt.Errorf("it names the ledger %q, and is checked under %q: it is another ledger's, or was altered", f.Key, vkey)
	}
	opened := commitment(f.Salt, f.Private)
	if f.Promise != nil {
		p, err := openPromise(f.Promise, vkey)
		if err != nil {
			return checked, err
		}
		if !bytes.Equal(p.Commitment, opened) {
			return checked, errors.New("its opening does not open what was promised: the file was altered")
		}
		checked.By = p.By
	}
	if f.Proof != nil {
		proven, err := VerifyReceipt(f.Proof, nil, vkey, policy)
		if err != nil {
			return checked, err
		}
		if !bytes.Equal(proven.Leaf.Commitment, opened) {
			return checked, errors.New("its proof is for another entry than the one it opens: the file was altered")
		}
		checked.Proven = &proven
	}
	return checked, nil
}
