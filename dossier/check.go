package dossier

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// checker says what is wrong with the facts of a dossier together, after each
// was validated by itself. It leaves alone what is missing or empty: that is
// said already.
type checker struct {
	d           *Dossier
	loading     *loading
	places      [kindCount][]place // of each fact
	tables      []tableAt
	infos       []place
	maybe       []map[string]bool
	findings    []finding
	suggestions int
}

type tableAt struct {
	table *Table
	place place
}

// finding is a problem whose line is not known yet: its place is a path below
// a fact. Keeping no line for every value of every fact keeps memory small; the
// few files with findings are parsed again to place them.
type finding struct {
	place place
	list  string   // the key of the file that the fact stands under
	path  []string // from the fact to the value
	what  string
	do    string
	// refused are keys whose absence the finding is about. Where the mapping
	// has one of them all the same, its value was refused: that is said already.
	refused []string
}

// spot is one fact under check.
type spot struct {
	c    *checker
	kind int
	i    int
}

func (c *checker) check() {
	c.checkInfo()
	for _, k := range kinds {
		c.checkIDs(k)
	}
	c.checkSources()
	c.checkVocabulary()
	c.checkInstruments()
	c.checkMissions()
	c.checkProcedures()
	c.checkMilestones()
	c.checkObligations()
	c.checkEvents()
	c.checkFigures()
	c.checkStatements()
	c.checkRequests()
	c.checkTables()
	c.checkDeployments()
	c.checkCycles()
}

// unless leaves the finding out where the mapping at its path, or around it,
// has one of these keys.
func (f *finding) unless(keys ...string) { f.refused = keys }

// problem reports a value of the fact by its path; an empty path is the fact.
func (s spot) problem(path, what, do string) *finding {
	f := finding{place: s.c.places[s.kind][s.i], list: kinds[s.kind].name, what: what, do: do}
	if path != "" {
		f.path = strings.Split(path, "/")
	}
	s.c.findings = append(s.c.findings, f)
	return &s.c.findings[len(s.c.findings)-1]
}

// missing reports that none of these keys is there.
func (s spot) missing(what, do string, keys ...string) {
	s.problem("", what, do).unless(keys...)
}

// ref reports an ID that names no fact of a kind, and says whether it does.
func (s spot) ref(path, id string, target int) bool {
	if id == "" {
		return false
	}
	if _, ok := s.c.d.find().byID[target][id]; ok {
		return true
	}
	if s.c.mayExist(id) || s.toldOfTable(path, id, target) {
		return false
	}
	s.problem(path, fmt.Sprintf("there is no %s %q", kinds[target].one, clip(id, 60)), s.c.instead(id, target))
	return false
}

// refs is ref for a list of IDs.
func (s spot) refs(path string, ids []string, target int) {
	for i, id := range ids {
		if _, ok := s.c.d.find().byID[target][id]; !ok {
			s.ref(fmt.Sprintf("%s/%d", path, i), id, target)
		}
	}
}

// provision is ref for instrument/provision.
func (s spot) provision(path, ref string) {
	if ref == "" {
		return
	}
	x := s.c.d.find()
	if _, ok := x.provisions[ref]; ok || s.c.mayExist(ref) {
		return
	}
	id, clause, ok := strings.Cut(ref, "/")
	if !ok {
		s.problem(path, fmt.Sprintf("%q is not a provision", clip(ref, 60)), "write instrument/provision")
		return
	}
	if _, ok := x.byID[kInstruments][id]; !ok {
		if !s.c.mayExist(id) {
			s.problem(path, fmt.Sprintf("there is no instrument %q", clip(id, 60)), s.c.instead(id, kInstruments))
		}
		return
	}
	var clauses []string
	for _, p := range s.c.d.Instrument(id).Provisions {
		clauses = append(clauses, p.ID)
	}
	s.problem(path, fmt.Sprintf("the instrument %s has no provision %q", id, clip(clause, 60)),
		"add it to the instrument, or correct the ID"+didYouMean(clause, clauses))
}

// mayExist reports whether an ID seems to stand in a file that could not be
// read; of instrument/provision, both.
func (c *checker) mayExist(ref string) bool {
	id, clause, two := strings.Cut(ref, "/")
	seen := func(id string) bool {
		return slices.ContainsFunc(c.maybe, func(ids map[string]bool) bool { return ids[id] })
	}
	return seen(id) && (!two || seen(clause))
}

// instead says what to do about a reference that leads nowhere.
func (c *checker) instead(id string, target int) string {
	k := kinds[target]
	do := fmt.Sprintf("add it to `%s:`, or correct the ID", k.name)
	if c.suggestions++; c.suggestions > maxSuggestions || len(id) > MaxID {
		return do
	}
	if best, ok := nearest(id, maps.Keys(c.d.find().byID[target])); ok {
		return fmt.Sprintf("%s; did you mean %s?", do, best)
	}
	for _, other := range kinds {
		if _, ok := c.d.find().byID[other.index][id]; ok && other != k {
			return fmt.Sprintf("a %s is meant here, but %s is one of the %s", k.one, id, other.name)
		}
	}
	return do
}

// checkIDs reports IDs that stand twice.
func (c *checker) checkIDs(k *kind) {
	first := c.d.find().byID[k.index]
	for i := range k.len(c.d) {
		id := k.head(k.get(c.d, i)).id
		if j := first[id]; id != "" && j != i {
			at := c.places[k.index][j]
			spot{c, k.index, i}.problem("id", fmt.Sprintf("there are two %s with the ID %q", k.name, clip(id, MaxID)),
				fmt.Sprintf("the other stands in %s:%d; give one of them another ID, or merge them", c.fileOf(at), at.line))
		}
	}
}

// fileOf is the file in which a place lies, as messages name it.
func (c *checker) fileOf(p place) string {
	file := c.loading.files[p.file].path
	if p.table > 0 {
		return c.loading.name(c.loading.contents[p.file].beside(c.tableOf(p).File))
	}
	return c.loading.name(file)
}

// tableOf is the table whose row stands at p.
func (c *checker) tableOf(p place) *Table {
	return c.loading.contents[p.file].tables[p.table-1].table
}

// placesByID are the places of all facts, for Where.
func (c *checker) placesByID() map[factKey]Place {
	places := map[factKey]Place{}
	for _, k := range kinds {
		for i, p := range c.places[k.index] {
			places[factKey{k.name, k.head(k.get(c.d, i)).id}] = Place{c.fileOf(p), int(p.line)}
		}
	}
	return places
}
