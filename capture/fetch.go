package capture

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/proxy"
)

// What is asked with: the headers of a widespread browser, the same for everybody. (How
// the connection is encrypted still tells that it is a Go program.)
var asks = [][2]string{
	{"User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"},
	{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
	{"Accept-Language", "en-US,en;q=0.5"},
	{"Accept-Encoding", "gzip"},
	{"Connection", "close"},
}

// each is how long one answer may take.
const each = 45 * time.Second

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// fetch asks for an address. What goes over the line is kept byte for byte: the request
// and the answer of HTTP/1.1, on a connection that is used once.
func (c *capturing) fetch(ctx context.Context, u *url.URL) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, each)
	defer cancel()
	conn, err := c.connect(ctx, u)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()

	a := &answer{request: request(u)}
	if c.options.Proxy == nil {
		if host, _, err := net.SplitHostPort(conn.RemoteAddr().String()); err == nil {
			a.ip = host
		}
	}
	if _, err := conn.Write(a.request); err != nil {
		return nil, errors.Join(ctx.Err(), err)
	}
	limit := min(c.options.Each, c.left)
	var raw bytes.Buffer
	line := io.TeeReader(&limited{conn, limit}, &raw)
	r, err := http.ReadResponse(bufio.NewReader(line), &http.Request{Method: http.MethodGet, URL: u})
	switch {
	case errors.Is(err, errLimit):
		c.left = 0
		return nil, errFull
	case err != nil:
		return nil, errors.Join(ctx.Err(), err)
	}
	body, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	switch {
	case errors.Is(err, errLimit):
		a.cut = true
	case err != nil:
		return nil, errors.Join(ctx.Err(), err)
	}
	a.raw, a.status, a.header, a.body = raw.Bytes(), r.StatusCode, r.Header, decoded(r.Header, body, c.options.Each)
	return a, nil
}

// request is what is asked with.
func request(u *url.URL) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", u.RequestURI(), u.Host)
	for _, h := range asks {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

var errLimit = errors.New("it is longer than it may be")

// limited reads so many bytes, and then fails.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLimit
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// connect connects to the host of an address, through the proxy where there is one.
func (c *capturing) connect(ctx context.Context, u *url.URL) (net.Conn, error) {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	conn, err := c.dial(ctx, u.Hostname(), port)
	if err != nil || u.Scheme == "http" {
		return conn, err
	}
	secure := tls.Client(conn, &tls.Config{ServerName: u.Hostname(), NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12})
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

func (c *capturing) dial(ctx context.Context, host, port string) (net.Conn, error) {
	at := net.JoinHostPort(host, port)
	if ip, err := netip.ParseAddr(host); err == nil && !c.reachable(host, ip) || host != c.home && local(host) {
		return nil, errPrivate
	}
	if c.options.dial != nil {
		return c.options.dial(ctx, "tcp", at)
	}
	if c.options.Proxy != nil {
		through, err := proxy.FromURL(c.options.Proxy, &net.Dialer{})
		if err != nil {
			return nil, fmt.Errorf("the proxy: %w", err)
		}
		return through.(proxy.ContextDialer).DialContext(ctx, "tcp", at) // SOCKS5 has it; the proxy resolves the name
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", at)
	if err != nil {
		return nil, err
	}
	if to, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err != nil || !c.reachable(host, to.Addr()) {
		return nil, errors.Join(errPrivate, conn.Close())
	}
	return conn, nil
}

var errPrivate = errors.New("it leads into a private network")

// local reports whether a name is of a private network by its form.
func local(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal")
}

// reachable reports whether a host may be asked: one of the public network, or that of the
// page that was asked for.
func (c *capturing) reachable(host string, ip netip.Addr) bool {
	ip = ip.Unmap()
	return host == c.home || ip.IsGlobalUnicast() && !ip.IsPrivate()
}
