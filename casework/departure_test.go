package casework

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"temwen/clock"
	"temwen/record"
	"temwen/when"
)

// A suspect rotates home: the case goes on as it was, and what was noted by mistake is taken back.
func TestARotationEndsNothing(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	by := day("2025-02-15")
	k.do("o1", "2025-01-15", SendNotice{Step: 2, Notice: Notice{Language: "en", By: &by}})
	march, err := when.Parse("2025-01~")
	if err != nil {
		t.Fatal(err)
	}
	gone := Departure{On: march, How: "rotated", Source: "public"}
	k.do("o1", "2025-01-20", RecordDeparture{gone})
	k.waits("determine")
	k.status(2, "2025-02-01", clock.Running)
	k.do("", "2025-02-16", NoteSilence{2}) // its clock did not stand still
	k.do("o1", "2025-02-17", Succeed{Mission: "gsf"})
	k.do("o1", "2025-02-17", RecordDeparture{Departure{How: "unknown", Source: "state"}})
	if k.c.Closed() || len(k.c.Away()) != 2 {
		t.Errorf("closed %v, away %v", k.c.Closed(), k.c.Away())
	}
	k.do("o1", "2025-02-18", SetDepartureAside{1})
	if away := k.c.Away(); len(away) != 1 || away[0].How != "unknown" {
		t.Errorf("away %v", away)
	}
	k.refused("o1", "2025-02-18", SetDepartureAside{1}, CodeTwice)
	k.refused("o1", "2025-02-18", SetDepartureAside{3}, CodeUnknown)
	k.refused("o1", "2025-02-18", SetDepartureAside{0}, CodeUnknown)
	k.refused("o1", "2024-12-18", RecordDeparture{gone}, CodeDay)
	k.refused("o1", "2025-02-18", RecordDeparture{Departure{How: "fled", Source: "state"}}, CodeMalformed)
	k.refused("o1", "2025-02-18", RecordDeparture{Departure{How: "unknown", Source: "NAME"}}, CodeMalformed)
}

// Who counts departures learns of each whether a step was open when they left, as far as that
// is known, and nothing of what was mistaken; what is learned later counts by the day on which they left.
func TestWhetherAStepWasOpenWhenTheyLeft(t *testing.T) {
	past, c := NewPast(), new(Case)
	do := func(on string, cmd Command) {
		t.Helper()
		made, err := Decide(c, "o1", cmd, day(on), day("2026-11-28"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range made {
			c.Apply(&e)
			body, err := record.Canonical(e)
			if err != nil {
				t.Fatal(err)
			}
			err = past.Enter(&record.Event{Index: 1, Type: record.Sealed, Inner: e.Type, Body: body, Time: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	left := func(recorded, known string) {
		t.Helper()
		d := Departure{How: "rotated", Source: "state"}
		if known != "" {
			d.On = when.MustParse(known)
		}
		do(recorded, RecordDeparture{d})
	}
	do("2025-01-10", Open{ID: "c", Number: 1, Opened: Opened{Procedure: criminal(), Allegations: []string{"a"}, Mission: "mss", State: "s"}})
	left("2025-01-11", "2025-01-09") // before there was a case
	left("2025-01-11", "2025-01")    // perhaps since
	left("2025-01-12", "")
	do("2025-01-13", RecordAnswer{1, answer("informed")})
	do("2025-02-01", RecordAnswer{2, answer("official")})
	do("2025-02-10", RecordAnswer{3, answer("declines")})
	if len(c.Open()) > 0 {
		t.Fatalf("open are %+v", c.Open())
	}
	left("2025-02-11", "")           // when nothing waited
	left("2025-02-12", "2025-02-05") // learned later
	left("2025-02-12", "2025-02")    // perhaps when nothing waited any more
	do("2025-02-13", SetDepartureAside{3})
	var got []string
	for _, d := range past.Did["c"] {
		if d.Left != nil {
			got = append(got, fmt.Sprint(d.Left.N, d.Left.Waited))
		}
	}
	if want := "[1 false 2 true 4 false 5 true 6 false]"; fmt.Sprint(got) != want {
		t.Errorf("left are %v, and should be %s", got, want)
	}
}

// The open cases of which somebody has left the country are a list of their own, the first
// to fall due first; a case that ends, a departure that was mistaken and an erasure take a case off it.
func TestCasesOfWhichSomebodyLeft(t *testing.T) {
	o := newOffice(t)
	var ids []string
	for range 5 {
		ids = append(ids, o.open(t))
	}
	gone := RecordDeparture{Departure{How: "rotated", Source: "state"}}
	lists := func(q Query, want ...int) {
		t.Helper()
		q.Away, q.Limit = true, 2
		var got []int
		for {
			page, err := o.List(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Cases {
				got = append(got, slices.Index(ids, c.ID))
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("listed for %+v are %v, and should be %v", q, got, want)
		}
	}
	lists(Query{})
	for _, n := range []int{0, 1, 3, 4} {
		o.do(t, ids[n], gone)
	}
	o.do(t, ids[4], gone)
	soon := o.today + 3
	o.do(t, ids[3], SendNotice{Step: 1, Notice: Notice{Language: "en", By: &soon}})
	lists(Query{}, 3, 0, 1, 4)
	o.do(t, ids[4], Assign{Officer: "o2"})
	o.do(t, ids[1], Wall{Officer: "o3"})
	lists(Query{Officer: "o2"}, 4)
	lists(Query{For: "o3"}, 3, 0, 4)
	lists(Query{Closed: true})
	o.do(t, ids[0], SetDepartureAside{1})
	o.do(t, ids[4], SetDepartureAside{1})
	lists(Query{}, 3, 1, 4)
	for n, a := range []string{"informed", "official", "declines"} {
		o.do(t, ids[1], RecordAnswer{n + 1, answer(a)})
	}
	lists(Query{}, 3, 4)
	o.do(t, ids[1], Reopen{End: "nothing"})
	lists(Query{}, 3, 1, 4)
	o.rebuilds(t)
	lists(Query{}, 3, 1, 4)
	o.erase(t, OfCase, ids[4])
	lists(Query{}, 3, 1)
	o.rebuilds(t)
	lists(Query{}, 3, 1)
}

// Nobody has left before it happened: a departure whose every day is before every day of the
// incident is refused. A day that is not exactly known gets the benefit of the doubt.
func TestNobodyLeavesBeforeItHappened(t *testing.T) {
	for _, c := range []struct {
		left, happened string
		early          bool
	}{
		{"1900", "2025-01-10", true},
		{"2025-01-09", "2025-01-10", true},
		{"2025-01-10", "2025-01-10", false},
		{"2025-01", "2025-01-10", false},
		{"2024-12", "2025-01-10", true},
		{"2025", "2025-01-10", false},
		{"2025-01-09", "2025-01", false},
		{"2024-12-31", "2025-01", true},
		{"2024-12-31", "2025-01-10~", false},
		{"2024-12~", "2025-01-10", false},
		{"1900", "2025?", true},
		{"1900~", "2025-01-10", true},
		{"../2024-12-31", "2025-01-10", true},
		{"2024-12-01/..", "2025-01-10", false},
		{"1900", "../2025-01-10", false},
		{"1900", "", false},
		{"", "2025-01-10", false},
	} {
		var d Departure
		var happened when.Date
		if c.left != "" {
			d.On = when.MustParse(c.left)
		}
		if c.happened != "" {
			happened = when.MustParse(c.happened)
		}
		if err := d.follows(happened); (err != nil) != c.early {
			t.Errorf("left on %q, and it happened on %q: %v", c.left, c.happened, err)
		}
	}

	o := newOffice(t)
	id := o.open(t)
	list, err := o.Allegations(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	i, err := o.Incident(t.Context(), list[0].Incident)
	if err != nil {
		t.Fatal(err)
	}
	i.When = when.MustParse("2024-06-15")
	if err := o.Revise(t.Context(), "o1", *i); err != nil {
		t.Fatal(err)
	}
	gone := func(on string) error {
		return o.Do(t.Context(), "o1", id, 0, RecordDeparture{Departure{On: when.MustParse(on), How: "rotated", Source: "state"}}, 0)
	}
	refusedAs(t, gone("1900"), CodeEarly, "")
	if c, err := o.Case(t.Context(), "", id); err != nil || len(c.Departures) > 0 {
		t.Fatalf("it is on the record: %+v (%v)", c.Departures, err)
	}
	if err := gone("2024-06"); err != nil {
		t.Errorf("in the same month: %v", err)
	}
}

// What is imported is held to the same: nobody leaves before it happened.
func TestImportedDepartureFollowsTheIncident(t *testing.T) {
	d := told("a")
	d.Incident.When = when.MustParse("2024-09")
	for i := range d.Deeds {
		if d.Deeds[i].Departure != nil {
			d.Deeds[i].Departure.On = when.MustParse("2024-08-31")
		}
	}
	var undone *Undone
	err := d.Try(day("2025-06-01"))
	if !errors.As(err, &undone) || undone.N != 3 {
		t.Errorf("it is tried as %v", err)
	}
	refusedAs(t, err, CodeEarly, "")
}
