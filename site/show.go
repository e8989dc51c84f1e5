package site

import (
	"net/url"
	"strings"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
	"temwen/when"
)

// What templates call on a page, beside its frame.

// told is a text of a dossier in the page's language, or in another that the
// page marks.
type told struct {
	Words string
	Lang  locale.Lang
	Own   bool // in the page's language
}

// Told is a dossier's text for the page.
func (p *page) Told(t locale.Text) told {
	words, lang, own := t.In(p.lang)
	return told{words, lang, own}
}

// note is a source that the page refers to, by number.
type note struct {
	N                            int
	Title, Publisher, Date, Href string
	Lang                         string
}

// Src numbers sources and returns them for the place that refers to them.
func (p *page) Src(lists ...[]string) []note {
	var notes []note
	here := make(map[string]bool)
	for _, list := range lists {
		for _, id := range list {
			if here[id] || p.view == nil || p.view.Source(id) == nil {
				continue
			}
			here[id] = true
			if p.noted == nil {
				p.noted = make(map[string]int)
			}
			if p.noted[id] == 0 {
				p.noteIDs = append(p.noteIDs, id)
				p.noted[id] = len(p.noteIDs)
			}
			notes = append(notes, p.note(id))
		}
	}
	return notes
}

func (p *page) note(id string) note {
	s := p.view.Source(id)
	return note{
		N: p.noted[id], Title: s.Title, Publisher: s.Publisher, Date: p.words.Date(s.Published),
		Href: p.href("dossiers", p.DossierID(), "sources", id), Lang: s.Language,
	}
}

// Notes are all sources that the page has referred to, in order.
func (p *page) Notes() []note {
	notes := make([]note, 0, len(p.noteIDs))
	for _, id := range p.noteIDs {
		notes = append(notes, p.note(id))
	}
	return notes
}

// Dated reports whether the page shows a day that can be chosen.
func (p *page) Dated() bool {
	return !p.Static() && p.Template != "record" && p.Template != "error"
}

// Static reports whether the page is for a place without a server.
func (p *page) Static() bool { return p.site.options.Static }

// MissionID is the mission that the address names.
func (p *page) MissionID() string { return p.PathValue("mission") }

// DossierID is the dossier that the page shows.
func (p *page) DossierID() string {
	if p.view == nil {
		return ""
	}
	return p.view.Info.ID
}

// MissionName is the short name of a mission, or its ID.
func (p *page) MissionName(id string) string {
	if m := p.view.Mission(id); m != nil {
		if m.Short != "" {
			return m.Short
		}
		return p.words.Text(m.Name)
	}
	return id
}

// Due says when an obligation is or was due, and how its text sets no date.
func (p *page) Due(l publish.Line) string {
	return p.words.Due(&l)
}

// Claimed says what a number counts.
func (p *page) Claimed(c publish.Claim) string { return p.words.Claimed(&c, p.view) }

// Slip says how a milestone slipped, or which date is expected.
func (p *page) Slip(l publish.MilestoneLine) string {
	if l.Slipped > 0 {
		return p.words.Slip(&l)
	}
	dates := make([]string, len(l.Expected))
	for i, e := range l.Expected {
		dates[i] = p.words.Date(e.Date)
	}
	return p.words.Label(p.T("site.timeline.expected"), p.words.List(dates))
}

// StatusMeans explains a status to anyone.
func (p *page) StatusMeans(s clock.Status) string {
	return p.T("status." + hyphened(s) + ".means")
}

// BenchmarkPeriod is the time that another instrument sets.
func (p *page) BenchmarkPeriod(b *dossier.Benchmark) string {
	return p.words.Period(b.Within, b.Count == "working")
}

// DateOf writes a date given as its expression.
func (p *page) DateOf(edtf string) string {
	d, err := when.Parse(edtf)
	if err != nil {
		return edtf
	}
	return p.words.Date(d)
}

// LanguageName is a language's name in the page's language, or its code.
func (p *page) LanguageName(code string) string {
	base, _, _ := strings.Cut(code, "-")
	if p.words.Has("language." + base) {
		return p.T("language." + base)
	}
	return code
}

// And joins another parameter to Href's address.
func (p *page) And() string {
	if p.days() == "" {
		return "?"
	}
	return "&"
}

// Filter is the obligations of the page's mission with one choice.
func (p *page) Filter(name, value string) string {
	if p.Static() {
		return p.href("missions", p.MissionID(), "obligations")
	}
	return p.href("missions", p.MissionID(), "obligations") + p.And() + url.QueryEscape(name) + "=" + url.QueryEscape(value)
}

// Asked are the sources of a request and of what came of it, each once.
func (p *page) Asked(r publish.RequestLine) []note {
	lists := [][]string{r.Sources}
	for i := range r.Outcomes {
		lists = append(lists, r.Outcomes[i].Sources)
	}
	return p.Src(lists...)
}
