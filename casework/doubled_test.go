package casework

import (
	"slices"
	"testing"
)

// doubled are the groups of cases of one act and track that run, by ID.
func (o *office) doubled(t testing.TB) (ids []string) {
	t.Helper()
	groups, err := o.Doubled(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range groups {
		for _, c := range group {
			ids = append(ids, c.ID)
		}
		ids = append(ids, "")
	}
	return ids
}

// Given two criminal cases about incidents that are found to be the same
// then both are named as one act in one track, until the clocks of one are stopped or the
// incidents are split
// and what would make the act count twice is refused: alleging it again, and making the
// second case public.
func TestOneActTwiceInOneTrack(t *testing.T) {
	o := newOffice(t)
	first, other, apart := o.open(t), o.open(t), o.open(t)
	o.through(t, civil(), o.allegation(t))
	if list := o.doubled(t); len(list) != 0 {
		t.Errorf("before a merge there are %q", list)
	}
	a, b := o.incidentOf(t, first), o.incidentOf(t, other)
	if err := o.Merge(t.Context(), "o1", b, a, 0); err != nil {
		t.Fatal(err)
	}
	if err := o.Merge(t.Context(), "o1", a, o.incidentOf(t, apart), 0); err != nil { // in two goes
		t.Fatal(err)
	}
	if list := o.doubled(t); !slices.Equal(list, []string{first, other, apart, ""}) {
		t.Errorf("after two merges there are %q", list)
	}
	if beside, err := o.Beside(t.Context(), first); err != nil || len(beside) != 2 || !beside[0].Doubles || !beside[1].Doubles {
		t.Errorf("beside it are %+v, %v", beside, err)
	}
	_, err := o.Allege(t.Context(), "o2", Allegation{Incident: b, Actor: "police", Act: "injury", Confidence: "likely"}, 0)
	refusedAs(t, err, CodeTwice, "o1")
	_, err = o.Allege(t.Context(), "o2", Allegation{Incident: o.incidentOf(t, apart), Actor: "police", Act: "detention", Confidence: "likely"}, 0)
	if err != nil {
		t.Error(err)
	}

	ask := AskPublication{Fields: []string{"opened"}}
	o.do(t, first, ask)
	refusedAs(t, o.Do(t.Context(), "o2", other, 0, ask, o.today), CodeDoubled, "o1")
	o.do(t, first, WithdrawRequest{o.look(t, first).Asked.Index})
	o.publish(t, other, ask)
	refusedAs(t, o.Do(t.Context(), "o1", first, 0, ask, o.today), CodeDoubled, "o2")
	o.do(t, other, RecordAnswer{1, answer("informed")})
	o.publish(t, other, AskPublication{Fields: []string{"step"}, Why: "fields"}) // what stands can go on
	o.do(t, other, AskRetraction{"wrong"})
	o.decide(t, other, Retract{Asked: o.look(t, other).Asked.Index})
	o.publish(t, first, ask)

	o.do(t, apart, MoveClock{1, Move{Kind: Paused, Ground: "mistake"}})
	if list := o.doubled(t); !slices.Equal(list, []string{first, other, ""}) {
		t.Errorf("with the clocks of one stopped there are %q", list)
	}
	if err := o.Split(t.Context(), "o1", b, 0); err != nil {
		t.Fatal(err)
	}
	if list := o.doubled(t); len(list) != 0 {
		t.Errorf("split, there are %q", list)
	}
	if beside, err := o.Beside(t.Context(), other); err != nil || len(beside) != 0 {
		t.Errorf("beside it are %+v, %v", beside, err)
	}
	o.rebuilds(t)
}

// One act that was coded in two versions of the vocabulary is one.
func TestOneActInTwoVocabularies(t *testing.T) {
	o := newOffice(t)
	alleged := func(act string) (incident, allegation string) {
		i := *coded()
		i.Acts, i.Terms = []string{act}, CurrentTerms().Version
		incident, err := o.Code(t.Context(), "o1", i)
		if err != nil {
			t.Fatal(err)
		}
		allegation, err = o.Allege(t.Context(), "o1", Allegation{Incident: incident, Actor: "police", Act: act, Confidence: "likely"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return incident, allegation
	}
	old, a := alleged("traffic")
	o.through(t, criminal(), a)
	TryTerms(t, invented(t))
	fresh, b := alleged("road")
	if err := o.Merge(t.Context(), "o1", old, fresh, 0); err != nil {
		t.Fatal(err)
	}
	_, err := o.Cases.Open(t.Context(), "o2", Opened{Procedure: criminal(), Allegations: []string{b}, Mission: "mss"}, o.today)
	refusedAs(t, err, CodeTrack, "o1")
}
