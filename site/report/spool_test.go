package report

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// Given files, when they wait in a spool, then they come back as they were, and
// nothing of them can be read on the disk.
func TestSpool(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s, err := newSpool(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		var wants [][]byte
		var files []*spooled
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 200_000), 1, 4).Draw(t, "sizes") {
			want := bytes.Repeat([]byte("secret words"), n/12+1)[:n]
			f, err := s.take(bytes.NewReader(want))
			if err != nil {
				t.Fatal(err)
			}
			wants, files = append(wants, want), append(files, f)
		}
		for i, f := range files {
			r, err := f.content()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, wants[i]) {
				t.Fatalf("file %d comes back as %d bytes of %d, %v", i, len(got), len(wants[i]), err)
			}
		}
		disk, err := io.ReadAll(io.NewSectionReader(s.on, 0, s.size))
		if err != nil || int64(len(disk)) != s.size || bytes.Contains(disk, []byte("secret words")) {
			t.Fatalf("the disk has %d bytes, %v", len(disk), err)
		}
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the folder has %d files, %v", len(left), err)
	}
}

// Given a file that changes on the disk, then it is not sealed.
func TestSpoolNoticesChanges(t *testing.T) {
	s, err := newSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	f, err := s.take(bytes.NewReader(make([]byte, 1000)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.on.WriteAt([]byte{1}, 500); err != nil {
		t.Fatal(err)
	}
	r, err := f.content()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, r, 1000); !errors.Is(err, errChanged) {
		t.Errorf("it is read with %v", err)
	}
}

// Given a disk that takes nothing more, then the office is said to be full.
func TestSpoolOnAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("skipped: there is no /dev/full here")
	}
	s := &spool{on: full}
	defer full.Close()
	if _, err := s.take(bytes.NewReader(make([]byte, 10))); !errors.Is(err, ErrFull) {
		t.Errorf("it ends in %v", err)
	}
}
