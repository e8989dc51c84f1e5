package casework

import (
	"errors"
	"slices"
	"testing"

	"temwen/when"
)

// told is what was worked on before: a case in which nobody answered in time.
func told(ref string) Told {
	return Told{
		Ref: ref, Incident: *coded(), On: day("2024-10-01"),
		Allegations: []Allegation{{Actor: "police", Act: "injury", Confidence: "likely"}, {Actor: "police", Act: "detention", Confidence: "likely"}},
		Case:        &Opened{Procedure: criminal(), Mission: "mss", State: "a"},
		Deeds: []Later{
			{On: day("2024-10-02"), Step: "inform", Answer: &Answer{Answer: "informed", How: "letter"}},
			{On: day("2024-10-03"), Step: "determine", Notice: &Notice{By: by("2024-10-13"), How: "post", Language: "en"}},
			{On: day("2024-11-20"), Step: "determine", Answer: &Answer{Answer: "official", How: "letter"}},
			{On: day("2024-11-21"), Remedy: &Remedy{Kind: "apology"}},
		},
	}
}

func by(s string) *when.Day {
	d := day(s)
	return &d
}

// What is told is on the record once, with the silences between its deeds, and is
// left as it is where other facts stand there.
func TestImport(t *testing.T) {
	o := newOffice(t)
	o.open(t) // what was there before
	list := []Told{told("1"), told("2")}
	list[1].Case, list[1].Deeds = nil, nil
	would, err := Look(t.Context(), o.store, list)
	if err != nil || !slices.Equal(would.New, []string{"1", "2"}) {
		t.Fatalf("it would import %+v (%v)", would, err)
	}
	done, err := o.Import(t.Context(), "o1", list)
	if err != nil || !slices.Equal(done.New, []string{"1", "2"}) {
		t.Fatalf("imported %+v (%v)", done, err)
	}
	page, err := o.List(t.Context(), Query{})
	if err != nil || len(page.Cases) != 2 {
		t.Fatalf("%d cases are there (%v)", len(page.Cases), err)
	}
	c := page.Cases[slices.IndexFunc(page.Cases, func(c *Case) bool { return c.State == "a" })]
	determine := c.Step(2)
	if c.Number != 2 || c.Opened != day("2024-10-01") || len(c.Allegations) != 2 || determine.Silence == nil ||
		*determine.Silence != day("2024-10-14") || !determine.Answers[0].Late || len(c.Remedies) != 1 {
		t.Errorf("the case is %+v, its step %+v", c, determine)
	}
	before, err := o.store.Recorded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list[1].Incident.Acts = []string{"theft"}
	done, err = o.Import(t.Context(), "o2", list)
	after, sized := o.store.Recorded(t.Context())
	if err != nil || sized != nil || after != before || !slices.Equal(done.Known, []string{"1"}) || !slices.Equal(done.Other, []string{"2"}) {
		t.Errorf("imported twice: %+v, %d events, then %d (%v, %v)", done, before, after, err, sized)
	}
	if _, err := o.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// All is told or nothing, and which deed cannot have been.
func TestImportIsWhole(t *testing.T) {
	o := newOffice(t)
	bad := told("2")
	bad.Deeds = append(bad.Deeds, Later{On: day("2024-12-01"), Step: "refer", Answer: &Answer{Answer: "dance"}})
	var undone *Undone
	if err := bad.Try(o.today); !errors.As(err, &undone) || undone.N != 4 {
		t.Errorf("the deed that cannot be is %v", err)
	}
	if _, err := o.Import(t.Context(), "o1", []Told{told("1"), bad}); err == nil {
		t.Error("it was imported")
	}
	if page, err := o.List(t.Context(), Query{}); err != nil || len(page.Cases) != 0 {
		t.Errorf("%d cases are there (%v)", len(page.Cases), err)
	}
}
