package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/go-json-experiment/json"

	"temwen/seal"
)

// maxParcel is how long a parcel may be that is posted whole, and a piece of one
// that is not, in bytes.
const maxParcel = 1 << 20

// parcelType is the media type of a parcel.
const parcelType = "application/vnd.temwen.parcel"

// addParcels adds what scripts ask for: docs/sealed-reports.md, Parcel.
func (s *Site) addParcels() {
	s.mux.Handle("GET /key", s.script(s.key))
	s.mux.Handle("POST /parcels", s.script(s.parcel))
	s.mux.Handle("POST /thread", s.script(s.threadJSON))
	s.mux.Handle("POST /thread/item", s.script(s.item))
	s.mux.Handle("POST /thread/withdraw", s.script(s.withdraw))
	s.addUploads()
}

// script is the handler of what a script asks for: it answers errors with their
// code, in one place for all.
func (s *Site) script(answer func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = slow{r.Body, http.NewResponseController(w)}
		if err := answer(w, r); err != nil {
			s.refuse(w, err)
		}
	})
}

// refuse answers with the code of an error. A fault of the server goes to the
// log, and is told as what can be tried again; so is a request that broke off, which
// is no fault.
func (s *Site) refuse(w http.ResponseWriter, err error) {
	code := codeOf(err)
	if code == "" {
		if !left(err) {
			s.options.Log.Error("answering a script", "error", err)
		}
		code = "full"
	}
	if code == "busy" {
		w.Header().Set("Retry-After", retryAfter)
	}
	answerJSON(w, statuses[code], struct {
		Error string `json:"error"`
	}{code})
}

// left reports whether an error says only that the visitor, or their network, went
// away.
func left(err error) bool {
	var network net.Error
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled) || errors.As(err, &network)
}

// answerJSON answers with a value.
func answerJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("writing an answer: %w", err)) // our own structures
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the visitor has gone; there is nobody to tell
}

// key answers with what to seal to.
func (s *Site) key(w http.ResponseWriter, r *http.Request) error {
	k, err := s.office.Key(r.Context())
	if err != nil {
		return err
	}
	type work struct {
		Challenge seal.Challenge `json:"challenge"`
		Bits      int            `json:"bits"`
	}
	answerJSON(w, http.StatusOK, struct {
		Office      seal.ID `json:"office"`
		Epoch       int     `json:"epoch"`
		Recipient   string  `json:"recipient"`
		Fingerprint string  `json:"fingerprint"`
		Work        work    `json:"work"`
	}{k.Office, k.Epoch, k.Recipient, k.Fingerprint, work{k.Challenge, k.Bits}})
	return nil
}

// spend takes the cost of a request from its address's budget.
func (s *Site) spend(r *http.Request, cost int) error {
	if !s.visits.allow(r, s.options.AddressHeader, cost) {
		return ErrBusy
	}
	return nil
}

// parcel takes a parcel that is posted whole.
func (s *Site) parcel(w http.ResponseWriter, r *http.Request) error {
	if err := s.spend(r, costParcel); err != nil {
		return err
	}
	switch {
	case r.Header.Get("Content-Type") != parcelType:
		return fmt.Errorf("%w: a parcel is sent as %s", seal.ErrMalformed, parcelType)
	case r.ContentLength < 0:
		return fmt.Errorf("%w: a parcel is sent with its length", seal.ErrMalformed)
	case r.ContentLength > maxParcel:
		return fmt.Errorf("%w: a parcel that is posted", seal.ErrTooLarge)
	}
	p, err := seal.ReadParcel(r.Body, r.ContentLength)
	if err != nil {
		return err
	}
	receipt, err := s.office.Receive(r.Context(), p)
	if err != nil {
		return err
	}
	acknowledge(w, receipt)
	return nil
}

// acknowledge answers with a receipt.
func acknowledge(w http.ResponseWriter, receipt []byte) {
	answerJSON(w, http.StatusCreated, struct {
		Receipt string `json:"receipt"`
	}{string(receipt)})
}

// maxQuestion is how long a question about a thread may be, in bytes.
const maxQuestion = 1 << 10

// question is what a script asks about a thread.
type question struct {
	Token seal.ID `json:"token"`
	N     int     `json:"n,omitzero"`
}

// ask reads a question.
func (s *Site) ask(w http.ResponseWriter, r *http.Request) (question, error) {
	var q question
	if err := s.spend(r, costCode); err != nil {
		return q, err
	}
	if err := json.UnmarshalRead(http.MaxBytesReader(w, r.Body, maxQuestion), &q, json.RejectUnknownMembers(true)); err != nil {
		return q, fmt.Errorf("%w: a question about a thread", seal.ErrMalformed)
	}
	return q, nil
}

// threadJSON answers with what became of a report.
func (s *Site) threadJSON(w http.ResponseWriter, r *http.Request) error {
	q, err := s.ask(w, r)
	if err != nil {
		return err
	}
	t, err := s.office.Thread(r.Context(), q.Token)
	if err != nil {
		return err
	}
	type item struct {
		N    int             `json:"n"`
		From seal.From       `json:"from"`
		Kind seal.ParcelKind `json:"kind"`
		Size int64           `json:"size"`
	}
	items := make([]item, len(t.Items))
	for i, it := range t.Items {
		items[i] = item(it)
	}
	since := ""
	if !t.Since.Open() {
		since = t.Since.String()
	}
	heeded := ""
	if t.Heeded != 0 {
		heeded = t.Heeded.String()
	}
	answerJSON(w, http.StatusOK, struct {
		State   State  `json:"state"`
		Since   string `json:"since"`
		Read    bool   `json:"office_read"`
		Asked   bool   `json:"asked"`
		Heeded  string `json:"heeded"`
		Items   []item `json:"items"`
		Receipt string `json:"receipt"`
		Proof   string `json:"proof"`
	}{t.State, since, t.Read, t.Asked, heeded, items, string(t.Receipt), string(t.Proof)})
	return nil
}

// item answers with an envelope of a thread.
func (s *Site) item(w http.ResponseWriter, r *http.Request) error {
	q, err := s.ask(w, r)
	if err != nil {
		return err
	}
	envelope, size, err := s.office.Item(r.Context(), q.Token, q.N)
	if err != nil {
		return err
	}
	defer envelope.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	return pour(w, envelope, size)
}

// withdraw says that the office must stop.
func (s *Site) withdraw(w http.ResponseWriter, r *http.Request) error {
	q, err := s.ask(w, r)
	if err != nil {
		return err
	}
	if err := s.office.Withdraw(r.Context(), q.Token); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
