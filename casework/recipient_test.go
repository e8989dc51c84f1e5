package casework

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"temwen/clock"
	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// What a recipient does by a link: each refusal has its reason.
func TestRecipient(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
	k.do("o1", "2025-01-12", SendNotice{Step: 3, Notice: Notice{Language: "en", Link: "l"}})
	k.do("", "2025-01-13", Acknowledge{3, 1})
	k.status(3, "2025-02-11", clock.Silent) // to have a letter is no answer
	k.refused("", "2025-01-13", Acknowledge{3, 2}, CodeUnknown)
	k.refused("", "2025-01-14", AskTime{Step: 3, Notice: 1, To: day("2025-02-10"), Ground: "asked"}, CodeBefore)
	k.refused("", "2025-01-14", AskTime{Step: 3, Notice: 1, To: day("2025-03-10"), Ground: "mood"}, CodeGround)
	k.do("", "2025-01-14", AskTime{Step: 3, Notice: 1, To: day("2025-03-10"), Ground: "evidence"})
	k.refused("", "2025-01-14", AskTime{Step: 3, Notice: 1, To: day("2025-03-10"), Ground: "evidence"}, CodeTwice)
	k.status(3, "2025-02-11", clock.Silent) // to ask moves nothing
	by := func(id string) RecordAnswer { return RecordAnswer{3, Answer{Answer: id, Notice: 1, How: ByLink}} }
	k.do("", "2025-01-15", by("acknowledges"))
	k.do("", "2025-01-16", by("accepts"))
	k.refused("", "2025-01-17", by("declines"), CodeUsed)
	k.do("o1", "2025-01-17", RecordAnswer{3, answer("declines")})
	k.refused("", "2025-01-18", AskTime{Step: 3, Notice: 1, To: day("2025-03-11"), Ground: "asked"}, CodeOver)
	if a := k.c.Step(3).Answers[2]; !a.Moved {
		t.Errorf("a second answer is %+v", a)
	}
	k.waits("report")
	bad := Answer{Answer: "convicted", How: "letter", Investigator: "somebody by name"}
	k.refused("o1", "2025-02-01", RecordAnswer{4, bad}, CodeMalformed)
}

// A step is reminded of once, when its day comes near.
func TestReminder(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, RecordAnswer{2, answer("official")})
	for _, c := range []struct {
		on   string
		want Pass
	}{
		{"2025-02-01", Pass{}},
		{"2025-02-02", Pass{Reminders: 1}},
		{"2025-02-03", Pass{}},
		{"2025-02-10", Pass{Silences: 1}},
		{"2025-02-13", Pass{Reminders: 1}}, // of the step that silence led to
	} {
		o.today = day(c.on)
		if got, err := o.Pass(t.Context()); got != c.want || err != nil {
			t.Errorf("on %s the pass noted %+v (%v), and should note %+v", c.on, got, err, c.want)
		}
	}
	list, err := o.Unanswered(t.Context(), Span{From: when.Earliest, To: when.Latest, Limit: 10})
	if err != nil || len(list) != 1 || list[0].N != 3 || list[0].Due != day("2025-02-09") || list[0].Who != "" {
		t.Errorf("unanswered are %+v (%v)", list, err)
	}
	o.do(t, id, RecordAnswer{3, answer("accepts")})
	if list, err = o.Unanswered(t.Context(), Span{From: when.Earliest, To: when.Latest, Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("after the late answer unanswered are %+v (%v)", list, err)
	}
}

// A step that is asked again is on the board with its new day, is reminded of again,
// and can be silent again: each is on the record.
func TestPassAfterASecondLetter(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	pass := func(on string, want Pass) {
		t.Helper()
		o.today = day(on)
		if got, err := o.Pass(t.Context()); got != want || err != nil {
			t.Errorf("on %s the pass noted %+v (%v), and should note %+v", on, got, err, want)
		}
	}
	board := func(find func(context.Context, Span) ([]Falling, error), want string) {
		t.Helper()
		list, err := find(t.Context(), Span{From: when.Earliest, To: when.Latest, Limit: 10})
		if got := len(list) == 1 && list[0].Due.String() == want; err != nil || got != (want != "") || want == "" && len(list) > 0 {
			t.Errorf("the board has %+v (%v), and should have %q", list, err, want)
		}
	}
	send := func(by string) {
		t.Helper()
		until := day(by)
		o.do(t, id, SendNotice{Step: 2, Notice: Notice{Language: "en", By: &until}})
	}
	send("2025-02-10")
	pass("2025-02-05", Pass{Reminders: 1})
	board(o.ToRemind, "2025-02-10")
	send("2025-02-10") // a reminder, of the same day
	board(o.ToRemind, "")
	pass("2025-02-06", Pass{})
	pass("2025-02-11", Pass{Silences: 1})
	board(o.Unanswered, "2025-02-10")
	send("2025-03-10")
	board(o.Unanswered, "")
	board(o.Board, "2025-03-10")
	board(o.ToRemind, "")
	pass("2025-03-05", Pass{Reminders: 1})
	board(o.ToRemind, "2025-03-10")
	pass("2025-03-11", Pass{Silences: 1})
	board(o.ToRemind, "")
	pass("2025-03-12", Pass{})
	board(o.Unanswered, "2025-03-10")
	events, err := o.History(t.Context(), id)
	var silences []string
	for _, e := range events {
		if e.Type == stepSilent {
			silences = append(silences, e.On.String())
		}
	}
	if err != nil || !slices.Equal(silences, []string{"2025-02-11", "2025-03-11"}) {
		t.Errorf("it was silent on %q (%v)", silences, err)
	}
	o.rebuilds(t)
}

// What cannot be noted is told, once, and keeps no other from being noted; what is
// refused has changed meanwhile, and is no failure.
func TestPassTellsOfFailure(t *testing.T) {
	o := newOffice(t)
	var steps []place
	for range 3 {
		id := o.open(t)
		o.do(t, id, RecordAnswer{1, answer("informed")})
		o.do(t, id, RecordAnswer{2, answer("official")})
		steps = append(steps, place{id: id, n: 3})
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(o.dir, "record.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(query string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE TRIGGER full BEFORE INSERT ON book_casework_did WHEN NEW.docket IN (SELECT idx FROM book_casework_docket WHERE number < 3)
		BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`)
	o.today = day("2025-02-10")
	p, err := o.Pass(t.Context())
	if p.Silences != 1 || err == nil || !strings.Contains(err.Error(), "2 steps could not") || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("the pass noted %+v (%v)", p, err)
	}
	exec(`DROP TRIGGER full`)
	if p, err = o.Pass(t.Context()); p.Silences != 2 || err != nil {
		t.Errorf("the next pass noted %+v (%v)", p, err)
	}
	g, gone := &going{Cases: o.Cases}, append(steps, place{id: "none", n: 1})
	if n, err := g.note(t.Context(), gone, func(n int) Command { return NoteReminder{n} }); n != 0 || err != nil || g.failure() != nil {
		t.Errorf("of what has changed meanwhile %d were noted (%v)", n, err)
	}
}

// The pass is made at once, and ends with its context.
func TestNightly(t *testing.T) {
	o := newOffice(t)
	passes := make(chan Pass)
	ended := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(ended)
		o.Nightly(ctx, time.Nanosecond, func(p Pass, err error) {
			if err == nil {
				select {
				case passes <- p:
				case <-ctx.Done():
				}
			}
		})
	}()
	for range 3 {
		if p := <-passes; p != (Pass{}) {
			t.Errorf("an office without cases has %+v", p)
		}
	}
	cancel()
	<-ended
}

// A newer version is adopted by choice, and only where the past has its place in
// it.
func TestAdopt(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.refused("o1", "2025-01-11", Adopt{criminal()}, CodeTwice)
	newer := criminal()
	newer.Title = locale.Text{"en": "newer"}
	newer.Steps[2].Clock = instrument.Clock{Within: when.Days(60)}
	if !k.c.Fits(newer) {
		t.Error("the newer version is not offered")
	}
	other := criminal()
	other.ID = "q"
	k.refused("o1", "2025-01-11", Adopt{other}, CodeProcedure)
	without := criminal()
	without.Steps[0].Answers[0].ID = "told"
	k.refused("o1", "2025-01-11", Adopt{without}, CodeProcedure)
	k.refused("o1", "2025-01-11", Adopt{nil}, CodeProcedure)
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
	k.status(3, "2025-02-20", clock.Overdue)
	k.do("o1", "2025-01-12", Adopt{newer})
	k.status(3, "2025-02-20", clock.Running)
}

// A calendar's address is one officer's, and can be taken back.
func TestCalendar(t *testing.T) {
	o := newOffice(t)
	first, err := o.GiveCalendar(t.Context(), "o1")
	if err != nil {
		t.Fatal(err)
	}
	other, err := o.GiveCalendar(t.Context(), "o2")
	if err != nil || other == first {
		t.Fatalf("%q, %v", other, err)
	}
	second, err := o.GiveCalendar(t.Context(), "o1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.CalendarOf(t.Context(), first)
	refusedAs(t, err, CodeUnknown, "")
	if who, err := o.CalendarOf(t.Context(), second); who != "o1" || err != nil {
		t.Errorf("the new one is of %q (%v)", who, err)
	}
	if err := o.DropCalendar(t.Context(), "o1"); err != nil {
		t.Fatal(err)
	}
	_, err = o.CalendarOf(t.Context(), second)
	refusedAs(t, err, CodeUnknown, "")
	if has, err := o.HasCalendar(t.Context(), "o2"); !has || err != nil {
		t.Errorf("o2 has one: %v (%v)", has, err)
	}
	if _, err := o.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// The loser of a race is told what the winner did, and by whom.
func TestRaces(t *testing.T) {
	o := newOffice(t)
	a := o.allegation(t)
	open := func(by string) error {
		_, err := o.Cases.Open(t.Context(), by, Opened{Procedure: criminal(), Allegations: []string{a}, Mission: "mss"}, o.today)
		return err
	}
	if err := open("o1"); err != nil {
		t.Fatal(err)
	}
	err := open("o2")
	refusedAs(t, err, CodeTrack, "o1")
	var r *Refused
	if !errors.As(err, &r) || r.Did != caseOpened || r.Case == "" {
		t.Errorf("the loser is told %+v", r)
	}
	o.allegation(t) // the index of the record's first event, 0, would stand for any
	list, err := o.Incidents(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	seen := *list[0]
	if err := o.Revise(t.Context(), "o1", seen); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, o.Revise(t.Context(), "o2", seen), CodeMoved, "o1")
}

// What a case has adopted is read again from the event by which it did.
func TestAdoptedIsKept(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	newer := criminal()
	newer.Title = locale.Text{"en": t.Name()}
	o.do(t, id, Adopt{newer})
	o.do(t, id, Assign{"o2"})
	procedures.mu.Lock()
	procedures.held = nil
	procedures.mu.Unlock()
	c, err := o.Case(t.Context(), "o1", id)
	if err != nil || c.Procedure.Title["en"] != t.Name() {
		t.Fatalf("it follows %+v (%v)", c, err)
	}
	if _, err := o.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}
