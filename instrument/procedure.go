package instrument

import (
	"slices"
	"strings"

	"temwen/locale"
	"temwen/when"
)

// Procedure is what an instrument prescribes for an allegation: a state machine
// of steps. In each, somebody must act toward somebody, and every answer leads
// on, as silence does. It is data that a lawyer can read and change; a case
// follows the version that it was opened under.
type Procedure struct {
	ID         string      `json:"id"`
	Title      locale.Text `json:"title"`
	Instrument string      `json:"instrument"`
	Missions   []string    `json:"missions,omitempty"` // none: of a model, for comparison
	// Provisions are further clauses that a reader must know: who is covered,
	// which immunity outlasts the agreement. As in Step.
	Provisions []string `json:"provisions,omitempty"`
	// Track is the way it goes: criminal, civil, discipline, flagrante, complaint.
	Track Track `json:"track"`
	// Applies says in words to which allegations it applies.
	Applies locale.Text `json:"applies"`
	Start   string      `json:"start"` // the first step
	Steps   []Step      `json:"steps"`
	Ends    []End       `json:"ends"`
	// Holidays are what its working days leave out; nil where nobody knows which count.
	Holidays *Holidays   `json:"holidays,omitempty"`
	Note     locale.Text `json:"note,omitempty"`
	Sources  []string    `json:"sources"`
}

// Track is the way that a procedure goes.
type Track string

// The tracks.
const (
	Criminal   Track = "criminal"
	Civil      Track = "civil"
	Discipline Track = "discipline"
	Flagrante  Track = "flagrante"
	Complaint  Track = "complaint"
)

// Tracks are all tracks.
var Tracks = []Track{Criminal, Civil, Discipline, Flagrante, Complaint}

// Role is who acts in a step, before it is known which State or person that is
// in a case.
type Role string

// The roles.
const (
	HostState  Role = "host-state"  // the Government of the country
	Command    Role = "command"     // of the mission
	SendState  Role = "state"       // whose personnel is alleged to be responsible
	Court      Role = "court"       // of the country
	Oversight  Role = "office"      // the oversight office that keeps the case
	Claimant   Role = "claimant"    // who was harmed
	Leadership Role = "un"          // the United Nations, in models
	Arbiter    Role = "claims-body" // a commission or tribunal for claims
)

// Roles are all roles.
var Roles = []Role{HostState, Command, SendState, Court, Oversight, Claimant, Leadership, Arbiter}

// Step is one state of a procedure: a duty of somebody, that is open until it is
// answered.
type Step struct {
	ID     string      `json:"id"`
	Title  locale.Text `json:"title"`
	Who    Role        `json:"who"`    // must act
	Toward Role        `json:"toward"` // toward whom
	// Form says how: notice, letter, decision, certificate, hearing, report.
	Form Form `json:"form"`
	// Asks is what is asked of who must act, as a notice says it.
	Asks locale.Text `json:"asks"`
	// Provision is the clause that says so, as INSTRUMENT/PROVISION, or
	// PROVISION of the procedure's own instrument.
	Provision string `json:"provision"`
	Clock     Clock  `json:"clock"`
	// Discharge says in words what counts as done.
	Discharge locale.Text `json:"discharge"`
	Answers   []Branch    `json:"answers"`
	// Silence is what follows when the time has run out without an answer: the
	// text's own, or that which the office set in a notice, as it can in every
	// step. It never leads to an end.
	Silence *Branch     `json:"silence,omitempty"`
	Note    locale.Text `json:"note,omitempty"`
}

// Form is how somebody acts in a step.
type Form string

// The forms.
const (
	Notice      Form = "notice"
	LetterForm  Form = "letter"
	Decision    Form = "decision"
	Certificate Form = "certificate"
	Hearing     Form = "hearing"
	ReportForm  Form = "report"
	Handover    Form = "handover"
)

// Forms are all forms.
var Forms = []Form{Notice, LetterForm, Decision, Certificate, Hearing, ReportForm, Handover}

// Clock is by when a step must be done: within a period, or unclocked, with the
// words of the text and a benchmark from another instrument.
type Clock struct {
	Within  when.Period `json:"within,omitzero"`
	Working bool        `json:"working,omitempty"` // days of Within are working days
	// Words are the text's own, where it sets no period: "without delay".
	Words locale.Text `json:"words,omitempty"`
	// Benchmark is the period that another instrument gives for the like, and
	// Of the clause, as INSTRUMENT/PROVISION.
	Benchmark        when.Period `json:"benchmark,omitzero"`
	BenchmarkWorking bool        `json:"benchmark_working,omitempty"`
	Of               string      `json:"of,omitempty"`
	// From is what the benchmark counts from; the step's beginning where empty.
	From From `json:"from,omitempty"`
	// Extension is how far Within may be extended; nil where the text does not say.
	Extension *Extension `json:"extension,omitempty"`
}

// Extension is how far a period may be extended. One of AtMost and Times is there.
type Extension struct {
	// AtMost is how long each extension may be, from the day on which the step fell due
	// before it; zero where the text does not say.
	AtMost  when.Period `json:"at_most,omitzero"`
	Working bool        `json:"working,omitempty"` // days of AtMost are working days
	// Times is how many there may be; 0 where the text does not say.
	Times int `json:"times,omitempty"`
	// Provision is the clause that says so, as in Step.
	Provision string `json:"provision"`
}

// From is what a benchmark counts from.
type From string

// FromIncident is the day of what happened: of the damage, for a claim.
const FromIncident From = "incident"

// Unclocked reports whether the text sets no period.
func (c *Clock) Unclocked() bool { return c.Within.IsZero() }

// Branch is where an answer, or silence, leads: to a step, to several at once,
// or to an end.
type Branch struct {
	ID    string      `json:"id,omitempty"` // of an answer
	Title locale.Text `json:"title"`
	// Kind is what the answer is, for counting and for the clock.
	Kind AnswerKind `json:"kind,omitempty"`
	Then []string   `json:"then"` // steps or ends
}

// AnswerKind is what sort of answer a branch is.
type AnswerKind string

// The kinds of answer.
const (
	Acknowledged    AnswerKind = "acknowledged"
	Official        AnswerKind = "official-duty"
	NotOfficial     AnswerKind = "not-official-duty"
	Accepted        AnswerKind = "accepted"
	Declined        AnswerKind = "declined"
	Named           AnswerKind = "investigator-named"
	Substantiated   AnswerKind = "substantiated"
	Unfounded       AnswerKind = "not-substantiated"
	OutcomeReported AnswerKind = "reported"
	// SentHome and Prosecuted are actions that end nothing: the step waits on.
	SentHome   AnswerKind = "repatriated"
	Prosecuted AnswerKind = "prosecuted"
	Done       AnswerKind = "done"
)

// AnswerKinds are all kinds of answer.
var AnswerKinds = []AnswerKind{
	Acknowledged, Official, NotOfficial, Accepted, Declined, Named, Substantiated, Unfounded, OutcomeReported, Done,
	SentHome, Prosecuted,
}

// Finds reports whether an answer of a kind finds something to be so, or not: then it
// must say by which standard of proof.
func (k AnswerKind) Finds() bool {
	return slices.Contains([]AnswerKind{Substantiated, Unfounded, OutcomeReported, Official, NotOfficial}, k)
}

// End is where a procedure can end.
type End struct {
	ID      string      `json:"id"`
	Title   locale.Text `json:"title"`
	Outcome Outcome     `json:"outcome"`
	// HandsOn is the procedure in which the allegation goes on from here; nil where it
	// ends. What is handed on has the outcome Handed, and nothing else has.
	HandsOn *HandOn `json:"hands_on,omitempty"`
}

// HandOn is where an allegation goes on after an end.
type HandOn struct {
	To string `json:"to"` // ID of a procedure of another track
	// FromHandOver says that the first step there begins on the day of the end, and not
	// on the day on which the office opens the case.
	FromHandOver bool `json:"from_hand_over,omitempty"`
}

// Outcome is what came of it.
type Outcome string

// The outcomes. What is open goes on with the successor of a mission and with
// the State: the end of a mission and the rotation of a suspect are none.
const (
	Convicted   Outcome = "convicted"
	Acquitted   Outcome = "acquitted"
	Disciplined Outcome = "disciplined"
	Repatriated Outcome = "repatriated"
	Compensated Outcome = "compensated"
	Judged      Outcome = "judged"   // for who claims
	Rejected    Outcome = "rejected" // a claim that was dismissed
	NoAction    Outcome = "no-action"
	Dismissed   Outcome = "not-substantiated"
	NoForum     Outcome = "no-forum" // there is nobody who would hear the claim
	Handed      Outcome = "handed-over"
	Assisted    Outcome = "assisted"
	Informed    Outcome = "informed"   // who was harmed has been told
	NotWished   Outcome = "not-wished" // who was harmed did not want what was offered
	// NoConsent is reached by no answer: the office stops where it cannot go on
	// without the consent of who reported.
	NoConsent Outcome = "no-consent"
)

// Outcomes are all outcomes.
var Outcomes = []Outcome{
	Convicted, Acquitted, Disciplined, Repatriated, Compensated, Judged, Rejected, NoAction, Dismissed, NoForum, Handed, Assisted, Informed,
	NotWished, NoConsent,
}

// Step is the step of that ID, or nil.
func (p *Procedure) Step(id string) *Step {
	for i := range p.Steps {
		if p.Steps[i].ID == id {
			return &p.Steps[i]
		}
	}
	return nil
}

// End is the end of that ID, or nil.
func (p *Procedure) End(id string) *End {
	for i := range p.Ends {
		if p.Ends[i].ID == id {
			return &p.Ends[i]
		}
	}
	return nil
}

// Clause is a citation in full, as INSTRUMENT/PROVISION: one without an
// instrument is of the procedure's own.
func (p *Procedure) Clause(ref string) string {
	if ref == "" || strings.Contains(ref, "/") {
		return ref
	}
	return p.Instrument + "/" + ref
}

// Branches are all that can follow a step: its answers, then silence.
func (s *Step) Branches() []*Branch {
	list := make([]*Branch, 0, len(s.Answers)+1)
	for i := range s.Answers {
		list = append(list, &s.Answers[i])
	}
	if s.Silence != nil {
		list = append(list, s.Silence)
	}
	return list
}
