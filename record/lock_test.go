package record_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"temwen/record"
)

const holderDir = "TEMWEN_LOCKTEST_DIR"

// TestMain runs the tests, or, as the second process of TestLock, takes the lock
// of a folder, says so, and waits to be killed.
func TestMain(m *testing.M) {
	dir := os.Getenv(holderDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	if _, err := record.TakeLock(dir); err != nil {
		fmt.Printf("holder: %v\n", err)
		return
	}
	fmt.Println("holder: locked")
	os.Stdin.Read(make([]byte, 1)) // until killed
}

// startHolder starts a second process that takes the lock, and returns it with
// what it said.
func startHolder(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holderDir+"="+dir)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		if said, ok := strings.CutPrefix(scanner.Text(), "holder: "); ok {
			return cmd, said
		}
	}
	t.Fatal("the second process said nothing")
	return nil, ""
}

func TestLock(t *testing.T) {
	dir := t.TempDir()

	// Another process holds it: the error names the folder and the process.
	other, said := startHolder(t, dir)
	if said != "locked" {
		t.Fatalf("the second process said %q", said)
	}
	_, err := record.TakeLock(dir)
	want := fmt.Sprintf("the folder %s is locked: process %d is using it; end that process first, or use another folder", dir, other.Process.Pid)
	if !errors.Is(err, record.ErrLocked) || err.Error() != want {
		t.Errorf("the error is %q, not %q", err, want)
	}

	// It is killed, and the folder is free.
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	other.Wait()
	lock, err := record.TakeLock(dir)
	if err != nil {
		t.Fatalf("after the other was killed: %v", err)
	}

	// Now this one holds it, also against itself.
	if _, said := startHolder(t, dir); !strings.Contains(said, fmt.Sprintf("process %d is using it", os.Getpid())) {
		t.Errorf("the second process said %q", said)
	}
	if _, err := record.TakeLock(dir); !errors.Is(err, record.ErrLocked) {
		t.Errorf("a second lock in this process: %v", err)
	}

	// Given back, it is free.
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if _, said := startHolder(t, dir); said != "locked" {
		t.Errorf("after the release the second process said %q", said)
	}
	if err := lock.Release(); err == nil {
		t.Error("a second release passed in silence")
	}

	if _, err := record.TakeLock(dir + "/missing"); err == nil || errors.Is(err, record.ErrLocked) {
		t.Errorf("a folder that is not there: %v", err)
	}
}
