package record_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"temwen/record"
	"temwen/record/recordtest"
)

var sofa = record.Fact{
	Dossier: "haiti", Kind: "obligation", ID: "sofa/art-12", Mission: "mss", Known: 19_895,
	Sources: []string{"sofa-2024", "herald <1>"}, Body: json.RawMessage(`{"id":"sofa/art-12","title":{"en":"Claims \"commission\""}}`),
}

// What the three events look like. Others read these bytes: they change only
// with the version of the ledger's entries.
func TestPublicParts(t *testing.T) {
	fact := `{"body":{"id":"sofa/art-12","title":{"en":"Claims \"commission\""}},"dossier":"haiti","id":"sofa/art-12","kind":"obligation","known":"2024-06-21","mission":"mss","sources":["sofa-2024","herald <1>"]}`
	// printf %s "$fact" | sha256sum
	const hash = "324737eae2de520286c0476e5d582043a11d8f16b2e8b2df719c5a865cbd5244"
	bare := record.Fact{Dossier: "haiti", Kind: "actor", ID: "é", Known: record.AlwaysKnown, Body: json.RawMessage(`{}`)}
	for _, c := range []struct {
		change record.Change
		want   string
	}{
		{record.Change{Type: record.FactStated, Fact: sofa}, fact},
		{record.Change{Type: record.FactStated, Fact: bare}, `{"body":{},"dossier":"haiti","id":"é","kind":"actor"}`},
		{
			record.Change{Type: record.FactRevised, Fact: sofa, Prior: sofa.Hash()},
			strings.Replace(fact, `"sources"`, `"replaces":"`+hash+`","sources"`, 1),
		},
		{
			record.Change{Type: record.FactRetracted, Fact: record.Fact{Dossier: "haiti", Kind: "obligation", ID: "sofa/art-12"}, Prior: sofa.Hash()},
			`{"dossier":"haiti","id":"sofa/art-12","kind":"obligation","retracts":"` + hash + `"}`,
		},
	} {
		public := c.change.Public()
		if string(public) != c.want {
			t.Errorf("%s is\n%s, not\n%s", c.change.Type, public, c.want)
		}
		if canonical, err := record.Canonical(public); err != nil || !bytes.Equal(canonical, public) {
			t.Errorf("%s is not canonical, which would be %s (%v)", public, canonical, err)
		}
		back, err := record.Parse(c.change.Type, public)
		if err != nil {
			t.Errorf("%s: %v", public, err)
		}
		if again := back.Public(); !bytes.Equal(again, public) || back.Fact.Hash() != c.change.Fact.Hash() && back.Type != record.FactRetracted {
			t.Errorf("%s came back as %s", public, again)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct{ eventType, public string }{
		"another type":                   {"fact.denied", `{"body":{},"dossier":"a","id":"b","kind":"c"}`},
		"nothing":                        {record.FactStated, ``},
		"no body":                        {record.FactStated, `{"dossier":"a","id":"b","kind":"c"}`},
		"body is no object":              {record.FactStated, `{"body":[],"dossier":"a","id":"b","kind":"c"}`},
		"body is not canonical":          {record.FactStated, `{"body":{"b":1,"a":1},"dossier":"a","id":"b","kind":"c"}`},
		"space":                          {record.FactStated, `{"body":{}, "dossier":"a","id":"b","kind":"c"}`},
		"other order":                    {record.FactStated, `{"dossier":"a","body":{},"id":"b","kind":"c"}`},
		"name twice":                     {record.FactStated, `{"body":{},"dossier":"a","dossier":"a","id":"b","kind":"c"}`},
		"unknown name":                   {record.FactStated, `{"body":{},"dossier":"a","id":"b","kind":"c","more":1}`},
		"empty name":                     {record.FactStated, `{"body":{},"dossier":"a","id":"","kind":"c"}`},
		"control character":              {record.FactStated, `{"body":{},"dossier":"a","id":"b\u0000","kind":"c"}`},
		"no such day":                    {record.FactStated, `{"body":{},"dossier":"a","id":"b","kind":"c","known":"2023-02-29"}`},
		"stated that replaces":           {record.FactStated, `{"body":{},"dossier":"a","id":"b","kind":"c","replaces":"` + strings.Repeat("0", 64) + `"}`},
		"revised that replaces nothing":  {record.FactRevised, `{"body":{},"dossier":"a","id":"b","kind":"c"}`},
		"hash too short":                 {record.FactRevised, `{"body":{},"dossier":"a","id":"b","kind":"c","replaces":"00"}`},
		"hash too long":                  {record.FactRevised, `{"body":{},"dossier":"a","id":"b","kind":"c","replaces":"` + strings.Repeat("0", 66) + `"}`},
		"hash in capitals":               {record.FactRevised, `{"body":{},"dossier":"a","id":"b","kind":"c","replaces":"` + strings.Repeat("A", 64) + `"}`},
		"retracted with a body":          {record.FactRetracted, `{"body":{},"dossier":"a","id":"b","kind":"c","retracts":"` + strings.Repeat("0", 64) + `"}`},
		"retracted that retracts no one": {record.FactRetracted, `{"dossier":"a","id":"b","kind":"c"}`},
	} {
		if got, err := record.Parse(c.eventType, []byte(c.public)); err == nil {
			t.Errorf("%s: was read as %+v", name, got)
		}
	}
}

// Whatever is accepted is exactly what would be written.
func FuzzParse(f *testing.F) {
	f.Add(record.FactStated, []byte(`{"body":{},"dossier":"a","id":"b","kind":"c","known":"2024-06-26","mission":"m","sources":["x"]}`))
	f.Add(record.FactRevised, []byte(`{"body":{"a":1},"dossier":"a","id":"b","kind":"c","replaces":"`+strings.Repeat("0", 64)+`"}`))
	f.Add(record.FactRetracted, []byte(`{"dossier":"a","id":"b","kind":"c","retracts":"`+strings.Repeat("0", 64)+`"}`))
	f.Fuzz(func(t *testing.T, eventType string, public []byte) {
		c, err := record.Parse(eventType, public)
		if err != nil {
			return
		}
		if again := c.Public(); !bytes.Equal(again, public) {
			t.Fatalf("%q was read and written as %q", public, again)
		}
		if canonical, err := record.Canonical(json.RawMessage(public)); err != nil || !bytes.Equal(canonical, public) {
			t.Fatalf("%q was accepted and is not canonical (%v)", public, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	c := record.Change{Type: record.FactStated, Fact: recordtest.Dossier("haiti", 30, 0)[20]}
	public := c.Public()
	b.SetBytes(int64(len(public)))
	for b.Loop() {
		if _, err := record.Parse(c.Type, public); err != nil {
			b.Fatal(err)
		}
	}
}
