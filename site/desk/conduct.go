package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"temwen/conduct"
	"temwen/dossier"
	"temwen/office"
	"temwen/publish"
	"temwen/when"
)

// Conduct is the tables of conduct: a *gate.Conduct, which asks whether the officer
// may. What may not be is a *conduct.Refused or an *office.Refused.
type Conduct interface {
	Prepare(ctx context.Context, a conduct.Ask) (conduct.Ask, []conduct.Published, error)
	Asked(ctx context.Context, mission string) (*conduct.Ask, error)
	Tables(ctx context.Context, mission string) ([]conduct.Stored, error)
	Ask(ctx context.Context, by string, a conduct.Ask) error
	Withdraw(ctx context.Context, by, mission string, asked uint64) error
	Publish(ctx context.Context, by, mission string, asked uint64) ([]conduct.Published, error)
}

// figures lists the missions whose conduct can be told in numbers.
type figures struct {
	Rows []figuresRow
}

type figuresRow struct {
	ID      string
	Mission text
	Last    string // the last edition, in words
	State   string // what of the next waits
}

// edition is what the page of a mission's tables shows.
type edition struct {
	ID        string
	Mission   text
	Last      string // the last edition, in words; empty where there is none
	N         int    // of the edition that the tables are of
	Through   string
	Terms     string // the version of the vocabulary that the tables are classed by
	Before    string // that of the last edition, where it is another
	Nothing   bool   // no month more than the last edition
	Asked     *editionAsked
	Withdrawn string
	May       map[string]bool
	Publisher string // who may publish
	Reasons   []option
	Why       *conduct.Reason
	Revised   []revisedRow
	// Come and Gone are whom it counts and the last edition did not, and the other way round.
	Come, Gone []text
	Counts     []countTable
	Waits      []waitsRow
	Ages       []string
	Silence    text // the rule of who counts as silent
	Least      int
	// What the tables are of, for the form that asks for them.
	Counted, Digest, Instead string
}

type editionAsked struct {
	Index, By, On string
	Mine          bool
}

type revisedRow struct {
	Count, Where text
	Month        string
	Old, New     string
}

// countTable is one count: its months, the latest first.
type countTable struct {
	Name, Rule text
	Part       bool // it says more of the count before it
	Columns    []text
	Rows       []countRow
	Foot       []shownCell
}

type countRow struct {
	Month string
	New   bool // the last edition did not have it
	Cells []shownCell
}

type shownCell struct {
	Words string
	Kept  bool
}

type waitsRow struct {
	Who, Silent string
	Since       string
	Steps       []string
}

// overall is a handler for those who may see all cases.
func overall(serve func(*work) error) func(*work) error {
	return func(w *work) error {
		if office.May(w.state, w.officer.ID, office.SeeCases, office.Unrelated) {
			return serve(w)
		}
		return &office.Refused{Code: office.CodeRole, Action: office.SeeCases}
	}
}

// figuresPage lists the missions.
func (w *work) figuresPage() error {
	b := new(figures)
	for _, m := range w.view.Missions {
		if m.Force == "" {
			continue
		}
		row := figuresRow{ID: m.ID, Mission: w.text(m.Name)}
		tables, err := w.conduct.Tables(w.Context(), m.ID)
		if err != nil {
			return err
		}
		if len(tables) > 0 {
			row.Last = w.lastEdition(&tables[len(tables)-1])
		}
		asked, err := w.conduct.Asked(w.Context(), m.ID)
		if err != nil {
			return err
		}
		if asked != nil && asked.Withdrawn == "" {
			row.State = w.words.Say("tables.asked", "n", asked.Edition, "by", w.nameOf(asked.By), "day", w.words.Day(asked.On))
		}
		b.Rows = append(b.Rows, row)
	}
	w.show(&page{visit: w.visit, Template: "conduct-missions", Nav: "conduct", Title: w.words.Say("tables.title"), Body: b})
	return nil
}

func (w *work) lastEdition(t *conduct.Stored) string {
	return w.words.Say("conduct.edition", "n", t.Edition, "day", w.words.Day(when.Day(t.Day)), "month", w.calendarMonth(t.Through))
}

// force is the mission of the address.
func (w *work) force() (*dossier.Mission, error) {
	m := w.view.Mission(w.PathValue("mission"))
	if m == nil || m.Force == "" {
		return nil, errNoPage
	}
	return m, nil
}

// nextEdition is the edition that would be published: the one that is asked for, or the
// one that could be.
func (w *work) nextEdition(m *dossier.Mission, asked *conduct.Ask) (conduct.Ask, []conduct.Published, error) {
	if asked != nil && asked.Withdrawn == "" {
		return w.conduct.Prepare(w.Context(), *asked)
	}
	ask := w.view.ConductAsk(m)
	ask.Invented = w.desk.options.Demo
	if asked != nil {
		ask.Instead = asked.Index
	}
	return w.conduct.Prepare(w.Context(), ask)
}

// editionPage shows a mission's tables as they would be published.
func (w *work) editionPage() error {
	m, err := w.force()
	if err != nil {
		return err
	}
	asked, err := w.conduct.Asked(w.Context(), m.ID)
	if err != nil {
		return err
	}
	before, err := w.conduct.Tables(w.Context(), m.ID)
	if err != nil {
		return err
	}
	ask, tables, err := w.nextEdition(m, asked)
	if r := (*conduct.Refused)(nil); err != nil && !(errors.As(err, &r) && r.Code == conduct.CodeWhy) {
		return err
	}
	b, err := w.edition(m, &ask, before, tables)
	if err != nil {
		return err
	}
	if asked != nil {
		b.waits(w, asked)
	}
	w.show(&page{
		visit: w.visit, Template: "conduct-edition", Nav: "conduct",
		Title: w.words.Say("tables.of", "mission", b.Mission.Words), Body: b,
	})
	return nil
}

// waits adds what was asked for.
func (b *edition) waits(w *work, asked *conduct.Ask) {
	if asked.Withdrawn != "" {
		b.Withdrawn = w.words.Say("tables.withdrawn", "by", w.nameOf(asked.Withdrawn), "asker", w.nameOf(asked.By), "day", w.words.Day(asked.On))
		return
	}
	b.Asked = &editionAsked{
		Index: strconv.FormatUint(asked.Index, 10), By: w.nameOf(asked.By), On: w.words.Day(asked.On), Mine: asked.By == w.officer.ID,
	}
	b.Why = asked.Why
}

func (w *work) edition(m *dossier.Mission, ask *conduct.Ask, before []conduct.Stored, tables []conduct.Published) (*edition, error) {
	b := &edition{
		ID: m.ID, Mission: w.text(m.Name), N: ask.Edition, Through: w.calendarMonth(ask.Through), Least: ask.Least,
		Reasons: w.worded("conduct.why.", conduct.ReasonCodes),
		Counted: strconv.FormatUint(ask.Counted, 10), Digest: ask.Digest, Instead: strconv.FormatUint(ask.Instead, 10),
		May: map[string]bool{
			"ask":     office.May(w.state, w.officer.ID, office.AskPublication, office.Unrelated),
			"publish": office.May(w.state, w.officer.ID, office.Publish, office.Unrelated),
			"drop":    office.May(w.state, w.officer.ID, office.DropPublication, office.Unrelated),
		},
	}
	for _, o := range w.state.WhoMay(office.Publish) {
		b.Publisher = w.words.List(slices.DeleteFunc([]string{b.Publisher, o.Name}, func(s string) bool { return s == "" }))
	}
	through := conduct.Month(-1)
	if len(before) > 0 {
		last := &before[len(before)-1]
		b.Last, through, b.Nothing = w.lastEdition(last), last.Through, last.Through == ask.Through
		come, gone := w.view.Rescoped(&last.Scope, &ask.Scope)
		b.Come, b.Gone = w.columns(come), w.columns(gone)
	}
	stored := make([]conduct.Stored, len(tables))
	for i := range tables {
		stored[i] = conduct.Stored{Day: int64(w.today), Published: tables[i]}
	}
	c, err := w.view.ConductOf(m.ID, stored)
	if err != nil {
		return nil, err
	}
	if len(tables) > 0 {
		b.Terms = tables[0].Terms
		if len(before) > 0 && before[len(before)-1].Terms != b.Terms {
			b.Before = before[len(before)-1].Terms
		}
	}
	for i := range c.Tables {
		b.Counts = append(b.Counts, w.countTable(&c.Tables[i], through))
	}
	for _, note := range c.Editions {
		for _, r := range note.Revised {
			row := revisedRow{Count: w.text(r.Name), Month: w.calendarMonth(r.Month), Old: w.shown(r.Old, ask.Least).Words, New: w.shown(r.New, ask.Least).Words}
			if r.Column != "" {
				row.Where = w.column(r.Actor)
			}
			b.Revised = append(b.Revised, row)
		}
	}
	for i, from := range conduct.Ages {
		if i+1 < len(conduct.Ages) {
			b.Ages = append(b.Ages, w.words.Say("conduct.age", "from", from, "to", conduct.Ages[i+1]-1))
		} else {
			b.Ages = append(b.Ages, w.words.Say("conduct.age.over", "n", from-1))
		}
	}
	b.Silence = w.text(conduct.CurrentRules().Silent)
	for _, wait := range c.Waits {
		b.Waits = append(b.Waits, w.waitsRow(&wait, ask.Least))
	}
	return b, nil
}

// countTable is one count; through is the last month that was published before.
func (w *work) countTable(t *publish.ConductTable, through conduct.Month) countTable {
	c := countTable{Name: w.text(t.Name), Rule: w.text(t.Rule), Part: conduct.RulesOf(t.Rules).Count(t.Count).Of != ""}
	c.Columns = w.columns(t.Actors)
	row := func(cells []conduct.Shown, total conduct.Shown) []shownCell {
		list := make([]shownCell, 0, len(cells)+1)
		for _, s := range append(slices.Clone(cells), total) {
			list = append(list, w.shown(s, t.Least))
		}
		return list
	}
	for i := len(t.Months) - 1; i >= 0; i-- {
		if t.Rows[i] != 0 {
			c.Rows = append(c.Rows, countRow{Month: w.calendarMonth(t.Months[i]), New: t.Months[i] > through, Cells: row(t.Cells[i], t.Rows[i])})
		}
	}
	c.Foot = row(t.Foot, t.All)
	return c
}

func (w *work) columns(actors []publish.ActorRef) (names []text) {
	for _, a := range actors {
		names = append(names, w.column(a))
	}
	return names
}

// column names who a column is about.
func (w *work) column(a publish.ActorRef) text {
	if a.ID == conduct.Several {
		return text{Words: w.words.Say("conduct.several")}
	}
	return w.text(a.Name)
}

// shown writes a number, or that it is kept back.
func (w *work) shown(s conduct.Shown, least int) shownCell {
	switch n, shown := s.Number(); {
	case shown:
		return shownCell{w.words.Number(float64(n)), false}
	case s == conduct.Few:
		return shownCell{w.words.Say("conduct.few", "n", least), true}
	}
	return shownCell{w.words.Say("conduct.withheld"), true}
}

func (w *work) waitsRow(wait *publish.ConductWait, least int) waitsRow {
	r := waitsRow{Who: w.words.Say("procedure.role." + wait.Role)}
	if wait.Actor != nil {
		r.Who = w.text(wait.Actor.Name).Words
	}
	if wait.Since != nil {
		r.Since = w.words.Say("conduct.silent.since", "month", w.calendarMonth(*wait.Since))
		r.Silent = w.words.Say("conduct.silent.steps", "n", w.roughly(wait.Silent, least))
	}
	for _, s := range wait.Steps {
		r.Steps = append(r.Steps, w.roughly(s, least))
	}
	return r
}

// roughly writes a number that is told only roughly.
func (w *work) roughly(s conduct.Shown, least int) string {
	if n, shown := s.Number(); shown && n > 0 {
		return w.words.Say("conduct.or-more", "n", n)
	}
	return w.shown(s, least).Words
}

// calendarMonth is a month in words.
func (w *work) calendarMonth(m conduct.Month) string {
	d, err := when.Parse(m.String())
	if err != nil {
		return m.String()
	}
	return w.words.Date(d)
}

// askEdition asks for the tables that the officer saw.
func (w *work) askEdition() error {
	m, err := w.force()
	if err != nil {
		return err
	}
	ask := w.view.ConductAsk(m)
	ask.Invented = w.desk.options.Demo
	counted, err1 := strconv.ParseUint(w.form.Get("counted"), 10, 63)
	instead, err2 := strconv.ParseUint(w.form.Get("instead"), 10, 63)
	if err1 != nil || err2 != nil || counted == 0 {
		return errBadForm
	}
	ask.Counted, ask.Instead = counted, instead
	ask, _, err = w.conduct.Prepare(w.Context(), ask)
	if r := (*conduct.Refused)(nil); err != nil && !(errors.As(err, &r) && r.Code == conduct.CodeWhy) {
		return err
	}
	if ask.Digest != w.form.Get("digest") { // not what the officer saw
		return &conduct.Refused{Code: conduct.CodeOtherwise}
	}
	if err != nil {
		ask.Why = &conduct.Reason{Code: w.form.Get("why"), Text: strings.Join(strings.Fields(w.form.Get("because")), " ")}
		if ask, _, err = w.conduct.Prepare(w.Context(), ask); err != nil {
			return err
		}
	}
	if err := w.conduct.Ask(w.Context(), w.officer.ID, ask); err != nil {
		return err
	}
	w.done("edition-asked")
	return w.next(w.href("conduct", m.ID))
}

// publishEdition is the decision of the second person.
func (w *work) publishEdition() error {
	return w.decideEdition("edition-published", func(mission string, asked uint64) error {
		_, err := w.conduct.Publish(w.Context(), w.officer.ID, mission, asked)
		return err
	})
}

// withdrawEdition takes back what was asked for.
func (w *work) withdrawEdition() error {
	return w.decideEdition("edition-withdrawn", func(mission string, asked uint64) error {
		return w.conduct.Withdraw(w.Context(), w.officer.ID, mission, asked)
	})
}

func (w *work) decideEdition(done string, decide func(mission string, asked uint64) error) error {
	m, err := w.force()
	if err != nil {
		return err
	}
	asked, err := strconv.ParseUint(w.form.Get("asked"), 10, 63)
	if err != nil {
		return errBadForm
	}
	if err := decide(m.ID, asked); err != nil {
		return err
	}
	w.done(done)
	return w.next(w.href("conduct", m.ID))
}

// notTold shows why an edition may not be asked for, published or withdrawn, and
// what the one who was faster did.
func (w *work) notTold(r *conduct.Refused) error {
	status := http.StatusConflict
	switch r.Code {
	case conduct.CodeFourEyes:
		status = http.StatusForbidden
	case conduct.CodeMalformed, conduct.CodeReason, conduct.CodeWhy:
		status = http.StatusBadRequest
	}
	b := &refusedBody{
		Title: w.words.Say("tables.refused."+r.Code, "by", w.nameOf(r.By)), Do: w.words.Say("tables.refused." + r.Code + ".means"),
		Back: w.href("conduct", w.PathValue("mission")),
	}
	w.show(&page{visit: w.visit, Template: "case-refused", Nav: "conduct", Title: b.Title, Status: status, Body: b})
	return nil
}

// Changed reports whether the edition shows numbers or counts somebody otherwise than the last.
func (b *edition) Changed() bool { return len(b.Revised)+len(b.Come)+len(b.Gone) > 0 }

// NeedsWhy reports whether the edition must say why.
func (b *edition) NeedsWhy() bool { return len(b.Revised)+len(b.Gone) > 0 }

// HasConduct reports whether the officer is shown the tables of conduct.
func (p *page) HasConduct() bool {
	c := p.desk.options.Casework
	return c != nil && c.Conduct != nil && office.May(p.state, p.officer.ID, office.SeeCases, office.Unrelated)
}

// Column is the words of a column of a table, for the label of a cell.
func (c countTable) Column(i int, total string) string {
	if i < len(c.Columns) {
		return c.Columns[i].Words
	}
	return total
}
