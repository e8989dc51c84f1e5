package casework

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"temwen/dossier"
)

// invented is the vocabulary with an invented version after those that come with the
// program, in which rape was split, theft and property merged, and others renamed or
// retired.
func invented(t testing.TB) Vocabulary {
	t.Helper()
	v, err := LoadTerms(OwnTerms(), os.DirFS("termstest"), "termstest")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// What comes with the program is whole, and what follows it says what became of each
// word.
func TestBecame(t *testing.T) {
	v := invented(t)
	for _, c := range []struct{ kind, code, want string }{
		{"acts", "injury", "injury"},
		{"acts", "traffic", "road"},
		{"acts", "rape", "assault rape"},
		{"acts", "theft", "loss"},
		{"acts", "property", "loss"},
		{"acts", "discrimination", ""},
		{"harms", "deprived", "dispossessed"},
		{"circumstances", "home", ""},
	} {
		if got := strings.Join(v.Became(c.kind, c.code, "2026-1", "2099-1"), " "); got != c.want {
			t.Errorf("%s became %q, and should be %q", c.code, got, c.want)
		}
		if got := v.Became(c.kind, c.code, "2026-1", "2026-1"); !slices.Equal(got, []string{c.code}) {
			t.Errorf("in its own version %s is %q", c.code, got)
		}
	}
	if v.Became("acts", "road", "2099-1", "2026-1") != nil || v.Became("acts", "road", "2099-1", "2100-1") != nil {
		t.Error("a word becomes one of an earlier or unknown version")
	}
	if says := v.Says("acts", "theft", "2026-1", "2099-1"); len(says) != 1 || says[0].Source != "invented" {
		t.Errorf("what became of theft is said as %+v", says)
	}
	if v.Of("2026-1").Name("acts", "traffic") == nil || v.Newest().Name("acts", "traffic") != nil || v.Newest().Version != "2099-1" {
		t.Error("a version has not its own words")
	}
}

// A file that lacks something is refused, with what and where; all that is wrong at once.
func TestTermsAreChecked(t *testing.T) {
	whole, err := os.ReadFile("termstest/2099-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own, err := termsFiles.ReadFile("terms/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	change := "  - {of: acts, from: [traffic], to: [road], on: 2099-01-01, source: invented, why: {en: Invented., fr: Inventé., ht: Envante., es: Inventado.}}\n"
	another := func(follows string) string {
		return strings.NewReplacer("version: 2099-1\nfollows: 2026-1", "version: 2099-2\nfollows: "+follows).Replace(string(whole))
	}
	for name, c := range map[string]struct {
		old, new string
		more     map[string]string
		want     string
	}{
		"an unknown word before":    {change, strings.Replace(change, "[traffic]", "[trafic]", 1), nil, "there is no trafic among the acts of 2026-1"},
		"an unknown word after":     {change, strings.Replace(change, "[road]", "[street]", 1), nil, "there is no street among the acts of this version"},
		"no change from a word":     {change, "", nil, "what became of traffic, one of the acts of 2026-1, is not said"},
		"no change to a word":       {change, strings.Replace(change, "[road]", "[]", 1), nil, "road is not one of the acts of 2026-1, and no change leads to it"},
		"a word changed twice":      {change, change + change, nil, "traffic is changed twice"},
		"a change of nothing":       {"from: [traffic], to: [road]", "from: [], to: []", nil, "from nothing to nothing"},
		"several to several":        {"from: [theft, property], to: [loss]", "from: [theft, property], to: [loss, road]", nil, "from several words to several"},
		"no such kind":              {"of: harms", "of: harm", nil, "of no kind of words"},
		"no day":                    {change, strings.Replace(change, "on: 2099-01-01, ", "", 1), nil, "a change has no day"},
		"no source":                 {change, strings.Replace(change, "source: invented", "source: ''", 1), nil, "a change has no source"},
		"no reason in a language":   {change, strings.Replace(change, ", es: Inventado.", "", 1), nil, "why a word is changed is not said in es"},
		"no name in a language":     {", ht: Sikilasyon (envante)", "", nil, "road has no name in ht"},
		"no class":                  {"{id: road, class: misconduct", "{id: road, class: minor", nil, "road has no class of the United Nations"},
		"no class before":           {"{id: road, class: misconduct, before: 2", "{id: road, class: misconduct", nil, "road has no class as it was until 2020"},
		"another class":             {"{id: injury, class: serious", "{id: injury, class: misconduct", nil, "injury has another class than in 2026-1, and no change says so"},
		"a word twice":              {"{id: road,", "{id: injury,", nil, "injury stands there twice"},
		"no code":                   {"{id: road,", "{id: Road,", nil, `"Road" is no code`},
		"another name of the file":  {"version: 2099-1", "version: 2099-3", nil, `its version is "2099-3"`},
		"an unknown field":          {"version: 2099-1", "version: 2099-1\nvresion: x", nil, "it cannot be read"},
		"what it follows is not":    {"follows: 2026-1", "follows: 2025-1", nil, "it follows 2025-1, and there is no such version"},
		"it follows none":           {"follows: 2026-1\n", "", nil, "it follows no version, and another is the first"},
		"it follows itself":         {"follows: 2026-1", "follows: 2099-1", nil, "leads back to it"},
		"two follow one":            {"", "", map[string]string{"2099-2.yaml": another("2026-1")}, "another version follows 2026-1 too"},
		"versions in a circle":      {"follows: 2026-1", "follows: 2099-2", map[string]string{"2099-2.yaml": another("2099-1")}, "leads back to it"},
		"a version that is changed": {"", "", map[string]string{"2026-1.yaml": strings.Replace(string(own), "en: Killing", "en: Murder", 1)}, "came with the program, and is changed here"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(string(whole), c.old, c.new, 1)
			if c.old != "" && text == string(whole) {
				t.Fatal("the test changes nothing")
			}
			folder := fstest.MapFS{"2099-1.yaml": {Data: []byte(text)}}
			for name, text := range c.more {
				folder[name] = &fstest.MapFile{Data: []byte(text)}
			}
			_, err := LoadTerms(OwnTerms(), folder, "f")
			var problems dossier.Problems
			if !errors.As(err, &problems) || !strings.Contains(problems.Error(), c.want) {
				t.Fatalf("it is refused as\n%v\nand should be as %q", err, c.want)
			}
			if i := slices.IndexFunc(problems, func(p dossier.Problem) bool { return strings.Contains(p.What, c.want) }); problems[i].File == "" {
				t.Errorf("%+v names no file", problems[i])
			}
		})
	}
}

// A code that was given up does not come back with another meaning, in the same version or
// later.
func TestWordsGoInNoCircle(t *testing.T) {
	const why = "why: {en: x, fr: x, ht: x, es: x}"
	act := func(id string) string {
		return "  - {id: " + id + ", class: serious, before: 1, name: {en: x, fr: x, ht: x, es: x}}\n"
	}
	rest := "harms: [{id: h, name: {en: x, fr: x, ht: x, es: x}}]\ncircumstances: [{id: c, name: {en: x, fr: x, ht: x, es: x}}]\n"
	change := func(from, to string) string {
		return "  - {of: acts, from: [" + from + "], to: [" + to + "], on: 2030-01-01, source: s, " + why + "}\n"
	}
	first := "version: v1\nacts:\n" + act("a") + act("b") + rest
	for name, files := range map[string]map[string]string{
		"two change places": {"v2.yaml": "version: v2\nfollows: v1\nacts:\n" + act("a") + act("b") + rest + "changes:\n" + change("a", "b") + change("b", "a")},
		"one comes back": {
			"v2.yaml": "version: v2\nfollows: v1\nacts:\n" + act("d") + act("b") + rest + "changes:\n" + change("a", "d"),
			"v3.yaml": "version: v3\nfollows: v2\nacts:\n" + act("a") + act("b") + rest + "changes:\n" + change("d", "a"),
		},
	} {
		folder := fstest.MapFS{"v1.yaml": {Data: []byte(first)}}
		for name, text := range files {
			folder[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if _, err := LoadTerms(nil, folder, "f"); err == nil || !strings.Contains(err.Error(), "which leads back to") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzLoadTerms(f *testing.F) {
	for _, name := range []string{"terms/2026-1.yaml", "termstest/2099-1.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("version: 2099-1\nacts: [null]\nchanges: [{from: [a], to: [a]}]"))
	f.Add([]byte("&a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := LoadTerms(OwnTerms(), fstest.MapFS{"2099-1.yaml": {Data: text}}, "f")
		var problems dossier.Problems
		switch {
		case err != nil && !errors.As(err, &problems):
			t.Fatalf("the error is %v", err)
		case err == nil && len(v) < len(OwnTerms()):
			t.Fatal("a version is gone")
		}
	})
}
