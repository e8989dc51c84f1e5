package casework

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"temwen/intake"
	"temwen/ledger"
	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// office is casework on a real store, whose day can be set.
type office struct {
	*Cases
	dir   string
	store *store.Store
	today when.Day
}

func newOffice(t testing.TB) *office {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	if err := store.Create(t.Context(), dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), dir, store.Settings{
		Books: []record.Book{Book, intake.Book}, Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	o := &office{dir: dir, store: s, today: day("2025-01-10")}
	o.Cases = New(s, time.Now, func() when.Day { return o.today })
	return o
}

func (o *office) allegation(t testing.TB) string {
	t.Helper()
	i, err := o.Code(t.Context(), "o1", *coded())
	if err != nil {
		t.Fatal(err)
	}
	a, err := o.Allege(t.Context(), "o1", Allegation{Incident: i, Actor: "police", Act: "injury", Confidence: "likely"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// incidentOf is the incident that a case is about.
func (o *office) incidentOf(t testing.TB, id string) string {
	t.Helper()
	list, err := o.Allegations(t.Context(), "", id)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0].Incident
}

// caseAbout is the only case that takes an allegation of an incident.
func (o *office) caseAbout(t testing.TB, incident string) string {
	t.Helper()
	list, err := o.Allegations(t.Context(), incident, "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if len(list[0].Cases) != 1 {
		t.Fatal(list[0].Cases)
	}
	return list[0].Cases[0]
}

func (o *office) open(t testing.TB) string {
	t.Helper()
	id, err := o.Cases.Open(t.Context(), "o1", Opened{Procedure: criminal(), Allegations: []string{o.allegation(t)}, Mission: "mss"}, o.today)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (o *office) do(t testing.TB, id string, cmd Command) {
	t.Helper()
	if err := o.Do(t.Context(), "o1", id, 0, cmd, o.today); err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
}

func refusedAs(t testing.TB, err error, code, by string) {
	t.Helper()
	var r *Refused
	if !errors.As(err, &r) || r.Code != code || r.By != by {
		t.Errorf("%v, and should be refused as %q because of %q", err, code, by)
	}
}

// A case on the record: opened, asked, silent by itself, listed by what falls
// due; a rebuild makes the same of its events.
func TestCasesOnRecord(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, RecordAnswer{2, answer("official")})
	o.do(t, id, SendNotice{Step: 3, Notice: Notice{Language: "en", Link: LinkHash("token")}})

	board, err := o.Board(t.Context(), Span{From: o.today, To: o.today + 60, Limit: 10})
	if err != nil || len(board) != 1 || board[0].Step != "refer" || board[0].Due != day("2025-02-09") {
		t.Errorf("the board has %+v (%v)", board, err)
	}
	o.today = day("2025-02-09")
	if n, err := o.NoteSilences(t.Context()); n != 0 || err != nil {
		t.Errorf("on the due day %d silences (%v)", n, err)
	}
	o.today = day("2025-02-15")
	if n, err := o.NoteSilences(t.Context()); n != 1 || err != nil {
		t.Errorf("%d silences (%v)", n, err)
	}
	if n, err := o.NoteSilences(t.Context()); n != 0 || err != nil {
		t.Errorf("noted again: %d (%v)", n, err)
	}
	c, err := o.Case(t.Context(), "o1", id)
	if err != nil || c.Step(3).Silence == nil || *c.Step(3).Silence != day("2025-02-10") || c.Number != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	linked, step, notice, err := o.Linked(t.Context(), "token")
	if err != nil || linked.ID != id || step != 3 || notice != 1 {
		t.Errorf("the link leads to %+v %d %d (%v)", linked, step, notice, err)
	}
	if _, _, _, err := o.Linked(t.Context(), "other"); err == nil {
		t.Error("another link leads there")
	}
	seen := c.Changed
	if err := o.Do(t.Context(), "o2", id, seen, Assign{"o2"}, o.today); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, o.Do(t.Context(), "o3", id, seen, Assign{"o3"}, o.today), CodeMoved, "o2")
	o.do(t, id, Wall{"o3"})
	_, err = o.Case(t.Context(), "o3", id)
	refusedAs(t, err, CodeWalled, "")

	history, err := o.History(t.Context(), id)
	if err != nil || len(history) != 7 || history[0].Type != caseOpened {
		t.Errorf("its history has %d events (%v)", len(history), err)
	}
	page, err := o.List(t.Context(), Query{Officer: "o2"})
	if err != nil || len(page.Cases) != 1 {
		t.Errorf("o2 has %+v (%v)", page, err)
	}
	if _, err := o.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// Cases are listed page by page, each once, the first to fall due first.
func TestListIsWhole(t *testing.T) {
	o := newOffice(t)
	const n = 23
	for i := range n {
		id := o.open(t)
		o.do(t, id, RecordAnswer{1, answer("informed")})
		if i%2 == 0 {
			o.do(t, id, RecordAnswer{2, answer("official")})
		}
		o.today++
	}
	seen := make(map[string]bool)
	last := when.Earliest
	for after := ""; ; {
		page, err := o.List(t.Context(), Query{After: after, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Cases {
			due := when.Latest
			for _, s := range c.Open() {
				if d, has := c.Due(s, o.today); has {
					due = d
				}
			}
			if due < last {
				t.Errorf("case %d falls due on %v, after %v", c.Number, due, last)
			}
			seen[c.ID], last = true, due
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(seen) != n {
		t.Errorf("%d of %d cases are listed", len(seen), n)
	}
}

// Merging and splitting incidents are events; what leaves no incident standing
// is refused.
func TestIncidentsMerge(t *testing.T) {
	o := newOffice(t)
	var ids []string
	for range 3 {
		id, err := o.Code(t.Context(), "o1", *coded())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	refusedAs(t, o.Merge(t.Context(), "o1", ids[0], ids[0], 0), CodeItself, "")
	refusedAs(t, o.Merge(t.Context(), "o1", ids[0], "x", 0), CodeUnknown, "")
	if err := o.Merge(t.Context(), "o1", ids[0], ids[1], 0); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, o.Merge(t.Context(), "o2", ids[0], ids[2], 0), CodeMerged, "o1")
	refusedAs(t, o.Merge(t.Context(), "o2", ids[2], ids[0], 0), CodeMerged, "o1")
	refusedAs(t, o.Merge(t.Context(), "o2", ids[1], ids[0], 0), CodeAlike, "o1")
	refusedAs(t, o.Merge(t.Context(), "o2", ids[0], ids[1], 0), CodeAlike, "o1")
	revised := *coded()
	revised.ID, revised.Acts = ids[0], []string{"killing"}
	if err := o.Revise(t.Context(), "o2", revised); err != nil {
		t.Fatal(err)
	}
	var merged *Refused // who merged it is said, not who revised it since
	if err := o.Merge(t.Context(), "o3", ids[2], ids[0], 0); !errors.As(err, &merged) || merged.By != "o1" || merged.Did != incidentMerged || merged.Incident != 1 || merged.Into != 2 {
		t.Errorf("merging with what was merged: %+v (%v)", merged, err)
	}
	i, err := o.Incident(t.Context(), ids[0])
	if err != nil || i.Into != ids[1] || i.Acts[0] != "killing" || i.Number != 1 {
		t.Errorf("%+v (%v)", i, err)
	}
	if err := o.Split(t.Context(), "o1", ids[0], 0); err != nil {
		t.Fatal(err)
	}
	if i, err = o.Incident(t.Context(), ids[0]); err != nil || i.Into != "" {
		t.Errorf("%+v (%v)", i, err)
	}
	var flawed *Flawed
	if _, err := o.Code(t.Context(), "o1", Incident{}); !errors.As(err, &flawed) {
		t.Errorf("an empty incident: %v", err)
	}
	_, err = o.Cases.Open(t.Context(), "o1", Opened{Procedure: criminal(), Allegations: []string{"x"}, Mission: "mss"}, o.today)
	refusedAs(t, err, CodeUnknown, "")
}

// A board of few lines is full of what its reader may see: what they are kept
// from, and what others have, takes no place on it. The days are counted the same
// way, and beyond the lines.
func TestBoardOfReader(t *testing.T) {
	o := newOffice(t)
	var ids []string
	for range 4 {
		id := o.open(t)
		o.do(t, id, RecordAnswer{1, answer("informed")})
		o.do(t, id, RecordAnswer{2, answer("official")})
		ids = append(ids, id)
	}
	o.do(t, ids[0], Wall{"o2"})
	o.do(t, ids[1], Assign{"o3"})
	o.do(t, ids[3], Assign{"o2"})
	due := day("2025-02-09")
	dates := func(ctx context.Context, span Span) (list []Falling, err error) {
		of, err := o.Dates(ctx, span)
		for _, d := range of {
			list = append(list, Falling{Case: d.Case, Number: d.Number, N: d.N, Due: d.Due})
		}
		return list, err
	}
	span := Span{From: when.Earliest, To: when.Latest, Silent: true, Limit: 2}
	for _, c := range []struct {
		name, officer string
		own           bool
		cases         []string
		count         int
	}{
		{"the office", "", false, ids[:2], 4},
		{"kept from one", "o2", false, ids[1:3], 3},
		{"only their own", "o2", true, ids[3:], 1},
	} {
		span.For, span.Own = c.officer, c.own
		look := func(find func(context.Context, Span) ([]Falling, error)) (seen []string) {
			t.Helper()
			list, err := find(t.Context(), span)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range list {
				seen = append(seen, f.Case)
			}
			return seen
		}
		if got := look(o.Board); !slices.Equal(got, c.cases) {
			t.Errorf("%s: the board has %q, and should have %q", c.name, got, c.cases)
		}
		if got := look(dates); !slices.Equal(got, c.cases) {
			t.Errorf("%s: the calendar has %q, and should have %q", c.name, got, c.cases)
		}
		month := span
		month.From, month.To = due-20, due+10
		days, err := o.PerDay(t.Context(), month)
		if err != nil || len(days) != 1 || days[due] != c.count {
			t.Errorf("%s: the days have %v (%v), and should have %d", c.name, days, err, c.count)
		}
	}
	o.today = due + 1
	if n, err := o.NoteSilences(t.Context()); n != 4 || err != nil {
		t.Fatalf("%d silences (%v)", n, err)
	}
	span.For, span.Own = "", false
	silent, err := o.Board(t.Context(), span)
	same, derr := dates(t.Context(), span)
	for i := range silent { // of which a calendar has less
		f := &silent[i]
		*f = Falling{Case: f.Case, Number: f.Number, N: f.N, Due: f.Due}
	}
	if err != nil || derr != nil || len(same) != 2 || !reflect.DeepEqual(silent, same) {
		t.Errorf("of silences the board has %+v (%v), and the calendar %+v (%v)", silent, err, same, derr)
	}
	span.For, span.Own = "o2", true
	list, err := o.Unanswered(t.Context(), span)
	if err != nil || len(list) != 1 || list[0].Case != ids[3] || list[0].Due != due || !list[0].Silent {
		t.Errorf("unanswered of their own are %+v (%v)", list, err)
	}
}

// A deed that is dated before what stands already does not take the board back
// to an earlier day.
func TestBoardAfterABackdatedDeed(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, RecordAnswer{2, answer("official")})
	o.today = day("2025-02-01")
	o.do(t, id, MoveClock{3, Move{Kind: Extended, To: day("2025-03-11"), Ground: "asked"}})
	if err := o.Do(t.Context(), "o1", id, 0, RecordRemedy{Remedy{Kind: "apology"}}, day("2025-01-20")); err != nil {
		t.Fatal(err)
	}
	o.today = day("2025-02-20")
	board, err := o.Board(t.Context(), Span{From: when.Earliest, To: when.Latest, Limit: 10})
	if err != nil || len(board) != 1 || board[0].Due != day("2025-03-11") {
		t.Errorf("the board has %+v (%v)", board, err)
	}
	page, err := o.List(t.Context(), Query{})
	if err != nil || len(page.Cases) != 1 {
		t.Fatalf("%+v (%v)", page, err)
	}
	if due, _ := page.Cases[0].Due(page.Cases[0].Step(3), o.today); due != board[0].Due {
		t.Errorf("the case says %s, and the board %s", due, board[0].Due)
	}
}

// Of two who publish what was asked for, the second is told of the first; what was
// asked for before something else is published by nobody.
func TestPublishOnce(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	ask := func(fields ...string) uint64 {
		t.Helper()
		o.do(t, id, AskPublication{Fields: fields})
		return o.look(t, id).Asked.Index
	}
	publish := func(by string, asked uint64) error {
		return o.Do(t.Context(), by, id, 0, Publish{Asked: asked}, o.today)
	}
	earlier := ask("state")
	asked := ask("track")
	refusedAs(t, publish("o2", earlier), CodeMoved, "o1")
	if err := publish("o2", asked); err != nil {
		t.Fatal(err)
	}
	err := publish("o3", asked)
	refusedAs(t, err, CodeMoved, "o2")
	var r *Refused
	if errors.As(err, &r) && (r.Did != casePublished || r.Case != id) {
		t.Errorf("who was slower is told %+v", r)
	}
	if c := o.look(t, id); c.Asked != nil || !slices.Equal(c.Stands.Fields, []string{"track"}) {
		t.Errorf("public is %+v", c.Stands)
	}
}
