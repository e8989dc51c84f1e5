package main

import (
	"context"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"temwen/site/report"
	"temwen/site/report/reporttest"
)

// slowed is by how much the old phone's processor is slower than this one's.
const slowed = 6

// visits is how many people come; the medians count.
const visits = 7

// BenchmarkForm is a first visit to the form of the reporter's side in Chromium,
// with an empty cache, over 400 kbit/s with 400 ms, until its script has taken it
// over; and then sealing 2 KB on a processor slowed six times, from the press of
// the button until the code is shown: by somebody who wrote for a while, as people
// do, and by somebody who pressed at once, before anything could be prepared.
func BenchmarkForm(b *testing.B) {
	chromium := startChromium(b)
	office := reporttest.New(b)
	server := httptest.NewServer(report.New(office, office.Options()))
	b.Cleanup(server.Close)
	for b.Loop() {
		measured := make(map[string][]float64)
		for range visits {
			for unit, v := range visit(b, chromium, server.URL+"/ht/1", true) {
				measured[unit] = append(measured[unit], v)
			}
			measured["ms-sealed-at-once"] = append(measured["ms-sealed-at-once"], visit(b, chromium, server.URL+"/ht/1", false)["ms-sealed"])
		}
		for unit, values := range measured {
			b.ReportMetric(median(values), unit)
		}
	}
	b.ReportMetric(0, "ns/op")
}

func startChromium(b *testing.B) context.Context {
	b.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		b.Skip("skipped: Chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(b.TempDir()), chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-component-update", true),
	)
	ctx, stop := chromedp.NewExecAllocator(b.Context(), options...)
	b.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(ctx)
	b.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		b.Fatal(err)
	}
	return ctx
}

// wire counts what a page loads.
type wire struct {
	mu       sync.Mutex
	requests int
	bytes    float64
}

func (w *wire) hear(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") {
			w.requests++
		}
	case *network.EventLoadingFinished:
		w.bytes += e.EncodedDataLength
	}
}

// visit is one person's visit: what the browser says in its console and what it
// costs, by unit.
func visit(b *testing.B, chromium context.Context, address string, writes bool) map[string]float64 {
	b.Helper()
	w := new(wire)
	ctx, cancel := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext(), chromedp.WithListener(w.hear))
	defer cancel()
	ctx, late := context.WithTimeout(ctx, 2*time.Minute)
	defer late()
	if err := chromedp.Do(ctx); err != nil {
		b.Fatal(err)
	}
	tell(b, ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: 400, DownloadThroughput: 400_000 / 8, UploadThroughput: 400_000 / 8}},
	})
	tell(b, ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowed})
	began := time.Now()
	if _, err := chromedp.Run(ctx, chromedp.Navigate(address)); err != nil {
		b.Fatal(err)
	}
	ask(b, ctx, `new Promise((r) => { const look = () => document.querySelector("[data-plain]:not([hidden])") ? setTimeout(look, 10) : r(0); look(); })`)
	usable := time.Since(began)
	w.mu.Lock()
	cost := map[string]float64{"s-usable": usable.Seconds(), "requests": float64(w.requests), "KB": w.bytes / 1000}
	w.mu.Unlock()
	tell(b, ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{}})
	cost["ms-sealed"] = ask(b, ctx, seals+`(`+strconv.FormatBool(writes)+`)`)
	cost["ms-sent"] = ask(b, ctx, `new Promise((r) => { const began = performance.now();
		const look = () => document.querySelector("#done [data-when=sent]").hidden ? setTimeout(look, 10) : r(performance.now() - began); look(); })`)
	return cost
}

// seals writes 2 KB and presses the button.
const seals = `(async (writes) => {
	const what = document.querySelector("#what");
	if (writes) {
		what.focus();
		await new Promise((resolve) => setTimeout(resolve, 3000));
	}
	what.value = "Egzanp. ".repeat(256);
	const done = document.querySelector("#done");
	const shown = new Promise((resolve) => new MutationObserver(() => done.hidden || resolve(performance.now())).observe(done, { attributes: true }));
	const began = performance.now();
	document.querySelector("#report").requestSubmit();
	return (await shown) - began;
})`

func tell[P, R any](b *testing.B, ctx context.Context, command cdp.Command[P, R], params P) {
	b.Helper()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
		b.Fatalf("%s: %v", command.Method, err)
	}
}

func ask(b *testing.B, ctx context.Context, expression string) float64 {
	b.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[float64](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatal(err)
	}
	return v
}
