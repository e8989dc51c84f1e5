package office

import (
	"fmt"
	"strings"

	"temwen/record"
)

// Refused is what may not be, as the office stands. It is a record.ErrRefused.
type Refused struct {
	// Code is one of those below; pages have words for each.
	Code string
	// By is the officer whose deed stands in the way, where there is one.
	By string
	// Action is what it is about, where Code is CodeRole or CodeLacking: who may do
	// it, RolesFor and State.WhoMay tell.
	Action Action
}

// Codes of a Refused.
const (
	CodeUnknown    = "unknown"    // there is no such officer, invitation or passkey
	CodeUsed       = "used"       // the link was used or withdrawn
	CodeLate       = "late"       // the link is too old
	CodeTaken      = "taken"      // another officer has this name or key
	CodeNotAllow   = "not-allow"  // this officer may not do that, as they stand
	CodeLastOne    = "last"       // nobody, or no key, would be left
	CodeOldEpoch   = "old-epoch"  // there is a newer key: seal again
	CodeIncomplete = "incomplete" // a key must be wrapped to every officer, and every key to an officer
	CodeStale      = "stale"      // somebody who was removed knows the key: a new one must begin first
	CodeFull       = "full"       // there are as many officers as may be
	CodeMalformed  = "malformed"
	CodeFounded    = "founded"     // there is an office already
	CodeNone       = "none"        // there is no office yet
	CodeRole       = "role"        // no role of this officer may do that
	CodeWalled     = "walled"      // a conflict of interest keeps this officer from it
	CodeLacking    = "lacking"     // nobody would be left who may do an action, or nobody to be the second
	CodeAlone      = "alone"       // who audits does nothing else
	CodeChanged    = "changed"     // an officer's roles are not as they were seen
	CodeNoKeys     = "no-keys"     // the officer's roles open nothing: no key is given to them
	CodeNobodyLeft = "nobody-left" // nobody who works on it, or no auditor, could see it any more
	CodeCannotHave = "cannot-have" // the officer to whom it would be assigned could do nothing with it
)

var refusals = map[string]string{
	CodeUnknown:    "there is no such officer, invitation or passkey",
	CodeUsed:       "this invitation was used or withdrawn; ask for another",
	CodeLate:       "this invitation is too old; ask for another",
	CodeTaken:      "another officer has this name or this key; choose another",
	CodeNotAllow:   "this needs an officer who can open the office's key, or is about somebody who cannot be asked for it",
	CodeLastOne:    "nobody would be left who can open the office's key; admit another officer first",
	CodeOldEpoch:   "there is a newer key by now; do it again with that",
	CodeIncomplete: "a key was not wrapped to everybody who must have it; do it again, as the office now stands",
	CodeStale:      "somebody who was removed knows the office's key; begin a new one first",
	CodeFull:       "there are as many officers as an office can have; remove one first",
	CodeMalformed:  "something in it has not the form it must have",
	CodeFounded:    "there is an office already",
	CodeNone:       "there is no office yet; run: temwen office init",
	CodeRole:       "no role of this officer may do that",
	CodeWalled:     "a conflict of interest keeps this officer from it",
	CodeLacking:    "nobody would be left who may do this, or nobody to be the second person; give the role to another officer first",
	CodeAlone:      "who audits has no other role",
	CodeChanged:    "the officer's roles were changed meanwhile; look at them, and decide anew",
	CodeNoKeys:     "this officer's roles open nothing that is sealed; give them such a role first, or give them no key",
	CodeNobodyLeft: "nobody who works on cases, or no auditor, could see this case any more; admit or appoint somebody first",
	CodeCannotHave: "this officer could do nothing with what is assigned to them; choose another",
}

func (r *Refused) Error() string {
	if r.Action != "" {
		return fmt.Sprintf("%s (%s: %s)", refusals[r.Code], r.Action, list(RolesFor(r.Action)))
	}
	if r.By != "" {
		return fmt.Sprintf("%s (because of what %s did)", refusals[r.Code], r.By)
	}
	return refusals[r.Code]
}

func list(roles []Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}

// Is makes it a record.ErrRefused.
func (r *Refused) Is(target error) bool { return target == record.ErrRefused }

func refuse(code string) error { return &Refused{Code: code} }
