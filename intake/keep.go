package intake

import (
	"context"
	"errors"
	"fmt"
	"io"

	"temwen/record"
	"temwen/seal"
)

// speaksOf reports whether an event speaks of an envelope that is a file.
func (in *Intake) speaksOf(ctx context.Context, hash seal.Hash) (there bool, err error) {
	err = in.view(ctx, func(t *record.Tables) (err error) {
		var idx uint64
		there, err = t.Scan(ctx, `SELECT idx FROM {item} WHERE file = $1`, []any{hash[:]}, &idx)
		return err
	})
	return there, err
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
	f, err := in.shelf.Open(b.File.SHA256)
	return f, b.Size, err
}
