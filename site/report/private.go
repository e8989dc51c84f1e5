package report

import (
	"bufio"
	"io"
	"net/http"
	"strconv"
	"time"
)

// answerPrivately answers with a page that holds what somebody typed or was
// sent, and overwrites it. Package net/http lends the buffers of one connection
// to the next, with what is in them; so where it can, this takes the connection
// over, empties the buffer that the request came in, writes past the others, and
// closes.
func answerPrivately(w http.ResponseWriter, status int, body []byte) {
	defer clear(body)
	h := w.Header()
	h.Set("Content-Length", strconv.Itoa(len(body)))
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2, or a test without a connection
		w.WriteHeader(status)
		_, _ = w.Write(body) // the visitor has gone; there is nobody to tell
		return
	}
	defer conn.Close()
	_ = conn.SetWriteDeadline(time.Now().Add(patience)) // it is closed at the latest then
	empty(buffered.Reader)
	head := "HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status) + "\r\nConnection: close\r\n"
	if _, err := io.WriteString(conn, head); err != nil {
		return
	}
	if err := h.Write(conn); err != nil {
		return
	}
	if _, err := io.WriteString(conn, "\r\n"); err != nil {
		return
	}
	_, _ = conn.Write(body) // the visitor has gone; there is nobody to tell
}

// empty overwrites a reader's buffer.
func empty(r *bufio.Reader) {
	r.Reset(zeros{})
	_, _ = r.Peek(r.Size()) // zeros have no end
}

// zeros reads as zeros without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// forgetting calls f, and overwrites what ciphers, hashes and copiers below it
// leave on the stack. The stack is made large before, and is held so, lest it move
// meanwhile and stay behind as it was. What is left then are copies of registers,
// 64 bytes at most, where the runtime interrupted it.
func forgetting(f func()) {
	var hold [40 << 10]byte // more than a quarter of the stack: a smaller one would be shrunk
	keepAlive(&hold)
	overwriteStack()
	f()
	overwriteStack()
	keepAlive(&hold)
}

// overwriteStack overwrites the stack below its caller.
//
//go:noinline
func overwriteStack() {
	var below [40 << 10]byte
	keepAlive(&below)
}

//go:noinline
func keepAlive(*[40 << 10]byte) {}
