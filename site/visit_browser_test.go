package site_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
)

// A first visit may weigh this many bytes over the wire, with all that it loads,
// in this many requests: the page, its style, its icon and one script.
const (
	most         = 50 * 1024
	mostRequests = 4
)

// Given a reader who has kept nothing, when they open any page, then it weighs at
// most 50 KB over the wire, asks nobody else for anything, sets no cookie, and
// neither the console nor the browser's log has a complaint, be it of the
// content security policy or of anything else.
func testFirstVisit(t *testing.T, b *browser) {
	t.Logf("%8s %9s  %s", "bytes", "requests", "page")
	window := b.open(t, reader{Width: 360, Phone: true})
	call(window, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	for _, s := range pageTypes(t) {
		address := "/ht" + s.Address
		if status := window.visit(address); status != s.Status {
			t.Errorf("%s: status %d, want %d", address, status, s.Status)
		}
		if cookies := ask[string](window, "document.cookie"); cookies != "" {
			t.Errorf("%s: has the cookie %q", address, cookies)
		}
		bytes, requests := 0, 0
		for _, f := range window.settle() {
			if strings.HasPrefix(f.Address, "data:") { // the browser's own, in a field for a date
				continue
			}
			requests++
			bytes += f.Bytes
			if !strings.HasPrefix(f.Address, b.home+"/") {
				t.Errorf("%s: asks %s", address, f.Address)
			}
		}
		if bytes > most || bytes < 1000 {
			t.Errorf("%s: weighs %d bytes, at most %d are allowed", address, bytes, most)
		}
		if requests > mostRequests {
			t.Errorf("%s: asks for %d things, at most %d are allowed", address, requests, mostRequests)
		}
		for _, line := range window.complaints() {
			if s.Status < 400 || !strings.Contains(line, "Failed to load resource") {
				t.Errorf("%s: %s", address, line)
			}
		}
		t.Logf("%8d %9d  %s", bytes, requests, address)
	}
}
