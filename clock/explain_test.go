package clock

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"temwen/when"
)

// An explanation in full: a paused and extended review that was asked for.
func TestExplainReview(t *testing.T) {
	o := Obligation{Mission: mss, Readings: review, Events: events(
		"2024-01-01 pause; 2024-01-31 resume; 2024-05-01 ask; 2024-08-01 extend P1M; 2024-08-02 extend 2024-09-01; 2024-09-02 extend P1M; 2024-09-03 settle", nil)}
	adopted := on(adoption)
	want := []Step{
		{Code: TriggerHappened, Trigger: adopted, Day: day("2023-10-02")},
		{Code: Counted, Day: day("2023-10-02"), Period: when.Months(9), Day2: day("2024-07-02")},
		{Code: WasPaused, Event: 1, Day: day("2024-01-01")},
		{Code: WasResumed, Event: 2, Day: day("2024-01-31"), N: 30, Day2: day("2024-08-01"), HasDay2: true},
		{Code: WasAsked, Event: 3, Day: day("2024-05-01")},
		{Code: WasExtended, Event: 4, Day: day("2024-08-01"), Period: when.Months(1), Day2: day("2024-09-01"), HasDay2: true},
		{Code: ExtensionNotLater, Event: 5, Day: day("2024-08-02"), Day2: day("2024-09-01")},
		{Code: ExtensionTooLate, Event: 6, Day: day("2024-09-02"), Period: when.Months(1), Day2: day("2024-09-01")},
		{Code: HadNoEffect, Event: 7, Day: day("2024-09-03")},
		{Code: NoAnswer, Day: day("2024-05-01"), Day2: day("2024-09-01"), N: 394},
	}
	x := haiti(o).Explain(0, day("2025-09-30"))
	if len(x.Readings) != 1 || !slices.Equal(x.Readings[0].Steps, want) {
		t.Errorf("got %+v\nwant %+v", x.Readings, want)
	}
	passed := []Step{{Code: PassedOn, Mission: mss, Mission2: gsf, Day: day("2025-09-30")}}
	if x.State.Status != Inherited || !slices.Equal(x.Steps, passed) {
		t.Errorf("%s with %+v", x.State.Status, x.Steps)
	}
}

func TestExplainOpenTrigger(t *testing.T) {
	x := haiti(Obligation{Mission: mss, Readings: read(beforeFull, beforeFirst)}).Explain(0, day("2024-06-26"))
	want := [][]Step{{
		{Code: TriggerNotYet, Trigger: on(deployment)},
		{Code: TriggerExpected, Trigger: on(deployment), Day: day("2024-08-31")},
		{Code: BeforeOpen, Trigger: on(deployment)},
	}, {
		{Code: TriggerHappened, Trigger: on(arrival), Day: day("2024-06-25")},
		{Code: CountedBack, Day: day("2024-06-25"), Day2: day("2024-06-24")},
		{Code: OverBy, Day: day("2024-06-24"), N: 2},
	}}
	for k := range want {
		if !slices.Equal(x.Readings[k].Steps, want[k]) {
			t.Errorf("reading %d: got %+v\nwant %+v", k, x.Readings[k].Steps, want[k])
		}
	}
	if !slices.Equal(x.Steps, []Step{{Code: ReadingsDisagree, N: 2}}) {
		t.Errorf("the whole: %+v", x.Steps)
	}
}

// Each report of a recurring duty says which due day it was for.
func TestExplainReports(t *testing.T) {
	o := Obligation{Mission: mss, Readings: read(Rule{Kind: Every, Period: when.Months(3), Trigger: on(adoption)}), Events: events(
		"2024-01-10 discharge; 2024-03-30 discharge; 2024-03-31 discharge; 2024-07-20 discharge for 2024-07-02", nil)}
	want := []Step{
		{Code: TriggerHappened, Trigger: on(adoption), Day: day("2023-10-02")},
		{Code: WasDischarged, Event: 1, Day: day("2024-01-10"), Day2: day("2024-01-02"), HasDay2: true},
		{Code: WasDischarged, Event: 2, Day: day("2024-03-30"), Day2: day("2024-04-02"), HasDay2: true},
		{Code: HadNoEffect, Event: 3, Day: day("2024-03-31")},
		{Code: WasDischarged, Event: 4, Day: day("2024-07-20"), Day2: day("2024-07-02"), HasDay2: true},
		{Code: Recurred, Day: day("2023-10-02"), Period: when.Months(3), N: 3, Day2: day("2024-10-02"), HasDay2: true},
		{Code: DueIn, Day: day("2024-10-02"), N: 62},
	}
	if x := haiti(o).Explain(0, day("2024-08-01")); !slices.Equal(x.Readings[0].Steps, want) {
		t.Errorf("got %+v\nwant %+v", x.Readings[0].Steps, want)
	}
}

func TestLawExplained(t *testing.T) {
	fields := documented(t)
	lawOf(t, func(t *rapid.T, r *Register, i int) {
		o := &r.Obligations[i]
		for d := range days {
			x := r.Explain(i, d)
			if s := r.Status(i, d); x.State != s {
				t.Fatalf("on %s: explained %+v, status %+v", d, x.State, s)
			}
			for _, s := range x.Steps {
				checkFields(t, fields, s)
			}
			for k, reading := range x.Readings {
				if s := r.Reading(i, k, d); reading.State != s || reading.ID != o.Readings[k].ID {
					t.Fatalf("on %s: reading %d explained %+v, status %+v", d, k, reading.State, s)
				}
				for _, s := range reading.Steps {
					checkFields(t, fields, s)
				}
				checkEvents(t, o, int32(k), d, reading.Steps)
				checkSum(t, o, int32(k), d, reading)
			}
		}
	})
}

// documented reads which fields go with a code from the code's own comment:
// those that it always sets, then, behind a semicolon, those that it may.
func documented(t *testing.T) map[Code][2][]string {
	source, err := os.ReadFile("explain.go")
	if err != nil {
		t.Fatal(err)
	}
	fields := make(map[Code][2][]string)
	aside, word := regexp.MustCompile(`\([^)]*\)|: .*`), regexp.MustCompile(`\w+`)
	for _, m := range regexp.MustCompile(`Code = "(.*)" *// (.*)`).FindAllStringSubmatch(string(source), -1) {
		always, maybe, _ := strings.Cut(aside.ReplaceAllString(m[2], ""), ";")
		fields[Code(m[1])] = [2][]string{word.FindAllString(always, -1), word.FindAllString(maybe, -1)}
	}
	for _, code := range Codes {
		if _, ok := fields[code]; !ok {
			t.Errorf("step %s is not documented", code)
		}
	}
	if len(fields) != len(Codes) {
		t.Errorf("%d steps are documented, Codes has %d", len(fields), len(Codes))
	}
	return fields
}

// checkFields holds a step against the documentation of its code.
func checkFields(t *rapid.T, fields map[Code][2][]string, s Step) {
	doc, ok := fields[s.Code]
	if !ok {
		t.Fatalf("step %q is not in Codes", s.Code)
	}
	_, hasEvent := s.Event.Index()
	for _, f := range []struct {
		name      string
		set, zero bool // zero: nothing is a value too
	}{
		{"Trigger", s.Trigger != Trigger{}, false},
		{"Event", hasEvent, false},
		{"Mission", s.Mission != 0, true},
		{"Mission2", s.Mission2 != 0, false},
		{"Day", s.Day != 0, false},
		{"Day2", s.Day2 != 0, false},
		{"HasDay2", s.HasDay2, true},
		{"Period", !s.Period.IsZero(), true},
		{"Working", s.Working, true},
		{"N", s.N != 0, true},
		{"N2", s.N2 != 0, true},
	} {
		always, maybe := slices.Contains(doc[0], f.name), slices.Contains(doc[1], f.name)
		if f.set && !always && !maybe || !f.set && always && !f.zero {
			t.Fatalf("step %s: %s is set: %t; documented: %t, perhaps: %t\n%+v", s.Code, f.name, f.set, always, maybe, s)
		}
		if f.name == "HasDay2" && maybe && f.set != (s.Day2 != 0) {
			t.Fatalf("step %s has a second day: %t, %s", s.Code, f.set, s.Day2)
		}
	}
}

// codesOf are the steps that an event of a kind may have, if it had any effect.
var codesOf = map[EventKind][]Code{
	Ask: {WasAsked}, Answer: {WasAnswered}, Refuse: {WasRefused}, Perform: {WasPerformed},
	Discharge: {WasDischarged}, Pause: {WasPaused, PauseTooLate}, Resume: {WasResumed},
	Extend: {WasExtended, ExtensionTooLate, ExtensionNotLater},
	Waive:  {WasWaived}, Lapse: {HasLapsed}, Dispute: {WasDisputed}, Settle: {WasSettled},
}

// checkEvents holds that every event has one step, except that an extension of
// an occurrence that has not opened has none.
func checkEvents(t *rapid.T, o *Obligation, k int32, now when.Day, steps []Step) {
	var told []int
	for _, s := range steps {
		if i, ok := s.Event.Index(); ok {
			told = append(told, i)
			if e := &o.Events[i]; s.Day != e.Day() || s.Code != HadNoEffect && !slices.Contains(codesOf[e.Kind], s.Code) {
				t.Fatalf("step %+v of the event %+v", s, e)
			}
		}
	}
	slices.Sort(told)
	var want []int
	for i, e := range o.Events {
		if e.Day() > now || e.Reading != None && e.Reading != k {
			continue
		}
		if e.Kind == Extend && e.For != AnyOccurrence && o.Readings[k].Rule.Kind == Every && !slices.Contains(told, i) {
			continue
		}
		want = append(want, i)
	}
	if !slices.Equal(told, want) {
		t.Fatalf("on %s the steps tell of the events %v, not of %v\n%+v", now, told, want, steps)
	}
}

// checkSum adds the steps up to the due day.
func checkSum(t *rapid.T, o *Obligation, k int32, now when.Day, x ReadingExplanation) {
	rule, due := &o.Readings[k].Rule, when.Latest
	for _, s := range x.Steps {
		var want when.Day
		switch s.Code {
		case FixedDay:
			due = s.Day
			continue
		case CountedBack:
			due, want = s.Day2, rule.before(s.Day)
		case Counted:
			due, want = s.Day2, rule.after(s.Day, s.Period)
		case WasResumed, StoodStill:
			if s.N == 0 && !s.HasDay2 {
				continue
			}
			if s.N == 0 {
				t.Fatalf("it did not move: %+v", s)
			}
			due, want = s.Day2, due+when.Day(s.N)
		case WasExtended:
			if rule.Kind == Every || !s.HasDay2 {
				continue
			}
			e, _ := s.Event.Index()
			if want = o.Events[e].To; !s.Period.IsZero() {
				want = rule.after(due, s.Period)
			}
			if s.Day2 <= due {
				t.Fatalf("not later than %s: %+v", due, s)
			}
			due = s.Day2
		case ExtensionTooLate, PauseTooLate:
			if want = s.Day2; s.Day <= s.Day2 {
				t.Fatalf("not too late: %+v", s)
			}
		case ExtensionNotLater:
			want = s.Day2
		case Recurred:
			if due = when.Latest; s.HasDay2 {
				due = s.Day2
			}
			continue
		case MetWith:
			want = s.Day + when.Day(s.N)
		case DueIn:
			want = now + when.Day(s.N)
		case OverBy:
			want = now - when.Day(s.N)
		case WarningSince:
			want = due
			if s.Day != s.Period.Before(due) {
				t.Fatalf("warning on %s: %+v", due, s)
			}
		case NoAnswer:
			if want = due; s.Day2+when.Day(s.N) != now || s.N <= 0 {
				t.Fatalf("on %s: %+v", now, s)
			}
		case OwedSince:
			if want = due; s.Day != x.State.Since || s.N != x.State.Age(now) {
				t.Fatalf("on %s: %+v", now, s)
			}
		case BenchmarkPassed, BenchmarkRuns:
			if want = due; s.Day != x.State.Benchmark || s.N < 0 || s.N == 0 && s.Code == BenchmarkPassed || s.Day != now+when.Day(s.N) && s.Day != now-when.Day(s.N) {
				t.Fatalf("on %s: %+v", now, s)
			}
		default:
			continue
		}
		if rule.Kind == Every && (s.Code == ExtensionNotLater || s.Code == ExtensionTooLate) {
			continue // of an occurrence that was then open
		}
		if want != due {
			t.Fatalf("on %s the steps lead to %s, not %s, at %+v\n%+v", now, want, due, s, x)
		}
	}
	if (due != when.Latest) != x.State.HasDue || x.State.HasDue && due != x.State.Due {
		t.Fatalf("on %s the steps lead to %s, the state to %s\n%+v", now, due, x.State.Due, x)
	}
}

// A benchmark that counts from something else than the beginning of what is owed counts from
// its latest day, and the explanation says between which days it was.
func TestBenchmarkCountsFromWhatHappened(t *testing.T) {
	day := func(m time.Month, d int) when.Day { return when.DayOf(2025, m, d) }
	for name, tt := range map[string]struct {
		from  Moment
		want  when.Day
		steps []Code
	}{
		"not given": {Moment{}, when.DayOf(2026, 3, 1), []Code{OwedSince, BenchmarkRuns}},
		"a day":     {On(day(5, 10)), day(11, 10), []Code{OwedSince, BenchmarkFrom, BenchmarkPassed}},
		"a month":   {Moment{First: day(5, 1), Last: day(5, 31), Known: true}, day(11, 30), []Code{OwedSince, BenchmarkBetween, BenchmarkPassed}},
	} {
		r := &Register{
			Missions:    []Mission{{ID: "m", Successor: None}},
			Obligations: []Obligation{{ID: "o", Readings: []Reading{{ID: "text", Rule: Rule{Kind: Unclocked, Day: day(9, 1), Period: when.Period{Months: 6}, From: tt.from}}}}},
		}
		x := r.Explain(0, when.DayOf(2026, 1, 15))
		if s := x.State; s.Status != UnclockedOwed || s.HasDue || s.Since != day(9, 1) || s.Benchmark != tt.want {
			t.Errorf("%s: owed since %s, the benchmark ends on %s, and should on %s", name, s.Since, s.Benchmark, tt.want)
		}
		var codes []Code
		for _, s := range x.Readings[0].Steps {
			codes = append(codes, s.Code)
		}
		if !slices.Equal(codes, tt.steps) {
			t.Errorf("%s: explained by %v, and should by %v", name, codes, tt.steps)
		}
	}
}
