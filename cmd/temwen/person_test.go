package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"temwen/seal"
)

// person reports over HTTP as a browser with scripts does: what leaves them is
// sealed.
type person struct {
	client *http.Client
	home   string // of the reporter's pages
	code   seal.Code
}

// officeKey is what GET /key answers.
type officeKey struct {
	Office    seal.ID `json:"office"`
	Epoch     int     `json:"epoch"`
	Recipient string  `json:"recipient"`
	Work      struct {
		Challenge seal.Challenge `json:"challenge"`
		Bits      int            `json:"bits"`
	} `json:"work"`
}

func (p *person) key(ctx context.Context) (k officeKey, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.home+"key", nil)
	if err != nil {
		return k, err
	}
	_, body, err := p.do(req)
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(body, &k)
}

func (p *person) do(req *http.Request) (status int, body []byte, err error) {
	res, err := p.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

// sealed is a report on its way.
type sealed struct {
	head     seal.Head
	parcel   []byte
	envelope []byte
}

// work does the work of a report anew: what was refused has used it up.
func (p *person) work(ctx context.Context, s *sealed) error {
	k, err := p.key(ctx)
	if err != nil {
		return err
	}
	s.head.Work = seal.DoWork(k.Work.Challenge, k.Work.Bits)
	b, err := s.head.Encode()
	if err != nil {
		return err
	}
	s.parcel = append(b, s.envelope...)
	return nil
}

// seal does all that comes before sending.
func (p *person) seal(ctx context.Context, r *seal.Report, files ...[]byte) (*sealed, error) {
	k, err := p.key(ctx)
	if err != nil {
		return nil, err
	}
	p.code = seal.NewCode()
	keys, err := p.code.Keys(k.Office)
	if err != nil {
		return nil, err
	}
	reply, err := keys.Reply()
	if err != nil {
		return nil, err
	}
	to, err := seal.ParseRecipient(k.Recipient)
	if err != nil {
		return nil, err
	}
	var contents []io.Reader
	for i, f := range files {
		contents = append(contents, bytes.NewReader(f))
		r.Files = append(r.Files, seal.File{
			Member: seal.FileMember(i + 1), Name: "foto.jpg", Type: "image/jpeg", Size: int64(len(f)), SHA256: sha256.Sum256(f),
		})
	}
	var envelope bytes.Buffer
	if err := seal.SealDocument(&envelope, to, seal.Document{Report: r}, contents...); err != nil {
		return nil, err
	}
	head := seal.Head{
		V: seal.Version, Kind: seal.ParcelReport, Office: k.Office, Epoch: k.Epoch,
		Lookup: seal.LookupHash(keys.Lookup), Reply: reply.Recipient().String(),
		Work: seal.DoWork(k.Work.Challenge, k.Work.Bits),
	}
	rand.Read(head.ID[:])
	b, err := head.Encode()
	if err != nil {
		return nil, err
	}
	return &sealed{head: head, parcel: append(b, envelope.Bytes()...), envelope: envelope.Bytes()}, nil
}

// send posts a parcel, and returns the receipt.
func (p *person) send(ctx context.Context, s *sealed) (receipt []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.home+"parcels", bytes.NewReader(s.parcel))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/vnd.temwen.parcel")
	status, body, err := p.do(req)
	if err != nil {
		return nil, err
	}
	var answer struct{ Receipt, Error string }
	if err := json.Unmarshal(body, &answer); err != nil || status != http.StatusCreated {
		return nil, fmt.Errorf("it is answered with %d: %.200s", status, body)
	}
	return []byte(answer.Receipt), nil
}
