package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// installed is the file in node_modules that says for which lock file the
// packages are installed.
const installed = "node_modules/.installed-for"

// Install puts the npm packages that the lock file names into node_modules,
// unless they are there already. No script of a package runs. What npm says goes
// to out.
func Install(dir string, out io.Writer) error {
	want, err := lockSum(dir)
	if err != nil {
		return err
	}
	mark := filepath.Join(dir, filepath.FromSlash(installed))
	if have, err := os.ReadFile(mark); err == nil && bytes.Equal(have, want) {
		return nil
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return errors.New("bundling the scripts needs npm (Node 20 or later), and it is not installed here. Building and running Temwen does not need it")
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm ci in %s: %w", dir, err)
	}
	return os.WriteFile(mark, want, 0o644)
}

// lockSum is the hash of what decides which packages are installed.
func lockSum(dir string) ([]byte, error) {
	sum := sha256.New()
	for _, name := range []string{"package.json", "package-lock.json"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("reading which npm packages are used: %w", err)
		}
		sum.Write(b)
	}
	return []byte(hex.EncodeToString(sum.Sum(nil))), nil
}
