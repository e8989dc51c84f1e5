package desk_test

import (
	"net/http"
	"testing"
	"time"
	_ "time/tzdata" // so that a time zone is known on every machine

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
