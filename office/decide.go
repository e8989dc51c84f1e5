package office

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"time"

	"temwen/seal"
)

// Decide says what happens when somebody does a command: an officer's ID,
// Operator, or nobody where a link is enough. What may not be is a *Refused. It
// is pure, and changes nothing.
func Decide(s *State, by string, at time.Time, c Command) ([]Note, error) {
	d := &decision{state: s, by: by, at: at.UTC()}
	if _, founding := c.(Found); !founding && s.ID == "" {
		return nil, refuse(CodeNone)
	}
	if err := c.decide(d); err != nil {
		return nil, err
	}
	return d.notes, nil
}

// decision is a command on its way to its events.
type decision struct {
	state *State
	by    string
	at    time.Time
	notes []Note
}

func (d *decision) note(events ...Event) {
	for _, e := range events {
		d.notes = append(d.notes, Note{d.by, e})
	}
}

// self is the officer who does it, who was not removed.
func (d *decision) self() (*Officer, error) {
	o := d.state.Officer(d.by)
	if o == nil || o.Standing == Removed {
		return nil, refuse(CodeNotAllow)
	}
	return o, nil
}

// may refuses who has no role that may do it.
func (d *decision) may(a Action) error {
	if o, err := d.self(); err != nil || o.Standing != Admitted {
		return refuse(CodeNotAllow)
	}
	return Allow(d.state, d.by, a, Unrelated)
}

// mayWithKey refuses also who has not got the present key.
func (d *decision) mayWithKey(a Action) error {
	if err := d.may(a); err != nil {
		return err
	}
	if !d.state.holds(d.state.Officer(d.by)) {
		return refuse(CodeNotAllow)
	}
	return nil
}

// governs refuses who has no role that may do it, and is not the operator.
func (d *decision) governs(a Action) error {
	if d.by == Operator {
		return nil
	}
	return d.may(a)
}

func (c Found) decide(d *decision) error {
	if d.state.ID != "" {
		return refuse(CodeFounded)
	}
	var id seal.ID
	if id.UnmarshalText([]byte(c.ID)) != nil || d.by != c.Officer.ID || c.Epoch.Number != 1 || c.Name.String() == "" {
		return refuse(CodeMalformed)
	}
	if err := d.newOfficer(c.Officer); err != nil {
		return err
	}
	if c.Recovery != nil {
		if err := d.newRecovery(*c.Recovery); err != nil {
			return err
		}
		if c.Recovery.Recipient == c.Officer.Recipient || c.Recovery.Recipient == c.Epoch.Recipient {
			return refuse(CodeTaken)
		}
	}
	if err := d.newEpoch(c.Epoch, []string{c.Officer.ID}, c.Recovery != nil); err != nil {
		return err
	}
	if c.Epoch.Recipient == c.Officer.Recipient {
		return refuse(CodeTaken)
	}
	d.note(&Founded{ID: c.ID, Name: c.Name}, &HasJoined{Officer: arriving(c.Officer)})
	if c.Recovery != nil {
		d.note(arranged(*c.Recovery))
	}
	d.begin(c.Epoch, false)
	d.note(&WasAdmitted{Officer: c.Officer.ID})
	return nil
}

// arriving is an officer without what only time tells.
func arriving(o Officer) Officer {
	o.Standing, o.Since, o.Roles = "", time.Time{}, nil
	return o
}

func arranged(r Recovery) *Arranged {
	return &Arranged{Recipient: r.Recipient, Need: r.Need, Of: r.Of, Proof: r.Proof}
}

// begin notes a new epoch and its wraps.
func (d *decision) begin(e Epoch, stolen bool) {
	var wraps []Wrap
	for _, id := range slices.Sorted(maps.Keys(e.Wraps)) {
		wraps = append(wraps, Wrap{Epoch: e.Number, To: id, File: e.Wraps[id]})
	}
	if e.Rescue != nil {
		wraps = append(wraps, Wrap{Epoch: e.Number, File: e.Rescue})
	}
	d.note(&Began{Number: e.Number, Recipient: e.Recipient, Stolen: stolen})
	d.wrapped(wraps)
}

// wrapsAtOnce is how many wraps an event holds: about 2.4 KB each.
const wrapsAtOnce = 64

func (d *decision) wrapped(wraps []Wrap) {
	for part := range slices.Chunk(wraps, wrapsAtOnce) {
		d.note(&Wrapped{Wraps: part})
	}
}

// wrappedTo notes wraps of all epochs to an officer, or to the recovery recipient
// where to is empty.
func (d *decision) wrappedTo(to string, files map[int][]byte) {
	var wraps []Wrap
	for _, number := range slices.Sorted(maps.Keys(files)) {
		wraps = append(wraps, Wrap{Epoch: number, To: to, File: files[number]})
	}
	d.wrapped(wraps)
}

func (c InviteOfficer) decide(d *decision) error {
	if err := d.governs(InviteOfficers); err != nil {
		return err
	}
	v := c.Invite
	if sum, err := base64.RawURLEncoding.Strict().DecodeString(v.ID); err != nil || len(sum) != sha256.Size || len(v.ID) != 43 ||
		!NameForm.MatchString(v.Name) || !v.Until.After(d.at) || v.Until.Sub(d.at) > MaxInviteTime {
		return refuse(CodeMalformed)
	}
	if d.state.Invite(v.ID) != nil {
		return refuse(CodeUsed)
	}
	if o := d.state.Named(v.Name); o != nil {
		return refuse(CodeTaken)
	}
	for _, other := range d.state.Invites {
		if other.Name == v.Name && d.at.Before(other.Until) {
			return &Refused{Code: CodeTaken, By: other.By}
		}
	}
	for _, other := range d.state.Invites {
		if !d.at.Before(other.Until) { // nobody can use it any more
			d.note(&Uninvited{ID: other.ID})
		}
	}
	d.note(&Invited{ID: v.ID, Name: v.Name, Until: v.Until.UTC().Truncate(time.Second)})
	return nil
}

func (c WithdrawInvite) decide(d *decision) error {
	if err := d.governs(InviteOfficers); err != nil {
		return err
	}
	if d.state.Invite(c.ID) == nil {
		return refuse(CodeUsed)
	}
	d.note(&Uninvited{ID: c.ID})
	return nil
}

func (c Join) decide(d *decision) error {
	v := d.state.Invite(c.Invite)
	switch {
	case v == nil:
		return refuse(CodeUsed)
	case !d.at.Before(v.Until):
		return refuse(CodeLate)
	}
	if err := d.newOfficer(c.Officer); err != nil {
		return err
	}
	for _, other := range d.state.Invites {
		if other.ID != c.Invite && other.Name == c.Officer.Name && d.at.Before(other.Until) {
			return refuse(CodeTaken)
		}
	}
	d.note(&HasJoined{Invite: c.Invite, Officer: arriving(c.Officer)})
	return nil
}

// newOfficer checks what somebody brings who comes.
func (d *decision) newOfficer(o Officer) error {
	var id seal.ID
	if id.UnmarshalText([]byte(o.ID)) != nil || !NameForm.MatchString(o.Name) || o.Name == Operator ||
		!isSum(o.Login) && len(o.Passkeys) == 0 || len(o.Login) > 0 && !isSum(o.Login) || !isTOTP(o.TOTP) {
		return refuse(CodeMalformed)
	}
	if len(o.Keys) == 0 || slices.ContainsFunc(o.Keys, func(k SealedKey) bool { return !isSealedKey(k) }) ||
		slices.ContainsFunc(o.Passkeys, func(p Passkey) bool { return !isPasskey(p) }) {
		return refuse(CodeMalformed)
	}
	if d.state.Officer(o.ID) != nil || d.state.Named(o.Name) != nil {
		return refuse(CodeTaken)
	}
	present := 0
	for _, other := range d.state.Officers {
		if other.Standing != Removed {
			present++
		}
	}
	if present >= MaxOfficers {
		return refuse(CodeFull)
	}
	return d.newRecipient(o.Recipient)
}

// newRecipient refuses a key that is none, or is one that is or was in use: who
// was removed must not come back in by their old key.
func (d *decision) newRecipient(recipient string) error {
	if _, err := seal.ParseRecipient(recipient); err != nil {
		return refuse(CodeMalformed)
	}
	taken := d.state.Recovery != nil && d.state.Recovery.Recipient == recipient ||
		slices.ContainsFunc(d.state.Officers, func(o Officer) bool { return o.Recipient == recipient }) ||
		slices.ContainsFunc(d.state.Epochs, func(e Epoch) bool { return e.Recipient == recipient })
	if taken {
		return refuse(CodeTaken)
	}
	return nil
}

func (c Admit) decide(d *decision) error {
	if d.state.Divided && len(c.Wraps) == 0 {
		return c.letIn(d)
	}
	if err := d.mayWithKey(GiveKeys); err != nil {
		return err
	}
	o := d.state.Officer(c.Officer)
	switch {
	case o == nil:
		return refuse(CodeUnknown)
	case d.state.holds(o):
		return nil
	case o.Standing == Removed:
		return refuse(CodeNotAllow)
	case d.state.Divided && !d.state.Opens(o):
		return refuse(CodeNoKeys)
	case d.state.Stale():
		return refuse(CodeStale)
	}
	if err := d.everyEpoch(c.Wraps); err != nil {
		return err
	}
	d.wrappedTo(c.Officer, c.Wraps)
	if o.Standing != Admitted {
		d.note(&WasAdmitted{Officer: c.Officer})
	}
	return nil
}

// letIn admits an officer to an office that is divided, without a key.
func (c Admit) letIn(d *decision) error {
	if err := d.may(AdmitOfficers); err != nil {
		return err
	}
	o := d.state.Officer(c.Officer)
	switch {
	case o == nil:
		return refuse(CodeUnknown)
	case o.Standing == Admitted:
		return nil
	case o.Standing == Removed:
		return refuse(CodeNotAllow)
	}
	d.note(&WasAdmitted{Officer: c.Officer})
	return nil
}

// everyEpoch refuses wraps that are not of exactly all epochs.
func (d *decision) everyEpoch(wraps map[int][]byte) error {
	for number, file := range wraps {
		if d.state.Epoch(number) == nil {
			return refuse(CodeIncomplete)
		}
		if seal.CheckKeyFile(file) != nil {
			return refuse(CodeMalformed)
		}
	}
	if len(wraps) != len(d.state.Epochs) {
		return refuse(CodeIncomplete)
	}
	return nil
}

func (c Remove) decide(d *decision) error {
	if err := d.governs(RemoveOfficers); err != nil {
		return err
	}
	o := d.state.Officer(c.Officer)
	switch {
	case o == nil:
		return refuse(CodeUnknown)
	case o.Standing == Removed:
		return nil
	}
	var left []string
	for _, a := range d.state.Holders() {
		if a.ID != c.Officer {
			left = append(left, a.ID)
		}
	}
	if len(left) == 0 {
		return refuse(CodeLastOne)
	}
	if err := d.lacking(&WasRemoved{Officer: c.Officer}); err != nil && len(o.Roles) > 0 {
		return err
	}
	d.note(&WasRemoved{Officer: c.Officer})
	if c.Epoch == nil {
		return nil
	}
	if d.by == Operator || d.by == c.Officer || !slices.Contains(left, d.by) {
		return refuse(CodeNotAllow) // who cannot know the new key, or must not
	}
	if err := d.newEpoch(*c.Epoch, left, d.state.Recovery != nil); err != nil {
		return err
	}
	d.begin(*c.Epoch, c.Stolen)
	return nil
}

// lacking refuses what would leave an action without anybody.
func (d *decision) lacking(events ...Event) error {
	after := *d.state
	after.Officers = slices.Clone(d.state.Officers)
	for _, e := range events {
		e.apply(&after, d.by, d.at)
	}
	if a := after.lacking(); a != "" {
		return &Refused{Code: CodeLacking, Action: a}
	}
	return nil
}

func (c AssignRoles) decide(d *decision) error {
	if err := d.governs(GiveRoles); err != nil {
		return err
	}
	var given []Event
	for _, id := range slices.Sorted(maps.Keys(c.Roles)) {
		o := d.state.Officer(id)
		switch {
		case o == nil:
			return refuse(CodeUnknown)
		case o.Standing != Admitted:
			return refuse(CodeNotAllow)
		}
		if seen, ok := c.Seen[id]; ok && !slices.Equal(seen, o.Roles) {
			return refuse(CodeChanged)
		}
		roles, err := ordered(c.Roles[id])
		if err != nil {
			return err
		}
		if !slices.Equal(roles, o.Roles) {
			given = append(given, &RolesGiven{Officer: id, Roles: roles})
		}
	}
	if len(given) == 0 {
		return nil
	}
	if err := d.lacking(given...); err != nil {
		return err
	}
	d.note(given...)
	return nil
}

// ordered are roles in the order of the table, each once.
func ordered(roles []Role) ([]Role, error) {
	for _, r := range roles {
		if !slices.Contains(Roles, r) {
			return nil, refuse(CodeMalformed)
		}
	}
	list := slices.DeleteFunc(slices.Clone(Roles), func(r Role) bool { return !slices.Contains(roles, r) })
	if len(list) > 1 && slices.Contains(list, Auditor) {
		return nil, refuse(CodeAlone)
	}
	return list, nil
}

func (c Rotate) decide(d *decision) error {
	if err := d.mayWithKey(BeginEpochs); err != nil {
		return err
	}
	var all []string
	for _, a := range d.state.Holders() {
		all = append(all, a.ID)
	}
	if err := d.newEpoch(c.Epoch, all, d.state.Recovery != nil); err != nil {
		return err
	}
	d.begin(c.Epoch, c.Stolen)
	return nil
}

// newEpoch refuses an epoch that is not the next, or is not wrapped to exactly
// these officers and to the recovery recipient.
func (d *decision) newEpoch(e Epoch, officers []string, recovery bool) error {
	next := 1
	if current := d.state.Current(); current != nil {
		next = current.Number + 1
	}
	if e.Number != next {
		return refuse(CodeOldEpoch)
	}
	if err := d.newRecipient(e.Recipient); err != nil {
		return err
	}
	for _, file := range e.Wraps {
		if seal.CheckKeyFile(file) != nil {
			return refuse(CodeMalformed)
		}
	}
	slices.Sort(officers)
	if !slices.Equal(slices.Sorted(maps.Keys(e.Wraps)), officers) || recovery != (len(e.Rescue) > 0) {
		return refuse(CodeIncomplete)
	}
	if recovery && seal.CheckKeyFile(e.Rescue) != nil {
		return refuse(CodeMalformed)
	}
	return nil
}

func (c ArrangeRecovery) decide(d *decision) error {
	if err := d.mayWithKey(ShareOutRescue); err != nil {
		return err
	}
	if d.state.Stale() {
		return refuse(CodeStale)
	}
	if err := d.newRecovery(c.Recovery); err != nil {
		return err
	}
	if err := d.everyEpoch(c.Rescues); err != nil {
		return err
	}
	d.note(arranged(c.Recovery))
	d.wrappedTo("", c.Rescues)
	return nil
}

func (d *decision) newRecovery(r Recovery) error {
	if r.Need < 2 || r.Of < r.Need || r.Of > seal.MaxShares || !isSum(r.Proof) {
		return refuse(CodeMalformed)
	}
	return d.newRecipient(r.Recipient)
}

// Rescuer are the roles that who recovers the keys of a divided office is given.
var Rescuer = []Role{LegalOfficer, Administrator}

func (c Recover) decide(d *decision) error {
	self, err := d.self()
	if err != nil {
		return err
	}
	proof := sha256.Sum256(c.Proof)
	if r := d.state.Recovery; r == nil || !bytes.Equal(proof[:], r.Proof) {
		return refuse(CodeNotAllow)
	}
	if err := d.everyEpoch(c.Wraps); err != nil {
		return err
	}
	d.wrappedTo(d.by, c.Wraps)
	d.note(&Recovered{Officer: d.by})
	if !d.state.Divided {
		return nil
	}
	roles := slices.DeleteFunc(slices.Clone(Roles), func(r Role) bool {
		return r == Auditor || !slices.Contains(self.Roles, r) && !slices.Contains(Rescuer, r)
	})
	if !slices.Equal(roles, self.Roles) {
		d.note(&RolesGiven{Officer: d.by, Roles: roles})
	}
	return nil
}

func (c ChangePassphrase) decide(d *decision) error {
	if _, err := d.self(); err != nil {
		return err
	}
	if !isSum(c.Login) || c.Key.Passkey != nil || !isSealedKey(c.Key) {
		return refuse(CodeMalformed)
	}
	d.note(&PassphraseChanged{Login: c.Login, Key: c.Key})
	return nil
}

func (c SetTOTP) decide(d *decision) error {
	o, err := d.self()
	switch {
	case err != nil:
		return err
	case !isTOTP(c.Secret):
		return refuse(CodeMalformed)
	case o.TOTP == c.Secret:
		return nil
	}
	d.note(&TOTPSet{Secret: c.Secret})
	return nil
}

func (c AddPasskey) decide(d *decision) error {
	if _, err := d.self(); err != nil {
		return err
	}
	if !isPasskey(c.Passkey) || c.Key != nil && (!bytes.Equal(c.Key.Passkey, c.Passkey.ID) || !isSealedKey(*c.Key)) {
		return refuse(CodeMalformed)
	}
	for _, o := range d.state.Officers {
		if o.passkey(c.Passkey.ID) != nil {
			return refuse(CodeTaken)
		}
	}
	p := c.Passkey
	p.Added = time.Time{}
	d.note(&PasskeyAdded{Passkey: p, Key: c.Key})
	return nil
}

func (c UsePasskey) decide(d *decision) error {
	o, err := d.self()
	if err != nil {
		return err
	}
	p := o.passkey(c.ID)
	switch {
	case p == nil:
		return refuse(CodeUnknown)
	case len(c.Credential) == 0 || len(c.Credential) > maxCredential:
		return refuse(CodeMalformed)
	case bytes.Equal(p.Credential, c.Credential):
		return nil
	}
	d.note(&PasskeyUsed{ID: c.ID, Credential: c.Credential})
	return nil
}

func (c DropPasskey) decide(d *decision) error {
	o, err := d.self()
	if err != nil {
		return err
	}
	if o.passkey(c.ID) == nil {
		return refuse(CodeUnknown)
	}
	left := slices.ContainsFunc(o.Keys, func(k SealedKey) bool { return !bytes.Equal(k.Passkey, c.ID) })
	if !left || len(o.Login) == 0 && len(o.Passkeys) == 1 {
		return refuse(CodeLastOne)
	}
	d.note(&PasskeyDropped{ID: c.ID})
	return nil
}

func (c SignIn) decide(d *decision) error {
	if _, err := d.self(); err != nil {
		return err
	}
	if !slices.Contains(Ways, c.With) {
		return refuse(CodeMalformed)
	}
	d.note(&SignedIn{With: c.With})
	return nil
}

func (SignOut) decide(d *decision) error {
	if _, err := d.self(); err != nil {
		return err
	}
	d.note(&SignedOut{})
	return nil
}

// passkey is an officer's passkey with an ID, or nil.
func (o *Officer) passkey(id []byte) *Passkey {
	i := slices.IndexFunc(o.Passkeys, func(p Passkey) bool { return bytes.Equal(p.ID, id) })
	if i < 0 {
		return nil
	}
	return &o.Passkeys[i]
}

const (
	maxCredential = 16 << 10 // bytes of JSON
	maxPasskeyID  = 1023     // WebAuthn's own limit
	maxLabel      = 100      // bytes
)

func isPasskey(p Passkey) bool {
	return len(p.ID) > 0 && len(p.ID) <= maxPasskeyID && len(p.Label) <= maxLabel &&
		len(p.Credential) > 0 && len(p.Credential) <= maxCredential
}

// isSealedKey reports whether a key file has the form that its passkey or
// passphrase opens.
func isSealedKey(k SealedKey) bool {
	if k.Passkey == nil {
		return seal.CheckPassphraseFile(k.File) == nil
	}
	return seal.CheckKeyFile(k.File) == nil
}

func isSum(b []byte) bool { return len(b) == sha256.Size }

// isTOTP reports whether a secret of a second step is none, or 16 to 64 bytes in
// base32 without padding.
func isTOTP(secret string) bool {
	if secret == "" {
		return true
	}
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	return err == nil && len(b) >= 16 && len(b) <= 64 && !strings.ContainsAny(secret, "\r\n")
}
