package desk

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"

	"temwen/office"
)

// The ways to sign in, as SignIn notes them.
const (
	withPassword = "password"
	withPasskey  = "passkey"
	withSSO      = "oidc"
)

var (
	errWrong      = &userError{http.StatusForbidden, "wrong"}
	errWait       = &userError{http.StatusTooManyRequests, "wait"}
	errUsePasskey = &userError{http.StatusForbidden, "use-passkey"}
)

// b64 is how bytes are written in what scripts say.
var b64 = base64.RawURLEncoding

// chooseLanguage sends an officer of the bare address to their language.
func (d *Desk) chooseLanguage(v *visit) error {
	v.w.Header().Set("Vary", "Accept-Language")
	http.Redirect(v.w, v.Request, v.href(""), http.StatusSeeOther)
	return nil
}

// home is the inbox, or where one gets to it.
func (d *Desk) home(v *visit) error {
	http.Redirect(v.w, v.Request, v.start(), http.StatusSeeOther)
	return nil
}

// start is the first page that an officer needs, as they stand.
func (v *visit) start() string {
	switch {
	case v.officer == nil:
		return v.href("sign-in")
	case !v.secure():
		return v.href("second-step")
	case v.officer.Standing != office.Admitted:
		return v.href("waiting")
	}
	switch c := v.desk.options.Casework; {
	case v.may(office.SeeThreads):
		return v.href("inbox")
	case c != nil && c.Conduct != nil && v.may(office.Publish):
		return v.href("conduct")
	}
	return v.href("office")
}

// signInBody is what the sign-in page shows.
type signInBody struct {
	Passkeys bool   // are possible at this address
	SSO      string // name of the other place to sign in, or empty
}

func (d *Desk) signInPage(v *visit) error {
	if v.officer != nil {
		return d.home(v)
	}
	body := &signInBody{Passkeys: d.passkeys != nil}
	if d.options.SingleSignOn != nil {
		body.SSO = d.options.SingleSignOn.Name
	}
	v.show(&page{visit: v, Template: "sign-in", Title: v.words.Say("desk.sign-in.title"), Body: body})
	return nil
}

// signIn takes a name, what the browser made of the passphrase, and a code.
func (d *Desk) signIn(v *visit) error {
	var said struct{ Name, Login, Code string }
	if err := v.read(&said); err != nil {
		return err
	}
	login, err := b64.DecodeString(said.Login)
	if err != nil || len(login) != sha256.Size || !office.NameForm.MatchString(said.Name) {
		return errWrong
	}
	if d.tries.wait(said.Name) > 0 {
		return errWait
	}
	if err := v.look(); err != nil {
		return err
	}
	o := v.state.Named(said.Name)
	if !knows(o, login) || o.TOTP != "" && !d.codes.take(o, said.Code, d.options.Now()) {
		d.tries.wrong(said.Name)
		return errWrong
	}
	if o.TOTP == "" && len(o.Passkeys) > 0 {
		return errUsePasskey // a passphrase alone must not stand for both
	}
	d.tries.right(said.Name)
	return v.welcome(o, withPassword)
}

// knows reports whether a login secret is the officer's. Nobody's takes as long.
func knows(o *office.Officer, login []byte) bool {
	sum := sha256.Sum256(login)
	want := make([]byte, sha256.Size)
	if o == nil || len(o.Login) != sha256.Size {
		_, _ = rand.Read(want) // never fails
	} else {
		copy(want, o.Login)
	}
	return subtle.ConstantTimeCompare(sum[:], want) == 1
}

// arrive makes the session an officer's.
func (v *visit) arrive(o *office.Officer, with string) error {
	if err := v.desk.office.Do(v.Context(), o.ID, office.SignIn{With: with}); err != nil {
		return err
	}
	if err := v.desk.begin(v.Context(), o.ID); err != nil {
		return err
	}
	v.officer = o
	v.desk.sessions.Put(v.Context(), keyWith, with)
	return nil
}

// welcome signs an officer in and tells the script where they go on.
func (v *visit) welcome(o *office.Officer, with string) error {
	if err := v.arrive(o, with); err != nil {
		return err
	}
	return v.answer(http.StatusOK, map[string]string{"next": v.start(), "token": v.desk.token(v.Context())})
}

func (d *Desk) signOut(v *visit) error {
	if err := v.do(office.SignOut{}); err != nil {
		return err
	}
	if err := d.sessions.Destroy(v.Context()); err != nil {
		return err
	}
	return v.next(v.href("sign-in"))
}

// ownKeys is what an officer's browser opens: their sealed identity, and the
// office's keys wrapped to it.
type ownKeys struct {
	Office    string      `json:"office"`
	Officer   string      `json:"officer"`
	Name      string      `json:"name"`
	Recipient string      `json:"recipient"`
	Keys      []wrappedAs `json:"keys"`
	Epochs    []ownEpoch  `json:"epochs"`
}

type wrappedAs struct {
	Passkey string `json:"passkey,omitempty"` // its ID, or empty for the passphrase
	File    binary `json:"file"`
}

type ownEpoch struct {
	Number    int    `json:"number"`
	Recipient string `json:"recipient"`
	Wrap      binary `json:"wrap,omitempty"`
	Rescue    binary `json:"rescue,omitempty"`
}

// keys hands an officer their own sealed keys.
func (d *Desk) keys(v *visit) error {
	own := ownKeys{Office: v.state.ID, Officer: v.officer.ID, Name: v.officer.Name, Recipient: v.officer.Recipient}
	for _, k := range v.officer.Keys {
		own.Keys = append(own.Keys, wrappedAs{Passkey: b64.EncodeToString(k.Passkey), File: k.File})
	}
	for _, e := range v.state.Epochs {
		wrap := e.Wraps[v.officer.ID]
		if !v.state.Opens(v.officer) && v.officer.Standing == office.Admitted {
			wrap = nil // from before their roles were others
		}
		own.Epochs = append(own.Epochs, ownEpoch{e.Number, e.Recipient, wrap, e.Rescue})
	}
	return v.answer(http.StatusOK, own)
}
