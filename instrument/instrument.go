// Package instrument describes the documents that create obligations
// (resolutions, status agreements, concepts of operations, memoranda, pledges,
// policies) and their provisions, with how well each provision is known.
//
// It must never hold a rule of any mission in Go: instruments are data, read
// from a dossier. Start with Instrument, then Provision and Knowledge.
package instrument

import (
	"temwen/locale"
	"temwen/when"
)

// Kind says what sort of document an instrument is.
type Kind string

// The kinds of instrument.
const (
	Resolution          Kind = "resolution"
	StatusAgreement     Kind = "status-agreement"
	ConceptOfOperations Kind = "concept-of-operations"
	Memorandum          Kind = "memorandum"
	Agreement           Kind = "agreement"
	Pledge              Kind = "pledge"
	Policy              Kind = "policy"
	Letter              Kind = "letter"
	Judgment            Kind = "judgment"
	Decree              Kind = "decree"
	ModelText           Kind = "model" // a model agreement, used as a benchmark
)

// Kinds are all kinds of instrument.
var Kinds = []Kind{
	Resolution, StatusAgreement, ConceptOfOperations, Memorandum, Agreement,
	Pledge, Policy, Letter, Judgment, Decree, ModelText,
}

// Knowledge says how well a provision is known.
type Knowledge string

// How well a provision is known.
const (
	ReadInText Knowledge = "text"       // read in the instrument itself
	Reported   Knowledge = "reported"   // read in the press or another secondary source
	Unverified Knowledge = "unverified" // not read anywhere: from memory, to be verified
)

// Knowledges are all ways in which a provision is known, best first.
var Knowledges = []Knowledge{ReadInText, Reported, Unverified}

// Publicity says whether an instrument can be read by anyone.
type Publicity string

// Whether an instrument is public.
const (
	Public    Publicity = "public"     // published by a party to it
	Leaked    Publicity = "leaked"     // its text is out, but not by a party to it
	NotPublic Publicity = "not-public" // known only from what others say of it
)

// Publicities are all ways in which an instrument is public, or not.
var Publicities = []Publicity{Public, Leaked, NotPublic}

// Instrument is a document that creates obligations.
type Instrument struct {
	ID         string      `json:"id"`
	Kind       Kind        `json:"kind"`
	Title      locale.Text `json:"title"`
	Symbol     string      `json:"symbol,omitempty"` // as it is cited: "S/RES/2699 (2023)"
	Date       when.Date   `json:"date,omitzero"`    // adopted, signed or issued; may be unknown
	By         []string    `json:"by,omitempty"`     // actors that adopted, signed or issued it
	Missions   []string    `json:"missions,omitempty"`
	Publicity  Publicity   `json:"publicity"`
	Provisions []Provision `json:"provisions,omitempty"`
	Note       locale.Text `json:"note,omitempty"`
	Sources    []string    `json:"sources"`
}

// Provision is a clause of an instrument.
type Provision struct {
	ID        string      `json:"id"`            // unique in the instrument
	Ref       string      `json:"ref,omitempty"` // article or paragraph as printed, where it is known: "para. 14"
	Says      locale.Text `json:"says"`          // in our words, never a copy of the clause
	Knowledge Knowledge   `json:"knowledge"`
	Note      locale.Text `json:"note,omitempty"`
	Sources   []string    `json:"sources,omitempty"` // empty only where Knowledge is unverified
}
