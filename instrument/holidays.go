package instrument

import (
	"fmt"
	"slices"
	"time"

	"temwen/when"
)

// Holidays are the days that working days leave out, beside Saturdays and Sundays.
type Holidays struct {
	// Yearly are those of every year, as MM-DD, and Days those of one year, such as a day
	// that moves with Easter. One of the two is there.
	Yearly []string    `json:"yearly,omitempty"`
	Days   []when.Date `json:"days,omitempty"`
	// Provision is the clause that names them, as in Step.
	Provision string `json:"provision"`
}

// weekdays are Monday to Friday: the working days where no holidays are known, so that a
// period may end that much too early.
var weekdays = when.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)

// mostAhead is for how many years holidays are counted. A period and what it is extended by
// or stopped for ends within it.
const mostAhead = 30

// WorkingDays are the working days of the procedure from a day on.
func (p *Procedure) WorkingDays(from when.Day) *when.Calendar {
	if p.Holidays == nil || from.Open() {
		return weekdays
	}
	var off []when.Day
	for _, d := range p.Holidays.Days {
		off = append(off, d.First())
	}
	year, _, _ := from.Date()
	for y := year; y <= year+mostAhead; y++ {
		for _, s := range p.Holidays.Yearly {
			if d, err := when.ParseDay(fmt.Sprintf("%04d-%s", y, s)); err == nil { // else 29 February
				off = append(off, d)
			}
		}
	}
	return when.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, off)
}

// Until is the last day to which an extension reaches from the day on which a step falls
// due; AtMost is not zero.
func (p *Procedure) Until(e *Extension, due when.Day) when.Day {
	if !e.Working {
		return e.AtMost.After(due)
	}
	return p.WorkingDays(due).After(due, int(e.AtMost.Days))
}

// counts reports whether some clock of the procedure counts working days.
func (p *Procedure) counts() bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Clock.Counts() })
}

// Counts reports whether the clock counts working days.
func (c *Clock) Counts() bool {
	return c.Working || c.BenchmarkWorking || c.Extension != nil && c.Extension.Working
}
