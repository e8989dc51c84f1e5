// Package capture keeps public web pages as they are on a day: a page and what it
// directly needs, as the bytes that came, in a file of the form WARC/1.1, which
// archives and courts read.
//
// It runs on an officer's own machine. It must never be run by a server, whose
// address would tell who looks into what, and whose network a page could reach into;
// tell of itself who asks; go to an address of a private network because a page says
// so; or say that it has what it has not. Start with Capture; check.go checks a file.
package capture

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/nlnwa/gowarc/v3"

	"temwen/seal"
)

// Options are how pages are captured.
type Options struct {
	// Proxy is a SOCKS5 proxy, such as socks5://127.0.0.1:9050 for Tor, which resolves
	// names too; or nil.
	Proxy *url.URL
	// Bytes and Time bound one capture, Each one answer: 64 MiB, 2 minutes and 16 MiB
	// where 0.
	Bytes, Each int64
	Time        time.Duration
	// Now is the clock.
	Now func() time.Time

	// dial is for tests; nil for the network.
	dial dialer
}

// most bounds how many things are fetched for one page, and redirects of each.
const (
	most          = 300
	mostRedirects = 10
)

func (o *Options) defaults() {
	if o.Bytes == 0 {
		o.Bytes = 64 << 20
	}
	if o.Each == 0 {
		o.Each = 16 << 20
	}
	if o.Time == 0 {
		o.Time = 2 * time.Minute
	}
}

// Fetched is one thing that was asked for.
type Fetched struct {
	URL    string
	Status int   // of HTTP; 0 where nothing came
	Bytes  int64 // that came
	// Cut says that it was longer than the limits allow.
	Cut bool
	// Missing is why it is not in the file, or empty.
	Missing string
}

// Report is what a capture holds.
type Report struct {
	Fetched []Fetched
	SHA256  seal.Hash // of the file
	Bytes   int64     // of the file
}

// Capture writes pages with what they directly need to w. An error says that a page
// that was asked for could not be had; what a page needs and could not be had is in the
// report.
func Capture(ctx context.Context, w io.Writer, pages []string, o Options) (*Report, error) {
	o.defaults()
	ctx, cancel := context.WithTimeout(ctx, o.Time)
	defer cancel()
	sum := sha256.New()
	c := &capturing{options: o, seen: make(map[string]bool), left: o.Bytes, report: new(Report)}
	c.out = io.MultiWriter(w, sum, (*counter)(&c.report.Bytes))
	if err := c.info(); err != nil {
		return nil, err
	}
	for _, page := range pages {
		u, err := Address(page)
		if err != nil {
			return nil, err
		}
		if err := c.page(ctx, u); err != nil {
			return nil, fmt.Errorf("capturing %s: %w", page, err)
		}
	}
	c.report.SHA256 = seal.Hash(sum.Sum(nil))
	return c.report, nil
}

// Address reads the address of a page: http or https, without a name to sign in with.
func Address(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q is not an address: %w", s, err)
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("%q is not the address of a page, such as https://example.org/page", s)
	case u.User != nil:
		return nil, fmt.Errorf("the address %q has a name to sign in with: only what everybody can see is captured", u.Redacted())
	}
	u.Fragment = ""
	return u, nil
}

// counter counts what is written.
type counter int64

func (n *counter) Write(p []byte) (int, error) {
	*n += counter(len(p))
	return len(p), nil
}

// capturing is a capture on its way.
type capturing struct {
	options Options
	out     io.Writer
	report  *Report
	seen    map[string]bool
	left    int64  // bytes that may still come
	home    string // the host of the page that was asked for
}

// page captures a page, its redirects, and what it needs.
func (c *capturing) page(ctx context.Context, u *url.URL) error {
	c.home = u.Hostname()
	at, answer, err := c.follow(ctx, u)
	if err != nil {
		return err
	}
	if answer == nil {
		return nil // it was captured with an earlier page
	}
	needs := needed(at, answer)
	for n := 0; n < len(needs) && n < most; n++ {
		at, answer, err := c.follow(ctx, needs[n])
		switch {
		case ctx.Err() != nil || errors.Is(err, errFull):
			c.miss(needs[n], err)
		case err != nil && answer == nil && !errors.As(err, new(*missing)):
			return err // the file cannot be written
		case err != nil:
			c.miss(needs[n], err)
		case answer != nil && answer.css():
			needs = append(needs, styleNeeds(at, answer.body)...)
		}
	}
	return nil
}

// missing is why something could not be had.
type missing struct{ err error }

func (m *missing) Error() string { return m.err.Error() }
func (m *missing) Unwrap() error { return m.err }

var errFull = errors.New("the capture is as large as it may be")

func (c *capturing) miss(u *url.URL, err error) {
	why := err.Error()
	if errors.Is(err, context.DeadlineExceeded) {
		why = "the time was over"
	}
	c.report.Fetched = append(c.report.Fetched, Fetched{URL: u.String(), Missing: why})
}

// follow fetches an address and where it leads, and writes each answer. The answer is
// nil where it was captured before.
func (c *capturing) follow(ctx context.Context, u *url.URL) (*url.URL, *answer, error) {
	for range mostRedirects {
		u.Fragment = ""
		if c.seen[u.String()] {
			return u, nil, nil
		}
		c.seen[u.String()] = true
		if c.left <= 0 {
			return u, nil, &missing{errFull}
		}
		a, err := c.fetch(ctx, u)
		if err != nil {
			return u, nil, &missing{err}
		}
		c.left -= int64(len(a.raw))
		if err := c.write(u, a); err != nil {
			return u, nil, err
		}
		c.report.Fetched = append(c.report.Fetched, Fetched{URL: u.String(), Status: a.status, Bytes: int64(len(a.raw)), Cut: a.cut})
		to, err := a.leads(u)
		if err != nil || to == nil {
			return u, a, err
		}
		u = to
	}
	return u, nil, &missing{fmt.Errorf("it leads on more than %d times", mostRedirects)}
}

// leads is where a redirect leads, or nil.
func (a *answer) leads(from *url.URL) (*url.URL, error) {
	if a.status < 300 || a.status > 399 || a.header.Get("Location") == "" {
		return nil, nil
	}
	to, err := from.Parse(a.header.Get("Location"))
	if err == nil {
		to, err = Address(to.String())
	}
	if err != nil {
		return nil, &missing{err}
	}
	return to, nil
}

// info writes the first record: with what the file was made, and nothing of who made it.
func (c *capturing) info() error {
	b := c.record(gowarc.Warcinfo)
	b.AddWarcHeader(gowarc.ContentType, gowarc.ApplicationWarcFields)
	_, err := b.WriteString("software: temwen capture\r\nformat: WARC File Format 1.1\r\n")
	if err != nil {
		return err
	}
	_, err = c.build(b)
	return err
}

// write writes an answer, and the request that it answers.
func (c *capturing) write(u *url.URL, a *answer) error {
	response := c.record(gowarc.Response)
	response.AddWarcHeader(gowarc.WarcTargetURI, u.String())
	response.AddWarcHeader(gowarc.ContentType, "application/http;msgtype=response")
	if a.ip != "" {
		response.AddWarcHeader(gowarc.WarcIPAddress, a.ip)
	}
	if a.cut {
		response.AddWarcHeader(gowarc.WarcTruncated, "length")
	}
	if _, err := response.Write(a.raw); err != nil {
		return err
	}
	id, err := c.build(response)
	if err != nil {
		return err
	}
	request := c.record(gowarc.Request)
	request.AddWarcHeader(gowarc.WarcTargetURI, u.String())
	request.AddWarcHeader(gowarc.ContentType, "application/http;msgtype=request")
	request.AddWarcHeader(gowarc.WarcConcurrentTo, "<"+id+">")
	if _, err := request.Write(a.request); err != nil {
		return err
	}
	_, err = c.build(request)
	return err
}

// record begins a record, whose digests the library computes.
func (c *capturing) record(t gowarc.RecordType) gowarc.WarcRecordBuilder {
	b := gowarc.NewRecordBuilder(t, gowarc.WithVersion(gowarc.V1_1), gowarc.WithAddMissingDigest(true), gowarc.WithDefaultDigestAlgorithm("sha256"),
		gowarc.WithBufferMaxMemBytes(c.options.Each+1<<20)) // nothing touches the disk but the file itself
	b.AddWarcHeaderTime(gowarc.WarcDate, c.options.Now().UTC().Truncate(time.Second))
	return b
}

// build writes a record as a member of gzip of its own, and returns its ID.
func (c *capturing) build(b gowarc.WarcRecordBuilder) (id string, err error) {
	r, _, err := b.Build()
	if err != nil {
		return "", fmt.Errorf("making a record: %w", err)
	}
	z := gzip.NewWriter(c.out)
	_, _, err = gowarc.NewMarshaler().Marshal(z, r, 0)
	return r.RecordId(), errors.Join(err, z.Close(), r.Close())
}

// answer is an answer of HTTP with the request, as they went over the line.
type answer struct {
	request, raw []byte
	status       int
	header       http.Header
	body         []byte // decoded, for its links
	ip           string // of the server, where no proxy hides it
	cut          bool
}

func (a *answer) is(t string) bool { return strings.HasPrefix(a.header.Get("Content-Type"), t) }

func (a *answer) css() bool { return a.is("text/css") }

// decoded is a body without its compression; as it is where that cannot be undone.
func decoded(header http.Header, body []byte, limit int64) []byte {
	if header.Get("Content-Encoding") != "gzip" {
		return body
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return body
	}
	plain, _ := io.ReadAll(io.LimitReader(z, limit)) // what can be read has links, too
	return plain
}
