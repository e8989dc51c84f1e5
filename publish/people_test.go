package publish_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"temwen/publish"
	"temwen/when"
)

func peopleOf(t *testing.T, mission, day string) *publish.People {
	t.Helper()
	p, err := publish.See(haiti(t), publish.On(when.MustParse(day).First())).People(mission)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func contributor(t *testing.T, p *publish.People, id string) *publish.ContributorLine {
	t.Helper()
	at := slices.IndexFunc(p.Contributors, func(c publish.ContributorLine) bool { return c.Actor.ID == id })
	if at < 0 {
		t.Fatalf("%s is not among the contributors", id)
	}
	return &p.Contributors[at]
}

// On the day of the article the first aeroplane carried 200 people or 400, and
// that is all there was beside 2,500.
func TestPeopleOnTheDayOfTheArticle(t *testing.T) {
	p := peopleOf(t, "mss", "2024-06-26")
	if len(p.Reports) != 1 {
		t.Fatalf("%d reports, want the first arrival alone", len(p.Reports))
	}
	r := p.Reports[0]
	if !r.First || !r.Contradictory || r.Heads.Least != 200 || r.Heads.Most != 400 || len(r.Claims) != 2 {
		t.Errorf("the first arrival is %+v", r)
	}
	if p.Share == nil || p.Share.Least != 8 || p.Share.Most != 16 {
		t.Errorf("share of the ceiling: %+v, want 8 to 16 percent", p.Share)
	}
	for _, late := range []string{"guatemala", "el-salvador"} {
		if slices.ContainsFunc(p.Contributors, func(c publish.ContributorLine) bool { return c.Actor.ID == late }) {
			t.Errorf("%s stands among the contributors before anybody knew", late)
		}
	}
}

func TestReportsOfOneTimeThatDiffer(t *testing.T) {
	p := peopleOf(t, "mss", "2026-11-01")
	last := p.Reports[len(p.Reports)-1]
	if got, want := fmt.Sprint(last.Heads.Least, last.Heads.Most, last.Contradictory), "970 991 true"; got != want {
		t.Errorf("the last report is %s, want %s", got, want)
	}
	if got, want := fmt.Sprintf("%.1f %.1f", p.Share.Least, p.Share.Most), "38.8 39.6"; got != want {
		t.Errorf("share of the ceiling: %s, want %s", got, want)
	}
}

func TestContributors(t *testing.T) {
	p := peopleOf(t, "mss", "2026-11-01")
	for _, c := range []struct {
		id, pledged, arrived string
		arrivals             int
	}{
		{"kenya", "1000 to 1000", "785 to 1017", 4}, // 200 or 400, about 200, 217, 168 or 200
		{"benin", "1500 to 2000", "none", 0},
		{"jamaica", "200 to 250", "24 to 24", 1},
		{"belize", "50 to 50", "2 to 2", 1},
		{"guatemala", "150 to 150", "150 to 152", 2}, // 75, then 75 or 77
		{"el-salvador", "78 to 78", "8 to 8", 1},
		{"barbados", "none", "none", 0},
	} {
		l := contributor(t, p, c.id)
		if got := spoken(l.Pledged); got != c.pledged {
			t.Errorf("%s pledged %s, want %s", c.id, got, c.pledged)
		}
		if got := spoken(l.Arrived); got != c.arrived || len(l.Arrivals) != c.arrivals {
			t.Errorf("%s: %s arrived in %d contingents, want %s in %d", c.id, got, len(l.Arrivals), c.arrived, c.arrivals)
		}
	}
	// What was announced as a contingent is a part of the pledge.
	if k := contributor(t, p, "kenya"); len(k.Further) != 1 || len(k.Counted) == 0 || k.Last().Heads.Most != 735 {
		t.Errorf("Kenya: %d further pledges, %+v last", len(k.Further), k.Last())
	}
	if c := contributor(t, peopleOf(t, "gsf", "2026-11-01"), "chad"); spoken(c.Pledged) != "800 to 1500" {
		t.Errorf("Chad pledged %s to the force", spoken(c.Pledged))
	}
}

func spoken(h *publish.Heads) string {
	if h == nil {
		return "none"
	}
	return fmt.Sprintf("%v to %v", h.Least, h.Most)
}

// Every number of the page is in one tense: no pledge among the people there,
// none of the people there among the pledges.
func TestPeopleNeverMixTenses(t *testing.T) {
	for _, mission := range []string{"mss", "gsf", "minustah", "unmih", "binuh"} {
		p := peopleOf(t, mission, "2026-11-01")
		tense := func(claims []publish.Claim, allowed ...string) {
			for _, c := range claims {
				if !slices.Contains(allowed, string(c.Modality)) {
					t.Errorf("%s: %s is %s, not %v", mission, c.Fact, c.Modality, allowed)
				}
				if len(c.Sources) == 0 {
					t.Errorf("%s: %s has no source", mission, c.Fact)
				}
			}
		}
		tense(p.Ceiling, "authorised")
		tense(p.Pledged, "pledged", "offered")
		tense(p.Deployed, "deployed")
		for _, r := range p.Reports {
			tense(r.Claims, "deployed")
		}
		for _, c := range p.Contributors {
			tense(append(c.Pledges, c.Further...), "pledged", "offered")
			for _, r := range append(c.Arrivals, c.Counted...) {
				tense(r.Claims, "deployed")
			}
			if c.Arrived != nil && math.IsNaN(c.Arrived.Most) {
				t.Errorf("%s: the arrivals of %s add up to no number", mission, c.Actor.ID)
			}
		}
		for _, l := range p.NotKept {
			if l.Met != nil || l.Topic != "people" || l.Mission != mission {
				t.Errorf("%s: %s is not a pledge of it that is open", mission, l.ID)
			}
		}
	}
}

func TestNotices(t *testing.T) {
	p := peopleOf(t, "mss", "2024-06-26")
	for id, given := range map[string]bool{"benin": true, "chad": true, "kenya": false, "jamaica": false} {
		c := contributor(t, p, id)
		if c.Notice == nil || (c.Notice.Met != nil) != given || (len(c.Notice.History) > 0) != given {
			t.Errorf("the notice of %s: %+v", id, c.Notice)
		}
	}
}

func TestSameForceUnderAnotherName(t *testing.T) {
	for mission, other := range map[string]string{"mss": "gsf", "gsf": "mss"} {
		p := peopleOf(t, mission, "2026-11-01")
		if len(p.Same) != 1 || p.Same[0].ID != other {
			t.Errorf("%s is the same force as %v", mission, p.Same)
		}
	}
}

func TestPeopleOfNoMission(t *testing.T) {
	v := publish.See(haiti(t), publish.On(late))
	if _, err := v.People("atlantis"); err == nil {
		t.Error("a mission that is not on record has people")
	}
}
