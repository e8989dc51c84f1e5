//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// nobody is a user who is not root, for whom permissions count.
const nobody = 65534

// unprivileged runs the program as a user who is not root.
func unprivileged(t *testing.T, home string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	path, err := exec.LookPath("temwen")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, args...)
	c.Stdout, c.Stderr, c.Env, c.Dir = &out, &errs, []string{"HOME=" + home}, home
	if os.Getuid() == 0 {
		for dir := filepath.Dir(path); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	if err := c.Run(); c.ProcessState == nil {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), out.String(), errs.String()
}

// protect takes the right to write from a folder and all in it, and gives it
// back at the end; the folder belongs to who runs unprivileged.
func protect(t *testing.T, dir string) {
	t.Helper()
	each := func(change func(path string, mode fs.FileMode) error) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			return change(path, info.Mode().Perm())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	each(func(path string, mode fs.FileMode) error {
		if os.Getuid() == 0 {
			if err := os.Chown(path, nobody, nobody); err != nil {
				return err
			}
		}
		return os.Chmod(path, mode&^0o222)
	})
	t.Cleanup(func() {
		each(func(path string, mode fs.FileMode) error { return os.Chmod(path, mode|0o200) })
	})
}

// TestReadOnlyStore: a store on a medium that cannot be written can be read and
// verified, and nothing else.
func TestReadOnlyStore(t *testing.T) {
	home, err := os.MkdirTemp("", "temwen-permission-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	if err := os.Chmod(home, 0o755); err != nil {
		t.Fatal(err)
	}
	dir, dossier := filepath.Join(home, "store"), filepath.Join(home, "dossier")
	if err := copyFolder("testdata/dossier", dossier); err != nil {
		t.Fatal(err)
	}
	temwen(t, 0, "init", "--dir", dir)
	temwen(t, 0, "import", dossier, "--dir", dir)
	protect(t, dossier)
	protect(t, dir)

	for _, c := range []struct {
		status int
		says   string
		args   []string
	}{
		{0, "A support mission", []string{"brief", "support", "--dir", dir}},
		{0, "VERIFIED", []string{"verify", "--forget", dir}},
		{0, "c2sp.org/tlog-proof@v1", []string{"receipt", "3", "--dir", dir}},
		{1, "permission denied; run temwen as the user it belongs to", []string{"import", dossier, "--dir", dir}},
		{1, "permission denied; run temwen as the user it belongs to", []string{"rebuild", "--dir", dir}},
		{1, "permission denied; run temwen as the user it belongs to", []string{"serve", "--dir", dir, "--listen", "127.0.0.1:0"}},
		{1, "permission denied; run temwen as the user it belongs to", []string{"demo", "--once", "--dir", dir}},
		{1, "permission denied", []string{"init", "--dir", filepath.Join(dir, "below")}},
		{1, "permission denied); name another with --state, or use --forget", []string{"verify", "--state", filepath.Join(dir, "state"), dir}},
	} {
		status, stdout, stderr := unprivileged(t, home, c.args...)
		if status != c.status {
			t.Errorf("temwen %s ends with exit status %d\n%s%s", c.args, status, stdout, stderr)
		}
		says(t, stdout+stderr, c.says)
	}
}
