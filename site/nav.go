package site

import (
	"math"
	"strings"

	"temwen/publish"
	"temwen/when"
)

// room is a link to one of a mission's pages.
type room struct {
	Label, Href string
	Here        bool
}

// rooms are a mission's pages, in the order a reader asks: what is owed, by
// whom, what must follow an allegation, people, money, papers, words, what came before, what changed.
var rooms = []struct{ path, key string }{
	{"", "site.rooms.overview"},
	{"obligations", "site.nav.obligations"},
	{"actors", "site.actors.title"},
	{"procedures", "procedures.title"},
	{"people", "brief.people"},
	{"conduct", "conduct.title"},
	{"money", "brief.money"},
	{"documents", "brief.documents"},
	{"words", "site.words.title"},
	{"figures", "site.rooms.figures"},
	{"predecessors", "brief.predecessors"},
	{"changes", "site.changes.title"},
	{"sources", "site.nav.sources"},
}

// Rooms are the pages of the mission that the page belongs to.
func (p *page) Rooms() []room {
	var list []room
	here := strings.Split(strings.Trim(p.URL.Path, "/"), "/")
	for _, r := range rooms {
		if !p.site.has(r.path) {
			continue
		}
		parts := []string{"missions", p.MissionID()}
		if r.path != "" {
			parts = append(parts, r.path)
		}
		current := len(here) == 3 && r.path == "" || len(here) == 4 && here[3] == r.path
		list = append(list, room{p.T(r.key), p.Href(parts...), current})
	}
	return list
}

// has reports whether a mission has a page of that path.
func (s *Site) has(path string) bool {
	return path == "" || s.paths["/missions/{mission}/"+path]
}

// ContradictionHref is where the page shows a contradiction in full: numbers
// with their money or people, statements with their matter.
func (p *page) ContradictionHref(c publish.Contradiction) string {
	if c.Kind == "positions" {
		return p.Href("missions", p.MissionID(), "words") + "#m-" + c.About
	}
	anchor := "#c-" + c.Kind + "-" + c.About
	if c.Actor != nil {
		anchor += "-" + c.Actor.ID
	}
	room := "figures"
	if m := p.view.Metric(c.About); m != nil && (m.Topic == "money" || m.Topic == "people") {
		room = m.Topic
	}
	return p.Href("missions", p.MissionID(), room) + anchor
}

// Percent writes a share, or the range it lies in, to one decimal.
func (p *page) Percent(least, most float64) string {
	round := func(x float64) float64 { return math.Round(x*10) / 10 }
	return p.words.Catalogue.Amount(round(least), round(most), "percent", "", when.Period{})
}
