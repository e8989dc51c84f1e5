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
	if !touched.Extends() || touched.Changes() || !k.c.Newer(newer) {
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
