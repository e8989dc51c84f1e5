package office

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"pgregory.net/rapid"

	"temwen/locale"
	"temwen/record"
	"temwen/seal"
)

// noon is when the tests begin.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// world is an office with everything that only its officers know.
type world struct {
	t     failer
	r     *rapid.T // for what is drawn
	state *State
	at    time.Time
	notes []Note

	ids      map[string]*age.HybridIdentity // of officers
	keys     map[int]*age.HybridIdentity    // of epochs
	recovery *age.HybridIdentity
	removed  map[string]int // officers to the epoch that was current then
	made     int            // names and tokens so far
	done     []doing
	law      string // that is looked at
}

// doing is a command with who did it, when, and whether it was refused.
type doing struct {
	by      string
	at      time.Time
	command Command
	refused bool
}

// passphraseFile has the form of a key file that a passphrase opens: what is in
// it does not matter to the office.
var passphraseFile = sync.OnceValue(func() []byte {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		panic(err)
	}
	file, err := seal.WrapIdentityWithPassphrase(id, "x")
	if err != nil {
		panic(err)
	}
	return file
})

// failer is a test of either kind.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func newWorld(t failer) *world {
	return &world{
		t: t, state: new(State), at: noon,
		ids: make(map[string]*age.HybridIdentity), keys: make(map[int]*age.HybridIdentity), removed: make(map[string]int),
	}
}

// do does a command, and reports whether it was refused.
func (w *world) do(by string, c Command) (refused bool) {
	w.t.Helper()
	stale := w.state.Stale()
	notes, err := Decide(w.state, by, w.at, c)
	switch r := (*Refused)(nil); {
	case errors.As(err, &r):
		if refusals[r.Code] == "" || !errors.Is(err, record.ErrRefused) {
			w.t.Fatalf("%T is refused as %q", c, r.Code)
		}
		refused = true
	case err != nil:
		w.t.Fatalf("%T: %v", c, err)
	}
	for _, n := range notes {
		switch n.Event.(type) {
		case *WasAdmitted, *Arranged:
			if stale {
				w.fatalf("%T while the key is known to somebody who was removed", c)
			}
		}
		w.state.Apply(n, w.at)
	}
	w.notes = append(w.notes, notes...)
	w.done = append(w.done, doing{by, w.at, c, refused})
	return refused
}

func (w *world) fatalf(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf(w.law+": "+format, args...)
}

func (w *world) fatal(args ...any) {
	w.t.Helper()
	w.fatalf("%s", fmt.Sprint(args...))
}

// must is do for what the office as it stands allows.
func (w *world) must(by string, c Command) {
	w.t.Helper()
	if w.do(by, c) {
		_, err := Decide(w.state, by, w.at, c)
		w.t.Fatalf("%T by %s: %v", c, by, err)
	}
}

// never is do for what must be refused.
func (w *world) never(by string, c Command) {
	w.t.Helper()
	if !w.do(by, c) {
		w.t.Fatalf("%T by %s was done", c, by)
	}
}

func (w *world) identity() *age.HybridIdentity {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) newName() string {
	w.made++
	return fmt.Sprintf("officer-%d", w.made)
}

// newcomer is an officer who may join.
func (w *world) newcomer(name string) Officer {
	id := w.identity()
	o := Officer{
		ID: NewID(), Name: name, Recipient: id.Recipient().String(),
		Keys: []SealedKey{{File: passphraseFile()}}, Login: make([]byte, sha256.Size),
	}
	w.ids[o.ID] = id
	return o
}

func (w *world) newEpoch(without string) Epoch {
	number := 1
	if c := w.state.Current(); c != nil {
		number = c.Number + 1
	}
	var officers []Officer
	for _, o := range w.state.Holders() {
		if o.ID != without {
			officers = append(officers, o)
		}
	}
	e, key, err := NewEpoch(number, officers, w.state.Recovery)
	if err != nil {
		w.t.Fatal(err)
	}
	w.keys[number] = key
	return e
}

// newRecovery is one of which the world knows the key.
func (w *world) newRecovery() (Recovery, *age.HybridIdentity) {
	r, shares, err := NewRecovery(2, 3)
	if err != nil {
		w.t.Fatal(err)
	}
	key, err := seal.JoinShares(shares[1:])
	if err != nil {
		w.t.Fatal(err)
	}
	return r, key
}

// wraps wraps all epochs to a recipient, whoever can open them.
func (w *world) wraps(recipient string) map[int][]byte {
	files, err := w.state.Rewrap(func(e *Epoch) (*age.HybridIdentity, error) { return w.keys[e.Number], nil }, recipient)
	if err != nil {
		w.t.Fatal(err)
	}
	return files
}

// found makes the office, with or without a recovery.
func (w *world) found(recovery bool) {
	first := w.newcomer("first")
	e, key, err := NewEpoch(1, []Officer{first}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	c := Found{ID: NewID(), Name: locale.Text{locale.English: "Test"}, Officer: first, Epoch: e}
	if recovery {
		r, secret := w.newRecovery()
		c.Recovery, w.recovery = &r, secret
		if c.Epoch.Rescue, err = wrapTo(key, r.Recipient); err != nil {
			w.t.Fatal(err)
		}
	}
	w.keys[1] = key
	w.must(first.ID, c)
}

func linkOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// anyOf draws an officer of some standing, or nil where there is none.
func (w *world) anyOf(standings ...Standing) *Officer {
	var list []Officer
	for _, o := range w.state.Officers {
		for _, s := range standings {
			if o.Standing == s {
				list = append(list, o)
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	o := rapid.SampledFrom(list).Draw(w.r, "officer")
	return &o
}

// step does something that the office allows.
func (w *world) step() {
	steps := []func(){
		w.stepInvite, w.stepJoin, w.stepJoin, w.stepAdmit, w.stepAdmit, w.stepRemove, w.stepRotate, w.stepArrange, w.stepRecover,
		w.stepOwn, w.stepWait,
	}
	rapid.SampledFrom(steps).Draw(w.r, "step")()
}

func (w *world) stepWait() {
	w.at = w.at.Add(time.Duration(rapid.IntRange(1, 50).Draw(w.r, "days")) * 24 * time.Hour)
}

func (w *world) stepInvite() {
	by := Operator
	if rapid.Bool().Draw(w.r, "by an officer") {
		by = w.anyOf(Admitted).ID
	}
	name := w.newName()
	w.must(by, InviteOfficer{Invite{ID: linkOf(name), Name: name, Until: w.at.Add(48 * time.Hour)}})
	if rapid.IntRange(0, 5).Draw(w.r, "withdraw") == 0 {
		w.must(by, WithdrawInvite{linkOf(name)})
		w.never("", Join{Invite: linkOf(name), Officer: w.newcomer(name)})
	}
}

func (w *world) stepJoin() {
	if len(w.state.Invites) == 0 {
		return
	}
	v := rapid.SampledFrom(w.state.Invites).Draw(w.r, "invitation")
	c := Join{Invite: v.ID, Officer: w.newcomer(v.Name)}
	if !w.at.Before(v.Until) {
		w.never("", c)
		return
	}
	w.must("", c)
	w.never("", c)
}

func (w *world) stepAdmit() {
	o := w.anyOf(Joined)
	if o == nil {
		return
	}
	c := Admit{o.ID, w.wraps(o.Recipient)}
	w.never(Operator, c)
	w.never(o.ID, c)
	if gone := w.anyOf(Removed); gone != nil {
		w.never(gone.ID, c)
	}
	by := w.anyOf(Admitted).ID
	if w.state.Stale() {
		w.never(by, c)
		return
	}
	few := w.wraps(o.Recipient)
	delete(few, rapid.IntRange(1, len(few)).Draw(w.r, "epoch"))
	w.never(by, Admit{o.ID, few})
	w.must(by, c)
}

func (w *world) stepRemove() {
	o := w.anyOf(Joined, Admitted)
	if o == nil {
		return
	}
	by := w.anyOf(Admitted).ID
	c := Remove{Officer: o.ID}
	if o.Standing == Admitted && len(w.state.Admitted()) == 1 {
		w.never(by, c)
		return
	}
	switch {
	case by == o.ID:
	case rapid.Bool().Draw(w.r, "with an epoch"):
		e := w.newEpoch(o.ID)
		c.Epoch = &e
	case rapid.Bool().Draw(w.r, "by the operator"):
		by = Operator
	}
	w.removed[o.ID] = w.state.Current().Number
	w.must(by, c)
	w.never(o.ID, InviteOfficer{Invite{ID: linkOf("x"), Name: "x-x", Until: w.at.Add(time.Hour)}})
	w.never(o.ID, SignIn{"password"})
}

func (w *world) stepRotate() {
	by := w.anyOf(Admitted).ID
	e := w.newEpoch("")
	w.never(Operator, Rotate{Epoch: e})
	if o := w.anyOf(Joined, Removed); o != nil {
		w.never(o.ID, Rotate{Epoch: e})
		many := e
		many.Wraps = maps.Clone(e.Wraps)
		many.Wraps[o.ID] = e.Wraps[by]
		w.never(by, Rotate{Epoch: many})
	}
	w.must(by, Rotate{Epoch: e, Stolen: rapid.Bool().Draw(w.r, "stolen")})
	w.never(by, Rotate{Epoch: e})
}

func (w *world) stepArrange() {
	r, key := w.newRecovery()
	c := ArrangeRecovery{r, w.wraps(r.Recipient)}
	by := w.anyOf(Admitted).ID
	w.never(Operator, c)
	if w.state.Stale() {
		w.never(by, c)
		return
	}
	w.must(by, c)
	w.recovery = key
}

func (w *world) stepRecover() {
	o := w.anyOf(Joined, Admitted)
	if w.recovery == nil || o == nil {
		return
	}
	c := w.rescue(o.ID)
	if gone := w.anyOf(Removed); gone != nil {
		w.never(gone.ID, c)
	}
	w.never(o.ID, Recover{make([]byte, 32), c.Wraps})
	w.must(o.ID, c)
}

// rescue is what an officer does with the shares.
func (w *world) rescue(officer string) Recover {
	proof := seal.Proof(w.recovery)
	return Recover{proof[:], w.wraps(w.state.Officer(officer).Recipient)}
}

// stepOwn is what an officer does with what is theirs.
func (w *world) stepOwn() {
	o := w.anyOf(Joined, Admitted)
	if o == nil {
		return
	}
	w.made++
	id := []byte(fmt.Sprintf("passkey %d", w.made))
	file, err := wrapTo(w.ids[o.ID], w.identity().Recipient().String())
	if err != nil {
		w.t.Fatal(err)
	}
	w.must(o.ID, SignIn{"password"})
	w.must(o.ID, AddPasskey{Passkey{ID: id, Label: "phone", Credential: []byte("{}")}, &SealedKey{Passkey: id, File: file}})
	w.must(o.ID, UsePasskey{id, fmt.Appendf(nil, `{"count":%d}`, w.made)})
	w.must(o.ID, SetTOTP{"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})
	w.must(o.ID, ChangePassphrase{make([]byte, 32), SealedKey{File: passphraseFile()}})
	if rapid.Bool().Draw(w.r, "drop") {
		w.must(o.ID, DropPasskey{id})
		w.never(o.ID, UsePasskey{id, []byte("{}")})
	}
	w.must(o.ID, SignOut{})
}

func check(t *testing.T, steps int, f func(w *world)) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.r = t
		w.found(rapid.Bool().Draw(t, "recovery"))
		f(w)
		for range rapid.IntRange(0, steps).Draw(t, "steps") {
			w.step()
			f(w)
		}
	})
}
