package dossier

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what the scenarios report into their files")

// base is the dossier without fault that the scenarios build on.
func base(t testing.TB) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, name := range []string{"dossier.yaml", "mission.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata/base", name))
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: data}
	}
	return fsys
}

// load loads a dossier that must be without fault.
func load(t testing.TB, fsys fstest.MapFS) *Dossier {
	t.Helper()
	d, err := Load(fsys, Options{})
	if err != nil {
		t.Fatalf("the dossier is refused:\n%v", err)
	}
	return d
}

// problems loads a dossier that must be refused.
func problems(t testing.TB, fsys fstest.MapFS) Problems {
	t.Helper()
	_, err := Load(fsys, Options{})
	var p Problems
	if !errors.As(err, &p) {
		t.Fatalf("Load gives the error %v, want Problems", err)
	}
	return p
}

func TestBase(t *testing.T) {
	if d := load(t, base(t)); len(d.Obligations) != 2 {
		t.Errorf("the base has %d obligations, want 2", len(d.Obligations))
	}
}

// TestScenarios loads the base with the files of a scenario added and compares
// every problem with the file named want.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fsys, want, at := base(t), "", -1
			for i, f := range archive.Files {
				if f.Name == "want" {
					want, at = string(f.Data), i
					continue
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			var got strings.Builder
			for _, p := range problems(t, fsys) {
				got.WriteString(p.String() + "\n")
			}
			if *update {
				if at < 0 {
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
					at = len(archive.Files) - 1
				}
				archive.Files[at].Data = []byte(got.String())
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got.String() != want {
				t.Errorf("got\n%swant\n%s", got.String(), want)
			}
		})
	}
}

// TestTogether adds to the scenario of that name what no text file can hold.
func TestTogether(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/bad/together.txtar")
	if err != nil {
		t.Fatal(err)
	}
	fsys, want := base(t), ""
	for _, f := range archive.Files {
		if f.Name == "want" {
			want = string(f.Data)
			continue
		}
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	fsys["zz-large.yaml"] = &fstest.MapFile{Data: bytes.Repeat([]byte("# fifty million bytes\n"), 50_000_000/22)}
	fsys["zz-latin.yaml"] = &fstest.MapFile{Data: []byte("actors:\n  - {id: haiti, kind: state, name: Ha\xefti}\n")}
	want += "zz-large.yaml:1:1: the file has 47 MiB; a file may have 4.0 MiB; split it\n" +
		"zz-latin.yaml:2:38: the byte 0xEF is not UTF-8; the file looks like Latin-1 or Windows-1252; save it as UTF-8\n"
	if got := problems(t, fsys).Error() + "\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
