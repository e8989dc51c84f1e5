// Package dossier is a mission's file: what its YAML may say, loading and
// checking it with every error at once, what was known of it on a given day,
// and the difference between it and the record.
//
// It must never write anything: it turns files into facts, and facts into the
// obligations that package clock computes. Start with Dossier, then Load, then
// Dossier.At.
package dossier

import (
	"sync"

	"temwen/instrument"
)

// Dossier is everything a mission's file holds, checked. Lists are in the
// order of the files (by name) and of the facts in them.
//
// A Dossier is not changed once it is loaded: lookups by ID and days of
// knowledge are computed once, when they are first asked for. It may be read
// by several goroutines.
type Dossier struct {
	Info        Info
	Sources     []*Source
	Actors      []*Actor
	Metrics     []*Metric
	Matters     []*Matter
	Calendars   []*Calendar
	Instruments []*Instrument
	Missions    []*Mission
	Procedures  []*Procedure
	Parts       []*Part
	Milestones  []*Milestone
	Obligations []*Obligation
	Events      []*Event
	Figures     []*Figure
	Statements  []*Statement
	Requests    []*Request
	Deployments []*Deployment
	Services    []*Service

	indexOnce sync.Once
	index     *index
	knownOnce sync.Once
	known     *known

	warnings func() Problems
	places   map[factKey]Place
}

// Place is where a fact stands in the files a dossier was loaded from.
type Place struct {
	File string
	Line int
}

type factKey struct{ kind, id string }

// Where is the place of a fact in the files, and whether it is known: a dossier
// that was not loaded from files has no places.
func (d *Dossier) Where(kind, id string) (Place, bool) {
	p, ok := d.places[factKey{kind, id}]
	return p, ok
}

// Warnings are what could be better in a dossier that was loaded from files,
// though nothing is wrong. They are looked for when they are first asked for,
// and the files they lie in are read again to tell the lines.
func (d *Dossier) Warnings() Problems {
	if d.warnings == nil {
		return nil
	}
	return d.warnings()
}

// Count is how many facts there are of a kind.
type Count struct {
	Kind  string // plural: "sources"
	Facts int
}

// Counts are how many facts there are of each kind, in the order of Facts;
// kinds without facts are left out.
func (d *Dossier) Counts() []Count {
	var counts []Count
	for _, k := range kinds {
		if n := k.len(d); n > 0 {
			counts = append(counts, Count{k.name, n})
		}
	}
	return counts
}

// Instrument is re-exported so that a reader of the dossier finds every kind here.
type Instrument = instrument.Instrument

// Procedure is re-exported as Instrument is.
type Procedure = instrument.Procedure
