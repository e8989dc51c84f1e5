package report

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"temwen/seal"
)

// spool is where files wait until the whole form is there, for an envelope begins
// with the list of them. It is one file without a name on the disk, that only
// ever holds what was encrypted under keys that only this process has in memory:
// AES-256 in counter mode, a fresh key for each file.
type spool struct {
	on   *os.File
	size int64
}

// newSpool makes a spool in a folder.
func newSpool(dir string) (*spool, error) {
	on, err := os.CreateTemp(dir, "tmp-")
	if err != nil {
		return nil, fmt.Errorf("making room for files: %w", err)
	}
	_ = os.Remove(on.Name()) // where an open file cannot lose its name, close removes it
	return &spool{on: on}, nil
}

func (s *spool) close() {
	_ = s.on.Close() // it held nothing that anybody could read
	_ = os.Remove(s.on.Name())
}

// spooled is a file in a spool.
type spooled struct {
	in          *spool
	start, size int64
	sum         seal.Hash
	key         [32]byte
	name, kind  []byte // to be overwritten after use
}

// errTooMuch is for files that are larger than an envelope may be.
var errTooMuch = fmt.Errorf("%w: the files together", seal.ErrTooLarge)

// take reads a file to its end into the spool. The buffer is overwritten after
// use.
func (s *spool) take(r io.Reader) (*spooled, error) {
	f := &spooled{in: s, start: s.size}
	rand.Read(f.key[:])
	stream, err := keyStream(f.key)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	defer forget(sum)
	buf := make([]byte, 64<<10)
	defer clear(buf)
	for {
		n, err := r.Read(buf)
		if s.size+int64(n) > seal.MaxPadded {
			return nil, errTooMuch
		}
		sum.Write(buf[:n])
		stream.XORKeyStream(buf[:n], buf[:n])
		if _, err := s.on.WriteAt(buf[:n], s.size); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFull, err)
		}
		s.size += int64(n)
		f.size += int64(n)
		if err == io.EOF {
			f.sum = sumOf(sum)
			return f, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// keyStream is a key's stream from its beginning. It is used once to write and
// once to read the same bytes.
func keyStream(key [32]byte) (cipher.Stream, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewCTR(block, make([]byte, aes.BlockSize)), nil
}

// content reads the file back and makes sure at its end that it is what was
// taken.
func (f *spooled) content() (io.Reader, error) {
	stream, err := keyStream(f.key)
	if err != nil {
		return nil, err
	}
	section := io.NewSectionReader(f.in.on, f.start, f.size)
	return &checked{r: cipher.StreamReader{S: stream, R: section}, sum: sha256.New(), left: f.size, want: f.sum}, nil
}

// checked reads what must have a length and a hash.
type checked struct {
	r    io.Reader
	sum  hash.Hash
	left int64
	want seal.Hash
}

var errChanged = errors.New("a file changed on the disk while it waited to be sealed")

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.sum.Write(p[:n])
	c.left -= int64(n)
	if c.left <= 0 || err == io.EOF {
		if sumOf(c.sum) != c.want {
			return 0, errChanged // without the last bytes: who copies a number of bytes hears of no error after them
		}
		forget(c.sum) // which has a sum too, and stays at that
		c.want = sumOf(c.sum)
	}
	return n, err
}

// sumOf is the sum of a hash, which makes it from a copy of itself on the stack.
func sumOf(h hash.Hash) seal.Hash {
	sum := seal.Hash(h.Sum(nil))
	overwriteStack()
	return sum
}

// forget overwrites the last bytes that a hash has of what it summed.
func forget(sum hash.Hash) {
	sum.Reset()
	zeros := make([]byte, sum.BlockSize()-1) // a whole block would pass its buffer by
	sum.Write(zeros)
	sum.Write(zeros[:1])
}
