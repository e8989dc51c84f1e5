// Package temwen_test keeps the house in order: what docs/architecture.md says
// of the packages is tested here.
package temwen_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"temwen/dossier"
)

// house lists the packages from the ground floor up. A package imports only
// packages before it.
var house = []string{
	"when", "locale", "clock", "instrument", "dossier", "search", "seal", "shelf", "capture", "record", "ledger", "store", "intake", "office", "casework", "told", "conduct", "gate", "demo",
	"publish", "missions", "site", "cmd", "bench",
	"web", // on top: nothing may import it
}

func floor(pkg string) int {
	top, _, _ := strings.Cut(pkg, "/")
	for i, name := range house {
		if name == top {
			return i
		}
	}
	return -1
}

// packages yields the folder of every package with its files.
func packages(t *testing.T, visit func(dir string, files []string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name := d.Name()
		if path != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != "." {
			return fs.SkipDir // a module of its own
		}
		files, err := filepath.Glob(filepath.Join(path, "*.go"))
		if err == nil && len(files) > 0 && path != "." {
			visit(filepath.ToSlash(path), files)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImportsGoDownward(t *testing.T) {
	seen := 0
	packages(t, func(dir string, files []string) {
		at := floor(dir)
		if at < 0 {
			t.Errorf("%s is not in the house: add it to the list here and in docs/architecture.md", dir)
			return
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue // a test may look at the whole house
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, imp := range f.Imports {
				path, err := strconv.Unquote(imp.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				pkg, ours := strings.CutPrefix(path, "temwen/")
				if !ours {
					continue
				}
				seen++
				sameRoom := strings.Split(pkg, "/")[0] == strings.Split(dir, "/")[0]
				if floor(pkg) >= at && !sameRoom {
					t.Errorf("%s imports %s, which stands above it", file, pkg)
				}
			}
		}
	})
	if seen == 0 {
		t.Fatal("no import was looked at")
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	packages(t, func(dir string, files []string) {
		longest := ""
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			if doc := f.Doc.Text(); len(doc) > len(longest) {
				longest = doc
			}
		}
		if len(longest) < 60 {
			t.Errorf("%s has no package comment that says what it is for", dir)
		}
		if !strings.Contains(dir, "/") && !strings.Contains(longest, "must never") {
			t.Errorf("%s: its package comment does not say what it must never do", dir)
		}
	})
}

func TestMissionsPassTheirCheck(t *testing.T) {
	entries, err := os.ReadDir("missions")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		checked++
		if _, err := dossier.Load(os.DirFS(filepath.Join("missions", e.Name())), dossier.Options{}); err != nil {
			t.Errorf("missions/%s:\n%v", e.Name(), err)
		}
	}
	if checked == 0 {
		t.Fatal("there is no mission")
	}
}
