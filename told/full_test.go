//go:build linux

package told_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"temwen/casework"
	"temwen/record"
	"temwen/store"
)

// Given a disk that is full, when a case is erased, then it is not, with a sentence that
// says why, and it is whole; and when there is room, it is.
func TestErasingOnAFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("skipped: a small disk cannot be made here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	w := newWorld(t, filepath.Join(disk, "store"))
	if err := store.Create(t.Context(), w.dir, store.Options{Origin: "example.org/told"}); err != nil {
		t.Fatal(err)
	}
	w.open(t)
	t.Cleanup(func() { w.close(t) })
	if err := w.cases.KeepEvidence(filepath.Join(w.dir, "evidence"), w); err != nil {
		t.Fatal(err)
	}
	p := w.report(t)
	id := w.docket(t, w.incident(t, p), "mss-criminal")
	w.exhibit(t, make(needles), id, casework.Head{Origin: "person"}, "x", "a statement")
	w.pass(t, 1)
	if err := w.cases.AskErasure(t.Context(), "o1", casework.OfCase, id, "safety"); err != nil {
		t.Fatal(err)
	}

	ballast, err := os.Create(filepath.Join(disk, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = ballast.Write(make([]byte, 4096))
	}
	if err := ballast.Close(); err != nil {
		t.Log(err) // it is full
	}
	_, err = w.cases.Erase(t.Context(), "o2", casework.OfCase, id, 0, false)
	if !errors.Is(err, record.ErrFull) && !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("on a full disk erasing gives %v", err)
	}
	t.Log(err)
	p.heard(t, "The office opened a case")
	if c, err := w.cases.Case(t.Context(), "", id); err != nil || len(c.Evidence) != 1 {
		t.Fatalf("the case is %+v (%v)", c, err)
	}

	if err := os.Remove(ballast.Name()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.cases.Erase(t.Context(), "o2", casework.OfCase, id, 0, false); err != nil {
		t.Fatalf("when there is room: %v", err)
	}
	if files, err := os.ReadDir(filepath.Join(w.dir, "evidence", "files")); err != nil || len(files) > 0 {
		t.Errorf("%d files are left (%v)", len(files), err)
	}
	if _, err := w.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}
