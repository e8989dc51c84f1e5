package casework

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"temwen/record"
)

// Reclassing says the words of an incident, and of all that is alleged of it, in the
// newest version of the vocabulary. Nothing else of the facts changes: for that there
// is Revise.
type Reclassing struct {
	Incident      string
	Terms         string // the newest version
	Acts          []string
	Circumstances []string
	Harms         []string          // of each row of harm, in order
	Allegations   map[string]string // the act of each, by its ID
	Ground        string            // of ReclassGrounds
	Seen          uint64            // Incident.Changed that the officer saw, as for Revise
}

// ReclassGrounds are why an incident is classed anew: the newer version says what
// became of each word, and no other is taken; somebody has looked at the facts again;
// a court or the office has decided so.
var ReclassGrounds = []string{groundMapped, "examined", "decided"}

const groundMapped = "mapped"

// Reclass puts it on the record that an incident is classed anew, and so each of its
// allegations: events of their own, after which it still stands on the record how they
// were classed before. What is wrong in the words is a *Flawed; an incident that is in
// the newest version is refused as CodeTwice.
func (k *Cases) Reclass(ctx context.Context, by string, r Reclassing) error {
	if !slices.Contains(ReclassGrounds, r.Ground) {
		return refuse(CodeGround)
	}
	_, err := k.store.Do(ctx, newKey(), &reclassing{by, r, k}, k.now())
	return err
}

// reclassing is the command.
type reclassing struct {
	By    string
	R     Reclassing
	cases *Cases
}

func (*reclassing) Book() string { return bookName }
func (*reclassing) Daily() bool  { return false }

// Digest implements record.Command.
func (c *reclassing) Digest() record.Hash {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // plain structures
	}
	return sha256.Sum256(append([]byte("reclass "), b...))
}

// Decide implements record.Act.
func (c *reclassing) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	n := noting{Seen: c.R.Seen, cases: c.cases}
	was, err := n.unmoved(ctx, t, c.R.Incident)
	if err != nil {
		return nil, err
	}
	v := OwnTerms()
	newest := v.Newest()
	switch {
	case was.Terms == newest.Version:
		return nil, refuse(CodeTwice)
	case c.R.Terms != newest.Version || !v.Reaches(was.Terms, newest.Version):
		return nil, &Flawed{[]Flaw{{"terms", "other-version"}}}
	case len(c.R.Harms) != len(was.Harm):
		return nil, refuse(CodeMalformed)
	}
	i := *was
	i.Terms, i.Acts, i.Circumstances, i.Changed = c.R.Terms, c.R.Acts, c.R.Circumstances, 0
	i.Harm = slices.Clone(was.Harm)
	for n := range i.Harm {
		i.Harm[n].Kind = c.R.Harms[n]
	}
	flaws := i.Check(newest)
	allegations, err := ofIncident(ctx, t, i.ID)
	if err != nil {
		return nil, err
	}
	said := []noted{{By: c.By, On: c.cases.today(), Incident: &i, Ground: c.R.Ground}}
	for _, a := range allegations {
		was := a
		if a.Act, a.Terms = c.R.Allegations[a.ID], newest.Version; newest.Act(a.Act) == nil {
			flaws = append(flaws, Flaw{"acts", "missing"})
		} else if c.R.Ground == groundMapped && !slices.Contains(v.Became("acts", was.Act, was.Terms, newest.Version), a.Act) {
			flaws = append(flaws, Flaw{"acts", "not-mapped"})
		}
		said = append(said, noted{By: c.By, On: c.cases.today(), Allegation: &a, Ground: c.R.Ground})
	}
	if c.R.Ground == groundMapped {
		flaws = append(flaws, unmapped(v, was, &i)...)
	}
	if len(flaws) > 0 {
		return nil, &Flawed{flaws}
	}
	var drafts []record.Draft
	for k, b := range said {
		body, err := record.Canonical(b)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, record.Draft{Type: map[bool]string{true: incidentReclassed, false: allegationReclassed}[k == 0], Body: body})
	}
	return drafts, nil
}

// unmapped are the words that none of those before became.
func unmapped(v Vocabulary, was, is *Incident) (flaws []Flaw) {
	became := func(kind string, codes ...string) (list []string) {
		for _, c := range codes {
			list = append(list, v.Became(kind, c, was.Terms, is.Terms)...)
		}
		return list
	}
	hold := func(member string, codes, among []string) {
		if slices.ContainsFunc(codes, func(c string) bool { return !slices.Contains(among, c) }) {
			flaws = append(flaws, Flaw{member, "not-mapped"})
		}
	}
	hold("acts", is.Acts, became("acts", was.Acts...))
	hold("circumstances", is.Circumstances, became("circumstances", was.Circumstances...))
	for n := range is.Harm {
		hold("harm", []string{is.Harm[n].Kind}, became("harms", was.Harm[n].Kind))
	}
	return flaws
}

// ofIncident are all allegations of an incident.
func ofIncident(ctx context.Context, t *record.Tables, incident string) ([]Allegation, error) {
	return allegations(ctx, t, `WHERE incident = $1 ORDER BY number`, incident)
}

// Earlier is an incident that is coded in an earlier version of the vocabulary, and what
// became of its words in a later one.
type Earlier struct {
	Incident *Incident
	// Fates are those of the words that are not the same, each once.
	Fates []Fate
}

// Fate is what became of a word: renamed, where it became one other; split, where it
// became several; retired, where it became none. Kind is of TermKinds.
type Fate struct {
	Kind, Code string
	Became     []string
}

// Word is the fate in a word.
func (f *Fate) Word() string {
	switch len(f.Became) {
	case 0:
		return "retired"
	case 1:
		return "renamed"
	}
	return "split"
}

// Fates are what became of the words of an incident and its allegations in a version of
// a vocabulary, as far as they are not the same.
func (i *Incident) Fates(v Vocabulary, to string, allegations []Allegation) (list []Fate) {
	add := func(kind, code, from string) {
		became := v.Became(kind, code, from, to)
		same := len(became) == 1 && became[0] == code
		if !same && !slices.ContainsFunc(list, func(f Fate) bool { return f.Kind == kind && f.Code == code }) {
			list = append(list, Fate{kind, code, became})
		}
	}
	for _, a := range i.Acts {
		add("acts", a, i.Terms)
	}
	for _, a := range allegations {
		add("acts", a.Act, a.Terms)
	}
	for _, h := range i.Harm {
		add("harms", h.Kind, i.Terms)
	}
	for _, c := range i.Circumstances {
		add("circumstances", c, i.Terms)
	}
	return list
}

// LookEarlier are the incidents that are coded in an earlier version than the newest of
// a vocabulary, by their numbers. It changes nothing: a newer version is offered, never
// imposed.
func LookEarlier(ctx context.Context, v Viewer, vocabulary Vocabulary) (list []Earlier, err error) {
	to := vocabulary.Newest().Version
	err = v.View(ctx, bookName, func(t *record.Tables) error {
		incidents, err := incidents(ctx, t, `ORDER BY number`)
		if err != nil {
			return err
		}
		for _, i := range incidents {
			if i.Terms == to {
				continue
			}
			if !vocabulary.Reaches(i.Terms, to) {
				return fmt.Errorf("incident %d is coded in %s, which is no version of this vocabulary", i.Number, i.Terms)
			}
			allegations, err := ofIncident(ctx, t, i.ID)
			if err != nil {
				return err
			}
			list = append(list, Earlier{i, i.Fates(vocabulary, to, allegations)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for what is coded in an earlier version: %w", err)
	}
	return list, nil
}
