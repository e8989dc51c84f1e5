//go:build linux

package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"temwen/seal"
)

// TestFullDisk: on a disk that is full a report is refused with a word that says
// so; nothing that was acknowledged is lost; and it goes on when there is room.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("skipped: a small disk cannot be made here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	dir, ballast := filepath.Join(disk, "store"), filepath.Join(disk, "ballast")
	if err := copyFolder(newOffice(t), dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ballast, make([]byte, 8<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	p := serve(t, dir)
	someone := &person{client: http.DefaultClient, home: p.Report}
	var receipts []string
	keep := func(receipt []byte) {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("%d.txt", len(receipts)))
		if err := os.WriteFile(file, receipt, 0o600); err != nil {
			t.Fatal(err)
		}
		receipts = append(receipts, file)
	}
	prepare := func(size int) *sealed {
		s, err := someone.seal(t.Context(), &seal.Report{
			V: seal.Version, Path: seal.PathGeneral, Lang: "ht", What: "X", Consent: seal.ConsentOffice, Channel: seal.ChannelBrowser,
		}, make([]byte, size))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}

	// When reports come, long ones and short ones, until the disk is full
	refused := make(map[int]*sealed)
	for n := 0; len(refused) < 2; n++ {
		if n > 400 {
			t.Fatal("the disk is never full")
		}
		size := []int{600 << 10, 100 << 10}[n%2]
		s := prepare(size)
		receipt, err := someone.send(t.Context(), s)
		switch {
		case err == nil:
			keep(receipt)
		case strings.Contains(err.Error(), "503") && strings.Contains(err.Error(), `"full"`):
			refused[size] = s
		default:
			t.Fatal(err)
		}
	}
	if len(receipts) == 0 {
		t.Fatal("nothing was acknowledged: the test shows nothing")
	}

	// Then, when there is room again, what was refused is taken
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for _, s := range refused {
		if err := someone.work(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		receipt, err := someone.send(t.Context(), s)
		if err != nil {
			t.Fatalf("when there is room it is still refused: %v", err)
		}
		keep(receipt)
	}
	p.signal(os.Interrupt, 0)

	// And all that was acknowledged is there
	q := serve(t, dir, "--publish-every", "100ms")
	first := q.edition()
	for q.edition() == first {
	}
	q.signal(os.Interrupt, 0)
	args := []string{"verify", dir, "--forget"}
	for _, file := range receipts {
		args = slices.Concat(args, []string{"--receipt", file})
	}
	stdout, _ := temwen(t, 0, args...)
	says(t, stdout, "VERIFIED")
}
