package told

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// A mark says how many events of the record were looked through, in a file of the
// store's folder, so that to begin anew costs what is new. It says no more than that
// number, and a hash of the last event's salt: where the record is another one, put back
// from a backup, the mark counts for nothing. So does one that is missing or damaged,
// or whose event was erased: then all is looked through, and nothing is told twice.

// marked is how many events the mark says were looked through.
func (t *Teller) marked(ctx context.Context) (uint64, error) {
	text, err := os.ReadFile(t.store.ToldFile())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading how far people were told: %w", err)
	}
	seen, ok := parseMark(text)
	size, err := t.store.Recorded(ctx)
	if err != nil || !ok || seen > size {
		return 0, err
	}
	if is, err := t.mark(ctx, seen); err != nil || is != string(text) {
		return 0, err
	}
	return seen, nil
}

// parseMark reads the number of a mark.
func parseMark(text []byte) (seen uint64, ok bool) {
	var sum string
	n, err := fmt.Sscanf(string(text), "%d %32s\n", &seen, &sum)
	return seen, n == 2 && err == nil && seen > 0
}

// mark is what the file says where so many events were looked through.
func (t *Teller) mark(ctx context.Context, seen uint64) (string, error) {
	e, err := t.store.Event(ctx, seen-1)
	if err != nil || len(e.Salt) == 0 {
		return "", err
	}
	return fmt.Sprintf("%d %.16x\n", seen, sha256.Sum256(append([]byte("temwen told\n"), e.Salt...))), nil
}

// keep writes the mark. One that is lost costs time and nothing else, so it is not
// synced.
func (t *Teller) keep(ctx context.Context) error {
	text, err := t.mark(ctx, t.seen)
	if err != nil || text == "" {
		return err
	}
	file := t.store.ToldFile()
	if err := os.WriteFile(file+".new", []byte(text), 0o600); err != nil {
		return fmt.Errorf("noting how far people were told: %w", err)
	}
	return os.Rename(file+".new", file)
}
