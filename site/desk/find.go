package desk

import (
	"errors"
	"net/http"
	"regexp"
	"strconv"

	"temwen/casework"
)

// finding is the field of a list that leads to what has a number, and what was written
// there in vain.
type finding struct {
	Room    string // of the list, and of what is found
	Kind    casework.Kind
	Written string
	Fault   string // key of the sentence; empty for none
}

// Status is that of the page with the field.
func (f *finding) Status() int {
	switch f.Fault {
	case "":
		return http.StatusOK
	case faultNone:
		return http.StatusNotFound
	}
	return statusBad
}

// faultNone is that nothing has the number which the officer may see, and faultNumber
// that there is none in what was written.
const (
	faultNone   = "none"
	faultNumber = "number"
)

// find reads the field of a list. The ID is that of what is found; empty where nothing
// was asked for, and where the field says why not.
func (w *work) find(kind casework.Kind, room string) (id string, f *finding, err error) {
	f = &finding{Room: room, Kind: kind}
	if !w.URL.Query().Has("number") {
		return "", f, nil
	}
	f.Written = w.URL.Query().Get("number")
	n, ok := numberIn(f.Written)
	if !ok {
		f.Fault = faultNumber
		return "", f, nil
	}
	if id, err = w.cases.Numbered(w.Context(), kind, n); unknown(err) {
		f.Written, f.Fault = strconv.Itoa(n), faultNone
		return "", f, nil
	}
	return id, f, err
}

// numbered is what a form names: by its number where one is written, for what no list
// offers; else what is chosen in the list.
func (w *work) numbered(kind casework.Kind, list string) (id string, err error) {
	written := w.form.Get("number")
	if written == "" {
		return w.form.Get(list), nil
	}
	n, ok := numberIn(written)
	if !ok {
		return "", &userError{statusBad, "bad-number"}
	}
	if id, err = w.cases.Numbered(w.Context(), kind, n); unknown(err) {
		return "", &userError{http.StatusNotFound, "no-number"}
	}
	return id, err
}

// unknown reports whether an error says that there is no such thing.
func unknown(err error) bool {
	refused := (*casework.Refused)(nil)
	return errors.As(err, &refused) && refused.Code == casework.CodeUnknown
}

var digits = regexp.MustCompile(`[0-9]{1,18}`)

// numberIn is the first number in what somebody wrote: "44", or "case 44, step 3" from a
// letter.
func numberIn(written string) (n int, ok bool) {
	n, err := strconv.Atoi(digits.FindString(written))
	return n, err == nil && n > 0
}
