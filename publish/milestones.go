package publish

import (
	"cmp"
	"slices"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// MilestoneLine is an event of a mission with the dates that were expected
// before.
type MilestoneLine struct {
	ID       string            `json:"id"`
	Fact     string            `json:"fact"`
	Title    locale.Text       `json:"title"`
	Happened *when.Date        `json:"happened,omitempty"`
	Expected []ExpectationLine `json:"expected,omitempty"` // in the order they were said
	// Slipped is how many days later than first expected it happened, or, while
	// it has not, how many the first expected day has passed; 0 for none.
	Slipped int      `json:"slipped_days,omitempty"`
	Sources []string `json:"sources,omitempty"`
}

// ExpectationLine is one date that was given for a milestone.
type ExpectationLine struct {
	Date    when.Date   `json:"date"`
	By      *ActorRef   `json:"by,omitempty"`
	Said    when.Day    `json:"said"`
	Note    locale.Text `json:"note,omitempty"`
	Sources []string    `json:"sources"`
}

// Milestones are the events of a mission in time order: those that happened,
// then those still expected.
func (v *View) Milestones(mission string) []MilestoneLine {
	var lines []MilestoneLine
	for _, m := range v.Dossier.Milestones {
		if m.Mission == mission {
			lines = append(lines, v.milestoneLine(m))
		}
	}
	slices.SortStableFunc(lines, func(a, b MilestoneLine) int {
		return cmp.Or(cmp.Compare(a.day(), b.day()), cmp.Compare(a.ID, b.ID))
	})
	return lines
}

// Slips are the milestones that happened later than first expected, or that
// are still awaited although their first expected day has passed.
func (v *View) Slips(mission string) []MilestoneLine {
	return slices.DeleteFunc(v.Milestones(mission), func(l MilestoneLine) bool { return l.Slipped <= 0 })
}

func (v *View) milestoneLine(m *dossier.Milestone) MilestoneLine {
	l := MilestoneLine{ID: m.ID, Fact: "milestones/" + m.ID, Title: m.Title, Sources: slices.Clone(m.Sources)}
	if !m.Happened.IsZero() && m.Happened.First() <= v.AsOf.World {
		l.Happened = &m.Happened
	}
	for i := range m.Expected {
		l.Expected = append(l.Expected, v.expectation(&m.Expected[i]))
		l.Sources = append(l.Sources, m.Expected[i].Sources...)
	}
	slices.SortStableFunc(l.Expected, func(a, b ExpectationLine) int { return cmp.Compare(a.Said, b.Said) })
	slices.Sort(l.Sources)
	l.Sources = slices.Compact(l.Sources)
	if len(l.Expected) > 0 {
		end := v.AsOf.World
		if l.Happened != nil {
			end = l.Happened.First()
		}
		if first := l.Expected[0].Date.Last(); !first.Open() && end > first {
			l.Slipped = int(end - first)
		}
	}
	return l
}

func (v *View) expectation(e *dossier.Expectation) ExpectationLine {
	l := ExpectationLine{Date: e.Date, Note: e.Note, Sources: e.Sources, Said: when.Latest}
	if e.By != "" {
		by := v.actor(e.By)
		l.By = &by
	}
	if !e.Said.IsZero() {
		l.Said = e.Said.Last()
		return l
	}
	for _, id := range e.Sources {
		if s := v.Source(id); s != nil {
			l.Said = min(l.Said, s.Published.Last())
		}
	}
	return l
}

// day is where a milestone stands in time: when it happened, else when it is
// last expected.
func (l MilestoneLine) day() when.Day {
	switch {
	case l.Happened != nil:
		return l.Happened.First()
	case len(l.Expected) > 0:
		return l.Expected[len(l.Expected)-1].Date.First()
	}
	return when.Latest
}
