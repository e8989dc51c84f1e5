package intake_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"temwen/intake"
	"temwen/seal"
)

// Given ten thousand uploads that begin and are left, then what they take is
// bounded, a short report is taken all the same, and a long one when the first of them
// have stood still for ten minutes.
func TestTenThousandHalfUploads(t *testing.T) {
	d := newDesk(t)
	key, err := d.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := newPerson(t, d)
	parcel := d.report(t, p, newID(1), strings.Repeat("x", 2<<20))
	sealed, err := io.ReadAll(parcel.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	whole := func(h seal.Head) []byte {
		head, err := h.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return append(head, sealed...)
	}
	// Each does its own work, and says another code: an attacker may.
	refused := 0
	for range 10_000 {
		h := parcel.Head
		rand.Read(h.ID[:])
		rand.Read(h.Lookup[:])
		if key, err = d.Key(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.Work = seal.DoWork(key.Challenge, key.Bits)
		all := whole(h)
		_, _, err := d.CreateUpload(t.Context(), int64(len(all)), bytes.NewReader(all[:4096]))
		switch {
		case errors.Is(err, intake.ErrBusy):
			refused++
		case err != nil:
			t.Fatal(err)
		}
	}
	files, total := 0, int64(0)
	err = filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		files, total = files+1, total+info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d were refused; %d files of %d MB are there", refused, files, total>>20)
	if files > 4200 || total > 64<<20 {
		t.Errorf("%d files of %d bytes are there", files, total)
	}
	if n := runtime.NumGoroutine(); n > 200 {
		t.Errorf("%d goroutines are left", n)
	}
	if open, err := os.ReadDir("/proc/self/fd"); err == nil && len(open) > 300 {
		t.Errorf("%d files are open", len(open))
	}

	d.receive(t, d.report(t, newPerson(t, d), newID(2), "short"))
	d.now = d.now.Add(11 * time.Minute)
	if key, err = d.Key(t.Context()); err != nil {
		t.Fatal(err)
	}
	parcel.Head.Work = seal.DoWork(key.Challenge, key.Bits)
	all := whole(parcel.Head)
	id, _, err := d.CreateUpload(t.Context(), int64(len(all)), bytes.NewReader(all[:1<<20]))
	if err != nil {
		t.Fatalf("a person's upload: %v", err)
	}
	u, err := d.AppendUpload(t.Context(), id, 1<<20, bytes.NewReader(all[1<<20:]))
	if err != nil || len(u.Receipt) == 0 {
		t.Fatalf("its last piece: %+v, %v", u, err)
	}
}

// Given a server whose clock is off by years, either way, then nothing is recorded
// with a wrong day and nothing is acknowledged; when it is right again, what was sent is
// taken, once.
func TestClocksOffByYears(t *testing.T) {
	for _, years := range []int{-7, 7} {
		d := newDesk(t)
		d.receive(t, d.report(t, newPerson(t, d), newID(1), "before"))
		parcel := d.report(t, newPerson(t, d), newID(2), "meanwhile")
		sealed, err := io.ReadAll(parcel.Envelope)
		if err != nil {
			t.Fatal(err)
		}
		send := func() error {
			parcel.Envelope = bytes.NewReader(sealed)
			_, err := d.Receive(t.Context(), parcel)
			return err
		}
		d.now = noon.AddDate(years, 0, 0)
		err = send()
		t.Logf("%d years: %v", years, err)
		if err == nil {
			t.Errorf("%d years off it is acknowledged", years)
		}
		d.now = noon
		if err := send(); err != nil {
			t.Errorf("%d years off, and right again: %v", years, err)
		}
		if err := send(); err != nil {
			t.Errorf("a second time: %v", err)
		}
		page, err := d.Threads(t.Context(), intake.Query{View: intake.Open})
		if err != nil || page.Counts[intake.Open] != 2 {
			t.Errorf("%v threads, %v", page.Counts, err)
		}
	}
}
