package search

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"temwen/dossier"
	"temwen/when"
)

// haiti is the real dossier.
var haiti = sync.OnceValue(func() *dossier.Dossier {
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		panic(err)
	}
	return d
})

var today = when.MustParse("2026-11-23").First()

// Entries known by a day say what the dossier as of that day says, no more and
// no less: every text, date, name and place.
func TestEntriesKnownByADayAreThoseOfThatDay(t *testing.T) {
	all := Of(haiti())
	first, last := when.MustParse("2003-01-01").First(), when.MustParse("2026-12-31").Last()
	rapid.Check(t, func(t *rapid.T) {
		day := when.Day(rapid.IntRange(int(first), int(last)).Draw(t, "day"))
		var known []Entry
		for _, e := range all {
			if e.Known <= day {
				known = append(known, e)
			}
		}
		got, want := told(known, day), told(Of(haiti().At(day)), day)
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("on %s there is\n%s\nwant\n%s", day, got[i], want[i])
			}
		}
		if len(got) != len(want) {
			t.Fatalf("on %s there are %d entries, want %d", day, len(got), len(want))
		}
	})
}

// told is what entries say, in order.
func told(entries []Entry, day when.Day) []string {
	var list []string
	for _, e := range entries {
		e.Places = slices.DeleteFunc(slices.Clone(e.Places), func(p Place) bool { return p.From > day })
		list = append(list, fmt.Sprintf("%+v", e))
	}
	slices.Sort(list)
	return list
}

// Every fact that a page shows can be found, each clause by itself, and leads
// somewhere from the day on which it is known.
func TestEveryFactHasAnEntry(t *testing.T) {
	d := haiti()
	has := make(map[string]bool)
	for _, e := range Of(d) {
		has[e.Kind+"/"+e.ID] = true
		if !slices.Contains(Kinds, e.Kind) {
			t.Errorf("%s/%s: there is no such kind", e.Kind, e.ID)
		}
		if len(e.Title) == 0 {
			t.Errorf("%s/%s has no title", e.Kind, e.ID)
		}
		first := slices.MinFunc(e.Places, func(a, b Place) int { return cmp.Compare(a.From, b.From) })
		if first.From > e.Known {
			t.Errorf("%s/%s is known from %s, and shown from %s", e.Kind, e.ID, e.Known, first.From)
		}
	}
	for f := range d.Facts() {
		if f.Kind == "dossiers" || f.Kind == "calendars" || f.Kind == "matters" || f.Kind == "metrics" {
			continue // vocabulary is found where a fact uses it
		}
		if !has[f.Kind+"/"+f.ID] {
			t.Errorf("%s/%s cannot be found", f.Kind, f.ID)
		}
	}
	for _, in := range d.Instruments {
		for _, p := range in.Provisions {
			if id := in.ID + "/" + p.ID; !has["provisions/"+id] && p.Knowledge != "unverified" {
				t.Errorf("the provision %s cannot be found", id)
			}
		}
	}
}
