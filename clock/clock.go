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
	// trigger or the rule is open to dispute. Without any it is owed, and no
	// more is known.
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
