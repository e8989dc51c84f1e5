package casework

import (
	"slices"

	"temwen/seal"
	"temwen/when"
)

// Evidence is an item of evidence in a case. What only officers may know of it
// stays in the seal: its label has the name, the description and the SHA-256 of the
// plain file, because that of a known file tells what it is. Here stands the
// SHA-256 of the sealed bytes.
type Evidence struct {
	N      int    `json:"n"`      // from 1 in its case
	Origin string `json:"origin"` // see Origins
	// Day is when it was made or taken, as exactly as it is known.
	Day when.Date `json:"day,omitzero"`
	// Grade is that of its source, A1 to F6, or empty.
	Grade string `json:"grade,omitempty"`
	// Thread and Item name what it was taken over from, where a person reported it.
	Thread string `json:"thread,omitempty"`
	Item   int    `json:"item,omitempty"`
	// Of is the original that it is a copy of, and Made how: see Makings.
	Of   int    `json:"of,omitempty"`
	Made string `json:"made,omitempty"`
	// ID is that of the parcel it came in, SHA256 and Size are those of its sealed
	// file, and Epoch is whose key opens it.
	ID     seal.ID   `json:"id"`
	SHA256 seal.Hash `json:"sha256"`
	Size   int64     `json:"size"`
	Epoch  int       `json:"epoch"`

	// Taken is the day on which By took it in.
	Taken when.Day `json:"taken"`
	By    string   `json:"by"`
	// Held is the office that it was handed to and has not returned it, or empty.
	Held string `json:"held,omitempty"`
	// Differs says that its bytes were not those that were taken in, when they were
	// last checked.
	Differs bool   `json:"differs,omitempty"`
	Index   uint64 `json:"-"` // of the event that took it in
}

// Custody is one act in the life of an item: who did it and when, the event says.
type Custody struct {
	N   int    `json:"n"`             // of the item
	Act string `json:"act"`           // see Acts
	Why string `json:"why,omitempty"` // see Reasons
	// To is the office, never a person, that it was handed to or came back from: one
	// of Investigators.
	To string `json:"to,omitempty"`
	// Differs says of a check that the bytes were not those that were taken in.
	Differs bool `json:"differs,omitempty"`
}

// The words of evidence.
var (
	// Origins are where evidence comes from: a report; a person who handed it over;
	// who must answer; a public web page; the office, which made it.
	Origins = []string{"report", "person", "recipient", "web", "office"}
	// Makings are how a copy was made: without hidden data, with parts taken out, in
	// another language, what was said written down.
	Makings = []string{"stripped", "redacted", "translated", "transcribed"}
	// Acts are what is done with an item.
	Acts = []string{ActOpened, ActExported, ActHanded, ActReturned, ActChecked}
	// Reasons are why an item is opened, exported or handed over. The first is the
	// usual one.
	Reasons = []string{"work", "copy", "check", "request", "safety"}
)

// The acts.
const (
	ActOpened   = "opened"   // in an officer's browser
	ActExported = "exported" // written to an officer's computer
	ActHanded   = "handed"   // to another office
	ActReturned = "returned" // by it
	ActChecked  = "checked"  // against the hashes of when it was taken in
)

type (
	// TakeIn takes an item in. Its sealed file is on the shelf.
	TakeIn struct{ Evidence Evidence }
	// Handle records an act of custody.
	Handle struct{ Custody Custody }
)

// Item is the item of evidence with a number, or nil.
func (c *Case) Item(n int) *Evidence {
	if n < 1 || n > len(c.Evidence) {
		return nil
	}
	return &c.Evidence[n-1]
}

// check refuses an item whose words are none, or that is a copy of nothing.
func (e *Evidence) check(c *Case) error {
	reported := e.Origin == "report"
	switch {
	case !slices.Contains(Origins, e.Origin), e.Grade != "" && !isGrade(e.Grade):
		return refuse(CodeMalformed)
	case reported != (e.Thread != "") || reported != (e.Item > 0):
		return refuse(CodeMalformed)
	case e.Of == 0 && e.Made == "":
		return nil
	case e.Origin != "office" || !slices.Contains(Makings, e.Made):
		return refuse(CodeMalformed)
	case c.Item(e.Of) == nil:
		return refuse(CodeUnknown)
	}
	return nil
}

func (t TakeIn) decide(d *decision) error {
	e := t.Evidence
	if err := e.check(d.c); err != nil {
		return err
	}
	for _, other := range d.c.Evidence {
		if other.SHA256 == e.SHA256 || other.ID == e.ID {
			return refuse(CodeTwice)
		}
	}
	e.N, e.Taken, e.By, e.Held, e.Differs = len(d.c.Evidence)+1, d.on, d.by, "", false
	return d.happen(Event{Type: evidenceTaken, Evidence: &e})
}

func (h Handle) decide(d *decision) error {
	c := h.Custody
	e := d.c.Item(c.N)
	switch {
	case e == nil:
		return refuse(CodeUnknown)
	case d.on < e.Taken:
		return refuse(CodeDay)
	case !slices.Contains(Acts, c.Act), c.Why != "" && !slices.Contains(Reasons, c.Why), c.Differs && c.Act != ActChecked:
		return refuse(CodeMalformed)
	}
	switch c.Act {
	case ActHanded:
		if !slices.Contains(Investigators, c.To) || c.Why == "" {
			return refuse(CodeMalformed)
		}
		if e.Held != "" {
			return refuse(CodeTwice)
		}
	case ActReturned:
		if e.Held == "" {
			return refuse(CodeTwice)
		}
		c.To = e.Held
	case ActOpened, ActExported:
		if c.Why == "" {
			return refuse(CodeMalformed)
		}
		c.To = ""
	default:
		c.To = ""
	}
	return d.happen(Event{Type: evidenceHandled, Custody: &c})
}

// keeps takes in an event about evidence. It changes nothing that other deeds in the
// case are decided by, so that Changed stays.
func (c *Case) keeps(e *Event) {
	switch e.Type {
	case evidenceTaken:
		item := *e.Evidence
		item.Index = e.Index
		c.Evidence = append(c.Evidence, item)
	case evidenceHandled:
		item := c.Item(e.Custody.N)
		if item == nil {
			return // it was erased
		}
		switch e.Custody.Act {
		case ActHanded:
			item.Held = e.Custody.To
		case ActReturned:
			item.Held = ""
		case ActChecked:
			item.Differs = e.Custody.Differs
		}
	}
}
