package instrument

import (
	"fmt"
	"slices"

	"temwen/when"
)

// Check is everything that is wrong in the procedure taken by itself: words that
// do not exist, steps that nothing leads to or that never end, clauses without a
// citation, silence without a consequence. Whether its clauses, missions and
// sources exist, the dossier checks.
func (p *Procedure) Check() []Problem {
	c := &procedureCheck{p: p, at: make(map[string]string)}
	c.names()
	for i := range p.Steps {
		c.step(fmt.Sprintf("steps/%d/", i), &p.Steps[i])
	}
	for i := range p.Ends {
		known(c, fmt.Sprintf("ends/%d/outcome", i), "outcome", p.Ends[i].Outcome, Outcomes)
		c.handsOn(fmt.Sprintf("ends/%d/", i), &p.Ends[i])
	}
	known(c, "track", "track", p.Track, Tracks)
	c.holidays()
	if len(c.found) == 0 { // else a wrong name would be told twice
		c.paths()
	}
	return c.found
}

type procedureCheck struct {
	p     *Procedure
	at    map[string]string // path of each step and end, by ID
	found []Problem
}

func (c *procedureCheck) problem(path, what, do string) *Problem {
	c.found = append(c.found, Problem{Path: path, What: what, Do: do})
	return &c.found[len(c.found)-1]
}

func known[T ~string](c *procedureCheck, path, what string, word T, words []T) {
	if word != "" && !slices.Contains(words, word) {
		c.problem(path, fmt.Sprintf("there is no %s %q", what, word), "write one of "+listed(words))
	}
}

// names finds steps and ends of one name, and a start that is none.
func (c *procedureCheck) names() {
	name := func(path, id string) {
		if id != "" && c.at[id] != "" {
			c.problem(path+"id", fmt.Sprintf("there are two steps or ends %q in this procedure", id), "give one of them another ID")
		}
		c.at[id] = path
	}
	for i, s := range c.p.Steps {
		name(fmt.Sprintf("steps/%d/", i), s.ID)
	}
	for i, e := range c.p.Ends {
		name(fmt.Sprintf("ends/%d/", i), e.ID)
	}
	if c.p.Step(c.p.Start) == nil {
		c.problem("start", fmt.Sprintf("there is no step %q to start with", c.p.Start), "write the ID of one of the steps")
	}
}

func (c *procedureCheck) step(path string, s *Step) {
	known(c, path+"who", "role", s.Who, Roles)
	known(c, path+"toward", "role", s.Toward, Roles)
	known(c, path+"form", "form", s.Form, Forms)
	if s.Provision == "" {
		c.problem(path+"provision", fmt.Sprintf("the step %q cites no clause", s.ID), "write the clause as INSTRUMENT/PROVISION; one that nobody has read is a provision whose knowledge is `unverified`")
	}
	c.clock(path+"clock", s)
	if len(s.Answers) == 0 {
		c.problem(path+"answers", fmt.Sprintf("the step %q has no answer: a case could never leave it", s.ID), "write what can be answered, and where each answer leads")
	}
	ids := make(map[string]bool)
	for i := range s.Answers {
		a, at := &s.Answers[i], fmt.Sprintf("%sanswers/%d/", path, i)
		if a.ID == "" || ids[a.ID] {
			c.problem(at+"id", fmt.Sprintf("the answer %q of the step %q has no ID of its own", a.ID, s.ID), "give each answer of a step an ID")
		}
		ids[a.ID] = true
		known(c, at+"kind", "kind of answer", a.Kind, AnswerKinds)
		c.branch(at, s, a)
	}
	c.silence(path+"silence", s)
}

// silence finds a step that says nothing of silence, and one that it ends: a
// notice can set a day in every step, and nobody is let off by saying nothing.
func (c *procedureCheck) silence(path string, s *Step) {
	if s.Silence == nil {
		c.problem(path, fmt.Sprintf("nothing is said of silence in the step %q, though its time can run out", s.ID), "write `silence:` with where it leads; to stay open, lead it to the step itself")
		return
	}
	c.branch(path+"/", s, s.Silence)
	for i, id := range s.Silence.Then {
		if c.p.End(id) != nil {
			c.problem(fmt.Sprintf("%s/then/%d", path, i), fmt.Sprintf("silence in the step %q leads to the end %q: saying nothing would close a case", s.ID, id), "lead it to a reminder, to somebody else, or to the step itself")
		}
	}
}

func (c *procedureCheck) clock(path string, s *Step) {
	k := &s.Clock
	switch {
	case k.Unclocked() && len(k.Words) == 0:
		c.problem(path, fmt.Sprintf("the step %q says neither a period nor the text's own words for when", s.ID), "write `within: P10D`, or `words:` where the text sets no period")
	case !k.Benchmark.IsZero() && k.Of == "":
		c.problem(path+"/of", fmt.Sprintf("the benchmark of the step %q has no source", s.ID), "write the clause it is from as INSTRUMENT/PROVISION")
	case !k.Unclocked() && !k.Benchmark.IsZero():
		c.problem(path+"/benchmark", fmt.Sprintf("the step %q has a period of its own: a benchmark is for steps that have none", s.ID), "leave `benchmark` and `of` out")
	case !k.Unclocked() && k.Of != "":
		c.problem(path+"/of", fmt.Sprintf("the step %q has a period of its own, and still cites %s, from which a benchmark was: whose period is it?", s.ID, k.Of), "leave `of` out, and cite the clause that sets the period in the step's `provision`")
	case k.Benchmark.IsZero() && k.Of != "":
		c.problem(path+"/of", fmt.Sprintf("the step %q cites the clause of a benchmark, and has none", s.ID), "write `benchmark: P10D`, or leave `of` out").Unless = "benchmark"
	}
	c.days(path, "working", "within", s, k.Within, k.Working)
	c.days(path, "benchmark_working", "benchmark", s, k.Benchmark, k.BenchmarkWorking)
	if k.Extension != nil {
		c.extension(path+"/extension", s)
	}
	if k.From != "" && k.Benchmark.IsZero() {
		c.problem(path+"/from", fmt.Sprintf("the step %q says from which day a benchmark counts, and has none", s.ID), "leave `from` out: a period of the text counts from the step's beginning, for nobody is late before they had to act")
	}
}

// holidays finds days that are none, and holidays that nothing counts.
func (c *procedureCheck) holidays() {
	h := c.p.Holidays
	if h == nil {
		return
	}
	for i, s := range h.Yearly {
		if _, err := when.ParseDay("2024-" + s); err != nil || len(s) != len("01-01") {
			c.problem(fmt.Sprintf("holidays/yearly/%d", i), fmt.Sprintf("%q is no day of the year", s), `write the month and the day: "05-18"`)
		}
	}
	for i, d := range h.Days {
		if d.First() != d.Last() || d.First().Open() {
			c.problem(fmt.Sprintf("holidays/days/%d", i), fmt.Sprintf("%s is not one day", d), "write each day by itself: 2027-03-26")
		}
	}
	switch {
	case len(h.Yearly)+len(h.Days) == 0:
		c.problem("holidays", "no holiday is named", "write `yearly: [\"01-01\"]` or `days: [2027-03-26]`, or leave `holidays` out: pages then say that they are not known")
	case h.Provision == "":
		c.problem("holidays/provision", "the holidays cite no clause", "write the clause that names them as INSTRUMENT/PROVISION; one that nobody has read is a provision whose knowledge is `unverified`")
	case !c.p.counts():
		c.problem("holidays", "no clock of this procedure counts working days", "leave `holidays` out, or write `working: true` where the text says working days")
	}
}

// longest is the longest period that a step may have. Prescription takes thirty years; a longer
// one is a slip of the pen, and a clock that nobody would see run out.
var longest = when.Months(30 * 12)

// days finds a period that is longer than any, and days that are said to be working days and
// are none.
func (c *procedureCheck) days(path, working, key string, s *Step, p when.Period, are bool) {
	if longest.After(0) < p.After(0) {
		c.problem(path+"/"+key, fmt.Sprintf("a period of %s in the step %q is longer than any that an agreement sets", p, s.ID), "look at it again: a step has 30 years at most")
	}
	switch {
	case are && p.IsZero():
		c.problem(path+"/"+working, fmt.Sprintf("the step %q counts working days of a period that it does not have: there is no `%s`", s.ID, key), fmt.Sprintf("leave `%s` out, or write `%s: P10D`", working, key)).Unless = key
	case are && p.Months > 0:
		c.problem(path+"/"+key, fmt.Sprintf("%s has months, which cannot be counted in working days", p), fmt.Sprintf("write days, such as P10D, or leave `%s` out", working))
	}
}

// extension finds one of a period that there is not, one that says nothing, and one that
// nothing says.
func (c *procedureCheck) extension(path string, s *Step) {
	e := s.Clock.Extension
	switch {
	case s.Clock.Unclocked():
		c.problem(path, fmt.Sprintf("the step %q says how far its period may be extended, and has none", s.ID), "leave `extension` out: a day that the office sets in a letter is the office's own, and no agreement's")
	case e.AtMost.IsZero() && e.Times == 0:
		c.problem(path, fmt.Sprintf("the step %q says neither how long an extension may be nor how many there may be", s.ID), "write `at_most: P30D`, `times: 1`, or both")
	}
	if e.AtMost.Months < 0 || e.AtMost.Days < 0 {
		c.problem(path+"/at_most", fmt.Sprintf("an extension of the step %q would be %s long", s.ID, e.AtMost), "write how long it may be at most, such as P30D")
	}
	c.days(path, "", "at_most", s, e.AtMost, false)
	if e.Working && (e.AtMost.IsZero() || e.AtMost.Months != 0) {
		c.problem(path+"/working", fmt.Sprintf("the extension of the step %q is in working days, and has no days", s.ID), "write `at_most: P10D`, or leave `working` out")
	}
	if e.Times < 0 {
		c.problem(path+"/times", fmt.Sprintf("the step %q could be extended %d times", s.ID, e.Times), "write how many extensions there may be, 1 or more")
	}
	if e.Provision == "" {
		c.problem(path+"/provision", fmt.Sprintf("the extension of the step %q cites no clause", s.ID), "write the clause that says so, as INSTRUMENT/PROVISION")
	}
}

func (c *procedureCheck) branch(path string, s *Step, b *Branch) {
	if len(b.Then) == 0 {
		c.problem(path+"then", fmt.Sprintf("a branch of the step %q leads nowhere", s.ID), "write the IDs of the steps or ends that follow")
	}
	for i, id := range b.Then {
		if c.at[id] == "" {
			c.problem(fmt.Sprintf("%sthen/%d", path, i), fmt.Sprintf("there is no step or end %q", id), "write the ID of one")
		}
	}
}

// handsOn finds an end that hands on to nowhere, and one that hands on and says that it
// ends.
func (c *procedureCheck) handsOn(path string, e *End) {
	switch {
	case e.Outcome == Handed && (e.HandsOn == nil || e.HandsOn.To == ""):
		c.problem(path+"hands_on", fmt.Sprintf("the end %q hands on, and does not say into which procedure", e.ID), "write `hands_on: {to: PROCEDURE}`")
	case e.HandsOn != nil && e.Outcome != Handed:
		c.problem(path+"hands_on", fmt.Sprintf("the end %q hands on, and its outcome is %s", e.ID, e.Outcome), "write `outcome: handed-over`, or leave `hands_on` out")
	case e.HandsOn != nil && e.HandsOn.To == c.p.ID:
		c.problem(path+"hands_on/to", fmt.Sprintf("the end %q hands on to its own procedure", e.ID), "lead the answer to a step of it instead")
	}
}

// paths finds steps and ends that nothing leads to, and steps from which no end
// can be reached.
func (c *procedureCheck) paths() {
	leads := make(map[string][]string)
	from := make(map[string][]string)
	for i := range c.p.Steps {
		s := &c.p.Steps[i]
		for _, b := range s.Branches() {
			for _, to := range b.Then {
				leads[s.ID] = append(leads[s.ID], to)
				from[to] = append(from[to], s.ID)
			}
		}
	}
	var ends []string
	for _, e := range c.p.Ends {
		ends = append(ends, e.ID)
	}
	reached, ending := spread([]string{c.p.Start}, leads), spread(ends, from)
	for _, s := range c.p.Steps {
		switch {
		case !reached[s.ID]:
			c.problem(c.at[s.ID]+"id", fmt.Sprintf("nothing leads to the step %q", s.ID), "lead an answer to it, or take it out")
		case !ending[s.ID]:
			c.problem(c.at[s.ID]+"id", fmt.Sprintf("no end can be reached from the step %q", s.ID), "lead one of its answers toward an end")
		}
	}
	for _, e := range c.p.Ends {
		if !reached[e.ID] && e.Outcome != NoConsent {
			c.problem(c.at[e.ID]+"id", fmt.Sprintf("nothing leads to the end %q", e.ID), "lead an answer to it, or take it out")
		}
	}
}

// spread is all that can be reached from some names.
func spread(from []string, leads map[string][]string) map[string]bool {
	reached := make(map[string]bool)
	for len(from) > 0 {
		id := from[len(from)-1]
		from = from[:len(from)-1]
		if !reached[id] {
			reached[id] = true
			from = append(from, leads[id]...)
		}
	}
	return reached
}
