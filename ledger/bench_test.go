package ledger

import (
	"context"
	"crypto/sha256"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"

	"temwen/record"
)

// The two costs the ledger promises, as ratios:
//
//	go test -run '^$' -bench . -benchtime 3x ./ledger
//
// BenchmarkVerify checks a log of LEDGER_ENTRIES entries (100,000 by default;
// the promise is for 1,000,000) and reports how many times as long that takes as
// hashing the same bytes, in memory, by one goroutine with crypto/sha256: 3 at
// most. BenchmarkAppend reports the speed of Follow as a part of that of Tessera
// alone with the same settings: 0.8 at least.

func benchEntries(b *testing.B) uint64 {
	n, err := strconv.ParseUint(os.Getenv("LEDGER_ENTRIES"), 10, 64)
	if err != nil {
		return 100_000
	}
	return n
}

func BenchmarkVerify(b *testing.B) {
	n := benchEntries(b)
	dir, key := filepath.Join(b.TempDir(), "ledger"), testKey(b)
	writeLog(b, dir, key, n, testEntry)
	var verify, plain time.Duration
	var size uint64
	b.ResetTimer()
	for b.Loop() {
		start := time.Now()
		r, err := Verify(b.Context(), dir, Options{Key: key.Public()})
		if err != nil || r.Entries != n {
			b.Fatalf("verified %d of %d entries: %v", r.Entries, n, err)
		}
		verify += time.Since(start)
		size = r.Bytes
		plain += hashPlain(b, dir, n)
	}
	b.ReportMetric(float64(size)/float64(n), "bytes/entry")
	b.ReportMetric(verify.Seconds()/plain.Seconds(), "×sha256")
	b.ReportMetric(float64(n)*float64(b.N)/verify.Seconds(), "entries/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkVerifyReceipts reports what a thousand promises that are to be found
// add to a verification, as a ratio to one without.
func BenchmarkVerifyReceipts(b *testing.B) {
	n := benchEntries(b)
	dir, key := filepath.Join(b.TempDir(), "ledger"), testKey(b)
	writeLog(b, dir, key, n, testEntry)
	with := Options{Key: key.Public()}
	for i := range uint64(1000) {
		e := testEvent(i * n / 1000)
		signed, err := key.Promise(e, e.Time)
		if err != nil {
			b.Fatal(err)
		}
		f := ReceiptFile{Key: key.Public(), Salt: e.Salt, Private: e.Private, Promise: signed}
		with.Receipts = append(with.Receipts, NamedReceipt{Data: f.Marshal()})
	}
	var spent [2]time.Duration
	for b.Loop() {
		for i, o := range []Options{{Key: key.Public()}, with} {
			start := time.Now()
			r, err := Verify(b.Context(), dir, o)
			if err != nil || r.Receipts != len(o.Receipts) {
				b.Fatalf("found %d of %d: %v", r.Receipts, len(o.Receipts), err)
			}
			spent[i] += time.Since(start)
		}
	}
	b.ReportMetric(spent[1].Seconds()/spent[0].Seconds(), "×without")
	b.ReportMetric(0, "ns/op")
}

// hashPlain returns the time that hashing all bundles takes, without the time
// to read them.
func hashPlain(b *testing.B, dir string, n uint64) (spent time.Duration) {
	var buf []byte
	var err error
	h := sha256.New()
	for i := range (n + tileWidth - 1) / tileWidth {
		buf, err = folder(dir).read(b.Context(), tilePath(entriesLevel, i, int(min(tileWidth, n-i*tileWidth))), buf, maxBundle)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		h.Write(buf)
		spent += time.Since(start)
	}
	h.Sum(nil)
	return spent
}

func BenchmarkAppend(b *testing.B) {
	const n = 20_000
	var events []record.Event
	for i := range uint64(n) {
		events = append(events, testEvent(i))
	}
	var ours, raw time.Duration
	for b.Loop() {
		ours += appendOurs(b, events)
		raw += appendRaw(b, events)
	}
	b.ReportMetric(raw.Seconds()/ours.Seconds(), "×tessera")
	b.ReportMetric(n*float64(b.N)/ours.Seconds(), "entries/s")
	b.ReportMetric(0, "ns/op")
}

// appendOurs includes making the entries from their events.
func appendOurs(b *testing.B, list []record.Event) time.Duration {
	dir, key := newLog(b)
	l, err := Open(b.Context(), dir, key, Settings{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	start := time.Now()
	var spent time.Duration
	events := func(_ context.Context, from uint64) iter.Seq2[record.Event, error] {
		return func(yield func(record.Event, error) bool) {
			for _, e := range list[from:] {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
	if _, err := l.Follow(b.Context(), events, func(size uint64) {
		if size == uint64(len(list)) { // integrated; publication takes what the interval says
			spent = time.Since(start)
		}
	}); err != nil {
		b.Fatal(err)
	}
	return spent
}

// appendRaw appends the same entries with Tessera alone, as its own examples do.
func appendRaw(b *testing.B, list []record.Event) time.Duration {
	quietTessera()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	signer, err := testKey(b).signer()
	if err != nil {
		b.Fatal(err)
	}
	s := Settings{}.withDefaults()
	driver, err := posix.New(ctx, posix.Config{Path: filepath.Join(b.TempDir(), "raw")})
	if err != nil {
		b.Fatal(err)
	}
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithBatching(s.Batch, s.BatchAge).
		WithCheckpointInterval(s.Interval).
		WithCheckpointRepublishInterval(0).
		WithGarbageCollectionInterval(s.Collect))
	if err != nil {
		b.Fatal(err)
	}
	entries := make([][]byte, len(list))
	for i, e := range list {
		if entries[i], err = Entry(e); err != nil {
			b.Fatal(err)
		}
	}
	start := time.Now()
	futures := make([]tessera.IndexFuture, len(entries))
	for i, e := range entries {
		futures[i] = appender.Add(ctx, tessera.NewEntry(e))
	}
	for _, f := range futures {
		if _, err := f(); err != nil {
			b.Fatal(err)
		}
	}
	spent := time.Since(start)
	if err := shutdown(ctx); err != nil {
		b.Fatal(err)
	}
	return spent
}

// BenchmarkScan is the check of one entry's form, without its hash.
func BenchmarkScan(b *testing.B) {
	var entries [][]byte
	size := 0
	for i := range uint64(1000) {
		entries = append(entries, testEntry(i))
		size += len(entries[i])
	}
	b.SetBytes(int64(size / len(entries)))
	i := uint64(0)
	for b.Loop() {
		if _, err := scanEntry(entries[i], i); err != nil {
			b.Fatal(err)
		}
		i = (i + 1) % uint64(len(entries))
	}
}
