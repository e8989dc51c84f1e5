package publish_test

import (
	"testing"

	"temwen/locale"
	"temwen/publish"
)

// TestRegisterReads: in no language does a line of an obligation's register
// say its own heading again.
func TestRegisterReads(t *testing.T) {
	d := haiti(t)
	v := publish.See(d, publish.On(articleDay))
	explained := 0
	for _, o := range d.Obligations {
		e, err := explain(v, o.ID)
		if err != nil {
			continue // not yet known
		}
		explained++
		for _, lang := range locale.Langs {
			for _, row := range e.Sheet(v, lang).Sections[0].Table.Rows {
				if len(row) > 1 && row[0].Text == row[1].Text {
					t.Errorf("%s, %s: %q says %q", o.ID, lang, row[0].Text, row[1].Text)
				}
			}
		}
	}
	if explained < 40 {
		t.Errorf("only %d obligations were known", explained)
	}
}

// TestNoSourcesNoHeading: a sheet that refers to nothing ends without a list of
// sources.
func TestNoSourcesNoHeading(t *testing.T) {
	v := publish.See(haiti(t), publish.On(articleDay))
	lists := func(lines []publish.Line) bool {
		s := v.ObligationsSheet("mss", lines, "en")
		return s.Sections[len(s.Sections)-1].Heading == locale.In("en").Say("brief.sources")
	}
	all, err := v.Obligations("mss", publish.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if !lists(all) {
		t.Error("all obligations: no sources are listed")
	}
	if lists(nil) {
		t.Error("no obligation: a list of sources without any")
	}
}
