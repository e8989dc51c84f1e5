package dossier_test

import (
	"os"
	"slices"
	"testing"

	"temwen/dossier"
)

// Of several dossiers every fact is there once, the first's where two have it; what
// was given in is left alone.
func TestTogether(t *testing.T) {
	one, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	other := &dossier.Dossier{
		Info:     dossier.Info{ID: "other"},
		Missions: []*dossier.Mission{{ID: "mss", Short: "another"}, {ID: "elsewhere", Short: "EW"}},
		Actors:   []*dossier.Actor{{ID: "kenya"}, {ID: "somebody"}},
	}
	missions, actors := len(one.Missions), len(one.Actors)
	all := dossier.Together([]*dossier.Dossier{one, other})
	if len(all.Missions) != missions+1 || len(all.Actors) != actors+1 || len(all.Sources) != len(one.Sources) || len(all.Services) != len(one.Services) {
		t.Errorf("together they have %d missions and %d actors", len(all.Missions), len(all.Actors))
	}
	if all.Mission("mss").Short == "another" || all.Mission("elsewhere") == nil || all.Actor("somebody") == nil || all.Info.ID != one.Info.ID {
		t.Error("the first does not count, or the second is lost")
	}
	if len(one.Missions) != missions || len(other.Missions) != 2 {
		t.Error("what was given in has changed")
	}
	if same := dossier.Together([]*dossier.Dossier{one, one}); !slices.Equal(same.Counts(), one.Counts()) {
		t.Errorf("twice the same has %v, and once %v", same.Counts(), one.Counts())
	}
	if none := dossier.Together(nil); len(none.Missions) != 0 || none.Mission("mss") != nil {
		t.Error("of no dossier there is something")
	}
}
