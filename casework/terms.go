package casework

import (
	_ "embed"
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

//go:embed terms/2026-1.yaml
var terms2026 []byte

// CurrentTerms is the vocabulary in use.
var CurrentTerms = sync.OnceValue(func() *Terms {
	t := new(Terms)
	if err := yaml.Unmarshal(terms2026, t); err != nil {
		panic(fmt.Errorf("reading the embedded vocabulary: %w", err))
	}
	return t
})

// Act is the act of that ID, or nil.
func (t *Terms) Act(id string) *Act {
	i := slices.IndexFunc(t.Acts, func(a Act) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	return &t.Acts[i]
}
