package ledger

import (
	"errors"
	"fmt"
	"time"
)

// State is how things stand with what a receipt is for.
type State string

// The states. Late and Broken are not the same: a clock may be wrong, and nobody
// else is bound by it.
const (
	// Published is proven to be in the ledger, and not provably too late.
	Published State = "published"
	// Promised is not proven to be in the ledger, nor that it ought to be.
	Promised State = "promised"
	// Late is not in the ledger, though the time is past by this machine's clock.
	Late State = "late"
	// Broken is a promise that was not kept, as the receipt and the ledger prove.
	Broken State = "broken"
)

// Standing is how things stand with one receipt.
type Standing struct {
	Name  string
	State State
	// Said is what was committed to. Only a receipt file tells.
	Said Said
	// Envelope reports that the envelope that was given is the one committed to.
	Envelope bool
	// By is the latest time of publication that was promised, UTC: zero where
	// there is no promise.
	By time.Time
	// Index is the entry's, nil where it is not proven to be in the ledger.
	Index *uint64
	// Day is the entry's, "" where the receipt does not carry the entry.
	Day string
	// Why says what shows that the promise is broken.
	Why string
}

// seen is what a checkpoint shows of the time it was signed.
type seen struct {
	size    uint64
	lastDay string    // of its last entry, "" where there is none
	latest  time.Time // see trust.latestAt
}

// settle decides the state. Nothing is late by a clock that is zero.
//
// The days of entries do not decrease, so where there is an entry of a day after
// the promised time, what was promised is before it or was not there in time.
func (s *Standing) settle(c seen, now time.Time) {
	day := s.By.Format(time.DateOnly)
	switch {
	case s.Index != nil && (s.By.IsZero() || s.Day <= day):
		s.State = Published
	case s.Index != nil:
		s.broken("it is there as entry %d, which is of %s, a later day", *s.Index, s.Day)
	case c.lastDay > day:
		s.broken("it is not there, though entry %d is of %s, a later day", c.size-1, c.lastDay)
	case c.latest.After(s.By):
		s.broken("it is not there, though the witnesses knew of no more entries at %s", c.latest.Format(time.RFC3339))
	case !now.IsZero() && now.After(s.By):
		s.State = Late
	default:
		s.State = Promised
	}
}

func (s *Standing) broken(format string, args ...any) {
	s.State, s.Why = Broken, fmt.Sprintf(format, args...)
}

// damage is the refusal of a broken promise. size is that of the checkpoint which
// proves it.
func (s *Standing) damage(size uint64) *Damage {
	return &Damage{What: fmt.Sprintf("receipt %s: the promise is BROKEN: the ledger's key signed that this would be published by %s; %s. This file and the ledger's signed checkpoint of %d entries prove it together: keep both, with a copy of the ledger",
		s.Name, s.By.Format(time.RFC3339), s.Why, size)}
}

// receive fills a standing from a receipt file that was checked.
func (s *Standing) receive(c Checked, envelope string) error {
	s.Said, s.By = c.Says, c.By
	return s.compare(envelope)
}

// compare compares the envelope that was given with the one committed to.
func (s *Standing) compare(envelope string) error {
	switch {
	case envelope == "":
		return nil
	case s.Said.Envelope == "":
		return errors.New("it does not say which envelope it is for, so that one cannot be compared with it")
	case s.Said.Envelope != envelope:
		return fmt.Errorf("it is for the envelope with the SHA-256 %s, and the one given has %s: it is another, or was altered", s.Said.Envelope, envelope)
	}
	s.Envelope = true
	return nil
}
