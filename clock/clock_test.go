package clock

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"temwen/when"
)

// The milestones and missions that the scenarios play in.
const (
	adoption   int32 = iota // resolution 2699, 2 October 2023
	arrival                 // the first contingent, 25 June 2024
	deployment              // full deployment, expected and never reached
	spring                  // something known to the month only, May 2024
	handover                // 2 July 2024

	mss, gsf, minustah int32 = 0, 1, 2
)

var haitian = when.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, []when.Day{day("2024-05-30")})

// haiti is a register with o at index 0 and another obligation at index 1,
// discharged in March 2024 and again in June.
func haiti(o Obligation) *Register {
	return &Register{
		Missions: []Mission{
			mss:      {ID: "mss", Ended: On(day("2025-09-30")), Successor: gsf},
			gsf:      {ID: "gsf", Successor: None},
			minustah: {ID: "minustah", Ended: On(day("2017-10-15")), Successor: None},
		},
		Milestones: []Milestone{
			adoption:   {ID: "adoption", Happened: On(day("2023-10-02"))},
			arrival:    {ID: "arrival", Happened: On(day("2024-06-25"))},
			deployment: {ID: "deployment", Expected: day("2024-08-31"), HasExpected: true},
			spring:     {ID: "spring", Happened: Of(when.MustParse("2024-05"))},
			handover:   {ID: "handover", Happened: On(day("2024-07-02"))},
		},
		Obligations: []Obligation{o, {
			Mission: None, Readings: []Reading{{Rule: Rule{Kind: Fixed, Day: day("2024-02-01")}}},
			Events: events("2024-03 discharge; 2024-06-01 discharge", nil),
		}},
	}
}

// scene is a day, what happened to the obligation, and what has then become of
// it, as show writes it.
type scene struct{ day, events, want string }

// play asks for the status of an obligation of the MSS with these readings.
func play(t *testing.T, readings []Reading, scenes []scene) {
	t.Helper()
	for _, s := range scenes {
		o := Obligation{Mission: mss, Readings: readings, Events: events(s.events, readings)}
		if got := show(haiti(o), 0, day(s.day)); got != s.want {
			t.Errorf("on %s after [%s]\n got %s\nwant %s", s.day, s.events, got, s.want)
		}
	}
}

func read(rules ...Rule) (readings []Reading) {
	for i, r := range rules {
		readings = append(readings, Reading{ID: fmt.Sprint(i), Rule: r})
	}
	return readings
}

func on(milestone int32) Trigger { return Trigger{Kind: OnMilestone, Index: milestone} }

func day(s string) when.Day {
	d, err := when.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// events reads a history such as "2024-03 ask; 2024-05-01 extend P1M; 2024-06-01
// extend 2024-09-01; 2024-06-30 discharge for 2024-06-30; 2024-07-01 pause under 1".
func events(s string, readings []Reading) (events []Event) {
	for line := range strings.SplitSeq(s, "; ") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		e := Event{Kind: EventKinds[f[1]], When: Of(when.MustParse(f[0])), For: AnyOccurrence, Reading: None}
		if e.Kind == 0 {
			panic(line)
		}
		for f = f[2:]; len(f) > 0; f = f[1:] {
			switch {
			case f[0] == "for":
				e.For, f = day(f[1]), f[1:]
			case f[0] == "under":
				for k := range readings {
					if readings[k].ID == f[1] {
						e.Reading = int32(k)
					}
				}
				f = f[1:]
			case strings.HasPrefix(f[0], "P"):
				e.Period = when.MustPeriod(f[0])
			default:
				e.To = when.MustParse(f[0]).Last()
			}
		}
		events = append(events, e)
	}
	return events
}

// show writes a status with what goes with it.
func show(r *Register, i int, now when.Day) string {
	s := r.Status(i, now)
	var b strings.Builder
	b.WriteString(s.Status.String())
	status := s.Status
	if s.Under != 0 {
		status = s.Under
		fmt.Fprintf(&b, " (%s)", status)
	}
	if s.HasDue {
		fmt.Fprintf(&b, ", due %s", s.Due)
	}
	if status == Discharged || status == DischargedLate {
		fmt.Fprintf(&b, ", met %s", s.Met)
	}
	if status == UnclockedOwed {
		fmt.Fprintf(&b, ", age %d", s.Age(now))
	}
	if s.HasBenchmark {
		fmt.Fprintf(&b, ", benchmark %s", s.Benchmark)
	}
	if s.Occurred > 0 {
		fmt.Fprintf(&b, ", missed %d of %d", s.Missed, s.Occurred)
	}
	if s.Partly {
		b.WriteString(", partly")
	}
	if s.Holder != r.Obligations[i].Mission {
		fmt.Fprintf(&b, ", with the %s", r.Missions[s.Holder].ID)
	}
	return b.String()
}

// review is what resolution 2699 promised: a review nine months after its
// adoption.
var review = read(Rule{Kind: Within, Period: when.Months(9), Trigger: on(adoption)})

func TestReviewAfterNineMonths(t *testing.T) {
	play(t, review, []scene{
		{"2023-10-01", "", "dormant"},
		{"2023-10-02", "", "running, due 2024-07-02"},
		{"2024-06-01", "", "running, due 2024-07-02"},
		{"2024-06-02", "", "due, due 2024-07-02"},
		{"2024-07-02", "", "due, due 2024-07-02"},
		{"2024-07-03", "", "overdue, due 2024-07-02"},
		{"2024-07-01", "2024-07-02 discharge", "due, due 2024-07-02"}, // not yet
		{"2024-07-02", "2024-07-02 discharge", "discharged, due 2024-07-02, met 2024-07-02"},
		{"2030-01-01", "2024-07-02 discharge", "discharged, due 2024-07-02, met 2024-07-02"},
		{"2024-07-03", "2024-07-03 discharge", "discharged late, due 2024-07-02, met 2024-07-03"},
		{"2023-09-15", "2023-09-01 discharge", "discharged, met 2023-09-01"}, // before the trigger
		{"2024-08-01", "2023-09-01 discharge", "discharged, due 2024-07-02, met 2023-09-01"},
		{"2024-08-01", "2024-06-01 discharge; 2024-07-20 discharge", "discharged, due 2024-07-02, met 2024-06-01"},
		{"2024-08-01", "2024-06-01 perform", "overdue, due 2024-07-02, partly"},
	})
}

func TestPauses(t *testing.T) {
	play(t, review, []scene{
		{"2024-07-03", "2023-08-01 pause; 2023-09-01 resume", "overdue, due 2024-07-02"}, // over before the trigger
		{"2024-07-03", "2023-09-01 pause; 2023-10-12 resume", "due, due 2024-07-12"},     // only from the trigger on
		{"2023-09-15", "2023-09-01 pause", "dormant"},
		{"2023-10-05", "2023-09-01 pause", "suspended, due 2024-07-05"},
		{"2024-01-15", "2024-01-01 pause; 2024-01-31 resume", "suspended, due 2024-07-16"},
		{"2024-01-31", "2024-01-01 pause; 2024-01-31 resume", "running, due 2024-08-01"},
		{"2024-08-02", "2024-01-01 pause; 2024-01-31 resume", "overdue, due 2024-08-01"},
		{"2024-08-02", "2024-01-01 pause; 2024-01-11 resume; 2024-02-01 pause; 2024-02-21 resume", "overdue, due 2024-08-01"},
		{"2024-07-11", "2024-07-02 pause; 2024-07-10 resume", "overdue, due 2024-07-10"}, // on its last day
		{"2024-09-01", "2024-07-03 pause; 2024-08-03 resume", "overdue, due 2024-07-02"}, // too late
		{"2024-09-01", "2024-07-03 pause", "overdue, due 2024-07-02"},
		{"2024-08-01", "2024-06-22 pause", "suspended, due 2024-08-11"}, // ten days left
		{"2025-06-22", "2024-06-22 pause", "suspended, due 2025-07-02"},
		{"2024-08-02", "2024-01-01 pause; 2024-01-31 resume; 2024-02-05 resume", "overdue, due 2024-08-01"},
		{"2024-07-03", "2024-01-31 resume", "overdue, due 2024-07-02"},
		{"2024-07-03", "2024-01-05 pause; 2024-01-05 resume", "overdue, due 2024-07-02"},
		// The debtor has the benefit of an imprecise date.
		{"2024-02-10", "2024-01-01 pause; 2024-02 resume", "suspended, due 2024-08-11"},
		{"2024-08-30", "2024-01-01 pause; 2024-02 resume", "due, due 2024-08-30"},
		{"2024-08-01", "2024-02 pause; 2024-03-01 resume", "overdue, due 2024-07-31"},
		{"2024-08-02", "2024-01-01 pause; 2024-01-11 pause; 2024-01-31 resume; 2024-02-10 resume", "overdue, due 2024-08-01"},
		// A discharge ends the pause that it falls into.
		{"2024-09-01", "2024-06-22 pause; 2024-08-01 discharge", "discharged, due 2024-08-11, met 2024-08-01"},
		{"2024-09-01", "2024-06-22 pause; 2024-08-01 discharge; 2024-08-20 resume", "discharged, due 2024-08-11, met 2024-08-01"},
		{"2024-09-01", "2024-06-01 discharge; 2024-06-22 pause", "discharged, due 2024-07-02, met 2024-06-01"},
	})
}

func TestExtensions(t *testing.T) {
	play(t, review, []scene{
		{"2024-07-03", "2024-06-20 extend P1M", "due, due 2024-08-02"},
		{"2024-06-19", "2024-06-20 extend P1M", "due, due 2024-07-02"},
		{"2024-08-03", "2024-06-20 extend P1M", "overdue, due 2024-08-02"},
		{"2024-07-03", "2024-06-20 extend 2024-09-01", "running, due 2024-09-01"},
		{"2024-07-03", "2024-07-02 extend P1M", "due, due 2024-08-02"},
		{"2024-07-03", "2024-07-03 extend P1M", "overdue, due 2024-07-02"}, // too late
		{"2024-07-03", "2024-06-20 extend 2024-07-01", "overdue, due 2024-07-02"},
		{"2024-07-03", "2024-06-20 extend 2024-07-02", "overdue, due 2024-07-02"},
		{"2024-08-20", "2024-06-20 extend P1M; 2024-08-02 extend P1M", "due, due 2024-09-02"},
		{"2024-08-20", "2024-06-20 extend P1M; 2024-08-03 extend P1M", "overdue, due 2024-08-02"},
		{"2024-07-03", "2023-09-01 extend P1M", "due, due 2024-08-02"}, // granted before the trigger
		{"2023-09-02", "2023-09-01 extend P1M", "dormant"},
		{"2025-09-01", "2024-06-20 extend 2024-09-01/..", "running"}, // until further notice
		{"2024-07-03", "2024-06-01 discharge; 2024-06-20 extend P1M", "discharged, due 2024-07-02, met 2024-06-01"},
		// During a pause it counts from the due day as it stands on its day; what
		// is left of the pause comes on top.
		{"2024-08-10", "2024-06-22 pause; 2024-07-22 extend P1M; 2024-08-01 resume", "running, due 2024-09-11"},
		{"2024-08-12", "2024-06-22 pause; 2024-07-22 extend 2024-09-01; 2024-08-01 resume", "due, due 2024-09-11"},
		{"2024-08-12", "2024-06-22 pause; 2024-07-22 extend 2024-07-25; 2024-08-01 resume", "overdue, due 2024-08-11"},
		{"2024-07-23", "2024-06-22 pause; 2024-07-22 extend 2024-09-01", "suspended, due 2024-09-02"},
	})
}

func TestWaiverLapseAndDispute(t *testing.T) {
	play(t, review, []scene{
		{"2024-04-30", "2024-05-01 waive", "running, due 2024-07-02"},
		{"2024-05-01", "2024-05-01 waive", "lapsed, due 2024-07-02"},
		{"2024-09-01", "2024-08-01 waive", "lapsed, due 2024-07-02"},
		{"2024-09-01", "2024-05-01 lapse", "lapsed, due 2024-07-02"},
		{"2023-09-05", "2023-09-01 lapse", "lapsed"},
		{"2024-09-01", "2024-05-01 waive; 2024-06-01 discharge", "lapsed, due 2024-07-02"},
		{"2024-09-01", "2024-05-01 waive; 2024-06-01 dispute", "lapsed, due 2024-07-02"},
		{"2024-09-01", "2024-05-01 dispute; 2024-06-01 waive", "lapsed, due 2024-07-02"},
		{"2024-09-01", "2024-05-01 pause; 2024-06-01 waive", "lapsed, due 2024-08-02"},
		{"2024-09-01", "2024-06-01 discharge; 2024-06-02 waive", "discharged, due 2024-07-02, met 2024-06-01"},

		{"2023-09-02", "2023-09-01 dispute", "contested (dormant)"},
		{"2024-05-02", "2024-05-01 dispute", "contested (running), due 2024-07-02"},
		{"2024-06-26", "2024-05-01 dispute", "contested (due), due 2024-07-02"},
		{"2024-08-01", "2024-05-01 dispute", "contested (overdue), due 2024-07-02"},
		{"2024-08-01", "2024-05-01 dispute; 2024-07-20 settle", "overdue, due 2024-07-02"},
		{"2024-08-01", "2024-05-01 dispute; 2024-06-01 discharge", "discharged, due 2024-07-02, met 2024-06-01"},
		{"2024-08-01", "2024-06-01 discharge; 2024-06-20 dispute", "contested (discharged), due 2024-07-02, met 2024-06-01"},
		{"2024-08-01", "2024-06-01 discharge; 2024-06-20 dispute; 2024-07-20 settle", "discharged, due 2024-07-02, met 2024-06-01"},
		{"2024-08-01", "2024-07-05 discharge; 2024-07-20 dispute", "contested (discharged late), due 2024-07-02, met 2024-07-05"},
		{"2024-08-01", "2024-05-01 settle", "overdue, due 2024-07-02"},
	})
}

func TestSilence(t *testing.T) {
	play(t, review, []scene{
		{"2024-05-02", "2024-05-01 ask", "running, due 2024-07-02"},
		{"2024-07-02", "2024-05-01 ask", "due, due 2024-07-02"},
		{"2024-07-03", "2024-05-01 ask", "silent, due 2024-07-02"},
		{"2024-07-03", "2024-05-01 ask; 2024-06-01 answer", "overdue, due 2024-07-02"},
		{"2024-07-03", "2024-05-01 ask; 2024-06-01 refuse", "overdue, due 2024-07-02"},
		{"2024-07-03", "2024-05-01 ask; 2024-06-01 perform", "overdue, due 2024-07-02, partly"},
		{"2024-07-03", "2024-05-01 ask; 2024-06-01 answer; 2024-06-15 ask", "silent, due 2024-07-02"},
		{"2024-08-02", "2024-05-01 ask; 2024-08-01 answer", "overdue, due 2024-07-02"},
		{"2024-08-02", "2024-05-01 ask; 2024-08-01 discharge", "discharged late, due 2024-07-02, met 2024-08-01"},
		{"2024-08-02", "2024-05-01 ask; 2024-06-22 pause", "suspended, due 2024-08-12"},
		// Who is asked only after the clock ran out has the warning window.
		{"2024-08-19", "2024-07-20 ask", "overdue, due 2024-07-02"},
		{"2024-08-20", "2024-07-20 ask", "silent, due 2024-07-02"},
		{"2024-07-25", "2024-05-01 ask; 2024-07-20 ask", "silent, due 2024-07-02"},
		{"2024-08-30", "2024-07 ask", "overdue, due 2024-07-02"}, // on the last day that it allows
		{"2024-08-31", "2024-07 ask", "silent, due 2024-07-02"},
	})
}

func TestImpreciseDates(t *testing.T) {
	play(t, read(Rule{Kind: Within, Period: when.Months(1), Trigger: on(spring)}), []scene{
		{"2024-05-30", "", "dormant"}, // the clock starts on the last day that May allows
		{"2024-05-31", "", "due, due 2024-06-30"},
		{"2024-07-01", "", "overdue, due 2024-06-30"},
		{"2024-06-01", "2024-06 discharge", "discharged, due 2024-06-30, met 2024-06-01"}, // the first that June allows
		{"2024-07-10", "2024-06-30/2024-07-05 discharge", "discharged, due 2024-06-30, met 2024-06-30"},
		{"2024-07-10", "2024-07 discharge", "discharged late, due 2024-06-30, met 2024-07-01"},
		{"2024-07-10", "../2024-07 discharge", "discharged, due 2024-06-30, met .."},
		{"2024-07-10", "../2024-07 pause", "suspended, due 2024-08-09"},
	})
}

// Documents were owed before full deployment, which never came. Who reads the
// clause as "before the first arrival" has another answer.
var (
	beforeFull  = Rule{Kind: Before, Trigger: on(deployment)}
	beforeFirst = Rule{Kind: Before, Trigger: on(arrival)}
)

func TestBeforeDeployment(t *testing.T) {
	play(t, read(beforeFull), []scene{
		{"2023-01-01", "", "running"},
		{"2024-06-26", "", "running"},
		{"2024-06-26", "2024-05-22 ask", "running"},
		{"2025-09-29", "2024-05-22 ask; 2024-06-01 extend P1M; 2024-06-01 pause; 2024-07-01 resume", "running"},
		{"2024-06-26", "2024-05-22 discharge", "discharged, met 2024-05-22"},
	})
	play(t, read(beforeFirst), []scene{
		{"2024-06-24", "", "running"},
		{"2024-06-25", "", "overdue, due 2024-06-24"},
		{"2024-06-25", "2024-05-22 ask", "silent, due 2024-06-24"},
		{"2024-06-25", "2024-05-22 ask; 2024-06-18 answer", "overdue, due 2024-06-24"},
		{"2024-06-26", "2024-06-24 discharge", "discharged, due 2024-06-24, met 2024-06-24"},
		{"2024-06-26", "2024-06-25 discharge", "discharged late, due 2024-06-24, met 2024-06-25"},
		{"2024-06-26", "2024-06-01 extend P1M", "due, due 2024-07-24"},
		// A pause that is over before the event leaves "before" as it was; one
		// that lasts beyond it makes the duty due when it ends.
		{"2024-06-25", "2024-01-01 pause; 2024-03-01 resume", "overdue, due 2024-06-24"},
		{"2024-07-01", "2024-06-01 pause; 2024-07-10 resume", "suspended, due 2024-07-01"},
		{"2024-07-10", "2024-06-01 pause; 2024-07-10 resume", "due, due 2024-07-10"},
		{"2024-07-11", "2024-06-01 pause; 2024-07-10 resume", "overdue, due 2024-07-10"},
	})
	play(t, read(Rule{Kind: Before, Period: when.Days(30), Trigger: on(arrival)}), []scene{
		{"2024-06-25", "", "overdue, due 2024-05-26"},
	})
	play(t, read(Rule{Kind: Before, Period: when.Days(5), Working: true, Calendar: haitian, Trigger: on(arrival)}), []scene{
		{"2024-06-25", "", "overdue, due 2024-06-18"},
	})
	play(t, read(Rule{Kind: Before, Period: when.MustPeriod("P1M2D"), Working: true, Calendar: haitian, Trigger: on(handover)}), []scene{
		{"2024-07-02", "", "overdue, due 2024-05-29"}, // 2 June, then over a weekend and a holiday
	})
}

func TestReadings(t *testing.T) {
	both := read(beforeFull, beforeFirst)
	play(t, both, []scene{
		{"2024-06-24", "2024-05-22 ask", "running"},
		{"2024-06-25", "2024-05-22 ask", "contested, due 2024-06-24"},
		{"2024-06-26", "2024-06-24 discharge", "discharged, due 2024-06-24, met 2024-06-24"},
		{"2024-06-26", "2024-06-25 discharge", "contested, due 2024-06-24"},
		{"2024-06-26", "2024-06-25 discharge under 1", "contested, due 2024-06-24"},
		{"2024-06-20", "2024-06-18 dispute", "contested (running)"},
		{"2024-06-20", "2024-06-18 dispute under 1", "contested"},
		{"2024-06-26", "2024-06-18 dispute", "contested, due 2024-06-24"}, // and they disagree as well
		{"2024-06-26", "2024-06-26 waive", "lapsed, due 2024-06-24"},
		{"2024-06-20", "2024-06-18 perform under 1", "running, partly"},
		{"2024-06-20", "2024-06-18 discharge under 1; 2024-06-19 discharge under 0", "discharged, met 2024-06-19"},
		{"2024-06-20", "2024-06-18 discharge under 1", "contested"},
		{"2025-10-01", "2024-06-18 discharge under 1", "inherited (contested), due 2024-06-24, with the gsf"}, // owed under one
	})
	play(t, read(Rule{Kind: Every, Period: when.Months(1), Trigger: on(adoption)}, Rule{Kind: Every, Period: when.Months(3), Trigger: on(adoption)}), []scene{
		{"2024-01-03", "", "overdue, due 2024-01-02, missed 3 of 3"},
	})
	r := haiti(Obligation{Mission: mss, Readings: both, Events: events("2024-05-22 ask", nil)})
	for k, want := range []Status{Running, Silent} {
		if got := r.Reading(0, k, day("2024-06-25")).Status; got != want {
			t.Errorf("reading %d: got %s, want %s", k, got, want)
		}
	}
}

// The oversight mechanism was owed from the day of the resolution, without a
// date.
func TestOversightMechanism(t *testing.T) {
	rule := Rule{Kind: Unclocked, Day: day("2023-10-02")}
	play(t, read(rule), []scene{
		{"2023-09-30", "", "unclocked, age 0"},
		{"2024-06-26", "", "unclocked, age 268"},
		{"2024-06-26", "2024-01-01 ask", "unclocked, age 268"}, // no clock, no silence
		{"2024-06-26", "2024-01-01 extend P1M", "unclocked, age 268"},
		{"2024-06-26", "2024-01-01 pause", "suspended"},
		{"2025-02-04", "2025-02-05 discharge", "unclocked, age 491"},
		{"2025-02-05", "2025-02-05 discharge", "discharged, met 2025-02-05"},
	})
	rule.Period = when.Months(6)
	play(t, read(rule), []scene{{"2024-06-26", "", "unclocked, age 268, benchmark 2024-04-02"}})
	rule.Period, rule.Working, rule.Calendar = when.Days(10), true, haitian
	play(t, read(rule), []scene{{"2024-06-26", "", "unclocked, age 268, benchmark 2023-10-16"}})
	play(t, read(Rule{Day: when.Earliest, Period: when.Days(10)}), []scene{{"2024-06-26", "", "unclocked, age 0"}})
	play(t, read(Rule{Trigger: on(arrival)}), []scene{
		{"2024-06-24", "", "dormant"},
		{"2024-06-27", "", "unclocked, age 2"},
	})
	play(t, nil, []scene{
		{"2024-06-26", "", "unclocked, age 0"},
		{"2024-06-26", "2024-06-01 discharge", "discharged, met 2024-06-01"},
	})
}

func TestTenWorkingDaysAfterRequest(t *testing.T) {
	answer := Rule{Kind: Within, Period: when.Days(10), Working: true, Calendar: haitian, Trigger: Trigger{Kind: OnAsk}}
	play(t, read(answer), []scene{
		{"2024-05-20", "", "dormant"},
		{"2024-05-20", "2024-05-20 ask", "due, due 2024-06-04"}, // two weekends and a holiday
		{"2024-06-04", "2024-05-20 ask", "due, due 2024-06-04"},
		{"2024-06-05", "2024-05-20 ask", "silent, due 2024-06-04"},
		{"2024-06-05", "2024-05-20 ask; 2024-05-28 answer", "overdue, due 2024-06-04"},
		{"2024-06-05", "2024-05-20 ask; 2024-05-28 discharge", "discharged, due 2024-06-04, met 2024-05-28"},
		{"2024-06-05", "2024-05-20 ask; 2024-06-01 ask", "silent, due 2024-06-04"},
		{"2024-06-05", "2024 ask; 2024-05-20 ask", "silent, due 2024-06-04"}, // surely asked by May
		// Nine working days are left on 21 May, three on 3 June after the extension.
		{"2024-06-14", "2024-05-20 ask; 2024-05-21 pause; 2024-06-01 resume", "silent, due 2024-06-13"},
		{"2024-06-12", "2024-05-20 ask; 2024-06-03 extend P5D", "silent, due 2024-06-11"},
		{"2024-06-10", "2024-05-20 ask; 2024-06-03 extend 2024-06-09; 2024-06-07 pause; 2024-06-08 resume", "silent, due 2024-06-09"},
	})
}

func TestChain(t *testing.T) {
	play(t, read(Rule{Kind: Within, Period: when.Days(30), Trigger: Trigger{Kind: OnDischarge, Index: 1}}), []scene{
		{"2024-03-15", "", "dormant"}, // some day in March
		{"2024-03-31", "", "due, due 2024-04-30"},
		{"2024-05-01", "", "overdue, due 2024-04-30"},
	})
}

// Quarterly reports from the adoption on: due on 2 January, April, July, ...
func TestQuarterlyReports(t *testing.T) {
	quarterly := Rule{Kind: Every, Period: when.Months(3), Trigger: on(adoption)}
	play(t, read(quarterly), []scene{
		{"2023-10-01", "", "dormant"},
		{"2023-10-02", "", "running, due 2024-01-02"},
		{"2023-12-02", "", "running, due 2024-01-02"},
		{"2023-12-03", "", "due, due 2024-01-02"},
		{"2024-01-02", "", "due, due 2024-01-02"},
		{"2024-01-03", "", "overdue, due 2024-01-02, missed 1 of 1"},
		{"2024-07-03", "", "overdue, due 2024-07-02, missed 3 of 3"},
		// In time, late, missed.
		{"2024-01-02", "2023-12-30 discharge", "running, due 2024-01-02"},
		{"2024-01-03", "2023-12-30 discharge", "running, due 2024-04-02, missed 0 of 1"},
		{"2024-01-11", "2024-01-10 discharge", "running, due 2024-04-02, missed 0 of 1"},
		{"2024-04-03", "2024-01-10 discharge", "overdue, due 2024-04-02, missed 1 of 2"},
		{"2024-04-03", "2024-01-10 discharge; 2024-03-30 discharge", "running, due 2024-07-02, missed 0 of 2"},
		// One missed does not make the punctual ones after it late.
		{"2024-04-03", "2024-03-30 discharge", "running, due 2024-07-02, missed 1 of 2"},
		{"2024-07-03", "2024-03-30 discharge; 2024-06-30 discharge", "running, due 2024-10-02, missed 1 of 3"},
		{"2024-03-31", "2024-03-30 discharge", "overdue, due 2024-01-02, missed 1 of 1"},
		{"2024-04-03", "2024-03-20 discharge; 2024-03-30 discharge", "running, due 2024-07-02, missed 0 of 2"},
		// Extra ones count for nothing, unless they say what for.
		{"2024-04-03", "2023-12-20 discharge; 2023-12-30 discharge", "overdue, due 2024-04-02, missed 1 of 2"},
		{"2024-04-03", "2023-12-20 discharge; 2023-12-30 discharge for 2024-04-02", "running, due 2024-07-02, missed 0 of 2"},
		{"2024-04-03", "2023-12-30 discharge for 2024-04-02", "running, due 2024-07-02, missed 1 of 2"},
		{"2024-08-02", "2024-08-01 discharge for 2024-04-02", "overdue, due 2024-07-02, missed 2 of 3"},
		{"2024-01-03", "2023-09-30 discharge", "overdue, due 2024-01-02, missed 1 of 1"}, // before it began
		{"2024-01-03", "2024-01-01 perform", "overdue, due 2024-01-02, missed 1 of 1, partly"},
		// Asked for, and not given.
		{"2024-01-03", "2023-12-01 ask", "silent, due 2024-01-02, missed 1 of 1"},
		{"2024-04-03", "2023-12-01 ask; 2024-01-10 discharge", "overdue, due 2024-04-02, missed 1 of 2"},
		// What falls due during a pause is not owed.
		{"2024-01-15", "2023-12-01 pause; 2024-02-01 resume", "suspended, due 2024-04-02"},
		{"2024-04-03", "2023-12-01 pause; 2024-02-01 resume", "overdue, due 2024-04-02, missed 1 of 1"},
		{"2024-01-03", "2024-01-02 pause", "suspended, due 2024-04-02"},
		{"2024-01-03", "2023-12-01 pause; 2024-01-02 resume", "overdue, due 2024-01-02, missed 1 of 1"},
		{"2024-05-01", "2024-01-10 pause", "overdue, due 2024-01-02, missed 1 of 1"}, // but what was missed stays so
		{"2024-02-10", "2023-12-01 pause; 2024-02 resume", "suspended, due 2024-04-02"},
		// Extensions and waivers.
		{"2024-01-15", "2023-12-20 extend P1M", "due, due 2024-02-02"},
		{"2024-02-03", "2023-12-20 extend P1M", "overdue, due 2024-02-02, missed 1 of 1"},
		{"2024-02-15", "2023-12-20 extend P1M; 2024-02-02 extend 2024-03-01", "due, due 2024-03-01"},
		{"2024-02-02", "2023-12-20 extend P1M; 2024-02-01 discharge", "running, due 2024-02-02"},
		{"2024-04-05", "2024-01-03 discharge; 2024-01-05 extend P1W for 2024-04-02", "due, due 2024-04-09, missed 0 of 1"},
		{"2024-01-03", "2023-12-20 extend 2024-01-01", "overdue, due 2024-01-02, missed 1 of 1"},
		{"2024-04-03", "2024-02-01 waive for 2024-01-02", "overdue, due 2024-04-02, missed 1 of 1"},
		{"2024-03-20", "2024-02-01 waive for 2024-01-02; 2024-03-01 lapse for 2024-04-02", "running, due 2024-04-02"},
		{"2024-04-03", "2024-02-01 waive", "lapsed, due 2024-04-02, missed 1 of 1"},
		{"2024-04-03", "2024-02-01 waive; 2024-02-10 discharge", "lapsed, due 2024-04-02, missed 1 of 1"},
		{"2024-01-03", "2023-12-01 dispute", "contested (overdue), due 2024-01-02, missed 1 of 1"},
	})
	quarterly.Until = on(handover)
	play(t, read(quarterly), []scene{
		{"2024-07-02", "2024-01-02 discharge; 2024-04-02 discharge", "due, due 2024-07-02, missed 0 of 2"},
		{"2024-07-03", "2024-01-02 discharge; 2024-04-02 discharge; 2024-07-02 discharge", "discharged, due 2024-07-02, met 2024-07-02, missed 0 of 3"},
		{"2024-08-03", "2024-01-02 discharge; 2024-04-12 discharge; 2024-07-02 discharge", "discharged late, due 2024-07-02, met 2024-07-02, missed 0 of 3"},
		{"2026-08-03", "2024-01-02 discharge; 2024-04-02 discharge; 2026-07-12 discharge", "discharged late, due 2024-07-02, met 2026-07-12, missed 0 of 3"},
		{"2024-08-03", "2024-01-02 discharge; 2024-07-02 discharge", "overdue, due 2024-04-02, missed 1 of 3"},
		{"2024-08-03", "2024-01-02 discharge; 2024-04-02 discharge", "overdue, due 2024-07-02, missed 1 of 3"},
		{"2024-08-03", "2024-05-01 ask", "silent, due 2024-07-02, missed 3 of 3"},
	})
	quarterly.Until = on(adoption)
	play(t, read(quarterly), []scene{{"2024-08-03", "", "lapsed"}}) // ended before anything fell due
	play(t, read(Rule{Kind: Every, Period: when.Months(1), Day: day("2024-01-31")}), []scene{
		{"2024-02-29", "", "due, due 2024-02-29"},
		{"2024-03-31", "2024-02-29 discharge", "due, due 2024-03-31, missed 0 of 1"}, // the month ends do not drift
	})
	play(t, read(Rule{Kind: Every, Period: when.Months(1), Working: true, Calendar: haitian, Day: day("2024-01-31")}), []scene{
		{"2024-03-31", "", "overdue, due 2024-02-29, missed 1 of 1"},
		{"2024-04-01", "", "overdue, due 2024-03-31, missed 2 of 2"},
	})
	play(t, read(Rule{Kind: Every, Period: when.Days(10), Day: day("2024-01-01")}), []scene{
		{"2024-01-16", "2024-01-16 discharge", "due, due 2024-01-21, missed 0 of 1"}, // as near to both: late for the first
		{"2024-01-17", "2024-01-17 discharge", "overdue, due 2024-01-11, missed 1 of 1"},
	})
	play(t, read(Rule{Kind: Every, Period: when.Days(10), Working: true, Calendar: haitian, Day: day("2024-05-20")}), []scene{
		{"2024-06-04", "", "due, due 2024-06-04"},
		{"2024-06-19", "", "overdue, due 2024-06-18, missed 2 of 2"},
	})
}

func TestSuccession(t *testing.T) {
	play(t, review, []scene{
		{"2025-09-29", "", "overdue, due 2024-07-02"},
		{"2025-09-30", "", "inherited (overdue), due 2024-07-02, with the gsf"},
		{"2025-09-30", "2024-05-01 ask", "inherited (silent), due 2024-07-02, with the gsf"},
		{"2025-09-30", "2024-05-01 dispute", "inherited (contested), due 2024-07-02, with the gsf"},
		{"2025-10-01", "2025-09-29 discharge", "discharged late, due 2024-07-02, met 2025-09-29"},
		{"2025-10-01", "2025-10-01 discharge", "discharged late, due 2024-07-02, met 2025-10-01"},
		{"2025-10-01", "2025-09-29 discharge; 2025-10-01 dispute", "inherited (contested), due 2024-07-02, with the gsf"},
		{"2025-10-01", "2025-09-29 waive", "lapsed, due 2024-07-02"},
		{"2025-10-01", "2024-06-22 pause", "inherited (suspended), due 2025-10-11, with the gsf"},
	})
	play(t, read(beforeFull), []scene{{"2025-10-01", "", "inherited (running), with the gsf"}})
	play(t, read(beforeFull, beforeFirst), []scene{{"2025-10-01", "", "inherited (contested), due 2024-06-24, with the gsf"}})

	// No mission took over from MINUSTAH: what it owed is still owed, by it.
	r := haiti(Obligation{Mission: minustah, Readings: read(Rule{Kind: Fixed, Day: day("2016-01-01")})})
	if got, want := show(r, 0, day("2024-06-26")), "overdue, due 2016-01-01"; got != want {
		t.Errorf("without successor: got %s, want %s", got, want)
	}
	r.Missions[minustah].Successor = mss
	if got, want := show(r, 0, day("2024-06-26")), "inherited (overdue), due 2016-01-01, with the mss"; got != want {
		t.Errorf("after one succession: got %s, want %s", got, want)
	}
	if got, want := show(r, 0, day("2025-10-26")), "inherited (overdue), due 2016-01-01, with the gsf"; got != want {
		t.Errorf("after two successions: got %s, want %s", got, want)
	}
	r.Missions[gsf].Ended, r.Missions[gsf].Successor = On(day("2020-01-01")), mss // a circle ends
	r.Status(0, day("2026-01-01"))
}

func TestStatusNames(t *testing.T) {
	if len(Statuses) != len(statusNames)-1 {
		t.Errorf("Statuses has %d statuses of %d", len(Statuses), len(statusNames)-1)
	}
	for _, s := range Statuses {
		for _, name := range []string{s.String(), strings.ReplaceAll(s.String(), " ", "-")} {
			if got, err := ParseStatus(name); err != nil || got != s {
				t.Errorf("ParseStatus(%q) = %v, %v", name, got, err)
			}
		}
	}
	for _, name := range []string{"", "status(0)", "Overdue", "discharged  late"} {
		if s, err := ParseStatus(name); err == nil {
			t.Errorf("ParseStatus(%q) = %v", name, s)
		}
	}
	if got := Status(0).String() + Status(len(statusNames)).String(); got != "status(0)status(13)" {
		t.Errorf("unknown statuses are written %s", got)
	}
}
