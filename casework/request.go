package casework

import (
	"context"
	"reflect"
	"slices"

	"temwen/clock"
	"temwen/record"
	"temwen/when"
)

// Request is what one person asks to make public of a case, or to take back of it.
// It waits for a second person, who decides on it, or for somebody to withdraw it.
type Request struct {
	Index  uint64   `json:"index"` // of its event
	By     string   `json:"by"`    // officer
	On     when.Day `json:"on"`
	Fields []string `json:"fields,omitempty"` // none: what is public is to be taken back
	Why    string   `json:"why,omitempty"`
	Ground string   `json:"ground,omitempty"`
	// Was is all that could be shown of the case when it was asked for, and Taken how
	// many allegations it took.
	Was   *Published `json:"was"`
	Taken int        `json:"taken"`
}

// Whys are why something else is shown of a case than what stands in public: the
// case went on; what was said of it was wrong; the office shows other fields.
var Whys = []string{"went-on", "corrected", "fields"}

// RetractionGrounds are why what is public of a case is taken back. They are public
// themselves, so that none tells that somebody has reported, or withdrawn consent:
// that is a person's safety.
var RetractionGrounds = []string{"safety", "law", "wrong"}

// StoneGrounds are all grounds that a stone can have: a case that is erased can have
// been kept long enough.
var StoneGrounds = append(slices.Clone(RetractionGrounds), "kept-long-enough")

// forErasure is the ground on which what is public is taken back with a case that
// is erased, by one of intake.Grounds: that the person asked for it is not told.
func forErasure(ground string) string {
	if slices.Contains(StoneGrounds, ground) {
		return ground
	}
	return "safety"
}

// Changes are what is not as it was when a publication was asked for.
type Changes struct {
	Fields []string // of PublicFields, and "mission"
	Taken  bool     // the case takes other allegations
	Coded  bool     // an incident that it is about was coded otherwise
	// Seen is the index of the last change: what who decides has looked at.
	Seen uint64
}

// SinceAsked is what has changed in a case since its publication was asked for; nil
// where nothing is asked for, or nothing has changed.
func (c *Case) SinceAsked() *Changes {
	if c.Asked == nil || len(c.Asked.Fields) == 0 {
		return nil
	}
	ch := &Changes{
		Fields: Differences(c.Asked.Was, c.published(PublicFields)),
		Taken:  len(c.Allegations) != c.Asked.Taken, Coded: c.Recoded > c.Asked.Index,
		Seen: max(c.Changed, c.Recoded),
	}
	if len(ch.Fields) == 0 && !ch.Taken && !ch.Coded {
		return nil
	}
	return ch
}

// Outdated are the fields that are public of a case, and are not as the case is
// today.
func (c *Case) Outdated() []string {
	if c.Stands == nil {
		return nil
	}
	return Differences(c.Stands, c.published(c.Stands.Fields))
}

// Today is what some fields of the case would show now.
func (c *Case) Today(fields []string) *Published { return c.published(fields) }

// Differences are the fields in which two publications of a case are not the same,
// in the order of PublicFields, after "mission".
func Differences(a, b *Published) (fields []string) {
	if a.Mission != b.Mission {
		fields = append(fields, "mission")
	}
	for _, f := range PublicFields {
		if !reflect.DeepEqual(a.field(f), b.field(f)) {
			fields = append(fields, f)
		}
	}
	return fields
}

// field is what a field shows; the empty value of its type where it shows nothing.
func (p *Published) field(field string) any {
	switch field {
	case "track":
		return [2]string{p.Procedure, p.Track}
	case "state":
		return p.State
	case "opened":
		return p.Opened
	case "step":
		return p.Steps
	case "silence":
		return p.Silences
	case "outcome":
		return p.Outcomes
	case "remedy":
		return p.Remedies
	case "beside":
		return p.Beside
	}
	return nil
}

// shows makes c the case after an event about what is public of it.
func (c *Case) shows(e *Event) {
	c.Beside = e.Beside // what it depends on of other cases, the event says
	switch e.Type {
	case publicationAsked, retractionAsked:
		c.Asked = &Request{
			Index: e.Index, By: e.By, On: e.On, Fields: e.Fields, Why: e.Why, Ground: e.Ground,
			Was: c.published(PublicFields), Taken: len(c.Allegations),
		}
	case casePublished:
		if c.First == 0 {
			c.First = e.Index
		}
		c.Asked, c.Stands, c.Shown, c.ShownOn = nil, c.showing(e), e.Index, e.On
	case caseRetracted:
		c.Asked, c.Stands, c.Shown, c.ShownOn, c.First = nil, nil, 0, 0, 0
	default:
		c.Asked = nil
	}
	c.Publication = e.Index
}

// showing is what an event makes public of the case as it is before it.
func (c *Case) showing(e *Event) *Published {
	as := *c
	as.Beside = e.Beside
	p := as.published(e.Fields)
	p.Before, p.Why, p.Terms, p.Invented = c.Shown, e.Why, e.Terms, e.Invented
	return p
}

// retracting is what an event says in public that takes back what stands.
func (c *Case) retracting(e *Event) *Retracted {
	return &Retracted{Mission: c.Stands.Mission, Before: c.Shown, Ground: e.Ground, Invented: c.Stands.Invented}
}

func (a AskPublication) decide(d *decision) error {
	if len(a.Fields) == 0 || slices.ContainsFunc(a.Fields, func(f string) bool { return !slices.Contains(PublicFields, f) }) {
		return refuse(CodeMalformed)
	}
	fields := slices.DeleteFunc(slices.Clone(PublicFields), func(f string) bool { return !slices.Contains(a.Fields, f) })
	switch stands := d.c.Stands; {
	case stands == nil && a.Why != "":
		return refuse(CodeMalformed)
	case stands == nil:
	case slices.Equal(stands.Fields, fields) && len(d.c.Outdated()) == 0:
		return refuse(CodeSame)
	case !slices.Contains(Whys, a.Why):
		return refuse(CodeWhy)
	}
	return d.happen(Event{Type: publicationAsked, Fields: fields, Why: a.Why, Beside: d.c.Beside})
}

// asked is what waits for a second person, who is d.by, by its index.
func (d *decision) asked(index uint64) (*Request, error) {
	r := d.c.Asked
	switch {
	case d.c.Publication == 0 || index == 0:
		return nil, refuse(CodeUnknown) // nothing was ever asked for
	case r == nil || r.Index != index:
		return nil, refuse(CodeMoved) // it was decided on, or something else was asked for
	case r.By == d.by || d.by == "":
		return nil, &Refused{Code: CodeFourEyes, By: r.By}
	}
	return r, nil
}

func (p Publish) decide(d *decision) error {
	r, err := d.asked(p.Asked)
	if err != nil {
		return err
	}
	if len(r.Fields) == 0 {
		return refuse(CodeUnknown)
	}
	if ch := d.c.SinceAsked(); ch != nil && p.Seen != ch.Seen {
		return refuse(CodeStale)
	}
	e := Event{Type: casePublished, Fields: r.Fields, Why: r.Why, Terms: CurrentTerms().Version, Seed: p.Seed, Invented: p.Invented, Beside: d.c.Beside}
	if d.c.Stands == nil {
		e.Why = "" // what stood when it was asked for was taken back since
	}
	e.Published = d.c.showing(&e)
	return d.happen(e)
}

func (a AskRetraction) decide(d *decision) error {
	switch {
	case d.c.Stands == nil:
		return refuse(CodeUnknown)
	case !slices.Contains(RetractionGrounds, a.Ground):
		return refuse(CodeGround)
	}
	return d.happen(Event{Type: retractionAsked, Ground: a.Ground})
}

func (r Retract) decide(d *decision) error {
	e := Event{Type: caseRetracted, Ground: "safety"}
	if d.by != "" {
		asked, err := d.asked(r.Asked)
		if err != nil {
			return err
		}
		if asked.Ground == "" {
			return refuse(CodeUnknown)
		}
		e.Ground = asked.Ground
	}
	if d.c.Stands == nil {
		return refuse(CodeTwice)
	}
	e.Retracted = d.c.retracting(&e)
	return d.happen(e)
}

func (w WithdrawRequest) decide(d *decision) error {
	switch {
	case d.c.Publication == 0 || w.Asked == 0 || d.by == "":
		return refuse(CodeUnknown)
	case d.c.Asked == nil || d.c.Asked.Index != w.Asked:
		return refuse(CodeMoved)
	}
	return d.happen(Event{Type: publicationWithdrawn})
}

// loadRecoded notes in a case of which something is asked when an incident that it is
// about was last changed.
func loadRecoded(ctx context.Context, t *record.Tables, c *Case) error {
	if c.Asked == nil {
		return nil
	}
	incidents, err := incidentsOf(ctx, t, []string{c.ID})
	if err != nil {
		return err
	}
	for _, id := range incidents {
		var changed uint64
		if _, err := t.Scan(ctx, `SELECT changed FROM {incident} WHERE id = $1`, []any{id}, &changed); err != nil {
			return err
		}
		c.Recoded = max(c.Recoded, changed)
	}
	return nil
}

// Requested are the cases of which somebody asks to make something public, or to
// take it back, what was asked first first.
func (k *Cases) Requested(ctx context.Context) ([]*Case, error) {
	return k.several(ctx, `SELECT id FROM {docket} WHERE asked > 0 ORDER BY asked`)
}

// Standing are the cases of which something is public, what became public first
// first.
func (k *Cases) Standing(ctx context.Context) ([]*Case, error) {
	return k.several(ctx, `SELECT id FROM {docket} WHERE shown > 0 ORDER BY shown`)
}

// several are the cases whose IDs a query finds, each as Case reads it.
func (k *Cases) several(ctx context.Context, query string) (list []*Case, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		ids, err := column(ctx, t, query)
		if err != nil {
			return err
		}
		for _, id := range ids {
			c, _, err := loadCase(ctx, t, id)
			if err == nil {
				err = loadAround(ctx, t, c)
			}
			if err != nil {
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	return list, err
}

// loadAround notes in a case what stands in the tables around it.
func loadAround(ctx context.Context, t *record.Tables, c *Case) error {
	if err := loadKept(ctx, t, c); err != nil {
		return err
	}
	if err := loadHappened(ctx, t, c); err != nil {
		return err
	}
	if err := loadBeside(ctx, t, c); err != nil {
		return err
	}
	return loadRecoded(ctx, t, c)
}

// loadBeside notes in a case by which entries others became public that take one of its
// allegations through another track, and are: also under another number that it has in what
// was found to be the same incident.
func loadBeside(ctx context.Context, t *record.Tables, c *Case) error {
	c.Beside = nil
	ids, err := column(ctx, t, `SELECT DISTINCT d.id FROM {takes} mine JOIN {takes} k ON k.allegation = mine.allegation JOIN {docket} d ON d.id = k.docket
		WHERE mine.docket = $1 AND d.id <> $1 AND d.shown > 0`, c.ID)
	if err != nil {
		return err
	}
	joined, err := column(ctx, t, `SELECT mine.allegation FROM {takes} mine JOIN {incident} i ON i.id = mine.incident
		WHERE mine.docket = $1 AND (i.merged <> '' OR EXISTS (SELECT 1 FROM {incident} m WHERE m.merged = i.id))`, c.ID)
	if err != nil {
		return err
	}
	for _, a := range joined {
		cases, err := takenAlike(ctx, t, a)
		if err != nil {
			return err
		}
		ids = append(ids, cases...)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		other, _, err := loadDocket(ctx, t, id)
		if err != nil {
			return err
		}
		if id != c.ID && other.Shown > 0 && !c.Doubles(other) {
			c.Beside = append(c.Beside, other.First)
		}
	}
	slices.Sort(c.Beside)
	return nil
}

// loadHappened notes in a case when what it is about happened; nothing where one of its
// incidents has no day, or an open one.
func loadHappened(ctx context.Context, t *record.Tables, c *Case) error {
	ids, err := column(ctx, t, `SELECT DISTINCT incident FROM {takes} WHERE docket = $1`, c.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		i, err := loadIncident(ctx, t, id)
		if err != nil {
			return err
		}
		if i == nil || i.When.IsZero() || i.When.First().Open() || i.When.Last().Open() {
			c.Happened = clock.Moment{}
			return nil
		}
		m := clock.Of(i.When)
		if c.Happened.Known {
			m.First, m.Last = min(m.First, c.Happened.First), max(m.Last, c.Happened.Last)
		}
		c.Happened = m
	}
	return nil
}
