package desk

import (
	"cmp"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/dossier"
	"temwen/intake"
	"temwen/office"
)

// maxIncidents is how many incidents are offered to choose from.
const maxIncidents = 200

// incidentRow is an incident in a list.
type incidentRow struct {
	ID     string
	Number int
	When   string
	Where  string
	Acts   []text
	Actors []text
	Into   int // number of the one it was found to be the same as, or 0
	// Earlier is the version of the vocabulary, where it is not the newest.
	Earlier string
}

// incidentsBody is what the list of incidents shows.
type incidentsBody struct {
	Find *finding
	Rows []incidentRow
	Next string
}

func (w *work) incidentsPage() error {
	id, find, err := w.find(casework.OfIncident, "incidents")
	if err != nil {
		return err
	}
	if id != "" {
		return w.next(w.href("incidents", id))
	}
	than := math.MaxInt64
	if s := w.URL.Query().Get("before"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return errNoPage
		}
		than = n
	}
	list, err := w.cases.Older(w.Context(), than, pageSize+1)
	if err != nil {
		return err
	}
	b := &incidentsBody{Find: find}
	if len(list) > pageSize {
		list = list[:pageSize]
		b.Next = w.href("incidents") + "?before=" + strconv.Itoa(list[pageSize-1].Number)
	}
	numbers := make(map[string]int, len(list))
	for _, i := range list {
		numbers[i.ID] = i.Number
	}
	for _, i := range list {
		row := w.incidentRow(i)
		if row.Into = numbers[i.Into]; i.Into != "" && row.Into == 0 { // it is on another page
			if into, err := w.cases.Incident(w.Context(), i.Into); err == nil {
				row.Into = into.Number
			}
		}
		b.Rows = append(b.Rows, row)
	}
	w.show(&page{visit: w.visit, Template: "case-incidents", Nav: "incidents", Title: w.words.Say("case.incidents.title"), Status: find.Status(), Body: b})
	return nil
}

func (w *work) incidentRow(i *casework.Incident) incidentRow {
	r := incidentRow{ID: i.ID, Number: i.Number, When: w.words.Date(i.When), Where: w.place(i.Where)}
	if i.Terms != casework.CurrentTerms().Version {
		r.Earlier = i.Terms
	}
	for _, a := range i.Acts {
		r.Acts = append(r.Acts, w.term(i.Terms, "acts", a))
	}
	for _, a := range i.Actors {
		r.Actors = append(r.Actors, w.actor(a.Actor))
	}
	return r
}

// pcodes are Haiti's departments by p-code (OCHA's common operational datasets),
// with the word of the catalogue for each.
var pcodes = []struct{ Code, Word string }{
	{"HT01", "ou"},
	{"HT02", "se"},
	{"HT03", "nd"},
	{"HT04", "ne"},
	{"HT05", "ar"},
	{"HT06", "ce"},
	{"HT07", "sd"},
	{"HT08", "ga"},
	{"HT09", "no"},
	{"HT10", "ni"},
}

// Departments are the p-codes that an incident can name.
func Departments() []string {
	codes := make([]string, len(pcodes))
	for i, d := range pcodes {
		codes[i] = d.Code
	}
	return codes
}

// department names a department by its p-code; empty where it is none.
func (w *work) department(code string) string {
	for _, d := range pcodes {
		if d.Code == code {
			return w.words.Say("desk.department." + d.Word)
		}
	}
	return ""
}

// communeName names a commune as far as its name is known, and its department.
func (w *work) communeName(c dossier.Commune) string {
	if in := w.department(c.Code[:4]); c.Name == "" || in == "" {
		return c.Name + in
	} else {
		return c.Name + ", " + in
	}
}

// place says where something happened.
func (w *work) place(p casework.Place) string {
	var parts []string
	if p.Commune != "" {
		said := w.words.Say("case.commune", "code", p.Commune)
		for _, c := range w.view.Info.Communes() {
			if c.Code == p.Commune && c.Name != "" {
				said = c.Name + " (" + c.Code + ")"
			}
		}
		parts = append(parts, said)
	}
	if in := w.department(p.Department); in != "" {
		parts = append(parts, in)
	}
	if at := p.Point; at != nil {
		parts = append(parts, at.String()+" ("+w.words.Say("case.within", "n", at.Within)+")")
	}
	return strings.Join(parts, ", ")
}

// incidentBody is what the page of an incident shows.
type incidentBody struct {
	incidentRow
	Seen        uint64
	Terms       string
	Newest      string // version of the vocabulary
	Precision   string
	Outside     []string // missions in whose days it does not lie
	Far         string   // that its point lies outside of the country
	Circ        []string
	Harm        []string
	Responsible []responsible
	Sources     []sourceRow
	Merged      *casework.Incident // the one it was found to be the same as
	Parts       []partedRow        // what goes on only by that
	Allegations []allegationRow
	Ready       []string      // IDs of allegations that no case takes yet
	Others      []option      // incidents that it could be the same as
	Cut         int           // how many were looked at, where there are more
	Erasure     *askedErasure // asked for by one officer
	CanErase    bool          // they may ask for it
	Erasable    bool          // and no case takes it, nor is it the same as another
	// Of the form of an allegation.
	ActorOf, ActOf, Confidence []option
}

// responsible is an actor who is said to be responsible.
type responsible struct {
	Actor             text
	Confidence, Share string
	Persons           string
}

// sourceRow is what coded facts rest on.
type sourceRow struct {
	Words, Href, Grade string
}

// allegationRow is one allegation.
type allegationRow struct {
	ID         string
	Number     int
	Act, Actor text
	Confidence string
	Taken      bool // by a case
	Cases      []caseLink
	Kept       bool // there are cases that the officer may not see
	Incident   string
	IncidentN  int
}

func (w *work) incidentPage() error {
	i, err := w.cases.Incident(w.Context(), w.PathValue("incident"))
	if err != nil {
		return err
	}
	b := &incidentBody{incidentRow: w.incidentRow(i), Seen: i.Changed, Terms: i.Terms, Newest: casework.CurrentTerms().Version, Precision: i.Where.Precision, Outside: w.outsideForces(i), Far: w.far(i)}
	for _, c := range i.Circumstances {
		b.Circ = append(b.Circ, w.term(i.Terms, "circumstances", c).Words)
	}
	for _, h := range i.Harm {
		b.Harm = append(b.Harm, w.harm(i.Terms, h))
	}
	for _, a := range i.Actors {
		b.Responsible = append(b.Responsible, responsible{w.actor(a.Actor), w.words.Say("case.confidence." + a.Confidence), w.words.Say("case.share." + a.Share), w.persons(a)})
		b.ActorOf = append(b.ActorOf, option{Value: a.Actor, Label: w.actor(a.Actor).Words})
	}
	for _, a := range i.Acts {
		b.ActOf = append(b.ActOf, option{Value: a, Label: w.term(i.Terms, "acts", a).Words})
	}
	b.Confidence = w.worded("case.confidence.", casework.Confidences)
	for _, s := range i.Sources {
		row, err := w.source(s)
		if err != nil {
			return err
		}
		b.Sources = append(b.Sources, row)
	}
	if err := w.incidentTies(i, b); err != nil {
		return err
	}
	b.CanErase = office.May(w.state, w.officer.ID, office.AskErasure, office.Unrelated)
	b.Erasable = b.CanErase && b.Merged == nil && !slices.ContainsFunc(b.Allegations, func(a allegationRow) bool { return a.Taken })
	if b.Erasure, err = w.asked(casework.OfIncident, i.ID); err != nil {
		return err
	}
	w.show(&page{visit: w.visit, Template: "case-incident", Nav: "incidents", Title: w.words.Say("case.incident.title", "number", strconv.Itoa(i.Number)), Body: b})
	return nil
}

// persons says how many persons of an actor are said to have done it; empty where
// nobody says.
func (w *work) persons(a casework.Alleged) string {
	switch most := max(a.Least, a.Most); {
	case most == 0:
		return ""
	case a.Least == most:
		return w.words.Say("case.persons", "n", most)
	default:
		return w.words.Say("case.persons.range", "min", max(a.Least, 1), "max", most)
	}
}

// incidentTies adds what an incident is tied to: allegations, and incidents that
// are or could be the same.
func (w *work) incidentTies(i *casework.Incident, b *incidentBody) error {
	allegations, err := w.cases.Allegations(w.Context(), i.ID, "")
	if err != nil {
		return err
	}
	for _, a := range allegations {
		row := w.allegationRow(a)
		if !row.Taken {
			b.Ready = append(b.Ready, a.ID)
		}
		row.Cases, row.Kept = w.taking(a)
		b.Allegations = append(b.Allegations, row)
	}
	if i.Into != "" {
		if b.Merged, err = w.cases.Incident(w.Context(), i.Into); err == nil {
			b.Parts, err = w.parts(i.ID)
		}
		return err
	}
	others, err := w.cases.Incidents(w.Context(), maxIncidents+1)
	if len(others) > maxIncidents {
		others, b.Cut = others[:maxIncidents], maxIncidents
	}
	for _, o := range others {
		if o.ID != i.ID && o.Into == "" {
			b.Others = append(b.Others, option{Value: o.ID, Label: w.brief(o)})
		}
	}
	return err
}

// brief tells incidents apart in a list of choices.
func (w *work) brief(i *casework.Incident) string {
	parts := []string{w.words.Say("case.incident.title", "number", strconv.Itoa(i.Number))}
	r := w.incidentRow(i)
	for _, s := range []string{r.When, r.Where} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	for _, a := range r.Acts {
		parts = append(parts, a.Words)
	}
	return strings.Join(parts, ", ")
}

func (w *work) allegationRow(a casework.Allegation) allegationRow {
	return allegationRow{
		ID: a.ID, Number: a.Number, Act: w.term(a.Terms, "acts", a.Act), Actor: w.actor(a.Actor), Incident: a.Incident, Taken: len(a.Cases) > 0,
		Confidence: w.words.Say("case.confidence." + a.Confidence),
	}
}

// harm says how many people were harmed, and how.
func (w *work) harm(version string, h casework.Harm) string {
	n := w.words.Number(float64(h.Min))
	if h.Max != h.Min {
		n = w.words.Say("case.harm.range", "min", h.Min, "max", h.Max)
	}
	return w.words.Say("case.harm.line", "kind", w.term(version, "harms", h.Kind).Words, "count", n,
		"sex", w.words.Say("case.sex."+h.Sex), "age", w.words.Say("case.age."+h.Age))
}

// source says what a coded fact rests on.
func (w *work) source(s casework.Basis) (sourceRow, error) {
	r := sourceRow{Words: s.ID, Grade: s.Grade}
	switch s.Kind {
	case "thread":
		words, seen, err := w.report(s.ID)
		if err != nil {
			return r, err
		}
		if r.Words = words; seen {
			r.Href = w.href("threads", s.ID)
		}
	case "source":
		if p := w.view.Source(s.ID); p != nil {
			r.Words, r.Href = p.Publisher+", "+p.Title, p.Address
		}
	}
	return r, nil
}

// report names the report of a thread, and says whether the officer may see it.
func (w *work) report(thread string) (words string, seen bool, err error) {
	t, err := w.desk.inbox.Thread(w.Context(), thread)
	var refused *office.Refused
	switch {
	case err == nil:
		return w.words.Say("desk.thread.title", "number", strconv.Itoa(t.Number)), true, nil
	case errors.Is(err, intake.ErrUnknown):
		return w.words.Say("case.source.gone"), false, nil
	case errors.As(err, &refused):
		return w.words.Say("case.source.unseen"), false, nil
	}
	return "", false, err
}

// mergeIncident says that two incidents are one.
func (w *work) mergeIncident() error {
	id := w.PathValue("incident")
	seen, err := w.seen()
	if err != nil {
		return err
	}
	into, err := w.numbered(casework.OfIncident, "into")
	if err != nil {
		return err
	}
	if err := w.cases.Merge(w.Context(), w.officer.ID, id, into, seen); err != nil {
		return err
	}
	w.done("incident-merged")
	return w.next(w.href("incidents", id))
}

func (w *work) splitIncident() error {
	id := w.PathValue("incident")
	seen, err := w.seen()
	if err != nil {
		return err
	}
	if err := w.cases.Split(w.Context(), w.officer.ID, id, seen); err != nil {
		return err
	}
	w.done("incident-split")
	return w.next(w.href("incidents", id))
}

// allege puts an allegation on the record.
func (w *work) allege() error {
	id := w.PathValue("incident")
	a := casework.Allegation{Incident: id, Actor: w.form.Get("actor"), Act: w.form.Get("act"), Confidence: w.form.Get("confidence")}
	if w.view.Actor(a.Actor) == nil {
		return &casework.Refused{Code: casework.CodeMalformed}
	}
	seen, err := w.seen()
	if err != nil {
		return err
	}
	if _, err := w.cases.Allege(w.Context(), w.officer.ID, a, seen); err != nil {
		return err
	}
	w.done("alleged")
	return w.next(w.href("incidents", id) + "#allegations")
}

// actorOptions are the actors of some kinds, all where none is given, by name.
func (w *work) actorOptions(kinds ...string) []option {
	var list []option
	for _, a := range w.view.Actors {
		if len(kinds) == 0 || slices.Contains(kinds, a.Kind) {
			list = append(list, option{Value: a.ID, Label: w.said.Text(a.Name)})
		}
	}
	slices.SortFunc(list, func(a, b option) int { return cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	return list
}

// responsibleOptions are the actors who can be said to be responsible, by name, and those
// who are already.
func (w *work) responsibleOptions(i *casework.Incident) []option {
	return slices.DeleteFunc(w.actorOptions(), func(o option) bool { return !w.view.Actor(o.Value).MayAnswerFor() && !named(i, o.Value) })
}

// named reports whether an incident names an actor already.
func named(i *casework.Incident, actor string) bool {
	return slices.ContainsFunc(i.Actors, func(a casework.Alleged) bool { return a.Actor == actor })
}

// threadOptions are the reports that an incident can rest on: those named, and the
// open ones.
func (w *work) threadOptions(named []string) ([]option, error) {
	var list []option
	add := func(id, label string) {
		if !slices.ContainsFunc(list, func(o option) bool { return o.Value == id }) {
			list = append(list, option{Value: id, Label: label})
		}
	}
	for _, id := range named {
		label, _, err := w.report(id)
		if err != nil {
			return nil, err
		}
		add(id, label)
	}
	p, err := w.desk.inbox.Threads(w.Context(), intake.Query{View: intake.Open, Officer: w.officer.ID, Limit: pageSize})
	for i := range p.Threads {
		add(p.Threads[i].ID, w.words.Say("desk.thread.title", "number", strconv.Itoa(p.Threads[i].Number)))
	}
	return list, err
}

// statusBad is the status of a form with faults.
const statusBad = http.StatusUnprocessableEntity
