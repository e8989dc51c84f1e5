// Package casework is what an oversight office does with what it was told:
// incidents in coded facts, allegations, and cases that are taken through the
// procedure that a mission's own agreements prescribe, with a clock on every
// step, until there is an outcome or a silence that everybody can see.
//
// It must never hold a name, a word of a sealed report or a rule of any
// instrument: names stay in the seal, rules come as a procedure, and a case
// follows the version that it was opened under. It must never close a case
// because a suspect has left, a mission has ended or a force was renamed. The
// state of a case is a fold of its events: start with Case, then Decide and
// Apply; book.go keeps both on the record.
package casework

import (
	"slices"
	"strconv"

	"temwen/clock"
	"temwen/instrument"
	"temwen/when"
)

// Case is one or more allegations taken through one procedure.
type Case struct {
	ID          string   `json:"id"`
	Number      int      `json:"number"`
	Allegations []string `json:"allegations"` // IDs
	// Procedure is the version that it follows. It stands once, in the event that
	// opened the case, or by which it was adopted.
	Procedure *instrument.Procedure `json:"-"`
	// Adopted is the index of the event by which it took a newer version, or 0.
	Adopted uint64 `json:"adopted,omitempty"`
	// Mission is the one whose duties these are; they pass to its successor.
	Mission string `json:"mission"`
	// State is the actor whose personnel is alleged to be responsible.
	State  string   `json:"state,omitempty"`
	Opened when.Day `json:"opened"`
	// From is the case that handed its allegations on to this one, and FromEnd the end at
	// which it did; empty where none did.
	From     string    `json:"from,omitempty"`
	FromEnd  string    `json:"from_end,omitempty"`
	Officer  string    `json:"officer,omitempty"` // who has it
	Steps    []Step    `json:"steps"`             // in the order they began
	Ends     []Reached `json:"ends,omitempty"`
	Remedies []Remedy  `json:"remedies,omitempty"`
	// Departures are of people who are alleged to have done it, and have left the country.
	Departures []Departure `json:"departures,omitempty"`
	// Walled are officers who may not see it: a conflict of interest.
	Walled []string `json:"walled,omitempty"`
	// Kept are officers who may not see another case about the same incident, and so
	// not this one either. It is as the tables say when the case is read by its ID.
	Kept []string `json:"-"`
	// Consent is what the people on whose reports it rests let the office do with it,
	// as the program found it last. A letter asks what they allow at that moment.
	Consent Consent `json:"consent,omitempty"`
	// Stands is what two people have decided to publish, as it stood then, Shown the
	// entry that shows it, ShownOn its day, and First the entry by which it became public;
	// nil and 0 where nothing of it is public.
	Stands  *Published `json:"stands,omitempty"`
	Shown   uint64     `json:"shown,omitempty"`
	ShownOn when.Day   `json:"shown_on,omitempty"`
	First   uint64     `json:"first,omitempty"`
	// Beside are the entries by which other cases became public, and are, that take one of
	// its allegations through another track, under whatever number it has in what was found
	// to be the same incident, in order. They are as the tables say when the case is read
	// by its ID.
	Beside []uint64 `json:"-"`
	// Asked is what one person asks to publish, or to take back, and no second has
	// decided on; Publication is the index of the last event about it.
	Asked       *Request `json:"asked,omitempty"`
	Publication uint64   `json:"publication,omitempty"`
	// Recoded is the index of the last event that changed an incident that it is
	// about, as the tables say when a case of which something is asked is read by its ID.
	Recoded uint64 `json:"-"`
	// Happened is when what it is about happened, as the incidents of its allegations are
	// coded: from the first day that one of them allows to the last. The tables say so when
	// the case is read by its ID.
	Happened clock.Moment `json:"-"`
	// Evidence is what is kept in it, in the order it was taken in. It stands in a table
	// of its own.
	Evidence []Evidence `json:"-"`
	// Changed is the index of its last event, those about evidence and consent left
	// out.
	Changed uint64 `json:"changed"`
}

// Consent is what the people on whose reports a case rests let the office do.
type Consent string

// How consent can stand.
const (
	ConsentGiven     Consent = ""          // all allow a case, or it rests on no report
	ConsentUnentered Consent = "unentered" // nobody has entered yet what they allow
	ConsentAgainst   Consent = "against"   // somebody does not allow it, or has erased the report
)

var consents = []Consent{ConsentGiven, ConsentUnentered, ConsentAgainst}

// Step is one step of the procedure that has begun.
type Step struct {
	N     int      `json:"n"`  // from 1
	ID    string   `json:"id"` // of the procedure's step
	Begun when.Day `json:"begun"`
	// Causes are what it began with, then what has led to it while it waited; none for
	// the step with which the case began.
	Causes []Cause `json:"causes,omitempty"`
	// Instead is the step whose silence this one began with: an answer to that one,
	// though late, makes this one needless.
	Instead int `json:"instead,omitempty"`
	// Notices were sent to who must act.
	Notices []Notice `json:"notices,omitempty"`
	// Stops, extensions and what else moved its clock, in order.
	Moves   []Move   `json:"moves,omitempty"`
	Answers []Answer `json:"answers,omitempty"`
	// Asked are requests for more time of who must act: each asks for a day, and
	// moves nothing by itself.
	Asked []Move `json:"asked,omitempty"`
	// Reminded is the day on which it was noted that its day comes near, and
	// RemindedOf that day.
	Reminded   *when.Day `json:"reminded,omitempty"`
	RemindedOf when.Day  `json:"reminded_of,omitempty"`
	// Silence is the day on which its time had run out without an answer: the first,
	// where it was asked again and did not answer again. See Notice.Silent.
	Silence *when.Day `json:"silence,omitempty"`
	// Lifted is the last silence that does not count any more.
	Lifted *Lifted `json:"lifted,omitempty"`
	// Over says that an answer, or silence, has led on from it for good, and EndedBy is
	// the answer, where it was one.
	Over    bool `json:"over,omitempty"`
	EndedBy *Led `json:"ended_by,omitempty"`
	// Set is the day that it falls due on since the case took a newer version of its
	// procedure, or the office took back time that it had given or a letter, where the text
	// or the letter alone would give another: see Adopt, TakeBack and WithdrawNotice.
	Set *Set `json:"set,omitempty"`
	// Again is the day on which the answer that had ended it was set aside, and Dropped
	// that on which the one was that had begun it: as if it had never begun.
	Again   *when.Day `json:"again,omitempty"`
	Dropped *when.Day `json:"dropped,omitempty"`
}

// Notice is a letter of the office to who must act.
type Notice struct {
	N    int      `json:"n"` // from 1 in its step
	Sent when.Day `json:"sent"`
	// By is the day by which the office asks for an answer, where the text sets
	// none.
	By *when.Day `json:"by,omitempty"`
	// Letter is the SHA-256 of the letter as it was sent, in hexadecimal, and Index the
	// event that keeps it: see Letter. Both are empty where it is not kept here.
	Letter string `json:"letter,omitempty"`
	Index  uint64 `json:"index,omitempty"`
	// How it was dispatched, and what proves it: a reference.
	How       string    `json:"how,omitempty"`
	Proof     string    `json:"proof,omitempty"`
	Language  string    `json:"language"`
	Withdrawn *when.Day `json:"withdrawn,omitempty"`
	// Recorded is the day on which its withdrawal was recorded, where that is another, in
	// the event.
	Recorded *when.Day `json:"recorded,omitempty"`
	// Link is the SHA-256, base64url, of the token of the page to answer on.
	Link string `json:"link,omitempty"`
	// Code is what the office tells the recipient by telephone: who has only the
	// link cannot answer.
	Code string `json:"code,omitempty"`
	// Apart says that the letter rests on other sources alone: on a report it may
	// not rest, for the person does not allow that.
	Apart bool `json:"apart,omitempty"`
	// Acknowledged is the day on which the recipient said that they have it.
	Acknowledged *when.Day `json:"acknowledged,omitempty"`
	// Silent is the day on which the time that it gave had run out without an answer.
	Silent *when.Day `json:"silent,omitempty"`
}

// Move is what was done to the clock of a step.
type Move struct {
	Kind   MoveKind `json:"kind"`
	On     when.Day `json:"on"`
	To     when.Day `json:"to,omitempty"` // of an extension
	Ground string   `json:"ground"`       // a code: see Grounds
	// Evidence is the item that is the letter by which it was asked for, or 0.
	Evidence int `json:"evidence,omitempty"`
	// Aside says that the extension was taken back, and why; nil where it stands.
	Aside *Aside `json:"aside,omitempty"`
}

// MoveKind is how a clock is moved.
type MoveKind string

// The ways to move a clock. MoreTime only asks for it.
const (
	MoreTime MoveKind = "ask"
	Extended MoveKind = "extend"
	Paused   MoveKind = "pause"
	Resumed  MoveKind = "resume"
)

// Grounds are why a clock may be moved.
var Grounds = []string{"asked", "evidence", "safety", "consent", "court", "force-majeure", "mistake"}

// Answer is what who must act has answered.
type Answer struct {
	Answer string   `json:"answer"` // ID of the procedure's answer
	On     when.Day `json:"on"`
	// Reasons says whether reasons were given.
	Reasons bool   `json:"reasons"`
	Notice  int    `json:"notice,omitempty"` // that it answers
	How     string `json:"how"`              // link, letter, meeting
	// Late says that it came after the step was silent, and Moved that the case
	// had moved on: then it is on the record and leads nowhere by itself.
	Late  bool `json:"late,omitempty"`
	Moved bool `json:"moved,omitempty"`
	// Standard is the standard of proof of a finding, NotStated where who found it has
	// stated none; empty where the answer finds nothing.
	Standard Standard `json:"standard,omitempty"`
	// Investigator is the office that will look into it, one of Investigators:
	// never a person.
	Investigator string `json:"investigator,omitempty"`
	// Evidence is the item that is the letter it came in, or 0.
	Evidence int `json:"evidence,omitempty"`
	// Lifts is the day on which it was recorded, where it had come before a silence that
	// was shown until then: see Lifted.
	Lifts *when.Day `json:"lifts,omitempty"`
	// Index is the event that recorded it.
	Index uint64 `json:"index,omitempty"`
	// Aside says that it does not count any more, and why; nil where it does.
	Aside *Aside `json:"aside,omitempty"`
}

// Investigators are the offices that can be named to look into a case.
var Investigators = []string{"military-police", "internal-affairs", "prosecutor", "judge", "inquiry", "mission", "oversight", "other"}

// Standard is a standard of proof.
type Standard string

// NotStated says that who found something has stated no standard.
const NotStated Standard = "not-stated"

// Standards are the standards of proof that a finding may state. None is taken for
// another: where nothing is said, nothing is known.
var Standards = []Standard{"reasonable-grounds", "balance-of-probabilities", "clear-and-convincing", "beyond-reasonable-doubt", NotStated}

// Reached is an end of the procedure that the case has come to.
type Reached struct {
	End  string   `json:"end"`
	On   when.Day `json:"on"`
	Step int      `json:"step"`
	// Answer is the number of the answer that led to it, or 0.
	Answer int `json:"answer,omitempty"`
	// Also are further answers that led to it while it stood: it is reached once.
	Also []Cause `json:"also,omitempty"`
	// Goes are the cases in which it goes on, where the end hands on, with what each takes.
	Goes []Onward `json:"goes,omitempty"`
	// Stopped are the steps that waited when the case was stopped, where it was.
	Stopped []int `json:"stopped,omitempty"`
	// Reopened is the day on which it was set aside.
	Reopened *when.Day `json:"reopened,omitempty"`
}

// Onward is a case in which allegations go on that another one has handed on.
type Onward struct {
	Case        string   `json:"case"` // ID
	Allegations []string `json:"allegations"`
}

// Remedy is something that was done for who was harmed, or promised.
type Remedy struct {
	Kind    string   `json:"kind"` // see RemedyKinds
	On      when.Day `json:"on"`
	Promise bool     `json:"promise,omitempty"`
}

// RemedyKinds are what can be done for who was harmed.
var RemedyKinds = []string{"assistance", "compensation", "apology", "paternity", "guarantee"}

// Open are the steps that wait for somebody.
func (c *Case) Open() []*Step {
	var open []*Step
	for i := range c.Steps {
		if !c.Steps[i].Over {
			open = append(open, &c.Steps[i])
		}
	}
	return open
}

// Closed reports whether nothing of the case waits for anybody, and it has come
// to an end. One that hands on waits for the office until the next one is open.
func (c *Case) Closed() bool {
	return len(c.Open()) == 0 && len(c.Handing()) == 0 && slices.ContainsFunc(c.Ends, func(r Reached) bool { return r.Reopened == nil })
}

// Step is the step with a number, or nil.
func (c *Case) Step(n int) *Step {
	if n < 1 || n > len(c.Steps) {
		return nil
	}
	return &c.Steps[n-1]
}

// Rule is when a step that has begun falls due, and whether that day is the
// office's own, set in a notice because the text sets none.
func (c *Case) Rule(s *Step) (rule clock.Rule, ours bool) {
	text := c.Procedure.Step(s.ID).Clock
	if set := c.DaySet(s); set != nil {
		return clock.Rule{Kind: clock.Fixed, Day: set.Day}, set.Notice > 0
	}
	if !text.Unclocked() {
		return clock.Rule{Kind: clock.Within, Day: s.Begun, Period: text.Within, Working: text.Working, Calendar: c.calendar(text.Working, s.Begun)}, false
	}
	if n := c.letter(s); n != nil {
		return clock.Rule{Kind: clock.Fixed, Day: *n.By}, true
	}
	rule = clock.Rule{Kind: clock.Unclocked, Day: s.Begun, Period: text.Benchmark, Working: text.BenchmarkWorking}
	from := s.Begun
	if text.From == instrument.FromIncident {
		if rule.From = c.Happened; rule.From.Known {
			from = rule.From.Last
		}
	}
	rule.Calendar = c.calendar(text.BenchmarkWorking, from)
	return rule, false
}

// calendar is the working days of the procedure from a day on, for a clock that counts them.
func (c *Case) calendar(counts bool, from when.Day) *when.Calendar {
	if !counts {
		return nil
	}
	return c.Procedure.WorkingDays(from)
}

// letter is the notice whose day a step goes by: the last with one that was not
// withdrawn; nil where the text sets the day, or nobody does.
func (c *Case) letter(s *Step) *Notice {
	if !c.Procedure.Step(s.ID).Clock.Unclocked() {
		return nil
	}
	var last *Notice
	for i := range s.Notices {
		if n := &s.Notices[i]; n.By != nil && n.Withdrawn == nil && (last == nil || n.Sent >= last.Sent) {
			last = n
		}
	}
	return last
}

// SilentFrom is the day on which a step has become silent, and whether it is: not
// where the office has asked again since, for then its clock runs anew.
func (c *Case) SilentFrom(s *Step) (day when.Day, silent bool) {
	n := c.letter(s)
	switch {
	case s.Silence == nil || s.Dropped != nil:
		return 0, false
	case n == nil || s.Over && n.Silent == nil:
		return *s.Silence, true
	case n.Silent == nil:
		return 0, false
	}
	return *n.Silent, true
}

// Late reports whether an answer on a day comes after the silence of its step, and
// is none to a later letter whose time has not run out.
func (c *Case) Late(s *Step, on when.Day) bool {
	if s.Silence == nil || on < *s.Silence {
		return false
	}
	n := c.letter(s)
	return n == nil || on < n.Sent || n.Silent != nil && on >= *n.Silent
}

// The ID of an event in a Register is one of these, a slash and an index in the
// step's Notices, Moves or Answers.
const (
	EventNotice = "notice"
	EventMove   = "move"
	EventAnswer = "answer"
)

// Register is the case as the clock sees it: one obligation for each step, so
// that a case's page explains its days like a public obligation's. missions and
// mission say to which mission the duties belong, and who succeeds it.
func (c *Case) Register(missions []clock.Mission, mission int32) *clock.Register {
	r := &clock.Register{Missions: missions}
	for i := range c.Steps {
		r.Obligations = append(r.Obligations, c.obligation(&c.Steps[i], mission))
	}
	return r
}

func (c *Case) obligation(s *Step, mission int32) clock.Obligation {
	rule, _ := c.Rule(s)
	o := clock.Obligation{ID: s.ID, Mission: mission, Readings: []clock.Reading{{ID: "text", Rule: rule}}, Warn: warning}
	add := func(what string, i int, kind clock.EventKind, on, to when.Day) {
		o.Events = append(o.Events, clock.Event{
			ID: what + "/" + strconv.Itoa(i), Kind: kind, When: clock.On(on), To: to, For: clock.AnyOccurrence, Reading: clock.None,
		})
	}
	for i, n := range s.Notices {
		if n.Withdrawn == nil {
			add(EventNotice, i, clock.Ask, n.Sent, 0)
		}
	}
	for i, m := range c.moves(s) {
		if m.Kind == "" {
			continue
		}
		add(EventMove, i, map[MoveKind]clock.EventKind{Extended: clock.Extend, Paused: clock.Pause, Resumed: clock.Resume}[m.Kind], m.On, m.To)
	}
	for i, a := range s.Answers {
		switch {
		case !a.Stands():
		case c.leads(s, a.Answer):
			add(EventAnswer, i, clock.Discharge, a.On, 0)
		case !c.acknowledges(s, a.Answer):
			add(EventAnswer, i, clock.Answer, a.On, 0)
		}
	}
	slices.SortStableFunc(o.Events, func(a, b clock.Event) int { return int(a.Day()) - int(b.Day()) })
	return o
}

// moves are the moves of a step's clock, by their place; extensions that were taken back, and what was over when
// its day was set by a letter or otherwise, are empty, and a stop that went on then counts from there.
func (c *Case) moves(s *Step) []Move {
	from := when.Earliest
	if set, n := c.DaySet(s), c.letter(s); set != nil {
		from = set.On
	} else if n != nil {
		from = n.Sent
	}
	list := slices.Clone(s.Moves)
	stopped := Move{}
	at := 0
	for i := range list {
		m := &list[i]
		if m.Aside != nil {
			m.Kind = ""
		}
		if m.On >= from || m.Kind == "" {
			continue
		}
		if m.Kind != Extended {
			stopped, at = *m, i
		}
		m.Kind = ""
	}
	if stopped.Kind == Paused {
		stopped.On = from
		list[at] = stopped
	}
	return list
}

// warning is how long before its due day a step counts as due.
var warning = when.Days(7)

// leads reports whether an answer leads on from its step, and not back to it.
func (c *Case) leads(s *Step, answer string) bool {
	b := c.branch(s, answer)
	return b != nil && !slices.Contains(b.Then, s.ID)
}

// acknowledges reports whether an answer only says that something was received, or
// that somebody was sent home or brought before a court: it answers nothing, and
// silence after it is silence.
func (c *Case) acknowledges(s *Step, answer string) bool {
	b := c.branch(s, answer)
	return b != nil && slices.Contains(acknowledging, b.Kind) && !c.leads(s, answer)
}

var acknowledging = []instrument.AnswerKind{instrument.Acknowledged, instrument.SentHome, instrument.Prosecuted}

// branch is the procedure's answer of that ID in a step, or nil.
func (c *Case) branch(s *Step, answer string) *instrument.Branch {
	p := c.Procedure.Step(s.ID)
	for i := range p.Answers {
		if p.Answers[i].ID == answer {
			return &p.Answers[i]
		}
	}
	return nil
}

// AnswerOf is the procedure's answer of that ID in a step, or nil.
func (c *Case) AnswerOf(s *Step, answer string) *instrument.Branch { return c.branch(s, answer) }

// Paused reports whether the clock of a step stands still.
func (c *Case) Paused(s *Step) bool { return c.isPaused(s) }

// Status is what has become of a step on a day.
func (c *Case) Status(s *Step, now when.Day) clock.State {
	r := clock.Register{
		Missions:    []clock.Mission{{ID: c.Mission, Successor: clock.None}},
		Obligations: []clock.Obligation{c.obligation(s, 0)},
	}
	return r.Status(0, now)
}

// Due is the day on which a step falls due, and whether it has one.
func (c *Case) Due(s *Step, now when.Day) (when.Day, bool) {
	state := c.Status(s, now)
	return state.Due, state.HasDue
}
