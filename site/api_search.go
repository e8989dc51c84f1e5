package site

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"temwen/locale"
	"temwen/publish"
	"temwen/search"
	"temwen/when"
)

// askedSearch is a search. It is put to the latest edition: the index of an
// earlier one is not kept.
type askedSearch struct {
	Words  string `query:"q" example:"nine-month review" doc:"What to look for, as one would type it: in any of the languages, with or without accents. At most 16 different words count."`
	Kind   string `query:"kind" doc:"Only hits of this kind of fact: obligations, provisions, instruments, events, requests, statements, matters, figures, metrics, milestones, missions, parts, actors, sources, deployments."`
	Lang   string `query:"lang" enum:"ht,fr,en,es" doc:"The language of titles, where they have it, and of the pages that hits point to; en where it is left out."`
	AsOf   string `query:"as_of" format:"date" example:"2024-06-26" doc:"The day that the pages show; today where it is left out."`
	Known  string `query:"known" format:"date" doc:"Only what was published by this day is found; as_of where it is left out."`
	Limit  limitN `query:"limit" doc:"How many hits a page has: 1 to 500; 100 where it is left out."`
	Offset wholeN `query:"offset" doc:"How many hits to leave out before the page."`

	url url.URL
}

// Resolve keeps the address, for links to other pages.
func (q *askedSearch) Resolve(ctx huma.Context) []error {
	q.url = ctx.URL()
	return nil
}

// foundList is a page of what was found, with how the words were understood.
type foundList struct {
	AsOf    publish.AsOf   `json:"as_of" doc:"The day that is shown, as known when, and the edition that answered"`
	Total   int            `json:"total" doc:"How many hits there are on all pages"`
	Limit   int            `json:"limit"`
	Offset  int            `json:"offset"`
	Items   []foundItem    `json:"items"`
	More    bool           `json:"more,omitempty" doc:"There are more hits than total: of very many, those that became known last and those with the words in their title were ranked"`
	Whole   int            `json:"whole" doc:"How many hits have every word that tells facts apart; they come first"`
	Kinds   []kindCount    `json:"kinds" doc:"How many hits there are of each kind, whatever kind was asked for"`
	Cut     bool           `json:"cut,omitempty" doc:"There were more words than count"`
	Taken   []search.Taken `json:"taken,omitempty" doc:"Words that are not on record, with the nearest that are, which were looked for instead"`
	Missing []string       `json:"missing,omitempty" doc:"Words that are not on record, nor any near them"`
	Meant   string         `json:"meant,omitempty" doc:"The words with rare ones replaced by near ones that are frequent: perhaps that was meant"`
	Near    []string       `json:"near,omitempty" doc:"Words on record that resemble missing ones from farther off"`
}

// foundItem is a hit with the page that shows it.
type foundItem struct {
	search.Hit
	Page string `json:"page" doc:"The address of the page, or the part of one, that shows the fact on that day"`
}

// kindCount is how many hits there are of a kind.
type kindCount struct {
	Kind string `json:"kind"`
	N    int    `json:"n"`
}

// searches registers the operation that searches.
func (a *api) searches(h huma.API) {
	get(a, h, "/search", "search", "Facts, sources and provisions that have some words, with typing errors, as known on a day", a.search)
}

// search finds what has the words. Nothing of what is asked is kept or logged.
func (a *api) search(ctx context.Context, q *askedSearch) (*answer[foundList], error) {
	paged := &Paged{Asked: Asked{AsOf: q.AsOf, Known: q.Known, url: q.url}, Limit: q.Limit, Offset: q.Offset}
	limit, offset, err := paged.page()
	if err != nil {
		return nil, err
	}
	m, err := a.site.moment(ctx, &paged.Asked)
	if err != nil {
		return nil, err
	}
	query, err := q.query(m)
	if err != nil {
		return nil, err
	}
	query.Size, query.Skip = limit, offset
	found, edition, err := a.find(ctx, m, query)
	if err != nil {
		return nil, err
	}
	at := publish.AsOf{World: m.asOf, Known: m.known}
	out := &answer[foundList]{Link: paged.beside(at, limit, offset, found.Total), Body: foundList{
		Total: found.Total, Limit: limit, Offset: offset, More: found.More, Whole: found.Whole,
		Cut: found.Cut, Taken: found.Taken, Missing: found.Missing, Meant: found.Meant, Near: found.Near,
	}}
	at.Edition = edition
	out.Body.AsOf = at
	pages := &request{site: a.site, lang: query.Lang, asOf: m.asOf, known: m.known, chosen: m.chosen, apart: m.known != m.asOf}
	for _, hit := range found.Hits {
		out.Body.Items = append(out.Body.Items, foundItem{hit, pages.place(hit)})
	}
	for _, k := range found.Kinds {
		out.Body.Kinds = append(out.Body.Kinds, kindCount(k))
	}
	return out, nil
}

// query reads what is asked, and lets a moment without a day be today.
func (q *askedSearch) query(m *moment) (search.Query, error) {
	query := search.Query{Words: q.Words, Kind: q.Kind, Lang: locale.English, Page: 1}
	if strings.TrimSpace(q.Words) == "" {
		return query, problem(http.StatusBadRequest, "Nothing is asked. Write the words to look for in the parameter q.")
	}
	if q.Kind != "" && !slices.Contains(search.Kinds, q.Kind) {
		return query, problem(http.StatusBadRequest, "The parameter kind is not a kind of fact that is found. The kinds are: "+strings.Join(search.Kinds, ", ")+".")
	}
	if q.Lang != "" {
		query.Lang = locale.Lang(q.Lang)
		if !slices.Contains(locale.Langs, query.Lang) {
			return query, problem(http.StatusBadRequest, "The parameter lang is one of ht, fr, en, es.")
		}
	}
	if !m.chosen {
		m.asOf = when.Latest
		for _, d := range m.dossiers {
			m.asOf = min(m.asOf, m.on(d).World)
		}
		m.known = m.asOf
	}
	query.Known = m.known
	return query, nil
}

// find asks the index of the record, and returns the edition that answered.
func (a *api) find(ctx context.Context, m *moment, query search.Query) (*search.Answer, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, searchPatience)
	defer cancel()
	searched, err := a.site.searched(ctx, m.edition, m.dossiers)
	if err != nil {
		return nil, 0, err
	}
	found, edition, err := a.site.shelf.Search(ctx, searched, query)
	switch {
	case errors.Is(err, search.ErrPreparing), errors.Is(err, context.DeadlineExceeded):
		return nil, 0, problem(http.StatusServiceUnavailable, "The search index is being made. Try again in a few seconds.")
	case err != nil:
		return nil, 0, err
	case found.Words == 0:
		return nil, 0, problem(http.StatusBadRequest, "There is no word in the parameter q. Write words, names or numbers.")
	}
	return found, edition, nil
}
