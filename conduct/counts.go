package conduct

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"

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

//go:embed counts/*.yaml
var embedded embed.FS

// Rules is a version of the counting rules. What was published under one is
// never counted again under another.
type Rules struct {
	Version string `yaml:"version"`
	// Follows is the version before it, empty in the first: what a file does not have is as
	// it was in that.
	Follows string  `yaml:"follows"`
	Counts  []Count `yaml:"counts"`
	// Silent is who counts as silent, and how often, in the table Open.
	Silent locale.Text `yaml:"silent"`
}

// versions are all versions of the rules, the oldest first.
var versions = sync.OnceValue(func() []*Rules {
	files, err := fs.Glob(embedded, "counts/*.yaml")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	var list []*Rules // by name, and so by version
	for _, name := range files {
		b, err := embedded.ReadFile(name)
		r := new(Rules)
		if err == nil {
			err = yaml.Unmarshal(b, r)
		}
		if err == nil && len(list) > 0 {
			err = r.after(list[len(list)-1])
		}
		if err != nil {
			panic(fmt.Errorf("reading the embedded counting rules %s: %w", name, err))
		}
		list = append(list, r)
	}
	return list
})

// after completes a version with what stays of the one before.
func (r *Rules) after(before *Rules) error {
	if r.Follows != before.Version {
		return fmt.Errorf("%s does not follow %s", r.Version, before.Version)
	}
	counts := slices.Clone(before.Counts)
	for _, c := range r.Counts {
		if i := slices.IndexFunc(counts, func(b Count) bool { return b.ID == c.ID }); i >= 0 {
			counts[i] = c
		} else {
			counts = append(counts, c)
		}
	}
	r.Counts = counts
	if r.Silent == nil {
		r.Silent = before.Silent
	}
	return nil
}

// before reports whether r is an earlier version than another.
func (r *Rules) before(other *Rules) bool {
	return slices.Index(versions(), r) < slices.Index(versions(), other)
}

// CurrentRules are the rules in use: the newest.
func CurrentRules() *Rules { return current() }

var current = func() *Rules {
	all := versions()
	return all[len(all)-1]
}

// RulesOf are the rules of a version; nil where this program does not know it.
func RulesOf(version string) *Rules {
	for _, r := range versions() {
		if r.Version == version {
			return r
		}
	}
	return nil
}

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
	Departures          = "departures"
)
