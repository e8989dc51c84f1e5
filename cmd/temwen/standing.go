package main

import (
	"fmt"
	"strconv"
	"time"

	"temwen/ledger"
)

// receiptStanding is what temwen verify has to say about one receipt.
type receiptStanding struct {
	Receipt  string       `json:"receipt"` // its file
	State    ledger.State `json:"state,omitempty"`
	Kind     string       `json:"kind,omitempty"`
	Day      string       `json:"day,omitempty"`
	Sum      string       `json:"envelope_sha256,omitempty"`
	Envelope bool         `json:"envelope_matches"` // the one in hand is the one committed to
	By       string       `json:"promised_by,omitempty"`
	Entry    *uint64      `json:"entry,omitempty"`
	EntryDay string       `json:"entry_day,omitempty"`
	Broken   string       `json:"broken,omitempty"` // what proves it

	raw []byte // what was committed to
}

func newReceiptStanding(s *ledger.Standing) receiptStanding {
	r := receiptStanding{
		Receipt: s.Name, State: s.State,
		Kind: s.Said.Kind, Day: s.Said.Day, Sum: s.Said.Envelope, Envelope: s.Envelope,
		Entry: s.Index, EntryDay: s.Day, Broken: s.Why, raw: s.Said.Raw,
	}
	if !s.By.IsZero() {
		r.By = s.By.Format(time.RFC3339)
	}
	return r
}

// late says that a promise may be broken.
func (r *receiptStanding) late(size uint64) string {
	return fmt.Sprintf("receipt %s: it was promised by %s, and the ledger of %d entries does not have it: late by this machine's clock, not proven yet. Look for a newer copy of the ledger; once it shows a day after that, the promise is proven kept or broken", r.Receipt, r.By, size)
}

// inLedger says in a line how it stands in the ledger.
func (r *receiptStanding) inLedger(say func(what, format string, args ...any)) {
	where := ""
	switch {
	case r.Entry != nil && r.EntryDay != "":
		where = fmt.Sprintf("entry %d, of %s", *r.Entry, r.EntryDay)
	case r.Entry != nil:
		where = fmt.Sprintf("entry %d", *r.Entry)
	case r.State == ledger.Late:
		where = fmt.Sprintf("promised by %s, and not there", r.By)
	default:
		where = fmt.Sprintf("promised by %s, not due yet", r.By)
	}
	say("receipt", "%s: %s", r.Receipt, where)
	r.inHand(say)
}

// says says what was committed to.
func (r *receiptStanding) says(say func(what, format string, args ...any)) {
	if r.raw == nil {
		return // a proof alone does not tell
	}
	if r.Kind == "" && r.Day == "" && r.Sum == "" {
		say("says", "%s", strconv.QuoteToGraphic(string(r.raw)))
		return
	}
	say("says", "%s, of %s", either(r.Kind != "", r.Kind, "something"), either(r.Day != "", r.Day, "a day it does not tell"))
	if r.Sum != "" {
		say("envelope", "SHA-256 %s", r.Sum)
	}
}

// inHand says that the envelope in hand is the right one.
func (r *receiptStanding) inHand(say func(what, format string, args ...any)) {
	if r.Envelope {
		say("envelope", "the one in hand is the one committed to")
	}
}
