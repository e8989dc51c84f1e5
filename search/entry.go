package search

import (
	"temwen/locale"
	"temwen/when"
)

// Entry is what the index holds of one fact: its words, from which day they
// were known, and where it is shown. A part of a fact that became known by
// itself, such as the outcome of a request, is an entry of its own, with the
// kind and ID of its fact.
type Entry struct {
	Dossier string
	Kind    string // of Kinds
	ID      string // of a provision: instrument/provision
	Mission string // empty for what belongs to the whole dossier
	Known   when.Day
	Places  []Place // the best first; at least one from Known on
	Title   locale.Text
	Body    []locale.Text // passages
	// Keys are found but not shown: IDs, dates as figures, the topic, the
	// mission's short name.
	Keys string
}

// Place is a page, or a part of one, that shows a fact.
type Place struct {
	Room    string   `json:"room"` // see the constants
	Mission string   `json:"mission,omitempty"`
	ID      string   `json:"id,omitempty"`
	From    when.Day `json:"-"` // the day from which it shows the fact
}

// The rooms of a place, with what its ID names.
const (
	RoomMission    = "mission"
	RoomEvents     = "events"     // the mission's milestones
	RoomParts      = "parts"      // who takes part in the mission
	RoomObligation = "obligation" // obligation
	RoomInstrument = "instrument" // the obligations that an instrument creates
	RoomProcedure  = "procedure"  // procedure
	RoomDocuments  = "documents"  // request, or empty: the papers that are not public
	RoomWords      = "words"      // matter
	RoomMoney      = "money"      // donor, or empty
	RoomPeople     = "people"     // year, or empty
	RoomActor      = "actor"      // actor
	RoomSource     = "source"     // source
)

// Kinds are the kinds of entries: those of facts that have a page, and the
// provisions of instruments, in the order in which they are offered.
var Kinds = []string{
	"obligations", "provisions", "instruments", "procedures", "events", "requests", "statements", "matters",
	"figures", "metrics", "milestones", "missions", "parts", "actors", "sources", "deployments",
}
