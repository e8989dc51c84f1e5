package desk

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/clock"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/publish"
	"temwen/when"
)

// caseViews are the parts of the list of cases.
var caseViews = []string{"open", "mine", viewUnworked, viewAway, "closed"}

const (
	viewUnworked = "unworked" // the open cases on which nobody works
	viewAway     = "away"     // the open cases of which somebody has left the country
)

// caseRow is a case in a list.
type caseRow struct {
	ID        string
	Number    int
	Procedure text
	Mission   text
	State     text
	Officer   string
	Waits     []waitRow
	Handing   []handingRow // the next track is not open
	Ends      []text
	Away      int // how many are known to have left the country
}

// waitRow is a step that waits for somebody.
type waitRow struct {
	Status owed
	Title  text
	Due    string
}

// owed is a status: its class, its sign and its word.
type owed struct{ Class, Sign, Word string }

// signs are the characters before a status's word: see docs/design.md.
var signs = map[clock.Status]string{
	clock.Overdue: "■", clock.Silent: "◌", clock.Contested: "◆", clock.UnclockedOwed: "○",
	clock.Due: "▲", clock.Running: "▸", clock.Suspended: "‖", clock.Dormant: "–",
	clock.Inherited: "↪", clock.Lapsed: "×", clock.Discharged: "✓", clock.DischargedLate: "✓",
}

// markup is the status as the template "owed" writes it.
func (o owed) markup() template.HTML {
	e := template.HTMLEscapeString
	return template.HTML(`<span class="owed ` + e(o.Class) + `"><i aria-hidden="true">` + e(o.Sign) + `</i> ` + e(o.Word) + `</span>`)
}

func (w *work) owed(s clock.Status) owed {
	return owed{"s-" + strings.ReplaceAll(s.String(), " ", "-"), signs[s], w.said.Status(s)}
}

// casesBody is what the list of cases shows.
type casesBody struct {
	Find *finding
	View string
	Tabs []caseTab
	Rows []caseRow
	Next string
	// Erased are the cases that were erased last, below the closed ones.
	Erased []casework.Stone
}

// mostErased is how many cases that were erased are named.
const mostErased = 50

type caseTab struct {
	View, Href string
	Here       bool
}

func (w *work) casesPage() error {
	id, find, err := w.find(casework.OfCase, "cases")
	if err != nil {
		return err
	}
	if id != "" {
		return w.next(w.href("cases", id))
	}
	q := w.URL.Query()
	b := &casesBody{Find: find, View: q.Get("view")}
	if b.View == "" {
		b.View = caseViews[0]
	}
	query := casework.Query{Closed: b.View == "closed", Away: b.View == viewAway, After: q.Get("after"), Limit: pageSize}
	if b.View == "mine" {
		query.Officer = w.officer.ID
	}
	known := false
	for _, v := range caseViews {
		if v == viewUnworked && !w.seesAll() {
			continue
		}
		known = known || v == b.View
		b.Tabs = append(b.Tabs, caseTab{v, w.href("cases") + "?view=" + v, v == b.View})
	}
	if !known {
		return errNoPage
	}
	var list casework.Page
	if b.View == viewUnworked {
		list, _, err = w.cases.Unworked(w.Context(), casework.Unworked{After: query.After, Limit: query.Limit})
	} else {
		list, err = w.cases.List(w.Context(), query)
	}
	if err != nil {
		return err
	}
	for _, c := range list.Cases {
		if w.sees(c.Officer, c.Walled) {
			b.Rows = append(b.Rows, w.caseRow(c))
		}
	}
	if list.Next != "" {
		b.Next = w.href("cases") + "?" + url.Values{"view": {b.View}, "after": {list.Next}}.Encode()
	}
	if query.Closed {
		if b.Erased, err = w.cases.Stones(w.Context(), casework.OfCase, mostErased); err != nil {
			return err
		}
	}
	w.show(&page{visit: w.visit, Template: "case-list", Nav: "cases", Title: w.words.Say("case.list.title"), Status: find.Status(), Body: b})
	return nil
}

func (w *work) caseRow(c *casework.Case) caseRow {
	r := caseRow{
		ID: c.ID, Number: c.Number, Procedure: w.text(c.Procedure.Title), Mission: w.mission(c.Mission), State: w.actor(c.State),
		Officer: w.nameOf(c.Officer), Away: len(c.Away()),
	}
	for _, s := range c.Open() {
		state := w.stateOf(c, s)
		r.Waits = append(r.Waits, waitRow{w.owed(state.Status), w.text(c.Procedure.Step(s.ID).Title), w.due(state)})
	}
	for _, reached := range c.Handing() {
		r.Handing = append(r.Handing, w.handingRow(c, reached))
	}
	for _, e := range c.Ends {
		if e.Reopened == nil {
			r.Ends = append(r.Ends, w.text(c.Procedure.End(e.End).Title))
		}
	}
	return r
}

// stateOf is what has become of a step today; one whose silence is on the record
// is silent, whether it was asked by a notice or by the text alone.
func (w *work) stateOf(c *casework.Case, s *casework.Step) clock.State {
	state := c.Status(s, w.today)
	if _, silent := c.SilentFrom(s); silent && state.Status == clock.Overdue {
		state.Status = clock.Silent
	}
	if s.Dropped != nil {
		state.Status, state.HasDue = clock.Lapsed, false // it never began
	}
	if s.Over && s.Silence == nil && state.Status != clock.Discharged && state.Status != clock.DischargedLate {
		state.Status, state.HasDue = clock.Lapsed, false // it stood in for an answer that has come after all
	}
	return state
}

// due says when a step falls due, in relation to today.
func (w *work) due(s clock.State) string {
	p := publish.Standing{Status: s.Status}
	if s.HasDue {
		over := s.DaysOver(w.today)
		p.Due, p.Over = &s.Due, &over
	}
	if s.Status == clock.Discharged || s.Status == clock.DischargedLate {
		p.Met = &s.Met
	}
	if !s.Since.Open() {
		p.Since, p.Age = &s.Since, s.Age(w.today)
	}
	return w.said.When(&p)
}

// openBody is the page on which a case is opened.
type openBody struct {
	// From is the case that hands the allegations on, at End; HandedOn is the day from which
	// the first step counts then, where that is the day of the hand-over.
	From          *caseLink
	End, HandedOn string
	Allegations   []allegationRow
	Missions      []missionChoice
	Mission       string
	Outside       []string // of the incidents
	Procedures    []procedureChoice
	States        []option
	Stateless     bool // the case that hands on is of no State, or nobody knows of which
	Today         string
}

type missionChoice struct {
	Name text
	Href string
	Here bool
}

type procedureChoice struct {
	ID             string
	Title, Applies text
	Track          string
	From           string // the mission whose it is, where that is an earlier one
	// Taken says that one of the allegations goes through its track already, and By is the
	// number of the case that takes it.
	Taken bool
	By    string
	// Chosen says that it is the one to which a case hands on.
	Chosen bool
}

// openCasePage shows the procedures that can be followed.
func (w *work) openCasePage() error {
	ids := w.URL.Query()["allegation"]
	b := &openBody{Mission: w.URL.Query().Get("mission"), Today: w.today.String()}
	from, err := w.handedFrom(b)
	if err != nil {
		return err
	}
	if from != nil {
		ids = from.left
	}
	var about []*casework.Incident
	taken := make(map[instrument.Track]string)
	for _, id := range ids {
		a, err := w.cases.Allegation(w.Context(), id)
		if err != nil {
			return err
		}
		for _, id := range a.Cases {
			if c, err := w.cases.Case(w.Context(), w.officer.ID, id); err == nil && w.sees(c.Officer, c.Walled) {
				taken[c.Procedure.Track] = strconv.Itoa(c.Number)
			}
		}
		b.Allegations = append(b.Allegations, w.allegationRow(a))
		i, err := w.cases.Incident(w.Context(), a.Incident)
		if err != nil {
			return err
		}
		about = append(about, i)
	}
	if len(ids) == 0 {
		return errNoPage
	}
	missions := make([]*dossier.Mission, 0, len(w.view.Missions))
	for _, m := range w.view.Missions {
		lines, err := w.view.ProceduresOf(m.ID)
		if err != nil {
			return err
		}
		if binding(lines) {
			missions = append(missions, m)
		}
	}
	if b.Mission == "" && len(missions) > 0 {
		b.Mission = w.missionOf(about, missions).ID
	}
	for _, m := range missions {
		lines, err := w.view.ProceduresOf(m.ID)
		if err != nil {
			return err
		}
		q := url.Values{"allegation": ids, "mission": {m.ID}}
		if from != nil {
			q = url.Values{"from": {b.From.ID}, "end": {b.End}, "mission": {m.ID}}
		}
		b.Missions = append(b.Missions, missionChoice{w.text(m.Name), w.href("cases", "new") + "?" + q.Encode(), m.ID == b.Mission})
		if m.ID != b.Mission {
			continue
		}
		if from == nil { // what is handed on is of the mission that has the duties now
			b.Outside = w.outsideOf(about, m)
		}
		for i := range lines {
			for _, p := range w.procedureChoice(&lines[i], m.ID) {
				p.By, p.Taken = taken[lines[i].Track], taken[lines[i].Track] != ""
				if from != nil && p.ID != from.to {
					continue
				}
				p.Chosen = from != nil
				b.Procedures = append(b.Procedures, p)
			}
		}
	}
	b.Stateless = from != nil && from.state == ""
	b.States = w.actorOptions(stateKind)
	for i := range b.States {
		b.States[i].Chosen = from != nil && b.States[i].Value == from.state
	}
	w.show(&page{visit: w.visit, Template: "case-open", Nav: "cases", Title: w.words.Say("case.open.title"), Body: b})
	return nil
}

// binding reports whether there is a procedure that is no model.
func binding(lines []publish.ProcedureLine) bool {
	for i := range lines {
		if lines[i].Mission != "" {
			return true
		}
	}
	return false
}

// procedureChoice is a procedure that a case of a mission can follow; none where
// it is a model, which binds nobody.
func (w *work) procedureChoice(l *publish.ProcedureLine, mission string) []procedureChoice {
	if l.Mission == "" {
		return nil
	}
	c := procedureChoice{ID: l.ID, Title: w.text(l.Title), Applies: w.text(l.Applies), Track: w.words.Say("procedure.track." + string(l.Track))}
	if l.Mission != mission {
		c.From = w.mission(l.Mission).Words
	}
	return []procedureChoice{c}
}

// procedureOf is a procedure of a mission that a case can follow, or nil.
func (w *work) procedureOf(mission, id string) *instrument.Procedure {
	lines, err := w.view.ProceduresOf(mission)
	if err != nil {
		return nil
	}
	for i := range lines {
		if lines[i].ID == id && lines[i].Mission != "" {
			return w.view.Procedure(id)
		}
	}
	return nil
}

// noState is chosen where it is no State's personnel, or nobody knows whose: to choose
// nothing is another thing, for then nobody has thought of it.
const noState = "none"

// stateKind is the kind of actors that are States.
const stateKind = "state"

// asksState reports whether a procedure asks the State for something whose personnel is
// alleged to be responsible.
func asksState(p *instrument.Procedure) bool {
	return slices.ContainsFunc(p.Steps, func(s instrument.Step) bool { return s.Who == instrument.SendState })
}

func (w *work) openCase() error {
	f := w.form
	p := w.procedureOf(f.Get("mission"), f.Get("procedure"))
	on, err := w.day("on")
	state := f.Get("state")
	if state == noState {
		state = ""
	}
	switch {
	case err != nil:
		return err
	case p == nil:
		return &casework.Refused{Code: casework.CodeProcedure}
	case f.Get("state") == "" && asksState(p):
		return &userError{http.StatusBadRequest, "no-state"}
	case state != "" && w.view.Actor(state) == nil:
		return &userError{http.StatusBadRequest, "bad-form"}
	}
	id, err := w.cases.Open(w.Context(), w.officer.ID, casework.Opened{
		Allegations: f["allegation"], Procedure: p, Mission: f.Get("mission"), State: state,
		From: f.Get("from"), End: f.Get("end"),
	}, on)
	if err != nil {
		return err
	}
	w.done("case-opened")
	return w.next(w.href("cases", id))
}

// number is a part of the address that is one.
func (w *work) number(part string) (int, error) {
	n, err := strconv.Atoi(w.PathValue(part))
	if err != nil || n < 1 {
		return 0, &casework.Refused{Code: casework.CodeUnknown}
	}
	return n, nil
}

// orDay writes a day for a field; empty for none.
func orDay(d *when.Day) string {
	if d == nil {
		return ""
	}
	return d.String()
}
