package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/told"
	"temwen/when"
)

// manyCases is how many cases the desk is measured with: CASES in the environment, and
// a tenth and a hundredth of them, so that growth is seen.
func manyCases() []int {
	n := 20_000
	if given, err := strconv.Atoi(os.Getenv("CASES")); err == nil {
		n = given
	}
	return []int{n / 100, n / 10, n}
}

// looks is how often each page is asked for.
const looks = 200

// BenchmarkDesk is an office with very many cases, as those who work there meet it: the
// program as it is shipped serves them, over loopback, to officers who are signed in,
// on a night on which a tenth of all clocks runs out, and afterwards. Each size has its
// own store; the smallest is what growth is measured against.
func BenchmarkDesk(b *testing.B) {
	temwen := build(b)
	of := make(growths)
	for _, n := range manyCases() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			c := crowded(b, n)
			d := &desked{crowd: c, temwen: temwen, growths: of}
			b.Cleanup(func() {
				if d.server != nil {
					d.stop(b)
				}
			})
			b.Run("told", d.told) // else the server would look through all of the record while it is asked for pages
			b.Run("night", d.night)
			for _, p := range d.pages(b) {
				b.Run(p.name, func(b *testing.B) { d.look(b, p) })
			}
			b.Run("memory", d.memory)
			b.Run("start", d.start)
			b.Run("pass", d.pass)
			if n > mostCounted {
				return
			}
			b.Run("touches", func(b *testing.B) { d.command(b, "procedure", "touches", "../missions/haiti", "--dir", c.Dir) })
			b.Run("due", func(b *testing.B) { d.command(b, "office", "due", "--dir", c.Dir) })
		})
	}
}

// growths are what things cost with the fewest cases, by name.
type growths map[string]float64

// times is how many times as much a thing costs as with the fewest cases.
func (g growths) times(name string, cost float64) float64 {
	if _, ok := g[name]; !ok {
		g[name] = cost
	}
	return cost / g[name]
}

// build builds the program.
func build(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "temwen")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", path, "../cmd/temwen").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

// desked is a crowd at a desk.
type desked struct {
	*crowd
	growths
	temwen string
	server *server // while it runs
	marin  *client
	odile  *client
	frame  float64 // what a page costs that shows no case, in milliseconds
}

// server is the program as it serves a store.
type server struct {
	cmd                  *exec.Cmd
	said                 bytes.Buffer
	record, report, desk string
	after                time.Duration // until the first page was answered
}

var servedAt = regexp.MustCompile(`(http://[^ ]*)/\s*$`)

// serve starts the program, and waits until the desk answers.
func (d *desked) serve(b *testing.B) {
	b.Helper()
	s := &server{}
	s.cmd = exec.Command(d.temwen, "serve", "--dir", d.Dir, "--listen", "127.0.0.1:0", "--report-listen", "127.0.0.1:0", "--desk-listen", "127.0.0.1:0")
	s.cmd.Stderr = &s.said
	out, err := s.cmd.StdoutPipe()
	must(b, err)
	started := time.Now()
	must(b, s.cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "press") {
		at := servedAt.FindStringSubmatch(lines.Text())
		switch {
		case at == nil:
		case strings.Contains(lines.Text(), "public record"):
			s.record = at[1]
		case strings.Contains(lines.Text(), "reporter"):
			s.report = at[1]
		case strings.Contains(lines.Text(), "desk"):
			s.desk = at[1]
		}
	}
	if s.desk == "" || s.report == "" {
		b.Fatalf("the program does not serve: %s", s.said.String())
	}
	r, err := http.Get(s.desk + "/en/sign-in")
	must(b, err)
	must(b, r.Body.Close())
	s.after = time.Since(started)
	d.server = s
	d.marin, d.odile = d.signIn(b, d.Officers[0]), d.signIn(b, d.Officers[1])
}

// stop ends the program.
func (d *desked) stop(b *testing.B) {
	b.Helper()
	s := d.server
	d.server = nil
	must(b, s.cmd.Process.Signal(syscall.SIGTERM))
	if err := s.cmd.Wait(); err != nil {
		b.Fatalf("the program ended with %v, and said %s", err, s.said.String())
	}
}

// memoryOf is a line of what the system says of a process's memory, in MiB.
func memoryOf(b *testing.B, pid int, line string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if errors.Is(err, os.ErrNotExist) {
		b.Skip("the system does not tell what memory a process has")
	}
	must(b, err)
	found := regexp.MustCompile(line + `:\s+(\d+) kB`).FindSubmatch(text)
	if found == nil {
		b.Fatalf("the system says nothing of %s", line)
	}
	n, err := strconv.Atoi(string(found[1]))
	must(b, err)
	return float64(n) / 1024
}

// client is the browser of an officer.
type client struct {
	*http.Client
	home, token string
}

// signIn signs an officer in, with a passphrase and a code.
func (d *desked) signIn(b *testing.B, name string) *client {
	b.Helper()
	jar, err := cookiejar.New(nil)
	must(b, err)
	c := &client{&http.Client{Jar: jar}, d.server.desk, ""}
	code, err := totp.GenerateCode(secret, time.Now())
	must(b, err)
	said, err := json.Marshal(map[string]string{"name": name, "login": d.Logins[name], "code": code})
	must(b, err)
	r, err := c.Post(c.home+"/en/sign-in", "application/json", bytes.NewReader(said))
	must(b, err)
	defer r.Body.Close()
	var answer struct{ Token string }
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil || r.StatusCode != http.StatusOK {
		b.Fatalf("%s cannot sign in: %d (%v)", name, r.StatusCode, err)
	}
	c.token = answer.Token
	return c
}

// get asks for a page, which must say something, and returns it and how long it took.
func (c *client) get(b *testing.B, path, says string) ([]byte, time.Duration) {
	b.Helper()
	started := time.Now()
	r, err := c.Get(c.home + path)
	must(b, err)
	body, err := io.ReadAll(r.Body)
	took := time.Since(started)
	must(b, errors.Join(err, r.Body.Close()))
	if r.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(says)) {
		b.Fatalf("%s answers %d, and does not say %q: %.2000s", path, r.StatusCode, says, body)
	}
	return body, took
}

// p50 and p99 of some times, in milliseconds.
func percentiles(took []time.Duration) (p50, p99 float64) {
	if len(took) == 0 {
		return 0, 0
	}
	took = slices.Sorted(slices.Values(took))
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return ms(took[len(took)/2]), ms(took[len(took)*99/100])
}

// deskPage is a page of the desk.
type deskPage struct {
	name string
	says string
	of   *client
	path func(i int) string
}

// pages are what is asked for. Each is asked for anew, and most for another day, case
// or officer each time.
func (d *desked) pages(b *testing.B) []deskPage {
	b.Helper()
	d.serve(b)
	at := func(path string) func(int) string { return func(int) string { return path } }
	day := func(i int) when.Day { return d.today() + 1 + when.Day(i*37%years) }
	after := func(view string) func(int) string {
		return func(i int) string { return fmt.Sprintf("/en/cases?view=%s&after=%d.0", view, day(i)) }
	}
	feed := d.feed(b)
	pages := []deskPage{
		{"frame", "<main", d.marin, at("/en/me")},
		{"list", "/en/cases/", d.marin, after("open")},
		{"first", "/en/cases/", d.marin, at("/en/cases")},
		{"last", "<main", d.marin, func(i int) string { return fmt.Sprintf("/en/cases?after=%d.0", d.today()+years-when.Day(i%3)) }},
		{"mine", "/en/cases/", d.odile, after("mine")},
		{"own", "/en/cases/", d.odile, at("/en/cases")},
		{"closed", "/en/cases/", d.marin, at("/en/cases?view=closed")},
		{"away", "/en/cases/", d.marin, after("away")},
		{"board", "/en/cases/", d.marin, at("/en/board")},
		{"own-board", "/en/cases/", d.odile, at("/en/board")},
		{"month", "/en/cases/", d.marin, func(i int) string { return "/en/board?month=" + day(i).String()[:7] }},
		{"night-month", "/en/cases/", d.marin, func(int) string { return "/en/board?month=" + (d.today() - 1).String()[:7] }},
		{"feed", "BEGIN:VEVENT", d.marin, at(feed)},
		{"one", "State", d.marin, func(i int) string { return "/en/cases/" + caseID(i*7919%d.N) }},
		{"500-events", "State", d.marin, at("/en/cases/" + d.Long)},
		{"incidents", "/en/incidents/", d.marin, func(i int) string { return fmt.Sprintf("/en/incidents?before=%d", firstNumber+1+i*7919%d.N) }},
		{"incident", "Allegation", d.marin, func(i int) string { return fmt.Sprintf("/en/incidents/incident-%09d", i*7919%d.N) }},
		{"inbox", "/en/threads/", d.marin, at("/en/inbox")},
		{"erasure", "/en/cases/", d.marin, at("/en/due")},
		{"figures", "<main", d.marin, at("/en/conduct")},
	}
	if d.N <= mostCounted {
		pages = append(pages, deskPage{"edition", "<main", d.marin, at("/en/conduct/mss")})
	}
	return pages
}

// mostCounted is with how many cases that is measured which goes over all of them: the
// page of the next edition, and two commands. Its growth tells the rest.
const mostCounted = 100_000

var feedAt = regexp.MustCompile(`/en/calendar/[A-Za-z0-9_-]+`)

// feed is the address of the first officer's calendar, for a program.
func (d *desked) feed(b *testing.B) string {
	b.Helper()
	r, err := d.marin.PostForm(d.marin.home+"/en/board/calendar", map[string][]string{"token": {d.marin.token}})
	must(b, err)
	body, err := io.ReadAll(r.Body)
	must(b, errors.Join(err, r.Body.Close()))
	at := feedAt.Find(body)
	if at == nil {
		b.Fatalf("the board has no address of a calendar: %.3000s", body)
	}
	return string(at)
}

// look asks for a page many times.
func (d *desked) look(b *testing.B, p deskPage) {
	var took []time.Duration
	var size int
	for b.Loop() {
		started := time.Now()
		p.of.get(b, p.path(0), p.says)
		for i := range looks {
			body, t := p.of.get(b, p.path(i), p.says)
			took, size = append(took, t), len(body)
			if time.Since(started) > 10*time.Second {
				break // too slow to be asked for so often
			}
		}
	}
	p50, p99 := percentiles(took)
	if p.name == "frame" {
		d.frame = p50
	}
	b.ReportMetric(p50, "ms-p50")
	b.ReportMetric(p99, "ms-p99")
	b.ReportMetric(p50/d.frame, "×frame")
	b.ReportMetric(d.times(p.name, p50), "×growth")
	b.ReportMetric(float64(size)/1024, "KiB")
	b.ReportMetric(0, "ns/op")
}

// night starts the program on the day after very many clocks ran out, and asks for
// pages and sends reports until all of it is noted.
func (d *desked) night(b *testing.B) {
	for b.Loop() {
		d.serve(b)
		started := time.Now()
		db, err := sql.Open("sqlite", "file:"+filepath.Join(d.Dir, "record.db")+"?mode=ro&_pragma=busy_timeout(10000)")
		must(b, err)
		left := func() (n int) {
			must(b, db.QueryRowContext(b.Context(), `SELECT EXISTS (SELECT 1 FROM book_casework_step WHERE waits = 1 AND silent = 0 AND due < $1)`, int64(d.today())).Scan(&n))
			return n
		}
		var noted int
		must(b, db.QueryRowContext(b.Context(), `SELECT COUNT(*) FROM book_casework_step WHERE waits = 1 AND silent = 0 AND due < $1`, int64(d.today())).Scan(&noted))
		over := make(chan struct{})
		var pages, receipts []time.Duration
		var all sync.WaitGroup
		until := func(every time.Duration, do func(i int)) {
			all.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-over:
						return
					case <-time.After(every):
						do(i)
					}
				}
			})
		}
		until(20*time.Millisecond, func(i int) {
			_, t := d.marin.get(b, fmt.Sprintf("/en/cases?after=%d.0", d.today()+1+when.Day(i*37%years)), "<main")
			pages = append(pages, t)
		})
		until(100*time.Millisecond, func(int) { receipts = append(receipts, d.reports(b)) })
		for left() > 0 {
			time.Sleep(20 * time.Millisecond)
		}
		took := time.Since(started)
		close(over)
		all.Wait()
		must(b, db.Close())
		each := float64(took.Microseconds()) / float64(max(noted, 1))
		_, page := percentiles(pages)
		_, receipt := percentiles(receipts)
		b.ReportMetric(float64(noted), "steps")
		b.ReportMetric(took.Seconds(), "s-night")
		b.ReportMetric(d.times("night", each), "×linear")
		b.ReportMetric(page, "ms-p99-page")
		b.ReportMetric(receipt, "ms-p99-receipt")
		b.ReportMetric(float64(len(receipts)), "receipts")
		b.ReportMetric(float64(len(pages)), "pages")
		b.ReportMetric(0, "ns/op")
		d.stop(b)
	}
}

// reports sends a report as a browser does, and returns how long it took from sending
// it to the receipt. Sealing and work are the sender's.
func (d *desked) reports(b *testing.B) time.Duration {
	b.Helper()
	r, err := http.Get(d.server.report + "/key")
	must(b, err)
	key := new(reportKey)
	must(b, errors.Join(json.NewDecoder(r.Body).Decode(key), r.Body.Close()))
	p := key.parcel(b)
	head, err := p.Head.Encode()
	must(b, err)
	envelope, err := io.ReadAll(p.Envelope)
	must(b, err)
	started := time.Now()
	answer, err := http.Post(d.server.report+"/parcels", "application/vnd.temwen.parcel", bytes.NewReader(append(head, envelope...)))
	must(b, err)
	body, err := io.ReadAll(answer.Body)
	took := time.Since(started)
	must(b, errors.Join(err, answer.Body.Close()))
	if answer.StatusCode != http.StatusCreated {
		b.Fatalf("a report is answered with %d: %s", answer.StatusCode, body)
	}
	return took
}

// memory is what the server has after all of these pages.
func (d *desked) memory(b *testing.B) {
	for b.Loop() {
		peak := memoryOf(b, d.server.cmd.Process.Pid, "VmHWM")
		b.ReportMetric(peak, "MiB-peak")
		b.ReportMetric(d.times("memory", peak), "×growth")
		b.ReportMetric(0, "ns/op")
		d.stop(b)
	}
}

// start starts the program on a store in which nothing is left to do.
func (d *desked) start(b *testing.B) {
	for b.Loop() {
		d.serve(b)
		b.ReportMetric(d.server.after.Seconds(), "s-start")
		b.ReportMetric(d.times("start", d.server.after.Seconds()), "×growth")
		time.Sleep(3 * time.Second) // for what goes on after the start
		b.ReportMetric(memoryOf(b, d.server.cmd.Process.Pid, "VmHWM"), "MiB-peak")
		b.ReportMetric(memoryOf(b, d.server.cmd.Process.Pid, "VmRSS"), "MiB-resident")
		b.ReportMetric(0, "ns/op")
		d.stop(b)
	}
}

// pass makes the passes of the nights that follow.
func (d *desked) pass(b *testing.B) {
	for b.Loop() {
		s := d.open(b, books...)
		today := d.today()
		cases := casework.New(s, time.Now, func() when.Day { return today })
		var passed casework.Pass
		var longest time.Duration
		const nights = 10
		for range nights {
			today++
			started := time.Now()
			p, err := cases.Pass(b.Context())
			must(b, err)
			passed.Silences += p.Silences
			passed.Reminders += p.Reminders
			longest = max(longest, time.Since(started))
		}
		started := time.Now()
		_, err := cases.Pass(b.Context())
		must(b, err)
		idle := time.Since(started)
		b.ReportMetric(longest.Seconds(), "s-longest")
		b.ReportMetric(d.times("pass", longest.Seconds()), "×growth")
		b.ReportMetric(float64(passed.Silences+passed.Reminders)/nights, "noted/night")
		b.ReportMetric(float64(idle.Microseconds())/1000, "ms-nothing")
		b.ReportMetric(0, "ns/op")
		must(b, s.Close())
	}
}

// told tells everybody what happened, and begins anew.
func (d *desked) told(b *testing.B) {
	for b.Loop() {
		if err := os.Remove(filepath.Join(d.Dir, "told")); err != nil && !errors.Is(err, os.ErrNotExist) { // as if it was lost
			b.Fatal(err)
		}
		for _, unit := range []string{"s-first", "s-again"} {
			s := d.open(b, books...)
			in, err := intake.New(s, office.New(s, time.Now), intake.Options{Dir: filepath.Join(d.Dir, "sealed"), Now: time.Now})
			must(b, err)
			teller := told.New(s, in, casework.New(s, time.Now, d.today))
			started := time.Now()
			n, err := teller.Pass(b.Context())
			must(b, err)
			took := time.Since(started).Seconds()
			b.ReportMetric(took, unit)
			b.ReportMetric(d.times("told "+unit, took), "×growth-"+unit[2:])
			b.ReportMetric(float64(n), "told-"+unit[2:])
			must(b, errors.Join(in.Close(), s.Close()))
		}
		b.ReportMetric(0, "ns/op")
	}
}

// command runs a command to its end.
func (d *desked) command(b *testing.B, args ...string) {
	for b.Loop() {
		var out, said bytes.Buffer
		cmd := exec.CommandContext(b.Context(), d.temwen, args...)
		cmd.Stdout, cmd.Stderr = &out, &said
		started := time.Now()
		if err := cmd.Run(); err != nil {
			b.Fatalf("%v\n%s", err, said.String())
		}
		took := time.Since(started).Seconds()
		b.ReportMetric(took, "s-command")
		b.ReportMetric(d.times(strings.Join(args[:2], " "), took/float64(d.N)), "×linear")
		b.ReportMetric(float64(bytes.Count(out.Bytes(), []byte("\n"))), "lines")
		if used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			b.ReportMetric(float64(used.Maxrss)/1024, "MiB-peak")
		}
		b.ReportMetric(0, "ns/op")
	}
}
