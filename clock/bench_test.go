package clock

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"temwen/when"
)

var large = flag.Bool("large", false, "benchmark ten million obligations too (6 GB)")

// BenchmarkStatus computes the status of every obligation of a register once
// per iteration, on one core.
//
//	go test -run - -bench Status -benchtime 5x ./clock [-large]
func BenchmarkStatus(b *testing.B) {
	sizes := []int{10_000, 100_000, 1_000_000}
	if *large {
		sizes = append(sizes, 10_000_000)
	}
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r, now := crowd(n), day("2024-06-26")
			b.ReportAllocs()
			var counts [16]int
			for b.Loop() {
				for i := range r.Obligations {
					counts[r.Status(i, now).Status]++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/obligation")
			for _, s := range Statuses {
				if counts[s] == 0 {
					b.Errorf("no obligation is %s", s)
				}
			}
		})
	}
}

func BenchmarkExplain(b *testing.B) {
	r, now := crowd(10_000), day("2024-06-26")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		r.Explain(i%len(r.Obligations), now)
		i++
	}
}

func TestStatusDoesNotAllocate(t *testing.T) {
	r, now := crowd(2000), day("2024-06-26")
	if n := testing.AllocsPerRun(3, func() {
		for i := range r.Obligations {
			r.Status(i, now)
		}
	}); n != 0 {
		t.Errorf("2000 statuses allocate %v times", n)
	}
}

// crowd is a register of n obligations like those of real missions: 45 % within
// a period, 15 % of these by a chain or a request, 20 % by a day, 15 % without
// a date, 15 % before an event, 5 % recurring; 10 % of all in working days over
// a calendar of ten years, 10 % with several readings; and nought to eight
// events each over two years.
func crowd(n int) *Register {
	rnd := rand.New(rand.NewPCG(1, 2))
	begin, span := day("2023-01-01"), 730
	some := func() when.Day { return begin + when.Day(rnd.IntN(span)) }
	var holidays []when.Day
	for year := 2018; year < 2028; year++ {
		for range 14 {
			holidays = append(holidays, when.DayOf(year, 1, 1+rnd.IntN(365)))
		}
	}
	calendar := when.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, holidays)

	r := &Register{Obligations: make([]Obligation, n)}
	for i := range 20 {
		m := Mission{Successor: None}
		if i%4 == 0 {
			m.Ended, m.Successor = On(some()), int32(i+1)
		}
		r.Missions = append(r.Missions, m)
	}
	for i := range 500 {
		m := Milestone{}
		if i%5 > 0 {
			m.Happened = On(some())
		}
		r.Milestones = append(r.Milestones, m)
	}
	rule := func() Rule {
		v := Rule{Day: some(), Trigger: Trigger{Kind: OnMilestone, Index: int32(rnd.IntN(500))}}
		switch p := rnd.IntN(100); {
		case p < 45:
			v.Kind, v.Period = Within, when.Days(10+rnd.IntN(300))
			if p < 5 {
				v.Trigger = Trigger{Kind: OnDischarge, Index: int32(rnd.IntN(n))}
			} else if p < 7 {
				v.Trigger = Trigger{Kind: OnAsk}
			} else if p < 20 {
				v.Period = when.Months(1 + rnd.IntN(12))
			}
		case p < 65:
			v.Kind = Fixed
		case p < 80:
			v.Period = when.Months(6)
		case p < 95:
			v.Kind, v.Period = Before, when.Days(rnd.IntN(30))
		default:
			v.Kind, v.Period = Every, when.Months(1+rnd.IntN(3))
		}
		if rnd.IntN(10) == 0 {
			v.Period, v.Working, v.Calendar = when.Days(5+rnd.IntN(26)), true, calendar
		}
		return v
	}
	kinds := []EventKind{Ask, Ask, Answer, Answer, Refuse, Perform, Perform, Discharge, Discharge, Pause, Resume, Extend, Extend, Waive, Dispute, Settle, Lapse}
	for i := range r.Obligations {
		o := &r.Obligations[i]
		o.Mission = int32(rnd.IntN(20))
		o.Readings = read(rule())
		if rnd.IntN(10) == 0 {
			o.Readings = append(o.Readings, Reading{Rule: rule()})
		}
		events := make([]Event, rnd.IntN(9))
		at := some()
		for j := range events {
			at += when.Day(rnd.IntN(90))
			events[j] = Event{Kind: kinds[rnd.IntN(len(kinds))], When: On(at), Period: when.Days(30), For: AnyOccurrence, Reading: None}
		}
		o.Events = events
	}
	return r
}
