package demo_test

import (
	"path/filepath"
	"testing"
	"time"

	"temwen/demo"
	"temwen/intake"
	"temwen/ledger"
	"temwen/office"
	"temwen/record"
	"temwen/seal"
	"temwen/store"
)

// The invented office can be looked around in with what Play tells: the officer's
// passphrase opens every envelope, the code the answered thread; a second play
// does nothing.
func TestPlay(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	dir := filepath.Join(t.TempDir(), "store")
	if err := store.Create(t.Context(), dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), dir, store.Settings{
		Books: []record.Book{office.Book, intake.Book}, Now: func() time.Time { return now },
		Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sealed := filepath.Join(dir, "sealed")
	played, err := demo.Play(t.Context(), s, sealed, now)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := demo.Play(t.Context(), s, sealed, now); again != nil || err != nil {
		t.Errorf("played twice: %+v, %v", again, err)
	}

	offices := office.New(s, func() time.Time { return now })
	state, err := offices.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	officer := state.Named(demo.Officer)
	own, err := officer.Unlock(demo.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	key, err := state.Current().Open(officer.ID, own)
	if err != nil {
		t.Fatal(err)
	}
	in, err := intake.New(s, offices, intake.Options{Dir: sealed, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	threads := 0
	for _, view := range []intake.View{intake.Open, intake.Ended} {
		page, err := in.Threads(t.Context(), intake.Query{View: view, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, head := range page.Threads {
			threads++
			thread, err := in.Thread(t.Context(), head.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range thread.Items {
				r, _, err := in.Envelope(t.Context(), officer.ID, thread.ID, item.N)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := seal.Open(r, key); err != nil {
					t.Errorf("item %d of thread %d: %v", item.N, thread.Number, err)
				}
				r.Close()
			}
		}
	}
	if threads != played.Reports || threads < 10 {
		t.Errorf("%d reports were told, and %d threads are there", played.Reports, threads)
	}
	code, err := seal.ParseCode(played.Code)
	if err != nil {
		t.Fatal(err)
	}
	var id seal.ID
	if err := id.UnmarshalText([]byte(state.ID)); err != nil {
		t.Fatal(err)
	}
	keys, err := code.Keys(id)
	if err != nil {
		t.Fatal(err)
	}
	back, err := in.PersonThread(t.Context(), keys.Lookup)
	if err != nil || len(back.Items) < 2 {
		t.Errorf("the code opens %+v (%v)", back, err)
	}
}
