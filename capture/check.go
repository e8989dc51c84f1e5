package capture

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/nlnwa/gowarc/v3"

	"temwen/seal"
)

// Checked is what a check of a WARC file has found.
type Checked struct {
	SHA256  seal.Hash // of the file
	Bytes   int64
	Records int
	// Pages are the addresses of the answers in it, in their order, each with its day.
	Pages []Page
	// Faults are what is wrong, each with the number of its record, the first being 1.
	Faults []Fault
}

// Page is an answer in a file.
type Page struct{ URL, Date string }

// Fault is something that is wrong in a record.
type Fault struct {
	Record int
	What   string
}

// mostOpen bounds how many bytes a file may be when its compression is undone: a small
// file can stand for an endless one.
const mostOpen = 4 << 30

// Check reads a WARC file to its end and compares each digest with what it is of. An error
// says that the file could not be read; what is wrong in it is in the report.
func Check(r io.Reader) (*Checked, error) { return check(r, mostOpen) }

func check(r io.Reader, open int64) (*Checked, error) {
	c := new(Checked)
	sum := sha256.New()
	file := bufio.NewReader(io.TeeReader(r, io.MultiWriter(sum, (*counter)(&c.Bytes))))
	left := open
	for {
		more, err := c.member(file, &left)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
	}
	if _, err := io.Copy(io.Discard, file); err != nil { // what follows a fault is part of the file
		return nil, fmt.Errorf("reading the file: %w", err)
	}
	if c.Records == 0 {
		c.fault("there is no record in it")
	}
	c.SHA256 = seal.Hash(sum.Sum(nil))
	return c, nil
}

func (c *Checked) fault(format string, args ...any) {
	c.Faults = append(c.Faults, Fault{c.Records, fmt.Sprintf(format, args...)})
}

// member reads one member of gzip, or all of a file that is not compressed. It reports
// whether another may follow.
func (c *Checked) member(file *bufio.Reader, left *int64) (more bool, err error) {
	magic, err := file.Peek(2)
	switch {
	case errors.Is(err, io.EOF) && len(magic) == 0:
		return false, nil
	case err != nil && !errors.Is(err, io.EOF):
		return false, fmt.Errorf("reading the file: %w", err)
	}
	if string(magic) != "\x1f\x8b" {
		return false, c.records(&limited{file, *left})
	}
	z, err := gzip.NewReader(file)
	if err != nil {
		c.fault("what follows cannot be uncompressed: %v", err)
		return false, nil
	}
	z.Multistream(false)
	plain := &limited{z, *left}
	before := len(c.Faults)
	if err := c.records(plain); err != nil {
		return false, err
	}
	_, err = io.Copy(io.Discard, plain) // its checksum stands at the end
	if err != nil && len(c.Faults) == before {
		c.fault("it cannot be uncompressed: %v", err)
	}
	*left = plain.left
	return err == nil, nil
}

// records reads records to the end.
func (c *Checked) records(r io.Reader) error {
	b := bufio.NewReader(r)
	u := gowarc.NewUnmarshaler(
		gowarc.WithSyntaxErrorPolicy(gowarc.ErrFail), gowarc.WithSpecViolationPolicy(gowarc.ErrWarn),
		gowarc.WithUnknownRecordTypePolicy(gowarc.ErrWarn), gowarc.WithBlockErrorPolicy(gowarc.ErrIgnore), gowarc.WithAddMissingDigest(false),
	)
	for {
		if _, err := b.Peek(1); errors.Is(err, io.EOF) {
			return nil
		}
		c.Records++
		w, _, faults, err := u.Unmarshal(b)
		for _, f := range faults {
			c.fault("%v", f)
		}
		if err != nil {
			c.fault("it cannot be read: %v", err)
			return nil
		}
		h := w.WarcHeader()
		if !h.Has(gowarc.WarcBlockDigest) {
			c.fault("it has no digest, so that nobody can tell whether it was changed")
		}
		if w.Type() == gowarc.Response || w.Type() == gowarc.Resource {
			c.Pages = append(c.Pages, Page{h.Get(gowarc.WarcTargetURI), h.Get(gowarc.WarcDate)})
		}
		if err := w.Close(); err != nil {
			return fmt.Errorf("reading a record: %w", err)
		}
	}
}
