package report

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// parts reads a form as browsers send it, which is less than RFC 7578 and RFC 2046
// allow: nothing but an empty line stands before the first boundary, all lines end
// with CRLF, each part has a name, and after the last boundary nothing counts. What
// is otherwise is no form.
//
// Package mime/multipart would read it too, but into strings and into buffers of
// its own, which nobody can overwrite. Here all that was read is in two buffers.
type parts struct {
	r         io.Reader
	delimiter []byte // the line end before a boundary, and the boundary
	buf       []byte
	from, to  int  // what is read and not yet taken stands in buf between these
	safe      int  // up to here it belongs to the part that is being read
	began     bool // the first boundary was read
	in        bool // a part is being read
	last      bool // the last boundary was read
	head      []byte
}

const (
	partsBuffer = 64 << 10 // bytes
	maxPartHead = 4 << 10  // bytes of the lines before a part's content
	maxBoundary = 70       // RFC 2046, 5.1.1
)

func newParts(r io.Reader, boundary string) (*parts, error) {
	if boundary == "" || len(boundary) > maxBoundary {
		return nil, errNotForm
	}
	return &parts{
		r: r, delimiter: []byte("\r\n--" + boundary),
		buf: make([]byte, partsBuffer), head: make([]byte, 0, maxPartHead),
	}, nil
}

// wipe overwrites what was read.
func (p *parts) wipe() {
	clear(p.buf)
	clear(p.head[:cap(p.head)])
}

// formPart is one field of a form. What it holds is overwritten by the next.
type formPart struct {
	name string // only a name that our fields have, or empty
	file []byte // the name of the file, as it was sent
	kind []byte // its media type, as it was sent
}

// fill reads more. It is an error if no more comes.
func (p *parts) fill() error {
	if p.from > 0 {
		p.to = copy(p.buf, p.buf[p.from:p.to])
		p.safe, p.from = max(0, p.safe-p.from), 0
	}
	if p.to == len(p.buf) {
		return errNotForm
	}
	for range 100 { // as often as package bufio lets a reader return nothing
		n, err := p.r.Read(p.buf[p.to:])
		p.to += n
		switch {
		case n > 0:
			return nil
		case err == io.EOF:
			return errCut
		case err != nil:
			return cutOr(err)
		}
	}
	return cutOr(io.ErrNoProgress)
}

// until takes what is read up to a mark, and the mark, if that comes within a
// number of bytes. What it returns is good until more is read.
func (p *parts) until(mark string, within int) ([]byte, error) {
	for {
		if before, _, found := bytes.Cut(p.buf[p.from:p.to], []byte(mark)); found && len(before) <= within {
			p.from += len(before) + len(mark)
			return before, nil
		}
		if p.to-p.from > within+len(mark) {
			return nil, errNotForm
		}
		if err := p.fill(); err != nil {
			return nil, err
		}
	}
}

// next begins the next part, wherever the one before was left. After the last it
// is io.EOF.
func (p *parts) next() (formPart, error) {
	switch {
	case p.last:
		return formPart{}, io.EOF
	case !p.began: // no line has to end before the first boundary
		if before, err := p.until(string(p.delimiter[2:]), 2); err != nil || len(before) > 0 && string(before) != "\r\n" {
			return formPart{}, cmp.Or(err, errNotForm)
		}
		p.began = true
	default:
		if _, err := discard(p); err != nil {
			return formPart{}, err
		}
	}
	for p.to-p.from < 2 {
		if err := p.fill(); err != nil {
			return formPart{}, err
		}
	}
	p.from += 2
	switch string(p.buf[p.from-2 : p.from]) {
	case "--":
		p.last = true
		return formPart{}, io.EOF
	case "\r\n":
	default:
		return formPart{}, errNotForm
	}
	head, err := p.until("\r\n\r\n", maxPartHead)
	if err != nil {
		return formPart{}, err
	}
	p.head = append(p.head[:0], head...)
	p.in, p.safe = true, p.from
	return readHead(p.head)
}

// Read reads the content of the part that next began.
func (p *parts) Read(b []byte) (int, error) {
	for p.in && p.safe <= p.from {
		window := p.buf[p.from:p.to]
		switch at := bytes.Index(window, p.delimiter); {
		case at == 0:
			p.from += len(p.delimiter)
			p.in = false
		case at > 0:
			p.safe = p.from + at
		case len(window) >= len(p.delimiter): // its last bytes may begin a boundary
			p.safe = p.to - len(p.delimiter) + 1
		default:
			if err := p.fill(); err != nil {
				return 0, err
			}
		}
	}
	if !p.in {
		return 0, io.EOF
	}
	n := copy(b, p.buf[p.from:p.safe])
	p.from += n
	return n, nil
}

// headName is what the lines before a part's content can begin with.
var headName = regexp.MustCompile(`^[A-Za-z-]{1,40}$`)

// readHead reads the lines before a part's content.
func readHead(head []byte) (f formPart, err error) {
	named := false
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		key, value, found := bytes.Cut(line, []byte(":"))
		if !found || !headName.Match(key) || bytes.ContainsAny(value, "\r\n") {
			return formPart{}, errNotForm
		}
		switch value = bytes.TrimSpace(value); {
		case bytes.EqualFold(key, []byte("Content-Disposition")):
			if named {
				return formPart{}, errNotForm
			}
			named = true
			if err := f.readDisposition(value); err != nil {
				return formPart{}, err
			}
		case bytes.EqualFold(key, []byte("Content-Type")):
			f.kind = value
		}
	}
	if !named {
		return formPart{}, errNotForm
	}
	return f, nil
}

// readDisposition reads the names of a field and of a file:
//
//	form-data; name="files"; filename="IMG 1.jpg"
func (f *formPart) readDisposition(value []byte) error {
	kind, rest, more := bytes.Cut(value, []byte(";"))
	if !bytes.EqualFold(bytes.TrimSpace(kind), []byte("form-data")) {
		return errNotForm
	}
	var name, file []byte
	for more {
		var key, text []byte
		var err error
		key, rest, more = bytes.Cut(bytes.TrimSpace(rest), []byte("="))
		if !more {
			return errNotForm
		}
		if text, rest, err = readValue(rest); err != nil {
			return err
		}
		rest = bytes.TrimSpace(rest)
		switch {
		case name == nil && bytes.EqualFold(key, []byte("name")):
			name = text
		case file == nil && bytes.EqualFold(key, []byte("filename")):
			file = text
		default: // filename*, which no browser sends in a form, or a second name
			return errNotForm
		}
		if more = len(rest) > 0; !more {
			break
		}
		if rest[0] != ';' {
			return errNotForm
		}
		rest = rest[1:]
	}
	if name == nil {
		return errNotForm
	}
	if fieldName.Match(name) {
		f.name = string(name)
	}
	f.file = file
	return nil
}

// special are the characters of RFC 2045 before which a backslash counts: it is
// also what parts the folders of a path.
const special = `()<>@,;:\"/[]?=`

var errOpenQuote = errors.New("a quotation mark is not closed")

// readValue takes a value, in quotation marks or without, off the beginning. It
// undoes quoting in its place.
func readValue(text []byte) (value, rest []byte, err error) {
	if len(text) == 0 || text[0] != '"' {
		n := bytes.IndexAny(text, "; \t")
		if n < 0 {
			n = len(text)
		}
		return text[:n:n], text[n:], nil
	}
	value = text[1:1:len(text)]
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return value, text[i+1:], nil
		case c == '\\' && i+1 < len(text) && strings.IndexByte(special, text[i+1]) >= 0:
			i++
			value = append(value, text[i])
		default:
			value = append(value, c)
		}
	}
	return nil, nil, fmt.Errorf("%w: %w", errNotForm, errOpenQuote)
}
