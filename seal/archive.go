package seal

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The names of an archive's first member.
const (
	ReportMember  = "report.json"
	MessageMember = "message.json"
)

// Limits of what an envelope holds.
const (
	MaxFiles    = 20
	MaxDocument = 256 << 10 // bytes of report.json or message.json
)

// FileMember is the name of an archive's n-th file, counted from 1: "files/01".
func FileMember(n int) string {
	return fmt.Sprintf("files/%02d", n)
}

// Member is one file of an archive.
type Member struct {
	Name    string
	Size    int64 // in bytes
	Content io.Reader
}

// checkMember checks what stands at a place, counted from 0, of an archive.
func checkMember(at int, name string, size int64) error {
	switch {
	case at == 0 && name != ReportMember && name != MessageMember:
		return fmt.Errorf("%w: the first member is %s or %s, not %q", ErrMalformed, ReportMember, MessageMember, name)
	case at > MaxFiles:
		return fmt.Errorf("%w: there are more than %d files", ErrTooLarge, MaxFiles)
	case at > 0 && name != FileMember(at):
		return fmt.Errorf("%w: after %d members comes %s, not %q", ErrMalformed, at, FileMember(at), name)
	case size < 0:
		return fmt.Errorf("%w: %s has a size below zero", ErrMalformed, name)
	case at == 0 && size > MaxDocument:
		return fmt.Errorf("%w: %s has %d bytes, more than %d", ErrTooLarge, name, size, MaxDocument)
	case size > MaxPadded:
		return fmt.Errorf("%w: %s has %d bytes; all files together may have %d", ErrTooLarge, name, size, MaxPadded)
	}
	return nil
}

const (
	blockSize  = 512
	archiveEnd = 2 * blockSize // two blocks of zeros
)

// filled is n rounded up to whole blocks.
func filled(n int64) int64 {
	return (n + blockSize - 1) / blockSize * blockSize
}

// archiveSize is the length of the archive of members, with its end and without
// padding.
func archiveSize(members []Member) (int64, error) {
	if len(members) == 0 {
		return 0, errors.New("an envelope needs a report or a message")
	}
	n := int64(archiveEnd)
	for i, m := range members {
		if err := checkMember(i, m.Name, m.Size); err != nil {
			return 0, err
		}
		n += blockSize + filled(m.Size)
	}
	if n > MaxPadded {
		return 0, fmt.Errorf("%w: all files together have %d bytes, more than %d", ErrTooLarge, n, MaxPadded)
	}
	return n, nil
}

// tarBlock is the header of a member: POSIX ustar.
type tarBlock [blockSize]byte

// newTarBlock is the one header that a name and a size have here: a regular
// file of mode 0600 with everything else zero.
func newTarBlock(name string, size int64) (block tarBlock, err error) {
	var b bytes.Buffer
	if err := tar.NewWriter(&b).WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg,
		Name:     name,
		Size:     size,
		Mode:     0o600,
		ModTime:  time.Unix(0, 0),
		Format:   tar.FormatUSTAR,
	}); err != nil {
		return block, err
	}
	copy(block[:], b.Bytes())
	return block, nil
}

// member reads the header of the member at a place, counted from 0. Of all the
// forms that tar knows only that of newTarBlock is read, so that no archive is
// read in two ways by two programs.
func (b tarBlock) member(at int) (Member, error) {
	name, _, _ := strings.Cut(string(b[:100]), "\x00")
	digits, _, _ := strings.Cut(string(b[124:136]), "\x00")
	size, err := strconv.ParseInt(digits, 8, 64)
	if err != nil {
		return Member{}, fmt.Errorf("%w: the header of member %d has no size", ErrMalformed, at+1)
	}
	if err := checkMember(at, name, size); err != nil {
		return Member{}, err
	}
	want, err := newTarBlock(name, size)
	if err != nil || b != want {
		return Member{}, fmt.Errorf("%w: the header of %s is not the plain ustar header of a file of mode 0600", ErrMalformed, name)
	}
	return Member{Name: name, Size: size}, nil
}

// writeMember writes a member with its header and filling.
func writeMember(w io.Writer, m Member) error {
	block, err := newTarBlock(m.Name, m.Size)
	if err != nil {
		return err
	}
	if _, err := w.Write(block[:]); err != nil {
		return err
	}
	n, err := copyWiping(w, io.LimitReader(m.Content, m.Size))
	if err == nil && n < m.Size {
		return fmt.Errorf("it has %d bytes, not the %d that were announced", n, m.Size)
	}
	if err != nil {
		return err
	}
	var more [1]byte
	if n, _ := io.ReadFull(m.Content, more[:]); n > 0 {
		return fmt.Errorf("it has more than the %d bytes that were announced", m.Size)
	}
	_, err = io.CopyN(w, zeros{}, filled(m.Size)-m.Size)
	return err
}

// copyWiping is io.Copy with a buffer that is overwritten after use.
func copyWiping(w io.Writer, r io.Reader) (int64, error) {
	buf := make([]byte, 32<<10)
	defer clear(buf)
	return io.CopyBuffer(struct{ io.Writer }{w}, r, buf)
}

// zeros reads as zeros without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
