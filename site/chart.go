package site

import (
	"slices"
	"strconv"

	"temwen/clock"
	"temwen/publish"
	"temwen/when"
)

// chart is the life of one obligation as a small picture, read downward: what
// started the clock, what happened, when it was due, and the day asked about.
// The list beside it says the same in words.
type chart struct {
	Title, Desc string
	Height      float64
	Marks       []mark
	Runs, Late  *span // while it could be met in time, and after
	Years       []mark
}

// mark is a point of a picture with its words, moved aside where they would
// cover a neighbour's.
type mark struct {
	X, Y  float64
	Label string
	Lines []string // the label, in lines that fit
	TextY float64  // of the first line
	Kind  string   // trigger, event, today; else by its sign
	Sign  sign
}

type span struct{ From, To float64 }

// point is something that happened, or must happen, on a day.
type point struct {
	day         when.Day
	kind        string
	sign        sign
	date, label string
}

// newChart draws an obligation, or nothing where there are not two days to show.
func newChart(q *request, e *publish.Explained) *chart {
	points := points(q, e)
	lo, hi := points[0].day, points[len(points)-1].day
	if hi-lo < 2 {
		return nil
	}
	c := &chart{Title: q.words.Say("site.timeline.title")}
	for _, p := range points {
		label := q.words.Label(p.date, p.label)
		c.Marks = append(c.Marks, mark{Kind: p.kind, Sign: p.sign, Label: label, Lines: fit(p, label)})
		if c.Desc != "" {
			c.Desc += "; "
		}
		c.Desc += label
	}
	y := c.scale(lo, hi)
	for i, p := range points {
		c.Marks[i].Y = y(p.day)
	}
	c.spread()
	c.spans(q, e, y)
	first, _, _ := lo.Date()
	last, _, _ := hi.Date()
	for year := first + 1; year <= last; year += max(1, (last-first)/8) {
		c.Years = append(c.Years, mark{Y: y(when.DayOf(year, 1, 1)), Label: strconv.Itoa(year)})
	}
	return c
}

// points are what the picture shows, in the order of time.
func points(q *request, e *publish.Explained) []point {
	var list []point
	add := func(d when.Day, kind, date, key string, s sign) {
		list = append(list, point{d, kind, s, date, q.words.Say(key)})
	}
	if e.Since != nil {
		add(*e.Since, "trigger", q.words.Day(*e.Since), "site.chart.owed", sign{})
	}
	for _, h := range e.History {
		s, kind := sign{}, "event"
		if h.Kind == "discharge" {
			s, kind = signOf(clock.Discharged), ""
		}
		add(h.Date.First(), kind, q.words.Date(h.Date), "event."+h.Kind, s)
	}
	for _, d := range dueDays(e) {
		s := signOf(clock.Due)
		if d < q.view.AsOf.World && (e.Met == nil || d < *e.Met) {
			s = signOf(clock.Overdue)
		}
		add(d, "", q.words.Day(d), "site.timeline.due", s)
	}
	today := q.view.AsOf.World
	add(today, "today", q.words.Day(today), "site.timeline.chosen-day", sign{})
	slices.SortStableFunc(list, func(a, b point) int { return int(a.day) - int(b.day) })
	return list
}

// dueDays are the due day, or those of each reading.
func dueDays(e *publish.Explained) []when.Day {
	var days []when.Day
	for i := range e.Readings {
		if d := e.Readings[i].Due; d != nil && len(e.Readings) > 1 && !slices.Contains(days, *d) {
			days = append(days, *d)
		}
	}
	if len(days) == 0 && e.Due != nil {
		days = append(days, *e.Due)
	}
	return days
}

// The picture's measures, in its own units: the height of a line of words, the
// room above the first mark and below the last, and how many characters fit a
// line.
const (
	lineHeight, lifeTop, lifeBottom = 21.0, 14.0, 30.0
	lineLength                      = 30
)

// fit breaks a label between the date and what happened where one line is too
// short for both.
func fit(p point, label string) []string {
	if len([]rune(label)) <= lineLength {
		return []string{label}
	}
	return []string{p.date, p.label}
}

// scale sets the height by the words that have to fit and puts days on it.
func (c *chart) scale(lo, hi when.Day) func(when.Day) float64 {
	lines := 0
	for _, m := range c.Marks {
		lines += len(m.Lines)
	}
	c.Height = max(200, float64(lines)*lineHeight+lifeTop+lifeBottom)
	return func(d when.Day) float64 {
		y := float64(d-lo) / float64(hi-lo) * (c.Height - lifeTop - lifeBottom)
		return float64(int((lifeTop+y)*10)) / 10
	}
}

// spread moves words down where they would cover those before, then up where
// they would leave the picture.
func (c *chart) spread() {
	free := 0.0
	for i := range c.Marks {
		m := &c.Marks[i]
		m.TextY = max(m.Y, free)
		free = m.TextY + lineHeight*float64(len(m.Lines))
	}
	limit := c.Height - 2
	for i := len(c.Marks) - 1; i >= 0; i-- {
		m := &c.Marks[i]
		m.TextY = min(m.TextY, limit-lineHeight*(float64(len(m.Lines))-.5))
		limit = m.TextY - lineHeight/2
	}
}

// spans are the time in which it could be met, and the time after.
func (c *chart) spans(q *request, e *publish.Explained, y func(when.Day) float64) {
	end := q.view.AsOf.World
	if e.Met != nil {
		end = *e.Met
	}
	due := end
	if days := dueDays(e); len(days) > 0 {
		due = slices.Min(days)
	}
	if end > due {
		c.Late = &span{y(due), y(end)}
	}
	if e.Since != nil && min(end, due) > *e.Since {
		c.Runs = &span{y(*e.Since), y(min(end, due))}
	}
}
