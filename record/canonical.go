package record

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// asEncodingJSON encodes like encoding/json, except that it refuses what I-JSON
// (RFC 7493) refuses: invalid UTF-8, lone surrogates and repeated names.
var asEncodingJSON = json.JoinOptions(
	jsonv1.DefaultOptionsV1(),
	jsontext.AllowInvalidUTF8(false),
	jsontext.AllowDuplicateNames(false),
	jsontext.EscapeForHTML(false),
	jsontext.EscapeForJS(false),
	json.WithMarshalers(json.MarshalToFunc(func(e *jsontext.Encoder, n stdjson.Number) error {
		if n == "" {
			n = "0"
		}
		return e.WriteValue(jsontext.Value(n))
	})),
)

// Canonical encodes v as canonical JSON (RFC 8785), the one form in which equal
// values have equal bytes: names sorted by UTF-16 code units, no white space,
// the shortest escapes, numbers as ECMAScript writes a double. v is encoded as
// by encoding/json, tags and MarshalJSON methods included; a json.RawMessage is
// JSON from elsewhere. It is an error where v holds invalid UTF-8, a name twice
// in one object, a whole number that no double holds, or any beyond the largest
// double: such numbers must be written as strings.
func Canonical(v any) (stdjson.RawMessage, error) {
	b, err := json.Marshal(v, asEncodingJSON)
	if err != nil {
		return nil, fmt.Errorf("encoding canonical JSON: %w", err)
	}
	if b, err = canonicalize(b); err != nil {
		return nil, fmt.Errorf("encoding canonical JSON: %w", err)
	}
	return b, nil
}

// canonicalize rewrites b, which it may use, as canonical JSON.
func canonicalize(b []byte) ([]byte, error) {
	if err := checkNumbers(b); err != nil {
		return nil, err
	}
	value := jsontext.Value(b)
	if err := value.Canonicalize(); err != nil {
		return nil, err
	}
	return value, nil
}

// isCanonical reports whether b is canonical JSON, as an error that says why
// not.
func isCanonical(b []byte) error {
	c, err := canonicalize(bytes.Clone(b))
	switch {
	case err != nil:
		return err
	case !bytes.Equal(b, c):
		return errors.New("not canonical JSON (RFC 8785)")
	}
	return nil
}

// exactDigits is how many decimal digits every double keeps.
const exactDigits = 15

// checkNumbers refuses what would come out as another number, since a record
// must not change one in silence: whole numbers that no double holds
// (9007199254740993 would become ...992), and those beyond the largest double.
// Numbers with a fraction or exponent are measures, and are rounded to the
// nearest double like everywhere else.
func checkNumbers(b []byte) error {
	if !mayHaveLarge(b) {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewReader(b))
	for {
		switch d.PeekKind() {
		case jsontext.KindNumber:
			v, err := d.ReadValue()
			if err != nil {
				return err
			}
			if err := checkNumber(v); err != nil {
				return fmt.Errorf("%w at %q", err, d.StackPointer())
			}
		case jsontext.KindInvalid:
			return nil // the end, or an error that Canonicalize will report
		default:
			if _, err := d.ReadToken(); err != nil {
				return nil // likewise
			}
		}
	}
}

// mayHaveLarge reports whether b has a run of more than exactDigits digits, or a
// digit before an e, in a number or elsewhere: few texts have.
func mayHaveLarge(b []byte) bool {
	run := 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			if run++; run > exactDigits {
				return true
			}
		case run > 0 && (c == 'e' || c == 'E'):
			return true
		default:
			run = 0
		}
	}
	return false
}

func checkNumber(number jsontext.Value) error {
	f, err := strconv.ParseFloat(string(number), 64)
	if err != nil {
		return fmt.Errorf("number %s is beyond what a double holds: write it as a string", number)
	}
	if len(number) <= exactDigits || bytes.ContainsAny(number, ".eE") {
		return nil
	}
	c := jsontext.AppendFloat(nil, f, 64)
	was, ok1 := new(big.Rat).SetString(string(number))
	is, ok2 := new(big.Rat).SetString(string(c))
	if !ok1 || !ok2 || was.Cmp(is) != 0 {
		return fmt.Errorf("number %s would become %s: write it as a string", number, c)
	}
	return nil
}
