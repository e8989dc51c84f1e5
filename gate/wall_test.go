package gate_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"temwen/casework"
	"temwen/instrument"
	"temwen/intake"
	"temwen/office"
	"temwen/when"
)

// alleged is one more allegation about an incident.
func (w *world) alleged(incident, act string) string {
	w.t.Helper()
	return must[string](w.t)(w.work.Allege(w.t.Context(), "test", casework.Allegation{Incident: incident, Actor: "police", Act: act, Confidence: "likely"}, 0))
}

// long is a day some days ago.
var long = when.Today(noon) - 10

// docket is a case about some allegations, opened then.
func (w *world) docket(allegations ...string) string {
	w.t.Helper()
	return must[string](w.t)(w.cases.Open(w.as("first"), w.ids["first"], casework.Opened{Procedure: procedure(w.t), Allegations: allegations, Mission: "mss"}, long))
}

// TestWallAroundAnIncident: two cases are about one incident, a third about the same
// under another report; who is kept from one is kept from all, and whatever shows
// what they rest on.
func TestWallAroundAnIncident(t *testing.T) {
	w := staffed(t)
	thread, other := w.report(), w.report()
	incident, first := w.coded(thread)
	twin, third := w.coded(other)
	apart, fourth := w.coded(w.report())
	a, free := w.docket(first), w.docket(fourth)
	others := []string{w.docket(w.alleged(incident, casework.CurrentTerms().Acts[1].ID), w.alleged(apart, casework.CurrentTerms().Acts[1].ID)), w.docket(third)}
	if err := w.work.Merge(t.Context(), "test", twin, incident, 0); err != nil {
		t.Fatal(err)
	}
	wants(t, "a wall", w.cases.Do(w.as("first"), w.ids["first"], a, 0, casework.Wall{Officer: w.ids["legal"]}, 0), "done")

	legal, id := w.as("legal"), w.ids["legal"]
	for _, docket := range others {
		_, err := w.cases.Case(legal, id, docket)
		wants(t, "the other case", err, casework.CodeWalled)
		_, err = w.cases.History(legal, docket)
		wants(t, "its history", err, casework.CodeWalled)
		_, err = w.inbox.RestsOf(legal, docket)
		wants(t, "what it rests on", err, casework.CodeWalled)
		_, err = w.inbox.ToldOf(legal, docket)
		wants(t, "what was told of it", err, casework.CodeWalled)
		_, err = w.cases.Allegations(legal, "", docket)
		wants(t, "its allegations", err, office.CodeWalled)
		_, err = w.cases.Beside(legal, docket)
		wants(t, "what is beside it", err, casework.CodeWalled)
		_, err = w.cases.Takeable(legal, docket, 10)
		wants(t, "what it could take, too", err, casework.CodeWalled)
		wants(t, "a remedy", w.cases.Do(legal, id, docket, 0, casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}}, 0), office.CodeWalled)
		wants(t, "asking to erase it", w.cases.AskErasure(legal, id, casework.OfCase, docket, "law"), casework.CodeWalled)
	}
	for kind, hidden := range map[casework.Kind][]int{casework.OfCase: {1, 3, 4}, casework.OfIncident: {1, 2}, casework.OfAllegation: {1, 2}} {
		for _, n := range append(hidden, 99) {
			wants(t, fmt.Sprint(kind, n), seen(w.cases.Numbered(legal, kind, n)), casework.CodeUnknown)
			wants(t, fmt.Sprint("nobody, of ", kind, n), seen(w.cases.Numbered(t.Context(), kind, n)), casework.CodeUnknown)
			if n != 99 {
				wants(t, fmt.Sprint("the auditor, of ", kind, n), seen(w.cases.Numbered(w.as("auditor"), kind, n)), "done")
			}
		}
	}
	if id := must[string](t)(w.cases.Numbered(legal, casework.OfCase, 2)); id != free {
		t.Errorf("case 2 is %s, and should be %s", id, free)
	}
	wants(t, "an investigator, of another's case", seen(w.cases.Numbered(w.as("investigator"), casework.OfCase, 2)), casework.CodeUnknown)
	if list := must[casework.Page](t)(w.cases.List(legal, casework.Query{})); len(list.Cases) != 1 || list.Cases[0].ID != free {
		t.Errorf("they are listed %d cases", len(list.Cases))
	}
	span := casework.Span{From: when.Earliest, To: when.Latest, Limit: 10}
	board := must[[]casework.Falling](t)(w.cases.Board(legal, span))
	if len(board) != 1 || board[0].Case != free {
		t.Fatalf("the board has %+v", board)
	}
	if dates := must[[]casework.Dated](t)(w.cases.Dates(legal, span)); len(dates) != 1 || dates[0].Case != free {
		t.Errorf("the calendar has %+v", dates)
	}
	due := board[0].Due
	span.From, span.To = due-1, due+1
	if days := must[map[when.Day]int](t)(w.cases.PerDay(legal, span)); len(days) != 1 || days[due] != 1 {
		t.Errorf("the days have %v, and should have one on %v", days, due)
	}
	wants(t, "what the free case is about", seen(w.cases.Incident(legal, apart)), "done")
	if list := must[casework.Page](t)(w.cases.List(w.as("auditor"), casework.Query{})); len(list.Cases) != 4 {
		t.Errorf("the auditor sees %d cases", len(list.Cases))
	}
	for _, docket := range append(others, free) {
		if err := w.cases.Do(w.as("first"), w.ids["first"], docket, 0, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter"}}, long); err != nil {
			t.Fatal(err)
		}
	}
	if due := must[[]casework.Due](t)(w.cases.Due(legal, casework.Keep{Cases: map[string]when.Period{"mss": when.Days(5)}}, casework.Query{})); len(due) != 1 || due[0].Case.ID != free {
		t.Errorf("%d cases are due", len(due))
	}
	if due := must[[]casework.Doomed](t)(w.cases.Doomed(legal, casework.Keep{Cases: map[string]when.Period{"mss": when.Days(5)}}, casework.Query{})); len(due) != 1 || due[0].Case.ID != free {
		t.Errorf("of %d cases they see what would go", len(due))
	}
}

func seen[T any](_ T, err error) error { return err }

// between is a context in which something happens after an officer was asked for,
// and before what they do is done.
type between struct {
	context.Context
	happen func()
}

func (b *between) Value(key any) any {
	if happen := b.happen; happen != nil && strings.HasPrefix(fmt.Sprintf("%T", key), "record.") {
		b.happen = nil
		happen()
	}
	return b.Context.Value(key)
}

// TestAWallPutUpInMidAction counts, whatever is done.
func TestAWallPutUpInMidAction(t *testing.T) {
	w := staffed(t)
	terms := casework.CurrentTerms()
	legal := w.ids["legal"]
	for what, do := range map[string]func(ctx context.Context, incident, loose, thread, own string) error{
		"opening": func(ctx context.Context, _, loose, _, _ string) error {
			return seen(w.cases.Open(ctx, legal, casework.Opened{Procedure: procedure(t), Allegations: []string{loose}, Mission: "mss"}, 0))
		},
		"adding": func(ctx context.Context, _, loose, _, own string) error {
			return w.cases.Do(ctx, legal, own, 0, casework.AddAllegation{Allegation: loose}, 0)
		},
		"alleging": func(ctx context.Context, incident, _, _, _ string) error {
			return seen(w.cases.Allege(ctx, legal, casework.Allegation{Incident: incident, Actor: "army", Act: terms.Acts[0].ID, Confidence: "likely"}, 0))
		},
		"coding": func(ctx context.Context, _, _, thread, _ string) error {
			return seen(w.cases.Code(ctx, legal, casework.Incident{
				Terms: terms.Version, Acts: []string{terms.Acts[0].ID}, Sources: []casework.Basis{{Kind: "thread", ID: thread, Grade: "B2"}},
			}))
		},
		"revising": func(ctx context.Context, incident, _, _, _ string) error {
			return w.cases.Revise(ctx, legal, casework.Incident{ID: incident, Terms: terms.Version, Acts: []string{terms.Acts[0].ID}, Sources: []casework.Basis{{Kind: "source", ID: "a-newspaper", Grade: "B2"}}})
		},
		"merging": func(ctx context.Context, incident, _, _, _ string) error {
			one, _ := w.coded(w.report())
			return w.cases.Merge(ctx, legal, one, incident, 0)
		},
		"asking to erase": func(ctx context.Context, incident, _, _, _ string) error {
			return w.cases.AskErasure(ctx, legal, casework.OfIncident, incident, "law")
		},
	} {
		thread := w.report()
		incident, allegation := w.coded(thread)
		loose := w.alleged(incident, terms.Acts[1].ID)
		_, fourth := w.coded(w.report())
		docket, own := w.docket(allegation), w.docket(fourth)
		ctx := &between{Context: w.as("legal"), happen: func() {
			wants(t, "a wall", w.cases.Do(w.as("first"), w.ids["first"], docket, 0, casework.Wall{Officer: legal}, 0), "done")
		}}
		wants(t, what, do(ctx, incident, loose, thread, own), office.CodeWalled)
		if ctx.happen != nil {
			t.Errorf("%s: nothing happened in between", what)
		}
		if page := must[intake.Page](t)(w.inbox.Threads(w.as("legal"), intake.Query{View: intake.Open})); slices.ContainsFunc(page.Threads, func(th intake.Thread) bool { return th.ID == thread }) {
			t.Errorf("%s: they see the thread", what)
		}
	}
}

// A wall keeps somebody out, and hides no case from all: who takes it further is left,
// and an auditor.
func TestWallsHideNoCaseFromAll(t *testing.T) {
	w, docket, _, _ := docketed(t)
	wall := func(by, officer string) error {
		return w.cases.Do(w.as(by), w.ids[by], docket, 0, casework.Wall{Officer: w.ids[officer]}, 0)
	}
	wants(t, "the only auditor", wall("legal", "auditor"), office.CodeNobodyLeft)
	wants(t, "an investigator", wall("legal", "investigator"), "done")
	wants(t, "the publisher", wall("legal", "publisher"), "done")
	left := []string{"legal", "first"}
	wants(t, "one of two who take it further", wall("legal", left[1]), "done")
	wants(t, "the last of them", wall("legal", left[0]), office.CodeNobodyLeft)
}

// Given a case about two incidents, each of which another case is about through another
// track
// when the last one who could take the first on is kept from one of the others
// then that is refused: a wall reaches all cases about the same incident.
func TestWallsHideNoCaseBesideFromAll(t *testing.T) {
	w := staffed(t)
	_, one := w.coded(w.report())
	_, two := w.coded(w.report())
	beside := func(allegation string) string {
		p := procedure(t)
		p.ID, p.Track = "c", instrument.Civil
		return must[string](t)(w.cases.Open(w.as("first"), w.ids["first"], casework.Opened{Procedure: p, Allegations: []string{allegation}, Mission: "mss"}, long))
	}
	both, near, far := w.docket(one, two), beside(one), beside(two)
	wants(t, "what is beside a case that is not theirs", seen(w.cases.Beside(w.as("investigator"), both)), office.CodeRole)
	wall := func(by, docket, officer string) error {
		return w.cases.Do(w.as(by), w.ids[by], docket, 0, casework.Wall{Officer: w.ids[officer]}, 0)
	}
	wants(t, "one of two", wall("first", far, "legal"), "done")
	if list := must[[]casework.Beside](t)(w.cases.Beside(w.as("legal"), near)); len(list) != 0 {
		t.Errorf("who is kept from it sees %d cases beside theirs", len(list))
	}
	wants(t, "the last who takes the case about both further", wall("legal", near, "first"), office.CodeNobodyLeft)
	wants(t, "an investigator", wall("legal", near, "investigator"), "done")
}
