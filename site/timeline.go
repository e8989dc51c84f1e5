package site

import (
	"cmp"
	"fmt"
	"slices"

	"temwen/publish"
	"temwen/when"
)

// timeline is a mission as a picture: what happened above the line, what fell
// or falls due below it, and the day asked about. The lists on the page say the
// same in words.
type timeline struct {
	Title, Desc string
	Years       []mark
	Events      []timeMark
	Dues        []timeMark
	Today       timeMark
}

// timeMark is one thing on a timeline: x from 0 to 1000, with a label where
// there is room for one.
type timeMark struct {
	X      float64
	Status string // of an obligation, for its sign
	Name   string // said in full to who asks
	Label  string // empty where there is no room
	Y      int
	Anchor string
}

// newTimeline draws a mission's events and due days, or nothing where there are
// fewer than two.
func newTimeline(q *request, b *publish.Brief) *timeline {
	t := &timeline{Title: q.words.Say("site.timeline.title")}
	lo, hi := timelineSpan(b)
	if hi-lo < 30 {
		return nil
	}
	scale := func(d when.Day) float64 { return float64(int(float64(d-lo)/float64(hi-lo)*10000)) / 10 }
	for i := range b.Milestones {
		m := &b.Milestones[i]
		if m.Happened == nil || m.Happened.First() < lo {
			continue
		}
		words := q.words.Text(m.Title)
		t.Events = append(t.Events, timeMark{X: scale(m.Happened.First()), Name: q.words.Label(q.words.Date(*m.Happened), words), Label: words})
	}
	for i := range b.Obligations {
		l := &b.Obligations[i]
		if l.Due == nil || *l.Due < lo || *l.Due > hi {
			continue
		}
		t.Dues = append(t.Dues, timeMark{
			X: scale(*l.Due), Status: hyphened(l.Status), Y: 132,
			Name: q.words.Label(q.words.Status(l.Status), q.words.Also(q.words.Text(l.Title), q.words.Day(*l.Due))),
		})
	}
	layLabels(t.Events)
	stackDues(t.Dues)
	t.Years = yearMarks(lo, hi, scale)
	t.Today = timeMark{X: scale(b.AsOf.World), Name: q.words.Label(q.words.Say("site.timeline.chosen-day"), q.words.Day(b.AsOf.World))}
	t.Desc = q.words.Say("site.timeline.desc", "events", len(t.Events), "dues", len(t.Dues))
	return t
}

// beforeBeginning is how many days before a mission began its timeline starts.
const beforeBeginning = 400

// timelineSpan is from shortly before the first event to a little after the
// day asked about, or the last due day of the next year.
func timelineSpan(b *publish.Brief) (lo, hi when.Day) {
	lo, hi = b.AsOf.World, b.AsOf.World
	for i := range b.Milestones {
		if m := &b.Milestones[i]; m.Happened != nil && !m.Happened.First().Open() {
			lo = min(lo, m.Happened.First())
		}
	}
	for i := range b.Obligations {
		if d := b.Obligations[i].Due; d != nil && *d < b.AsOf.World+400 {
			hi = max(hi, *d)
		}
	}
	if b.Began != nil && b.Began.Happened != nil {
		lo = max(lo, b.Began.Happened.First()-beforeBeginning)
	}
	pad := max(10, (hi-lo)/30)
	return lo - pad, hi + pad
}

// layLabels gives labels to events that have room, on three heights; the others
// keep their mark and their name.
func layLabels(marks []timeMark) {
	slices.SortFunc(marks, func(a, b timeMark) int { return cmp.Compare(a.X, b.X) })
	heights := []int{58, 38, 18}
	free := make([]float64, len(heights)) // up to where each height is taken
	for i := range marks {
		m := &marks[i]
		m.Anchor = "start"
		width := float64(len([]rune(m.Label))) * 6.6
		if m.X+width > 1000 {
			m.Anchor = "end"
		}
		placed := false
		for h, y := range heights {
			from, to := m.X, m.X+width
			if m.Anchor == "end" {
				from, to = m.X-width, m.X
			}
			if from >= free[h] && width < 420 {
				m.Y, free[h], placed = y, to+14, true
				break
			}
		}
		if !placed {
			m.Label, m.Y = "", 66
		}
	}
}

// stackDues puts due days that would cover each other one below the other.
func stackDues(marks []timeMark) {
	slices.SortStableFunc(marks, func(a, b timeMark) int { return cmp.Compare(a.X, b.X) })
	last, depth := -100.0, 0
	for i := range marks {
		if marks[i].X-last < 11 {
			depth++
		} else {
			depth = 0
		}
		last = marks[i].X
		marks[i].Y = 92 + 13*(depth%5)
	}
}

// yearMarks are the first days of the years in a span.
func yearMarks(lo, hi when.Day, scale func(when.Day) float64) []mark {
	first, _, _ := lo.Date()
	last, _, _ := hi.Date()
	step := max(1, (last-first)/12)
	var marks []mark
	for y := first + 1; y <= last; y += step {
		marks = append(marks, mark{X: scale(when.DayOf(y, 1, 1)), Label: fmt.Sprint(y)})
	}
	return marks
}
