package casework

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"temwen/clock"
	"temwen/instrument"
	"temwen/when"
)

func aside(step, n int) SetAside { return SetAside{Step: step, Answer: n, Ground: "mistake"} }

// An answer that was wrong is set aside: what it began is dropped, with its clock and
// its letters, and the step waits again on its old clock. It is silent from the next
// day on, where its day has passed, and what is due then begins only then.
func TestSetAside(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")}) // refer, until 10 February
	k.do("o1", "2025-01-20", RecordAnswer{3, answer("accepts")})
	by := day("2025-06-01")
	k.do("o1", "2025-01-21", SendNotice{Step: 4, Notice: Notice{Language: "en", By: &by, Link: "x"}})
	k.waits("report")

	k.refused("o1", "2025-01-20", aside(3, 2), CodeUnknown)
	k.refused("o1", "2025-01-20", SetAside{Step: 3, Answer: 1, Ground: "mood"}, CodeGround)
	k.refused("o1", "2025-01-20", SetAside{Step: 3, Answer: 1, Ground: "other"}, CodeNote)
	k.refused("o1", "2025-01-20", SetAside{Step: 3, Answer: 1, Ground: "mistake", Note: "x"}, CodeNote)
	k.refused("o1", "2025-01-20", SetAside{Step: 3, Answer: 1, Ground: "other", Note: strings.Repeat("x", MaxNote+1)}, CodeNote)
	k.refused("", "2025-01-20", aside(3, 1), CodeUnknown)
	k.do("o1", "2025-01-20", SetAside{Step: 3, Answer: 1, Ground: "other", Note: " of another case "})
	k.waits("refer")
	s, dropped := k.c.Step(3), k.c.Step(4)
	if a := s.Answers[0].Aside; a == nil || a.On != day("2026-11-28") || a.By != "o1" || a.Note != "of another case" {
		t.Errorf("it is set aside as %+v", a)
	}
	if dropped.Dropped == nil || dropped.Notices[0].Withdrawn == nil {
		t.Errorf("what it began is %+v", dropped)
	}
	if due, _ := k.c.Due(s, day("2026-11-28")); due != day("2025-02-10") {
		t.Errorf("it is due on %s", due)
	}
	k.refused("o1", "2025-01-22", RecordAnswer{4, answer("convicted")}, CodeDropped)
	if err := k.try("o2", "2025-01-20", aside(3, 1)); !errors.As(err, new(*Refused)) || err.(*Refused).Code != CodeTwice || err.(*Refused).By != "o1" || err.(*Refused).Did != answerSetAside {
		t.Errorf("the second officer is told %v", err)
	}

	// On the same day the right answer can still be recorded; after it the silence is.
	k.refused("", "2026-11-28", NoteSilence{3}, CodeRunning)
	made, err := Decide(k.c, "", NoteSilence{3}, day("2026-11-29"), day("2026-11-29"))
	if err != nil || len(made) != 1 || made[0].On != day("2025-02-11") {
		t.Fatalf("the silence is %+v, %v", made, err)
	}
	k.c.Apply(&made[0])
	k.waits("remind")
	if begun := k.c.Step(5).Begun; begun != day("2026-11-29") {
		t.Errorf("who was never reminded should have been since %s", begun)
	}
}

// The right answer, recorded in the place of the wrong one on the day on which that was
// set aside, is in time where it was.
func TestTheRightAnswerInstead(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
	k.do("o1", "2025-01-20", RecordAnswer{3, answer("accepts")})
	k.do("o1", "2026-11-28", aside(3, 1))
	k.do("o1", "2025-01-19", RecordAnswer{3, answer("accepts")})
	k.do("o1", "2026-11-28", aside(3, 2))
	k.do("o1", "2025-01-20", RecordAnswer{3, answer("declines")}) // also one like the first, of its day
	if s := k.c.Step(3); s.Silence != nil || s.Answers[2].Late || s.Answers[2].Moved {
		t.Errorf("the step is %+v", s)
	}
	k.status(3, "2026-11-28", clock.Discharged)
	k.waits()
	if !k.c.Closed() {
		t.Error("the case has not ended")
	}
	k.do("o1", "2026-11-28", aside(3, 3))
	k.waits("refer")
	if k.c.Closed() || k.c.Ends[0].Reopened == nil {
		t.Errorf("the end stands: %+v", k.c.Ends)
	}
}

// What later answers rest on is not set aside before them.
func TestSetAsideTheLastFirst(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
	k.do("", "2025-02-11", NoteSilence{3})
	k.do("o1", "2025-02-12", RecordAnswer{4, answer("accepts")}) // to the reminder
	k.waits("report")
	k.refused("o1", "2025-02-13", aside(2, 1), CodeDepends)
	if rest := k.c.RestOn(2, 1); !slices.Equal(rest, []int{4}) {
		t.Errorf("on it rest the steps %v", rest)
	}
	k.do("o1", "2025-02-13", aside(4, 1))
	k.waits("remind")
	k.do("o1", "2025-02-13", aside(2, 1))
	k.waits("determine")
	for n, dropped := range map[int]bool{1: false, 2: false, 3: true, 4: true, 5: true} {
		if s := k.c.Step(n); (s.Dropped != nil) != dropped {
			t.Errorf("step %d is %+v", n, s)
		}
	}
	if _, silent := k.c.SilentFrom(k.c.Step(3)); silent {
		t.Error("who was never to answer is silent")
	}
}

// A late answer that is set aside leaves the silence, and who was asked instead.
func TestSetAsideAfterSilence(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
	k.do("", "2025-02-11", NoteSilence{3})
	k.do("o1", "2025-02-13", RecordAnswer{3, answer("accepts")})
	k.waits("report")
	k.do("o1", "2025-02-14", aside(3, 1))
	k.waits("remind")
	if since, silent := k.c.Silent(k.c.Step(3)); !silent || since != day("2025-02-11") {
		t.Errorf("silent since %s: %t", since, silent)
	}
}

// Where the wrong answer is set aside, the one that came after it, and led nowhere, leads
// on: in time or late, as it was.
func TestTheAnswerAfterLeadsOn(t *testing.T) {
	for on, late := range map[string]bool{"2025-02-10": false, "2025-02-20": true} {
		k := begin(t)
		k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
		k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
		k.do("o1", "2025-01-15", SendNotice{Step: 3, Notice: Notice{Language: "en", Link: "x"}})
		k.do("o1", "2025-01-20", RecordAnswer{3, answer("declines")})
		k.do("", on, RecordAnswer{3, Answer{Answer: "accepts", How: ByLink, Notice: 1}})
		if a := k.c.Step(3).Answers[1]; !a.Moved {
			t.Fatalf("the case had moved on, and the answer is %+v", a)
		}
		k.do("o1", "2025-03-01", aside(3, 1))
		s := k.c.Step(3)
		if a := s.Answers[1]; a.Moved || a.Late != late || (s.Silence != nil) != late || late && *s.Silence != day("2025-02-11") {
			t.Errorf("an answer of %s is %+v, in %+v", on, a, s)
		}
		k.waits("report")
		if begun := k.c.Step(4).Begun; begun != day("2026-11-28") {
			t.Errorf("what follows has been owed since %s", begun)
		}
		k.do("o1", "2025-03-01", aside(3, 2))
		k.waits("refer")
		if k.c.Answered(k.c.Step(3), 1) || s.Notices[0].Withdrawn != nil {
			t.Error("the link of an answer that was a mistake should be good again")
		}
	}
}

// The link of an answer that somebody else has given dies with it.
func TestForgedByLink(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
	k.do("o1", "2025-01-15", SendNotice{Step: 3, Notice: Notice{Language: "en", Link: "x"}})
	k.do("", "2025-01-20", RecordAnswer{3, Answer{Answer: "declines", How: ByLink, Notice: 1}})
	k.do("o1", "2025-01-21", SetAside{Step: 3, Answer: 1, Ground: "forged"})
	k.refused("", "2025-01-22", RecordAnswer{3, Answer{Answer: "accepts", How: ByLink, Notice: 1}}, CodeWithdrawn)
	k.waits("refer")
}

// A step to which another answer has led, too, stays, and began with that one.
func TestAStepWithTwoCauses(t *testing.T) {
	k := begin(t)
	steps := k.c.Procedure.Steps
	steps[4].Answers = append(steps[4].Answers, instrument.Branch{ID: "asks", Then: []string{"report"}}) // civil
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("not-official")})
	k.do("o1", "2025-01-20", RecordAnswer{3, answer("accepts")})
	k.do("o1", "2025-01-25", RecordAnswer{4, answer("asks")})
	k.waits("report")
	k.do("o1", "2025-01-26", aside(3, 1))
	k.waits("refer", "report")
	if s := k.c.Step(5); s.Begun != day("2025-01-25") || s.Dropped != nil {
		t.Errorf("the step is %+v", s)
	}
	k.do("o1", "2025-01-26", aside(4, 1))
	k.waits("refer", "civil")
}

// An answer whose end was reopened does not begin its step a second time; and a case
// that was stopped stays so.
func TestSetAsideWhatEnded(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
	k.do("o1", "2025-01-20", RecordAnswer{3, answer("declines")})
	k.do("o1", "2025-01-21", Reopen{"nothing"})
	k.waits("refer")
	k.do("o1", "2025-01-22", aside(3, 1))
	k.waits("refer")
	if k.c.Open()[0].N != 4 {
		t.Errorf("step %d waits", k.c.Open()[0].N)
	}

	k = begin(t)
	k.c.Procedure.Ends = append(k.c.Procedure.Ends, instrument.End{ID: "stopped", Outcome: instrument.NoConsent})
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", Stop{})
	k.do("o1", "2025-01-12", aside(1, 1))
	k.waits()
	k.do("o1", "2025-01-13", Reopen{"stopped"})
	k.waits("inform")
}

// Law: an answer that is set aside right after it was recorded leaves the case as it
// stood before.
func TestSetAsideLeavesNothing(t *testing.T) {
	type waiting struct {
		n     int
		id    string
		begun when.Day
		due   when.Day
	}
	stands := func(c *Case, now when.Day) (list []waiting, ends []string, silent []when.Day) {
		for _, s := range c.Open() {
			due, _ := c.Due(s, now)
			list = append(list, waiting{s.N, s.ID, s.Begun, due})
		}
		for _, r := range c.Ends {
			if r.Reopened == nil {
				ends = append(ends, r.End)
			}
		}
		for i := range c.Steps {
			if since, still := c.Silent(&c.Steps[i]); still {
				silent = append(silent, since)
			}
		}
		return list, ends, silent
	}
	ids := []string{"informed", "official", "not-official", "accepts", "acknowledges", "declines", "judged", "convicted"}
	rapid.Check(t, func(t *rapid.T) {
		c, now := new(Case), day("2025-01-10")
		index := uint64(0)
		do := func(by string, cmd Command, on when.Day) bool {
			made, err := Decide(c, by, cmd, on, now)
			for i := range made {
				index++
				made[i].Index = index
				c.Apply(&made[i])
			}
			return err == nil && len(made) > 0
		}
		do("o1", Open{ID: "c", Number: 1, Opened: Opened{Procedure: criminal(), Allegations: []string{"a"}, Mission: "mss"}}, now)
		for range rapid.IntRange(0, 30).Draw(t, "deeds") {
			now += when.Day(rapid.IntRange(0, 40).Draw(t, "later"))
			step := rapid.IntRange(1, len(c.Steps)).Draw(t, "step")
			a := answer(rapid.SampledFrom(ids).Draw(t, "answer"))
			n := len(c.Step(step).Answers)
			list, ends, silent := stands(c, now)
			if rapid.Bool().Draw(t, "silence") {
				do("", NoteSilence{step}, now)
				continue
			}
			on := now - when.Day(rapid.IntRange(0, 20).Draw(t, "earlier"))
			if !do("o1", RecordAnswer{step, a}, on) || rapid.Bool().Draw(t, "keep") {
				continue
			}
			if !do("o1", aside(step, n+1), now) {
				t.Fatalf("it cannot be set aside")
			}
			list2, ends2, silent2 := stands(c, now)
			if !slices.Equal(list, list2) || !slices.Equal(ends, ends2) || !slices.Equal(silent, silent2) {
				t.Fatalf("before %v %v %v\nafter  %v %v %v", list, ends, silent, list2, ends2, silent2)
			}
		}
	})
}

// An end that another answer has led to, too, stands with that one.
func TestAnEndWithTwoCauses(t *testing.T) {
	k := &course{t, new(Case)}
	k.do("o1", "2025-01-10", Open{ID: "c", Number: 1, Opened: Opened{Procedure: taken(), Allegations: []string{"a"}, Mission: "mss"}})
	k.do("o1", "2025-01-11", RecordAnswer{1, answer("done")})
	k.do("o1", "2025-01-12", RecordAnswer{2, answer("done")})
	k.do("o1", "2025-01-14", RecordAnswer{3, answer("done")})
	k.do("o1", "2025-01-15", aside(2, 1))
	k.waits("receipt")
	if e := k.c.Ends; len(e) != 1 || e[0].Reopened != nil || e[0].Step != 3 || e[0].On != day("2025-01-14") || len(e[0].Also) != 0 {
		t.Errorf("it ended as %+v", e)
	}
	k.do("o1", "2025-01-15", aside(3, 1))
	if k.waits("receipt", "evidence"); k.c.Ends[0].Reopened == nil {
		t.Errorf("the end stands: %+v", k.c.Ends)
	}
}

// What was made public of an answer that is set aside is found to be old, what is asked
// for has changed, the tables are the same when they are made anew, and all is counted
// again from the record.
func TestSetAsideOnTheRecord(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, RecordAnswer{2, answer("official")})
	o.do(t, id, RecordAnswer{3, answer("declines")})
	o.publish(t, id, AskPublication{Fields: []string{"outcome", "opened"}})
	o.do(t, id, AskPublication{Fields: []string{"outcome"}, Why: "fields"})
	asked := o.look(t, id).Asked.Index
	seen := o.look(t, id).Changed
	if err := o.Do(t.Context(), "o2", id, seen, aside(3, 1), 0); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, o.Do(t.Context(), "o1", id, seen, aside(3, 1), 0), CodeMoved, "o2")
	refusedAs(t, o.Do(t.Context(), "o1", id, 0, aside(3, 1), 0), CodeTwice, "o2")
	refusedAs(t, o.Do(t.Context(), "o2", id, 0, Publish{Asked: asked}, 0), CodeStale, "")
	if old := o.look(t, id).Outdated(); !slices.Equal(old, []string{"outcome"}) {
		t.Errorf("public and not so any more are %q", old)
	}
	past := NewPast()
	for e, err := range o.store.Events()(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if err := past.Enter(&e); err != nil {
			t.Fatal(err)
		}
	}
	if did := past.Did[id]; len(did) != 2 || did[1].Answer != "official" {
		t.Errorf("what came of it is still counted: %+v", did)
	}
	if done, err := o.rechecks(t, unchanged); err != nil || done != (Rechecked{Compared: 1}) {
		t.Errorf("counted again: %+v (%v)", done, err)
	}
	o.rebuilds(t)
	o.verifies(t)
	o.today++
	due, _ := o.look(t, id).Due(o.look(t, id).Step(3), o.today)
	o.today = due + 1
	if n, err := o.NoteSilences(t.Context()); n != 1 || err != nil {
		t.Errorf("%d silences (%v)", n, err)
	}
}
