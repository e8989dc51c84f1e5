package dossier

import (
	"strings"
	"testing"
	"testing/fstest"

	"temwen/when"
)

// TestAt looks at the base on three days: before its late report, which was
// published some day in June 2024 and is known from the 30th, on that day, and
// before there was anything.
func TestAt(t *testing.T) {
	fsys := base(t)
	data := string(fsys["mission.yaml"].Data)
	for _, change := range [][2]string{
		{"    happened: 2024-06-25\n", "    happened: 2024-06-25\n    note: Four months late\n"},
		{"sources: [late]\nevents:", "sources: [early, late]\nevents:"},
	} {
		if !strings.Contains(data, change[0]) {
			t.Fatalf("the base has no %q", change[0])
		}
		data = strings.Replace(data, change[0], change[1], 1)
	}
	fsys["mission.yaml"] = &fstest.MapFile{Data: []byte(data)}
	dossier := string(fsys["dossier.yaml"].Data)
	fsys["dossier.yaml"] = &fstest.MapFile{Data: []byte(dossier + "    sources: [late]\n")} // of the calendar
	d := load(t, fsys)

	before := d.At(when.MustParse("2024-06-29").First())
	if m := before.Milestone("arrival"); m == nil || !m.Happened.IsZero() || len(m.Note) > 0 || len(m.Sources) > 0 || len(m.Expected) != 1 {
		t.Errorf("before it was told, the arrival is %+v", m)
	}
	if _, p := before.Provision("resolution/papers"); p != nil {
		t.Error("a provision is known before its own source")
	}
	if _, p := before.Provision("resolution/water"); p == nil {
		t.Error("an unverified provision is not known with its instrument")
	}
	if o := before.Obligation("papers-before-deployment"); o != nil {
		t.Error("an obligation is known before its provision, though one of its sources is early")
	}
	if e := before.Event("papers-asked"); e != nil {
		t.Error("an event is known before its obligation")
	}
	if c := before.Calendar("office"); len(c.Holidays) > 0 || !c.Valid.IsZero() || len(c.Sources) > 0 {
		t.Errorf("before its source, a calendar knows its holidays: %+v", c)
	}
	if m := before.Matter("command"); m.Position("lead") == nil || m.Position("host") == nil {
		t.Errorf("positions, one taken early and one by nobody, are %+v", m.Positions)
	}
	if len(before.Sources) != 1 || before.Actor("police") == nil {
		t.Error("a late source shows, or an actor that no fact names is gone")
	}

	on := d.At(when.MustParse("2024-06-30").First())
	if m := on.Milestone("arrival"); m.Happened.IsZero() || m.Note["en"] != "Four months late" {
		t.Errorf("on the day it was told, the arrival is %+v", m)
	}
	if o := on.Obligation("papers-before-deployment"); o == nil || len(o.Sources) != 2 || len(on.EventsOf(o.ID)) != 1 {
		t.Errorf("on the day its provision is known, an obligation is %+v", o)
	}
	if c := on.Calendar("office"); len(c.Holidays) != 1 || c.Valid.IsZero() {
		t.Errorf("with its source, a calendar is %+v", c)
	}

	never := d.At(when.MustParse("2024-01-09").First())
	for _, c := range never.Counts() {
		switch c.Kind {
		case "metrics", "matters", "calendars":
		case "actors":
			if never.Actor("council") != nil || never.Actor("police") == nil {
				t.Errorf("before all sources, these actors are known: %v", never.Actors)
			}
		default:
			t.Errorf("before all sources, %d %s are known", c.Facts, c.Kind)
		}
	}
	if never.Info.ID != "base" {
		t.Error("the dossier lost its own entry")
	}
}
