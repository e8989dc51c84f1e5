package conduct_test

import (
	"os"
	"slices"
	"testing"

	"temwen/casework"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/when"
)

// course is a case under one of Haiti's procedures, about the people of an invented
// State.
type course struct {
	t *testing.T
	c *casework.Case
}

func begin(t *testing.T, procedure string) *course {
	t.Helper()
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(d.Procedures, func(p *instrument.Procedure) bool { return p.ID == procedure })
	k := &course{t, new(casework.Case)}
	k.do("2025-01-10", casework.Open{ID: "c", Opened: casework.Opened{
		Procedure: d.Procedures[i], Allegations: []string{"a"}, Mission: "m", State: "state",
	}})
	return k
}

func day(t *testing.T, s string) when.Day {
	t.Helper()
	d, err := when.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (k *course) do(on string, cmd casework.Command) {
	k.t.Helper()
	events, err := casework.Decide(k.c, "o", cmd, day(k.t, on), day(k.t, "2026-01-01"))
	if err != nil {
		k.t.Fatalf("%T on %s: %v", cmd, on, err)
	}
	for i := range events {
		k.c.Apply(&events[i])
	}
}

func (k *course) answer(on string, step int, answer string) {
	k.t.Helper()
	k.do(on, casework.RecordAnswer{Step: step, Answer: casework.Answer{Answer: answer, How: "letter", Standard: casework.NotStated}})
}

// asks asks in a step for an answer by a day, and nobody gives it.
func (k *course) asks(on string, step int, by string) {
	k.t.Helper()
	last := day(k.t, by)
	k.do(on, casework.SendNotice{Step: step, Notice: casework.Notice{Language: "en", By: &last}})
	k.do(by, casework.NoteSilence{Step: step})
}

// silent holds who is silent at the end of a month: one actor, once, since a month, or
// nobody.
func (k *course) silent(at, who, since string) {
	k.t.Helper()
	past := casework.NewPast()
	past.Cases["c"] = k.c
	through, err := conduct.ParseMonth(at)
	if err != nil {
		k.t.Fatal(err)
	}
	// Told to the unit, for the table itself says no more than "fewer than".
	got := ""
	for _, w := range conduct.Waiting(past, &conduct.Scope{Mission: "m", Actors: []string{"state"}}, through, 1) {
		if w.Silent > 0 {
			got += w.Who + " " + w.Silent.String() + " " + w.Since.String()
		}
	}
	want := ""
	if who != "" {
		want = who + " 1 " + since
	}
	if got != want {
		k.t.Errorf("at the end of %s is silent %q, and should be %q", at, got, want)
	}
}

// Given a State that lets its time run out, when its silence leads on to a reminder,
// then it is silent still, once, since its first silence, until it answers.
func TestSilenceThatLedOnIsSilence(t *testing.T) {
	k := begin(t, "mss-criminal")
	k.answer("2025-01-11", 1, "informed")
	k.answer("2025-01-12", 2, "official")
	k.silent("2025-02", "", "")
	k.asks("2025-02-01", 3, "2025-02-15")
	if s := k.c.Step(3); s.ID != "state-answers" || !s.Over {
		t.Fatalf("the silence has not led on: %+v", s)
	}
	k.silent("2025-01", "", "")
	k.silent("2025-02", "state", "2025-02")
	k.asks("2025-03-01", 4, "2025-03-31")
	k.silent("2025-06", "state", "2025-02")
	k.answer("2025-06-02", 4, "received")
	k.silent("2025-06", "state", "2025-02")
	k.answer("2025-06-10", 3, "accepts") // to the first letter, late
	k.silent("2025-06", "", "")
}

// A receipt is no answer: who has sent one is silent as before.
func TestAReceiptEndsNoSilence(t *testing.T) {
	k := begin(t, "mss-complaint")
	k.answer("2025-01-11", 1, "received")
	k.answer("2025-01-11", 2, "serious")
	k.answer("2025-01-12", 3, "substantiated")
	k.answer("2025-01-13", 4, "referred")
	k.asks("2025-02-01", 6, "2025-02-15")
	k.silent("2025-03", "state", "2025-02")
	for _, word := range []string{"received", "repatriated"} {
		k.answer("2025-03-01", 6, word)
		k.silent("2025-03", "state", "2025-02")
	}
	k.answer("2025-03-05", 6, "disciplines")
	k.silent("2025-03", "", "")
}

// Who is asked in the stead of another is silent on their own account.
func TestTwoAreSilent(t *testing.T) {
	k := begin(t, "mss-discipline")
	k.asks("2025-02-01", 1, "2025-02-15") // the commander, who refers it
	k.silent("2025-02", "role:command", "2025-02")
	k.asks("2025-03-01", 2, "2025-03-15") // then the State directly
	past := casework.NewPast()
	past.Cases["c"] = k.c
	waits := conduct.Waiting(past, &conduct.Scope{Mission: "m", Actors: []string{"state"}}, conduct.MonthOf(day(t, "2025-03-31")), 1)
	if len(waits) != 2 || waits[0].Silent != 1 || waits[1].Silent != 1 {
		t.Errorf("silent are %v", waits)
	}
	k.answer("2025-04-01", 2, "nothing")
	k.silent("2025-04", "", "")
}

// A silence stands in the table of the mission whose case it was at the end of the
// month.
func TestSilenceOfAMissionThatWasSucceeded(t *testing.T) {
	k := begin(t, "mss-discipline")
	k.asks("2025-02-01", 1, "2025-02-15")
	past := casework.NewPast()
	past.Cases["c"] = k.c
	k.do("2025-03-10", casework.Succeed{Mission: "successor"})
	past.Passed["c"] = []casework.Passing{{On: day(t, "2025-03-10"), From: "m"}}
	for _, c := range []struct {
		mission, month string
		silent         bool
	}{{"m", "2025-02", true}, {"successor", "2025-02", false}, {"m", "2025-03", false}, {"successor", "2025-03", true}} {
		through, err := conduct.ParseMonth(c.month)
		if err != nil {
			t.Fatal(err)
		}
		waits := conduct.Waiting(past, &conduct.Scope{Mission: c.mission}, through, 1)
		if silent := slices.ContainsFunc(waits, func(w conduct.Wait) bool { return w.Silent > 0 }); silent != c.silent {
			t.Errorf("%s %s: somebody is silent: %v", c.mission, c.month, silent)
		}
	}
}

// Nobody is counted as silent on a letter that the office has withdrawn, nor is who was
// asked in their stead.
func TestAWithdrawnLetterMakesNobodySilent(t *testing.T) {
	k := begin(t, "mss-discipline")
	k.asks("2025-02-01", 1, "2025-02-15")
	k.silent("2025-02", "role:command", "2025-02")
	k.asks("2025-03-01", 2, "2025-03-15") // the State directly
	k.do("2025-03-20", casework.WithdrawNotice{Step: 1, Notice: 1})
	k.silent("2025-03", "", "")
	k.asks("2025-04-01", 1, "2025-04-15")
	k.silent("2025-04", "role:command", "2025-04")
}
