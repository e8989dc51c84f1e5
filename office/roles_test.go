package office

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rights is the table told the other way round, by role: an action alone is of
// every thread and case, one with * of those that are assigned to them.
var rights = map[Role]string{
	IntakeOfficer: `see-threads open-envelopes write-replies keep-notes move-threads assign-threads join-reports enter-reports
		see-incidents code-incidents merge-incidents allege see-erasures ask-erasure drop-erasure give-keys begin-epochs`,
	Investigator: `see-threads* open-envelopes* write-replies* keep-notes* move-threads* assign-threads* enter-reports
		see-incidents code-incidents merge-incidents allege see-cases* open-cases assign-cases* send-notices* record-answers*
		record-remedies* see-evidence* keep-evidence* open-evidence* ask-publication* drop-publication* see-erasures* ask-erasure* drop-erasure* give-keys begin-epochs`,
	LegalOfficer: `see-threads open-envelopes* write-replies* keep-notes* move-threads* assign-threads enter-reports
		see-incidents code-incidents merge-incidents allege see-cases open-cases assign-cases wall-off send-notices record-answers
		set-aside move-clocks steer-cases record-remedies see-evidence keep-evidence open-evidence ask-publication drop-publication see-erasures ask-erasure drop-erasure erase give-keys begin-epochs share-out-rescue`,
	Publisher:     `see-incidents see-cases publish drop-publication`,
	Auditor:       `see-threads see-incidents see-cases see-evidence see-erasures see-deeds`,
	Administrator: `invite-officers admit-officers remove-officers give-roles see-deeds`,
}

// says reports what rights says of a cell.
func says(role Role, a Action, r Relation) bool {
	for _, word := range strings.Fields(rights[role]) {
		action, ofOwn := strings.CutSuffix(word, "*")
		if action == string(a) {
			return r == Assigned || r == Unrelated && !ofOwn
		}
	}
	return false
}

// divided is a state with an officer of some roles.
func divided(roles ...Role) *State {
	return &State{ID: "x", Divided: true, Officers: []Officer{{ID: "o", Standing: Admitted, Roles: roles}}}
}

// TestEveryCell walks every role, action and relation.
func TestEveryCell(t *testing.T) {
	actions := append(Actions(), "an action that there is not")
	walked := 0
	for _, role := range Roles {
		for _, a := range actions {
			for _, r := range []Relation{Unrelated, Assigned, Walled} {
				walked++
				if got, want := May(divided(role), "o", a, r), says(role, a, r); got != want {
					t.Errorf("%s, %s, relation %d: %v", role, a, r, got)
				}
			}
		}
		for _, word := range strings.Fields(rights[role]) {
			if !slices.Contains(actions, Action(strings.TrimSuffix(word, "*"))) {
				t.Errorf("%s is no action", word)
			}
		}
	}
	if want := 6 * 41 * 3; walked != want {
		t.Errorf("%d cells of %d", walked, want)
	}
}

// TestRolesAddUp: who has several roles may do what any of them may, and nothing
// else.
func TestRolesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roles := rapid.SliceOfDistinct(rapid.SampledFrom(Roles), func(r Role) Role { return r }).Draw(t, "roles")
		a := rapid.SampledFrom(Actions()).Draw(t, "action")
		r := Relation(rapid.IntRange(0, 2).Draw(t, "relation"))
		want := slices.ContainsFunc(roles, func(role Role) bool { return says(role, a, r) })
		if got := May(divided(roles...), "o", a, r); got != want {
			t.Fatalf("%v", got)
		}
	})
}

func TestDeniedByDefault(t *testing.T) {
	s := divided(Roles...)
	for _, standing := range []Standing{Joined, Removed, "", "other"} {
		s.Officers[0].Standing = standing
		for _, divided := range []bool{true, false} {
			s.Divided = divided
			if May(s, "o", SeeThreads, Assigned) {
				t.Errorf("an officer who is %q may see threads", standing)
			}
		}
	}
	s.Officers[0].Standing, s.Divided = Admitted, false
	for _, a := range Actions() {
		if !May(s, "o", a, Unrelated) || !May(s, "o", a, Assigned) {
			t.Errorf("an undivided office does not let its officer %s", a)
		}
		for _, by := range []string{"", Operator, "stranger"} {
			if May(s, by, a, Unrelated) {
				t.Errorf("%q may %s", by, a)
			}
		}
		if May(s, "o", a, Walled) {
			t.Errorf("who is walled off may %s", a)
		}
	}
	if May(s, "o", "unknown", Unrelated) {
		t.Error("an unknown action may be done")
	}
}

// TestNoKeysForWhoOpensNothing: the roles with keys are those that may open
// something, and only they do what takes a key.
func TestNoKeysForWhoOpensNothing(t *testing.T) {
	for _, role := range Roles {
		if got, want := role.Opens(), slices.Contains([]Role{IntakeOfficer, Investigator, LegalOfficer}, role); got != want {
			t.Errorf("%s opens envelopes: %v", role, got)
		}
		for _, a := range keyed {
			if reachOf(a, role) > none && !role.Opens() {
				t.Errorf("%s may %s without a key", role, a)
			}
		}
	}
}

// staff is an office with officers of these roles, divided in one command.
func staff(t failer, roles ...[]Role) (w *world, ids []string) {
	w = newWorld(t)
	w.found(true)
	ids = []string{w.state.Officers[0].ID}
	for range roles[1:] {
		ids = append(ids, w.hire(ids[0]))
	}
	c := AssignRoles{Roles: make(map[string][]Role)}
	for i, id := range ids {
		c.Roles[id] = roles[i]
	}
	w.must(ids[0], c)
	return w, ids
}

// hire brings in an officer to an office that is not divided.
func (w *world) hire(by string) string {
	name := w.newName()
	w.must(by, InviteOfficer{Invite{ID: linkOf(name), Name: name, Until: w.at.Add(time.Hour)}})
	o := w.newcomer(name)
	w.must("", Join{linkOf(name), o})
	w.must(by, Admit{o.ID, w.wraps(o.Recipient)})
	return o.ID
}

func TestRolesRefused(t *testing.T) {
	w, ids := staff(t, []Role{IntakeOfficer}, []Role{LegalOfficer, Administrator}, []Role{Publisher}, []Role{Auditor})
	intake, legal, publisher := ids[0], ids[1], ids[2]
	give := func(id string, roles ...Role) Command { return AssignRoles{Roles: map[string][]Role{id: roles}} }
	stay := w.state.Officer(intake).Recipient
	for _, tt := range []struct {
		name   string
		by     string
		c      Command
		code   string
		action Action
	}{
		{"by one who may not", intake, give(intake, Administrator), CodeRole, GiveRoles},
		{"by a stranger", "x", give(intake, Administrator), CodeNotAllow, ""},
		{"to a stranger", legal, give("x", Publisher), CodeUnknown, ""},
		{"a role that is none", legal, give(intake, "king"), CodeMalformed, ""},
		{"an auditor who does more", legal, give(intake, Auditor, IntakeOfficer), CodeAlone, ""},
		{"the last administrator", legal, give(legal, LegalOfficer), CodeLacking, InviteOfficers},
		{"by the operator, the last administrator", Operator, give(legal, LegalOfficer), CodeLacking, InviteOfficers},
		{"the last intake officer", legal, give(intake), CodeLacking, OpenEnvelopes},
		{"the last publisher, to who asks alone", legal, AssignRoles{Roles: map[string][]Role{publisher: {}, legal: {LegalOfficer, Administrator, Publisher}}}, CodeLacking, Publish},
		{"removing the last publisher", legal, Remove{Officer: publisher}, CodeLacking, Publish},
		{"removing the last administrator", Operator, Remove{Officer: legal}, CodeLacking, OpenCases},
		{"roles that are others by now", legal, AssignRoles{
			Roles: map[string][]Role{publisher: {Publisher, Investigator}}, Seen: map[string][]Role{publisher: {}},
		}, CodeChanged, ""},
		{"a key to a publisher", intake, Admit{publisher, w.wraps(w.state.Officer(publisher).Recipient)}, CodeNoKeys, ""},
		{"inviting without the role", intake, InviteOfficer{Invite{ID: linkOf("n"), Name: "nn", Until: w.at.Add(time.Hour)}}, CodeRole, InviteOfficers},
		{"shares without the role", intake, ArrangeRecovery{}, CodeRole, ShareOutRescue},
		{"removing without the role", publisher, Remove{Officer: intake}, CodeRole, RemoveOfficers},
		{"a new key without the role", publisher, Rotate{Epoch: w.newEpoch("")}, CodeRole, BeginEpochs},
		{"a new key that the publisher knows", intake, Rotate{Epoch: everybody(w)}, CodeIncomplete, ""},
	} {
		_, err := Decide(w.state, tt.by, w.at, tt.c)
		if r := (*Refused)(nil); !errors.As(err, &r) || r.Code != tt.code || tt.action != "" && r.Action != tt.action {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
	if w.state.Officer(intake).Recipient != stay {
		t.Error("a refusal has changed something")
	}
}

// everybody is an epoch wrapped to all who were admitted, whatever their role.
func everybody(w *world) Epoch {
	e, _, err := NewEpoch(w.state.Current().Number+1, w.state.Admitted(), w.state.Recovery)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// TestKeysFollowRoles: who has lost the last role with a key makes the key stale,
// and is left out of the next; who gets one waits until somebody with the key
// gives it.
func TestKeysFollowRoles(t *testing.T) {
	w, ids := staff(t, []Role{IntakeOfficer}, []Role{LegalOfficer, Administrator}, []Role{Publisher})
	if !w.state.Stale() {
		t.Fatal("a publisher knows the key")
	}
	w.must(ids[0], Rotate{Epoch: w.newEpoch("")})
	if w.state.Stale() || w.state.Current().Wraps[ids[2]] != nil {
		t.Fatal("the publisher knows the new key")
	}
	w.must(ids[1], AssignRoles{Roles: map[string][]Role{ids[2]: {Publisher, Investigator}}})
	keyless := w.state.Keyless()
	if len(keyless) != 1 || keyless[0].ID != ids[2] {
		t.Fatalf("%v wait for a key", keyless)
	}
	w.must(ids[0], Rotate{Epoch: w.newEpoch("")})
	if w.state.Current().Wraps[ids[2]] != nil {
		t.Fatal("a role alone has given a key")
	}
	c := Admit{ids[2], w.wraps(w.state.Officer(ids[2]).Recipient)}
	w.never(ids[2], c)
	w.must(ids[0], c)
	if len(w.state.Keyless()) > 0 || len(w.state.Holders()) != 3 {
		t.Fatal("the investigator has no key")
	}
}

// TestANewcomerBeginsWithNothing in an office that is divided.
func TestANewcomerBeginsWithNothing(t *testing.T) {
	w, ids := staff(t, []Role{IntakeOfficer}, []Role{LegalOfficer, Administrator}, []Role{Publisher})
	w.must(ids[0], Rotate{Epoch: w.newEpoch("")})
	w.must(ids[1], InviteOfficer{Invite{ID: linkOf("new"), Name: "new", Until: w.at.Add(time.Hour)}})
	o := w.newcomer("new")
	o.Roles = []Role{Administrator} // as they would like it
	w.must("", Join{linkOf("new"), o})
	w.never(ids[0], Admit{Officer: o.ID})
	w.never(ids[0], Admit{o.ID, w.wraps(o.Recipient)})
	w.must(ids[1], Admit{Officer: o.ID})
	for _, a := range Actions() {
		if May(w.state, o.ID, a, Assigned) {
			t.Errorf("a newcomer may %s", a)
		}
	}
}

// TestWhoRecoversCanGoOn: with the shares, an office whose officers with keys are
// all gone can be rebuilt.
func TestWhoRecoversCanGoOn(t *testing.T) {
	w, ids := staff(t, []Role{IntakeOfficer}, []Role{LegalOfficer, Administrator}, []Role{Publisher})
	w.must(ids[0], Rotate{Epoch: w.newEpoch("")})
	c := w.rescue(ids[2])
	w.must(ids[2], c)
	if w.state.Stale() || !May(w.state, ids[2], GiveRoles, Unrelated) || !May(w.state, ids[2], ShareOutRescue, Unrelated) {
		t.Errorf("%+v", w.state.Officer(ids[2]).Roles)
	}
	w.must(ids[2], Rotate{Epoch: w.newEpoch("")})
}

// TestAnOfficeIsNeverLeftWithout tries anything on offices with roles: whatever is
// done, somebody may do every action, two people every act of four eyes, and
// nobody has a key whose role opens nothing once a new one began.
func TestAnOfficeIsNeverLeftWithout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, _ := staff(t, []Role{IntakeOfficer, Investigator}, []Role{LegalOfficer, Administrator}, []Role{Publisher, Administrator}, []Role{IntakeOfficer})
		w.r = t
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			w.anything()
			w.law = "somebody for everything"
			holdsRoles(w)
		}
	})
}

// anything does something that may or may not be allowed.
func (w *world) anything() {
	var ids []string
	for _, o := range w.state.Officers {
		ids = append(ids, o.ID)
	}
	some := rapid.SampledFrom(ids)
	by := rapid.SampledFrom(append(ids, Operator)).Draw(w.r, "by")
	switch rapid.IntRange(0, 5).Draw(w.r, "what") {
	case 0, 1, 2:
		c := AssignRoles{Roles: make(map[string][]Role)}
		for range rapid.IntRange(1, 3).Draw(w.r, "officers") {
			c.Roles[some.Draw(w.r, "officer")] = rapid.SliceOfDistinct(rapid.SampledFrom(Roles), func(r Role) Role { return r }).Draw(w.r, "roles")
		}
		w.do(by, c)
	case 3:
		w.do(by, Remove{Officer: some.Draw(w.r, "officer")})
	case 4:
		w.do(by, Rotate{Epoch: w.newEpoch("")})
		if !w.state.Stale() && len(w.state.Current().Wraps) != len(w.state.Holders()) {
			w.fatal("the key is wrapped to others than who may have it")
		}
	case 5:
		o := w.state.Officer(some.Draw(w.r, "officer"))
		w.do(by, Admit{o.ID, w.wraps(o.Recipient)})
	}
}

func holdsRoles(w *world) {
	if !w.state.Divided {
		w.fatal("it is undivided again")
	}
	for _, a := range Actions() {
		if len(w.state.WhoMay(a)) == 0 {
			w.fatalf("nobody may %s", a)
		}
	}
	if len(w.state.Holders()) == 0 {
		w.fatal("nobody can open anything")
	}
	for _, pair := range fourEyes {
		two := false
		for _, one := range w.state.WhoMay(pair[0]) {
			for _, other := range w.state.WhoMay(pair[1]) {
				two = two || one.ID != other.ID
			}
		}
		if !two {
			w.fatalf("no two people for %s and %s", pair[0], pair[1])
		}
	}
	for _, o := range w.state.Holders() {
		if !slices.ContainsFunc(o.Roles, Role.Opens) {
			w.fatalf("%s has keys to nothing that they may open", o.Name)
		}
	}
	admittedOpenTheirs(w)
}

// admittedOpenTheirs: who has the key can open every epoch.
func admittedOpenTheirs(w *world) {
	for _, o := range w.state.Holders() {
		for i := range w.state.Epochs {
			e := &w.state.Epochs[i]
			if key, err := e.Open(o.ID, w.ids[o.ID]); err != nil || w.keys[e.Number] != nil && key.String() != w.keys[e.Number].String() {
				w.fatalf("%s, epoch %d: %v", o.Name, e.Number, err)
			}
		}
	}
}

func TestRefusalsSayWhoMay(t *testing.T) {
	err := Allow(divided(Auditor), "o", Publish, Unrelated)
	if err == nil || !strings.Contains(err.Error(), "publish: publisher") {
		t.Errorf("%v", err)
	}
	if got := fmt.Sprint(RolesFor(OpenEnvelopes)); got != "[intake investigator legal]" {
		t.Error(got)
	}
}
