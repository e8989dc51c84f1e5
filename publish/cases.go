package publish

import (
	"slices"
	"strconv"

	"temwen/casework"
	"temwen/locale"
	"temwen/when"
)

// PublicCase is a case that two people of the office have made public: what its
// last entry shows, and the entries before it.
type PublicCase struct {
	casework.StoredCase
	// Actor is the State, where it is shown.
	Actor *ActorRef `json:"actor,omitempty"`
	// Title is the procedure's, where its track is shown.
	Title locale.Text `json:"title,omitempty"`
	// Earlier are the entries that showed it before, the first first: without what the
	// last one does not show any more.
	Earlier []casework.StoredCase `json:"earlier,omitempty"`
	// Also are other public cases that take the same allegation through another track, as
	// this one or they say.
	Also []BesideCase `json:"also,omitempty"`
}

// BesideCase is a public case beside another one.
type BesideCase struct {
	Entry   uint64 `json:"entry"` // by which it became public
	Mission string `json:"mission"`
	// Title is the procedure's, and Track its sort, where they are shown.
	Title locale.Text `json:"title,omitempty"`
	Track string      `json:"track,omitempty"`
}

// RetractedCase is what stands where a case stood that was taken back.
type RetractedCase = casework.StoredStone

// CaseRevision is what an entry shows otherwise than the entry before it.
type CaseRevision struct {
	Old, New *casework.StoredCase
	Fields   []string // of casework.PublicFields, after "mission"
}

// Revisions are what the entries of a case changed, the latest first.
func (c PublicCase) Revisions() (list []CaseRevision) {
	entries := append(slices.Clone(c.Earlier), c.StoredCase)
	for i := len(entries) - 1; i > 0; i-- {
		old, now := &entries[i-1], &entries[i]
		list = append(list, CaseRevision{old, now, casework.Differences(&old.Published, &now.Published)})
	}
	return list
}

// First is the entry by which the case became public: what it is named by.
func (c PublicCase) First() uint64 {
	if len(c.Earlier) > 0 {
		return c.Earlier[0].Entry
	}
	return c.Entry
}

// WithCases gives a view what its edition of the record shows of cases, and returns
// it. It is called before the view is used.
func (v *View) WithCases(s *casework.Standing) *View {
	shown := func(entry uint64) bool { return v.AsOf.Edition == 0 || entry < v.AsOf.Edition }
	for i := range s.Cases {
		if shown(s.Cases[i].Entry) {
			v.cases = append(v.cases, s.Cases[i])
		}
	}
	for i := range s.Stones { // it stands also in an edition that had the case itself
		if shown(s.Stones[i].Before) {
			v.stones = append(v.stones, s.Stones[i])
		}
	}
	return v
}

// PublicCase is the case of a mission that an entry of the ledger shows, or showed
// before; where it was taken back, the stone that stands in its place. Both are nil
// where the entry showed no case, or none that was known on the view's day.
func (v *View) PublicCase(mission string, entry uint64) (*PublicCase, *RetractedCase) {
	cases := v.publicCases(mission)
	for i := range cases {
		c := &cases[i]
		if c.Entry == entry || slices.ContainsFunc(c.Earlier, func(e casework.StoredCase) bool { return e.Entry == entry }) {
			return c, nil
		}
	}
	stones := v.retractedCases(mission)
	for i := range stones {
		if slices.Contains(stones[i].Entries, entry) {
			return nil, &stones[i]
		}
	}
	return nil, nil
}

// retractedCases are the stones of a mission where something stood on the view's
// day.
func (v *View) retractedCases(mission string) []RetractedCase {
	list := []RetractedCase{}
	for _, s := range v.stones {
		if s.Mission == mission && s.From <= v.AsOf.Known {
			list = append(list, s)
		}
	}
	return list
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
	for i := range list {
		if p := v.Procedure(list[i].Procedure); p != nil {
			list[i].Title = p.Title
		}
	}
	alongside(list)
	of := make([]PublicCase, 0, len(list))
	for _, c := range list {
		if c.Mission != mission {
			continue
		}
		if c.State != "" {
			a := v.actor(c.State)
			c.Actor = &a
		}
		of = append(of, c)
	}
	return of
}

// alongside has public cases name each other where the last entry of one says that they
// take the same allegation.
func alongside(list []PublicCase) {
	for i := range list {
		for k := range list {
			a, b := &list[i], &list[k]
			if i != k && (slices.Contains(a.Beside, b.First()) || slices.Contains(b.Beside, a.First())) {
				a.Also = append(a.Also, BesideCase{b.First(), b.Mission, b.Title, b.Track})
			}
		}
	}
}

// CaseLine is one thing that a field of a public case shows: a text of the dossier
// or the procedure, words, or both.
type CaseLine struct {
	Text  locale.Text
	Words string
}

// CaseLines are what a field of a case shows, in words; none where it shows nothing.
func (v *View) CaseLines(w Words, p *casework.Published, field string) (lines []CaseLine) {
	add := func(t locale.Text, words string) { lines = append(lines, CaseLine{t, words}) }
	steps := func(list []casework.PublishedStep, say string) {
		for _, s := range list {
			add(s.Title, w.Say(say, "who", w.Say("procedure.role."+string(s.Who)), "month", w.MonthOf(s.Since)))
		}
	}
	switch field {
	case "mission":
		if m := v.Mission(p.Mission); m != nil {
			add(m.Name, "")
		} else {
			add(nil, p.Mission)
		}
	case "track":
		if of := v.Procedure(p.Procedure); of != nil {
			add(of.Title, "")
		} else if p.Track != "" {
			add(nil, w.Say("procedure.track."+p.Track))
		}
	case "state":
		if p.State != "" {
			add(v.actor(p.State).Name, "")
		}
	case "opened":
		if p.Opened != "" {
			add(nil, w.MonthOf(p.Opened))
		}
	case "step":
		steps(p.Steps, "conduct.case.waits")
	case "silence":
		steps(p.Silences, "conduct.silent.since")
	case "outcome":
		for _, r := range p.Outcomes {
			add(nil, w.Label(w.Say("procedure.outcome."+r.What), w.MonthOf(r.Month)))
		}
	case "remedy":
		for _, r := range p.Remedies {
			kind := w.Say("case.remedy." + r.What)
			if r.Promise {
				kind = w.Label(kind, w.Say("case.remedy.promised"))
			}
			add(nil, w.Label(kind, w.MonthOf(r.Month)))
		}
	case "beside":
		for _, entry := range p.Beside {
			add(nil, w.Say("conduct.case.beside.entry", "n", strconv.FormatUint(entry, 10)))
		}
	}
	return lines
}

// MonthOf is a month such as 2026-11 in words.
func (w Words) MonthOf(month string) string {
	d, err := when.Parse(month)
	if err != nil {
		return month
	}
	return w.Date(d)
}
