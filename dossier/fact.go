package dossier

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"temwen/when"
)

// Fact is one entry of a dossier as the record keeps it. Its place in a file is
// no part of it: where a fact stands can change without the fact changing.
type Fact struct {
	Kind string // plural, as in YAML; "dossiers" for the dossier's own entry
	ID   string
	// Mission is empty for facts of the whole dossier. An event has its
	// obligation's mission.
	Mission string
	// Known is the day the fact is known from; when.Earliest for the dossier's
	// own entry and for vocabulary that is always there, when.Latest for a fact
	// without a source.
	Known   when.Day
	Sources []string
	// Body is the fact as JSON, in the order of its type: equal facts have
	// equal bytes.
	Body []byte
}

// Facts are all facts of the dossier, its own entry first, then each kind in
// the order of its list. A fact whose JSON cannot be written (a number that is
// not finite) has no body; Load lets none pass.
func (d *Dossier) Facts() iter.Seq[Fact] {
	return func(yield func(Fact) bool) {
		body, _ := bodyOf(&d.Info)
		if !yield(Fact{Kind: infoKind, ID: d.Info.ID, Known: when.Earliest, Body: body}) {
			return
		}
		for _, k := range kinds {
			for i := range k.len(d) {
				if !yield(d.fact(k, i)) {
					return
				}
			}
		}
	}
}

// Fact is the fact of that kind (plural) and ID, and whether there is one.
func (d *Dossier) Fact(kind, id string) (Fact, bool) {
	k := kindNamed(kind)
	if k == nil {
		return Fact{}, false
	}
	i, ok := d.find().byID[k.index][id]
	if !ok {
		return Fact{}, false
	}
	return d.fact(k, i), true
}

func (d *Dossier) fact(k *kind, i int) Fact {
	value := k.get(d, i)
	body, _ := bodyOf(value)
	h := k.head(value)
	f := Fact{Kind: k.name, ID: h.id, Mission: h.mission, Known: d.days().fact[k.index][i], Sources: h.sources, Body: body}
	if e, ok := value.(*Event); ok {
		if o := d.Obligation(e.Obligation); o != nil {
			f.Mission = o.Mission
		}
	}
	return f
}

// FromFacts is the dossier that these facts make, in their order. It trusts
// them: what Facts of a loaded dossier gave, it gives back. The error names the
// first fact that cannot be read.
func FromFacts(facts iter.Seq[Fact]) (*Dossier, error) {
	d := &Dossier{}
	for f := range facts {
		if f.Kind == infoKind {
			if err := decode(f.Body, &d.Info); err != nil {
				return nil, fmt.Errorf("reading the dossier's own entry %s: %w", f.ID, err)
			}
			continue
		}
		k := kindNamed(f.Kind)
		if k == nil {
			return nil, fmt.Errorf("reading the fact %s/%s: there is no kind of that name", f.Kind, f.ID)
		}
		value := k.blank()
		if err := decode(f.Body, value); err != nil {
			return nil, fmt.Errorf("reading the fact %s/%s: %w", f.Kind, f.ID, err)
		}
		k.add(d, value)
	}
	return d, nil
}

// decode reads one JSON value and refuses keys that the type does not have.
func decode(body []byte, into any) error {
	r := json.NewDecoder(bytes.NewReader(body))
	r.DisallowUnknownFields()
	if err := r.Decode(into); err != nil {
		return err
	}
	if _, err := r.Token(); err != io.EOF {
		return fmt.Errorf("more follows after its value")
	}
	return nil
}
