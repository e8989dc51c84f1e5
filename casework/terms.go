package casework

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"

	"temwen/locale"
	"temwen/when"
)

// Vocabulary is all versions of the vocabulary of coded facts, the oldest first.
// A new version never replaces one: what was coded stays coded in its own, and is
// read and labelled in that for ever.
type Vocabulary []*Terms

// Terms is one version of the vocabulary.
type Terms struct {
	Version string `yaml:"version"`
	// Follows is the version before it; empty in the first.
	Follows       string   `yaml:"follows"`
	Acts          []Act    `yaml:"acts"`
	Harms         []Term   `yaml:"harms"`
	Circumstances []Term   `yaml:"circumstances"`
	Changes       []Change `yaml:"changes"`
}

// Term is a word: its code, which stands in the facts, and its name.
type Term struct {
	ID   string      `yaml:"id"`
	Name locale.Text `yaml:"name"`
}

// Act is a sort of violation.
type Act struct {
	Term `yaml:",inline"`
	// Class is that of the United Nations' conduct data since 2021: serious or
	// misconduct; Sea marks sexual exploitation and abuse, which they count apart.
	Class string `yaml:"class"`
	Sea   bool   `yaml:"sea"`
	// Before is the class that they used until 2020: 1 or 2.
	Before int `yaml:"before"`
}

// Change is what became of words of the version before: From one To one, it was
// renamed; to several, split; from several, merged; to none, retired; from none, it is
// new. A word that no change names is the same.
type Change struct {
	Of     string      `yaml:"of"` // of TermKinds
	From   []string    `yaml:"from"`
	To     []string    `yaml:"to"`
	On     when.Day    `yaml:"on"`     // when it was decided
	Source string      `yaml:"source"` // the document that says so
	Why    locale.Text `yaml:"why"`
}

// TermKinds are the kinds of words.
var TermKinds = []string{"acts", "harms", "circumstances"}

// Words are the words of a kind.
func (t *Terms) Words(kind string) []Term {
	switch kind {
	case "harms":
		return t.Harms
	case "circumstances":
		return t.Circumstances
	}
	list := make([]Term, len(t.Acts))
	for i := range t.Acts {
		list[i] = t.Acts[i].Term
	}
	return list
}

// Codes are the codes of the words of a kind.
func (t *Terms) Codes(kind string) []string {
	var list []string
	for _, w := range t.Words(kind) {
		list = append(list, w.ID)
	}
	return list
}

// Name is the name of a word, nil where the version has none of that code.
func (t *Terms) Name(kind, code string) locale.Text {
	for _, w := range t.Words(kind) {
		if w.ID == code {
			return w.Name
		}
	}
	return nil
}

// Act is the act of that code, or nil.
func (t *Terms) Act(code string) *Act {
	i := slices.IndexFunc(t.Acts, func(a Act) bool { return a.ID == code })
	if i < 0 {
		return nil
	}
	return &t.Acts[i]
}

// change is the one of this version that names a word of the version before, or nil.
func (t *Terms) change(kind, code string) *Change {
	i := slices.IndexFunc(t.Changes, func(c Change) bool { return c.Of == kind && slices.Contains(c.From, code) })
	if i < 0 {
		return nil
	}
	return &t.Changes[i]
}

// index is the place of a version, or -1.
func (v Vocabulary) index(version string) int {
	return slices.IndexFunc(v, func(t *Terms) bool { return t.Version == version })
}

// Of is the version of that name, or nil.
func (v Vocabulary) Of(version string) *Terms {
	if i := v.index(version); i >= 0 {
		return v[i]
	}
	return nil
}

// Newest is the version in which facts are coded.
func (v Vocabulary) Newest() *Terms { return v[len(v)-1] }

// Reaches reports whether a version is another, or comes before it.
func (v Vocabulary) Reaches(from, to string) bool {
	a, b := v.index(from), v.index(to)
	return a >= 0 && a <= b
}

// Became are the words of a later version that a word of an earlier one became:
// several where it was split, none where it was retired, itself where it is the same.
func (v Vocabulary) Became(kind, code, from, to string) []string {
	if !v.Reaches(from, to) {
		return nil
	}
	codes := []string{code}
	for _, t := range v[v.index(from)+1 : v.index(to)+1] {
		var next []string
		for _, c := range codes {
			if change := t.change(kind, c); change != nil {
				next = append(next, change.To...)
			} else if t.Name(kind, c) != nil {
				next = append(next, c)
			}
		}
		slices.Sort(next)
		codes = slices.Compact(next)
	}
	return codes
}

// Says are the changes through which a word of an earlier version came to a later
// one, in order.
func (v Vocabulary) Says(kind, code, from, to string) []Change {
	if !v.Reaches(from, to) {
		return nil
	}
	var list []Change
	for i := v.index(from) + 1; i <= v.index(to); i++ {
		for _, c := range v.Became(kind, code, from, v[i-1].Version) {
			if change := v[i].change(kind, c); change != nil {
				list = append(list, *change)
			}
		}
	}
	return list
}

//go:embed terms/*.yaml
var termsFiles embed.FS

var ownTerms = sync.OnceValue(func() Vocabulary {
	folder, err := fs.Sub(termsFiles, "terms")
	var v Vocabulary
	if err == nil {
		v, err = LoadTerms(nil, folder, "casework/terms")
	}
	if err != nil {
		panic(fmt.Errorf("reading the embedded vocabulary: %w", err))
	}
	return v
})

// tried are the versions of a test.
var tried atomic.Pointer[Vocabulary]

// OwnTerms is the vocabulary that comes with the program.
func OwnTerms() Vocabulary {
	if v := tried.Load(); v != nil {
		return *v
	}
	return ownTerms()
}

// TryTerms lets a test run with versions that do not come with the program, until it
// ends. No two such tests can run at once.
func TryTerms(t interface{ Cleanup(func()) }, v Vocabulary) {
	was := tried.Swap(&v)
	t.Cleanup(func() { tried.Store(was) })
}

// CurrentTerms is the version in which facts are coded.
func CurrentTerms() *Terms { return OwnTerms().Newest() }

// TermsOf is a version of the vocabulary, or nil: facts are read, and revised, in
// the one in which they were coded.
func TermsOf(version string) *Terms { return OwnTerms().Of(version) }
