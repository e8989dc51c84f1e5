package dossier

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzLoad reads any bytes as a file of a dossier: it is refused with problems
// that have a place and one line each, or it becomes facts that come back the
// same.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"testdata/base/dossier.yaml", "testdata/base/mission.yaml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{"", "a: *a", "a: &a [*a]", "? [a]\n: b", "<<: {}", "- ", "{", "\xef\xbb\xbf", "%YAML 1.1\n---\n", "figures:\n- {value: 1e9}\n", "tables: [{id: t, file: b.csv, kind: deployments, columns: {mission: m}}]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys := fstest.MapFS{"a.yaml": {Data: data}, "b.csv": {Data: []byte("m,y\nx,2004\n")}}
		d, err := Load(fsys, Options{})
		if err != nil {
			var problems Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("the error is %#v, want Problems", err)
			}
			for _, p := range problems {
				if p.What == "" || strings.Contains(p.String(), "\n") || p.File == "a.yaml" && p.Line < 1 {
					t.Errorf("a problem has no place, no words or several lines: %#v", p)
				}
			}
			return
		}
		d.Warnings()
		again, err := FromFacts(d.Facts())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all(d), all(again)); diff != "" {
			t.Errorf("facts change on their way there and back:\n%s", diff)
		}
	})
}

// FuzzTable reads any bytes as a table of contributors.
func FuzzTable(f *testing.F) {
	for _, s := range []string{"m,y,p,c\nearlier,2004,Here,Chile (1)\n", "m,y,p,c\n\"", "\xff", "m,y,p,c\nearlier,2004,\"a\nb\",\"Chile (1), Peru (size unknown)\"\n", "\ufeffm,y,p,c\r\n"} {
		f.Add([]byte(s))
	}
	files := base(f)
	files["t.yaml"] = &fstest.MapFile{Data: []byte("tables: [{id: t, file: t.csv, kind: deployments, columns: {mission: m, as_of: y, place: p, contributors: c}, sources: [early]}]\n")}
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys := fstest.MapFS{"t.csv": {Data: data}}
		for name, file := range files {
			fsys[name] = file
		}
		d, err := Load(fsys, Options{})
		if err != nil {
			for _, p := range err.(Problems) {
				if p.File == "t.csv" && (p.Line < 1 || p.Column < 1) {
					t.Errorf("a problem of the table has no place: %#v", p)
				}
			}
			return
		}
		for _, f := range d.Deployments {
			if len(f.ID) > MaxID || strings.Trim(f.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || !utf8.ValidString(f.Place) {
				t.Errorf("a row becomes %+v", f)
			}
		}
	})
}

// FuzzContributors parses any text; what parses says the same when it is
// written and parsed again.
func FuzzContributors(f *testing.F) {
	for _, s := range []string{"Chile (150), Morocco (325)", "Korea (ROK) (150), Sri Lanka (950)", "Jordan (size unknown)", "(", "a (1) b (2)", ", a (1)", "a (1),", "a()(1)", "é (99999999999)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := ParseContributors(s)
		if err != nil {
			var e *ContributorsError
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > utf8.RuneCountInString(s) {
				t.Errorf("the error is %#v for %q", err, s)
			}
			return
		}
		var b strings.Builder
		for i, c := range list {
			if i > 0 {
				b.WriteString(", ")
			}
			if c.People == 0 {
				fmt.Fprintf(&b, "%s (%s)", c.Country, unknownSize)
				continue
			}
			fmt.Fprintf(&b, "%s (%d)", c.Country, c.People)
		}
		again, err := ParseContributors(b.String())
		if diff := cmp.Diff(list, again); err != nil || diff != "" {
			t.Errorf("%q is written as %q, which gives %v\n%s", s, b.String(), err, diff)
		}
	})
}
