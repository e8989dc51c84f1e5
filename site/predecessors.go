package site

import (
	"fmt"
	"slices"
	"strconv"

	"temwen/publish"
	"temwen/when"
)

// predecessorsBody is the page that compares a mission with those before it.
type predecessorsBody struct {
	Missions []comparedMission
	Remedies bool           // any mission has one on record
	Without  []string       // missions that have none
	Rules    *strengthRules // nil where no mission's people are known by year
}

// comparedMission is a mission with its strength as a picture.
type comparedMission struct {
	publish.Compared
	Bars *yearBars
}

// predecessors shows a mission and those before it under the same questions.
func (s *Site) predecessors(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	list, err := v.Compare(m.ID)
	if err != nil {
		return nil, err
	}
	most := 0
	var strengths []*publish.Strength
	for i := range list {
		most = max(most, list[i].Strength.Peak().Most())
		strengths = append(strengths, list[i].Strength)
	}
	body := &predecessorsBody{Rules: newStrengthRules(strengths...)}
	for _, c := range list {
		body.Missions = append(body.Missions, comparedMission{c, newYearBars(q, c.Strength, most)})
		if len(c.Remedies) > 0 {
			body.Remedies = true
		} else {
			body.Without = append(body.Without, q.words.Text(c.Name))
		}
	}
	return &page{Template: "predecessors", Title: q.words.Say("brief.predecessors"), Crumbs: q.crumbs(m), Body: body}, nil
}

// Lasted says how long a mission lasted, or has lasted so far.
func (p *page) Lasted(c publish.Compared) string {
	if c.Months == 0 {
		return ""
	}
	words := p.words.Period(when.Months(c.Months), false)
	if c.About {
		words = p.T("bound.about", "amount", words)
	}
	if c.SoFar {
		words = p.T("site.compare.so-far", "period", words)
	}
	return words
}

// Made says what a year's people are made of: how many contributors at how many
// places, and of how many the number is not known.
func (p *page) Made(y publish.StrengthYear) string {
	words := p.T("site.strength.made", "n", len(y.Names), "places", len(y.Places))
	if y.Unknown > 0 {
		words = p.words.Also(words, p.words.Label(p.T("site.strength.unknown"), strconv.Itoa(y.Unknown)))
	}
	return words
}

// Present says in which years a contributor took part, and in which of them its
// number is not known at some place.
func (p *page) Present(n publish.NameLine) string {
	words := p.Years(n.Years)
	if n.Most > 0 && len(n.SizeUnknown) > 0 {
		words = p.words.Also(words, p.words.Label(p.T("site.strength.unknown.years"), p.Years(n.SizeUnknown)))
	}
	return words
}

// yearBars are a mission's people by year as a small picture. The table beside
// it has the same numbers.
type yearBars struct {
	Title, Desc string
	Width       float64
	Base        float64 // the y of zero
	Open        bool    // any bar has an open top
	Ticks       []tick
	Bars        []yearBar
}

// yearBar is one year: a bar to the people of known size and, where some sizes
// are not known, an open top.
type yearBar struct {
	X, Y, Width, Height float64
	Middle              float64
	Open                bool
	Year, Label, Name   string // Year and Label are empty where there is no room
}

// The bars' frame, in its own units.
const (
	barsHeight, barsTop, barsBottom = 240.0, 30.0, 34.0
	barsLeft, barWidth, barGap      = 84.0, 28.0, 40.0
	barsInset                       = 18.0 // room for the label of the first bar
)

// newYearBars draws a mission's strength on a scale up to most, or nothing
// where no size is known.
func newYearBars(q *request, s *publish.Strength, most int) *yearBars {
	if s.Peak() == nil || most == 0 {
		return nil
	}
	first, last := s.Years[0].Year, s.Years[len(s.Years)-1].Year
	top, step := scaleOf(float64(most) * 1.05)
	y := func(n float64) float64 {
		return tenth(barsHeight - barsBottom - n/top*(barsHeight-barsTop-barsBottom))
	}
	b := &yearBars{
		Title: q.words.Say("site.strength.by-year"), Width: figWidth, Base: y(0),
		Desc: q.words.Say("site.strength.bars.desc", "n", len(s.Years), "year", strconv.Itoa(s.Peak().Year), "people", s.Peak().People),
	}
	for n := 0.0; n <= top; n += step {
		b.Ticks = append(b.Ticks, tick{At: y(n), Label: q.words.Number(n)})
	}
	pitch := min(barWidth+barGap, (figWidth-barsLeft-barsInset)/float64(last-first+1))
	width := min(barWidth, pitch-4)
	every := max(1, int(62/pitch+0.99)) // room for a year's four digits
	for _, year := range s.Years {
		x := tenth(barsLeft + barsInset + float64(year.Year-first)*pitch)
		bar := yearBar{
			X: x, Y: y(float64(year.People)), Width: tenth(width), Middle: tenth(x + width/2), Open: year.Unknown > 0,
			Name: q.words.Label(strconv.Itoa(year.Year), q.words.Also(q.words.Say("units.persons", "n", year.People), q.unknown(year.Unknown))),
		}
		bar.Height = tenth(b.Base - bar.Y)
		if (year.Year-first)%every == 0 {
			bar.Year = fmt.Sprint(year.Year)
		}
		b.Open = b.Open || bar.Open
		b.Bars = append(b.Bars, bar)
	}
	b.labelMost(q, s)
	return b
}

// labelMost puts its number on the bar of the year with most people.
func (b *yearBars) labelMost(q *request, s *publish.Strength) {
	at := slices.IndexFunc(s.Years, func(y publish.StrengthYear) bool { return y.Year == s.Peak().Year })
	b.Bars[at].Label = q.words.Number(float64(s.Peak().People))
}

// unknown says how many contributors have no size; empty for none.
func (q *request) unknown(n int) string {
	if n == 0 {
		return ""
	}
	return q.words.Say("site.strength.unknown.n", "n", n)
}
