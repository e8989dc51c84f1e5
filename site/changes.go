package site

import (
	"net/http"
	"strings"

	"temwen/publish"
	"temwen/when"
)

// changesBody is what the record learned between two days.
type changesBody struct {
	*publish.Changes
	From, To string
}

// changes compares two days: from and to of the address, by default the month
// before the page's day.
func (s *Site) changes(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	to, err := q.dayOf("to", v.AsOf.World)
	if err != nil {
		return nil, err
	}
	from, err := q.dayOf("from", when.Months(1).Before(to))
	if err != nil {
		return nil, err
	}
	if from > to {
		from, to = to, from
	}
	d := q.dossierOf(m.ID)
	at := func(day when.Day) *publish.View {
		asOf := publish.On(day)
		asOf.Edition = q.edition
		return s.views.of(d, asOf)
	}
	after := at(to)
	if after.Mission(m.ID) == nil {
		return nil, &userError{status: http.StatusNotFound, key: "site.error.not-yet", args: []any{"day", to}}
	}
	c, err := publish.Compare(at(from), after, m.ID)
	if err != nil {
		return nil, err
	}
	q.view = after
	body := &changesBody{Changes: c, From: from.String(), To: to.String()}
	return &page{Template: "changes", Title: q.words.Say("site.changes.title"), Crumbs: q.crumbs(m), Body: body}, nil
}

// dayOf reads a day of the address, or takes the one given.
func (q *request) dayOf(name string, otherwise when.Day) (when.Day, error) {
	value := strings.TrimSpace(q.query.Get(name))
	if value == "" {
		return otherwise, nil
	}
	d, err := when.ParseDay(value)
	if err != nil {
		return 0, &userError{status: http.StatusBadRequest, key: "site.error.bad-date", args: []any{"value", clip(value)}}
	}
	return d, nil
}
