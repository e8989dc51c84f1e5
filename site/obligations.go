package site

import (
	"net/http"
	"slices"
	"strings"

	"temwen/clock"
	"temwen/dossier"
	"temwen/publish"
)

// obligationsBody is the list of a mission's obligations with its filters.
type obligationsBody struct {
	Mission  *dossier.Mission
	Lines    []publish.Line
	All      int
	Tally    []publish.Count
	Behind   []publish.Count // of what was passed on to another mission
	Filtered bool
	Filters  []filter
}

// filter is one choice of the form.
type filter struct {
	Name    string // of the parameter
	Label   string
	Choices []choice
}

type choice struct {
	Value, Label string
	N            int
	Selected     bool
}

// obligations lists what a mission owes and owed.
func (s *Site) obligations(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	all, err := v.Obligations(m.ID, publish.Filter{})
	if err != nil {
		return nil, err
	}
	f, err := q.filter()
	if err != nil {
		return nil, err
	}
	lines, err := v.Obligations(m.ID, f)
	if err != nil {
		return nil, err
	}
	body := &obligationsBody{
		Mission: m, Lines: lines, All: len(all), Tally: publish.Tally(lines), Behind: publish.Behind(lines),
		Filtered: len(lines) != len(all), Filters: q.filters(all),
	}
	return &page{
		Template: "obligations", Title: q.words.Say("site.obligations.title"), Nav: "obligations",
		Crumbs: q.crumbs(m), Body: body,
	}, nil
}

func (q *request) crumbs(m *dossier.Mission, more ...crumb) []crumb {
	return append([]crumb{
		{q.words.Say("site.nav.missions"), q.href()},
		{m.Short, q.href("missions", m.ID)},
	}, more...)
}

// filter reads the choices from the address. A choice that does not exist is
// an error rather than an empty list that looks like an answer.
func (q *request) filter() (publish.Filter, error) {
	f := publish.Filter{Debtor: q.chosenOf("debtor"), Topic: q.chosenOf("topic"), Instrument: q.chosenOf("instrument")}
	for _, name := range q.chosenOf("status") {
		status, err := clock.ParseStatus(name)
		if err != nil {
			return f, &userError{status: http.StatusBadRequest, key: "site.error.bad-filter", args: []any{"value", clip(name)}}
		}
		f.Status = append(f.Status, status)
	}
	for _, t := range f.Topic {
		if !slices.Contains(dossier.Topics, t) {
			return f, &userError{status: http.StatusBadRequest, key: "site.error.bad-filter", args: []any{"value", clip(t)}}
		}
	}
	for _, id := range f.Debtor {
		if q.view.Actor(id) == nil {
			return f, &userError{status: http.StatusBadRequest, key: "site.error.bad-filter", args: []any{"value", clip(id)}}
		}
	}
	for _, id := range f.Instrument {
		if q.view.Instrument(id) == nil {
			return f, &userError{status: http.StatusBadRequest, key: "site.error.bad-filter", args: []any{"value", clip(id)}}
		}
	}
	return f, nil
}

// chosenOf are the values of a parameter, without empty ones.
func (q *request) chosenOf(name string) []string {
	return slices.DeleteFunc(slices.Clone(q.query[name]), func(s string) bool { return s == "" })
}

// filters are the choices there are among all lines, with how many each has.
func (q *request) filters(all []publish.Line) []filter {
	w := q.words
	status := tally(q, "status", all, func(l *publish.Line) []choice {
		return []choice{{Value: strings.ReplaceAll(l.Status.String(), " ", "-"), Label: w.Status(l.Status)}}
	})
	debtor := tally(q, "debtor", all, func(l *publish.Line) []choice {
		list := make([]choice, len(l.Debtor))
		for i, a := range l.Debtor {
			list[i] = choice{Value: a.ID, Label: w.Text(a.Name)}
		}
		return list
	})
	topic := tally(q, "topic", all, func(l *publish.Line) []choice {
		return []choice{{Value: l.Topic, Label: w.Say("topic." + l.Topic)}}
	})
	in := tally(q, "instrument", all, func(l *publish.Line) []choice {
		label := l.Provision.Symbol
		if label == "" {
			label = w.Text(l.Provision.Title)
		}
		return []choice{{Value: l.Provision.Instrument, Label: label}}
	})
	for _, f := range []*filter{&debtor, &topic, &in} {
		slices.SortFunc(f.Choices, func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
	}
	return []filter{status, debtor, topic, in}
}

// tally counts the choices that lines offer, in the order they are met.
func tally(q *request, name string, lines []publish.Line, of func(*publish.Line) []choice) filter {
	f := filter{Name: name, Label: q.words.Say("site.filter." + name)}
	at := make(map[string]int)
	selected := q.chosenOf(name)
	for i := range lines {
		for _, c := range of(&lines[i]) {
			k, ok := at[c.Value]
			if !ok {
				k = len(f.Choices)
				at[c.Value] = k
				c.Selected = slices.Contains(selected, c.Value)
				f.Choices = append(f.Choices, c)
			}
			f.Choices[k].N++
		}
	}
	return f
}

// obligationBody is the page of one obligation.
type obligationBody struct {
	*publish.Explained
	Chart *chart
}

// obligation shows one obligation as a court's register would: who owes what
// to whom under which clause, the clock in words, what happened, the sources.
func (s *Site) obligation(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	e, err := v.Explain(m.ID, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	body := &obligationBody{Explained: e, Chart: newChart(q, e)}
	return &page{
		Template: "obligation", Title: q.words.Text(e.Title), Nav: "obligations", Body: body, shows: shownBy(e),
		Crumbs: q.crumbs(m, crumb{q.words.Say("site.nav.obligations"), q.href("missions", m.ID, "obligations")}),
	}, nil
}
