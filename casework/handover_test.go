package casework

import (
	"slices"
	"testing"

	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// taken is a procedure for somebody taken in the act: each of two steps ends it.
func taken() *instrument.Procedure {
	words := locale.Text{"en": "x"}
	step := func(id string, then ...string) instrument.Step {
		return instrument.Step{
			ID: id, Provision: "a", Clock: instrument.Clock{Words: words},
			Answers: []instrument.Branch{{ID: "done", Then: then}}, Silence: &instrument.Branch{Then: []string{id}},
		}
	}
	return &instrument.Procedure{
		ID: "f", Track: instrument.Flagrante, Start: "hand",
		Steps: []instrument.Step{step("hand", "receipt", "evidence"), step("receipt", "criminal"), step("evidence", "criminal")},
		Ends: []instrument.End{
			{ID: "criminal", Outcome: instrument.Handed, HandsOn: &instrument.HandOn{To: "p", FromHandOver: true}}, {ID: "stopped", Outcome: instrument.NoConsent},
		},
	}
}

// Given a procedure of which two steps lead to one end
// when both are answered
// then the end is reached once, on the first day, and reopening it takes up both.
func TestEndIsReachedOnce(t *testing.T) {
	k := &course{t, new(Case)}
	k.do("o1", "2025-01-10", Open{ID: "c", Number: 1, Opened: Opened{Procedure: taken(), Allegations: []string{"a"}, Mission: "mss"}})
	k.do("o1", "2025-01-11", RecordAnswer{1, answer("done")})
	k.do("o1", "2025-01-12", RecordAnswer{2, answer("done")})
	k.waits("evidence")
	k.do("o1", "2025-01-14", RecordAnswer{3, answer("done")})
	if e := k.c.Ends; len(e) != 1 || e[0].On != day("2025-01-12") || e[0].Step != 2 || !slices.Equal(e[0].Also, []Cause{{Led{3, 1}, day("2025-01-14")}}) || k.c.Closed() || len(k.c.Open()) > 0 || len(k.c.Handing()) != 1 {
		t.Fatalf("it ended as %+v", e)
	}
	if p := k.c.published([]string{"outcome"}); len(p.Outcomes) != 1 {
		t.Errorf("in public it ends as %+v", p.Outcomes)
	}
	k.do("o1", "2025-02-01", Reopen{"criminal"})
	k.waits("receipt", "evidence")
	k.refused("o1", "2025-02-01", Reopen{"criminal"}, CodeUnknown)
	k.do("o1", "2025-02-02", RecordAnswer{5, answer("done")})
	if e := k.c.Ends; len(e) != 2 || e[1].Step != 5 || e[1].Reopened != nil {
		t.Errorf("it ended again as %+v", e)
	}
}

// Given somebody taken in the act, whose case two steps have handed on
// then the case waits for the office, and nothing falls between: it is not closed, not
// due for erasure, and listed
// when another officer opens the next track
// then the first step there counts from the hand-over, both cases know each other, and the
// first one is closed.
func TestHandOver(t *testing.T) {
	o := newOffice(t)
	a := o.allegation(t)
	first := o.through(t, taken(), a)
	handing := func(want ...string) {
		t.Helper()
		list, err := o.Handing(t.Context(), Handings{})
		var got []string
		for _, c := range list {
			got = append(got, c.ID)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q wait for their next track (%v), and should be %q", got, err, want)
		}
	}
	o.today = day("2025-01-12")
	o.do(t, first, RecordAnswer{1, answer("done")})
	o.do(t, first, RecordAnswer{2, answer("done")})
	handing(first)
	o.today = day("2025-01-14")
	o.do(t, first, RecordAnswer{3, answer("done")})
	if page, err := o.List(t.Context(), Query{}); err != nil || len(page.Cases) != 1 || page.Cases[0].Closed() {
		t.Errorf("the open cases are %+v, %v", page, err)
	}
	if due, err := o.Due(t.Context(), Keep{Cases: map[string]when.Period{"mss": when.Days(0)}}, Query{}); err != nil || len(due) != 0 {
		t.Errorf("%d cases are due, %v", len(due), err)
	}

	o.today = day("2025-02-20")
	next := Opened{Procedure: criminal(), Allegations: []string{a}, Mission: "mss", From: first, End: "criminal"}
	open := func(by string, change func(*Opened)) error {
		n := next
		change(&n)
		_, err := o.Cases.Open(t.Context(), by, n, o.today)
		return err
	}
	refusedAs(t, open("o2", func(n *Opened) { n.Procedure = civil() }), CodeProcedure, "")
	refusedAs(t, open("o2", func(n *Opened) { n.End = "stopped" }), CodeUnknown, "")
	refusedAs(t, open("o2", func(n *Opened) { n.From = "none" }), CodeUnknown, "")
	refusedAs(t, open("o2", func(n *Opened) { n.Allegations = append([]string{o.allegation(t)}, a) }), CodeMalformed, "")
	second, err := o.Cases.Open(t.Context(), "o2", next, o.today)
	if err != nil {
		t.Fatal(err)
	}
	handing()
	refusedAs(t, open("o3", func(*Opened) {}), CodeTrack, "o2")
	c, err := o.Case(t.Context(), "", second)
	if err != nil || c.From != first || c.FromEnd != "criminal" || c.Opened != day("2025-02-20") || c.Steps[0].Begun != day("2025-01-12") {
		t.Errorf("the next case is %+v, %v", c, err)
	}
	// What happened there between the hand-over and the opening has its place.
	if err := o.Do(t.Context(), "o2", second, 0, RecordAnswer{1, answer("informed")}, day("2025-01-20")); err != nil {
		t.Error(err)
	}
	if c, err = o.Case(t.Context(), "", first); err != nil || !c.Closed() || len(c.Ends) != 1 || len(c.Ends[0].Goes) != 1 || c.Ends[0].Goes[0].Case != second {
		t.Errorf("the first case is %+v, %v", c, err)
	}

	// Reopened on new facts and handed over again, it goes on where it is open already.
	o.do(t, first, Reopen{"criminal"})
	o.do(t, first, RecordAnswer{4, answer("done")})
	handing()
	if c, err = o.Case(t.Context(), "", first); err != nil || len(c.Ends[1].Goes) != 1 || c.Ends[1].Goes[0].Case != second {
		t.Errorf("the first case is %+v, %v", c, err)
	}
	o.rebuilds(t)
	o.erase(t, OfCase, first)
	o.rebuilds(t)
}

// What goes the next track already is not handed over to nobody; an allegation that is
// added is, until somebody takes it there; and a case of which the person wants no more
// is stopped, and waits for no next track.
func TestHandOverOfWhatGoesThereAlready(t *testing.T) {
	o := newOffice(t)
	a, b := o.allegation(t), o.allegation(t)
	there := o.through(t, criminal(), a)
	first := o.through(t, taken(), a)
	o.do(t, first, RecordAnswer{1, answer("done")})
	o.do(t, first, RecordAnswer{2, answer("done")})
	if c, err := o.Case(t.Context(), "", first); err != nil || len(c.Handing()) != 0 || len(c.Ends[0].Goes) != 1 || c.Ends[0].Goes[0].Case != there {
		t.Errorf("the case is %+v, %v", c, err)
	}
	o.do(t, first, AddAllegation{b})
	if list, err := o.Handing(t.Context(), Handings{}); err != nil || len(list) != 1 || !slices.Equal(list[0].Left(&list[0].Ends[0]), []string{b}) {
		t.Errorf("what was added goes on nowhere: %+v, %v", list, err)
	}
	o.do(t, there, AddAllegation{b})
	if list, err := o.Handing(t.Context(), Handings{}); err != nil || len(list) != 0 {
		t.Errorf("still waiting: %+v, %v", list, err)
	}

	c := o.allegation(t)
	second := o.through(t, taken(), c)
	for step := 1; step <= 3; step++ {
		o.do(t, second, RecordAnswer{step, answer("done")})
	}
	o.do(t, second, Stop{})
	if c, err := o.Case(t.Context(), "", second); err != nil || !c.Closed() || len(c.Handing()) != 0 {
		t.Errorf("the stopped case is %+v, %v", c, err)
	}
	o.do(t, second, Reopen{"stopped"})
	if c, err := o.Case(t.Context(), "", second); err != nil || c.Closed() || len(c.Handing()) != 1 || len(c.Open()) != 0 {
		t.Errorf("taken up again it is %+v, %v", c, err)
	}
	o.rebuilds(t)
}

// Given a case that was handed over, then stopped for want of consent
// when the answers that had handed it on are set aside
// then their steps are among what was stopped, and wait again only where it is taken up.
func TestStoppedHandOverIsSetAside(t *testing.T) {
	k := &course{t, new(Case)}
	k.do("o1", "2025-01-10", Open{ID: "c", Number: 1, Opened: Opened{Procedure: taken(), Allegations: []string{"a"}, Mission: "mss"}})
	for step := 1; step <= 3; step++ {
		k.do("o1", "2025-01-11", RecordAnswer{step, answer("done")})
	}
	k.do("o1", "2025-01-12", Stop{})
	k.do("o1", "2025-01-13", aside(3, 1))
	k.waits()
	if !k.c.Closed() || len(k.c.Handing()) != 0 || !slices.Equal(k.c.Ends[1].Stopped, []int{3}) || k.c.Ends[0].Reopened != nil {
		t.Errorf("with one answer set aside it is %+v", k.c.Ends)
	}
	k.do("o1", "2025-01-13", aside(2, 1))
	k.waits()
	if !k.c.Closed() || k.c.Ends[0].Reopened == nil || !slices.Equal(k.c.Ends[1].Stopped, []int{3, 2}) {
		t.Errorf("with both set aside it is %+v", k.c.Ends)
	}
	k.do("o1", "2025-01-14", Reopen{"stopped"})
	k.waits("evidence", "receipt")
	if k.c.Closed() || len(k.c.Handing()) != 0 {
		t.Errorf("taken up again it is %+v", k.c.Ends)
	}
}

// Given a hand-over that an answer stopped, for the person wants no more, and a next case
// that was opened all the same
// when that answer is set aside
// then its step waits as before, and what was handed on goes on in the case that is there.
func TestAnswerThatStoppedAHandOverIsSetAside(t *testing.T) {
	o := newOffice(t)
	a := o.allegation(t)
	p := taken()
	p.Step("evidence").Answers = append(p.Step("evidence").Answers, instrument.Branch{ID: "unwilling", Then: []string{"stopped"}})
	first := o.through(t, p, a)
	o.do(t, first, RecordAnswer{1, answer("done")})
	o.do(t, first, RecordAnswer{2, answer("done")})
	o.do(t, first, RecordAnswer{3, answer("unwilling")})
	second := o.through(t, criminal(), a)
	if c, err := o.Case(t.Context(), "", first); err != nil || !c.Closed() || len(c.Ends[0].Goes) != 0 {
		t.Fatalf("the stopped case is %+v, %v", c, err)
	}
	o.do(t, first, aside(3, 1))
	c, err := o.Case(t.Context(), "", first)
	if err != nil || len(c.Open()) != 1 || c.Open()[0].N != 3 || c.Ends[1].Reopened == nil {
		t.Fatalf("the case is %+v, %v", c, err)
	}
	if r := c.Ends[0]; r.Reopened != nil || len(r.Goes) != 1 || r.Goes[0].Case != second {
		t.Errorf("the hand-over is %+v", r)
	}
	if list, err := o.Handing(t.Context(), Handings{}); err != nil || len(list) != 0 {
		t.Errorf("still waiting: %+v, %v", list, err)
	}
	o.rebuilds(t)
}

// Given a case that was handed over, and a case of the next track about an incident that
// is found to be the same
// then it goes on there; so it does where the next case is opened under the number that
// the allegation has in the other incident.
func TestHandOverToWhatIsTheSame(t *testing.T) {
	for _, openedFirst := range []bool{true, false} {
		o := newOffice(t)
		a, b := o.allegation(t), o.allegation(t)
		first := o.through(t, taken(), a)
		second := ""
		if openedFirst {
			second = o.through(t, criminal(), b)
		}
		o.do(t, first, RecordAnswer{1, answer("done")})
		o.do(t, first, RecordAnswer{2, answer("done")})
		o.today = day("2025-02-01")
		into, err := o.Allegation(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Merge(t.Context(), "o2", o.incidentOf(t, first), into.Incident, 0); err != nil {
			t.Fatal(err)
		}
		if !openedFirst {
			second = o.through(t, criminal(), b)
		}
		c, err := o.Case(t.Context(), "", first)
		if err != nil || len(c.Handing()) != 0 || len(c.Ends[0].Goes) != 1 || c.Ends[0].Goes[0].Case != second || !slices.Equal(c.Ends[0].Goes[0].Allegations, []string{a}) {
			t.Errorf("opened first %v: the case is %+v, %v", openedFirst, c, err)
		}
		if list, err := o.Handing(t.Context(), Handings{}); err != nil || len(list) != 0 {
			t.Errorf("opened first %v: still waiting: %+v, %v", openedFirst, list, err)
		}
		o.rebuilds(t)
	}
}
