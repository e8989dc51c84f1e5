package casework

import (
	"context"
	"slices"

	"temwen/record"
	"temwen/when"
)

// Departure is that somebody who is alleged to have done what a case is about has left
// the country. It ends nothing, moves no clock and takes no duty from anybody: what was asked
// is asked still, of the mission and of the State to which they went.
type Departure struct {
	On     when.Date `json:"on,omitzero"` // EDTF, as exactly as it is known; zero: nobody says when
	How    string    `json:"how"`         // one of DepartureWays
	Source string    `json:"source"`      // one of DepartureSources
	// Mistaken is the day on which it was set aside, for it was a mistake.
	Mistaken *when.Day `json:"mistaken,omitempty"`
}

// DepartureWays are how somebody leaves: with the troops that are relieved, sent home on purpose,
// in another way, or nobody says how.
var DepartureWays = []string{"rotated", "sent-home", "otherwise", "unknown"}

// DepartureSources are from whom the office knows it.
var DepartureSources = []string{"mission", "state", "host-state", "reporter", "public"}

type (
	// RecordDeparture records that somebody has left the country.
	RecordDeparture struct{ Departure Departure }
	// SetDepartureAside takes back the nth, counted from 1, which was a mistake.
	SetDepartureAside struct{ N int }
)

// Away are the departures that stand, in the order in which they were recorded.
func (c *Case) Away() []Departure {
	var list []Departure
	for _, d := range c.Departures {
		if d.Mistaken == nil {
			list = append(list, d)
		}
	}
	return list
}

func (r RecordDeparture) decide(d *decision) error {
	left := r.Departure
	if !slices.Contains(DepartureWays, left.How) || !slices.Contains(DepartureSources, left.Source) {
		return refuse(CodeMalformed)
	}
	if !left.On.IsZero() && left.On.First() > d.on {
		return refuse(CodeDay)
	}
	left.Mistaken = nil
	return d.happen(Event{Type: personLeft, Departure: &left})
}

func (s SetDepartureAside) decide(d *decision) error {
	if s.N < 1 || s.N > len(d.c.Departures) {
		return refuse(CodeUnknown)
	}
	if d.c.Departures[s.N-1].Mistaken != nil {
		return refuse(CodeTwice)
	}
	return d.happen(Event{Type: departureMistaken, Number: s.N})
}

// blur is how far a date can be off that is said to be approximate or uncertain, in days.
const blur = 366

// follows refuses a departure that was surely before what happened on a date. Where either
// is not said exactly, it is given the benefit of the doubt.
func (d *Departure) follows(happened when.Date) error {
	first, last := int64(happened.First()), int64(d.On.Last())
	for _, date := range []when.Date{happened, d.On} {
		if date.Approximate() || date.Uncertain() {
			last += blur
		}
	}
	if happened.IsZero() || d.On.IsZero() || last >= first {
		return nil
	}
	return &Refused{Code: CodeEarly, Day: happened.First()}
}

// happenedBefore refuses a departure that was surely before everything that a case is about.
func happenedBefore(ctx context.Context, t *record.Tables, c *Case, d *Departure) error {
	ids, err := column(ctx, t, `SELECT DISTINCT incident FROM {takes} WHERE docket = $1`, c.ID)
	if err != nil {
		return err
	}
	var early *Refused
	for _, id := range ids {
		i, err := loadIncident(ctx, t, id)
		if err != nil || i == nil {
			return err // nil: it was erased, and nobody knows when it was
		}
		err = d.follows(i.When)
		r, ok := err.(*Refused)
		if !ok {
			return err
		}
		if early == nil || r.Day < early.Day {
			early = r
		}
	}
	if early == nil {
		return nil
	}
	return early
}

// saveAway brings the row of a case up to date among those that are open and of which
// somebody has left the country; due is the first day on which something falls due in it.
func saveAway(ctx context.Context, t *record.Tables, docket uint64, c *Case, due int64) error {
	if len(c.Departures) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `DELETE FROM {away} WHERE idx = $1`, docket)
	if err == nil && !c.Closed() && len(c.Away()) > 0 {
		_, err = t.Exec(ctx, `INSERT INTO {away} (idx, officer, due) VALUES ($1, $2, $3)`, docket, c.Officer, due)
	}
	return err
}
