package site

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"

	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

// The files of a feed of changes and of a calendar of what falls due. A mission
// has them, and so have each of its obligations and each actor of a dossier.
const (
	feedFile     = "changes.atom"
	calendarFile = "due.ics"
)

// addFeeds puts the feeds and calendars on the site's mux, in each language.
func (s *Site) addFeeds() {
	for _, lang := range locale.Langs {
		for _, path := range []string{
			"/missions/{mission}/", "/missions/{mission}/obligations/{id}/", "/dossiers/{dossier}/actors/{id}/",
		} {
			s.mux.Handle("GET /"+string(lang)+path+feedFile, s.kept(path, openly(s.feed(atom))))
			s.mux.Handle("GET /"+string(lang)+path+calendarFile, s.kept(path, openly(s.feed(calendar))))
		}
	}
}

// subject is what a feed or a calendar is about.
type subject struct {
	*request
	view  *publish.View
	scope publish.NewsScope
	name  locale.Text
	page  string // its page, below the language
}

// feedFunc writes a feed or a calendar, with its media type.
type feedFunc func(*subject) (body []byte, mediaType string, err error)

// feed is the handler of feeds. What cannot be answered is a page that says so.
func (s *Site) feed(write feedFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, err := s.newRequest(r)
		var body []byte
		var mediaType string
		if err == nil {
			body, mediaType, err = q.feed(write)
		}
		if err != nil {
			p := s.errorPage(q, err)
			p.request = q
			s.show(w, r, p)
			return
		}
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("Content-Language", string(q.lang))
		_, _ = w.Write(body) // the reader has gone; there is nobody to tell
	})
}

func (q *request) feed(write feedFunc) ([]byte, string, error) {
	s, err := q.subject()
	if err != nil {
		return nil, "", err
	}
	return write(s)
}

// subject finds what the address names.
func (q *request) subject() (*subject, error) {
	id := q.PathValue("id")
	if q.PathValue("dossier") != "" {
		v, err := q.open()
		if err != nil {
			return nil, err
		}
		a := v.Actor(id)
		if a == nil {
			return nil, &publish.NotFoundError{Kind: "actor", ID: id, AsOf: v.AsOf}
		}
		return &subject{q, v, publish.NewsScope{Actor: id}, a.Name, q.href("dossiers", v.Info.ID, "actors", id)}, nil
	}
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	if id == "" {
		return &subject{q, v, publish.NewsScope{Mission: m.ID}, m.Name, q.href("missions", m.ID)}, nil
	}
	e, err := v.Explain(m.ID, id)
	if err != nil {
		return nil, err
	}
	return &subject{q, v, publish.NewsScope{Obligation: id}, e.Title, q.href("missions", m.ID, "obligations", id)}, nil
}

// feedLength is how many entries a feed has at most.
const feedLength = 100

// atomFeed is a feed as RFC 4287 has it.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel   string `xml:"rel,attr"`
	Type  string `xml:"type,attr,omitempty"`
	Title string `xml:"title,attr,omitempty"`
	Href  string `xml:"href,attr"`
}

type atomEntry struct {
	ID       string       `xml:"id"`
	Title    string       `xml:"title"`
	Updated  string       `xml:"updated"`
	Category atomCategory `xml:"category"`
	Links    []atomLink   `xml:"link"`
	Summary  string       `xml:"summary"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

// atom writes the feed of changes.
func atom(s *subject) ([]byte, string, error) {
	all, err := s.site.open.news.of(s.view.Dossier, s.view.AsOf, s.news)
	if err != nil {
		return nil, "", err
	}
	f := &atomFeed{
		Lang: string(s.lang), Title: s.words.Say("feed.title", "what", s.name), Author: atomAuthor{s.words.Say("site.name")},
		ID: publish.URN("feed", s.view.Info.ID, s.scope.Mission, s.scope.Actor, s.scope.Obligation, string(s.lang)),
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: s.fromHere(s.URL.Path + s.days())},
			{Rel: "alternate", Type: "text/html", Href: s.fromHere(s.page)},
		},
		Updated: midnight(s.view.AsOf.World - publish.NewsDays),
	}
	for i := range all {
		if n := &all[i]; len(f.Entries) < feedLength && n.Within(s.scope) {
			f.Entries = append(f.Entries, s.entry(n))
		}
	}
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Updated
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	out := xml.NewEncoder(&b)
	out.Indent("", " ")
	if err := out.Encode(f); err != nil {
		return nil, "", err
	}
	b.WriteByte('\n')
	return b.Bytes(), "application/atom+xml; charset=utf-8", nil
}

// news is what became known and changed in the dossier, of all its missions.
func (s *subject) news() ([]publish.News, error) {
	for _, d := range s.dossiers {
		if d.Info.ID == s.view.Info.ID {
			return publish.NewsOf(d, s.view.AsOf), nil
		}
	}
	return nil, errNoPage
}

// midnight is the beginning of a civil day as feeds write it.
func midnight(d when.Day) string { return d.String() + "T00:00:00Z" }

// entry is one piece of news.
func (s *subject) entry(n *publish.News) atomEntry {
	w := s.words
	kind := w.Say("site.kind." + n.Kind)
	e := atomEntry{
		ID: n.ID, Title: w.Label(kind, w.Text(n.Title)), Updated: midnight(n.Day),
		Category: atomCategory{n.Kind, kind},
		Links:    []atomLink{{Rel: "alternate", Type: "text/html", Href: s.fromHere(s.newsHref(n))}},
	}
	if n.Now != nil {
		e.Title = w.Label(w.Text(n.Title), w.Status(*n.Now))
	}
	e.Summary = s.summary(n)
	for _, id := range n.Sources {
		if src := s.view.Source(id); src != nil {
			e.Links = append(e.Links, atomLink{Rel: "via", Title: src.Title, Href: src.Address})
		}
	}
	return e
}

// summary says what became known or changed.
func (s *subject) summary(n *publish.News) string {
	w := s.words
	switch {
	case n.Was != nil:
		return w.Say("feed.status.was", "was", w.Status(*n.Was), "now", w.Status(*n.Now))
	case n.Now != nil:
		return w.Say("feed.status.new", "now", w.Status(*n.Now))
	case n.Claim != nil:
		said := w.Amount(n.Claim.Amount) + " (" + w.Say("modality."+string(n.Claim.Modality)) + ")"
		if n.Claim.Actor != nil {
			said = w.Label(w.Text(n.Claim.Actor.Name), said)
		}
		return w.Also(w.Also(w.Claimed(n.Claim, s.view), said), w.Date(n.Claim.AsOf))
	}
	said := w.Text(n.Title)
	if n.By != nil {
		said = w.Label(w.Text(n.By.Name), said)
	}
	if !n.Date.IsZero() {
		said = w.Also(said, w.Date(n.Date))
	}
	return said
}

// newsHref is the page that shows a piece of news.
func (s *subject) newsHref(n *publish.News) string {
	mission := s.scope.Mission
	if len(n.Missions) > 0 && !slices.Contains(n.Missions, mission) {
		mission = n.Missions[0]
	}
	if s.view.Mission(mission) == nil {
		return s.page
	}
	room := ""
	switch n.Kind {
	case "requests":
		room = "documents"
	case "statements":
		room = "words"
	case "figures":
		room = "figures"
		if m := s.view.Metric(n.Claim.Metric); m != nil && (m.Topic == "money" || m.Topic == "people") {
			room = m.Topic
		}
	case "procedures":
		return s.href("missions", mission, "procedures", n.FactID)
	case "obligations", "events":
		if s.view.Obligation(n.Obligation) != nil {
			return s.href("missions", mission, "obligations", n.Obligation)
		}
	}
	if room == "" || !s.site.has(room) {
		return s.href("missions", mission)
	}
	return s.href("missions", mission, room)
}

// alternate is another form of a page, for machines and for the reader.
type alternate struct{ Type, Href, Title string }

// Alternates are the feed, the calendar and the data of a page.
func (p *page) Alternates() []alternate {
	parts := strings.Split(strings.Trim(p.URL.Path, "/"), "/")
	if p.view == nil || p.Template == "error" || len(parts) < 3 {
		return nil
	}
	var list []alternate
	own := parts[1:3]
	switch {
	case parts[1] == "missions" && len(parts) == 5 && parts[3] == "obligations", p.Template == "actor":
		own = parts[1:]
	case parts[1] != "missions":
		return p.asData(parts)
	}
	feed := append(slices.Clone(own), feedFile)
	due := append(slices.Clone(own), calendarFile)
	list = append(list,
		alternate{"application/atom+xml", p.Href(feed...), p.T("data.feed")},
		alternate{"text/calendar", p.Href(due...), p.T("data.calendar")})
	return append(list, p.asData(parts)...)
}

// apiNames are the names that the API has for what a mission's pages show.
var apiNames = map[string]string{
	"obligations": "obligations", "actors": "actors", "people": "people", "money": "money", "documents": "documents",
	"words": "statements", "figures": "contradictions", "predecessors": "predecessors", "changes": "changes",
	"sources": "sources", "conduct": "conduct",
}

// asData is a page's data, where there is a server that has it.
func (p *page) asData(parts []string) []alternate {
	names := slices.Clone(parts[1:])
	if names[0] == "missions" && len(names) > 2 {
		names[2] = apiNames[names[2]]
		if names[2] != "obligations" && names[2] != "conduct" {
			names = names[:3]
		}
	}
	if p.Static() || names[0] != "missions" && names[0] != "dossiers" || slices.Contains(names, "") {
		return nil
	}
	return []alternate{{"application/json", "/api/v1/" + strings.Join(names, "/") + p.days(), p.T("data.take.json")}}
}
