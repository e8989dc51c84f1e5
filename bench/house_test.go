package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
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

// BenchmarkPage asks for a mission's page as of a day, over loopback, and for
// the same bytes from nginx, with the same client.
func BenchmarkPage(b *testing.B) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		b.Skip("nginx is not installed: apt-get install nginx-light")
	}
	s := open(b, haiti(b))
	pages := site.New(s, site.Options{Today: func(string) when.Day { return today }})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: pages}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	ours := fmt.Sprintf("http://%s/en/missions/mss?as_of=2024-06-26", listener.Addr())
	body := fetch(b, ours)
	theirs := serveFile(b, nginx, body)
	for b.Loop() {
		load(b, ours, 200) // warm
		load(b, theirs, 200)
		mine, p99 := load(b, ours, 4000)
		peer, peer99 := load(b, theirs, 4000)
		b.ReportMetric(mine/peer, "×nginx")
		b.ReportMetric(mine, "pages/s")
		b.ReportMetric(p99, "ms-p99")
		b.ReportMetric(peer99, "ms-p99-nginx")
	}
	b.ReportMetric(0, "ns/op")
}

// serveFile starts nginx on a free port of loopback with one file.
func serveFile(b *testing.B, nginx string, body []byte) string {
	b.Helper()
	dir := b.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	conf := fmt.Sprintf(`daemon off; pid %[1]s/pid; error_log %[1]s/error.log; worker_processes 2;
events { worker_connections 256; }
http { access_log off; client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
 sendfile on; keepalive_requests 1000000; server { listen %[2]s; root %[1]s; } }`, dir, address)
	if err := os.WriteFile(filepath.Join(dir, "page.html"), body, 0o644); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(conf), 0o644); err != nil {
		b.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		b.Fatal(err)
	}
	_ = os.Chmod(dir, 0o755)
	cmd := exec.Command(nginx, "-c", filepath.Join(dir, "nginx.conf"), "-g", "user root;")
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() })
	for range 100 {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return "http://" + address + "/page.html"
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}}

func fetch(b *testing.B, address string) []byte {
	b.Helper()
	resp, err := client.Get(address)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %d %v", address, resp.StatusCode, err)
	}
	return body
}

// load asks n times, eight at once, and returns answers a second and the 99th
// percentile in milliseconds.
func load(b *testing.B, address string, n int) (rate, p99 float64) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 5*time.Minute)
	defer cancel()
	times := make([]time.Duration, n)
	var next atomic.Int64
	var done sync.WaitGroup
	start := time.Now()
	for range 8 {
		done.Go(func() {
			for i := next.Add(1) - 1; i < int64(n) && ctx.Err() == nil; i = next.Add(1) - 1 {
				begin := time.Now()
				resp, err := client.Get(address)
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				times[i] = time.Since(begin)
			}
		})
	}
	done.Wait()
	elapsed := time.Since(start)
	slices.Sort(times)
	return float64(n) / elapsed.Seconds(), float64(times[n*99/100].Microseconds()) / 1000
}
