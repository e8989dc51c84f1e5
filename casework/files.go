package casework

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"temwen/record"
	"temwen/seal"
	"temwen/shelf"
)

// Files are the sealed files that a record speaks of, for a check of the folder that
// KeepEvidence was given.
type Files struct{ taken []sealedFile }

type sealedFile struct {
	event uint64
	hash  seal.Hash
}

// Enter takes in an event: one that takes no evidence in, or was erased, says nothing.
func (f *Files) Enter(e *record.Event) error {
	if e.What() != evidenceTaken || len(e.Body) == 0 {
		return nil
	}
	var what Event
	if err := json.Unmarshal(e.Body, &what); err != nil {
		return fmt.Errorf("reading event %d: %w", e.Index, err)
	}
	f.taken = append(f.taken, sealedFile{e.Index, what.Evidence.SHA256})
	return nil
}

// Changed is a sealed file that is not there, or not as it was taken in.
type Changed struct {
	Event uint64 // that took it in
	Hash  seal.Hash
	Gone  bool
}

func (c *Changed) Error() string {
	if c.Gone {
		return fmt.Sprintf("evidence: the sealed file %s, which event %d took in, is not there", c.Hash, c.Event)
	}
	return fmt.Sprintf("evidence: the sealed file %s, which event %d took in, has other bytes now", c.Hash, c.Event)
}

// Compare compares the files of a folder with the record, and returns how many are as they
// were taken in; here is false where there is no such folder. What differs is a *Changed.
// erased reports whether an event was erased meanwhile, and its file with it.
func (f *Files) Compare(ctx context.Context, dir string, erased func(context.Context, uint64) (bool, error)) (whole int, here bool, err error) {
	if _, err := os.Stat(filesOf(dir)); errors.Is(err, fs.ErrNotExist) {
		return 0, len(f.taken) == 0, nil
	}
	kept := shelf.At(filesOf(dir))
	for _, one := range f.taken {
		if err := ctx.Err(); err != nil {
			return whole, true, err
		}
		err := one.compare(kept)
		if err == nil {
			whole++
			continue
		}
		if gone, gerr := erased(ctx, one.event); gerr != nil || !gone {
			return whole, true, errors.Join(err, gerr)
		}
	}
	return whole, true, nil
}

func (one sealedFile) compare(kept *shelf.Shelf) error {
	r, err := kept.Open(one.hash)
	if errors.Is(err, shelf.ErrUnknown) {
		return &Changed{one.event, one.hash, true}
	}
	if err != nil {
		return err
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return fmt.Errorf("reading a sealed file: %w", err)
	}
	if seal.Hash(sum.Sum(nil)) != one.hash {
		return &Changed{one.event, one.hash, false}
	}
	return nil
}
