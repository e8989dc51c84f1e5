package ledger

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"temwen/record"
)

var promisedBy = time.Date(2026, 11, 28, 14, 0, 0, 0, time.UTC)

func promised(t testing.TB) (Key, record.Event, *ReceiptFile) {
	t.Helper()
	key, err := GenerateKey("example.org/promise")
	if err != nil {
		t.Fatal(err)
	}
	e := record.Event{Index: 7, Type: record.Sealed, Public: []byte("{}"), Private: []byte(`{"at":"x"}`), Salt: bytes.Repeat([]byte{1}, 32)}
	signed, err := key.Promise(e, promisedBy.Add(30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return key, e, &ReceiptFile{Key: key.Public(), Salt: e.Salt, Private: e.Private, Promise: signed}
}

func TestPromiseIsChecked(t *testing.T) {
	key, _, kept := promised(t)
	again, err := ParseReceiptFile(kept.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	checked, err := again.Check(key.Public(), nil)
	if err != nil || !checked.By.Equal(promisedBy) || checked.Proven != nil {
		t.Errorf("it proves %+v (%v)", checked, err)
	}
	other, err := GenerateKey("example.org/promise")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Check(other.Public(), nil); err == nil {
		t.Error("it was accepted under another key")
	}
}

// Whatever is changed in a receipt file is found.
func TestAlteredPromiseIsRefused(t *testing.T) {
	key, _, kept := promised(t)
	file := kept.Marshal()
	for i := range file {
		for bit := range 8 {
			altered := bytes.Clone(file)
			altered[i] ^= 1 << bit
			k, err := ParseReceiptFile(altered)
			if err != nil {
				continue
			}
			if _, err := k.Check(key.Public(), nil); err == nil {
				t.Fatalf("bit %d of byte %d of %q was altered, and it was accepted", bit, i, file)
			}
		}
	}
	for cut := range file {
		k, err := ParseReceiptFile(file[:cut])
		if err != nil {
			continue
		}
		if _, err := k.Check(key.Public(), nil); err == nil {
			t.Fatalf("it was accepted when cut at %d: %q", cut, file[:cut])
		}
	}
}

// The last character of a signature in base64 has bits that say nothing, and a
// note may be signed by more than one: neither makes another promise.
func TestPromiseHasOneForm(t *testing.T) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	key, _, kept := promised(t)
	good := kept.Promise
	last := len(good) - len("A=\n")
	value := strings.IndexByte(letters, good[last])
	for spare := 1; spare < 4; spare++ {
		altered := bytes.Clone(good)
		altered[last] = letters[value^spare]
		if _, err := OpenPromise(altered, key.Public()); err == nil {
			t.Errorf("accepted with %d in its spare bits", spare)
		}
	}
	lines := bytes.SplitAfter(good, []byte("\n"))
	twice := append(bytes.Clone(good), lines[len(lines)-2]...)
	if _, err := OpenPromise(twice, key.Public()); err == nil {
		t.Error("accepted with its signature twice")
	}
	if p, err := OpenPromise(good, key.Public()); err != nil || !p.By.Equal(promisedBy) {
		t.Errorf("%+v, %v", p, err)
	}
}

// A promise is no checkpoint, and a checkpoint no promise.
func TestPromiseIsNoCheckpoint(t *testing.T) {
	key, _, kept := promised(t)
	own, err := newTrust(key.Public(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := own.open(kept.Promise); err == nil {
		t.Error("a promise was taken for a checkpoint")
	}
}

func FuzzReceiptFile(f *testing.F) {
	_, _, kept := promised(f)
	f.Add(kept.Marshal())
	kept.Proof = []byte(receiptHeader + "index 7\n\n")
	f.Add(kept.Marshal())
	f.Add([]byte(fileHeader))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := ParseReceiptFile(data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q is not a sentence", err)
			}
			return
		}
		if got := k.Marshal(); !bytes.Equal(got, data) {
			t.Errorf("%q is written again as %q", data, got)
		}
	})
}
