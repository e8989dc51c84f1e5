package dossier

import (
	"strings"
	"testing"
	"testing/fstest"

	"temwen/when"
)

// For reports the longest time of all missions holds, so that none is erased that a
// mission wants kept.
func TestRetention(t *testing.T) {
	mission := func(k *Keep) *Mission { return &Mission{Keep: k} }
	d := &Dossier{Missions: []*Mission{
		mission(nil),
		mission(&Keep{Closed: when.Months(12), Withdrawn: when.Days(60), Incident: when.Months(24), Public: when.Months(240)}),
		mission(&Keep{Closed: when.Days(400), Withdrawn: when.Months(1), Case: when.Months(120), Incident: when.Months(120)}),
	}}
	want := Keep{Closed: when.Days(400), Withdrawn: when.Days(60), Case: when.Months(120), Incident: when.Months(120), Public: when.Months(240)}
	if got := d.Retention(); got != want {
		t.Errorf("%+v", got)
	}
	if got := (&Dossier{}).Retention(); got != (Keep{}) {
		t.Errorf("without a mission: %+v", got)
	}
}

// What would be erased too soon is a fault of the dossier.
func TestKeptTooShort(t *testing.T) {
	for period, tooShort := range map[string]bool{"P29D": true, "P4W": true, "P30D": false, "P1M": false, "P5Y": false} {
		fsys := base(t)
		fsys["keep.yaml"] = &fstest.MapFile{Data: []byte("missions:\n  - {id: kept, name: A mission, short: KM, sources: [early], keep: {withdrawn: " + period + "}}\n")}
		if !tooShort {
			if d := load(t, fsys); d.Retention().Withdrawn.String() == "" {
				t.Errorf("%s is not read", period)
			}
			continue
		}
		if p := problems(t, fsys); !strings.Contains(p.Error(), "too short") {
			t.Errorf("%s: %v", period, p)
		}
	}
}
