package ledger

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"temwen/record"
)

func TestEntryExample(t *testing.T) {
	e := record.Event{
		Index:   17,
		Type:    "fact.stated",
		Time:    time.Date(2026, 11, 23, 23, 59, 59, 999999000, time.FixedZone("", -5*3600)),
		Key:     "import/haiti/1",
		Public:  json.RawMessage(`{"about":"haiti/review"}`),
		Private: json.RawMessage(`{"by":"officer"}`),
		Salt:    bytes.Repeat([]byte{7}, 32),
	}
	got, err := Entry(e)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, e.Salt)
	mac.Write(e.Private)
	want := `{"commitment":"` + base64.StdEncoding.EncodeToString(mac.Sum(nil)) + `","day":"2026-11-24","n":17,"public":{"about":"haiti/review"},"type":"fact.stated","v":1}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if c, err := record.Canonical(json.RawMessage(got)); err != nil || string(c) != string(got) {
		t.Errorf("canonical form is %s (%v)", c, err)
	}
	if !Opens(got, e.Salt, e.Private) {
		t.Error("the commitment does not open")
	}
	for name, opened := range map[string]bool{
		"another private part": Opens(got, e.Salt, json.RawMessage(`{"by":"Officer"}`)),
		"another salt":         Opens(got, bytes.Repeat([]byte{8}, 32), e.Private),
		"a short salt":         Opens(got, e.Salt[:31], e.Private),
		"no entry":             Opens(nil, e.Salt, e.Private),
		"half an entry":        Opens(got[:30], e.Salt, e.Private),
	} {
		if opened {
			t.Errorf("the commitment opens with %s", name)
		}
	}
}

// Law: what Entry writes, ParseEntry reads back, and reading and writing it
// with encoding/json gives the same bytes.
func TestEntryRoundTrip(t *testing.T) {
	value := jsonValue()
	rapid.Check(t, func(t *rapid.T) {
		e := testEvent(rapid.Uint64Range(0, maxIndex).Draw(t, "n"))
		public, err := record.Canonical(map[string]any{"v": value.Draw(t, "public")})
		if err != nil {
			t.Skip(err)
		}
		e.Public = public
		e.Time = time.UnixMicro(rapid.Int64Range(0, 1<<57).Draw(t, "time"))
		data, err := Entry(e)
		if len(public) > MaxPublic && err != nil || e.Time.UTC().Year() > 9999 {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		l, err := ParseEntry(data, e.Index)
		if err != nil {
			t.Fatal(err)
		}
		if l.Index != e.Index || l.Type != e.Type || l.Day != e.Time.UTC().Format(time.DateOnly) || !bytes.Equal(l.Public, e.Public) || !bytes.Equal(l.Commitment, commitment(e.Salt, e.Private)) {
			t.Fatalf("read back as %+v", l)
		}
		if c, err := record.Canonical(json.RawMessage(data)); err != nil || !bytes.Equal(c, data) {
			t.Fatalf("canonical form is %s (%v)", c, err)
		}
	})
}

func TestEntryRefuses(t *testing.T) {
	for name, change := range map[string]func(*record.Event){
		"no salt":          func(e *record.Event) { e.Salt = nil },
		"a short salt":     func(e *record.Event) { e.Salt = e.Salt[:16] },
		"no type":          func(e *record.Event) { e.Type = "" },
		"an upper type":    func(e *record.Event) { e.Type = "Fact.stated" },
		"a type with end":  func(e *record.Event) { e.Type = "fact." },
		"a type of quotes": func(e *record.Event) { e.Type = `a","v":2` },
		"a long type":      func(e *record.Event) { e.Type = strings.Repeat("a", 65) },
		"no public part":   func(e *record.Event) { e.Public = nil },
		"an array":         func(e *record.Event) { e.Public = json.RawMessage(`[]`) },
		"white space":      func(e *record.Event) { e.Public = json.RawMessage(`{ }`) },
		"two objects":      func(e *record.Event) { e.Public = json.RawMessage(`{},"type":"x","v":1}`) },
		"a large part":     func(e *record.Event) { e.Public = json.RawMessage(`{"a":"` + strings.Repeat("x", MaxEntry) + `"}`) },
		"a large index":    func(e *record.Event) { e.Index = 1 << 53 },
		"year 10000":       func(e *record.Event) { e.Time = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"year 0":           func(e *record.Event) { e.Time = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		e := testEvent(3)
		change(&e)
		if data, err := Entry(e); err == nil {
			t.Errorf("%s: made %s", name, data)
		}
	}
	e := testEvent(maxIndex)
	e.Type = strings.Repeat("a", maxType)
	e.Public = json.RawMessage(`{"a":"` + strings.Repeat("x", MaxPublic-8) + `"}`)
	if len(e.Public) != MaxPublic {
		t.Fatalf("public part of %d bytes", len(e.Public))
	}
	if _, err := Entry(e); err != nil {
		t.Errorf("a public part of MaxPublic does not always fit: %v", err)
	}
}

func TestParseEntryRefuses(t *testing.T) {
	good := string(testEntry(17))
	if _, err := ParseEntry([]byte(good), 17); err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %s in %s", old, good)
		}
		return strings.Replace(good, old, new, 1)
	}
	day := good[strings.Index(good, `"day":"`)+7:][:10]
	for name, bad := range map[string]string{
		"nothing":             "",
		"a newline":           good + "\n",
		"a space":             " " + good,
		"half":                good[:len(good)/2],
		"no end":              good[:len(good)-1],
		"cut in the type":     good[:len(good)-len(afterType)],
		"another version":     replace(`"v":1}`, `"v":2}`),
		"a further key":       replace(`"v":1}`, `"v":1,"w":1}`),
		"another index":       replace(`"n":17`, `"n":18`),
		"a zero before":       replace(`"n":17`, `"n":017`),
		"no index":            replace(`"n":17`, `"n":`),
		"a long index":        replace(`"n":17`, `"n":100000000000000000000000000017`),
		"an index in quotes":  replace(`"n":17`, `"n":"17"`),
		"a day out of range":  replace(day, "2026-02-29"),
		"a month 13":          replace(day, "2026-13-01"),
		"a day 0":             replace(day, "2026-12-00"),
		"a year 0":            replace(day, "0000-12-01"),
		"a day with letters":  replace(day, "2026-1a-01"),
		"a time":              replace(day, day+"T00:00:00Z"),
		"a short commitment":  replace(`{"commitment":"`, `{"commitment":"A`),
		"upper type":          replace(`,"type":"`, `,"type":"X`),
		"no type":             good[:strings.Index(good, `,"type"`)] + `,"v":1}`,
		"public of an array":  good[:strings.Index(good, `"public":`)] + `"public":[],"type":"a","v":1}`,
		"public out of order": good[:strings.Index(good, `"public":`)] + `"public":{"b":1,"a":1},"type":"a","v":1}`,
		"too long":            good[:strings.Index(good, `"public":`)] + `"public":{"a":"` + strings.Repeat("x", MaxEntry) + `"},"type":"a","v":1}`,
	} {
		if _, err := ParseEntry([]byte(bad), 17); err == nil {
			t.Errorf("%s: accepted %s", name, bad)
		}
	}
	for _, leap := range []string{"2028-02-29", "2000-02-29"} {
		if _, err := ParseEntry([]byte(replace(day, leap)), 17); err != nil {
			t.Error(err)
		}
	}
	if _, err := ParseEntry([]byte(replace(day, "2100-02-29")), 17); err == nil {
		t.Error("accepted 2100-02-29")
	}
}

// Law: the bytes of an entry have one form. Whatever is accepted is what Entry
// writes for the event it describes.
func FuzzParseEntry(f *testing.F) {
	f.Add(testEntry(0), uint64(0))
	f.Add(testEntry(17), uint64(17))
	f.Add([]byte(`{"commitment":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","day":"2026-11-23","n":1,"public":{"a":[1,2.5,"\u001f"]},"type":"a","v":1}`), uint64(1))
	f.Add([]byte(`{"commitment":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","day":"0001-01-01","n":1,"public":{},"type":"`), uint64(1))
	f.Fuzz(func(t *testing.T, data []byte, n uint64) {
		l, err := ParseEntry(data, n)
		if err != nil {
			return
		}
		day, err := time.Parse(time.DateOnly, l.Day)
		if err != nil {
			t.Fatal(err)
		}
		again, err := entry(record.Event{Index: l.Index, Type: l.Type, Time: day, Public: l.Public}, l.Commitment)
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("accepted %q, written again it is %q (%v)", data, again, err)
		}
		var any map[string]any
		if err := json.Unmarshal(data, &any); err != nil || len(any) != 6 || any["v"] != 1.0 {
			t.Fatalf("accepted %q: %v", data, err)
		}
	})
}

// Law: flipping any bit of an entry makes it another entry or none, and never
// leaves it with the same leaf.
func TestEntryFlip(t *testing.T) {
	data := testEntry(17)
	leaf, err := ParseEntry(data, 17)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		for bit := range 8 {
			flipped := bytes.Clone(data)
			flipped[i] ^= 1 << bit
			if l, err := ParseEntry(flipped, 17); err == nil && fmt.Sprint(l) == fmt.Sprint(leaf) {
				t.Fatalf("bit %d of byte %d may be flipped unseen", bit, i)
			}
		}
	}
}
