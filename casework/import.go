package casework

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"temwen/instrument"
	"temwen/record"
	"temwen/when"
)

// Told is what was worked on before it came on the record: an incident, what is
// alleged of it, and perhaps a case with what happened in it so far.
type Told struct {
	// Ref names it for ever: what is told under the same Ref is on the record once.
	Ref string
	// About names the incident for ever, where that is not told of under Ref alone: what is
	// told under other Refs about it has the same facts, and goes through other tracks.
	About    string
	Incident Incident
	// Allegations name their actor, act and confidence.
	Allegations []Allegation
	Case        *Opened // nil where there is none; its allegations are all of these
	On          when.Day
	Deeds       []Later // in the order of their days
}

// Later is something that happened in a case that is told: one of its members. It
// is about the last step of that ID.
type Later struct {
	On        when.Day
	Step      string
	Notice    *Notice
	Answer    *Answer
	Remedy    *Remedy
	Departure *Departure
}

// Undone is the deed of a Told that may not be, and why.
type Undone struct {
	N   int // from 0; -1: opening the case
	Err error
}

func (u *Undone) Error() string { return fmt.Sprintf("deed %d: %v", u.N+1, u.Err) }

func (u *Undone) Unwrap() error { return u.Err }

// Try finds out whether all that is told can be, as of a day. It is pure. What
// cannot is a *Flawed, or an *Undone.
func (d *Told) Try(now when.Day) error {
	terms := TermsOf(d.Incident.Terms)
	if terms == nil {
		return &Flawed{[]Flaw{{"terms", "no-such-word"}}}
	}
	if flaws := d.Incident.Check(terms); len(flaws) > 0 {
		return &Flawed{flaws}
	}
	_, _, err := d.happened("", now)
	return err
}

// Follow has the case be the one in which goes on what another handed on, as of a day,
// where that one hands all of it on to this procedure, and did before the case was opened.
func (d *Told) Follow(first *Told, now when.Day) {
	c, _, err := first.happened("", now)
	if err != nil || c == nil || d.Case == nil {
		return
	}
	for _, r := range d.comesFrom(c) {
		if d.takesOf(c) {
			*d = d.from(c, r)
		}
	}
}

// comesFrom are the ends at which a case handed on to the procedure of what is told, before
// that was opened.
func (d *Told) comesFrom(c *Case) []*Reached {
	return slices.DeleteFunc(c.Handing(), func(r *Reached) bool {
		return c.Procedure.End(r.End).HandsOn.To != d.Case.Procedure.ID || r.On > d.On
	})
}

// takesOf reports whether a case takes all that what is told does.
func (d *Told) takesOf(c *Case) bool {
	return !slices.ContainsFunc(d.ids(), func(a string) bool { return !slices.Contains(c.Allegations, a) })
}

// from is what is told where its case goes on from an end of another.
func (d *Told) from(c *Case, r *Reached) Told {
	next := *d.Case
	if next.From, next.End = c.ID, r.End; c.Procedure.End(r.End).HandsOn.FromHandOver {
		next.Begun = r.On
	}
	told := *d
	told.Case = &next
	return told
}

// id names a thing that is told under a Ref, always the same.
func id(kind, ref string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "temwen import %s\n%s", kind, ref))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

func (d *Told) about() string  { return cmp.Or(d.About, d.Ref) }
func (d *Told) caseID() string { return id("case", d.Ref) }

// incident and allegations are what is told with the IDs that it has for ever.
func (d *Told) incident() Incident {
	i := d.Incident
	i.ID, i.Number, i.Into, i.Changed = id("incident", d.about()), 0, "", 0
	return i
}

func (d *Told) allegations() []Allegation {
	list := slices.Clone(d.Allegations)
	for k := range list {
		a := &list[k]
		a.ID, a.Incident, a.Cases = id("allegation "+a.Actor+" "+a.Act, d.about()), id("incident", d.about()), nil
		a.Terms = d.Incident.Terms
	}
	return list
}

// ids are those of the allegations.
func (d *Told) ids() (list []string) {
	for _, a := range d.allegations() {
		list = append(list, a.ID)
	}
	return list
}

// happened is the case and its events, with the silences that the clock notes between
// what is told; nil where there is none. It has no number yet.
func (d *Told) happened(by string, now when.Day) (*Case, []Event, error) {
	if d.Case == nil {
		return nil, nil, nil
	}
	c := &Case{ID: ""}
	var all []Event
	do := func(by string, cmd Command, on when.Day) error {
		events, err := Decide(c, by, cmd, on, now)
		for i := range events {
			events[i].Case = d.caseID()
			c.Apply(&events[i])
		}
		all = append(all, events...)
		return err
	}
	opened := *d.Case
	opened.Allegations = d.ids()
	if err := do(by, Open{ID: d.caseID(), Opened: opened}, d.On); err != nil {
		return nil, nil, &Undone{-1, err}
	}
	for n, deed := range d.Deeds {
		if err := c.silences(deed.On, func(step int) error { return do("", NoteSilence{step}, deed.On) }); err != nil {
			return nil, nil, &Undone{n, err}
		}
		cmd, err := deed.command(c)
		if err == nil && deed.Departure != nil {
			err = deed.Departure.follows(d.Incident.When)
		}
		if err == nil {
			err = do(by, cmd, deed.On)
		}
		if err != nil {
			return nil, nil, &Undone{n, err}
		}
	}
	return c, all, nil
}

// silences notes, one after the other, what had run out by a day.
func (c *Case) silences(on when.Day, note func(step int) error) error {
	for range 1000 { // a silence can begin a step that was silent, too
		at := slices.IndexFunc(c.Steps, func(s Step) bool {
			_, out := c.RanOut(&s, on)
			_, silent := c.SilentFrom(&s)
			return out && !silent
		})
		if at < 0 {
			return nil
		}
		if err := note(c.Steps[at].N); err != nil {
			return err
		}
	}
	return nil
}

// command is the deed on the last step of its name.
func (l *Later) command(c *Case) (Command, error) {
	switch {
	case l.Remedy != nil:
		return RecordRemedy{*l.Remedy}, nil
	case l.Departure != nil:
		return RecordDeparture{*l.Departure}, nil
	}
	step := 0
	for i := range c.Steps {
		if s := &c.Steps[i]; s.ID == l.Step {
			step = s.N
		}
	}
	switch {
	case step == 0:
		return nil, refuse(CodeUnknown)
	case l.Notice != nil:
		return SendNotice{Step: step, Notice: *l.Notice}, nil
	case l.Answer != nil:
		return RecordAnswer{step, *l.Answer}, nil
	}
	return nil, refuse(CodeMalformed)
}

// Imported is what came of an import, each by its Ref, and how much it added.
type Imported struct {
	New    []string
	Known  []string // on the record already
	Other  []string // on the record already, and other facts stand there: left as they are
	Erased []string // was on the record, and was erased
	Taken  []string // left out: another case takes an allegation through the same track
	// Apart are new, and do not name the case that they go on from: which one handed
	// them on cannot be told for certain.
	Apart []string

	Incidents, Allegations, Cases, Deeds int
}

// Add adds what came of a further part of an import.
func (m *Imported) Add(part *Imported) {
	m.New, m.Known, m.Other = append(m.New, part.New...), append(m.Known, part.Known...), append(m.Other, part.Other...)
	m.Erased, m.Taken, m.Apart = append(m.Erased, part.Erased...), append(m.Taken, part.Taken...), append(m.Apart, part.Apart...)
	m.Incidents, m.Allegations, m.Cases, m.Deeds = m.Incidents+part.Incidents, m.Allegations+part.Allegations, m.Cases+part.Cases, m.Deeds+part.Deeds
}

// Import puts what is told on the record, all of it or nothing. What is there
// already is left as it is.
func (k *Cases) Import(ctx context.Context, by string, list []Told) (Imported, error) {
	c := &importing{cases: k, by: by, told: list}
	_, err := k.store.Do(ctx, newKey(), c, k.now())
	return c.done, err
}

// importing is the command.
type importing struct {
	cases *Cases
	by    string
	told  []Told
	done  Imported
}

func (*importing) Book() string { return bookName }
func (*importing) Daily() bool  { return false }

// Digest implements record.Command.
func (c *importing) Digest() record.Hash {
	b, err := json.Marshal(c.told)
	if err != nil {
		panic(err) // plain structures
	}
	return sha256.Sum256(append([]byte("import "+c.by+" "), b...))
}

// Decide implements record.Act.
func (c *importing) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	c.done = Imported{}
	numbers := make(map[Kind]int)
	for kind, table := range tableOf {
		n, err := next(ctx, t, kind, table)
		if err != nil {
			return nil, err
		}
		numbers[kind] = n
	}
	number := func(kind Kind) int {
		numbers[kind]++
		return numbers[kind] - 1
	}
	var drafts []record.Draft
	add := func(eventType string, said any) error {
		body, err := record.Canonical(said)
		drafts = append(drafts, record.Draft{Type: eventType, Body: body})
		return err
	}
	l := newLooking()
	on := c.cases.today()
	for _, told := range c.told {
		d := &told
		new, err := l.look(ctx, t, d)
		if err != nil {
			return nil, err
		}
		if new.incident != nil {
			i := *new.incident
			i.Number = number(OfIncident)
			if err := add(incidentCoded, noted{By: c.by, On: on, Incident: &i}); err != nil {
				return nil, err
			}
		}
		for _, a := range new.allegations {
			a.Number = number(OfAllegation)
			if err := add(allegationMade, noted{By: c.by, On: on, Allegation: &a}); err != nil {
				return nil, err
			}
		}
		if !new.docket {
			continue
		}
		docket, events, err := d.happened(c.by, on)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Ref, err)
		}
		handed, err := l.goesOn(ctx, t, docket, c.by, on)
		if err != nil {
			return nil, err
		}
		for _, e := range append(events, handed...) {
			if e.Opened != nil {
				e.Opened.Number = number(OfCase)
			}
			if err := add(e.Type, e); err != nil {
				return nil, err
			}
		}
	}
	c.done = l.Imported
	return drafts, nil
}

// Viewer reads the book: a store, or a reader of one, that was opened with Book.
type Viewer interface {
	View(ctx context.Context, book string, f func(t *record.Tables) error) error
}

// Look is what Import would do with what is told, without doing it.
func Look(ctx context.Context, v Viewer, list []Told) (Imported, error) {
	l := newLooking()
	err := v.View(ctx, bookName, func(t *record.Tables) error {
		for _, told := range list {
			if _, err := l.look(ctx, t, &told); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Imported{}, fmt.Errorf("looking for what is on the record: %w", err)
	}
	return l.Imported, nil
}

// looking finds out, one after the other, what of what is told is on the record, or will
// be by what was told before it in the same import.
type looking struct {
	Imported
	incidents map[string]*Incident // that will be, by ID
	alleged   map[string]bool      // allegations that will be, by ID
	taken     map[taking]bool      // through which track they will be
	cases     map[string]*Case     // that will be, or that something goes on from, by ID
	taking    map[string][]string  // IDs of those of cases that take an allegation
}

type taking struct {
	allegation string
	track      instrument.Track
}

func newLooking() *looking {
	return &looking{
		incidents: make(map[string]*Incident), alleged: make(map[string]bool), taken: make(map[taking]bool),
		cases: make(map[string]*Case), taking: make(map[string][]string),
	}
}

// adding is what is new of what is told.
type adding struct {
	incident    *Incident // nil where it is there
	allegations []Allegation
	docket      bool
}

// look finds what is new of what is told, has it go on from a case on the record where that
// is certain, and notes what comes of it.
func (l *looking) look(ctx context.Context, t *record.Tables, d *Told) (adding, error) {
	new, list, err := l.find(ctx, t, d)
	if err != nil {
		return adding{}, err
	}
	*list = append(*list, d.Ref)
	if list != &l.New {
		return adding{}, nil
	}
	if new.incident != nil {
		l.incidents[new.incident.ID] = new.incident
		l.Incidents++
	}
	for _, a := range new.allegations {
		l.alleged[a.ID] = true
	}
	l.Allegations += len(new.allegations)
	if new.docket {
		if err := l.follow(ctx, t, d); err != nil {
			return adding{}, err
		}
		l.Cases, l.Deeds = l.Cases+1, l.Deeds+len(d.Deeds)
		for _, a := range d.ids() {
			l.taken[taking{a, d.Case.track()}] = true
		}
	}
	return new, nil
}

// follow has a case that is told name the one on the record that handed it on, where there
// is one alone that did, which takes all of it, and what is told can have happened so.
func (l *looking) follow(ctx context.Context, t *record.Tables, d *Told) error {
	if d.Case.From != "" {
		return nil
	}
	var fits []Told
	certain := true
	looked := make(map[string]bool)
	for _, a := range d.ids() {
		cases, err := casesOf(ctx, t, a)
		if err != nil {
			return err
		}
		for _, id := range cases {
			if looked[id] {
				continue
			}
			looked[id] = true
			c := l.cases[id] // as it will be
			if c == nil {
				if c, _, err = loadCase(ctx, t, id); err != nil {
					return err
				}
			}
			for _, r := range d.comesFrom(c) {
				next := d.from(c, r)
				_, _, err := next.happened("", next.until())
				certain = certain && err == nil && d.takesOf(c)
				fits = append(fits, next)
			}
		}
	}
	switch {
	case len(fits) == 1 && certain:
		*d = fits[0]
	case len(fits) > 0:
		l.Apart = append(l.Apart, d.Ref)
	}
	return nil
}

// until is the last day of what is told.
func (d *Told) until() when.Day {
	last := d.On
	for _, deed := range d.Deeds {
		last = max(last, deed.On)
	}
	return last
}

// find is what is new of what is told, and where its Ref is listed.
func (l *looking) find(ctx context.Context, t *record.Tables, d *Told) (new adding, list *[]string, err error) {
	i := d.incident()
	has, erased, err := l.incident(ctx, t, i.ID)
	switch {
	case err != nil:
		return new, nil, err
	case erased:
		return new, &l.Erased, nil
	case has == nil:
		new.incident = &i
	default:
		if same, err := sameFacts(has, &i, d.About != ""); err != nil || !same {
			return new, &l.Other, err
		}
	}
	for _, a := range d.allegations() {
		if has != nil {
			a.Terms = has.Terms // the same words are told again, and a newer version has come since
		}
		there, erased, err := l.allegation(ctx, t, a.ID)
		switch {
		case err != nil:
			return new, nil, err
		case erased:
			return new, &l.Erased, nil
		case !there:
			new.allegations = append(new.allegations, a)
		}
	}
	docket, _, err := loadCase(ctx, t, d.caseID())
	if err != nil {
		return new, nil, err
	}
	if docket != nil {
		if d.Case == nil || docket.Procedure.ID != d.Case.Procedure.ID || docket.Opened != d.On || docket.State != d.Case.State {
			return new, &l.Other, nil
		}
		return new, &l.Known, nil
	}
	if d.Case != nil {
		switch erased, taken, err := l.docket(ctx, t, d); {
		case err != nil:
			return new, nil, err
		case erased:
			return new, &l.Erased, nil
		case taken:
			return new, &l.Taken, nil
		}
		new.docket = true
	}
	if new.incident == nil && len(new.allegations) == 0 && !new.docket {
		return new, &l.Known, nil
	}
	return new, &l.New, nil
}

// incident is the one of an ID, as it will be; nil where there is none, or where it was
// erased.
func (l *looking) incident(ctx context.Context, t *record.Tables, id string) (has *Incident, erased bool, err error) {
	if has = l.incidents[id]; has != nil {
		return has, false, nil
	}
	if has, err = loadIncident(ctx, t, id); err != nil || has != nil {
		return has, false, err
	}
	erased, err = wasErased(ctx, t, OfIncident, id)
	return nil, erased, err
}

// allegation reports whether there will be one of an ID, or it was erased.
func (l *looking) allegation(ctx context.Context, t *record.Tables, id string) (there, erased bool, err error) {
	if l.alleged[id] {
		return true, false, nil
	}
	var number int
	if there, err = t.Scan(ctx, `SELECT number FROM {allegation} WHERE id = $1`, []any{id}, &number); err != nil || there {
		return there, false, err
	}
	erased, err = wasErased(ctx, t, OfAllegation, id)
	return false, erased, err
}

// docket reports whether the case of what is told was erased, or another one takes an
// allegation through its track.
func (l *looking) docket(ctx context.Context, t *record.Tables, d *Told) (erased, taken bool, err error) {
	if erased, err = wasErased(ctx, t, OfCase, d.caseID()); err != nil || erased {
		return erased, false, err
	}
	for _, a := range d.ids() {
		if l.taken[taking{a, d.Case.track()}] {
			return false, true, nil
		}
		other, _, err := through(ctx, t, a, d.Case.track(), "")
		if r, ok := err.(*Refused); ok && r.Code == CodeUnknown {
			continue // nobody takes what is not there yet
		}
		if err != nil || other != "" {
			return false, other != "", err
		}
	}
	return false, false, nil
}

func wasErased(ctx context.Context, t *record.Tables, kind Kind, id string) (bool, error) {
	var day int64
	return t.Scan(ctx, `SELECT day FROM {stone} WHERE kind = $1 AND thing = $2`, []any{string(kind), id}, &day)
}

// goesOn are the events by which allegations that were handed on go on in a case that is
// told, or in one that is there.
func (l *looking) goesOn(ctx context.Context, t *record.Tables, c *Case, by string, on when.Day) (handed []Event, err error) {
	hands := func(from, to *Case) {
		for _, r := range from.Handing() {
			going := slices.DeleteFunc(from.Left(r), func(a string) bool { return !slices.Contains(to.Allegations, a) })
			if from.Procedure.End(r.End).HandsOn.To != to.Procedure.ID || len(going) == 0 {
				continue
			}
			e := Event{Type: caseHanded, Case: from.ID, On: on, By: by, End: r.End}
			e.Handed = &Handed{Onward{to.ID, going}, to.From == from.ID && to.FromEnd == r.End}
			from.Apply(&e)
			handed = append(handed, e)
		}
	}
	var beside []string
	for _, a := range c.Allegations {
		there, err := casesOf(ctx, t, a)
		if err != nil {
			return nil, err
		}
		for _, id := range append(there, l.taking[a]...) {
			if !slices.Contains(beside, id) {
				beside = append(beside, id)
			}
		}
		l.taking[a] = append(l.taking[a], c.ID)
	}
	for _, id := range beside {
		if l.cases[id] == nil {
			if l.cases[id], _, err = loadCase(ctx, t, id); err != nil {
				return nil, err
			}
		}
		hands(l.cases[id], c)
		hands(c, l.cases[id])
	}
	l.cases[c.ID] = c
	return handed, nil
}

// sameFacts reports whether an incident on the record has the facts that are told, in
// whatever order, and in whatever version of the vocabulary the words were read. part says
// that only some of its acts and actors are told of.
func sameFacts(has, told *Incident, part bool) (bool, error) {
	facts := func(i *Incident) Incident {
		f := *i
		f.Number, f.Changed, f.Into, f.Terms = 0, 0, "", ""
		f.Acts, f.Circumstances, f.Actors = slices.Sorted(slices.Values(f.Acts)), slices.Sorted(slices.Values(f.Circumstances)), slices.Clone(f.Actors)
		slices.SortFunc(f.Actors, func(a, b Alleged) int { return cmp.Compare(a.Actor, b.Actor) })
		if part {
			f.Acts = slices.DeleteFunc(f.Acts, func(act string) bool { return !slices.Contains(told.Acts, act) })
			f.Actors = slices.DeleteFunc(f.Actors, func(a Alleged) bool {
				return !slices.ContainsFunc(told.Actors, func(b Alleged) bool { return a.Actor == b.Actor })
			})
		}
		return f
	}
	return sameJSON(facts(has), facts(told))
}

func sameJSON(a, b any) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return string(x) == string(y), err
}
