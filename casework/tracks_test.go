package casework

import (
	"errors"
	"slices"
	"testing"

	"temwen/instrument"
)

// civil is criminal through another track.
func civil() *instrument.Procedure {
	p := criminal()
	p.ID, p.Track = "c", instrument.Civil
	return p
}

// through opens a case that takes allegations through a procedure.
func (o *office) through(t testing.TB, p *instrument.Procedure, allegations ...string) string {
	t.Helper()
	id, err := o.Cases.Open(t.Context(), "o1", Opened{Procedure: p, Allegations: allegations, Mission: "mss"}, o.today)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Given one injury that goes through a criminal and a civil track at once
// then each case has it, they know of each other, a wall around one is around both, and
// what either takes stays until both are erased.
func TestOneAllegationThroughTwoTracks(t *testing.T) {
	o := newOffice(t)
	a := o.allegation(t)
	first := o.through(t, criminal(), a)
	second := o.through(t, civil(), a)
	for _, id := range []string{first, second} {
		if list, err := o.Allegations(t.Context(), "", id); err != nil || len(list) != 1 || !slices.Equal(list[0].Cases, []string{first, second}) {
			t.Errorf("a case takes %+v, %v", list, err)
		}
	}
	_, err := o.Cases.Open(t.Context(), "o2", Opened{Procedure: civil(), Allegations: []string{a}, Mission: "mss"}, o.today)
	refusedAs(t, err, CodeTrack, "o1")
	if r := (*Refused)(nil); !errors.As(err, &r) || r.Case != second {
		t.Errorf("the refusal names %+v", err)
	}
	if beside, err := o.Beside(t.Context(), first); err != nil || len(beside) != 1 || beside[0].Case.ID != second || !beside[0].Shares {
		t.Errorf("beside it are %+v, %v", beside, err)
	}
	if loose, err := o.Loose(t.Context(), 10); err != nil || len(loose) != 0 {
		t.Errorf("no case takes %+v, %v", loose, err)
	}

	o.do(t, second, Assign{"o3"})
	o.do(t, first, Wall{"o3"})
	if _, err := o.Case(t.Context(), "o3", second); err == nil {
		t.Error("an officer who is kept from one case sees the other")
	}
	if c, err := o.Case(t.Context(), "o1", second); err != nil || c.Officer != "" {
		t.Errorf("who is kept from it still has it: %+v, %v", c, err)
	}

	incident := o.incidentOf(t, first)
	o.erase(t, OfCase, first)
	refusedAs(t, o.AskErasure(t.Context(), "o1", OfAllegation, a, "safety"), CodeTied, "")
	refusedAs(t, o.AskErasure(t.Context(), "o1", OfIncident, incident, "safety"), CodeTied, "")
	if got := o.caseAbout(t, incident); got != second {
		t.Errorf("the case that is left is %s", got)
	}
	o.rebuilds(t)
	third := o.through(t, criminal(), a) // what took it is gone
	o.erase(t, OfCase, second)
	o.erase(t, OfCase, third)
	o.erase(t, OfIncident, incident)
	o.rebuilds(t)
}

// Given two incidents that are found to be the same
// then what is alleged in both alike goes through one track once, and through another too.
func TestTrackOfWhatIsTheSame(t *testing.T) {
	o := newOffice(t)
	a, b := o.allegation(t), o.allegation(t)
	first := o.through(t, criminal(), a)
	of := func(id string) string {
		al, err := o.Allegation(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return al.Incident
	}
	if err := o.Merge(t.Context(), "o1", of(b), of(a), 0); err != nil {
		t.Fatal(err)
	}
	_, err := o.Cases.Open(t.Context(), "o1", Opened{Procedure: criminal(), Allegations: []string{b}, Mission: "mss"}, o.today)
	refusedAs(t, err, CodeTrack, "o1")
	second := o.through(t, civil(), b)
	if beside, err := o.Beside(t.Context(), first); err != nil || len(beside) != 1 || !beside[0].Shares {
		t.Errorf("beside it are %+v, %v", beside, err)
	}
	// Another allegation of the incident can be added to either.
	another, err := o.Allege(t.Context(), "o1", Allegation{Incident: of(a), Actor: "police", Act: "detention", Confidence: "likely"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	o.do(t, first, AddAllegation{another})
	list, err := o.Takeable(t.Context(), second, 10)
	if err != nil || len(list) != 1 || list[0].ID != another {
		t.Errorf("the second case could take %+v, %v", list, err)
	}
	o.do(t, second, AddAllegation{another})
	if list, err = o.Takeable(t.Context(), second, 10); err != nil || len(list) != 0 {
		t.Errorf("the second case could still take %+v, %v", list, err)
	}
	o.rebuilds(t)
}

// A version of its procedure that goes another track is not adopted.
func TestTrackIsNotChanged(t *testing.T) {
	k := begin(t)
	p := criminal()
	p.Track = instrument.Civil
	k.refused("o1", "2025-02-01", Adopt{p}, CodeProcedure)
	if k.c.Fits(p) {
		t.Error("it is offered")
	}
}
