package intake

import (
	"encoding/json"

	"temwen/record"
	"temwen/seal"
	"temwen/when"
)

// The types of event. All are sealed. Those of a person are kept to the day.
const (
	reportReceived  = "report.received"  // opens a thread; its content is the envelope
	messageReceived = "message.received" // from the person
	threadWithdrawn = "thread.withdrawn" // by the person
	replySent       = "reply.sent"       // the person's copy of a letter
	replyKept       = "reply.kept"       // the office's copy
	noteKept        = "note.kept"
	envelopeHanded  = "envelope.handed" // to an officer's browser
	itemsOpened     = "items.opened"    // by an officer
	threadStaged    = "thread.staged"
	threadAssigned  = "thread.assigned"
	threadJoined    = "thread.joined" // to another of the same person
	threadParted    = "thread.parted"
	erasureAsked    = "erasure.asked" // by one officer; another one erases
	erasureDropped  = "erasure.dropped"
	wordSent        = "word.sent"      // by the program, of what happened to a case
	wordsHeld       = "words.held"     // for the person's safety
	wordsReleased   = "words.released" //
	consentHeeded   = "consent.heeded" // what the person allows now, as an officer read it
)

var eventTypes = []string{
	reportReceived, messageReceived, threadWithdrawn, replySent, replyKept, noteKept,
	envelopeHanded, itemsOpened, threadStaged, threadAssigned, threadJoined, threadParted, erasureAsked, erasureDropped,
	wordSent, wordsHeld, wordsReleased, consentHeeded,
}

// body is what an event says. Which members it has depends on its type.
type body struct {
	About   uint64       `json:"about,omitempty"`   // index of the event of a case that a word is about + 1
	By      string       `json:"by,omitempty"`      // officer
	Case    string       `json:"case,omitempty"`    // that a word is about
	Consent seal.Consent `json:"consent,omitempty"` // that the person gives
	Day     string       `json:"day"`               // on which it came on the record, at the place of the office
	Digest  *seal.Hash   `json:"digest,omitempty"`  // of the parcel
	Epoch   int          `json:"epoch,omitempty"`   // of the key that opens the content
	File    *envelopeRef `json:"file,omitempty"`    // where the envelope is too long for the record
	Ground  string       `json:"ground,omitempty"`  // of an erasure
	Number  int64        `json:"number,omitempty"`  // of the thread that is opened
	Foreign bool         `json:"foreign,omitempty"` // not for this office
	ID      *seal.ID     `json:"id,omitempty"`      // of the parcel
	Into    uint64       `json:"into,omitempty"`    // thread + 1
	Items   []int        `json:"items,omitempty"`   // numbers
	Kind    ItemKind     `json:"kind,omitempty"`    //
	Lookup  *seal.Hash   `json:"lookup,omitempty"`  // of the code
	Officer string       `json:"officer,omitempty"` // to whom a thread is assigned
	On      string       `json:"on,omitempty"`      // day on which it happened
	Reply   string       `json:"reply,omitempty"`   // recipient of the person
	Since   string       `json:"since,omitempty"`   // day
	Size    int64        `json:"size,omitempty"`    // of the envelope, in bytes
	Stage   Stage        `json:"stage,omitempty"`   //
	Thread  uint64       `json:"thread,omitempty"`  // index of the event that opened it + 1
	Until   string       `json:"until,omitempty"`   // day that a word names
	Words   []string     `json:"words,omitempty"`   // codes of what was said
}

// envelopeRef names an envelope that is a file of its own.
type envelopeRef struct {
	SHA256 seal.Hash `json:"sha256"`
}

// draft makes an event of a body, on a day at the place of the office.
func draft(eventType string, day when.Day, b *body, content []byte) (record.Draft, error) {
	b.Day = day.String()
	public, err := record.Canonical(b)
	return record.Draft{Type: eventType, Body: public, Content: content}, err
}

// said reads what an event says.
func said(e *record.Event) (*body, error) {
	b := new(body)
	if len(e.Body) == 0 {
		return b, nil
	}
	return b, json.Unmarshal(e.Body, b)
}
