package desk

import (
	"maps"
	"sync"
	"time"
)

// tries slows down guessing. After freeTries wrong ones for a name the wait
// doubles with each, from one second to longestWait. Names that no officer has
// wait like the others.
type tries struct {
	now func() time.Time

	mu     sync.Mutex
	byName map[string]try
}

type try struct {
	wrong int
	last  time.Time
}

const (
	freeTries   = 5
	longestWait = 15 * time.Minute
	maxNames    = 10_000
)

// wait is how long nobody may try a name; 0 where they may.
func (t *tries) wait(name string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(0, t.byName[name].until().Sub(t.now()))
}

// wrong notes a wrong try.
func (t *tries) wrong(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byName == nil {
		t.byName = make(map[string]try)
	}
	if len(t.byName) >= maxNames {
		t.forget()
	}
	n := t.byName[name].wrong + 1
	t.byName[name] = try{n, t.now()}
}

// right forgets what was wrong before.
func (t *tries) right(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.byName, name)
}

// forget drops the names that need not wait any more, or all if that frees
// nothing: names are made up by the thousand only in an attack.
func (t *tries) forget() {
	now := t.now()
	maps.DeleteFunc(t.byName, func(_ string, e try) bool { return now.Sub(e.last) > longestWait })
	if len(t.byName) >= maxNames {
		clear(t.byName)
	}
}

// until is when a name may be tried again.
func (e try) until() time.Time {
	if e.wrong < freeTries {
		return e.last
	}
	wait := longestWait
	if doublings := e.wrong - freeTries; doublings < 10 {
		wait = min(wait, time.Second<<doublings)
	}
	return e.last.Add(wait)
}
