package casework

import (
	"slices"

	"temwen/instrument"
	"temwen/when"
)

// Event is something that happened to a case. Each is a sealed event of the
// record; it has one of the members below, by its type.
type Event struct {
	Type  string   `json:"type"`
	Case  string   `json:"case"`         // ID
	On    when.Day `json:"on"`           // the day it is about
	By    string   `json:"by,omitempty"` // officer; empty: the clock, or a recipient's answer
	Index uint64   `json:"-"`            // on the record

	Opened    *Opened    `json:"opened,omitempty"`
	Step      int        `json:"step,omitempty"`
	Notice    *Notice    `json:"notice,omitempty"`
	Move      *Move      `json:"move,omitempty"`
	Answer    *Answer    `json:"answer,omitempty"`
	Aside     *Aside     `json:"aside,omitempty"`
	Officer   string     `json:"officer,omitempty"`
	End       string     `json:"end,omitempty"`
	Remedy    *Remedy    `json:"remedy,omitempty"`
	Departure *Departure `json:"departure,omitempty"`
	// Number is which departure was a mistake, counted from 1.
	Number     int       `json:"number,omitempty"`
	Fields     []string  `json:"fields,omitempty"`
	Allegation string    `json:"allegation,omitempty"`
	Mission    string    `json:"mission,omitempty"`
	State      string    `json:"state,omitempty"`
	Evidence   *Evidence `json:"evidence,omitempty"`
	Custody    *Custody  `json:"custody,omitempty"`
	// Letter is the content of the event that sends one: see Letter.
	Letter []byte `json:"-"`
	// Why is why something else is to be shown of a case than what stands: see Whys.
	Why string `json:"why,omitempty"`
	// Terms is the version of the vocabulary in which incidents were coded when a case
	// was made public.
	Terms string `json:"terms,omitempty"`
	// Seed is what the salts of the openings of what is made public are made from: see
	// Showing.
	Seed []byte `json:"seed,omitempty"`
	// Beside are the entries by which cases became public that take the same allegation
	// through another track, when something was asked to be made public, or was.
	Beside []uint64 `json:"beside,omitempty"`
	// Invented says that what is made public is about nobody.
	Invented bool `json:"invented,omitempty"`
	// Published is what the event that makes a case public shows of it, and Retracted
	// the public part of the event that takes it back.
	Published *Published `json:"-"`
	Retracted *Retracted `json:"-"`
	// Procedure is the newer version that the case follows from now on.
	Procedure *instrument.Procedure `json:"procedure,omitempty"`
	// Handed is where allegations go on that the case has handed on at End.
	Handed *Handed `json:"handed,omitempty"`
	// Consent is what the people on whose reports it rests let the office do with it.
	Consent Consent `json:"consent,omitempty"`
	// Ground is why somebody asks that the case be erased, or what is public of it
	// taken back.
	Ground string `json:"ground,omitempty"`
}

// Opened is how a case begins.
type Opened struct {
	Number      int                   `json:"number"`
	Allegations []string              `json:"allegations"`
	Procedure   *instrument.Procedure `json:"procedure"`
	Mission     string                `json:"mission"`
	State       string                `json:"state,omitempty"`
	// From is the case that hands the allegations on at End, and Begun the day from which
	// the first step counts, where that is not the day of the event.
	From  string   `json:"from,omitempty"`
	End   string   `json:"end,omitempty"`
	Begun when.Day `json:"begun,omitempty"`
}

// track is the one that the case goes through.
func (o *Opened) track() instrument.Track {
	if o.Procedure == nil {
		return ""
	}
	return o.Procedure.Track
}

// The types of event.
const (
	caseOpened         = "case.opened"
	caseAssigned       = "case.assigned"
	caseWalled         = "case.walled"
	caseReopened       = "case.reopened"  // an end was set aside, its step waits again
	caseSucceeded      = "case.succeeded" // its duties passed to another mission
	stateNamed         = "state.named"    // whose personnel it is about, which was not known
	allegationAdded    = "allegation.added"
	noticeSent         = "notice.sent"
	noticeWithdrawn    = "notice.withdrawn"
	answerReceived     = "answer.received"
	answerSetAside     = "answer.set-aside" // it does not count any more
	clockMoved         = "clock.moved"
	extensionTakenBack = "extension.taken-back"
	stepSilent         = "step.silent"
	remedyRecorded     = "remedy.recorded"
	personLeft         = "person.left" // the country; see Departure
	departureMistaken  = "departure.mistaken"
	publicationAsked   = "publication.asked" // by one person, of two
	casePublished      = "case.published"    // by the second

	publicationWithdrawn = "publication.withdrawn" // what was asked for is not any more
	retractionAsked      = "retraction.asked"      // to take back what is public
	caseRetracted        = "case.retracted"        // by the second, or for want of consent

	noticeAcknowledged = "notice.acknowledged" // the recipient has it
	timeAsked          = "time.asked"          // by who must act; the office decides
	stepReminded       = "step.reminded"       // its day comes near
	procedureAdopted   = "procedure.adopted"   // a newer version, by choice
	caseStopped        = "case.stopped"        // for want of consent
	consentStands      = "consent.stands"      // otherwise than before
	caseHanded         = "case.handed"         // goes on in another case, through the next track
	caseParted         = "case.parted"         // goes on there no more: the incidents were split

	evidenceTaken   = "evidence.taken" // its content is the sealed label
	evidenceHandled = "evidence.handled"
)

var eventTypes = []string{
	caseOpened, caseAssigned, caseWalled, caseReopened, caseSucceeded, stateNamed, allegationAdded, noticeSent, noticeWithdrawn,
	answerReceived, answerSetAside, clockMoved, extensionTakenBack, stepSilent, remedyRecorded, personLeft, departureMistaken, publicationAsked, casePublished,
	publicationWithdrawn, retractionAsked, caseRetracted,
	noticeAcknowledged, timeAsked, stepReminded, procedureAdopted, evidenceTaken, evidenceHandled, caseStopped, consentStands, caseHanded, caseParted,
}

// EventTypes are the types that an event of a case can have, for those who must
// be able to say each.
func EventTypes() []string { return slices.Concat(eventTypes, erasureTypes) }

// Apply makes c the case after an event. Events that Decide has made always
// apply.
func (c *Case) Apply(e *Event) {
	if e.Evidence != nil || e.Custody != nil {
		c.keeps(e)
		return
	}
	if e.Type == consentStands {
		c.Consent = e.Consent
		return
	}
	c.Changed = e.Index
	s := c.Step(e.Step)
	switch e.Type {
	case caseOpened:
		o := e.Opened
		*c = Case{
			ID: e.Case, Number: o.Number, Allegations: o.Allegations, Procedure: o.Procedure, Mission: o.Mission,
			State: o.State, Opened: e.On, Officer: e.By, Changed: e.Index, From: o.From, FromEnd: o.End,
		}
		begun := e.On
		if o.Begun != 0 {
			begun = o.Begun
		}
		c.begin(o.Procedure.Start, begun)
	case caseAssigned:
		c.Officer = e.Officer
	case caseWalled:
		c.Walled = append(c.Walled, e.Officer)
	case caseSucceeded:
		c.Mission = e.Mission
	case stateNamed:
		c.State = e.State
	case allegationAdded:
		c.Allegations = append(c.Allegations, e.Allegation)
	case noticeSent:
		n := *e.Notice
		if n.Letter != "" {
			n.Index = e.Index
		}
		s.Notices = append(s.Notices, n)
	case noticeWithdrawn:
		s.Notices[e.Notice.N-1].withdraw(e.On)
		known := e.On
		if e.Notice.Recorded != nil {
			known = *e.Notice.Recorded
		}
		c.unasked(s, e.Notice.N, known)
	case clockMoved:
		s.Moves = append(s.Moves, *e.Move)
	case extensionTakenBack:
		c.takesBack(e)
	case stepSilent:
		c.fallsSilent(s, e.On)
		if b := c.Procedure.Step(s.ID).Silence; b != nil {
			on := e.On
			if s.Again != nil {
				on = max(on, *s.Again+1) // nobody was asked in its stead before
			}
			c.follow(b, Cause{Led{Step: s.N}, on})
		}
	case answerReceived:
		a := *e.Answer
		a.Index = e.Index
		s.Answers = append(s.Answers, a)
		if a.Lifts != nil {
			c.lift(s, len(s.Answers), *a.Lifts)
		}
		if !a.Moved {
			c.heed(Led{s.N, len(s.Answers)}, e.On)
		}
	case answerSetAside:
		c.setsAside(e)
	case caseReopened:
		for i := range c.Ends {
			if c.Ends[i].End == e.End && c.Ends[i].Reopened == nil {
				c.Ends[i].Reopened = &e.On
				c.takeUp(&c.Ends[i], e.On)
			}
		}
	case remedyRecorded:
		c.Remedies = append(c.Remedies, *e.Remedy)
	case personLeft:
		c.Departures = append(c.Departures, *e.Departure)
	case departureMistaken:
		c.Departures[e.Number-1].Mistaken = &e.On
	case publicationAsked, retractionAsked, publicationWithdrawn, casePublished, caseRetracted:
		c.shows(e)
	case noticeAcknowledged:
		s.Notices[e.Notice.N-1].Acknowledged = &e.On
	case timeAsked:
		s.Asked = append(s.Asked, *e.Move)
	case stepReminded:
		s.RemindedOf, _ = c.Due(s, e.On)
		s.Reminded = &e.On
	case caseStopped:
		reached := Reached{End: e.End, On: e.On}
		for _, s := range c.Open() {
			reached.Stopped = append(reached.Stopped, s.N)
			s.Over = true
		}
		if len(reached.Stopped) > 0 { // else it only handed on
			reached.Step = reached.Stopped[0]
		}
		c.Ends = append(c.Ends, reached)
	case caseHanded:
		for i := range c.Ends {
			if r := &c.Ends[i]; r.End == e.End && r.Reopened == nil {
				r.Goes = append(r.Goes, e.Handed.Onward)
			}
		}
	case caseParted:
		c.part(e)
	case procedureAdopted:
		c.adopt(e.Procedure, e.On, e.Index)
	}
}

// heed takes a case to where an answer leads.
func (c *Case) heed(by Led, on when.Day) {
	s := c.Step(by.Step)
	answer := s.Answers[by.Answer-1].Answer
	b := c.branch(s, answer)
	if b == nil {
		return
	}
	if c.leads(s, answer) {
		c.dropInstead(s.N, by)
	}
	c.follow(b, Cause{by, on})
}

// reach notes that an answer has led to an end. One that stands is reached once, by
// however many.
func (c *Case) reach(end string, cause Cause) {
	for i := range c.Ends {
		if r := &c.Ends[i]; r.End == end && r.Reopened == nil {
			r.Also = append(r.Also, cause)
			return
		}
	}
	c.Ends = append(c.Ends, Reached{End: end, On: cause.On, Step: cause.Step, Answer: cause.Answer})
}

// takeUp begins anew where an end was reached: in the steps that led to it, or in
// all that were stopped.
func (c *Case) takeUp(r *Reached, on when.Day) {
	from := r.Stopped
	if len(from) == 0 && r.Step != 0 {
		from = []int{r.Step}
		for _, cause := range r.Also {
			from = append(from, cause.Step)
		}
	}
	for _, n := range from {
		c.begin(c.Step(n).ID, on, Cause{Led{Step: n}, on})
	}
}

// fallsSilent notes in a step that its time has run out. The first silence stays,
// until an answer has come after it.
func (c *Case) fallsSilent(s *Step, on when.Day) {
	if s.Silence == nil || c.said(s, s.askedFor()) {
		s.Silence = &on
	}
	if n := c.letter(s); n != nil {
		n.Silent = &on
	}
}

func (c *Case) begin(step string, on when.Day, causes ...Cause) *Step {
	c.Steps = append(c.Steps, Step{N: len(c.Steps) + 1, ID: step, Begun: on, Causes: causes})
	return &c.Steps[len(c.Steps)-1]
}

// end notes that a step has been led on from, by an answer where that is not 0.
func (s *Step) end(by Led) {
	if !s.Over && by.Answer > 0 {
		s.EndedBy = &by
	}
	s.Over = true
}

// dropInstead ends the steps that stand in for an answer that has come after all,
// and those in for theirs.
func (c *Case) dropInstead(n int, by Led) {
	for i := range c.Steps {
		if s := &c.Steps[i]; s.Instead == n {
			s.end(by)
			c.dropInstead(s.N, by)
		}
	}
}

// follow takes the case to where a branch leads, which an answer or the silence of a
// step has brought about. A branch that leads back to its own step leaves it open.
func (c *Case) follow(b *instrument.Branch, cause Cause) {
	n := cause.Step
	id, over := c.Step(n).ID, true
	for _, to := range b.Then {
		switch waiting := c.awaited(to); {
		case to == id:
			over = false
		case c.Procedure.End(to) != nil:
			c.reach(to, cause)
		case waiting != nil:
			if len(waiting.Causes) > 0 { // the first step of the case needs none
				waiting.Causes = append(waiting.Causes, cause)
			}
		default:
			s := c.begin(to, cause.On, cause)
			if cause.Answer == 0 {
				s.Instead = n
			}
		}
	}
	if over {
		c.Step(n).end(cause.Led) // begin may have moved the steps
	}
}

// awaited is the step of that ID that is open, or nil.
func (c *Case) awaited(id string) *Step {
	for i := range c.Steps {
		if c.Steps[i].ID == id && !c.Steps[i].Over {
			return &c.Steps[i]
		}
	}
	return nil
}
