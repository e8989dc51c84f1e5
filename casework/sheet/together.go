package sheet

import (
	"cmp"
	"encoding/json"
	"slices"

	"temwen/casework"
	"temwen/instrument"
)

// together joins the rows that are about one incident, by its number: it has the acts and
// the actors of all of them, and all say the same of the rest. Each act of an actor goes
// through each track once; what one row hands on goes on in the row of the next track.
func together(rows []*reading) {
	groups := make(map[string][]*reading)
	for _, r := range rows {
		if about := cmp.Or(r.tells.About, r.tells.Ref); about != "" && len(r.faults) == 0 {
			groups[about] = append(groups[about], r)
		}
	}
	for _, group := range groups {
		if len(group) > 1 {
			joined(group)
		}
	}
}

// joined joins the rows of one incident, the first in the file first.
func joined(group []*reading) {
	first := group[0]
	all := first.tells.Incident
	all.Acts, all.Actors = slices.Clone(all.Acts), slices.Clone(all.Actors)
	for _, r := range group[1:] {
		r.same(first)
		for _, act := range r.tells.Incident.Acts {
			if !slices.Contains(all.Acts, act) {
				all.Acts = append(all.Acts, act)
			}
		}
		for _, a := range r.tells.Incident.Actors {
			at := slices.IndexFunc(all.Actors, func(b casework.Alleged) bool { return b.Actor == a.Actor })
			if at < 0 {
				all.Actors = append(all.Actors, a)
			} else if all.Actors[at] != a {
				r.fault("actors", "a row before says otherwise of %s: rows about one incident say the same of each actor", a.Actor)
			}
		}
	}
	type through struct {
		actor, act string
		track      instrument.Track
	}
	line := make(map[through]int)
	for _, r := range group {
		r.tells.Incident = all
		if r.tells.Case == nil {
			continue
		}
		track := r.tells.Case.Procedure.Track
		for _, a := range r.tells.Allegations {
			t := through{a.Actor, a.Act, track}
			if line[t] == 0 {
				line[t] = r.row.Line
				continue
			}
			r.fault("procedure", "line %d takes %s of %s through the track %s already, and each goes through a track once: name a procedure of another track, or another act", line[t], a.Act, a.Actor, track)
			break
		}
	}
	follow(group)
}

// same finds what a row says otherwise of its incident than the first that is about it.
func (r *reading) same(first *reading) {
	for _, said := range []struct {
		column string
		of     func(i *casework.Incident) any
	}{
		{"when", func(i *casework.Incident) any { return i.When.String() }},
		{"department", func(i *casework.Incident) any { return i.Where.Department }},
		{"commune", func(i *casework.Incident) any { return i.Where.Commune }},
		{"harm", func(i *casework.Incident) any { return i.Harm }},
		{"circumstances", func(i *casework.Incident) any { return i.Circumstances }},
		{"source", func(i *casework.Incident) any { return i.Sources[0].ID }},
		{"grade", func(i *casework.Incident) any { return i.Sources[0].Grade }},
		{"terms", func(i *casework.Incident) any { return i.Terms }},
	} {
		a, _ := json.Marshal(said.of(&first.tells.Incident)) // plain structures
		b, _ := json.Marshal(said.of(&r.tells.Incident))
		if string(a) != string(b) {
			r.fault(said.column, "line %d says otherwise, and is about the same incident: rows about one incident say the same here", first.row.Line)
		}
	}
}

// follow has what one row hands on go on in the row of the next track, in the order in
// which the cases were opened.
func follow(group []*reading) {
	inOrder := slices.Clone(group)
	slices.SortStableFunc(inOrder, func(a, b *reading) int { return cmp.Compare(a.tells.On, b.tells.On) })
	for n, r := range inOrder {
		for _, before := range inOrder[:n] {
			if len(before.faults) == 0 {
				r.tells.Follow(&before.tells, r.world.Today)
			}
		}
	}
}
