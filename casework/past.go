package casework

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"temwen/instrument"
	"temwen/record"
	"temwen/when"
)

// Past is what the events of the record say of an office's work, taken in one
// after the other, without a store: for whoever counts it. It keeps the day on
// which each thing was put on the record.
type Past struct {
	Incidents   map[string]*Incident
	Allegations map[string]*Allegation
	Cases       map[string]*Case

	// On is the day on which an incident or an allegation, by its ID, came on the
	// record.
	On map[string]when.Day
	// Since is the day on which a source of an incident was first named in it, by
	// SourceKey.
	Since map[string]when.Day
	// Did is what happened to a case that was answered or remedied, or in which somebody
	// left, in order, without what came of answers that were set aside since, and without
	// departures that were mistaken.
	Did map[string][]Deed
	// Classed are the acts of an allegation, by its ID, each in the version of the
	// vocabulary in which it was said: as it was made, and as it was classed anew since.
	Classed map[string][]Classed
	// waited is since when steps of a case were open, or none was, in the order in which
	// that came on the record.
	waited map[string][]waited
	// Passed is when a case passed on from one mission to another, in order.
	Passed map[string][]Passing

	public map[string]*Case // of which something is, by ID
	unsaid map[uint64]bool  // entries that made a case public that was erased since
	// forgotten says that something sealed was erased since: it may have said of an incident
	// that it was the same as another.
	forgotten bool

	// The procedures that cases follow, by the SHA-256 of what was written: there
	// are few, each is long, and every case was opened with one.
	procedures map[[sha256.Size]byte]*instrument.Procedure
	reading    json.Options
}

// procedure reads a procedure, where it was not read before.
func (p *Past) procedure(d *jsontext.Decoder, into **instrument.Procedure) error {
	written, err := d.ReadValue()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(written)
	known, ok := p.procedures[sum]
	if !ok {
		if err := json.Unmarshal(written, &known, jsonv1.DefaultOptionsV1()); err != nil {
			return err
		}
		p.procedures[sum] = known
	}
	*into = known
	return nil
}

// Deed is an answer, an end, a remedy or a departure of a case, and the day on which it
// came on the record.
type Deed struct {
	On     when.Day
	Answer string // kind of an answer; empty where it is none
	End    string // ID
	Remedy string // kind; empty for one that is only promised
	Left   *Left  // nil where nobody left
	by     uint64 // index of the event of an answer
}

// Left is a departure that stands.
type Left struct {
	N int // its number in the case, from 1
	// Waited says that a step of the case was open when the day ended on which they left: the
	// last day that is possible, or where nobody says when, the day on which the office
	// learned of it.
	Waited bool
}

// waited is that from a day on steps of a case were open, or none was.
type waited struct {
	from when.Day
	open bool
}

// left is a departure as the record said it when it came.
func (p *Past) left(c *Case, e *Event) *Left {
	day := e.On
	if !e.Departure.On.IsZero() {
		day = min(day, e.Departure.On.Last())
	}
	l := &Left{N: len(c.Departures) + 1}
	for _, w := range p.waited[e.Case] {
		if w.from <= day {
			l.Waited = w.open
		}
	}
	return l
}

// waits takes in whether a step of a case is open after an event.
func (p *Past) waits(c *Case, e *Event) {
	open := false
	for i := range c.Steps {
		open = open || !c.Steps[i].Over
	}
	if was := p.waited[e.Case]; len(was) == 0 || was[len(was)-1].open != open {
		p.waited[e.Case] = append(was, waited{e.On, open})
	}
}

// Classed is an act of a version of the vocabulary.
type Classed struct{ Act, Terms string }

// Passing is that a case passed on from a mission, and the day on which that came on
// the record.
type Passing struct {
	On   when.Day
	From string // ID of the mission
}

// NewPast is a past in which nothing has happened.
func NewPast() *Past {
	p := &Past{
		Incidents: make(map[string]*Incident), Allegations: make(map[string]*Allegation), Cases: make(map[string]*Case),
		On: make(map[string]when.Day), Since: make(map[string]when.Day), Did: make(map[string][]Deed),
		Classed: make(map[string][]Classed), Passed: make(map[string][]Passing), waited: make(map[string][]waited),
		procedures: make(map[[sha256.Size]byte]*instrument.Procedure),
		public:     make(map[string]*Case), unsaid: make(map[uint64]bool),
	}
	// As the package encoding/json reads, which wrote them, in half the time.
	p.reading = json.JoinOptions(jsonv1.DefaultOptionsV1(), json.WithUnmarshalers(json.UnmarshalFromFunc(p.procedure)))
	return p
}

// SourceKey names a source of an incident.
func SourceKey(incident string, b Basis) string { return incident + " " + b.Kind + " " + b.ID }

// Enter takes in one event; one of another room, or one that was erased, says
// nothing.
func (p *Past) Enter(e *record.Event) error {
	what := e.What()
	if len(e.Body) == 0 {
		if what == casePublished {
			p.unsaid[e.Index] = true
		}
		p.forgotten = p.forgotten || what == ""
		return nil
	}
	day := when.Today(e.Time.UTC())
	switch {
	case slices.Contains(incidentTypes, what):
		var b noted
		if err := json.Unmarshal(e.Body, &b, p.reading); err != nil {
			return fmt.Errorf("reading event %d: %w", e.Index, err)
		}
		p.noted(what, &b, day)
	case slices.Contains(eventTypes, what):
		var b Event
		if err := json.Unmarshal(e.Body, &b, p.reading); err != nil {
			return fmt.Errorf("reading event %d: %w", e.Index, err)
		}
		b.Index = e.Index
		if c := p.Cases[b.Case]; c != nil {
			there := slices.DeleteFunc(slices.Clone(b.Beside), func(entry uint64) bool { return p.unsaid[entry] })
			if b.Type == casePublished {
				p.beside(c, b.Terms, there)
			}
			if err := b.agrees(c, there, e.Public); err != nil {
				return err
			}
		}
		p.happened(&b, day)
	}
	return nil
}

func (p *Past) noted(what string, b *noted, day when.Day) {
	switch what {
	case incidentCoded, incidentRevised, incidentReclassed:
		i := b.Incident
		if was := p.Incidents[i.ID]; was != nil {
			i.Into = was.Into
		} else {
			p.On[i.ID] = day
		}
		p.Incidents[i.ID] = i
		for _, s := range i.Sources {
			if key := SourceKey(i.ID, s); p.Since[key] == 0 {
				p.Since[key] = day
			}
		}
	case incidentMerged, incidentSplit:
		if i := p.Incidents[b.ID]; i != nil {
			i.Into = b.Into
		}
	case allegationMade:
		p.Allegations[b.Allegation.ID], p.On[b.Allegation.ID] = b.Allegation, day
		p.Classed[b.Allegation.ID] = []Classed{{b.Allegation.Act, b.Allegation.Terms}}
	case allegationReclassed:
		if a := p.Allegations[b.Allegation.ID]; a != nil {
			a.Act, a.Terms = b.Allegation.Act, b.Allegation.Terms
			p.Classed[a.ID] = append(p.Classed[a.ID], Classed{a.Act, a.Terms})
		}
	}
}

func (p *Past) happened(e *Event, day when.Day) {
	c := p.Cases[e.Case]
	if c == nil {
		if e.Type != caseOpened {
			return // how it began was erased
		}
		c = new(Case)
		p.Cases[e.Case] = c
	}
	ends := len(c.Ends)
	if e.Type == answerReceived {
		d := Deed{On: day, Answer: e.Answer.Answer, by: e.Index}
		if b := c.branch(c.Step(e.Step), e.Answer.Answer); b != nil && b.Kind != "" {
			d.Answer = string(b.Kind)
		}
		p.Did[e.Case] = append(p.Did[e.Case], d)
	}
	if e.Type == caseSucceeded {
		p.Passed[e.Case] = append(p.Passed[e.Case], Passing{day, c.Mission})
	}
	if e.Type == personLeft {
		p.Did[e.Case] = append(p.Did[e.Case], Deed{On: day, Left: p.left(c, e)})
	}
	c.Apply(e)
	p.waits(c, e)
	if e.Type == casePublished || e.Type == caseRetracted {
		p.public[c.ID] = c
		if c.Stands == nil {
			delete(p.public, c.ID)
		}
	}
	if e.Type == departureMistaken {
		p.Did[e.Case] = slices.DeleteFunc(p.Did[e.Case], func(d Deed) bool { return d.Left != nil && d.Left.N == e.Number })
	}
	if e.Type == answerSetAside {
		by := c.Step(e.Step).Answers[e.Aside.Answer-1].Index
		p.Did[e.Case] = slices.DeleteFunc(p.Did[e.Case], func(d Deed) bool {
			return d.Answer != "" && d.by == by || d.End != "" && !c.ended(d.End)
		})
	}
	for _, r := range c.Ends[ends:] {
		p.Did[e.Case] = append(p.Did[e.Case], Deed{On: day, End: r.End})
	}
	if e.Type == remedyRecorded && !e.Remedy.Promise {
		p.Did[e.Case] = append(p.Did[e.Case], Deed{On: day, Remedy: e.Remedy.Kind})
	}
}

// beside notes in a case what loadBeside does, in a version of the vocabulary. Where
// something was erased, nobody knows any more which incidents were held to be the same: what
// the event said counts then, as far as it can be true.
func (p *Past) beside(c *Case, terms string, said []uint64) {
	c.Beside = nil
	for _, other := range p.public {
		if other == c || c.Doubles(other) {
			continue
		}
		may := p.forgotten && slices.Contains(said, other.First)
		if slices.ContainsFunc(other.Allegations, func(a string) bool {
			return slices.ContainsFunc(c.Allegations, func(b string) bool { return a == b || p.alike(a, b, terms, may) })
		}) {
			c.Beside = append(c.Beside, other.First)
		}
	}
	slices.Sort(c.Beside)
}

// alike reports whether two allegations are of one act and actor in incidents that were
// found to be the same, or that may have been.
func (p *Past) alike(a, b, terms string, may bool) bool {
	x, y := p.Allegations[a], p.Allegations[b]
	if x == nil || y == nil || x.Actor != y.Actor || !may && p.root(x.Incident) != p.root(y.Incident) {
		return false
	}
	return p.ActIn(a, terms) == p.ActIn(b, terms)
}

// root is the ID of the incident that one was found to be the same as, itself where it is
// none; also where that was erased since.
func (p *Past) root(id string) string {
	for range len(p.Incidents) {
		i := p.Incidents[id]
		if i == nil || i.Into == "" {
			return id
		}
		id = i.Into
	}
	return id
}

// ended reports whether the case has come to an end that stands.
func (c *Case) ended(end string) bool {
	return slices.ContainsFunc(c.Ends, func(r Reached) bool { return r.End == end && r.Reopened == nil })
}

// MissionOn is the mission whose case one of an ID was on a day, as the record said
// then: what it passes on to later changes no day before.
func (p *Past) MissionOn(id string, day when.Day) string {
	for _, g := range p.Passed[id] {
		if day < g.On {
			return g.From
		}
	}
	return p.Cases[id].Mission
}

// ActIn is the act of an allegation in a version of the vocabulary, as far as the record
// says it: the one in which it was said in that version; else what the last that was said
// in an earlier one became, where that is one word. What was split, retired or only
// said in a later version stays what it was, with the version that says so: nobody
// guesses, and no later version changes an earlier one.
func (p *Past) ActIn(id, version string) string {
	said := p.Classed[id]
	if len(said) == 0 {
		return p.Allegations[id].Act
	}
	v := OwnTerms()
	last := said[0]
	for _, c := range said[1:] {
		if v.Reaches(c.Terms, version) {
			last = c
		}
	}
	return actIn(last, version)
}

// actIn is an act in a version of the vocabulary, where it became one word there.
func actIn(said Classed, version string) string {
	if became := OwnTerms().Became("acts", said.Act, said.Terms, version); len(became) == 1 {
		return became[0]
	}
	return said.Act + " " + said.Terms
}

// Stands is the incident that one of an ID was found to be the same as, itself
// where it is none; nil where there is none.
func (p *Past) Stands(id string) *Incident {
	i := p.Incidents[id]
	for range len(p.Incidents) {
		if i == nil || i.Into == "" {
			return i
		}
		i = p.Incidents[i.Into]
	}
	return i
}
