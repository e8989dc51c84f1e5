package site

import (
	"fmt"
	"slices"

	"temwen/publish"
	"temwen/when"
)

// chart is the timeline of one obligation as a small picture: what started the
// clock, what happened, when it was due, and the day asked about. The list
// beside it says the same in words.
type chart struct {
	Title, Desc string
	Marks       []mark
	Late        *span // from the due day to its end
	Runs        *span
	Years       []mark
}

// mark is a point on the line, x from 0 to 1000, with its label on one of four
// heights, so that neighbours do not cover each other.
type mark struct {
	X             float64
	Kind          string // trigger, due, event, met, today
	Label         string
	Y1, Y2, TextY int
	Anchor        string
}

type span struct{ From, To float64 }

// newChart draws an obligation, or nothing where there are not two days to show.
func newChart(q *request, e *publish.Explained) *chart {
	type point struct {
		day   when.Day
		kind  string
		label string
	}
	var points []point
	today := q.view.AsOf.World
	if e.Since != nil {
		points = append(points, point{*e.Since, "trigger", q.words.Say("brief.head.since")})
	}
	for _, h := range e.History {
		kind := "event"
		if h.Kind == "discharge" {
			kind = "met"
		}
		points = append(points, point{h.Date.First(), kind, q.words.Say("event." + h.Kind)})
	}
	if len(e.Readings) > 1 {
		for i := range e.Readings {
			if r := &e.Readings[i]; r.Due != nil {
				points = append(points, point{*r.Due, "due", q.words.Say("site.timeline.due")})
			}
		}
	} else if e.Due != nil {
		points = append(points, point{*e.Due, "due", q.words.Say("site.timeline.due")})
	}
	points = append(points, point{today, "today", q.words.Say("site.timeline.chosen-day")})
	lo, hi := points[0].day, points[0].day
	for _, p := range points {
		lo, hi = min(lo, p.day), max(hi, p.day)
	}
	if hi-lo < 2 {
		return nil
	}
	pad := max(1, (hi-lo)/20)
	lo, hi = lo-pad, hi+pad
	x := func(d when.Day) float64 { return float64(int((float64(d-lo)/float64(hi-lo))*10000)) / 10 }
	c := &chart{Title: q.words.Say("site.timeline.title")}
	slices.SortStableFunc(points, func(a, b point) int { return int(a.day) - int(b.day) })
	for i, p := range points {
		label := fmt.Sprintf("%s: %s", p.label, q.words.Day(p.day))
		c.Marks = append(c.Marks, place(x(p.day), p.kind, label, i))
		if c.Desc != "" {
			c.Desc += "; "
		}
		c.Desc += label
	}
	end := today
	if e.Met != nil {
		end = *e.Met
	}
	if e.Due != nil && end > *e.Due {
		c.Late = &span{x(*e.Due), x(end)}
	}
	if e.Since != nil {
		to := end
		if e.Due != nil {
			to = min(to, *e.Due)
		}
		if to > *e.Since {
			c.Runs = &span{x(*e.Since), x(to)}
		}
	}
	y1, _, _ := lo.Date()
	y2, _, _ := hi.Date()
	for y := y1 + 1; y <= y2 && y2-y1 < 40; y++ {
		c.Years = append(c.Years, mark{X: x(when.DayOf(y, 1, 1)), Label: fmt.Sprint(y)})
	}
	return c
}

// place puts the i-th mark's label above or below the line, in turn.
func place(x float64, kind, label string, i int) mark {
	height := []int{40, 100, 18, 118}[i%4]
	m := mark{X: x, Kind: kind, Label: label, Y1: 66, Y2: height + 4, TextY: height, Anchor: "middle"}
	if height > 66 {
		m.Y2 = height - 14
	}
	switch {
	case x < 150:
		m.Anchor = "start"
	case x > 850:
		m.Anchor = "end"
	}
	return m
}
