package office

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"temwen/locale"
	"temwen/record"
)

// Event is something that happened at the office. On the record each is sealed,
// its body the JSON of a Note.
type Event interface {
	// Type is the event's type on the record.
	Type() string
	// apply changes what the event says it changes, at the time it happened.
	apply(s *State, by string, at time.Time)
}

// The events of the office.
type (
	// Founded says that there is an office now.
	Founded struct {
		ID   string      `json:"id"`
		Name locale.Text `json:"name"`
	}
	// Invited says that a link was made.
	Invited struct {
		ID    string    `json:"id"`
		Name  string    `json:"name"`
		Until time.Time `json:"until"`
	}
	// Uninvited says that a link was withdrawn.
	Uninvited struct {
		ID string `json:"id"`
	}
	// HasJoined says that an officer came, by an invitation or as the first.
	HasJoined struct {
		Invite  string  `json:"invite,omitempty"`
		Officer Officer `json:"officer"`
	}
	// Wrapped says that keys were wrapped. It stands beside the event that this
	// was done for.
	Wrapped struct {
		Wraps []Wrap `json:"wraps"`
	}
	// WasAdmitted says that an officer can open the office's key.
	WasAdmitted struct {
		Officer string `json:"officer"`
	}
	// WasRemoved says that an officer does not work here any more.
	WasRemoved struct {
		Officer string `json:"officer"`
	}
	// RolesGiven says which roles an officer has from then on, and that the office
	// is divided.
	RolesGiven struct {
		Officer string `json:"officer"`
		Roles   []Role `json:"roles"`
	}
	// Began says that an epoch began.
	Began struct {
		Number    int    `json:"number"`
		Recipient string `json:"recipient"`
		Stolen    bool   `json:"stolen,omitempty"` // the key before
	}
	// Arranged says that shares of a new recovery key were given out.
	Arranged struct {
		Recipient string `json:"recipient"`
		Need      int    `json:"need"`
		Of        int    `json:"of"`
		Proof     []byte `json:"proof"`
	}
	// Recovered says that an officer opened the keys with the shares.
	Recovered struct {
		Officer string `json:"officer"`
	}
	// PassphraseChanged is about the officer who did it, as are those below.
	PassphraseChanged struct {
		Login []byte    `json:"login"`
		Key   SealedKey `json:"key"`
	}
	// TOTPSet is about the second step.
	TOTPSet struct {
		Secret string `json:"secret"`
	}
	// PasskeyAdded has the key file that it opens, if any.
	PasskeyAdded struct {
		Passkey Passkey    `json:"passkey"`
		Key     *SealedKey `json:"key,omitempty"`
	}
	// PasskeyUsed keeps what changed in a credential.
	PasskeyUsed struct {
		ID         []byte `json:"id"`
		Credential []byte `json:"credential"`
	}
	// PasskeyDropped takes one away.
	PasskeyDropped struct {
		ID []byte `json:"id"`
	}
	// SignedIn changes nothing.
	SignedIn struct {
		With string `json:"with"`
	}
	// SignedOut changes nothing.
	SignedOut struct{}
)

// Wrap is an epoch's identity in a key file.
type Wrap struct {
	Epoch int    `json:"epoch"`
	To    string `json:"to,omitempty"` // officer; empty for the recovery recipient
	File  []byte `json:"file"`
}

// eventTypes has a value of each event.
var eventTypes = []Event{
	&Founded{}, &Invited{}, &Uninvited{}, &HasJoined{}, &Wrapped{}, &WasAdmitted{}, &WasRemoved{}, &Began{}, &Arranged{},
	&RolesGiven{}, &Recovered{}, &PassphraseChanged{}, &TOTPSet{}, &PasskeyAdded{}, &PasskeyUsed{}, &PasskeyDropped{}, &SignedIn{}, &SignedOut{},
}

// Type implements Event.
func (*Founded) Type() string           { return "office.founded" }
func (*Invited) Type() string           { return "office.invited" }
func (*Uninvited) Type() string         { return "office.uninvited" }
func (*HasJoined) Type() string         { return "officer.joined" }
func (*Wrapped) Type() string           { return "key.wrapped" }
func (*WasAdmitted) Type() string       { return "officer.admitted" }
func (*WasRemoved) Type() string        { return "officer.removed" }
func (*RolesGiven) Type() string        { return "officer.roles" }
func (*Began) Type() string             { return "epoch.began" }
func (*Arranged) Type() string          { return "recovery.arranged" }
func (*Recovered) Type() string         { return "officer.recovered" }
func (*PassphraseChanged) Type() string { return "passphrase.changed" }
func (*TOTPSet) Type() string           { return "totp.set" }
func (*PasskeyAdded) Type() string      { return "passkey.added" }
func (*PasskeyUsed) Type() string       { return "passkey.used" }
func (*PasskeyDropped) Type() string    { return "passkey.dropped" }
func (*SignedIn) Type() string          { return "officer.signed.in" }
func (*SignedOut) Type() string         { return "officer.signed.out" }

// Note is an event with who did it: an officer's ID, Operator, or, where only a
// link was shown, nobody.
type Note struct {
	By    string
	Event Event
}

// body is a Note as JSON.
type body struct {
	By    string          `json:"by,omitempty"`
	Event json.RawMessage `json:"event"`
}

// encode is the note as canonical JSON.
func (n Note) encode() (json.RawMessage, error) {
	event, err := record.Canonical(n.Event)
	if err != nil {
		return nil, fmt.Errorf("writing a %s: %w", n.Event.Type(), err)
	}
	return record.Canonical(body{n.By, event})
}

// parseNote reads what encode has written of an event of that type.
func parseNote(eventType string, b json.RawMessage) (Note, error) {
	i := slices.IndexFunc(eventTypes, func(e Event) bool { return e.Type() == eventType })
	if i < 0 {
		return Note{}, fmt.Errorf("%q is no event of the office", eventType)
	}
	event := fresh(eventTypes[i])
	var outer body
	if err := json.Unmarshal(b, &outer); err != nil {
		return Note{}, fmt.Errorf("reading a %s: %w", eventType, err)
	}
	if err := json.Unmarshal(outer.Event, event); err != nil {
		return Note{}, fmt.Errorf("reading a %s: %w", eventType, err)
	}
	return Note{outer.By, event}, nil
}
