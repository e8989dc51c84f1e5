package intake_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
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
// SQLite that commits rows of that size in groups of 64.
func BenchmarkReceive(b *testing.B) {
	d := newDesk(b)
	key, err := d.Key(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	sealed := envelope(b, d.office.epochs[0].Recipient(), "x")
	reply := newPerson(b, d).reply.Recipient().String()
	parcels := make([]*seal.Parcel, b.N)
	for i := range parcels {
		p := &seal.Parcel{
			Head:     seal.Head{V: 1, Kind: seal.ParcelReport, Office: key.Office, Epoch: 1, Reply: reply},
			Envelope: bytes.NewReader(sealed), Size: int64(len(sealed)),
		}
		rand.Read(p.Head.ID[:])
		rand.Read(p.Head.Lookup[:])
		parcels[i] = p
	}
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var done sync.WaitGroup
	before := heap()
	b.ResetTimer()
	for range atOnce {
		done.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					return
				}
				started := time.Now()
				// The work is the sender's cost: checking it is a hash.
				if _, err := d.ReceiveHere(context.Background(), parcels[i]); err != nil {
					b.Error(err)
				}
				took[i] = time.Since(started)
			}
		})
	}
	done.Wait()
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
	b.ReportMetric(float64(int64(heap())-int64(before))/(1<<20), "MiB-grown")
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
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
