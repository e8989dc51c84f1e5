package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"temwen/record"
)

func TestFollowGrows(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	for _, n := range []uint64{0, 1, 2, 255, 256, 257, 600} {
		if got := follow(t, dir, key, testEvents(n), quick); got != n {
			t.Fatalf("Follow over %d events returns a checkpoint of %d", n, got)
		}
		recheck(t, dir, key, n)
	}
}

// Law: however a record is followed, in whatever steps and batches, the files
// that are published under one key are the same.
func TestFollowSteps(t *testing.T) {
	few(t, 8)
	const n = 700
	key := testKey(t)
	want := filepath.Join(t.TempDir(), "want")
	writeLog(t, want, key, n, testEntry)
	rapid.Check(t, func(rt *rapid.T) {
		dir := filepath.Join(t.TempDir(), "ledger")
		if err := Create(dir, key); err != nil {
			rt.Fatal(err)
		}
		s := quick
		s.Batch = uint(rapid.SampledFrom([]int{50, 100, 256, 300}).Draw(rt, "batch"))
		l, err := Open(t.Context(), dir, key, s)
		if err != nil {
			rt.Fatal(err)
		}
		steps := rapid.SliceOfNDistinct(rapid.Uint64Range(1, n-1), 0, 1, rapid.ID).Draw(rt, "steps")
		for _, size := range append(steps, n) {
			if got, err := l.Follow(t.Context(), testEvents(size), nil); err != nil || got != size {
				rt.Fatalf("Follow to %d: %d, %v", size, got, err)
			}
		}
		if err := l.Close(); err != nil {
			rt.Fatal(err)
		}
		for _, file := range publicFiles(t, want) {
			a, err := os.ReadFile(filepath.Join(want, file))
			if err != nil {
				rt.Fatal(err)
			}
			if b, err := os.ReadFile(filepath.Join(dir, file)); err != nil || string(a) != string(b) {
				rt.Fatalf("%s differs (%v)", file, err)
			}
		}
	})
}

func TestFollowWhileOpen(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	l, err := Open(t.Context(), dir, key, quick)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, n := range []uint64{0, 3, 3, 300} {
		var reached uint64
		size, err := l.Follow(t.Context(), testEvents(n), func(size uint64) { reached = size })
		if err != nil || size != n || l.Size() != n {
			t.Fatalf("Follow(%d) = %d, %v", n, size, err)
		}
		if n == 300 && reached != n {
			t.Errorf("progress ended at %d of %d", reached, n)
		}
		recheck(t, dir, key, n) // a reader needs nobody to stop
	}
	if _, err := Open(t.Context(), dir, key, quick); !errors.Is(err, ErrLocked) {
		t.Errorf("a second writer gets %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if _, err := l.Follow(t.Context(), testEvents(301), nil); !errors.Is(err, errClosed) {
		t.Errorf("a closed log follows: %v", err)
	}
}

// A record that is not the one the ledger commits to is refused, and leaves the
// log as it was.
func TestFollowRefuses(t *testing.T) {
	edited := testEvent(9)
	edited.Public = json.RawMessage(`{"text":"edited"}`)
	private := testEvent(9)
	private.Private = json.RawMessage(`{"by":"somebody else"}`)
	gap := testEvent(13)
	gap.Index = 14
	early := testEvent(12)
	early.Time = early.Time.AddDate(0, 0, -1)
	large := testEvent(12)
	large.Public = json.RawMessage(`{"a":"` + strings.Repeat("x", MaxEntry) + `"}`)
	erasedOne := testEvent(12)
	erasedOne.Salt, erasedOne.Private = nil, nil
	failing := errors.New("the disk is gone")

	for name, c := range map[string]struct {
		events Events
		says   string
	}{
		"a shorter record":         {testEvents(9), "the record ends before event 9"},
		"an empty record":          {testEvents(0), "the record ends before event 9"},
		"an edited event":          {testEvents(20, edited), "its public part differs"},
		"an edited private part":   {testEvents(20, private), "private part"},
		"a gap":                    {withEvent(testEvents(20), 13, gap), "gives event 14 where event 13 is due"},
		"a day before":             {testEvents(20, early), "must not go back in time"},
		"a large event":            {testEvents(20, large), "put less into its public part"},
		"an erased event too soon": {testEvents(20, erasedOne), "erased event"},
		"a record that fails": {func(context.Context, uint64) iter.Seq2[record.Event, error] {
			return func(yield func(record.Event, error) bool) { yield(record.Event{}, failing) }
		}, failing.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, key := newLog(t)
			follow(t, dir, key, testEvents(10), quick)
			l, err := Open(t.Context(), dir, key, quick)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			if _, err = l.Follow(t.Context(), c.events, nil); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error is %v", err)
			}
			// What was right so far may have been appended; the log goes on.
			if size, err := l.Follow(t.Context(), testEvents(20), nil); err != nil || size != 20 {
				t.Fatalf("going on: %d, %v", size, err)
			}
			recheck(t, dir, key, 20)
		})
	}
}

// withEvent gives another event at a place, without looking at its index.
func withEvent(events Events, at uint64, e record.Event) Events {
	return func(ctx context.Context, from uint64) iter.Seq2[record.Event, error] {
		return func(yield func(record.Event, error) bool) {
			i := from
			for have, err := range events(ctx, from) {
				if i == at {
					have = e
				}
				if !yield(have, err) {
					return
				}
				i++
			}
		}
	}
}

// An event whose private part was erased after it was followed stays in the
// ledger, as a commitment nobody can open.
func TestFollowAfterErasure(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	follow(t, dir, key, testEvents(10), quick)
	gone := testEvent(9)
	gone.Salt, gone.Private = nil, nil
	if size := follow(t, dir, key, testEvents(12, gone), quick); size != 12 {
		t.Fatalf("followed to %d", size)
	}
	r, err := Verify(t.Context(), dir, Options{Events: testEvents(12, gone)})
	if err != nil || r.Erased != 1 || r.Compared != 12 {
		t.Fatalf("%+v, %v", r, err)
	}
}

func TestFollowInterrupted(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	l, err := Open(t.Context(), dir, key, quick)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	if _, err := l.Follow(ctx, testEvents(1<<40), func(size uint64) {
		if size >= 512 {
			stop()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	reached := l.Size()
	if reached < 512 || reached > 512+8*256 {
		t.Errorf("interrupted after 512, it went on to %d", reached)
	}
	// The same log goes on.
	if size, err := l.Follow(t.Context(), testEvents(reached+1), nil); err != nil || size != reached+1 {
		t.Fatalf("going on: %d, %v", size, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	recheck(t, dir, key, reached+1)
}

// A batch that cannot be stored breaks the log; nothing wrong is signed, and
// opening it again repairs it.
func TestFollowDiskFails(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	follow(t, dir, key, testEvents(300), quick)
	// The next bundle that is begun cannot be written: a file is where its
	// folder belongs.
	obstacle := filepath.Join(dir, "tile", "entries", "002.p")
	l, err := Open(t.Context(), dir, key, quick)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(obstacle, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = l.Follow(t.Context(), testEvents(600), nil)
	if err == nil || !strings.Contains(err.Error(), "could not be stored") {
		t.Fatalf("Follow over a bad disk: %v", err)
	}
	if err := os.Remove(obstacle); err != nil {
		t.Fatal(err)
	}
	if _, again := l.Follow(t.Context(), testEvents(600), nil); again == nil {
		t.Fatal("a broken log goes on")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if size := follow(t, dir, key, testEvents(600), quick); size != 600 {
		t.Fatalf("after repair: %d", size)
	}
	recheck(t, dir, key, 600)
}

func TestCreate(t *testing.T) {
	t.Parallel()
	dir, key := newLog(t)
	if err := Create(dir, key); err != nil {
		t.Errorf("creating the same log again: %v", err)
	}
	other := testKey(t)
	if err := Create(dir, other); err == nil {
		t.Error("created a log over one of another key")
	}
	if _, err := Open(t.Context(), dir, other, quick); err == nil || !strings.Contains(err.Error(), "it belongs to the key "+key.Public()) {
		t.Errorf("opened with another key: %v", err)
	}
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "none"), key, quick); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opened a log that is not there: %v", err)
	}
	follow(t, dir, key, testEvents(1), quick)
	if err := os.Remove(filepath.Join(dir, vkeyFile)); err != nil {
		t.Fatal(err)
	}
	if err := Create(dir, other); err == nil {
		t.Error("created a log over one whose key file is gone")
	}
}

// Where witnesses are asked for and do not answer, nothing is published without
// them, and Follow says so in time.
func TestFollowUnpublished(t *testing.T) {
	dir, key := newLog(t)
	s := quick
	s.PublishTimeout = 300 * time.Millisecond
	s.WitnessTimeout = 100 * time.Millisecond
	s.Witnesses = []byte("witness w " + testCosigner(t) + " http://127.0.0.1:1/\nquorum w\n")
	_, err := Open(t.Context(), dir, key, s)
	// The very first checkpoint needs the witness already.
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Fatalf("opened without its witness: %v", err)
	}
	follow(t, dir, key, testEvents(3), quick)
	l, err := Open(t.Context(), dir, key, s)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = l.Follow(t.Context(), testEvents(5), nil)
	if err == nil || !strings.Contains(err.Error(), "was not published within 300ms") || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("the error does not say why: %v", err)
	}
	if l.Size() != 5 {
		t.Errorf("size %d", l.Size())
	}
}
