package ledger

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"temwen/record"
)

func TestSaid(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	short := base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("\xab", 32)))
	for private, want := range map[string]Said{
		`{"at":"2026-11-28T00:00:00.000000Z","content":"` + sum + `","type":"report.received"}`: {Kind: "report.received", Day: "2026-11-28", Envelope: sum},
		`{"body":{"file":{"sha256":"` + short + `"}}}`:                                          {Envelope: sum},
		`{"body":{"file":{"sha256":"` + sum + `"}}}`:                                            {Envelope: sum},
		`{"body":{"file":{"sha256":"` + short + `"}},"content":"` + sum + `"}`:                  {Envelope: sum},
		`{"at":"2026-11-28T23:30:00-01:00"}`:                                                    {Day: "2026-11-29"},
		`{"At":"2026-11-28T00:00:00Z","Type":"a"}`:                                              {}, // the names are exact
		`{"at":1,"body":[],"content":{},"type":["a"]}`:                                          {},
		`{"content":"` + sum[1:] + `","type":"\u001b[2J"}`:                                      {},
		`{"content":"` + short[1:] + "\\n" + `"}`:                                               {},
		`{"type":"a","type":"b"}`:                                                               {}, // not canonical
		`{ "type":"a"}`:                                                                         {},
		"\x1b[2J":                                                                               {},
		"":                                                                                      {},
	} {
		want.Raw = json.RawMessage(private)
		if got := readSaid(want.Raw); got.Kind != want.Kind || got.Day != want.Day || got.Envelope != want.Envelope || string(got.Raw) != private {
			t.Errorf("%s says %+v", private, got)
		}
	}
}

// What is shown of a private part is short and plain, whatever it holds.
func FuzzSaid(f *testing.F) {
	f.Add([]byte(`{"at":"2026-11-28T00:00:00Z","body":{"file":{"sha256":"x"}},"content":"y","type":"report.received"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := readSaid(data)
		if s.Kind != "" && !validType([]byte(s.Kind)) || s.Day != "" && len(s.Day) != len("2026-11-28") || s.Envelope != "" && len(s.Envelope) != 64 {
			t.Errorf("%q says %+v", data, s)
		}
	})
}

// Any bytes are a receipt or refused with one line that can be shown, by
// themselves and in a ledger.
func FuzzCheckReceipt(f *testing.F) {
	key := testKey(f)
	e := sealedEvent(3, testEvent(3).Time)
	dir := logWith(f, key, 5, &e)
	file := keptFile(f, key, e, promisedBy)
	f.Add(file.Marshal())
	if _, err := file.Prove(f.Context(), dir); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Marshal())
	f.Add(file.Proof)
	f.Add([]byte(strings.Replace(string(file.Marshal()), testOrigin, "\x1b[2J", 1)))
	f.Add((&ReceiptFile{Key: key.Public(), Salt: e.Salt, Private: record.Event{}.Private, Proof: []byte("x\n")}).Marshal())
	f.Fuzz(func(t *testing.T, data []byte) {
		given := NamedReceipt{Name: "mine", Data: data}
		_, alone := CheckReceipt(given, Options{})
		_, within := Verify(t.Context(), dir, Options{Key: key.Public(), Receipts: []NamedReceipt{given}})
		for _, err := range []error{alone, within} {
			if err != nil && strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("%q cannot be shown", err)
			}
		}
	})
}
