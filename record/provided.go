package record

import (
	"context"
	"database/sql"
)

// Condition is what must hold for a command to be done, such as that whoever does
// it may. It is asked within the command's own transaction, so that what it sees is
// so when the command is done; book gives the tables of a book to read.
type Condition func(ctx context.Context, book func(name string) (*Tables, error)) error

type conditionKey struct{}

// Provided returns a context in which acts and erasures are done only where a
// condition holds, and those that ctx has already; otherwise they fail with its
// error, and nothing is written.
func Provided(ctx context.Context, holds Condition) context.Context {
	if earlier, ok := ctx.Value(conditionKey{}).(Condition); ok {
		later := holds
		holds = func(ctx context.Context, book func(string) (*Tables, error)) error {
			if err := earlier(ctx, book); err != nil {
				return err
			}
			return later(ctx, book)
		}
	}
	return context.WithValue(ctx, conditionKey{}, holds)
}

// provided asks the context's condition.
func (s *sqlStore) provided(ctx context.Context, tx *sql.Tx, size uint64) error {
	holds, ok := ctx.Value(conditionKey{}).(Condition)
	if !ok {
		return nil
	}
	var open []*Tables
	defer func() {
		for _, t := range open {
			t.close()
		}
	}()
	return holds(ctx, func(name string) (*Tables, error) {
		b, err := s.book(name)
		if err != nil {
			return nil, err
		}
		if err := s.settledBook(ctx, tx, b, size); err != nil {
			return nil, err
		}
		t := &Tables{q: tx, prefix: livePrefix(b)}
		open = append(open, t)
		return t, nil
	})
}
