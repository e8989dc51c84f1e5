package intake

// Stage is how far the office has come with a thread. It is what the person is
// told when they come back.
type Stage string

// The stages of a thread, in their usual order.
const (
	Received  Stage = "received"
	Read      Stage = "read"
	Referred  Stage = "referred" // to who helps
	InCase    Stage = "case"     // a case was opened
	Noticed   Stage = "notice"   // those who must answer were written to
	Waiting   Stage = "waiting"  // for their answer
	Closed    Stage = "closed"
	Withdrawn Stage = "withdrawn" // by the person
)

// Stages are all stages.
var Stages = []Stage{Received, Read, Referred, InCase, Noticed, Waiting, Closed, Withdrawn}

// Over reports whether the office has done with a thread.
func (s Stage) Over() bool { return s == Closed || s == Withdrawn }

// ItemKind is what an item of a thread is.
type ItemKind string

// The kinds of items. Those of the office are sealed to the office's key: a
// reply is the office's copy of what the person got.
const (
	Report   ItemKind = "report"
	Message  ItemKind = "message"
	Addition ItemKind = "addition"
	Consent  ItemKind = "consent"
	Reply    ItemKind = "reply"
	Note     ItemKind = "note"
)
