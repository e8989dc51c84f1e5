package casework

import (
	"context"
	"sync"
)

// standing remembers who has which case and who is kept from it, as long as nothing
// happens: a page asks for it many times before it shows what is around its case. It is
// what the tables say, whoever asks.
type standing struct {
	mu   sync.Mutex
	size uint64 // how many events the record has, at least, of which held is
	held map[string]Case
}

// mostStanding bounds the memory.
const mostStanding = 256

// of is the case of an ID, with no more than who has it and who is kept from it: as it was
// found while the record had as many events as it has, or as find finds it.
func (s *standing) of(ctx context.Context, size func(context.Context) (uint64, error), id string, find func() (Case, error)) (Case, error) {
	now, err := size(ctx)
	if err != nil {
		return Case{}, err
	}
	s.mu.Lock()
	if s.size != now || len(s.held) >= mostStanding {
		s.size, s.held = now, make(map[string]Case)
	}
	c, known := s.held[id]
	s.mu.Unlock()
	if known {
		return c, nil
	}
	c, err = find()
	if err != nil {
		return Case{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size == now { // it is of then, or of later
		s.held[id] = c
	}
	return c, nil
}
