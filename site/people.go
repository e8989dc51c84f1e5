package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

// peopleBody is the page of a mission's people.
type peopleBody struct {
	*publish.People
	Chart *peopleChart
	Year  *yearBody // nil where no data set has the mission's strength
	Rules *strengthRules
}

// yearBody is who stood where in one year.
type yearBody struct {
	*publish.StrengthYear
	Years []yearLink
	Map   *placeMap
	Bars  *yearBars
	Rows  []placeRow
}

// yearLink leads to another year.
type yearLink struct {
	Year, Href string
	Here       bool
}

// placeRow is a place with the department it lies in.
type placeRow struct {
	publish.PlaceLine
	Department locale.Text
}

// people shows how many people the mission was allowed, promised and had, and
// in which places, in the year that the address names or the one with most.
func (s *Site) people(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	people, err := v.People(m.ID)
	if err != nil {
		return nil, err
	}
	body := &peopleBody{People: people, Chart: newPeopleChart(q, people, v.Period(m)), Rules: newStrengthRules(people.Strength)}
	p := &page{Template: "people", Title: q.words.Say("brief.people"), Crumbs: q.crumbs(m), Body: body}
	if named := q.PathValue("year"); named != "" || people.Strength != nil {
		if body.Year, err = q.year(m.ID, people.Strength, named); err != nil {
			return nil, err
		}
		if named != "" {
			p.Title = q.words.Say("site.people.in-year", "year", named)
			p.Crumbs = append(p.Crumbs, crumb{q.words.Say("brief.people"), q.href("missions", m.ID, "people")})
		}
	}
	return p, nil
}

// year is the strength of the year that was asked for, by default the one with
// most people, or the last where no size is known.
func (q *request) year(mission string, s *publish.Strength, named string) (*yearBody, error) {
	y := s.Peak()
	if y == nil && s != nil {
		y = &s.Years[len(s.Years)-1]
	}
	if named != "" {
		at := -1
		if s != nil {
			at = slices.IndexFunc(s.Years, func(y publish.StrengthYear) bool { return strconv.Itoa(y.Year) == named })
		}
		if at < 0 {
			return nil, &userError{status: http.StatusNotFound, key: "site.error.no-year", args: []any{"value", clip(named)}}
		}
		y = &s.Years[at]
	}
	body := &yearBody{StrengthYear: y, Map: newPlaceMap(q, s, y), Bars: newYearBars(q, s, s.Peak().Most())}
	for _, other := range s.Years {
		year := strconv.Itoa(other.Year)
		body.Years = append(body.Years, yearLink{year, q.href("missions", mission, "people", year) + "#places", other.Year == y.Year})
	}
	for _, place := range y.Places {
		row := placeRow{PlaceLine: place}
		if part := departmentOf(&place); part != nil {
			row.Department = part.Name
		}
		body.Rows = append(body.Rows, row)
	}
	return body, nil
}

// Heads writes a number of people, or the range that reports give.
func (p *page) Heads(h publish.Heads) string {
	return p.words.Catalogue.Amount(h.Least, h.Most, "persons", h.Bound, when.Period{})
}

// AtLeast writes people of whom some are not counted, for their number is not
// known: at least so many, or only that it is not known.
func (p *page) AtLeast(people, unknown int) string { return p.counted(people, unknown, "persons") }

// Counted is AtLeast without the word for people, for a column that has it.
func (p *page) Counted(people, unknown int) string { return p.counted(people, unknown, "") }

func (p *page) counted(people, unknown int, unit string) string {
	bound := ""
	switch {
	case people == 0 && unknown > 0:
		return p.T("site.strength.unknown")
	case unknown > 0:
		bound = "at-least"
	}
	return p.words.Catalogue.Amount(float64(people), float64(people), unit, bound, when.Period{})
}

// Contributions names contributors with their people, then those whose number
// is not known: "Chile 150; number not known: Jordan, Nepal".
func (p *page) Contributions(list []publish.Contribution) string {
	var known, unknown []string
	for _, c := range list {
		if c.People == 0 {
			unknown = append(unknown, c.Name)
		} else {
			known = append(known, c.Name+" "+p.words.Number(float64(c.People)))
		}
	}
	words := strings.Join(known, p.T("list.comma"))
	if len(unknown) > 0 {
		words = p.words.Also(words, p.words.Label(p.T("site.strength.unknown"), strings.Join(unknown, p.T("list.comma"))))
	}
	return words
}

// Year writes a year without grouping its digits.
func (p *page) Year(y int) string { return strconv.Itoa(y) }

// Years writes years, those that follow one another as a span: "2004–2007,
// 2010".
func (p *page) Years(years []int) string {
	var parts []string
	for i := 0; i < len(years); {
		k := i
		for k+1 < len(years) && years[k+1] == years[k]+1 {
			k++
		}
		part := strconv.Itoa(years[i])
		if k > i {
			part += "–" + strconv.Itoa(years[k])
		}
		parts = append(parts, part)
		i = k + 1
	}
	return strings.Join(parts, p.T("list.comma"))
}

// strengthRules say how the people of missions are counted by place and year,
// and what is odd about the names and places.
type strengthRules struct {
	Odd   []publish.OddName
	Twice []publish.TwiceLine
}

// newStrengthRules gathers what is to be said of one or more missions; nil
// where none has people by place.
func newStrengthRules(list ...*publish.Strength) *strengthRules {
	var rules *strengthRules
	for _, s := range list {
		if s == nil {
			continue
		}
		if rules == nil {
			rules = &strengthRules{}
		}
		rules.Odd, rules.Twice = append(rules.Odd, s.Odd...), append(rules.Twice, s.Twice...)
	}
	return rules
}
