package casework

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"filippo.io/age"

	"temwen/locale"
	"temwen/seal"
	"temwen/when"
)

// Parcel is an item of evidence as an officer's browser hands it in: 4 bytes, the
// big-endian length of the head; the head, JSON; the sealed label; the sealed file.
type Parcel struct {
	Head  Head
	Label []byte
	// Sealed reads the sealed file, Size bytes.
	Sealed io.Reader
	Size   int64
}

// Head is the beginning of a Parcel: what is not sealed of an item.
type Head struct {
	V  int     `json:"v"`
	ID seal.ID `json:"id"` // the same with the same bytes is the same parcel
	// Epoch is whose key opens the label and the file, Label the length of the
	// sealed label in bytes.
	Epoch  int       `json:"epoch"`
	Label  int       `json:"label"`
	Origin string    `json:"origin"`
	Day    when.Date `json:"day,omitzero"`
	Grade  string    `json:"grade,omitempty"`
	Thread string    `json:"thread,omitempty"`
	Item   int       `json:"item,omitempty"`
	Of     int       `json:"of,omitempty"`
	Made   string    `json:"made,omitempty"`
}

const (
	maxHead  = 4 << 10
	maxLabel = 256 << 10
)

// MaxParcel is the length of the longest parcel, in bytes.
var MaxParcel = 4 + maxHead + maxLabel + seal.MaxEnvelope

// ReadParcel reads the beginning of a parcel that is total bytes long, and checks
// its head and that both envelopes are for one key and padded. The error wraps
// one of package seal, unless reading failed.
func ReadParcel(r io.Reader, total int64) (*Parcel, error) {
	p, err := readParcel(r, total)
	if err != nil {
		return nil, fmt.Errorf("reading a parcel of evidence: %w", err)
	}
	return p, nil
}

func readParcel(r io.Reader, total int64) (*Parcel, error) {
	var length [4]byte
	if err := readFull(r, length[:]); err != nil {
		return nil, err
	}
	n := int64(binary.BigEndian.Uint32(length[:]))
	rest := total - 4 - n
	if n > maxHead || rest < 0 {
		return nil, fmt.Errorf("%w: its head is longer than %d bytes or than the parcel", seal.ErrMalformed, maxHead)
	}
	head := make([]byte, n)
	if err := readFull(r, head); err != nil {
		return nil, err
	}
	p := new(Parcel)
	if err := p.Head.read(head); err != nil {
		return nil, err
	}
	if p.Size = rest - int64(p.Head.Label); p.Size < 0 {
		return nil, fmt.Errorf("%w: it is cut within its label", seal.ErrMalformed)
	}
	p.Label = make([]byte, p.Head.Label)
	if err := readFull(r, p.Label); err != nil {
		return nil, err
	}
	if err := seal.CheckEnvelope(p.Label, int64(len(p.Label))); err != nil {
		return nil, fmt.Errorf("its label: %w", err)
	}
	start := make([]byte, min(p.Size, int64(seal.HeadSize)))
	if err := readFull(r, start); err != nil {
		return nil, err
	}
	p.Sealed = io.LimitReader(io.MultiReader(bytes.NewReader(start), r), p.Size)
	return p, seal.CheckEnvelope(start, p.Size)
}

// Pack seals a file, with what its label says of it, to an office as a browser does: for
// who has none. about is filled in from the content, but for its name, type and address.
func Pack(to *age.HybridRecipient, h Head, lang locale.Lang, about seal.Exhibit, text string, content []byte) ([]byte, error) {
	about.Size, about.SHA256 = int64(len(content)), sha256.Sum256(content)
	document := func(m seal.Message, files ...io.Reader) ([]byte, error) {
		m.V, m.From, m.Kind, m.Lang = seal.Version, seal.FromOffice, seal.KindEvidence, lang
		var b bytes.Buffer
		err := seal.SealDocument(&b, to, seal.Document{Message: &m}, files...)
		return b.Bytes(), err
	}
	label, err := document(seal.Message{Text: text, Exhibit: &about})
	if err != nil {
		return nil, fmt.Errorf("sealing a label: %w", err)
	}
	file, err := document(seal.Message{Files: []seal.File{{
		Member: seal.FileMember(1), Name: about.Name, Type: about.Type, Size: about.Size, SHA256: about.SHA256,
	}}}, bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("sealing a file: %w", err)
	}
	h.V, h.Label = 1, len(label)
	if h.ID == (seal.ID{}) {
		rand.Read(h.ID[:]) // never fails
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("writing the head of a parcel of evidence: %w", err)
	}
	return slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(len(head))), head, label, file), nil
}

func (h *Head) read(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(h); err != nil {
		return fmt.Errorf("%w: its head is not the JSON that it should be", seal.ErrMalformed)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows its head", seal.ErrMalformed)
	}
	if h.V != 1 || h.ID == (seal.ID{}) || h.Epoch < 1 || h.Label < 0 || h.Label > maxLabel {
		return fmt.Errorf("%w: v must be 1, id 16 random bytes, epoch 1 or later, label at most %d", seal.ErrMalformed, maxLabel)
	}
	return nil
}

// item is what a head says of an item.
func (h *Head) item() Evidence {
	return Evidence{
		Origin: h.Origin, Day: h.Day, Grade: h.Grade, Thread: h.Thread, Item: h.Item, Of: h.Of, Made: h.Made, ID: h.ID, Epoch: h.Epoch,
	}
}

func readFull(r io.Reader, p []byte) error {
	if _, err := io.ReadFull(r, p); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it is shorter than its length says", seal.ErrMalformed)
	} else if err != nil {
		return err
	}
	return nil
}
