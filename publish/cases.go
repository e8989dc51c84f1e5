package publish

import (
	"temwen/casework"
	"temwen/locale"
)

// PublicCase is a case that two people of the office have made public: what its
// last entry shows, and the entries before it.
type PublicCase struct {
	casework.StoredCase
	// Actor is the State, where it is shown.
	Actor *ActorRef `json:"actor,omitempty"`
	// Title is the procedure's, where its track is shown.
	Title locale.Text `json:"title,omitempty"`
	// Earlier are the entries that showed it before, the first first.
	Earlier []casework.StoredCase `json:"earlier,omitempty"`
}

// WithCases gives a view the cases that its edition of the record shows, and
// returns it. It is called before the view is used.
func (v *View) WithCases(cases []casework.StoredCase) *View {
	for i := range cases {
		if v.AsOf.Edition == 0 || cases[i].Entry < v.AsOf.Edition {
			v.cases = append(v.cases, cases[i])
		}
	}
	return v
}

// publicCases are the public cases of a mission as they were known on the view's
// day, in the order in which they became public.
func (v *View) publicCases(mission string) []PublicCase {
	last := make(map[uint64]int) // the place of a case by its last entry
	var list []PublicCase
	for _, c := range v.cases {
		if c.Day > v.AsOf.Known {
			continue
		}
		i, again := last[c.Before]
		if c.Before == 0 || !again {
			i = len(list)
			list = append(list, PublicCase{StoredCase: c})
		} else {
			list[i].Earlier = append(list[i].Earlier, list[i].StoredCase)
			list[i].StoredCase = c
		}
		last[c.Entry] = i
	}
	of := make([]PublicCase, 0, len(list))
	for _, c := range list {
		if c.Mission != mission {
			continue
		}
		if c.State != "" {
			a := v.actor(c.State)
			c.Actor = &a
		}
		if p := v.Procedure(c.Procedure); p != nil {
			c.Title = p.Title
		}
		of = append(of, c)
	}
	return of
}
