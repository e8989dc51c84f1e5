package site

import (
	"context"
	"encoding/base64"
	"fmt"
	"iter"
	"sync"

	"temwen/publish"
	"temwen/record"
)

// place is where a fact stands in the ledger, as a reader's browser checks it:
// web/src/check.ts.
type place struct {
	// Index is the number of the entry.
	Index uint64
	// Sum is the SHA-256 of the fact in base64.
	Sum string
}

// places keeps where the facts of the dossiers stand in the ledger, for the
// latest edition. A dossier's are read when the first page asks for them.
type places struct {
	facts func(ctx context.Context, q record.Query) iter.Seq2[record.Version, error]

	mu      sync.Mutex
	edition uint64
	kept    map[string]map[record.Ref]place
}

// of are the places of the facts of the dossier that a page is about.
func (p *places) of(q *request) (map[record.Ref]place, error) {
	dossier := q.view.Info.ID
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.edition != q.edition || p.kept == nil {
		p.edition, p.kept = q.edition, make(map[string]map[record.Ref]place)
	}
	if known, ok := p.kept[dossier]; ok {
		return known, nil
	}
	found := make(map[record.Ref]place)
	for v, err := range p.facts(q.Context(), record.Query{Dossier: dossier, Edition: q.edition}) {
		if err != nil {
			return nil, fmt.Errorf("reading where the facts of %s stand in the ledger: %w", dossier, err)
		}
		sum := v.Hash()
		found[v.Ref()] = place{v.From, base64.StdEncoding.EncodeToString(sum[:])}
	}
	p.kept[dossier] = found
	return found, nil
}

// Checkable reports whether what the page shows can be checked against the
// ledger in the reader's browser.
func (p *page) Checkable() bool { return p.places != nil || p.entries != nil }

// Place is where a fact of the page's dossier stands in the ledger; nil where
// the page is not checkable.
func (p *page) Place(kind, id string) *place {
	if at, ok := p.places[record.Ref{Dossier: p.DossierID(), Kind: kind, ID: id}]; ok {
		return &at
	}
	return nil
}

// Key is the ledger's public key.
func (p *page) Key() string { return p.site.record.Key() }

// checkedEntry is an entry in the list of those to check: Sum, Openings or Leaf is what the
// browser compares it with.
type checkedEntry struct {
	Label string
	Kind  string // of a fact
	place
	Openings string // of a public case, apart by spaces
	Leaf     string // its own hash in base64 (RFC 6962), where nothing more is told of it
}

// Checked are the entries that the page shows by themselves, the facts that it shows,
// then the sources it refers to, each once.
func (p *page) Checked() []checkedEntry {
	refs := p.shows
	for _, id := range p.noteIDs {
		refs = append(refs, publish.FactRef{Kind: "sources", ID: id})
	}
	list := p.entries
	seen := make(map[publish.FactRef]bool)
	for _, f := range refs {
		at := p.Place(f.Kind, f.ID)
		if at == nil || seen[f] {
			continue
		}
		seen[f] = true
		list = append(list, checkedEntry{Label: p.citation(p.view, f.Kind, f.ID).Label, Kind: f.Kind, place: *at})
	}
	return list
}

// shownBy are the facts that the page of an obligation shows.
func shownBy(e *publish.Explained) []publish.FactRef {
	refs := []publish.FactRef{{Kind: "obligations", ID: e.ID}, {Kind: "instruments", ID: e.Provision.Instrument}}
	for _, r := range e.Explanations {
		for _, s := range r.Steps {
			if s.Trigger != nil && s.Trigger.Kind == "milestone" {
				refs = append(refs, publish.FactRef{Kind: "milestones", ID: s.Trigger.ID})
			}
		}
	}
	for _, h := range e.History {
		refs = append(refs, publish.FactRef{Kind: "events", ID: h.ID})
	}
	refs = append(refs, publish.FactRef{Kind: "missions", ID: e.Mission})
	for _, a := range e.Debtor {
		refs = append(refs, publish.FactRef{Kind: "actors", ID: a.ID})
	}
	return refs
}
