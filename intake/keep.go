package intake

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"temwen/record"
	"temwen/seal"
)

// keepFile writes an envelope to a file that is named by its hash and synced,
// and returns the hash.
func (in *Intake) keepFile(envelope io.Reader, size int64) (hash seal.Hash, err error) {
	f, err := os.CreateTemp(in.envelopes(), ".new-*")
	if err != nil {
		return hash, full(fmt.Errorf("keeping an envelope: %w", err))
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already after a rename
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(envelope, size))
	if err == nil {
		err = f.Sync()
	}
	if cerr := in.blur(f); err == nil {
		err = cerr
	}
	if isNoSpace(err) {
		return hash, full(err)
	}
	if err != nil || n != size {
		return hash, short(n, size, err)
	}
	hash = seal.Hash(sum.Sum(nil))
	if err := os.Rename(f.Name(), in.envelopeFile(hash)); err != nil {
		return hash, full(fmt.Errorf("keeping an envelope: %w", err))
	}
	return hash, syncFolder(in.envelopes())
}

// envelopeFile is where an envelope of its own is.
func (in *Intake) envelopeFile(hash seal.Hash) string {
	return filepath.Join(in.envelopes(), hash.String())
}

func isNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// syncFolder makes what was done to a folder's names last.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// sweep removes the envelopes of which no event speaks, and what was being
// written, when a crash left them. It must run before anything is taken.
func (in *Intake) sweep(ctx context.Context) error {
	entries, err := os.ReadDir(in.envelopes())
	if err != nil {
		return err
	}
	return in.view(ctx, func(t *record.Tables) error {
		for _, e := range entries {
			name := e.Name()
			var idx uint64
			hash, err := hex.DecodeString(name)
			there := false
			if err == nil {
				if there, err = t.Scan(ctx, `SELECT idx FROM {item} WHERE file = $1`, []any{hash}, &idx); err != nil {
					return err
				}
			}
			if !there {
				if err := os.Remove(filepath.Join(in.envelopes(), name)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// open opens the envelope of an event, and returns its length in bytes.
func (in *Intake) open(ctx context.Context, index uint64) (io.ReadCloser, int64, error) {
	e, err := in.store.Event(ctx, index)
	if err != nil {
		return nil, 0, err
	}
	b, err := said(&e)
	if err != nil {
		return nil, 0, err
	}
	if b.File == nil {
		content, err := in.store.Content(ctx, index)
		if errors.Is(err, record.ErrNoContent) {
			return nil, 0, fmt.Errorf("%w: it was erased", ErrUnknown)
		}
		return bytesReader(content), int64(len(content)), err
	}
	f, err := os.Open(in.envelopeFile(b.File.SHA256))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fmt.Errorf("%w: it was erased", ErrUnknown)
	}
	return f, b.Size, err
}

func newID() (id seal.ID) {
	rand.Read(id[:]) // never fails
	return id
}
