package conduct

import (
	"fmt"
	"os"
	"testing"

	"pgregory.net/rapid"

	"temwen/casework"
)

// Whatever a newer vocabulary merges, and whatever is classed anew between two editions,
// nobody who has kept every edition finds a number that was kept back; and what is
// counted by the earlier version is what it was.
func TestClassingAnewTellsNoSmallNumber(t *testing.T) {
	v, err := casework.LoadTerms(casework.OwnTerms(), os.DirFS("../casework/termstest"), "termstest")
	if err != nil {
		t.Fatal(err)
	}
	casework.TryTerms(t, v)
	old, newest := v[len(v)-2].Version, v.Newest().Version
	fewer := 0
	rapid.Check(t, func(t *rapid.T) {
		least, editions := rapid.IntRange(3, 6).Draw(t, "least"), rapid.IntRange(2, 5).Draw(t, "editions")
		broke := rapid.IntRange(1, editions-1).Draw(t, "broke") // the first edition by the newest version
		scope := &Scope{Mission: "m", Actors: []string{"alfa", "bravo"}}
		past := casework.NewPast()
		var ids []string
		var sheets []*Sheet
		january := Month(24300)
		for e := range editions {
			words, terms := []string{"theft", "property", "rape", "injury"}, old
			if e >= broke {
				words, terms = []string{"loss", "rape", "assault", "injury"}, newest
			}
			month := january + Month(e)
			for range rapid.IntRange(0, 25).Draw(t, "incidents") {
				i := fmt.Sprint("i", len(past.Incidents))
				past.Incidents[i], past.On[i] = &casework.Incident{ID: i}, month.First()
				actor := rapid.SampledFrom(scope.Actors).Draw(t, "actor")
				for _, act := range words[:rapid.IntRange(1, 4).Draw(t, "acts")] {
					id := fmt.Sprint("a", len(ids))
					ids = append(ids, id)
					past.Allegations[id], past.On[id] = &casework.Allegation{ID: id, Incident: i, Actor: actor, Act: act, Terms: terms}, month.First()
					past.Classed[id] = []casework.Classed{{Act: act, Terms: terms}}
				}
			}
			if e >= broke {
				before := fmt.Sprint(Tally(past, scope, month, CurrentRules(), old)[Allegations])
				for _, id := range ids {
					if said := past.Classed[id]; said[len(said)-1].Terms == old && rapid.IntRange(0, 2).Draw(t, "anew") == 0 {
						act := rapid.SampledFrom([]string{"loss", "assault", "rape"}).Draw(t, "act")
						past.Classed[id] = append(said, casework.Classed{Act: act, Terms: newest})
					}
				}
				if after := fmt.Sprint(Tally(past, scope, month, CurrentRules(), old)[Allegations]); after != before {
					t.Fatalf("by the earlier version is counted\n%s\nand was\n%s", after, before)
				}
				terms = newest
			}
			g := Tally(past, scope, month, CurrentRules(), terms)[Allegations]
			if e >= broke && fmt.Sprint(g.N) != fmt.Sprint(Tally(past, scope, month, CurrentRules(), old)[Allegations].N) {
				fewer++
			}
			sheets = append(sheets, Next(sheets, g, least))
		}
		a, kept := reads(sheets)
		for _, k := range kept {
			if low, high := a.bounds(k.sum); high-low < float64(k.least-2)-1e-6 {
				t.Fatalf("%s is %d, shown as %q, and can only be %g to %g\n%s", k.what, k.truth, k.shown, low, high, drawn(sheets))
			}
		}
	})
	if fewer == 0 {
		t.Error("no number is another by the newer version: the test shows nothing")
	}
}
