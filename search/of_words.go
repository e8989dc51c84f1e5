package search

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// words reads what was said, and on which matters.
func (r *reader) words() {
	said := make(map[string][]Place)
	for _, s := range r.d.Statements {
		day := r.since("statements", s.ID)
		place := Place{Room: RoomWords, Mission: s.Mission, ID: s.Matter, From: day}
		said[s.Matter] = append(said[s.Matter], place)
		e := Entry{
			Kind: "statements", ID: s.ID, Mission: s.Mission, Known: day, Places: []Place{place}, Title: s.Says,
			Body: body(r.quoted(s.Quote, s.Sources), r.names(s.By), r.names(s.About), date(s.Date)), Keys: s.Date.String(),
		}
		if m := r.d.Matter(s.Matter); m != nil {
			e.Body = body(append(e.Body, m.Title)...)
			if p := m.Position(s.Position); p != nil {
				e.Body = body(append(e.Body, p.Title)...)
			}
		}
		if s.Amount != nil {
			e.Body = body(append(e.Body, r.amount(s.Amount))...)
		}
		r.add(e)
	}
	for _, m := range r.d.Matters {
		r.add(Entry{Kind: "matters", ID: m.ID, Known: when.Earliest, Places: earliest(said[m.ID]), Title: m.Title})
	}
}

// numbers reads figures, what they count, and who stood where.
func (r *reader) numbers() {
	counted := make(map[string][]Place)
	for _, f := range r.d.Figures {
		m := r.d.Metric(f.Metric)
		if m == nil {
			continue
		}
		day := r.since("figures", f.ID)
		places := r.counted(f, m, day)
		counted[m.ID] = append(counted[m.ID], places...)
		r.add(Entry{
			Kind: "figures", ID: f.ID, Mission: f.Mission, Known: day, Places: places, Title: r.figure(f, m),
			Body: body(r.quoted(f.Wording, f.Sources), f.Note, r.names(f.SaidBy), named(f.Category), date(f.AsOf)),
			Keys: topicWords(m.Topic) + " " + plainNumber(f.Amount) + " " + f.AsOf.String(),
		})
	}
	for _, m := range r.d.Metrics {
		r.add(Entry{
			Kind: "metrics", ID: m.ID, Known: when.Earliest, Places: earliest(counted[m.ID]),
			Title: m.Name, Body: body(m.Note), Keys: topicWords(m.Topic),
		})
	}
	for _, p := range r.d.Deployments {
		day := r.since("deployments", p.ID)
		countries := make([]string, len(p.Contributors))
		for i, c := range p.Contributors {
			countries[i] = c.Country
		}
		r.add(Entry{
			Kind: "deployments", ID: p.ID, Mission: p.Mission, Known: day, Title: named(p.Place),
			Places: []Place{{Room: RoomPeople, Mission: p.Mission, ID: year(p.AsOf), From: day}},
			Body: body(inEach(everywhere, func(c *locale.Catalogue) string {
				return c.Say("joined.label", "label", c.Date(p.AsOf), "words", strings.Join(countries, ", "))
			})),
			Keys: p.AsOf.String(),
		})
	}
}

// year is the one year that a date lies in; nothing where it spans several.
func year(d when.Date) string {
	first, _, _ := d.First().Date()
	last, _, _ := d.Last().Date()
	if d.IsZero() || first != last {
		return ""
	}
	return strconv.Itoa(first)
}

// counted is where a figure is shown: with the mission's money or people; else
// with the actor whose number it is, and with its sources.
func (r *reader) counted(f *dossier.Figure, m *dossier.Metric, day when.Day) []Place {
	switch m.Topic {
	case "money":
		place := Place{Room: RoomMoney, Mission: f.Mission, From: day}
		if m.Kind != "need" {
			place.ID = f.Actor
		}
		return []Place{place}
	case "people":
		return []Place{{Room: RoomPeople, Mission: f.Mission, From: day}}
	}
	if f.Actor != "" {
		return []Place{{Room: RoomActor, ID: f.Actor, From: day}}
	}
	return r.cited(f.Sources, day)
}

// figure says a figure in each language that its metric has: what is counted,
// whose number it is, the amount, and its tense.
func (r *reader) figure(f *dossier.Figure, m *dossier.Metric) locale.Text {
	return inEach(m.Name, func(c *locale.Catalogue) string {
		what := m.Name[c.Lang()]
		if a := r.d.Actor(f.Actor); a != nil {
			who, _, _ := a.Name.In(c.Lang())
			what = c.Say("search.of", "what", what, "who", who)
		}
		return c.Say("joined.label", "label", what, "words", tensed(c, &f.Amount))
	})
}

// amount says an amount with its tense, in all languages.
func (r *reader) amount(a *dossier.Amount) locale.Text {
	return inEach(everywhere, func(c *locale.Catalogue) string { return tensed(c, a) })
}

func tensed(c *locale.Catalogue, a *dossier.Amount) string {
	lo, hi := bounds(a)
	return c.Say("search.amount", "amount", c.Amount(lo, hi, a.Unit, a.Bound, a.Per), "tense", c.Say("modality."+string(a.Modality)))
}

// bounds are the least and the greatest number an amount gives.
func bounds(a *dossier.Amount) (lo, hi float64) {
	switch {
	case a.Value != nil:
		return *a.Value, *a.Value
	case a.Min != nil && a.Max != nil:
		return *a.Min, *a.Max
	}
	return math.NaN(), math.NaN()
}

// plainNumber is an amount as digits alone: 300000000.
func plainNumber(a dossier.Amount) string {
	lo, hi := bounds(&a)
	if math.IsNaN(lo) {
		return ""
	}
	return fmt.Sprintf("%.0f %.0f", lo, hi)
}

// maxPlaces is how many places an entry keeps that many facts lead to.
const maxPlaces = 4

// earliest are the first places that show something.
func earliest(places []Place) []Place {
	var list []Place
	for len(list) < maxPlaces && len(places) > 0 {
		first := 0
		for i := range places {
			if places[i].From < places[first].From {
				first = i
			}
		}
		place := places[first]
		list = append(list, place)
		var rest []Place
		for _, p := range places {
			if p.Room != place.Room || p.Mission != place.Mission || p.ID != place.ID {
				rest = append(rest, p)
			}
		}
		places = rest
	}
	return list
}
