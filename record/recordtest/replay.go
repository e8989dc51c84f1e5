package recordtest

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"temwen/record"
)

// replayEqualsTables imports any dossiers in any order, and checks that the
// tables say what a replay of the events by State.Apply says, now and as of
// every edition, that each dossier is as it was last given, and that Rebuild
// finds nothing to change.
func replayEqualsTables(t *testing.T, b Backend) {
	s := fresh(t, b)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		first := size(t, s)
		names := []string{fmt.Sprintf("a%d", run), fmt.Sprintf("b%d", run)}
		last := make(map[string][]record.Fact)
		for i := range rapid.IntRange(1, 5).Draw(rt, "imports") {
			name := rapid.SampledFrom(names).Draw(rt, "dossier")
			last[name] = AnyDossier(name).Draw(rt, "facts")
			do(t, s, fmt.Sprintf("run %d import %d", run, i), name, last[name])
		}
		var state record.State
		for _, e := range events(t, s, first) {
			c, err := record.Parse(e.Type, e.Public)
			if err != nil {
				rt.Fatalf("event %d: %v", e.Index, err)
			}
			if err := state.Apply(c); err != nil {
				rt.Fatalf("event %d: %v", e.Index, err)
			}
			onFile := make(map[record.Ref]record.Hash)
			for _, name := range names {
				for _, v := range facts(t, s, record.Query{Dossier: name, Edition: e.Index + 1}) {
					onFile[v.Ref()] = v.Hash()
				}
			}
			if !maps.Equal(onFile, state.Facts) {
				rt.Fatalf("edition %d has %v, but a replay says %v", e.Index+1, onFile, state.Facts)
			}
		}
		for name, given := range last {
			holds(t, s, 0, name, given)
		}
	})
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// AnyDossier draws a small dossier: few IDs and texts, so that two drawn for one
// name have much in common.
func AnyDossier(name string) *rapid.Generator[[]record.Fact] {
	return rapid.Custom(func(t *rapid.T) []record.Fact {
		ids := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "é", "\U0001F600", "d/1", `"e"`}), 1, 5, rapid.ID).Draw(t, "ids")
		dossier := make([]record.Fact, len(ids))
		for i, id := range ids {
			kind := rapid.SampledFrom([]string{"note", "figure"}).Draw(t, "kind")
			f := Fact(name, kind, id, rapid.SampledFrom([]string{"one", "two", "<&>\n"}).Draw(t, "text"))
			f.Known = rapid.SampledFrom([]int32{record.AlwaysKnown, 0, 19_000}).Draw(t, "known")
			f.Sources = rapid.SampledFrom([][]string{nil, {"x"}, {"y", "x"}}).Draw(t, "sources")
			f.Mission = rapid.SampledFrom([]string{"", "mss"}).Draw(t, "mission")
			dossier[i] = f
		}
		return dossier
	})
}
