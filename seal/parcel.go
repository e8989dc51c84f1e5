package seal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json"
)

// MaxHead is the length of the longest head of a parcel, in bytes.
const MaxHead = 8 << 10

// Head is what the server must know of what somebody sends, and all that it
// learns.
type Head struct {
	V int `json:"v"`
	// ID names the parcel: sent again with the same bytes, it is the same.
	ID     ID         `json:"id"`
	Kind   ParcelKind `json:"kind"`
	Office ID         `json:"office"`
	// Epoch is that of the office's key to which the envelope is sealed.
	Epoch int `json:"epoch"`
	// Lookup is the hash of what the sender will come back with, in a report.
	Lookup Hash `json:"lookup,omitzero"`
	// Reply is the recipient that answers are sealed to, in a report.
	Reply string `json:"reply,omitzero"`
	// Token is the lookup of the report that this belongs to, in all others.
	Token ID `json:"token,omitzero"`
	// Work is "challenge.nonce", in a report; see [CheckWork].
	Work string `json:"work,omitzero"`
}

// ParcelKind says what is in the envelope.
type ParcelKind string

// The kinds of parcels: a report, and what follows it.
const (
	ParcelReport   ParcelKind = "report"
	ParcelMessage  ParcelKind = "message"
	ParcelAddition ParcelKind = "addition"
	ParcelConsent  ParcelKind = "consent"
)

// ParcelKinds are all kinds.
var ParcelKinds = []ParcelKind{ParcelReport, ParcelMessage, ParcelAddition, ParcelConsent}

// Check says everything that is wrong with h at once, but for the work; the error
// wraps [ErrMalformed].
func (h *Head) Check() error {
	var p problems
	p.add(h.V != Version, "v must be %d", Version)
	p.add(h.ID == ID{}, "id must be 16 random bytes")
	oneOf(&p, "kind", h.Kind, ParcelKinds)
	p.add(h.Office == ID{}, "office must be the office’s ID")
	p.add(h.Epoch < 1, "epoch must be 1 or later")
	if h.Kind == ParcelReport {
		h.checkReport(&p)
	} else if slices.Contains(ParcelKinds, h.Kind) {
		p.add(h.Token == ID{}, "token must be there")
		p.add(h.Lookup != Hash{} || h.Reply != "" || h.Work != "", "lookup, reply and work belong to a report only")
	}
	return p.error("the head of a parcel")
}

func (h *Head) checkReport(p *problems) {
	p.add(h.Lookup == Hash{}, "lookup must be there")
	_, err := ParseRecipient(h.Reply)
	p.add(err != nil, "reply must be a key that begins with age1pq1")
	_, err = ParseWork(h.Work)
	p.add(err != nil, "work must be a challenge, a point and a number")
	p.add(h.Token != ID{}, "token does not belong to a report")
}

// Encode writes the beginning of a parcel: the head with its length before it.
// The envelope follows.
func (h *Head) Encode() ([]byte, error) {
	if err := h.Check(); err != nil {
		return nil, err
	}
	b, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("writing the head of a parcel: %w", err)
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...), nil
}

// ParseHead reads a head, without the length before it. The error wraps
// [ErrMalformed] or [ErrTooLarge].
func ParseHead(b []byte) (*Head, error) {
	h := new(Head)
	if err := decode("the head of a parcel", MaxHead, b, h); err != nil {
		return nil, err
	}
	if err := h.Check(); err != nil {
		return nil, err
	}
	return h, nil
}

// Parcel is what a browser sends: a head and an envelope.
type Parcel struct {
	Head Head
	// Envelope reads the envelope from its beginning. That it is whole is known
	// only by its length: read Size bytes.
	Envelope io.Reader
	Size     int64 // of the envelope, in bytes
}

// ReadParcel reads the beginning of a parcel that is total bytes long and checks
// all that can be checked without a key and without state: the head, and that the
// envelope is for one hybrid key and padded. The work is not checked: a server
// asks for as much as it then needs. The error wraps one of this package's,
// unless reading failed.
func ReadParcel(r io.Reader, total int64) (*Parcel, error) {
	head, rest, err := readHead(r, total)
	if err != nil {
		return nil, fmt.Errorf("reading a parcel: %w", err)
	}
	start := make([]byte, min(rest, int64(HeadSize)))
	if err := readAll(r, start); err != nil {
		return nil, fmt.Errorf("reading a parcel: %w", err)
	}
	if err := CheckEnvelope(start, rest); err != nil {
		return nil, fmt.Errorf("reading a parcel: %w", err)
	}
	envelope := io.LimitReader(io.MultiReader(bytes.NewReader(start), r), rest)
	return &Parcel{Head: *head, Envelope: envelope, Size: rest}, nil
}

// readHead reads a head with its length, and returns how many bytes of the parcel
// are left.
func readHead(r io.Reader, total int64) (*Head, int64, error) {
	var length [4]byte
	if total < int64(len(length)) {
		return nil, 0, fmt.Errorf("%w: it has %d bytes, too few for a length", ErrMalformed, total)
	}
	if err := readAll(r, length[:]); err != nil {
		return nil, 0, err
	}
	n := int64(binary.BigEndian.Uint32(length[:]))
	rest := total - int64(len(length)) - n
	switch {
	case n > MaxHead:
		return nil, 0, fmt.Errorf("%w: its head has %d bytes, more than %d", ErrTooLarge, n, MaxHead)
	case rest < 0:
		return nil, 0, fmt.Errorf("%w: it is cut within its head", ErrMalformed)
	}
	b := make([]byte, n)
	if err := readAll(r, b); err != nil {
		return nil, 0, err
	}
	head, err := ParseHead(b)
	return head, rest, err
}

// readAll fills p.
func readAll(r io.Reader, p []byte) error {
	if _, err := io.ReadFull(r, p); err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: it is shorter than its length says", ErrMalformed)
	} else if err != nil {
		return err
	}
	return nil
}
