package seal

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"
	"testing"
)

// BenchmarkSeal seals a report of 2 KB and of 8 KB, and one with a file of 50 MB,
// streaming:
//
//	go test -run '^$' -bench Seal ./seal
//
// Of the last it also reports the most memory that was in use at once, in bytes,
// beyond that at the start, as seen at every chunk.
func BenchmarkSeal(b *testing.B) {
	for _, size := range []int64{2 << 10, 8 << 10} {
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) { benchSeal(b, size, io.Discard) })
	}
	b.Run("50MB", func(b *testing.B) {
		peak := newPeak()
		benchSeal(b, 50<<20, peak)
		b.ReportMetric(float64(peak.most), "peak-B")
	})
}

func benchSeal(b *testing.B, size int64, w io.Writer) {
	to := testIdentity(b, "office").Recipient()
	r := testReport()
	sum := sha256.New()
	if _, err := io.CopyN(sum, zeros{}, size); err != nil {
		b.Fatal(err)
	}
	r.Files = []File{{Member: FileMember(1), Name: "a", Type: "video/mp4", Size: size, SHA256: Hash(sum.Sum(nil))}}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if err := SealDocument(w, to, Document{Report: r}, io.LimitReader(zeros{}, size)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens what BenchmarkSeal seals.
func BenchmarkOpen(b *testing.B) {
	office := testIdentity(b, "office")
	for _, size := range []int{2 << 10, 50 << 20} {
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) {
			file := make([]byte, size)
			envelope := seal(b, office, Document{Report: testReport(file)}, file)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := open(bytes.NewReader(envelope), office); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCheck is what a server does to every parcel it is sent.
func BenchmarkCheck(b *testing.B) {
	parcel := testParcel(b, testHead(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadParcel(bytes.NewReader(parcel), int64(len(parcel))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkKeys is what a code costs who guesses it.
func BenchmarkKeys(b *testing.B) {
	c := NewCode()
	for b.Loop() {
		if _, err := c.Keys(ID{1}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSealingKeepsMemoryFlat: a file eight times as long takes no more memory.
func TestSealingKeepsMemoryFlat(t *testing.T) {
	to := testIdentity(t, "office").Recipient()
	most := func(size int64) uint64 {
		peak := newPeak()
		err := Seal(peak, to, Member{ReportMember, 2, bytes.NewReader([]byte("{}"))}, Member{FileMember(1), size, io.LimitReader(zeros{}, size)})
		if err != nil {
			t.Fatal(err)
		}
		return peak.most
	}
	small, large := most(4<<20), most(32<<20)
	if large > 2*small+1<<20 {
		t.Errorf("4 MB take %d bytes of memory, 32 MB take %d", small, large)
	}
}

// peak is a writer that looks at the memory in use, after collecting garbage, at
// every 64th write, and keeps the most.
type peak struct {
	start, most uint64
	writes      int
}

func newPeak() *peak {
	return &peak{start: inUse()}
}

func (p *peak) Write(b []byte) (int, error) {
	if p.writes++; p.writes%64 == 0 {
		if now := inUse(); now > p.start {
			p.most = max(p.most, now-p.start)
		}
	}
	return len(b), nil
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
