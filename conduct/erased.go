package conduct

import (
	"fmt"
	"iter"
	"slices"

	"temwen/casework"
	"temwen/record"
)

// What was counted and published, and then erased, stays counted: otherwise the
// difference of two editions would tell what was erased. Later editions change a
// number by what has changed in what is left, and by nothing else, so that they are
// what they would be if nothing had been erased.

// standing is what an edition counts after earlier ones from a record of which
// something was erased. was are the grids of the earlier editions, and now is that
// of the new one, all of them counted from what is left. Where nothing was erased,
// it is now itself.
func standing(earlier []*Sheet, was []*Grid, now *Grid) *Grid {
	if len(earlier) == 0 {
		return now
	}
	last := earlier[len(earlier)-1]
	months := slices.Concat(last.Months, now.Months)
	if len(months) == 0 {
		return now
	}
	columns := slices.Concat(last.Columns, now.Columns)
	slices.SortFunc(columns, byColumn)
	g := newGrid(slices.Min(months), slices.Max(months), slices.Compact(columns))
	for i, m := range g.Months {
		for j, c := range g.Columns {
			g.N[i][j] = now.At(m, c)
			if e := settled(earlier, m, c); e >= 0 {
				g.N[i][j] = max(0, last.At(m, c)+now.At(m, c)-was[e].At(m, c))
			}
		}
	}
	return g
}

// settled is the edition in which a number was last counted anew: -1 where none
// has counted its month.
func settled(earlier []*Sheet, m Month, column string) int {
	e := len(earlier) - 1
	if earlier[e].row(m) < 0 {
		return -1
	}
	for e > 0 && earlier[e-1].row(m) >= 0 && earlier[e-1].At(m, column) == earlier[e].At(m, column) {
		e--
	}
	return e
}

// left counts editions from what is left of the record: the grids of each count, in
// order.
func left(events iter.Seq2[record.Event, error], editions []Stored) (map[string][]*Grid, error) {
	was := make(map[string][]*Grid)
	past := casework.NewPast()
	counted := uint64(0)
	var grids map[string]*Grid
	until := func(index uint64) {
		for ; len(editions) > 0 && editions[0].Counted <= index; editions = editions[1:] {
			t := &editions[0]
			if grids == nil || counted != t.Counted {
				grids, counted = Tally(past, &t.Scope, t.Through, RulesOf(t.Rules), t.Terms), t.Counted
			}
			if t.Count != Open {
				was[t.Count] = append(was[t.Count], grids[t.Count])
			}
		}
	}
	for e, err := range events {
		if err != nil {
			return nil, err
		}
		if until(e.Index); len(editions) == 0 {
			break
		}
		if err := past.Enter(&e); err != nil {
			return nil, err
		}
	}
	until(^uint64(0))
	return was, nil
}

// isEmpty reports whether an event was erased.
func isEmpty(e *record.Event) bool { return e.Type == record.Sealed && e.Inner == "" }

// erasures is what the record says of what was erased.
type erasures struct {
	empty []uint64          // events that say nothing any more
	books map[uint64]string // of events that an erasure names, their book
}

func (s *erasures) enter(e *record.Event) error {
	if isEmpty(e) {
		s.empty = append(s.empty, e.Index)
	}
	return s.names(e)
}

// names takes in which events an event says were erased.
func (s *erasures) names(e *record.Event) error {
	book, events, err := record.ErasedBy(e)
	for _, index := range events {
		if s.books == nil {
			s.books = make(map[uint64]string)
		}
		s.books[index] = book
	}
	return err
}

// any reports whether an event was erased that can have been counted. What was
// erased after the events that s has seen is not named yet.
func (s *erasures) any() bool {
	return slices.ContainsFunc(s.empty, func(index uint64) bool {
		book, named := s.books[index]
		return !named || book == casework.Book.Name()
	})
}

// named reports whether an erasure names each of the first size events that says
// nothing.
func (s *erasures) named(size uint64) bool {
	_, err := s.counted(size)
	return err == nil
}

// counted is how many of the first size events were erased that a table can have
// counted. An event that says nothing, and that no erasure names, is damage.
func (s *erasures) counted(size uint64) (n int, err error) {
	for _, index := range s.empty {
		book, named := s.books[index]
		switch {
		case index >= size:
		case !named:
			return 0, fmt.Errorf("%w: event %d says nothing, and no erasure names it", record.ErrDamaged, index)
		case book == casework.Book.Name():
			n++
		}
	}
	return n, nil
}
