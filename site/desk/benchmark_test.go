package desk_test

import (
	"net/http"
	"testing"

	"temwen/casework"
)

// The time elsewhere for making a claim counts from the damage: the page of the case says
// between which days that was, where the day is imprecise.
func TestClaimCountsFromTheDamage(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-civil")
	list, err := k.cases.Allegations(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	i, err := k.cases.Incident(t.Context(), list[0].Incident)
	if err != nil {
		t.Fatal(err)
	}
	i.When = date(t, "2026-09")
	if err := k.cases.Revise(t.Context(), k.first.id, *i); err != nil {
		t.Fatal(err)
	}
	for _, a := range []struct {
		step   int
		answer string
	}{{1, "official"}, {2, "named"}} {
		k.act(t, id, casework.RecordAnswer{Step: a.step, Answer: casework.Answer{Answer: a.answer, How: "letter", Standard: casework.NotStated}})
	}
	officer := k.signedIn(t, "lakay")
	r, doc := officer.page("/en/cases/" + id)
	officer.says(r, doc, http.StatusOK, "It counts from the day of what happened, not from the step.",
		"The time set elsewhere counts from what happened, between 1 September 2026 and 30 September 2026; the latest day is taken.", "it would end on 30 March 2027")
}
