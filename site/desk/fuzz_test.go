package desk

import (
	"strings"
	"testing"
	"unicode/utf8"

	"temwen/seal"
)

// Whatever a gateway posts is read or refused, and what is read fits a report.
func FuzzParseIncoming(f *testing.F) {
	for _, s := range []string{
		`{"text":"yon bagay"}`, `{"text":"x","from":"+509","lang":"ht"}`, `{"text":null}`, `[]`, `{"text":"\ud800"}`, "\xff", `{"text":"x"}{}`, `{"TEXT":"x"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := parseIncoming(body)
		if err != nil {
			return
		}
		if m.Text == "" || !utf8.ValidString(m.Text) || !utf8.ValidString(m.From) {
			t.Fatalf("%q is read as %+v", body, m)
		}
		r := seal.Report{V: seal.Version, Path: seal.PathGeneral, Lang: "ht", What: m.Text, Consent: seal.ConsentOffice, Contact: m.From, Channel: seal.ChannelSMS}
		if _, err := r.Encode(); err != nil {
			t.Fatalf("%q makes no report: %v", body, err)
		}
	})
}

// Whatever a message holds, a code is found only where it is a good one, and what is
// left is the message without it.
func FuzzCutCode(f *testing.F) {
	code := seal.NewCode().String()
	for _, s := range []string{code, "kòd mwen se " + code + ", li di", strings.ReplaceAll(code, " ", "-"), strings.Repeat("1", 200), code + code, "1 2 3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rest, found, ok := cutCode(text)
		if !ok {
			if rest != text {
				t.Fatalf("without a code %q becomes %q", text, rest)
			}
			return
		}
		if again, err := seal.ParseCode(found.String()); err != nil || again != found {
			t.Fatalf("%q holds %s: %v", text, found, err)
		}
		if len(rest) > len(text) {
			t.Fatalf("%q grows to %q", text, rest)
		}
	})
}
