package desk

import (
	"crypto/sha256"
	"time"

	"temwen/office"
)

// meBody is what an officer's own page shows.
type meBody struct {
	Keys           []keyRow
	Passkeys       bool          // are possible at this address
	Idle, Lifetime time.Duration // of sessions
	Current        bool          // the passphrase in use must be given to change it
}

// keyRow is a passkey.
type keyRow struct {
	ID, Label string
	Added     time.Time
	Opens     bool // the officer's key, not only the door
}

func (d *Desk) mePage(v *visit) error {
	if !v.secure() {
		return d.home(v)
	}
	body := &meBody{
		Passkeys: d.passkeys != nil, Idle: d.options.Idle, Lifetime: d.options.Lifetime, Current: !v.mayForget(),
	}
	for _, p := range v.officer.Passkeys {
		row := keyRow{ID: b64.EncodeToString(p.ID), Label: p.Label, Added: p.Added}
		for _, k := range v.officer.Keys {
			row.Opens = row.Opens || string(k.Passkey) == string(p.ID)
		}
		body.Keys = append(body.Keys, row)
	}
	v.show(&page{visit: v, Template: "me", Nav: "me", Title: v.words.Say("desk.me.title"), Body: body})
	return nil
}

// mayForget reports whether an officer may set a passphrase without knowing the
// one in use: they came in with a passkey.
func (v *visit) mayForget() bool {
	return v.desk.sessions.GetString(v.Context(), keyWith) == withPasskey
}

// changePassphrase takes the officer's identity, sealed anew in their browser.
func (d *Desk) changePassphrase(v *visit) error {
	var said struct{ Current, Login, Key binary }
	if err := v.read(&said); err != nil {
		return err
	}
	if len(said.Login) != sha256.Size {
		return errBadForm
	}
	if !v.mayForget() {
		if d.tries.wait(v.officer.Name) > 0 {
			return errWait
		}
		if !knows(v.officer, said.Current) {
			d.tries.wrong(v.officer.Name)
			return errWrong
		}
	}
	sum := sha256.Sum256(said.Login)
	if err := v.do(office.ChangePassphrase{Login: sum[:], Key: office.SealedKey{File: said.Key}}); err != nil {
		return err
	}
	v.done("passphrase")
	return v.next(v.href("me"))
}
