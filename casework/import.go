package casework

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"temwen/record"
	"temwen/when"
)

// Told is what was worked on before it came on the record: an incident, what is
// alleged of it, and perhaps a case with what happened in it so far.
type Told struct {
	// Ref names it for ever: what is told under the same Ref is on the record once.
	Ref      string
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
	On     when.Day
	Step   string
	Notice *Notice
	Answer *Answer
	Remedy *Remedy
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
	_, err := d.happened("", now)
	return err
}

// id names a thing that is told, always the same.
func (d *Told) id(kind string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "temwen import %s\n%s", kind, d.Ref))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// incident and allegations are what is told with the IDs that it has for ever.
func (d *Told) incident() Incident {
	i := d.Incident
	i.ID, i.Number, i.Into, i.Changed = d.id("incident"), 0, "", 0
	return i
}

func (d *Told) allegations() []Allegation {
	list := slices.Clone(d.Allegations)
	for k := range list {
		a := &list[k]
		a.ID, a.Incident, a.Cases = d.id("allegation "+a.Actor+" "+a.Act), d.id("incident"), nil
		a.Terms = d.Incident.Terms
	}
	return list
}

// happened are the events of the case, with the silences that the clock notes
// between what is told. The case has no number yet.
func (d *Told) happened(by string, now when.Day) ([]Event, error) {
	if d.Case == nil {
		return nil, nil
	}
	c := &Case{ID: ""}
	var all []Event
	do := func(by string, cmd Command, on when.Day) error {
		events, err := Decide(c, by, cmd, on, now)
		for i := range events {
			events[i].Case = d.id("case")
			c.Apply(&events[i])
		}
		all = append(all, events...)
		return err
	}
	opened := *d.Case
	opened.Allegations = nil
	for _, a := range d.allegations() {
		opened.Allegations = append(opened.Allegations, a.ID)
	}
	if err := do(by, Open{ID: d.id("case"), Opened: opened}, d.On); err != nil {
		return nil, &Undone{-1, err}
	}
	for n, deed := range d.Deeds {
		if err := c.silences(deed.On, func(step int) error { return do("", NoteSilence{step}, deed.On) }); err != nil {
			return nil, &Undone{n, err}
		}
		cmd, err := deed.command(c)
		if err == nil {
			err = do(by, cmd, deed.On)
		}
		if err != nil {
			return nil, &Undone{n, err}
		}
	}
	return all, nil
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
	if l.Remedy != nil {
		return RecordRemedy{*l.Remedy}, nil
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

// Imported is what came of an import, each by its Ref.
type Imported struct {
	New    []string
	Known  []string // on the record already
	Other  []string // on the record already, and other facts stand there: left as they are
	Erased []string // was on the record, and was erased
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
	for kind, table := range map[Kind]string{OfIncident: "incident", OfAllegation: "allegation", OfCase: "docket"} {
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
	for n := range c.told {
		d := &c.told[n]
		there, err := c.done.look(ctx, t, d)
		if err != nil {
			return nil, err
		}
		if there {
			continue
		}
		i := d.incident()
		i.Number = number(OfIncident)
		if err := add(incidentCoded, noted{By: c.by, On: c.cases.today(), Incident: &i}); err != nil {
			return nil, err
		}
		for _, a := range d.allegations() {
			a.Number = number(OfAllegation)
			if err := add(allegationMade, noted{By: c.by, On: c.cases.today(), Allegation: &a}); err != nil {
				return nil, err
			}
		}
		events, err := d.happened(c.by, c.cases.today())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Ref, err)
		}
		for _, e := range events {
			if e.Opened != nil {
				e.Opened.Number = number(OfCase)
			}
			if err := add(e.Type, e); err != nil {
				return nil, err
			}
		}
		c.done.New = append(c.done.New, d.Ref)
	}
	return drafts, nil
}

// Viewer reads the book: a store, or a reader of one, that was opened with Book.
type Viewer interface {
	View(ctx context.Context, book string, f func(t *record.Tables) error) error
}

// Look is what Import would do with what is told, without doing it.
func Look(ctx context.Context, v Viewer, list []Told) (would Imported, err error) {
	err = v.View(ctx, bookName, func(t *record.Tables) error {
		for i := range list {
			there, err := would.look(ctx, t, &list[i])
			if err != nil {
				return err
			}
			if !there {
				would.New = append(would.New, list[i].Ref)
			}
		}
		return nil
	})
	if err != nil {
		return Imported{}, fmt.Errorf("looking for what is on the record: %w", err)
	}
	return would, nil
}

// look reports whether what is told is on the record, or was, and notes it.
func (m *Imported) look(ctx context.Context, t *record.Tables, d *Told) (bool, error) {
	i := d.incident()
	has, err := loadIncident(ctx, t, i.ID)
	if err != nil {
		return false, err
	}
	if has == nil {
		var day int64
		erased, err := t.Scan(ctx, `SELECT day FROM {stone} WHERE kind = $1 AND thing = $2`, []any{string(OfIncident), i.ID}, &day)
		if erased {
			m.Erased = append(m.Erased, d.Ref)
		}
		return erased, err
	}
	has.Number, has.Changed, has.Into = 0, 0, ""
	has.Terms = i.Terms // the same words are told again, and a newer version has come since
	same, err := sameJSON(has, &i)
	if err != nil {
		return false, err
	}
	docket, _, err := loadCase(ctx, t, d.id("case"))
	if err != nil {
		return false, err
	}
	if (docket == nil) != (d.Case == nil) || docket != nil && (docket.Procedure.ID != d.Case.Procedure.ID || docket.Opened != d.On || docket.State != d.Case.State) {
		same = false
	}
	if same {
		m.Known = append(m.Known, d.Ref)
	} else {
		m.Other = append(m.Other, d.Ref)
	}
	return true, nil
}

func sameJSON(a, b any) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return string(x) == string(y), err
}
