// Command bench runs the benchmarks that stand behind the costs this project
// promises, and prints each beside its bound:
//
//	go run ./bench            all of them, some minutes
//	go run ./bench -only verify
//
// It must never be a test: machines are noisy, and a number that misses its
// bound here is a thing to look at, not a failure. The benchmarks themselves are
// Go benchmarks in the packages they measure, and in this one. Start with costs.
package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
)

// cost is one promise: a metric of a benchmark, and its bound.
type cost struct {
	name    string // for -only
	what    string
	pkg     string
	bench   string // pattern of the benchmark
	test    string // pattern of a test that logs the metric, instead of a benchmark
	line    string // beginning of the benchmark's line
	metric  string // unit in the line
	bound   float64
	atLeast bool // the bound is from below
	env     []string
	args    []string
}

// costs are the promises, each with the peer or limit it is measured against.
var costs = []cost{
	{
		name: "statuses", what: "status of one obligation of 1,000,000, on one core", pkg: "./clock", bench: "Status",
		line: "BenchmarkStatus/1000000", metric: "ns/obligation", bound: 1000, args: []string{"-benchtime=3x"},
	},
	{
		name: "statuses-small", what: "the same of 10,000: growth is linear", pkg: "./clock", bench: "Status",
		line: "BenchmarkStatus/10000", metric: "ns/obligation", bound: 1000, args: []string{"-benchtime=3x"},
	},
	{
		name: "brief", what: "brief of the Haiti dossier, loaded", pkg: "./bench", bench: "Brief",
		line: "BenchmarkBrief", metric: "ms/brief", bound: 50,
	},
	{
		name: "append", what: "entries a second, against Tessera alone", pkg: "./ledger", bench: "Append",
		line: "BenchmarkAppend", metric: "×tessera", bound: 0.8, atLeast: true, args: []string{"-benchtime=3x"},
	},
	{
		name: "verify", what: "time to verify 1,000,000 entries, against plain SHA-256 of the same bytes", pkg: "./ledger",
		bench: "Verify", line: "BenchmarkVerify", metric: "×sha256", bound: 3, args: []string{"-benchtime=2x"},
		env: []string{"LEDGER_ENTRIES=1000000"},
	},
	{
		name: "conduct", what: "tables of conduct made again from a record of 1,000,000 events, each read and checked", pkg: "./conduct", bench: "Recount",
		line: "BenchmarkRecount/1000000", metric: "s/recount", bound: 10, args: []string{"-benchtime=3x"},
	},
	{
		name: "conduct-linear", what: "the same, for each event, against 100,000: growth is linear", pkg: "./conduct", bench: "Recount",
		line: "BenchmarkRecount/1000000", metric: "×linear", bound: 1.5, args: []string{"-benchtime=3x"},
	},
	{
		name: "import", what: "import of 100,000 facts, record and ledger", pkg: "./bench", bench: "Import",
		line: "BenchmarkImport", metric: "s/import", bound: 60, args: []string{"-benchtime=1x"},
	},
	{
		name: "import-memory", what: "heap at its highest during that import", pkg: "./bench", bench: "Import",
		line: "BenchmarkImport", metric: "MiB-peak", bound: 1024, args: []string{"-benchtime=1x"},
	},
	{
		name: "publish", what: "static edition of the Haiti record, all languages", pkg: "./bench", bench: "Publish",
		line: "BenchmarkPublish", metric: "s/edition", bound: 5, args: []string{"-benchtime=2x"},
	},
	{
		name: "page", what: "a mission's page as of a day, against nginx with the same bytes", pkg: "./bench", bench: "Page",
		line: "BenchmarkPage", metric: "×nginx", bound: 0.5, atLeast: true, args: []string{"-benchtime=1x"},
	},
	{
		name: "page-p99", what: "99 of 100 of these answers come within", pkg: "./bench", bench: "Page",
		line: "BenchmarkPage", metric: "ms-p99", bound: 10, args: []string{"-benchtime=1x"},
	},
	{
		name: "page-made", what: "the same page made anew: with 50 dossiers on record, against one", pkg: "./bench", bench: "PageMade",
		line: "BenchmarkPageMade/growth", metric: "×one", bound: 1.25, args: []string{"-benchtime=100x"},
	},
	{
		name: "visit-bytes", what: "a first visit to the heaviest page in Chromium, over the wire with all it loads", pkg: "./site",
		test: "TestInChromium/a_first_visit", line: "FirstVisit", metric: "bytes-most", bound: 50 * 1024,
	},
	{
		name: "visit-requests", what: "requests of a first visit, at most", pkg: "./site",
		test: "TestInChromium/a_first_visit", line: "FirstVisit", metric: "requests-most", bound: 4,
	},
	{
		name: "form-weight", what: "first visit to the form with sealing, over the wire, cold", pkg: "./bench", bench: "Form",
		line: "BenchmarkForm", metric: "KB", bound: 60, args: []string{"-benchtime=1x"},
	},
	{
		name: "form-requests", what: "requests of that visit", pkg: "./bench", bench: "Form",
		line: "BenchmarkForm", metric: "requests", bound: 5, args: []string{"-benchtime=1x"},
	},
	{
		name: "form-usable", what: "until the script has taken the form over, at 400 kbit/s and 400 ms, CPU slowed six times", pkg: "./bench",
		bench: "Form", line: "BenchmarkForm", metric: "s-usable", bound: 3, args: []string{"-benchtime=1x"},
	},
	{
		name: "form-sealed", what: "from the button to the code: sealing 2 KB, CPU slowed six times, after writing", pkg: "./bench",
		bench: "Form", line: "BenchmarkForm", metric: "ms-sealed", bound: 500, args: []string{"-benchtime=1x"},
	},
	{
		name: "form-at-once", what: "the same where nothing could be prepared while writing", pkg: "./bench",
		bench: "Form", line: "BenchmarkForm", metric: "ms-sealed-at-once", bound: 500, args: []string{"-benchtime=1x"},
	},
	{
		name: "search", what: "99 of 100 searches over 1,000,000 facts, with and without typing errors, come within", pkg: "./search",
		bench: "Million", line: "BenchmarkMillion/all", metric: "p99-ms", bound: 50, args: []string{"-benchtime=1000x"},
	},
	{
		name: "search-cpu", what: "of this, a processor worked at most; the rest is waiting for one", pkg: "./search",
		bench: "Million", line: "BenchmarkMillion/all", metric: "p99-cpu-ms", bound: 50, args: []string{"-benchtime=1000x"},
	},
	{
		name: "receive", what: "sealed reports of 8 KB taken a second, 64 at once, each on disk and on the record before it is acknowledged",
		pkg: "./intake", bench: "Receive", line: "BenchmarkReceive", metric: "reports/s", bound: 1000, atLeast: true, args: []string{"-benchtime=100000x"},
	},
	{
		name: "receive-p99", what: "99 of 100 of these are acknowledged within", pkg: "./intake", bench: "Receive",
		line: "BenchmarkReceive", metric: "ms-p99", bound: 250, args: []string{"-benchtime=100000x"},
	},
	{
		name: "receive-memory", what: "heap after 100,000 of them, against after 10,000", pkg: "./intake", bench: "Receive",
		line: "BenchmarkReceive", metric: "×heap-at-100%", bound: 1.25, args: []string{"-benchtime=100000x"},
	},
	{
		name: "receive-syncs", what: "syncs of one page a second that the disk does meanwhile, for comparison", pkg: "./intake", bench: "Receive",
		line: "BenchmarkReceive", metric: "fsyncs/s", bound: 0, atLeast: true, args: []string{"-benchtime=100000x"},
	},
	{
		name: "receive-sqlite", what: "the same rate against plain SQLite that commits rows of that size in groups of 64", pkg: "./intake",
		bench: "Receive", line: "BenchmarkReceive", metric: "×sqlite", bound: 0, atLeast: true, args: []string{"-benchtime=100000x"},
	},
}

// desk is a promise about the desk of an office with 1,000,000 cases. Where the bound is
// 0 the number is for comparison.
func desk(name, what, line, metric string, bound float64) cost {
	return cost{
		name: name, what: what, pkg: "./bench", bench: "Desk", line: "BenchmarkDesk/1000000/" + line, metric: metric, bound: bound, atLeast: bound == 0,
		args: []string{"-benchtime=1x"}, env: []string{"CASES=1000000"},
	}
}

// tenth is the same with 100,000 cases, for what goes over all of them.
func tenth(name, what, line, metric string, bound float64) cost {
	c := desk(name, what, line, metric, bound)
	c.line = "BenchmarkDesk/100000/" + line
	return c
}

// desks are those about it.
var desks = []cost{
	desk("cases-list", "99 of 100 pages of the list of 1,000,000 cases come within, over HTTP from the program itself", "list", "ms-p99", 50),
	desk("cases-list-growth", "half of them, against the same with 10,000 cases", "list", "×growth", 2),
	desk("cases-first", "its first page", "first", "ms-p99", 50),
	desk("cases-last", "its last pages", "last", "ms-p99", 50),
	desk("cases-own", "the list of an investigator, who sees no more than their own", "own", "ms-p99", 50),
	desk("cases-closed", "the list of closed cases", "closed", "ms-p99", 50),
	desk("cases-board", "what falls due across them, and the month, on the night after 100,000 clocks ran out", "board", "ms-p99", 50),
	desk("cases-board-growth", "half of them, against 10,000 cases: the lists are full from there on", "board", "×growth", 2),
	desk("cases-own-board", "the same of an investigator", "own-board", "ms-p99", 50),
	desk("cases-month", "a month of the calendar", "month", "ms-p99", 50),
	desk("cases-month-growth", "half of them, against 10,000 cases: its days are full from there on", "month", "×growth", 3),
	desk("cases-night-month", "the month of that night", "night-month", "ms-p99", 50),
	desk("cases-feed", "the calendar as a program fetches it, 1,000 steps", "feed", "ms-p99", 50),
	desk("cases-feed-growth", "half of them, against 10,000 cases", "feed", "×growth", 3),
	desk("cases-one", "a case with ten events", "one", "ms-p99", 50),
	desk("cases-500", "half of the times a case with 500 events is opened within, with all that its page shows", "500-events", "ms-p50", 30),
	desk("cases-500-p99", "99 of 100 times", "500-events", "ms-p99", 50),
	desk("cases-incidents", "a page of 1,000,000 incidents", "incidents", "ms-p99", 50),
	desk("cases-incident", "an incident", "incident", "ms-p99", 50),
	desk("cases-erasure", "what is due for erasure, where 50,000 cases are", "erasure", "ms-p99", 50),
	desk("cases-figures", "figures of conduct, the publisher's first page", "figures", "ms-p99", 50),
	desk("cases-night", "the longest of ten nightly passes over all clocks, each silence and reminder on the record", "pass", "s-longest", 5),
	desk("cases-bad-night", "a pass on which 110,000 clocks have run out at once, for each step against one with a tenth of them", "night", "×linear", 1.5),
	desk("cases-bad-time", "how long that pass takes in all, for comparison", "night", "s-night", 0),
	desk("cases-bad-page", "99 of 100 pages meanwhile", "night", "ms-p99-page", 250),
	desk("cases-bad-receipt", "99 of 100 receipts of reports meanwhile", "night", "ms-p99-receipt", 250),
	desk("cases-memory", "the server at its highest, after all of these pages and that night", "memory", "MiB-peak", 1024),
	desk("cases-start", "from starting the program until the desk answers, with 10,000,000 events", "start", "s-start", 10),
	desk("cases-start-memory", "its memory then", "start", "MiB-resident", 512),
	desk("cases-told", "looking for what people are to be told, after a restart", "told", "s-again", 1),
	desk("cases-told-first", "the same where it is not known how far they were told: once, beside everything else", "told", "s-first", 0),
	tenth("cases-touches", "which of 100,000 cases a changed procedure touches: 75,000", "touches", "s-command", 0),
	tenth("cases-touches-growth", "the same, for each case, against 10,000", "touches", "×linear", 1.5),
	tenth("cases-due", "the dry run of erasing those of 100,000 cases that are due, some 17,000", "due", "s-command", 0),
	tenth("cases-due-growth", "the same, for each case, against 10,000", "due", "×linear", 1.5),
	tenth("cases-edition", "the publisher's page of the next edition, for which 1,000,000 events are counted", "edition", "ms-p50", 10000),
}

func main() {
	only := flag.String("only", "", "run those whose name begins so")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	fmt.Printf("%s %s/%s, %d cores\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	ran := make(map[string]string) // output by command
	for _, c := range append(costs, desks...) {
		if !strings.HasPrefix(c.name, *only) {
			continue
		}
		key := c.pkg + c.bench + c.test
		if _, ok := ran[key]; !ok {
			out, err := c.run(ctx)
			if err != nil {
				fmt.Printf("%-16s could not run: %v\n%s\n", c.name, err, out)
			}
			ran[key] = out
		}
		c.print(ran[key])
	}
}

// run runs the benchmark and returns what it printed.
func (c *cost) run(ctx context.Context) (string, error) {
	args := append([]string{"test", "-run=^$", "-bench=" + c.bench + "$", "-timeout=60m"}, c.args...)
	if c.test != "" {
		args = []string{"test", "-count=1", "-v", "-run=" + c.test}
	}
	cmd := exec.CommandContext(ctx, "go", append(args, c.pkg)...)
	cmd.Env = append(os.Environ(), c.env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// print finds the metric in a benchmark's output and sets it beside its bound.
func (c *cost) print(out string) {
	value, ok := c.find(out)
	if !ok {
		reason := "no such metric"
		if i := strings.Index(out, "SKIP"); i >= 0 {
			reason = "skipped"
		}
		fmt.Printf("%-16s %s: %s\n", c.name, c.what, reason)
		return
	}
	verdict, relation := "holds", "at most"
	if c.atLeast {
		relation = "at least"
	}
	if c.atLeast && value < c.bound || !c.atLeast && value > c.bound {
		verdict = "MISSED"
	}
	fmt.Printf("%-16s %8.3g %-14s (%s %g: %s)  %s\n", c.name, value, c.metric, relation, c.bound, verdict, c.what)
}

func (c *cost) find(out string) (float64, bool) {
	lines := bufio.NewScanner(strings.NewReader(out))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) > 0 && strings.HasSuffix(fields[0], ":") {
			fields = fields[1:] // where a test logged it
		}
		if len(fields) == 0 || !sameBenchmark(fields[0], c.line) {
			continue
		}
		for i := 1; i < len(fields); i++ {
			if fields[i] == c.metric {
				v, err := strconv.ParseFloat(fields[i-1], 64)
				return v, err == nil
			}
		}
	}
	return 0, false
}

// sameBenchmark compares a benchmark's printed name, which ends in the number
// of processors, with the one wanted.
func sameBenchmark(printed, wanted string) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(printed, wanted), "-")
	return strings.HasPrefix(printed, wanted) && name == ""
}
