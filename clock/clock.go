// Package clock computes what has become of an obligation on a given day:
// whether it is running, due, overdue, discharged, unanswered or open to
// dispute, when it falls due, and by which steps that follows.
//
// It must never read a clock, a file or a language: a status is a pure
// function of the register and a day, and it explains itself in structure, so
// that any language can say it. Due dates are computed, never stored. Start
// with Register, then Rule, then Register.Status and Register.Explain.
//
// Four conventions run through all of it:
//
//   - Days are civil days. A duty due on a day can be met on that day; it is
//     overdue from the next.
//   - The day that a clock starts from is not counted.
//   - The debtor has the benefit of an imprecise date: a clock starts, or goes
//     on, on the last day that its trigger allows, and a duty was met on the
//     first day that its discharge allows.
//   - What happened after the day asked about has not happened.
package clock

import "temwen/when"

// Register is everything that statuses are computed from. The parts refer to
// each other by index.
type Register struct {
	Missions    []Mission
	Milestones  []Milestone
	Obligations []Obligation
}

// Mission is what a clock needs to know of a mission: when it ended, and to
// which mission its undischarged obligations then pass.
type Mission struct {
	ID        string
	Ended     Moment // zero while it has not ended
	Successor int32  // index of the mission that succeeds it; None where none does
}

// Milestone is an event that clocks start from.
type Milestone struct {
	ID       string
	Happened Moment // zero while it has not happened
	// Expected is the day it was last expected on; None where nobody said.
	// It is never a trigger: it only tells when an open clock might end.
	Expected    when.Day
	HasExpected bool
}

// None is the index of nothing.
const None int32 = -1

// Moment is the days on which something may have happened, the first and the
// last of them. The zero Moment never happened.
type Moment struct {
	First, Last when.Day
	Known       bool
}

// On is the moment of one day.
func On(d when.Day) Moment { return Moment{First: d, Last: d, Known: true} }

// Of is the moment of an EDTF date.
func Of(d when.Date) Moment {
	if d.IsZero() {
		return Moment{}
	}
	return Moment{First: d.First(), Last: d.Last(), Known: true}
}

// Obligation is one thing owed, as its clock sees it.
type Obligation struct {
	ID      string
	Mission int32 // index in the register
	// Readings are the ways to read its clause: one, or several where the
	// trigger or the rule is open to dispute.
	Readings []Reading
	// Warn is how long before its due day it counts as due; zero stands for
	// DefaultWarn.
	Warn when.Period
	// Events happened to it, in the order of their Day.
	Events []Event
}

// DefaultWarn is the warning window of an obligation that names none.
var DefaultWarn = when.Days(30)

// Reading is one way to read a clause.
type Reading struct {
	ID   string
	Rule Rule
}

// RuleKind says how a due day follows from a clause.
type RuleKind uint8

// The kinds of rule.
const (
	Unclocked RuleKind = iota // owed, but the text sets no date
	Fixed                     // by a day
	Within                    // within a period after an event
	Before                    // before an event, perhaps by a period
	Every                     // recurring, each period after an event
)

// Rule is when an obligation falls due.
type Rule struct {
	Kind     RuleKind
	Day      when.Day       // Fixed: the last day that counts. Else, where there is no Trigger, what starts it; Earliest where nobody knows
	Period   when.Period    // Within, Before, Every; Unclocked: the benchmark, zero for none
	Working  bool           // Period.Days counts working days of Calendar
	Calendar *when.Calendar // nil: every day is a working day
	Trigger  Trigger        // Within, Every: what starts it. Before: what it must precede. Unclocked: owed since
	Until    Trigger        // Every: nothing falls due after it
}

// TriggerKind says what sort of event a trigger waits for.
type TriggerKind uint8

// The kinds of trigger.
const (
	NoTrigger   TriggerKind = iota
	OnMilestone             // the milestone Index happened
	OnDischarge             // the obligation Index was discharged
	OnAsk                   // somebody first asked for this obligation
)

// Trigger is an event that a clock waits for.
type Trigger struct {
	Kind  TriggerKind
	Index int32
}

// EventKind says what happened to an obligation.
type EventKind uint8

// What can happen to an obligation.
const (
	Ask       EventKind = iota + 1 // somebody asked that it be met
	Answer                         // the debtor answered
	Refuse                         // the debtor answered that it will not be met
	Perform                        // it was met in part
	Discharge                      // it was met
	Pause                          // its clock stops
	Resume                         // its clock goes on
	Extend                         // its due day moves
	Waive                          // the creditor released the debtor
	Dispute                        // somebody disputes that it is owed, or that it was met
	Settle                         // the dispute is over
	Lapse                          // it ended without being met
)

// EventKinds are the names of the kinds of event, as a dossier writes them.
var EventKinds = map[string]EventKind{
	"ask": Ask, "answer": Answer, "refuse": Refuse, "perform": Perform,
	"discharge": Discharge, "pause": Pause, "resume": Resume, "extend": Extend,
	"waive": Waive, "dispute": Dispute, "settle": Settle, "lapse": Lapse,
}

// Event is something that happened to an obligation.
type Event struct {
	ID     string
	Kind   EventKind
	When   Moment
	Period when.Period // Extend: by this long
	To     when.Day    // Extend: to this day, where Period is zero
	// For is the due day that a discharge, extension, waiver or lapse is about,
	// where the obligation recurs: as the rule gives it, before any extension.
	// It is AnyOccurrence where none is named.
	For     when.Day
	Reading int32 // the reading that it holds for; None for all
}

// Day is the day that e counts from: the first that it allows, or the last
// where e burdens the debtor.
func (e *Event) Day() when.Day {
	if e.Kind == Ask || e.Kind == Resume {
		return e.When.Last
	}
	return e.When.First
}

// AnyOccurrence is the For of an event that names no due day: an extension is
// then about the occurrence open on its day, a waiver or lapse about all.
const AnyOccurrence = when.Latest
