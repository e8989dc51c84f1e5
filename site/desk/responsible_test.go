package desk_test

import (
	"net/http"
	"testing"

	"temwen/casework"
)

// Only who has people in arms, and a State, is offered as responsible, and taken; who was
// named before stays.
func TestWhoCanBeResponsible(t *testing.T) {
	k := withCases(t)
	officer := k.signedIn(t, "lakay")
	offers := func(page string, want map[string]bool) {
		t.Helper()
		r, doc := officer.page(page)
		officer.says(r, doc, http.StatusOK)
		for actor, is := range want {
			if n := doc.Find("select[name=actor] option[value=" + actor + "]").Length(); (n > 0) != is {
				t.Errorf("%s offers %s: %t", page, actor, n > 0)
			}
		}
	}
	can := map[string]bool{
		"mss-force": true, "haitian-national-police": true, "kenya": true, "haiti-task-force": true, "vectus-global": true, "armed-groups": true,
		"ayibopost": false, "amnesty": false, "security-council": false, "us-president": false, "mss-leadership": false, "people-harmed": false,
	}
	offers("/en/incidents/new", can)
	r, doc := officer.submit("/en/incidents", "terms", casework.CurrentTerms().Version, "acts", "injury", "actor", "ayibopost", "actor-share", "alone",
		"actor-confidence", "likely", "source-public", "unscr-2699", "source-thread", "", "source-reliability", "B", "source-credibility", "2")
	officer.says(r, doc, http.StatusUnprocessableEntity, "this actor cannot be said to be responsible")
	id, err := k.cases.Code(t.Context(), k.first.id, casework.Incident{
		Acts: []string{"injury"}, Terms: casework.CurrentTerms().Version, Actors: []casework.Alleged{{Actor: "mss-leadership", Confidence: "possible", Share: "alone"}},
		Sources: []casework.Basis{{Kind: "source", ID: "unscr-2699", Grade: "B2"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	can["mss-leadership"] = true
	offers("/en/incidents/"+id+"/revise", can)
}
