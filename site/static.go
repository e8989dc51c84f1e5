package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"temwen/when"
)

// Static is the public record as files: every page that a link leads to, in
// every language, every format and feed, and the ledger, for any web server or
// object store. Links are relative. For one edition and day the bytes are
// always the same, but for cases that were taken back since: they stand in none.
// Where one is made public or taken back meanwhile, what is written is of two
// states: see casework.Steadily.
//
// What needs a server is left out: choosing another day, filters, search and
// the API. write is called with a slash-separated path and its bytes, by one
// goroutine at a time, in no set order.
func Static(ctx context.Context, record Record, day when.Day, write func(name string, data []byte) error) (Written, error) {
	edition, err := record.Edition(ctx)
	if err != nil {
		return Written{}, fmt.Errorf("writing the static edition: %w", err)
	}
	s := New(pinned{record, edition}, Options{Today: func(string) when.Day { return day }, Static: true})
	c := &crawl{site: s.mux, write: write, seen: make(map[string]bool), written: Written{Edition: edition}}
	c.add("/")
	if err := c.run(ctx); err != nil {
		return c.written, fmt.Errorf("writing the static edition: %w", err)
	}
	return c.written, nil
}

// pinned is a record at one edition, though it may grow while it is written.
type pinned struct {
	Record
	edition uint64
}

// Edition is the one edition.
func (p pinned) Edition(context.Context) (uint64, error) { return p.edition, nil }

// Written is what a static edition consists of.
type Written struct {
	Edition uint64
	Files   int
	Bytes   int64
}

// crawl follows links from page to page. mu guards all but site.
type crawl struct {
	site  http.Handler
	write func(name string, data []byte) error

	mu      sync.Mutex
	seen    map[string]bool
	queue   []string
	busy    int
	err     error
	written Written
}

// crawlers is how many pages are made at a time.
const crawlers = 2

func (c *crawl) add(address string) {
	if !c.seen[address] {
		c.seen[address] = true
		c.queue = append(c.queue, address)
	}
}

// run makes pages until no link leads to a new one.
func (c *crawl) run(ctx context.Context) error {
	var done sync.WaitGroup
	more := sync.NewCond(&c.mu)
	for range crawlers {
		done.Go(func() {
			for {
				c.mu.Lock()
				for len(c.queue) == 0 && c.busy > 0 && c.err == nil {
					more.Wait()
				}
				if c.err != nil || len(c.queue) == 0 {
					c.mu.Unlock()
					more.Broadcast()
					return
				}
				address := c.queue[0]
				c.queue = c.queue[1:]
				c.busy++
				c.mu.Unlock()
				err := c.fetch(ctx, address)
				c.mu.Lock()
				c.busy--
				c.err = errors.Join(c.err, err)
				c.mu.Unlock()
				more.Broadcast()
			}
		})
	}
	done.Wait()
	return c.err
}

// fetch makes the file of one address and queues what it links to.
func (c *crawl) fetch(ctx context.Context, address string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	w := httptest.NewRecorder()
	c.site.ServeHTTP(w, r)
	if w.Code != http.StatusOK && w.Code != http.StatusGone { // what was taken back says so
		return fmt.Errorf("%s: status %d", address, w.Code)
	}
	body := w.Body.Bytes()
	name := fileOf(address)
	var links []string
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		body, links = fromPage(name, body)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range links {
		c.add(l)
	}
	c.written.Files++
	c.written.Bytes += int64(len(body))
	return c.write(name, body)
}

// fromPage makes the addresses of a page ways from its file, and returns what
// it links to. Our own addresses all stand in double quotes and begin with a
// slash.
func fromPage(name string, body []byte) (out []byte, links []string) {
	out = make([]byte, 0, len(body)+len(body)/4)
	for {
		i := nextAddress(body)
		if i < 0 {
			return append(out, body...), links
		}
		n := bytes.IndexByte(body[i:], '"')
		if n < 0 {
			return append(out, body...), links
		}
		address, fragment, marked := strings.Cut(unescape.Replace(string(body[i:i+n])), "#")
		links = append(links, address)
		out = append(append(out, body[:i]...), relative(name, fileOf(address))...)
		if marked {
			out = append(append(out, '#'), fragment...)
		}
		body = body[i+n:]
	}
}

// nextAddress is where the next address of ours begins, or -1.
func nextAddress(body []byte) int {
	for i := 0; ; {
		n := bytes.Index(body[i:], addressStart)
		if n < 0 {
			return -1
		}
		i += n
		if bytes.HasSuffix(body[:i], []byte(" href")) || bytes.HasSuffix(body[:i], []byte(" src")) {
			return i + len(addressStart) - 1
		}
		i += len(addressStart)
	}
}

var addressStart = []byte(`="/`)

// unescape undoes what templates do to an address in an attribute.
var unescape = strings.NewReplacer("&amp;", "&", "&#43;", "+", "&#39;", "'")

// fileOf is the file that stands for an address: a page is the index of its
// folder.
func fileOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "index.html"
	}
	name := strings.TrimPrefix(path.Clean(u.Path), "/")
	switch {
	case name == "":
		return "index.html"
	case strings.Contains(path.Base(name), "."), slices.Contains([]string{"ledger", "receipts"}, strings.Split(name, "/")[0]):
		return name
	}
	return name + "/index.html"
}

// relative is the way from one file to another.
func relative(from, to string) string {
	dir := strings.Split(path.Dir(from), "/")
	if dir[0] == "." {
		dir = nil
	}
	target := strings.Split(to, "/")
	for len(dir) > 0 && len(target) > 1 && dir[0] == target[0] {
		dir, target = dir[1:], target[1:]
	}
	return strings.Repeat("../", len(dir)) + strings.Join(target, "/")
}
