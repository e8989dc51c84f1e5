package publish_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"temwen/publish"
)

// A data package agrees with itself; one of which a file was altered, lost or named from
// elsewhere does not.
func TestCheckPackage(t *testing.T) {
	p := packageOf(t, small(t), publish.On(day("2024-06-26")))
	packaged := string(p.File(publish.PackageFile).Bytes)
	read := func(name string) ([]byte, error) {
		if f := p.File(name); f != nil {
			return f.Bytes, nil
		}
		return nil, errors.New("no such file")
	}
	if n, err := publish.CheckPackage([]byte(packaged), read); err != nil || n != len(p.Files)-1 {
		t.Errorf("%d of %d files agree (%v)", n, len(p.Files)-1, err)
	}
	sources := p.File("sources.csv")
	for what, c := range map[string]struct{ packaged, want string }{
		"no JSON":             {packaged[1:], "reading datapackage.json"},
		"a file of elsewhere": {strings.Replace(packaged, `"path": "sources.csv"`, `"path": "../sources.csv"`, 1), "none of this folder"},
		"a file that is lost": {strings.Replace(packaged, `"path": "sources.csv"`, `"path": "lost.csv"`, 1), "no such file"},
		"another hash":        {strings.Replace(packaged, sources.SHA256, strings.Repeat("0", 64), 1), "sources.csv is not the file that datapackage.json describes"},
	} {
		if _, err := publish.CheckPackage([]byte(c.packaged), read); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, and should say %q", what, err, c.want)
		}
	}
	sources.Bytes = append(slices.Clone(sources.Bytes), '\n')
	if _, err := publish.CheckPackage([]byte(packaged), read); err == nil {
		t.Error("a file that was altered agrees")
	}
}
