package casework

import (
	"errors"
	"slices"
	"testing"
)

// flawedAs fails where an error does not name a flaw.
func flawedAs(t *testing.T, err error, want Flaw) {
	t.Helper()
	if f := (*Flawed)(nil); !errors.As(err, &f) || !slices.Contains(f.Flaws, want) {
		t.Errorf("it is turned back for %v, and should be for %v", err, want)
	}
}

// Given incidents that were coded before a newer version came, they are read, corrected
// and alleged in their own; what is coded from then on is in the newer one.
func TestEachVersionKeepsItsWords(t *testing.T) {
	o := newOffice(t)
	i := coded()
	i.Acts = []string{"traffic", "injury"}
	old, err := o.Code(t.Context(), "o1", *i)
	if err != nil {
		t.Fatal(err)
	}
	v := invented(t)
	TryTerms(t, v)
	if _, err := o.Code(t.Context(), "o1", *i); err == nil {
		t.Error("what is coded now is coded in the version before")
	}
	allege := func(incident, act string) (string, error) {
		return o.Allege(t.Context(), "o1", Allegation{Incident: incident, Actor: "police", Act: act, Confidence: "likely"}, 0)
	}
	a, err := allege(old, "traffic")
	if err != nil {
		t.Fatalf("an old incident is alleged in its own words: %v", err)
	}
	_, err = allege(old, "road")
	refusedAs(t, err, CodeMalformed, "")
	if got, err := o.Allegation(t.Context(), a); err != nil || got.Terms != "2026-1" {
		t.Errorf("the allegation is %+v (%v)", got, err)
	}
	i.Terms, i.Acts = "2099-1", []string{"road"}
	fresh, err := o.Code(t.Context(), "o1", *i)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := allege(fresh, "road"); err != nil {
		t.Error(err)
	} else if got, err := o.Allegation(t.Context(), b); err != nil || got.Terms != "2099-1" {
		t.Errorf("the allegation is %+v (%v)", got, err)
	}
	_, err = allege(fresh, "traffic")
	refusedAs(t, err, CodeMalformed, "")

	was, err := o.Incident(t.Context(), old)
	if err != nil {
		t.Fatal(err)
	}
	was.Acts = []string{"traffic"}
	if err := o.Revise(t.Context(), "o1", *was); err != nil {
		t.Errorf("an old incident is corrected in its own words: %v", err)
	}
	was.Changed, was.Terms, was.Acts = 0, "2099-1", []string{"road"}
	flawedAs(t, o.Revise(t.Context(), "o1", *was), Flaw{"terms", "other-version"})
	o.rebuilds(t)
}

// An old incident is classed anew by events of their own, with their ground; what was
// said before stays on the record, and what else the facts say is as it was.
func TestReclass(t *testing.T) {
	o := newOffice(t)
	i := coded()
	i.Acts, i.Circumstances, i.Harm[0].Kind = []string{"rape", "theft", "property", "discrimination"}, []string{"home", "patrol"}, "deprived"
	id, err := o.Code(t.Context(), "o1", *i)
	if err != nil {
		t.Fatal(err)
	}
	made := make(map[string]string) // allegations by their act
	for _, act := range i.Acts[:3] {
		if made[act], err = o.Allege(t.Context(), "o1", Allegation{Incident: id, Actor: "police", Act: act, Confidence: "likely"}, 0); err != nil {
			t.Fatal(err)
		}
	}
	v := invented(t)
	TryTerms(t, v)
	earlier, err := LookEarlier(t.Context(), o.store, v)
	if err != nil || len(earlier) != 1 || len(earlier[0].Fates) != 6 {
		t.Fatalf("the newer version touches %+v (%v)", earlier, err)
	}
	for n, want := range []string{"split", "renamed", "renamed", "retired", "renamed", "retired"} {
		if got := earlier[0].Fates[n]; got.Word() != want {
			t.Errorf("%+v is %s, and should be %s", got, got.Word(), want)
		}
	}
	whole := Reclassing{
		Incident: id, Terms: "2099-1", Acts: []string{"assault", "loss"}, Circumstances: []string{"patrol"}, Harms: []string{"dispossessed"},
		Allegations: map[string]string{made["rape"]: "assault", made["theft"]: "loss", made["property"]: "loss"}, Ground: "mapped",
	}
	with := func(change func(*Reclassing)) error {
		r := whole
		change(&r)
		return o.Reclass(t.Context(), "o2", r)
	}
	refusedAs(t, with(func(r *Reclassing) { r.Ground = "" }), CodeGround, "")
	refusedAs(t, with(func(r *Reclassing) { r.Harms = nil }), CodeMalformed, "")
	refusedAs(t, with(func(r *Reclassing) { r.Seen = 1 }), CodeMoved, "o1")
	refusedAs(t, with(func(r *Reclassing) { r.Incident = "none" }), CodeUnknown, "")
	flawedAs(t, with(func(r *Reclassing) { r.Terms = "2026-1" }), Flaw{"terms", "other-version"})
	flawedAs(t, with(func(r *Reclassing) { r.Acts = []string{"theft"} }), Flaw{"acts", "no-such-word"})
	flawedAs(t, with(func(r *Reclassing) { r.Allegations = map[string]string{made["rape"]: "assault"} }), Flaw{"acts", "missing"})
	flawedAs(t, with(func(r *Reclassing) { r.Acts = []string{"killing"} }), Flaw{"acts", "not-mapped"})
	flawedAs(t, with(func(r *Reclassing) { r.Harms = []string{"killed"} }), Flaw{"harm", "not-mapped"})
	if err := with(func(*Reclassing) {}); err != nil {
		t.Fatal(err)
	}
	is, err := o.Incident(t.Context(), id)
	if err != nil || is.Terms != "2099-1" || !slices.Equal(is.Acts, whole.Acts) || is.Harm[0].Kind != "dispossessed" || is.Harm[0].Max != 3 || is.Number != 1 {
		t.Errorf("the incident is %+v (%v)", is, err)
	}
	list, err := o.Allegations(t.Context(), id, "")
	if err != nil || len(list) != 3 || list[0].Act != "assault" || list[1].Act != "loss" || list[2].Act != "loss" || list[2].Terms != "2099-1" {
		t.Errorf("the allegations are %+v (%v)", list, err)
	}
	refusedAs(t, with(func(*Reclassing) {}), CodeTwice, "")
	if earlier, err := LookEarlier(t.Context(), o.store, v); err != nil || len(earlier) != 0 {
		t.Errorf("the newer version touches %+v (%v)", earlier, err)
	}

	past := NewPast()
	for e, err := range o.store.Events()(t.Context(), 0) {
		if err == nil {
			err = past.Enter(&e)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := past.Classed[made["rape"]]; !slices.Equal(got, []Classed{{"rape", "2026-1"}, {"assault", "2099-1"}}) {
		t.Errorf("the record says of the allegation %+v", got)
	}
	o.rebuilds(t)
	o.erase(t, OfAllegation, made["theft"])
	o.rebuilds(t)
	o.erase(t, OfIncident, id)
	o.rebuilds(t)
	if files := o.onDisk(t, "dispossessed"); len(files) > 0 {
		t.Errorf("after it was erased, %v still say how it was classed", files)
	}
}
