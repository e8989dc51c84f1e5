// Package shelf keeps sealed bytes as files: whole ones by their SHA-256, and
// unfinished ones that come in pieces. The rooms that take reports and evidence
// share it.
//
// It must never hold a key, look into what it keeps, leave a time on a file that
// is finer than the day, or say that something is kept before it is on disk. Start
// with Shelf; then Uploads.
package shelf

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"temwen/seal"
)

// The kinds of error that a sender can act on.
var (
	// ErrUnknown: there is no such file or upload.
	ErrUnknown = errors.New("nothing is known under this token or ID")
	// ErrBusy: there are too many at once.
	ErrBusy = errors.New("too many at once")
	// ErrFull: the disk is full, or what may be stored is.
	ErrFull = errors.New("the office cannot store anything now")
	// ErrOffset: an upload does not stand where a piece begins.
	ErrOffset = errors.New("the upload does not stand where this piece begins")
)

// Shelf is a folder of sealed files, each named by its SHA-256.
type Shelf struct {
	dir string
	now func() time.Time
}

// New is the shelf of a folder, which is made where there is none.
func New(dir string, now func() time.Time) (*Shelf, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making room for sealed files: %w", err)
	}
	return &Shelf{dir, now}, nil
}

// At is the shelf of a folder that is there, to read.
func At(dir string) *Shelf { return &Shelf{dir: dir} }

// Keep writes size bytes to a file that is named by their hash and synced, and
// returns the hash. Errors: ErrFull, and seal.ErrMalformed where there are fewer.
func (s *Shelf) Keep(sealed io.Reader, size int64) (hash seal.Hash, err error) {
	f, err := os.CreateTemp(s.dir, ".new-*")
	if err != nil {
		return hash, Full(fmt.Errorf("keeping an envelope: %w", err))
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already after a rename
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(sealed, size))
	if err == nil {
		err = f.Sync()
	}
	if cerr := blur(f, s.now()); err == nil {
		err = cerr
	}
	if isNoSpace(err) {
		return hash, Full(err)
	}
	if err != nil || n != size {
		return hash, Short(n, size, err)
	}
	hash = seal.Hash(sum.Sum(nil))
	if err := os.Rename(f.Name(), s.path(hash)); err != nil {
		return hash, Full(fmt.Errorf("keeping an envelope: %w", err))
	}
	return hash, syncFolder(s.dir)
}

// Short is the error of an envelope of which n of size bytes came.
func Short(n, size int64, err error) error {
	if err != nil {
		return fmt.Errorf("reading an envelope: %w", err)
	}
	return fmt.Errorf("%w: %d of %d bytes of the envelope came", seal.ErrMalformed, n, size)
}

// Open opens a file that is kept, or says ErrUnknown.
func (s *Shelf) Open(hash seal.Hash) (io.ReadCloser, error) {
	f, err := os.Open(s.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: it was erased", ErrUnknown)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Remove erases a file, if it is there.
func (s *Shelf) Remove(hash seal.Hash) error {
	if err := os.Remove(s.path(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Sweep removes the files of which no event speaks, and what was being written,
// when a crash left them. It must run before anything is taken.
func (s *Shelf) Sweep(ctx context.Context, known func(context.Context, seal.Hash) (bool, error)) error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		there := false
		if hash, err := hex.DecodeString(e.Name()); err == nil && len(hash) == sha256.Size {
			if there, err = known(ctx, seal.Hash(hash)); err != nil {
				return err
			}
		}
		if !there {
			if err := os.Remove(filepath.Join(s.dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Shelf) path(hash seal.Hash) string { return filepath.Join(s.dir, hash.String()) }

// Full turns what says that the disk is full into ErrFull.
func Full(err error) error {
	if isNoSpace(err) {
		return fmt.Errorf("%w: the disk is full", ErrFull)
	}
	return err
}

func isNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// blur closes a file and leaves no time on it that is finer than the day.
func blur(f *os.File, now time.Time) error {
	at := now.UTC().Truncate(24 * time.Hour)
	return errors.Join(f.Close(), os.Chtimes(f.Name(), at, at))
}

// syncFolder makes what was done to a folder's names last.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
