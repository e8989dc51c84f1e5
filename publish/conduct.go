package publish

import (
	"slices"

	"temwen/conduct"
	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// Conduct is a mission's published tables of conduct as they were on a day: what
// its force and the States that take part in it are said to have done, and what
// came of it, in numbers that lead to nobody.
type Conduct struct {
	Mission  string        `json:"mission"`
	Edition  int           `json:"edition"` // 0: nothing was published by then
	Editions []ConductNote `json:"editions"`
	// Invented says that none of it is about anybody.
	Invented bool           `json:"invented"`
	Least    int            `json:"least"`
	Delay    when.Period    `json:"delay,omitzero"`
	Through  conduct.Month  `json:"through"`
	Tables   []ConductTable `json:"tables"`
	Waits    []ConductWait  `json:"waits"`
	// Cases are those that the office has made public, and Retracted what stands where
	// one was taken back.
	Cases     []PublicCase    `json:"cases"`
	Retracted []RetractedCase `json:"retracted"`
}

// ConductNote is one edition: when it was published, where it stands in the
// ledger, and what it revised.
type ConductNote struct {
	Edition int               `json:"edition"`
	Day     when.Day          `json:"day"`
	Entry   uint64            `json:"entry"` // its first
	Through conduct.Month     `json:"through"`
	Rules   string            `json:"rules"` // the version of the rules that it is counted by
	Terms   string            `json:"terms"` // the version of the vocabulary that it is classed by
	Revised []ConductRevision `json:"revised"`
	Why     *conduct.Reason   `json:"why,omitempty"`
	// Come and Gone are whom it counts and the edition before did not, and the other way round.
	Come []ActorRef `json:"come,omitempty"`
	Gone []ActorRef `json:"gone,omitempty"`
}

// ConductRevision is a number that an edition revised.
type ConductRevision struct {
	Count string      `json:"count"`
	Name  locale.Text `json:"name"`
	conduct.Revision
	Actor ActorRef `json:"actor"` // of the column; without an ID: the month's total
}

// ConductTable is one count, with its rule.
type ConductTable struct {
	conduct.Published
	Name  locale.Text `json:"name"`
	Rule  locale.Text `json:"rule"`
	Entry uint64      `json:"entry"` // in the ledger
	// Actors are the columns; Several is one without a name.
	Actors []ActorRef `json:"actors"`
}

// ConductWait is who must act in open steps.
type ConductWait struct {
	conduct.Wait
	Actor *ActorRef `json:"actor,omitempty"` // nil where a role is all that is known
	Role  string    `json:"role,omitempty"`
}

// ConductScope is whose conduct the tables of a mission count: its force, those
// who lead, command and contribute, and what belongs to them.
func (v *View) ConductScope(m *dossier.Mission) conduct.Scope {
	in := map[string]bool{m.Force: m.Force != ""}
	for _, p := range v.Parts {
		if p.Mission == m.ID && slices.Contains([]string{"leads", "commands", "contributes"}, p.Part) {
			in[p.Actor] = true
		}
	}
	for range v.Actors { // as deep as they belong to each other
		for _, a := range v.Actors {
			in[a.ID] = in[a.ID] || in[a.Of] && a.Of != ""
		}
	}
	s := conduct.Scope{Mission: m.ID, From: when.DayOf(1900, 1, 1)}
	for id, is := range in {
		if is && id != "" {
			s.Actors = append(s.Actors, id)
		}
	}
	slices.Sort(s.Actors)
	period := v.Period(m)
	if first := period.First(); !period.IsZero() && !first.Open() {
		s.From = first
	}
	if last := period.Last(); !period.IsZero() && !last.Open() {
		s.Until = last
	}
	return s
}

// ConductAsk is what a mission's next edition of tables is, as the dossier says:
// whom to count, what to show, and through which month.
func (v *View) ConductAsk(m *dossier.Mission) conduct.Ask {
	set := m.Disclosure()
	return conduct.Ask{
		Scope: v.ConductScope(m), Least: set.Least, Delay: set.Delay, Through: conduct.Through(v.AsOf.World, set.Delay),
	}
}

// WithConduct gives a view the tables of conduct that its edition of the record
// has, and returns it. It is called before the view is used.
func (v *View) WithConduct(tables []conduct.Stored) *View {
	for i := range tables {
		if v.AsOf.Edition == 0 || tables[i].Index < v.AsOf.Edition {
			v.conduct = append(v.conduct, tables[i])
		}
	}
	return v
}

// Conduct is a mission's tables of conduct as they were known on the view's day.
func (v *View) Conduct(mission string) (*Conduct, error) { return v.ConductOf(mission, v.conduct) }

// ConductOf is what some tables would be as a mission's, with the view's words.
func (v *View) ConductOf(mission string, tables []conduct.Stored) (*Conduct, error) {
	m, err := v.mission(mission)
	if err != nil {
		return nil, err
	}
	set := m.Disclosure()
	c := &Conduct{Mission: mission, Least: set.Least, Delay: set.Delay, Cases: v.publicCases(mission), Retracted: v.retractedCases(mission)}
	var last *conduct.Published // a table of the edition before
	for i := range tables {
		p := &tables[i]
		if p.Scope.Mission != mission || when.Day(p.Day) > v.AsOf.Known {
			continue
		}
		if p.Edition != c.Edition {
			c.Edition, c.Invented, c.Least, c.Delay, c.Through = p.Edition, p.Invented, p.Least, p.Delay, p.Through
			c.Tables, c.Waits = nil, nil
			note := ConductNote{Edition: p.Edition, Day: when.Day(p.Day), Entry: p.Index, Through: p.Through, Rules: p.Rules, Terms: p.Terms}
			if last != nil {
				note.Come, note.Gone = v.Rescoped(&last.Scope, &p.Scope)
			}
			c.Editions, last = append(c.Editions, note), &p.Published
		}
		v.addTable(c, p)
	}
	return c, nil
}

// Rescoped is whom an edition counts and the one before did not, and the other way round.
func (v *View) Rescoped(before, now *conduct.Scope) (come, gone []ActorRef) {
	in, out := now.Against(before)
	if len(in) > 0 {
		come = v.actors(in)
	}
	if len(out) > 0 {
		gone = v.actors(out)
	}
	return come, gone
}

func (v *View) addTable(c *Conduct, p *conduct.Stored) {
	note := &c.Editions[len(c.Editions)-1]
	if p.Count == conduct.Open {
		for _, w := range p.Waits {
			c.Waits = append(c.Waits, v.conductWait(w))
		}
		return
	}
	rule := conduct.RulesOf(p.Rules).Count(p.Count)
	t := ConductTable{Published: p.Published, Name: rule.Name, Rule: rule.Rule, Entry: p.Index}
	for _, column := range p.Columns {
		t.Actors = append(t.Actors, v.column(column))
	}
	c.Tables = append(c.Tables, t)
	for _, r := range p.Revisions {
		revised := ConductRevision{Count: p.Count, Name: rule.Name, Revision: r}
		if r.Column != "" {
			revised.Actor = v.column(r.Column)
		}
		note.Revised = append(note.Revised, revised)
	}
	if p.Why != nil {
		note.Why = p.Why
	}
}

// column is who a column is about; Several has no name here.
func (v *View) column(id string) ActorRef {
	if id == conduct.Several {
		return ActorRef{ID: id}
	}
	return v.actor(id)
}

func (v *View) conductWait(w conduct.Wait) ConductWait {
	if role, ok := w.Role(); ok {
		return ConductWait{Wait: w, Role: role}
	}
	a := v.actor(w.Who)
	return ConductWait{Wait: w, Actor: &a}
}

// Classed is since which edition the tables are classed as the last is, and the last
// edition by each earlier version of the vocabulary, the latest first.
func (c *Conduct) Classed() (since int, before []ConductNote) {
	return c.series(func(n *ConductNote) string { return n.Terms })
}

// Counted is since which edition the tables are counted by the rules of the last, and the
// last edition by each earlier version of the rules, the latest first.
func (c *Conduct) Counted() (since int, before []ConductNote) {
	return c.series(func(n *ConductNote) string { return n.Rules })
}

func (c *Conduct) series(version func(*ConductNote) string) (since int, before []ConductNote) {
	since = c.Edition
	for i := len(c.Editions) - 1; i > 0; i-- {
		if e := c.Editions[i-1]; version(&e) != version(&c.Editions[i]) {
			before = append(before, e)
		} else if len(before) == 0 {
			since = e.Edition
		}
	}
	return since, before
}

// Table is the table of a count, or nil.
func (c *Conduct) Table(count string) *ConductTable {
	for i := range c.Tables {
		if c.Tables[i].Count == count {
			return &c.Tables[i]
		}
	}
	return nil
}

type conductRow struct {
	*ConductTable
	mission string
	month   string // 2025-03, or all
	actor   string // or all
	shown   conduct.Shown
}

// conductData are the numbers of all missions' tables, a row for each.
func (t *tabling) conductData() (rows []conductRow) {
	for _, m := range t.Missions {
		c, err := t.Conduct(m.ID)
		if err != nil {
			continue // the view has all of its missions
		}
		for i := range c.Tables {
			rows = append(rows, conductRows(c, &c.Tables[i])...)
		}
	}
	return rows
}

// all stands in a row for all months, and for all actors.
const all = "all"

func conductRows(c *Conduct, t *ConductTable) (rows []conductRow) {
	for i, m := range t.Months {
		month := m.String()
		for j, column := range t.Columns {
			rows = append(rows, conductRow{t, c.Mission, month, column, t.Cells[i][j]})
		}
		rows = append(rows, conductRow{t, c.Mission, month, all, t.Rows[i]})
	}
	for j, column := range t.Columns {
		rows = append(rows, conductRow{t, c.Mission, all, column, t.Foot[j]})
	}
	return append(rows, conductRow{t, c.Mission, all, all, t.All})
}

var conductTable = tableOf[conductRow]{
	name: "conduct", key: []string{"mission", "count", "month", "actor"}, refers: []Reference{{"mission", "missions"}},
	list: (*tabling).conductData,
	columns: slices.Concat(
		coded("mission", func(r conductRow) string { return r.mission }),
		coded("count", func(r conductRow) string { return r.Count }, countIDs()...),
		coded("month", func(r conductRow) string { return r.month }),
		coded("actor", func(r conductRow) string { return r.actor }),
		coded("shown", func(r conductRow) string {
			if r.shown.Hidden() {
				return r.shown.String()
			}
			return "number"
		}, "number", "few", "withheld"),
		counted("value", "", func(r conductRow) *int {
			if n, ok := r.shown.Number(); ok {
				return &n
			}
			return nil
		}),
		counted("least", "", func(r conductRow) *int { return &r.Least }),
		counted("edition_of_tables", "", func(r conductRow) *int { return &r.Edition }),
		coded("rules", func(r conductRow) string { return r.Rules }),
		coded("terms", func(r conductRow) string { return r.Terms }),
		yesNo("invented", func(r conductRow) bool { return r.Invented }),
		counted("entry", "", func(r conductRow) *int { n := int(r.Entry); return &n }),
	),
}

func countIDs() (ids []string) {
	for _, c := range conduct.CurrentRules().Counts {
		ids = append(ids, c.ID)
	}
	return ids
}
