// Package publish shapes the record for its readers: what a mission owes and
// has done on a day (View, Brief), why a status is what it is (Explained),
// where published words and numbers contradict each other (Contradiction),
// what was expected and slipped (Slip).
//
// It must never do I/O or hold words of its own: it turns a dossier and a day
// into plain structures whose every line names its sources; package locale has
// the words, cmd and site the paper. Start with View, then Brief.
package publish

import (
	"fmt"
	"strings"
	"sync"

	"temwen/casework"
	"temwen/clock"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// AsOf says which day is asked about, and as known when.
type AsOf struct {
	World   when.Day `json:"world"`             // the day that statuses are computed for
	Known   when.Day `json:"known"`             // only what was published by this day counts
	Edition uint64   `json:"edition,omitempty"` // the number of ledger entries behind it; 0 where there is no ledger
}

// On is the view of a day as known on that day.
func On(day when.Day) AsOf { return AsOf{World: day, Known: day} }

// View is a dossier as it was known on one day, seen from a day.
type View struct {
	*dossier.Dossier
	AsOf     AsOf
	register *dossier.Register
	lineage  map[string]string // mission: the first mission of which it is a transformation
	events   map[string][]*dossier.Event
	conduct  []conduct.Stored      // see WithConduct
	cases    []casework.StoredCase // see WithCases
	stones   []RetractedCase

	// What several pages of one view ask for is computed once.
	claimsOnce sync.Once
	allClaims  []Claim
	differs    differs
	citedOnce  sync.Once
	cited      map[string][]FactRef
}

// See is the view of a dossier as of a day.
func See(d *dossier.Dossier, asOf AsOf) *View {
	v := &View{Dossier: d.Arranged(asOf.Known), AsOf: asOf}
	v.register = v.Dossier.Register()
	v.events = make(map[string][]*dossier.Event)
	for _, e := range v.Events {
		v.events[e.Obligation] = append(v.events[e.Obligation], e)
	}
	v.lineage = make(map[string]string)
	for _, m := range v.Missions {
		for _, s := range m.Succeeds {
			if s.How == "transformed" {
				v.lineage[m.ID] = s.Mission
			}
		}
	}
	return v
}

// Register is the dossier as the clock sees it, which is compiled once. The caller does not
// change it.
func (v *View) Register() *dossier.Register { return v.register }

// root is the first mission of which a mission is a transformation: one force
// under several names.
func (v *View) root(mission string) string {
	for range v.Missions {
		before, ok := v.lineage[mission]
		if !ok {
			break
		}
		mission = before
	}
	return mission
}

// NotFoundError says that the record holds no such thing on that day.
type NotFoundError struct {
	Kind, ID string
	AsOf     AsOf
	Known    []string // what there is instead
}

// Error says what is missing and what there is.
func (e *NotFoundError) Error() string {
	s := fmt.Sprintf("the record holds no %s %q as known on %s", e.Kind, e.ID, e.AsOf.Known)
	if len(e.Known) > 0 {
		s += "; it has " + strings.Join(e.Known, ", ")
	}
	return s
}

// mission finds a mission that was known on the day.
func (v *View) mission(id string) (*dossier.Mission, error) {
	if m := v.Mission(id); m != nil {
		return m, nil
	}
	e := &NotFoundError{Kind: "mission", ID: id, AsOf: v.AsOf}
	for _, m := range v.Missions {
		e.Known = append(e.Known, m.ID)
	}
	return nil, e
}

// ActorRef is an actor as a line names it.
type ActorRef struct {
	ID   string      `json:"id"`
	Name locale.Text `json:"name"`
}

func (v *View) actor(id string) ActorRef {
	if a := v.Actor(id); a != nil {
		return ActorRef{ID: id, Name: a.Name}
	}
	return ActorRef{ID: id, Name: locale.Text{locale.English: id}}
}

func (v *View) actors(ids []string) []ActorRef {
	refs := make([]ActorRef, 0, len(ids))
	for _, id := range ids {
		refs = append(refs, v.actor(id))
	}
	return refs
}

// status is the clock's word for an obligation, with its index.
func (v *View) state(id string) (clock.State, int, bool) {
	i, ok := v.register.Obligation(id)
	if !ok {
		return clock.State{}, 0, false
	}
	return v.register.Status(i, v.AsOf.World), i, true
}

// MissionAt is the ID of the i-th mission of the clock's register.
func (v *View) missionAt(i int32) string {
	if i < 0 || int(i) >= len(v.register.Missions) {
		return ""
	}
	return v.register.Missions[i].ID
}
