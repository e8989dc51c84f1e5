package conduct_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"temwen/casework"
	"temwen/conduct"
	"temwen/conduct/conducttest"
	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// bulk is a book that has the types of casework and no tables, so that many
// events are on the record soon.
type bulk struct{}

func (bulk) Name() string                                              { return "bulk" }
func (bulk) Types() []string                                           { return casework.Book.Types() }
func (bulk) Tables() []record.Table                                    { return nil }
func (bulk) Enter(context.Context, *record.Tables, record.Event) error { return nil }

// deeds puts events on the record.
type deeds []record.Draft

func (deeds) Book() string { return "bulk" }
func (deeds) Daily() bool  { return false }

// Digest implements record.Command.
func (d deeds) Digest() record.Hash { return sha256.Sum256(d[0].Body) }

// Decide implements record.Act.
func (d deeds) Decide(context.Context, *record.Tables) ([]record.Draft, error) { return d, nil }

// recorded is an office on a record of n events over ten years, each of them
// drafted.
func recorded(b *testing.B, n int) *conduct.Office {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "store")
	if err := store.Create(b.Context(), dir, store.Options{}); err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(b.Context(), dir, store.Settings{Books: []record.Book{bulk{}, conduct.Book}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	start := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	const batch = 1000
	for i := 0; i < n; i += batch {
		at := start.Add(time.Duration(float64(i) / float64(n) * 10 * 365 * 24 * float64(time.Hour)))
		var d deeds
		for j := range batch {
			d = append(d, drafted(b, i+j, when.Today(at)))
		}
		if _, err := s.Do(b.Context(), strconv.Itoa(i), d, at); err != nil {
			b.Fatal(err)
		}
	}
	return conduct.New(s, time.Now)
}

// drafted is one of many events: of ten, one codes an incident, one makes an
// allegation, one opens a case, two answer, five assign it.
func drafted(b *testing.B, i int, on when.Day) record.Draft {
	id, actor := strconv.Itoa(i/10), actors[i/10%len(actors)]
	var d record.Draft
	var said any
	switch i % 10 {
	case 0:
		d.Type = "incident.coded"
		said = map[string]any{"incident": casework.Incident{
			ID: id, Acts: []string{"injury"}, Terms: "2026-1", Sources: []casework.Basis{{Kind: "thread", ID: id, Grade: "B2"}},
			Harm:   []casework.Harm{{Kind: "injured", Sex: "unknown", Age: "adult", Min: 1, Max: 2}},
			Actors: []casework.Alleged{{Actor: actor, Confidence: "likely", Share: "led"}},
		}}
	case 1:
		d.Type = "allegation.made"
		said = map[string]any{"allegation": casework.Allegation{ID: "a" + id, Incident: id, Actor: actor, Act: "injury", Confidence: "likely"}}
	case 2:
		d.Type = "case.opened"
		said = casework.Event{Type: d.Type, Case: id, On: on, Opened: &casework.Opened{
			Allegations: []string{"a" + id}, Procedure: procedure, Mission: "mss", State: actor,
		}}
	case 3, 4:
		d.Type = "answer.received"
		said = casework.Event{Type: d.Type, Case: id, On: on, Step: i%10 - 2, Answer: &casework.Answer{Answer: []string{"named", "disciplined"}[i%10-3], On: on}}
	default:
		d.Type = "case.assigned"
		said = casework.Event{Type: d.Type, Case: id, On: on, Officer: "o" + id}
	}
	body, err := record.Canonical(said)
	if err != nil {
		b.Fatal(err)
	}
	d.Body = json.RawMessage(body)
	return d
}

var (
	actors    = []string{"force", "jamaica", "kenya"}
	procedure = conducttest.Procedure()
)

// BenchmarkRecount makes an edition of a mission's tables from the events on a
// record, and reports how long a million take, and how that compares with a tenth
// of them. Putting the events there is not measured.
func BenchmarkRecount(b *testing.B) {
	scope := conducttest.Scope("mss", actors...)
	scope.From = when.DayOf(2000, 1, 1)
	took := make(map[int]time.Duration)
	for _, n := range []int{100_000, 1_000_000} {
		o := recorded(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				_, tables, err := o.Prepare(b.Context(), conduct.Ask{Scope: scope, Least: 5, Through: conduct.MonthOf(when.DayOf(2024, 12, 1)), Invented: true})
				if err != nil || len(tables) == 0 {
					b.Fatalf("%d tables, %v", len(tables), err)
				}
			}
			took[n] = b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(took[n].Seconds(), "s/recount")
			if n == 1_000_000 && took[100_000] > 0 {
				b.ReportMetric(took[n].Seconds()/took[100_000].Seconds()/10, "×linear")
			}
		})
	}
}
