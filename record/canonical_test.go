package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// The examples of RFC 8785 and of the test data its authors publish
// (github.com/cyberphone/json-canonicalization, testdata).
func TestCanonicalExamples(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"RFC 8785 section 3.2.2", `{
			"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
			"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
			"literals": [null, true, false]
		}`, `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`},
		{"RFC 8785 section 3.2.3: UTF-16 order of names", `{
			"\u20ac": "Euro Sign",
			"\r": "Carriage Return",
			"\ufb33": "Hebrew Letter Dalet With Dagesh",
			"1": "One",
			"\ud83d\ude00": "Emoji: Grinning Face",
			"\u0080": "Control",
			"\u00f6": "Latin Small Letter O With Diaeresis"
		}`, `{"\r":"Carriage Return","1":"One","` + "\u0080" + `":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","` + "\ufb33" + `":"Hebrew Letter Dalet With Dagesh"}`},
		{
			"structures", `{"1": {"f": {"f": "hi","F": 5} ,"\n": 56.0},"10": { }, "": "empty","a": { },"111": [ {"e": "yes","E": "no" } ],"A": { }}`,
			`{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}`,
		},
		{"arrays", `[ 56, { "d": true, "10": null, "1": [ ] } ]`, `[56,{"1":[],"10":null,"d":true}]`},
		{
			"french", `{"peach": "This sorting order", "péché": "is wrong according to French", "pêche": "but canonicalization MUST", "sin": "ignore locale"}`,
			`{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}`,
		},
		{"no normalisation of Unicode", `{"Unnormalized Unicode":"A\u030a"}`, "{\"Unnormalized Unicode\":\"A\u030a\"}"},
		{"escapes", `"\u0000\u0001\u0007\b\t\n\u000b\f\r\u001f\u007f\u2028<>&"`, "\"\\u0000\\u0001\\u0007\\b\\t\\n\\u000b\\f\\r\\u001f\u007f\u2028<>&\""},
		{"bare values", ` -0 `, `0`},
		{
			"whole numbers that a double holds", `[9007199254740992,-9007199254740992,100000000000000000000,295147905179352830000,1000000000000000000000]`,
			`[9007199254740992,-9007199254740992,100000000000000000000,295147905179352830000,1e+21]`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Canonical(json.RawMessage(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("is\n%s, not\n%s", got, c.want)
			}
			if err := isCanonical(got); err != nil {
				t.Error(err)
			}
		})
	}
}

// RFC 8785, appendix B: IEEE 754 doubles, and how ECMAScript writes them.
func TestCanonicalNumbers(t *testing.T) {
	for bits, want := range map[uint64]string{
		0x0000000000000000: "0",
		0x8000000000000000: "0",
		0x0000000000000001: "5e-324",
		0x8000000000000001: "-5e-324",
		0x7fefffffffffffff: "1.7976931348623157e+308",
		0xffefffffffffffff: "-1.7976931348623157e+308",
		0x4340000000000000: "9007199254740992",
		0xc340000000000000: "-9007199254740992",
		0x4430000000000000: "295147905179352830000",
		0x44b52d02c7e14af5: "9.999999999999997e+22",
		0x44b52d02c7e14af6: "1e+23",
		0x44b52d02c7e14af7: "1.0000000000000001e+23",
		0x444b1ae4d6e2ef4e: "999999999999999700000",
		0x444b1ae4d6e2ef4f: "999999999999999900000",
		0x444b1ae4d6e2ef50: "1e+21",
		0x3eb0c6f7a0b5ed8c: "9.999999999999997e-7",
		0x3eb0c6f7a0b5ed8d: "0.000001",
		0x41b3de4355555553: "333333333.3333332",
		0x41b3de4355555554: "333333333.33333325",
		0x41b3de4355555555: "333333333.3333333",
		0x41b3de4355555556: "333333333.3333334",
		0x41b3de4355555557: "333333333.33333343",
		0xbecbf647612f3696: "-0.0000033333333333333333",
		0x43143ff3c1cb0959: "1424953923781206.2",
	} {
		f := math.Float64frombits(bits)
		got, err := Canonical(f)
		if err != nil {
			t.Errorf("%016x: %v", bits, err)
			continue
		}
		if string(got) != want {
			t.Errorf("%016x is %s, not %s", bits, got, want)
		}
		again, err := Canonical(json.RawMessage(got))
		if err != nil || string(again) != want {
			t.Errorf("%s again is %s (%v)", got, again, err)
		}
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got, err := Canonical(f); err == nil {
			t.Errorf("%v is %s", f, got)
		}
	}
}

// What I-JSON forbids, and what would change its meaning, is refused.
func TestCanonicalRefuses(t *testing.T) {
	type object struct {
		Name string `json:"name"`
	}
	for name, v := range map[string]any{
		"invalid UTF-8 in a string":     object{Name: "a\xffb"},
		"invalid UTF-8 in a name":       map[string]int{"\xff": 1},
		"invalid UTF-8 in JSON":         json.RawMessage("\"\xff\""),
		"lone surrogate":                json.RawMessage(`"\ud83d"`),
		"surrogates in the wrong order": json.RawMessage(`"\ude00\ud83d"`),
		"a name twice":                  json.RawMessage(`{"a":1,"b":2,"a":3}`),
		"a name twice, written apart":   json.RawMessage(`{"a":1,"\u0061":3}`),
		"two values":                    json.RawMessage(`1 2`),
		"nothing":                       json.RawMessage(``),
		"half a value":                  json.RawMessage(`{"a":`),
		"number too large":              json.RawMessage(`1e400`),
		"whole number past 2^53":        int64(1<<53 + 1),
		"whole number in JSON":          json.RawMessage(`{"a":[1,12345678901234567890]}`),
		"leading zero":                  json.RawMessage(`01`),
		"a function":                    func() {},
	} {
		if got, err := Canonical(v); err == nil {
			t.Errorf("%s: became %s", name, got)
		}
	}
}

type shouting string

func (s shouting) MarshalJSON() ([]byte, error) {
	if s == "" {
		return nil, errors.New("silence")
	}
	return []byte(`{ "shout" : ` + strconv.Quote(string(s)) + `}`), nil
}

// Values are encoded as encoding/json encodes them.
func TestCanonicalFollowsEncodingJSON(t *testing.T) {
	type inner struct {
		Z int     `json:"z"`
		A float64 `json:"a,omitempty"`
	}
	type fact struct {
		inner
		B        string         `json:"b,omitempty"`
		Nil      []string       `json:"nil"`
		Empty    []string       `json:"empty,omitempty"`
		Map      map[string]int `json:"map"`
		Bytes    []byte         `json:"bytes"`
		Array    [2]byte        `json:"array"`
		Number   json.Number    `json:"number"`
		Raw      json.RawMessage
		Shouting shouting
		Any      any
		Pointer  *inner `json:",omitzero"`
		Quoted   int    `json:",string"`
		hidden   int
	}
	for _, v := range []any{
		fact{Shouting: "é", hidden: 1},
		&fact{
			inner: inner{Z: 1, A: 0.1}, B: "<b>&\u2028", Nil: []string{}, Empty: []string{}, Map: map[string]int{"b": 1, "a": 2},
			Bytes: []byte{1, 2}, Number: "12.50", Raw: json.RawMessage(`{"b":1,"a":[]}`), Shouting: "x",
			Any: map[string]any{"x": nil, "f": float32(0.1)}, Pointer: &inner{}, Quoted: 7,
		},
		nil, true, "",
		[]any{},
		map[string]any(nil),
	} {
		plain, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		want, err := canonicalize(plain)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Canonical(v); err != nil || string(got) != string(want) {
			t.Errorf("is %s, not %s (%v)", got, want, err)
		}
	}
	if _, err := Canonical(shouting("")); err == nil {
		t.Error("an error of MarshalJSON was swallowed")
	}
}

// A canonical form means the same, and has the canonical form of itself.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{
		`{"b":[1,2.50,1e3],"a":{"é":"\u00e9"}}`, `"\ud83d\ude00"`, `9007199254740993`, `-0`, `[1e400]`, "\xff", `{"":{}}`,
		`1000000000000000000000`, `0.1000000000000000055511151231257827`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Canonical(json.RawMessage(b))
		if err != nil {
			return
		}
		again, err := Canonical(c)
		if err != nil || !bytes.Equal(c, again) {
			t.Fatalf("%q becomes %q, which becomes %q (%v)", b, c, again, err)
		}
		var was, is any
		if err := json.Unmarshal(b, &was); err != nil {
			t.Fatalf("%q is not JSON for encoding/json: %v", b, err)
		}
		if err := json.Unmarshal(c, &is); err != nil || !reflect.DeepEqual(was, is) {
			t.Fatalf("%q means another thing than %q (%v)", c, b, err)
		}
	})
}

func TestCanonicalIsOneForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyJSON(3).Draw(t, "value")
		c, err := Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		// However it was indented, it has the same form.
		indented, err := json.MarshalIndent(v, " ", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if other, err := Canonical(json.RawMessage(indented)); err != nil || !bytes.Equal(c, other) {
			t.Fatalf("%s and %s (%v)", c, other, err)
		}
	})
}

func anyJSON(depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.String().AsAny(), rapid.Float64().AsAny(),
		rapid.Int64Range(-1<<53, 1<<53).AsAny(),
	)
	if depth == 0 {
		return leaf
	}
	return rapid.OneOf(leaf,
		rapid.SliceOfN(rapid.Deferred(func() *rapid.Generator[any] { return anyJSON(depth - 1) }), 0, 4).AsAny(),
		rapid.MapOfN(rapid.String(), rapid.Deferred(func() *rapid.Generator[any] { return anyJSON(depth - 1) }), 0, 4).AsAny(),
	)
}
