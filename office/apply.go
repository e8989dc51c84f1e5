package office

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"time"
)

// fresh is a new, empty event of the same type.
func fresh(e Event) Event {
	return reflect.New(reflect.TypeOf(e).Elem()).Interface().(Event)
}

// Apply changes the state by what happened at a time. It decides nothing, and
// bears that earlier events were erased.
func (s *State) Apply(n Note, at time.Time) {
	n.Event.apply(s, n.By, at.UTC())
}

func (e *Founded) apply(s *State, _ string, _ time.Time) {
	s.ID, s.Name = e.ID, e.Name
}

func (e *Invited) apply(s *State, by string, _ time.Time) {
	s.Invites = append(s.Invites, Invite{ID: e.ID, Name: e.Name, By: by, Until: e.Until})
}

func (e *Uninvited) apply(s *State, _ string, _ time.Time) {
	s.dropInvite(e.ID)
}

func (s *State) dropInvite(id string) {
	s.Invites = slices.DeleteFunc(s.Invites, func(v Invite) bool { return v.ID == id })
}

func (e *HasJoined) apply(s *State, _ string, at time.Time) {
	o := e.Officer
	o.Standing, o.Since = Joined, at
	s.Officers = append(s.Officers, o)
	s.dropInvite(e.Invite)
}

func (e *Wrapped) apply(s *State, _ string, _ time.Time) {
	for _, w := range e.Wraps {
		epoch := s.Epoch(w.Epoch)
		switch {
		case epoch == nil:
		case w.To == "":
			epoch.Rescue = w.File
		default:
			// Others may hold the map that was.
			epoch.Wraps = maps.Clone(epoch.Wraps)
			if epoch.Wraps == nil {
				epoch.Wraps = make(map[string][]byte)
			}
			epoch.Wraps[w.To] = w.File
		}
	}
}

func (e *WasAdmitted) apply(s *State, _ string, _ time.Time) {
	if o := s.Officer(e.Officer); o != nil {
		o.Standing = Admitted
	}
}

func (e *WasRemoved) apply(s *State, _ string, _ time.Time) {
	if o := s.Officer(e.Officer); o != nil {
		o.Standing = Removed
		o.Keys, o.Login, o.TOTP, o.Passkeys, o.Roles = nil, nil, "", nil, nil
	}
}

func (e *RolesGiven) apply(s *State, _ string, _ time.Time) {
	s.Divided = true
	if o := s.Officer(e.Officer); o != nil {
		o.Roles = e.Roles
	}
}

func (e *Began) apply(s *State, _ string, at time.Time) {
	if before := s.Current(); before != nil && e.Stolen {
		before.Stolen = true
	}
	s.Epochs = append(s.Epochs, Epoch{Number: e.Number, Recipient: e.Recipient, Since: at})
}

func (e *Arranged) apply(s *State, _ string, at time.Time) {
	s.Recovery = &Recovery{Recipient: e.Recipient, Need: e.Need, Of: e.Of, Proof: e.Proof, Since: at}
}

func (e *Recovered) apply(s *State, _ string, _ time.Time) {
	if o := s.Officer(e.Officer); o != nil {
		o.Standing = Admitted
	}
	if s.Recovery != nil {
		used := *s.Recovery
		used.Used = true
		s.Recovery = &used
	}
}

func (e *PassphraseChanged) apply(s *State, by string, _ time.Time) {
	if o := s.Officer(by); o != nil {
		o.Login = e.Login
		o.setKey(e.Key)
	}
}

// setKey puts a sealed key in the place of the one that the same passphrase or
// passkey opened.
func (o *Officer) setKey(k SealedKey) {
	o.dropKey(k.Passkey)
	o.Keys = append(o.Keys, k)
}

func (o *Officer) dropKey(passkey []byte) {
	o.Keys = slices.DeleteFunc(slices.Clone(o.Keys), func(k SealedKey) bool { return bytes.Equal(k.Passkey, passkey) })
}

func (e *TOTPSet) apply(s *State, by string, _ time.Time) {
	if o := s.Officer(by); o != nil {
		o.TOTP = e.Secret
	}
}

func (e *PasskeyAdded) apply(s *State, by string, at time.Time) {
	o := s.Officer(by)
	if o == nil {
		return
	}
	p := e.Passkey
	p.Added = at
	o.Passkeys = append(slices.Clone(o.Passkeys), p)
	if e.Key != nil {
		o.setKey(*e.Key)
	}
}

func (e *PasskeyUsed) apply(s *State, by string, _ time.Time) {
	o := s.Officer(by)
	if o == nil {
		return
	}
	o.Passkeys = slices.Clone(o.Passkeys)
	for i := range o.Passkeys {
		if bytes.Equal(o.Passkeys[i].ID, e.ID) {
			o.Passkeys[i].Credential = e.Credential
		}
	}
}

func (e *PasskeyDropped) apply(s *State, by string, _ time.Time) {
	if o := s.Officer(by); o != nil {
		o.Passkeys = slices.DeleteFunc(slices.Clone(o.Passkeys), func(p Passkey) bool { return bytes.Equal(p.ID, e.ID) })
		o.dropKey(e.ID)
	}
}

func (*SignedIn) apply(*State, string, time.Time)  {}
func (*SignedOut) apply(*State, string, time.Time) {}
