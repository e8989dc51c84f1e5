package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"temwen/dossier"
	"temwen/publish"
	"temwen/site"
	"temwen/store"
	"temwen/when"
)

var today = when.MustParse("2026-11-23").First()

func haiti(b *testing.B) *dossier.Dossier {
	b.Helper()
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// open is a fresh store with a dossier in it.
func open(b *testing.B, d *dossier.Dossier) *store.Store {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "store")
	if err := store.Create(b.Context(), dir, store.Options{Origin: "temwen.local/bench"}); err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(b.Context(), dir, store.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if d != nil {
		if _, err := s.Import(b.Context(), d, time.Unix(1.7e9, 0), store.Progress{}); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// BenchmarkBrief is a brief from a loaded dossier, the view included.
func BenchmarkBrief(b *testing.B) {
	d := haiti(b)
	for b.Loop() {
		if _, err := publish.See(d, publish.On(today)).Brief("mss"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/brief")
	b.ReportMetric(0, "ns/op")
}

// generated is a dossier of n statements, each with a source.
func generated(b *testing.B, n int) *dossier.Dossier {
	b.Helper()
	dir := b.TempDir()
	write := func(name string, head string, count int, line func(w io.Writer, i int)) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		_, _ = io.WriteString(f, head)
		for i := range count {
			line(f, i)
		}
	}
	write("dossier.yaml", `dossier: {id: made, title: Made up, time_zone: UTC}
actors: [{id: a, kind: state, name: A}]
matters: [{id: m, title: Is it so?}]
missions: [{id: made-mission, name: Made up, short: MADE, sources: [s-0]}]
`, 0, nil)
	const perFile = 5000
	for k := 0; k*perFile < n/2; k++ {
		count := min(perFile, n/2-k*perFile)
		write(fmt.Sprintf("sources-%d.yaml", k), "sources:\n", count, func(w io.Writer, i int) {
			i += k * perFile
			fmt.Fprintf(w, "  - {id: s-%d, title: A source made up number %d, publisher: P, published: 2024-06-01, language: en, address: \"https://example.org/%d\", read: full}\n", i, i, i)
		})
		write(fmt.Sprintf("statements-%d.yaml", k), "statements:\n", count, func(w io.Writer, i int) {
			i += k * perFile
			fmt.Fprintf(w, "  - {id: t-%d, mission: made-mission, date: 2024-05-01, by: a, matter: m, says: It is so for the time number %d, sources: [s-%d]}\n", i, i, i)
		})
	}
	d, err := dossier.Load(os.DirFS(dir), dossier.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// BenchmarkImport imports 100,000 facts: loading, record and ledger.
func BenchmarkImport(b *testing.B) {
	const facts = 100_000
	stop := make(chan struct{})
	var peak atomic.Uint64
	go func() {
		var m runtime.MemStats
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapInuse))
			}
		}
	}()
	defer close(stop)
	for b.Loop() {
		d := generated(b, facts)
		s := open(b, nil)
		done, err := s.Import(b.Context(), d, time.Unix(1.7e9, 0), store.Progress{})
		if err != nil || done.Facts < facts {
			b.Fatalf("imported %d facts: %v", done.Facts, err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/import")
	b.ReportMetric(float64(peak.Load())/(1<<20), "MiB-peak")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPublish writes the static edition, without the disk.
func BenchmarkPublish(b *testing.B) {
	s := open(b, haiti(b))
	var files int
	for b.Loop() {
		w, err := site.Static(b.Context(), s, today, func(string, []byte) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		files = w.Files
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/edition")
	b.ReportMetric(float64(files), "files")
	b.ReportMetric(0, "ns/op")
}
