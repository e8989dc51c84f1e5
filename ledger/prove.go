package ledger

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

// ErrUnpublished says that a published ledger does not have an entry.
var ErrUnpublished = errors.New("the entry is not published yet")

// Prove adds to a receipt file the proof that what it opens is in a published
// ledger, under the checkpoint of now, and returns what it proves. A proof that it
// has already is replaced. where is the log's folder or address, as for Verify.
//
// The entry is looked for from the last one back to the day of what was committed
// to. Who serves the ledger at an address sees in which 256 entries it is found;
// with a folder nobody does. Where it is not there the error wraps ErrUnpublished.
func (f *ReceiptFile) Prove(ctx context.Context, where string) (Receipted, error) {
	proven, err := f.prove(ctx, where)
	if err != nil {
		return Receipted{}, fmt.Errorf("proving the receipt by %s: %w", where, err)
	}
	return proven, nil
}

func (f *ReceiptFile) prove(ctx context.Context, where string) (Receipted, error) {
	checked, err := f.check(f.Key, nil)
	if err != nil {
		return Receipted{}, err
	}
	p, err := openPublished(ctx, where, f.Key)
	if err != nil {
		return Receipted{}, err
	}
	index, ok, err := p.find(ctx, commitment(f.Salt, f.Private), checked.Says.Day)
	if err != nil {
		return Receipted{}, err
	}
	if !ok {
		return Receipted{}, absent(p.checkpoint.Size, checked)
	}
	proof, err := p.receipt(ctx, index)
	if err != nil {
		return Receipted{}, err
	}
	proved := *f
	proved.Proof = proof
	if checked, err = proved.check(f.Key, nil); err != nil {
		return Receipted{}, err
	}
	*f = proved
	return *checked.Proven, nil
}

// absent says that a ledger does not have what a receipt is for.
func absent(size uint64, c Checked) error {
	if c.By.IsZero() {
		return fmt.Errorf("%w in the ledger of %d entries", ErrUnpublished, size)
	}
	return fmt.Errorf("%w in the ledger of %d entries; it is promised by %s", ErrUnpublished, size, c.By.Format(time.RFC3339))
}

// find looks for the entry with a commitment, from the last one back to the first
// of a day: to the very first where that is empty.
func (p published) find(ctx context.Context, commitment []byte, since string) (index uint64, ok bool, err error) {
	want := base64.StdEncoding.EncodeToString(commitment)
	for end := p.checkpoint.Size; end > 0; {
		if err := ctx.Err(); err != nil {
			return 0, false, err
		}
		bundle := (end - 1) / tileWidth
		entries, err := p.bundle(ctx, bundle)
		if err != nil {
			return 0, false, err
		}
		for i := len(entries) - 1; i >= 0; i-- {
			index := bundle*tileWidth + uint64(i)
			entry, err := scanEntry(entries[i], index)
			switch {
			case err != nil:
				return 0, false, fmt.Errorf("%w; run temwen verify on %s", err, p.where)
			case string(entry.commitment) == want:
				return index, true, nil
			case string(entry.day) < since:
				return 0, false, nil
			}
		}
		end = bundle * tileWidth
	}
	return 0, false, nil
}
