package casework

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"temwen/clock"
	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// criminal is a procedure with all that can happen: a clock of the text, one
// without, a benchmark, silence that leads on, two steps at once.
func criminal() *instrument.Procedure {
	words := locale.Text{"en": "x"}
	day := func(n int) when.Period { return when.Days(n) }
	return &instrument.Procedure{
		ID: "p", Track: instrument.Criminal, Start: "inform",
		Steps: []instrument.Step{
			{
				ID: "inform", Provision: "a", Clock: instrument.Clock{Words: words},
				Answers: []instrument.Branch{{ID: "informed", Then: []string{"determine"}}},
				Silence: &instrument.Branch{Then: []string{"inform"}},
			},
			{
				ID: "determine", Provision: "b", Clock: instrument.Clock{Words: words, Benchmark: day(10), Of: "m/x"},
				Answers: []instrument.Branch{{ID: "official", Then: []string{"refer"}}, {ID: "not-official", Then: []string{"refer", "civil"}}},
				Silence: &instrument.Branch{Then: []string{"determine"}},
			},
			{
				ID: "refer", Provision: "c", Clock: instrument.Clock{Within: day(30)},
				Answers: []instrument.Branch{{ID: "accepts", Then: []string{"report"}}, {ID: "acknowledges", Kind: instrument.Acknowledged, Then: []string{"refer"}}, {ID: "declines", Then: []string{"nothing"}}},
				Silence: &instrument.Branch{Then: []string{"remind"}},
			},
			{
				ID: "remind", Provision: "c", Clock: instrument.Clock{Within: day(10)},
				Answers: []instrument.Branch{{ID: "accepts", Then: []string{"report"}}},
				Silence: &instrument.Branch{Then: []string{"remind"}},
			},
			{
				ID: "civil", Provision: "d", Clock: instrument.Clock{Words: words},
				Answers: []instrument.Branch{{ID: "judged", Then: []string{"judged"}}},
				Silence: &instrument.Branch{Then: []string{"civil"}},
			},
			{
				ID: "report", Provision: "e", Clock: instrument.Clock{Words: words},
				Answers: []instrument.Branch{{ID: "convicted", Then: []string{"convicted"}}},
				Silence: &instrument.Branch{Then: []string{"report"}},
			},
		},
		Ends: []instrument.End{
			{ID: "nothing", Outcome: instrument.NoAction}, {ID: "judged", Outcome: instrument.Judged}, {ID: "convicted", Outcome: instrument.Convicted},
		},
	}
}

func day(s string) when.Day {
	d, err := when.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// course takes a case through commands.
type course struct {
	t *testing.T
	c *Case
}

func begin(t *testing.T) *course {
	t.Helper()
	k := &course{t, new(Case)}
	k.do("o1", "2025-01-10", Open{ID: "c", Number: 1, Opened: Opened{Procedure: criminal(), Allegations: []string{"a"}, Mission: "mss", State: "s"}})
	return k
}

func (k *course) try(by, on string, cmd Command) error {
	k.t.Helper()
	now := day("2026-11-28")
	if _, ok := cmd.(MoveClock); ok {
		now = day(on) // a clock is moved as it stands today
	}
	made, err := Decide(k.c, by, cmd, day(on), now)
	for i := range made {
		made[i].Index = k.c.Changed + 1
		k.c.Apply(&made[i])
	}
	return err
}

func (k *course) do(by, on string, cmd Command) {
	k.t.Helper()
	if err := k.try(by, on, cmd); err != nil {
		k.t.Fatalf("%T on %s: %v", cmd, on, err)
	}
}

func (k *course) refused(by, on string, cmd Command, code string) {
	k.t.Helper()
	var r *Refused
	if err := k.try(by, on, cmd); !errors.As(err, &r) || r.Code != code {
		k.t.Errorf("%+v on %s: %v, and should be refused as %q", cmd, on, err, code)
	}
}

func (k *course) waits(ids ...string) {
	k.t.Helper()
	var open []string
	for _, s := range k.c.Open() {
		open = append(open, s.ID)
	}
	if !slices.Equal(open, ids) {
		k.t.Errorf("%q wait, and should be %q", open, ids)
	}
}

func (k *course) status(n int, on string, want clock.Status) {
	k.t.Helper()
	if got := k.c.Status(k.c.Step(n), day(on)); got.Status != want {
		k.t.Errorf("step %d is %v on %s, and should be %v", n, got.Status, on, want)
	}
}

func answer(id string) Answer { return Answer{Answer: id, How: "letter"} }

// A case through the criminal track to a State's silence, and a late answer
// after the mission was succeeded.
func TestToSilenceAndALateAnswer(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.status(2, "2025-06-01", clock.UnclockedOwed)
	by := day("2025-02-15")
	k.do("o1", "2025-01-15", SendNotice{Step: 2, Notice: Notice{Language: "en", By: &by}})
	k.status(2, "2025-02-01", clock.Running)
	k.refused("", "2025-02-10", NoteSilence{3}, CodeUnknown)
	k.do("", "2025-02-12", RecordAnswer{2, answer("official")})
	k.waits("refer")
	k.do("o1", "2025-02-12", SendNotice{Step: 3, Notice: Notice{Language: "en"}})
	k.do("o1", "2025-02-20", RecordAnswer{3, answer("acknowledges")})
	k.status(3, "2025-03-14", clock.Due)
	k.status(3, "2025-03-15", clock.Silent)
	k.do("", "2026-01-01", NoteSilence{3})
	if got := k.c.Step(3).Silence; got == nil || *got != day("2025-03-15") {
		t.Errorf("it was silent from %v", got)
	}
	k.waits("remind")
	k.do("o1", "2025-10-01", Succeed{"gsf"})
	k.waits("remind")
	if k.c.Closed() {
		t.Error("the end of a mission closed a case")
	}
	k.do("", "2025-12-01", RecordAnswer{3, answer("accepts")})
	if a := k.c.Step(3).Answers[1]; !a.Late || a.Moved {
		t.Errorf("the late answer is %+v", a)
	}
	k.waits("report") // nobody needs to be reminded any more
	k.do("o1", "2026-02-01", RecordAnswer{5, answer("convicted")})
	k.waits()
	if len(k.c.Ends) != 1 || k.c.Ends[0].End != "convicted" {
		t.Errorf("it ended as %+v", k.c.Ends)
	}
}

// What may not be is refused by its reason, and changes nothing.
func TestCaseRefuses(t *testing.T) {
	k := begin(t)
	k.refused("o1", "2025-01-10", Open{ID: "c"}, CodeTwice)
	k.refused("o1", "2025-01-09", Assign{"o2"}, CodeDay)
	k.refused("o1", "2027-01-09", Assign{"o2"}, CodeDay)
	k.refused("o1", "2025-01-10", RecordAnswer{1, answer("judged")}, CodeUnknown)
	k.refused("o1", "2025-01-10", RecordAnswer{7, answer("informed")}, CodeUnknown)
	k.do("o1", "2025-01-11", RecordAnswer{1, answer("informed")})
	k.refused("o1", "2025-01-11", RecordAnswer{1, answer("informed")}, CodeTwice)
	k.refused("o1", "2025-01-12", SendNotice{Step: 1, Notice: Notice{}}, CodeOver)
	early := day("2025-01-12")
	k.refused("o1", "2025-01-12", SendNotice{Step: 2, Notice: Notice{By: &early}}, CodeDay)
	k.do("o1", "2025-01-12", SendNotice{Step: 2, Notice: Notice{}})
	k.do("o1", "2025-01-13", WithdrawNotice{2, 1})
	a := answer("official")
	a.Notice = 1
	k.refused("", "2025-01-14", RecordAnswer{2, a}, CodeWithdrawn)
	k.refused("o1", "2025-01-14", MoveClock{2, Move{Kind: Extended, To: day("2025-02-01"), Ground: "asked"}}, CodeEnd)
	k.do("o1", "2025-01-14", RecordAnswer{2, answer("official")})
	k.refused("o1", "2025-02-14", MoveClock{3, Move{Kind: Extended, To: day("2025-03-01"), Ground: "asked"}}, CodeEnd)
	k.refused("o1", "2025-01-20", MoveClock{3, Move{Kind: Extended, To: day("2025-02-13"), Ground: "asked"}}, CodeBefore)
	k.refused("o1", "2025-01-20", MoveClock{3, Move{Kind: Extended, To: day("2025-03-13"), Ground: "mood"}}, CodeGround)
	k.refused("o1", "2025-01-20", MoveClock{3, Move{Kind: Resumed, Ground: "asked"}}, CodeTwice)
	k.refused("o1", "2025-01-20", MoveClock{3, Move{Kind: Extended, To: day("2026-01-21"), Ground: "asked"}}, CodeCap)
	k.do("o1", "2025-01-20", MoveClock{3, Move{Kind: Extended, To: day("2025-03-13"), Ground: "asked"}})
	k.status(3, "2025-03-13", clock.Due)
	k.do("o1", "2025-01-21", Wall{"o1"})
	k.refused("o1", "2025-01-22", Assign{"o2"}, CodeWalled)
	k.refused("o2", "2025-01-22", Assign{"o1"}, CodeApart)
	k.refused("o2", "2025-01-22", AskPublication{Fields: []string{"name"}}, CodeMalformed)
	k.refused("o2", "2025-01-22", AskPublication{Fields: []string{"state"}, Why: "went-on"}, CodeMalformed)
	k.do("o2", "2025-01-22", AskPublication{Fields: []string{"state"}})
	k.refused("o2", "2025-01-22", Publish{Asked: k.c.Asked.Index}, CodeFourEyes)
	k.do("o3", "2025-01-22", Publish{Asked: k.c.Asked.Index})
	if k.c.Stands == nil || !slices.Equal(k.c.Stands.Fields, []string{"state"}) {
		t.Errorf("public is %+v", k.c.Stands)
	}
}

// A finding states its standard of proof, or says that none was stated; what is no finding
// has none.
func TestAFindingStatesItsStandard(t *testing.T) {
	k := begin(t)
	k.c.Procedure.Steps[1].Answers[0].Kind = instrument.Official
	stated := func(id string, s Standard) Answer { return Answer{Answer: id, How: "letter", Standard: s} }
	k.do("o1", "2025-01-10", RecordAnswer{1, stated("informed", NotStated)})
	if s := k.c.Step(1).Answers[0].Standard; s != "" {
		t.Errorf("what is no finding has the standard %q", s)
	}
	k.refused("o1", "2025-01-11", RecordAnswer{2, stated("official", "")}, CodeStandard)
	k.refused("", "2025-01-11", RecordAnswer{2, stated("official", "")}, CodeStandard)
	k.refused("o1", "2025-01-11", RecordAnswer{2, stated("official", "mood")}, CodeMalformed)
	k.do("o1", "2025-01-11", RecordAnswer{2, stated("official", NotStated)})
	if s := k.c.Step(2).Answers[0].Standard; s != NotStated {
		t.Errorf("the finding has the standard %q", s)
	}
}

// A letter that went astray is withdrawn also once its step is over: its link opens
// nothing, and the step stays over.
func TestLetterIsWithdrawnFromAStepThatIsOver(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-12", SendNotice{Step: 2, Notice: Notice{Language: "en", Link: "x"}})
	k.do("o1", "2025-01-14", RecordAnswer{2, answer("official")})
	k.refused("o1", "2025-01-11", WithdrawNotice{2, 1}, CodeDay)
	k.do("o1", "2025-01-15", WithdrawNotice{2, 1})
	k.waits("refer")
	k.status(2, "2025-01-16", clock.Discharged)
	k.refused("", "2025-01-16", RecordAnswer{2, Answer{Answer: "not-official", How: ByLink, Notice: 1}}, CodeWithdrawn)
}

// A step that was silent and is asked again runs to the day of the new letter, and
// can be silent again; the first silence stays until somebody has answered.
func TestAskedAgain(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	send := func(on, by string) {
		t.Helper()
		until := day(by)
		k.do("o1", on, SendNotice{Step: 2, Notice: Notice{Language: "en", By: &until}})
	}
	due := func(on, want string) {
		t.Helper()
		if got, _ := k.c.Due(k.c.Step(2), day(on)); got != day(want) {
			t.Errorf("on %s it falls due on %s, and should on %s", on, got, want)
		}
	}
	silent := func(want string) {
		t.Helper()
		from, is := k.c.SilentFrom(k.c.Step(2))
		if is != (want != "") || is && from != day(want) {
			t.Errorf("it is silent from %s (%t), and should be from %q", from, is, want)
		}
	}
	send("2025-01-15", "2025-02-01")
	k.do("o1", "2025-01-20", MoveClock{2, Move{Kind: Paused, Ground: "safety"}})
	k.do("o1", "2025-01-25", MoveClock{2, Move{Kind: Resumed, Ground: "safety"}})
	k.do("o1", "2025-01-26", MoveClock{2, Move{Kind: Extended, To: day("2025-02-15"), Ground: "asked"}})
	k.do("", "2025-02-16", NoteSilence{2})
	silent("2025-02-16")
	send("2025-03-01", "2025-03-20") // what was done to the clock before is over
	due("2025-03-01", "2025-03-20")
	silent("")
	k.status(2, "2025-03-10", clock.Running)
	k.do("o1", "2025-03-05", MoveClock{2, Move{Kind: Extended, To: day("2025-03-25"), Ground: "asked"}})
	due("2025-03-06", "2025-03-25")
	if k.c.Late(k.c.Step(2), day("2025-03-24")) || !k.c.Late(k.c.Step(2), day("2025-02-20")) {
		t.Error("late is what comes after a silence, and before the office asks again")
	}
	k.do("", "2025-03-26", NoteSilence{2})
	silent("2025-03-26")
	k.do("", "2025-03-27", NoteSilence{2}) // noted already
	if since, still := k.c.Silent(k.c.Step(2)); !still || since != day("2025-02-16") {
		t.Errorf("nobody has answered since %s (%t)", since, still)
	}
	if s := k.c.Step(2); *s.Notices[0].Silent != day("2025-02-16") || *s.Notices[1].Silent != day("2025-03-26") {
		t.Errorf("the letters were silent on %v and %v", s.Notices[0].Silent, s.Notices[1].Silent)
	}
	k.refused("o1", "2025-04-01", MoveClock{2, Move{Kind: Paused, Ground: "safety"}}, CodeEnd)
	send("2025-04-02", "2025-04-20")
	k.do("o1", "2025-04-10", WithdrawNotice{2, 3})
	silent("2025-03-26") // the letter before rules again
}

// A clock is moved as it stands today, whatever day the deed is dated: not past its
// own end, not after its silence, and not before it was moved last.
func TestClockIsMovedAsOfToday(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-10", RecordAnswer{2, answer("official")}) // until 9 February
	move := func(kind MoveKind, on, now, code string) {
		t.Helper()
		made, err := Decide(k.c, "o1", MoveClock{3, Move{Kind: kind, To: day("2025-06-01"), Ground: "asked"}}, day(on), day(now))
		var r *Refused
		if errors.As(err, &r); code == "" && err != nil || code != "" && (r == nil || r.Code != code) {
			t.Errorf("%s dated %s on %s: %v, and should be refused as %q", kind, on, now, err, code)
		}
		for i := range made {
			k.c.Apply(&made[i])
		}
	}
	move(Extended, "2025-02-01", "2025-02-10", CodeEnd)
	move(Paused, "2025-02-01", "2025-02-10", CodeEnd)
	move(Paused, "2025-01-25", "2025-01-27", "")
	move(Paused, "2025-01-20", "2025-01-27", CodeDay) // before the one that runs
	move(Paused, "2025-01-26", "2025-01-27", CodeTwice)
	move(Extended, "2025-01-24", "2025-01-27", CodeDay)
	move(Resumed, "2025-01-24", "2025-01-27", CodeDay)
	move(Resumed, "2025-01-27", "2025-01-27", "") // until 11 February
	if _, err := Decide(k.c, "", NoteSilence{3}, day("2025-02-12"), day("2025-02-12")); err != nil {
		t.Fatal(err)
	}
	k.do("", "2025-02-12", NoteSilence{3})
	k.c.Steps[2].Over = false // as where silence leads back to its own step
	move(Extended, "2025-02-01", "2025-02-12", CodeEnd)
	move(Resumed, "2025-02-01", "2025-02-12", CodeEnd)
}

// Law: whatever is commanded in any order, a case that is not closed waits for
// somebody; what waits falls due on a day, is silent, or waits in one of the Waits, so that
// the board has it; numbers of steps are in order; what Decide refuses changes nothing;
// the case is the same when its events are read back from JSON; and neither
// rotation, succession nor the end of a mission ends it. What the office takes back makes
// nobody late in the past.
func TestCaseAlwaysWaitsOrEnded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, again := new(Case), new(Case)
		now := day("2025-01-10")
		apply := func(by string, cmd Command, on when.Day) {
			before, _ := json.Marshal(c)
			late := func(n int) bool {
				s := c.Step(n)
				_, ran := c.RanOut(s, now)
				_, silent := c.SilentFrom(s)
				return ran && !silent
			}
			was := make(map[int]bool)
			for _, s := range c.Open() {
				was[s.N] = late(s.N)
			}
			made, err := Decide(c, by, cmd, on, now)
			if after, _ := json.Marshal(c); string(before) != string(after) {
				t.Fatalf("%T changed the case by deciding", cmd)
			}
			if err != nil {
				return
			}
			for _, e := range made {
				b, err := json.Marshal(e)
				if err != nil {
					t.Fatal(err)
				}
				var read Event
				if err := json.Unmarshal(b, &read); err != nil {
					t.Fatal(err)
				}
				c.Apply(&e)
				again.Apply(&read)
			}
			switch cmd.(type) {
			case TakeBack, WithdrawNotice:
				for _, s := range c.Open() {
					if late(s.N) && !was[s.N] {
						t.Fatalf("%+v of %s on %s makes step %d late in the past: %+v", cmd, on, now, s.N, s)
					}
				}
			}
		}
		apply("o1", Open{ID: "c", Number: 1, Opened: Opened{Procedure: criminal(), Allegations: []string{"a"}, Mission: "mss"}}, now)
		for range rapid.IntRange(0, 40).Draw(t, "deeds") {
			now += when.Day(rapid.IntRange(0, 40).Draw(t, "later"))
			on := now - when.Day(rapid.IntRange(0, 5).Draw(t, "earlier"))
			step := rapid.IntRange(1, len(c.Steps)+1).Draw(t, "step")
			ids := []string{"informed", "official", "not-official", "accepts", "acknowledges", "declines", "judged", "convicted"}
			to := on + when.Day(rapid.IntRange(0, 60).Draw(t, "to"))
			apply(rapid.SampledFrom([]string{"o1", "o2", ""}).Draw(t, "by"), rapid.SampledFrom([]Command{
				RecordAnswer{step, answer(rapid.SampledFrom(ids).Draw(t, "answer"))},
				SendNotice{Step: step, Notice: Notice{By: &to}},
				WithdrawNotice{step, rapid.IntRange(1, 3).Draw(t, "letter")},
				NoteSilence{step},
				NoteReminder{step},
				Acknowledge{step, 1},
				AskTime{Step: step, Notice: 1, To: to, Ground: "asked"},
				Succeed{"gsf"},
				Assign{"o2"},
				MoveClock{step, Move{Kind: Extended, To: to, Ground: "asked"}},
				MoveClock{step, Move{Kind: Paused, Ground: "safety"}},
				MoveClock{step, Move{Kind: Resumed, Ground: "safety"}},
				TakeBack{Step: step, Move: rapid.IntRange(1, 3).Draw(t, "move"), Ground: "mistake"},
				Reopen{"convicted"},
				Reopen{"nothing"},
				SetAside{Step: step, Answer: rapid.IntRange(1, 2).Draw(t, "nth"), Ground: rapid.SampledFrom([]string{"mistake", "forged"}).Draw(t, "ground")},
			}).Draw(t, "command"), on)
			if len(c.Open()) == 0 && !c.Closed() {
				t.Fatalf("the case waits for nobody and has not ended: %+v", c)
			}
			for _, s := range c.Open() {
				due, silent := c.stands(s, dueOf(c, s, c.Last()))
				wait, since, ground := c.waiting(s, due, silent)
				if falls := due != noDay && silent == silentNot; falls == (wait != "") && silent != silentStill {
					t.Fatalf("step %d falls due on %d, is silent %d, and waits as %q", s.N, due, silent, wait)
				}
				if wait != "" && (since < s.Begun || since > now) || (ground != "") != (wait == WaitPaused) {
					t.Fatalf("step %d waits as %q since %s, on the ground %q", s.N, wait, since, ground)
				}
			}
			for i := range c.Steps {
				if c.Steps[i].N != i+1 {
					t.Fatalf("step %d has the number %d", i+1, c.Steps[i].N)
				}
			}
		}
		if !reflect.DeepEqual(c, again) {
			t.Fatalf("read back it is\n%+v, and was\n%+v", again, c)
		}
	})
}
