package recordtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"temwen/record"
)

func emptyRecord(t *testing.T, b Backend) {
	s := fresh(t, b)
	if n := size(t, s); n != 0 {
		t.Errorf("its size is %d", n)
	}
	if found := events(t, s, 0); len(found) != 0 {
		t.Errorf("it has %d events", len(found))
	}
	if found := facts(t, s, record.Query{}); len(found) != 0 {
		t.Errorf("it has %d facts", len(found))
	}
	if found, err := s.Dossiers(t.Context(), 0); err != nil || len(found) != 0 {
		t.Errorf("its dossiers are %v (%v)", found, err)
	}
	if found, err := s.History(t.Context(), record.Ref{Dossier: "a", Kind: "b", ID: "c"}); err != nil || len(found) != 0 {
		t.Errorf("a history is %v (%v)", found, err)
	}
	for _, err := range s.Events(t.Context(), 1) {
		if !errors.Is(err, record.ErrEdition) {
			t.Errorf("events from 1: %v", err)
		}
	}
	for _, err := range s.Facts(t.Context(), record.Query{Edition: 1}) {
		if !errors.Is(err, record.ErrEdition) {
			t.Errorf("facts of edition 1: %v", err)
		}
	}
	if rebuilt, err := s.Rebuild(t.Context()); err != nil || rebuilt != (record.Rebuilt{}) {
		t.Errorf("rebuilding: %v, %v", rebuilt, err)
	}
}

func importStates(t *testing.T, b Backend) {
	s := fresh(t, b)
	given := Dossier("haiti", 300, 0)
	var last, calls int
	progress := func(done, total int) {
		if done < last || total != len(given) {
			t.Errorf("progress went from %d to %d of %d", last, done, total)
		}
		last, calls = done, calls+1
	}
	r, err := s.Do(t.Context(), "key", record.Import{Dossier: "haiti", Facts: given}, Noon.In(time.FixedZone("", -4*3600)), progress)
	if err != nil {
		t.Fatal(err)
	}
	if r.From != 0 || r.To != uint64(len(given)) || r.Counts[record.FactStated] != len(given) || len(r.Counts) != 1 || r.Repeated {
		t.Errorf("result is %+v", r)
	}
	if last != len(given) || calls < 2 {
		t.Errorf("progress was called %d times and ended at %d", calls, last)
	}
	salts := make(map[string]bool)
	for i, e := range events(t, s, 0) {
		want := record.Change{Type: record.FactStated, Fact: given[i]}
		if e.Index != uint64(i) || e.Type != record.FactStated || string(e.Public) != string(want.Public()) {
			t.Fatalf("event %d is %+v", i, e)
		}
		if !e.Time.Equal(Noon) || e.Time.Location() != time.UTC || e.Key != "key" {
			t.Fatalf("event %d was at %v under the key %q", i, e.Time, e.Key)
		}
		if private := `{"at":"2024-06-26T12:00:00.123456Z","key":"key"}`; string(e.Private) != private {
			t.Fatalf("the private part of event %d is %s", i, e.Private)
		}
		if len(e.Salt) != 32 || salts[string(e.Salt)] {
			t.Fatalf("the salt of event %d is %x: too short or used before", i, e.Salt)
		}
		salts[string(e.Salt)] = true
	}
	if len(salts) != len(given) {
		t.Errorf("%d events of %d", len(salts), len(given))
	}
	holds(t, s, 0, "haiti", given)
}

func unchangedAddsNothing(t *testing.T, b Backend) {
	s := fresh(t, b)
	given := Dossier("haiti", 40, 0)
	do(t, s, "1", "haiti", given)
	slices.Reverse(given) // the order of the files does not matter
	r := do(t, s, "2", "haiti", given)
	if r.From != 40 || r.To != 40 || len(r.Counts) != 0 {
		t.Errorf("result is %+v", r)
	}
	if n := size(t, s); n != 40 {
		t.Errorf("the record has %d events", n)
	}
}

func changesAreEvents(t *testing.T, b Backend) {
	s := fresh(t, b)
	a, gone, kept := Fact("d", "actor", "a", "one"), Fact("d", "actor", "b", "one"), Fact("d", "actor", "c", "one")
	do(t, s, "1", "d", []record.Fact{a, gone, kept})
	revised, added := Fact("d", "actor", "a", "two"), Fact("d", "actor", "d", "one")
	r := do(t, s, "2", "d", []record.Fact{added, revised, kept})
	if r.From != 3 || r.To != 6 || r.Counts[record.FactStated] != 1 || r.Counts[record.FactRevised] != 1 || r.Counts[record.FactRetracted] != 1 {
		t.Errorf("result is %+v", r)
	}
	want := []record.Change{
		{Type: record.FactStated, Fact: added},
		{Type: record.FactRevised, Fact: revised, Prior: a.Hash()},
		{Type: record.FactRetracted, Fact: record.Fact{Dossier: "d", Kind: "actor", ID: "b"}, Prior: gone.Hash()},
	}
	for i, e := range events(t, s, 3) {
		if e.Type != want[i].Type || string(e.Public) != string(want[i].Public()) {
			t.Errorf("event %d is %s %s, not %s", e.Index, e.Type, e.Public, want[i].Public())
		}
	}
	holds(t, s, 0, "d", []record.Fact{revised, kept, added})

	history, err := s.History(t.Context(), a.Ref())
	if err != nil || len(history) != 2 {
		t.Fatalf("the history of what was revised is %v (%v)", history, err)
	}
	if h := history[0]; h.From != 0 || h.Until != 4 || h.Hash() != a.Hash() || !h.Recorded.Equal(Noon) {
		t.Errorf("its first version is %+v", h)
	}
	if h := history[1]; h.From != 4 || h.Until != 0 || h.Hash() != revised.Hash() {
		t.Errorf("its second version is %+v", h)
	}
	history, err = s.History(t.Context(), gone.Ref())
	if err != nil || len(history) != 1 || history[0].From != 1 || history[0].Until != 5 {
		t.Errorf("the history of what was retracted is %+v (%v)", history, err)
	}

	// It comes back: A, then B, then A again is A.
	do(t, s, "3", "d", []record.Fact{a, gone, kept})
	holds(t, s, 0, "d", []record.Fact{a, gone, kept})
	if history, err = s.History(t.Context(), gone.Ref()); err != nil || len(history) != 2 {
		t.Errorf("the history of what came back is %+v (%v)", history, err)
	}
}

func asOfEdition(t *testing.T, b Backend) {
	s := fresh(t, b)
	type edition struct {
		number        uint64
		first, second []record.Fact
	}
	now := edition{}
	var editions []edition
	for i := range 6 {
		if i%3 == 2 {
			now.second = Dossier("second", 30, i)
			now.number = do(t, s, fmt.Sprint(i), "second", now.second).To
		} else {
			now.first = Dossier("first", 120, i)
			now.number = do(t, s, fmt.Sprint(i), "first", now.first).To
		}
		editions = append(editions, now)
	}
	for _, e := range editions {
		holds(t, s, e.number, "first", e.first)
		holds(t, s, e.number, "second", e.second)
		onFile, err := s.Dossiers(t.Context(), e.number)
		if err != nil {
			t.Fatal(err)
		}
		want := []record.OnFile{{Dossier: "first", Missions: []string{"first-mission"}, Facts: len(e.first)}}
		if e.second != nil {
			want = append(want, record.OnFile{Dossier: "second", Missions: []string{"second-mission"}, Facts: len(e.second)})
		}
		for i := range onFile {
			if onFile[i].Changed >= e.number {
				t.Errorf("edition %d has a change by event %d", e.number, onFile[i].Changed)
			}
			onFile[i].Changed = 0
		}
		if fmt.Sprint(onFile) != fmt.Sprint(want) {
			t.Errorf("the dossiers of edition %d are %v, not %v", e.number, onFile, want)
		}
	}
	// In the middle of an import, too: the first 10 facts of the first one.
	holds(t, s, 10, "first", editions[0].first[:10])
}

func queries(t *testing.T, b Backend) {
	s := fresh(t, b)
	mission := Fact("a", record.KindMission, "mss", "")
	early := Fact("a", "figure", "early", "", "un-1", "un-2")
	early.Known, early.Mission = -25_000, "mss" // 1901
	late := Fact("a", "figure", "late", "", "un-2")
	late.Known, late.Mission = 19_900, "mss"
	other := Fact("a", "statement", "late", "", "un-3")
	other.Known = 19_901
	elsewhere := Fact("b", "figure", "early", "", "un-2")
	do(t, s, "1", "a", []record.Fact{mission, early, late, other})
	do(t, s, "2", "b", []record.Fact{elsewhere})
	for _, c := range []struct {
		name  string
		query record.Query
		want  []record.Fact
	}{
		{"all", record.Query{}, []record.Fact{early, late, mission, other, elsewhere}},
		{"dossier", record.Query{Dossier: "b"}, []record.Fact{elsewhere}},
		{"kind", record.Query{Kind: "figure"}, []record.Fact{early, late, elsewhere}},
		{"kind of a dossier", record.Query{Dossier: "a", Kind: "figure"}, []record.Fact{early, late}},
		{"one", record.Query{Dossier: "a", Kind: "figure", ID: "late"}, []record.Fact{late}},
		{"ID", record.Query{ID: "late"}, []record.Fact{late, other}},
		{"mission", record.Query{Mission: "mss"}, []record.Fact{early, late}},
		{"source", record.Query{Source: "un-2"}, []record.Fact{early, late, elsewhere}},
		{"source of a dossier", record.Query{Source: "un-2", Dossier: "a"}, []record.Fact{early, late}},
		{"known by the day before", record.Query{Dossier: "a", KnownBy: new(int32(19_899))}, []record.Fact{early, mission}},
		{"known by the day", record.Query{Dossier: "a", KnownBy: new(int32(19_900))}, []record.Fact{early, late, mission}},
		{"known by 1970-01-01", record.Query{KnownBy: new(int32(0))}, []record.Fact{early, mission, elsewhere}},
		{"edition", record.Query{Edition: 2}, []record.Fact{early, mission}},
		{"not there", record.Query{Dossier: "c"}, nil},
		{"not there either", record.Query{Source: "un-9"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got, want []string
			for _, v := range facts(t, s, c.query) {
				got = append(got, fmt.Sprint(v.Ref(), v.Hash()))
			}
			for _, f := range c.want {
				want = append(want, fmt.Sprint(f.Ref(), f.Hash()))
			}
			if !slices.Equal(got, want) {
				t.Errorf("found\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func manyPages(t *testing.T, b Backend) {
	s := fresh(t, b)
	given := map[string][]record.Fact{"a": Dossier("a", 700, 0), "b": Dossier("b", 513, 0), "c": Dossier("c", 256, 0)}
	for _, name := range []string{"b", "c", "a"} {
		do(t, s, name, name, given[name])
	}
	for name := range given {
		holds(t, s, 0, name, given[name])
	}
	if n := len(facts(t, s, record.Query{})); n != 700+513+256 {
		t.Errorf("%d facts", n)
	}
	if n := len(events(t, s, 0)); n != 700+513+256 {
		t.Errorf("%d events", n)
	}
	if found := events(t, s, 1000); len(found) != 469 || found[0].Index != 1000 {
		t.Errorf("%d events from 1000 on", len(found))
	}
	if found := events(t, s, 1469); len(found) != 0 {
		t.Errorf("%d events from the end on", len(found))
	}
}

func keysOnce(t *testing.T, b Backend) {
	s := fresh(t, b)
	first, second := Dossier("haiti", 30, 0), Dossier("haiti", 30, 1)
	r1 := do(t, s, "1", "haiti", first)
	unchanged := do(t, s, "unchanged", "haiti", first)
	do(t, s, "2", "haiti", second)

	for key, was := range map[string]record.Result{"1": r1, "unchanged": unchanged} {
		again := do(t, s, key, "haiti", first)
		if !again.Repeated || again.From != was.From || again.To != was.To || fmt.Sprint(again.Counts) != fmt.Sprint(was.Counts) {
			t.Errorf("key %q again is %+v, not %+v", key, again, was)
		}
	}
	holds(t, s, 0, "haiti", second)

	n := size(t, s)
	if _, err := s.Do(t.Context(), "1", record.Import{Dossier: "haiti", Facts: second}, Noon); !errors.Is(err, record.ErrKeyReused) {
		t.Errorf("the key of another command: %v", err)
	}
	for _, key := range []string{"", "\xff", strings.Repeat("k", 201), "a\x00b"} {
		if _, err := s.Do(t.Context(), key, record.Import{Dossier: "haiti", Facts: first}, Noon); err == nil {
			t.Errorf("the key %q was taken", key)
		}
	}
	if size(t, s) != n {
		t.Errorf("the record went from %d to %d events", n, size(t, s))
	}
}

func keysOnceConcurrently(t *testing.T, b Backend) {
	s := fresh(t, b)
	given := Dossier("haiti", 60, 0)
	results := make([]record.Result, 8)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() { results[i] = do(t, s, "key", "haiti", given) })
	}
	wg.Wait()
	first := 0
	for _, r := range results {
		if !r.Repeated {
			first++
		}
		if r.From != 0 || r.To != 60 || r.Counts[record.FactStated] != 60 {
			t.Errorf("a result is %+v", r)
		}
	}
	if n := size(t, s); first != 1 || n != 60 {
		t.Errorf("%d were first, and the record has %d events", first, n)
	}
}

func refusedLeavesNothing(t *testing.T, b Backend) {
	s := fresh(t, b)
	good := Dossier("haiti", 600, 0)
	big := Fact("haiti", "note", "big", strings.Repeat("x", record.MaxPublic))
	loose := Fact("haiti", "note", "loose", "")
	loose.Body = json.RawMessage(`{"b": 1, "a": 2}`)
	for name, facts := range map[string][]record.Fact{
		"none":          nil,
		"too big":       append(slices.Clone(good), big),
		"twice":         append(slices.Clone(good), good[5]),
		"other":         append(slices.Clone(good), Fact("kenya", "note", "n", "")),
		"not UTF-8":     append(slices.Clone(good), record.Fact{Dossier: "haiti", Kind: "note", ID: "\xff", Body: good[0].Body}),
		"no body":       append(slices.Clone(good), record.Fact{Dossier: "haiti", Kind: "note", ID: "n"}),
		"not canonical": append(slices.Clone(good), loose),
	} {
		_, err := s.Do(t.Context(), "key "+name, record.Import{Dossier: "haiti", Facts: facts}, Noon)
		var refusal *record.Refusal
		if !errors.Is(err, record.ErrRefused) || !errors.As(err, &refusal) || len(refusal.Reasons) == 0 {
			t.Errorf("%s: %v", name, err)
		}
		if n := size(t, s); n != 0 {
			t.Fatalf("%s: the record has %d events", name, n)
		}
	}
	if _, err := s.Do(t.Context(), "key", record.Import{Dossier: "haiti", Facts: good}, time.Time{}.AddDate(-3000, 0, 0)); err == nil {
		t.Errorf("a command of 3000 BC was taken")
	}
	// A key whose command was refused is free.
	if r := do(t, s, "key twice", "haiti", good); r.Repeated || r.To != 600 {
		t.Errorf("result is %+v", r)
	}
}

func cancelledLeavesNothing(t *testing.T, b Backend) {
	s := fresh(t, b)
	do(t, s, "1", "kenya", Dossier("kenya", 20, 0))
	given := Dossier("haiti", 1500, 0)
	for _, at := range []int{0, 700, 1500} {
		ctx, cancel := context.WithCancel(t.Context())
		progress := func(done, total int) {
			if done >= at {
				cancel()
			}
		}
		_, err := s.Do(ctx, "key", record.Import{Dossier: "haiti", Facts: given}, Noon, progress)
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled at %d: %v", at, err)
		}
		if n := size(t, s); n != 20 {
			t.Fatalf("cancelled at %d, the record has %d events", at, n)
		}
		holds(t, s, 0, "haiti", nil)
		cancel()
	}
	if r := do(t, s, "key", "haiti", given); r.Repeated || r.From != 20 {
		t.Errorf("result is %+v", r)
	}
	holds(t, s, 0, "haiti", given)
}

func missionBelongsToOne(t *testing.T, b Backend) {
	s := fresh(t, b)
	mine, yours := Fact("a", record.KindMission, "mss", ""), Fact("b", record.KindMission, "mss", "")
	note := Fact("a", "note", "mss", "")
	do(t, s, "1", "a", []record.Fact{mine, note})
	do(t, s, "2", "b", []record.Fact{Fact("b", "note", "mss", "")})
	if _, err := s.Do(t.Context(), "3", record.Import{Dossier: "b", Facts: []record.Fact{yours}}, Noon); !errors.Is(err, record.ErrRefused) {
		t.Errorf("the same mission in a second dossier: %v", err)
	}
	do(t, s, "4", "a", []record.Fact{note})
	do(t, s, "5", "b", []record.Fact{yours})
	holds(t, s, 0, "b", []record.Fact{yours})
}

func readersSeeWholeImports(t *testing.T, b Backend) {
	s := fresh(t, b)
	const n, revisions, readers = 300, 8, 3
	whole := make(map[string]int) // number of facts by revision
	for revision := range revisions {
		whole[revisionOf(t, &Dossier("haiti", n, revision)[0])] = len(Dossier("haiti", n, revision))
	}
	do(t, s, "0", "haiti", Dossier("haiti", n, 0))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for {
				found := facts(t, s, record.Query{Dossier: "haiti"})
				revision := revisionOf(t, &found[0].Fact)
				for i := range found {
					if got := revisionOf(t, &found[i].Fact); got != revision {
						t.Errorf("one reading has revisions %s and %s", revision, got)
						return
					}
				}
				if len(found) != whole[revision] {
					t.Errorf("a reading of revision %s has %d facts of %d", revision, len(found), whole[revision])
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for revision := 1; revision < revisions; revision++ {
		do(t, s, fmt.Sprint(revision), "haiti", Dossier("haiti", n, revision))
	}
	close(done)
	wg.Wait()
	holds(t, s, 0, "haiti", Dossier("haiti", n, revisions-1))
}

func revisionOf(t testing.TB, f *record.Fact) string {
	var body struct{ Revision json.Number }
	if err := json.Unmarshal(f.Body, &body); err != nil {
		t.Fatal(err)
	}
	return body.Revision.String()
}

func streamsNest(t *testing.T, b Backend) {
	s := fresh(t, b)
	do(t, s, "1", "haiti", Dossier("haiti", 300, 0))
	// Deeper than any pool of connections, and writing in the middle.
	var nest func(depth int)
	nest = func(depth int) {
		for v, err := range s.Facts(t.Context(), record.Query{Kind: "source"}) {
			if err != nil {
				t.Fatal(err)
			}
			for e, err := range s.Events(t.Context(), v.From) {
				if err != nil || e.Index != v.From {
					t.Fatal(e.Index, err)
				}
				break
			}
			if depth > 0 {
				nest(depth - 1)
			} else {
				do(t, s, "2", "kenya", Dossier("kenya", 20, 0))
			}
			break
		}
	}
	nest(50)
	holds(t, s, 0, "kenya", Dossier("kenya", 20, 0))
}

func reopened(t *testing.T, b Backend) {
	address := b.New(t)
	s := b.Open(t, address)
	first := do(t, s, "1", "haiti", Dossier("haiti", 50, 0))
	was := events(t, s, 0)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, b, address)
	if is := events(t, s, 0); fmt.Sprint(is) != fmt.Sprint(was) {
		t.Errorf("the events are other ones")
	}
	holds(t, s, 0, "haiti", Dossier("haiti", 50, 0))
	if again := do(t, s, "1", "haiti", Dossier("haiti", 50, 0)); !again.Repeated || again.To != first.To {
		t.Errorf("the key again: %+v", again)
	}
	if r := do(t, s, "2", "haiti", Dossier("haiti", 50, 1)); r.From != first.To {
		t.Errorf("it goes on at %d", r.From)
	}
	holds(t, s, 0, "haiti", Dossier("haiti", 50, 1))
	holds(t, s, first.To, "haiti", Dossier("haiti", 50, 0))
}

func rebuildIsEqual(t *testing.T, b Backend) {
	s := fresh(t, b)
	do(t, s, "1", "haiti", Dossier("haiti", 400, 0))
	do(t, s, "2", "haiti", Dossier("haiti", 400, 1))
	do(t, s, "3", "kenya", Dossier("kenya", 30, 0))
	do(t, s, "4", "kenya", Dossier("kenya", 30, 0))
	last := 0
	rebuilt, err := s.Rebuild(t.Context(), func(done, total int) { last = done })
	if err != nil {
		t.Fatal(err)
	}
	if n := size(t, s); rebuilt.Events != n || last != int(n) || rebuilt.Versions == 0 || rebuilt.Versions >= n {
		t.Errorf("of %d events it replayed %+v", n, rebuilt)
	}
	if audited, err := s.Audit(t.Context()); err != nil || audited != rebuilt {
		t.Errorf("an audit compared %+v (%v), the rebuild %+v", audited, err, rebuilt)
	}
	holds(t, s, 0, "haiti", Dossier("haiti", 400, 1))
}
