package report

import (
	"errors"
	"net/http"

	"temwen/seal"
)

// statuses are the HTTP statuses of the codes that errors have between a script
// and the server: docs/sealed-reports.md.
var statuses = map[string]int{
	"malformed": http.StatusBadRequest,
	"unpadded":  http.StatusBadRequest,
	"recipient": http.StatusBadRequest,
	"unknown":   http.StatusNotFound,
	"reused":    http.StatusConflict,
	"offset":    http.StatusConflict,
	"epoch":     http.StatusGone,
	"too-large": http.StatusRequestEntityTooLarge,
	"work":      http.StatusUnprocessableEntity,
	"busy":      http.StatusTooManyRequests,
	"full":      http.StatusServiceUnavailable,
}

// codeOf is the code of an error that somebody can act on, or empty for a fault of
// the server.
func codeOf(err error) string {
	for _, known := range []struct {
		is   error
		code string
	}{
		{ErrUnknown, "unknown"},
		{ErrReused, "reused"},
		{ErrOffset, "offset"},
		{ErrEpoch, "epoch"},
		{ErrBusy, "busy"},
		{ErrFull, "full"},
		{seal.ErrTooLarge, "too-large"},
		{seal.ErrWork, "work"},
		{seal.ErrUnpadded, "unpadded"},
		{seal.ErrRecipient, "recipient"},
		{seal.ErrMalformed, "malformed"},
	} {
		if errors.Is(err, known.is) {
			return known.code
		}
	}
	return ""
}
