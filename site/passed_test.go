package site_test

import (
	"net/http"
	"strings"
	"testing"

	"temwen/clock"
	"temwen/publish"
	"temwen/when"
)

// Given a mission that ended and passed on what it owed, when its page is read,
// then the reader sees what is most pressing of it, and how all of it stands.
func TestWhatWasPassedOn(t *testing.T) {
	h := open(t)
	page := get(t, h, "/en/missions/mss").Body.String()
	for _, says := range []string{"What is most pressing", "Of what was passed on:", `obligations?status=overdue"`} {
		if !strings.Contains(page, says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	if list := get(t, h, "/en/missions/mss/obligations?status=overdue"); list.Code != http.StatusOK || !strings.Contains(list.Body.String(), "passed on to") {
		t.Error("what was overdue when it was passed on is not found as overdue")
	}
	if strings.Contains(get(t, h, "/en/missions/gsf").Body.String(), "Of what was passed on:") {
		t.Error("the mission that carries it now says that it was passed on")
	}
}

// Of what was passed on, each has one status behind it.
func TestLawBehind(t *testing.T) {
	s, err := record()
	if err != nil {
		t.Fatal(err)
	}
	dossiers, err := s.Dossiers(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	sum := func(counts []publish.Count, of func(clock.Status) bool) (n int) {
		for _, c := range counts {
			if of(c.Status) {
				n += c.N
			}
		}
		return n
	}
	for _, day := range []string{"2024-06-26", "2025-12-01", "2026-11-23"} {
		v := publish.See(dossiers[0], publish.On(when.MustParse(day).First()))
		for _, m := range v.Missions {
			lines, err := v.Obligations(m.ID, publish.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			passed := sum(publish.Tally(lines), func(s clock.Status) bool { return s == clock.Inherited })
			behind := sum(publish.Behind(lines), func(s clock.Status) bool { return s != clock.Inherited })
			if passed != behind {
				t.Errorf("%s on %s: %d were passed on, and %d have a status behind", m.ID, day, passed, behind)
			}
		}
	}
}
