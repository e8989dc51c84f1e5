package casework

import (
	"errors"
	"testing"

	"temwen/instrument"
	"temwen/when"
)

// referred is a case whose step 3 waits, until 10 February 2025 by its text, of which a
// procedure says how far it may be extended.
func referred(t *testing.T, e *instrument.Extension) *course {
	t.Helper()
	k := begin(t)
	k.c.Procedure.Step("refer").Clock.Extension = e
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
	return k
}

func extend(to string) MoveClock {
	return MoveClock{3, Move{Kind: Extended, To: day(to), Ground: "asked"}}
}

// on does a command on its own day, and not by 28 November 2026.
func (k *course) on(by, on string, cmd Command) error {
	made, err := Decide(k.c, by, cmd, day(on), day(on))
	for i := range made {
		made[i].Index = k.c.Changed + 1
		k.c.Apply(&made[i])
	}
	return err
}

func (k *course) done(by, on string, cmd Command) {
	k.t.Helper()
	if err := k.on(by, on, cmd); err != nil {
		k.t.Fatalf("%T on %s: %v", cmd, on, err)
	}
}

func (k *course) refusedOn(on string, cmd Command, code string) *Refused {
	k.t.Helper()
	r := new(Refused)
	if err := k.on("o1", on, cmd); !errors.As(err, &r) || r.Code != code {
		k.t.Errorf("%T on %s: %v, and should be refused as %q", cmd, on, err, code)
	}
	return r
}

// An extension is as long as the procedure has it from the agreement, from the day on
// which the step falls due, and there are as many; who is refused is told how many were
// given, and by whose limit.
func TestExtensionAsTheProcedureSays(t *testing.T) {
	k := referred(t, &instrument.Extension{AtMost: when.Days(30), Times: 2, Provision: "x"})
	r := k.refusedOn("2025-01-20", extend("2025-03-13"), CodeCap)
	if l := r.Leave; l == nil || l.Own || l.Until != day("2025-03-12") || l.Used != 0 {
		t.Errorf("what may be given is %+v", l)
	}
	k.done("o1", "2025-01-20", extend("2025-02-15"))
	k.done("o1", "2025-02-15", extend("2025-03-17"))
	r = k.refusedOn("2025-03-01", extend("2025-03-18"), CodeTimes)
	if l := r.Leave; l == nil || l.Used != 2 || !l.Spent() {
		t.Errorf("what may be given is %+v", l)
	}
	k.refusedOn("2025-03-18", extend("2025-03-20"), CodeEnd)
}

// Where the agreement says nothing, or not of how long, this program's own limit holds,
// and is called that.
func TestExtensionByTheOwnLimit(t *testing.T) {
	for _, e := range []*instrument.Extension{nil, {Times: 2, Provision: "x"}} {
		k := referred(t, e)
		r := k.refusedOn("2025-01-20", extend("2026-01-21"), CodeCap)
		if l := r.Leave; l == nil || !l.Own || l.Until != day("2026-01-20") || l.Text != e {
			t.Errorf("what may be given is %+v", l)
		}
		k.done("o1", "2025-01-20", extend("2026-01-20"))
	}
	k := referred(t, &instrument.Extension{AtMost: when.Months(24), Provision: "x"})
	k.done("o1", "2025-01-20", extend("2027-02-10")) // an agreement can give more
	for range 3 {
		k.refusedOn("2025-01-21", extend("2029-02-11"), CodeCap)
	}
}

// A newer version says otherwise how far a time may be extended, and the cases whose
// steps wait there are touched by that.
func TestTouchedByAnExtension(t *testing.T) {
	k := referred(t, nil)
	newer := criminal()
	newer.Step("refer").Clock.Extension = &instrument.Extension{Times: 1, Provision: "x"}
	touched := Touched{Case: k.c, Steps: k.c.Touches(newer, day("2025-01-20"))}
	if !touched.Extends() || touched.Moves() || !k.c.Newer(newer) {
		t.Errorf("it is touched as %+v", touched)
	}
	k.done("o1", "2025-01-20", Adopt{newer})
	if same := (Touched{Case: k.c, Steps: k.c.Touches(newer, day("2025-01-20"))}); same.Extends() {
		t.Errorf("it is still touched as %+v", same)
	}
	k.done("o1", "2025-01-21", extend("2025-03-01"))
	k.refusedOn("2025-01-22", extend("2025-04-01"), CodeTimes)
	newer.Step("report").Clock = instrument.Clock{Within: when.Days(9), Extension: &instrument.Extension{Times: 1, Provision: "x"}}
	if other := (Touched{Case: k.c, Steps: k.c.Touches(newer, day("2025-01-20"))}); other.Extends() {
		t.Errorf("a step that does not wait touches it as %+v", other)
	}
}

// A letter takes no time back that was given: not from a text, from an earlier letter, an
// extension or a stop. Once the time has run out, the office may set a new day.
func TestALetterTakesNoTimeBack(t *testing.T) {
	send := func(step int, by string) SendNotice {
		until := day(by)
		return SendNotice{Step: step, Notice: Notice{Language: "en", By: &until}}
	}
	shorter := func(k *course, on string, cmd SendNotice, until string) {
		t.Helper()
		if r := k.refusedOn(on, cmd, CodeShorter); r.Day != day(until) {
			t.Errorf("the clock is said to run until %s, and should until %s", r.Day, until)
		}
	}
	k := referred(t, nil)
	shorter(k, "2025-01-20", send(3, "2025-02-09"), "2025-02-10")
	k.done("o1", "2025-01-20", send(3, "2025-02-10"))
	k.done("o1", "2025-01-21", extend("2025-03-01"))
	shorter(k, "2025-01-22", send(3, "2025-02-10"), "2025-03-01")

	k = begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.done("o1", "2025-01-11", send(2, "2025-02-01"))
	shorter(k, "2025-01-12", send(2, "2025-01-31"), "2025-02-01")
	k.done("o1", "2025-01-13", MoveClock{2, Move{Kind: Extended, To: day("2025-02-20"), Ground: "asked"}})
	shorter(k, "2025-01-13", send(2, "2025-02-19"), "2025-02-20")
	k.done("o1", "2025-01-14", MoveClock{2, Move{Kind: Paused, Ground: "safety"}})
	shorter(k, "2025-01-19", send(2, "2025-02-24"), "2025-02-25")
	k.done("o1", "2025-01-24", MoveClock{2, Move{Kind: Resumed, Ground: "safety"}})
	shorter(k, "2025-01-24", send(2, "2025-03-01"), "2025-03-02")
	k.done("o1", "2025-01-25", WithdrawNotice{2, 1}) // by the office's own deed nobody is bound
	k.done("o1", "2025-01-25", send(2, "2025-02-10"))
	k.done("o1", "2025-02-11", send(2, "2025-02-12"))
}

func back(n int) TakeBack { return TakeBack{Step: 3, Move: n, Ground: "mistake"} }

// due holds the day on which a step falls due, as it stands on another.
func (k *course) due(step int, on, want string) {
	k.t.Helper()
	if got, has := k.c.Due(k.c.Step(step), day(on)); !has || got != day(want) {
		k.t.Errorf("on %s step %d falls due on %s (%t), and should on %s", on, step, got, has, want)
	}
}

// An extension that was wrong is taken back: the clock counts as if it had not been, but
// nobody becomes late in the past, nor has more time than with it.
func TestAnExtensionIsTakenBack(t *testing.T) {
	for _, tt := range []struct {
		what, on, due string // 10 February without, 13 March with
	}{
		{"long before the day without it", "2025-01-25", "2025-02-10"},
		{"on the last day that leaves the warning window", "2025-02-03", "2025-02-10"},
		{"within the window", "2025-02-05", "2025-02-12"},
		{"after the day without it", "2025-02-20", "2025-02-27"},
		{"near the day with it", "2025-03-10", "2025-03-13"},
		{"on that day", "2025-03-13", "2025-03-13"},
	} {
		k := referred(t, &instrument.Extension{Times: 1, Provision: "x"})
		k.done("o1", "2025-01-20", extend("2025-03-13"))
		k.done("o1", tt.on, back(1))
		k.due(3, tt.on, tt.due)
		if due, _ := k.c.Due(k.c.Step(3), day(tt.on)); due < day(tt.on) {
			t.Errorf("%s: late since %s", tt.what, due)
		}
		m := k.c.Step(3).Moves[0]
		if m.Aside == nil || m.Aside.By != "o1" || m.Aside.On != day(tt.on) || m.To != day("2025-03-13") {
			t.Errorf("%s: what stays of it is %+v", tt.what, m)
		}
		if l := k.c.Leave(k.c.Step(3), day(tt.due), day(tt.on)); l.Used != 0 {
			t.Errorf("%s: it counts toward how many there may be", tt.what)
		}
		k.refusedOn(tt.due, NoteSilence{3}, CodeRunning)
		k.done("", (day(tt.due) + 1).String(), NoteSilence{3})
		if since, silent := k.c.SilentFrom(k.c.Step(3)); !silent || since != day(tt.due)+1 {
			t.Errorf("%s: silent since %s (%t)", tt.what, since, silent)
		}
	}
}

// Others that were given stand; a stop counts as it did, and goes on; a new one can be
// given in the place of the wrong one.
func TestTakenBackAmongOtherMoves(t *testing.T) {
	k := referred(t, nil)
	k.done("o1", "2025-01-20", extend("2025-03-13"))
	k.done("o1", "2025-01-21", extend("2025-04-10"))
	k.done("o1", "2025-01-22", back(1))
	k.due(3, "2025-01-22", "2025-04-10")
	k.done("o1", "2025-01-22", back(2))
	k.due(3, "2025-01-22", "2025-02-10")
	k.done("o1", "2025-01-23", extend("2025-03-01"))
	k.due(3, "2025-01-23", "2025-03-01")

	k = referred(t, nil) // stopped after the day without it
	k.done("o1", "2025-01-20", extend("2025-03-13"))
	k.done("o1", "2025-02-20", MoveClock{3, Move{Kind: Paused, Ground: "safety"}})
	k.done("o1", "2025-03-01", back(1))
	if !k.c.Paused(k.c.Step(3)) {
		t.Error("the clock goes on")
	}
	k.refusedOn("2025-06-01", NoteSilence{3}, CodeRunning)
	k.done("o1", "2025-06-01", MoveClock{3, Move{Kind: Resumed, Ground: "safety"}})
	k.due(3, "2025-06-01", "2025-06-08")

	k = begin(t) // the office's own day
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	by := day("2025-02-01")
	k.done("o1", "2025-01-15", SendNotice{Step: 2, Notice: Notice{Language: "en", By: &by}})
	k.done("o1", "2025-01-20", MoveClock{2, Move{Kind: Extended, To: day("2025-03-13"), Ground: "asked"}})
	k.done("o1", "2025-02-20", TakeBack{Step: 2, Move: 1, Ground: "forged"})
	k.due(2, "2025-02-20", "2025-02-27")
	newer := criminal()
	newer.Step("determine").Note = newer.Step("inform").Clock.Words
	k.done("o1", "2025-02-21", Adopt{newer})
	k.due(2, "2025-02-21", "2025-02-27")
	by = day("2025-04-01")
	k.done("o1", "2025-02-22", SendNotice{Step: 2, Notice: Notice{Language: "en", By: &by}})
	k.due(2, "2025-02-22", "2025-04-01")
}

// What cannot be: taken back twice, by nobody, without its ground, after the step was
// answered, after the time ran out with it; a clock past its own end is extended by nobody.
func TestTakingBackIsRefused(t *testing.T) {
	k := referred(t, nil)
	k.refusedOn("2025-01-19", back(1), CodeUnknown)
	k.done("o1", "2025-01-20", extend("2025-03-13"))
	k.done("o1", "2025-01-21", MoveClock{3, Move{Kind: Paused, Ground: "safety"}})
	k.done("o1", "2025-01-21", MoveClock{3, Move{Kind: Resumed, Ground: "safety"}})
	k.refusedOn("2025-01-22", back(2), CodeUnknown) // a stop is ended by going on
	k.refusedOn("2025-01-22", back(0), CodeUnknown)
	k.refusedOn("2025-01-22", TakeBack{Step: 9, Move: 1, Ground: "mistake"}, CodeUnknown)
	k.refusedOn("2025-01-22", TakeBack{Step: 3, Move: 1, Ground: "mood"}, CodeGround)
	k.refusedOn("2025-01-22", TakeBack{Step: 3, Move: 1, Ground: "other"}, CodeNote)
	k.refusedOn("2025-01-22", TakeBack{Step: 3, Move: 1, Ground: "mistake", Note: "x"}, CodeNote)
	if err := k.on("", "2025-01-22", back(1)); err == nil {
		t.Error("nobody takes it back")
	}
	for range 2 {
		k.refusedOn("2025-03-14", extend("2025-04-01"), CodeEnd)
	}
	k.refusedOn("2025-03-14", back(1), CodeSpent)
	k.done("", "2025-03-14", NoteSilence{3})
	k.c.Steps[2].Over = false // as where silence leads back to its own step
	k.refusedOn("2025-03-15", back(1), CodeSpent)

	k = referred(t, nil)
	k.done("o1", "2025-01-20", extend("2025-03-13"))
	k.done("o1", "2025-01-25", back(1))
	if r := k.refusedOn("2025-01-26", back(1), CodeTwice); r.By != "o1" || r.Did != extensionTakenBack {
		t.Errorf("the second officer is told %+v", r)
	}

	k = referred(t, nil)
	k.done("o1", "2025-01-20", extend("2025-03-13"))
	k.done("", "2025-03-01", RecordAnswer{3, answer("accepts")})
	k.refusedOn("2025-03-02", back(1), CodeOver)
	if a := k.c.Step(3).Answers[0]; a.Late {
		t.Error("who answered within the extension is late")
	}
}

// Of two officers who take it back, or of whom one gives more time meanwhile, the slower
// is told what the other did; the record makes the same of it anew.
func TestTwoOfficersAndAnExtension(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, RecordAnswer{2, answer("official")})
	o.do(t, id, extend("2025-03-13"))
	seen := o.look(t, id).Changed
	do := func(by string, cmd Command) error { return o.Do(t.Context(), by, id, seen, cmd, 0) }
	if err := do("o1", back(1)); err != nil {
		t.Fatal(err)
	}
	for _, cmd := range []Command{back(1), extend("2025-03-20")} {
		err := do("o2", cmd)
		refusedAs(t, err, CodeMoved, "o1")
		if r := new(Refused); !errors.As(err, &r) || r.Did != extensionTakenBack {
			t.Errorf("the slower one is told %+v", r)
		}
	}
	seen = 0
	refusedAs(t, do("o2", back(1)), CodeTwice, "o1")
	board, err := o.Board(t.Context(), Span{From: o.today, To: o.today + 90, Limit: 10})
	if err != nil || len(board) != 1 || board[0].Due != day("2025-02-09") {
		t.Errorf("the board has %+v (%v)", board, err)
	}
	o.rebuilds(t)
	o.verifies(t)
}
