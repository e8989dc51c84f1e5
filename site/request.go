package site

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

// request is one question to the record: a language, a day, and what the
// address names.
type request struct {
	*http.Request
	site     *Site
	lang     locale.Lang
	named    bool // the address names the language
	words    publish.Words
	query    url.Values
	dossiers []*dossier.Dossier
	edition  uint64
	asOf     when.Day // the day asked for; 0 with chosen false stands for today
	known    when.Day
	chosen   bool
	apart    bool // known was given too
	view     *publish.View
}

// userError is a question that cannot be answered, with what to do; it is said
// in the language of the page.
type userError struct {
	status int
	key    string // of the catalogue: key.title and key.do
	args   []any
}

// Error is for logs only.
func (e *userError) Error() string { return fmt.Sprintf("%s %v", e.key, e.args) }

// maxQuery bounds what is read of an address's query.
const maxQuery = 4096

// newRequest reads what is common to all pages. The returned request has a
// language even where there is an error.
func (s *Site) newRequest(r *http.Request) (*request, error) {
	q := &request{Request: r, site: s, lang: locale.Match(r.Header.Get("Accept-Language"))}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	for _, l := range locale.Langs {
		if string(l) == first {
			q.lang, q.named = l, true
		}
	}
	q.words = publish.In(q.lang)
	if len(r.URL.RawQuery) > maxQuery || !utf8.ValidString(r.URL.Path) {
		return q, &userError{status: http.StatusBadRequest, key: "site.error.bad-address"}
	}
	var err error
	if q.query, err = url.ParseQuery(r.URL.RawQuery); err != nil || !validUTF8(q.query) {
		return q, &userError{status: http.StatusBadRequest, key: "site.error.bad-address"}
	}
	if q.dossiers, q.edition, err = s.views.current(r.Context()); err != nil {
		return q, err
	}
	return q, q.readDays()
}

// readDays reads the day that is asked for: as_of, and known where it is
// another.
func (q *request) readDays() error {
	for _, p := range []struct {
		name string
		set  func(when.Day)
	}{
		{"as_of", func(d when.Day) { q.asOf, q.known, q.chosen = d, d, true }},
		{"known", func(d when.Day) { q.known, q.apart = d, true }},
	} {
		value := strings.TrimSpace(q.query.Get(p.name))
		if value == "" {
			continue
		}
		d, err := when.ParseDay(value)
		if err != nil || d.Open() {
			return &userError{status: http.StatusBadRequest, key: "site.error.bad-date", args: []any{"value", clip(value)}}
		}
		p.set(d)
	}
	if q.apart && !q.chosen {
		q.asOf, q.chosen = q.known, true
	}
	q.known = q.site.knowable(q.known, q.dossiers)
	return nil
}

// knowable is a day of knowledge, or today where that is to come: a reader can
// ask what will be owed on a later day, but not as known by then.
func (s *Site) knowable(day when.Day, dossiers []*dossier.Dossier) when.Day {
	if len(dossiers) == 0 {
		return day
	}
	today := when.Earliest
	for _, d := range dossiers {
		today = max(today, s.options.Today(d.Info.TimeZone))
	}
	return min(day, today)
}

// validUTF8 reports whether parameters are text. What stands in the box to
// search may be what an old browser makes of an accent: see sought.
func validUTF8(query url.Values) bool {
	for name, values := range query {
		if name != "q" && !utf8.ValidString(name+strings.Join(values, "")) {
			return false
		}
	}
	return true
}

// clip shortens what a stranger wrote before it is shown back.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// on is the day asked for at the place of a dossier.
func (q *request) on(d *dossier.Dossier) publish.AsOf {
	at := publish.On(q.site.options.Today(d.Info.TimeZone))
	if q.chosen {
		at = publish.AsOf{World: q.asOf, Known: q.known}
	}
	at.Edition = q.edition
	return at
}

// see finds the mission that the address names and the view of its dossier.
func (q *request) see() (*publish.View, *dossier.Mission, error) {
	id := q.PathValue("mission")
	d := q.dossierOf(id)
	if d == nil {
		return nil, nil, errNoPage
	}
	q.view = q.site.views.of(d, q.on(d))
	m := q.view.Mission(id)
	if m == nil {
		return nil, nil, &userError{status: http.StatusNotFound, key: "site.error.not-yet", args: []any{"day", q.view.AsOf.Known}}
	}
	return q.view, m, nil
}

// open finds the dossier that the address names and its view.
func (q *request) open() (*publish.View, error) {
	for _, d := range q.dossiers {
		if d.Info.ID == q.PathValue("dossier") {
			q.view = q.site.views.of(d, q.on(d))
			return q.view, nil
		}
	}
	return nil, errNoPage
}

// href is an address of the record in the page's language and as of its day.
func (q *request) href(parts ...string) string {
	return q.hrefIn(q.lang, parts...)
}

func (q *request) hrefIn(lang locale.Lang, parts ...string) string {
	var b strings.Builder
	b.WriteString("/" + string(lang))
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(p))
	}
	if len(parts) == 0 {
		b.WriteByte('/')
	}
	return b.String() + q.days()
}

// days is the query that carries the day from link to link.
func (q *request) days() string {
	if !q.chosen {
		return ""
	}
	s := "?as_of=" + q.asOf.String()
	if q.apart {
		s += "&known=" + q.known.String()
	}
	return s
}

// dossierOf is the dossier that has a mission; nil where none does.
func (q *request) dossierOf(mission string) *dossier.Dossier {
	for _, d := range q.dossiers {
		if d.Mission(mission) != nil {
			return d
		}
	}
	return nil
}
