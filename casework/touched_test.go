package casework

import (
	"fmt"
	"strings"
	"testing"

	"temwen/instrument"
	"temwen/when"
)

// A changed time limit touches the open cases that follow the version before, and
// says what it would change; a case keeps its own.
func TestTouched(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{Step: 1, Answer: answer("informed")})
	o.do(t, id, RecordAnswer{Step: 2, Answer: answer("official")})
	touched := func(p *instrument.Procedure) (list []*Touched) {
		t.Helper()
		for one, err := range LookTouched(t.Context(), o.store, []*instrument.Procedure{p}, o.today) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, one)
		}
		return list
	}
	if list := touched(criminal()); len(list) != 0 {
		t.Errorf("the same version touches %+v", list)
	}
	changed := criminal()
	changed.Step("refer").Clock.Within = when.Days(60)
	list := touched(changed)
	if len(list) != 1 || len(list[0].Steps) != 1 {
		t.Fatalf("a longer limit touches %+v", list)
	}
	if s := list[0].Steps[0]; s.Step != "refer" || s.Was != day("2025-02-09") || s.Is != day("2025-03-11") {
		t.Errorf("it changes %+v", s)
	}
	other := criminal()
	other.ID = "another"
	if list := touched(other); len(list) != 0 {
		t.Errorf("another procedure touches %+v", list)
	}
}

// A hand-over that is changed, taken out or added touches the open cases that have come
// to it, or can still, and no others.
func TestTouchedHandOver(t *testing.T) {
	hands := func(c *Case, p *instrument.Procedure) string {
		var b strings.Builder
		for _, h := range c.TouchesHands(p) {
			fmt.Fprintf(&b, "%s %v→%v %v ", h.End, h.Was, h.Is, h.Waits)
		}
		return b.String()
	}
	at := func(steps ...int) *Case {
		k := &course{t, new(Case)}
		k.do("o1", "2025-01-10", Open{ID: "c", Number: 1, Opened: Opened{Procedure: taken(), Allegations: []string{"a"}, Mission: "mss"}})
		for _, n := range steps {
			k.do("o1", "2025-01-11", RecordAnswer{n, answer("done")})
		}
		return k.c
	}
	changed, out := taken(), taken()
	changed.Ends[0].HandsOn = &instrument.HandOn{To: "other"}
	out.Ends[0].Outcome, out.Ends[0].HandsOn = instrument.NoAction, nil
	added := taken()
	added.Ends = append(added.Ends, instrument.End{ID: "discipline", Outcome: instrument.Handed, HandsOn: &instrument.HandOn{To: "d"}})
	added.Step("receipt").Answers[0].Then = []string{"criminal", "discipline"}
	for _, tt := range []struct {
		name string
		c    *Case
		p    *instrument.Procedure
		want string
	}{
		{"the same", at(), taken(), ""},
		{"changed, to come", at(), changed, "criminal &{p true}→&{other false} false "},
		{"changed, handed over", at(1, 2), changed, "criminal &{p true}→&{other false} true "},
		{"taken out, handed over", at(1, 2, 3), out, "criminal &{p true}→<nil> true "},
		{"added", at(1), added, "discipline <nil>→&{d false} false "},
		{"added where nothing leads any more", at(1, 2), added, ""},
	} {
		if got := hands(tt.c, tt.p); got != tt.want {
			t.Errorf("%s: it touches %q, and should %q", tt.name, got, tt.want)
		}
	}
}
