package site_test

import (
	"strings"
	"testing"
)

// most is what a first visit may weigh over the wire, in bytes, with all that
// it loads.
const most = 50 * 1024

// mostRequests is how many requests it may make.
const mostRequests = 4

// Given a reader who was never here, when they open any page, then it weighs at
// most 50 KB over the wire in at most four requests, asks nobody else for anything, sets no cookie, and
// neither the console nor the browser's log has a complaint, be it of the
// content security policy or of anything else.
func testFirstVisit(t *testing.T, b *browser) {
	t.Logf("%8s %9s  %s", "bytes", "requests", "page")
	heaviest, busiest := 0, 0
	window := b.open(t, reader{Width: 360, Phone: true})
	for _, s := range pageTypes(t) {
		window.Forget()
		address := "/ht" + s.Address
		if status := window.Visit(address); status != s.Status {
			t.Errorf("%s: status %d, want %d", address, status, s.Status)
		}
		if cookies := ask[string](window, "document.cookie"); cookies != "" {
			t.Errorf("%s: has the cookie %q", address, cookies)
		}
		bytes, requests := 0, 0
		for _, f := range window.Settle() {
			bytes += f.Bytes
			if !strings.HasPrefix(f.Address, "data:") { // what the browser draws a field with
				requests++
			}
			if !strings.HasPrefix(f.Address, b.home+"/") && !strings.HasPrefix(f.Address, "data:") {
				t.Errorf("%s: asks %s", address, f.Address)
			}
		}
		if bytes > most || bytes < 1000 {
			t.Errorf("%s: weighs %d bytes, at most %d are allowed", address, bytes, most)
		}
		if requests > mostRequests {
			t.Errorf("%s: makes %d requests, at most %d are allowed", address, requests, mostRequests)
		}
		for _, line := range window.Complaints() {
			if s.Status < 400 || !strings.Contains(line, "Failed to load resource") {
				t.Errorf("%s: %s", address, line)
			}
		}
		t.Logf("%8d %9d  %s", bytes, requests, address)
		heaviest, busiest = max(heaviest, bytes), max(busiest, requests)
	}
	t.Logf("FirstVisit %d bytes-most %d requests-most", heaviest, busiest) // for bench
}
