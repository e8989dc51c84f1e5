package record

import (
	"context"
	"database/sql"
	"math"
	"sync/atomic"
)

// knownSize is the number of events, in the one process that writes them. Every
// page asks for it, so it is counted once and then kept up to date: before a
// commit nobody is told the size that it leads to, after it nobody the one
// before.
type knownSize struct {
	plusOne atomic.Uint64 // 0: not counted yet
}

// uncertain says that a commit erred, which may have been done or not: from then
// on the events are counted each time, until the next commit.
const uncertain = math.MaxUint64

func (k *knownSize) get() (size uint64, ok bool) {
	n := k.plusOne.Load()
	return n - 1, n != 0 && n != uncertain
}

// counted keeps what was counted, unless there was a commit meanwhile.
func (k *knownSize) counted(size uint64) { k.plusOne.CompareAndSwap(0, size+1) }

// Size implements Store.
func (s *sqlStore) Size(ctx context.Context) (uint64, error) {
	if r := s.reading(ctx); r != nil { // what is known may be of a later state
		if r.sized {
			return r.size, nil
		}
		var err error
		r.size, err = countEvents(ctx, r.tx)
		r.sized = err == nil
		return r.size, s.wrap(err, "counting the events")
	}
	if size, ok := s.size.get(); ok {
		return size, nil
	}
	size, err := countEvents(ctx, s.read)
	if err == nil && s.write != nil {
		s.size.counted(size)
	}
	return size, s.wrap(err, "counting the events")
}

// commit ends a transaction of the one writer, who holds the write connection.
func (s *sqlStore) commit(steady context.Context, tx *sql.Tx) error {
	size, err := countEvents(steady, tx)
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		s.size.plusOne.Store(uncertain)
		return err
	}
	s.size.plusOne.Store(size + 1)
	return nil
}
