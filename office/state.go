package office

import (
	"regexp"
	"slices"
	"time"

	"temwen/locale"
)

// State is the office at one moment: what its events say. It is never changed
// but by Apply.
type State struct {
	ID       string      // 16 random bytes, base64url; empty before it was founded
	Name     locale.Text // what people know it by
	Epochs   []Epoch     // by number
	Officers []Officer   // in the order they joined, the removed too
	Invites  []Invite    // those that are still good, or late
	Recovery *Recovery   // nil where no shares were given out
	// Divided says that roles were given: from then on nobody may do anything that
	// a role does not say.
	Divided bool
}

// Epoch is the time in which one key of the office is published.
type Epoch struct {
	Number    int       `json:"number"`    // from 1
	Recipient string    `json:"recipient"` // age1pq1…
	Since     time.Time `json:"since"`
	// Stolen says that the key is known to others, so that nothing more that was
	// sealed to it is taken.
	Stolen bool `json:"stolen,omitempty"`
	// Wraps are the epoch's identity in key files, by the ID of the officer who
	// can open each, and Rescue the one for the recovery recipient.
	Wraps  map[string][]byte `json:"-"`
	Rescue []byte            `json:"-"`
}

// Officer is one who works at the office. Officers have names to sign in with,
// which need not be their own.
type Officer struct {
	ID        string   `json:"id"`   // 16 random bytes, base64url
	Name      string   `json:"name"` // see NameForm
	Standing  Standing `json:"standing,omitempty"`
	Recipient string   `json:"recipient"` // age1pq1…
	// Keys are the officer's identity, sealed where it was made: with the
	// passphrase, and for each passkey that can.
	Keys []SealedKey `json:"keys,omitempty"`
	// Login is the SHA-256 of the login secret that their browser makes of the
	// passphrase; TOTP the secret of their second step, base32, or empty.
	Login    []byte    `json:"login,omitempty"`
	TOTP     string    `json:"totp,omitempty"`
	Passkeys []Passkey `json:"passkeys,omitempty"`
	Since    time.Time `json:"since,omitzero"` // joined
	// Roles are in the order of Roles. Without one, an officer may do nothing in an
	// office that is divided.
	Roles []Role `json:"roles,omitempty"`
}

// Standing is how far an officer has come.
type Standing string

// The standings of an officer.
const (
	Joined   Standing = "joined"   // has a key, waits to be admitted
	Admitted Standing = "admitted" // works here; whether they can open the office's key, their roles say
	Removed  Standing = "removed"
)

// SealedKey is a key file with an officer's identity.
type SealedKey struct {
	Passkey []byte `json:"passkey,omitempty"` // ID of the passkey whose PRF opens it; nil for the passphrase
	File    []byte `json:"file"`
}

// Passkey is a WebAuthn credential.
type Passkey struct {
	ID         []byte    `json:"id"`
	Label      string    `json:"label"` // by the officer
	Credential []byte    `json:"credential"`
	Added      time.Time `json:"added,omitzero"`
}

// Invite is a link that is good once.
type Invite struct {
	ID    string    `json:"id"`   // base64url of the SHA-256 of the link's token
	Name  string    `json:"name"` // of the officer to be, who may choose another
	By    string    `json:"by"`   // officer, or Operator
	Until time.Time `json:"until"`
}

// Recovery says who can open the office's keys together when all officers'
// keys are lost.
type Recovery struct {
	Recipient string    `json:"recipient"` // age1pq1…
	Need      int       `json:"need"`      // shares of
	Of        int       `json:"of"`
	Proof     []byte    `json:"proof"` // SHA-256 of seal.Proof
	Since     time.Time `json:"since"`
	// Used says that the shares were brought together once: new ones should be
	// given out.
	Used bool `json:"used,omitempty"`
}

// NameForm is what the name of an officer looks like.
var NameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,31}$`)

// Operator is who acts from the machine that the store is on. They may invite and
// remove, but open nothing.
const Operator = "operator"

// Overlap is how long envelopes sealed to the key of an epoch are taken after
// the next one began: a phone may have sealed without a network.
const Overlap = 30 * 24 * time.Hour

// MaxOfficers is how many officers may be present, so that a new key can be
// wrapped to all of them at once.
const MaxOfficers = 50

// Current is the present epoch, or nil before the office was founded.
func (s *State) Current() *Epoch {
	if len(s.Epochs) == 0 {
		return nil
	}
	return &s.Epochs[len(s.Epochs)-1]
}

// Epoch is the epoch with a number, or nil.
func (s *State) Epoch(number int) *Epoch {
	i := slices.IndexFunc(s.Epochs, func(e Epoch) bool { return e.Number == number })
	if i < 0 {
		return nil
	}
	return &s.Epochs[i]
}

// Officer is the officer with an ID, or nil.
func (s *State) Officer(id string) *Officer {
	i := slices.IndexFunc(s.Officers, func(o Officer) bool { return o.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Officers[i]
}

// Named is the officer with a name who was not removed, or nil.
func (s *State) Named(name string) *Officer {
	i := slices.IndexFunc(s.Officers, func(o Officer) bool { return o.Name == name && o.Standing != Removed })
	if i < 0 {
		return nil
	}
	return &s.Officers[i]
}

// Invite is the invitation with an ID, or nil.
func (s *State) Invite(id string) *Invite {
	i := slices.IndexFunc(s.Invites, func(v Invite) bool { return v.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Invites[i]
}

// Admitted are the officers who work here.
func (s *State) Admitted() []Officer {
	var list []Officer
	for _, o := range s.Officers {
		if o.Standing == Admitted {
			list = append(list, o)
		}
	}
	return list
}

// Stale reports whether somebody knows the current key who was removed, or whose
// role opens nothing any more: then a new epoch is due, and the office seals
// nothing before.
func (s *State) Stale() bool {
	if e := s.Current(); e != nil {
		for id := range e.Wraps {
			if o := s.Officer(id); o == nil || !s.Opens(o) {
				return true
			}
		}
	}
	return false
}

// Accepts reports whether envelopes sealed to the key of an epoch are taken at a
// time: those of the present one, and for Overlap those of the one before.
func (s *State) Accepts(number int, now time.Time) bool {
	e := s.Epoch(number)
	if e == nil || e.Stolen {
		return false
	}
	next := s.Epoch(number + 1)
	return next == nil || now.Before(next.Since.Add(Overlap))
}
