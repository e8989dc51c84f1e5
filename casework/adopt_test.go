package casework

import (
	"testing"

	"temwen/instrument"
	"temwen/when"
)

// A newer version applies to a step that waits from the day on which it is taken, and
// makes nobody silent in the past.
func TestNewerVersionCountsFromItsAdoption(t *testing.T) {
	for _, tt := range []struct {
		what, on string
		within   when.Period
		due      string // was 10 February
	}{
		{"longer: from the beginning", "2025-01-20", when.Days(60), "2025-03-12"},
		{"shorter: from the day of taking", "2025-01-20", when.Days(5), "2025-01-25"},
		{"shorter, and the old one ends earlier", "2025-02-08", when.Days(20), "2025-02-10"},
		{"run out already", "2025-02-12", when.Days(60), "2025-02-10"},
	} {
		k := begin(t)
		k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
		k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
		newer := criminal()
		newer.Step("refer").Clock = instrument.Clock{Within: tt.within}
		if touched := k.c.Touches(newer, day(tt.on)); len(touched) != 1 || touched[0].Was != day("2025-02-10") || touched[0].Is != day(tt.due) {
			t.Errorf("%s: it would change %+v", tt.what, touched)
		}
		made, err := Decide(k.c, "o1", Adopt{newer}, day(tt.on), day(tt.on))
		if err != nil {
			t.Fatal(err)
		}
		k.c.Apply(&made[0])
		if due, _ := k.c.Due(k.c.Step(3), day(tt.on)); due != day(tt.due) {
			t.Errorf("%s: it falls due on %s", tt.what, due)
		}
	}
}
