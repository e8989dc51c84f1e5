package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestReceipt(t *testing.T) {
	store := t.TempDir()
	key := testKey(t)
	dir := filepath.Join(store, "ledger")
	writeLog(t, dir, key, 600, testEntry)
	server := httptest.NewServer(Handler(dir))
	defer server.Close()
	policy, err := torchwood.ParsePolicy([]byte("log " + key.Public() + "\nquorum none\n"))
	must(t, err)
	for _, index := range []uint64{0, 1, 255, 256, 511, 512, 599} {
		for _, where := range []string{dir, store, server.URL} {
			r, err := Receipt(t.Context(), where, index)
			must(t, err)
			got, err := VerifyReceipt(r, nil, key.Public(), nil)
			must(t, err)
			if !bytes.Equal(got.Entry, testEntry(index)) || got.Leaf.Index != index || got.Checkpoint.Size != 600 {
				t.Errorf("%d: receipt for %+v", index, got)
			}
			if _, err := VerifyReceipt(r, testEntry(index), key.Public(), nil); err != nil {
				t.Errorf("%d: with its entry: %v", index, err)
			}
			// Another implementation of the specification accepts it.
			if err := torchwood.VerifyProof(policy, tlog.RecordHash(testEntry(index)), r); err != nil {
				t.Errorf("%d: torchwood: %v", index, err)
			}
			if extra, err := torchwood.ProofExtraData(r); err != nil || !bytes.Equal(extra, testEntry(index)) {
				t.Errorf("%d: extra data %q, %v", index, extra, err)
			}
		}
	}
	if _, err := Receipt(t.Context(), dir, 600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a receipt of an entry that is not there: %v", err)
	}
}

// A receipt without the entry in it, as others make them, needs the entry.
func TestReceiptWithoutEntry(t *testing.T) {
	dir, key := madeLog(t, 600)
	r, err := Receipt(t.Context(), dir, 42)
	must(t, err)
	lines := bytes.SplitAfterN(r, []byte("\n"), 3)
	plain := append(bytes.Clone(lines[0]), lines[2]...)
	if _, err := VerifyReceipt(plain, testEntry(42), key.Public(), nil); err != nil {
		t.Error(err)
	}
	if _, err := VerifyReceipt(plain, nil, key.Public(), nil); err == nil || !strings.Contains(err.Error(), "give it too") {
		t.Error(err)
	}
	for _, c := range []Options{{Receipts: []NamedReceipt{{Name: "plain", Data: plain}}}, {Receipts: []NamedReceipt{{Name: "with", Data: r}, {Name: "plain", Data: plain}}}} {
		if report, err := Verify(t.Context(), dir, c); err != nil || report.Receipts != len(c.Receipts) {
			t.Errorf("%d receipts: %v", report.Receipts, err)
		}
	}
	// It is not one for another index.
	moved := bytes.Replace(plain, []byte("index 42\n"), []byte("index 43\n"), 1)
	if d := wrong(t, dir, Options{Receipts: []NamedReceipt{{Name: "moved", Data: moved}}}); d.First != 43 || !strings.Contains(d.What, "does not prove") {
		t.Error(d)
	}
}

// A damaged log gives no receipts.
func TestReceiptOfDamage(t *testing.T) {
	for _, file := range []string{"tile/entries/000", "tile/0/000", "tile/1/000.p/2", checkpointFile} {
		dir, _ := madeLog(t, 600)
		must(t, flip(filepath.Join(dir, file), 40))
		if _, err := Receipt(t.Context(), dir, 0); err == nil {
			t.Errorf("%s was damaged, and there is a receipt", file)
		}
	}
}

// Law: no byte of a receipt can be changed, left out or added unseen.
func TestReceiptFlip(t *testing.T) {
	t.Parallel()
	dir, key := madeLog(t, 600)
	r, err := Receipt(t.Context(), dir, 42)
	must(t, err)
	for i := range r {
		for with := 1; with < 256; with++ {
			if i < len(r)-8 && with&(with-1) != 0 {
				continue // all bytes only at the end, where base64 has bits to spare
			}
			changed := bytes.Clone(r)
			changed[i] ^= byte(with)
			if _, err := VerifyReceipt(changed, nil, key.Public(), nil); err == nil {
				t.Fatalf("byte %d ^ %x: accepted:\n%s", i, with, changed)
			}
		}
		if _, err := VerifyReceipt(append(bytes.Clone(r[:i]), r[i+1:]...), nil, key.Public(), nil); err == nil {
			t.Fatalf("byte %d left out: accepted", i)
		}
		if _, err := VerifyReceipt(r[:i], nil, key.Public(), nil); err == nil {
			t.Fatalf("cut at %d: accepted", i)
		}
	}
	for _, more := range []string{"\n", "x", "— a b\n"} {
		if _, err := VerifyReceipt(append(bytes.Clone(r), more...), nil, key.Public(), nil); err == nil {
			t.Errorf("with %q after it: accepted", more)
		}
	}
	other := testKey(t)
	if _, err := VerifyReceipt(r, nil, other.Public(), nil); err == nil || !strings.Contains(err.Error(), "not signed by the key") {
		t.Errorf("under another key: %v", err)
	}
	if _, err := VerifyReceipt(r, testEntry(43), key.Public(), nil); err == nil || !strings.Contains(err.Error(), "another entry") {
		t.Errorf("with another entry: %v", err)
	}
}

func FuzzParseReceipt(f *testing.F) {
	h := tlog.RecordHash(nil)
	f.Add(torchwood.FormatProofWithExtraData(3, []byte("{}"), tlog.RecordProof{h, h}, []byte("a\n1\n\n— a b\n")))
	f.Add(torchwood.FormatProof(0, nil, []byte("a\n")))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parseReceipt(data)
		if err != nil {
			return
		}
		// What is accepted has one form.
		again := torchwood.FormatProof(int64(p.index), p.path, p.checkpoint)
		if p.entry != nil {
			again = torchwood.FormatProofWithExtraData(int64(p.index), p.entry, p.path, p.checkpoint)
		}
		if !bytes.Equal(again, data) {
			t.Fatalf("accepted %q, written again it is %q", data, again)
		}
	})
}

// Law: what is kept reads back the same, and no byte of it can be changed so
// that another log is expected.
func TestKept(t *testing.T) {
	dir, key := madeLog(t, 600)
	keep := t.TempDir()
	_, err := Verify(t.Context(), dir, Options{Key: key.Public(), Keep: keep})
	must(t, err)
	files, err := os.ReadDir(keep)
	must(t, err)
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	path := filepath.Join(keep, files[0].Name())
	data, err := os.ReadFile(path)
	must(t, err)
	k, err := parseKept(data)
	must(t, err)
	if !bytes.Equal(k.marshal(), data) || k.source != dir || k.vkey != key.Public() || len(k.bundles) != 2 || k.checkpoint.Size != 600 {
		t.Errorf("kept %+v", k)
	}
	rapid.Check(t, func(rt *rapid.T) {
		at := rapid.IntRange(0, len(data)-1).Draw(rt, "byte")
		changed := bytes.Clone(data)
		changed[at] ^= byte(rapid.IntRange(1, 255).Draw(rt, "with"))
		again, err := parseKept(changed)
		if err == nil && (fmt.Sprint(again.checkpoint) != fmt.Sprint(k.checkpoint) || again.vkey != k.vkey) {
			rt.Fatalf("byte %d: reads as %+v", at, again)
		}
	})
	for _, cut := range []int{0, 10, len(data) / 2, len(data) - 1} {
		must(t, os.WriteFile(path, data[:cut], 0o644))
		if _, err := Verify(t.Context(), dir, Options{Keep: keep}); err == nil || !strings.Contains(err.Error(), "was damaged") || errors.Is(err, ErrRefused) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

func FuzzParseKept(f *testing.F) {
	dir, key := filepath.Join(f.TempDir(), "ledger"), testKey(f)
	writeLog(f, dir, key, 300, testEntry)
	if _, err := Verify(f.Context(), dir, Options{Keep: filepath.Join(dir, "k")}); err != nil {
		f.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "k", "*"))
	if err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if k, err := parseKept(data); err == nil && !bytes.Equal(k.marshal(), data) {
			t.Fatalf("accepted %q, written again it is %q", data, k.marshal())
		}
	})
}
