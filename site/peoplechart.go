package site

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"temwen/publish"
	"temwen/when"
)

// peopleChart shows the people reported in the country over time, against the
// ceiling. Between two reports nothing is drawn, for nothing is known. The
// table beside it has every report with its sources.
type peopleChart struct {
	Title, Desc string
	Ticks       []tick // of people, on the left
	Times       []tick // below
	Ceilings    []level
	Bars        []reportBar
}

// tick is a labelled line of a scale.
type tick struct {
	At     float64
	Label  string
	Anchor string
}

// level is a ceiling over a time.
type level struct {
	X1, X2, Y float64
	LabelY    float64
	Label     string // of the last one
}

// reportBar is one report: solid up to the least that was said, hatched up to
// the most. One contributor's people are outlined.
type reportBar struct {
	X, Top, Least  float64 // Top is the y of the most, Least of the least
	Height, Spread float64 // of the solid and of the hatched part
	Whole          bool
	Contradictory  bool
	Name           string // in full, for who asks
	Label          string // empty where there is no room
	LabelX, LabelY float64
	priority       int // of the label
}

// The chart's frame, in its own units; the text is up to 22 of them high.
const (
	figWidth, reportsHeight   = 640.0, 320.0
	reportsLeft, reportsRight = 84.0, 12.0
	reportsTop, reportsBottom = 34.0, 36.0
	labelHeight, digitWidth   = 22.0, 13.5
)

// newPeopleChart draws the reports, or nothing where there are fewer than two.
func newPeopleChart(q *request, people *publish.People, period when.Date) *peopleChart {
	if len(people.Reports) < 2 {
		return nil
	}
	lo, hi := peopleSpan(q, people, period)
	pad := max(5, (hi-lo)/25)
	x := func(d when.Day) float64 {
		return tenth(reportsLeft + float64(d-lo+pad)/float64(hi-lo+2*pad)*(figWidth-reportsLeft-reportsRight))
	}
	top, step := scaleOf(mostPeople(people))
	y := func(n float64) float64 {
		return tenth(reportsHeight - reportsBottom - n/top*(reportsHeight-reportsTop-reportsBottom))
	}
	c := &peopleChart{Title: q.words.Say("site.people.chart"), Times: timeTicks(q, lo, hi, x)}
	for n := 0.0; n <= top; n += step {
		c.Ticks = append(c.Ticks, tick{At: y(n), Label: q.words.Number(n)})
	}
	c.Ceilings = ceilings(q, people.Ceiling, hi, x, y)
	for i := range people.Reports {
		c.Bars = append(c.Bars, newReportBar(q, &people.Reports[i], x, y))
	}
	spread(c.Bars)
	c.label()
	c.Desc = q.words.Say("site.people.chart.desc", "n", len(c.Bars), "from", people.Reports[0].AsOf, "to", people.Reports[len(people.Reports)-1].AsOf)
	return c
}

func tenth(f float64) float64 { return math.Round(f*10) / 10 }

// peopleSpan is from the first number on the chart to the day asked about, or
// to the mission's end.
func peopleSpan(q *request, people *publish.People, period when.Date) (lo, hi when.Day) {
	lo, hi = people.Reports[0].AsOf.First(), people.Reports[0].AsOf.Last()
	for i := range people.Reports {
		lo, hi = min(lo, people.Reports[i].AsOf.First()), max(hi, people.Reports[i].AsOf.Last())
	}
	for i := range people.Ceiling {
		lo = min(lo, people.Ceiling[i].AsOf.First())
	}
	end := q.view.AsOf.World
	if !period.IsZero() && !period.Last().Open() {
		end = min(end, period.Last())
	}
	hi = max(hi, end)
	return lo, hi
}

func mostPeople(people *publish.People) (most float64) {
	for i := range people.Reports {
		most = max(most, people.Reports[i].Heads.Most)
	}
	for i := range people.Ceiling {
		_, hi := publish.Bounds(people.Ceiling[i].Amount)
		most = max(most, hi)
	}
	return most
}

// scaleOf is a round number not below most, and the step of its three to six
// lines.
func scaleOf(most float64) (top, step float64) {
	step = 1
	for i := 0; most > step*5; i++ {
		step *= []float64{2, 2.5, 2}[i%3]
	}
	return max(step, math.Ceil(most/step)*step), step
}

// timeTicks are the years of a span or, in a shorter one, its two ends and a
// year between them where there is room.
func timeTicks(q *request, lo, hi when.Day, x func(when.Day) float64) []tick {
	first, _, _ := lo.Date()
	last, _, _ := hi.Date()
	var years []tick
	for y := first + 1; y <= last; y += max(1, (last-first)/5) {
		years = append(years, tick{At: x(when.DayOf(y, 1, 1)), Label: fmt.Sprint(y), Anchor: "middle"})
	}
	if len(years) >= 2 {
		return years
	}
	ends := []tick{
		{At: x(lo), Label: q.words.Day(lo), Anchor: "start"},
		{At: x(hi), Label: q.words.Day(hi), Anchor: "end"},
	}
	room := func(end tick) float64 { return float64(utf8.RuneCountInString(end.Label)+3) * digitWidth }
	for _, y := range years {
		if ends[0].At+room(ends[0]) < y.At && y.At < ends[1].At-room(ends[1]) {
			ends = append(ends, y)
		}
	}
	return ends
}

// ceilings are the numbers that were authorised, each until the next.
func ceilings(q *request, claims []publish.Claim, hi when.Day, x func(when.Day) float64, y func(float64) float64) []level {
	var list []level
	var last float64
	for i := range claims {
		_, n := publish.Bounds(claims[i].Amount)
		if claims[i].Category != "" || math.IsNaN(n) || len(list) > 0 && n == last {
			continue
		}
		at := x(claims[i].AsOf.First())
		if len(list) > 0 {
			list[len(list)-1].X2 = at
		}
		list, last = append(list, level{X1: at, X2: x(hi), Y: y(n)}), n
	}
	if len(list) > 0 {
		list[len(list)-1].LabelY = list[len(list)-1].Y - 8
		list[len(list)-1].Label = q.words.Label(q.words.Say("brief.ceiling"), q.words.Number(last))
	}
	return list
}

func newReportBar(q *request, r *publish.Report, x func(when.Day) float64, y func(float64) float64) reportBar {
	b := reportBar{
		X: x(r.AsOf.First() + (r.AsOf.Last()-r.AsOf.First())/2), Top: y(r.Heads.Most), Least: y(r.Heads.Least),
		Whole: r.Whole(), Contradictory: r.Contradictory,
	}
	b.Height, b.Spread = tenth(y(0)-b.Least), tenth(b.Least-b.Top)
	b.Label = q.words.Number(r.Heads.Most)
	if r.Heads.Least != r.Heads.Most {
		b.Label = q.words.Say("number.range", "from", r.Heads.Least, "to", r.Heads.Most)
	}
	who := q.words.Say("site.people.whole")
	switch {
	case r.First:
		who = q.words.Say("site.people.first")
	case r.Actor != nil:
		who = q.words.Text(r.Actor.Name)
	}
	people := q.words.Catalogue.Amount(r.Heads.Least, r.Heads.Most, "persons", r.Heads.Bound, when.Period{})
	b.Name = q.words.Label(q.words.Date(r.AsOf), q.words.Also(who, people))
	if r.Contradictory {
		b.Name = q.words.Also(b.Name, q.words.Say("site.people.differ"))
	}
	return b
}

// spread moves bars that would cover each other apart: a few days, at most.
func spread(bars []reportBar) {
	slices.SortStableFunc(bars, func(a, b reportBar) int { return cmp.Compare(a.X, b.X) })
	for i := 1; i < len(bars); i++ {
		bars[i].X = max(bars[i].X, bars[i-1].X+11)
	}
	for i := len(bars) - 1; i >= 0; i-- { // and back into the frame
		limit := figWidth - reportsRight - 4
		if i+1 < len(bars) {
			limit = bars[i+1].X - 11
		}
		bars[i].X = tenth(min(bars[i].X, limit))
	}
}

// label keeps the labels that have room, those that matter most first:
// contradictions, then the last report, then the first.
func (c *peopleChart) label() {
	order := make([]int, 0, len(c.Bars))
	for i := range c.Bars {
		b := &c.Bars[i]
		if !b.Whole {
			b.Label = ""
			continue
		}
		if b.Contradictory {
			b.priority = 2
			b.Label = "◆ " + b.Label
		}
		order = append(order, i)
	}
	if len(order) > 0 {
		c.Bars[order[0]].priority++
		c.Bars[order[len(order)-1]].priority += 2
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(c.Bars[b].priority, c.Bars[a].priority) })
	type box struct{ x1, x2, y1, y2 float64 }
	var taken []box
	for _, l := range c.Ceilings {
		taken = append(taken, box{l.X1, l.X2, l.Y - labelHeight, l.Y + 2})
	}
	for _, i := range order {
		b := &c.Bars[i]
		half := float64(utf8.RuneCountInString(b.Label)) * digitWidth / 2
		b.LabelX = tenth(min(max(b.X, reportsLeft+half+6), figWidth-half-6))
		b.LabelY = b.Top - 7
		here := box{b.LabelX - half, b.LabelX + half, b.LabelY - labelHeight, b.LabelY}
		covered := slices.ContainsFunc(taken, func(o box) bool {
			return here.x1 < o.x2 && o.x1 < here.x2 && here.y1 < o.y2 && o.y1 < here.y2
		})
		if covered {
			b.Label = ""
			continue
		}
		taken = append(taken, here)
	}
}
