package casework

import (
	"slices"
	"testing"

	"temwen/instrument"
	"temwen/when"
)

// A letter that came in time and is recorded later lifts the silence that was shown: in
// the case, in the lists, and what is public of it is found to be old.
func TestSilenceIsLifted(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, RecordAnswer{2, answer("official")})
	due, _ := o.look(t, id).Due(o.look(t, id).Step(3), o.today)
	o.today = due + 5
	if n, err := o.NoteSilences(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d silences (%v)", n, err)
	}
	o.publish(t, id, AskPublication{Fields: []string{"silence"}})
	all := Span{From: when.Earliest, To: when.Latest, Limit: 5}
	if list, err := o.Unanswered(t.Context(), all); err != nil || len(list) != 1 {
		t.Errorf("listed as silent are %+v (%v)", list, err)
	}
	if err := o.Do(t.Context(), "o1", id, 0, RecordAnswer{3, answer("accepts")}, due); err != nil {
		t.Fatal(err)
	}
	c := o.look(t, id)
	if _, silent := c.SilentFrom(c.Step(3)); silent || c.Step(3).Lifted.Until != o.today {
		t.Errorf("the step is %+v", c.Step(3))
	}
	if old := c.Outdated(); !slices.Equal(old, []string{"silence"}) {
		t.Errorf("public and not so any more are %q", old)
	}
	if list, err := o.Unanswered(t.Context(), all); err != nil || len(list) != 0 {
		t.Errorf("listed as silent are %+v (%v)", list, err)
	}
	o.rebuilds(t)
	o.verifies(t)
}

// On a second letter that was answered in time only the second silence is lifted.
func TestTheSecondSilenceIsLifted(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	first, second := day("2025-02-01"), day("2025-03-20")
	k.do("o1", "2025-01-15", SendNotice{Step: 2, Notice: Notice{Language: "en", By: &first}})
	k.do("", "2025-02-16", NoteSilence{2})
	k.do("o1", "2025-03-01", SendNotice{Step: 2, Notice: Notice{Language: "en", By: &second}})
	k.do("", "2025-03-26", NoteSilence{2})
	k.do("o1", "2025-03-20", RecordAnswer{2, answer("official")})
	s := k.c.Step(2)
	if s.Lifted == nil || s.Lifted.From != day("2025-03-21") || s.Notices[1].Silent != nil || s.Silence == nil || *s.Silence != day("2025-02-02") || s.Answers[0].Late {
		t.Errorf("the step is %+v", s)
	}
}

// asked sends a letter of a step with a day.
func (k *course) asked(step int, on, by string) {
	k.t.Helper()
	until := day(by)
	k.done("o1", on, SendNotice{Step: step, Notice: Notice{Language: "en", By: &until}})
}

// A silence that rests on a letter alone is lifted when the office withdraws it: what was
// shown before stays, and the step waits for the office.
func TestASilenceGoesWithItsLetter(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.asked(2, "2025-01-15", "2025-02-01")
	k.done("", "2025-02-02", NoteSilence{2})
	k.done("o1", "2025-03-01", WithdrawNotice{2, 1})
	s := k.c.Step(2)
	if _, silent := k.c.Silent(s); silent || s.Lifted == nil || s.Lifted.From != day("2025-02-02") || s.Lifted.Until != day("2025-03-01") || s.Lifted.Notice != 1 {
		t.Errorf("the step is %+v", s)
	}
	if n := s.Notices[0]; n.Silent == nil || *n.Silent != day("2025-02-02") {
		t.Errorf("that it was shown is gone: %+v", n)
	}
	k.refusedOn("2025-03-02", NoteSilence{2}, CodeRunning)
	k.asked(2, "2025-03-02", "2025-03-20") // and can be silent again
	k.done("", "2025-03-21", NoteSilence{2})
	if since, silent := k.c.Silent(s); !silent || since != day("2025-03-21") {
		t.Errorf("silent since %s (%t)", since, silent)
	}

	k = begin(t) // withdrawn before its day, which was recorded after it
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.asked(2, "2025-01-15", "2025-02-01")
	k.done("", "2025-02-02", NoteSilence{2})
	k.do("o1", "2025-01-20", WithdrawNotice{2, 1})
	if l := k.c.Step(2).Lifted; l == nil || l.Until != day("2026-11-28") {
		t.Errorf("it is lifted as %+v", l)
	}
}

// The silence stays where another letter was not answered, where the clock of the text
// runs by itself, and where an answer has come since; and an earlier letter that sets the
// day again makes nobody late in the past.
func TestASilenceThatRestsOnMore(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.asked(2, "2025-01-15", "2025-02-01")
	k.done("", "2025-02-02", NoteSilence{2})
	k.asked(2, "2025-02-10", "2025-03-01")
	k.done("", "2025-03-02", NoteSilence{2})
	k.done("o1", "2025-03-10", WithdrawNotice{2, 1})
	if since, silent := k.c.Silent(k.c.Step(2)); !silent || since != day("2025-03-02") {
		t.Errorf("silent since %s (%t)", since, silent)
	}
	k.done("o1", "2025-03-11", WithdrawNotice{2, 2})
	if _, silent := k.c.Silent(k.c.Step(2)); silent {
		t.Error("no letter is left, and the silence is")
	}

	k = referred(t, nil)
	k.done("o1", "2025-01-15", SendNotice{Step: 3, Notice: Notice{Language: "en"}})
	k.done("", "2025-02-11", NoteSilence{3})
	k.done("o1", "2025-03-10", WithdrawNotice{3, 1})
	if since, silent := k.c.Silent(k.c.Step(3)); !silent || since != day("2025-02-11") {
		t.Errorf("by the text silent since %s (%t)", since, silent)
	}

	k = begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.asked(2, "2025-01-15", "2025-02-01")
	k.done("", "2025-02-02", NoteSilence{2})
	k.done("o1", "2025-02-10", RecordAnswer{2, answer("official")})
	k.done("o1", "2025-02-11", WithdrawNotice{2, 1})
	if s := k.c.Step(2); !s.Answers[0].Late || s.Silence == nil || s.Lifted != nil {
		t.Errorf("what was late is %+v", s)
	}

	k = begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.asked(2, "2025-01-15", "2025-02-01")
	k.asked(2, "2025-01-20", "2025-03-01")
	k.done("", "2025-03-02", NoteSilence{2})
	k.done("o1", "2025-03-10", WithdrawNotice{2, 2})
	k.due(2, "2025-03-10", "2025-03-17")
	k.refusedOn("2025-03-17", NoteSilence{2}, CodeRunning)
	k.done("", "2025-03-18", NoteSilence{2})
	if since, silent := k.c.Silent(k.c.Step(2)); !silent || since != day("2025-03-18") {
		t.Errorf("on the earlier letter silent since %s (%t)", since, silent)
	}
}

// Who was asked in the stead of the silent one need not answer any more, unless they have
// already: then the case goes on there.
func TestWhatTheSilenceBeganIsDropped(t *testing.T) {
	for _, answered := range []bool{false, true} {
		k := begin(t)
		k.c.Procedure.Step("determine").Silence.Then = []string{"civil"}
		k.c.Procedure.Step("civil").Answers = append(k.c.Procedure.Step("civil").Answers, instrument.Branch{ID: "asks", Then: []string{"civil"}})
		k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
		k.asked(2, "2025-01-15", "2025-02-01")
		k.done("", "2025-02-02", NoteSilence{2})
		k.waits("civil")
		k.asked(3, "2025-02-03", "2025-03-01")
		if answered {
			k.done("o1", "2025-02-04", RecordAnswer{3, answer("asks")})
		}
		k.done("o1", "2025-02-10", WithdrawNotice{2, 1})
		if _, silent := k.c.Silent(k.c.Step(2)); silent || k.c.Step(2).Lifted == nil {
			t.Errorf("the step is %+v", k.c.Step(2))
		}
		if answered {
			k.waits("civil")
			continue
		}
		k.waits("determine")
		if s := k.c.Step(3); s.Dropped == nil || s.Notices[0].Withdrawn == nil {
			t.Errorf("who was asked in its stead still is: %+v", s)
		}
		k.refusedOn("2025-02-11", RecordAnswer{3, answer("judged")}, CodeDropped)
	}
}

// The lists follow, and what is public of the case is found to be old.
func TestASilenceGoesFromTheLists(t *testing.T) {
	o := newOffice(t)
	all := Span{From: when.Earliest, To: when.Latest, Limit: 5}
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	by := o.today + 20
	o.do(t, id, SendNotice{Step: 2, Notice: Notice{Language: "en", By: &by}})
	o.today = by + 1
	if n, err := o.NoteSilences(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d silences (%v)", n, err)
	}
	o.publish(t, id, AskPublication{Fields: []string{"silence"}})
	if list, err := o.Unanswered(t.Context(), all); err != nil || len(list) != 1 {
		t.Errorf("listed as silent are %+v (%v)", list, err)
	}
	o.today += 5
	o.do(t, id, WithdrawNotice{2, 1})
	if list, err := o.Unanswered(t.Context(), all); err != nil || len(list) != 0 {
		t.Errorf("listed as silent are %+v (%v)", list, err)
	}
	if old := o.look(t, id).Outdated(); !slices.Equal(old, []string{"silence"}) {
		t.Errorf("public and not so any more are %q", old)
	}
	if waiting, err := o.Waiting(t.Context(), Waiting{Wait: WaitOffice, Limit: 5}); err != nil || waiting.Count != 1 || waiting.Steps[0].Since != o.today {
		t.Errorf("it waits as %+v (%v)", waiting, err)
	}
	o.rebuilds(t)
	o.verifies(t)
}
