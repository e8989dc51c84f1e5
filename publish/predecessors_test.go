package publish_test

import (
	"fmt"
	"slices"
	"testing"

	"temwen/publish"
	"temwen/when"
)

func comparedOf(t *testing.T, mission, day string) []publish.Compared {
	t.Helper()
	list, err := publish.See(haiti(t), publish.On(when.MustParse(day).First())).Compare(mission)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func ids(list []publish.Compared) []string {
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestCompareHasTheMissionFirstThenTheNewest(t *testing.T) {
	for mission, want := range map[string]string{
		"gsf":      "[gsf mss binuh minujusth minustah unsmih mnf-1994 unmih]",
		"mss":      "[mss binuh minujusth minustah unsmih mnf-1994 unmih]",
		"minustah": "[minustah unsmih mnf-1994 unmih]",
		"unmih":    "[unmih mnf-1994]", // which began later, but came before
	} {
		if got := fmt.Sprint(ids(comparedOf(t, mission, "2026-11-01"))); got != want {
			t.Errorf("%s: %s, want %s", mission, got, want)
		}
	}
}

func TestCompareMinustah(t *testing.T) {
	list := comparedOf(t, "minustah", "2026-11-01")
	m := list[0]
	if m.Months != 160 || m.About || m.SoFar {
		t.Errorf("it lasted %d months, about %v, so far %v; want 160, to the day", m.Months, m.About, m.SoFar)
	}
	if m.Peak == nil || m.Peak.Heads.Most != 12552 || m.Strength.Peak().People != 12245 {
		t.Errorf("at its peak it had %v, or %v", m.Peak, m.Strength.Peak())
	}
	if len(m.Cost) != 2 || m.Cost[1].Modality == m.Cost[0].Modality {
		t.Errorf("its cost is %v", m.Cost)
	}
	if len(m.Remedies) < 5 || m.Met != 0 || m.Open == 0 {
		t.Errorf("%d remedies, %d met, %d obligations open", len(m.Remedies), m.Met, m.Open)
	}
	money := slices.IndexFunc(m.Remedies, func(l publish.OwedLine) bool { return l.ID == "cholera-money" })
	if money < 0 || len(m.Remedies[money].Delivered()) != 1 {
		t.Errorf("the money for cholera was delivered: %v", m.Remedies)
	}
	if got, want := len(m.After), 2; got != want {
		t.Errorf("%d missions came after it, want %d", got, want)
	}
}

// Harm is never set down to a mission because others did it in its time.
func TestHarmIsTheMissionsOwn(t *testing.T) {
	for _, c := range comparedOf(t, "gsf", "2026-11-01") {
		for _, h := range c.Harm {
			if slices.Contains([]string{"victims", "homicides", "killed", "incidents", "displaced"}, h.Metric) {
				t.Errorf("%s stands under the harm of %s", h.Fact, c.ID)
			}
			if len(h.Sources) == 0 {
				t.Errorf("%s has no source", h.Fact)
			}
		}
		if c.ID == "mss" {
			differ := slices.DeleteFunc(slices.Clone(c.Harm), func(h publish.HarmLine) bool { return !h.Contradictory })
			if len(differ) != 2 { // one civilian killed in the accident, or two
				t.Errorf("%d numbers of harm contradict each other, want 2", len(differ))
			}
		}
	}
}

func TestCompareAsOf(t *testing.T) {
	list := comparedOf(t, "mss", "2024-06-26")
	if list[0].ID != "mss" || !list[0].SoFar || list[0].Months != 8 {
		t.Errorf("on that day %s had lasted %d months, so far %v", list[0].ID, list[0].Months, list[0].SoFar)
	}
	if slices.Contains(ids(list), "gsf") {
		t.Error("a later mission stands before it")
	}
	if _, err := publish.See(haiti(t), publish.On(late)).Compare("atlantis"); err == nil {
		t.Error("a mission that is not on record has predecessors")
	}
}

func TestLengths(t *testing.T) {
	want := map[string]string{
		"mss": "23 false false", "binuh": "85 true true", "minujusth": "24 true false", "unmih": "34 true false",
		"unsmih": "0 false false", "mnf-1994": "0 false false", "gsf": "13 false true",
	}
	for _, c := range comparedOf(t, "gsf", "2026-11-01") {
		if w, ok := want[c.ID]; ok && fmt.Sprint(c.Months, c.About, c.SoFar) != w {
			t.Errorf("%s: %v %v %v, want %s", c.ID, c.Months, c.About, c.SoFar, w)
		}
	}
}
