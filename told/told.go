// Package told tells the people who reported what becomes of it: when something
// happens to a case, a message in plain words is sealed to each person on whose
// report the case rests, and put into their thread. It also knows what these
// people allow, as far as that is known outside of the seal, and takes back what is
// public of a case that they do not allow to be public any more.
//
// It must never say who is accused, who told, or the number of a case; nothing a
// third person could use who reads over a shoulder. It must never tell a thing
// twice, or tell anything to who has withdrawn, or while an officer holds the words
// back for somebody's safety. What is due is found from the record each time; of its
// own it keeps one number, how far it has looked (mark.go), which may be lost. Start
// with Teller; the words are chosen in happened.go.
package told

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"temwen/casework"
	"temwen/intake"
	"temwen/record"
	"temwen/store"
)

// Teller tells what happens to the cases of an office. Its methods may be called
// concurrently.
type Teller struct {
	store *store.Store
	in    *intake.Intake
	cases *casework.Cases

	mu    sync.Mutex
	begun bool     // seen is known
	seen  uint64   // events that were looked through
	again []string // cases of which something could not be told, by ID
}

// New is the teller of the office of a store.
func New(s *store.Store, in *intake.Intake, cases *casework.Cases) *Teller {
	return &Teller{store: s, in: in, cases: cases}
}

// together is how many events are looked through before that is noted.
const together = 10_000

// Pass looks at what has happened since the last pass, also one of an earlier process:
// it takes back what is public of cases that may not be public any more, and tells. It
// returns how many messages it sent. A killed process loses none and doubles none: what
// was sent is on the record, and so is what happened. What cannot be told is tried
// again the next time, and keeps nothing else back.
func (t *Teller) Pass(ctx context.Context) (n int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	size, err := t.store.Recorded(ctx)
	if err != nil {
		return 0, err
	}
	if !t.begun {
		if t.seen, err = t.marked(ctx); err != nil {
			return 0, err
		}
		t.begun = true
	}
	again := t.again
	t.again = nil
	errs := []error{t.tellOf(ctx, again, &n)}
	if len(again) > 0 && len(t.again) == 0 && t.seen >= size {
		errs = append(errs, t.keep(ctx)) // else what follows does
	}
	for t.seen < size && ctx.Err() == nil {
		to := min(t.seen+together, size)
		touched, err := t.touched(ctx, t.seen, to)
		if err != nil {
			return n, errors.Join(append(errs, err)...)
		}
		errs = append(errs, t.tellOf(ctx, touched, &n))
		t.seen = to
		if len(t.again) == 0 {
			errs = append(errs, t.keep(ctx))
		}
	}
	return n, errors.Join(append(errs, ctx.Err())...)
}

// tellOf notes in some cases how consent stands, tells what was not told of them yet,
// and counts the messages.
func (t *Teller) tellOf(ctx context.Context, cases []string, n *int) error {
	var errs []error
	for i, id := range cases {
		if ctx.Err() != nil {
			t.again = append(t.again, cases[i:]...)
			break
		}
		stands := Stand(ctx, t.in, t.cases, id)
		sent, err := t.tell(ctx, id)
		*n += sent
		if err = errors.Join(stands, err); err != nil {
			t.again = append(t.again, id)
			errs = append(errs, fmt.Errorf("telling of a case: %w", err))
		}
	}
	return errors.Join(errs...)
}

// Follow makes a pass at every interval, a second where 0, until ctx ends. A pass
// when nothing was put on the record asks for its size and no more. failed hears of
// passes in which something went wrong.
func (t *Teller) Follow(ctx context.Context, every time.Duration, failed func(error)) {
	if every <= 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if _, err := t.Pass(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// touched are the cases that there may be something to tell of: something happened in
// the events from one to before another, for the last time, to them, to what they are
// about, or to the thread of a report they rest on.
func (t *Teller) touched(ctx context.Context, from, to uint64) ([]string, error) {
	list, err := t.cases.Changed(ctx, from, to)
	if err != nil {
		return nil, err
	}
	threads, err := t.in.Changed(ctx, from, to)
	if err != nil {
		return nil, err
	}
	public, err := t.bereft(ctx, from, to)
	if err != nil {
		return nil, err
	}
	list = append(list, public...)
	known := make(map[string]bool, len(list))
	for _, id := range list {
		known[id] = true
	}
	for _, thread := range threads {
		codes, err := t.codes(ctx, thread)
		if err != nil {
			return nil, err
		}
		for _, code := range codes {
			about, err := t.cases.RestOn(ctx, code)
			if err != nil {
				return nil, err
			}
			for _, id := range about {
				if !known[id] {
					known[id] = true
					list = append(list, id)
				}
			}
		}
	}
	return list, nil
}

// bereft are the cases of which something is public, where one of the events erased
// something: it may have been the report that one of them rests on, of which nothing
// tells any more which it was.
func (t *Teller) bereft(ctx context.Context, from, to uint64) ([]string, error) {
	for e, err := range t.store.Events()(ctx, from) {
		if err != nil || e.Index >= to {
			return nil, err
		}
		_, gone, err := record.ErasedBy(&e)
		if err != nil {
			return nil, err
		}
		if len(gone) == 0 {
			continue
		}
		public, err := t.cases.Standing(ctx)
		list := make([]string, len(public))
		for i, c := range public {
			list[i] = c.ID
		}
		return list, err
	}
	return nil, nil
}

// codes are a thread and those that are joined with it: what one person told under
// several codes.
func (t *Teller) codes(ctx context.Context, thread string) ([]string, error) {
	th, err := t.in.Head(ctx, thread)
	if err == nil && th != nil && th.Into != "" {
		th, err = t.in.Head(ctx, th.Into)
	}
	if err != nil || th == nil {
		return []string{thread}, err
	}
	return append([]string{th.ID}, th.Joined...), nil
}

// tell tells what was not told yet of a case.
func (t *Teller) tell(ctx context.Context, id string) (n int, err error) {
	people, err := t.people(ctx, id)
	if err != nil || len(people) == 0 {
		return 0, err
	}
	events, err := t.cases.History(ctx, id)
	if err != nil {
		return 0, err
	}
	earlier, err := t.in.ToldOf(ctx, id)
	if err != nil {
		return 0, err
	}
	type once struct {
		thread string
		about  uint64
	}
	told := make(map[once]bool, len(earlier))
	for _, w := range earlier {
		told[once{w.Thread, w.About}] = true
	}
	for _, h := range happened(events) {
		for _, p := range people {
			if told[once{p.ID, h.About}] {
				continue
			}
			w := h
			w.Thread = p.ID
			if w.Envelope, err = intake.SealWord(p.Reply, &w); err != nil {
				return n, err
			}
			sent, err := t.in.Tell(record.Provided(ctx, still(id)), w)
			if errors.Is(err, errGone) {
				return n, nil
			}
			if err != nil {
				return n, err
			}
			if sent {
				n++
			}
		}
	}
	return n, nil
}

// errGone says that a case was erased while it was told of.
var errGone = errors.New("the case was erased")

// still is the condition that a case is on the record, so that nothing is told of one
// whose words were erased with it.
func still(id string) record.Condition {
	return func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		t, err := book(casework.Book.Name())
		if err != nil {
			return err
		}
		there, err := casework.ThereIn(ctx, t, id)
		if err == nil && !there {
			err = errGone
		}
		return err
	}
}

// people are the threads to which what happens to a case is told: of the reports
// that it rests on, and those joined to them.
func (t *Teller) people(ctx context.Context, id string) (list []*intake.Thread, err error) {
	rests, err := t.cases.RestsOn(ctx, id)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	add := func(id string) (*intake.Thread, error) {
		th, err := t.in.Head(ctx, id)
		if err == nil && th != nil && !seen[th.ID] && th.Hears() {
			list = append(list, th)
		}
		seen[id] = true
		return th, err
	}
	for _, thread := range rests.Threads {
		th, err := add(thread)
		if err == nil && th != nil && th.Into != "" {
			th, err = add(th.Into)
		}
		if err != nil {
			return nil, err
		}
		if th == nil {
			continue
		}
		for _, joined := range th.Joined {
			if _, err := add(joined); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}
