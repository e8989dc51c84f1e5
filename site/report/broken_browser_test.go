package report_test

import (
	"crypto/rand"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"

	"temwen/locale"
	"temwen/site/sitetest"
)

// testBrokenLink: a video of 50 MB arrives whole over a link that breaks ten
// times, and the page needs little memory for it.
func testBrokenLink(t *testing.T, b *sitetest.Browser) {
	office, link := serve(t).connect(t)
	v := office.visitor(t, b, locale.Spanish, newPhone)
	video := make([]byte, 50<<20)
	rand.Read(video) // never fails
	path := filepath.Join(t.TempDir(), "VID_1.mp4")
	if err := os.WriteFile(path, video, 0o644); err != nil {
		t.Fatal(err)
	}
	v.Visit(v.at("1"))
	v.fill("#what", "Un camión atropelló a una vendedora.")
	v.choose(path)
	v.shown("#file-list li")
	if text := v.text("#file-list li"); text == "" {
		t.Error("the video is not listed")
	}
	before := v.memory()
	link.breakAfter(4<<20, 10)
	v.click("#report .send")
	most := before
	for v.hidden("#done [data-when=sent]") {
		most = max(most, v.memory())
		sitetest.Ask[bool](v.Tab, `new Promise((resolve) => setTimeout(resolve, 50, true))`)
		if !v.hidden("#outbox [data-do=send]") { // who watches presses it
			v.click("#outbox [data-do=send]")
		}
	}
	if n := link.broken(); n != 0 {
		t.Errorf("the link broke %d times less than it should", n)
	}
	opened := office.Latest(t)
	if len(opened.Files) != 1 || sha256.Sum256(opened.Files[0]) != sha256.Sum256(video) {
		t.Error("the video that arrived is another")
	}
	if office.Len() != 1 {
		t.Errorf("%d parcels were stored", office.Len())
	}
	t.Logf("the page held %d MB more than before, at most", (most-before)>>20)
	if most-before > 32<<20 {
		t.Errorf("the page held %d MB more than before", (most-before)>>20)
	}
}

// memory is what the page's scripts hold, in bytes, without garbage.
func (v *visitor) memory() int {
	v.Helper()
	sitetest.Call(v.Tab, heapprofiler.CollectGarbage, cdp.Empty{})
	use := sitetest.Call(v.Tab, runtime.GetHeapUsage, cdp.Empty{})
	return int(use.UsedSize + use.BackingStorageSize)
}
