package casework

import (
	"fmt"
	"slices"

	"temwen/clock"
	"temwen/instrument"
	"temwen/when"
)

// Command is something that is to be done with a case.
type Command interface {
	decide(d *decision) error
}

// Seen is the Case.Changed of the page that an officer saw: where the case has
// changed since in a way that matters to the command, it is refused, and the
// officer is told by whose deed. 0 stands for "as it is".

// The commands. On is the day that they are about; Decide gives the day of now
// where it is zero, and refuses a day to come or before the case.
type (
	// Open opens a case.
	Open struct {
		ID     string
		Number int
		Opened
	}
	// Assign gives a case to an officer, or to nobody.
	Assign struct{ Officer string }
	// Wall keeps a case from an officer: a conflict of interest.
	Wall struct{ Officer string }
	// SendNotice records that a notice was sent. Letter is the bytes of the letter as it
	// was sent, or nil where they are not at hand.
	SendNotice struct {
		Step   int
		Notice Notice
		Letter []byte
	}
	// WithdrawNotice takes a notice back, also once its step is over: it may have gone to
	// a wrong address, and its link must open nothing. Nobody is silent on it from then on,
	// and where an earlier letter sets the day again, it makes nobody late in the past.
	WithdrawNotice struct{ Step, Notice int }
	// RecordAnswer records what who must act has answered.
	RecordAnswer struct {
		Step   int
		Answer Answer
	}
	// MoveClock extends, pauses or resumes the clock of a step.
	MoveClock struct {
		Step int
		Move Move
	}
	// NoteSilence records that the time of a step has run out: what the clock
	// says, made an event.
	NoteSilence struct{ Step int }
	// Stop ends a case for want of the consent of who reported, where its procedure
	// has such an end.
	Stop struct{}
	// Reopen sets an end aside, on new facts.
	Reopen struct{ End string }
	// Succeed passes the duties of a case to the mission that succeeded its own.
	Succeed struct{ Mission string }
	// NameState says which State's personnel a case is about, where nobody knew when it was
	// opened. One that is named stays.
	NameState struct{ State string }
	// AddAllegation takes one more allegation through the same procedure.
	AddAllegation struct{ Allegation string }
	// RecordRemedy records what was done for who was harmed.
	RecordRemedy struct{ Remedy Remedy }
	// AskPublication and Publish are the two people who make fields public. Why is one
	// of Whys where something else of the case is public already.
	AskPublication struct {
		Fields []string
		Why    string
	}
	Publish struct {
		Asked uint64 // Request.Index
		// Seen is the Changes.Seen that the second person looked at, where the case is not
		// what it was when this was asked for.
		Seen     uint64
		Invented bool   // it is about nobody
		Seed     []byte // for Event.Seed: 32 random bytes; Do draws them
	}
	// AskRetraction and Retract are the two people who take back what is public, on one
	// of RetractionGrounds. In nobody's name Retract needs no first: who reported does
	// not allow it any more.
	AskRetraction struct{ Ground string }
	Retract       struct{ Asked uint64 }
	// WithdrawRequest takes back what was asked for, or refuses it.
	WithdrawRequest struct{ Asked uint64 }
)

// Refused is what may not be, as a case stands.
type Refused struct {
	Code string // one of the constants below
	By   string // the officer whose deed stands in the way, where there is one
	Did  string // the type of the event that stands in the way, where there is one
	Case string // the ID of the case that stands in the way, where there is one
	// Day is the one to which the clock of a step runs, of CodeShorter, and of CodeBefore
	// and CodeEnd where more time is asked for, and that on which the incident happened at
	// the earliest, of CodeEarly; and Leave how far it may be extended, of CodeCap and
	// CodeTimes.
	Day   when.Day
	Leave *Leave
	// Incident is the number of an incident, and Into of the one that it was found to be the
	// same as, of CodeMerged and CodeAlike.
	Incident, Into int
}

func (r *Refused) Error() string {
	if r.By == "" {
		return "refused: " + r.Code
	}
	return fmt.Sprintf("refused: %s, because of what %s did", r.Code, r.By)
}

// Codes of a Refused.
const (
	CodeUnknown   = "unknown"   // there is no such case, step, notice, answer or end
	CodeOver      = "over"      // the step waits for nobody any more
	CodeMoved     = "moved"     // the case has changed since the page was shown
	CodeDay       = "day"       // a day to come, or before what it follows
	CodeGround    = "ground"    // no such ground
	CodeEnd       = "end"       // the clock's own end has passed: nothing is left to extend
	CodeRunning   = "running"   // the time has not run out
	CodeTwice     = "twice"     // it is so already
	CodeTrack     = "track"     // another case takes the allegation through the same track
	CodeBefore    = "before"    // an extension to a day before the due day
	CodeWalled    = "walled"    // this officer is kept from this case
	CodeApart     = "apart"     // the officer who is to have this case is kept from it
	CodeClosed    = "closed"    // the case has ended, and nobody would follow it there
	CodeItself    = "itself"    // an incident is not merged with itself
	CodeFourEyes  = "four-eyes" // a second person must do this
	CodeProcedure = "procedure" // the procedure has faults
	CodeWithdrawn = "withdrawn" // the notice was withdrawn
	CodeMalformed = "malformed" // a word that is none
	CodeUsed      = "used"      // the link has been answered on
	CodeErased    = "erased"    // it was erased
	CodeConsent   = "consent"   // who reported does not allow it
	CodeUnentered = "unentered" // nobody has entered what who reported allows
	CodeJoined    = "joined"    // the incident is the same as another: it goes with that, or is parted first
	CodeNeeded    = "needed"    // somebody still needs it: it was not kept long enough
	CodeAsker     = "asker"     // who asked for it may not ask any more
	CodeTied      = "tied"      // a case takes the allegation: the case is erased first
	CodeStale     = "stale"     // the case is not what it was when it was asked for
	CodeSame      = "same"      // it stands in public already as it is asked for
	CodeStandard  = "standard"  // a finding states its standard of proof, or that none was stated
	CodeCap       = "cap"       // more time than may be given at once
	CodeTimes     = "times"     // as many extensions were given as there may be
	CodeSpent     = "spent"     // the time ran out with the extension: it is not taken back
	CodeShorter   = "shorter"   // a letter asks for an answer before the day to which the clock runs
	CodeDropped   = "dropped"   // what began the step was set aside
	CodeDepends   = "depends"   // later answers rest on it: these are set aside first
	CodeNote      = "note"      // the ground is said in words, where it is another, and only there
	CodeDoubled   = "doubled"   // another case of its track shows the same act in public
	CodeWhy       = "why"       // it is shown otherwise than it stands, and nobody says why
	CodeMerged    = "merged"    // the incident was found to be the same as another: that one is meant
	CodeAlike     = "alike"     // the two incidents were found to be the same already
	CodeEarly     = "early"     // somebody left the country before what they are alleged to have done
)

// Codes are all of them, for those who must be able to say each.
var Codes = []string{
	CodeUnknown, CodeOver, CodeMoved, CodeDay, CodeGround, CodeEnd, CodeRunning, CodeTwice, CodeBefore,
	CodeWalled, CodeFourEyes, CodeProcedure, CodeWithdrawn, CodeMalformed, CodeUsed, CodeErased, CodeConsent,
	CodeUnentered, CodeJoined, CodeTied, CodeNeeded, CodeAsker, CodeStale, CodeSame, CodeWhy, CodeApart, CodeClosed, CodeItself,
	CodeCap, CodeTimes, CodeSpent, CodeShorter, CodeStandard, CodeDropped, CodeDepends, CodeNote,
	CodeTrack, CodeDoubled, CodeMerged, CodeAlike, CodeEarly,
}

func refuse(code string) error { return &Refused{Code: code} }

// decision is a command on its way.
type decision struct {
	c    *Case
	by   string
	now  when.Day
	on   when.Day
	made []Event
}

// Decide says what a command makes happen to a case, in an officer's name or, for
// a recipient's answer and the clock, in nobody's. It is pure. on is the day that
// it is about, and now the day on which it is done.
func Decide(c *Case, by string, cmd Command, on, now when.Day) ([]Event, error) {
	d := &decision{c: c, by: by, now: now, on: on}
	_, opening := cmd.(Open)
	switch {
	case on > now:
		return nil, refuse(CodeDay)
	case !opening && (c.ID == "" || c.Procedure == nil):
		return nil, refuse(CodeUnknown)
	case !opening && on < c.since():
		return nil, refuse(CodeDay)
	case c.Walls(by):
		return nil, refuse(CodeWalled)
	}
	if err := cmd.decide(d); err != nil {
		return nil, err
	}
	return d.made, nil
}

func (d *decision) happen(e Event) error {
	e.Case, e.On, e.By = d.c.ID, d.on, d.by
	d.made = append(d.made, e)
	return nil
}

// step is the step with a number; where waits is set it must wait.
func (d *decision) step(n int, waits bool) (*Step, error) {
	s := d.c.Step(n)
	switch {
	case s == nil:
		return nil, refuse(CodeUnknown)
	case s.Dropped != nil:
		return nil, refuse(CodeDropped)
	case waits && s.Over:
		return nil, refuse(CodeOver)
	case d.on < s.Begun:
		return nil, refuse(CodeDay)
	}
	return s, nil
}

func (o Open) decide(d *decision) error {
	if d.c.ID != "" {
		return refuse(CodeTwice)
	}
	if o.Procedure == nil || len(o.Procedure.Check()) > 0 || len(o.Allegations) == 0 || o.ID == "" {
		return refuse(CodeProcedure)
	}
	d.c = &Case{ID: o.ID}
	opened := o.Opened
	opened.Number = o.Number
	return d.happen(Event{Type: caseOpened, Opened: &opened})
}

func (a Assign) decide(d *decision) error {
	if d.c.Walls(a.Officer) {
		return refuse(CodeApart)
	}
	if d.c.Officer == a.Officer {
		return nil
	}
	return d.happen(Event{Type: caseAssigned, Officer: a.Officer})
}

func (w Wall) decide(d *decision) error {
	if w.Officer == "" {
		return refuse(CodeMalformed)
	}
	if slices.Contains(d.c.Walled, w.Officer) {
		return nil
	}
	if err := d.happen(Event{Type: caseWalled, Officer: w.Officer}); err != nil || d.c.Officer != w.Officer {
		return err
	}
	return d.happen(Event{Type: caseAssigned}) // who is kept from it cannot have it
}

func (n SendNotice) decide(d *decision) error {
	s, err := d.step(n.Step, true)
	if err != nil {
		return err
	}
	notice := n.Notice
	if notice.By != nil {
		if *notice.By <= d.on {
			return refuse(CodeDay)
		}
		if day, runs := d.c.runsTo(s, d.on); runs && *notice.By < day {
			return &Refused{Code: CodeShorter, Day: day}
		}
	}
	notice.N, notice.Sent, notice.Withdrawn = len(s.Notices)+1, d.on, nil
	notice.Letter, notice.Index = "", 0
	if n.Letter != nil {
		if l, err := ParseLetter(n.Letter); err != nil || !l.of(d.c.Number, s.N, &notice) {
			return refuse(CodeMalformed)
		}
		notice.Letter = LetterSum(n.Letter)
	}
	return d.happen(Event{Type: noticeSent, Step: n.Step, Notice: &notice, Letter: n.Letter})
}

// runsTo is the day to which the clock of a step runs, for a letter that is sent on a day,
// and whether it does: what was asked before, extended or paused is not shortened by a
// letter. One that was sent before the letter by which the step goes sets no day.
func (c *Case) runsTo(s *Step, on when.Day) (day when.Day, runs bool) {
	if n := c.letter(s); n != nil && on < n.Sent {
		return 0, false
	}
	due, has := c.Due(s, on)
	return due, has && due >= on
}

func (w WithdrawNotice) decide(d *decision) error {
	s, err := d.step(w.Step, false)
	if err != nil {
		return err
	}
	if w.Notice < 1 || w.Notice > len(s.Notices) {
		return refuse(CodeUnknown)
	}
	switch n := &s.Notices[w.Notice-1]; {
	case n.Withdrawn != nil:
		return nil
	case d.on < n.Sent:
		return refuse(CodeDay)
	}
	notice := &Notice{N: w.Notice}
	if d.on != d.now {
		notice.Recorded = &d.now
	}
	return d.happen(Event{Type: noticeWithdrawn, Step: w.Step, Notice: notice})
}

func (r RecordAnswer) decide(d *decision) error {
	s, err := d.step(r.Step, false)
	if err != nil {
		return err
	}
	a := r.Answer
	branch := d.c.branch(s, a.Answer)
	finds := branch != nil && branch.Kind.Finds()
	if !finds {
		a.Standard = ""
	}
	switch {
	case branch == nil:
		return refuse(CodeUnknown)
	case a.Notice < 0 || a.Notice > len(s.Notices):
		return refuse(CodeUnknown)
	case a.Evidence != 0 && d.c.Item(a.Evidence) == nil:
		return refuse(CodeUnknown)
	case a.Notice > 0 && d.by == "" && s.Notices[a.Notice-1].Withdrawn != nil:
		return refuse(CodeWithdrawn)
	case d.by == "" && d.c.Answered(s, a.Notice):
		return refuse(CodeUsed)
	case a.Investigator != "" && !slices.Contains(Investigators, a.Investigator):
		return refuse(CodeMalformed)
	case finds && a.Standard == "":
		return refuse(CodeStandard)
	case finds && !slices.Contains(Standards, a.Standard):
		return refuse(CodeMalformed)
	}
	for _, earlier := range s.Answers {
		if earlier.Stands() && earlier.Answer == a.Answer && earlier.On == d.on {
			return refuse(CodeTwice)
		}
	}
	a.On, a.Late, a.Moved = d.on, d.c.Late(s, d.on), s.Over
	a.Index, a.Aside, a.Lifts = 0, nil, nil
	if !a.Late && d.c.lifts(s, a.Answer, d.on) {
		a.Lifts = &d.now
	}
	if s.Over && d.c.awaits(s) {
		a.Moved = false // the answer that silence stood for has come after all
	}
	return d.happen(Event{Type: answerReceived, Step: r.Step, Answer: &a})
}

// awaits reports whether a step is still without the answer that it waits for,
// after its silence: nobody has answered it, nor one that began in its stead. A
// late answer then leads on.
func (c *Case) awaits(s *Step) bool {
	if s.Silence == nil || s.Dropped != nil || c.stopped(s) || c.answered(s) || s.Instead > 0 && c.answered(c.Step(s.Instead)) {
		return false
	}
	for i := range c.Steps {
		if t := &c.Steps[i]; t.Instead == s.N && t.Dropped == nil && (c.answered(t) || c.stopped(t) || t.Silence != nil && !c.awaits(t)) {
			return false
		}
	}
	return true
}

// Silent is the first day on which who must act in a step was silent, and whether
// they still are: nobody has answered it since, nor what began in its stead, and to
// have received a letter is no answer to it.
func (c *Case) Silent(s *Step) (since when.Day, still bool) {
	if !c.awaits(s) || c.said(s, s.askedFor()) {
		return 0, false
	}
	return *s.Silence, true
}

// said reports whether a step has an answer, since a day, that is more than a
// receipt.
func (c *Case) said(s *Step, since when.Day) bool {
	return slices.ContainsFunc(s.Answers, func(a Answer) bool { return a.Stands() && a.On >= since && !c.acknowledges(s, a.Answer) })
}

// askedFor is the day on which the letter was sent on which the step has been
// silent; any day where it was asked by the text.
func (s *Step) askedFor() when.Day {
	for i := range s.Notices {
		if n := &s.Notices[i]; n.Silent != nil && *n.Silent == *s.Silence {
			return n.Sent
		}
	}
	return when.Earliest
}

// answered reports whether an answer has led on from a step.
func (c *Case) answered(s *Step) bool {
	return slices.ContainsFunc(s.Answers, func(a Answer) bool { return a.Stands() && !a.Moved && c.leads(s, a.Answer) })
}

func (m MoveClock) decide(d *decision) error {
	s, err := d.step(m.Step, true)
	if err != nil {
		return err
	}
	if !slices.Contains(Grounds, m.Move.Ground) {
		return refuse(CodeGround)
	}
	move := m.Move
	move.On = d.on
	// A clock that has run out by now stays so, whatever day the deed is about.
	due, has := d.c.Due(s, d.now)
	paused := d.c.isPaused(s)
	n := d.c.letter(s)
	if _, silent := d.c.SilentFrom(s); silent {
		return refuse(CodeEnd)
	}
	if len(s.Moves) > 0 && d.on < s.Moves[len(s.Moves)-1].On || n != nil && d.on < n.Sent {
		return refuse(CodeDay)
	}
	switch move.Kind {
	case Extended:
		if err := d.extend(s, move.To, due, has); err != nil {
			return err
		}
	case Paused:
		switch {
		case paused:
			return refuse(CodeTwice)
		case has && due < d.now:
			return refuse(CodeEnd)
		}
		move.To = 0
	case Resumed:
		if !paused {
			return refuse(CodeTwice)
		}
		move.To = 0
	default:
		return refuse(CodeMalformed)
	}
	return d.happen(Event{Type: clockMoved, Step: m.Step, Move: &move})
}

func (n NoteSilence) decide(d *decision) error {
	s, err := d.step(n.Step, true)
	if err != nil {
		return err
	}
	if _, silent := d.c.SilentFrom(s); silent {
		return nil
	}
	day, ok := d.c.RanOut(s, d.now)
	if !ok {
		return refuse(CodeRunning)
	}
	d.on = day + 1 // the first day on which it was silent
	return d.happen(Event{Type: stepSilent, Step: n.Step})
}

// RanOut is the last day on which a step could be answered in time, if that has
// passed without an answer: by the text's own period, or by the day that the
// office set in a notice. A benchmark alone makes nobody silent, and to have
// received a letter is no answer to it. Of a step whose answer was set aside it says
// so from the next day on: see SetAside.
func (c *Case) RanOut(s *Step, now when.Day) (when.Day, bool) {
	asked := when.Earliest // an earlier answer is none to the letter
	if n := c.letter(s); n != nil {
		asked = n.Sent
	}
	if s.Over || c.said(s, asked) || s.Again != nil && now <= *s.Again {
		return 0, false
	}
	state := c.Status(s, now)
	if !state.HasDue || state.Due >= now || state.Status == clock.Suspended {
		return 0, false
	}
	return state.Due, true
}

func (r Reopen) decide(d *decision) error {
	for _, end := range d.c.Ends {
		if end.End == r.End && end.Reopened == nil {
			return d.happen(Event{Type: caseReopened, End: r.End})
		}
	}
	return refuse(CodeUnknown)
}

func (Stop) decide(d *decision) error {
	end := d.c.Stops()
	switch {
	case end == nil:
		return refuse(CodeProcedure)
	case len(d.c.Open()) == 0 && len(d.c.Handing()) == 0:
		return refuse(CodeOver)
	}
	return d.happen(Event{Type: caseStopped, End: end.ID})
}

// Stops is the end at which the case stops for want of consent, or nil where its
// procedure has none.
func (c *Case) Stops() *instrument.End {
	for i := range c.Procedure.Ends {
		if c.Procedure.Ends[i].Outcome == instrument.NoConsent {
			return &c.Procedure.Ends[i]
		}
	}
	return nil
}

// stopped reports whether a step waited when the case was stopped, and nobody has
// taken it up again.
func (c *Case) stopped(s *Step) bool {
	return slices.ContainsFunc(c.Ends, func(r Reached) bool { return r.Reopened == nil && slices.Contains(r.Stopped, s.N) })
}

func (n NameState) decide(d *decision) error {
	switch d.c.State {
	case n.State:
		return nil
	case "":
		return d.happen(Event{Type: stateNamed, State: n.State})
	}
	return refuse(CodeMalformed)
}

func (s Succeed) decide(d *decision) error {
	if s.Mission == "" {
		return refuse(CodeMalformed)
	}
	if d.c.Mission == s.Mission {
		return nil
	}
	return d.happen(Event{Type: caseSucceeded, Mission: s.Mission})
}

func (a AddAllegation) decide(d *decision) error {
	if a.Allegation == "" {
		return refuse(CodeMalformed)
	}
	if slices.Contains(d.c.Allegations, a.Allegation) {
		return nil
	}
	if d.c.Closed() {
		return refuse(CodeClosed)
	}
	return d.happen(Event{Type: allegationAdded, Allegation: a.Allegation})
}

func (r RecordRemedy) decide(d *decision) error {
	if !slices.Contains(RemedyKinds, r.Remedy.Kind) {
		return refuse(CodeMalformed)
	}
	remedy := r.Remedy
	remedy.On = d.on
	return d.happen(Event{Type: remedyRecorded, Remedy: &remedy})
}

// Newer reports whether a procedure of the same ID has changed since the case was
// opened: it is offered, never imposed.
func (c *Case) Newer(current *instrument.Procedure) bool {
	return current != nil && current.ID == c.Procedure.ID && !equalProcedures(current, c.Procedure)
}
