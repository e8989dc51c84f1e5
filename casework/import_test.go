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

// What was told in the words of one version is on the record in them, and is known again
// after a newer one has come.
func TestImportInTwoVocabularies(t *testing.T) {
	o := newOffice(t)
	old := told("1")
	if _, err := o.Import(t.Context(), "o1", []Told{old}); err != nil {
		t.Fatal(err)
	}
	TryTerms(t, invented(t))
	later, fresh, wrong := told("2"), told("3"), told("4")
	later.Incident.Acts, later.Allegations = []string{"traffic"}, []Allegation{{Actor: "police", Act: "traffic", Confidence: "likely"}}
	fresh.Incident.Terms, fresh.Incident.Acts, fresh.Allegations = "2099-1", []string{"road"}, []Allegation{{Actor: "police", Act: "road", Confidence: "likely"}}
	wrong.Incident.Terms, wrong.Incident.Acts = "2099-1", []string{"traffic"}
	flawedAs(t, wrong.Try(o.today), Flaw{"acts", "no-such-word"})
	again := old
	again.Incident.Terms = "2099-1" // the same file, read when the newer version was the newest
	done, err := o.Import(t.Context(), "o1", []Told{again, later, fresh})
	if err != nil || !slices.Equal(done.Known, []string{"1"}) || !slices.Equal(done.New, []string{"2", "3"}) {
		t.Fatalf("imported: %+v (%v)", done, err)
	}
	list, err := o.Loose(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []Told{old, later, fresh} {
		a, err := o.Allegation(t.Context(), d.allegations()[0].ID)
		if err != nil || a.Terms != d.Incident.Terms || a.Act != d.Allegations[0].Act {
			t.Errorf("%s is alleged as %+v (%v)", d.Ref, a, err)
		}
	}
	if len(list) != 0 {
		t.Errorf("%+v are in no case", list)
	}
	o.rebuilds(t)
}
