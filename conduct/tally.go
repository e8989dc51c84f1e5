package conduct

import (
	"maps"
	"slices"
	"strings"

	"temwen/casework"
	"temwen/instrument"
	"temwen/when"
)

// Tally counts what is on the record, up to and with a month, by a version of the rules,
// with types of violation as a version of the vocabulary has them: one grid for each
// count of the rules, all of the same months.
func Tally(p *casework.Past, s *Scope, through Month, rules *Rules, terms string) map[string]*Grid {
	t := &tally{past: p, scope: s, through: through, rules: rules, terms: terms, counts: make(map[string]map[cellKey]int)}
	t.incidents()
	t.allegations()
	t.cases()
	return t.grids()
}

// tally is a counting under way.
type tally struct {
	past    *casework.Past
	scope   *Scope
	through Month
	rules   *Rules
	terms   string
	counts  map[string]map[cellKey]int
}

func (t *tally) add(count string, day when.Day, column string, n int) {
	m := MonthOf(day)
	if n == 0 || m > t.through || t.rules.Count(count) == nil {
		return
	}
	if t.counts[count] == nil {
		t.counts[count] = make(map[cellKey]int)
	}
	t.counts[count][cellKey{m, column}] += n
}

// when is the day by which an incident belongs to one mission or another.
func (t *tally) when(i *casework.Incident) when.Day {
	if first := i.When.First(); !i.When.IsZero() && !first.Open() {
		return first
	}
	return t.past.On[i.ID]
}

// incidents counts reports, alleged perpetrators and victims.
func (t *tally) incidents() {
	reported := make(map[string]when.Day) // the first day, by source and column
	for id, i := range t.past.Incidents {
		stands := t.past.Stands(id)
		if stands == nil || !t.scope.holds(t.when(stands)) {
			continue
		}
		for _, a := range stands.Actors {
			if !t.scope.has(a.Actor) {
				continue
			}
			for _, b := range i.Sources {
				key := casework.SourceKey(a.Actor, b)
				day := t.past.Since[casework.SourceKey(id, b)]
				if first, ok := reported[key]; !ok || day < first {
					reported[key] = day
				}
			}
		}
		if stands == i {
			t.persons(i)
		}
	}
	for key, day := range reported {
		column, _, _ := strings.Cut(key, " ")
		t.add(Reports, day, column, 1)
	}
}

// persons counts the alleged perpetrators and the victims of one incident.
func (t *tally) persons(i *casework.Incident) {
	on := t.past.On[i.ID]
	var firm, possible []string
	for _, a := range i.Actors {
		if a.Confidence == "confirmed" || a.Confidence == "likely" {
			firm = append(firm, a.Actor)
		} else {
			possible = append(possible, a.Actor)
		}
		if !t.scope.has(a.Actor) {
			continue
		}
		least := max(a.Least, 1)
		t.add(Perpetrators, on, a.Actor, least)
		t.add(PerpetratorsFurther, on, a.Actor, max(a.Most-least, 0))
	}
	counts, actors := [2]string{Victims, VictimsFurther}, firm
	if len(firm) == 0 {
		counts, actors = [2]string{Possible, PossibleFurther}, possible
	}
	if !slices.ContainsFunc(actors, t.scope.has) {
		return
	}
	column := Several
	if len(actors) == 1 {
		column = actors[0]
	}
	for _, h := range i.Harm {
		t.add(counts[0], on, column, h.Min)
		t.add(counts[1], on, column, h.Max-h.Min)
	}
}

// allegations counts each incident, actor and type of violation once.
func (t *tally) allegations() {
	first := make(map[alleged]when.Day)
	for id, a := range t.past.Allegations {
		k, there := t.alleged(id)
		if !there || !t.scope.has(a.Actor) || !t.scope.holds(t.when(t.past.Incidents[k.incident])) {
			continue
		}
		if day, ok := first[k]; !ok || t.past.On[id] < day {
			first[k] = t.past.On[id]
		}
	}
	for k, day := range first {
		t.add(Allegations, day, k.actor, 1)
	}
}

// Kinds of answer that say that there is an investigation, those that are an action
// though the case goes on, and outcomes that are one.
var (
	steps        = []instrument.AnswerKind{instrument.SentHome, instrument.Prosecuted}
	investigated = []instrument.AnswerKind{instrument.Named, instrument.Substantiated, instrument.Unfounded}
	actions      = []instrument.Outcome{
		instrument.Convicted, instrument.Disciplined, instrument.Repatriated, instrument.Judged, instrument.Compensated,
		instrument.Assisted,
	}
)

// cases counts investigations, actions and departures, each for the mission whose case it was on
// the day of the deed. Cases that take the same allegation through several tracks tell
// of one matter: what is recorded in each of them counts once, when it was recorded
// first.
func (t *tally) cases() {
	type deed struct {
		matter, column, count, what string
		nth                         int
	}
	type first struct {
		on      when.Day
		mission string
	}
	matter := t.matters()
	deeds := make(map[deed]first)
	for _, id := range slices.Sorted(maps.Keys(t.past.Cases)) {
		c := t.past.Cases[id]
		column := t.columnOf(c)
		if column == "" {
			continue
		}
		many := make(map[deed]int)
		note := func(count, what string, on when.Day) {
			d := deed{matter: matter[id], column: column, count: count, what: what}
			many[d]++
			d.nth = many[d]
			if was, there := deeds[d]; !there || on < was.on {
				deeds[d] = first{on, t.past.MissionOn(id, on)}
			}
		}
		seen := false
		for _, d := range t.past.Did[id] {
			if !seen && slices.Contains(investigated, instrument.AnswerKind(d.Answer)) {
				seen = true
				note(Investigations, "", d.On)
			}
			if what := t.action(c, d); what != "" {
				note(Actions, what, d.On)
			}
			if d.Left != nil && d.Left.Waited {
				note(Departures, "", d.On)
			}
		}
	}
	for d, f := range deeds {
		if f.mission == t.scope.Mission {
			t.add(d.count, f.on, d.column, 1)
		}
	}
}

// matters names for each case the matter that it is about: the same for cases that take
// the same allegation, whatever else they take.
func (t *tally) matters() map[string]string {
	matter := make(map[string]string, len(t.past.Cases)) // a case of the same matter, up to one that is itself
	root := func(id string) string {
		for matter[id] != id {
			id = matter[id]
		}
		return id
	}
	taken := make(map[alleged]string) // through the first case
	for _, id := range slices.Sorted(maps.Keys(t.past.Cases)) {
		matter[id] = id
		for _, a := range t.past.Cases[id].Allegations {
			k, there := t.alleged(a)
			if !there {
				continue
			}
			if other, twice := taken[k]; twice {
				matter[root(id)] = root(other)
			} else {
				taken[k] = id
			}
		}
	}
	for id := range matter {
		matter[id] = root(id)
	}
	return matter
}

// alleged is an allegation as it is counted.
type alleged struct{ incident, actor, act string }

// alleged is what an allegation of an ID counts as, and whether it is on the record with
// its incident.
func (t *tally) alleged(id string) (alleged, bool) {
	a := t.past.Allegations[id]
	if a == nil {
		return alleged{}, false
	}
	i := t.past.Stands(a.Incident)
	if i == nil {
		return alleged{}, false
	}
	return alleged{i.ID, a.Actor, t.past.ActIn(id, t.terms)}, true
}

// action is what sort of action a deed of a case is, as an end that stands, an answer or
// a remedy; empty where it is none.
func (t *tally) action(c *casework.Case, d casework.Deed) string {
	switch e := c.Procedure.End(d.End); {
	case d.Remedy != "":
		return "remedy " + d.Remedy
	case slices.Contains(steps, instrument.AnswerKind(d.Answer)):
		return d.Answer
	case e != nil && slices.Contains(actions, e.Outcome) &&
		slices.ContainsFunc(c.Ends, func(r casework.Reached) bool { return r.End == d.End && r.Reopened == nil }):
		return string(e.Outcome)
	}
	return ""
}

// columnOf is whose people a case is about: the State's, or the actor's of its
// first allegation; empty where neither is the mission's.
func (t *tally) columnOf(c *casework.Case) string {
	if t.scope.has(c.State) {
		return c.State
	}
	for _, id := range c.Allegations {
		if a := t.past.Allegations[id]; a != nil && t.scope.has(a.Actor) {
			return a.Actor
		}
	}
	return ""
}

// grids are the counts as grids from the first month of any to the last.
func (t *tally) grids() map[string]*Grid {
	first := t.through + 1
	for _, cells := range t.counts {
		for k := range cells {
			first = min(first, k.month)
		}
	}
	grids := make(map[string]*Grid)
	for _, c := range t.rules.Counts {
		var columns []string
		for k := range t.counts[c.ID] {
			columns = append(columns, k.column)
		}
		slices.SortFunc(columns, byColumn)
		columns = slices.Compact(columns)
		g := newGrid(first, t.through, columns)
		for k, n := range t.counts[c.ID] {
			g.N[g.row(k.month)][slices.Index(columns, k.column)] = n
		}
		grids[c.ID] = g
	}
	return grids
}
