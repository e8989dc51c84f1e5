package desk

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/dossier"
	"temwen/when"
)

// maxRows is how many rows of one sort a form can have.
const maxRows = 200

// incidentForm is the form of an incident's coded facts.
type incidentForm struct {
	Action string
	Number int    // of the incident that is revised, or 0
	Seen   uint64 // the version that the officer saw
	Faults []string
	// Outside are missions in whose days it does not lie: a warning.
	Outside []string
	// Far says that its point lies outside of the country: a warning, too.
	Far  string
	More string // the part to which a row was just added

	When, Commune       string
	Version             string // of the vocabulary
	Departments         []option
	Communes            []option // to choose from
	Precisions          []option
	Point               string
	Distances           []option
	Acts, Circumstances []option
	Harm                []harmFields
	Actors              []actorFields
	Sources             []sourceFields
	Public              []option // sources of the public record, to choose from
}

// harmFields are the fields of a row of harm.
type harmFields struct {
	N                int
	Kinds, Sex, Ages []option
	Min, Max         string
}

// actorFields are the fields of an actor.
type actorFields struct {
	N                          int
	Actors, Confidence, Shares []option
	Least, Most                string // persons; empty where nobody says
}

// sourceFields are the fields of a source: a report, or a public source.
type sourceFields struct {
	N                       int
	Threads                 []option
	Source                  string
	Reliability, Believable []option
}

func (w *work) newIncidentPage() error {
	i := &casework.Incident{Terms: casework.CurrentTerms().Version}
	if id := w.URL.Query().Get("thread"); id != "" {
		i.Sources = []casework.Basis{{Kind: "thread", ID: id}}
	}
	return w.showIncidentForm(i, w.href("incidents"), nil)
}

func (w *work) reviseIncidentPage() error {
	i, err := w.cases.Incident(w.Context(), w.PathValue("incident"))
	if err != nil {
		return err
	}
	return w.showIncidentForm(i, w.href("incidents", i.ID, "revise"), nil)
}

func (w *work) codeIncident() error {
	i, flaws := w.readIncident(new(casework.Incident))
	if w.form.Has("more") {
		return w.showIncidentForm(i, w.href("incidents"), nil)
	}
	if len(flaws) == 0 {
		id, err := w.cases.Code(w.Context(), w.officer.ID, *i)
		if err == nil {
			w.done("incident-coded")
			return w.next(w.href("incidents", id))
		}
		if flaws = flawsOf(err); flaws == nil {
			return err
		}
	}
	return w.showIncidentForm(i, w.href("incidents"), flaws)
}

func (w *work) reviseIncident() error {
	was, err := w.cases.Incident(w.Context(), w.PathValue("incident"))
	if err != nil {
		return err
	}
	i, flaws := w.readIncident(was)
	i.ID, i.Number = was.ID, was.Number
	seen, err := w.seen()
	if err != nil {
		return err
	}
	i.Changed = seen
	if w.form.Has("more") {
		return w.showIncidentForm(i, w.href("incidents", i.ID, "revise"), nil)
	}
	if len(flaws) == 0 {
		err := w.cases.Revise(w.Context(), w.officer.ID, *i)
		if err == nil {
			w.done("incident-revised")
			return w.next(w.href("incidents", i.ID))
		}
		if flaws = flawsOf(err); flaws == nil {
			return err
		}
	}
	return w.showIncidentForm(i, w.href("incidents", i.ID, "revise"), flaws)
}

// flawsOf are the faults that coded facts were turned back for, or nil.
func flawsOf(err error) []casework.Flaw {
	var flawed *casework.Flawed
	if errors.As(err, &flawed) {
		return flawed.Flaws
	}
	return nil
}

// communeForm is a p-code of a commune: that of its department, and two digits.
var communeForm = regexp.MustCompile(`^HT\d{4}$`)

// readIncident reads the form. What cannot be read is a flaw. was is the incident that is
// revised, or an empty one: what it has already need not be known any more.
func (w *work) readIncident(was *casework.Incident) (*casework.Incident, []casework.Flaw) {
	f := w.form
	var flaws []casework.Flaw
	flaw := func(wrong bool, member, code string) {
		if wrong {
			flaws = append(flaws, casework.Flaw{Member: member, Code: code})
		}
	}
	i := &casework.Incident{
		Terms: f.Get("terms"), Acts: f["acts"], Circumstances: f["circumstances"],
		Where: casework.Place{Department: f.Get("department"), Commune: strings.ToUpper(strings.TrimSpace(f.Get("commune"))), Precision: f.Get("precision")},
	}
	if s := strings.TrimSpace(f.Get("when")); s != "" {
		d, err := when.Parse(s)
		flaw(err != nil, "when", "edtf")
		flaw(err == nil && !d.First().Open() && d.First() > w.today, "when", "to-come")
		i.When = d
	}
	known := w.view.Info.Communes()
	fits := communeForm.MatchString(i.Where.Commune)
	flaw(i.Where.Commune != "" && !fits && len(known) == 0, "where", "commune")
	flaw(i.Where.Commune != "" && len(known) > 0 && i.Where.Commune != was.Where.Commune && !slices.ContainsFunc(known, func(c dossier.Commune) bool { return c.Code == i.Where.Commune }), "where", "no-such-commune")
	if fits && i.Where.Department == "" {
		i.Where.Department = i.Where.Commune[:4]
	}
	flaw(i.Where.Commune != "" && i.Where.Department != "" && !strings.HasPrefix(i.Where.Commune, i.Where.Department), "where", "other-department")
	i.Where.Point = w.readPoint(flaw)
	i.Harm = w.readHarm(flaw)
	for n, actor := range f["actor"] {
		if actor != "" {
			known := w.view.Actor(actor)
			flaw(known == nil, "actors", "no-such-word")
			flaw(known != nil && !known.MayAnswerFor() && !named(was, actor), "actors", "not-responsible")
			a := casework.Alleged{Actor: actor, Confidence: nth(f["actor-confidence"], n), Share: nth(f["actor-share"], n)}
			a.Least, a.Most = w.readPersons(n, flaw)
			i.Actors = append(i.Actors, a)
		}
	}
	i.Sources = w.readSources(was.Sources, flaw)
	return i, flaws
}

// readPoint reads where exactly it was, if the officer says so.
func (w *work) readPoint(flaw func(bool, string, string)) *casework.Point {
	s := strings.TrimSpace(w.form.Get("point"))
	if s == "" {
		return nil
	}
	at, ok := casework.ParsePoint(s)
	flaw(!ok, "where", "no-point")
	at.Within, _ = strconv.Atoi(w.form.Get("within")) // 0 is no distance, and is refused
	return &at
}

// readPersons reads how many persons of the actor in a row are said to have done
// it: 0 where nobody says.
func (w *work) readPersons(n int, flaw func(bool, string, string)) (least, most int) {
	read := func(name string) int {
		s := strings.TrimSpace(nth(w.form[name], n))
		if s == "" {
			return 0
		}
		k, err := strconv.Atoi(s)
		flaw(err != nil, "actors", "number")
		return k
	}
	return read("actor-least"), read("actor-most")
}

func (w *work) readHarm(flaw func(bool, string, string)) []casework.Harm {
	var list []casework.Harm
	f := w.form
	for n, kind := range f["harm-kind"] {
		if kind == "" {
			flaw(nth(f["harm-min"], n)+nth(f["harm-max"], n) != "", "harm", "missing")
			continue
		}
		least, err := strconv.Atoi(strings.TrimSpace(nth(f["harm-min"], n)))
		flaw(err != nil, "harm", "number")
		most := least
		if s := strings.TrimSpace(nth(f["harm-max"], n)); s != "" {
			most, err = strconv.Atoi(s)
			flaw(err != nil, "harm", "number")
		}
		list = append(list, casework.Harm{Kind: kind, Sex: nth(f["harm-sex"], n), Age: nth(f["harm-age"], n), Min: least, Max: most})
	}
	return list
}

func (w *work) readSources(had []casework.Basis, flaw func(bool, string, string)) []casework.Basis {
	var list []casework.Basis
	f := w.form
	knew := func(kind, id string) bool {
		return slices.ContainsFunc(had, func(b casework.Basis) bool { return b.Kind == kind && b.ID == id })
	}
	for n, thread := range f["source-thread"] {
		b := casework.Basis{Kind: "thread", ID: thread, Grade: nth(f["source-reliability"], n) + nth(f["source-credibility"], n)}
		if s := strings.TrimSpace(nth(f["source-public"], n)); s != "" {
			flaw(thread != "", "sources", "one-of-two")
			b.Kind, b.ID = "source", s
			flaw(w.view.Source(s) == nil && !knew("source", s), "sources", "no-such-source")
		} else if thread != "" {
			_, err := w.desk.inbox.Thread(w.Context(), thread)
			flaw(err != nil && !knew("thread", thread), "sources", "no-such-source")
		} else {
			flaw(b.Grade != "", "sources", "missing")
		}
		if b.ID != "" {
			list = append(list, b)
		}
	}
	return list
}

func nth(list []string, n int) string {
	if n < len(list) {
		return list[n]
	}
	return ""
}

// showIncidentForm shows the form, with what is wrong in it.
func (w *work) showIncidentForm(i *casework.Incident, action string, flaws []casework.Flaw) error {
	terms := casework.TermsOf(i.Terms)
	if terms == nil {
		terms = casework.CurrentTerms()
	}
	b := &incidentForm{
		Action: action, Number: i.Number, Seen: i.Changed, When: i.When.String(), Commune: i.Where.Commune, Version: terms.Version,
		Precisions: w.worded("case.precision.", casework.Precisions, i.Where.Precision), Circumstances: w.termed(terms, "circumstances", i.Circumstances...),
		Acts: w.termed(terms, "acts", i.Acts...),
	}
	if at := i.Where.Point; at != nil {
		b.Point = at.String()
	}
	for _, d := range casework.Distances {
		b.Distances = append(b.Distances, option{strconv.Itoa(d), w.words.Say("case.within", "n", d), i.Where.Point != nil && i.Where.Point.Within == d})
	}
	b.When, b.Point = w.typed("when", 0, b.When), w.typed("point", 0, b.Point) // also what could not be read
	b.More = w.form.Get("more")
	b.Faults, b.Outside, b.Far = w.faults(flaws, i), w.outsideForces(i), w.far(i)
	for _, c := range w.view.Info.Communes() {
		b.Communes = append(b.Communes, option{Value: c.Code, Label: w.communeName(c)})
	}
	for _, d := range pcodes {
		b.Departments = append(b.Departments, option{d.Code, w.words.Say("desk.department." + d.Word), d.Code == i.Where.Department})
	}
	w.harmRows(b, i, terms)
	w.actorRows(b, i)
	if err := w.sourceRows(b, i); err != nil {
		return err
	}
	title, status := w.words.Say("case.incident.new"), 0
	if i.ID != "" {
		title = w.words.Say("case.incident.revise")
	}
	if len(flaws) > 0 {
		status = statusBad
	}
	w.show(&page{visit: w.visit, Template: "case-incident-form", Nav: "incidents", Title: title, Status: status, Body: b})
	return nil
}

// faults says what is wrong in the coded facts of an incident, each thing once.
func (w *work) faults(flaws []casework.Flaw, i *casework.Incident) (list []string) {
	seen := make(map[casework.Flaw]bool)
	for _, f := range flaws {
		if !seen[f] {
			said := w.words.Say("case.flaw." + f.Code)
			if near, is := w.view.Info.NearestCommune(i.Where.Commune); is && f.Code == "no-such-commune" {
				said = w.words.Say("case.flaw.near-commune", "code", near.Code, "name", w.communeName(near))
			}
			list = append(list, w.said.Label(w.words.Say("case.member."+f.Member), said))
		}
		seen[f] = true
	}
	return list
}

// typed is what stands in a field of a form that comes back, in the n-th of that
// name from 0; is, where the form is new.
func (w *work) typed(field string, n int, is string) string {
	if !w.form.Has(field) {
		return is
	}
	return nth(w.form[field], n)
}

// typedOr is typed for a row that may be new.
func (w *work) typedOr(field string, n int, is string) string {
	if s := w.typed(field, n, is); s != "" {
		return s
	}
	return is
}

// rows is how many rows a form has: one more than are filled, and one more again
// each time that the officer asks for it.
func (w *work) rows(part, field string, filled int) int {
	n := filled + 1
	if w.form.Has(field) {
		n = len(w.form[field])
		if w.form.Get("more") == part {
			n++
		}
	}
	return min(n, maxRows)
}

func (w *work) harmRows(b *incidentForm, i *casework.Incident, terms *casework.Terms) {
	for n := range w.rows("harm", "harm-kind", len(i.Harm)) {
		h, least, most := casework.Harm{Sex: "unknown", Age: "unknown"}, "", ""
		if n < len(i.Harm) {
			h = i.Harm[n]
			least, most = strconv.Itoa(h.Min), strconv.Itoa(h.Max)
		}
		b.Harm = append(b.Harm, harmFields{
			n + 1, w.termed(terms, "harms", w.typed("harm-kind", n, h.Kind)), w.worded("case.sex.", casework.Sexes, w.typedOr("harm-sex", n, h.Sex)),
			w.worded("case.age.", casework.Ages, w.typedOr("harm-age", n, h.Age)), w.typed("harm-min", n, least), w.typed("harm-max", n, most),
		})
	}
}

func (w *work) actorRows(b *incidentForm, i *casework.Incident) {
	all := w.responsibleOptions(i)
	for n := range w.rows("actors", "actor", len(i.Actors)) {
		a := casework.Alleged{Confidence: "unknown", Share: "unknown"}
		if n < len(i.Actors) {
			a = i.Actors[n]
		}
		actors := make([]option, len(all))
		for k, o := range all {
			actors[k] = option{o.Value, o.Label, o.Value == w.typed("actor", n, a.Actor)}
		}
		persons := func(n int) string {
			if n == 0 {
				return ""
			}
			return strconv.Itoa(n)
		}
		b.Actors = append(b.Actors, actorFields{
			n + 1, actors, w.worded("case.confidence.", casework.Confidences, w.typedOr("actor-confidence", n, a.Confidence)),
			w.worded("case.share.", casework.Shares, w.typedOr("actor-share", n, a.Share)),
			w.typed("actor-least", n, persons(a.Least)), w.typed("actor-most", n, persons(a.Most)),
		})
	}
}

func (w *work) sourceRows(b *incidentForm, i *casework.Incident) error {
	var named []string
	for _, s := range i.Sources {
		if s.Kind == "thread" {
			named = append(named, s.ID)
		}
	}
	for _, id := range w.form["source-thread"][:min(len(w.form["source-thread"]), maxRows)] {
		if id != "" && !slices.Contains(named, id) {
			named = append(named, id)
		}
	}
	threads, err := w.threadOptions(named)
	if err != nil {
		return err
	}
	for n := range w.rows("sources", "source-thread", len(i.Sources)) {
		s := casework.Basis{Kind: "thread"}
		if n < len(i.Sources) {
			s = i.Sources[n]
		}
		row := sourceFields{N: n + 1}
		thread, source := s.ID, ""
		if s.Kind == "source" {
			thread, source = "", s.ID
		}
		for _, o := range threads {
			row.Threads = append(row.Threads, option{o.Value, o.Label, o.Value == w.typed("source-thread", n, thread)})
		}
		row.Source = w.typed("source-public", n, source)
		reliability, credibility := "", ""
		if len(s.Grade) == 2 {
			reliability, credibility = s.Grade[:1], s.Grade[1:]
		}
		row.Reliability = w.graded("case.reliability.", "ABCDEF", w.typed("source-reliability", n, reliability))
		row.Believable = w.graded("case.credibility.", "123456", w.typed("source-credibility", n, credibility))
		b.Sources = append(b.Sources, row)
	}
	for _, s := range w.view.Sources {
		b.Public = append(b.Public, option{Value: s.ID, Label: s.Publisher + ", " + s.Title})
	}
	return nil
}

// graded are the grades of a source, each with its sign.
func (w *work) graded(prefix, grades, chosen string) []option {
	list := make([]option, 0, len(grades))
	for _, g := range strings.Split(grades, "") {
		list = append(list, option{g, w.said.Label(g, w.words.Say(prefix+g)), g == chosen})
	}
	return list
}
