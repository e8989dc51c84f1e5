package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep objects and arrays of an entry's public part may nest.
const maxDepth = 64

// canonicalObject checks that b is one JSON object in the canonical form of
// RFC 8785 and nothing else. It scans once and builds nothing: verifying a log
// runs it over every byte of the log.
func canonicalObject(b []byte) error {
	s := scanner{b: b}
	if len(b) == 0 || b[0] != '{' {
		return errors.New("is not a JSON object")
	}
	end := s.value(0, maxDepth)
	if end < 0 {
		return s.error()
	}
	if end != len(b) {
		return errors.New("has bytes after the JSON object")
	}
	return nil
}

// scanner walks over bytes and accepts canonical JSON only. Its methods
// take the place where something starts and return the place after it, or -1.
type scanner struct {
	b   []byte
	why string
	at  int
}

func (s *scanner) fail(at int, why string) int {
	s.at, s.why = at, why
	return -1
}

func (s *scanner) error() error {
	return errors.New("is not canonical JSON (RFC 8785): byte " + strconv.Itoa(s.at) + ": " + s.why)
}

func (s *scanner) value(i, depth int) int {
	if i >= len(s.b) {
		return s.fail(i, "a value is missing")
	}
	switch c := s.b[i]; {
	case c == '"':
		end, _ := s.str(i)
		return end
	case c == '{':
		return s.object(i, depth)
	case c == '[':
		return s.array(i, depth)
	case c == '-' || '0' <= c && c <= '9':
		return s.number(i)
	case c == 't':
		return s.literal(i, "true")
	case c == 'f':
		return s.literal(i, "false")
	case c == 'n':
		return s.literal(i, "null")
	}
	return s.fail(i, "no value starts like this")
}

func (s *scanner) literal(i int, word string) int {
	if len(s.b)-i < len(word) || string(s.b[i:i+len(word)]) != word {
		return s.fail(i, "no value starts like this")
	}
	return i + len(word)
}

func (s *scanner) array(i, depth int) int {
	if depth == 0 {
		return s.fail(i, "nested too deep")
	}
	if i+1 < len(s.b) && s.b[i+1] == ']' {
		return i + 2
	}
	for {
		i = s.value(i+1, depth-1)
		if i < 0 {
			return -1
		}
		if i >= len(s.b) {
			return s.fail(i, "the array does not end")
		}
		switch s.b[i] {
		case ',':
		case ']':
			return i + 1
		default:
			return s.fail(i, "expected , or ]")
		}
	}
}

func (s *scanner) object(i, depth int) int {
	if depth == 0 {
		return s.fail(i, "nested too deep")
	}
	if i+1 < len(s.b) && s.b[i+1] == '}' {
		return i + 2
	}
	var last []byte
	lastPlain := true
	for first := true; ; first = false {
		i++
		if i >= len(s.b) || s.b[i] != '"' {
			return s.fail(i, "expected a key")
		}
		end, plain := s.str(i)
		if end < 0 {
			return -1
		}
		key := s.b[i+1 : end-1]
		if !first && !keyLess(last, key, lastPlain && plain) {
			return s.fail(i, "keys are not in order")
		}
		last, lastPlain = key, plain
		if end >= len(s.b) || s.b[end] != ':' {
			return s.fail(end, "expected :")
		}
		i = s.value(end+1, depth-1)
		if i < 0 {
			return -1
		}
		if i >= len(s.b) {
			return s.fail(i, "the object does not end")
		}
		switch s.b[i] {
		case ',':
		case '}':
			return i + 1
		default:
			return s.fail(i, "expected , or }")
		}
	}
}

// keyLess says whether key a comes before key b in the order of RFC 8785,
// which is that of UTF-16 code units. Plain keys, without escapes and without
// characters from U+E000 on, are in that order already as bytes.
func keyLess(a, b []byte, plain bool) bool {
	if plain {
		return bytes.Compare(a, b) < 0
	}
	ua, ub := units(a), units(b)
	for i := range min(len(ua), len(ub)) {
		if ua[i] != ub[i] {
			return ua[i] < ub[i]
		}
	}
	return len(ua) < len(ub)
}

// units returns the UTF-16 code units of the raw content of a scanned string.
func units(raw []byte) []uint16 {
	var out []uint16
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			r, n := utf8.DecodeRune(raw[i:])
			out = utf16.AppendRune(out, r)
			i += n
			continue
		}
		switch c := raw[i+1]; c {
		case 'b':
			out = append(out, '\b')
		case 't':
			out = append(out, '\t')
		case 'n':
			out = append(out, '\n')
		case 'f':
			out = append(out, '\f')
		case 'r':
			out = append(out, '\r')
		case 'u': // only \u00xx is canonical
			n, _ := strconv.ParseUint(string(raw[i+2:i+6]), 16, 16)
			out = append(out, uint16(n))
			i += 4
		default:
			out = append(out, uint16(c))
		}
		i += 2
	}
	return out
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// str reads a string. plain is false when it has escapes or a character from
// U+E000 on.
func (s *scanner) str(i int) (end int, plain bool) {
	b := s.b
	start := i
	plain = true
	i++
	for {
		// Eight bytes at a time: find the first that is a control
		// character, a quote, a backslash, or not ASCII (the classic bit
		// tricks; the lowest marked byte is always right).
		for i+8 <= len(b) {
			hit := special(binary.LittleEndian.Uint64(b[i:]))
			if hit != 0 {
				i += bits.TrailingZeros64(hit) / 8
				break
			}
			i += 8
		}
		if i >= len(b) {
			return s.fail(start, "the string does not end"), false
		}
		switch c := b[i]; {
		case c == '"':
			return i + 1, plain
		case c == '\\':
			plain = false
			if i = s.escape(i); i < 0 {
				return -1, false
			}
		case c < 0x20:
			return s.fail(i, "a control character is not escaped"), false
		case c < utf8.RuneSelf:
			i++
		case 0xC2 <= c && c <= 0xDF && i+1 < len(b) && b[i+1]&0xC0 == 0x80:
			i += 2 // most letters with accents
		default:
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n == 1 {
				return s.fail(i, "this is not UTF-8"), false
			}
			if c >= 0xEE {
				plain = false
			}
			i += n
		}
	}
}

// special marks in a word the bytes that are a control character, a quote, a
// backslash or not ASCII. For w without its high bits: w+0x60 has the high bit
// from 0x20 on, and x+0x7F has it unless x is 0.
func special(w uint64) uint64 {
	low := w &^ highs
	plain := (low + ones*0x60) & ((low ^ ones*'"') + ones*0x7F) & ((low ^ ones*'\\') + ones*0x7F)
	return (w | ^plain) & highs
}

// escape reads an escape; RFC 8785 has one way to write each character.
func (s *scanner) escape(i int) int {
	if i+1 >= len(s.b) {
		return s.fail(i, "the string does not end")
	}
	switch s.b[i+1] {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		if i+6 > len(s.b) || s.b[i+2] != '0' || s.b[i+3] != '0' || s.b[i+4] > '1' || s.b[i+4] < '0' {
			return s.fail(i, "this character is not escaped in canonical form")
		}
		low := s.b[i+5]
		if !('0' <= low && low <= '9' || 'a' <= low && low <= 'f') {
			return s.fail(i, "escapes are in lower case")
		}
		if s.b[i+4] == '0' && (low == '8' || low == '9' || low == 'a' || low == 'c' || low == 'd') {
			return s.fail(i, "this character has a shorter escape")
		}
		return i + 6
	}
	return s.fail(i, "no such escape in canonical form")
}

// number reads a number, which must be written as ECMAScript writes the double
// nearest to it (RFC 8785, section 3.2.2.3). Up to 15 digits that is the way
// people write decimals, and needs no conversion: no two such decimals are the
// same double.
func (s *scanner) number(i int) int {
	b := s.b
	start := i
	if b[i] == '-' {
		i++
	}
	first := i
	for i < len(b) && '0' <= b[i] && b[i] <= '9' {
		i++
	}
	digits := i - first
	if digits == 0 || digits > 1 && b[first] == '0' {
		return s.fail(start, "no number is written like this")
	}
	zero := b[first] == '0'
	if i == len(b) || b[i] != '.' && b[i] != 'e' {
		if zero && first > start {
			return s.fail(start, "minus zero is written 0")
		}
		if digits <= 15 {
			return i
		}
	} else if b[i] == '.' {
		point := i
		i++
		for i < len(b) && '0' <= b[i] && b[i] <= '9' {
			i++
		}
		plain := i == len(b) || b[i] != 'e'
		if plain && i-point > 1 && b[i-1] != '0' && digits+i-point <= 16 && (!zero || string(b[first:min(i, first+7)]) != "0.00000") {
			return i
		}
	}
	for i < len(b) && ('0' <= b[i] && b[i] <= '9' || b[i] == 'e' || b[i] == '+' || b[i] == '-') {
		i++
	}
	// No double needs more than 25 bytes; a longer one is not canonical, and
	// must not cost us anything.
	if i-start > 32 {
		return s.fail(start, "the number is not in its shortest form")
	}
	f, err := strconv.ParseFloat(string(b[start:i]), 64)
	if err != nil || string(appendNumber(make([]byte, 0, 32), f)) != string(b[start:i]) {
		return s.fail(start, "the number is not in its shortest form")
	}
	return i
}

// appendNumber writes f as ECMAScript's Number::toString does.
func appendNumber(b []byte, f float64) []byte {
	if f == 0 {
		return append(b, '0')
	}
	if abs := math.Abs(f); 1e-6 <= abs && abs < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	// Go writes e-07, ECMAScript e-7.
	if n := len(b); n >= 4 && b[n-4] == 'e' && b[n-2] == '0' {
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}
