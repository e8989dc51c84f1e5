package seal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// Opened is an opened envelope, read from its first member to its last.
//
// Every byte it hands out was sealed at this place by whoever sealed the
// envelope; that none is missing at the end is known once [Opened.Next] has
// returned [io.EOF].
type Opened struct {
	from    *source
	content io.Reader
	read    int64 // bytes of the content so far
	members int
	current io.Reader    // the member at hand, if any
	filling int64        // zeros after it
	check   func() error // of it, once it was read
	err     error

	document bool   // Document was called:
	files    []File // what it describes
}

// Open opens an envelope with one of the identities. It checks everything on the
// way: one hybrid recipient, the archive's one form, names, limits and padding.
// Where no identity fits, the error is an [age.NoIdentityMatchError]; for bytes
// that are wrong it wraps an error of this package.
func Open(envelope io.Reader, identities ...age.Identity) (*Opened, error) {
	o := &Opened{from: &source{r: envelope}}
	head := make([]byte, HeadSize)
	n, _ := io.ReadFull(o.from, head) // too few are found below
	if o.from.err != nil {
		return nil, fmt.Errorf("opening an envelope: %w", o.from.err)
	}
	if err := checkHeader(head[:n]); err != nil {
		return nil, fmt.Errorf("opening an envelope: %w", err)
	}
	content, err := age.Decrypt(io.MultiReader(bytes.NewReader(head), o.from), identities...)
	if noMatch := (*age.NoIdentityMatchError)(nil); errors.As(err, &noMatch) {
		return nil, fmt.Errorf("opening an envelope: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("opening an envelope: %w", o.blame(err))
	}
	o.content = content
	return o, nil
}

// Next goes to the next member, past what was not read of the last one. After
// the last it returns [io.EOF], once it has seen that the padding is all zeros
// and of the right length, and that nothing follows. A member's content can be
// read until the next call.
func (o *Opened) Next() (Member, error) {
	if o.err != nil {
		return Member{}, o.err
	}
	m, err := o.next()
	if err != nil && err != io.EOF {
		err = fmt.Errorf("reading an envelope: %w", err)
	}
	o.err = err
	return m, err
}

func (o *Opened) next() (Member, error) {
	if err := o.leave(); err != nil {
		return Member{}, err
	}
	var block tarBlock
	if err := o.fill(block[:]); err != nil {
		return Member{}, err
	}
	if block == (tarBlock{}) {
		return Member{}, o.end()
	}
	m, err := block.member(o.members)
	if err != nil {
		return Member{}, err
	}
	o.members++
	if o.read+filled(m.Size)+archiveEnd > MaxPadded {
		return Member{}, fmt.Errorf("%w: %s goes beyond the %d bytes that an envelope holds", ErrTooLarge, m.Name, MaxPadded)
	}
	o.filling = filled(m.Size) - m.Size
	o.current, o.check, err = o.described(m, io.LimitReader((*contentReader)(o), m.Size))
	m.Content = o.current
	return m, err
}

// Document reads the first member, which must be the next. From then on
// [Opened.Next] checks every file against its description, the SHA-256 once the
// file was read, and at the end that none is missing.
func (o *Opened) Document() (Document, error) {
	m, err := o.Next()
	if err != nil {
		return Document{}, err
	}
	b, err := io.ReadAll(m.Content)
	if err != nil {
		return Document{}, fmt.Errorf("reading an envelope: %w", err)
	}
	d, err := parseDocument(m.Name, b)
	if err != nil {
		return Document{}, fmt.Errorf("reading an envelope: %w", err)
	}
	o.document, o.files = true, d.Files()
	return d, nil
}

// described returns the content of the member at hand and a check for its end,
// against its description if there is one.
func (o *Opened) described(m Member, content io.Reader) (io.Reader, func() error, error) {
	if !o.document {
		return content, func() error { return nil }, nil
	}
	i := o.members - 2
	if i >= len(o.files) || o.files[i].Size != m.Size {
		return nil, nil, fmt.Errorf("%w: %s is not described, or with another size", ErrMalformed, m.Name)
	}
	sum := sha256.New()
	return io.TeeReader(content, sum), func() error {
		if Hash(sum.Sum(nil)) != o.files[i].SHA256 {
			return fmt.Errorf("%w: %s is not the file that is described", ErrMalformed, m.Name)
		}
		return nil
	}, nil
}

// leave goes to the end of the current member's last block.
func (o *Opened) leave() error {
	if o.current == nil {
		return nil
	}
	if _, err := io.Copy(io.Discard, o.current); err != nil {
		return err
	}
	o.current = nil
	if err := o.check(); err != nil {
		return err
	}
	filling := make([]byte, o.filling)
	if err := o.fill(filling); err != nil {
		return err
	}
	return allZeros(filling)
}

// end reads the rest of the content, after the first block of zeros.
func (o *Opened) end() error {
	if o.members == 0 {
		return fmt.Errorf("%w: the envelope is empty", ErrMalformed)
	}
	if o.document && o.members-1 != len(o.files) {
		return fmt.Errorf("%w: %d files are described, and %d are there", ErrMalformed, len(o.files), o.members-1)
	}
	want := Padded(o.read - blockSize + archiveEnd)
	buf := make([]byte, 32<<10)
	for o.read < want {
		part := buf[:min(int64(len(buf)), want-o.read)]
		if err := o.fill(part); err != nil {
			return err
		}
		if err := allZeros(part); err != nil {
			return err
		}
	}
	if n, err := io.ReadFull(o.content, buf[:1]); n > 0 {
		return fmt.Errorf("%w: the content goes on after the %d bytes it is padded to", ErrUnpadded, want)
	} else if err != io.EOF {
		return o.blame(err)
	}
	return io.EOF
}

// fill reads len(p) bytes of the content, which must be there.
func (o *Opened) fill(p []byte) error {
	_, err := io.ReadFull((*contentReader)(o), p)
	return err
}

// contentReader reads an envelope's content, which must not end.
type contentReader Opened

func (c *contentReader) Read(p []byte) (int, error) {
	n, err := c.content.Read(p)
	c.read += int64(n)
	switch {
	case err == nil || n > 0:
		return n, nil // an error comes again
	case err == io.EOF:
		return 0, fmt.Errorf("%w: the archive is cut after %d bytes", ErrMalformed, c.read)
	}
	return 0, (*Opened)(c).blame(err)
}

// blame says whose fault an error of age is: that of the disk or network the
// envelope was read from, or that of the envelope.
func (o *Opened) blame(err error) error {
	if o.from.err != nil {
		return o.from.err
	}
	return fmt.Errorf("%w: the envelope was changed or cut on its way (%w)", ErrMalformed, err)
}

// source remembers an error of the reader below, other than its end.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func allZeros(p []byte) error {
	if len(bytes.TrimLeft(p, "\x00")) > 0 {
		return fmt.Errorf("%w: there is something where only zeros should be", ErrMalformed)
	}
	return nil
}
