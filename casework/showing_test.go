package casework

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"temwen/locale"
	"temwen/record"
)

// shown is what an entry has of a publication, and what opens it.
func shown(t testing.TB, p Published) (string, []string) {
	t.Helper()
	s, openings, err := showingOf(&p, slices.Repeat([]byte{7}, seedSize))
	if err != nil {
		t.Fatal(err)
	}
	b, err := record.Canonical(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), openings
}

var allShown = Published{
	Mission: "mss", Fields: PublicFields, Before: 3, Why: "went-on", Terms: "2026-1", Invented: true,
	Procedure: "mss-sofa", Track: "criminal", State: "kenya", Opened: "2025-01",
	Steps:    []PublishedStep{{Title: locale.Text{locale.English: "x"}, Who: "state", Since: "2025-02"}},
	Outcomes: []PublishedResult{{What: "convicted", Month: "2025-03"}}, Remedies: []PublishedResult{{What: "apology", Promise: true, Month: "2025-03"}},
}

// What opens an entry gives back what was shown, as a whole and field by field; the
// entry by itself tells none of it, nor what opens one field another.
func TestShowing(t *testing.T) {
	public, openings := shown(t, allShown)
	s, err := ParseShowing([]byte(public))
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Open(openings...)
	if err != nil || !reflect.DeepEqual(*p, allShown) {
		t.Errorf("it opens as %+v (%v)", p, err)
	}
	p, err = s.Open(openings[1])
	if err != nil || !reflect.DeepEqual(*p, Published{
		Mission: "mss", Fields: []string{"state"}, Before: 3, Why: "went-on", Terms: "2026-1", Invented: true, State: "kenya",
	}) {
		t.Errorf("one field opens as %+v (%v)", p, err)
	}
	for _, word := range []string{"kenya", "criminal", "convicted", "2025", "outcome", "track"} {
		if strings.Contains(public, word) {
			t.Errorf("the entry tells %q: %s", word, public)
		}
	}
	empty, none := shown(t, Published{Mission: "mss", Terms: "2026-1", Fields: []string{"silence", "state"}})
	if s, err = ParseShowing([]byte(empty)); err != nil {
		t.Fatal(err)
	}
	if p, err := s.Open(none...); err != nil || p.Silences != nil || p.State != "" || len(p.Fields) != 2 {
		t.Errorf("that there is nothing opens as %+v (%v)", p, err)
	}
}

// An entry, or what opens it, that says what two people cannot decide to show is
// refused, by itself and where the entry has its hash.
func TestShowingRefuses(t *testing.T) {
	public, openings := shown(t, allShown)
	other := func(old, now string) string { return strings.Replace(public, old, now, 1) }
	for name, bad := range map[string]string{
		"no mission":        other(`"mission":"mss",`, ``),
		"no vocabulary":     other(`,"terms":"2026-1"`, ``),
		"an unknown why":    other(`went-on`, `because`),
		"why, of the first": other(`"before":3,`, ``),
		"a member":          other(`{"before"`, `{"state":"kenya","before"`),
		"no hash":           `{"hashes":[],"mission":"mss","terms":"2026-1"}`,
		"a hash twice":      `{"hashes":["` + HashOf("x") + `","` + HashOf("x") + `"],"mission":"mss","terms":"2026-1"}`,
		"a word for a hash": `{"hashes":["kenya"],"mission":"mss","terms":"2026-1"}`,
		"no JSON":           `{`,
	} {
		if s, err := ParseShowing([]byte(bad)); err == nil {
			t.Errorf("%s is read as %+v", name, s)
		}
	}
	opens := func(value string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(value))
	}
	for name, bad := range map[string][]string{
		"a field twice":          {openings[0], openings[0]},
		"another's":              {opens(`["c2FsdA","state","haiti"]`)},
		"a field of its own":     {opens(`["c2FsdA","name","x"]`)},
		"a day":                  {opens(`["c2FsdA","opened","2025-03-04"]`)},
		"no month":               {opens(`["c2FsdA","opened","2025-13"]`)},
		"a member of its own":    {opens(`["c2FsdA","outcome",[{"month":"2025-03","name":"x","what":"convicted"}]]`)},
		"two parts":              {opens(`["state","kenya"]`)},
		"no base64":              {"%"},
		"a word where a list is": {opens(`["c2FsdA","step","x"]`)},
	} {
		s := &Showing{Mission: "mss", Terms: "2026-1"}
		for _, o := range bad {
			if name != "another's" {
				s.Hashes = append(s.Hashes, HashOf(o))
			}
		}
		if p, err := s.Open(bad...); err == nil {
			t.Errorf("%s opens as %+v", name, p)
		}
	}
}

func FuzzParseShowing(f *testing.F) {
	public, openings := shown(f, allShown)
	f.Add([]byte(public), openings[3])
	f.Fuzz(func(t *testing.T, b []byte, opening string) {
		s, err := ParseShowing(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseShowing(again); err != nil {
			t.Errorf("%s is read, and %s is not: %v", b, again, err)
		}
		s.Hashes = append(s.Hashes, HashOf(opening))
		p, err := s.Open(opening)
		if err == nil && p.check() != nil {
			t.Errorf("%q opens as %+v", opening, p)
		}
	})
}
