package office

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"temwen/record"
	"temwen/store"
)

var _ Keeper = (*store.Reader)(nil)

// onRecord is a record as the store is one.
type onRecord struct{ record.Store }

func (r onRecord) Do(ctx context.Context, key string, cmd record.Command, now time.Time) (record.Result, error) {
	return r.Store.Do(ctx, key, cmd, now)
}

func openRecord(t *testing.T, path string, mode record.Mode) record.Store {
	t.Helper()
	r, err := record.OpenSQLite(t.Context(), path, mode, record.Books(Book))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// lives are what is done in the lives of some offices.
func lives(n int) (list []*world) {
	life := rapid.Custom(func(t *rapid.T) *world {
		w := newWorld(t)
		w.r = t
		w.found(true)
		for range 25 {
			w.step()
		}
		return w
	})
	for seed := range n {
		list = append(list, life.Example(seed))
	}
	return list
}

// TestBookHoldsWhatTheEventsSay lives some lives on the record: what its tables
// hold is what Apply makes of the events, and they can be made anew from these.
func TestBookHoldsWhatTheEventsSay(t *testing.T) {
	for _, w := range lives(4) {
		path := filepath.Join(t.TempDir(), "record.db")
		r := openRecord(t, path, record.Create)
		var now time.Time
		o := New(onRecord{r}, func() time.Time { return now })
		for _, d := range w.done {
			now = d.at
			err := o.Do(t.Context(), d.by, d.command)
			if refused := errors.Is(err, record.ErrRefused); refused != d.refused || err != nil && !refused {
				t.Fatalf("%T by %s: %v", d.command, d.by, err)
			}
			if _, err := o.State(t.Context()); err != nil { // keeps it, for the next to change
				t.Fatal(err)
			}
		}
		for _, o := range []*Office{o, New(onRecord{r}, nil)} {
			if got, err := o.State(t.Context()); err != nil {
				t.Fatal(err)
			} else if diff := cmp.Diff(w.state, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
		}
		if _, err := r.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		deeds, err := o.Deeds(t.Context(), 0, 10_000)
		if err != nil || len(deeds) != len(w.notes) {
			t.Errorf("%d deeds of %d, %v", len(deeds), len(w.notes), err)
		}
	}
}

// TestEverythingIsSealed: in the ledger one event of the office looks like any
// other.
func TestEverythingIsSealed(t *testing.T) {
	r := openRecord(t, filepath.Join(t.TempDir(), "record.db"), record.Create)
	var now time.Time
	o := New(onRecord{r}, func() time.Time { return now })
	for _, d := range lives(1)[0].done {
		now = d.at
		if err := o.Do(t.Context(), d.by, d.command); err != nil && !d.refused {
			t.Fatal(err)
		}
	}
	for e, err := range r.Events(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type != record.Sealed || string(e.Public) != "{}" {
			t.Fatalf("event %d is public as %s %s", e.Index, e.Type, e.Public)
		}
	}
}

func TestReaderMayOnlyRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "record.db")
	openRecord(t, path, record.Create)
	o := New(struct{ Keeper }{openRecord(t, path, record.ReadOnly)}, time.Now)
	if err := o.Do(t.Context(), Operator, WithdrawInvite{}); !errors.Is(err, record.ErrReadOnly) {
		t.Errorf("%v", err)
	}
	s, err := o.State(t.Context())
	if err != nil || s.ID != "" || s.Current() != nil {
		t.Errorf("%+v, %v", s, err)
	}
	var none *Refused
	if _, err := o.Current(t.Context()); !errors.As(err, &none) || none.Code != CodeNone {
		t.Errorf("%v", err)
	}
}

// BenchmarkSignIn is what every sign-in costs, fsync included.
func BenchmarkSignIn(b *testing.B) {
	r, err := record.OpenSQLite(b.Context(), filepath.Join(b.TempDir(), "record.db"), record.Create, record.Books(Book))
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	var now time.Time
	o := New(onRecord{r}, func() time.Time { return now })
	w := lives(1)[0]
	for _, d := range w.done {
		now = d.at
		if err := o.Do(b.Context(), d.by, d.command); err != nil && !d.refused {
			b.Fatal(err)
		}
	}
	by := w.state.Admitted()[0].ID
	for b.Loop() {
		if err := o.Do(b.Context(), by, SignIn{"password"}); err != nil {
			b.Fatal(err)
		}
		if _, err := o.State(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// The office is what the record says of it, also where another process writes it: a state
// that is kept is not shown after something has happened.
func TestStateIsOfNow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "record.db")
	r := openRecord(t, path, record.Create)
	now := time.Now()
	writes := New(onRecord{r}, func() time.Time { return now })
	reads := New(onRecord{openRecord(t, path, record.ReadOnly)}, nil)
	w := lives(1)[0]
	for _, d := range w.done {
		if d.refused {
			continue
		}
		now = d.at
		err := r.Together(t.Context(), func(ctx context.Context) error { // who looks at a state that was keeps it from nobody
			before, err := writes.State(ctx)
			if err == nil {
				err = writes.Do(t.Context(), d.by, d.command)
			}
			if err != nil {
				return err
			}
			after, err := writes.State(ctx)
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("after %T one state of the record has two offices: %s", d.command, diff)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := New(onRecord{r}, nil).State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for who, o := range map[string]*Office{"who writes": writes, "another process": reads} {
			for range 2 {
				if got, err := o.State(t.Context()); err != nil {
					t.Fatal(err)
				} else if diff := cmp.Diff(fresh, got); diff != "" {
					t.Fatalf("after %T %s sees an office that was: %s", d.command, who, diff)
				}
			}
		}
	}
	one, err := writes.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := writes.State(t.Context()); err != nil || again != one {
		t.Errorf("it is read again, and nothing has happened (%v)", err)
	}
}
