package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
	"temwen/record"
	"temwen/when"
)

// page is one page: which template shows what.
type page struct {
	*request
	Template string // file in templates, without .html
	Title    string
	Nav      string // the part of the navigation it belongs to
	Status   int    // 0 for 200
	Crumbs   []crumb
	Body     any // the template's own structure

	noted   map[string]int // number of each source that was referred to
	noteIDs []string

	entries []checkedEntry // that it shows by themselves, where they can be checked

	shows  []publish.FactRef    // the facts it shows, beside its sources, where they can be checked
	places map[record.Ref]place // where the dossier's facts stand in the ledger
}

// crumb is a step on the way to a page.
type crumb struct{ Label, Href string }

// pageFunc makes a page, or says why it cannot.
type pageFunc func(*request) (*page, error)

// page is the handler of a page: it reads the request, makes the page, shows
// it or the error, in one place for all.
func (s *Site) page(make pageFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, err := s.newRequest(r)
		var p *page
		if err == nil {
			p, err = make(q)
		}
		if err == nil && p.shows != nil {
			p.places, err = s.places.of(q)
		}
		if err != nil {
			p = s.errorPage(q, err)
		}
		p.request = q
		s.show(w, r, p)
	})
}

// show writes a page.
func (s *Site) show(w http.ResponseWriter, r *http.Request, p *page) {
	var b bytes.Buffer
	if err := templates()[p.Template].ExecuteTemplate(&b, "page.html", p); err != nil {
		s.options.Log.Error("showing a page", "template", p.Template, "error", err)
		http.Error(w, publish.In(p.lang).Say("site.error.server"), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(p.lang))
	if p.Checkable() {
		h.Set("Content-Security-Policy", policy+scripted)
	}
	h.Set("Cache-Control", "no-cache")
	if p.Status != 0 && p.Status != http.StatusOK {
		w.WriteHeader(p.Status)
	} else {
		sum := sha256.Sum256(b.Bytes())
		tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", tag)
		if strings.Contains(r.Header.Get("If-None-Match"), strings.TrimSuffix(tag, `"`)) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	_, _ = w.Write(b.Bytes()) // the reader has gone; there is nobody to tell
}

// errorBody is what an error page says.
type errorBody struct{ Title, Do string }

// errorPage says what is wrong and what to do, in the reader's language.
func (s *Site) errorPage(q *request, err error) *page {
	key, status, args := "site.error.server", http.StatusInternalServerError, []any(nil)
	var user *userError
	var missing *publish.NotFoundError
	switch {
	case errors.As(err, &user):
		key, status, args = user.key, user.status, user.args
	case errors.Is(err, errNoPage):
		key, status = "site.error.not-found", http.StatusNotFound
	case errors.As(err, &missing) && !q.everKnown(missing):
		key, status = "site.error.not-found", http.StatusNotFound
	case errors.As(err, &missing):
		key, status, args = "site.error.not-yet", http.StatusNotFound, []any{"day", missing.AsOf.Known}
	default:
		s.options.Log.Error("making a page", "error", err)
	}
	body := errorBody{Title: q.words.Say(key, args...), Do: q.words.Say(key+".means", args...)}
	return &page{request: q, Template: "error", Title: body.Title, Status: status, Body: body}
}

// everKnown reports whether the record holds, as of any day, what was missing on
// one.
func (q *request) everKnown(missing *publish.NotFoundError) bool {
	id := path.Base(missing.ID)
	return slices.ContainsFunc(q.dossiers, func(d *dossier.Dossier) bool {
		switch missing.Kind {
		case "obligation":
			return d.Obligation(id) != nil
		case "procedure":
			return d.Procedure(id) != nil
		case "actor":
			return d.Actor(id) != nil
		}
		return true
	})
}

// Lang is the language of the page.
func (p *page) Lang() locale.Lang { return p.lang }

// T says a message of the catalogue.
func (p *page) T(key string, args ...any) string { return p.words.Say(key, args...) }

// W is the words of the page's language.
func (p *page) W() publish.Words { return p.words }

// Href is an address in the page's language and as of its day.
func (p *page) Href(parts ...string) string { return p.href(parts...) }

// Edition is the number of entries in the ledger behind the page.
func (p *page) Edition() uint64 { return p.edition }

// AsOf is the day that the page shows, for the form.
func (p *page) AsOf() string {
	if p.view != nil {
		return p.view.AsOf.World.String()
	}
	if p.chosen {
		return p.asOf.String()
	}
	if b, ok := p.Body.(*searchBody); ok {
		return b.Day.String()
	}
	return ""
}

// Chosen reports whether the reader chose a day.
func (p *page) Chosen() bool { return p.chosen }

// Known is the day of knowledge, where it was chosen apart.
func (p *page) Known() string {
	if p.apart {
		return p.known.String()
	}
	return ""
}

// Carried are the other parameters of the address, for the as-of form to keep.
func (p *page) Carried() []crumb {
	var list []crumb
	for _, name := range []string{"status", "debtor", "topic", "instrument"} {
		for i, value := range p.query[name] {
			if i < 20 && value != "" {
				list = append(list, crumb{name, clip(value)})
			}
		}
	}
	if p.Template == "search" {
		list = append(list, crumb{"q", sought(p.request)})
		if kind := p.query.Get("kind"); kind != "" {
			list = append(list, crumb{"kind", clip(kind)})
		}
	}
	return list
}

// language is one entry of the choice of languages.
type language struct {
	Code, Name, Href string
	Current          bool
}

// Languages are this page in each language.
func (p *page) Languages() []language {
	var list []language
	_, rest, _ := strings.Cut(strings.TrimPrefix(p.URL.EscapedPath(), "/"), "/")
	for _, l := range locale.Langs {
		href := "/" + string(l) + "/" + rest
		if !p.named {
			href = "/" + string(l) + "/"
		}
		if raw := p.URL.RawQuery; raw != "" && len(raw) <= maxQuery {
			href += "?" + raw
		}
		list = append(list, language{string(l), l.Endonym(), href, l == p.lang})
	}
	return list
}

// Path is the page's own path, for forms.
func (p *page) Path() string { return p.URL.EscapedPath() }

// Day is a day for the machine, in an element's datetime.
func (p *page) Day(d when.Day) string { return d.String() }

// ShownDay is the day that the page shows, in words; empty where it has none.
func (p *page) ShownDay() string {
	switch {
	case p.view != nil:
		return p.words.Day(p.view.AsOf.World)
	case p.chosen:
		return p.words.Day(p.asOf)
	}
	if b, ok := p.Body.(*searchBody); ok {
		return p.words.Day(b.Day)
	}
	return ""
}
