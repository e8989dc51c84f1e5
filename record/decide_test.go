package record_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"temwen/record"
	"temwen/record/recordtest"
)

// imported decides an import, applies what it yields, and returns it.
func imported(t *rapid.T, state *record.State, dossier string, facts []record.Fact) []record.Change {
	before := record.State{Facts: maps.Clone(state.Facts), Missions: maps.Clone(state.Missions)}
	cmd := record.Import{Dossier: dossier, Facts: slices.Clone(facts)}
	changes, err := record.Decide(*state, cmd)
	if err != nil {
		t.Fatalf("deciding: %v", err)
	}
	again, err := record.Decide(*state, cmd)
	if err != nil || !reflect.DeepEqual(again, changes) {
		t.Fatalf("deciding again gave %v, not %v (%v)", again, changes, err)
	}
	if !maps.Equal(before.Facts, state.Facts) || !maps.Equal(before.Missions, state.Missions) || !reflect.DeepEqual(cmd.Facts, facts) {
		t.Fatal("deciding changed what it was given")
	}
	for _, c := range changes {
		// Through the bytes, as a replay does.
		c, err := record.Parse(c.Type, c.Public())
		if err != nil {
			t.Fatal(err)
		}
		if err := state.Apply(c); err != nil {
			t.Fatalf("applying: %v", err)
		}
	}
	return changes
}

// of is what a dossier has on file.
func of(state record.State, dossier string) map[record.Ref]record.Hash {
	found := maps.Clone(state.Facts)
	maps.DeleteFunc(found, func(r record.Ref, _ record.Hash) bool { return r.Dossier != dossier })
	return found
}

func hashes(facts []record.Fact) map[record.Ref]record.Hash {
	found := make(map[record.Ref]record.Hash)
	for i := range facts {
		found[facts[i].Ref()] = facts[i].Hash()
	}
	return found
}

func TestDecideLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var state record.State
		other := recordtest.AnyDossier("other").Draw(t, "other")
		imported(t, &state, "other", other)

		a := recordtest.AnyDossier("d").Draw(t, "a")
		b := recordtest.AnyDossier("d").Draw(t, "b")

		// An import makes the record hold the dossier exactly.
		first := imported(t, &state, "d", a)
		if !maps.Equal(of(state, "d"), hashes(a)) || len(first) != len(a) {
			t.Fatalf("after A it holds %v", state.Facts)
		}
		// Again, in any order, it has nothing to do.
		if again := imported(t, &state, "d", rapid.Permutation(a).Draw(t, "order")); len(again) > 0 {
			t.Fatalf("A again: %v", again)
		}
		// A, B, A is A.
		there := imported(t, &state, "d", b)
		if !maps.Equal(of(state, "d"), hashes(b)) {
			t.Fatalf("after B it holds %v", state.Facts)
		}
		back := imported(t, &state, "d", a)
		if !maps.Equal(of(state, "d"), hashes(a)) {
			t.Fatalf("after A, B, A it holds %v", state.Facts)
		}
		// The way back undoes the way there, change by change.
		count := func(changes []record.Change) map[string]int {
			n := make(map[string]int)
			for _, c := range changes {
				n[c.Type]++
			}
			return n
		}
		n, m := count(there), count(back)
		if n[record.FactStated] != m[record.FactRetracted] || n[record.FactRetracted] != m[record.FactStated] || n[record.FactRevised] != m[record.FactRevised] {
			t.Fatalf("there %v, back %v", n, m)
		}
		// No other dossier was touched.
		if !maps.Equal(of(state, "other"), hashes(other)) {
			t.Fatalf("the other dossier is %v", of(state, "other"))
		}
	})
}

// Changes come in the order given, retractions last and sorted.
func TestDecideOrder(t *testing.T) {
	f := func(kind, id, text string) record.Fact { return recordtest.Fact("d", kind, id, text) }
	state := record.State{Facts: hashes([]record.Fact{f("b", "x", ""), f("a", "z", ""), f("a", "y", ""), f("c", "kept", ""), f("c", "new", "")})}
	state.Facts[record.Ref{Dossier: "other", Kind: "a", ID: "a"}] = record.Hash{}
	changes, err := record.Decide(state, record.Import{Dossier: "d", Facts: []record.Fact{f("z", "last", ""), f("c", "kept", ""), f("c", "new", "text"), f("a", "first", "")}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, c.Type+" "+c.Fact.Kind+"/"+c.Fact.ID)
	}
	want := []string{"fact.stated z/last", "fact.revised c/new", "fact.stated a/first", "fact.retracted a/y", "fact.retracted a/z", "fact.retracted b/x"}
	if !slices.Equal(got, want) {
		t.Errorf("changes are\n%s, not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestDecideRefuses(t *testing.T) {
	good := recordtest.Fact("d", "note", "good", "")
	with := func(change func(*record.Fact)) []record.Fact {
		f := recordtest.Fact("d", "note", "bad", "")
		change(&f)
		return []record.Fact{good, f}
	}
	var many []string
	for i := range 501 {
		many = append(many, fmt.Sprint(i))
	}
	for want, facts := range map[string][]record.Fact{
		`would retract all`:                nil,
		`given with dossier "d"`:           with(func(f *record.Fact) { f.Dossier = "e" }),
		`given twice`:                      with(func(f *record.Fact) { f.ID = "good" }),
		`its ID is empty`:                  with(func(f *record.Fact) { f.ID = "" }),
		`its kind has 201 bytes`:           with(func(f *record.Fact) { f.Kind = strings.Repeat("k", 201) }),
		`its mission "m\n" has a control`:  with(func(f *record.Fact) { f.Mission = "m\n" }),
		`its ID " a" starts or ends`:       with(func(f *record.Fact) { f.ID = " a" }),
		`a source "\xff" is not valid`:     with(func(f *record.Fact) { f.Sources = []string{"\xff"} }),
		`cites source "s" twice`:           with(func(f *record.Fact) { f.Sources = []string{"s", "t", "s"} }),
		`cites 501 sources`:                with(func(f *record.Fact) { f.Sources = many }),
		`needs a source with a date`:       with(func(f *record.Fact) { f.Known = 1<<31 - 1 }),
		`its body: `:                       with(func(f *record.Fact) { f.Body = nil }),
		`is not a JSON object`:             with(func(f *record.Fact) { f.Body = json.RawMessage(`[]`) }),
		`not canonical JSON (RFC 8785)`:    with(func(f *record.Fact) { f.Body = json.RawMessage(`{ }`) }),
		`has room for 61440; shorten it`:   with(func(f *record.Fact) { f.Body = json.RawMessage(`{"a":"` + strings.Repeat("x", 61440) + `"}`) }),
		`mission "mss" belongs to dossier`: with(func(f *record.Fact) { f.Kind, f.ID = record.KindMission, "mss" }),
	} {
		state := record.State{Missions: map[string]string{"mss": "other"}}
		changes, err := record.Decide(state, record.Import{Dossier: "d", Facts: facts})
		if !errors.Is(err, record.ErrRefused) || changes != nil {
			t.Errorf("%s: %d changes, %v", want, len(changes), err)
		} else if !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("the refusal is %q, without %q", err, want)
		}
	}

	// All reasons at once, up to a limit.
	bad := make([]record.Fact, 33)
	var refusal *record.Refusal
	if _, err := record.Decide(record.State{}, record.Import{Dossier: "d", Facts: bad}); !errors.As(err, &refusal) ||
		len(refusal.Reasons) != 20 || refusal.More != 13 || !strings.HasSuffix(err.Error(), "\nand 13 more") {
		t.Errorf("33 bad facts: %v", err)
	}

	// The largest fact that fits, fits.
	fits := recordtest.Fact("d", "note", "fits", "")
	fits.Body = json.RawMessage(`{"a":""}`)
	room := record.MaxPublic - len((&record.Change{Type: record.FactStated, Fact: fits}).Public())
	fits.Body = json.RawMessage(`{"a":"` + strings.Repeat("x", room) + `"}`)
	changes, err := record.Decide(record.State{}, record.Import{Dossier: "d", Facts: []record.Fact{fits}})
	if err != nil || len(changes[0].Public()) != record.MaxPublic {
		t.Errorf("the largest fact: %v", err)
	}
}

// A record whose events do not follow from each other is found in a replay.
func TestApplyRefuses(t *testing.T) {
	f := recordtest.Fact("d", "note", "a", "")
	mission := recordtest.Fact("d", record.KindMission, "mss", "")
	state := record.State{}
	for _, c := range []record.Change{{Type: record.FactStated, Fact: f}, {Type: record.FactStated, Fact: mission}} {
		if err := state.Apply(c); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]record.Change{
		"stated twice":              {Type: record.FactStated, Fact: f},
		"revised from another":      {Type: record.FactRevised, Fact: f},
		"retracted from another":    {Type: record.FactRetracted, Fact: f},
		"revised, never stated":     {Type: record.FactRevised, Fact: recordtest.Fact("d", "note", "b", "")},
		"retracted, never stated":   {Type: record.FactRetracted, Fact: recordtest.Fact("d", "note", "b", "")},
		"mission of another's name": {Type: record.FactStated, Fact: recordtest.Fact("e", record.KindMission, "mss", "")},
	} {
		if err := state.Apply(c); err == nil {
			t.Errorf("%s: was applied", name)
		}
	}
}
