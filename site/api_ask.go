package site

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"temwen/dossier"
	"temwen/publish"
	"temwen/when"
)

// Asked is what every question can say: the day that is asked about, the day of
// knowledge, and the edition of the record.
type Asked struct {
	AsOf    string `query:"as_of" format:"date" example:"2024-06-26" doc:"The day that is asked about; today where it is left out."`
	Known   string `query:"known" format:"date" doc:"Only what was published by this day counts; as_of where it is left out."`
	Edition wholeN `query:"edition" doc:"The record as of its first N ledger entries; the latest where it is left out."`

	url url.URL
}

// Resolve keeps the address, for links to other pages.
func (q *Asked) Resolve(ctx huma.Context) []error {
	q.url = ctx.URL()
	return nil
}

// Paged is a question whose answer comes in pages.
type Paged struct {
	Asked
	Limit  limitN `query:"limit" doc:"How many entries a page has: 1 to 500; 100 where it is left out."`
	Offset wholeN `query:"offset" doc:"How many entries to leave out before the page."`
}

// wholeN is a whole number as it stands in an address; limitN is how many
// entries a page has.
type (
	wholeN string
	limitN string
)

// Bounds of the pages of a list.
const (
	pageLimit    = 100
	mostLimit    = 500
	greatestSkip = 10_000_000
)

// Schema is a whole number that is not negative.
func (wholeN) Schema(huma.Registry) *huma.Schema {
	least := 0.0
	return &huma.Schema{Type: huma.TypeInteger, Minimum: &least}
}

// Schema is a whole number within bounds.
func (limitN) Schema(huma.Registry) *huma.Schema {
	least, most := 1.0, float64(mostLimit)
	return &huma.Schema{Type: huma.TypeInteger, Minimum: &least, Maximum: &most, Default: pageLimit}
}

// page reads which part of a list is asked for.
func (q *Paged) page() (limit, offset int, err error) {
	limit, offset = pageLimit, 0
	if q.Limit != "" {
		if limit, err = strconv.Atoi(string(q.Limit)); err != nil || limit < 1 || limit > mostLimit {
			return 0, 0, problem(http.StatusBadRequest, fmt.Sprintf("The limit is a whole number from 1 to %d.", mostLimit))
		}
	}
	if q.Offset != "" {
		if offset, err = strconv.Atoi(string(q.Offset)); err != nil || offset < 0 || offset > greatestSkip {
			return 0, 0, problem(http.StatusBadRequest, "The offset is a whole number, not negative.")
		}
	}
	return limit, offset, nil
}

// moment is the record that a question is put to.
type moment struct {
	site     *Site
	dossiers []*dossier.Dossier
	edition  uint64
	asOf     when.Day
	known    when.Day
	chosen   bool // a day was asked for; else it is today, wherever a dossier is
	apart    bool // a day of knowledge was asked for
}

// moment reads the days and the edition of a question.
func (s *Site) moment(ctx context.Context, q *Asked) (*moment, error) {
	m := &moment{site: s}
	var err error
	if m.dossiers, m.edition, err = s.views.current(ctx); err != nil {
		return nil, err
	}
	if q.Edition != "" {
		if err := m.atEdition(ctx, string(q.Edition)); err != nil {
			return nil, err
		}
	}
	for _, d := range []struct {
		name, value string
		set         func(when.Day)
	}{
		{"as_of", q.AsOf, func(d when.Day) { m.asOf, m.known, m.chosen = d, d, true }},
		{"known", q.Known, func(d when.Day) { m.known, m.apart = d, true }},
	} {
		if d.value == "" {
			continue
		}
		day, err := aDay(d.name, d.value)
		if err != nil {
			return nil, err
		}
		d.set(day)
	}
	if m.apart && !m.chosen {
		m.asOf, m.chosen = m.known, true
	}
	m.known = s.knowable(m.known, m.dossiers)
	return m, nil
}

// aDay reads a day of a parameter.
func aDay(name, value string) (when.Day, error) {
	d, err := when.ParseDay(value)
	if y, _, _ := d.Date(); err != nil || d.Open() || y < 1 {
		return 0, problem(http.StatusBadRequest, "The parameter "+name+" is not a day of the calendar. Write it as YYYY-MM-DD: 2024-06-26.")
	}
	return d, nil
}

// atEdition takes the record of an earlier edition.
func (m *moment) atEdition(ctx context.Context, value string) error {
	edition, err := strconv.ParseUint(value, 10, 62)
	switch {
	case err != nil || edition == 0:
		return problem(http.StatusBadRequest, "The edition is a whole number, from 1 on.")
	case edition > m.edition:
		return problem(http.StatusNotFound, fmt.Sprintf("There is no such edition yet. The latest is %d.", m.edition))
	case edition == m.edition:
		return nil
	}
	m.edition = edition
	m.dossiers, err = m.site.open.editions.of(ctx, m.site.record, edition)
	return err
}

// editions keeps the earlier editions that were asked for last.
type editions struct {
	mu   sync.Mutex
	kept []pastEdition // oldest first
}

type pastEdition struct {
	edition  uint64
	dossiers []*dossier.Dossier
}

// keptEditions bounds the memory: an edition of the Haiti record is some
// megabytes.
const keptEditions = 4

// of are the dossiers as of an edition. Editions are read one at a time.
func (e *editions) of(ctx context.Context, record Record, edition uint64) ([]*dossier.Dossier, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, k := range e.kept {
		if k.edition == edition {
			return k.dossiers, nil
		}
	}
	dossiers, err := record.Dossiers(ctx, edition)
	if err != nil {
		return nil, fmt.Errorf("reading edition %d: %w", edition, err)
	}
	if len(e.kept) == keptEditions {
		e.kept = slices.Delete(e.kept, 0, 1)
	}
	e.kept = append(e.kept, pastEdition{edition, dossiers})
	return dossiers, nil
}

// on is the day asked for at the place of a dossier.
func (m *moment) on(d *dossier.Dossier) publish.AsOf {
	at := publish.On(m.site.options.Today(d.Info.TimeZone))
	if m.chosen {
		at = publish.AsOf{World: m.asOf, Known: m.known}
	}
	at.Edition = m.edition
	return at
}

func (m *moment) view(d *dossier.Dossier) *publish.View { return m.site.views.of(d, m.on(d)) }

// mission is the view of the dossier that has a mission, if it was known.
func (m *moment) mission(id string) (*publish.View, *dossier.Mission, error) {
	for _, d := range m.dossiers {
		if d.Mission(id) == nil {
			continue
		}
		v := m.view(d)
		if mission := v.Mission(id); mission != nil {
			return v, mission, nil
		}
		return nil, nil, &publish.NotFoundError{Kind: "mission", ID: id, AsOf: v.AsOf}
	}
	return nil, nil, problem(http.StatusNotFound, "The record holds no such mission. Those that it holds stand in /api/v1/missions.")
}

// dossier is the view of a dossier.
func (m *moment) dossier(id string) (*publish.View, error) {
	for _, d := range m.dossiers {
		if d.Info.ID == id {
			return m.view(d), nil
		}
	}
	return nil, problem(http.StatusNotFound, "The record holds no such dossier. Those that it holds stand in /api/v1/dossiers.")
}

// answer is what an operation answers.
type answer[T any] struct {
	Link []string `header:"Link" doc:"The pages beside this one (RFC 8288)"`
	Body T
}

// item is an answer of one thing.
type item[T any] struct {
	AsOf publish.AsOf `json:"as_of" doc:"The day that is shown, as known when, of which edition"`
	Item T            `json:"item"`
}

// list is a page of an answer of many things.
type list[T any] struct {
	AsOf   publish.AsOf `json:"as_of" doc:"The day that is shown, as known when, of which edition"`
	Total  int          `json:"total" doc:"How many entries there are on all pages"`
	Limit  int          `json:"limit"`
	Offset int          `json:"offset"`
	Items  []T          `json:"items"`
}

func one[T any](at publish.AsOf, v T) *answer[item[T]] {
	return &answer[item[T]]{Body: item[T]{at, v}}
}

// pageOf is the page of all entries that a question asks for, with links to the
// pages beside it. The links name the day and the edition, so that the pages
// belong to one list even if the record grows meanwhile.
func pageOf[T any](q *Paged, at publish.AsOf, all []T) (*answer[list[T]], error) {
	limit, offset, err := q.page()
	if err != nil {
		return nil, err
	}
	from := min(offset, len(all))
	to := min(from+limit, len(all))
	return &answer[list[T]]{
		Link: q.beside(at, limit, offset, len(all)),
		Body: list[T]{at, len(all), limit, offset, all[from:to]},
	}, nil
}

// beside are the pages of a list beside one of them.
func (q *Paged) beside(at publish.AsOf, limit, offset, total int) (links []string) {
	link := func(rel string, offset int) {
		links = append(links, fmt.Sprintf(`<%s>; rel=%q`, q.at(at, limit, offset), rel))
	}
	link("first", 0)
	if offset > 0 {
		link("prev", max(0, min(offset, total)-limit))
	}
	if offset+limit < total {
		link("next", offset+limit)
	}
	link("last", max(0, (total-1)/limit*limit))
	return links
}

// at is the address of another page of a list.
func (q *Paged) at(at publish.AsOf, limit, offset int) string {
	query := q.url.Query()
	query.Set("as_of", at.World.String())
	query.Set("known", at.Known.String())
	if at.Edition > 0 {
		query.Set("edition", strconv.FormatUint(at.Edition, 10))
	}
	query.Set("limit", strconv.Itoa(limit))
	query.Set("offset", strconv.Itoa(offset))
	return strings.ReplaceAll(q.url.EscapedPath(), ">", "%3E") + "?" + query.Encode()
}
