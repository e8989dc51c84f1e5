package conduct

import (
	"fmt"
	"slices"
	"sync"

	_ "embed"

	"go.yaml.in/yaml/v4"

	"temwen/locale"
)

// Count is one thing that is counted, with the rule by which it is: data, so
// that a reader, a lawyer and the program read the same. Numbers of different
// counts are never added.
type Count struct {
	ID   string      `yaml:"id"`
	Name locale.Text `yaml:"name"`
	Rule locale.Text `yaml:"rule"`
	// Of is the count that this one says more of: how many there may be beyond
	// the least.
	Of string `yaml:"of"`
	// Classed says that the version of the vocabulary matters to it: it tells types of
	// violation apart.
	Classed bool `yaml:"classed"`
}

//go:embed counts/2026-1.yaml
var counts2026 []byte

// Rules is a version of the counting rules. What was published under one is
// never counted again under another.
type Rules struct {
	Version string  `yaml:"version"`
	Counts  []Count `yaml:"counts"`
	// Silent is who counts as silent, and how often, in the table Open.
	Silent locale.Text `yaml:"silent"`
}

// CurrentRules are the rules in use.
var CurrentRules = sync.OnceValue(func() *Rules {
	r := new(Rules)
	if err := yaml.Unmarshal(counts2026, r); err != nil {
		panic(fmt.Errorf("reading the embedded counting rules: %w", err))
	}
	return r
})

// Count is the count of that ID, or nil.
func (r *Rules) Count(id string) *Count {
	i := slices.IndexFunc(r.Counts, func(c Count) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &r.Counts[i]
}

// The counts, by the IDs that they have in the rules.
const (
	Reports             = "reports"
	Allegations         = "allegations"
	Perpetrators        = "perpetrators"
	PerpetratorsFurther = "perpetrators-further"
	Victims             = "victims"
	VictimsFurther      = "victims-further"
	Possible            = "victims-possible"
	PossibleFurther     = "victims-possible-further"
	Investigations      = "investigations"
	Actions             = "actions"
)
