package record

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// State is what a decision needs to know of the record: what is on file, as
// hashes, so that a large dossier needs little memory. The zero State is that
// of an empty record.
type State struct {
	// Facts holds the hash of each current fact; for an Import, those of its
	// dossier are enough.
	Facts map[Ref]Hash
	// Missions holds, for each mission on file, the dossier it belongs to.
	Missions map[string]string
}

// Command is something that somebody wants done: an Import, a Pad, an Erase,
// or an Act of a book.
type Command interface {
	// Digest identifies the command's whole content.
	Digest() Hash
}

// Import makes the record hold a dossier exactly as given: facts that are not
// on file are stated, those on file with other content are revised, and those
// on file that are not given are retracted.
type Import struct {
	Dossier string
	// Facts are all the dossier's facts, each once. New and revised ones become
	// events in this order, so sources should come before what cites them.
	Facts []Fact
}

// Digest implements Command.
func (c Import) Digest() Hash {
	h := sha256.New()
	var b []byte
	part := func(s string) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	part("import")
	part(c.Dossier)
	for i := range c.Facts {
		f := &c.Facts[i]
		part(f.Dossier)
		part(f.Kind)
		part(f.ID)
		part(f.Mission)
		b = binary.BigEndian.AppendUint64(b, uint64(f.Known))
		b = binary.BigEndian.AppendUint64(b, uint64(len(f.Sources)))
		for _, s := range f.Sources {
			part(s)
		}
		part(string(f.Body))
		h.Write(b)
		b = b[:0]
	}
	h.Write(b)
	return Hash(h.Sum(nil))
}

// Refusal says why a command may not be done: one line for each reason, up to a
// limit.
type Refusal struct {
	Reasons []string
	More    int // reasons that were left out
}

// maxReasons is how many reasons a Refusal lists.
const maxReasons = 20

func (r *Refusal) Error() string {
	s := strings.Join(r.Reasons, "\n")
	if r.More > 0 {
		s += fmt.Sprintf("\nand %d more", r.More)
	}
	return s
}

// Unwrap makes a Refusal an ErrRefused.
func (r *Refusal) Unwrap() error { return ErrRefused }

func (r *Refusal) add(format string, args ...any) {
	if len(r.Reasons) == maxReasons {
		r.More++
		return
	}
	r.Reasons = append(r.Reasons, fmt.Sprintf(format, args...))
}

// Decide says what changes a command makes to a record in that state: none
// where it is so already. It is pure: the same state and command give the same
// changes in the same order, and neither is modified. Where the command may not
// be done it returns a *Refusal with all reasons.
func Decide(state State, cmd Command) ([]Change, error) {
	switch c := cmd.(type) {
	case Import:
		return decideImport(state, c)
	default:
		return nil, fmt.Errorf("deciding a %T: it is not a command of this version", cmd)
	}
}

func decideImport(state State, c Import) ([]Change, error) {
	refusal := c.check(state)
	if len(refusal.Reasons) > 0 {
		return nil, refusal
	}
	var changes []Change
	given := make(map[Ref]struct{}, len(c.Facts))
	for i := range c.Facts {
		f := &c.Facts[i]
		given[f.Ref()] = struct{}{}
		prior, onFile := state.Facts[f.Ref()]
		change := Change{Type: FactStated, Fact: *f}
		if onFile {
			if prior == f.Hash() {
				continue
			}
			change.Type, change.Prior = FactRevised, prior
		}
		if n := len(change.Public()); n > MaxPublic {
			refusal.add("%s takes %d bytes: an entry of the ledger has room for %d; shorten it or split it", f.Ref(), n, MaxPublic)
		}
		changes = append(changes, change)
	}
	if len(refusal.Reasons) > 0 {
		return nil, refusal
	}
	first := len(changes)
	for ref, hash := range state.Facts {
		if _, ok := given[ref]; !ok && ref.Dossier == c.Dossier {
			gone := Fact{Dossier: ref.Dossier, Kind: ref.Kind, ID: ref.ID}
			changes = append(changes, Change{Type: FactRetracted, Fact: gone, Prior: hash})
		}
	}
	slices.SortFunc(changes[first:], func(a, b Change) int { return compareRefs(a.Fact.Ref(), b.Fact.Ref()) })
	return changes, nil
}

// check reports what is wrong with the command, apart from the size of what it
// would write.
func (c Import) check(state State) *Refusal {
	refusal := &Refusal{}
	if err := checkName(c.Dossier); err != nil {
		refusal.add("the dossier's ID %v", err)
	}
	if len(c.Facts) == 0 {
		refusal.add("dossier %q has no facts: importing it would retract all that is on file", c.Dossier)
	}
	seen := make(map[Ref]struct{}, len(c.Facts))
	for i := range c.Facts {
		f := &c.Facts[i]
		if err := f.check(); err != nil {
			refusal.add("%s: %s", f.Ref(), strings.ReplaceAll(err.Error(), "\n", "; "))
			continue
		}
		if f.Dossier != c.Dossier {
			refusal.add("%s is given with dossier %q", f.Ref(), c.Dossier)
		}
		if _, ok := seen[f.Ref()]; ok {
			refusal.add("%s is given twice", f.Ref())
		}
		seen[f.Ref()] = struct{}{}
		if other, ok := state.Missions[f.ID]; ok && f.Kind == KindMission && other != c.Dossier {
			refusal.add("mission %q belongs to dossier %q: give it another ID in dossier %q", f.ID, other, c.Dossier)
		}
	}
	return refusal
}

func compareRefs(a, b Ref) int {
	if c := strings.Compare(a.Dossier, b.Dossier); c != 0 {
		return c
	}
	if c := strings.Compare(a.Kind, b.Kind); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

// Apply makes s the state after a change. It is an error where the change does
// not follow from the state, which means that the record it comes from was
// tampered with.
func (s *State) Apply(c Change) error {
	ref := c.Fact.Ref()
	current, onFile := s.Facts[ref]
	switch {
	case c.Type == FactStated && onFile:
		return fmt.Errorf("%s is stated, but it was on file", ref)
	case c.Type != FactStated && !onFile:
		return fmt.Errorf("%s is revised or retracted, but it was not on file", ref)
	case c.Type != FactStated && current != c.Prior:
		return fmt.Errorf("%s is revised or retracted as %s, but on file was %s", ref, c.Prior, current)
	}
	if s.Facts == nil {
		s.Facts = make(map[Ref]Hash)
	}
	if s.Missions == nil {
		s.Missions = make(map[string]string)
	}
	if c.Type == FactRetracted {
		delete(s.Facts, ref)
		if ref.Kind == KindMission {
			delete(s.Missions, ref.ID)
		}
		return nil
	}
	s.Facts[ref] = c.Fact.Hash()
	if ref.Kind == KindMission {
		if other, ok := s.Missions[ref.ID]; ok && other != ref.Dossier {
			return fmt.Errorf("mission %q is stated by dossier %q, but belonged to %q", ref.ID, ref.Dossier, other)
		}
		s.Missions[ref.ID] = ref.Dossier
	}
	return nil
}
