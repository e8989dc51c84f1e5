package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"

	"temwen/locale"
	"temwen/site/sitetest"
)

// What a first visit to the form may cost over the wire with all that it loads. How long it takes
// until one can write, at 400 kbit/s with 400 ms on the way, is shown with -v; bench measures it.
const (
	mostScripted, mostPlain = 60 * 1024, 25 * 1024
	mostRequests            = 5
)

// usable is how many milliseconds passed from the visit until style and script
// were there and had run.
const usable = `performance.getEntriesByType("navigation")[0].loadEventEnd`

// Given somebody who was never here, when they open any page on a slow network,
// then it is light, asks nobody else for anything, sets no cookie, has nothing to
// complain of, and a form is taken over by its script.
func testWeight(t *testing.T, b *sitetest.Browser) {
	s := serve(t)
	t.Logf("%8s %9s %9s  %s", "bytes", "requests", "usable", "page")
	for _, page := range []string{"", "1", "2", "3", "4", "5", "calendar"} {
		for _, plain := range []bool{false, true} {
			v := s.visitor(t, b, locale.Creole, sitetest.Reader{Width: 360, Phone: true, NoScript: plain})
			sitetest.Call(v.Tab, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{{Latency: 400, DownloadThroughput: 50_000, UploadThroughput: 50_000}},
			})
			v.Visit(v.at(page))
			bytes, requests := 0, v.Settle()
			for _, f := range requests {
				bytes += f.Bytes
				if !strings.HasPrefix(f.Address, s.home+"/") {
					t.Errorf("%s asks %s", page, f.Address)
				}
			}
			for _, line := range v.Complaints() {
				t.Errorf("%s: %s", page, line)
			}
			if cookies := sitetest.Ask[string](v.Tab, "document.cookie"); cookies != "" {
				t.Errorf("%s has the cookie %q", page, cookies)
			}
			took := sitetest.Ask[float64](v.Tab, usable)
			name, most := "with its script", mostScripted
			if plain {
				name, most = "without a script", mostPlain
			}
			if bytes > most || bytes < 1000 || len(requests) > mostRequests {
				t.Errorf("%s, %s: %d bytes, %d requests", page, name, bytes, len(requests))
			}
			t.Logf("%8d %9d %6.0f ms  /ht/%s %s", bytes, len(requests), took, page, name)
			if forms := []string{"1", "2", "3"}; slices.Contains(forms, page) && !plain && sitetest.Ask[bool](v.Tab, `document.querySelector("[data-scripted]").hidden`) {
				t.Errorf("%s is not taken over by its script", page)
			}
		}
	}
}
