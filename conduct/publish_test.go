package conduct_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"temwen/casework"
	"temwen/casework/termstest"
	"temwen/conduct"
	"temwen/conduct/conducttest"
	"temwen/ledger"
	"temwen/record"
	"temwen/store"
	"temwen/when"
)

var scope = conducttest.Scope("mss", "force", "state")

// world is an invented office on a real store.
func world(t testing.TB) (*conducttest.Office, *store.Store) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	if err := store.Create(t.Context(), dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC)
	s, err := store.Open(t.Context(), dir, store.Settings{
		Books: conducttest.Books(), Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond},
		Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return conducttest.New(s, now), s
}

// A year of an office: five editions, which add up, are shown again as they were,
// are what the record says, and are published by two people.
func TestAYearOfEditions(t *testing.T) {
	o, s := world(t)
	for month := range 12 {
		if err := o.Month(t.Context(), "mss", "force", "state"); err != nil {
			t.Fatal(err)
		}
		if month%3 == 2 {
			if _, err := o.Publish(t.Context(), scope, nil); err != nil {
				t.Fatalf("month %d: %v", month, err)
			}
		}
	}
	tables, err := conduct.Tables(t.Context(), s, "mss", 0)
	if err != nil || len(tables) != 4*12 {
		t.Fatalf("%d tables are published (%v)", len(tables), err)
	}
	var audit conduct.Audit
	shown, hidden := 0, 0
	for e, err := range s.Events()(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == conduct.EventType {
			if err := audit.Enter(e.Index, e.Public); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := audit.Finish(); err != nil || audit.Editions != 4 {
		t.Errorf("%d editions were audited (%v)", audit.Editions, err)
	}
	for _, p := range tables[len(tables)-12:] {
		for _, row := range p.Cells {
			for _, n := range row {
				if n.Hidden() {
					hidden++
				} else if n > 0 {
					shown++
				}
			}
		}
		if p.Count == conduct.Allegations {
			t.Logf("%v", p.Face)
		}
		if p.Count == conduct.Open {
			t.Logf("%v", p.Waits)
		}
	}
	if shown == 0 || hidden == 0 {
		t.Errorf("%d numbers are shown and %d kept back: the test shows nothing", shown, hidden)
	}
	done, err := conduct.Recount(s.Events()(t.Context(), 0), tables)
	if err != nil || done.Tables != len(tables) {
		t.Errorf("%+v were counted again (%v)", done, err)
	}
	if _, err := s.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
	tables[5].Sealed.N[0][0]++
	if _, err := conduct.Recount(s.Events()(t.Context(), 0), tables); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a table that is not what the record says is taken for it (%v)", err)
	}
	tables[5].Sealed.N[0][0]--
	open := &tables[len(tables)-1]
	at := slices.IndexFunc(open.Waits, func(w conduct.Wait) bool { return w.Silent != 0 })
	if open.Count != conduct.Open || at < 0 {
		t.Fatalf("nobody is silent: the test shows nothing: %v", open.Waits)
	}
	open.Waits[at].Silent, open.Waits[at].Since = 0, nil
	if _, err := conduct.Recount(s.Events()(t.Context(), 0), tables); !errors.Is(err, record.ErrDamaged) {
		t.Errorf("a table that leaves out who is silent is taken for the record's (%v)", err)
	}
}

// Two people publish, and whoever is too late is told by whom.
func TestTwoPeoplePublish(t *testing.T) {
	o, s := world(t)
	month := func() {
		t.Helper()
		if err := o.Month(t.Context(), "mss", "force", "state"); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(err error, code, by string) {
		t.Helper()
		var r *conduct.Refused
		if !errors.As(err, &r) || r.Code != code || r.By != by {
			t.Errorf("%v (%+v), and should be refused as %s by %q", err, r, code, by)
		}
	}
	prepare := func(instead uint64) conduct.Ask {
		t.Helper()
		a, _, err := o.Conduct.Prepare(t.Context(), conduct.Ask{Scope: scope, Least: 5, Through: conduct.Month(2025 * 12), Instead: instead})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	ask := func(by string, a conduct.Ask) uint64 {
		t.Helper()
		if err := o.Conduct.Ask(t.Context(), by, a); err != nil {
			t.Fatal(err)
		}
		asked, err := o.Conduct.Asked(t.Context(), "mss")
		if err != nil || asked == nil || asked.By != by || asked.On.String() == "" {
			t.Fatalf("%+v is asked for (%v)", asked, err)
		}
		return asked.Index
	}
	month()
	a := prepare(0)
	first := ask("first", a)
	refused(o.Conduct.Ask(t.Context(), "other", a), conduct.CodeAsked, "first")
	_, err := o.Conduct.Publish(t.Context(), "first", "mss", first)
	refused(err, conduct.CodeFourEyes, "first")
	if err := o.Conduct.Withdraw(t.Context(), "first", "mss", first); err != nil {
		t.Fatal(err)
	}
	_, err = o.Conduct.Publish(t.Context(), "second", "mss", first)
	refused(err, conduct.CodeWithdrawn, "first")
	refused(o.Conduct.Withdraw(t.Context(), "other", "mss", first), conduct.CodeWithdrawn, "first")

	month()
	second := ask("other", prepare(first))
	_, err = o.Conduct.Publish(t.Context(), "second", "mss", first)
	refused(err, conduct.CodeAsked, "other")
	month() // what happens meanwhile is not in it
	tables, err := o.Conduct.Publish(t.Context(), "second", "mss", second)
	if err != nil || len(tables) != 12 {
		t.Fatalf("%d tables are published (%v)", len(tables), err)
	}
	if n, err := s.Recorded(t.Context()); err != nil || tables[0].Counted >= n {
		t.Errorf("%d of %d events are counted (%v)", tables[0].Counted, n, err)
	}
	_, err = o.Conduct.Publish(t.Context(), "second", "mss", second)
	refused(err, conduct.CodePublished, "second")
	refused(o.Conduct.Withdraw(t.Context(), "other", "mss", second), conduct.CodePublished, "second")
	refused(o.Conduct.Ask(t.Context(), "first", a), conduct.CodePublished, "second")
	_, _, err = o.Conduct.Prepare(t.Context(), conduct.Ask{Scope: scope, Least: 1})
	refused(err, conduct.CodeMalformed, "")
	if _, err := s.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// A number that is revised says old, new and why, and is refused where it does
// not.
func TestRevisions(t *testing.T) {
	o, s := world(t)
	for range 3 {
		if err := o.Month(t.Context(), "mss", "force", "state"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.Publish(t.Context(), scope, nil); err != nil {
		t.Fatal(err)
	}
	for _, id := range o.Coded[1:] { // all of it was one incident, told many times
		if err := o.Merge(t.Context(), "invented", id, o.Coded[0], 0); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.Publish(t.Context(), scope, nil); err == nil || !strings.Contains(err.Error(), "say why") {
		t.Fatalf("numbers are revised without a reason (%v)", err)
	}
	_, would, err := o.Conduct.Prepare(t.Context(), conduct.Ask{Scope: scope, Least: 5, Through: conduct.Month(2025*12 + 2)})
	if err == nil || !slices.ContainsFunc(would, func(p conduct.Published) bool { return len(p.Revisions) > 0 }) {
		t.Errorf("what would be revised is not shown (%v)", err)
	}
	why := &conduct.Reason{Code: "merged", Text: "Several reports were about one incident."}
	tables, err := o.Publish(t.Context(), scope, why)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(tables, func(p conduct.Published) bool { return len(p.Revisions) > 0 })
	if at < 0 {
		t.Fatal("no number was revised")
	}
	stored, err := conduct.Tables(t.Context(), s, "mss", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conduct.Recount(s.Events()(t.Context(), 0), stored); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(p *conduct.Published){
		"does not say so":  func(p *conduct.Published) { p.Revisions = p.Revisions[1:] },
		"does not say why": func(p *conduct.Published) { p.Why = nil },
		"comes next":       func(p *conduct.Published) { p.Edition++ },
		"a revision that is none": func(p *conduct.Published) {
			p.Revisions = append(p.Revisions, conduct.Revision{Month: p.Months[0], Old: 7, New: 8})
		},
		"all: it adds up": func(p *conduct.Published) { p.All = 100000 },
		"may be shown":    func(p *conduct.Published) { p.All = 1 },
	} {
		var audit conduct.Audit
		var refused error
		for i, p := range stored {
			if i == len(tables)+at {
				p.Revisions = slices.Clone(p.Revisions)
				change(&p.Published)
			}
			public, err := json.Marshal(p.Published)
			if err != nil {
				t.Fatal(err)
			}
			if refused = audit.Enter(p.Index, public); refused != nil {
				break
			}
		}
		if refused == nil || !strings.Contains(refused.Error(), name) {
			t.Errorf("%q: it is %v", name, refused)
		}
	}
}

// A case that passes to a successor takes nothing along: what was done while it was
// one mission's stays in that mission's tables, and what is done later is the other's.
func TestSuccessionRewritesNothing(t *testing.T) {
	o, s := world(t)
	incident, err := o.Code(t.Context(), "invented", casework.Incident{
		Acts: []string{"injury"}, Terms: casework.CurrentTerms().Version,
		Harm:    []casework.Harm{{Kind: "injured", Sex: "unknown", Age: "adult", Min: 1, Max: 1}},
		Actors:  []casework.Alleged{{Actor: "state", Confidence: "likely", Share: "led"}},
		Sources: []casework.Basis{{Kind: "thread", ID: "t", Grade: "B2"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	allegation, err := o.Allege(t.Context(), "invented", casework.Allegation{Incident: incident, Actor: "state", Act: "injury", Confidence: "likely"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	id, err := o.Open(t.Context(), "invented", casework.Opened{
		Procedure: conducttest.Procedure(), Allegations: []string{allegation}, Mission: "mss", State: "state",
	}, when.Today(o.Now))
	if err != nil {
		t.Fatal(err)
	}
	do := func(cmd casework.Command) {
		t.Helper()
		if err := o.Do(t.Context(), "invented", id, 0, cmd, when.Today(o.Now)); err != nil {
			t.Fatal(err)
		}
	}
	count := func(mission, count, month string) int {
		t.Helper()
		past := casework.NewPast()
		for e, err := range s.Events()(t.Context(), 0) {
			if err == nil {
				err = past.Enter(&e)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		m, err := conduct.ParseMonth(month)
		if err != nil {
			t.Fatal(err)
		}
		of := conducttest.Scope(mission, "force", "state")
		return conduct.Tally(past, &of, conduct.MonthOf(when.Today(o.Now)), conduct.CurrentRules(), "2026-1")[count].At(m, "state")
	}
	holds := func(mission, what, month string, want int) {
		t.Helper()
		if got := count(mission, what, month); got != want {
			t.Errorf("%s has %d %s in %s, and should have %d", mission, got, what, month, want)
		}
	}
	do(casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "named", How: "letter", Standard: casework.NotStated}})
	holds("mss", conduct.Investigations, "2025-01", 1)
	o.Now = o.Now.AddDate(0, 2, 0)
	do(casework.Succeed{Mission: "gsf"})
	o.Now = o.Now.AddDate(0, 1, 0)
	do(casework.RecordAnswer{Step: 2, Answer: casework.Answer{Answer: "disciplined", How: "letter", Standard: casework.NotStated}})

	holds("mss", conduct.Investigations, "2025-01", 1)
	holds("gsf", conduct.Investigations, "2025-01", 0)
	holds("mss", conduct.Actions, "2025-04", 0)
	holds("gsf", conduct.Actions, "2025-04", 1)
}

// erase has two officers erase an incident, with the cases that take its allegations.
func erase(t *testing.T, o *conducttest.Office, incident string) {
	t.Helper()
	gone := func(kind casework.Kind, id string) {
		t.Helper()
		if err := o.AskErasure(t.Context(), "first", kind, id, "law"); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Erase(t.Context(), "second", kind, id, 0, false); err != nil {
			t.Fatal(err)
		}
	}
	allegations, err := o.Allegations(t.Context(), incident, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range allegations {
		for _, id := range a.Cases {
			gone(casework.OfCase, id)
		}
	}
	gone(casework.OfIncident, incident)
}

// faces is what a reader sees of some tables of months.
func faces(t *testing.T, tables []conduct.Published) string {
	t.Helper()
	var list []any
	for _, p := range tables {
		if p.Count != conduct.Open {
			list = append(list, p.Count, p.Months, p.Columns, p.Face, p.Revisions)
		}
	}
	return fmt.Sprint(list...)
}

// Given an office that erases most of a month that was published, when it goes on to
// publish, then its editions are those of an office that erases nothing, and what is
// left of its record is not taken for tampering.
func TestEditionsAfterAnErasure(t *testing.T) {
	var editions [2][]conduct.Published
	var stores [2]*store.Store
	for i := range editions {
		o, s := world(t)
		stores[i] = s
		month := func() {
			t.Helper()
			if err := o.Month(t.Context(), "mss", "force", "state"); err != nil {
				t.Fatal(err)
			}
		}
		publish := func(want int) {
			t.Helper()
			tables, err := o.Publish(t.Context(), scope, nil)
			if err != nil || len(tables) != want {
				t.Fatalf("%d tables are published (%v)", len(tables), err)
			}
			editions[i] = append(editions[i], tables...)
		}
		month()
		month()
		counted := len(o.Coded)
		month()
		publish(12)
		if i == 1 {
			for _, id := range o.Coded[:counted-2] {
				erase(t, o, id)
			}
		}
		for range 2 {
			month()
			month()
			publish(12)
		}
	}
	if with, without := faces(t, editions[1]), faces(t, editions[0]); with != without {
		t.Errorf("after an erasure is published\n%s\nand would be without\n%s", with, without)
	}
	tables, err := conduct.Tables(t.Context(), stores[1], "mss", 0)
	if err != nil {
		t.Fatal(err)
	}
	done, err := conduct.Recount(stores[1].Events()(t.Context(), 0), tables)
	if err != nil || done.Erased == 0 || done.Tables == 0 || done.Tables+done.Erased != 36 || done.Events < 10 || done.Numbers == 0 {
		t.Fatalf("counted again: %+v (%v)", done, err)
	}
	t.Logf("%+v", done)

	// What is erased while it is counted again is named by what came meanwhile.
	counted, passes := tables[0].Counted, 0
	meanwhile := func(yield func(record.Event, error) bool) {
		passes++
		for e, err := range stores[1].Events()(t.Context(), 0) {
			if passes == 1 && e.Index > counted || !yield(e, err) {
				return
			}
		}
	}
	if during, err := conduct.Recount(meanwhile, tables[:12]); err != nil || passes != 2 || during.Events != done.Events {
		t.Errorf("counted again while it is erased: %+v in %d passes (%v)", during, passes, err)
	}

	// Nor does an erasure hide what was made up.
	at := slices.IndexFunc(tables, func(s conduct.Stored) bool { return s.Count == conduct.Allegations })
	for name, change := range map[string]func(s *conduct.Stored){
		"what it shows does not follow": func(s *conduct.Stored) { s.Rows = append([]conduct.Shown{500}, s.Rows[1:]...) },
		"events were erased":            func(s *conduct.Stored) { made(s, 500) },
		"no erasure names it":           nil,
	} {
		events := stores[1].Events()(t.Context(), 0)
		changed := slices.Clone(tables)
		changed[at].Sealed.N = slices.Clone(changed[at].Sealed.N)
		if change != nil {
			change(&changed[at])
		} else {
			changed, events = tables, unnamed(events)
		}
		if _, err := conduct.Recount(events, changed); !errors.Is(err, record.ErrDamaged) || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Given an incident with many allegations that was counted as the same as another, when
// they are parted and the other is erased, then what is left is not taken for
// tampering.
func TestErasureOfWhatWasTheSame(t *testing.T) {
	o, s := world(t)
	code := func() string {
		t.Helper()
		id, err := o.Code(t.Context(), "first", casework.Incident{
			Acts: []string{"injury"}, Terms: casework.CurrentTerms().Version, Sources: []casework.Basis{{Kind: "source", ID: "s", Grade: "B2"}},
			Actors: []casework.Alleged{{Actor: "force", Confidence: "likely", Share: "led"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	many, other := code(), code()
	for _, act := range casework.CurrentTerms().Acts {
		if _, err := o.Allege(t.Context(), "first", casework.Allegation{Incident: many, Actor: "force", Act: act.ID, Confidence: "likely"}, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Merge(t.Context(), "first", many, other, 0); err != nil {
		t.Fatal(err)
	}
	o.Now = o.Now.AddDate(0, 3, 0)
	if _, err := o.Publish(t.Context(), scope, nil); err != nil {
		t.Fatal(err)
	}
	if err := o.Split(t.Context(), "first", many, 0); err != nil {
		t.Fatal(err)
	}
	erase(t, o, other)
	tables, err := conduct.Tables(t.Context(), s, "mss", 0)
	if err != nil {
		t.Fatal(err)
	}
	done, err := conduct.Recount(s.Events()(t.Context(), 0), tables)
	if err != nil || done.Erased == 0 {
		t.Errorf("counted again: %+v (%v)", done, err)
	}
}

// made makes up n allegations in the last month of a first edition, and shows them
// by the rules.
func made(s *conduct.Stored, n int) {
	last := len(s.Sealed.N) - 1
	row := slices.Clone(s.Sealed.N[last])
	row[0] += n
	s.Sealed.N[last] = row
	shown := conduct.Next(nil, &conduct.Grid{Months: s.Months, Columns: s.Columns, N: s.Sealed.N}, s.Least)
	s.Face = shown.Face
}

// unnamed are events of which those are gone that say what was erased.
func unnamed(events iter.Seq2[record.Event, error]) iter.Seq2[record.Event, error] {
	return func(yield func(record.Event, error) bool) {
		for e, err := range events {
			if e.What() == "events.erased" {
				e.Inner, e.Body = "filler", nil
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func FuzzParsePublished(f *testing.F) {
	f.Add([]byte(`{"count":"open","rules":"2026-1","terms":"2026-1","edition":1,"tables":1,"counted":1,"least":5,"delay":"P30D","scope":{"mission":"m","actors":[],"from":"2020-01-01"},"through":"2025-01","all":0}`))
	f.Add([]byte(`{"count":"reports","rules":"2026-1","terms":"2026-1","edition":1,"tables":1,"counted":1,"least":5,"delay":"P30D","scope":{"mission":"m","actors":["a"],"from":"2020-01-01"},"through":"2025-01","months":["2025-01"],"columns":["a"],"cells":[["few"]],"rows":["withheld"],"totals":["withheld"],"all":"withheld"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := conduct.ParsePublished(data)
		if err != nil {
			return
		}
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conduct.ParsePublished(b); err != nil {
			t.Errorf("written again it is refused: %v\n%s", err, b)
		}
	})
}

// Given editions that were published before a newer version of the vocabulary came, when
// incidents are classed anew, then the earlier editions are counted again as they were;
// only those by the newer version change, with old, new and why.
func TestNewVocabularyRewritesNoEdition(t *testing.T) {
	o, s := world(t)
	code := func(acts ...string) string {
		t.Helper()
		id, err := o.Code(t.Context(), "first", casework.Incident{
			Acts: acts, Terms: casework.CurrentTerms().Version, Sources: []casework.Basis{{Kind: "source", ID: "s", Grade: "B2"}},
			Actors: []casework.Alleged{{Actor: "force", Confidence: "likely", Share: "led"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, act := range acts {
			if _, err := o.Allege(t.Context(), "first", casework.Allegation{Incident: id, Actor: "force", Act: act, Confidence: "likely"}, 0); err != nil {
				t.Fatal(err)
			}
		}
		return id
	}
	classed := &conduct.Reason{Code: "classed", Text: "The vocabulary 2099-1 has one word for two."}
	publish := func(why *conduct.Reason, want string) {
		t.Helper()
		o.Now = o.Now.AddDate(0, 3, 0)
		if _, err := o.Publish(t.Context(), scope, nil); why != nil && (err == nil || !strings.Contains(err.Error(), "say why")) {
			t.Fatalf("numbers are revised without a reason (%v)", err)
		} else if why == nil && err != nil {
			t.Fatal(err)
		}
		if why != nil {
			if _, err := o.Publish(t.Context(), scope, why); err != nil {
				t.Fatal(err)
			}
		}
		tables, err := conduct.Tables(t.Context(), s, "mss", 0)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, p := range tables {
			if p.Count == conduct.Allegations {
				got += fmt.Sprintf("%s %v %v;", p.Terms, p.Rows[0], p.Revisions)
			}
		}
		if got != want {
			t.Errorf("the editions are\n%s\nand should be\n%s", got, want)
		}
		if done, err := conduct.Recount(s.Events()(t.Context(), 0), tables); err != nil || done.Tables != len(tables) {
			t.Errorf("counted again: %+v (%v)", done, err)
		}
		audit, err := entered(tables)
		if err != nil {
			t.Fatal(err)
		}
		if last := len(tables) - 12; tables[last].Terms != tables[0].Terms {
			back := tables[last]
			back.Edition, back.Terms = back.Edition+1, tables[0].Terms
			public, err := json.Marshal(back.Published)
			if err != nil {
				t.Fatal(err)
			}
			if err := audit.Enter(back.Index, public); err == nil || !strings.Contains(err.Error(), "goes back to the vocabulary 2026-1") {
				t.Errorf("an edition by an earlier vocabulary is taken: %v", err)
			}
		}
	}
	var incidents []string
	for range 12 {
		incidents = append(incidents, code("rape", "injury"))
	}
	for range 6 {
		code("theft", "property")
	}
	publish(nil, "2026-1 36 [];")
	termstest.Use(t)
	// The newer version has merged two words: 6 fewer.
	first := "2026-1 36 [];2099-1 30 [{2025-01 force 36 30} {2025-01  36 30}];"
	publish(classed, first)
	// Of an incident that is classed anew, what was alleged as two is one; a change that is
	// smaller than what is shown waits.
	reclass := func(id string) {
		t.Helper()
		allegations, err := o.Allegations(t.Context(), id, "")
		if err != nil {
			t.Fatal(err)
		}
		acts := make(map[string]string)
		for _, a := range allegations {
			acts[a.ID] = "assault"
		}
		if err := o.Reclass(t.Context(), "first", casework.Reclassing{
			Incident: id, Terms: termstest.Version, Acts: []string{"assault"}, Allegations: acts, Ground: "examined",
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range incidents[:4] {
		reclass(id)
	}
	publish(nil, first+"2099-1 30 [];")
	for _, id := range incidents[4:8] {
		reclass(id)
	}
	publish(classed, first+"2099-1 30 [];2099-1 22 [{2025-01 force 30 22} {2025-01  30 22}];")
	if _, err := s.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// Given an edition that was counted by rules that do not know departures
// when twelve people left while a step was open, and newer rules count them
// then they stand in the next edition, in the month in which they were recorded, and the
// earlier one is counted again by its own rules; what was mistaken is not counted any more, with
// old, new and why, once it is as many as may be told.
func TestNewerRulesCountDepartures(t *testing.T) {
	o, s := world(t)
	id, _, err := o.Public(t.Context(), "mss", "state", when.Today(o.Now), "track")
	if err != nil {
		t.Fatal(err)
	}
	do := func(cmd casework.Command) {
		t.Helper()
		if err := o.Do(t.Context(), "first", id, 0, cmd, 0); err != nil {
			t.Fatal(err)
		}
	}
	for range 12 {
		do(casework.RecordDeparture{Departure: casework.Departure{How: "rotated", Source: "state"}})
	}
	publish := func(edition, tables int, why *conduct.Reason) *conduct.Published {
		t.Helper()
		o.Now = o.Now.AddDate(0, 3, 0)
		published, err := o.Publish(t.Context(), scope, why)
		if err != nil || len(published) != tables || published[0].Edition != edition || published[0].Tables != tables || published[0].Rules != conduct.CurrentRules().Version {
			t.Fatalf("published are %d tables: %+v (%v)", len(published), published, err)
		}
		for i := range published {
			if published[i].Count == conduct.Departures {
				return &published[i]
			}
		}
		return nil
	}
	conduct.CountBy(t, "2026-1")
	if publish(1, 11, nil) != nil {
		t.Error("rules count departures that do not know them")
	}
	conduct.CountBy(t, "2026-2")
	if p := publish(2, 12, nil); p == nil || p.Months[0].String() != "2025-01" || p.Rows[0] != 12 || len(p.Revisions) != 0 {
		t.Fatalf("the departures are %+v", p)
	}
	do(casework.SetDepartureAside{N: 3})
	if p := publish(3, 12, nil); p.Rows[0] != 12 || len(p.Revisions) != 0 {
		t.Errorf("one that was mistaken is told: %+v", p)
	}
	for n := 4; n < 9; n++ {
		do(casework.SetDepartureAside{N: n})
	}
	o.Now = o.Now.AddDate(0, 3, 0)
	if _, err := o.Publish(t.Context(), scope, nil); err == nil || !strings.Contains(err.Error(), "say why") {
		t.Errorf("it is revised without a word why (%v)", err)
	}
	january, _ := conduct.ParseMonth("2025-01")
	want := []conduct.Revision{{Month: january, Column: "state", Old: 12, New: 6}, {Month: january, Old: 12, New: 6}}
	if p := publish(4, 12, &conduct.Reason{Code: "withdrawn", Text: "Six departures were mistaken."}); p.Rows[0] != 6 || !slices.Equal(p.Revisions, want) || p.Why == nil {
		t.Errorf("what was mistaken is revised as %+v", p)
	}
	tables, err := conduct.Tables(t.Context(), s, "mss", 0)
	if err != nil {
		t.Fatal(err)
	}
	if done, err := conduct.Recount(s.Events()(t.Context(), 0), tables); err != nil || done.Tables != 11+3*12 {
		t.Errorf("counted again: %+v (%v)", done, err)
	}
	audits := func(tables []conduct.Stored) error {
		audit, err := entered(tables)
		if err != nil {
			return err
		}
		return audit.Finish()
	}
	if err := audits(tables); err != nil {
		t.Error(err)
	}
	for rules, want := range map[string]string{
		"2026-1": "goes back to the counting rules 2026-1, after 2026-2",
		"2099-1": `counted by the rules "2099-1", which this version of Temwen does not know: read it with a newer one`,
	} {
		other := slices.Clone(tables)
		other[len(other)-12].Rules = rules
		if err := audits(other); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("an edition by the rules %s is refused as %v", rules, err)
		}
	}
}

// entered is an audit that has read published tables, in their order.
func entered(tables []conduct.Stored) (*conduct.Audit, error) {
	audit := new(conduct.Audit)
	for _, p := range tables {
		public, err := json.Marshal(p.Published)
		if err == nil {
			err = audit.Enter(p.Index, public)
		}
		if err != nil {
			return nil, err
		}
	}
	return audit, nil
}
