package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"temwen/site"
	"temwen/when"
)

// aPage is a mission's page as of a day.
const aPage = "/en/missions/mss?as_of=2024-06-26"

// rounds is how often the two servers take turns: what else the machine does
// meets both.
const rounds = 5

// BenchmarkPage asks for a mission's page as of a day, over loopback, and for
// the same compressed bytes from nginx, which serves them as a file. The
// client is wrk with one thread and 16 connections that are kept; the servers
// take turns, each may use every core, and the medians of the rounds count.
// nginx is set as Debian sets it, without its access log.
func BenchmarkPage(b *testing.B) {
	wrk, nginx := tool(b, "wrk", "wrk"), tool(b, "nginx", "nginx-light")
	s := open(b, haiti(b))
	ours := serve(b, site.New(s, site.Options{Today: func(string) when.Day { return today }})) + aPage
	theirs := serveFile(b, nginx, compressedPage(b, ours))
	for _, address := range []string{ours, theirs} {
		load(b, wrk, address, time.Second) // warm
	}
	for b.Loop() {
		var mine, peer runs
		for range rounds {
			mine.add(load(b, wrk, ours, 3*time.Second))
			peer.add(load(b, wrk, theirs, 3*time.Second))
		}
		b.ReportMetric(median(mine.rate)/median(peer.rate), "×nginx")
		b.ReportMetric(median(mine.rate), "pages/s")
		b.ReportMetric(median(mine.p99), "ms-p99")
		b.ReportMetric(median(peer.p99), "ms-p99-nginx")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPageMade is the same page where it is in no cache, with one dossier
// and with fifty on record: a mission's page costs the same.
func BenchmarkPageMade(b *testing.B) {
	var each []float64
	for _, dossiers := range []int{1, 50} {
		b.Run(fmt.Sprint(dossiers), func(b *testing.B) {
			pages := site.New(manyMissions(b, dossiers), site.Options{Today: func(string) when.Day { return today }})
			get := func(n int) {
				r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, fmt.Sprintf("http://bench%s&n=%d", aPage, n), nil)
				if err != nil {
					b.Fatal(err)
				}
				w := &discarding{header: make(http.Header)}
				if pages.ServeHTTP(w, r); w.status != 0 && w.status != http.StatusOK {
					b.Fatalf("status %d", w.status)
				}
			}
			get(0) // the view of the day
			n := 0
			for b.Loop() {
				n++
				get(n)
			}
			each = append(each, b.Elapsed().Seconds()/float64(b.N))
			b.ReportMetric(1000*each[len(each)-1], "ms/page")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("growth", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(each[len(each)-1]/each[0], "×one")
		b.ReportMetric(0, "ns/op")
	})
}

// discarding is an answer that nobody reads.
type discarding struct {
	header http.Header
	status int
}

func (d *discarding) Header() http.Header         { return d.header }
func (d *discarding) WriteHeader(status int)      { d.status = status }
func (d *discarding) Write(b []byte) (int, error) { return len(b), nil }

// serve serves on a free port of loopback, and returns the address.
func serve(b *testing.B, h http.Handler) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}

// compressedPage is an answer as it comes over the wire.
func compressedPage(b *testing.B, address string) []byte {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Encoding") != "gzip" {
		b.Fatalf("%s: %d %v %v", address, resp.StatusCode, resp.Header, err)
	}
	if _, err := gzip.NewReader(bytes.NewReader(body)); err != nil {
		b.Fatal(err)
	}
	return body
}

// serveFile starts nginx on a free port of loopback with one compressed file.
func serveFile(b *testing.B, nginx string, compressed []byte) string {
	b.Helper()
	dir, err := os.MkdirTemp("", "temwen-bench-") // which nginx's user may read
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	conf := fmt.Sprintf(`daemon off; pid %[1]s/pid; error_log %[1]s/error.log; worker_processes auto;
events { worker_connections 256; }
http {
	client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
	types { text/html html; } charset utf-8;
	access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
	server { listen %[2]s; root %[1]s/www; gzip_static always; }
}`, dir, address)
	for name, data := range map[string][]byte{"nginx.conf": []byte(conf), "www/page.html.gz": compressed} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(nginx, "-c", filepath.Join(dir, "nginx.conf"))
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() })
	for range 250 {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	at := "http://" + address + "/page.html"
	if served := compressedPage(b, at); !bytes.Equal(served, compressed) {
		b.Fatalf("nginx serves %d bytes, not the %d of the page", len(served), len(compressed))
	}
	return at
}

// tool finds a program, or skips the benchmark.
func tool(b *testing.B, name, pkg string) string {
	b.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		b.Skipf("%s is not installed: apt-get install %s", name, pkg)
	}
	return path
}

// runs are several runs of wrk against one server.
type runs struct{ rate, p99 []float64 }

func (r *runs) add(rate, p99 float64) {
	r.rate, r.p99 = append(r.rate, rate), append(r.p99, p99)
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

var (
	ratePrinted = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	p99Printed  = regexp.MustCompile(`99%\s+([\d.]+)(us|ms|s)`)
	badPrinted  = regexp.MustCompile(`Non-2xx[^\n]*|Socket errors[^\n]*`)
)

// load has wrk ask for an address, and returns answers a second and the 99th
// percentile of their time in milliseconds.
func load(b *testing.B, wrk, address string, d time.Duration) (rate, p99 float64) {
	b.Helper()
	out, err := exec.CommandContext(b.Context(), wrk, "-t1", "-c16", "--latency", "-d"+d.String(),
		"-H", "Accept-Encoding: gzip", address).CombinedOutput()
	if err != nil || badPrinted.Match(out) {
		b.Fatalf("wrk %s: %v\n%s", address, err, out)
	}
	r, t := ratePrinted.FindSubmatch(out), p99Printed.FindSubmatch(out)
	if r == nil || t == nil {
		b.Fatalf("wrk prints neither a rate nor a percentile:\n%s", out)
	}
	rate, _ = strconv.ParseFloat(string(r[1]), 64)
	p99, _ = strconv.ParseFloat(string(t[1]), 64)
	return rate, p99 * map[string]float64{"us": 0.001, "ms": 1, "s": 1000}[string(t[2])]
}
