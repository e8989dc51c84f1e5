package casework

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"temwen/dossier"
	"temwen/locale"
)

// maxTermsFile is how large a version's file may be, in bytes.
const maxTermsFile = 1 << 20

// LoadTerms reads versions of the vocabulary, one in each YAML file of a folder, and
// adds them to those that are known. The error is dossier.Problems: everything that is
// wrong in any file, each named with the folder's name.
func LoadTerms(known Vocabulary, folder fs.FS, name string) (Vocabulary, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, err
	}
	c := &termsCheck{known: known}
	for _, n := range names {
		text, err := fs.ReadFile(folder, n)
		if err != nil {
			return nil, fmt.Errorf("reading a vocabulary: %w", err)
		}
		c.files = append(c.files, c.read(path.Join(name, n), text))
	}
	if len(names) == 0 && len(known) == 0 {
		c.say(&termsFile{name: name}, 0, "there is no vocabulary here", "write one as YAML")
	}
	if len(c.problems) == 0 {
		c.order()
	}
	for i, f := range c.chain {
		c.words(f)
		if i > 0 {
			c.changes(f, c.chain[i-1].terms)
		}
	}
	c.cycles()
	if len(c.problems) > 0 {
		slices.SortStableFunc(c.problems, func(a, b dossier.Problem) int {
			return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
		})
		return nil, c.problems
	}
	var v Vocabulary
	for _, f := range c.chain {
		v = append(v, f.terms)
	}
	return v, nil
}

// termsCheck finds everything that is wrong.
type termsCheck struct {
	known    Vocabulary
	files    []*termsFile
	chain    []*termsFile // in their order
	problems dossier.Problems
}

// termsFile is a version with the lines of its file.
type termsFile struct {
	name  string
	terms *Terms
	known bool             // it came with the program
	lines map[string][]int // of the entries of each list
	keys  map[string]int   // of each key
}

func (c *termsCheck) say(f *termsFile, line int, what, do string) {
	c.problems = append(c.problems, dossier.Problem{File: f.name, Line: line, What: what, Do: do})
}

// at is the line of an entry of a list.
func (f *termsFile) at(list string, n int) int {
	if n < len(f.lines[list]) {
		return f.lines[list][n]
	}
	return f.keys[list]
}

// read reads one file.
func (c *termsCheck) read(name string, text []byte) *termsFile {
	f := &termsFile{name: name, terms: new(Terms), lines: make(map[string][]int), keys: make(map[string]int)}
	if len(text) > maxTermsFile {
		c.say(f, 0, fmt.Sprintf("the file has more than %d bytes", maxTermsFile), "a vocabulary is a list of words")
		return f
	}
	var root yaml.Node
	err := yaml.Load(text, &root)
	if err == nil {
		err = yaml.Load(text, f.terms, yaml.WithKnownFields())
	}
	if err != nil {
		c.say(f, 0, "it cannot be read: "+err.Error(), "correct it")
		return f
	}
	if len(root.Content) > 0 {
		top := root.Content[0]
		for i := 0; i+1 < len(top.Content); i += 2 {
			key, value := top.Content[i], top.Content[i+1]
			f.keys[key.Value] = key.Line
			for _, item := range value.Content {
				f.lines[key.Value] = append(f.lines[key.Value], item.Line)
			}
		}
	}
	if want := f.terms.Version + ".yaml"; path.Base(name) != want {
		c.say(f, f.keys["version"], fmt.Sprintf("its version is %q", f.terms.Version), "name the file after its version: "+want)
	}
	return f
}

// order makes the chain, in which each version follows the one before.
func (c *termsCheck) order() {
	for _, t := range c.known {
		c.chain = append(c.chain, &termsFile{name: t.Version + ".yaml", terms: t, known: true})
	}
	left := slices.DeleteFunc(slices.Clone(c.files), func(f *termsFile) bool { return c.isKnown(f) })
	for len(left) > 0 {
		last := ""
		if len(c.chain) > 0 {
			last = c.chain[len(c.chain)-1].terms.Version
		}
		next := slices.IndexFunc(left, func(f *termsFile) bool { return f.terms.Follows == last })
		if next < 0 {
			break
		}
		c.chain = append(c.chain, left[next])
		left = slices.Delete(left, next, next+1)
	}
	for _, f := range left {
		c.stray(f, left)
	}
}

// isKnown reports whether a file is a version that came with the program, and refuses
// one that is not as it came.
func (c *termsCheck) isKnown(f *termsFile) bool {
	was := c.known.Of(f.terms.Version)
	if was == nil {
		return false
	}
	if same, err := sameJSON(was, f.terms); err != nil || !same {
		c.say(f, 0, "version "+f.terms.Version+" came with the program, and is changed here", "facts were coded in it: write a version that follows it")
	}
	return true
}

// stray says why a version has no place in the chain.
func (c *termsCheck) stray(f *termsFile, left []*termsFile) {
	line, follows := f.keys["follows"], f.terms.Follows
	is := func(f *termsFile) bool { return f.terms.Version == follows }
	switch {
	case follows == "":
		c.say(f, f.keys["version"], "it follows no version, and another is the first", "name the version before it: follows: "+c.chain[len(c.chain)-1].terms.Version)
	case slices.ContainsFunc(c.chain, is):
		c.say(f, line, "another version follows "+follows+" too", "each is followed by one")
	case slices.ContainsFunc(left, is):
		c.say(f, line, "it follows "+follows+", which leads back to it or to no first version", "follow the version before it")
	default:
		c.say(f, line, "it follows "+follows+", and there is no such version", "name the version before it")
	}
}

var termCode = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// words checks the words of a version.
func (c *termsCheck) words(f *termsFile) {
	for _, kind := range TermKinds {
		words := f.terms.Words(kind)
		if len(words) == 0 {
			c.say(f, f.keys[kind], "it has no "+kind, "a version has all of its words")
		}
		for i, w := range words {
			line := f.at(kind, i)
			if !termCode.MatchString(w.ID) {
				c.say(f, line, fmt.Sprintf("%q is no code", w.ID), "write small letters, digits and hyphens")
			}
			if slices.ContainsFunc(words[:i], func(o Term) bool { return o.ID == w.ID }) {
				c.say(f, line, w.ID+" stands there twice", "give each word its own code")
			}
			c.named(f, line, w.ID+" has no name", w.Name)
		}
	}
	for i := range f.terms.Acts {
		a := &f.terms.Acts[i]
		if a.Class != "serious" && a.Class != "misconduct" {
			c.say(f, f.at("acts", i), a.ID+" has no class of the United Nations", "class: serious or class: misconduct")
		}
		if a.Before != 1 && a.Before != 2 {
			c.say(f, f.at("acts", i), a.ID+" has no class as it was until 2020", "before: 1 or before: 2")
		}
	}
}

// named says in which languages a text is missing.
func (c *termsCheck) named(f *termsFile, line int, what string, t locale.Text) {
	var missing []string
	for _, lang := range locale.Langs {
		if strings.TrimSpace(t[lang]) == "" {
			missing = append(missing, string(lang))
		}
	}
	if len(missing) > 0 {
		c.say(f, line, what+" in "+strings.Join(missing, ", "), "write it in all four languages")
	}
}

// changes checks what a version says became of the words of the one before.
func (c *termsCheck) changes(f *termsFile, before *Terms) {
	for i := range f.terms.Changes {
		c.change(f, i, before)
	}
	for _, kind := range TermKinds {
		is, was := f.terms.Codes(kind), before.Codes(kind)
		for _, w := range was {
			if f.terms.change(kind, w) == nil && !slices.Contains(is, w) {
				c.say(f, f.keys[kind], fmt.Sprintf("what became of %s, one of the %s of %s, is not said", w, kind, before.Version), "add a change from it, to nothing where it is retired")
			}
		}
		for i, w := range is {
			told := slices.ContainsFunc(f.terms.Changes, func(c Change) bool { return c.Of == kind && slices.Contains(c.To, w) })
			if !told && !slices.Contains(was, w) {
				c.say(f, f.at(kind, i), fmt.Sprintf("%s is not one of the %s of %s, and no change leads to it", w, kind, before.Version), "add a change to it, from nothing where it is new")
			}
		}
	}
	for i := range f.terms.Acts {
		a := &f.terms.Acts[i]
		was := before.Act(a.ID)
		if was != nil && f.terms.change("acts", a.ID) == nil && (was.Class != a.Class || was.Sea != a.Sea || was.Before != a.Before) {
			c.say(f, f.at("acts", i), a.ID+" has another class than in "+before.Version+", and no change says so", "add a change from it to itself")
		}
	}
}

// change checks one change.
func (c *termsCheck) change(f *termsFile, n int, before *Terms) {
	change, line := &f.terms.Changes[n], f.at("changes", n)
	if !slices.Contains(TermKinds, change.Of) {
		c.say(f, line, fmt.Sprintf("a change is of no kind of words, %q", change.Of), "of: "+strings.Join(TermKinds, ", of: "))
		return
	}
	switch from, to := len(change.From), len(change.To); {
	case from == 0 && to == 0:
		c.say(f, line, "a change is from nothing to nothing", "name the words")
	case from > 1 && to > 1:
		c.say(f, line, "a change is from several words to several", "write one for each word")
	}
	for _, w := range change.From {
		if before.Name(change.Of, w) == nil {
			c.say(f, line, fmt.Sprintf("there is no %s among the %s of %s", w, change.Of, before.Version), "name a word of the version before")
		}
		if f.terms.change(change.Of, w) != change {
			c.say(f, line, w+" is changed twice", "write one change")
		}
	}
	for _, w := range change.To {
		if f.terms.Name(change.Of, w) == nil {
			c.say(f, line, fmt.Sprintf("there is no %s among the %s of this version", w, change.Of), "name a word that it has")
		}
	}
	if change.On == 0 {
		c.say(f, line, "a change has no day", "on: 2027-02-15, the day on which it was decided")
	}
	if strings.TrimSpace(change.Source) == "" {
		c.say(f, line, "a change has no source", "source: the document that says so")
	}
	c.named(f, line, "why a word is changed is not said", change.Why)
}

// cycles finds words that other words lead back to: a code stands for one meaning,
// and never comes back with another.
func (c *termsCheck) cycles() {
	for _, kind := range TermKinds {
		leads := make(map[string][]string) // over all versions
		for i, f := range c.chain {
			for _, change := range f.terms.Changes {
				for _, from := range change.From {
					for _, to := range change.To {
						if i == 0 || change.Of != kind || from == to {
							continue
						}
						if reaches(leads, to, from) {
							c.say(f, f.keys["changes"], fmt.Sprintf("%s leads to %s, which leads back to %s", from, to, from), "a code has one meaning for ever: choose another")
							continue
						}
						leads[from] = append(leads[from], to)
					}
				}
			}
		}
	}
}

// reaches reports whether words lead from one to another.
func reaches(leads map[string][]string, from, to string) bool {
	seen := map[string]bool{from: true}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == to {
			return true
		}
		for _, next := range leads[queue[0]] {
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return false
}
