package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"filippo.io/age"

	"temwen/locale"
	"temwen/seal"
)

// message is one item of a thread, as a page without a script shows it.
type message struct {
	N          int
	Office     bool
	Unreadable bool
	Lang       locale.Lang
	Text       string
	Files      []attached
	kind       seal.ParcelKind
}

// attached is a file that the office sent.
type attached struct {
	Member, Name string
	Bytes        int64
}

// unseal opens what the office sent, with the key that the code makes; a message
// that cannot be opened is said to be so, and hides no other.
func (c *caller) unseal(ctx context.Context, m *message) {
	opened, done, err := c.item(ctx, m.N)
	if err != nil {
		m.Unreadable = true
		return
	}
	defer done()
	said, err := firstMember(opened)
	if err != nil {
		m.Unreadable = true
		return
	}
	m.Text, m.Lang = said.TextIn(c.visit.lang)
	for _, f := range said.Files {
		m.Files = append(m.Files, attached{f.Member, f.Name, f.Size})
	}
}

// item opens an item's envelope.
func (c *caller) item(ctx context.Context, n int) (*seal.Opened, func(), error) {
	identity, err := c.keys.Reply()
	if err != nil {
		return nil, nil, err
	}
	envelope, _, err := c.site.office.Item(ctx, c.keys.Lookup, n)
	if err != nil {
		return nil, nil, err
	}
	done := func() { _ = envelope.Close() } // it was only read
	opened, err := seal.Open(envelope, age.Identity(identity))
	if err != nil {
		done()
		return nil, nil, err
	}
	return opened, done, nil
}

// firstMember reads the message of an envelope.
func firstMember(opened *seal.Opened) (*seal.Message, error) {
	member, err := opened.Next()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(member.Content, seal.MaxDocument))
	defer clear(text)
	if err != nil {
		return nil, err
	}
	said, err := seal.ParseMessage(text)
	if err != nil {
		return nil, err
	}
	if said.From != seal.FromOffice {
		return nil, errors.New("this message is not the office's")
	}
	return said, nil
}

// file answers with a file that the office sent.
func (c *caller) file() (*page, error) {
	n, err := strconv.Atoi(string(c.form.first("n")))
	if err != nil {
		return nil, errNoPage
	}
	opened, done, err := c.item(c.visit.Context(), n)
	if err != nil {
		return nil, err
	}
	defer done()
	said, err := firstMember(opened)
	if err != nil {
		return nil, fmt.Errorf("opening an item: %w", err)
	}
	for _, f := range said.Files {
		member, err := opened.Next()
		if err != nil {
			return nil, fmt.Errorf("opening a file of an item: %w", err)
		}
		if f.Member == member.Name && f.Member == string(c.form.first("member")) {
			return nil, hand(c.visit.w, f, member.Content)
		}
	}
	return nil, errNoPage
}

// hand answers with a file.
func hand(w http.ResponseWriter, f seal.File, content io.Reader) error {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	return pour(w, content, f.Size)
}

// pour answers with size bytes. Where they do not come, the answer is cut, and
// the browser sees that it is.
func pour(w http.ResponseWriter, content io.Reader, size int64) error {
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	w.WriteHeader(http.StatusOK)
	if n, err := io.Copy(w, content); err != nil || n != size {
		panic(http.ErrAbortHandler)
	}
	return nil
}
