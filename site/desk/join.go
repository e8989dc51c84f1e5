package desk

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"temwen/locale"
	"temwen/office"
)

// NewLink is the token of a link that is good once, and the ID of its
// invitation.
func NewLink() (token, id string) {
	token = random(24)
	return token, linkID(token)
}

// linkID is the ID of the invitation that a link's token is for.
func linkID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return b64.EncodeToString(sum[:])
}

// LinkAddress is a link's address. The token stands behind the #, which browsers
// send to nobody.
func LinkAddress(origin string, lang locale.Lang, token string) string {
	return origin + "/" + string(lang) + "/join#" + token
}

// LinkTime is how long a link is good.
const LinkTime = 72 * time.Hour

func (d *Desk) joinPage(v *visit) error {
	v.show(&page{visit: v, Template: "join", Title: v.words.Say("desk.join.title"), Body: d.passkeys != nil})
	return nil
}

// lookAtLink tells what a link is for.
func (d *Desk) lookAtLink(v *visit) error {
	var said struct{ Token string }
	if err := v.read(&said); err != nil {
		return err
	}
	i, err := v.invite(said.Token)
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, map[string]string{"office": v.state.ID, "name": i.Name})
}

// invite is the invitation that a link's token is for, if it is good.
func (v *visit) invite(token string) (*office.Invite, error) {
	if err := v.look(); err != nil {
		return nil, err
	}
	i := v.state.Invite(linkID(token))
	switch {
	case i == nil:
		return nil, &office.Refused{Code: office.CodeUsed}
	case !v.desk.options.Now().Before(i.Until):
		return nil, &office.Refused{Code: office.CodeLate}
	}
	return i, nil
}

// offerToJoin begins joining with a passkey alone.
func (d *Desk) offerToJoin(v *visit) error {
	var said struct{ Token string }
	if err := v.read(&said); err != nil {
		return err
	}
	i, err := v.invite(said.Token)
	if err != nil {
		return err
	}
	if d.passkeys == nil {
		return errNoPasskeys
	}
	options, ceremony, err := d.passkeys.BeginRegistration(&keyUser{Officer: &office.Officer{ID: office.NewID(), Name: i.Name}})
	if err != nil {
		return fmt.Errorf("offering a passkey to join with: %w", err)
	}
	return v.beginCeremony(options, ceremony)
}

// join makes somebody an officer who waits to be admitted, with the key that
// their browser made and sealed.
func (d *Desk) join(v *visit) error {
	var said struct {
		Token, Name, Recipient string
		Key, Login             binary
		Credential             json.RawMessage // of who joins with a passkey alone
	}
	if err := v.read(&said); err != nil {
		return err
	}
	o := office.Officer{ID: office.NewID(), Name: said.Name, Recipient: said.Recipient}
	by := withPassword
	switch {
	case said.Credential != nil:
		made, id, err := v.madePasskey(said.Name, said.Credential)
		if err != nil {
			return err
		}
		by = withPasskey
		o.ID, o.Passkeys, o.Keys = id, []office.Passkey{*made}, []office.SealedKey{{Passkey: made.ID, File: said.Key}}
	case len(said.Login) == sha256.Size:
		sum := sha256.Sum256(said.Login)
		o.Keys, o.Login = []office.SealedKey{{File: said.Key}}, sum[:]
	default:
		return errBadForm
	}
	if err := d.office.Do(v.Context(), "", office.Join{Invite: linkID(said.Token), Officer: o}); err != nil {
		return err
	}
	v.state = nil
	if err := v.look(); err != nil {
		return err
	}
	return v.welcome(v.state.Officer(o.ID), by)
}

// madePasskey ends what offerToJoin began: the passkey, and the ID of the officer that
// it is bound to.
func (v *visit) madePasskey(name string, credential []byte) (*office.Passkey, string, error) {
	if v.desk.passkeys == nil {
		return nil, "", errNoPasskeys
	}
	ceremony, err := v.endCeremony()
	if err != nil {
		return nil, "", err
	}
	o := &office.Officer{ID: string(ceremony.UserID), Name: name}
	p, err := v.createPasskey(&keyUser{Officer: o}, ceremony, credential)
	return p, o.ID, err
}

// waitingPage tells who has joined how they are admitted.
func (d *Desk) waitingPage(v *visit) error {
	if v.officer.Standing == office.Admitted || !v.secure() {
		return d.home(v)
	}
	v.show(&page{visit: v, Template: "waiting", Title: v.words.Say("desk.waiting.title")})
	return nil
}
