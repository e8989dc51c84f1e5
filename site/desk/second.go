package desk

import (
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"rsc.io/qr"

	"temwen/office"
)

// period is how long a code of the second step is good (RFC 6238).
const period = 30 * time.Second

// codes takes each code of a second step once, so that one that was looked at
// over a shoulder is worth nothing.
type codes struct {
	mu   sync.Mutex
	last map[string]int64 // number of the last code taken, by officer
}

// take reports whether a code is right now, give or take one, and was not taken.
func (c *codes) take(o *office.Officer, code string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := rightCode(o.TOTP, code, now)
	if at <= c.last[o.ID] {
		return false
	}
	if c.last == nil {
		c.last = make(map[string]int64)
	}
	c.last[o.ID] = at
	return true
}

// rightCode is the number of the period in which a code is right: this one, the
// one before or the one after; 0 where it is wrong.
func rightCode(secret, code string, now time.Time) int64 {
	code = strings.Join(strings.Fields(code), "")
	found := int64(0)
	for _, t := range []time.Time{now.Add(-period), now, now.Add(period)} {
		want, err := totp.GenerateCodeCustom(secret, t, totp.ValidateOpts{Period: uint(period / time.Second), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = t.Unix() / int64(period/time.Second)
		}
	}
	return found
}

// newSecret is a secret for a second step: 20 bytes, base32.
func newSecret() string {
	b, err := base64.RawURLEncoding.DecodeString(random(20))
	if err != nil {
		panic(err) // random yields base64url
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// secondBody is what the page of the second step shows.
type secondBody struct {
	Secret   string // in groups of four
	Picture  template.HTML
	First    bool // there is none yet
	Passkeys bool // are possible at this address
}

// twoThings reports whether an officer signs in with more than a passphrase.
func twoThings(o *office.Officer) bool { return o.TOTP != "" || len(o.Passkeys) > 0 }

// secure reports whether the officer has a second step, signed in where they are
// trusted to have one, or looks around where there is nothing to protect.
func (v *visit) secure() bool {
	return twoThings(v.officer) || v.desk.options.Demo || v.desk.sessions.GetString(v.Context(), keyWith) == withSSO
}

// secondPage shows a new secret, which counts only once a code of it was given.
func (d *Desk) secondPage(v *visit) error {
	secret := d.sessions.GetString(v.Context(), keySecret)
	if secret == "" {
		secret = newSecret()
		d.sessions.Put(v.Context(), keySecret, secret)
	}
	picture, err := qrPicture(totpAddress(d.origin.Host, v.officer.Name, secret))
	if err != nil {
		return err
	}
	v.show(&page{visit: v, Template: "second-step", Nav: "me", Title: v.words.Say("desk.second.title"), Body: &secondBody{
		Secret: inGroups(secret), Picture: picture, First: !twoThings(v.officer), Passkeys: d.passkeys != nil,
	}})
	return nil
}

var errWrongCode = &userError{http.StatusForbidden, "wrong-code"}

// second takes the first code of a new secret.
func (d *Desk) second(v *visit) error {
	secret := d.sessions.GetString(v.Context(), keySecret)
	if secret == "" {
		return errBadForm
	}
	if d.tries.wait(v.officer.Name) > 0 {
		return errWait
	}
	fresh := *v.officer
	fresh.TOTP = secret
	if !d.codes.take(&fresh, v.form.Get("code"), d.options.Now()) {
		d.tries.wrong(v.officer.Name)
		return errWrongCode
	}
	if err := v.do(office.SetTOTP{Secret: secret}); err != nil {
		return err
	}
	d.sessions.Remove(v.Context(), keySecret)
	if err := v.again(); err != nil {
		return err
	}
	v.done("second")
	return v.next(v.start())
}

// totpAddress is what an authenticator reads from the picture.
func totpAddress(host, name, secret string) string {
	q := url.Values{"secret": {secret}, "issuer": {"Temwen"}}
	return "otpauth://totp/" + url.PathEscape("Temwen "+host+":"+name) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// inGroups writes a secret in groups of four, to be typed.
func inGroups(s string) string {
	var groups []string
	for len(s) > 4 {
		groups, s = append(groups, s[:4]), s[4:]
	}
	return strings.Join(append(groups, s), " ")
}

// qrPicture is a QR code as SVG: dark on light in any scheme, as cameras want it.
func qrPicture(text string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("drawing a QR code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+4, y+4)
			}
		}
	}
	side := code.Size + 8 // a quiet zone of four on each side
	return template.HTML(fmt.Sprintf(`<svg class="qr" viewBox="0 0 %d %d" width="%d" height="%d" aria-hidden="true"><path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="%s"/></svg>`,
		side, side, side*4, side*4, side, side, path.String())), nil
}
