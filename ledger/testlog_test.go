package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"temwen/record"
)

const testOrigin = "temwen.example/haiti"

// quick are settings for tests: nothing waits longer than it must.
var quick = Settings{Interval: 100 * time.Millisecond, BatchAge: 2 * time.Millisecond}

// testEvent makes event number i of a record. The same i gives the same event.
// Its size is about that of a stated fact.
func testEvent(i uint64) record.Event {
	r := rand.New(rand.NewPCG(i, 20240626))
	kinds := []string{"fact.stated", "fact.revised", "source.added", "fact.retracted", "incident.coded"}
	words := []string{"misyon", "polis", "rezolisyon", "Conseil de sécurité", "mandate", "rapò", "ONU", "trust fund", "déploiement", "Kenya", "Pòtoprens", "obligasyon"}
	text := ""
	for target := 220 + r.IntN(150); len(text) < target; {
		text += words[r.IntN(len(words))] + " "
	}
	public, err := json.Marshal(map[string]any{
		"about": fmt.Sprintf("haiti/%s/%d", words[r.IntN(3)], r.IntN(5000)),
		"as_of": "2024-06-26",
		"count": r.IntN(2500),
		"share": float64(r.IntN(1000)) / 8,
		"text":  text,
		"where": []string{"ouest", "artibonite"}[:r.IntN(3)],
	})
	if err != nil {
		panic(err)
	}
	salt := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("salt"), i))
	return record.Event{
		Index:   i,
		Type:    kinds[r.IntN(len(kinds))],
		Time:    time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC).Add(time.Duration(i) * 7 * time.Minute),
		Public:  public,
		Private: fmt.Appendf(nil, `{"by":"officer %d"}`, r.IntN(100)),
		Salt:    salt[:],
	}
}

// testEvents is a record of n events, in which some are replaced.
func testEvents(n uint64, replaced ...record.Event) Events {
	return func(ctx context.Context, from uint64) iter.Seq2[record.Event, error] {
		return func(yield func(record.Event, error) bool) {
			for i := from; i < n; i++ {
				e := testEvent(i)
				for _, r := range replaced {
					if r.Index == i {
						e = r
					}
				}
				if ctx.Err() != nil {
					yield(record.Event{}, ctx.Err())
					return
				}
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// few limits a property test of files to n cases, unless the flag of rapid asks
// for another number than its usual one. Such a test does not run in parallel.
func few(t *testing.T, n int) {
	t.Helper()
	checks := flag.Lookup("rapid.checks").Value
	usual := checks.String()
	if usual != "100" {
		return
	}
	if err := checks.Set(strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := checks.Set(usual); err != nil {
			t.Error(err)
		}
	})
}

func testKey(t testing.TB) Key {
	t.Helper()
	k, err := GenerateKey(testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// newLog creates an empty log.
func newLog(t testing.TB) (dir string, key Key) {
	t.Helper()
	dir, key = filepath.Join(t.TempDir(), "ledger"), testKey(t)
	if err := Create(dir, key); err != nil {
		t.Fatal(err)
	}
	return dir, key
}

// follow opens the log, lets it follow a record, and closes it.
func follow(t testing.TB, dir string, key Key, events Events, s Settings) uint64 {
	t.Helper()
	l, err := Open(t.Context(), dir, key, s)
	if err != nil {
		t.Fatal(err)
	}
	size, err := l.Follow(t.Context(), events, nil)
	if err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	return size
}

// recheck verifies the whole log of n test events in three ways: by Verify
// against the record, by Tessera's fsck, and by torchwood's client over HTTP.
func recheck(t testing.TB, dir string, key Key, n uint64) {
	t.Helper()
	report, err := Verify(t.Context(), dir, Options{Key: key.Public(), Events: testEvents(n)})
	if err != nil {
		t.Fatal(err)
	}
	if report.Entries != n || report.Compared != n || report.Ahead != 0 || report.Checkpoint.Size != n {
		t.Fatalf("log of %d entries: report %+v", n, report)
	}
	fsckLog(t, dir, key)
	server := httptest.NewServer(Handler(dir))
	defer server.Close()
	torchwoodLog(t, server.URL, key, n)
}

// fsckLog lets Tessera's own checker read the log's files.
func fsckLog(t testing.TB, dir string, key Key) {
	t.Helper()
	verifier, err := note.NewVerifier(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	hasher := func(bundle []byte) ([][]byte, error) {
		var b api.EntryBundle
		if err := b.UnmarshalText(bundle); err != nil {
			return nil, err
		}
		var out [][]byte
		for _, e := range b.Entries {
			out = append(out, rfc6962.DefaultHasher.HashLeaf(e))
		}
		return out, nil
	}
	if err := fsck.New(testOrigin, verifier, client.FileFetcher{Root: dir}, hasher, fsck.Opts{N: 2}).Check(t.Context()); err != nil {
		t.Fatalf("Tessera's fsck: %v", err)
	}
}

// torchwoodLog lets torchwood's client read the log over HTTP, and compares its
// entries with the test events.
func torchwoodLog(t testing.TB, base string, key Key, n uint64) {
	t.Helper()
	fetcher, err := torchwood.NewTileFetcher(base)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := fetcher.ReadEndpoint(t.Context(), "checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	policy, err := torchwood.ParsePolicy([]byte("log " + key.Public() + "\nquorum none\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := torchwood.VerifyCheckpoint(signed, policy)
	if err != nil {
		t.Fatal(err)
	}
	if uint64(c.N) != n {
		t.Fatalf("checkpoint of size %d, want %d", c.N, n)
	}
	tw, err := torchwood.NewClient(fetcher)
	if err != nil {
		t.Fatal(err)
	}
	next := uint64(0)
	for i, e := range tw.AllEntries(t.Context(), c.Tree, 0) {
		want, err := Entry(testEvent(uint64(i)))
		if err != nil {
			t.Fatal(err)
		}
		if uint64(i) != next || !bytes.Equal(e, want) {
			t.Fatalf("torchwood reads %q as entry %d, want %q as %d", e, i, want, next)
		}
		next++
	}
	if tw.Err() != nil || next != n {
		t.Fatalf("torchwood's client read %d of %d entries: %v", next, n, tw.Err())
	}
}

// tesseraClient reads one entry bundle of the log over HTTP with Tessera's client.
func tesseraClient(t testing.TB, base string) *client.HTTPFetcher {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	f, err := client.NewHTTPFetcher(u, http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// writeLog writes a log straight into files, without Tessera: for tests that
// need many logs or large ones. It is also a second statement of the layout.
func writeLog(t testing.TB, dir string, key Key, n uint64, entry func(i uint64) []byte) {
	t.Helper()
	write := func(path string, data []byte) {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	row := make([]byte, 0, 32*n) // the hashes of one level
	var bundle []byte
	for i := range n {
		e := entry(i)
		h := tlog.RecordHash(e)
		row = append(row, h[:]...)
		bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(e)))
		bundle = append(bundle, e...)
		if i%256 == 255 || i+1 == n {
			write(tilePath(-1, i/256, int(i%256+1)), bundle)
			bundle = bundle[:0]
		}
	}
	var tree tlog.Hash
	if n > 0 {
		f := frontier{}
		for i := range n {
			f.add(tlog.Hash(row[32*i:]))
		}
		tree = f.root()
	} else {
		tree = sha256.Sum256(nil)
	}
	for level := 0; len(row) > 0; level++ {
		var next []byte
		for i := 0; i < len(row); i += tileBytes {
			tile := row[i:min(len(row), i+tileBytes)]
			write(tilePath(level, uint64(i/tileBytes), len(tile)/32), tile)
			if len(tile) == tileBytes {
				h := subtreeRoot(bytes.Clone(tile))
				next = append(next, h[:]...)
			}
		}
		row = next
	}
	write(checkpointFile, signCheckpoint(t, key, n, tree))
	write(vkeyFile, []byte(key.Public()+"\n"))
}

func signCheckpoint(t testing.TB, key Key, n uint64, root tlog.Hash) []byte {
	t.Helper()
	signer, err := key.signer()
	if err != nil {
		t.Fatal(err)
	}
	c := torchwood.Checkpoint{Origin: key.Origin(), Tree: tlog.Tree{N: int64(n), Hash: root}}
	signed, err := note.Sign(&note.Note{Text: c.String()}, signer)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func testEntry(i uint64) []byte {
	e, err := Entry(testEvent(i))
	if err != nil {
		panic(err)
	}
	return e
}

// publicFiles lists the files of a log that the public can read, relative to it.
func publicFiles(t testing.TB, dir string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == stateDir {
			return fs.SkipDir
		}
		if !d.IsDir() {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func copyDir(t testing.TB, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// withEventError ends a record with an error.
func withEventError(events Events, at uint64, err error) Events {
	return func(ctx context.Context, from uint64) iter.Seq2[record.Event, error] {
		return func(yield func(record.Event, error) bool) {
			for e := range events(ctx, from) {
				if e.Index == at {
					yield(record.Event{}, err)
					return
				}
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}
