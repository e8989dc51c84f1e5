package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"temwen/office"
)

// newPasskeys is the relying party at an origin; nil where the host is a bare
// address, to which browsers bind no passkeys.
func newPasskeys(origin *url.URL) (*webauthn.WebAuthn, error) {
	if net.ParseIP(origin.Hostname()) != nil {
		return nil, nil
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID:                  origin.Hostname(),
		RPDisplayName:         "Temwen",
		RPOrigins:             []string{origin.Scheme + "://" + origin.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:      protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys at %s: %w", origin, err)
	}
	return w, nil
}

// keyUser is an officer as the library sees them.
type keyUser struct {
	*office.Officer
	credentials []webauthn.Credential
}

func (u *keyUser) WebAuthnID() []byte                         { return []byte(u.ID) }
func (u *keyUser) WebAuthnName() string                       { return u.Name }
func (u *keyUser) WebAuthnDisplayName() string                { return u.Name }
func (u *keyUser) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

// keyUserOf reads the officer's credentials.
func keyUserOf(o *office.Officer) (*keyUser, error) {
	u := &keyUser{Officer: o}
	for _, p := range o.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(p.Credential, &c); err != nil {
			return nil, fmt.Errorf("reading a passkey of %s: %w", o.Name, err)
		}
		u.credentials = append(u.credentials, c)
	}
	return u, nil
}

var (
	errNoPasskeys = &userError{http.StatusNotFound, "no-passkeys"}
	errPasskey    = &userError{http.StatusForbidden, "passkey"}
)

// beginCeremony answers with what the browser asks a passkey, and remembers it.
func (v *visit) beginCeremony(options any, ceremony *webauthn.SessionData) error {
	b, err := json.Marshal(ceremony)
	if err != nil {
		return fmt.Errorf("keeping a ceremony: %w", err)
	}
	v.desk.sessions.Put(v.Context(), keyCeremony, string(b))
	return v.answer(http.StatusOK, options)
}

// endCeremony is what was begun, once.
func (v *visit) endCeremony() (webauthn.SessionData, error) {
	var ceremony webauthn.SessionData
	if err := json.Unmarshal([]byte(v.desk.sessions.PopString(v.Context(), keyCeremony)), &ceremony); err != nil {
		return ceremony, errPasskey // nothing was begun, or it is over
	}
	return ceremony, nil
}

// askPasskey begins signing in with any passkey that the browser has for here.
func (d *Desk) askPasskey(v *visit) error {
	if d.passkeys == nil {
		return errNoPasskeys
	}
	options, ceremony, err := d.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return fmt.Errorf("asking for a passkey: %w", err)
	}
	return v.beginCeremony(options, ceremony)
}

// takePasskey signs in whom a passkey belongs to.
func (d *Desk) takePasskey(v *visit) error {
	if d.passkeys == nil {
		return errNoPasskeys
	}
	var said struct{ Credential json.RawMessage }
	if err := v.read(&said); err != nil {
		return err
	}
	ceremony, err := v.endCeremony()
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(said.Credential)
	if err != nil {
		return errPasskey
	}
	if err := v.look(); err != nil {
		return err
	}
	user, used, err := d.passkeys.ValidatePasskeyLogin(func(_, id []byte) (webauthn.User, error) {
		o := v.state.Officer(string(id))
		if o == nil || o.Standing == office.Removed {
			return nil, errPasskey
		}
		return keyUserOf(o)
	}, ceremony, parsed)
	if err != nil || used.Authenticator.CloneWarning {
		return errPasskey
	}
	o := user.(*keyUser).Officer
	if err := d.noteUse(v, o, used); err != nil {
		return err
	}
	return v.welcome(o, withPasskey)
}

// noteUse keeps what changed in a credential; most authenticators count nothing,
// and then nothing has.
func (d *Desk) noteUse(v *visit, o *office.Officer, used *webauthn.Credential) error {
	b, err := json.Marshal(used)
	if err != nil {
		return fmt.Errorf("keeping a passkey: %w", err)
	}
	for _, p := range o.Passkeys {
		if bytes.Equal(p.ID, used.ID) && bytes.Equal(p.Credential, b) {
			return nil
		}
	}
	return d.office.Do(v.Context(), o.ID, office.UsePasskey{ID: used.ID, Credential: b})
}

// offerPasskey begins adding a passkey to the officer's own.
func (d *Desk) offerPasskey(v *visit) error {
	if d.passkeys == nil {
		return errNoPasskeys
	}
	u, err := keyUserOf(v.officer)
	if err != nil {
		return err
	}
	options, ceremony, err := d.passkeys.BeginRegistration(u,
		webauthn.WithExclusions(webauthn.Credentials(u.credentials).CredentialDescriptors()))
	if err != nil {
		return fmt.Errorf("offering a passkey: %w", err)
	}
	return v.beginCeremony(options, ceremony)
}

// maxLabel is how many letters the label of a passkey may have.
const maxLabel = 40

// addPasskey adds a passkey, with the officer's identity sealed to its PRF where
// it has one.
func (d *Desk) addPasskey(v *visit) error {
	if d.passkeys == nil {
		return errNoPasskeys
	}
	var said struct {
		Label      string
		Credential json.RawMessage
		Key        binary
	}
	if err := v.read(&said); err != nil {
		return err
	}
	label := strings.TrimSpace(said.Label)
	if utf8.RuneCountInString(label) > maxLabel {
		return errBadForm
	}
	ceremony, err := v.endCeremony()
	if err != nil {
		return err
	}
	u, err := keyUserOf(v.officer)
	if err != nil {
		return err
	}
	made, err := v.createPasskey(u, ceremony, said.Credential)
	if err != nil {
		return err
	}
	made.Label = label
	add := office.AddPasskey{Passkey: *made}
	if len(said.Key) > 0 {
		add.Key = &office.SealedKey{Passkey: made.ID, File: said.Key}
	}
	if err := v.do(add); err != nil {
		return err
	}
	if err := v.again(); err != nil {
		return err
	}
	v.done("passkey")
	if v.officer.Standing == office.Admitted {
		return v.next(v.href("me"))
	}
	return v.next(v.start())
}

// createPasskey checks what a device made in a ceremony.
func (v *visit) createPasskey(u *keyUser, ceremony webauthn.SessionData, credential []byte) (*office.Passkey, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return nil, errPasskey
	}
	made, err := v.desk.passkeys.CreateCredential(u, ceremony, parsed)
	if err != nil {
		return nil, errPasskey
	}
	b, err := json.Marshal(made)
	if err != nil {
		return nil, fmt.Errorf("keeping a passkey: %w", err)
	}
	return &office.Passkey{ID: made.ID, Credential: b, Added: v.desk.options.Now()}, nil
}

// dropPasskey removes one of the officer's own, but not what they would need to
// sign in.
func (d *Desk) dropPasskey(v *visit) error {
	id, err := b64.DecodeString(v.form.Get("id"))
	if err != nil {
		return errBadForm
	}
	if v.officer.TOTP == "" && len(v.officer.Passkeys) == 1 {
		return &userError{http.StatusConflict, "last-passkey"}
	}
	if err := v.do(office.DropPasskey{ID: id}); err != nil {
		return err
	}
	v.done("passkey-dropped")
	return v.next(v.href("me"))
}
