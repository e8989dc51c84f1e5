package instrument

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong in an instrument: where, as keys and
// places in lists with / between ("provisions/2/id"), what, and what to do.
type Problem struct {
	Path, What, Do string
	// Unless is a key at the path, or beside it: where the file has it, its value could not
	// be read, which is told already. Empty for none.
	Unless string
}

// CitedBy are the sources that a provision of an instrument rests on: its own,
// or else its instrument's. An unverified provision rests on none but its own.
func (p *Provision) CitedBy(in *Instrument) []string {
	if len(p.Sources) > 0 || p.Knowledge == Unverified {
		return p.Sources
	}
	return in.Sources
}

// Check is everything that is wrong in the instrument taken by itself: kinds,
// publicity and knowledge that do not exist, provisions of one ID, provisions
// that are said to be known but have no source. Whether its sources and actors
// exist, the dossier checks.
func (in *Instrument) Check() []Problem {
	var found []Problem
	problem := func(path, what, do string) { found = append(found, Problem{Path: path, What: what, Do: do}) }
	if in.Kind != "" && !slices.Contains(Kinds, in.Kind) {
		problem("kind", fmt.Sprintf("there is no kind of instrument %q", in.Kind), "write one of "+listed(Kinds))
	}
	if in.Publicity != "" && !slices.Contains(Publicities, in.Publicity) {
		problem("publicity", fmt.Sprintf("publicity cannot be %q", in.Publicity), "write one of "+listed(Publicities))
	}
	ids := map[string]bool{}
	for i := range in.Provisions {
		p, path := &in.Provisions[i], fmt.Sprintf("provisions/%d/", i)
		if p.ID != "" && ids[p.ID] {
			problem(path+"id", fmt.Sprintf("there are two provisions %q in this instrument", p.ID), "give one of them another ID")
		}
		ids[p.ID] = true
		if p.Knowledge != "" && !slices.Contains(Knowledges, p.Knowledge) {
			problem(path+"knowledge", fmt.Sprintf("knowledge cannot be %q", p.Knowledge), "write one of "+listed(Knowledges))
		}
		if (p.Knowledge == ReadInText || p.Knowledge == Reported) && len(p.CitedBy(in)) == 0 {
			problem(path+"knowledge", fmt.Sprintf("the provision %q is said to be known, and neither it nor its instrument has a source", p.ID), "add `sources`, or write `unverified`")
		}
	}
	return found
}

func listed[T ~string](words []T) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return strings.Join(list, ", ")
}
