package publish

import (
	"slices"

	"temwen/dossier"
)

// SourceLine is a source as a page cites it.
type SourceLine struct {
	*dossier.Source
	Known string `json:"known"` // the day from which it counts as known
}

// citedIn are the sources that a brief's lines name, in the order of the
// dossier.
func (v *View) citedIn(b *Brief) []SourceLine {
	named := make(map[string]bool)
	add := func(lists ...[]string) {
		for _, list := range lists {
			for _, id := range list {
				named[id] = true
			}
		}
	}
	claims := func(lists ...[]Claim) {
		for _, list := range lists {
			for i := range list {
				add(list[i].Sources)
			}
		}
	}
	for i := range b.Obligations {
		add(b.Obligations[i].Sources, b.Obligations[i].Provision.Sources)
	}
	for i := range b.Parts {
		add(b.Parts[i].Sources)
	}
	claims(b.People, b.Money, b.Other)
	for i := range b.Requests {
		add(b.Requests[i].Sources)
		for j := range b.Requests[i].Outcomes {
			add(b.Requests[i].Outcomes[j].Sources)
		}
	}
	for i := range b.Contradictions {
		add(b.Contradictions[i].Sources)
	}
	for i := range b.Milestones {
		add(b.Milestones[i].Sources)
	}
	for i := range b.Statements {
		add(b.Statements[i].Sources)
	}
	for i := range b.Predecessors {
		add(b.Predecessors[i].Sources)
		claims(b.Predecessors[i].Figures)
	}
	return v.SourceLines(func(s *dossier.Source) bool { return named[s.ID] })
}

// SourceLines are the sources known on the day that keep holds for, oldest
// first.
func (v *View) SourceLines(keep func(*dossier.Source) bool) []SourceLine {
	lines := []SourceLine{}
	for _, s := range v.Dossier.Sources {
		if keep(s) {
			lines = append(lines, SourceLine{Source: s, Known: s.Published.Last().String()})
		}
	}
	slices.SortStableFunc(lines, func(a, b SourceLine) int { return int(a.Published.Last()) - int(b.Published.Last()) })
	return lines
}
