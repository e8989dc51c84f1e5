package clock

import "temwen/when"

// Code names a step of an explanation; a catalogue says it in words.
type Code string

// The steps of an explanation. The fields of Step that go with each are named
// behind it.
const (
	FixedDay          Code = "fixed-day"           // Day
	TriggerHappened   Code = "trigger-happened"    // Trigger, Day
	TriggerImprecise  Code = "trigger-imprecise"   // Trigger, Day (first), Day2 (last, from which it counts)
	TriggerNotYet     Code = "trigger-not-yet"     // Trigger
	TriggerExpected   Code = "trigger-expected"    // Trigger, Day
	BeforeOpen        Code = "before-open"         // Trigger, Period
	CountedBack       Code = "counted-back"        // Day, Period, Working, Day2
	Counted           Code = "counted"             // Day, Period, Working, Day2
	WasPaused         Code = "paused"              // Event, Day
	PauseTooLate      Code = "pause-too-late"      // Event, Day, Day2 (due day then)
	WasResumed        Code = "resumed"             // Event, Day; N (days the due day moved), Day2 (due day now) where HasDay2
	StoodStill        Code = "stood-still"         // Day (until), N (days the due day moved), Day2 (due day now)
	WasExtended       Code = "extended"            // Event, Day, Period (zero: to a day); Day2 (due day now) where HasDay2
	ExtensionTooLate  Code = "extension-too-late"  // Event, Day, Period, Day2 (due day then)
	ExtensionNotLater Code = "extension-not-later" // Event, Day, Period, Day2 (due day then)
	WasAsked          Code = "asked"               // Event, Day
	WasAnswered       Code = "answered"            // Event, Day
	WasRefused        Code = "refused"             // Event, Day
	WasPerformed      Code = "performed"           // Event, Day
	WasDischarged     Code = "discharged"          // Event, Day; Day2 (due day that it is for) where HasDay2
	WasWaived         Code = "waived"              // Event, Day; Day2 (due day that it is for) where HasDay2
	HasLapsed         Code = "lapsed"              // Event, Day; Day2 (due day that it is for) where HasDay2
	WasDisputed       Code = "disputed"            // Event, Day
	WasSettled        Code = "settled"             // Event, Day
	HadNoEffect       Code = "no-effect"           // Event, Day: it changed nothing, such as a second discharge
	EndedWith         Code = "ended-with"          // Trigger, Day
	Recurred          Code = "recurred"            // Day (start), Period, Working, N (fell due), N2 (missed); Day2 (due day in question) where HasDay2
	OwedSince         Code = "owed-since"          // Day, N (days)
	BenchmarkFrom     Code = "benchmark-from"      // Day
	BenchmarkBetween  Code = "benchmark-between"   // Day, Day2: it counts from one of these; the latest counts
	BenchmarkPassed   Code = "benchmark-passed"    // Period, Working, Day, N (days over)
	BenchmarkRuns     Code = "benchmark-runs"      // Period, Working, Day, N (days left)
	DueIn             Code = "due-in"              // Day, N (days left)
	WarningSince      Code = "warning-since"       // Period, Day
	OverBy            Code = "over-by"             // Day, N (days over)
	MetWith           Code = "met-with"            // Day, Day2 (due day), N (days early; negative: late)
	NoAnswer          Code = "no-answer"           // Day (asked), Day2 (last day to answer), N (days since)
	ReadingsDisagree  Code = "readings-disagree"   // N (readings)
	PassedOn          Code = "passed-on"           // Mission, Mission2, Day
)

// Codes are all steps, for those who must be able to say each.
var Codes = []Code{
	FixedDay, TriggerHappened, TriggerImprecise, TriggerNotYet, TriggerExpected,
	BeforeOpen, CountedBack, Counted, WasPaused, PauseTooLate, WasResumed,
	StoodStill, WasExtended, ExtensionTooLate, ExtensionNotLater, WasAsked, WasAnswered,
	WasRefused, WasPerformed, WasDischarged, WasWaived, HasLapsed, WasDisputed,
	WasSettled, HadNoEffect, EndedWith, Recurred, OwedSince, BenchmarkFrom, BenchmarkBetween, BenchmarkPassed, BenchmarkRuns,
	DueIn, WarningSince, OverBy, MetWith, NoAnswer, ReadingsDisagree, PassedOn,
}

// Step is one step of an explanation. Which fields are set goes with the code.
type Step struct {
	Code              Code
	Trigger           Trigger
	Event             Ref // index in the obligation's events
	Mission, Mission2 int32
	Day, Day2         when.Day
	HasDay2           bool
	Period            when.Period
	Working           bool
	N, N2             int
}

// Ref is an index that is one too high, so that the zero Ref is none.
type Ref int32

// ref is the Ref of index i.
func ref(i int) Ref { return Ref(i + 1) }

// Index is the index and true, or false where r refers to nothing.
func (r Ref) Index() (int, bool) { return int(r) - 1, r > 0 }

// Explanation is a status with the steps that led to it.
type Explanation struct {
	State    State
	Readings []ReadingExplanation
	Steps    []Step // what concerns the whole, after its readings
}

// ReadingExplanation is the state under one reading with the steps to it.
type ReadingExplanation struct {
	ID    string
	State State
	Steps []Step
}

// Explain computes what Status does, and keeps the steps. Of every event that
// had happened it has a step, under each reading that the event holds for.
func (r *Register) Explain(i int, now when.Day) Explanation {
	o := &r.Obligations[i]
	var whole trace
	e := Explanation{State: r.status(o, now, &whole)}
	for k := range max(1, len(o.Readings)) {
		var steps trace
		x := ReadingExplanation{State: r.read(o, int32(k), now, &steps), Steps: steps}
		if k < len(o.Readings) {
			x.ID = o.Readings[k].ID
		}
		e.Readings = append(e.Readings, x)
	}
	e.Steps = whole
	return e
}

// trace collects steps. A nil trace collects nothing.
type trace []Step

func (t *trace) step(s Step) {
	if t != nil {
		*t = append(*t, s)
	}
}

// trigger says whether a trigger happened, and how well its day is known.
func (t *trace) trigger(r *Register, tg Trigger, m Moment, happened bool) {
	switch {
	case t == nil:
	case happened && m.First != m.Last:
		t.step(Step{Code: TriggerImprecise, Trigger: tg, Day: m.First, Day2: m.Last})
	case happened:
		t.step(Step{Code: TriggerHappened, Trigger: tg, Day: m.Last})
	default:
		t.step(Step{Code: TriggerNotYet, Trigger: tg})
		if tg.Kind == OnMilestone && r.Milestones[tg.Index].HasExpected {
			t.step(Step{Code: TriggerExpected, Trigger: tg, Day: r.Milestones[tg.Index].Expected})
		}
	}
}

// result adds the last steps: the arithmetic between the due day and today.
func (t *trace) result(c *run, s State, status Status) {
	if t == nil {
		return
	}
	switch status {
	case Discharged, DischargedLate:
		if s.HasDue && c.met {
			t.step(Step{Code: MetWith, Day: s.Met, Day2: s.Due, N: int(s.Due) - int(s.Met)})
		}
	case Overdue:
		t.step(Step{Code: OverBy, Day: s.Due, N: s.DaysOver(c.now)})
	case Silent:
		last := c.answerBy()
		t.step(Step{Code: NoAnswer, Day: c.askedAt, Day2: last, N: int(c.now) - int(last)})
	case Due, Running, Suspended:
		if s.HasDue {
			t.step(Step{Code: DueIn, Day: s.Due, N: -s.DaysOver(c.now)})
		}
		if status == Due {
			t.step(Step{Code: WarningSince, Period: c.warn(), Day: c.warn().Before(s.Due)})
		}
	case UnclockedOwed:
		if !s.Since.Open() {
			t.step(Step{Code: OwedSince, Day: s.Since, N: s.Age(c.now)})
		}
		t.benchmark(c, s)
	}
}

func (t *trace) benchmark(c *run, s State) {
	if !s.HasBenchmark {
		return
	}
	switch from := c.rule.From; {
	case !from.Known || from.Last.Open():
	case from.First != from.Last:
		t.step(Step{Code: BenchmarkBetween, Day: from.First, Day2: from.Last})
	default:
		t.step(Step{Code: BenchmarkFrom, Day: from.Last})
	}
	over := int(c.now) - int(s.Benchmark)
	step := Step{Code: BenchmarkRuns, Period: c.rule.Period, Working: c.rule.Working, Day: s.Benchmark, N: -over}
	if over > 0 {
		step.Code, step.N = BenchmarkPassed, over
	}
	t.step(step)
}
