package dossier

import (
	"slices"
	"strings"

	"temwen/instrument"
)

// kind is one of the lists of a dossier: its names, how its facts are reached,
// and the few things that every fact has whatever its kind.
type kind struct {
	name  string // plural: the key in YAML, and the kind in the record
	one   string // singular: in sentences, and its definition in the schema
	index int    // its place in kinds
	len   func(*Dossier) int
	get   func(*Dossier, int) any // a pointer to the typed fact
	blank func() any              // a pointer to a new, empty fact
	add   func(*Dossier, any)
	head  func(any) head
	sort  func(*Dossier) // by ID
}

// head is what every fact has.
type head struct {
	id      string
	mission string // empty where a fact belongs to the whole dossier
	sources []string
}

// The places of the kinds in kinds, and in everything that is indexed by kind.
const (
	kSources = iota
	kActors
	kMetrics
	kMatters
	kCalendars
	kInstruments
	kMissions
	kProcedures
	kParts
	kMilestones
	kObligations
	kEvents
	kFigures
	kStatements
	kRequests
	kDeployments
	kServices
	kindCount
)

// infoKind is the kind of the dossier's own entry among the facts.
const infoKind = "dossiers"

// kinds are the lists of a dossier, in the order in which facts are told:
// nothing comes before what it refers to by its nature.
var kinds = [kindCount]*kind{
	kSources: kindOf("sources", "source", func(d *Dossier) *[]*Source { return &d.Sources },
		func(f *Source) head { return head{f.ID, "", nil} }),
	kActors: kindOf("actors", "actor", func(d *Dossier) *[]*Actor { return &d.Actors },
		func(f *Actor) head { return head{f.ID, "", nil} }),
	kMetrics: kindOf("metrics", "metric", func(d *Dossier) *[]*Metric { return &d.Metrics },
		func(f *Metric) head { return head{f.ID, "", nil} }),
	kMatters: kindOf("matters", "matter", func(d *Dossier) *[]*Matter { return &d.Matters },
		func(f *Matter) head { return head{f.ID, "", nil} }),
	kCalendars: kindOf("calendars", "calendar", func(d *Dossier) *[]*Calendar { return &d.Calendars },
		func(f *Calendar) head { return head{f.ID, "", f.Sources} }),
	kInstruments: kindOf("instruments", "instrument", func(d *Dossier) *[]*instrument.Instrument { return &d.Instruments },
		func(f *instrument.Instrument) head { return head{f.ID, "", f.Sources} }),
	kMissions: kindOf("missions", "mission", func(d *Dossier) *[]*Mission { return &d.Missions },
		func(f *Mission) head { return head{f.ID, f.ID, f.Sources} }),
	// A procedure has several missions, or none: it belongs to the whole dossier.
	kProcedures: kindOf("procedures", "procedure", func(d *Dossier) *[]*Procedure { return &d.Procedures },
		func(f *Procedure) head { return head{f.ID, "", f.Sources} }),
	kParts: kindOf("parts", "part", func(d *Dossier) *[]*Part { return &d.Parts },
		func(f *Part) head { return head{f.ID, f.Mission, f.Sources} }),
	kMilestones: kindOf("milestones", "milestone", func(d *Dossier) *[]*Milestone { return &d.Milestones },
		func(f *Milestone) head { return head{f.ID, f.Mission, f.Sources} }),
	kObligations: kindOf("obligations", "obligation", func(d *Dossier) *[]*Obligation { return &d.Obligations },
		func(f *Obligation) head { return head{f.ID, f.Mission, f.Sources} }),
	// An event has no mission of its own: it has its obligation's.
	kEvents: kindOf("events", "event", func(d *Dossier) *[]*Event { return &d.Events },
		func(f *Event) head { return head{f.ID, "", f.Sources} }),
	kFigures: kindOf("figures", "figure", func(d *Dossier) *[]*Figure { return &d.Figures },
		func(f *Figure) head { return head{f.ID, f.Mission, f.Sources} }),
	kStatements: kindOf("statements", "statement", func(d *Dossier) *[]*Statement { return &d.Statements },
		func(f *Statement) head { return head{f.ID, f.Mission, f.Sources} }),
	kRequests: kindOf("requests", "request", func(d *Dossier) *[]*Request { return &d.Requests },
		func(f *Request) head { return head{f.ID, f.Mission, f.Sources} }),
	kDeployments: kindOf("deployments", "deployment", func(d *Dossier) *[]*Deployment { return &d.Deployments },
		func(f *Deployment) head { return head{f.ID, f.Mission, f.Sources} }),
	// A service is of the place, whatever mission is there.
	kServices: kindOf("services", "service", func(d *Dossier) *[]*Service { return &d.Services },
		func(f *Service) head { return head{f.ID, "", f.Sources} }),
}

func init() {
	for i, k := range kinds {
		k.index = i
	}
}

func kindOf[T any](name, one string, list func(*Dossier) *[]*T, read func(*T) head) *kind {
	return &kind{
		name: name, one: one,
		len:   func(d *Dossier) int { return len(*list(d)) },
		get:   func(d *Dossier, i int) any { return (*list(d))[i] },
		blank: func() any { return new(T) },
		add:   func(d *Dossier, f any) { l := list(d); *l = append(*l, f.(*T)) },
		head:  func(f any) head { return read(f.(*T)) },
		sort: func(d *Dossier) {
			slices.SortStableFunc(*list(d), func(a, b *T) int { return strings.Compare(read(a).id, read(b).id) })
		},
	}
}

// kindNamed is the kind of that plural name, or nil.
func kindNamed(name string) *kind {
	for _, k := range kinds {
		if k.name == name {
			return k
		}
	}
	return nil
}

// tablesKey and infoKey are the two keys of a file that are not lists of facts.
const (
	tablesKey = "tables"
	infoKey   = "dossier"
)

// topKeys are all keys that a file may have.
func topKeys() []string {
	keys := []string{infoKey}
	for _, k := range kinds {
		keys = append(keys, k.name)
	}
	return append(keys, tablesKey)
}
