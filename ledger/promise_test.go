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
	start := bytes.Index(file, []byte("opening"))
	for i := start; i < len(file); i++ {
		altered := bytes.Clone(file)
		altered[i] ^= 1
		k, err := ParseReceiptFile(altered)
		if err != nil {
			continue
		}
		if checked, err := k.Check(key.Public(), nil); err == nil && !checked.By.IsZero() && bytes.Equal(altered, k.Marshal()) {
			t.Fatalf("byte %d of %q was altered, and it was accepted", i, file)
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
