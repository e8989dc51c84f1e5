package ledger

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"temwen/record"
)

const (
	// MaxEntry is the size of the longest entry, in bytes: what the two-byte
	// length of C2SP tlog-tiles can say.
	MaxEntry = 1<<16 - 1
	// MaxPublic is a size that the public part of an event may always have:
	// the record refuses longer ones, so that its ledger can follow.
	MaxPublic = MaxEntry - 512
	// saltSize is the size of an event's salt, in bytes.
	saltSize = 32
	// maxType is the size of the longest type name, in bytes.
	maxType = 64
	// maxIndex is the last index a JSON number can hold exactly.
	maxIndex = 1<<53 - 1
	// commitmentSize is the size of a commitment in base64.
	commitmentSize = 44
	daySize        = len("2006-01-02")
)

// The text around the parts of an entry. The keys are in the order of RFC 8785.
const (
	beforeCommitment = `{"commitment":"`
	beforeDay        = `","day":"`
	beforeIndex      = `","n":`
	beforePublic     = `,"public":`
	beforeType       = `,"type":"`
	afterType        = `","v":1}`
)

// Entry returns the ledger's entry for an event: one canonical JSON object (RFC
// 8785) without a newline,
//
//	{"commitment":"…","day":"2026-11-23","n":17,"public":{…},"type":"fact.stated","v":1}
//
// where n is the event's index, day the UTC day of its time and nothing finer,
// and commitment is base64(HMAC-SHA-256(salt, private)). The same event always
// gives the same bytes. An event whose parts do not fit that form, or whose
// entry would be longer than MaxEntry, is an error: the record must not accept
// such an event in the first place.
func Entry(e record.Event) ([]byte, error) {
	if len(e.Salt) != saltSize {
		return nil, fmt.Errorf("event %d has a salt of %d bytes, not %d; an erased event can no longer be written to the ledger", e.Index, len(e.Salt), saltSize)
	}
	return entry(e, commitment(e.Salt, e.Private))
}

func commitment(salt, private []byte) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(private)
	return mac.Sum(nil)
}

// entry writes an event with the given commitment, which an erased event can no
// longer compute.
func entry(e record.Event, commitment []byte) ([]byte, error) {
	if e.Index > maxIndex {
		return nil, fmt.Errorf("event %d: its index is larger than %d", e.Index, maxIndex)
	}
	if !validType([]byte(e.Type)) {
		return nil, fmt.Errorf("event %d: its type %q is not lower-case words joined by dots, of at most %d bytes", e.Index, e.Type, maxType)
	}
	if err := canonicalObject(e.Public); err != nil {
		return nil, fmt.Errorf("event %d: its public part %w", e.Index, err)
	}
	day := e.Time.UTC()
	if y := day.Year(); y < 1 || y > 9999 {
		return nil, fmt.Errorf("event %d: its year is %d", e.Index, y)
	}
	b := make([]byte, 0, 160+len(e.Public)+len(e.Type))
	b = append(b, beforeCommitment...)
	b = base64.StdEncoding.AppendEncode(b, commitment)
	b = append(b, beforeDay...)
	b = day.AppendFormat(b, time.DateOnly)
	b = append(b, beforeIndex...)
	b = strconv.AppendUint(b, e.Index, 10)
	b = append(b, beforePublic...)
	b = append(b, e.Public...)
	b = append(b, beforeType...)
	b = append(b, e.Type...)
	b = append(b, afterType...)
	if len(b) > MaxEntry {
		return nil, fmt.Errorf("event %d: its entry is %d bytes long, and the ledger takes %d; put less into its public part", e.Index, len(b), MaxEntry)
	}
	return b, nil
}

// Leaf is an entry of the ledger taken apart.
type Leaf struct {
	Index      uint64
	Type       string
	Day        string          // UTC, 2026-11-23
	Public     json.RawMessage // canonical JSON
	Commitment []byte          // HMAC-SHA-256(salt, private), 32 bytes
}

// ParseEntry takes apart the entry that the ledger holds at an index. It is
// strict: exactly what Entry writes, with that index, or an error.
func ParseEntry(data []byte, index uint64) (Leaf, error) {
	p, err := scanEntry(data, index)
	if err != nil {
		return Leaf{}, err
	}
	l := Leaf{
		Index:      index,
		Type:       string(p.typ),
		Day:        string(p.day),
		Public:     bytes.Clone(p.public),
		Commitment: make([]byte, sha256.Size),
	}
	if _, err := base64.StdEncoding.Decode(l.Commitment, p.commitment); err != nil {
		return Leaf{}, fmt.Errorf("entry %d: its commitment: %w", index, err)
	}
	return l, nil
}

// Opens says whether an entry's commitment is to this private part under this
// salt. Who is shown both can check what the ledger has committed to.
func Opens(data, salt, private []byte) bool {
	if len(salt) != saltSize || !bytes.HasPrefix(data, []byte(beforeCommitment)) || len(data) < len(beforeCommitment)+commitmentSize {
		return false
	}
	have := make([]byte, base64.StdEncoding.DecodedLen(commitmentSize))
	n, err := base64.StdEncoding.Strict().Decode(have, data[len(beforeCommitment):][:commitmentSize])
	return err == nil && hmac.Equal(have[:n], commitment(salt, private))
}

// parts are the places of an entry's parts within its bytes.
type parts struct {
	commitment, day, public, typ []byte
}

// scanEntry is ParseEntry without building anything: it runs over every entry
// of a log that is verified.
func scanEntry(data []byte, index uint64) (p parts, err error) {
	bad := func(why string) (parts, error) {
		return parts{}, fmt.Errorf("entry %d %s", index, why)
	}
	if len(data) > MaxEntry {
		return bad("is too long")
	}
	s := scanner{b: data}
	i, ok := 0, false
	take := func(n int) []byte {
		if n < 0 || len(data)-i < n {
			return nil
		}
		b := data[i : i+n]
		i += n
		return b
	}
	if string(take(len(beforeCommitment))) != beforeCommitment {
		return bad("does not start with a commitment")
	}
	if p.commitment = take(commitmentSize); !validCommitment(p.commitment) {
		return bad("has a commitment that is not 32 bytes in base64")
	}
	if string(take(len(beforeDay))) != beforeDay {
		return bad("has no day where it belongs")
	}
	if p.day = take(daySize); !validDay(p.day) {
		return bad("has a day that is no date")
	}
	if string(take(len(beforeIndex))) != beforeIndex {
		return bad("has no index where it belongs")
	}
	if i, ok = scanIndex(data, i, index); !ok {
		return bad("gives another index as its own")
	}
	if string(take(len(beforePublic))) != beforePublic || i >= len(data) || data[i] != '{' {
		return bad("has no public part where it belongs")
	}
	end := s.object(i, maxDepth)
	if end < 0 {
		return parts{}, fmt.Errorf("entry %d %w", index, s.error())
	}
	p.public, i = data[i:end], end
	if string(take(len(beforeType))) != beforeType {
		return bad("has no type where it belongs")
	}
	if p.typ = take(len(data) - len(afterType) - i); !validType(p.typ) {
		return bad("has a type that is not lower-case words joined by dots")
	}
	if string(data[i:]) != afterType {
		return bad("does not end with version 1")
	}
	return p, nil
}

// scanIndex reads the canonical number at i and says whether it is want.
func scanIndex(data []byte, i int, want uint64) (end int, ok bool) {
	var n uint64
	start := i
	for i < len(data) && '0' <= data[i] && data[i] <= '9' && i-start < 17 {
		n = n*10 + uint64(data[i]-'0')
		i++
	}
	return i, i > start && n == want && n <= maxIndex && (data[start] != '0' || i-start == 1)
}

// validType accepts words of lower-case letters, digits, - and _, each starting
// with a letter, joined by dots: fact.stated.
func validType(t []byte) bool {
	if len(t) == 0 || len(t) > maxType {
		return false
	}
	start := true
	for _, c := range t {
		switch {
		case 'a' <= c && c <= 'z':
			start = false
		case start:
			return false
		case c == '.':
			start = true
		case '0' <= c && c <= '9' || c == '-' || c == '_':
		default:
			return false
		}
	}
	return !start
}

// validCommitment accepts 32 bytes in standard base64 with padding, in the one
// way they can be written.
func validCommitment(b []byte) bool {
	if len(b) != commitmentSize || b[commitmentSize-1] != '=' {
		return false
	}
	for _, c := range b[:commitmentSize-1] {
		if base64Value[c] == 0xFF {
			return false
		}
	}
	return base64Value[b[commitmentSize-2]]&3 == 0
}

// base64Value maps a byte to the six bits it stands for in base64, or 0xFF.
var base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xFF
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	return t
}()

// validDay accepts a date of the years 0001 to 9999 as YYYY-MM-DD.
func validDay(d []byte) bool {
	if len(d) != daySize || d[4] != '-' || d[7] != '-' {
		return false
	}
	for i, c := range d {
		if i != 4 && i != 7 && (c < '0' || c > '9') {
			return false
		}
	}
	year := int(d[0]-'0')*1000 + int(d[1]-'0')*100 + int(d[2]-'0')*10 + int(d[3]-'0')
	month := int(d[5]-'0')*10 + int(d[6]-'0')
	day := int(d[8]-'0')*10 + int(d[9]-'0')
	if year < 1 || month < 1 || month > 12 || day < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && (year%4 == 0 && year%100 != 0 || year%400 == 0) {
		days = 29
	}
	return day <= days
}

// differs names the part in which two entries of one index differ.
func differs(have, want []byte, index uint64) string {
	h, err1 := scanEntry(have, index)
	w, err2 := scanEntry(want, index)
	switch err := errors.Join(err1, err2); {
	case err != nil:
		return "form"
	case !bytes.Equal(h.typ, w.typ):
		return "type"
	case !bytes.Equal(h.day, w.day):
		return "day"
	case !bytes.Equal(h.public, w.public):
		return "public part"
	}
	return "private part (its commitment)"
}
