package desk

import (
	"crypto/sha256"
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
	v.show(&page{visit: v, Template: "join", Title: v.words.Say("desk.join.title")})
	return nil
}

// lookAtLink tells what a link is for.
func (d *Desk) lookAtLink(v *visit) error {
	var said struct{ Token string }
	if err := v.read(&said); err != nil {
		return err
	}
	if err := v.look(); err != nil {
		return err
	}
	id := linkID(said.Token)
	for _, i := range v.state.Invites {
		if i.ID != id {
			continue
		}
		if !d.options.Now().Before(i.Until) {
			return &office.Refused{Code: office.CodeLate}
		}
		return v.answer(http.StatusOK, map[string]string{"office": v.state.ID, "name": i.Name})
	}
	return &office.Refused{Code: office.CodeUsed}
}

// join makes somebody an officer who waits to be admitted, with the key that
// their browser made and sealed.
func (d *Desk) join(v *visit) error {
	var said struct {
		Token, Name, Recipient string
		Key, Login             binary
	}
	if err := v.read(&said); err != nil {
		return err
	}
	if len(said.Login) != sha256.Size {
		return errBadForm
	}
	sum := sha256.Sum256(said.Login)
	o := office.Officer{
		ID: office.NewID(), Name: said.Name, Recipient: said.Recipient,
		Keys: []office.SealedKey{{File: said.Key}}, Login: sum[:],
	}
	if err := d.office.Do(v.Context(), "", office.Join{Invite: linkID(said.Token), Officer: o}); err != nil {
		return err
	}
	v.state = nil
	if err := v.look(); err != nil {
		return err
	}
	return v.welcome(v.state.Officer(o.ID), withPassword)
}

// waitingPage tells who has joined how they are admitted.
func (d *Desk) waitingPage(v *visit) error {
	if v.officer.Standing == office.Admitted || !v.secure() {
		return d.home(v)
	}
	v.show(&page{visit: v, Template: "waiting", Title: v.words.Say("desk.waiting.title")})
	return nil
}
