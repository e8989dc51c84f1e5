package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"time"
	"unicode"
	"unicode/utf8"

	"temwen/seal"
)

// Limits of a form.
const (
	maxTyped  = 200 << 10 // bytes of all that is typed; report.json has room for it
	maxPairs  = 64 << 10  // bytes of a form without files, which has no long texts
	maxFields = 200       // parts of a form
	maxBody   = seal.MaxPadded + 1<<20
)

// patience is how long a form may stand still on its way.
const patience = 60 * time.Second

// Kinds of errors of a form.
var (
	errCut     = errors.New("the form did not arrive whole")
	errTyped   = fmt.Errorf("%w: what was typed", seal.ErrTooLarge)
	errManyOf  = fmt.Errorf("%w: the number of files", seal.ErrTooLarge)
	errNotForm = fmt.Errorf("%w: not a form", seal.ErrMalformed)
)

// readForm reads what a browser sends, as a stream: what is typed into memory,
// and files, if keep says so once all that stands before them was read, into a
// spool. The form is there even where there is an error, with what came before,
// so that it can be shown again; it is overwritten when the page was answered.
func (s *Site) readForm(v *visit, keep func(*form) bool) (*form, error) {
	f := new(form)
	v.typed = append(v.typed, f)
	var err error
	forgetting(func() { err = s.readInto(f, v, keep) })
	return f, err
}

func (s *Site) readInto(f *form, v *visit, keep func(*form) bool) error {
	body := http.MaxBytesReader(v.w, slow{v.Body, http.NewResponseController(v.w)}, maxBody)
	kind, params, err := mime.ParseMediaType(v.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "multipart/form-data":
		err = s.readParts(f, body, params["boundary"], keep)
	case err == nil && kind == "application/x-www-form-urlencoded":
		err = f.readPairs(body)
	default:
		err = errNotForm
	}
	// Read on, whatever it is: a browser that is still sending does not listen to the
	// answer, and a connection that is closed before all was read takes it back.
	_, _ = discard(body) // what fails here failed before, or does not matter
	return err
}

// slow reads a body that may come slowly, but not stand still.
type slow struct {
	io.ReadCloser
	conn *http.ResponseController
}

func (s slow) Read(p []byte) (int, error) {
	_ = s.conn.SetReadDeadline(time.Now().Add(patience)) // without a connection there is nothing to wait for
	return s.ReadCloser.Read(p)
}

// readParts reads a form with files.
func (s *Site) readParts(f *form, body io.Reader, boundary string, keep func(*form) bool) error {
	p, err := newParts(body, boundary)
	if err != nil {
		return err
	}
	defer p.wipe()
	kept := false
	for n := 0; ; n++ {
		part, err := p.next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case n == maxFields:
			return errNotForm
		}
		if part.name != "files" {
			if err := f.readText(part.name, p); err != nil {
				return err
			}
			continue
		}
		kept = kept || keep(f)
		if err := s.readFile(f, part, p, kept); err != nil {
			return err
		}
	}
}

// cutOr tells a form that ended too soon from one that is too large.
func cutOr(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return fmt.Errorf("%w: %w", errCut, err)
}

// fieldName is what a field of our forms can be called.
var fieldName = regexp.MustCompile(`^[a-z_]{1,20}$`)

// readText reads a field.
func (f *form) readText(name string, r io.Reader) error {
	buf := make([]byte, 0, 512)
	for {
		if len(buf) == cap(buf) {
			more := append(make([]byte, 0, 2*cap(buf)), buf...)
			clear(buf)
			buf = more
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if f.length+len(buf) > maxTyped {
			clear(buf)
			return errTyped
		}
		if err == io.EOF {
			f.add(name, buf)
			return nil
		}
		if err != nil {
			clear(buf)
			return err
		}
	}
}

// add adds what stands in a field. Fields of other names than ours are passed
// over.
func (f *form) add(name string, text []byte) {
	if !fieldName.MatchString(name) {
		clear(text)
		return
	}
	text = tidy(text)
	f.length += len(text)
	f.values = append(f.values, value{name, text})
}

// tidy makes, in its place, what was typed valid: UTF-8 with plain line ends,
// without control characters, without space around it.
func tidy(text []byte) []byte {
	out := text[:0]
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			out = append(out, '?')
		case r == '\n', r == '\t', !unicode.IsControl(r):
			out = append(out, text[i:i+n]...)
		}
		i += n
	}
	clear(text[len(out):])
	return bytes.TrimSpace(out)
}

// readFile reads a file into the spool, or only to its end where it is not kept.
func (s *Site) readFile(f *form, part formPart, r io.Reader, keep bool) error {
	if !keep {
		n, err := discard(r)
		f.dropped = f.dropped || n > 0
		return err
	}
	if f.spool == nil {
		var err error
		if f.spool, err = newSpool(s.options.Spool); err != nil {
			return err
		}
	}
	file, err := f.spool.take(r)
	switch {
	case err != nil:
		return err
	case file.size == 0: // a field for files that nothing was chosen in, or an empty file
		return nil
	case len(f.files) == seal.MaxFiles:
		return errManyOf
	}
	file.name = fileName(part.file, len(f.files)+1)
	file.kind = fileKind(part.kind)
	f.files = append(f.files, file)
	return nil
}

// discard reads to the end. io.Discard would do so too, in buffers that it lends
// around with what is in them.
func discard(r io.Reader) (total int64, err error) {
	buf := make([]byte, 16<<10)
	defer clear(buf)
	for {
		n, err := r.Read(buf)
		total += int64(n)
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

// fileName is the name of a file without its folder, or its place in the form
// where it has no name that can be kept.
func fileName(sent []byte, n int) []byte {
	name := tidy(bytes.Clone(sent[bytes.LastIndexAny(sent, `/\`)+1:]))
	lines := func(r rune) bool { return unicode.IsControl(r) }
	if len(name) > 255 || bytes.ContainsFunc(name, lines) || len(bytes.Trim(name, "./ ")) == 0 {
		clear(name)
		return fmt.Appendf(nil, "%02d", n)
	}
	return name
}

var mediaType = regexp.MustCompile(`^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$`)

// fileKind is a media type that an envelope can name.
func fileKind(sent []byte) []byte {
	kind, _, _ := bytes.Cut(sent, []byte(";"))
	kind = bytes.ToLower(bytes.TrimSpace(kind))
	if !mediaType.Match(kind) {
		return []byte("application/octet-stream")
	}
	return kind
}

// readPairs reads a form without files, as name=value pairs.
func (f *form) readPairs(r io.Reader) error {
	raw := make([]byte, maxPairs+1)
	defer clear(raw)
	n, err := io.ReadFull(r, raw)
	switch {
	case err == nil:
		return errTyped
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return cutOr(err)
	}
	fields := 0
	for pair := range bytes.SplitSeq(raw[:n], []byte("&")) {
		if fields++; fields > maxFields {
			return errNotForm
		}
		name, text, _ := bytes.Cut(pair, []byte("="))
		plain, ok := unescape(text)
		if !ok {
			clear(plain)
			return errNotForm
		}
		f.add(string(name), plain)
	}
	return nil
}

// unescape undoes the escaping of a pair's half.
func unescape(text []byte) ([]byte, bool) {
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '+':
			plain = append(plain, ' ')
		case '%':
			if i+2 >= len(text) {
				return plain, false
			}
			hi, lo := digit(text[i+1]), digit(text[i+2])
			if hi > 15 || lo > 15 {
				return plain, false
			}
			plain = append(plain, hi<<4|lo)
			i += 2
		default:
			plain = append(plain, c)
		}
	}
	return plain, true
}

// digit is the value of a hexadecimal digit, more than 15 where it is none.
func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}
