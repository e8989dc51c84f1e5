package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"temwen/record"
)

// madeLog writes a log of n test events with a new key.
func madeLog(t testing.TB, n uint64) (dir string, key Key) {
	t.Helper()
	dir, key = filepath.Join(t.TempDir(), "ledger"), testKey(t)
	writeLog(t, dir, key, n, testEntry)
	return dir, key
}

func TestVerifyReport(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	follow(t, dir, key, testEvents(100), quick)
	receipt, err := Receipt(t.Context(), dir, 42)
	if err != nil {
		t.Fatal(err)
	}
	follow(t, dir, key, testEvents(600), quick)
	keep := filepath.Join(t.TempDir(), "kept")
	var done atomic.Uint64
	o := Options{
		Key: key.Public(), Keep: keep, Events: testEvents(603),
		Receipts: []NamedReceipt{{Name: "a.tlog-proof", Data: receipt}},
		Progress: func(n, of uint64) {
			if of != 600 || n < done.Load() {
				t.Errorf("progress %d of %d after %d", n, of, done.Load())
			}
			done.Store(n)
		},
	}
	r, err := Verify(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	size := uint64(0)
	for i := range uint64(600) {
		size += uint64(len(testEntry(i)))
	}
	if r.Source != dir || r.Key != key.Public() || r.Pin != PinGiven || r.Checkpoint.Origin != testOrigin || r.Policy ||
		r.Entries != 600 || r.Bytes != size || r.Bundles != 3 || r.Tiles != 4 || r.FirstDay != "2026-11-23" || r.LastDay != "2026-11-26" ||
		len(r.Kept) != 0 || !r.Saved || r.Receipts != 1 || r.Compared != 600 || r.Erased != 0 || r.Ahead != 3 {
		t.Errorf("report %+v", r)
	}
	if r.Partials == 0 {
		t.Error("no partial tile of the time with 100 entries was compared")
	}
	if done.Load() != 600 {
		t.Errorf("progress ended at %d", done.Load())
	}
	o.Key, o.Events, o.Receipts, o.Progress = "", nil, nil, nil
	if r, err = Verify(t.Context(), dir, o); err != nil || r.Pin != PinKept || len(r.Kept) != 1 || r.Kept[0] != 600 {
		t.Errorf("second time: %+v, %v", r, err)
	}
	if r, err = Verify(t.Context(), dir, Options{}); err != nil || r.Pin != PinFound {
		t.Errorf("without a key: %+v, %v", r, err)
	}
}

// A log is verified alike from its folder, its store, its address, the site
// that serves it below /ledger/, and the address of its checkpoint.
func TestVerifySources(t *testing.T) {
	store := t.TempDir()
	key := testKey(t)
	dir := filepath.Join(store, "ledger")
	writeLog(t, dir, key, 3000, testEntry)
	mux := http.NewServeMux()
	mux.Handle("/ledger/", http.StripPrefix("/ledger", Handler(dir)))
	mux.Handle("/", http.NotFoundHandler())
	server := httptest.NewServer(mux)
	defer server.Close()
	t.Chdir(store)
	for _, where := range []string{dir, dir + "/", store, "ledger", ".", server.URL, server.URL + "/ledger/", server.URL + "/ledger/checkpoint"} {
		r, err := Verify(t.Context(), where, Options{Key: key.Public(), Keep: filepath.Join(store, "kept")})
		if err != nil || r.Entries != 3000 {
			t.Errorf("%s: %d entries, %v", where, r.Entries, err)
		}
		if want := dir; !strings.HasPrefix(where, "http") && r.Source != want {
			t.Errorf("%s: the source is called %s", where, r.Source)
		}
	}
	for _, where := range []string{t.TempDir(), filepath.Join(store, "none"), server.URL + "/other", "/dev/null"} {
		if _, err := Verify(t.Context(), where, Options{}); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", where, err)
		}
	}
}

// An HTTP server that fails now and then, answers nonsense or never ends is an
// error, and not a refused log.
func TestVerifyBadServer(t *testing.T) {
	t.Parallel()
	dir, key := madeLog(t, 1000)
	good := Handler(dir)
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1)%3 == 0 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		good.ServeHTTP(w, r)
	}))
	defer server.Close()
	if r, err := Verify(t.Context(), server.URL, Options{Key: key.Public()}); err != nil || r.Entries != 1000 {
		t.Errorf("a server that is busy sometimes: %+v, %v", r, err)
	}
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	if _, err := Verify(t.Context(), endless.URL, Options{Key: key.Public()}); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("a checkpoint without end: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Verify(ctx, server.URL, Options{Key: key.Public()}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// wrong asserts that the log is refused as damaged.
func wrong(t rapid.TB, dir string, o Options) *Damage {
	t.Helper()
	r, err := Verify(context.Background(), dir, o)
	var d *Damage
	if !errors.As(err, &d) || !errors.Is(err, ErrRefused) {
		t.Fatalf("not refused: %+v, %v", r, err)
	}
	if r.Saved {
		t.Error("a refused log was kept")
	}
	return d
}

// tampering is a way to damage a log of 1,000 entries, and what Verify says.
type tampering struct {
	harm  func(t *testing.T, dir string, key Key)
	file  string
	first int // the first wrong entry; -1: none can be named
	says  string
}

// entryOffset returns where an entry's bytes begin in its bundle.
func entryOffset(n uint64) int {
	at := 2
	for i := n - n%256; i < n; i++ {
		at += len(testEntry(i)) + 2
	}
	return at
}

var tamperings = map[string]tampering{
	"a byte of an entry":        {flips("tile/entries/001", entryOffset(300)+100), "tile/entries/001", 300, "not those that the log has signed"},
	"a byte of the first entry": {flips("tile/entries/000", 2), "tile/entries/000", 0, "not those that the log has signed"},
	"a byte of the last entry":  {flips("tile/entries/003.p/232", entryOffset(999)+50), "tile/entries/003.p/232", 999, "not those that the log has signed"},
	"a high byte of a length":   {flips("tile/entries/001", entryOffset(300)-2), "tile/entries/001", 300, ""},
	"a low byte of a length":    {flips("tile/entries/001", entryOffset(300)-1), "tile/entries/001", 300, ""},
	"a leaf hash":               {flips("tile/0/002", 32*7+3), "tile/0/002", 519, "not that of the entry"},
	"a leaf hash at the edge":   {flips("tile/0/003.p/232", 32*231), "tile/0/003.p/232", 999, "not that of the entry"},
	"an upper hash":             {flips("tile/1/000.p/3", 32*2+9), "tile/1/000.p/3", 512, "is not theirs"},
	"a signature":               {flips(checkpointFile, 140), checkpointFile, -1, ""},
	"a size":                    {replaces(checkpointFile, "\n1000\n", "\n1001\n"), checkpointFile, -1, "signature"},
	"an origin":                 {replaces(checkpointFile, testOrigin, "temwen.example/cuba"), checkpointFile, -1, ""},
	"no bundle":                 {removes("tile/entries/002"), "tile/entries/002", 512, "missing"},
	"no tile":                   {removes("tile/0/002"), "tile/0/002", 512, "missing"},
	"no upper tile":             {removes("tile/1/000.p/3"), "tile/1/000.p/3", 0, "missing"},
	"no edge":                   {removes("tile/entries/003.p/232"), "tile/entries/003.p/232", 768, "missing"},
	"a folder for a bundle": {func(t *testing.T, dir string, _ Key) {
		removes("tile/entries/002")(t, dir, Key{})
		must(t, os.Mkdir(filepath.Join(dir, "tile/entries/002"), 0o755))
	}, "tile/entries/002", 512, "is not a file"},
	"a bundle cut":             {cuts("tile/entries/002", entryOffset(600)+10), "tile/entries/002", 600, "ends in the middle"},
	"a bundle cut between two": {cuts("tile/entries/002", entryOffset(600)-2), "tile/entries/002", 600, "ends in the middle"},
	"an empty bundle":          {cuts("tile/entries/002", 0), "tile/entries/002", 512, "ends in the middle"},
	"a tile cut":               {cuts("tile/0/002", 32*10+5), "tile/0/002", 522, "325 bytes long, not 8192"},
	"an empty tile":            {cuts("tile/0/002", 0), "tile/0/002", 512, ""},
	"bytes after a bundle":     {appends("tile/entries/001", "x"), "tile/entries/001", 511, "1 bytes follow"},
	"an entry after the last":  {appends("tile/entries/003.p/232", string(bundleOf(testEntry(1000)))), "tile/entries/003.p/232", 999, "follow"},
	"bytes after a tile":       {appends("tile/0/001", "x"), "tile/0/001", 256, "longer than 8192"},
	"bytes after a checkpoint": {appends(checkpointFile, "x\n"), checkpointFile, -1, ""},
	"another key beside it": {func(t *testing.T, dir string, _ Key) {
		must(t, os.WriteFile(filepath.Join(dir, vkeyFile), []byte(testKey(t).Public()+"\n"), 0o644))
	}, vkeyFile, -1, "wrong key"},
	"an entry and its leaf hash": {replacesEntry(300, false), "tile/entries/001", 256, "was replaced, together with the hashes over it"},
	"an entry and all hashes":    {replacesEntry(300, true), checkpointFile, -1, "do not give the root"},
	"a bundle, its tile moved": {func(t *testing.T, dir string, _ Key) {
		flips("tile/entries/001", entryOffset(300)+100)(t, dir, Key{})
		flips("tile/0/001", 32*44+1)(t, dir, Key{})
	}, "tile/entries/001", 300, "neither is under the signed root"},
	"truncated, signed by nobody": {func(t *testing.T, dir string, key Key) {
		must(t, os.RemoveAll(dir))
		writeLog(t, dir, testKey(t), 900, testEntry)
	}, vkeyFile, -1, "wrong key"},
}

func must(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func edits(path string, edit func([]byte) []byte) func(*testing.T, string, Key) {
	return func(t *testing.T, dir string, _ Key) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, path))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, path), edit(data), 0o644))
	}
}

func flips(path string, at int) func(*testing.T, string, Key) {
	return edits(path, func(b []byte) []byte { b[at] ^= 1; return b })
}

func cuts(path string, at int) func(*testing.T, string, Key) {
	return edits(path, func(b []byte) []byte { return b[:at] })
}

func appends(path, more string) func(*testing.T, string, Key) {
	return edits(path, func(b []byte) []byte { return append(b, more...) })
}

func replaces(path, old, new string) func(*testing.T, string, Key) {
	return edits(path, func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) })
}

func removes(path string) func(*testing.T, string, Key) {
	return func(t *testing.T, dir string, _ Key) { must(t, os.Remove(filepath.Join(dir, path))) }
}

func bundleOf(entry []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(entry))), entry...)
}

// editedEvent is an event with another public part.
func editedEvent(n uint64) record.Event {
	e := testEvent(n)
	e.Public = json.RawMessage(`{"text":"it never happened"}`)
	return e
}

// forgeLog writes a log in which one entry is another, with everything over it.
func forgeLog(t testing.TB, dir string, key Key, size, n uint64) {
	t.Helper()
	writeLog(t, dir, key, size, func(i uint64) []byte {
		if i == n {
			e, err := Entry(editedEvent(n))
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		return testEntry(i)
	})
}

// replacesEntry replaces an entry and its leaf hash, and the upper tiles too if
// asked, but cannot sign.
func replacesEntry(n uint64, upper bool) func(*testing.T, string, Key) {
	return func(t *testing.T, dir string, key Key) {
		forged := filepath.Join(t.TempDir(), "forged")
		forgeLog(t, forged, key, 1000, n)
		for _, f := range []string{"tile/entries/001", "tile/0/001", "tile/1/000.p/3"}[:map[bool]int{false: 2, true: 3}[upper]] {
			copyFile(t, filepath.Join(forged, f), filepath.Join(dir, f))
		}
	}
}

// Every kind of tampering is found, and the first wrong entry and file named.
func TestTampering(t *testing.T) {
	for name, c := range tamperings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, key := madeLog(t, 1000)
			c.harm(t, dir, key)
			server := httptest.NewServer(http.FileServer(http.Dir(dir)))
			defer server.Close()
			for _, where := range []string{dir, server.URL} {
				if where != dir && strings.Contains(c.says, "is not a file") {
					continue // a web server shows a folder's list
				}
				d := wrong(t, where, Options{Key: key.Public()})
				if d.File != c.file || d.Found != (c.first >= 0) || d.Found && int(d.First) != c.first || !strings.Contains(d.What, c.says) {
					t.Errorf("%s: entry %d (%v), file %s: %s\nwant entry %d, file %s: …%s…", where, d.First, d.Found, d.File, d.What, c.first, c.file, c.says)
				}
			}
		})
	}
}

// Law: no byte of any published file can be changed unseen, and where the file
// is a bundle or a leaf tile, the entry named is the right one.
func TestFlipAnyByte(t *testing.T) {
	few(t, 60)
	dir, key := newLog(t)
	for _, n := range []uint64{3, 200, 300, 600} { // leaves partial tiles of earlier sizes behind
		follow(t, dir, key, testEvents(n), quick)
	}
	files := publicFiles(t, dir)
	offsets := bundleOffsets(t, dir, 600)
	rapid.Check(t, func(rt *rapid.T) {
		file := rapid.SampledFrom(files).Draw(rt, "file")
		path := filepath.Join(dir, file)
		data, err := os.ReadFile(path)
		must(rt, err)
		at := rapid.IntRange(0, len(data)-1).Draw(rt, "byte")
		changed := bytes.Clone(data)
		changed[at] ^= byte(rapid.IntRange(1, 255).Draw(rt, "with"))
		must(rt, os.WriteFile(path, changed, 0o644))
		defer func() { must(rt, os.WriteFile(path, data, 0o644)) }()
		d := wrong(rt, dir, Options{Key: key.Public()})
		if d.File != file {
			rt.Fatalf("named %s: %v", d.File, d)
		}
		if entry, ok := offsets(file, at); ok && (!d.Found || d.First != entry) {
			rt.Fatalf("named entry %d, want %d: %v", d.First, entry, d)
		}
	})
	if _, err := Verify(t.Context(), dir, Options{Key: key.Public()}); err != nil {
		t.Fatal(err)
	}
}

// bundleOffsets returns a function that says to which entry a byte of a current
// bundle or leaf tile belongs.
func bundleOffsets(t *testing.T, dir string, n uint64) func(file string, at int) (uint64, bool) {
	owner := map[string][]uint64{}
	for i := range n {
		index := i / 256
		width := int(min(256, n-index*256))
		for range 2 + len(testEntry(i)) {
			owner[tilePath(-1, index, width)] = append(owner[tilePath(-1, index, width)], i)
		}
		for range tlog.HashSize {
			owner[tilePath(0, index, width)] = append(owner[tilePath(0, index, width)], i)
		}
	}
	return func(file string, at int) (uint64, bool) {
		of, ok := owner[file]
		if !ok {
			return 0, false
		}
		if at >= len(of) {
			t.Fatalf("%s has %d bytes, not more than %d", file, len(of), at)
		}
		return of[at], true
	}
}

// A log whose operator signs another history is found by who kept a checkpoint,
// holds a receipt, or has the record.
func TestFork(t *testing.T) {
	key := testKey(t)
	dir := filepath.Join(t.TempDir(), "ledger")
	writeLog(t, dir, key, 1000, testEntry)
	keep := filepath.Join(t.TempDir(), "kept")
	if _, err := Verify(t.Context(), dir, Options{Key: key.Public(), Keep: keep}); err != nil {
		t.Fatal(err)
	}
	receipt, err := Receipt(t.Context(), dir, 300)
	must(t, err)
	other, err := Receipt(t.Context(), dir, 20)
	must(t, err)
	kept := readAll(t, keep)

	must(t, os.RemoveAll(dir))
	forgeLog(t, dir, key, 1200, 300)
	if _, err := Verify(t.Context(), dir, Options{Key: key.Public()}); err != nil {
		t.Fatalf("the fork is not well made: %v", err)
	}
	for name, c := range map[string]struct {
		o     Options
		first int
		says  string
	}{
		"kept":             {Options{Key: key.Public(), Keep: keep}, 256, "has forked: one of the entries 256 to 511"},
		"receipt":          {Options{Receipts: []NamedReceipt{{Name: "r", Data: receipt}}}, 300, "receipt r carries another entry"},
		"receipt of other": {Options{Receipts: []NamedReceipt{{Name: "r", Data: other}}}, -1, "was signed for another history"},
		"record":           {Options{Events: testEvents(1200)}, 300, "its public part differs"},
	} {
		d := wrong(t, dir, c.o)
		if !strings.Contains(d.What, c.says) || d.Found != (c.first >= 0) || d.Found && int(d.First) != c.first {
			t.Errorf("%s: %v (entry %d)", name, d, d.First)
		}
	}
	if after := readAll(t, keep); after != kept {
		t.Error("what was kept was changed by a log that was refused")
	}
	must(t, os.RemoveAll(dir))
	writeLog(t, dir, key, 1000, testEntry)
	if r, err := Verify(t.Context(), dir, Options{Keep: keep}); err != nil || len(r.Kept) != 1 {
		t.Errorf("the true log is refused afterwards: %v", err)
	}
}

// Law: a fork at any entry of any log is found, from a checkpoint kept of any
// earlier size after it, in the right bundle.
func TestForkAnywhere(t *testing.T) {
	few(t, 25)
	key := testKey(t)
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.Uint64Range(1, 700).Draw(rt, "kept size")
		n := rapid.Uint64Range(0, size-1).Draw(rt, "forked entry")
		more := rapid.Uint64Range(0, 300).Draw(rt, "more")
		dir, keep := filepath.Join(t.TempDir(), "ledger"), filepath.Join(t.TempDir(), "kept")
		writeLog(t, dir, key, size, testEntry)
		if _, err := Verify(t.Context(), dir, Options{Key: key.Public(), Keep: keep}); err != nil {
			rt.Fatal(err)
		}
		must(rt, os.RemoveAll(dir))
		forgeLog(t, dir, key, size+more, n)
		d := wrong(rt, dir, Options{Keep: keep})
		if !d.Found || d.First != n/256*256 || !strings.Contains(d.What, "forked") {
			rt.Fatalf("entry %d: %v", n, d)
		}
	})
}

func readAll(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		must(t, err)
		fmt.Fprintf(&all, "%s\n%s\n", f.Name(), data)
	}
	return all.String()
}

// A log that was cut, even with a checkpoint its operator signed, or that has
// changed its key or name, is refused by who has seen it before.
func TestShrankOrChangedKey(t *testing.T) {
	key := testKey(t)
	dir := filepath.Join(t.TempDir(), "ledger")
	keep := filepath.Join(t.TempDir(), "kept")
	writeLog(t, dir, key, 700, testEntry)
	receipt, err := Receipt(t.Context(), dir, 20)
	must(t, err)
	_, err = Verify(t.Context(), dir, Options{Key: key.Public(), Keep: keep})
	must(t, err)

	must(t, os.RemoveAll(dir))
	writeLog(t, dir, key, 650, testEntry)
	for name, o := range map[string]Options{"kept": {Keep: keep}, "receipt": {Receipts: []NamedReceipt{{Name: "r", Data: receipt}}}} {
		if d := wrong(t, dir, o); d.First != 650 || !strings.Contains(d.What, "it was cut, or this is an older copy") {
			t.Errorf("%s: %v", name, d)
		}
	}
	must(t, os.RemoveAll(dir))
	another, err := GenerateKey("temwen.example/other")
	must(t, err)
	for _, k := range []Key{testKey(t), another} {
		writeLog(t, dir, k, 700, testEntry)
		for _, o := range []Options{{Keep: keep}, {Keep: keep, Key: k.Public()}} {
			if _, err := Verify(t.Context(), dir, o); !errors.Is(err, ErrRefused) {
				t.Errorf("a log of another key (%s): %v", k.Origin(), err)
			}
		}
	}
	// A mirror elsewhere is held to what the original has shown.
	mirror := filepath.Join(t.TempDir(), "mirror")
	forgeLog(t, mirror, key, 700, 5)
	if d := wrong(t, mirror, Options{Key: key.Public(), Keep: keep}); !strings.Contains(d.What, "forked") {
		t.Error(d)
	}
}

// The record is compared entry by entry.
func TestVerifyAgainstRecord(t *testing.T) {
	dir, key := madeLog(t, 600)
	private := testEvent(400)
	private.Private = json.RawMessage(`{"by":"nobody"}`)
	day := testEvent(400)
	day.Time = day.Time.AddDate(0, 0, 1)
	kind := testEvent(400)
	kind.Type = "fact.forgotten"
	for name, c := range map[string]struct {
		events Events
		first  uint64
		says   string
	}{
		"public part":   {testEvents(600, editedEvent(400)), 400, "its public part differs"},
		"private part":  {testEvents(600, private), 400, "its private part (its commitment) differs"},
		"day":           {testEvents(600, day), 400, "its day differs"},
		"type":          {testEvents(600, kind), 400, "its type differs"},
		"two":           {testEvents(600, editedEvent(599), editedEvent(3)), 3, "its public part differs"},
		"shorter":       {testEvents(599), 599, "the record ends here, with 599 events, and the ledger has 600"},
		"much shorter":  {testEvents(256), 256, "the record ends here"},
		"empty":         {testEvents(0), 0, "the record ends here"},
		"an event lost": {withEvent(testEvents(600), 400, testEvent(401)), 400, ""},
	} {
		if d := wrong(t, dir, Options{Key: key.Public(), Events: c.events}); d.First != c.first || !strings.Contains(d.What, c.says) {
			t.Errorf("%s: %v", name, d)
		}
	}
	if r, err := Verify(t.Context(), dir, Options{Events: testEvents(607)}); err != nil || r.Ahead != 7 {
		t.Errorf("a record that is ahead: %+v, %v", r, err)
	}
	gone := errors.New("the record cannot be read")
	broken := withEventError(testEvents(600), 300, gone)
	if _, err := Verify(t.Context(), dir, Options{Events: broken}); !errors.Is(err, gone) || errors.Is(err, ErrRefused) {
		t.Errorf("a record that fails: %v", err)
	}
}

// What an operator signs is still held to the form of a ledger.
func TestVerifyForm(t *testing.T) {
	early := testEvent(300)
	early.Time = early.Time.AddDate(0, -1, 0)
	beginning := testEvent(256)
	beginning.Time = beginning.Time.AddDate(0, -1, 0)
	for name, c := range map[string]struct {
		n     uint64
		entry []byte
		says  string
	}{
		"not an entry":       {300, []byte(`{"hello":"world"}`), "no ledger may hold"},
		"not canonical":      {300, append([]byte(" "), testEntry(300)...), "no ledger may hold"},
		"another index":      {300, testEntry(301), "another index"},
		"an empty entry":     {300, nil, "no ledger may hold"},
		"a day before":       {300, mustEntry(early), "before the entry before it"},
		"a bundle of before": {256, mustEntry(beginning), "before the entry before it"},
	} {
		dir, key := filepath.Join(t.TempDir(), "ledger"), testKey(t)
		writeLog(t, dir, key, 600, func(i uint64) []byte {
			if i == c.n {
				return c.entry
			}
			return testEntry(i)
		})
		if d := wrong(t, dir, Options{Key: key.Public()}); d.First != c.n || d.File != "tile/entries/001" || !strings.Contains(d.What, c.says) {
			t.Errorf("%s: %v", name, d)
		}
	}
}

func mustEntry(e record.Event) []byte {
	b, err := Entry(e)
	if err != nil {
		panic(err)
	}
	return b
}

// Sizes at which the shape of the tree changes, with tiles of level 2.
func TestVerifySizes(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	small := func(i uint64) []byte {
		return fmt.Appendf(nil, `{"commitment":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","day":"2026-11-23","n":%d,"public":{},"type":"a","v":1}`, i)
	}
	for _, n := range []uint64{0, 1, 255, 256, 257, 65535, 65536, 65537, 65536 + 256} {
		dir := filepath.Join(t.TempDir(), "ledger")
		writeLog(t, dir, key, n, small)
		r, err := Verify(t.Context(), dir, Options{Key: key.Public(), Keep: filepath.Join(t.TempDir(), "k")})
		if err != nil || r.Entries != n {
			t.Fatalf("%d: %+v, %v", n, r, err)
		}
		fsckLog(t, dir, key)
		if n < 65536 {
			continue
		}
		must(t, flip(filepath.Join(dir, tilePath(1, 0, 256)), 32*9))
		if d := wrong(t, dir, Options{}); d.File != "tile/1/000" || d.First != 9*256 {
			t.Errorf("%d: %v", n, d)
		}
		must(t, flip(filepath.Join(dir, tilePath(1, 0, 256)), 32*9))
		must(t, flip(filepath.Join(dir, tilePath(2, 0, 1)), 3))
		if d := wrong(t, dir, Options{}); d.File != "tile/2/000.p/1" || d.First != 0 {
			t.Errorf("%d: %v", n, d)
		}
	}
}
