package office

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"temwen/locale"
)

// scene is an office with a first officer, one who waits, one who was removed
// after a second epoch, and an open invitation.
type scene struct {
	*world
	first, waiting, gone string
}

func setScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{world: newWorld(t)}
	s.found(true)
	s.first = s.state.Officers[0].ID
	for _, name := range []string{"waiting", "gone", "invited"} {
		s.must(s.first, InviteOfficer{Invite{ID: linkOf(name), Name: name, Until: s.at.Add(time.Hour)}})
	}
	for _, name := range []string{"waiting", "gone"} {
		s.must("", Join{linkOf(name), s.newcomer(name)})
	}
	s.waiting, s.gone = s.state.Officers[1].ID, s.state.Officers[2].ID
	s.must(s.first, Admit{s.gone, s.wraps(s.state.Officer(s.gone).Recipient)})
	e := s.newEpoch(s.gone)
	s.must(s.first, Remove{Officer: s.gone, Epoch: &e})
	return s
}

func TestRefusals(t *testing.T) {
	x25519 := "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
	invite := func(name string, until time.Duration) func(*scene) (string, Command) {
		return func(s *scene) (string, Command) {
			return s.first, InviteOfficer{Invite{ID: linkOf("new"), Name: name, Until: s.at.Add(until)}}
		}
	}
	join := func(change func(s *scene, o *Officer)) func(*scene) (string, Command) {
		return func(s *scene) (string, Command) {
			o := s.newcomer("invited")
			change(s, &o)
			return "", Join{linkOf("invited"), o}
		}
	}
	rotate := func(change func(s *scene, e *Epoch)) func(*scene) (string, Command) {
		return func(s *scene) (string, Command) {
			e := s.newEpoch("")
			change(s, &e)
			return s.first, Rotate{Epoch: e}
		}
	}
	arrange := func(change func(s *scene, r *Recovery)) func(*scene) (string, Command) {
		return func(s *scene) (string, Command) {
			r, _ := s.newRecovery()
			c := ArrangeRecovery{r, s.wraps(r.Recipient)}
			change(s, &c.Recovery)
			return s.first, c
		}
	}
	garbage := bytes.Repeat([]byte("x"), 1737)
	for _, tt := range []struct {
		name string
		do   func(s *scene) (by string, c Command)
		code string
	}{
		{"found again", func(s *scene) (string, Command) {
			o := s.newcomer("again")
			return o.ID, Found{ID: NewID(), Name: locale.Text{"en": "x"}, Officer: o, Epoch: Epoch{Number: 1}}
		}, CodeFounded},
		{"invite by a stranger", func(s *scene) (string, Command) {
			return NewID(), InviteOfficer{Invite{ID: linkOf("new"), Name: "new", Until: s.at.Add(time.Hour)}}
		}, CodeNotAllow},
		{"invite by one who waits", func(s *scene) (string, Command) {
			return s.waiting, InviteOfficer{Invite{ID: linkOf("new"), Name: "new", Until: s.at.Add(time.Hour)}}
		}, CodeNotAllow},
		{"invite with a name that is none", invite("Two Words", time.Hour), CodeMalformed},
		{"invite for the past", invite("new", 0), CodeMalformed},
		{"invite for too long", invite("new", MaxInviteTime+1), CodeMalformed},
		{"invite one who is here", invite("waiting", time.Hour), CodeTaken},
		{"invite one who is invited", invite("invited", time.Hour), CodeTaken},
		{"invite by the token itself", func(s *scene) (string, Command) {
			return s.first, InviteOfficer{Invite{ID: "token", Name: "new", Until: s.at.Add(time.Hour)}}
		}, CodeMalformed},
		{"invite twice", func(s *scene) (string, Command) {
			return s.first, InviteOfficer{Invite{ID: linkOf("invited"), Name: "new", Until: s.at.Add(time.Hour)}}
		}, CodeUsed},
		{"withdraw what is not there", func(s *scene) (string, Command) { return s.first, WithdrawInvite{linkOf("new")} }, CodeUsed},
		{"join by a used link", func(s *scene) (string, Command) {
			return "", Join{linkOf("waiting"), s.newcomer("new")}
		}, CodeUsed},
		{"join too late", func(s *scene) (string, Command) {
			s.at = s.at.Add(time.Hour)
			return "", Join{linkOf("invited"), s.newcomer("invited")}
		}, CodeLate},
		{"join under a name that is taken", join(func(_ *scene, o *Officer) { o.Name = "waiting" }), CodeTaken},
		{"join as the operator", join(func(_ *scene, o *Officer) { o.Name = Operator }), CodeMalformed},
		{"join with an ID that is taken", join(func(s *scene, o *Officer) { o.ID = s.gone }), CodeTaken},
		{"join with a short ID", join(func(_ *scene, o *Officer) { o.ID = "x" }), CodeMalformed},
		{"join with the key of a removed officer", join(func(s *scene, o *Officer) { o.Recipient = s.state.Officer(s.gone).Recipient }), CodeTaken},
		{"join with the office's key", join(func(s *scene, o *Officer) { o.Recipient = s.state.Current().Recipient }), CodeTaken},
		{"join with the recovery key", join(func(s *scene, o *Officer) { o.Recipient = s.state.Recovery.Recipient }), CodeTaken},
		{"join with a classic key", join(func(_ *scene, o *Officer) { o.Recipient = x25519 }), CodeMalformed},
		{"join without a key", join(func(_ *scene, o *Officer) { o.Keys = nil }), CodeMalformed},
		{"join with an open key", join(func(s *scene, o *Officer) { o.Keys[0].File = []byte(s.ids[o.ID].String()) }), CodeMalformed},
		{"join without a way to sign in", join(func(_ *scene, o *Officer) { o.Login = nil }), CodeMalformed},
		{"join with the login itself", join(func(_ *scene, o *Officer) { o.Login = []byte("login") }), CodeMalformed},
		{"join with a bad second step", join(func(_ *scene, o *Officer) { o.TOTP = "secret" }), CodeMalformed},
		{"admit a stranger", func(s *scene) (string, Command) { return s.first, Admit{NewID(), nil} }, CodeUnknown},
		{"admit without keys", func(s *scene) (string, Command) { return s.first, Admit{s.waiting, nil} }, CodeIncomplete},
		{"admit with garbage", func(s *scene) (string, Command) {
			return s.first, Admit{s.waiting, map[int][]byte{1: garbage, 2: garbage}}
		}, CodeMalformed},
		{"admit with an epoch that is not", func(s *scene) (string, Command) {
			files := s.wraps(s.state.Officer(s.waiting).Recipient)
			files[3] = files[2]
			delete(files, 1)
			return s.first, Admit{s.waiting, files}
		}, CodeIncomplete},
		{"admit who was removed", func(s *scene) (string, Command) {
			return s.first, Admit{s.gone, s.wraps(s.state.Officer(s.gone).Recipient)}
		}, CodeNotAllow},
		{"remove a stranger", func(s *scene) (string, Command) { return s.first, Remove{Officer: NewID()} }, CodeUnknown},
		{"remove the last", func(s *scene) (string, Command) { return Operator, Remove{Officer: s.first} }, CodeLastOne},
		{"remove with an epoch by the operator", func(s *scene) (string, Command) {
			e := s.newEpoch("")
			return Operator, Remove{Officer: s.waiting, Epoch: &e}
		}, CodeNotAllow},
		{"rotate to the same epoch", rotate(func(_ *scene, e *Epoch) { e.Number-- }), CodeOldEpoch},
		{"rotate to a later epoch", rotate(func(_ *scene, e *Epoch) { e.Number++ }), CodeOldEpoch},
		{"rotate to an old key", rotate(func(s *scene, e *Epoch) { e.Recipient = s.state.Epochs[0].Recipient }), CodeTaken},
		{"rotate without recovery", rotate(func(_ *scene, e *Epoch) { e.Rescue = nil }), CodeIncomplete},
		{"rotate with garbage", rotate(func(s *scene, e *Epoch) { e.Wraps[s.first] = garbage }), CodeMalformed},
		{"rotate with garbage for recovery", rotate(func(_ *scene, e *Epoch) { e.Rescue = garbage }), CodeMalformed},
		{"rotate without an officer", rotate(func(s *scene, e *Epoch) { delete(e.Wraps, s.first) }), CodeIncomplete},
		{"shares of which one is enough", arrange(func(_ *scene, r *Recovery) { r.Need = 1 }), CodeMalformed},
		{"fewer shares than are needed", arrange(func(_ *scene, r *Recovery) { r.Of = 1 }), CodeMalformed},
		{"too many shares", arrange(func(_ *scene, r *Recovery) { r.Of = 21 }), CodeMalformed},
		{"recovery without proof", arrange(func(_ *scene, r *Recovery) { r.Proof = nil }), CodeMalformed},
		{"recovery to an officer's key", arrange(func(s *scene, r *Recovery) { r.Recipient = s.state.Officers[0].Recipient }), CodeTaken},
		{"recover without proof", func(s *scene) (string, Command) {
			return s.waiting, Recover{nil, s.wraps(s.state.Officer(s.waiting).Recipient)}
		}, CodeNotAllow},
		{"recover as the operator", func(s *scene) (string, Command) { return Operator, Recover{} }, CodeNotAllow},
		{"a passphrase that a passkey opens", func(s *scene) (string, Command) {
			return s.first, ChangePassphrase{make([]byte, 32), SealedKey{[]byte("id"), passphraseFile()}}
		}, CodeMalformed},
		{"a second step of another form", func(s *scene) (string, Command) { return s.first, SetTOTP{"geheim"} }, CodeMalformed},
		{"a passkey without an ID", func(s *scene) (string, Command) {
			return s.first, AddPasskey{Passkey{Credential: []byte("{}")}, nil}
		}, CodeMalformed},
		{"drop a passkey that is not there", func(s *scene) (string, Command) { return s.first, DropPasskey{[]byte("x")} }, CodeUnknown},
		{"sign in as one who was removed", func(s *scene) (string, Command) { return s.gone, SignIn{"password"} }, CodeNotAllow},
		{"sign in as the operator", func(s *scene) (string, Command) { return Operator, SignIn{"password"} }, CodeNotAllow},
		{"sign in some other way", func(s *scene) (string, Command) { return s.first, SignIn{"magic"} }, CodeMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := setScene(t)
			by, c := tt.do(s)
			_, err := Decide(s.state, by, s.at, c)
			if r := (*Refused)(nil); !errors.As(err, &r) || r.Code != tt.code {
				t.Errorf("%v, want %q", err, tt.code)
			}
		})
	}
}

func TestNothingBeforeFounding(t *testing.T) {
	for _, c := range []Command{SignOut{}, InviteOfficer{}, Rotate{}} {
		if _, err := Decide(new(State), Operator, noon, c); err == nil || !strings.Contains(err.Error(), "temwen office init") {
			t.Errorf("%T: %v", c, err)
		}
	}
}

// TestTheLastPasskeyIsKept: who would be left without a key or a way to sign in
// keeps the passkey.
func TestTheLastPasskeyIsKept(t *testing.T) {
	s := setScene(t)
	o := s.newcomer("invited")
	id := []byte("only")
	file, err := wrapTo(s.ids[o.ID], s.identity().Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	o.Login, o.Keys, o.Passkeys = nil, []SealedKey{{Passkey: id, File: file}}, []Passkey{{ID: id, Credential: []byte("{}")}}
	s.must("", Join{linkOf("invited"), o})
	_, err = Decide(s.state, o.ID, s.at, DropPasskey{id})
	if r := (*Refused)(nil); !errors.As(err, &r) || r.Code != CodeLastOne {
		t.Errorf("%v", err)
	}
}

// TestAnOfficeIsFull at MaxOfficers, and a new key can still be wrapped to all.
func TestAnOfficeIsFull(t *testing.T) {
	s := setScene(t)
	join := func() bool {
		name := s.newName()
		s.must(s.first, InviteOfficer{Invite{ID: linkOf(name), Name: name, Until: s.at.Add(time.Hour)}})
		o := s.newcomer(name)
		if s.do("", Join{linkOf(name), o}) {
			return false
		}
		s.must(s.first, Admit{o.ID, s.wraps(o.Recipient)})
		return true
	}
	n := 2
	for ; n < 100 && join(); n++ {
	}
	if n != MaxOfficers {
		t.Errorf("there are %d officers", n)
	}
	s.must(s.first, Admit{s.waiting, s.wraps(s.state.Officer(s.waiting).Recipient)})
	s.notes = nil
	s.must(s.first, Rotate{Epoch: s.newEpoch("")})
	for _, note := range s.notes {
		if b, err := note.encode(); err != nil || len(b) > 256<<10 {
			t.Errorf("a %s has %d bytes, %v", note.Event.Type(), len(b), err)
		}
	}
}

// TestRepeatedCommandsDoNothing where it is so already.
func TestRepeatedCommandsDoNothing(t *testing.T) {
	s := setScene(t)
	for _, c := range []Command{Remove{Officer: s.gone}, Admit{s.first, nil}, SetTOTP{""}} {
		if notes, err := Decide(s.state, s.first, s.at, c); err != nil || len(notes) > 0 {
			t.Errorf("%T: %d events, %v", c, len(notes), err)
		}
	}
}
