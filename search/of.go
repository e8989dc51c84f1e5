package search

import (
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// Of are the entries of a dossier. What has no source, and so was never known,
// has none; nor have calendars, which no page shows.
func Of(d *dossier.Dossier) []Entry {
	r := &reader{d: d, known: make(map[string]when.Day), published: make(map[string]when.Day)}
	for f := range d.Facts() {
		r.known[f.Kind+"/"+f.ID] = f.Known
	}
	for _, s := range d.Sources {
		r.published[s.ID] = s.Published.Last()
	}
	r.frame()
	r.duties()
	r.numbers()
	r.words()
	return r.entries
}

// reader turns facts into entries.
type reader struct {
	d         *dossier.Dossier
	known     map[string]when.Day // by kind/ID
	published map[string]when.Day // by source
	entries   []Entry
}

// add keeps an entry if it was ever known and a page ever shows it. It is known
// when both are so.
func (r *reader) add(e Entry) {
	e.Dossier = r.d.Info.ID
	shown := when.Latest
	for _, p := range e.Places {
		shown = min(shown, p.From)
	}
	if e.Known = max(e.Known, shown); e.Known == when.Latest {
		return
	}
	e.Keys = strings.Join([]string{e.Keys, e.ID, r.short(e.Mission)}, " ")
	r.entries = append(r.entries, e)
}

// since is the day a fact is known from.
func (r *reader) since(kind, id string) when.Day {
	if day, ok := r.known[kind+"/"+id]; ok {
		return day
	}
	return when.Latest
}

// sourced is the day the earliest of some sources was published.
func (r *reader) sourced(ids []string) when.Day {
	day := when.Latest
	for _, id := range ids {
		if p, ok := r.published[id]; ok {
			day = min(day, p)
		}
	}
	return day
}

// own is the day a part of a fact is known from: by its own sources, or else
// with the fact; never before the fact.
func (r *reader) own(sources []string, fact when.Day) when.Day {
	if len(sources) == 0 {
		return fact
	}
	return max(fact, r.sourced(sources))
}

// short is what a mission is called in short, with its ID.
func (r *reader) short(mission string) string {
	if m := r.d.Mission(mission); m != nil {
		return m.Short + " " + m.ID
	}
	return ""
}

// cited are the pages of sources, as the places where what they say is told.
func (r *reader) cited(sources []string, fact when.Day) []Place {
	var places []Place
	for _, id := range sources {
		if day, ok := r.published[id]; ok {
			places = append(places, Place{Room: RoomSource, ID: id, From: max(fact, day)})
		}
	}
	return places
}

// names are the names of actors, joined in each language.
func (r *reader) names(ids ...string) locale.Text {
	var texts []locale.Text
	for _, id := range ids {
		if a := r.d.Actor(id); a != nil {
			texts = append(texts, a.Name)
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return inEach(texts[0], func(c *locale.Catalogue) string {
		names := make([]string, len(texts))
		for i, t := range texts {
			names[i], _, _ = t.In(c.Lang())
		}
		return c.List(names)
	})
}

// inEach says something in each language that a text has.
func inEach(t locale.Text, say func(*locale.Catalogue) string) locale.Text {
	out := make(locale.Text, len(t))
	for _, lang := range locale.Langs {
		if t[lang] == "" {
			continue
		}
		if s := say(locale.In(lang)); s != "" {
			out[lang] = s
		}
	}
	return out
}

// everywhere is all four languages, for what only the catalogue says.
var everywhere = func() locale.Text {
	t := make(locale.Text)
	for _, lang := range locale.Langs {
		t[lang] = string(lang)
	}
	return t
}()

// date is a date in words; nothing where there is none.
func date(d when.Date) locale.Text {
	if d.IsZero() {
		return nil
	}
	return inEach(everywhere, func(c *locale.Catalogue) string { return c.Date(d) })
}

// quoted are words in the language of the earliest source.
func (r *reader) quoted(words string, sources []string) locale.Text {
	if words == "" {
		return nil
	}
	lang, day := locale.English, when.Latest
	for _, id := range sources {
		if s := r.d.Source(id); s != nil && s.Published.Last() < day {
			lang, day = language(s.Language), s.Published.Last()
		}
	}
	return locale.Text{lang: words}
}

// language is the primary subtag of a language.
func language(tag string) locale.Lang {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return locale.Lang(base)
}

// named is words in no language: the name of a place or of a publisher.
func named(words string) locale.Text {
	if words == "" {
		return nil
	}
	return locale.Text{"": words}
}

// body are the passages that say something.
func body(passages ...locale.Text) []locale.Text {
	var kept []locale.Text
	for _, p := range passages {
		if len(p) > 0 {
			kept = append(kept, p)
		}
	}
	return kept
}

// topicWords are a topic's words in all languages.
func topicWords(topic string) string {
	var words []string
	for _, lang := range locale.Langs {
		if c := locale.In(lang); c.Has("topic." + topic) {
			words = append(words, c.Say("topic."+topic))
		}
	}
	return strings.Join(words, " ")
}
