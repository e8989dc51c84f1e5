package ledger

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"temwen/record"
)

func TestCanonicalObject(t *testing.T) {
	good := []string{
		`{}`, `{"":""}`, `{"a":1,"b":2}`, `{"a":[],"b":{},"c":[1,"x",null,true,false]}`,
		`{"a":0,"b":-1,"c":0.5,"d":-0.25,"e":1e+21,"f":1e-7,"g":100000000000000000000,"h":9007199254740992,"i":0.000001,"j":5e-324,"k":1.7976931348623157e+308,"l":123456.789}`,
		`{"a":"\b\t\n\f\r\"\\\u0000\u001f/` + "\x7f\u2028é🙂" + `"}`,
		// RFC 8785, section 3.2.3: sorted by UTF-16 code units, so that an
		// emoji (D83D…) comes before U+FB33.
		`{"\r":"","1":"","` + "\u0080" + `":"","ö":"","€":"","😂":"",` + "\"\ufb33\"" + `:""}`,
		`{"a":` + strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1) + `}`,
	}
	for _, s := range good {
		if err := canonicalObject([]byte(s)); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	bad := []string{
		``, `[]`, `"a"`, `1`, `null`, ` {}`, `{} `, `{}{}`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{1:2}`, `{"a" :1}`, `{"a": 1}`, `{"a":1 }`,
		`{"b":1,"a":2}`, `{"a":1,"a":2}`, `{"ab":1,"a":2}`,
		"{\"\ufb33\":\"\",\"😂\":\"\"}",
		`{"a":01}`, `{"a":-0}`, `{"a":-}`, `{"a":1.0}`, `{"a":1.}`, `{"a":.5}`, `{"a":1.50}`, `{"a":-0.0}`, `{"a":0.0}`, `{"a":1e5}`, `{"a":1E+21}`, `{"a":1e21}`, `{"a":1e+021}`, `{"a":0.0000001}`, `{"a":1e-07}`, `{"a":1000000000000000000000}`, `{"a":9007199254740993}`, `{"a":0.30000000000000001}`, `{"a":1e400}`, `{"a":+1}`, `{"a":1-2}`, `{"a":1.2.3}`, `{"a":NaN}`,
		`{"a":` + strings.Repeat("1", 400) + `}`,
		`{"a":"` + "\n" + `"}`, `{"a":"\/"}`, `{"a":"\u0041"}`, `{"a":"\u001F"}`, `{"a":"\u0008"}`, `{"a":"\u000a"}`, `{"a":"\u00"}`, `{"a":"\ud83d\ude00"}`, `{"a":"\x"}`, `{"a":"\`, `{"a":"`, `{"a":"b`,
		"{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}", "{\"a\":\"\xc3", "{\"a\":\"\xc0\x80\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"\xe9\":1}", "{\"a\":\xc3\xa9}",
		`{"a":tru}`, `{"a":truex}`, `{"a":nul`, `{"a":[1,]}`, `{"a":[1 ]}`, `{"a":[1}`, `{"a":[`,
		`{"a":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + `}`,
	}
	for _, s := range bad {
		if canonicalObject([]byte(s)) == nil {
			t.Errorf("accepted: %s", s)
		}
	}
}

// Law: what the record calls canonical is what the ledger accepts.
func TestCanonicalAgreesWithRecord(t *testing.T) {
	value := jsonValue()
	rapid.Check(t, func(t *rapid.T) {
		b, err := record.Canonical(map[string]any{"k": value.Draw(t, "value")})
		if err != nil {
			t.Skip(err)
		}
		if err := canonicalObject(b); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
	})
}

func jsonValue() *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.String().AsAny(), rapid.Float64().AsAny(), rapid.IntRange(-1<<53, 1<<53).AsAny(), rapid.Bool().AsAny(),
		rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-99999, 99999).Draw(t, "n")) / 1000 }).AsAny(),
		rapid.Just[any](nil),
	)
	return rapid.Deferred(func() *rapid.Generator[any] {
		inner := rapid.Custom(func(t *rapid.T) any {
			if rapid.IntRange(0, 3).Draw(t, "kind") > 0 {
				return leaf.Draw(t, "leaf")
			}
			if rapid.Bool().Draw(t, "array") {
				return rapid.SliceOfN(leaf, 0, 4).Draw(t, "items")
			}
			return rapid.MapOfN(rapid.String(), leaf, 0, 5).Draw(t, "members")
		})
		return rapid.MapOfN(rapid.String(), inner, 0, 5).AsAny()
	})
}

// Law: the scanner accepts exactly what canonicalising leaves as it is.
func FuzzCanonicalObject(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,2.5,"x\n",null,true,{"é":1e-7}]}`, `{"a":1,"b":-0}`, "{\"😂\":1,\"\ufb33\":2}", `{"a":"\u001f"}`, `{"a":123456789012345678}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if strings.Count(string(b), "[")+strings.Count(string(b), "{") > maxDepth {
			return
		}
		err := canonicalObject(b)
		c, cerr := record.Canonical(json.RawMessage(b))
		same := cerr == nil && string(c) == string(b) && len(b) > 0 && b[0] == '{'
		if same != (err == nil) {
			t.Fatalf("%q: the scanner says %v; canonicalised it is %q (%v)", b, err, c, cerr)
		}
	})
}

// Law: a double is accepted as ECMAScript writes it, and in no other way.
func TestCanonicalNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(rapid.Float64(), rapid.Custom(func(t *rapid.T) float64 {
			return float64(rapid.Int64().Draw(t, "n")) * math.Pow10(rapid.IntRange(-30, 10).Draw(t, "e"))
		})).Draw(t, "f")
		if math.IsNaN(f) || math.IsInf(f, 0) {
			t.Skip()
		}
		want, err := record.Canonical(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{string(want), strconv.FormatFloat(f, 'f', -1, 64), strconv.FormatFloat(f, 'e', -1, 64), strconv.FormatFloat(f, 'g', 15, 64), strconv.FormatFloat(f, 'f', 6, 64)} {
			ok := canonicalObject([]byte(`{"n":`+text+`}`)) == nil
			g, err := strconv.ParseFloat(text, 64)
			if err != nil {
				continue // rounded up beyond the largest double
			}
			canonical, err := record.Canonical(g)
			if err != nil {
				t.Fatal(err)
			}
			if ok != (string(canonical) == text) {
				t.Fatalf("%s: accepted %v, canonical is %s", text, ok, canonical)
			}
		}
	})
}
