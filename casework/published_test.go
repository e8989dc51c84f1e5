package casework

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"temwen/instrument"
	"temwen/record"
	"temwen/when"
)

// look is a case as it stands.
func (o *office) look(t testing.TB, id string) *Case {
	t.Helper()
	c, err := o.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// decide has the second officer do a command, which must succeed.
func (o *office) decide(t testing.TB, id string, cmd Command) {
	t.Helper()
	if err := o.Do(t.Context(), "o2", id, 0, cmd, 0); err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
}

// publish has two officers make fields of a case public.
func (o *office) publish(t testing.TB, id string, ask AskPublication) {
	t.Helper()
	o.do(t, id, ask)
	o.decide(t, id, Publish{Asked: o.look(t, id).Asked.Index, Invented: true})
}

// standing is what stands in public.
func (o *office) standing(t testing.TB) *Standing {
	t.Helper()
	s, err := PublishedCases(t.Context(), o.store, 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rechecks compares what is public with the record, of which each event was changed.
func (o *office) rechecks(t testing.TB, change func(*record.Event)) (Rechecked, error) {
	return RecheckPublished(func(yield func(record.Event, error) bool) {
		for e, err := range o.store.Events()(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			change(&e)
			if !yield(e, nil) {
				return
			}
		}
	})
}

func unchanged(*record.Event) {}

// A case that two people made public shows their fields as they stood, to the
// month; it is in the ledger for anybody, stays when the case moves on, and is
// counted again from the record.
func TestPublished(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, RecordAnswer{2, answer("official")})
	o.publish(t, id, AskPublication{Fields: []string{"step", "opened"}})
	o.today = day("2025-02-15")
	if n, err := o.NoteSilences(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d silences (%v)", n, err)
	}
	refusedAs(t, o.Do(t.Context(), "o1", id, 0, AskPublication{Fields: []string{"silence"}}, 0), CodeWhy, "")
	o.publish(t, id, AskPublication{Fields: []string{"silence", "opened"}, Why: "fields"})

	list := o.standing(t).Cases
	if len(list) != 2 {
		t.Fatalf("public are %+v", list)
	}
	first, second := list[0], list[1]
	if first.Before != 0 || first.Mission != "mss" || !first.Invented || first.Opened != "2025-01" || first.State != "" || first.Silences != nil {
		t.Errorf("the first shows %+v", first)
	}
	if first.Steps != nil || !slices.Equal(first.Fields, []string{"opened"}) {
		t.Errorf("the first shows what the second leaves out: %+v", first)
	}
	if second.Before != first.Entry || second.Why != "fields" || len(second.Silences) != 1 || second.Silences[0].Since != "2025-02" {
		t.Errorf("the second shows %+v", second)
	}
	e, err := o.store.Event(t.Context(), first.Entry)
	if err != nil || e.Type != PublishedType {
		t.Fatalf("entry %d is a %s (%v)", first.Entry, e.Type, err)
	}
	showing, err := ParseShowing(e.Public)
	if err != nil || len(showing.Hashes) != 2 || len(first.Openings) != 1 || !slices.Contains(showing.Hashes, HashOf(first.Openings[0])) {
		t.Errorf("the entry says %s, which %q opens (%v)", e.Public, first.Openings, err)
	}
	for _, told := range []string{"step", "opened", "2025-01", "state", "name"} {
		if strings.Contains(string(e.Public), told) {
			t.Errorf("the entry tells %q: %s", told, e.Public)
		}
	}
	if p, err := showing.Open(second.Openings...); err == nil {
		t.Errorf("what opens another entry opens this one: %+v", p)
	}

	if done, err := o.rechecks(t, unchanged); err != nil || done != (Rechecked{Compared: 2}) {
		t.Errorf("counted again: %+v (%v)", done, err)
	}
	_, err = o.rechecks(t, func(e *record.Event) {
		if e.Index == second.Entry {
			p := second.Published
			p.Silences = nil
			showing, _, err := showingOf(&p, make([]byte, seedSize))
			if err == nil {
				e.Public, err = record.Canonical(showing)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	if !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a silence that is left out: %v", err)
	}
	_, err = o.rechecks(t, func(e *record.Event) {
		if e.Index == second.Entry {
			e.Body = nil
		}
	})
	if !errors.Is(err, record.ErrDamaged) {
		t.Errorf("an entry whose private part is gone: %v", err)
	}
	o.rebuilds(t)
	o.verifies(t)
}

// What is asked for can be withdrawn, by an event; who decides on it then is told
// who did, and so is who withdraws what was decided on.
func TestWithdrawRequest(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, AskPublication{Fields: []string{"state", "track"}})
	asked := o.look(t, id).Asked
	if asked.By != "o1" || !slices.Equal(asked.Fields, []string{"track", "state"}) {
		t.Fatalf("asked for is %+v", asked)
	}
	if list, err := o.Requested(t.Context()); err != nil || len(list) != 1 || list[0].ID != id {
		t.Errorf("asked for are %+v (%v)", list, err)
	}
	o.do(t, id, WithdrawRequest{asked.Index})
	if list, err := o.Requested(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("asked for are still %+v (%v)", list, err)
	}
	told := func(err error, by, did string) {
		t.Helper()
		refusedAs(t, err, CodeMoved, by)
		var r *Refused
		if errors.As(err, &r) && (r.Did != did || r.Case != id) {
			t.Errorf("who was slower is told %+v", r)
		}
	}
	told(o.Do(t.Context(), "o2", id, 0, Publish{Asked: asked.Index}, 0), "o1", publicationWithdrawn)
	told(o.Do(t.Context(), "o2", id, 0, WithdrawRequest{asked.Index}, 0), "o1", publicationWithdrawn)
	o.publish(t, id, AskPublication{Fields: []string{"state"}})
	told(o.Do(t.Context(), "o1", id, 0, WithdrawRequest{asked.Index}, 0), "o2", casePublished)
	refusedAs(t, o.Do(t.Context(), "o1", id, 0, AskPublication{Fields: []string{"state"}}, 0), CodeSame, "")
	refusedAs(t, o.Do(t.Context(), "o1", id, 0, WithdrawRequest{}, 0), CodeUnknown, "")
	o.rebuilds(t)
}

// Who decides on a case that is not what it was when it was asked for must have seen
// what changed: in its fields, in its incident, in what it takes.
func TestStaleRequest(t *testing.T) {
	o := newOffice(t)
	for name, change := range map[string]func(id string) Changes{
		"an outcome": func(id string) Changes {
			o.do(t, id, RecordAnswer{1, answer("informed")})
			o.do(t, id, RecordAnswer{2, answer("not-official")})
			o.do(t, id, RecordAnswer{3, answer("declines")})
			return Changes{Fields: []string{"outcome"}}
		},
		"another mission": func(id string) Changes {
			o.do(t, id, Succeed{Mission: "gsf"})
			return Changes{Fields: []string{"mission"}}
		},
		"facts coded otherwise": func(id string) Changes {
			i, err := o.Incident(t.Context(), o.incidentOf(t, id))
			if err != nil {
				t.Fatal(err)
			}
			i.Acts = []string{"killing"}
			if err := o.Revise(t.Context(), "o1", *i); err != nil {
				t.Fatal(err)
			}
			return Changes{Coded: true}
		},
		"an allegation more": func(id string) Changes {
			o.do(t, id, AddAllegation{o.allegation(t)})
			return Changes{Taken: true, Coded: true}
		},
	} {
		t.Run(name, func(t *testing.T) {
			id := o.open(t)
			o.do(t, id, AskPublication{Fields: []string{"state", "outcome"}})
			if c := o.look(t, id); c.SinceAsked() != nil {
				t.Fatalf("changed is %+v", c.SinceAsked())
			}
			o.do(t, id, Assign{"o3"}) // does not matter
			if c := o.look(t, id); c.SinceAsked() != nil {
				t.Fatalf("changed is %+v", c.SinceAsked())
			}
			want := change(id)
			c := o.look(t, id)
			got := c.SinceAsked()
			if got == nil || !slices.Equal(got.Fields, want.Fields) || got.Coded != want.Coded || got.Taken != want.Taken || got.Seen == 0 {
				t.Fatalf("changed is %+v", got)
			}
			refusedAs(t, o.Do(t.Context(), "o2", id, 0, Publish{Asked: c.Asked.Index}, 0), CodeStale, "")
			refusedAs(t, o.Do(t.Context(), "o2", id, 0, Publish{Asked: c.Asked.Index, Seen: got.Seen - 1}, 0), CodeStale, "")
			o.decide(t, id, Publish{Asked: c.Asked.Index, Seen: got.Seen})
		})
	}
	o.rebuilds(t)
	if _, err := o.rechecks(t, unchanged); err != nil {
		t.Errorf("counted again: %v", err)
	}
}

// What is public of a case that went on is told field by field, and revised or taken
// back by two people; a stone says that something stood there, and not what.
func TestRetracted(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	refusedAs(t, o.Do(t.Context(), "o1", id, 0, AskRetraction{"law"}, 0), CodeUnknown, "")
	o.publish(t, id, AskPublication{Fields: []string{"state", "step", "opened"}})
	if c := o.look(t, id); len(c.Outdated()) != 0 {
		t.Fatalf("outdated are %q", c.Outdated())
	}
	o.today = day("2025-02-15")
	o.do(t, id, RecordAnswer{1, answer("informed")})
	if c := o.look(t, id); !slices.Equal(c.Outdated(), []string{"step"}) {
		t.Fatalf("outdated are %q", c.Outdated())
	}
	o.publish(t, id, AskPublication{Fields: []string{"step", "opened"}, Why: "went-on"})
	if list, err := o.Standing(t.Context()); err != nil || len(list) != 1 || len(list[0].Outdated()) != 0 {
		t.Fatalf("public are %+v (%v)", list, err)
	}
	shown := o.look(t, id).Shown

	refusedAs(t, o.Do(t.Context(), "o1", id, 0, AskRetraction{"mood"}, 0), CodeGround, "")
	refusedAs(t, o.Do(t.Context(), "o2", id, 0, Retract{shown}, 0), CodeMoved, "o2")
	o.do(t, id, AskRetraction{"wrong"})
	asked := o.look(t, id).Asked.Index
	refusedAs(t, o.Do(t.Context(), "o1", id, 0, Retract{asked}, 0), CodeFourEyes, "o1")
	refusedAs(t, o.Do(t.Context(), "o2", id, 0, Publish{Asked: asked}, 0), CodeUnknown, "")
	o.decide(t, id, Retract{asked})
	refusedAs(t, o.Do(t.Context(), "o3", id, 0, Retract{asked}, 0), CodeMoved, "o2")

	s := o.standing(t)
	if len(s.Cases) != 0 || len(s.Stones) != 1 {
		t.Fatalf("in public stand %+v", s)
	}
	stone := s.Stones[0]
	if stone.Retracted != (Retracted{"mss", shown, "wrong", true}) {
		t.Errorf("the stone says %+v", stone)
	}
	e, err := o.store.Event(t.Context(), stone.Entry)
	if err != nil || strings.Contains(string(e.Public), "kenya") {
		t.Errorf("the entry says %s (%v)", e.Public, err)
	}
	if early, err := PublishedCases(t.Context(), o.store, stone.Entry); err != nil || len(early.Cases) != 0 || len(early.Stones) != 1 {
		t.Errorf("an earlier edition still shows %+v (%v)", early, err)
	}
	if early, err := PublishedCases(t.Context(), o.store, 2); err != nil || len(early.Stones) != 0 {
		t.Errorf("an edition before it was public shows %+v (%v)", early, err)
	}

	o.publish(t, id, AskPublication{Fields: []string{"track"}}) // again, and apart from the stone
	if s := o.standing(t); len(s.Cases) != 1 || s.Cases[0].Before != 0 || len(s.Stones) != 1 {
		t.Errorf("in public stand %+v", s)
	}
	if done, err := o.rechecks(t, unchanged); err != nil || done != (Rechecked{Compared: 4}) {
		t.Errorf("counted again: %+v (%v)", done, err)
	}
	o.rebuilds(t)
	o.verifies(t)
}

// A case that is erased takes the private part of what made it public along; a stone
// stands in public, which says that it was taken back and not that a person asked.
func TestErasedIsRetracted(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.publish(t, id, AskPublication{Fields: []string{"state"}})
	o.do(t, id, AskRetraction{"wrong"})
	o.decide(t, id, Retract{o.look(t, id).Asked.Index})
	o.publish(t, id, AskPublication{Fields: []string{"opened"}})
	before := o.standing(t)
	if len(before.Cases) != 1 || len(before.Stones) != 1 {
		t.Fatalf("in public stand %+v", before)
	}
	o.erase(t, OfCase, id)
	s := o.standing(t)
	if len(s.Cases) != 0 || len(s.Stones) != 2 {
		t.Fatalf("after the erasure stand %+v", s)
	}
	if last := s.Stones[1]; last.Before != before.Cases[0].Entry || last.Ground == "asked" || !last.Invented {
		t.Errorf("the stone says %+v", last)
	}
	for _, index := range []uint64{before.Cases[0].Entry, before.Stones[0].Before} {
		e, err := o.store.Event(t.Context(), index)
		if err != nil || len(e.Private) != 0 || len(e.Salt) != 0 || len(e.Public) == 0 {
			t.Errorf("entry %d keeps %s (%v)", index, e.Private, err)
		}
	}
	o.rebuilds(t)
	if again := o.standing(t); len(again.Cases) != 0 || len(again.Stones) != 2 {
		t.Errorf("rebuilt, there stand %+v", again)
	}
	o.verifies(t)
	if done, err := o.rechecks(t, unchanged); err != nil || done != (Rechecked{Compared: 2, Erased: 2}) {
		t.Errorf("counted again after the erasure: %+v (%v)", done, err)
	}
}

// What was taken back of a case says no more than that.
func TestParseRetracted(t *testing.T) {
	good := `{"before":7,"ground":"safety","mission":"mss"}`
	if r, err := ParseRetracted([]byte(good)); err != nil || r.Before != 7 {
		t.Errorf("%+v, %v", r, err)
	}
	for name, bad := range map[string]string{
		"no mission":         `{"before":7,"ground":"safety"}`,
		"no entry":           `{"ground":"safety","mission":"mss"}`,
		"another ground":     `{"before":7,"ground":"consent","mission":"mss"}`,
		"a word of the case": `{"before":7,"ground":"safety","mission":"mss","state":"kenya"}`,
		"no JSON":            `{`,
	} {
		if r, err := ParseRetracted([]byte(bad)); err == nil {
			t.Errorf("%s is read as %+v", name, r)
		}
	}
}

// What is public of a case names the version of the vocabulary of its day, and no later
// entry one that was left before.
func TestPublishedNamesTheVocabulary(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	old := CurrentTerms().Version
	o.publish(t, id, AskPublication{Fields: []string{"state"}})
	v, err := LoadTerms(OwnTerms(), os.DirFS("termstest"), "termstest")
	if err != nil {
		t.Fatal(err)
	}
	TryTerms(t, v)
	o.publish(t, id, AskPublication{Fields: []string{"opened"}, Why: "fields"})
	list := o.standing(t).Cases
	if len(list) != 2 || list[0].Terms != old || list[1].Terms != v.Newest().Version {
		t.Fatalf("public are %+v", list)
	}
	if done, err := o.rechecks(t, unchanged); err != nil || done.Compared != 2 {
		t.Errorf("counted again: %+v (%v)", done, err)
	}
	var c Chain
	for _, index := range []uint64{list[0].Entry, list[1].Entry, list[0].Entry} {
		e, err := o.store.Event(t.Context(), index)
		if err != nil {
			t.Fatal(err)
		}
		err = c.Enter(e.Index, when.Today(e.Time.UTC()), e.Type, e.Public)
		if again := c.terms[len(c.terms)-1] != old && index == list[0].Entry; (err != nil) != again {
			t.Errorf("entry %d: %v", index, err)
		}
	}
	o.rebuilds(t)
}

func FuzzParseRetracted(f *testing.F) {
	f.Add([]byte(`{"before":7,"ground":"safety","invented":true,"mission":"mss"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseRetracted(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseRetracted(again); err != nil {
			t.Errorf("%s is read, and %s is not: %v", b, again, err)
		}
	})
}

// Given a criminal and a civil case about one allegation, both public
// then the later one says that the other is, by its first entry; the record's check finds
// the same, and neither more nor less.
// When one is taken back, or erased, nothing tells of it any more.
func TestPublicCasesOfTwoTracks(t *testing.T) {
	for _, erased := range []bool{false, true} {
		o := newOffice(t)
		a := o.allegation(t)
		first, second, other := o.through(t, criminal(), a), o.through(t, civil(), a), o.open(t)
		all := AskPublication{Fields: []string{"track", "beside"}}
		o.publish(t, other, all)
		o.publish(t, first, all)
		if s := o.look(t, first); s.Stands.Beside != nil || s.First != s.Shown {
			t.Errorf("alone it shows %+v", s.Stands)
		}
		o.do(t, first, RecordAnswer{1, answer("informed")})
		o.publish(t, first, AskPublication{Fields: []string{"track", "step", "beside"}, Why: "went-on"})
		root := o.look(t, first).First
		o.publish(t, second, all)
		if c := o.look(t, second); !slices.Equal(c.Stands.Beside, []uint64{root}) || len(c.Outdated()) != 0 {
			t.Errorf("beside %d it shows %+v", root, c.Stands)
		}
		if c := o.look(t, first); !slices.Equal(c.Outdated(), []string{"beside"}) || c.Shown == root {
			t.Errorf("the first is out of date in %q", c.Outdated())
		}
		shows := func(id string, fields ...string) {
			t.Helper()
			s := o.standing(t)
			c := s.Cases[len(s.Cases)-1]
			if !slices.Equal(c.Fields, fields) || len(c.Openings) != len(fields) || slices.Contains(fields, "beside") != (c.Beside != nil) {
				t.Errorf("what stands last is %+v", c)
			}
		}
		shows(second, "track", "beside")
		if done, err := o.rechecks(t, func(*record.Event) {}); err != nil || done.Compared != 4 {
			t.Errorf("checked: %+v, %v", done, err)
		}
		for what, beside := range map[string][]uint64{"it is left out": nil, "another is named": {root, o.look(t, other).First}} {
			_, err := o.rechecks(t, func(e *record.Event) {
				var said Event
				if e.Index == o.look(t, second).Shown && json.Unmarshal(e.Body, &said) == nil {
					said.Beside = beside
					e.Body, _ = json.Marshal(said)
				}
			})
			if !errors.Is(err, record.ErrDamaged) {
				t.Errorf("%s: %v", what, err)
			}
		}

		if erased {
			o.erase(t, OfCase, first)
		} else {
			o.do(t, first, AskRetraction{"safety"})
			o.decide(t, first, Retract{Asked: o.look(t, first).Asked.Index})
		}
		shows(second, "track")
		if c := o.look(t, second); !slices.Equal(c.Outdated(), []string{"beside"}) {
			t.Errorf("erased %v: it is out of date in %q", erased, c.Outdated())
		}
		if _, err := o.rechecks(t, func(*record.Event) {}); err != nil {
			t.Errorf("erased %v: checked: %v", erased, err)
		}
		o.rebuilds(t)
		shows(second, "track")
		o.verifies(t)
	}
}

// Given a criminal and a civil case about two incidents that are found to be the same, both
// public
// then two people can show of each that the other is; the record's check finds the same, and
// neither more nor less; where the incidents are split, what stands is out of date. A case of
// another act there is not shown beside them, nor are two of one track beside each other.
func TestPublicCasesOfOneActByAMerge(t *testing.T) {
	o := newOffice(t)
	a, b, d := o.allegation(t), o.allegation(t), o.allegation(t)
	first, second, third := o.through(t, criminal(), a), o.through(t, civil(), b), o.through(t, criminal(), d)
	other, err := o.Allege(t.Context(), "o1", Allegation{Incident: o.incidentOf(t, second), Actor: "police", Act: "detention", Confidence: "likely"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	discipline := criminal()
	discipline.ID, discipline.Track = "d", instrument.Discipline
	apart := o.through(t, discipline, other)
	all := AskPublication{Fields: []string{"track", "beside"}}
	for _, id := range []string{first, second, third, apart} {
		o.publish(t, id, all)
	}
	for _, id := range []string{first, third} {
		if err := o.Merge(t.Context(), "o1", o.incidentOf(t, id), o.incidentOf(t, second), 0); err != nil {
			t.Fatal(err)
		}
	}
	root := func(id string) uint64 { return o.look(t, id).First }
	if old := o.look(t, second).Outdated(); !slices.Equal(old, []string{"beside"}) {
		t.Errorf("once they are the same, out of date are %q", old)
	}
	all.Why = "went-on"
	o.publish(t, second, all)
	if c := o.look(t, second); !slices.Equal(c.Stands.Beside, []uint64{root(first), root(third)}) || len(c.Outdated()) != 0 {
		t.Errorf("beside %d and %d it shows %+v", root(first), root(third), c.Stands)
	}
	o.publish(t, first, all)
	if c := o.look(t, first); !slices.Equal(c.Stands.Beside, []uint64{root(second)}) {
		t.Errorf("beside %d it shows %+v", root(second), c.Stands)
	}
	if old := o.look(t, apart).Outdated(); len(old) > 0 {
		t.Errorf("the case about another act is out of date in %q", old)
	}
	if _, err := o.rechecks(t, func(*record.Event) {}); err != nil {
		t.Errorf("checked: %v", err)
	}
	for what, beside := range map[string][]uint64{"it is left out": nil, "another act is named": {root(first), root(third), root(apart)}} {
		_, err := o.rechecks(t, func(e *record.Event) {
			var said Event
			if e.Index == o.look(t, second).Shown && json.Unmarshal(e.Body, &said) == nil {
				slices.Sort(beside)
				said.Beside = beside
				e.Body, _ = json.Marshal(said)
			}
		})
		if !errors.Is(err, record.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := o.Split(t.Context(), "o1", o.incidentOf(t, first), 0); err != nil {
		t.Fatal(err)
	}
	for id, old := range map[string][]string{first: {"beside"}, second: {"beside"}, apart: nil} {
		if got := o.look(t, id).Outdated(); !slices.Equal(got, old) {
			t.Errorf("after the split %s is out of date in %q, and should be in %q", id, got, old)
		}
	}
	o.publish(t, first, all)
	if c := o.look(t, first); c.Stands.Beside != nil {
		t.Errorf("after the split it shows %+v", c.Stands)
	}
	if _, err := o.rechecks(t, func(*record.Event) {}); err != nil {
		t.Errorf("checked after the split: %v", err)
	}
	o.rebuilds(t)
	o.verifies(t)
}

// Given two public cases that were one act through an incident between them
// when that one is split off and erased
// then the record's check does not take what they showed of each other for damage.
func TestMergeThatWasErasedIsNoDamage(t *testing.T) {
	o := newOffice(t)
	a, b, d := o.allegation(t), o.allegation(t), o.allegation(t)
	first, second, loose := o.through(t, criminal(), a), o.through(t, civil(), b), o.through(t, civil(), d)
	between := o.incidentOf(t, loose)
	o.erase(t, OfCase, loose)
	all := AskPublication{Fields: []string{"track", "beside"}}
	merge := func(id, into string) {
		t.Helper()
		if err := o.Merge(t.Context(), "o1", id, into, 0); err != nil {
			t.Fatal(err)
		}
	}
	mine, theirs := o.incidentOf(t, first), o.incidentOf(t, second)
	merge(mine, between)
	merge(between, theirs)
	o.publish(t, first, all)
	o.publish(t, second, all)
	if c := o.look(t, second); !slices.Equal(c.Stands.Beside, []uint64{o.look(t, first).First}) {
		t.Fatalf("it shows %+v", c.Stands)
	}
	for _, id := range []string{mine, between} {
		if err := o.Split(t.Context(), "o1", id, 0); err != nil {
			t.Fatal(err)
		}
	}
	o.erase(t, OfAllegation, d)
	o.erase(t, OfIncident, between)
	if _, err := o.rechecks(t, func(*record.Event) {}); err != nil {
		t.Errorf("checked: %v", err)
	}
	_, err := o.rechecks(t, func(e *record.Event) {
		var said Event
		if e.Index == o.look(t, second).Shown && json.Unmarshal(e.Body, &said) == nil {
			said.Beside = []uint64{e.Index - 1}
			e.Body, _ = json.Marshal(said)
		}
	})
	if !errors.Is(err, record.ErrDamaged) {
		t.Errorf("what can never have been is taken: %v", err)
	}
	o.rebuilds(t)
	o.verifies(t)
}

// What became public beside a case while it waits for the second person is looked at first.
func TestRequestIsStaleOnceAnotherTrackIsPublic(t *testing.T) {
	o := newOffice(t)
	a := o.allegation(t)
	first, second := o.through(t, criminal(), a), o.through(t, civil(), a)
	o.do(t, first, AskPublication{Fields: []string{"beside"}})
	o.publish(t, second, AskPublication{Fields: []string{"track"}})
	c := o.look(t, first)
	if ch := c.SinceAsked(); ch == nil || !slices.Equal(ch.Fields, []string{"beside"}) {
		t.Fatalf("changed is %+v", ch)
	}
	refusedAs(t, o.Do(t.Context(), "o2", first, 0, Publish{Asked: c.Asked.Index}, 0), CodeStale, "")
	o.decide(t, first, Publish{Asked: c.Asked.Index, Seen: c.SinceAsked().Seen, Invented: true})
	if c = o.look(t, first); !slices.Equal(c.Stands.Beside, []uint64{o.look(t, second).First}) {
		t.Errorf("it shows %+v", c.Stands)
	}
	o.rebuilds(t)
}
