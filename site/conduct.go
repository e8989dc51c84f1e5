package site

import (
	"strconv"

	"temwen/casework"
	"temwen/conduct"
	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

// conductBody is the page of a mission's tables of conduct.
type conductBody struct {
	*publish.Conduct
	view   *publish.View
	words  publish.Words
	Counts []conductCount
	Chart  *conductChart
	Ages   []string
	// Silence is the rule of who counts as silent.
	Silence locale.Text
	// Rules is the version of the rules that all is counted by, Since the edition since
	// which it is, and Before are the last editions by earlier ones.
	Rules  string
	Since  int
	Before []publish.ConductNote
	// Revised are the editions that revised a number, the latest first.
	Notes []publish.ConductNote
}

// conductCount is one count as the page shows it: the last months in which there
// was something.
type conductCount struct {
	*publish.ConductTable
	Part bool // it says more of the count before it
	// Since is the edition since which it is classed as it is, 0 where the vocabulary does
	// not matter to it; Before are the last editions by earlier vocabularies.
	Since  int
	Before []publish.ConductNote
	Months []conductMonth
	Left   int // months that are not shown
}

type conductMonth struct {
	Month conduct.Month
	Cells []conduct.Shown
	Total conduct.Shown
}

// shownMonths is how many months of a count the page shows.
const shownMonths = 6

// conduct shows what a mission's people are said to have done, in numbers.
func (s *Site) conduct(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	body, err := newConductBody(q, v, m.ID)
	if err != nil {
		return nil, err
	}
	return &page{Template: "conduct", Title: q.words.Say("conduct.title"), Crumbs: q.crumbs(m), Body: body}, nil
}

func newConductBody(q *request, v *publish.View, mission string) (*conductBody, error) {
	c, err := v.Conduct(mission)
	if err != nil {
		return nil, err
	}
	body := &conductBody{Conduct: c, view: v, words: q.words, Chart: newConductChart(q, c.Table(conduct.Allegations))}
	if n := len(c.Editions); n > 0 {
		body.Rules = c.Editions[n-1].Rules
		body.Silence = conduct.RulesOf(body.Rules).Silent
		body.Since, body.Before = c.Counted()
	}
	for i := range c.Tables {
		count := newConductCount(&c.Tables[i])
		if count.rule().Classed {
			count.Since, count.Before = c.Classed()
		}
		body.Counts = append(body.Counts, count)
	}
	for i, from := range conduct.Ages {
		if i+1 < len(conduct.Ages) {
			body.Ages = append(body.Ages, q.words.Say("conduct.age", "from", from, "to", conduct.Ages[i+1]-1))
		} else {
			body.Ages = append(body.Ages, q.words.Say("conduct.age.over", "n", from-1))
		}
	}
	for i := len(c.Editions) - 1; i >= 0; i-- {
		body.Notes = append(body.Notes, c.Editions[i])
	}
	return body, nil
}

// rule is the one that it is counted by.
func (c *conductCount) rule() *conduct.Count { return conduct.RulesOf(c.Rules).Count(c.Count) }

func newConductCount(t *publish.ConductTable) conductCount {
	count := conductCount{ConductTable: t}
	count.Part = count.rule().Of != ""
	for i := len(t.Published.Months) - 1; i >= 0; i-- {
		if t.Rows[i] == 0 {
			continue
		}
		if len(count.Months) == shownMonths {
			count.Left++
			continue
		}
		count.Months = append(count.Months, conductMonth{t.Published.Months[i], t.Cells[i], t.Rows[i]})
	}
	return count
}

// Shown writes a number of conduct, or that it is kept back.
func (p *page) Shown(s conduct.Shown, least int) string {
	n, shown := s.Number()
	switch {
	case shown:
		return p.words.Number(float64(n))
	case s == conduct.Few:
		return p.T("conduct.few", "n", least)
	}
	return p.T("conduct.withheld")
}

// Roughly writes a number that is told only roughly.
func (p *page) Roughly(s conduct.Shown, least int) string {
	if n, shown := s.Number(); shown && n > 0 {
		return p.T("conduct.or-more", "n", n)
	}
	return p.Shown(s, least)
}

// MonthName is a month in words.
func (p *page) MonthName(m conduct.Month) string { return monthName(p.request, m) }

func monthName(q *request, m conduct.Month) string {
	d, err := when.Parse(m.String())
	if err != nil {
		return m.String()
	}
	return q.words.Date(d)
}

// InMonth is a month such as 2026-11 in words.
func (p *page) InMonth(month string) string { return p.words.MonthOf(month) }

// CaseLines are what a field of a public case shows.
func (b *conductBody) CaseLines(c *casework.StoredCase, field string) []publish.CaseLine {
	return b.view.CaseLines(b.words, &c.Published, field)
}

// SinceMonth is the month since which somebody is silent.
func (p *page) SinceMonth(w publish.ConductWait) string { return p.MonthName(*w.Since) }

// Column names who a column is about.
func (p *page) Column(a publish.ActorRef) told {
	if a.ID == conduct.Several {
		return p.Told(locale.Text{p.lang: p.T("conduct.several")})
	}
	return p.Told(a.Name)
}

// RoleName is a role of a procedure.
func (p *page) RoleName(role string) string { return p.T("procedure.role." + role) }

// EntryHref is the receipt of an entry.
func (p *page) EntryHref(entry uint64) string { return "/receipts/" + strconv.FormatUint(entry, 10) }

// conductChart answers whether allegations become more: one bar for each month,
// and a mark where the number is kept back.
type conductChart struct {
	Title, Desc string
	Ticks       []tick
	Times       []tick
	Bars        []conductBar
}

type conductBar struct {
	X, Y, Width, Height float64
	Hidden              bool
	Name                string
}

// The chart's frame, in its own units.
const (
	conductMonths               = 24
	conductLeft, conductTop     = 60.0, 16.0
	conductWidth, conductBottom = 640.0, 270.0
)

// newConductChart draws the last months, or nothing where there are fewer than
// two, or no number is shown.
func newConductChart(q *request, t *publish.ConductTable) *conductChart {
	if t == nil || len(t.Published.Months) < 2 {
		return nil
	}
	first := max(0, len(t.Rows)-conductMonths)
	months, rows := t.Published.Months[first:], t.Rows[first:]
	most := 0
	for _, s := range rows {
		most = max(most, int(s))
	}
	if most == 0 {
		return nil
	}
	step := 1
	for _, s := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000} {
		if step = s; most/s < 5 {
			break
		}
	}
	top := (most + step - 1) / step * step
	y := func(n float64) float64 {
		return conductBottom - n/float64(top)*(conductBottom-conductTop)
	}
	c := &conductChart{Title: q.words.Say("conduct.chart"), Desc: q.words.Say("conduct.chart.desc")}
	for n := 0; n <= top; n += step {
		c.Ticks = append(c.Ticks, tick{At: y(float64(n)), Label: q.words.Number(float64(n))})
	}
	slot := (conductWidth - conductLeft) / float64(len(rows))
	for i, s := range rows {
		b := conductBar{X: conductLeft + slot*(float64(i)+.15), Width: slot * .7}
		name := monthName(q, months[i])
		switch n, shown := s.Number(); {
		case shown:
			b.Y, b.Height = y(float64(n)), conductBottom-y(float64(n))
			b.Name = q.words.Label(name, q.words.Number(float64(n)))
		default:
			b.Hidden, b.Y, b.Height = true, conductBottom-14, 14
			b.Name = q.words.Label(name, q.words.Say("conduct.withheld"))
		}
		c.Bars = append(c.Bars, b)
	}
	c.Times = []tick{
		{At: conductLeft, Label: monthName(q, months[0]), Anchor: "start"},
		{At: conductWidth, Label: monthName(q, months[len(months)-1]), Anchor: "end"},
	}
	return c
}
