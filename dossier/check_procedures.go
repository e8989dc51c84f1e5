package dossier

import (
	"fmt"

	"temwen/instrument"
)

// checkProcedures checks that what procedures cite exists, and that no clock
// rests on a clause that nobody has read; what concerns a procedure alone,
// package instrument checks.
func (c *checker) checkProcedures() {
	for i, f := range c.d.Procedures {
		s := spot{c, kProcedures, i}
		for _, p := range f.Check() {
			s.problem(p.Path, p.What, p.Do)
		}
		s.refs("missions", f.Missions, kMissions)
		if !s.ref("instrument", f.Instrument, kInstruments) {
			continue // else each of its clauses would be told of
		}
		for j, clause := range f.Provisions {
			s.provision(fmt.Sprintf("provisions/%d", j), f.Clause(clause))
		}
		for j := range f.Steps {
			s.procedureStep(fmt.Sprintf("steps/%d/", j), f, &f.Steps[j])
		}
	}
}

func (s spot) procedureStep(path string, p *Procedure, step *instrument.Step) {
	s.provision(path+"provision", p.Clause(step.Provision))
	s.provision(path+"clock/of", p.Clause(step.Clock.Of))
	_, clause := s.c.d.Provision(p.Clause(step.Provision))
	if clause != nil && clause.Knowledge == instrument.Unverified && !step.Clock.Within.IsZero() {
		s.problem(path+"clock/within", fmt.Sprintf("the period rests on %s, which nobody has read: it would make somebody late", p.Clause(step.Provision)),
			"write it as `benchmark` with `of`, or find the text and mark how the clause is known")
	}
}
