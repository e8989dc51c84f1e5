package casework

import (
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
