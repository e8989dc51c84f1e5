package site_test

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
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

// browser is one Chromium that shows the served record. Each test opens tabs of
// its own in it: a tab is a reader who was never here before.
type browser struct {
	ctx  context.Context
	home string // address of the record, without the last slash
}

// The pages in a real browser, each test a file of its own.
func TestInChromium(t *testing.T) {
	b := startBrowser(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *browser)
	}{
		{"a first visit is light and stays at home", testFirstVisit},
		{"axe-core finds nothing", testAxe},
		{"nothing is wider than the window", testWidths},
		{"the keyboard suffices", testKeyboard},
		{"three questions in three taps", testQuestions},
		{"every number is one tap from its source", testTraced},
		{"on paper", testPrint},
		{"pictures", testPictures},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

// startBrowser serves the record on loopback and starts Chromium with an empty
// profile. Where there is no Chromium the test is skipped, except under CI.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	path := chromium(t)
	server := httptest.NewServer(open(t))
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("no-sandbox", true), // the pages are our own, and CI runs as root
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
	)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	return &browser{ctx: ctx, home: server.URL}
}

// chromium is where the browser is.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missingTool(t, "chromium", "chromium")
	return ""
}

// missingTool skips a test that needs a program which is not installed; under
// CI, where .ci/run installs it, that is a failure.
func missingTool(t *testing.T, name, pkg string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed; .ci/run installs it", name)
	}
	t.Skipf("skipped: %s is not installed (apt-get install %s)", name, pkg)
}

// reader is how somebody reads: the window's width in CSS pixels, their
// colours, and whether scripts run.
type reader struct {
	Width    int64
	Dark     bool
	Phone    bool // touches, where others have a mouse
	NoScript bool
}

var (
	phone   = reader{Width: 360, Phone: true, NoScript: true}
	desktop = reader{Width: 1200}
)

// tab is one reader's window.
type tab struct {
	*testing.T
	ctx  context.Context
	home string

	mu      sync.Mutex
	fetched []*fetched
	said    []string      // by the console and the browser's log
	heard   chan struct{} // holds one where something was heard
}

// fetched is what a page asked the network for.
type fetched struct {
	ID       network.RequestID
	Address  string
	Bytes    int // over the wire, headers included
	Finished bool
}

// patience is how long a page may take on a busy machine.
const patience = 60 * time.Second

// open opens a window of a reader who was never here before.
func (b *browser) open(t *testing.T, r reader) *tab {
	t.Helper()
	tab := &tab{T: t, home: b.home, heard: make(chan struct{}, 1)}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(tab.hear))
	t.Cleanup(cancel)
	tab.ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	tab.become(r)
	return tab
}

// become gives the window a reader's width, colours and scripts.
func (b *tab) become(r reader) {
	b.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: r.Width, Height: 800, DeviceScaleFactor: 1, Mobile: r.Phone,
	})
	call(b, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: r.Phone})
	b.colours(r.Dark)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: r.NoScript})
}

// colours chooses the light or the dark scheme.
func (b *tab) colours(dark bool) {
	b.Helper()
	b.media("", dark)
}

// media shows the page as on a medium, "print" or "" for a screen, in one of
// the schemes.
func (b *tab) media(medium string, dark bool) {
	b.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// hear keeps what the browser tells of requests and complaints.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.heard <- struct{}{}:
	default:
	}
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.fetched = append(b.fetched, &fetched{ID: e.RequestID, Address: e.Request.URL})
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
		b.said = append(b.said, string(e.Entry.Level)+": "+e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		b.said = append(b.said, "the console was written to: "+string(e.Type))
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, "a script failed: "+e.ExceptionDetails.Text)
	}
}

// visit goes to an address below the language's and waits until it is there.
// It returns the status of the answer.
func (b *tab) visit(address string) int {
	b.Helper()
	b.mu.Lock()
	b.fetched, b.said = nil, nil
	b.mu.Unlock()
	return b.load(chromedp.Navigate(b.home + address))
}

// load does what leads to another page and waits until it is there.
func (b *tab) load(steps ...chromedp.Action[chromedp.Void]) int {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
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

// settle waits until all that the page asked for has come, and returns it.
func (b *tab) settle() []*fetched {
	b.Helper()
	late := time.After(patience)
	for {
		b.mu.Lock()
		waiting := slices.ContainsFunc(b.fetched, func(f *fetched) bool { return !f.Finished })
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

// complaints are what the console and the browser's log said of the page.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.said)
}

// call sends a command to the tab.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.Fatalf("%s: %v", command.Method, err)
	}
	return r
}

// ask evaluates an expression in the page.
func ask[T any](b *tab, expression string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("evaluating %.80q: %v", expression, err)
	}
	return v
}
