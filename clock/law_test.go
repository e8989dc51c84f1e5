package clock

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"temwen/when"
)

// A status is a function of the register and the day, and there is a way to
// each, and to each step of an explanation.
func TestLawDeterminedAndReachable(t *testing.T) {
	seen, told := make(map[Status]int), make(map[Code]int)
	for seed := range 200 {
		r, twin := registers.Example(seed), registers.Example(seed)
		for d := range days {
			for i := range r.Obligations {
				s := r.Status(i, d)
				if again := r.Status(i, d); again != s {
					t.Fatalf("seed %d, obligation %d on %s: %+v, then %+v", seed, i, d, s, again)
				}
				seen[s.Status]++
				x := r.Explain(i, d)
				for _, s := range x.Steps {
					told[s.Code]++
				}
				for _, reading := range x.Readings {
					for _, s := range reading.Steps {
						told[s.Code]++
					}
				}
			}
		}
		if !reflect.DeepEqual(r, twin) {
			t.Fatalf("seed %d: asking for a status changed the register", seed)
		}
	}
	for _, s := range Statuses {
		if seen[s] == 0 {
			t.Errorf("no register has a status %s; seen %v", s, seen)
		}
	}
	for _, code := range Codes {
		if told[code] == 0 {
			t.Errorf("no explanation has a step %s; told %v", code, told)
		}
	}
}

// lawOf checks a law on every obligation of drawn registers.
func lawOf(t *testing.T, law func(t *rapid.T, r *Register, i int)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		r := registers.Draw(t, "register")
		for i := range r.Obligations {
			law(t, r, i)
		}
	})
}

// single leaves one reading, of a kind that does not recur.
func single(t *rapid.T, r *Register, i int) (o *Obligation, ok bool) {
	o = &r.Obligations[i]
	o.Readings = o.Readings[:1]
	for e := range o.Events {
		o.Events[e].Reading = None
	}
	return o, o.Readings[0].Rule.Kind != Every
}

var progress = map[Status]int{Dormant: 1, Running: 2, Due: 3, Overdue: 4, Silent: 5}

// When nothing happens any more, an obligation only grows more pressing.
func TestLawTimeGoesForward(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		r.Missions = nil
		o, once := single(t, r, i)
		if !once {
			o.Events, o.Readings[0].Rule.Until = nil, Trigger{}
		}
		last := dayZero
		for _, m := range r.Milestones {
			last = max(last, m.Happened.Last)
		}
		for _, other := range r.Obligations {
			for _, e := range other.Events {
				last = max(last, e.When.Last)
			}
		}
		var before Status
		for d := range days {
			if d <= last {
				continue
			}
			s := r.Status(i, d).Status
			p, moves := progress[s]
			if before != 0 && s != before && (!moves || progress[before] >= p || progress[before] == 0) {
				t.Fatalf("%s, then %s on %s", before, s, d)
			}
			before = s
		}
	})
}

func TestLawFutureChangesNothing(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		o := &r.Obligations[i]
		e := drawEvent(t, o)
		before := make(map[when.Day][]State)
		for d := range days {
			for j := range r.Obligations {
				before[d] = append(before[d], r.Status(j, d))
			}
		}
		o.add(e)
		for d := range days {
			for j := range r.Obligations {
				if s := r.Status(j, d); d < e.Day() && s != before[d][j] {
					t.Fatalf("on %s, before %+v: %+v became %+v", d, e, before[d][j], s)
				}
			}
		}
	})
}

// notEarlier checks that an addition did not move the due day back.
func notEarlier(t *rapid.T, r *Register, i int, add func(o *Obligation)) {
	o := &r.Obligations[i]
	events := o.Events
	for d := range days {
		o.Events = events
		without := r.Status(i, d)
		add(o)
		with := r.Status(i, d)
		if with.HasDue && with.Due < without.Due || with.HasDue && !without.HasDue {
			t.Fatalf("on %s: %+v became %+v", d, without, with)
		}
	}
}

func TestLawPauseNeverMovesBack(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		if o, ok := single(t, r, i); ok {
			from := drawDay(t)
			to := from + when.Day(rapid.IntRange(0, 40).Draw(t, "for"))
			for _, e := range o.Events { // a resumption ends any pause
				if (e.Kind == Pause || e.Kind == Resume) && e.Day() <= to {
					o.drop(Pause, Resume)
					break
				}
			}
			notEarlier(t, r, i, func(o *Obligation) {
				o.add(Event{Kind: Pause, When: On(from), For: AnyOccurrence, Reading: None})
				o.add(Event{Kind: Resume, When: On(to), For: AnyOccurrence, Reading: None})
			})
		}
	})
}

func TestLawExtensionNeverMovesBack(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		if _, ok := single(t, r, i); ok {
			e := Event{Kind: Extend, When: drawMoment(t), For: AnyOccurrence, Reading: None}
			if rapid.Bool().Draw(t, "to") {
				e.To = drawDay(t)
			} else {
				e.Period = drawPeriod(t)
			}
			notEarlier(t, r, i, func(o *Obligation) { o.add(e) })
		}
	})
}

func TestLawPauseMovesByItsLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := drawDay(t)
		rule := Rule{Kind: Within, Day: start, Period: drawPeriod(t)}
		due := rule.Period.After(start)
		if rapid.Bool().Draw(t, "fixed") {
			rule = Rule{Kind: Fixed, Day: due}
		}
		from := start + when.Day(rapid.IntRange(0, int(due-start)).Draw(t, "from"))
		n := rapid.IntRange(0, 100).Draw(t, "n")
		to := from + when.Day(n)
		r := &Register{Obligations: []Obligation{{Mission: None, Readings: read(rule), Events: []Event{
			{Kind: Pause, When: On(from), Reading: None}, {Kind: Resume, When: On(to), Reading: None},
		}}}}
		for _, now := range []when.Day{to, to + 1, to + 1000} {
			if s := r.Status(0, now); s.Due != due+when.Day(n) {
				t.Fatalf("%d days from %s moved %s to %s", n, from, due, s.Due)
			}
		}
	})
}

func TestLawEndsAreFinal(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		o, ok := single(t, r, i)
		if !ok {
			return
		}
		o.drop(Dispute)
		kind := o.Readings[0].Rule.Kind
		var before State
		for d := range days {
			s := r.Status(i, d)
			if before.Status.Over() && s.Status != before.Status && !(kind == Before && s.Status == DischargedLate) {
				t.Fatalf("%s, then %s on %s", before.Status, s.Status, d)
			}
			if before.Status.Over() && before.HasDue && s.Due != before.Due {
				t.Fatalf("its due day moved from %s to %s on %s, after it was %s", before.Due, s.Due, d, before.Status)
			}
			before = s
		}
	})
}

// disputed replays the disputes alone.
func disputed(r *Register, i, k int, now when.Day) (open bool) {
	o := &r.Obligations[i]
	ended := false
	for _, e := range o.Events {
		if e.Day() > now || e.Reading != None && int(e.Reading) != k {
			continue
		}
		switch e.Kind {
		case Dispute:
			open = true
		case Settle:
			open = false
		case Discharge:
			if o.Readings[k].Rule.Kind != Every && !ended {
				open, ended = false, true
			}
		case Waive, Lapse:
			ended = true
		}
	}
	return open
}

func TestLawContested(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		r.Missions = nil
		for d := range days {
			s := r.Status(i, d)
			first := r.Reading(i, 0, d)
			want := false
			for k := range r.Obligations[i].Readings {
				under := r.Reading(i, k, d)
				status := under.Status
				if status == Contested {
					status = under.Under
				}
				if contested := disputed(r, i, k, d) && status != Lapsed; contested != (under.Status == Contested) {
					t.Fatalf("on %s reading %d is %s with a dispute open: %t", d, k, under.Status, contested)
				}
				want = want || under.Status != first.Status || under.Status == Contested
			}
			if (s.Status == Contested) != want {
				t.Fatalf("on %s: %s, contested: %t", d, s.Status, want)
			}
		}
	})
}

func TestLawOrderOfReadings(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		o := &r.Obligations[i]
		order := rapid.Permutation([]int32{0, 1, 2}[:len(o.Readings)]).Draw(t, "order")
		other := *o
		other.Readings, other.Events = nil, slices.Clone(o.Events)
		for _, k := range order {
			other.Readings = append(other.Readings, o.Readings[k])
		}
		for j := range other.Events {
			if k := &other.Events[j].Reading; *k != None {
				*k = int32(slices.Index(order, *k))
			}
		}
		for d := range days {
			if s, u := r.status(o, d, nil), r.status(&other, d, nil); s != u {
				t.Fatalf("on %s in the order %v: %+v, not %+v", d, order, u, s)
			}
		}
	})
}

func TestLawReadingsThatAgree(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		o, _ := single(t, r, i)
		twice := *o
		twice.Readings = append(read(o.Readings[0].Rule), o.Readings...)
		for d := range days {
			if s, u := r.status(o, d, nil), r.status(&twice, d, nil); s != u {
				t.Fatalf("on %s: %+v once, %+v twice", d, s, u)
			}
		}
	})
}

func TestLawSuccession(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		alone := *r
		alone.Missions = nil
		for d := range days {
			s, own := r.Status(i, d), alone.Status(i, d)
			holder := r.Obligations[i].Mission
			for own.Open && holder != None && r.Missions[holder].Successor != None && r.Missions[holder].Ended.Known && r.Missions[holder].Ended.Last <= d {
				holder = r.Missions[holder].Successor
			}
			want := own
			if want.Holder = holder; holder != r.Obligations[i].Mission {
				want.Status, want.Under = Inherited, own.Status
			}
			if s != want {
				t.Fatalf("on %s: %+v, want %+v", d, s, want)
			}
		}
	})
}

func TestLawArithmetic(t *testing.T) {
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		for d := range days {
			s := r.Status(i, d)
			if s.HasDue && s.Due+when.Day(s.DaysOver(d)) != d || !s.HasDue && s.DaysOver(d) != 0 {
				t.Fatalf("%d days over on %s, due %s", s.DaysOver(d), d, s.Due)
			}
			if age := s.Age(d); age < 0 || age > 0 && s.Since+when.Day(age) != d {
				t.Fatalf("%d days old on %s, owed since %s", age, d, s.Since)
			}
			discharges := int32(0)
			for _, e := range r.Obligations[i].Events {
				if e.Kind == Discharge && e.Day() <= d {
					discharges++
				}
			}
			if s.Missed < 0 || s.Missed > s.Occurred || len(r.Obligations[i].Readings) == 1 && s.Occurred-s.Missed > discharges {
				t.Fatalf("missed %d of %d with %d discharges on %s", s.Missed, s.Occurred, discharges, d)
			}
		}
	})
}

// Nothing that a dossier or a caller can hand over makes it panic, or count
// for long.
func TestLawHostileInput(t *testing.T) {
	anyDay := rapid.OneOf(
		rapid.Custom(drawDay), rapid.Map(rapid.Int32(), func(d int32) when.Day { return when.Day(d) }),
		rapid.SampledFrom([]when.Day{when.Earliest, when.Earliest + 1, firstDay, 0, lastDay, when.Latest - 1, when.Latest}),
	)
	anyLength := rapid.OneOf(rapid.Int32Range(-40, 40), rapid.Int32(), rapid.SampledFrom([]int32{math.MinInt32, 0, math.MaxInt32}))
	anyPeriod := rapid.Custom(func(t *rapid.T) when.Period {
		return when.Period{Months: anyLength.Draw(t, "months"), Days: anyLength.Draw(t, "days")}
	})
	anyMoment := rapid.Custom(func(t *rapid.T) Moment {
		return Moment{First: anyDay.Draw(t, "first"), Last: anyDay.Draw(t, "last"), Known: rapid.Bool().Draw(t, "known")}
	})
	rapid.Check(t, func(t *rapid.T) {
		r := registers.Draw(t, "register")
		for i := range r.Milestones {
			r.Milestones[i].Happened = anyMoment.Draw(t, "moment")
		}
		for i := range r.Obligations {
			o := &r.Obligations[i]
			o.Warn = anyPeriod.Draw(t, "warn")
			for k := range o.Readings {
				rule := &o.Readings[k].Rule
				rule.Kind, rule.Day = RuleKind(rapid.IntRange(0, 6).Draw(t, "kind")), anyDay.Draw(t, "day")
				rule.Period = anyPeriod.Draw(t, "period")
			}
			for j := range o.Events {
				e := &o.Events[j]
				e.Kind = EventKind(rapid.IntRange(0, 13).Draw(t, "kind"))
				e.When, e.To, e.For = anyMoment.Draw(t, "when"), anyDay.Draw(t, "to"), anyDay.Draw(t, "for")
				e.Period = anyPeriod.Draw(t, "period")
			}
			for range 3 {
				now := anyDay.Draw(t, "now")
				s, x := r.Status(i, now), r.Explain(i, now)
				if x.State != s || s.Status == 0 {
					t.Fatalf("on %s: explained %+v, status %+v", now, x.State, s)
				}
				_, _ = s.DaysOver(now), s.Age(now) // neither panics
			}
		}
	})
}

// An obligation of zero values is owed, and that is all that is known.
func TestZeroValues(t *testing.T) {
	r := &Register{Missions: []Mission{{}}, Milestones: []Milestone{{}}, Obligations: []Obligation{
		{}, {Readings: []Reading{{}}}, {Events: []Event{{}, {Kind: Discharge}}}, {Readings: read(Rule{Kind: Every})},
	}}
	for i := range r.Obligations {
		if s := r.Status(i, dayZero); s.Status != UnclockedOwed || s.HasDue {
			t.Errorf("obligation %d: %+v", i, s)
		}
		if x := r.Explain(i, dayZero); len(x.Readings) != 1 || x.Readings[0].State.Status != UnclockedOwed {
			t.Errorf("obligation %d explained: %+v", i, x)
		}
	}
}

// A century of daily duties, each met, is counted in one pass.
func TestHundredThousandOccurrences(t *testing.T) {
	const n = 100_000
	o := Obligation{Mission: None, Readings: read(Rule{Kind: Every, Day: dayZero, Period: when.Days(1)})}
	for i := range when.Day(n) {
		o.Events = append(o.Events, Event{Kind: Discharge, When: On(dayZero + i + 1), For: AnyOccurrence, Reading: None})
	}
	r := &Register{Obligations: []Obligation{o}}
	if s := r.Status(0, dayZero+n+1); s.Occurred != n || s.Missed != 0 || s.Status != Due {
		t.Errorf("met every day: %+v", s)
	}
	r.Obligations[0].Events = r.Obligations[0].Events[:n/2]
	if s := r.Status(0, dayZero+n+1); s.Occurred != n || s.Missed != n/2 || s.Status != Overdue {
		t.Errorf("met for half the time: %+v", s)
	}
}
