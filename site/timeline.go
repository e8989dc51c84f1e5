package site

import (
	"fmt"
	"slices"

	"temwen/clock"
	"temwen/publish"
	"temwen/when"
)

// timeline is a mission as a picture: what happened on the line, what fell or
// falls due below it, and the day asked about; once wide with names, once
// narrow without. The lists on the page say the same in words.
type timeline struct {
	Title, Desc  string
	Wide, Narrow timePicture
	Statuses     []clock.Status // of what falls due, for the legend
}

// timePicture is a timeline of one width.
type timePicture struct {
	Size        string // wide or narrow
	Width       float64
	Top, Height int // of the part that is used; the line of events is at 0
	Years       []mark
	Events      []timeMark
	Dues        []timeMark
	Today       timeMark
	Bottom      int // of the lowest due day
}

// timeMark is one thing on a timeline, with a label where there is room for one.
type timeMark struct {
	X      float64
	Y      int
	Sign   sign   // of an obligation
	Name   string // said in full to who asks
	Label  string // empty where there is no room
	Anchor string // start or end: on which side of X the label stands
}

// newTimeline draws a mission's events and due days, or nothing where there are
// fewer than two.
func newTimeline(q *request, b *publish.Brief) *timeline {
	lo, hi := timelineSpan(b)
	if hi-lo < 30 {
		return nil
	}
	t := &timeline{Title: q.words.Say("site.timeline.title")}
	t.Wide = drawTime(q, b, lo, hi, 1000)
	layLabels(t.Wide.Events, t.Wide.Width)
	t.Narrow = drawTime(q, b, lo, hi, 360)
	for i := range t.Narrow.Events {
		t.Narrow.Events[i].Label = ""
	}
	t.Wide.frame("wide")
	t.Narrow.frame("narrow")
	for _, s := range clock.Statuses {
		if slices.ContainsFunc(b.Obligations, func(l publish.Line) bool {
			return l.Due != nil && between(lo, *l.Due, hi) && standing(&l) == s
		}) {
			t.Statuses = append(t.Statuses, s)
		}
	}
	t.Desc = q.words.Say("site.timeline.desc", "events", len(t.Wide.Events), "dues", len(t.Wide.Dues))
	return t
}

// drawTime puts a mission's events and due days on a line of some width.
func drawTime(q *request, b *publish.Brief, lo, hi when.Day, width float64) timePicture {
	scale := func(d when.Day) float64 { return float64(int(float64(d-lo)/float64(hi-lo)*width*10)) / 10 }
	p := timePicture{Width: width, Years: yearMarks(lo, hi, scale)}
	for i := range b.Milestones {
		m := &b.Milestones[i]
		if m.Happened == nil || m.Happened.First() < lo {
			continue
		}
		words := q.words.Text(m.Title)
		p.Events = append(p.Events, timeMark{X: scale(m.Happened.First()), Name: q.words.Label(q.words.Date(*m.Happened), words), Label: words})
	}
	for i := range b.Obligations {
		l := &b.Obligations[i]
		if l.Due == nil || !between(lo, *l.Due, hi) {
			continue
		}
		p.Dues = append(p.Dues, timeMark{
			X: scale(*l.Due), Sign: signOf(standing(l)),
			Name: q.words.Label(q.words.Status(standing(l)), q.words.Also(q.words.Text(l.Title), q.words.Day(*l.Due))),
		})
	}
	p.Bottom = stackDues(p.Dues)
	p.Today = timeMark{X: scale(b.AsOf.World), Name: q.words.Label(q.words.Say("site.timeline.chosen-day"), q.words.Day(b.AsOf.World))}
	return p
}

// standing is how an obligation stands, whichever mission carries it.
func standing(l *publish.Line) clock.Status {
	if l.Status == clock.Inherited && l.Under != nil {
		return *l.Under
	}
	return l.Status
}

func between(lo, d, hi when.Day) bool { return lo <= d && d <= hi }

// frame is how much of the picture is used above and below the line.
func (p *timePicture) frame(size string) {
	p.Size, p.Top = size, -10
	for _, e := range p.Events {
		if e.Label != "" {
			p.Top = min(p.Top, e.Y-14)
		}
	}
	p.Height = p.Bottom + 26 - p.Top
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

// yearMarks are the first days of the years in a span, without those whose name
// would stand outside the picture.
func yearMarks(lo, hi when.Day, scale func(when.Day) float64) []mark {
	first, _, _ := lo.Date()
	last, _, _ := hi.Date()
	step, room := max(1, (last-first)/8), scale(hi)-18
	var marks []mark
	for y := first + 1; y <= last; y += step {
		if x := scale(when.DayOf(y, 1, 1)); x > 18 && x < room {
			marks = append(marks, mark{X: x, Label: fmt.Sprint(y)})
		}
	}
	return marks
}
