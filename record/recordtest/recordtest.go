// Package recordtest holds the laws that every store of the record must keep,
// whatever database is below it, and makes dossiers to try them with. It must
// never know a backend: it sees record.Store only. Start with Conformance.
package recordtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"temwen/record"
)

// Backend is a kind of store under test.
type Backend struct {
	// New makes a place for a record and returns its address: a path, a DSN.
	New func(t *testing.T) string
	// Open opens the record at an address for writing, and makes it the first
	// time. It is also called in a child process, which will be killed.
	Open func(t *testing.T, address string, options ...record.Option) record.Store
}

// Conformance tests a backend against the laws. The test that calls it must do
// nothing before: a part of it starts the test binary again, to kill it.
func Conformance(t *testing.T, b Backend) {
	if runAsVictim(t, b) {
		return
	}
	for _, law := range []struct {
		name string
		test func(*testing.T, Backend)
	}{
		{"an empty record has nothing", emptyRecord},
		{"an import states every fact in order", importStates},
		{"an unchanged dossier adds nothing", unchangedAddsNothing},
		{"a changed dossier is revised and retracted", changesAreEvents},
		{"facts are as of any edition", asOfEdition},
		{"facts are found by what they are filed under", queries},
		{"pages of facts join without a seam", manyPages},
		{"a key is used once", keysOnce},
		{"a key is used once by many at a time", keysOnceConcurrently},
		{"a refused command leaves nothing", refusedLeavesNothing},
		{"a cancelled command leaves nothing", cancelledLeavesNothing},
		{"a mission belongs to one dossier", missionBelongsToOne},
		{"readers see whole imports while one writes", readersSeeWholeImports},
		{"streams may be left and nested", streamsNest},
		{"a reopened record goes on", reopened},
		{"a rebuild finds the tables as they were", rebuildIsEqual},
		{"any imports replay to the same tables", replayEqualsTables},
		{"a book decides, and its tables follow", bookDecidesAndEnters},
		{"sealed events look alike", sealedEventsLookAlike},
		{"a content is kept whole", contentIsKept},
		{"a book catches up", bookCatchesUp},
		{"what is erased leaves a stone", erasedLeavesAStone},
		{"what is said beside a public event is erased", erasedBesidePublic},
		{"what is erased together leaves no half", erasedTogether},
		{"what is erased cannot be guessed", erasedCannotBeGuessed},
		{"a killed import loses nothing and leaves no half", killedImport},
	} {
		t.Run(law.name, func(t *testing.T) { law.test(t, b) })
	}
}

// fresh opens a new record, and closes it after the test.
func fresh(t *testing.T, b Backend) record.Store {
	return open(t, b, b.New(t))
}

func open(t *testing.T, b Backend, address string) record.Store {
	s := b.Open(t, address, record.Books(Diary{}, Diary{Second: true}))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return s
}

// Noon is a time for tests: commands of a test happen then.
var Noon = time.Date(2024, 6, 26, 12, 0, 0, 123456000, time.UTC)

// Fact makes a fact of a dossier. Its body holds the ID and a text.
func Fact(dossier, kind, id, text string, sources ...string) record.Fact {
	body, err := record.Canonical(map[string]any{"id": id, "text": text})
	if err != nil {
		panic(err)
	}
	return record.Fact{Dossier: dossier, Kind: kind, ID: id, Known: record.AlwaysKnown, Sources: sources, Body: body}
}

// Dossier makes a dossier of n facts of about 600 bytes, as a real one has: one
// mission, a tenth of sources, the rest obligations that cite two of them. Every
// body says which revision it is, so revisions differ in all of them; and of
// every 50 obligations one is in every second revision only.
func Dossier(name string, n, revision int) []record.Fact {
	text := strings.Repeat("What the authorisation of the mission asks of those who lead and pay for it. ", 6)
	facts := make([]record.Fact, 0, n)
	sources := max(2, n/10)
	for i := range n {
		kind, id := "obligation", fmt.Sprintf("%s-obligation-%06d", name, i)
		switch {
		case i < sources:
			kind, id = "source", fmt.Sprintf("source-%06d", i)
		case i == sources:
			kind, id = record.KindMission, name+"-mission"
		case i%50 == 49 && revision%2 == 1:
			continue
		}
		body, err := record.Canonical(map[string]any{"id": id, "revision": revision, "text": text})
		if err != nil {
			panic(err)
		}
		f := record.Fact{Dossier: name, Kind: kind, ID: id, Known: int32(19_000 + i%900), Body: body}
		if i > sources {
			f.Mission = name + "-mission"
			f.Sources = []string{facts[i%sources].ID, facts[(i+1)%sources].ID}
		}
		facts = append(facts, f)
	}
	return facts
}

// do runs a command that must succeed.
func do(t testing.TB, s record.Store, key string, dossier string, facts []record.Fact) record.Result {
	t.Helper()
	r, err := s.Do(t.Context(), key, record.Import{Dossier: dossier, Facts: facts}, Noon)
	if err != nil {
		t.Fatalf("importing dossier %q: %v", dossier, err)
	}
	return r
}

// facts collects what a query finds.
func facts(t testing.TB, s record.Store, q record.Query) []record.Version {
	t.Helper()
	var found []record.Version
	for v, err := range s.Facts(t.Context(), q) {
		if err != nil {
			t.Fatalf("facts of %+v: %v", q, err)
		}
		found = append(found, v)
	}
	return found
}

// events collects the events from an index on.
func events(t testing.TB, s record.Store, from uint64) []record.Event {
	t.Helper()
	var found []record.Event
	for e, err := range s.Events(t.Context(), from) {
		if err != nil {
			t.Fatalf("events from %d: %v", from, err)
		}
		found = append(found, e)
	}
	return found
}

func size(t testing.TB, s record.Store) uint64 {
	t.Helper()
	n, err := s.Size(t.Context())
	if err != nil {
		t.Fatalf("size: %v", err)
	}
	return n
}

// holds checks that the dossier is as given in an edition (0: the latest).
func holds(t testing.TB, s record.Store, edition uint64, dossier string, want []record.Fact) {
	t.Helper()
	found := facts(t, s, record.Query{Edition: edition, Dossier: dossier})
	left := make(map[record.Ref]record.Hash, len(want))
	for i := range want {
		left[want[i].Ref()] = want[i].Hash()
	}
	for i, v := range found {
		if hash, ok := left[v.Ref()]; !ok {
			t.Fatalf("edition %d has %s, which the dossier had not", edition, v.Ref())
		} else if hash != v.Hash() {
			t.Fatalf("edition %d has %s as %s, which the dossier had not", edition, v.Ref(), v.Body)
		}
		delete(left, v.Ref())
		if i > 0 && !before(found[i-1].Ref(), v.Ref()) {
			t.Fatalf("%s comes before %s", found[i-1].Ref(), v.Ref())
		}
	}
	for ref := range left {
		t.Fatalf("edition %d lacks %s (and %d more)", edition, ref, len(left)-1)
	}
}

// before is the order in which facts are streamed.
func before(a, b record.Ref) bool {
	if a.Dossier != b.Dossier {
		return a.Dossier < b.Dossier
	}
	if a.Kind != b.Kind {
		return a.Kind < b.Kind
	}
	return a.ID < b.ID
}
