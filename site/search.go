package site

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"temwen/dossier"
	"temwen/publish"
	"temwen/search"
	"temwen/when"
)

// searchBody is what was found for the words of an address, or how to search.
type searchBody struct {
	Asked string   // the words, as they stand in the box
	AsOf  string   // which day is asked about, in words
	Day   when.Day // the day
	*search.Answer
	Kind    string
	Hits    []hit
	First   int    // number of the first hit
	Meant   []link // the whole query, written otherwise
	Near    []link
	Kinds   []kindLink
	Before  string // address of the page before; empty where there is none
	After   string
	Anyway  string // the address of all kinds, where the chosen one has nothing
	Started bool   // there are words to look for
	Older   uint64 // the edition that answered, where it is not the latest
}

// hit is a fact that was found, with the address of the page that shows it.
type hit struct {
	search.Hit
	Href  string
	Where string // the mission's short name
	Since string
}

type link struct{ Words, Href string }

// kindLink chooses the hits of one kind.
type kindLink struct {
	Label, Href string
	N           int
	Here        bool
}

// searchPatience is how long a reader waits for an index that is being made.
const searchPatience = 3 * time.Second

// maxSearchPage bounds the number of a page: no search has more hits.
const maxSearchPage = 100

// search shows what has the words of the parameter q, as known on the day.
// Nothing of what is asked is kept or logged.
func (s *Site) search(q *request) (*page, error) {
	query, err := q.searchQuery()
	if err != nil {
		return nil, err
	}
	day := publish.AsOf{World: query.Known, Known: query.Known}
	if q.apart {
		day.World = q.asOf
	}
	body := &searchBody{Asked: query.Words, Kind: query.Kind, AsOf: q.words.AsOf(day), Day: day.World}
	p := &page{Template: "search", Title: q.words.Say("search.title"), Nav: "search", Body: body}
	if strings.TrimSpace(query.Words) == "" {
		return p, nil
	}
	searched, err := s.searched(q.Context(), q.edition, q.dossiers)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(q.Context(), searchPatience)
	defer cancel()
	answer, edition, err := s.shelf.Search(ctx, searched, query)
	switch {
	case errors.Is(err, search.ErrPreparing), errors.Is(err, context.DeadlineExceeded):
		return nil, &userError{status: http.StatusServiceUnavailable, key: "search.preparing"}
	case err != nil:
		return nil, err
	case answer.Total > 0 && answer.Page > answer.Pages:
		return nil, &userError{status: http.StatusNotFound, key: "search.error.page", args: []any{"value", strconv.Itoa(answer.Page)}}
	}
	body.Answer, body.Started = answer, answer.Words > 0
	if edition != q.edition {
		body.Older = edition
	}
	body.fill(q)
	return p, nil
}

// searchQuery reads what is asked.
func (q *request) searchQuery() (search.Query, error) {
	query := search.Query{Words: sought(q), Lang: q.lang, Known: q.searchDay(), Kind: q.query.Get("kind"), Page: 1}
	if query.Kind != "" && !slices.Contains(search.Kinds, query.Kind) {
		return query, &userError{status: http.StatusBadRequest, key: "search.error.kind", args: []any{"value", clip(query.Kind)}}
	}
	if value := q.query.Get("page"); value != "" {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > maxSearchPage {
			return query, &userError{status: http.StatusNotFound, key: "search.error.page", args: []any{"value", clip(value)}}
		}
		query.Page = n
	}
	return query, nil
}

// sought is what stands in the box.
func sought(q *request) string { return strings.ToValidUTF8(q.query.Get("q"), " ") }

// searchDay is the day by which something must have been known to be found:
// where none is chosen, the first that is today at the place of a dossier.
func (q *request) searchDay() when.Day {
	day := when.Latest
	for _, d := range q.dossiers {
		day = min(day, q.on(d).Known)
	}
	return day
}

// searched is what the index is made from. Its stamp changes with the content:
// the checkpoint is a fingerprint of every entry of the ledger.
func (s *Site) searched(ctx context.Context, edition uint64, dossiers []*dossier.Dossier) (search.Edition, error) {
	checkpoint, err := s.record.Checkpoint(ctx)
	if err != nil {
		return search.Edition{}, err
	}
	stamp := search.Stamp(s.record.Key(), edition, checkpoint)
	return search.Edition{Number: edition, Stamp: stamp, Dossiers: dossiers}, nil
}

// fill adds what the page shows beside the answer.
func (b *searchBody) fill(q *request) {
	for _, h := range b.Answer.Hits {
		b.Hits = append(b.Hits, hit{Hit: h, Href: q.place(h), Where: q.short(h), Since: q.since(h.Known)})
	}
	b.First = (b.Page-1)*search.DefaultSize + 1
	if b.Page > 1 {
		b.Before = q.searchHref(b.Asked, b.Kind, b.Page-1)
	}
	if b.Page < b.Pages {
		b.After = q.searchHref(b.Asked, b.Kind, b.Page+1)
	}
	if b.Answer.Meant != "" {
		b.Meant = []link{{b.Answer.Meant, q.searchHref(b.Answer.Meant, "", 1)}}
	}
	for _, w := range b.Answer.Near {
		b.Near = append(b.Near, link{w, q.searchHref(w, "", 1)})
	}
	if b.Kind != "" {
		b.Anyway = q.searchHref(b.Asked, "", 1)
	}
	if len(b.Answer.Kinds) < 2 && b.Kind == "" {
		return
	}
	all := kindLink{Label: q.words.Say("search.kind.all"), Href: q.searchHref(b.Asked, "", 1), Here: b.Kind == ""}
	for _, k := range b.Answer.Kinds {
		all.N += k.N
		b.Kinds = append(b.Kinds, kindLink{q.words.Say("search.kind." + k.Kind), q.searchHref(b.Asked, k.Kind, 1), k.N, b.Kind == k.Kind})
	}
	b.Kinds = append([]kindLink{all}, b.Kinds...)
}

// since says from which day something is known; nothing where that is always.
func (q *request) since(day when.Day) string {
	if day.Open() {
		return ""
	}
	return q.words.Say("search.known", "day", day)
}

// searchHref is the address of a search, as of the page's day.
func (q *request) searchHref(words, kind string, n int) string {
	values := url.Values{"q": {words}}
	if kind != "" {
		values.Set("kind", kind)
	}
	if n > 1 {
		values.Set("page", strconv.Itoa(n))
	}
	joint := "?"
	if q.days() != "" {
		joint = "&"
	}
	return q.href("search") + joint + values.Encode()
}

// short is what the mission of a hit is called.
func (q *request) short(h search.Hit) string {
	for _, d := range q.dossiers {
		if m := d.Mission(h.Mission); m != nil && d.Info.ID == h.Dossier && h.Kind != "missions" {
			return missionName(q, m)
		}
	}
	return ""
}

func missionName(q *request, m *dossier.Mission) string {
	if m.Short != "" {
		return m.Short
	}
	return q.words.Text(m.Name)
}

// place is the address of the page that shows a hit, at the part that does.
func (q *request) place(h search.Hit) string {
	p := h.Place
	switch p.Room {
	case search.RoomActor:
		return q.href("dossiers", h.Dossier, "actors", p.ID)
	case search.RoomSource:
		return q.href("dossiers", h.Dossier, "sources", p.ID)
	case search.RoomObligation:
		return q.href("missions", p.Mission, "obligations", p.ID)
	case search.RoomProcedure:
		return q.href("missions", p.Mission, "procedures", p.ID)
	case search.RoomInstrument:
		joint := "?"
		if q.days() != "" {
			joint = "&"
		}
		return q.href("missions", p.Mission, "obligations") + joint + "instrument=" + url.QueryEscape(p.ID)
	}
	return q.room(p)
}

// room is the address of a part of one of a mission's pages.
func (q *request) room(p search.Place) string {
	part := func(room, prefix string) string {
		address := q.href("missions", p.Mission, room)
		if p.ID == "" {
			return address
		}
		return address + "#" + url.PathEscape(prefix+p.ID)
	}
	switch p.Room {
	case search.RoomDocuments:
		if p.ID == "" {
			p.ID = "not-public"
		}
		return part("documents", "")
	case search.RoomWords:
		return part("words", "m-")
	case search.RoomMoney:
		return part("money", "d-")
	case search.RoomPeople:
		if p.ID != "" && q.site.paths["/missions/{mission}/people/{year}"] {
			return q.href("missions", p.Mission, "people", p.ID)
		}
		if q.site.has("people") {
			return q.href("missions", p.Mission, "people")
		}
	case search.RoomEvents, search.RoomParts:
		return q.href("missions", p.Mission) + "#" + p.Room
	}
	return q.href("missions", p.Mission)
}

// Sought is what stands in the box of the page's head.
func (p *page) Sought() string {
	if p.Template != "search" {
		return ""
	}
	return sought(p.request)
}

// SearchAction is where the box leads.
func (p *page) SearchAction() string { return fmt.Sprintf("/%s/search", p.lang) }

// Pieces are the marked pieces of a passage, for the template.
func (searchBody) Pieces(p search.Passage) []search.Piece { return p.Pieces }
