package dossier

import (
	"fmt"
	"slices"

	"temwen/instrument"
)

// checkProcedures checks that what procedures cite exists, and that no clock
// rests on a clause that nobody has read; what concerns a procedure alone,
// package instrument checks.
func (c *checker) checkProcedures() {
	for i, f := range c.d.Procedures {
		s := spot{c, kProcedures, i}
		for _, p := range f.Check() {
			found := s.problem(p.Path, p.What, p.Do)
			if p.Unless != "" {
				found.unless(p.Unless)
			}
		}
		s.refs("missions", f.Missions, kMissions)
		if !s.ref("instrument", f.Instrument, kInstruments) {
			continue // else each of its clauses would be told of
		}
		for j, clause := range f.Provisions {
			s.provision(fmt.Sprintf("provisions/%d", j), f.Clause(clause))
		}
		if f.Holidays != nil {
			s.provision("holidays/provision", f.Clause(f.Holidays.Provision))
		}
		for j := range f.Steps {
			s.procedureStep(fmt.Sprintf("steps/%d/", j), f, &f.Steps[j])
		}
		for j := range f.Ends {
			s.handsOn(fmt.Sprintf("ends/%d/hands_on/to", j), f, f.Ends[j].HandsOn)
		}
	}
}

// handsOn finds an end that hands on to a procedure that is not there, that goes the same
// track, or that one of the missions does not follow.
func (s spot) handsOn(path string, p *Procedure, on *instrument.HandOn) {
	if on == nil || on.To == "" || on.To == p.ID || !s.ref(path, on.To, kProcedures) {
		return
	}
	next := s.c.d.Procedure(on.To)
	if next.Track == p.Track {
		s.problem(path, fmt.Sprintf("%s goes the same track, %s: an allegation goes through each track once", on.To, p.Track), "write a procedure of another track")
	}
	for _, m := range p.Missions {
		if !slices.Contains(next.Missions, m) {
			s.problem(path, fmt.Sprintf("cases of %s do not follow %s", m, on.To), "write a procedure that all missions of this one follow, or name the mission there")
		}
	}
}

func (s spot) procedureStep(path string, p *Procedure, step *instrument.Step) {
	s.provision(path+"provision", p.Clause(step.Provision))
	s.provision(path+"clock/of", p.Clause(step.Clock.Of))
	unread := func(ref string) bool {
		_, clause := s.c.d.Provision(p.Clause(ref))
		return clause != nil && clause.Knowledge == instrument.Unverified
	}
	if e := step.Clock.Extension; e != nil {
		s.provision(path+"clock/extension/provision", p.Clause(e.Provision))
		if unread(e.Provision) {
			s.problem(path+"clock/extension", fmt.Sprintf("the extension rests on %s, which nobody has read: it would keep time from somebody", p.Clause(e.Provision)),
				"say it in the step's `note`, or find the text and mark how the clause is known")
		}
	}
	if unread(step.Provision) && !step.Clock.Within.IsZero() {
		s.problem(path+"clock/within", fmt.Sprintf("the period rests on %s, which nobody has read: it would make somebody late", p.Clause(step.Provision)),
			"write it as `benchmark` with `of`, or find the text and mark how the clause is known")
	}
}
