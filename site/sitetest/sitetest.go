// Package sitetest is a real Chromium for the tests of pages: tabs of readers who
// were never here before, on a phone or at a desk, light or dark, with scripts
// or without, and what axe-core finds.
//
// It must never be imported by anything but tests. Start with Start.
package sitetest

import (
	"context"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Browser is one Chromium.
type Browser struct{ ctx context.Context }

// Start starts Chromium with an empty profile. Where there is none the test is
// skipped, except under CI. Flags are further command line flags of Chromium. It is Chromium's own build without windows
// where there is one, which is the same engine in half the time.
func Start(t *testing.T, flags ...chromedp.ExecAllocatorOption) *Browser {
	t.Helper()
	return start(t, chromium(t, append([]string{"chromium-headless-shell"}, whole...)), flags)
}

// StartWhole starts Chromium with all that people have, for what its build without windows leaves out: frames in processes of
// their own, and a policy's word on WebRTC.
func StartWhole(t *testing.T, flags ...chromedp.ExecAllocatorOption) *Browser {
	t.Helper()
	return start(t, chromium(t, whole), flags)
}

func start(t *testing.T, path string, flags []chromedp.ExecAllocatorOption) *Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("no-sandbox", true), // the pages are our own, and CI runs as root
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
	)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(options, flags...)...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	return &Browser{ctx: ctx}
}

var whole = []string{"chromium", "chromium-browser", "google-chrome"}

// chromium is where the first of these is.
func chromium(t *testing.T, names []string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, "chromium", "chromium")
	return ""
}

// Missing skips a test that needs a program which is not installed; under
// CI, where .ci/run installs it, that is a failure.
func Missing(t *testing.T, name, pkg string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed; .ci/run installs it", name)
	}
	t.Skipf("skipped: %s is not installed (apt-get install %s)", name, pkg)
}

// Reader is how somebody reads: the window's width in CSS pixels, their
// colours, and whether scripts run.
type Reader struct {
	Width    int64
	Dark     bool
	Phone    bool // touches, where others have a mouse
	NoScript bool
}

// Tab is one reader's window.
type Tab struct {
	*testing.T
	Ctx  context.Context
	home string

	mu      sync.Mutex
	at, was string // the addresses visited last, and before that
	fetched []*Fetched
	said    []string      // by the console and the browser's log
	heard   chan struct{} // holds one where something was heard
}

// Fetched is what a page asked the network for.
type Fetched struct {
	ID       network.RequestID
	Address  string
	Bytes    int // over the wire, headers included
	Finished bool
}

// Patience is how long a page may take on a busy machine.
const Patience = 60 * time.Second

// Open opens a window of a reader who was never here before. Addresses are below
// home.
func (b *Browser) Open(t *testing.T, home string, r Reader) *Tab {
	t.Helper()
	tab := &Tab{T: t, home: home, heard: make(chan struct{}, 1)}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(tab.hear))
	t.Cleanup(cancel)
	tab.Ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	tab.Become(r)
	return tab
}

// Become gives the window a reader's width, colours and scripts.
func (b *Tab) Become(r Reader) {
	b.Helper()
	Call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: r.Width, Height: 800, DeviceScaleFactor: 1, Mobile: r.Phone,
	})
	Call(b, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: r.Phone})
	b.Colours(r.Dark)
	Call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: r.NoScript})
}

// Colours chooses the light or the dark scheme.
func (b *Tab) Colours(dark bool) {
	b.Helper()
	b.Media("", dark)
}

// Media shows the page as on a medium, "print" or "" for a screen, in one of
// the schemes.
func (b *Tab) Media(medium string, dark bool) {
	b.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// hear keeps what the browser tells of requests and complaints.
func (b *Tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.heard <- struct{}{}:
	default:
	}
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.DocumentURL == b.was && b.was != b.at {
			break // the page before asks for its icon, too late
		}
		// That a worker's script has come is told to the worker alone.
		aside := strings.HasPrefix(path.Base(e.Request.URL), "worker")
		b.fetched = append(b.fetched, &Fetched{ID: e.RequestID, Address: e.Request.URL, Finished: aside})
	case *network.EventLoadingFinished:
		for _, r := range b.fetched {
			if r.ID == e.RequestID {
				r.Bytes, r.Finished = int(e.EncodedDataLength), true
			}
		}
	case *network.EventLoadingFailed:
		b.said = append(b.said, "a request failed: "+e.ErrorText)
		for _, f := range b.fetched {
			if f.ID == e.RequestID {
				f.Finished = true
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelInfo {
			break // such as that a page has cleared what it was asked to
		}
		b.said = append(b.said, string(e.Entry.Level)+": "+e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		b.said = append(b.said, "the console was written to: "+string(e.Type))
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, "a script failed: "+e.ExceptionDetails.Text)
	}
}

// Visit goes to an address below the language's and waits until it is there.
// It returns the status of the answer.
func (b *Tab) Visit(address string) int {
	b.Helper()
	b.mu.Lock()
	b.fetched, b.said = nil, nil
	b.was, b.at = b.at, b.home+address
	b.mu.Unlock()
	return b.Load(chromedp.Navigate(b.home + address))
}

// Forget makes the reader one who was never here before: nothing is kept from
// earlier pages.
func (b *Tab) Forget() {
	b.Helper()
	Call(b, network.ClearBrowserCookies, cdp.Empty{})
	Call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
}

// Load does what leads to another page and waits until it is there.
func (b *Tab) Load(steps ...chromedp.Action[chromedp.Void]) int {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, Patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.Fatalf("loading a page: %v", err)
	}
	if response == nil { // a place on the same page
		return 0
	}
	return int(response.Status)
}

// Settle waits until all that the page asked for has come, and returns it.
func (b *Tab) Settle() []*Fetched {
	b.Helper()
	late := time.After(Patience)
	for {
		b.mu.Lock()
		waiting := slices.ContainsFunc(b.fetched, func(f *Fetched) bool { return !f.Finished })
		list := slices.Clone(b.fetched)
		b.mu.Unlock()
		if !waiting {
			return list
		}
		select {
		case <-b.heard:
		case <-late:
			b.Fatalf("the page still waits for one of %v", list)
		}
	}
}

// Complaints are what the console and the browser's log said of the page.
func (b *Tab) Complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.said)
}

// Call sends a command to the tab.
func Call[P, R any](b *Tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, Patience)
	defer cancel()
	r, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.Fatalf("%s: %v", command.Method, err)
	}
	return r
}

// Ask evaluates an expression in the page.
func Ask[T any](b *Tab, expression string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, Patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("evaluating %.80q: %v", expression, err)
	}
	return v
}

// Picture writes the whole page as a picture.
func (b *Tab) Picture(file string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, Patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		b.Fatalf("taking a picture: %v", err)
	}
}
