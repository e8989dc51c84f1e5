package dossier

import (
	"maps"
	"strings"

	"temwen/locale"
	"temwen/when"
)

// Info is the dossier's own entry: `dossier:` in dossier.yaml.
type Info struct {
	ID       string      `json:"id"`
	Title    locale.Text `json:"title"`
	TimeZone string      `json:"time_zone"` // IANA name of the place, for "today"
	About    locale.Text `json:"about,omitempty"`
	Places   *Places     `json:"places,omitempty"`
}

// Places are the places in which incidents are coded.
type Places struct {
	Source   string    `json:"source"` // address of the dataset that the codes are from
	Communes []Commune `json:"communes"`
	Bounds   *Bounds   `json:"bounds,omitempty"`
}

// Bounds are how far a country and its waters reach, in degrees (WGS 84): negative to the
// south and west. They are for noticing points that were mistyped.
type Bounds struct {
	South float64 `json:"south"`
	West  float64 `json:"west"`
	North float64 `json:"north"`
	East  float64 `json:"east"`
}

// Has reports whether a point lies within.
func (b *Bounds) Has(north, east float64) bool {
	return north >= b.South && north <= b.North && east >= b.West && east <= b.East
}

// Bounds are those of the places; nil where none are given.
func (i *Info) Bounds() *Bounds {
	if i.Places == nil {
		return nil
	}
	return i.Places.Bounds
}

// Commune is the smallest area in which an incident is coded.
type Commune struct {
	Code string `json:"code"`           // p-code: that of its department, and two digits
	Name string `json:"name,omitempty"` // empty where it was not read
}

// Communes are the communes that incidents can be coded in; none where the dossier has
// no list, and then any code of the right form can be.
func (i *Info) Communes() []Commune {
	if i.Places == nil {
		return nil
	}
	return i.Places.Communes
}

// NearestCommune is the commune whose code, or name, is most like what was written; false
// where none is like enough to be meant.
func (i *Info) NearestCommune(written string) (Commune, bool) {
	words := make(map[string]Commune)
	for _, c := range i.Communes() {
		words[strings.ToLower(c.Code)] = c
		if c.Name != "" {
			words[strings.ToLower(c.Name)] = c
		}
	}
	word := strings.ToLower(written)
	if c, is := words[word]; is {
		return c, true
	}
	near, found := nearest(word, maps.Keys(words))
	return words[near], found
}

// Source is a published document. A fact is known from the day its earliest
// source was published; where that day is imprecise, from the latest day it
// allows, so that nothing shows before it surely was public.
type Source struct {
	ID        string      `json:"id"`
	Title     string      `json:"title"` // in its own language; never with a private person's name
	Publisher string      `json:"publisher"`
	Published when.Date   `json:"published"`
	Language  string      `json:"language"` // BCP 47
	Address   string      `json:"address"`  // https or http URL
	Read      string      `json:"read"`     // how far it was read: full, excerpt, cited (named by another source)
	SHA256    string      `json:"sha256,omitempty"`
	Archived  string      `json:"archived,omitempty"` // address of an archived copy
	Note      locale.Text `json:"note,omitempty"`
}

// Actor is a State, organisation, office, role, unit, force, contractor or armed group. Private persons
// are never actors; an official is the office held.
type Actor struct {
	ID      string      `json:"id"`
	Kind    string      `json:"kind"` // state, organisation, office, role, unit, force, group, contractor, armed-group
	Name    locale.Text `json:"name"`
	Of      string      `json:"of,omitempty"`      // the actor it belongs to: the State of a ministry
	Country string      `json:"country,omitempty"` // ISO 3166-1 alpha-2, for a State
	Note    locale.Text `json:"note,omitempty"`
}

// MayAnswerFor reports whether an actor can be said to be responsible for harm: who has
// people in arms, or a State. An office, a newspaper or who observes cannot.
func (a *Actor) MayAnswerFor() bool {
	switch a.Kind {
	case "state", "force", "unit", "contractor", "armed-group":
		return true
	}
	return false
}

// Mission is an operation under an authorisation.
type Mission struct {
	ID       string      `json:"id"`
	Name     locale.Text `json:"name"`
	Short    string      `json:"short"`           // "MSS"
	Force    string      `json:"force,omitempty"` // the actor that is the mission's force
	Began    string      `json:"began,omitempty"` // milestone
	Ended    string      `json:"ended,omitempty"` // milestone; its obligations then pass to the successor
	Period   when.Date   `json:"period,omitzero"` // EDTF interval, where there is no milestone
	Succeeds []Succeeds  `json:"succeeds,omitempty"`
	Summary  locale.Text `json:"summary,omitempty"`
	Conduct  *Conduct    `json:"conduct,omitempty"`
	Keep     *Keep       `json:"keep,omitempty"`
	Sources  []string    `json:"sources"`
}

// Conduct is how a mission's numbers of reports, allegations and victims are
// published, so that nobody is found from them.
type Conduct struct {
	// Least is the smallest number above 0 that is shown; 0 stands for
	// LeastShown.
	Least int `json:"least,omitempty"`
	// Delay is how long after its end a month is published first; none stands
	// for ConductDelay.
	Delay when.Period `json:"delay,omitzero"`
}

// LeastShown is the smallest number shown where a mission says nothing.
const LeastShown = 5

// ConductDelay is the delay where a mission says nothing.
var ConductDelay = when.Days(30)

// Disclosure is how the mission's numbers of conduct are published, with what
// holds where it says nothing.
func (m *Mission) Disclosure() Conduct {
	c := Conduct{Least: LeastShown, Delay: ConductDelay}
	if m.Conduct != nil {
		if m.Conduct.Least > 0 {
			c.Least = m.Conduct.Least
		}
		if !m.Conduct.Delay.IsZero() {
			c.Delay = m.Conduct.Delay
		}
	}
	return c
}

// Succeeds says which earlier mission a mission comes after, and how.
type Succeeds struct {
	Mission string `json:"mission"`
	// How: transformed (the same force under a new name or mandate) and
	// replaced (a new one takes over) pass undischarged obligations on;
	// follows is memory only.
	How     string   `json:"how"`
	Sources []string `json:"sources,omitempty"`
}

// Part is the part that an actor plays in a mission over a time.
type Part struct {
	ID      string      `json:"id"`
	Mission string      `json:"mission"`
	Actor   string      `json:"actor"`
	Part    string      `json:"part"` // authorises, leads, commands, contributes, pays, hosts, supports, oversees, speaks, partners
	From    when.Date   `json:"from,omitzero"`
	Until   when.Date   `json:"until,omitzero"`
	Note    locale.Text `json:"note,omitempty"`
	Sources []string    `json:"sources"`
}

// Milestone is a dated event of a mission that clocks start from, or that was
// expected and slipped.
type Milestone struct {
	ID      string      `json:"id"` // unique in the dossier
	Mission string      `json:"mission"`
	Title   locale.Text `json:"title"`
	// Happened is when it happened; absent while it has not. Sources are the
	// sources for that.
	Happened when.Date     `json:"happened,omitzero"`
	Expected []Expectation `json:"expected,omitempty"`
	Note     locale.Text   `json:"note,omitempty"`
	Sources  []string      `json:"sources,omitempty"`
}

// Expectation is a date somebody gave for a milestone before it happened.
type Expectation struct {
	Date    when.Date   `json:"date"`
	By      string      `json:"by,omitempty"`   // actor who said so
	Said    when.Date   `json:"said,omitzero"`  // when they said so, where not the source's date
	Note    locale.Text `json:"note,omitempty"` // "conditional on security and money"
	Sources []string    `json:"sources"`
}

// Obligation is something owed: a debtor, a creditor, the provision it comes
// from, and the clock. What happened to it is in Events.
type Obligation struct {
	ID        string      `json:"id"` // unique in the dossier
	Mission   string      `json:"mission"`
	Title     locale.Text `json:"title"` // a noun phrase: "Review of the authorisation after nine months"
	Topic     string      `json:"topic"` // see Topics
	Debtor    []string    `json:"debtor"`
	Creditor  []string    `json:"creditor,omitempty"`
	Provision string      `json:"provision"`          // instrument/provision
	Quantity  *Amount     `json:"quantity,omitempty"` // how much is owed, where it can be counted
	// Exactly one of Due and Readings. With Readings, each takes another event
	// as the trigger, or another rule, because the text is open to dispute.
	Due          *Due        `json:"due,omitempty"`
	Readings     []Reading   `json:"readings,omitempty"`
	Warn         when.Period `json:"warn,omitzero"`           // warning window before the due date; P30D where absent
	Benchmark    *Benchmark  `json:"benchmark,omitempty"`     // the clock other instruments use, for an unclocked one
	DischargedBy locale.Text `json:"discharged_by,omitempty"` // what would discharge it
	Note         locale.Text `json:"note,omitempty"`
	Sources      []string    `json:"sources"`
}

// Topics are what an obligation can be about.
var Topics = []string{
	"authorisation", "review", "reporting", "documents", "oversight", "conduct",
	"people", "money", "status", "remedy", "elections", "health", "support", "arms",
}

// Reading is one way to read a clause whose trigger or rule is open to dispute.
type Reading struct {
	ID      string      `json:"id"`
	Title   locale.Text `json:"title"`
	Due     Due         `json:"due"`
	Sources []string    `json:"sources,omitempty"` // who reads it so
}

// Due is the rule that a clause sets. Exactly one of On, Within, Before, Every
// and Unclocked is given.
//
// An EVENT is the ID of a milestone, or "discharge of ID" (the day an
// obligation was discharged: a chain), or "ask" (the first time somebody
// asked for this obligation to be met).
type Due struct {
	On        when.Date   `json:"on,omitzero"`         // by this day (the latest day it allows)
	Within    when.Period `json:"within,omitzero"`     // this long after the event in Of
	Of        string      `json:"of,omitempty"`        // EVENT
	Before    string      `json:"before,omitempty"`    // EVENT: at the latest the day before it
	By        when.Period `json:"by,omitzero"`         // with Before: at least this long before it
	Every     when.Period `json:"every,omitzero"`      // recurring, first one period after From
	From      string      `json:"from,omitempty"`      // EVENT
	Until     string      `json:"until,omitempty"`     // EVENT after which nothing more falls due
	Unclocked string      `json:"unclocked,omitempty"` // the text's own vagueness; see Vague
	Since     string      `json:"since,omitempty"`     // EVENT since which it is owed
	Count     string      `json:"count,omitempty"`     // "working": only working days of Calendar
	Calendar  string      `json:"calendar,omitempty"`
}

// Vague are the ways in which a text sets no date.
var Vague = []string{
	"no-date", "regularly", "without-delay", "as-soon-as-possible", "promptly",
	"continuously", "each-time", "on-request", "condition",
}

// Benchmark is the clock that another instrument sets for the same duty. It
// never makes an obligation overdue; it says how long others are given.
type Benchmark struct {
	Within    when.Period `json:"within"`
	Count     string      `json:"count,omitempty"` // "working"
	Calendar  string      `json:"calendar,omitempty"`
	Provision string      `json:"provision,omitempty"` // instrument/provision
	Note      locale.Text `json:"note,omitempty"`
}

// Event is something that happened to an obligation.
type Event struct {
	ID         string `json:"id"`
	Obligation string `json:"obligation"`
	// Kind: ask, answer, refuse, perform (in part), discharge, pause, resume,
	// extend, waive, dispute, settle, lapse.
	Kind    string      `json:"kind"`
	Date    when.Date   `json:"date"`
	By      string      `json:"by,omitempty"`    // actor
	Period  when.Period `json:"period,omitzero"` // extend: by this long
	To      when.Date   `json:"to,omitzero"`     // extend: to this day
	For     when.Date   `json:"for,omitzero"`    // recurring: the due day that this meets
	Reading string      `json:"reading,omitempty"`
	Ground  locale.Text `json:"ground,omitempty"` // required for pause, extend, waive, dispute, settle, lapse
	Title   locale.Text `json:"title"`
	Sources []string    `json:"sources"`
}

// Modality is the tense of a figure: how real the number is.
type Modality string

// Modalities, from wish to fact.
var Modalities = []Modality{
	// money
	"estimated", "requested", "pledged", "committed", "received", "disbursed", "spent", "frozen",
	// people
	"authorised", "offered", "deployed",
	// what happened
	"reported", "alleged", "substantiated",
}

// Amount is a number with its metric, unit and tense.
type Amount struct {
	Metric   string      `json:"metric"`          // ID of a metric of the dossier
	Value    *float64    `json:"value,omitempty"` // either Value, or Min and Max
	Min      *float64    `json:"min,omitempty"`
	Max      *float64    `json:"max,omitempty"`
	Bound    string      `json:"bound,omitempty"` // about, at-least, more-than, up-to, nearly; absent: as given
	Unit     string      `json:"unit"`            // ISO 4217 code, or persons, flights, percent, days, ...
	Per      when.Period `json:"per,omitzero"`    // a rate: P1Y for "annually"
	Modality Modality    `json:"modality"`
}

// Figure is a published number.
type Figure struct {
	ID      string `json:"id"`
	Mission string `json:"mission"`
	Amount
	Actor     string      `json:"actor,omitempty"`     // whose number: the donor, the contributor
	Milestone string      `json:"milestone,omitempty"` // the milestone it counts at: "first-arrival"
	Category  string      `json:"category,omitempty"`  // sub-category where the metric has them
	AsOf      when.Date   `json:"as_of"`               // the time it is about
	SaidBy    string      `json:"said_by,omitempty"`   // actor
	Wording   string      `json:"wording,omitempty"`   // a phrase at most
	Note      locale.Text `json:"note,omitempty"`
	Sources   []string    `json:"sources"`
}

// Metric is something that is counted.
type Metric struct {
	ID   string      `json:"id"`
	Name locale.Text `json:"name"`
	// Kind decides how figures of the metric are compared: level (a stock on a
	// day: people deployed), flow (over a time: money received), need (an
	// estimate of what the whole needs, for which a later one does not silently
	// replace an earlier), count (of events).
	Kind  string      `json:"kind"`
	Topic string      `json:"topic"` // people, money, harm, conduct, arms, support, security
	Note  locale.Text `json:"note,omitempty"`
}

// Statement is who said what, when, on which matter.
type Statement struct {
	ID       string      `json:"id"`
	Mission  string      `json:"mission"`
	Date     when.Date   `json:"date"`
	By       string      `json:"by"` // actor: the office, never a private person
	Matter   string      `json:"matter"`
	Position string      `json:"position,omitempty"` // one of the matter's positions, where it takes one
	Says     locale.Text `json:"says"`               // in our words
	Quote    string      `json:"quote,omitempty"`    // a phrase at most, in its own language
	Amount   *Amount     `json:"amount,omitempty"`   // where a number is said
	About    string      `json:"about,omitempty"`    // actor whose amount it is: the donor
	Sources  []string    `json:"sources"`
}

// Matter is a question on which statements are made.
type Matter struct {
	ID        string      `json:"id"`
	Title     locale.Text `json:"title"` // as a question
	Positions []Position  `json:"positions,omitempty"`
}

// Position is one answer to a matter. Two statements that take different
// positions contradict each other.
type Position struct {
	ID    string      `json:"id"`
	Title locale.Text `json:"title"`
}

// Request is a disclosure request: who asked whom for which document.
type Request struct {
	ID         string      `json:"id"`
	Mission    string      `json:"mission"`
	Document   locale.Text `json:"document"`
	Instrument string      `json:"instrument,omitempty"` // where the document asked for is an instrument on file
	AskedBy    []string    `json:"asked_by"`
	AskedOf    []string    `json:"asked_of"`
	Date       when.Date   `json:"date"`
	Obligation string      `json:"obligation,omitempty"` // the obligation that owes it
	Outcomes   []Outcome   `json:"outcomes,omitempty"`   // none: silence
	Note       locale.Text `json:"note,omitempty"`
	Sources    []string    `json:"sources"`
}

// Outcome is what came of a disclosure request.
type Outcome struct {
	Kind    string      `json:"kind"` // published, private (given, but not in public), leaked, refused, partial
	Date    when.Date   `json:"date"`
	By      string      `json:"by,omitempty"`
	Note    locale.Text `json:"note,omitempty"`
	Sources []string    `json:"sources"`
}

// Deployment is who stood where: a mission's contributors at one place in one
// time. Usually read from a table (see Table).
type Deployment struct {
	ID           string        `json:"id"`
	Mission      string        `json:"mission"`
	AsOf         when.Date     `json:"as_of"`
	Place        string        `json:"place"`
	Latitude     *float64      `json:"latitude,omitempty"`
	Longitude    *float64      `json:"longitude,omitempty"`
	Contributors []Contributor `json:"contributors"`
	Sources      []string      `json:"sources"`
}

// Contributor is one country's number at a place; People is zero where the
// source does not know the size.
type Contributor struct {
	Country string `json:"country"` // as the source names it
	People  int    `json:"people,omitempty"`
}

// Service is a service that helps people who were harmed, as it is published: who
// reports is shown it at once. Never the number of a private person.
type Service struct {
	ID       string      `json:"id"`
	Name     locale.Text `json:"name"`
	Needs    []string    `json:"needs"`              // see Needs
	Children bool        `json:"children,omitempty"` // it is for children
	Phone    string      `json:"phone,omitempty"`    // as it is dialled in the country
	Where    locale.Text `json:"where,omitempty"`    // its address or area
	Hours    locale.Text `json:"hours,omitempty"`    // when one can come or call
	Note     locale.Text `json:"note,omitempty"`
	Sources  []string    `json:"sources"`
}

// Needs are what a service can help with: the words of a sealed report.
var Needs = []string{"medical", "safety", "legal", "psychosocial", "shelter"}

// Table says how a file beside the dossier becomes facts: a CSV file one
// deployment or figure for each row, an IATI file one figure for each
// transaction. Its sources are those of every fact that comes from it.
type Table struct {
	ID   string `json:"id"`
	File string `json:"file"` // beside the YAML file that names it
	Kind string `json:"kind"` // deployments, figures (both CSV), iati (XML)

	Columns map[string]string `json:"columns,omitempty"` // CSV: field of the fact: column of the file
	Values  map[string]string `json:"values,omitempty"`  // field of the fact: what it is in every row

	// Missions, Actors and Modalities say what the file's names mean here. Of
	// an IATI file, missions are by the activity's identifier, actors by the
	// organisation's reference or name.
	Missions   map[string]string `json:"missions,omitempty"`
	Actors     map[string]string `json:"actors,omitempty"`
	Modalities map[string]string `json:"modalities,omitempty"`

	Thousands string      `json:"thousands,omitempty"` // the separator that its numbers have
	Totals    string      `json:"totals,omitempty"`    // the category of the rows that sum the others
	Note      locale.Text `json:"note,omitempty"`      // the note of every figure
	Sources   []string    `json:"sources"`
}

// Calendar is the working days of a place.
type Calendar struct {
	ID       string      `json:"id"`
	Name     locale.Text `json:"name"`
	Weekend  []string    `json:"weekend"` // saturday, sunday
	Holidays []Holiday   `json:"holidays,omitempty"`
	Valid    when.Date   `json:"valid,omitzero"` // EDTF interval the holidays are complete for; absent: holidays unknown
	Note     locale.Text `json:"note,omitempty"`
	Sources  []string    `json:"sources,omitempty"`
}

// Holiday is a day that does not count as a working day.
type Holiday struct {
	Date    when.Date   `json:"date"`
	Name    locale.Text `json:"name"`
	Sources []string    `json:"sources,omitempty"`
}
