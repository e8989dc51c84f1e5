package conduct_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"testing"
	"time"

	"temwen/casework"
	"temwen/conduct"
	"temwen/conduct/conducttest"
	"temwen/record"
	"temwen/when"
)

// generated are n events of an office over ten years: of ten, one codes an
// incident, one makes an allegation, one opens a case, two answer, five say
// nothing.
func generated(n int) iter.Seq2[record.Event, error] {
	actors := []string{"force", "jamaica", "kenya"}
	start := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	procedure := conducttest.Procedure()
	body := func(v any) json.RawMessage {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return b
	}
	return func(yield func(record.Event, error) bool) {
		for i := range n {
			id, actor := strconv.Itoa(i/10), actors[i/10%3]
			at := start.Add(time.Duration(float64(i) / float64(n) * 10 * 365 * 24 * float64(time.Hour)))
			e := record.Event{Index: uint64(i), Type: record.Sealed, Inner: "filler", Time: at}
			on := when.Today(at)
			switch i % 10 {
			case 0:
				e.Inner = "incident.coded"
				e.Body = body(map[string]any{"incident": casework.Incident{
					ID: id, Acts: []string{"injury"}, Terms: "2026-1", Sources: []casework.Basis{{Kind: "thread", ID: id, Grade: "B2"}},
					Harm:   []casework.Harm{{Kind: "injured", Sex: "unknown", Age: "adult", Min: 1, Max: 2}},
					Actors: []casework.Alleged{{Actor: actor, Confidence: "likely", Share: "led"}},
				}})
			case 1:
				e.Inner = "allegation.made"
				e.Body = body(map[string]any{"allegation": casework.Allegation{ID: "a" + id, Incident: id, Actor: actor, Act: "injury", Confidence: "likely"}})
			case 2:
				e.Inner = "case.opened"
				e.Body = body(casework.Event{Type: e.Inner, Case: id, On: on, Opened: &casework.Opened{
					Allegations: []string{"a" + id}, Procedure: procedure, Mission: "mss", State: actor,
				}})
			case 3, 4:
				e.Inner = "answer.received"
				answer := []string{"named", "disciplined"}[i%10-3]
				e.Body = body(casework.Event{Type: e.Inner, Case: id, On: on, Step: i%10 - 2, Answer: &casework.Answer{Answer: answer, On: on}})
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// BenchmarkRecount counts an edition of a mission's tables from the events of the
// record, and reports how long a million take, and how that compares with a tenth
// of them. Making the events is not measured: it is done before.
func BenchmarkRecount(b *testing.B) {
	scope := conducttest.Scope("mss", "force", "jamaica", "kenya")
	scope.From = when.DayOf(2000, 1, 1)
	took := make(map[int]time.Duration)
	for _, n := range []int{100_000, 1_000_000} {
		var events []record.Event
		for e := range generated(n) {
			events = append(events, e)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				past := casework.NewPast()
				for i := range events {
					if err := past.Enter(&events[i]); err != nil {
						b.Fatal(err)
					}
				}
				through := conduct.MonthOf(when.DayOf(2024, 12, 1))
				grids := conduct.Tally(past, &scope, through)
				for _, c := range conduct.CurrentRules().Counts {
					conduct.Next(nil, grids[c.ID], 5)
				}
				conduct.Waiting(past, &scope, through, 5)
			}
			took[n] = b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(took[n].Seconds(), "s/recount")
			if n == 1_000_000 && took[100_000] > 0 {
				b.ReportMetric(took[n].Seconds()/took[100_000].Seconds()/10, "×linear")
			}
		})
	}
}
