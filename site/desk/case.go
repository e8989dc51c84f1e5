package desk

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/clock"
	"temwen/instrument"
	"temwen/locale"
	"temwen/office"
	"temwen/publish"
	"temwen/when"
)

// caseBody is what the page of a case shows.
type caseBody struct {
	caseRow
	Seen                 uint64
	Closed               bool
	Opened               when.Day
	Track                string
	Applies              text
	Instrument           string
	Allegations          []allegationRow
	HandedFrom           *caseLink   // the case that handed its allegations on to this one
	Beside               []besideRow // other cases about the same incidents
	Doubles              []besideRow // those that take an act of it through its own track
	Waiting              []stepRow   // steps that wait, in the order they began
	Over                 []stepRow
	Reached              []reachedRow
	Remedies             []remedyRow
	Left                 []leftRow // who has left the country
	LeftHow, LeftSources []option
	History              []historyRow // the latest first
	// All is the address of the page with everything, where this one shows only what
	// came last; so does MoreRemedies, the number of all.
	All          string
	MoreHistory  bool
	MoreRemedies int
	Public       *standsRow    // nil where nothing is
	Asked        *requestRow   // what one person asks to make public, or to take back
	Erasure      *askedErasure // asked for by one officer
	Newer        bool          // the procedure has a newer version
	Fits         bool          // it can be followed from here
	Touches      []touchRow    // what that would change
	Hands        []handRow     // where it would hand on otherwise
	Successor    *succession
	Officers     []option
	Loose        []option // allegations that it could take, too
	LooseCut     int      // how many of these are listed, where there are more
	Others       []option // whom the case can be kept from
	Kinds        []option // of remedies
	Fields       []option // that can be published
	Asides       []option // grounds to set an answer aside
	Backs        []option // grounds to take an extension back
	MaxNote      int      // characters of the words of one
	Whys         []option // why something else is to be shown
	Retractions  []option // grounds
	Today        string
	Can          map[string]bool // the deeds that the officer may do
	States       []option        // one of which can be named; none where one is, or none is asked
	// Evidence is how many items are kept; SeesEvidence whether the officer may know.
	Evidence     int
	SeesEvidence bool
	Letters      []option // items that can be the letter of an answer
	Rests        *restsBody
	Stops        text // the end at which it stops for want of consent, where there is one
}

type reachedRow struct {
	HandsOn         text       // the procedure to which it hands on, or nothing
	Handing         bool       // which is not open
	Goes            []caseLink // cases in which it goes on
	Elsewhere       bool       // it goes on in one that the officer may not see
	ID, On, Outcome string
	Title           text
	Reopened        string
	Aside           bool // Reopened is the day on which the answer that led there was set aside
}

// leftRow is the departure of somebody from the country, as its number N says.
type leftRow struct {
	N               int
	On, How, Source string // On empty: nobody says when
}

// touchRow is a step that waits, and its day now and under a newer version.
type touchRow struct {
	N       int
	Title   text
	Was, Is string // empty: none
	Changes bool
	// How far the time can be extended, where that changes.
	Could, Can string
}

// handRow is an end, and the procedure in which the case goes on from there, now and under
// a newer version; nothing where it does not.
type handRow struct{ End, Was, Is text }

type remedyRow struct {
	Kind, On string
	Promise  bool
}

// succession is the mission to which the duties of a case could pass.
type succession struct {
	ID   string
	Name text
}

// stepRow is a step of a case.
type stepRow struct {
	N            int
	Status       owed
	Due          string
	Title        text
	Duty         string // who must act toward whom, and how
	Asks         text
	Discharge    text
	Note         text
	Cites        string // the clause
	Says         text
	Knowledge    string
	Of           string // what the day rests on: the text, the office, nothing
	Benchmark    string
	Working      string // what its working days leave out; empty where it counts none
	Extension    string // how far the agreement lets its time be extended; empty where it does not say
	Leave        string // how far it may still be extended today, and by whose limit
	Spent        bool   // it may not: as many extensions were given as there may be
	Until        string // the last day to which it may be
	TextSays     text
	Explained    []string
	Begun        when.Day
	Again        string // since when it waits again: its answer was set aside
	Dropped      string // on which day it was: what had begun it was set aside
	Notices      []noticeRow
	Stands       bool // a letter was sent that was not withdrawn
	MoreNotices  int  // the number of all, where only the last are shown
	Answers      []answerRow
	Asked        []movedRow
	Moved        []movedRow
	Reminded     string
	Silence      string
	Lifted       string // that it was shown as silent, and was not
	Branches     []branchRow
	IfSilent     []text
	Paused       bool
	HasDue       bool
	DueDay       string
	Grounds      []option
	Hows         []option
	Standards    []option
	Investigator []option
	Found        bool // some answer is a finding
	Names        bool // some answer names who will look into it
}

type noticeRow struct {
	N                               int
	Sent, By, How, Proof            string
	Withdrawn, Acknowledged, Answer string
	Silent                          string // where the step was asked again since
	Code                            string
	Link, Apart                     bool
	Letter                          string // SHA-256 of the letter that is kept, or empty
	Guessed                         string // that wrong codes were tried on its link
}

type answerRow struct {
	N                 int // in its step
	Title             text
	On, How           string
	Reasons, Late     bool
	Moved             bool
	Standard, Invests string
	Letter            int    // item of evidence, or 0
	Aside             string // that it was set aside, when, by whom and why
	Note              string // in the officer's words
	Rest              []int  // steps whose answers rest on it
}

type movedRow struct {
	N                    int // of an extension, among the moves of its step
	Kind, On, To, Ground string
	Letter               int    // item of evidence, or 0
	Aside, Note          string // that it was taken back, and why
	Stands               bool   // it can be taken back
}

type branchRow struct {
	ID    string
	Title text
	Then  []text
}

func (w *work) casePage() error {
	c, err := w.docket(office.SeeCases)
	if err != nil {
		return err
	}
	b := w.caseBody(c)
	if err := w.history(b, c); err != nil {
		return err
	}
	b.Letters = w.letters(c)
	b.Evidence, b.SeesEvidence = len(c.Evidence), office.May(w.state, w.officer.ID, office.SeeEvidence, w.relation(c.Officer, c.Walled))
	if b.Asked, err = w.requestOf(c); err != nil {
		return err
	}
	if b.Rests, err = w.restsBody(c.ID); err != nil {
		return err
	}
	if end := c.Stops(); end != nil && len(c.Open())+len(c.Handing()) > 0 && b.Rests.Against {
		b.Stops = w.text(end.Title)
	}
	if b.Erasure, err = w.asked(casework.OfCase, c.ID); err != nil {
		return err
	}
	allegations, err := w.cases.Allegations(w.Context(), "", c.ID)
	if err != nil {
		return err
	}
	for _, a := range allegations {
		row := w.allegationRow(a)
		if i, err := w.cases.Incident(w.Context(), a.Incident); err == nil {
			row.IncidentN = i.Number
		}
		b.Allegations = append(b.Allegations, row)
	}
	if b.Beside, b.Doubles, err = w.beside(c.ID); err != nil {
		return err
	}
	if c.From != "" {
		if links, _ := w.taking(casework.Allegation{Cases: []string{c.From}}); len(links) > 0 {
			b.HandedFrom = &links[0]
		}
	}
	if b.Can["state"] && c.State == "" && asksState(c.Procedure) {
		b.States = w.actorOptions(stateKind)
	}
	if b.Can["add"] {
		if b.Loose, b.LooseCut, err = w.loose(c.ID); err != nil {
			return err
		}
	}
	w.show(&page{visit: w.visit, Template: "case-page", Nav: "cases", Title: w.words.Say("case.title", "number", strconv.Itoa(c.Number)), Body: b})
	return nil
}

// mostHistory is how much of a case's history its page shows, and mostListed how many of
// the letters of a step and of the remedies: the last, unless all is asked for.
const (
	mostHistory = 50
	mostListed  = 12
)

// all reports whether a case is to be shown with everything, such as to print it.
func (w *work) all() bool { return w.URL.Query().Has("all") }

// last are the last of a list, and how many all are where these are not all.
func last[T any](w *work, list []T) (some []T, more int) {
	if len(list) <= mostListed || w.all() {
		return list, 0
	}
	return list[len(list)-mostListed:], len(list)
}

// history adds what happened to a case, as far as it is to be shown.
func (w *work) history(b *caseBody, c *casework.Case) error {
	b.All = w.href("cases", c.ID) + "?all"
	limit := math.MaxInt32
	if !w.all() {
		limit = mostHistory + 1
	}
	for before, more := uint64(0), true; more; more = before != 0 {
		events, next, err := w.cases.Latest(w.Context(), c.ID, before, limit)
		if err != nil {
			return err
		}
		for i := len(events) - 1; i >= 0; i-- {
			switch {
			case events[i].Custody != nil: // it stands in the custody log
			case len(b.History) == mostHistory && !w.all():
				b.MoreHistory = true
				return nil
			default:
				b.History = append(b.History, w.historyRow(c, &events[i]))
			}
		}
		before = next
	}
	return nil
}

// maxLoose is how many allegations are offered to be added to a case.
const maxLoose = 100

// loose are allegations that a case could take, too, those of its own incidents first;
// cut is how many these are, where there are more.
func (w *work) loose(id string) (options []option, cut int, err error) {
	list, err := w.cases.Takeable(w.Context(), id, maxLoose+1)
	if err != nil {
		return nil, 0, err
	}
	if len(list) > maxLoose {
		list, cut = list[:maxLoose], maxLoose
	}
	for _, a := range list {
		row := w.allegationRow(a)
		label := w.words.Say("case.allegation.title", "number", strconv.Itoa(a.Number)) + ": " + row.Act.Words + "; " + row.Actor.Words
		options = append(options, option{Value: a.ID, Label: label})
	}
	return options, cut, nil
}

func (w *work) caseBody(c *casework.Case) *caseBody {
	b := &caseBody{
		caseRow: w.caseRow(c), Seen: c.Changed, Closed: c.Closed(), Opened: c.Opened, Today: w.today.String(), Can: w.can(c),
		Track: w.words.Say("procedure.track." + string(c.Procedure.Track)), Applies: w.text(c.Procedure.Applies),
		Officers: w.officers(c.Officer), Kinds: w.worded("case.remedy.", casework.RemedyKinds), LeftHow: w.worded("case.left.how.", casework.DepartureWays), LeftSources: w.worded("case.left.source.", casework.DepartureSources), Public: w.standsOf(c),
		Asides: w.worded("case.aside.ground.", casework.AsideGrounds), Backs: w.worded("case.back.ground.", casework.AsideGrounds), MaxNote: casework.MaxNote,
		Whys: w.worded("case.publish.why.", casework.Whys), Retractions: w.worded("case.retract.ground.", casework.RetractionGrounds),
	}
	var shown []string
	if c.Stands != nil {
		shown = c.Stands.Fields
	}
	b.Fields = w.worded("case.field.", casework.PublicFields, shown...)
	if in := w.view.Instrument(c.Procedure.Instrument); in != nil {
		b.Instrument = w.said.Text(in.Title)
	}
	current := w.view.Procedure(c.Procedure.ID)
	b.Newer = c.Newer(current)
	b.Fits = b.Newer && c.Fits(current)
	if b.Fits {
		for _, t := range c.Touches(current, w.today) {
			row := touchRow{N: t.N, Title: w.text(current.Step(t.Step).Title), Changes: t.Had != t.Has || t.Was != t.Is}
			if t.Extends() {
				row.Could, row.Can = w.extensionSays(c.Procedure, t.Could), w.extensionSays(current, t.Can)
			}
			if t.Had {
				row.Was = w.words.Day(t.Was)
			}
			if t.Has {
				row.Is = w.words.Day(t.Is)
			}
			b.Touches = append(b.Touches, row)
		}
		for _, h := range c.TouchesHands(current) {
			title := c.Procedure.End(h.End)
			if title == nil {
				title = current.End(h.End)
			}
			b.Hands = append(b.Hands, handRow{w.text(title.Title), w.handsOn(h.Was), w.handsOn(h.Is)})
		}
	}
	b.Successor = w.successor(c.Mission)
	register := w.register(c)
	for i := range c.Steps {
		row := w.stepRow(c, &c.Steps[i], register)
		if c.Steps[i].Over {
			b.Over = append(b.Over, row)
		} else {
			b.Waiting = append(b.Waiting, row)
		}
	}
	for _, e := range c.Ends {
		end := c.Procedure.End(e.End)
		r := reachedRow{ID: e.End, Title: w.text(end.Title), On: w.words.Day(e.On), Outcome: w.words.Say("procedure.outcome." + string(end.Outcome))}
		if e.Reopened != nil {
			r.Reopened, r.Aside = w.words.Day(*e.Reopened), e.Answer > 0 && !c.Step(e.Step).Answers[e.Answer-1].Stands()
		}
		if end.HandsOn != nil && e.Reopened == nil {
			r.HandsOn = w.nextTrack(c, &e)
			r.Handing = slices.ContainsFunc(c.Handing(), func(h *casework.Reached) bool { return h.End == e.End })
			r.Goes, r.Elsewhere = w.goesOn(&e)
		}
		b.Reached = append(b.Reached, r)
	}
	var remedies []casework.Remedy
	remedies, b.MoreRemedies = last(w, c.Remedies)
	for _, r := range remedies {
		b.Remedies = append(b.Remedies, remedyRow{w.words.Say("case.remedy." + r.Kind), w.words.Day(r.On), r.Promise})
	}
	for i, d := range c.Departures {
		if d.Mistaken == nil {
			on := ""
			if !d.On.IsZero() {
				on = w.said.Date(d.On)
			}
			b.Left = append(b.Left, leftRow{i + 1, on, w.words.Say("case.left.how." + d.How), w.words.Say("case.left.source." + d.Source)})
		}
	}
	for _, o := range w.state.Officers {
		if w.state.MayHaveCases(o.ID) && !c.Walls(o.ID) {
			b.Others = append(b.Others, option{Value: o.ID, Label: o.Name})
		}
	}
	return b
}

// successor is the mission that took a mission's duties over, or nil.
func (w *work) successor(mission string) *succession {
	for _, m := range w.view.Missions {
		for _, s := range m.Succeeds {
			if s.Mission == mission && s.How != "follows" {
				return &succession{m.ID, w.text(m.Name)}
			}
		}
	}
	return nil
}

func (w *work) stepRow(c *casework.Case, s *casework.Step, register *clock.Register) stepRow {
	p := c.Procedure.Step(s.ID)
	state := w.stateOf(c, s)
	r := stepRow{
		N: s.N, Status: w.owed(state.Status), Due: w.due(state), Title: w.text(p.Title), Duty: w.said.Duty(&publish.ProcedureStep{Who: p.Who, Toward: p.Toward, Form: p.Form}),
		Asks: w.text(p.Asks), Discharge: w.text(p.Discharge), Note: w.text(p.Note), Begun: s.Begun,
		TextSays:  w.text(p.Clock.Words),
		Explained: w.explained(c, s, register), Paused: c.Paused(s), HasDue: state.HasDue && state.Due >= w.today,
		Grounds: w.worded("case.ground.", casework.Grounds), Hows: w.worded("case.how.", casework.Hows[:len(casework.Hows)-1]),
		Standards: w.worded("case.standard.", words(casework.Standards)), Investigator: w.worded("case.investigator.", casework.Investigators),
	}
	if state.HasDue {
		r.DueDay = state.Due.String()
	}
	clause := w.view.Clause(c.Procedure.Clause(p.Provision))
	r.Cites, r.Says = w.said.Clause(clause.ProvisionRef), w.text(clause.Says)
	if clause.Knowledge != "" {
		r.Knowledge = w.words.Say("knowledge." + string(clause.Knowledge))
	}
	r.Of, r.Benchmark = w.dayRests(c, s, p)
	if p.Clock.Counts() {
		r.Working = w.said.WorkingDays(w.view.Holidays(c.Procedure))
	}
	if p.Clock.Extension != nil {
		r.Extension = w.extensionSays(c.Procedure, p.Clock.Extension)
	}
	if r.HasDue {
		leave := c.Leave(s, state.Due, w.today)
		r.Leave, r.Spent, r.Until = w.leaveSays(c, &leave), leave.Spent(), leave.Until.String()
	}
	w.happened(&r, c, s)
	for i := range p.Answers {
		a := &p.Answers[i]
		r.Branches = append(r.Branches, branchRow{a.ID, w.text(a.Title), w.then(c, a)})
		r.Found = r.Found || a.Kind.Finds()
		r.Names = r.Names || a.Kind == instrument.Named
	}
	if p.Silence != nil {
		r.IfSilent = w.then(c, p.Silence)
	}
	return r
}

// words are values as strings.
func words[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// dayRests says whether a step's day is the text's, the office's own, or none, and
// what another instrument sets for the like.
func (w *work) dayRests(c *casework.Case, s *casework.Step, p *instrument.Step) (of, benchmark string) {
	_, ours := c.Rule(s)
	switch set := c.DaySet(s); {
	case set != nil:
		of = w.words.Say("case.day."+string(set.Why), "day", w.words.Day(set.On), "period", w.words.Period(p.Clock.Within, p.Clock.Working))
	case ours:
		of = w.words.Say("case.day.ours")
	case p.Clock.Unclocked():
		of = w.words.Say("case.day.none")
	default:
		of = w.words.Say("case.day.text", "period", w.words.Period(p.Clock.Within, p.Clock.Working))
	}
	if !p.Clock.Benchmark.IsZero() {
		clause := w.view.Clause(c.Procedure.Clause(p.Clock.Of))
		known := ""
		if clause.Knowledge != "" {
			known = w.words.Say("knowledge." + string(clause.Knowledge))
		}
		benchmark = w.words.Say("procedure.benchmark", "period", w.words.Period(p.Clock.Benchmark, p.Clock.BenchmarkWorking),
			"clause", w.said.Clause(clause.ProvisionRef), "knowledge", known)
		if p.Clock.From != "" {
			benchmark += " " + w.words.Say("procedure.benchmark.from-"+string(p.Clock.From))
		}
	}
	return of, benchmark
}

// then are the titles of where an answer leads.
func (w *work) then(c *casework.Case, b *instrument.Branch) []text {
	var list []text
	for _, id := range b.Then {
		if s := c.Procedure.Step(id); s != nil {
			list = append(list, w.text(s.Title))
		} else if e := c.Procedure.End(id); e != nil {
			list = append(list, w.text(e.Title))
		}
	}
	return list
}

// happened adds what has happened to a step.
func (w *work) happened(r *stepRow, c *casework.Case, s *casework.Step) {
	from, silent := c.SilentFrom(s)
	if silent {
		r.Silence = w.words.Day(from)
	}
	if l := s.Lifted; l != nil && l.Notice > 0 {
		r.Lifted = w.words.Say("case.lifted.withdrawn", "from", w.words.Day(l.From), "until", w.words.Day(l.Until))
	} else if l != nil {
		r.Lifted = w.words.Say("case.lifted", "from", w.words.Day(l.From), "until", w.words.Day(l.Until), "on", w.words.Day(s.Answers[l.Answer-1].On))
	}
	r.Again, r.Dropped = w.maybe(s.Again), w.maybe(s.Dropped)
	var notices []casework.Notice
	notices, r.MoreNotices = last(w, s.Notices)
	r.Stands = stands(s)
	for _, n := range notices {
		row := noticeRow{
			N: n.N, Sent: w.words.Day(n.Sent), How: w.words.Say("case.dispatch." + n.How), Proof: n.Proof, Link: n.Link != "", Apart: n.Apart, Letter: n.Letter,
			By: w.maybe(n.By), Withdrawn: w.maybe(n.Withdrawn), Acknowledged: w.maybe(n.Acknowledged),
			Guessed: w.guessed(c, s, &n),
		}
		if n.Link != "" && n.Withdrawn == nil && !c.Answered(s, n.N) {
			row.Code = grouped(n.Code)
		}
		if n.Silent != nil && !(silent && *n.Silent == from) {
			row.Silent = w.words.Day(*n.Silent)
		}
		r.Notices = append(r.Notices, row)
	}
	for i, a := range s.Answers {
		row := answerRow{N: i + 1, Title: w.answerTitle(c, s, a.Answer), On: w.words.Day(a.On), How: w.words.Say("case.how." + a.How), Reasons: a.Reasons, Late: a.Late, Moved: a.Moved, Letter: a.Evidence}
		if a.Standard != "" {
			row.Standard = w.words.Say("case.standard.of", "standard", w.words.Say("case.standard."+string(a.Standard)))
		}
		if a.Investigator != "" {
			row.Invests = w.words.Say("case.investigator." + a.Investigator)
		}
		if x := a.Aside; x != nil {
			row.Aside, row.Note = w.words.Say("case.aside.was", "day", w.words.Day(x.On), "by", w.Name(x.By), "ground", w.words.Say("case.aside.ground."+x.Ground)), x.Note
		} else {
			row.Rest = c.RestOn(s.N, i+1)
		}
		r.Answers = append(r.Answers, row)
	}
	for _, m := range s.Asked {
		r.Asked = append(r.Asked, w.movedRow(m))
	}
	for i, m := range s.Moves {
		row := w.movedRow(m)
		row.N, row.Stands = i+1, m.Kind == casework.Extended && m.Aside == nil && !s.Over && r.HasDue
		if x := m.Aside; x != nil {
			row.Aside, row.Note = w.words.Say("case.back.was", "day", w.words.Day(x.On), "by", w.Name(x.By), "ground", w.words.Say("case.back.ground."+x.Ground)), x.Note
		}
		r.Moved = append(r.Moved, row)
	}
	if due, _ := c.Due(s, w.today); due == s.RemindedOf {
		r.Reminded = w.maybe(s.Reminded)
	}
}

func (w *work) movedRow(m casework.Move) movedRow {
	r := movedRow{Kind: string(m.Kind), On: w.words.Day(m.On), Ground: w.words.Say("case.ground." + m.Ground), Letter: m.Evidence}
	if m.To != 0 {
		r.To = w.words.Day(m.To)
	}
	return r
}

// maybe writes a day, or nothing.
func (w *work) maybe(d *when.Day) string {
	if d == nil {
		return ""
	}
	return w.words.Day(*d)
}

// grouped writes a code in groups of three, as it is said by telephone.
func grouped(code string) string {
	var groups []string
	for len(code) > 3 {
		groups, code = append(groups, code[:3]), code[3:]
	}
	return strings.Join(append(groups, code), " ")
}

func (w *work) answerTitle(c *casework.Case, s *casework.Step, id string) text {
	if b := c.AnswerOf(s, id); b != nil {
		return w.text(b.Title)
	}
	return text{Words: id}
}

// register is a case as the clock sees it, with the missions of the public record.
func (w *work) register(c *casework.Case) *clock.Register {
	missions := w.view.Register().Missions
	i := slices.IndexFunc(missions, func(m clock.Mission) bool { return m.ID == c.Mission })
	if i < 0 {
		missions, i = []clock.Mission{{ID: c.Mission, Successor: clock.None}}, 0
	}
	return c.Register(missions, int32(i))
}

// explained says why a step stands as it does, like the page of a public
// obligation does.
func (w *work) explained(c *casework.Case, s *casework.Step, register *clock.Register) []string {
	at := s.N - 1
	x := register.Explain(at, w.today)
	var list []string
	for _, r := range x.Readings {
		for _, step := range r.Steps {
			list = append(list, w.sentence(c, s, register, at, step))
		}
	}
	for _, step := range x.Steps {
		list = append(list, w.sentence(c, s, register, at, step))
	}
	for _, m := range s.Moves {
		if m.Aside != nil {
			list = append(list, w.words.Say("case.back.explained", "on", w.words.Day(m.On), "to", w.words.Day(m.To), "day", w.words.Day(m.Aside.On)))
		}
	}
	return list
}

// sentence says one step of an explanation.
func (w *work) sentence(c *casework.Case, s *casework.Step, register *clock.Register, at int, x clock.Step) string {
	p := publish.Step{Code: x.Code, Working: x.Working, N: x.N, N2: x.N2}
	if x.Day != 0 && !x.Day.Open() {
		p.Day = &x.Day
	}
	if (x.Day2 != 0 || x.HasDay2) && !x.Day2.Open() {
		p.Day2 = &x.Day2
	}
	if !x.Period.IsZero() {
		p.Period = &x.Period
	}
	if i, ok := x.Event.Index(); ok {
		p.Event = &publish.HistoryLine{Title: locale.Text{w.lang: w.eventTitle(c, s, register.Obligations[at].Events[i].ID)}}
	}
	if x.Code == clock.PassedOn {
		p.Mission, p.Mission2 = w.missionRef(register, x.Mission), w.missionRef(register, x.Mission2)
	}
	return w.said.Step(&p)
}

func (w *work) missionRef(r *clock.Register, i int32) *publish.MissionRef {
	if i < 0 || int(i) >= len(r.Missions) {
		return &publish.MissionRef{}
	}
	ref := &publish.MissionRef{ID: r.Missions[i].ID, Short: r.Missions[i].ID}
	if m := w.view.Mission(ref.ID); m != nil {
		ref.Short, ref.Name = m.Short, m.Name
	}
	return ref
}

// eventTitle names what happened to a step, by the ID that the case gave it.
func (w *work) eventTitle(c *casework.Case, s *casework.Step, id string) string {
	what, index, _ := strings.Cut(id, "/")
	i, err := strconv.Atoi(index)
	switch {
	case err != nil:
		return id
	case what == casework.EventNotice && i < len(s.Notices):
		return w.words.Say("case.event.notice", "number", strconv.Itoa(s.Notices[i].N))
	case what == casework.EventMove && i < len(s.Moves):
		return w.words.Say("case.ground." + s.Moves[i].Ground)
	case what == casework.EventAnswer && i < len(s.Answers):
		return w.answerTitle(c, s, s.Answers[i].Answer).Words
	}
	return id
}
