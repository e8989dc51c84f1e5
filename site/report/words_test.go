package report_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/report"
)

// Given the catalogue's words for these pages, then each is said somewhere: by a
// template, by the program, or because a value has it.
func TestEveryWordIsSaid(t *testing.T) {
	var sources strings.Builder
	for _, pattern := range []string{"*.go", "templates/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			sources.Write(b)
		}
	}
	said := func(word string) bool {
		return regexp.MustCompile(`["\s.]` + regexp.QuoteMeta(word) + `["\s]`).MatchString(sources.String())
	}
	for _, key := range locale.In(locale.English).Keys() {
		rest, ours := strings.CutPrefix(key, "report.")
		if !ours || said(key) {
			continue
		}
		for _, path := range seal.Paths {
			if !strings.HasPrefix(rest, "path.") {
				rest = strings.TrimSuffix(rest, "."+string(path))
			}
		}
		for _, of := range []string{".means", ".intro", ".advice", ".do"} {
			rest = strings.TrimSuffix(rest, of)
		}
		for _, in := range []string{"ask.", "hint.", "say.", "wrong.", "error.", "path.", "say.state-", "need.", "witness.", "consent.", "message."} {
			if after, ok := strings.CutPrefix(rest, in); ok && (said(after) || known(after)) {
				rest = ""
				break
			}
		}
		if rest != "" && !said("report."+rest) {
			t.Errorf("%s is said nowhere", key)
		}
	}
}

// known reports whether a word is a value of a report or a thread.
func known(word string) bool {
	var all []string
	for _, v := range report.States {
		all = append(all, "state-"+string(v), string(v))
	}
	for _, v := range seal.Needs {
		all = append(all, string(v))
	}
	for _, v := range seal.Witnesses {
		all = append(all, string(v))
	}
	for _, v := range seal.Consents {
		all = append(all, string(v))
	}
	for _, v := range seal.ParcelKinds {
		all = append(all, string(v))
	}
	for _, v := range seal.Paths {
		all = append(all, string(v))
	}
	for _, a := range all {
		if a == word {
			return true
		}
	}
	return false
}

// technical are words that nobody who is afraid should have to know.
var technical = regexp.MustCompile(`(?i)\b(java ?script|encrypt\w*|encript\w*|cifra(do|r)|chiffr(er|é|ement)|server|serveur|servidor|kriptaj|ankripte|upload|token|browser cache)\b`)

// Given what these pages say, then it has no technical word, and no sentence that is
// long: somebody who is afraid reads it.
func TestWordsAreSimple(t *testing.T) {
	for _, lang := range locale.Langs {
		c := locale.In(lang)
		for _, key := range c.Keys() {
			if !strings.HasPrefix(key, "report.") {
				continue
			}
			words := c.Say(key)
			if m := technical.FindString(words); m != "" {
				t.Errorf("%s: %s says %q", lang, key, m)
			}
			for sentence := range strings.SplitSeq(regexp.MustCompile(`[.?!:;] `).ReplaceAllString(words+" ", "\n"), "\n") {
				if n := len(strings.Fields(sentence)); n > 30 {
					t.Errorf("%s: %s has a sentence of %d words: %s", lang, key, n, sentence)
				}
			}
		}
	}
}

// Given the two style sheets, then a colour of one name is the same in both.
func TestColoursAreThoseOfTheDesign(t *testing.T) {
	colours := func(file string) []map[string]string {
		css, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var schemes []map[string]string
		for _, root := range regexp.MustCompile(`(?s):root \{(.*?)\n\s*\}`).FindAllStringSubmatch(string(css), 2) {
			scheme := make(map[string]string)
			for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(root[1], -1) {
				scheme[m[1]] = m[2]
			}
			schemes = append(schemes, scheme)
		}
		return schemes
	}
	ours, theirs := colours("assets/style.css"), colours("../assets/style.css")
	if len(ours) != 2 || len(theirs) != 2 || len(ours[0]) < 10 {
		t.Fatal("the style sheets do not begin with two schemes of colours")
	}
	for i := range ours {
		for name, colour := range ours[i] {
			if theirs[i][name] != colour {
				t.Errorf("%s is %s here and %s in the design", name, colour, theirs[i][name])
			}
		}
	}
}
