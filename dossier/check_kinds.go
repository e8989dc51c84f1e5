package dossier

import (
	"fmt"
	"strings"
)

// checkVocabulary checks actors, matters and calendars, which other facts use.
func (c *checker) checkVocabulary() {
	for i, f := range c.d.Actors {
		s := spot{c, kActors, i}
		s.ref("of", f.Of, kActors)
		if f.Country != "" && f.Kind != "" && f.Kind != "state" {
			s.problem("country", fmt.Sprintf("a country is given for a State, and the kind of this actor is %s", f.Kind), "remove it; name its State with `of`")
		}
	}
	for i, f := range c.d.Matters {
		ids := newNames(spot{c, kMatters, i}, "position")
		for j, p := range f.Positions {
			ids.add(fmt.Sprintf("positions/%d/id", j), p.ID)
		}
	}
	for i, f := range c.d.Calendars {
		s := spot{c, kCalendars, i}
		for j, h := range f.Holidays {
			s.refs(fmt.Sprintf("holidays/%d/sources", j), h.Sources, kSources)
			if !h.Date.IsZero() && h.Date.First() != h.Date.Last() {
				s.problem(fmt.Sprintf("holidays/%d/date", j), fmt.Sprintf("%s is not one day", h.Date), "write each day as a holiday of its own")
			}
		}
		if !f.Valid.IsZero() && (f.Valid.First().Open() || f.Valid.Last().Open()) {
			s.problem("valid", fmt.Sprintf("%s is open; nobody knows all holidays to come", f.Valid), "write the first and the last year: 2023/2027")
		}
	}
}

// checkInstruments checks instruments and their provisions; what concerns an
// instrument alone, package instrument checks.
func (c *checker) checkInstruments() {
	for i, f := range c.d.Instruments {
		s := spot{c, kInstruments, i}
		for _, p := range f.Check() {
			s.problem(p.Path, p.What, p.Do)
		}
		s.refs("by", f.By, kActors)
		s.refs("missions", f.Missions, kMissions)
		s.notAfterLatest("date", f.Date, f.Sources, "correct the date, or add the source that tells it")
		for j, p := range f.Provisions {
			s.refs(fmt.Sprintf("provisions/%d/sources", j), p.Sources, kSources)
		}
	}
}

func (c *checker) checkMissions() {
	for i, f := range c.d.Missions {
		s := spot{c, kMissions, i}
		if f.Keep != nil {
			f.Keep.check(s)
		}
		s.ref("force", f.Force, kActors)
		s.ref("began", f.Began, kMilestones)
		s.ref("ended", f.Ended, kMilestones)
		for j, e := range f.Succeeds {
			s.ref(fmt.Sprintf("succeeds/%d/mission", j), e.Mission, kMissions)
			s.refs(fmt.Sprintf("succeeds/%d/sources", j), e.Sources, kSources)
		}
	}
	for i, f := range c.d.Parts {
		s := spot{c, kParts, i}
		s.ref("mission", f.Mission, kMissions)
		s.ref("actor", f.Actor, kActors)
		s.order("until", f.From, f.Until)
	}
}

func (c *checker) checkMilestones() {
	for i, f := range c.d.Milestones {
		s := spot{c, kMilestones, i}
		s.ref("mission", f.Mission, kMissions)
		if f.ID == "ask" {
			s.problem("id", "a milestone cannot be called ask: due rules use the word", "give it another ID")
		}
		switch {
		case f.Happened.IsZero() && len(f.Expected) == 0:
			s.missing("the milestone has neither happened nor been expected", "add `happened` or `expected`", "happened", "expected")
		case f.Happened.IsZero() && len(f.Sources) > 0:
			s.problem("sources", "the sources of a milestone tell that it happened, and `happened` is missing", "add `happened`, or put the sources under the expectations they belong to").unless("happened")
		case !f.Happened.IsZero() && len(f.Sources) == 0:
			s.problem("happened", "no source says that it happened", "add `sources`")
		}
		s.notAfterSources("happened", f.Happened, f.Sources, "a source that told it before it happened belongs under `expected`; otherwise "+laterSource)
		for j, e := range f.Expected {
			path := fmt.Sprintf("expected/%d/", j)
			s.ref(path+"by", e.By, kActors)
			s.refs(path+"sources", e.Sources, kSources)
			s.notAfterSources(path+"said", e.Said, e.Sources, laterSource)
		}
	}
}

// names are the IDs of the parts of one fact, which must be different.
type names struct {
	s     spot
	what  string
	known map[string]bool
}

func newNames(s spot, what string) names { return names{s, what, map[string]bool{}} }

func (n names) add(path, id string) {
	if id != "" && n.known[id] {
		n.s.problem(path, fmt.Sprintf("there are two %ss %q in this %s", n.what, clip(id, MaxID), kinds[n.s.kind].one), "give one of them another ID")
	}
	n.known[id] = true
}

func (c *checker) checkRequests() {
	for i, f := range c.d.Requests {
		s := spot{c, kRequests, i}
		s.ref("mission", f.Mission, kMissions)
		s.ref("instrument", f.Instrument, kInstruments)
		s.ref("obligation", f.Obligation, kObligations)
		s.refs("asked_by", f.AskedBy, kActors)
		s.refs("asked_of", f.AskedOf, kActors)
		s.notAfterSources("date", f.Date, f.Sources, laterSource)
		for j, o := range f.Outcomes {
			path := fmt.Sprintf("outcomes/%d/", j)
			s.ref(path+"by", o.By, kActors)
			s.refs(path+"sources", o.Sources, kSources)
			s.notAfterSources(path+"date", o.Date, o.Sources, laterSource)
			if !o.Date.IsZero() && !f.Date.IsZero() && o.Date.SurelyBefore(f.Date) {
				s.problem(path+"date", fmt.Sprintf("the outcome of %s is before the request of %s", o.Date, f.Date), "correct one of the dates")
			}
		}
	}
}

func (c *checker) checkDeployments() {
	told := map[string]bool{} // a mission that no row can name is told once
	for i, f := range c.d.Deployments {
		s := spot{c, kDeployments, i}
		at := c.places[kDeployments][i]
		if at.table == 0 {
			s.ref("mission", f.Mission, kMissions)
			continue
		}
		if key := c.tableOf(at).ID + " " + f.Mission; !told[key] && c.d.Mission(f.Mission) == nil && !c.mayExist(f.Mission) {
			told[key] = true
			s.problem("", fmt.Sprintf("there is no mission %q, nor does the table %s say which is meant", clip(f.Mission, 60), c.tableOf(at).ID),
				"add it to the table's `missions`, as "+strings.ToUpper(clip(f.Mission, 30))+": ID")
		}
	}
}
