package clock

import (
	"fmt"

	"temwen/when"
)

// Status is what has become of an obligation. It is computed, never stored.
type Status uint8

// The statuses.
const (
	Dormant        Status = iota + 1 // its trigger has not happened
	Running                          // its clock runs
	Due                              // it falls due within its warning window
	Overdue                          // its due day has passed
	Discharged                       // met, in time where there is a time
	DischargedLate                   // met after its due day
	Silent                           // asked for; the clock ran out; no answer
	UnclockedOwed                    // owed, but the text sets no date
	Contested                        // its readings disagree, or it is disputed
	Suspended                        // its clock is paused
	Lapsed                           // ended without being met: released, or ended with its ground
	Inherited                        // carried to the successor mission, since nobody discharged it
)

var statusNames = [...]string{
	Dormant: "dormant", Running: "running", Due: "due", Overdue: "overdue",
	Discharged: "discharged", DischargedLate: "discharged late", Silent: "silent",
	UnclockedOwed: "unclocked", Contested: "contested", Suspended: "suspended",
	Lapsed: "lapsed", Inherited: "inherited",
}

// Statuses are all statuses, the most pressing first.
var Statuses = []Status{
	Overdue, Silent, Contested, UnclockedOwed, Due, Suspended, Running, Dormant,
	Inherited, DischargedLate, Discharged, Lapsed,
}

// String is the status in the design's word for it.
func (s Status) String() string {
	if int(s) < len(statusNames) && statusNames[s] != "" {
		return statusNames[s]
	}
	return fmt.Sprintf("status(%d)", uint8(s))
}

// MarshalText writes the status in the design's word for it.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseStatus reads what String writes; hyphens stand for blanks.
func ParseStatus(name string) (Status, error) {
	for s, n := range statusNames {
		if n != "" && (n == name || hyphened(n) == name) {
			return Status(s), nil
		}
	}
	return 0, fmt.Errorf("%q is not a status", name)
}

func hyphened(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c == ' ' {
			b[i] = '-'
		}
	}
	return string(b)
}

// Over reports whether nothing is owed any more.
func (s Status) Over() bool {
	return s == Discharged || s == DischargedLate || s == Lapsed
}

// State is the status of an obligation on a day, with what goes with it.
type State struct {
	Status Status
	// Under is the status behind an Inherited one, and behind one that is
	// Contested because it is disputed; zero otherwise.
	Under Status
	// Due is the day it falls or fell due, where HasDue; while its clock is
	// paused, the day it would fall due if the clock went on now. With several
	// readings it is the earliest of theirs, as are Since and Benchmark. For a
	// recurring obligation it is the occurrence that the status is about.
	Due    when.Day
	HasDue bool
	// Since is the day from which it is owed, where known (Earliest where not).
	Since when.Day
	// Met is the day it was discharged, where Status (or Under) says it was.
	Met when.Day
	// Occurred counts a recurring obligation's due days so far, Missed those of
	// them that were not met.
	Missed, Occurred int32
	// Benchmark is the day by which the benchmark's clock ran or runs out, for
	// an unclocked obligation that has one.
	Benchmark    when.Day
	HasBenchmark bool
	// Partly reports that it was performed in part.
	Partly bool
	// Open reports whether it is still owed under any of its readings.
	Open bool
	// Holder is the mission that carries it now: its own, or a successor.
	Holder int32
}

// DaysOver is how many days past its due day it is on now; negative before, 0
// where it has none.
func (s State) DaysOver(now when.Day) int {
	if !s.HasDue {
		return 0
	}
	return int(now) - int(s.Due)
}

// Age is how many days it has been owed on now; 0 where that is not known.
func (s State) Age(now when.Day) int {
	if s.Since.Open() || now < s.Since {
		return 0
	}
	return int(now) - int(s.Since)
}

// Status computes what has become of obligation i on the day now.
func (r *Register) Status(i int, now when.Day) State {
	return r.status(&r.Obligations[i], now, nil)
}

// Reading computes what has become of obligation i on the day now if its
// clause is read in the way of its k-th reading alone.
func (r *Register) Reading(i, k int, now when.Day) State {
	return r.read(&r.Obligations[i], int32(k), now, nil)
}

func (r *Register) status(o *Obligation, now when.Day, tr *trace) State {
	s := r.read(o, 0, now, nil)
	for k := 1; k < len(o.Readings); k++ {
		s = s.beside(r.read(o, int32(k), now, nil))
	}
	if s.Status == Contested && s.Under == 0 {
		tr.step(Step{Code: ReadingsDisagree, N: len(o.Readings)})
	}
	return r.inherit(o, s, now, tr)
}

// beside is the state of an obligation that can be read in two ways: what both
// say, and contested where they disagree. The order does not matter.
func (s State) beside(t State) State {
	if s.Status != t.Status || s.Under != t.Under {
		s.Status, s.Under = Contested, 0
	}
	if t.HasDue && (!s.HasDue || t.Due < s.Due) {
		s.Due, s.HasDue = t.Due, true
	}
	if t.HasBenchmark && (!s.HasBenchmark || t.Benchmark < s.Benchmark) {
		s.Benchmark, s.HasBenchmark = t.Benchmark, true
	}
	if !t.Since.Open() && (s.Since.Open() || t.Since < s.Since) {
		s.Since = t.Since
	}
	s.Met = max(s.Met, t.Met)
	s.Missed, s.Occurred = max(s.Missed, t.Missed), max(s.Occurred, t.Occurred)
	s.Partly, s.Open = s.Partly || t.Partly, s.Open || t.Open
	return s
}

// inherit passes an open obligation on to the mission that succeeded its own.
func (r *Register) inherit(o *Obligation, s State, now when.Day, tr *trace) State {
	s.Holder = o.Mission
	if !s.Open || int(o.Mission) >= len(r.Missions) || o.Mission < 0 {
		return s
	}
	for range r.Missions { // a chain is never longer than this
		m := &r.Missions[s.Holder]
		if m.Successor == None || !m.Ended.Known || m.Ended.Last > now {
			break
		}
		tr.step(Step{Code: PassedOn, Mission: s.Holder, Mission2: m.Successor, Day: m.Ended.Last})
		s.Holder = m.Successor
	}
	if s.Holder != o.Mission {
		s.Under, s.Status = s.Status, Inherited
	}
	return s
}
