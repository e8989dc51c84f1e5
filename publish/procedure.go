package publish

import (
	"slices"
	"strings"

	"temwen/dossier"
	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// ProcedureLine is a procedure as a list names it.
type ProcedureLine struct {
	ID         string           `json:"id"`
	Title      locale.Text      `json:"title"`
	Track      instrument.Track `json:"track"`
	Instrument ProvisionRef     `json:"instrument"` // without a clause
	// Mission is the one whose cases follow it: the mission asked about, or one
	// before it whose duties it carries on. Empty: a model, for comparison.
	Mission   string      `json:"mission,omitempty"`
	Applies   locale.Text `json:"applies"`
	Count     int         `json:"count"`     // of its steps
	Unclocked int         `json:"unclocked"` // those without a period in the text
	// Known is how well the clauses of its steps are known.
	Known   ClausesKnown `json:"known"`
	Sources []string     `json:"sources"`
}

// ClausesKnown is how many steps of a procedure rest on a clause that was read in the
// text, that was only reported, and that nobody has read.
type ClausesKnown struct {
	Text       int `json:"text"`
	Reported   int `json:"reported"`
	Unverified int `json:"unverified"`
}

// KnownClauses counts the steps of a procedure by how well their clauses are known.
func KnownClauses(d *dossier.Dossier, p *dossier.Procedure) (known ClausesKnown) {
	for i := range p.Steps {
		_, clause := d.Provision(p.Clause(p.Steps[i].Provision))
		switch {
		case clause == nil:
		case clause.Knowledge == instrument.ReadInText:
			known.Text++
		case clause.Knowledge == instrument.Reported:
			known.Reported++
		default:
			known.Unverified++
		}
	}
	return known
}

// ProcedureExplained is a procedure with everything that its steps cite, and
// how well each is known.
type ProcedureExplained struct {
	ProcedureLine
	Steps   []ProcedureStep `json:"steps"`
	Ends    []ProcedureEnd  `json:"ends"`
	Further []ClauseLine    `json:"further,omitempty"`
	Note    locale.Text     `json:"note,omitempty"`
}

// ClauseLine is a clause with what a reader should know of it.
type ClauseLine struct {
	ProvisionRef
	Note locale.Text `json:"note,omitempty"`
}

// ProcedureStep is one step: who must act, by when, and what follows.
type ProcedureStep struct {
	N         int             `json:"n"` // from 1
	ID        string          `json:"id"`
	Title     locale.Text     `json:"title"`
	Who       instrument.Role `json:"who"`
	Toward    instrument.Role `json:"toward"`
	Form      instrument.Form `json:"form"`
	Asks      locale.Text     `json:"asks"`
	Clause    ClauseLine      `json:"clause"`
	Within    when.Period     `json:"within,omitzero"`
	Working   bool            `json:"working,omitempty"`
	Words     locale.Text     `json:"words,omitempty"` // the text's own, where it sets no period
	Benchmark *StepBenchmark  `json:"benchmark,omitempty"`
	Extension *StepExtension  `json:"extension,omitempty"` // nil where the text does not say
	// Counts says that some of these are in working days, and Holidays what those leave out;
	// nil where nobody knows which holidays count.
	Counts    bool               `json:"counts_working_days,omitempty"`
	Holidays  *Holidays          `json:"holidays,omitempty"`
	Discharge locale.Text        `json:"discharge"`
	Follows   []ProcedureFollows `json:"follows"` // its answers, then silence
	Note      locale.Text        `json:"note,omitempty"`
}

// StepBenchmark is the period that another clause gives for the like.
type StepBenchmark struct {
	Within  when.Period `json:"within"`
	Working bool        `json:"working,omitempty"`
	Clause  ClauseLine  `json:"clause"`
	// From is what it counts from; the step's beginning where empty.
	From instrument.From `json:"from,omitempty"`
}

// StepExtension is how far a period may be extended, as in instrument.Extension.
type StepExtension struct {
	AtMost  when.Period `json:"at_most,omitzero"`
	Working bool        `json:"working,omitempty"`
	Times   int         `json:"times,omitempty"`
	Clause  ClauseLine  `json:"clause"`
}

// Holidays are what working days leave out, as in instrument.Holidays.
type Holidays struct {
	Yearly []string    `json:"yearly,omitempty"`
	Days   []when.Date `json:"days,omitempty"`
	Clause ClauseLine  `json:"clause"`
}

// Holidays are those of a procedure with their clause; nil where nobody knows them.
func (v *View) Holidays(p *instrument.Procedure) *Holidays {
	if p.Holidays == nil {
		return nil
	}
	return &Holidays{p.Holidays.Yearly, p.Holidays.Days, v.clause(p.Clause(p.Holidays.Provision))}
}

// ProcedureFollows is where an answer, or silence, leads.
type ProcedureFollows struct {
	ID      string                `json:"id,omitempty"`
	Title   locale.Text           `json:"title"`
	Kind    instrument.AnswerKind `json:"kind,omitempty"`
	Silence bool                  `json:"silence,omitempty"`
	Then    []Next                `json:"then"`
}

// Next is what follows: a step by its number, an end by its letter, or the step
// itself, which stays open.
type Next struct {
	ID   string `json:"id"`
	Step int    `json:"step,omitempty"`
	End  string `json:"end,omitempty"`
	Same bool   `json:"same,omitempty"`
}

// ProcedureEnd is where a procedure can end.
type ProcedureEnd struct {
	Letter  string             `json:"letter"`
	ID      string             `json:"id"`
	Title   locale.Text        `json:"title"`
	Outcome instrument.Outcome `json:"outcome"`
	// HandsOn is where the allegation goes on, or nil.
	HandsOn *HandsOn `json:"hands_on,omitempty"`
}

// HandsOn is the procedure in which an allegation goes on after an end.
type HandsOn struct {
	To    string      `json:"to"`
	Title locale.Text `json:"title"`
	// FromHandOver says that the first step there begins on the day of the hand-over.
	FromHandOver bool `json:"from_hand_over,omitempty"`
}

// ProceduresOf are the procedures of a mission in the order of their tracks,
// those of the missions whose duties it carries on, then models. It errs with a
// NotFoundError where the mission was not known on the day.
func (v *View) ProceduresOf(mission string) ([]ProcedureLine, error) {
	if _, err := v.mission(mission); err != nil {
		return nil, err
	}
	lines := []ProcedureLine{}
	for _, p := range v.Procedures {
		if of, ok := v.followsIn(p, mission); ok {
			lines = append(lines, v.procedureLine(p, of))
		}
	}
	slices.SortStableFunc(lines, func(a, b ProcedureLine) int {
		if (a.Mission == "") != (b.Mission == "") {
			return strings.Compare(b.Mission, a.Mission)
		}
		return slices.Index(instrument.Tracks, a.Track) - slices.Index(instrument.Tracks, b.Track)
	})
	return lines, nil
}

// followsIn says whether a mission's cases follow a procedure, or can be compared
// with it, and whose it is.
func (v *View) followsIn(p *dossier.Procedure, mission string) (of string, ok bool) {
	if len(p.Missions) == 0 {
		return "", true
	}
	for _, m := range v.carried(mission) {
		if slices.Contains(p.Missions, m) {
			return m, true
		}
	}
	return "", false
}

// carried are a mission and those before it whose duties it carries on.
func (v *View) carried(mission string) []string {
	list := []string{mission}
	for i := 0; i < len(list); i++ {
		m := v.Mission(list[i])
		if m == nil {
			continue
		}
		for _, s := range m.Succeeds {
			if s.How != "follows" && !slices.Contains(list, s.Mission) {
				list = append(list, s.Mission)
			}
		}
	}
	return list
}

func (v *View) procedureLine(p *dossier.Procedure, of string) ProcedureLine {
	l := ProcedureLine{
		ID: p.ID, Title: p.Title, Track: p.Track, Instrument: v.provision(p.Instrument), Mission: of,
		Applies: p.Applies, Count: len(p.Steps), Sources: p.Sources, Known: KnownClauses(v.Dossier, p),
	}
	for i := range p.Steps {
		if p.Steps[i].Clock.Unclocked() {
			l.Unclocked++
		}
	}
	return l
}

// ExplainProcedure is the full account of one procedure of a mission. It errs
// with a NotFoundError where either was not known on the day.
func (v *View) ExplainProcedure(mission, id string) (*ProcedureExplained, error) {
	lines, err := v.ProceduresOf(mission)
	if err != nil {
		return nil, err
	}
	missing := &NotFoundError{Kind: "procedure", ID: mission + "/" + id, AsOf: v.AsOf}
	for i := range lines {
		if lines[i].ID == id {
			return v.explainProcedure(v.Procedure(id), lines[i]), nil
		}
		missing.Known = append(missing.Known, mission+"/"+lines[i].ID)
	}
	return nil, missing
}

func (v *View) explainProcedure(p *dossier.Procedure, line ProcedureLine) *ProcedureExplained {
	e := &ProcedureExplained{ProcedureLine: line, Note: p.Note}
	for _, clause := range p.Provisions {
		e.Further = append(e.Further, v.clause(p.Clause(clause)))
	}
	for i := range p.Steps {
		e.Steps = append(e.Steps, v.procedureStep(p, i))
	}
	for i, end := range p.Ends {
		e.Ends = append(e.Ends, ProcedureEnd{letter(i), end.ID, end.Title, end.Outcome, v.handsOn(end.HandsOn)})
	}
	return e
}

func (v *View) handsOn(on *instrument.HandOn) *HandsOn {
	if on == nil {
		return nil
	}
	h := &HandsOn{To: on.To, FromHandOver: on.FromHandOver}
	if next := v.Procedure(on.To); next != nil {
		h.Title = next.Title
	}
	return h
}

// letter is A for 0, Z for 25, AA for 26.
func letter(i int) string {
	if i >= 26 {
		return letter(i/26-1) + letter(i%26)
	}
	return string(rune('A' + i))
}

func (v *View) clause(id string) ClauseLine {
	l := ClauseLine{ProvisionRef: v.provision(id)}
	if in, p := v.Provision(id); p != nil {
		l.Note, l.Sources = p.Note, p.CitedBy(in) // what nobody has read rests on no source
	}
	return l
}

func (v *View) procedureStep(p *dossier.Procedure, i int) ProcedureStep {
	s := &p.Steps[i]
	step := ProcedureStep{
		N: i + 1, ID: s.ID, Title: s.Title, Who: s.Who, Toward: s.Toward, Form: s.Form, Asks: s.Asks,
		Clause: v.clause(p.Clause(s.Provision)), Within: s.Clock.Within, Working: s.Clock.Working,
		Words: s.Clock.Words, Discharge: s.Discharge, Note: s.Note,
	}
	if s.Clock.Of != "" {
		step.Benchmark = &StepBenchmark{s.Clock.Benchmark, s.Clock.BenchmarkWorking, v.clause(p.Clause(s.Clock.Of)), s.Clock.From}
	}
	if e := s.Clock.Extension; e != nil {
		step.Extension = &StepExtension{e.AtMost, e.Working, e.Times, v.clause(p.Clause(e.Provision))}
	}
	if step.Counts = s.Clock.Counts(); step.Counts {
		step.Holidays = v.Holidays(p)
	}
	for _, b := range s.Branches() {
		f := ProcedureFollows{ID: b.ID, Title: b.Title, Kind: b.Kind, Silence: b == s.Silence}
		for _, id := range b.Then {
			f.Then = append(f.Then, next(p, s.ID, id))
		}
		step.Follows = append(step.Follows, f)
	}
	return step
}

// next is where an ID leads from a step.
func next(p *dossier.Procedure, from, id string) Next {
	n := Next{ID: id, Same: id == from}
	n.Step = 1 + slices.IndexFunc(p.Steps, func(s instrument.Step) bool { return s.ID == id })
	if n.Step == 0 {
		n.End = letter(slices.IndexFunc(p.Ends, func(e instrument.End) bool { return e.ID == id }))
	}
	return n
}

// Duty says who must act toward whom, and how.
func (w Words) Duty(s *ProcedureStep) string {
	role := func(r instrument.Role) string { return w.Say("procedure.role." + string(r)) }
	return capital(w.Say("procedure.duty", "who", role(s.Who), "toward", role(s.Toward), "form", w.Say("procedure.form."+string(s.Form))))
}

// StepTime says by when a step must be done: its period, or the text's own
// words.
func (w Words) StepTime(s *ProcedureStep) string {
	if !s.Within.IsZero() {
		return w.Say("procedure.within", "period", w.Period(s.Within, s.Working))
	}
	return w.Text(s.Words)
}

// StepBenchmark says what another clause gives for the like, and how well that
// clause is known.
func (w Words) StepBenchmark(b *StepBenchmark) string {
	if b == nil {
		return ""
	}
	said := w.Say("procedure.benchmark", "period", w.Period(b.Within, b.Working), "clause", w.Clause(b.Clause.ProvisionRef), "knowledge", w.Say("knowledge."+string(b.Clause.Knowledge)))
	if b.From != "" {
		said += " " + w.Say("procedure.benchmark.from-"+string(b.From))
	}
	return said
}

// StepExtension says how far a period may be extended, and which clause says so.
func (w Words) StepExtension(e *StepExtension) string {
	if e == nil {
		return ""
	}
	known := ""
	if e.Clause.Knowledge != "" { // else the dossier has no such clause any more
		known = w.Say("knowledge." + string(e.Clause.Knowledge))
	}
	return w.Say("procedure.extension", "limit", w.ExtensionLimit(e.AtMost, e.Working, e.Times), "clause", w.Clause(e.Clause.ProvisionRef), "knowledge", known)
}

// ExtensionLimit says how long an extension may be and how many there may be, of which
// one is given: "can be extended once, by at most 90 days".
func (w Words) ExtensionLimit(atMost when.Period, working bool, times int) string {
	switch {
	case atMost.IsZero():
		return w.Say("procedure.extension.often", "n", times)
	case times == 0:
		return w.Say("procedure.extension.long", "period", w.Period(atMost, working))
	}
	return w.Say("procedure.extension.both", "n", times, "period", w.Period(atMost, working))
}

// WorkingDays says what working days leave out: holidays by which clause, or that they are
// not known.
func (w Words) WorkingDays(h *Holidays) string {
	if h == nil {
		return w.Say("procedure.working.unknown")
	}
	known := ""
	if h.Clause.Knowledge != "" { // else the dossier has no such clause any more
		known = w.Say("knowledge." + string(h.Clause.Knowledge))
	}
	return w.Say("procedure.working.known", "clause", w.Clause(h.Clause.ProvisionRef), "knowledge", known)
}

// StepWorking says what the working days of a step leave out; empty where it counts none.
func (w Words) StepWorking(s *ProcedureStep) string {
	if !s.Counts {
		return ""
	}
	return w.WorkingDays(s.Holidays)
}

// ClausesKnown says how many steps rest on clauses that were read, only reported, and
// neither; steps is how many there are.
func (w Words) ClausesKnown(k ClausesKnown, steps int) string {
	return w.Say("procedure.known", "n", steps, "text", k.Text, "reported", k.Reported, "unverified", k.Unverified)
}

// HandsOn says in which procedure an allegation goes on after an end, and from when the
// first step there counts; empty where it does not.
func (w Words) HandsOn(h *HandsOn) string {
	if h == nil {
		return ""
	}
	title := w.Text(h.Title)
	if title == "" {
		title = h.To
	}
	if h.FromHandOver {
		return w.Say("procedure.hands-on.same-day", "procedure", title)
	}
	return w.Say("procedure.hands-on", "procedure", title)
}

// Then says where an answer, or silence, leads: "step 3, end A".
func (w Words) Then(f *ProcedureFollows) string {
	list := make([]string, len(f.Then))
	for i, n := range f.Then {
		switch {
		case n.Same:
			list[i] = w.Say("procedure.next.same")
		case n.Step > 0:
			list[i] = w.Say("procedure.next.step", "step", n.Step)
		default:
			list[i] = w.Say("procedure.next.end", "end", n.End)
		}
	}
	return w.List(list)
}

// Answered is an answer's words, or those of silence.
func (w Words) Answered(f *ProcedureFollows) string {
	if f.Silence {
		return w.Label(w.Say("procedure.silence"), w.Text(f.Title))
	}
	return w.Text(f.Title)
}

// capital starts a line with a capital letter.
func capital(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}
