package report

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// limiter bounds how much one address may ask for in a while, so that nobody
// floods the office and nobody tries codes by the thousand. Of an address it
// keeps a hash under a key that it makes anew, with an empty table, every ten
// minutes: never the address, never on a disk, and after that not even the means
// to tell whether two hashes were one address.
//
// Many people share one address: a whole network of phones, or everybody who
// comes through an onion service. So the bounds are wide, and where all visitors
// have the address of a proxy on this machine they share a wider one.
type limiter struct {
	now func() time.Time

	mu    sync.Mutex
	until time.Time
	key   [32]byte
	spent map[[16]byte]int
}

const (
	window = 10 * time.Minute
	// budget is what one address may spend in a window, and sharedBudget what all
	// may together that come through this machine.
	budget, sharedBudget = 2400, 600_000
	// retryAfter is when those who are refused should come again, in seconds.
	retryAfter = "120"
)

// What things cost.
const (
	costCode   = 10 // trying a code: some 20 ms of a processor
	costForm   = 20 // a form that this program seals, without any work of the sender's
	costParcel = 1  // a parcel or a piece of one
)

// maxAddresses is how many addresses a window counts; what is beyond shares one.
const maxAddresses = 100_000

// allow spends the cost of one request, and reports whether its address may.
func (l *limiter) allow(r *http.Request, header string, cost int) bool {
	address := addressOf(r, header)
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.now(); l.spent == nil || !now.Before(l.until) || now.Before(l.until.Add(-window)) {
		rand.Read(l.key[:])
		l.spent, l.until = make(map[[16]byte]int), now.Add(window)
	}
	mac := hmac.New(sha256.New, l.key[:])
	mac.Write(address.AsSlice())
	hash := [16]byte(mac.Sum(nil))
	if _, counted := l.spent[hash]; !counted && len(l.spent) >= maxAddresses {
		hash = [16]byte{}
	}
	most := budget
	if address.IsLoopback() || hash == [16]byte{} {
		most = sharedBudget
	}
	if l.spent[hash]+cost > most {
		return false
	}
	l.spent[hash] += cost
	return true
}

// addressOf is the address that a request comes from; of IPv6 the network, for
// one person has many addresses there. Where it cannot be read it is that of
// this machine.
func addressOf(r *http.Request, header string) netip.Addr {
	text := r.RemoteAddr
	if header != "" {
		text = strings.TrimSpace(r.Header.Get(header))
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		both, err := netip.ParseAddrPort(text)
		if err != nil {
			return netip.IPv6Loopback()
		}
		address = both.Addr()
	}
	address = address.Unmap().WithZone("")
	if address.Is6() && !address.IsLoopback() {
		if network, err := address.Prefix(64); err == nil {
			address = network.Addr()
		}
	}
	return address
}
