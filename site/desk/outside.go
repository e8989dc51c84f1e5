package desk

import (
	"cmp"
	"slices"

	"temwen/casework"
	"temwen/dossier"
)

// An incident that lies outside of a mission's days, or of the country, is pointed out and
// never refused: duties can go on after a mission's end, and ships are at sea.

// outside says that an incident lies before or after the days of a mission, as they are
// known; empty where it may lie within.
func (w *work) outside(i *casework.Incident, m *dossier.Mission) string {
	p := w.view.Period(m)
	switch {
	case i.When.IsZero() || p.IsZero():
		return ""
	case i.When.Last() < p.First():
		return w.words.Say("case.outside.before", "mission", w.said.Text(m.Name), "day", p.First())
	case i.When.First() > p.Last():
		return w.words.Say("case.outside.after", "mission", w.said.Text(m.Name), "day", p.Last())
	}
	return ""
}

// far says that the point of an incident lies outside of the country, and what may have
// been meant: a sign left away, the two in the other order. Empty where it lies within, or
// the dossier has no bounds. Ships and aircraft are elsewhere, so that it is no fault.
func (w *work) far(i *casework.Incident) string {
	at, bounds := i.Where.Point, w.view.Info.Bounds()
	has := func(p *casework.Point) bool { return bounds.Has(float64(p.North)/1000, float64(p.East)/1000) }
	if at == nil || bounds == nil || has(at) {
		return ""
	}
	for _, p := range []casework.Point{
		{North: at.North, East: -at.East},
		{North: -at.North, East: at.East},
		{North: -at.North, East: -at.East},
		{North: at.East, East: at.North},
		{North: at.East, East: -at.North},
	} {
		if has(&p) {
			return w.words.Say("case.outside.far.meant", "point", at.String(), "meant", p.String())
		}
	}
	return w.words.Say("case.outside.far", "point", at.String())
}

// outsideForces says so of the missions whose forces are said to be responsible.
func (w *work) outsideForces(i *casework.Incident) (list []string) {
	for _, m := range w.view.Missions {
		for _, a := range i.Actors {
			if m.Force == "" || a.Actor != m.Force {
				continue
			}
			if s := w.outside(i, m); s != "" {
				list = append(list, s)
			}
		}
	}
	return list
}

// outsideOf says of a mission whether incidents lie outside of its days, each thing once.
func (w *work) outsideOf(incidents []*casework.Incident, m *dossier.Mission) (list []string) {
	for _, i := range incidents {
		if s := w.outside(i, m); s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// missionOf is the one of some missions in whose days incidents lie, the earliest of several;
// the first where there is none.
func (w *work) missionOf(incidents []*casework.Incident, missions []*dossier.Mission) *dossier.Mission {
	var of *dossier.Mission
	for _, m := range missions {
		if len(w.outsideOf(incidents, m)) == 0 && (of == nil || w.view.Period(m).First() < w.view.Period(of).First()) {
			of = m
		}
	}
	return cmp.Or(of, missions[0])
}
