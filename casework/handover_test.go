package casework

import (
	"slices"
	"testing"

	"temwen/instrument"
	"temwen/locale"
)

// taken is a procedure for somebody taken in the act: each of two steps ends it.
func taken() *instrument.Procedure {
	words := locale.Text{"en": "x"}
	step := func(id string, then ...string) instrument.Step {
		return instrument.Step{
			ID: id, Provision: "a", Clock: instrument.Clock{Words: words},
			Answers: []instrument.Branch{{ID: "done", Then: then}}, Silence: &instrument.Branch{Then: []string{id}},
		}
	}
	return &instrument.Procedure{
		ID: "f", Track: instrument.Flagrante, Start: "hand",
		Steps: []instrument.Step{step("hand", "receipt", "evidence"), step("receipt", "criminal"), step("evidence", "criminal")},
		Ends:  []instrument.End{{ID: "criminal", Outcome: instrument.Handed}},
	}
}

// Given a procedure of which two steps lead to one end
// when both are answered
// then the end is reached once, on the first day, and reopening it takes up both.
func TestEndIsReachedOnce(t *testing.T) {
	k := &course{t, new(Case)}
	k.do("o1", "2025-01-10", Open{ID: "c", Number: 1, Opened: Opened{Procedure: taken(), Allegations: []string{"a"}, Mission: "mss"}})
	k.do("o1", "2025-01-11", RecordAnswer{1, answer("done")})
	k.do("o1", "2025-01-12", RecordAnswer{2, answer("done")})
	k.waits("evidence")
	k.do("o1", "2025-01-14", RecordAnswer{3, answer("done")})
	if e := k.c.Ends; len(e) != 1 || e[0].On != day("2025-01-12") || e[0].Step != 2 || !slices.Equal(e[0].Also, []Cause{{Led{3, 1}, day("2025-01-14")}}) || !k.c.Closed() {
		t.Fatalf("it ended as %+v", e)
	}
	if p := k.c.published([]string{"outcome"}); len(p.Outcomes) != 1 {
		t.Errorf("in public it ends as %+v", p.Outcomes)
	}
	k.do("o1", "2025-02-01", Reopen{"criminal"})
	k.waits("receipt", "evidence")
	k.refused("o1", "2025-02-01", Reopen{"criminal"}, CodeUnknown)
	k.do("o1", "2025-02-02", RecordAnswer{5, answer("done")})
	if e := k.c.Ends; len(e) != 2 || e[1].Step != 5 || e[1].Reopened != nil {
		t.Errorf("it ended again as %+v", e)
	}
}
