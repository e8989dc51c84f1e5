package sheet

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/instrument"
	"temwen/when"
)

// World is what a file may speak of, as of a day.
type World struct {
	Today       when.Day
	Departments []string
	Communes    []string // p-codes; any of the right form where there is no list
	Actors      []string // who can be said to be responsible
	Sources     []string
	Missions    []string
	// Procedures are those of each mission.
	Procedures map[string][]*instrument.Procedure
}

// Told is what the rows tell, the earliest case first, and which rows only repeat
// another. What is wrong in them, and in those that could not be read, is Faults.
func (t *Table) Told(w *World) (list []casework.Told, repeated []Fault, err error) {
	var rows []*reading
	first := make(map[string]Row)
	for _, row := range t.Rows {
		r := &reading{world: w, table: t, row: row}
		r.tells = r.told()
		if was, twice := first[r.tells.Ref]; twice && r.tells.Ref != "" {
			if slices.Equal(was.Cells, row.Cells) {
				repeated = append(repeated, Fault{row.Line, "", fmt.Sprintf("repeats line %d; it is taken once", was.Line)})
				continue
			}
			r.fault("ref", "this number is on line %d too, with other facts: give each case its own", was.Line)
		}
		first[r.tells.Ref] = row
		rows = append(rows, r)
	}
	together(rows)
	faults := slices.Clone(t.faults)
	for _, r := range rows {
		if len(r.faults) == 0 {
			r.try(&r.tells)
		}
		faults = append(faults, r.faults...)
		list = append(list, r.tells)
	}
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
		return nil, nil, faults
	}
	slices.SortStableFunc(list, func(a, b casework.Told) int { return cmp.Compare(a.On, b.On) })
	return list, repeated, nil
}

// reading is a row on its way to what it tells.
type reading struct {
	tells  casework.Told
	world  *World
	table  *Table
	row    Row
	faults Faults
	from   []string // column of each deed
}

func (r *reading) fault(column, format string, args ...any) {
	r.faults = append(r.faults, Fault{r.row.Line, column, fmt.Sprintf(format, args...)})
}

// cell is what stands in a column, and whether something does.
func (r *reading) cell(column string) (string, bool) {
	i := slices.Index(r.table.Columns, column)
	if i < 0 || r.row.Cells[i] == "" {
		return "", false
	}
	s := r.row.Cells[i]
	switch {
	case len([]rune(s)) > maxCell:
		r.fault(column, "the cell has %d characters, and codes have at most %d; free text is not imported", len([]rune(s)), maxCell)
		return "", false
	case address.MatchString(s):
		r.fault(column, "this looks like an e-mail address; nothing that names a person is imported")
		return "", false
	}
	return s, true
}

var (
	address  = regexp.MustCompile(`[^\s@]@[^\s@]*[A-Za-z][^\s@]*\.[A-Za-z]`)
	refForm  = regexp.MustCompile(`^[A-Za-z]{0,6}[-./]?[0-9][A-Za-z0-9./-]{0,24}$`)
	codeForm = regexp.MustCompile(`^[A-Za-z0-9-]{1,40}$`)
	commune  = regexp.MustCompile(`^HT\d{4}$`)
)

// code holds a word against the codes that it may be.
func (r *reading) code(column, word, what string, codes []string) bool {
	if slices.Contains(codes, word) {
		return true
	}
	near := nearest(strings.ToLower(word), codes)
	switch {
	case near != "" && codeForm.MatchString(word):
		r.fault(column, "%q is no %s; is %s meant?", word, what, near)
	case len(codes) <= 20 && len(codes) > 0:
		r.fault(column, "there is no such %s; there are: %s", what, strings.Join(codes, ", "))
	default:
		r.fault(column, "there is no such %s; temwen case import --template lists them", what)
	}
	return false
}

// words are the words of a cell, each of the form of a code.
func (r *reading) words(column string) []string {
	s, _ := r.cell(column)
	return strings.Fields(strings.ReplaceAll(s, ",", " "))
}

// terms is the version of the vocabulary that the row is written in.
func (r *reading) terms() *casework.Terms {
	all := casework.OwnTerms()
	version, ok := r.cell("terms")
	if !ok {
		return all.Newest()
	}
	var versions []string
	for _, t := range all {
		versions = append(versions, t.Version)
	}
	if r.code("terms", version, "version of the vocabulary", versions) {
		return all.Of(version)
	}
	return all.Newest()
}

// term holds a word against those of a version of the vocabulary. One that an earlier
// version has is said with what it became.
func (r *reading) term(column, word, what, kind string, terms *casework.Terms) bool {
	if terms.Name(kind, word) == nil {
		for _, t := range casework.OwnTerms() {
			if t.Name(kind, word) == nil || !casework.OwnTerms().Reaches(t.Version, terms.Version) {
				continue
			}
			became := "has become " + cmp.Or(strings.Join(casework.OwnTerms().Became(kind, word, t.Version, terms.Version), " or "), "no other")
			r.fault(column, "%s is a word of the vocabulary %s, and %s in %s; write that, or %s in the column terms", word, t.Version, became, terms.Version, t.Version)
			return false
		}
	}
	return r.code(column, word, what, terms.Codes(kind))
}

func (r *reading) day(column, s string) (when.Day, bool) {
	d, err := when.ParseDay(s)
	switch {
	case err != nil || d.Open():
		r.fault(column, "%s", cmp.Or(otherwise(s), "there is no such day; write it as 2025-03-12"))
		return 0, false
	case d > r.world.Today:
		r.fault(column, "%s is still to come", d)
		return 0, false
	}
	return d, true
}

var (
	slashed = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$`)
	serial  = regexp.MustCompile(`^[2-6]\d{4}(?:[.,]\d+)?$`)
)

// otherwise says how a day that a spreadsheet writes in its own way is to be written.
// Which of two numbers is the month is not guessed. It is empty where the words are of
// no such form, and so may be anything.
func otherwise(s string) string {
	if serial.MatchString(s) {
		return s + " is how a spreadsheet keeps a day; give the column the format 2025-03-12: year, month, day"
	}
	m := slashed.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	var may []string
	for _, of := range [][2]string{{m[2], m[1]}, {m[1], m[2]}} {
		d, err := when.ParseDay(fmt.Sprintf("%s-%02s-%02s", m[3], of[0], of[1]))
		if err == nil && !slices.Contains(may, d.String()) {
			may = append(may, d.String())
		}
	}
	switch len(may) {
	case 2:
		return fmt.Sprintf("%s can be %s or %s; write which: year, month, day", s, may[0], may[1])
	case 1:
		return fmt.Sprintf("%s is to be written %s: year, month, day", s, may[0])
	}
	return ""
}

func (r *reading) told() casework.Told {
	var d casework.Told
	ref, ok := r.cell("ref")
	switch {
	case !ok:
		r.fault("ref", "the row needs a number of its own, such as 2025-014")
	case !refForm.MatchString(ref):
		r.fault("ref", "this is no number of a case; write it as 2025-014, without a name")
	default:
		d.Ref = ref
	}
	about := ref
	if s, ok := r.cell("incident"); ok && s != ref {
		if !refForm.MatchString(s) {
			r.fault("incident", "this is no number of an incident; write it as 2025-014, without a name")
		}
		about, d.About = s, s
	}
	d.Incident = r.incident(about)
	for _, a := range d.Incident.Actors {
		for _, act := range d.Incident.Acts {
			d.Allegations = append(d.Allegations, casework.Allegation{Actor: a.Actor, Act: act, Confidence: a.Confidence})
		}
	}
	r.docket(&d)
	return d
}

func (r *reading) incident(about string) casework.Incident {
	terms := r.terms()
	i := casework.Incident{Terms: terms.Version}
	for _, w := range r.words("acts") {
		if r.term("acts", w, "act", "acts", terms) && !slices.Contains(i.Acts, w) {
			i.Acts = append(i.Acts, w)
		}
	}
	for _, w := range r.words("circumstances") {
		if r.term("circumstances", w, "circumstance", "circumstances", terms) && !slices.Contains(i.Circumstances, w) {
			i.Circumstances = append(i.Circumstances, w)
		}
	}
	if len(r.words("acts")) == 0 {
		r.fault("acts", "an incident needs an act at least")
	}
	if s, ok := r.cell("when"); ok {
		date, err := when.Parse(s)
		switch {
		case err != nil:
			r.fault("when", "%s", cmp.Or(otherwise(s), "this is no date; write it as 2025-03-12, 2025-03 or 2025-03-12~"))
		case !date.First().Open() && date.First() > r.world.Today:
			r.fault("when", "%s is still to come", date)
		}
		i.When = date
	}
	i.Where = r.place()
	r.harm(&i, terms)
	r.actors(&i)
	grade, ok := r.cell("grade")
	if !ok {
		r.fault("grade", "a source needs a grade, A1 to F6")
	}
	source := casework.OwnFile + about
	if s, ok := r.cell("source"); ok && r.code("source", s, "source of the public record", r.world.Sources) {
		source = s
	}
	i.Sources = []casework.Basis{{Kind: "source", ID: source, Grade: strings.ToUpper(grade)}}
	return i
}

func (r *reading) place() casework.Place {
	var p casework.Place
	if s, ok := r.cell("department"); ok && r.code("department", strings.ToUpper(s), "department", r.world.Departments) {
		p.Department, p.Precision = strings.ToUpper(s), "department"
	}
	if s, ok := r.cell("commune"); ok {
		s = strings.ToUpper(s)
		switch {
		case !commune.MatchString(s):
			r.fault("commune", "this is no p-code of a commune: HT and four digits")
		case p.Department != "" && !strings.HasPrefix(s, p.Department):
			r.fault("commune", "%s is not in %s", s, p.Department)
		case len(r.world.Communes) > 0 && !slices.Contains(r.world.Communes, s):
			if near := nearest(s, r.world.Communes); near != "" {
				r.fault("commune", "there is no commune %s; is %s meant?", s, near)
			} else {
				r.fault("commune", "there is no commune %s", s)
			}
		default:
			p.Department, p.Commune, p.Precision = s[:4], s, "commune"
		}
	}
	return p
}

// parts are the parts of a word, at least and at most so many; fault says how it is
// written.
func (r *reading) parts(column, word string, least, most int, form string) []string {
	p := strings.Split(word, "/")
	if len(p) < least || len(p) > most {
		r.fault(column, "write it as %s", form)
		return nil
	}
	return p
}

// span is a number, or a least and a most.
func (r *reading) span(column, s string) (least, most int, ok bool) {
	a, b, two := strings.Cut(s, "-")
	least, err := strconv.Atoi(a)
	most = least
	if two && err == nil {
		most, err = strconv.Atoi(b)
	}
	if err != nil || least < 0 || most < least || most > 1_000_000 {
		r.fault(column, "how many is a number, or least-most, such as 1-3")
		return 0, 0, false
	}
	return least, most, true
}

func (r *reading) harm(i *casework.Incident, terms *casework.Terms) {
	for _, w := range r.words("harm") {
		p := r.parts("harm", w, 4, 4, "harm/sex/age/how many, such as injured/male/adult/1-3")
		if p == nil {
			continue
		}
		least, most, ok := r.span("harm", p[3])
		ok = r.term("harm", p[0], "harm", "harms", terms) && ok
		ok = r.code("harm", p[1], "sex", casework.Sexes) && ok
		if r.code("harm", p[2], "age", casework.Ages) && ok {
			i.Harm = append(i.Harm, casework.Harm{Kind: p[0], Sex: p[1], Age: p[2], Min: least, Max: most})
		}
	}
}

func (r *reading) actors(i *casework.Incident) {
	for _, w := range r.words("actors") {
		p := r.parts("actors", w, 3, 4, "actor/confidence/share, such as mss-force/likely/joined")
		if p == nil {
			continue
		}
		a := casework.Alleged{Actor: p[0], Confidence: p[1], Share: p[2]}
		ok := r.code("actors", p[0], "actor", r.world.Actors)
		ok = r.code("actors", p[1], "confidence", casework.Confidences) && ok
		ok = r.code("actors", p[2], "share", casework.Shares) && ok
		if len(p) == 4 {
			var fits bool
			a.Least, a.Most, fits = r.span("actors", p[3])
			ok = ok && fits
		}
		if ok && slices.ContainsFunc(i.Actors, func(b casework.Alleged) bool { return b.Actor == a.Actor }) {
			r.fault("actors", "%s stands there twice", a.Actor)
		} else if ok {
			i.Actors = append(i.Actors, a)
		}
	}
	if len(i.Actors) == 0 && len(r.words("actors")) == 0 {
		r.fault("actors", "an allegation needs an actor at least")
	}
}

// docket reads the case, if there is one.
func (r *reading) docket(d *casework.Told) {
	mission, has := r.cell("mission")
	if !has {
		for _, column := range []string{"procedure", "state", "opened", "notices", "answers", "remedies", "departures"} {
			if _, filled := r.cell(column); filled {
				r.fault("mission", "the row has a case, for %s is filled; whose duty is it?", column)
				return
			}
		}
		return
	}
	if !r.code("mission", mission, "mission", r.world.Missions) {
		return
	}
	name, _ := r.cell("procedure")
	var names []string
	for _, p := range r.world.Procedures[mission] {
		names = append(names, p.ID)
	}
	if !r.code("procedure", name, "procedure of "+mission, names) {
		return
	}
	procedure := r.world.Procedures[mission][slices.Index(names, name)]
	state, _ := r.cell("state")
	if state != "" && !r.code("state", state, "actor", r.world.Actors) {
		return
	}
	opened, _ := r.cell("opened")
	on, ok := r.day("opened", opened)
	if !ok {
		return
	}
	d.Case, d.On = &casework.Opened{Procedure: procedure, Mission: mission, State: state}, on
	r.deeds(d, procedure)
}

// deeds reads what happened in the case, and puts it in the order of its days.
func (r *reading) deeds(d *casework.Told, p *instrument.Procedure) {
	type dated struct {
		casework.Later
		column string
	}
	var list []dated
	var steps []string
	for i := range p.Steps {
		steps = append(steps, p.Steps[i].ID)
	}
	for _, w := range r.words("notices") {
		step, days, ok := strings.Cut(w, "@")
		sent, by, hasBy := strings.Cut(days, "..")
		if !ok || !r.code("notices", step, "step of "+p.ID, steps) {
			r.formOf("notices", ok)
			continue
		}
		on, fits := r.day("notices", sent)
		n := &casework.Notice{How: "post", Language: "en"}
		if hasBy {
			day, err := when.ParseDay(by)
			if err != nil || day.Open() {
				r.fault("notices", "there is no such day; write it as 2025-03-12")
				continue
			}
			n.By = &day
		}
		if fits {
			list = append(list, dated{casework.Later{On: on, Step: step, Notice: n}, "notices"})
		}
	}
	for _, w := range r.words("answers") {
		step, rest, ok := strings.Cut(w, "=")
		answer, day, at := strings.Cut(rest, "@")
		if !ok || !at || !r.code("answers", step, "step of "+p.ID, steps) {
			r.formOf("answers", ok && at)
			continue
		}
		var answers []string
		for i := range p.Step(step).Answers {
			answers = append(answers, p.Step(step).Answers[i].ID)
		}
		more := strings.Split(day, "+")
		on, fits := r.day("answers", more[0])
		if !r.code("answers", answer, "answer to the step "+step, answers) {
			continue
		}
		if a, ok := r.answer(p.Step(step), answer, more[1:]); ok && fits {
			list = append(list, dated{casework.Later{On: on, Step: step, Answer: a}, "answers"})
		}
	}
	for _, w := range r.words("remedies") {
		kind, day, ok := strings.Cut(w, "@")
		if !ok || !r.code("remedies", kind, "remedy", casework.RemedyKinds) {
			r.formOf("remedies", ok)
			continue
		}
		if on, fits := r.day("remedies", day); fits {
			list = append(list, dated{casework.Later{On: on, Remedy: &casework.Remedy{Kind: kind}}, "remedies"})
		}
	}
	for _, w := range r.words("departures") {
		if on, left := r.departure(w); left != nil {
			list = append(list, dated{casework.Later{On: on, Departure: left}, "departures"})
		}
	}
	slices.SortStableFunc(list, func(a, b dated) int { return cmp.Compare(a.On, b.On) })
	for _, l := range list {
		d.Deeds, r.from = append(d.Deeds, l.Later), append(r.from, l.column)
	}
}

// answer reads what is said of an answer beside its day: that reasons were given, and by
// which standard of proof it finds what it does.
func (r *reading) answer(s *instrument.Step, id string, more []string) (*casework.Answer, bool) {
	a := &casework.Answer{Answer: id, How: "letter"}
	for _, word := range more {
		if word == "reasons" {
			a.Reasons = true
			continue
		}
		if !r.code("answers", word, "standard of proof", standards()) {
			return nil, false
		}
		a.Standard = casework.Standard(word)
	}
	i := slices.IndexFunc(s.Answers, func(b instrument.Branch) bool { return b.ID == id })
	switch finds := s.Answers[i].Kind.Finds(); {
	case finds && a.Standard == "":
		r.fault("answers", "%s=%s is a finding: say by which standard of proof, as +%s; +%s where none was stated", s.ID, id, casework.Standards[1], casework.NotStated)
		return nil, false
	case !finds && a.Standard != "":
		r.fault("answers", "%s=%s is no finding, and has no standard of proof", s.ID, id)
		return nil, false
	}
	return a, true
}

// departure reads that somebody left the country, and the day on which the office
// learned it; nil where something is wrong.
func (r *reading) departure(word string) (when.Day, *casework.Departure) {
	said, day, dated := strings.Cut(word, "@")
	said, left, timed := strings.Cut(said, "=")
	how, source, sourced := strings.Cut(said, "/")
	if !dated || !sourced {
		r.formOf("departures", false)
		return 0, nil
	}
	d := &casework.Departure{How: how, Source: source}
	on, fits := r.day("departures", day)
	fits = r.code("departures", how, "way to leave", casework.DepartureWays) && fits
	fits = r.code("departures", source, "source of a departure", casework.DepartureSources) && fits
	if timed {
		var err error
		if d.On, err = when.Parse(left); err != nil || d.On.IsZero() {
			r.fault("departures", "%s", cmp.Or(otherwise(left), "when they left is no date; write it as 2025-03-12, 2025-03 or 2025-03-12~, or leave it out with its ="))
			return 0, nil
		}
		if fits && d.On.First() > on {
			r.fault("departures", "who left on %s had not left when the office learned it, on %s", d.On, on)
			return 0, nil
		}
	}
	if !fits {
		return 0, nil
	}
	return on, d
}

// formOf says how a word is written, unless that is not what is wrong.
func (r *reading) formOf(column string, fits bool) {
	if fits {
		return
	}
	i := slices.IndexFunc(Columns, func(c Column) bool { return c.Name == column })
	r.fault(column, "%s", Columns[i].Holds)
}

// why are the refusals of casework as sentences about a deed.
var why = map[string]string{
	casework.CodeUnknown: "the case has not come to this step by then",
	casework.CodeOver:    "the step is over by then",
	casework.CodeDay:     "the day is before what it follows",
	casework.CodeTwice:   "it stands there twice",
	casework.CodeEarly:   "somebody left before it happened",
	casework.CodeMoved:   "the case has moved on by then",
}

// try finds out whether what is told can have happened.
func (r *reading) try(d *casework.Told) {
	err := d.Try(r.world.Today)
	var undone *casework.Undone
	var flawed *casework.Flawed
	switch {
	case err == nil:
	case errors.As(err, &flawed):
		for _, f := range flawed.Flaws {
			r.fault(cmp.Or(map[string]string{"sources": "grade"}[f.Member], f.Member), "%s", cmp.Or(map[string]string{"grade": "a grade is a letter A to F and a digit 1 to 6"}[f.Code], f.Code))
		}
	case errors.As(err, &undone):
		refused := (*casework.Refused)(nil)
		because := undone.Err.Error()
		if errors.As(undone.Err, &refused) {
			because = cmp.Or(why[refused.Code], refused.Code)
		}
		if undone.N < 0 {
			r.fault("opened", "the case cannot be opened: %s", because)
			return
		}
		deed := d.Deeds[undone.N]
		what := map[string]string{"remedies": "the remedy", "departures": "the departure"}[r.from[undone.N]]
		r.fault(r.from[undone.N], "%s on %s: %s", cmp.Or(deed.Step, what), deed.On, because)
	default:
		r.fault("", "%v", err)
	}
}
