package site

import (
	"net/url"

	"temwen/publish"
	"temwen/when"
)

// then is the line about a day that the reader chose: which day, as known when,
// what that means, and the way to the same day as known at the other time.
type then struct {
	Line, Means string
	Other       link // empty where the two are the same
}

// Then is the line about the chosen day; nil where none was chosen. A page of a
// day leaves out what became known later. The parameter known brings it back, so
// that a reader can compare what could be known with what was so.
func (p *page) Then() *then {
	if !p.Dated() || !p.chosen {
		return nil
	}
	today := p.today()
	t := &then{Line: p.AsOfLine(), Means: p.T("site.as-of.help")}
	if p.Template == "changes" { // it compares days of its own
		return t
	}
	switch {
	case p.known == p.asOf && p.asOf < today:
		t.Other = link{p.T("site.as-of.with-today"), p.thenHref(today)}
	case p.known > p.asOf:
		t.Means = p.T("site.as-of.later")
		t.Other = link{p.T("site.as-of.as-then"), p.thenHref(p.asOf)}
	case p.known < p.asOf:
		t.Means = p.T("site.as-of.before", "known", p.known)
	}
	if p.known == today && p.asOf < today {
		t.Line = p.T("site.as-of.known-today", "day", p.asOf)
	}
	return t
}

// thenHref is this page of the chosen day, as known on a day.
func (p *page) thenHref(known when.Day) string {
	values := url.Values{"as_of": {p.asOf.String()}}
	if known != p.asOf {
		values.Set("known", known.String())
	}
	for _, c := range p.Carried() {
		values.Add(c.Label, c.Href)
	}
	return "?" + values.Encode()
}

// today is the day at the place of the dossier that the page is about, or of the
// first on record.
func (p *page) today() when.Day {
	zone := ""
	switch {
	case p.view != nil:
		zone = p.view.Info.TimeZone
	case len(p.dossiers) > 0:
		zone = p.dossiers[0].Info.TimeZone
	}
	return p.site.options.Today(zone)
}

// AsOfLine says which day is shown, as known when.
func (p *page) AsOfLine() string {
	switch {
	case p.view != nil:
		return p.words.AsOf(p.view.AsOf)
	case p.chosen:
		return p.words.AsOf(publish.AsOf{World: p.asOf, Known: p.known})
	}
	return ""
}

// TodayHref is this page as of today.
func (p *page) TodayHref() string {
	values := make(url.Values)
	for _, c := range p.Carried() {
		values.Add(c.Label, c.Href)
	}
	return "?" + values.Encode()
}
