package report

import (
	"net/http/httptest"
	"testing"
	"time"
)

// Given somebody who asks too often, then they are refused until the window is
// over, and others are not.
func TestLimits(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	l := limiter{now: func() time.Time { return now }}
	ask := func(address string, cost int) bool {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = address
		return l.allow(r, "", cost)
	}
	for i := range budget / costForm {
		if !ask("203.0.113.1:1000", costForm) {
			t.Fatalf("form %d was refused", i)
		}
	}
	if ask("203.0.113.1:2000", costParcel) {
		t.Error("an address may spend more than its budget")
	}
	if !ask("203.0.113.2:1000", costForm) {
		t.Error("another address was refused, too")
	}
	key := l.key
	now = now.Add(window)
	if !ask("203.0.113.1:1000", costForm) {
		t.Error("after the window it is still refused")
	}
	if l.key == key || len(l.spent) != 1 {
		t.Error("the old key or table is still there")
	}
	for i := 0; i < sharedBudget; i += 1000 {
		if !ask("127.0.0.1:1", 1000) {
			t.Fatalf("those who come through this machine were refused at %d", i)
		}
	}
	if ask("127.0.0.1:1", 1) {
		t.Error("they may spend without end")
	}
	now = now.Add(-24 * time.Hour) // a clock that was put right
	if !ask("127.0.0.1:1", 1) {
		t.Error("a clock that is put back locks everybody out")
	}
}

// Given an address in any form, then one person is one address.
func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"203.0.113.1:80": "203.0.113.1", "[::ffff:203.0.113.1]:80": "203.0.113.1", "[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::",
		"[fe80::1%eth0]:80": "fe80::", "[::1]:80": "::1", "nonsense": "::1", "": "::1", "2001:db8:1:2::9": "2001:db8:1:2::",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = text
		if got := addressOf(r, ""); got.String() != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
		r.RemoteAddr = "203.0.113.9:1"
		r.Header.Set("X-Real-IP", text)
		if got := addressOf(r, "X-Real-IP"); got.String() != want {
			t.Errorf("%s in the header is %s, want %s", text, got, want)
		}
	}
}
