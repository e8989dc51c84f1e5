package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"temwen/casework"
	"temwen/conduct/conducttest"
	"temwen/dossier"
	"temwen/store"
	"temwen/when"
)

// Given a public case, when it is taken back and another made public while a static edition
// is being written, then the edition that is put in place is of the state after that, and verifies.
func TestPublishWhileCasesAreMadePublic(t *testing.T) {
	p := newTestProgram()
	out := new(bytes.Buffer)
	p.stdout, p.stderr = out, out
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	folder := t.TempDir()
	dir, target := filepath.Join(folder, "store"), filepath.Join(folder, "out", "public")
	check(store.Create(t.Context(), dir, store.Options{Origin: "record.example.org/while"}))
	s, err := p.openStore(dir, store.Settings{})
	check(err)
	defer func() { check(s.Close()) }()
	d, err := dossier.Load(os.DirFS("testdata/dossier"), dossier.Options{})
	check(err)
	o := conducttest.New(s, p.now())
	_, err = s.Import(t.Context(), d, o.Now, store.Progress{})
	check(err)
	opened := when.Today(o.Now)
	id, first, err := o.Public(t.Context(), "support", "alfa", opened, "track")
	check(err)
	check(s.Publish(t.Context(), o.Now, true, nil))

	done := make(chan error)
	go func() { done <- (&publishCmd{Target: target, Dir: dir}).Run(p) }()
	page := filepath.Join("en", "missions", "support", "conduct", "index.html")
	for written := false; !written; { // until the page that lists the cases is there
		select {
		case err := <-done:
			t.Fatalf("the edition is whole before anything changed (%v)", err)
		case <-time.After(time.Millisecond):
		}
		staged, err := filepath.Glob(filepath.Join(filepath.Dir(target), ".temwen-publish-*", "new", page))
		check(err)
		written = len(staged) > 0
	}
	check(o.Decide(t.Context(), id, casework.AskRetraction{Ground: "safety"}))
	_, second, err := o.Public(t.Context(), "support", "bravo", opened, "track")
	check(err)
	check(s.Publish(t.Context(), o.Now, true, nil))
	check(<-done)

	html, err := os.ReadFile(filepath.Join(target, page))
	check(err)
	for _, says := range []string{fmt.Sprintf(`id="case-%d"`, second), `class="stone"`} {
		if !strings.Contains(string(html), says) {
			t.Errorf("the page that lists the cases does not have %s", says)
		}
	}
	if strings.Contains(string(html), fmt.Sprintf(`<article id="case-%d"`, first)) {
		t.Error("the page still shows what was taken back")
	}
	out.Reset()
	check((&verifyCmd{Source: target, Forget: true, Format: "text"}).Run(p))
	if !strings.Contains(out.String(), "the data shows 2 of them") {
		t.Errorf("it verifies as\n%s", out)
	}
	left, err := fs.Glob(os.DirFS(filepath.Dir(target)), "*")
	check(err)
	if len(left) != 1 {
		t.Errorf("beside the edition are left %v", left)
	}
}
