package casework

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"temwen/record"
)

// publish has two officers make fields of a case public.
func (o *office) publish(t testing.TB, id string, fields ...string) {
	t.Helper()
	o.do(t, id, AskPublication{fields})
	events, err := o.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Do(t.Context(), "o2", id, 0, Publish{Asked: events[len(events)-1], Invented: true}, 0); err != nil {
		t.Fatal(err)
	}
}

// A case that two people made public shows their fields as they stood, to the
// month; it is in the ledger for anybody, stays when the case moves on and when it
// is erased, and is counted again from the record.
func TestPublished(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, RecordAnswer{2, answer("official")})
	o.publish(t, id, "step", "opened")
	o.today = day("2025-02-15")
	if n, err := o.NoteSilences(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d silences (%v)", n, err)
	}
	o.publish(t, id, "silence")

	look := func() []StoredCase {
		t.Helper()
		list, err := PublishedCases(t.Context(), o.store, 0)
		if err != nil || len(list) != 2 {
			t.Fatalf("public are %+v (%v)", list, err)
		}
		return list
	}
	list := look()
	first, second := list[0], list[1]
	if first.Before != 0 || first.Mission != "mss" || !first.Invented || first.Opened != "2025-01" || first.State != "" ||
		len(first.Steps) != 1 || first.Steps[0].Since != "2025-01" || first.Silences != nil {
		t.Errorf("the first shows %+v", first)
	}
	if second.Before != first.Entry || second.Opened != "" || len(second.Silences) != 1 || second.Silences[0].Since != "2025-02" {
		t.Errorf("the second shows %+v", second)
	}
	e, err := o.store.Event(t.Context(), first.Entry)
	if err != nil || e.Type != PublishedType {
		t.Errorf("entry %d is a %s (%v)", first.Entry, e.Type, err)
	}

	past := func(change func(*record.Event)) error {
		p := NewPast()
		for e, err := range o.store.Events()(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			change(&e)
			if err := p.Enter(&e); err != nil {
				return err
			}
		}
		return nil
	}
	if err := past(func(*record.Event) {}); err != nil {
		t.Errorf("counted again: %v", err)
	}
	err = past(func(e *record.Event) {
		if e.Index == second.Entry {
			p := second.Published
			p.Silences = nil
			if e.Public, err = record.Canonical(p); err != nil {
				t.Fatal(err)
			}
		}
	})
	if !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a silence that is left out: %v", err)
	}

	o.erase(t, OfCase, id)
	if again := look(); again[1].Entry != second.Entry {
		t.Errorf("after the erasure public are %+v", again)
	}
	o.rebuilds(t)
	look()
	o.verifies(t)
	if err := past(func(*record.Event) {}); err != nil {
		t.Errorf("counted again after the erasure: %v", err)
	}
}

// What is public of a case is what its fields say, and nothing more.
func TestParsePublished(t *testing.T) {
	good := `{"fields":["outcome"],"mission":"mss","outcomes":[{"month":"2025-03","what":"convicted"}]}`
	if p, err := ParsePublished([]byte(good)); err != nil || !slices.Equal(p.Fields, []string{"outcome"}) {
		t.Errorf("%+v, %v", p, err)
	}
	for name, bad := range map[string]string{
		"no mission":           `{"fields":["outcome"]}`,
		"no field":             `{"fields":[],"mission":"mss"}`,
		"a field of its own":   `{"fields":["name"],"mission":"mss"}`,
		"an unknown member":    `{"fields":["outcome"],"mission":"mss","name":"x"}`,
		"more than its fields": `{"fields":["outcome"],"mission":"mss","state":"kenya"}`,
		"a day":                `{"fields":["opened"],"mission":"mss","opened":"2025-03-04"}`,
		"no month":             `{"fields":["opened"],"mission":"mss","opened":"2025-13"}`,
		"no JSON":              `{`,
	} {
		if p, err := ParsePublished([]byte(bad)); err == nil {
			t.Errorf("%s is read as %+v", name, p)
		}
	}
}

func FuzzParsePublished(f *testing.F) {
	f.Add([]byte(`{"fields":["outcome","step"],"mission":"mss","outcomes":[{"month":"2025-03","what":"convicted"}],"steps":[{"since":"2025-01","title":{"en":"x"},"who":"state"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePublished(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParsePublished(again); err != nil {
			t.Errorf("%s is read, and %s is not: %v", b, again, err)
		}
	})
}
