package report

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"temwen/seal"
)

// tus is the version of the protocol for uploads in pieces, https://tus.io, that
// this is: core with the extensions creation, creation-with-upload, expiration
// and termination.
const tus = "1.0.0"

// uploadLife is how long an unfinished upload is remembered.
const uploadLife = 7 * 24 * time.Hour

// pieceType is the media type of a piece.
const pieceType = "application/offset+octet-stream"

// maxUpload is how long a parcel may be.
var maxUpload = 4 + seal.MaxHead + seal.MaxEnvelope

func (s *Site) addUploads() {
	s.mux.Handle("POST /uploads", s.script(s.tus(s.create)))
	s.mux.Handle("OPTIONS /uploads", s.script(s.tusOptions))
	s.mux.Handle("OPTIONS /uploads/{id}", s.script(s.tusOptions))
	s.mux.Handle("HEAD /uploads/{id}", s.script(s.tus(s.stand)))
	s.mux.Handle("PATCH /uploads/{id}", s.script(s.tus(s.piece)))
	s.mux.Handle("DELETE /uploads/{id}", s.script(s.tus(s.forget)))
}

// tus is a handler that speaks this version.
func (s *Site) tus(answer func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Tus-Resumable", tus)
		if r.Header.Get("Tus-Resumable") != tus {
			w.Header().Set("Tus-Version", tus)
			http.Error(w, "This speaks tus "+tus+" only.", http.StatusPreconditionFailed)
			return nil
		}
		return answer(w, r)
	}
}

// tusOptions says what this can.
func (s *Site) tusOptions(w http.ResponseWriter, _ *http.Request) error {
	h := w.Header()
	h.Set("Tus-Resumable", tus)
	h.Set("Tus-Version", tus)
	h.Set("Tus-Extension", "creation,creation-with-upload,expiration,termination")
	h.Set("Tus-Max-Size", strconv.FormatInt(maxUpload, 10))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// number is a length or an offset in a header.
var number = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})$`)

// header reads a length or an offset.
func header(r *http.Request, name string) (int64, error) {
	text := r.Header.Get(name)
	if !number.MatchString(text) || len(r.Header.Values(name)) != 1 {
		return 0, fmt.Errorf("%w: %s is one number of bytes", seal.ErrMalformed, name)
	}
	return strconv.ParseInt(text, 10, 64)
}

// body checks a piece and bounds it.
func body(w http.ResponseWriter, r *http.Request) (io.Reader, error) {
	if r.Header.Get("Content-Type") != pieceType {
		return nil, fmt.Errorf("%w: a piece is sent as %s", seal.ErrMalformed, pieceType)
	}
	if r.ContentLength > maxParcel {
		return nil, fmt.Errorf("%w: a piece of a parcel", seal.ErrTooLarge)
	}
	return http.MaxBytesReader(w, r.Body, maxParcel), nil
}

// create begins an upload with the beginning of a parcel.
func (s *Site) create(w http.ResponseWriter, r *http.Request) error {
	if err := s.spend(r, costParcel); err != nil {
		return err
	}
	size, err := header(r, "Upload-Length")
	if err != nil {
		return err
	}
	if size > maxUpload {
		return fmt.Errorf("%w: a parcel", seal.ErrTooLarge)
	}
	first, err := body(w, r)
	if err != nil {
		return err
	}
	id, u, err := s.office.Create(r.Context(), size, first)
	if err != nil {
		return tooLong(err)
	}
	w.Header().Set("Location", "/uploads/"+id.String())
	s.stands(w, u)
	if u.Receipt != nil {
		acknowledge(w, u.Receipt)
		return nil
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}

// tooLong tells a piece that is too long from one that broke off.
func tooLong(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fmt.Errorf("%w: a piece of a parcel", seal.ErrTooLarge)
	}
	return err
}

// stands says how far an upload has come, and the day after which it is
// forgotten.
func (s *Site) stands(w http.ResponseWriter, u Upload) {
	w.Header().Set("Upload-Offset", strconv.FormatInt(u.Offset, 10))
	if u.Offset < u.Size {
		until := s.options.Now().UTC().Add(uploadLife).Truncate(24 * time.Hour)
		w.Header().Set("Upload-Expires", until.Format(http.TimeFormat))
	}
}

// uploadID is the upload that the address names.
func uploadID(r *http.Request) (seal.ID, error) {
	var id seal.ID
	if err := id.UnmarshalText([]byte(r.PathValue("id"))); err != nil {
		return id, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return id, nil
}

// stand says how far an upload has come.
func (s *Site) stand(w http.ResponseWriter, r *http.Request) error {
	id, err := uploadID(r)
	if err != nil {
		return err
	}
	u, err := s.office.Upload(r.Context(), id)
	if err != nil {
		return err
	}
	s.stands(w, u)
	w.Header().Set("Upload-Length", strconv.FormatInt(u.Size, 10))
	w.WriteHeader(http.StatusOK)
	return nil
}

// piece adds bytes to an upload; with the last of them the parcel is taken.
func (s *Site) piece(w http.ResponseWriter, r *http.Request) error {
	if err := s.spend(r, costParcel); err != nil {
		return err
	}
	id, err := uploadID(r)
	if err != nil {
		return err
	}
	offset, err := header(r, "Upload-Offset")
	if err != nil {
		return err
	}
	piece, err := body(w, r)
	if err != nil {
		return err
	}
	u, err := s.office.Append(r.Context(), id, offset, piece)
	if err != nil {
		return tooLong(err)
	}
	s.stands(w, u)
	if u.Receipt != nil {
		acknowledge(w, u.Receipt)
		return nil
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// forget ends an upload.
func (s *Site) forget(w http.ResponseWriter, r *http.Request) error {
	id, err := uploadID(r)
	if err != nil {
		return err
	}
	if err := s.office.Forget(r.Context(), id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
