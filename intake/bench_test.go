package intake_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"temwen/intake"
	"temwen/seal"
)

const atOnce = 64 // reports that are on their way at any moment

// BenchmarkReceive takes reports of 8 KB, 64 at once, each on disk and on the
// record before it is acknowledged, beside the disk's own syncs and beside plain
// SQLite that commits rows of that size in groups of 64. The memory when half and
// all of them came is told as multiples of that when a tenth had come: 1 is flat.
func BenchmarkReceive(b *testing.B) {
	d := newDesk(b)
	key, err := d.Key(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	sealed := envelope(b, d.office.epochs[0].Recipient(), "x")
	reply := newPerson(b, d).reply.Recipient().String()
	parcel := func() *seal.Parcel {
		p := &seal.Parcel{
			Head:     seal.Head{V: 1, Kind: seal.ParcelReport, Office: key.Office, Epoch: 1, Reply: reply},
			Envelope: bytes.NewReader(sealed), Size: int64(len(sealed)),
		}
		rand.Read(p.Head.ID[:])
		rand.Read(p.Head.Lookup[:])
		return p
	}
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	upTo := func(n int) {
		var done sync.WaitGroup
		for range atOnce {
			done.Go(func() {
				for {
					i := int(next.Add(1)) - 1
					if i >= n {
						return
					}
					p, started := parcel(), time.Now()
					// The work is the sender's cost: checking it is a hash.
					if _, err := d.ReceiveHere(context.Background(), p); err != nil {
						b.Error(err)
					}
					took[i] = time.Since(started)
				}
			})
		}
		done.Wait()
		next.Store(int64(n))
	}
	b.ResetTimer()
	var used [3]memory
	for i, n := range []int{b.N / 10, b.N / 2, b.N} {
		upTo(n)
		b.StopTimer()
		used[i] = memoryNow(b)
		b.StartTimer()
	}
	b.StopTimer()
	rate := float64(b.N) / b.Elapsed().Seconds()
	page, err := d.Threads(b.Context(), intake.Query{View: intake.Open})
	if err != nil || page.Counts[intake.Open] != b.N {
		b.Fatalf("of %d reports %v are there (%v)", b.N, page.Counts, err)
	}
	slices.Sort(took)
	syncs, group := syncRate(b), groupRate(b, len(sealed))
	b.ReportMetric(rate, "reports/s")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(syncs, "fsyncs/s")
	b.ReportMetric(group, "sqlite-rows/s")
	b.ReportMetric(rate/group, "×sqlite")
	b.ReportMetric(used[0].heap, "MiB-heap-at-10%")
	b.ReportMetric(used[1].heap/used[0].heap, "×heap-at-50%")
	b.ReportMetric(used[2].heap/used[0].heap, "×heap-at-100%")
	if used[0].resident > 0 {
		b.ReportMetric(used[0].resident, "MiB-rss-at-10%")
		b.ReportMetric(used[1].resident/used[0].resident, "×rss-at-50%")
		b.ReportMetric(used[2].resident/used[0].resident, "×rss-at-100%")
	}
}

// memory is what the process uses, in MiB; resident is 0 where the system does not
// tell it.
type memory struct{ heap, resident float64 }

func memoryNow(b *testing.B) memory {
	debug.FreeOSMemory() // what is free is no matter of this
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	used := memory{heap: float64(m.HeapAlloc) / (1 << 20)}
	if status, err := os.ReadFile("/proc/self/statm"); err == nil {
		var size, pages float64
		if _, err := fmt.Sscan(string(status), &size, &pages); err != nil {
			b.Fatal(err)
		}
		used.resident = pages * float64(os.Getpagesize()) / (1 << 20)
	}
	return used
}

// syncRate is how often a second the disk syncs one more page.
func syncRate(b *testing.B) float64 {
	f, err := os.Create(filepath.Join(b.TempDir(), "f"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	n, started := 0, time.Now()
	for ; time.Since(started) < 500*time.Millisecond; n++ {
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(started).Seconds()
}

// groupRate is how many rows of a size plain SQLite takes a second, in
// transactions of atOnce rows, each synced.
func groupRate(b *testing.B, size int) float64 {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "plain.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(b.Context(), `CREATE TABLE t (id INTEGER PRIMARY KEY, bytes BLOB)`); err != nil {
		b.Fatal(err)
	}
	row := make([]byte, size)
	n, started := 0, time.Now()
	for ; time.Since(started) < time.Second; n += atOnce {
		tx, err := db.BeginTx(b.Context(), nil)
		if err != nil {
			b.Fatal(err)
		}
		for range atOnce {
			if _, err := tx.ExecContext(b.Context(), `INSERT INTO t (bytes) VALUES (?)`, row); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(started).Seconds()
}
