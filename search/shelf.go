package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"

	"temwen/dossier"
)

// Shelf keeps the index of the latest edition of a record, and makes the next
// one beside it: who searches meanwhile is answered from the one before. Its
// zero value is ready. It may be used by several goroutines.
type Shelf struct {
	// Path is the file for an index too big for memory; where empty, every index
	// is in memory. The file may be deleted at any time when nobody uses it.
	Path string

	mu      sync.Mutex
	index   *Index
	edition uint64      // of index
	making  *unfinished // nil where none is being made
}

// unfinished is an index that is being made.
type unfinished struct {
	edition uint64
	done    chan struct{}
	err     error // once done
}

// Edition is what an index is made from.
type Edition struct {
	Number   uint64
	Stamp    string // the same for the same content, whoever made it
	Dossiers []*dossier.Dossier
}

// inMemory is how many entries an index in memory has at most: some 20 MB.
const inMemory = 20_000

// ErrPreparing says that there is no index yet, and that it was not ready
// before the caller's time was over. It goes on being made.
var ErrPreparing = errors.New("the search index is being made")

// Search asks the index of an edition, or the one before as long as that is
// being made; it returns the number of the edition that answered. Where there
// is none it waits, and errs with ErrPreparing when ctx ends before.
func (s *Shelf) Search(ctx context.Context, e Edition, q Query) (*Answer, uint64, error) {
	for {
		x, edition, err := s.at(ctx, e)
		if err != nil {
			return nil, 0, err
		}
		a, err := x.Search(ctx, q)
		switch {
		case errors.Is(err, ErrClosed):
			continue // another one took its place just now
		case errors.Is(err, ErrDamaged):
			s.drop(x)
		}
		return a, edition, err
	}
}

// at is the best index there is, and its edition.
func (s *Shelf) at(ctx context.Context, e Edition) (*Index, uint64, error) {
	s.mu.Lock()
	if s.index != nil && s.edition == e.Number {
		defer s.mu.Unlock()
		return s.index, s.edition, nil
	}
	if s.making == nil {
		s.making = &unfinished{edition: e.Number, done: make(chan struct{})}
		go s.make(s.making, e)
	}
	x, edition, making := s.index, s.edition, s.making
	s.mu.Unlock()
	if x != nil {
		return x, edition, nil
	}
	select {
	case <-ctx.Done():
		return nil, 0, ErrPreparing
	case <-making.done:
	}
	if making.err != nil {
		return nil, 0, making.err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index == nil {
		return nil, 0, ErrPreparing // dropped again
	}
	return s.index, s.edition, nil
}

// make makes the index of an edition and puts it in the place of the one
// before. It belongs to nobody's request and ends with none.
func (s *Shelf) make(u *unfinished, e Edition) {
	x, err := s.openOrBuild(context.Background(), e)
	s.mu.Lock()
	defer s.mu.Unlock()
	u.err, s.making = err, nil
	defer close(u.done)
	if err != nil {
		return
	}
	before := s.index
	s.index, s.edition = x, e.Number
	if before != nil {
		go func() { _ = before.Close() }() // waits for those who still read it
	}
}

func (s *Shelf) openOrBuild(ctx context.Context, e Edition) (*Index, error) {
	if s.Path != "" {
		if x, err := Open(ctx, s.Path, e.Stamp); err == nil {
			return x, nil
		}
	}
	var entries []Entry
	for _, d := range e.Dossiers {
		entries = append(entries, Of(d)...)
	}
	path := s.Path
	if len(entries) <= inMemory {
		path = ""
	}
	return Build(ctx, path, e.Stamp, entries)
}

// drop forgets a damaged index, so that it is made anew.
func (s *Shelf) drop(x *Index) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index != x {
		return
	}
	s.index = nil
	if s.Path != "" {
		_ = os.Remove(s.Path) // where it stays, the next one replaces it
	}
	go func() { _ = x.Close() }()
}

// Close releases the index.
func (s *Shelf) Close() error {
	s.mu.Lock()
	x := s.index
	s.index = nil
	s.mu.Unlock()
	if x == nil {
		return nil
	}
	return x.Close()
}

// Ready opens the index in a file if it is of that content, and otherwise makes
// one in memory: for a program that reads once.
func Ready(ctx context.Context, path string, e Edition) (*Index, error) {
	if path != "" {
		x, err := Open(ctx, path, e.Stamp)
		if err == nil {
			return x, nil
		}
		if !errors.Is(err, ErrStale) && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w; delete %s, and it is made anew", err, path)
		}
	}
	return (&Shelf{}).openOrBuild(ctx, e)
}

// Stamp is the stamp of a record as of an edition: its ledger's key, and the
// checkpoint, which is a fingerprint of all entries, without its signatures.
func Stamp(key string, edition uint64, checkpoint []byte) string {
	note, _, _ := strings.Cut(string(checkpoint), "\n\n")
	return fmt.Sprintf("%s\n%d\n%s", key, edition, note)
}
