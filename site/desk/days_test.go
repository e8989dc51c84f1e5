package desk_test

import (
	"net/http"
	"testing"
	"time"
	_ "time/tzdata" // so that a time zone is known on every machine

	"temwen/casework"
	"temwen/office"
)

// Days and times at the desk are those of the office's place, with the name of its zone: an
// invitation that ends in the evening ends on that day.
func TestTimesAreThoseOfThePlace(t *testing.T) {
	haiti, err := time.LoadLocation("America/Port-au-Prince")
	if err != nil {
		t.Fatal(err)
	}
	w := found(t)
	w.now = w.now.In(haiti)
	for name, until := range map[string]time.Time{
		"winter": time.Date(2026, 12, 1, 2, 30, 0, 0, time.UTC),
	} {
		_, id := office.NewLink()
		w.do(t, w.first.id, office.InviteOfficer{Invite: office.Invite{ID: id, Name: name, Until: until}})
	}
	officer := w.signedIn(t, "lakay")
	r, doc := officer.page("/en/office")
	officer.says(r, doc, http.StatusOK, "30 November 2026, 21:30 EST", "28 November 2026, 07:00 EST")
}

// An incident outside of a mission's days is pointed out, and can be coded, alleged and
// taken into a case all the same; a case is opened first under the mission of that day.
func TestIncidentOutsideOfAMission(t *testing.T) {
	k := withCases(t)
	officer := k.signedIn(t, "lakay")
	for _, tt := range []struct{ on, mission, says string }{
		{"2025-03-12", "mss", ""},
		{"2025-09", "mss", ""},
		{"2026-03-12", "gsf", "had ended on 30 September 2025"},
		{"2022-01-05", "gsf", "had not begun: its first day was 2 October 2023"},
	} {
		i := casework.Incident{
			When: date(t, tt.on), Acts: []string{"injury"}, Terms: casework.CurrentTerms().Version,
			Actors:  []casework.Alleged{{Actor: "mss-force", Confidence: "possible", Share: "alone"}},
			Sources: []casework.Basis{{Kind: "source", ID: "unscr-2699", Grade: "B2"}},
		}
		id, err := k.cases.Code(t.Context(), k.first.id, i)
		if err != nil {
			t.Fatal(err)
		}
		a, err := k.cases.Allege(t.Context(), k.first.id, casework.Allegation{Incident: id, Actor: "mss-force", Act: "injury", Confidence: "possible"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range []string{"/en/incidents/" + id, "/en/incidents/" + id + "/revise", "/en/cases/new?mission=mss&allegation=" + a} {
			r, doc := officer.page(page)
			officer.says(r, doc, http.StatusOK, tt.says)
			if said := doc.Find("#outside").Length() > 0; said != (tt.says != "") {
				t.Errorf("%s of %s warns: %t", page, tt.on, said)
			}
		}
		if _, doc := officer.page("/en/cases/new?allegation=" + a); doc.Find("input[name=mission]").AttrOr("value", "") != tt.mission {
			t.Errorf("a case about %s is opened under %s", tt.on, doc.Find("input[name=mission]").AttrOr("value", ""))
		}
	}
}
