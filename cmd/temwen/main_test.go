package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"temwen/ledger"
)

// TestMain makes the test binary the program itself where it is called temwen,
// so that scripts and tests start what users start.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"temwen": func() { os.Exit(newTestProgram().run(os.Args[1:])) },
	})
}

// testNow names the variable that sets the test program's clock; the program
// that is shipped has no such thing.
const testNow = "TEMWEN_TEST_NOW"

// newTestProgram is the program at noon of 10 July 2024, whose ledgers are
// written without waiting for more.
func newTestProgram() *program {
	p := newProgram()
	now := time.Date(2024, time.July, 10, 12, 0, 0, 0, time.UTC)
	if t, err := time.Parse(time.DateOnly, os.Getenv(testNow)); err == nil {
		now = t.Add(12 * time.Hour)
	}
	p.now = func() time.Time { return now }
	p.ledger = ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond}
	return p
}

// TestScripts runs testdata/*.txtar. Each starts in a folder that holds a copy
// of testdata/dossier, and a home of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			return errors.Join(copyFolder("testdata/dossier", filepath.Join(env.WorkDir, "dossier")),
				copyFolder("../../casework/termstest", filepath.Join(env.WorkDir, "drafts")))
		},
		Cmds: scriptCommands,
	})
}

// copyFolder copies a folder with all that is in it.
func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(target, info.Mode().Perm()|0o700)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, info.Mode().Perm())
	})
}
