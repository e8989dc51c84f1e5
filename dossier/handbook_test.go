package dossier

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

var fenced = regexp.MustCompile("(?ms)^```(yaml|csv|xml|yaml wrong|text)\n(?:# file: (\\S+)\n)?(.*?)^```$")

// TestHandbook loads every example of the handbook. The first alone and all
// together must be good; the one marked wrong must be refused with the lines
// that follow it.
func TestHandbook(t *testing.T) {
	page, err := os.ReadFile("../docs/dossier.md")
	if err != nil {
		t.Fatal(err)
	}
	good, first := fstest.MapFS{}, fstest.MapFS{}
	var wrong []byte
	want := ""
	for _, m := range fenced.FindAllStringSubmatch(string(page), -1) {
		info, name := m[1], m[2]
		// The name's line is part of a YAML file, so that lines are counted as
		// on the page; other files do not hold it.
		body := []byte("# file: " + name + "\n" + m[3])
		if info == "csv" || info == "xml" {
			body = []byte(m[3])
		}
		switch {
		case info == "text":
			want = m[3]
			continue
		case name == "":
			t.Errorf("an example does not say its file: %.60q", m[3])
			continue
		case info == "yaml wrong":
			wrong = body
			continue
		case len(good) == 0:
			first[name] = &fstest.MapFile{Data: body}
		}
		if good[name] != nil {
			t.Errorf("two examples are called %s", name)
		}
		good[name] = &fstest.MapFile{Data: body}
	}
	load(t, first)
	d := load(t, good)
	for _, k := range kinds {
		if k.len(d) == 0 {
			t.Errorf("the handbook has no example of %s", k.name)
		}
	}
	for _, key := range topKeys() {
		if !strings.Contains(string(page), "\n"+key+":") {
			t.Errorf("the handbook never writes %s:", key)
		}
	}
	good["wrong.yaml"] = &fstest.MapFile{Data: wrong}
	if got := problems(t, good).Error() + "\n"; got != want {
		t.Errorf("the example with mistakes gives\n%swant\n%s", got, want)
	}
}
