package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"temwen/gate"
	"temwen/intake"
	"temwen/locale"
	"temwen/office"
	"temwen/record"
	"temwen/seal"
)

// visit is one request to the desk: who asks, in which language.
type visit struct {
	*http.Request
	w       http.ResponseWriter
	desk    *Desk
	lang    locale.Lang
	words   *locale.Catalogue
	state   *office.State   // of the office, nil until somebody is signed in or asks
	officer *office.Officer // nil where nobody is signed in
	form    url.Values
}

// userError is what somebody can mend, said in their language by the key
// desk.error.<code>.
type userError struct {
	status int
	code   string
}

// Error is for logs only.
func (e *userError) Error() string { return e.code }

var (
	errBadForm  = &userError{http.StatusBadRequest, "bad-form"}
	errNoToken  = &userError{http.StatusForbidden, "no-token"}
	errNotYet   = &userError{http.StatusForbidden, "not-yet"}
	errTooLarge = &userError{http.StatusRequestEntityTooLarge, "too-large"}
)

// maxSealed is how many bytes of JSON an admitted officer's browser may send: a
// letter with its files, sealed for each code of the person and for the office.
const maxSealed = 36 << 20

// maxForm is how many bytes a form or a script's request may have. Longer things
// come as streams.
const maxForm = 3 << 20

// visited is the handler of a room: it finds out who asks, turns away who may
// not, and shows errors, in one place for all.
func (d *Desk) visited(room room) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := d.visit(w, r)
		err := v.enter(room)
		if err == nil {
			err = room.serve(v)
		}
		if err != nil {
			v.fail(err)
		}
	})
}

// visit reads the language.
func (d *Desk) visit(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{Request: r, w: w, desk: d, lang: locale.Match(r.Header.Get("Accept-Language"))}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	v.words = locale.In(v.lang)
	v.speak(first)
	return v
}

// speak goes on in a language, if there is one of that code.
func (v *visit) speak(code string) {
	if l := locale.Lang(code); slices.Contains(locale.Langs, l) {
		v.lang, v.words = l, locale.In(l)
	}
}

// enter finds the officer and holds what the room asks of them.
func (v *visit) enter(room room) error {
	if err := v.findOfficer(); err != nil {
		return err
	}
	if room.reach > anybody && v.officer == nil {
		return errSignedOut
	}
	if v.Method == http.MethodPost && !v.streams() {
		if err := v.readForm(); err != nil {
			return err
		}
	}
	if v.Method == http.MethodPost && v.officer != nil {
		token := v.Header.Get("Temwen-Token")
		if token == "" {
			token = v.form.Get("token")
		}
		if !v.desk.hasToken(v.Context(), token) {
			return errNoToken
		}
	}
	if room.reach >= admitted && !v.ready() {
		return errNotYet
	}
	return nil
}

// findOfficer looks who the session belongs to, and ends it where they were removed.
func (v *visit) findOfficer() error {
	id := v.desk.sessions.GetString(v.Context(), keyOfficer)
	if id == "" {
		return nil
	}
	if err := v.look(); err != nil {
		return err
	}
	o := v.state.Officer(id)
	if o == nil || o.Standing == office.Removed {
		return v.desk.sessions.Destroy(v.Context())
	}
	v.officer = o
	v.Request = v.WithContext(gate.As(v.Context(), o.ID)) // for all that is asked of the rooms below
	return nil
}

// look reads the office's state, once for a request.
func (v *visit) look() (err error) {
	if v.state == nil {
		v.state, err = v.desk.office.State(v.Context())
	}
	return err
}

// again reads the state anew, after the officer did something.
func (v *visit) again() error {
	v.state = nil
	return v.findOfficer()
}

// ready reports whether the officer may work: is admitted and signs in with two
// things.
func (v *visit) ready() bool { return v.officer.Standing == office.Admitted && v.secure() }

// streams reports whether the body is sealed bytes, for the room to read.
func (v *visit) streams() bool { return v.mediaType() == parcelType }

// parcelType is the media type of a parcel.
const parcelType = "application/vnd.temwen.parcel"

func (v *visit) mediaType() string {
	t, _, err := mime.ParseMediaType(v.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// scripted reports whether a script asks, and is answered in JSON.
func (v *visit) scripted() bool {
	t := v.mediaType()
	return t == "application/json" || t == parcelType
}

// readForm reads the body: a form, or what a script says.
func (v *visit) readForm() error {
	limit := int64(maxForm)
	if v.officer != nil && v.ready() && v.mediaType() == "application/json" {
		limit = maxSealed
	}
	body, err := io.ReadAll(http.MaxBytesReader(v.w, v.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return errTooLarge
	case err != nil:
		return errBadForm
	case v.mediaType() == "application/json":
		v.Body = io.NopCloser(strings.NewReader(string(body)))
		return nil
	}
	if v.form, err = url.ParseQuery(string(body)); err != nil {
		return errBadForm
	}
	return nil
}

// read reads what a script says, strictly.
func (v *visit) read(into any) error {
	if v.mediaType() != "application/json" {
		return errBadForm
	}
	d := json.NewDecoder(v.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errBadForm
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errBadForm
	}
	return nil
}

// binary is bytes in what scripts say and are told: base64url without padding.
type binary []byte

// MarshalText implements encoding.TextMarshaler.
func (b binary) MarshalText() ([]byte, error) { return b64.AppendEncode(nil, b), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *binary) UnmarshalText(text []byte) (err error) {
	*b, err = b64.Strict().AppendDecode(nil, text)
	return err
}

// answer answers a script.
func (v *visit) answer(status int, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("answering a script: %w", err)
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(b) // the reader has gone; there is nobody to tell
	return nil
}

// href is an address in the visit's language.
func (v *visit) href(parts ...string) string {
	s := "/" + string(v.lang) + "/"
	for i, p := range parts {
		if i > 0 {
			s += "/"
		}
		s += url.PathEscape(p)
	}
	return s
}

// next is how a form or a script is told where to go on.
func (v *visit) next(address string) error {
	if v.scripted() {
		return v.answer(http.StatusOK, map[string]string{"next": address})
	}
	http.Redirect(v.w, v.Request, address, http.StatusSeeOther)
	return nil
}

// done notes what was done, to be said on the next page.
func (v *visit) done(code string) { v.desk.sessions.Put(v.Context(), keyDone, code) }

// do does one of the office's commands as the officer.
func (v *visit) do(c office.Command) error {
	by := ""
	if v.officer != nil {
		by = v.officer.ID
	}
	return v.desk.office.Do(v.Context(), by, c)
}

// deal does one of the inbox's commands as the officer.
func (v *visit) deal(c intake.Deed) error {
	return v.desk.inbox.Do(v.Context(), v.officer.ID, c)
}

// fail says what is wrong: to a script as a code, to a person as a page.
func (v *visit) fail(err error) {
	if errors.Is(err, context.Canceled) {
		return // whoever asked has gone
	}
	if errors.Is(err, errSignedOut) && !v.scripted() {
		http.Redirect(v.w, v.Request, v.href("sign-in"), http.StatusSeeOther)
		return
	}
	status, code, by := v.kind(err)
	if status == http.StatusInternalServerError {
		v.desk.options.Log.Error("answering", "error", err)
	}
	if v.scripted() {
		_ = v.answer(status, map[string]string{"error": code, "by": by}) // strings marshal
		return
	}
	do := v.words.Say("desk.error." + code + ".means")
	if refused := (*office.Refused)(nil); errors.As(err, &refused) {
		if who := v.whoMay(refused); who != "" {
			do = who
		}
	}
	v.show(&page{visit: v, Template: "error", Title: v.words.Say("desk.error." + code), Status: status, Body: &errorBody{
		Title: v.words.Say("desk.error."+code, "by", by), Do: do,
	}})
}

// kind is the status, the code and the officer in the way of an error.
func (v *visit) kind(err error) (status int, code, by string) {
	var refused *office.Refused
	var notSo *intake.Refused
	var user *userError
	switch {
	case errors.As(err, &refused) && refused.Code == office.CodeFull:
		return http.StatusConflict, "office-full", ""
	case errors.As(err, &refused):
		return statusOf(refused.Code), refused.Code, v.nameOf(refused.By)
	case errors.As(err, &notSo):
		if notSo.Code == intake.CodeMoved && v.officer != nil && v.officer.ID == notSo.By {
			return statusOf(notSo.Code), notSo.Code, "" // nobody is faster than themselves
		}
		return statusOf(notSo.Code), notSo.Code, v.nameOf(notSo.By)
	case errors.As(err, &user):
		return user.status, user.code, ""
	}
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.status, k.code, ""
		}
	}
	return http.StatusInternalServerError, "server", ""
}

// kinds are the errors of other rooms that somebody can act on.
var kinds = []struct {
	err    error
	status int
	code   string
}{
	{errNoPage, http.StatusNotFound, "no-page"},
	{errSignedOut, http.StatusUnauthorized, "signed-out"},
	{intake.ErrUnknown, http.StatusNotFound, "no-page"},
	{intake.ErrEpoch, http.StatusConflict, intake.CodeOldEpoch},
	{intake.ErrReused, http.StatusConflict, "reused"},
	{intake.ErrBusy, http.StatusServiceUnavailable, "busy"},
	{intake.ErrFull, http.StatusServiceUnavailable, intake.CodeFull},
	{record.ErrFull, http.StatusServiceUnavailable, intake.CodeFull},
	{seal.ErrTooLarge, http.StatusRequestEntityTooLarge, intake.CodeTooLarge},
	{seal.ErrMalformed, http.StatusBadRequest, intake.CodeMalformed},
	{seal.ErrUnpadded, http.StatusBadRequest, intake.CodeMalformed},
	{seal.ErrRecipient, http.StatusBadRequest, intake.CodeMalformed},
}

// nameOf is an officer's name, if it is known.
func (v *visit) nameOf(id string) string {
	if v.state != nil {
		if o := v.state.Officer(id); o != nil {
			return o.Name
		}
	}
	return ""
}

// statusOf is the status of what is refused with a code; a conflict where it is
// none of these.
func statusOf(code string) int {
	switch code {
	case office.CodeUnknown:
		return http.StatusNotFound
	case office.CodeUsed, office.CodeLate:
		return http.StatusGone
	case office.CodeMalformed:
		return http.StatusBadRequest
	case intake.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case office.CodeNotAllow, office.CodeRole, office.CodeWalled:
		return http.StatusForbidden
	case intake.CodeFull, office.CodeNone:
		return http.StatusServiceUnavailable
	}
	return http.StatusConflict
}
