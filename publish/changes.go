package publish

import (
	"cmp"
	"encoding/json"
	"slices"
	"sync"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
)

// Changes is what a record learned between two views of it: two days, or two
// editions.
type Changes struct {
	From     AsOf           `json:"from"`
	To       AsOf           `json:"to"`
	Statuses []StatusChange `json:"statuses"` // obligations whose status is another
	Facts    []FactChange   `json:"facts"`    // by kind, then ID
}

// StatusChange is an obligation whose status is another than it was.
type StatusChange struct {
	Line Line          `json:"obligation"`    // as it is at the end
	Was  *clock.Status `json:"was,omitempty"` // nil where it was not known yet
}

// FactChange is a fact that is new, changed or gone.
type FactChange struct {
	How     dossier.How   `json:"how"`
	Kind    string        `json:"kind"`
	ID      string        `json:"id"`
	Title   locale.Text   `json:"title"`
	Mission string        `json:"mission,omitempty"`
	Fields  []FieldChange `json:"fields,omitempty"`
	Sources []string      `json:"sources,omitempty"`
}

// FieldChange is one value of a fact that is another than it was; an empty Old
// or New stands for nothing.
type FieldChange struct {
	Path string `json:"path"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

// Compare is what became known or changed between two views of one dossier,
// as it concerns a mission.
func Compare(before, after *View, mission string) (*Changes, error) {
	c := &Changes{From: before.AsOf, To: after.AsOf, Statuses: []StatusChange{}, Facts: []FactChange{}}
	lines, err := after.Obligations(mission, Filter{})
	if err != nil {
		return nil, err
	}
	was := make(map[string]clock.Status)
	if before.Mission(mission) != nil {
		earlier, err := before.Obligations(mission, Filter{})
		if err != nil {
			return nil, err
		}
		for _, l := range earlier {
			was[l.ID] = l.Status
		}
	}
	for _, l := range lines {
		status, known := was[l.ID]
		switch {
		case !known:
			c.Statuses = append(c.Statuses, StatusChange{Line: l})
		case status != l.Status:
			c.Statuses = append(c.Statuses, StatusChange{Line: l, Was: &status})
		}
	}
	for _, d := range after.since(before) {
		if f, ok := after.change(before, d); ok && (f.Mission == mission || f.Mission == "") {
			c.Facts = append(c.Facts, f)
		}
	}
	return c, nil
}

// since is what differs from an earlier view of the dossier. The last answer is
// kept: each mission's page of changes asks, in each language.
func (v *View) since(before *View) []dossier.Change {
	v.differs.mu.Lock()
	defer v.differs.mu.Unlock()
	if v.differs.from != before {
		v.differs.from, v.differs.changes = before, dossier.Diff(before.Facts(), v.Facts())
	}
	return v.differs.changes
}

// differs is what the last comparison of a view found.
type differs struct {
	mu      sync.Mutex
	from    *View
	changes []dossier.Change
}

// change names what differs. Vocabulary (what is counted, matters, calendars)
// and actors come with the facts that use them and are left out.
func (v *View) change(before *View, d dossier.Change) (FactChange, bool) {
	switch d.Kind {
	case "metrics", "matters", "calendars", "actors", "dossiers":
		return FactChange{}, false
	}
	from := v
	if d.How == dossier.Removed {
		from = before
	}
	f := FactChange{How: d.How, Kind: d.Kind, ID: d.ID}
	f.Title, f.Mission, f.Sources = from.Named(d.Kind, d.ID)
	for _, field := range d.Fields {
		f.Fields = append(f.Fields, FieldChange{field.Path, plain(field.Old), plain(field.New)})
	}
	return f, true
}

// plain is a JSON value as words: a string without its quotes.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// Named is what a page calls a fact: its title, mission and sources. A fact
// without a title of its own is called by its ID.
func (v *View) Named(kind, id string) (title locale.Text, mission string, sources []string) {
	title = locale.Text{locale.English: id}
	switch kind {
	case "sources":
		if s := v.Source(id); s != nil {
			title, sources = locale.Text{locale.Lang(s.Language): s.Title}, []string{id}
		}
	case "instruments":
		if in := v.Instrument(id); in != nil {
			title, sources = in.Title, in.Sources
		}
	case "missions":
		if m := v.Mission(id); m != nil {
			title, mission, sources = m.Name, id, m.Sources
		}
	case "procedures":
		if p := v.Procedure(id); p != nil {
			title, sources = p.Title, p.Sources
		}
	case "services":
		if s := v.Service(id); s != nil {
			title, sources = s.Name, s.Sources
		}
	case "parts":
		if p := v.Part(id); p != nil {
			title, mission, sources = v.actor(p.Actor).Name, p.Mission, p.Sources
		}
	case "milestones":
		if m := v.Milestone(id); m != nil {
			title, mission, sources = m.Title, m.Mission, v.milestoneLine(m).Sources
		}
	case "obligations":
		if o := v.Obligation(id); o != nil {
			title, mission, sources = o.Title, o.Mission, o.Sources
		}
	default:
		return v.namedOther(kind, id, title)
	}
	return title, mission, sources
}

func (v *View) namedOther(kind, id string, title locale.Text) (locale.Text, string, []string) {
	switch kind {
	case "events":
		if e := v.Event(id); e != nil {
			mission := ""
			if o := v.Obligation(e.Obligation); o != nil {
				mission = o.Mission
			}
			return e.Title, mission, e.Sources
		}
	case "figures":
		if f := v.Figure(id); f != nil {
			if m := v.Metric(f.Metric); m != nil {
				title = m.Name
			}
			return title, f.Mission, f.Sources
		}
	case "statements":
		if s := v.Statement(id); s != nil {
			return s.Says, s.Mission, s.Sources
		}
	case "requests":
		if r := v.Request(id); r != nil {
			return r.Document, r.Mission, r.Sources
		}
	case "deployments":
		if d := v.Deployment(id); d != nil {
			return locale.Text{locale.English: d.Place}, d.Mission, d.Sources
		}
	case "actors":
		if a := v.Actor(id); a != nil {
			return a.Name, "", nil
		}
	}
	return title, "", nil
}

// Newest are the facts of a mission that became known last, by the day of
// their earliest source, the latest first: at most n.
func (v *View) Newest(mission string, n int) []FactChange {
	var list []newest
	for f := range v.Facts() {
		if f.Mission != mission || f.Kind == "deployments" || f.Known.Open() {
			continue
		}
		list = append(list, newest{int(f.Known), FactChange{How: dossier.Added, Kind: f.Kind, ID: f.ID, Mission: mission}})
	}
	slices.SortStableFunc(list, func(a, b newest) int { return cmp.Compare(b.day, a.day) })
	out := make([]FactChange, 0, n)
	for _, l := range list[:min(n, len(list))] {
		l.FactChange.Title, _, l.FactChange.Sources = v.Named(l.Kind, l.ID)
		out = append(out, l.FactChange)
	}
	return out
}

type newest struct {
	day int
	FactChange
}
