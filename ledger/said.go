package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Said is what the private part of an event tells whoever is shown it. A member
// is empty where it does not tell, or not in a form that is known.
type Said struct {
	// Raw is the whole, as it was committed to. It may be any bytes.
	Raw json.RawMessage
	// Kind is what happened: "report.received".
	Kind string
	// Day is when it was recorded: UTC, 2026-11-28.
	Day string
	// Envelope is the SHA-256 of the sealed envelope, in hexadecimal.
	Envelope string
}

// readSaid reads a private part: canonical JSON with the members at, body,
// content and type, of which any may be missing. A short envelope is the event's
// content; of a long one the body names the file.
func readSaid(private json.RawMessage) Said {
	s := Said{Raw: private}
	if canonicalObject(private) != nil {
		return s
	}
	event := members(private)
	if kind := text(event["type"]); validType([]byte(kind)) {
		s.Kind = kind
	}
	if at, err := time.Parse(time.RFC3339, text(event["at"])); err == nil {
		s.Day = at.UTC().Format(time.DateOnly)
	}
	s.Envelope = hexSum(text(event["content"]))
	if s.Envelope == "" {
		s.Envelope = hexSum(text(members(members(event["body"])["file"])["sha256"]))
	}
	return s
}

// members are those of a JSON object under their exact names, and none of
// anything else.
func members(object json.RawMessage) map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if json.Unmarshal(object, &m) != nil {
		return nil
	}
	return m
}

// text is a JSON string, and "" where it is none.
func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}

// hexSum is a SHA-256 in hexadecimal, of one in hexadecimal or in base64url
// without padding, and "" of anything else.
func hexSum(s string) string {
	var b []byte
	var err error
	switch len(s) {
	case hex.EncodedLen(sha256.Size):
		b, err = hex.DecodeString(s)
	case base64.RawURLEncoding.EncodedLen(sha256.Size): // the decoder skips line breaks
		b, err = base64.RawURLEncoding.Strict().DecodeString(s)
	}
	if err != nil || len(b) != sha256.Size {
		return ""
	}
	return hex.EncodeToString(b)
}
