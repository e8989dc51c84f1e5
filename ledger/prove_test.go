package ledger

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Law: whatever is published can be proven, wherever it is, and then the file
// proves it by itself; what is not there leaves the file as it is.
func TestProveLaw(t *testing.T) {
	few(t, 25)
	key := testKey(t)
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.Uint64Range(0, 800).Draw(rt, "entries")
		index := rapid.Uint64Range(0, n+1).Draw(rt, "index")
		e := sealedEvent(index, testEvent(index).Time)
		dir := logWith(t, key, n, &e)
		by := e.Time.Add(time.Hour)
		f := keptFile(rt, key, e, by)
		before := string(f.Marshal())
		proven, err := f.Prove(rt.Context(), dir)
		if index >= n {
			if !errors.Is(err, ErrUnpublished) || string(f.Marshal()) != before {
				rt.Fatalf("entry %d of %d: %v", index, n, err)
			}
			return
		}
		if err != nil || proven.Leaf.Index != index || proven.Checkpoint.Size != n {
			rt.Fatalf("entry %d of %d: %+v, %v", index, n, proven, err)
		}
		again, err := ParseReceiptFile(f.Marshal())
		must(rt, err)
		r, err := CheckReceipt(NamedReceipt{Name: "mine", Data: again.Marshal()}, Options{Key: key.Public()})
		if err != nil || r.State != Published || *r.Index != index || r.By.IsZero() {
			rt.Fatalf("%+v, %v", r, err)
		}
	})
}

// Over HTTP it reads no entries of earlier days; and a proof that there is gives
// way to one under the newest checkpoint.
func TestProveReadsLittle(t *testing.T) {
	key := testKey(t)
	dir := filepath.Join(t.TempDir(), "ledger")
	const n = 5000
	e := sealedEvent(n-300, testEvent(n-300).Time)
	entry := func(i uint64) []byte {
		if i == e.Index {
			return mustEntry(e)
		}
		return testEntry(i)
	}
	writeLog(t, dir, key, n, entry)
	var bundles atomic.Int64
	log := Handler(dir)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/tile/entries/") {
			bundles.Add(1)
		}
		log.ServeHTTP(w, r)
	}))
	defer server.Close()
	f := keptFile(t, key, e, promisedBy)
	if _, err := f.Prove(t.Context(), server.URL); err != nil || bundles.Load() > 4 {
		t.Errorf("%d bundles were read: %v", bundles.Load(), err)
	}
	writeLog(t, dir, key, n+10, entry)
	if p, err := f.Prove(t.Context(), server.URL); err != nil || p.Checkpoint.Size != n+10 {
		t.Errorf("%+v, %v", p.Checkpoint, err)
	}
	bundles.Store(0)
	lost := sealedEvent(1, e.Time)
	lost.Salt = make([]byte, saltSize)
	if _, err := keptFile(t, key, lost, promisedBy).Prove(t.Context(), server.URL); !errors.Is(err, ErrUnpublished) || bundles.Load() > 4 {
		t.Errorf("%d bundles were read: %v", bundles.Load(), err)
	}
}

// A damaged log, or another ledger, proves nothing.
func TestProveOfDamage(t *testing.T) {
	key := testKey(t)
	e := sealedEvent(42, testEvent(42).Time)
	for file, at := range map[string]string{"tile/entries/000": string(mustEntry(e))[90:], "tile/0/000": "", checkpointFile: ""} {
		dir := logWith(t, key, 600, &e)
		data, err := os.ReadFile(filepath.Join(dir, file))
		must(t, err)
		must(t, flip(filepath.Join(dir, file), strings.Index(string(data), at)+2))
		f := keptFile(t, key, e, promisedBy)
		if _, err := f.Prove(t.Context(), dir); err == nil || errors.Is(err, ErrUnpublished) || f.Proof != nil {
			t.Errorf("%s was damaged: %v", file, err)
		}
	}
	other, _ := madeLog(t, 60)
	f := keptFile(t, key, e, promisedBy)
	if _, err := f.Prove(t.Context(), other); err == nil || !strings.Contains(err.Error(), "not signed by the key") && !strings.Contains(err.Error(), "signature") {
		t.Errorf("another ledger: %v", err)
	}
}
