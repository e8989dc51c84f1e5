package casework

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"temwen/record"
)

// Showing is the public part of an event and entry of PublishedType: that two people
// made a case public, and hashes of what they show. What they show stands beside the
// ledger, in openings; when a case is taken back or erased, these are shown no more,
// and the entry stays, proves what it proved, and tells nothing.
//
// Openings and hashes have the form of the disclosures and digests of RFC 9901
// (SD-JWT): an opening is the base64url of the JSON array [salt, field, value], and its
// hash the base64url of the SHA-256 of that. The salt of 128 bits keeps who has only the
// entry from trying out what it may be.
type Showing struct {
	Mission string `json:"mission"`
	// Before is the entry that showed the same case before; see Published.
	Before   uint64 `json:"before,omitempty"`
	Why      string `json:"why,omitempty"`
	Terms    string `json:"terms"`
	Invented bool   `json:"invented,omitempty"`
	// Hashes are of the openings, one for each field, in no order that tells which.
	Hashes []string `json:"hashes"`
}

// seedSize is the length of Event.Seed, and saltSize that of the salt of an opening.
const (
	seedSize = 32
	saltSize = 16
)

// ParseShowing reads the public part of an entry of PublishedType. It is strict: what
// two people can decide to show, and nothing else.
func ParseShowing(public []byte) (*Showing, error) {
	s := new(Showing)
	d := json.NewDecoder(bytes.NewReader(public))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return nil, fmt.Errorf("what makes a case public: %w", err)
	}
	switch {
	case s.Mission == "":
		return nil, errors.New("what makes a case public names no mission")
	case s.Terms == "":
		return nil, errors.New("what makes a case public names no version of the vocabulary")
	case s.Why != "" && (s.Before == 0 || !slices.Contains(Whys, s.Why)):
		return nil, errors.New("what makes a case public says why it is shown otherwise, in no known word or where nothing was shown before")
	case len(s.Hashes) == 0 || len(s.Hashes) > len(PublicFields):
		return nil, errors.New("what makes a case public shows nothing, or more than there is to show")
	case !slices.IsSorted(s.Hashes) || len(slices.Compact(slices.Clone(s.Hashes))) != len(s.Hashes):
		return nil, errors.New("what makes a case public has its hashes in no order, or one twice")
	}
	for _, h := range s.Hashes {
		if b, err := base64.RawURLEncoding.Strict().DecodeString(h); err != nil || len(b) != sha256.Size {
			return nil, errors.New("what makes a case public has a hash that is none")
		}
	}
	return s, nil
}

// opening is one field of a case, opened.
type opening struct {
	field string
	value json.RawMessage
}

// readOpening reads an opening.
func readOpening(s string) (opening, error) {
	var o opening
	var parts []json.RawMessage
	var salt string
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &parts)
	}
	if err != nil || len(parts) != 3 || json.Unmarshal(parts[0], &salt) != nil || json.Unmarshal(parts[1], &o.field) != nil {
		return o, errors.New("what opens an entry is not the base64url of [salt, field, value]")
	}
	o.value = parts[2]
	return o, nil
}

// HashOf is the hash of an opening, as an entry has it.
func HashOf(opening string) string {
	sum := sha256.Sum256([]byte(opening))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// track is the value of the field of that name.
type track struct {
	Procedure string `json:"procedure"`
	Track     string `json:"track"`
}

// values are where a publication has the value of each field.
func (p *Published) values(t *track) map[string]any {
	return map[string]any{
		"track": t, "state": &p.State, "opened": &p.Opened, "step": &p.Steps, "silence": &p.Silences, "outcome": &p.Outcomes, "remedy": &p.Remedies, "beside": &p.Beside,
	}
}

// showingOf is what the ledger has of a publication, and what opens it: in the order of its
// fields. The same seed gives the same.
func showingOf(p *Published, seed []byte) (*Showing, []string, error) {
	if len(seed) != seedSize {
		return nil, nil, errors.New("what makes a case public has no seed for its salts")
	}
	s := &Showing{Mission: p.Mission, Before: p.Before, Why: p.Why, Terms: p.Terms, Invented: p.Invented}
	values := p.values(&track{p.Procedure, p.Track})
	var openings []string
	for _, field := range p.Fields {
		mac := hmac.New(sha256.New, seed)
		mac.Write([]byte(field))
		b, err := record.Canonical([]any{base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:saltSize]), field, values[field]})
		if err != nil {
			return nil, nil, err
		}
		openings = append(openings, base64.RawURLEncoding.EncodeToString(b))
		s.Hashes = append(s.Hashes, HashOf(openings[len(openings)-1]))
	}
	slices.Sort(s.Hashes)
	return s, openings, nil
}

// Open is what some openings show of an entry: the fields that they are of, and no
// others. It refuses one that the entry has not the hash of.
func (s *Showing) Open(openings ...string) (*Published, error) {
	p := &Published{Mission: s.Mission, Before: s.Before, Why: s.Why, Terms: s.Terms, Invented: s.Invented}
	t := new(track)
	values := p.values(t)
	for _, o := range openings {
		opened, err := readOpening(o)
		into := values[opened.field]
		switch {
		case err != nil:
			return nil, err
		case !slices.Contains(s.Hashes, HashOf(o)):
			return nil, errors.New("what is shown of a case is not what its entry has the hash of")
		case into == nil || slices.Contains(p.Fields, opened.field):
			return nil, errors.New("what is public of a case has a field that cannot be, or one twice")
		}
		d := json.NewDecoder(bytes.NewReader(opened.value))
		d.DisallowUnknownFields()
		if err := d.Decode(into); err != nil {
			return nil, fmt.Errorf("what is public of a case, in its %s: %w", opened.field, err)
		}
		p.Fields = append(p.Fields, opened.field)
	}
	p.Procedure, p.Track = t.Procedure, t.Track
	return p, p.check()
}
