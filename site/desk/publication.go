package desk

import (
	"slices"
	"strconv"

	"temwen/casework"
	"temwen/office"
)

// What is public of cases, what somebody asks to make public or to take back, and
// what else waits for a second officer's decision.

// fieldRow is a field of a public case, and what it shows.
type fieldRow struct {
	Name  string
	Lines []text
}

// changedRow is a field that shows something else than it did.
type changedRow struct {
	Name     string
	Old, New []text
}

// standsRow is what is public of a case.
type standsRow struct {
	Day    string
	Entry  string
	Fields []fieldRow
	// Outdated is what the case does not say any more today.
	Outdated []changedRow
}

// requestRow is what somebody asks to make public, or to take back.
type requestRow struct {
	caseRow
	Index, Seen  string
	By, Role, On string
	Mine         bool
	Retract      bool
	Why, Ground  string
	Fields       []fieldRow // as they would be published now
	// What is not as it was when this was asked for, and the last change of it.
	Changed      []changedRow
	Coded, Taken bool
	Changes      string
	// Against says that who reported does not allow it, so that nobody may publish it.
	Against bool
	May     map[string]bool
}

// lines are what a field of a public case shows.
func (w *work) lines(p *casework.Published, field string) (list []text) {
	for _, l := range w.view.CaseLines(w.said, p, field) {
		t := w.text(l.Text)
		if l.Words != "" {
			t.Words = w.said.Label(t.Words, l.Words)
			if l.Text == nil {
				t.Words = l.Words
			}
		}
		list = append(list, t)
	}
	return list
}

func (w *work) fieldRows(p *casework.Published) (rows []fieldRow) {
	for _, f := range p.Fields {
		rows = append(rows, fieldRow{w.words.Say("case.field." + f), w.lines(p, f)})
	}
	return rows
}

func (w *work) changedRows(old, now *casework.Published, fields []string) (rows []changedRow) {
	for _, f := range fields {
		rows = append(rows, changedRow{w.words.Say("case.field." + f), w.lines(old, f), w.lines(now, f)})
	}
	return rows
}

// standsOf is what is public of a case; nil where nothing is.
func (w *work) standsOf(c *casework.Case) *standsRow {
	if c.Stands == nil {
		return nil
	}
	return &standsRow{
		Day: w.words.Day(c.ShownOn), Entry: strconv.FormatUint(c.Shown, 10), Fields: w.fieldRows(c.Stands),
		Outdated: w.changedRows(c.Stands, c.Today(c.Stands.Fields), c.Outdated()),
	}
}

// requestOf is what somebody asks of a case; nil where nobody does.
func (w *work) requestOf(c *casework.Case) (*requestRow, error) {
	asked := c.Asked
	if asked == nil {
		return nil, nil
	}
	r := &requestRow{
		caseRow: w.caseRow(c), Index: strconv.FormatUint(asked.Index, 10), Seen: strconv.FormatUint(c.Changed, 10),
		By: w.Name(asked.By), Role: w.roleOf(asked.By), On: w.words.Day(asked.On), Mine: asked.By == w.officer.ID,
		Retract: len(asked.Fields) == 0, May: w.can(c),
	}
	if r.Retract {
		r.Ground = w.words.Say("case.retract.ground." + asked.Ground)
		return r, nil
	}
	if asked.Why != "" {
		r.Why = w.words.Say("case.publish.why." + asked.Why)
	}
	r.Fields = w.fieldRows(c.Today(asked.Fields))
	if ch := c.SinceAsked(); ch != nil {
		r.Changed = w.changedRows(asked.Was, c.Today(casework.PublicFields), ch.Fields)
		r.Coded, r.Taken, r.Changes = ch.Coded, ch.Taken, strconv.FormatUint(ch.Seen, 10)
	}
	rests, err := w.desk.inbox.RestsOf(w.Context(), c.ID)
	if err == nil {
		r.Against = !rests.Publishable()
	}
	return r, err
}

// roleOf are the roles of an officer in words; empty in an undivided office.
func (w *work) roleOf(id string) string {
	o := w.state.Officer(id)
	if o == nil || !w.state.Divided {
		return ""
	}
	return (&page{visit: w.visit}).RoleNames(*o)
}

// editionRow is an edition of a mission's tables that waits for a second officer.
type editionRow struct {
	ID           string
	Mission      text
	N            int
	Through      string
	By, Role, On string
	Mine         bool
}

// editions are those that wait, for who may see them.
func (w *work) editions() (rows []editionRow, err error) {
	if w.conduct == nil || !office.May(w.state, w.officer.ID, office.SeeCases, office.Unrelated) {
		return nil, nil
	}
	for _, m := range w.view.Missions {
		if m.Force == "" {
			continue
		}
		asked, err := w.conduct.Asked(w.Context(), m.ID)
		if err != nil {
			return nil, err
		}
		if asked != nil && asked.Withdrawn == "" {
			rows = append(rows, editionRow{
				ID: m.ID, Mission: w.text(m.Name), N: asked.Edition, Through: w.calendarMonth(asked.Through),
				By: w.Name(asked.By), Role: w.roleOf(asked.By), On: w.words.Day(asked.On), Mine: asked.By == w.officer.ID,
			})
		}
	}
	return rows, nil
}

// decisionsBody is what the page of decisions shows.
type decisionsBody struct {
	Requests []requestRow
	Editions []editionRow
	// Outdated are the public cases that are not as the case is today.
	Outdated []outdatedRow
	Public   int // how many cases are public
}

type outdatedRow struct {
	caseRow
	*standsRow
	Asked bool // somebody asks for a change already
}

// decisionsPage shows what waits for a decision, and what is public of cases and
// should be decided on again.
func (w *work) decisionsPage() error {
	b := new(decisionsBody)
	requested, err := w.cases.Requested(w.Context())
	if err != nil {
		return err
	}
	for _, c := range requested {
		r, err := w.requestOf(c)
		if err != nil {
			return err
		}
		b.Requests = append(b.Requests, *r)
	}
	if b.Editions, err = w.editions(); err != nil {
		return err
	}
	standing, err := w.cases.Standing(w.Context())
	if err != nil {
		return err
	}
	b.Public = len(standing)
	for _, c := range standing {
		if len(c.Outdated()) > 0 {
			b.Outdated = append(b.Outdated, outdatedRow{w.caseRow(c), w.standsOf(c), c.Asked != nil})
		}
	}
	w.show(&page{visit: w.visit, Template: "decisions", Nav: "decisions", Title: w.words.Say("decisions.title"), Body: b})
	return nil
}

// Decisions is how many requests wait for the officer: of others, where they may
// decide.
func (p *page) Decisions() (n int) {
	if !p.HasCases() || !p.MayAll(string(office.Publish)) {
		return 0
	}
	_ = p.desk.work(func(w *work) error { // the page itself says what is wrong
		requested, err := w.cases.Requested(w.Context())
		if err != nil {
			return err
		}
		n += len(slices.DeleteFunc(requested, func(c *casework.Case) bool { return c.Asked.By == w.officer.ID }))
		editions, err := w.editions()
		n += len(slices.DeleteFunc(editions, func(e editionRow) bool { return e.Mine }))
		return err
	})(p.visit)
	return n
}

// askPublication asks for what the officer marked on the form.
func (w *work) askPublication(c *casework.Case) error {
	ask := casework.AskPublication{Fields: w.form["field"]}
	if c.Stands != nil {
		ask.Why = w.form.Get("why")
	}
	return w.deal(ask, "case-asked", "#public")
}

// decided does what the second officer decides on a request, or withdraws it.
func (w *work) decided(done string, command func(asked uint64) casework.Command) error {
	asked, err := strconv.ParseUint(w.form.Get("asked"), 10, 63)
	if err != nil {
		return errBadForm
	}
	return w.deal(command(asked), done, "#public")
}

// publish is the decision of the second person, on what the first has asked for.
func (w *work) publish() error {
	changes, err := strconv.ParseUint(w.form.Get("changes"), 10, 63)
	if err != nil && w.form.Get("changes") != "" {
		return errBadForm
	}
	return w.decided("case-published", func(asked uint64) casework.Command {
		return casework.Publish{Asked: asked, Seen: changes, Invented: w.desk.options.Demo}
	})
}
