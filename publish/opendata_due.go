package publish

import (
	"cmp"
	"slices"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// Fall is one day on which something falls or fell due and is still owed.
type Fall struct {
	// UID is the same for as long as the obligation is owed under this reading,
	// even if its day moves; of a recurring one each occurrence has its own.
	UID     string
	Day     when.Day
	Line    Line
	Status  clock.Status // under this reading
	Reading locale.Text  // where the clause is read in several ways
}

// Falls are the days on which what is owed falls or fell due, in order: what
// the missions of the scope carry themselves, each obligation once, each of its
// readings by itself. What has been met or has ended is left out.
func (v *View) Falls(scope NewsScope) []Fall {
	var falls []Fall
	for _, o := range v.Dossier.Obligations {
		if !scope.owes(o) {
			continue
		}
		state, i, ok := v.state(o.ID)
		holder := v.missionAt(state.Holder)
		if !ok || !state.Open || scope.Mission != "" && scope.Mission != holder {
			continue
		}
		line := v.line(o, state, i, holder)
		if len(line.Readings) == 0 {
			falls = v.fall(falls, o, line, line.Standing, "", nil)
			continue
		}
		for _, r := range line.Readings {
			falls = v.fall(falls, o, line, r.Standing, r.ID, r.Title)
		}
	}
	slices.SortStableFunc(falls, func(a, b Fall) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.UID, b.UID)) })
	return falls
}

// fall adds the due day of an obligation under one reading, if it has one.
func (v *View) fall(falls []Fall, o *dossier.Obligation, line Line, s Standing, reading string, title locale.Text) []Fall {
	if s.Due == nil || s.Status.Over() || closed(*s.Due) == nil {
		return falls
	}
	uid := v.Info.ID + "." + o.ID
	if reading != "" {
		uid += "." + reading
	}
	if recurs(o, reading) {
		uid += "." + s.Due.String()
	}
	return append(falls, Fall{UID: uid, Day: *s.Due, Line: line, Status: s.Status, Reading: title})
}

// recurs reports whether an obligation recurs under a reading.
func recurs(o *dossier.Obligation, reading string) bool {
	for id, due := range o.Rules {
		if id == reading && !due.Every.IsZero() {
			return true
		}
	}
	return false
}

// owes reports whether an obligation is within the scope.
func (s *NewsScope) owes(o *dossier.Obligation) bool {
	return (s.Obligation == "" || o.ID == s.Obligation) &&
		(s.Actor == "" || slices.Contains(o.Debtor, s.Actor) || slices.Contains(o.Creditor, s.Actor))
}
