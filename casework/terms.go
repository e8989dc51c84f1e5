package casework

import (
	"embed"
	"fmt"
	"slices"
	"sync"

	"go.yaml.in/yaml/v4"

	"temwen/locale"
)

// Terms is a version of the vocabulary of coded facts. A new version never
// replaces one: what was coded stays coded in its own, and is mapped for a
// series that must go on.
type Terms struct {
	Version       string   `yaml:"version"`
	Acts          []Act    `yaml:"acts"`
	Harms         []string `yaml:"harms"`
	Circumstances []string `yaml:"circumstances"`
}

// Act is a sort of violation.
type Act struct {
	ID   string      `yaml:"id"`
	Name locale.Text `yaml:"name"`
	// Class is that of the United Nations' conduct data since 2021: serious or
	// misconduct; Sea marks sexual exploitation and abuse, which they count apart.
	Class string `yaml:"class"`
	Sea   bool   `yaml:"sea"`
	// Before is the class that they used until 2020: 1 or 2.
	Before int `yaml:"before"`
}

//go:embed terms/*.yaml
var termsFiles embed.FS

// vocabularies are all versions, the oldest first.
var vocabularies = sync.OnceValue(func() []*Terms {
	files, err := termsFiles.ReadDir("terms") // by name, which is the version
	if err != nil {
		panic(fmt.Errorf("reading the embedded vocabularies: %w", err))
	}
	list := make([]*Terms, len(files))
	for i, f := range files {
		text, err := termsFiles.ReadFile("terms/" + f.Name())
		if err == nil {
			err = yaml.Unmarshal(text, &list[i])
		}
		if err != nil {
			panic(fmt.Errorf("reading the embedded vocabulary %s: %w", f.Name(), err))
		}
	}
	return list
})

// CurrentTerms is the vocabulary in use.
func CurrentTerms() *Terms {
	all := vocabularies()
	return all[len(all)-1]
}

// TermsOf is a version of the vocabulary, or nil: facts are read, and revised, in
// the one in which they were coded.
func TermsOf(version string) *Terms {
	all := vocabularies()
	if i := slices.IndexFunc(all, func(t *Terms) bool { return t.Version == version }); i >= 0 {
		return all[i]
	}
	return nil
}

// Act is the act of that ID, or nil.
func (t *Terms) Act(id string) *Act {
	i := slices.IndexFunc(t.Acts, func(a Act) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	return &t.Acts[i]
}
