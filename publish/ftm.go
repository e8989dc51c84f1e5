package publish

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// Entity is one thing in the words of FollowTheMoney, the model that
// investigative reporters' tools share: a schema, and properties that each have
// several values.
//
// What FollowTheMoney has no word for is left out: it cannot say that something
// is owed, nor how real an amount is. Private persons are never entities.
type Entity struct {
	ID         string              `json:"id"`
	Schema     string              `json:"schema"`
	Properties map[string][]string `json:"properties"`
}

// WriteEntities writes entities as one JSON object to a line.
func WriteEntities(w io.Writer, entities []Entity) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for i := range entities {
		if err := lines.Encode(&entities[i]); err != nil {
			return fmt.Errorf("writing the entity %s: %w", entities[i].ID, err)
		}
	}
	return out.Flush()
}

// Entities are a view's dossier in the words of FollowTheMoney: sources and
// instruments as documents; actors as public bodies, organisations and legal
// entities; missions as projects with their participants; what happened as
// events; money that moved as payments.
func (v *View) Entities() []Entity {
	f := &following{View: v}
	f.documents()
	f.actors()
	f.missions()
	f.happenings()
	f.payments()
	return f.entities
}

// following gathers entities.
type following struct {
	*View
	entities []Entity
}

// ref is the ID of a fact's entity: haiti.actors.kenya.
func (f *following) ref(kind, id string) string {
	if id == "" {
		return ""
	}
	return f.Info.ID + "." + kind + "." + id
}

// entity begins an entity; set gives it values.
func (f *following) entity(schema, kind, id string) *Entity {
	f.entities = append(f.entities, Entity{f.ref(kind, id), schema, make(map[string][]string)})
	return &f.entities[len(f.entities)-1]
}

// set adds the values of a property that are not empty.
func (e *Entity) set(property string, values ...string) {
	for _, value := range values {
		if value != "" {
			e.Properties[property] = append(e.Properties[property], value)
		}
	}
}

// words adds a text in all its languages, English first.
func (e *Entity) words(property string, t locale.Text) {
	english := t.String()
	e.set(property, english)
	for _, lang := range locale.Langs {
		if t[lang] != english {
			e.set(property, t[lang])
		}
	}
}

// dated adds a date, or its start and end.
func (e *Entity) dated(d when.Date) {
	start, end, interval := strings.Cut(d.String(), "/")
	if !interval {
		e.set("date", plainDate(start))
		return
	}
	e.set("startDate", plainDate(start))
	e.set("endDate", plainDate(end))
}

// plainDate is a date as FollowTheMoney takes it: as much of year, month and day
// as is surely known, without "about".
func plainDate(edtf string) string {
	day, _, _ := strings.Cut(strings.TrimRight(edtf, "?~%"), "T")
	kept := ""
	for i, part := range strings.Split(day, "-") {
		if part == "" || strings.Trim(part, "0123456789") != "" || i == 1 && part > "12" {
			break
		}
		if i > 0 {
			kept += "-"
		}
		kept += part
	}
	if len(kept) < len("2024") {
		return ""
	}
	return kept
}

// sourced adds the sources: as documents where a schema can have them as proof,
// else as their addresses.
func (f *following) sourced(e *Entity, proof bool, sources []string) {
	for _, id := range sources {
		s := f.Source(id)
		switch {
		case s == nil:
		case proof:
			e.set("proof", f.ref("sources", id))
		default:
			e.set("sourceUrl", s.Address)
		}
	}
}

// languageCodes are the languages of the record as ISO 639-3 writes them.
var languageCodes = map[string]string{
	"ht": "hat", "fr": "fra", "en": "eng", "es": "spa", "sw": "swa", "pt": "por", "de": "deu", "ar": "ara",
	"id": "ind", "it": "ita", "nl": "nld", "ru": "rus", "zh": "zho",
}

func (f *following) documents() {
	for _, s := range f.Sources {
		e := f.entity("Document", "sources", s.ID)
		e.set("name", s.Title)
		e.set("title", s.Title)
		e.set("fileName", s.Title) // what tools show a document by
		e.set("publisher", s.Publisher)
		e.set("publishedAt", plainDate(s.Published.String()))
		language, _, _ := strings.Cut(s.Language, "-")
		e.set("language", languageCodes[language])
		e.set("sourceUrl", s.Address, s.Archived)
	}
	for _, in := range f.Instruments {
		e := f.entity("Document", "instruments", in.ID)
		e.words("name", in.Title)
		e.set("title", in.Symbol)
		e.set("fileName", cmp.Or(in.Symbol, in.Title.String()))
		e.set("date", plainDate(in.Date.String()))
		for _, id := range in.By {
			e.set("author", f.actor(id).Name.String())
		}
		e.set("keywords", string(in.Kind), string(in.Publicity))
		e.words("notes", in.Note)
		f.sourced(e, true, in.Sources)
	}
}

// actorSchemata say what each kind of actor is. An official's role is the legal
// entity that answers, never the person who holds it.
var actorSchemata = map[string]string{
	"state": "PublicBody", "office": "PublicBody", "organisation": "Organization",
	"unit": "Organization", "force": "Organization", "group": "Organization",
	"contractor": "Organization", "armed-group": "Organization", "role": "LegalEntity",
}

func (f *following) actors() {
	for _, a := range f.Actors {
		schema := actorSchemata[a.Kind]
		if schema == "" {
			schema = "LegalEntity"
		}
		e := f.entity(schema, "actors", a.ID)
		e.words("name", a.Name)
		e.set("classification", a.Kind)
		e.set("country", strings.ToLower(a.Country))
		if f.Actor(a.Of) != nil {
			e.set("parent", f.ref("actors", a.Of))
		}
		e.words("notes", a.Note)
	}
}

func (f *following) missions() {
	for _, m := range f.Missions {
		e := f.entity("Project", "missions", m.ID)
		e.words("name", m.Name)
		e.set("alias", m.Short)
		e.set("projectId", m.ID)
		e.dated(f.Period(m))
		e.words("summary", m.Summary)
		f.sourced(e, true, m.Sources)
		for _, p := range f.parts(m.ID) {
			part := f.entity("ProjectParticipant", "parts", strings.TrimPrefix(p.Fact, "parts/"))
			part.set("participant", f.ref("actors", p.Actor.ID))
			part.set("project", f.ref("missions", m.ID))
			part.set("role", p.Part)
			part.set("startDate", plainDate(p.From.String()))
			part.set("endDate", plainDate(p.Until.String()))
			part.words("summary", p.Note)
			f.sourced(part, false, p.Sources)
		}
	}
}

// happenings are the milestones that happened, and what happened to obligations.
func (f *following) happenings() {
	for _, m := range f.Dossier.Milestones {
		if m.Happened.IsZero() || m.Happened.First() > f.AsOf.World {
			continue
		}
		e := f.entity("Event", "milestones", m.ID)
		e.words("name", m.Title)
		e.dated(m.Happened)
		e.words("notes", m.Note)
		f.sourced(e, true, m.Sources)
	}
	for _, h := range f.Events {
		o := f.Obligation(h.Obligation)
		if o == nil || h.Date.First() > f.AsOf.World {
			continue
		}
		e := f.entity("Event", "events", h.ID)
		e.words("name", h.Title)
		e.dated(h.Date)
		e.set("keywords", h.Kind)
		e.words("summary", o.Title)
		for _, id := range o.Debtor {
			e.set("involved", f.ref("actors", id))
		}
		if h.By != "" {
			e.set("organizer", f.ref("actors", h.By))
		}
		f.sourced(e, true, h.Sources)
	}
}

// moved are the tenses in which money has changed hands.
var moved = map[dossier.Modality]bool{"received": true, "disbursed": true, "spent": true}

// payments are the figures of money that went from an actor to a mission's
// force. Only flows are: two readings of one fund's level would be added up as
// if they were two payments.
func (f *following) payments() {
	for _, figure := range f.Figures {
		metric, m := f.Metric(figure.Metric), f.Mission(figure.Mission)
		lo, hi := Bounds(figure.Amount)
		if metric == nil || metric.Topic != "money" || metric.Kind != "flow" || !moved[figure.Modality] || lo != hi ||
			figure.Actor == "" || m == nil || f.Actor(m.Force) == nil || !figure.Per.IsZero() || len(figure.Unit) != 3 {
			continue
		}
		e := f.entity("Payment", "figures", figure.ID)
		e.set("payer", f.ref("actors", figure.Actor))
		e.set("beneficiary", f.ref("actors", m.Force))
		e.set("project", f.ref("missions", m.ID))
		e.set("amount", csvCell(lo))
		e.set("currency", figure.Unit)
		e.dated(figure.AsOf)
		e.words("purpose", metric.Name)
		e.set("summary", strings.TrimSpace(string(figure.Modality)+" "+figure.Bound))
		f.sourced(e, false, figure.Sources)
	}
}
