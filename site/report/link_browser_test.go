package report_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// link is a network between a visitor and the office that can be cut, and that
// can break by itself.
type link struct {
	t      *testing.T
	listen net.Listener
	to     string

	mu     sync.Mutex
	cut    bool
	after  int64 // bytes that the visitor can send until it breaks, while breaks > 0
	breaks int
	left   int64
	open   map[net.Conn]bool
}

// connect puts a link before an office.
func (s served) connect(t *testing.T) (served, *link) {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &link{t: t, listen: listen, to: s.home[len("http://"):], open: make(map[net.Conn]bool)}
	t.Cleanup(func() {
		listen.Close()
		l.set(true)
	})
	go l.serve()
	s.home = "http://" + listen.Addr().String()
	return s, l
}

// set cuts the link, or mends it.
func (l *link) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	if cut {
		for c := range l.open {
			c.Close()
		}
	}
}

// breakAfter makes it break so many times, each after so many bytes.
func (l *link) breakAfter(bytes int64, times int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.after, l.left, l.breaks = bytes, bytes, times
}

// broken is how many breaks are still to come.
func (l *link) broken() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.breaks
}

func (l *link) serve() {
	for {
		c, err := l.listen.Accept()
		if err != nil {
			return
		}
		l.mu.Lock()
		if l.cut {
			c.Close()
		} else {
			l.open[c] = true
			go l.carry(c)
		}
		l.mu.Unlock()
	}
}

func (l *link) carry(visitor net.Conn) {
	defer visitor.Close()
	office, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer office.Close()
	go func() {
		_, _ = io.Copy(visitor, office) // a break is what is tested
		visitor.Close()
	}()
	_, _ = io.Copy(office, counted{visitor, l})
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, visitor)
}

// counted reads what the visitor sends until the link breaks.
type counted struct {
	net.Conn
	l *link
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.l.mu.Lock()
	defer c.l.mu.Unlock()
	if c.l.breaks == 0 {
		return n, err
	}
	if c.l.left -= int64(n); c.l.left < 0 {
		c.l.breaks--
		c.l.left = c.l.after
		return max(0, n/2), io.ErrClosedPipe
	}
	return n, err
}
