package record

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"

	jsonx "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The types of event. A version that adds one adds a migration as well, so that
// older versions refuse the record instead of misreading it.
const (
	FactStated    = "fact.stated"
	FactRevised   = "fact.revised"
	FactRetracted = "fact.retracted"
)

// Change is what an event says about a fact, and what Decide yields: it becomes
// an event when the store gives it a place, a time and a salt.
type Change struct {
	Type string // FactStated, FactRevised or FactRetracted
	// Fact is the fact as it is from now on. For FactRetracted only Dossier,
	// Kind and ID are given.
	Fact Fact
	// Prior is the hash of what is revised or retracted.
	Prior Hash
}

// Public is the public part of the event: canonical JSON. fact.stated and
// fact.revised have the members described at appendPublic; fact.retracted has
// dossier, id, kind and retracts, the hash of the fact that no longer stands.
func (c *Change) Public() json.RawMessage {
	b := make([]byte, 0, len(c.Fact.Body)+384)
	switch c.Type {
	case FactStated:
		return appendPublic(b, &c.Fact, nil)
	case FactRevised:
		return appendPublic(b, &c.Fact, &c.Prior)
	default:
		b = append(b, `{"dossier":`...)
		b = appendString(b, c.Fact.Dossier)
		b = appendMember(b, "id", c.Fact.ID)
		b = appendMember(b, "kind", c.Fact.Kind)
		b = appendMember(b, "retracts", c.Prior.String())
		return append(b, '}')
	}
}

// public is what the public part of an event may hold.
type public struct {
	Body     jsontext.Value `json:"body"`
	Dossier  string         `json:"dossier"`
	ID       string         `json:"id"`
	Kind     string         `json:"kind"`
	Known    string         `json:"known"`
	Mission  string         `json:"mission"`
	Replaces string         `json:"replaces"`
	Retracts string         `json:"retracts"`
	Sources  []string       `json:"sources"`
}

var asWritten = jsonx.RejectUnknownMembers(true)

// Parse reads the public part of an event, from whoever it comes. It accepts
// exactly what Public writes: any other bytes are an error.
func Parse(eventType string, publicPart []byte) (Change, error) {
	c, err := parse(eventType, publicPart)
	if err != nil {
		return Change{}, fmt.Errorf("reading the public part of a %s: %w", eventType, err)
	}
	if c.Type != FactRetracted {
		if err := c.Fact.check(); err != nil {
			return Change{}, fmt.Errorf("reading the public part of a %s: %w", eventType, err)
		}
	}
	return c, nil
}

// parse is Parse without the check of the fact, for events that passed it
// before they were written.
func parse(eventType string, publicPart []byte) (Change, error) {
	c := Change{Type: eventType}
	var p public
	if err := jsonx.Unmarshal(publicPart, &p, asWritten); err != nil {
		return c, err
	}
	prior := ""
	switch eventType {
	case FactStated:
	case FactRevised:
		prior = p.Replaces
	case FactRetracted:
		prior = p.Retracts
	default:
		return c, fmt.Errorf("unknown type of event: a newer Temwen may know it")
	}
	if prior != "" {
		if n, err := hex.Decode(c.Prior[:], []byte(prior[:min(len(prior), 2*len(c.Prior))])); err != nil || n != len(c.Prior) {
			return c, fmt.Errorf("%q is not a SHA-256 in hexadecimal", prior)
		}
	}
	c.Fact = Fact{
		Dossier: p.Dossier, Kind: p.Kind, ID: p.ID, Mission: p.Mission,
		Known: AlwaysKnown, Sources: p.Sources, Body: json.RawMessage(p.Body),
	}
	if p.Known != "" {
		day, err := parseDay(p.Known)
		if err != nil {
			return c, err
		}
		c.Fact.Known = day
	}
	for _, s := range []string{p.Dossier, p.Kind, p.ID} {
		if err := checkName(s); err != nil {
			return c, fmt.Errorf("what it is filed under %w", err)
		}
	}
	if !bytes.Equal(c.Public(), publicPart) {
		return c, fmt.Errorf("it is not written as a %s is", eventType)
	}
	return c, nil
}
