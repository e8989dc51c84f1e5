package record

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Event is one thing that happened in the system: the unit of the record.
type Event struct {
	// Index is its place in the record: 0, 1, 2, ... without gaps. It is also
	// the index of its entry in the ledger.
	Index uint64
	// Type names what happened, past tense: "fact.stated". That of a sealed
	// event is Sealed.
	Type string
	// Inner is what a sealed event is, which only its private part says: empty
	// for others, and for one that was erased.
	Inner string
	// Body is what the event says in private, and Content the SHA-256 of its
	// content in hexadecimal; empty where there is none. Both are read from
	// Private.
	Body    json.RawMessage
	Content string
	// Time is when it was recorded: UTC, microseconds. It is private; the
	// ledger's entry carries the day only.
	Time time.Time
	// Key is the idempotency key of the command that caused it, where that is an
	// import. Private.
	Key string
	// Public is what anyone may read: canonical JSON (RFC 8785).
	Public json.RawMessage
	// Private is what stays in the store: canonical JSON (RFC 8785). The
	// ledger's entry carries a commitment to it.
	Private json.RawMessage
	// Salt is the key of that commitment: 32 random bytes, one for each event.
	// Destroying Private and Salt erases; the commitment stays.
	Salt []byte
}

// saltSize is the length of a salt in bytes: the key size of HMAC-SHA-256.
const saltSize = 32

// timeLayout is RFC 3339 in UTC with exactly six decimals.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// private is the private part of every event. It is the only place where time
// and key are kept, so that erasing it erases them.
type private struct {
	At      string          `json:"at"`
	Body    json.RawMessage `json:"body,omitempty"`
	Content string          `json:"content,omitempty"`
	Key     string          `json:"key,omitempty"`
	Type    string          `json:"type,omitempty"` // of a sealed event
}

// What is the type of the event, also where it is sealed: empty where that was
// erased.
func (e *Event) What() string {
	if e.Type == Sealed {
		return e.Inner
	}
	return e.Type
}

// newPrivate is the private part of the events of one command.
func newPrivate(now time.Time, key string) (json.RawMessage, error) {
	now = now.UTC()
	if y := now.Year(); y < 1 || y > 9999 {
		return nil, fmt.Errorf("the time of a command is %s: it must lie in the years 1 to 9999", now)
	}
	return Canonical(private{At: now.Format(timeLayout), Key: key})
}

// open fills Time and Key from the private part, unless it was erased.
func (e *Event) open() error {
	if len(e.Private) == 0 {
		return nil
	}
	// As private, with a body that is not read twice: many events are opened.
	var p struct {
		At      string         `json:"at"`
		Body    jsontext.Value `json:"body"`
		Content string         `json:"content"`
		Key     string         `json:"key"`
		Type    string         `json:"type"`
	}
	if err := jsonv2.Unmarshal(e.Private, &p); err != nil {
		return fmt.Errorf("private part: %w", err)
	}
	at, err := time.Parse(timeLayout, p.At)
	if err != nil {
		return fmt.Errorf("private part: %w", err)
	}
	e.Time, e.Key = at, p.Key
	e.Inner, e.Body, e.Content = p.Type, json.RawMessage(p.Body), p.Content
	return nil
}

// sum is the checksum that a store keeps beside an event, and checks whenever
// it reads one. It is there to find damage; that nobody changed an event and
// its sum together is what the ledger is for.
func (e *Event) sum() []byte {
	return checksum("event", e.Index, []byte(e.Type), e.Public, e.Private, e.Salt)
}

// checksum is the SHA-256 of a row: of a table's name, a number, and parts,
// each with its length.
func checksum(table string, number uint64, parts ...[]byte) []byte {
	h := sha256.New()
	b := make([]byte, 0, 64)
	b = append(append(b, table...), 0)
	h.Write(binary.BigEndian.AppendUint64(b, number))
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(b[:0], uint64(len(p))))
		h.Write(p)
	}
	return h.Sum(nil)
}
