package casework

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"temwen/instrument"
	"temwen/record"
	"temwen/when"
)

const bookName = "casework"

// Book is what this package keeps on the record: open the store with it.
var Book record.Book = book{}

type book struct{}

// The types of event about incidents and allegations.
const (
	incidentCoded   = "incident.coded"
	incidentRevised = "incident.revised"
	incidentMerged  = "incident.merged"
	incidentSplit   = "incident.split" // undoes a merge
	allegationMade  = "allegation.made"

	// Said anew in a later version of the vocabulary; see Reclass.
	incidentReclassed   = "incident.reclassed"
	allegationReclassed = "allegation.reclassed"
)

var incidentTypes = []string{
	incidentCoded, incidentRevised, incidentMerged, incidentSplit, allegationMade, incidentReclassed, allegationReclassed, calendarSet,
}

// noted is what an event about an incident or an allegation says.
type noted struct {
	By         string      `json:"by,omitempty"`
	On         when.Day    `json:"on"` // at the place of the office
	Incident   *Incident   `json:"incident,omitempty"`
	ID         string      `json:"id,omitempty"`   // of an incident that is merged or split
	Into       string      `json:"into,omitempty"` // the one it is the same as
	Allegation *Allegation `json:"allegation,omitempty"`
	Ground     string      `json:"ground,omitempty"` // see ReclassGrounds
}

func (book) Name() string { return bookName }

func (book) Types() []string { return slices.Concat(eventTypes, incidentTypes, erasureTypes) }

func (book) Tables() []record.Table {
	return []record.Table{{
		// A case as it stands, and what it is listed by.
		Name: "docket",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", // of the event that opened it
			"id TEXT NOT NULL", "number BIGINT NOT NULL",
			"state TEXT NOT NULL",     // the Case, JSON
			"procedure BLOB NOT NULL", // SHA-256 of the one that it follows
			"follows BIGINT NOT NULL", // index of the event that has it
			"officer TEXT NOT NULL", "mission TEXT NOT NULL", "actor TEXT NOT NULL",
			"closed BIGINT NOT NULL",
			"due BIGINT NOT NULL",    // the first day on which something falls due, from 1970; noDay where nothing does
			"silent BIGINT NOT NULL", // steps that nobody answered
			"changed BIGINT NOT NULL",
			"consent BIGINT NOT NULL", // place in consents
			"handing BIGINT NOT NULL", // day since which it hands on to a case that is not open; noDay where it does not
			"last BIGINT NOT NULL",    // day on which something happened in it for the last time
			"asked BIGINT NOT NULL",   // index of the event that asks for a publication, or to take it back; 0
			"shown BIGINT NOT NULL",   // index of the event that made public what stands; 0
		},
		Indexes: []string{
			"asked", "shown", "closed, mission, last", "UNIQUE id", "UNIQUE number", "closed, due, idx", "closed, changed", "changed", "officer, closed, due, idx",
			"consent, closed, changed, officer", "handing, idx", "officer, handing, idx",
		},
	}, {
		Name: "step",
		Columns: []string{
			"docket BIGINT NOT NULL", "n BIGINT NOT NULL", "step TEXT NOT NULL",
			"due BIGINT NOT NULL", // noDay where it does not wait, and was not silent
			"waits BIGINT NOT NULL",
			"silent BIGINT NOT NULL",   // see silentNot
			"officer TEXT NOT NULL",    // who has the case
			"reminder BIGINT NOT NULL", // see reminderNot
			"wait BIGINT NOT NULL",     // how it waits without a day, see Wait.code; since when, and why
			"since BIGINT NOT NULL", "ground TEXT NOT NULL",
		},
		Indexes: []string{
			"wait, since, docket, n", "officer, wait, since, docket, n",
			"UNIQUE docket, n", "silent, waits, due, docket, n, reminder", "officer, silent, waits, due, docket, n, reminder", "reminder, due, docket, n, officer",
		},
	}, {
		Name:    "notice",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "docket BIGINT NOT NULL", "n BIGINT NOT NULL", "notice BIGINT NOT NULL", "link TEXT NOT NULL"},
		Indexes: []string{"UNIQUE link"},
	}, {
		// What happened to a case, in order.
		Name:    "did",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "docket BIGINT NOT NULL"},
		Indexes: []string{"docket, idx"},
	}, {
		// What was made public of a case: what the ledger has of it, and what opens that.
		Name:    "public",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "day BIGINT NOT NULL", "public TEXT NOT NULL", "openings TEXT NOT NULL"},
	}, {
		// That it was taken back, as its event has it. It stays when the case is erased.
		Name:    "retracted",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "day BIGINT NOT NULL", "public TEXT NOT NULL", "openings TEXT NOT NULL"},
	}, {
		// Who is kept from which case.
		Name:    "wall",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "docket BIGINT NOT NULL", "officer TEXT NOT NULL"},
		Indexes: []string{"officer", "docket"},
	}, {
		// The open cases of which somebody has left the country, by what they are listed by.
		Name:    "away",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "officer TEXT NOT NULL", "due BIGINT NOT NULL"},
		Indexes: []string{"due, idx", "officer, due, idx"},
	}, {
		// What is kept in cases; the sealed file has the name of its hash on the shelf.
		Name: "evidence",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", // of the event that took it in
			"docket BIGINT NOT NULL", "n BIGINT NOT NULL",
			"state TEXT NOT NULL", // the Evidence, JSON
			"id BLOB NOT NULL",    // of its parcel
			"file BLOB NOT NULL",  // SHA-256 of the sealed file
		},
		Indexes: []string{"UNIQUE docket, n", "UNIQUE id", "UNIQUE file"},
	}, {
		Name: "incident",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", "id TEXT NOT NULL", "number BIGINT NOT NULL", "state TEXT NOT NULL", "changed BIGINT NOT NULL",
			"merged TEXT NOT NULL", // ID of the one that it was found to be the same as, or empty
			"last BIGINT NOT NULL", // day on which something happened to it for the last time
		},
		Indexes: []string{"UNIQUE id", "UNIQUE number", "merged, last", "changed"},
	}, {
		// The threads of reports that an incident rests on.
		Name:    "rests",
		Columns: []string{"idx BIGINT NOT NULL", "incident TEXT NOT NULL", "thread TEXT NOT NULL"},
		Indexes: []string{"UNIQUE incident, thread", "thread"},
	}, {
		Name: "allegation",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", "id TEXT NOT NULL", "number BIGINT NOT NULL", "incident TEXT NOT NULL",
			"actor TEXT NOT NULL", "act TEXT NOT NULL", "terms TEXT NOT NULL", "confidence TEXT NOT NULL",
			"taken BIGINT NOT NULL", // how many cases take it
			"day BIGINT NOT NULL",   // on which it was made
		},
		Indexes: []string{"UNIQUE id", "UNIQUE number", "incident", "taken, idx"},
	}, {
		// Which case takes which allegation.
		Name: "takes",
		Columns: []string{
			"idx BIGINT NOT NULL", // of the event by which it does
			"docket TEXT NOT NULL", "allegation TEXT NOT NULL",
			"incident TEXT NOT NULL", // that the allegation is about
		},
		Indexes: []string{"UNIQUE docket, allegation", "allegation", "incident, docket", "idx"},
	}, {
		Name:    "calendar",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "officer TEXT NOT NULL", "hash TEXT NOT NULL"},
		Indexes: []string{"UNIQUE officer", "UNIQUE hash"},
	}, {
		// Every event about an incident or an allegation.
		Name:    "about",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "thing TEXT NOT NULL"},
		Indexes: []string{"thing"},
	}, {
		// What somebody asks to be erased.
		Name: "asking",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", "kind TEXT NOT NULL", "thing TEXT NOT NULL", "officer TEXT NOT NULL",
			"ground TEXT NOT NULL", "day BIGINT NOT NULL",
		},
		Indexes: []string{"UNIQUE kind, thing"},
	}, {
		// What was erased.
		Name: "stone",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", "kind TEXT NOT NULL", "thing TEXT NOT NULL", "number BIGINT NOT NULL",
			"day BIGINT NOT NULL", "ground TEXT NOT NULL", "officer TEXT NOT NULL", "second TEXT NOT NULL",
		},
		Indexes: []string{"UNIQUE kind, thing", "kind, number"},
	}}
}

// What the table says of the silence of a step: that there was none, that it is
// still without its answer, that the answer came later.
const (
	silentNot = iota
	silentStill
	silentOnce
)

// What the table says of the reminder of a step's day: that it was not noted that it
// is time, that an officer is to send one, that somebody has answered or written since.
const (
	reminderNot = iota
	reminderDue
	reminderDone
)

// noDay stands in the table for a step that falls due on no day.
const noDay = int64(when.Latest)

func (book) Enter(ctx context.Context, t *record.Tables, e record.Event) error {
	switch {
	case slices.Contains(incidentTypes, e.What()):
		return enterNoted(ctx, t, &e)
	case slices.Contains(erasureTypes, e.What()):
		return enterErasure(ctx, t, &e)
	}
	if len(e.Body) == 0 {
		return nil // it made a case public that was erased since
	}
	var what Event
	if err := json.Unmarshal(e.Body, &what); err != nil {
		return err
	}
	what.Index = e.Index
	ofEvidence := what.Evidence != nil || what.Custody != nil
	c, docket := new(Case), e.Index
	if what.Type != caseOpened {
		load := loadDocket
		if ofEvidence {
			load = loadCase
		}
		var err error
		if c, docket, err = load(ctx, t, what.Case); err != nil {
			return err
		}
	}
	if err := what.enterPublic(ctx, t, c, &e); err != nil || c == nil {
		return err // nil: it was erased
	}
	was := c.stepRows()
	c.Apply(&what)
	if ofEvidence {
		return saveEvidence(ctx, t, docket, c, &what)
	}
	return saveCase(ctx, t, docket, c, &what, was)
}

// saveEvidence brings the row of an item up to date.
func saveEvidence(ctx context.Context, t *record.Tables, docket uint64, c *Case, e *Event) error {
	n := len(c.Evidence)
	if e.Custody != nil {
		n = e.Custody.N
	}
	if item := c.Item(n); item != nil {
		state, err := json.Marshal(item)
		if err != nil {
			return err
		}
		query, args := `UPDATE {evidence} SET state = $1 WHERE idx = $2`, []any{string(state), item.Index}
		if e.Evidence != nil {
			query = `INSERT INTO {evidence} (state, idx, docket, n, id, file) VALUES ($1, $2, $3, $4, $5, $6)`
			args = append(args, docket, n, item.ID[:], item.SHA256[:])
		}
		if _, err := t.Exec(ctx, query, args...); err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, `INSERT INTO {did} (idx, docket) VALUES ($1, $2)`, e.Index, docket)
	return err
}

// loadEvidence is what is kept in a case.
func loadEvidence(ctx context.Context, t *record.Tables, docket uint64) ([]Evidence, error) {
	rows, err := t.Query(ctx, `SELECT idx, state FROM {evidence} WHERE docket = $1 ORDER BY n`, docket)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Evidence
	for rows.Next() {
		var e Evidence
		var state []byte
		var index uint64
		if err := rows.Scan(&index, &state); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(state, &e); err != nil {
			return nil, err
		}
		e.Index = index
		list = append(list, e)
	}
	return list, rows.Err()
}

// loadCase is the case of an ID and the index of its first event; nil where there
// is none.
func loadCase(ctx context.Context, t *record.Tables, id string) (*Case, uint64, error) {
	c, docket, err := loadDocket(ctx, t, id)
	if err == nil && c != nil {
		c.Evidence, err = loadEvidence(ctx, t, docket)
	}
	return c, docket, err
}

// loadDocket is loadCase without the evidence.
func loadDocket(ctx context.Context, t *record.Tables, id string) (*Case, uint64, error) {
	var docket uint64
	var state, sum []byte
	there, err := t.Scan(ctx, `SELECT idx, state, procedure FROM {docket} WHERE id = $1`, []any{id}, &docket, &state, &sum)
	if err != nil || !there {
		return nil, 0, err
	}
	c, err := readCase(ctx, t, docket, state, sum)
	if err != nil {
		return nil, 0, fmt.Errorf("reading case %s: %w", id, err)
	}
	return c, docket, nil
}

// followed is the procedure that the case of an ID follows, and the index of its first
// event: of a case with very many events the rest takes long to read. Nil where there is
// no such case.
func followed(ctx context.Context, t *record.Tables, id string) (*instrument.Procedure, uint64, error) {
	var docket, follows uint64
	var sum []byte
	there, err := t.Scan(ctx, `SELECT idx, follows, procedure FROM {docket} WHERE id = $1`, []any{id}, &docket, &follows, &sum)
	if err != nil || !there {
		return nil, 0, err
	}
	p, err := procedures.of(ctx, t, follows, sum)
	return p, docket, err
}

// readCase is a case from its row.
func readCase(ctx context.Context, t *record.Tables, docket uint64, state, sum []byte) (*Case, error) {
	c := new(Case)
	// As the package encoding/json reads, which wrote it, in half the time.
	err := jsonv2.Unmarshal(state, c, reading)
	if err == nil {
		c.Procedure, err = procedures.of(ctx, t, c.follows(docket), sum)
	}
	return c, err
}

var reading = jsonv1.DefaultOptionsV1()

// follows is the index of the event that has the procedure of the case, which
// was opened by the event docket.
func (c *Case) follows(docket uint64) uint64 {
	if c.Adopted != 0 {
		return c.Adopted
	}
	return docket
}

// saveCase brings the rows of a case up to date after an event, before which those of its
// steps were as was says: what stays as it was is not written, for a night has very many.
func saveCase(ctx context.Context, t *record.Tables, docket uint64, c *Case, e *Event, was []stepRow) error {
	state, err := json.Marshal(c)
	if err != nil {
		return err
	}
	due, silent := noDay, 0
	for i, r := range c.stepRows() {
		due = min(due, r.first)
		if r.silent == silentStill {
			silent++
		}
		there := i < len(was)
		if there && r == was[i] {
			continue
		}
		if err := r.save(ctx, t, docket, there); err != nil {
			return err
		}
	}
	sum := procedures.sum(c.Procedure)
	asked := uint64(0)
	if c.Asked != nil {
		asked = c.Asked.Index
	}
	values := []any{
		string(state), sum, c.Officer, c.Mission, c.State, flag(c.Closed()), due, silent, e.Index, c.follows(docket),
		slices.Index(consents, c.Consent), int64(c.Last()), asked, c.Shown, c.handingSince(), docket,
	}
	if e.Type == caseOpened {
		_, err = t.Exec(ctx, `INSERT INTO {docket} (state, procedure, officer, mission, actor, closed, due, silent, changed, follows, consent, last, asked, shown, handing, idx, id, number)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`, append(values, c.ID, c.Number)...)
	} else {
		_, err = t.Exec(ctx, `UPDATE {docket} SET state = $1, procedure = $2, officer = $3, mission = $4, actor = $5,
			closed = $6, due = $7, silent = $8, changed = $9, follows = $10, consent = $11, last = $12, asked = $13, shown = $14, handing = $15 WHERE idx = $16`, values...)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(tie(ctx, t, e), saveAway(ctx, t, docket, c, due)); err != nil {
		return err
	}
	if e.Notice != nil && e.Type == noticeSent && e.Notice.Link != "" {
		if _, err := t.Exec(ctx, `INSERT INTO {notice} (idx, docket, n, notice, link) VALUES ($1, $2, $3, $4, $5)`,
			e.Index, docket, e.Step, e.Notice.N, e.Notice.Link); err != nil {
			return err
		}
	}
	if e.Type == caseWalled {
		if _, err := t.Exec(ctx, `INSERT INTO {wall} (idx, docket, officer) VALUES ($1, $2, $3)`, e.Index, docket, e.Officer); err != nil {
			return err
		}
	}
	_, err = t.Exec(ctx, `INSERT INTO {did} (idx, docket) VALUES ($1, $2)`, e.Index, docket)
	return err
}

// tie notes which allegations a case takes by an event, if it does.
func tie(ctx context.Context, t *record.Tables, e *Event) error {
	var takes []string
	switch e.Type {
	case caseOpened:
		takes = e.Opened.Allegations
	case allegationAdded:
		takes = []string{e.Allegation}
	}
	for _, a := range takes {
		n, err := t.Exec(ctx, `INSERT INTO {takes} (idx, docket, allegation, incident) SELECT $1, $2, id, incident FROM {allegation} WHERE id = $3
			AND NOT EXISTS (SELECT 1 FROM {takes} WHERE docket = $2 AND allegation = $3)`, e.Index, e.Case, a)
		if err == nil && n > 0 {
			_, err = t.Exec(ctx, `UPDATE {allegation} SET taken = taken + 1 WHERE id = $1`, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// untie undoes what an event tied.
func untie(ctx context.Context, t *record.Tables, index uint64) error {
	if _, err := t.Exec(ctx, `UPDATE {allegation} SET taken = taken - 1 WHERE id IN (SELECT allegation FROM {takes} WHERE idx = $1)`, index); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `DELETE FROM {takes} WHERE idx = $1`, index)
	return err
}

func dueOf(c *Case, s *Step, on when.Day) int64 {
	if s.Over || c.isPaused(s) {
		return noDay
	}
	if due, has := c.Due(s, on); has {
		return int64(due)
	}
	return noDay
}

// stands is what the table says of a step with a due day: the last day on which it could
// be answered in its stead where it is silent, and its silence.
func (c *Case) stands(s *Step, due int64) (day int64, silent int) {
	from, is := c.SilentFrom(s)
	if !is {
		return due, silentNot
	}
	if _, still := c.Silent(s); still {
		return int64(from - 1), silentStill
	}
	return int64(from - 1), silentOnce
}

// isPaused reports whether the clock of a step stands still.
func (c *Case) isPaused(s *Step) bool {
	for _, m := range slices.Backward(s.Moves) {
		if m.Kind != Extended {
			return m.Kind == Paused
		}
	}
	return false
}

// stepRow is what the table says of a step.
type stepRow struct {
	step          string
	n             int
	due           int64
	waits, silent int
	officer       string
	reminder      int
	wait          int
	since         int64
	ground        string
	first         int64 // what it adds to when something in the case falls due first; in no column
}

// stepRows are what the table says of the steps of a case, which depends on the case alone.
func (c *Case) stepRows() []stepRow {
	rows := make([]stepRow, len(c.Steps))
	last := c.Last() // a deed can be dated before what stands already
	for i := range c.Steps {
		s := &c.Steps[i]
		r := stepRow{step: s.ID, n: s.N, waits: flag(!s.Over), officer: c.Officer, first: noDay}
		day := dueOf(c, s, last)
		if !s.Over {
			r.first = day
		}
		r.due, r.silent = c.stands(s, day)
		wait, since, ground := c.waiting(s, r.due, r.silent)
		r.reminder, r.wait, r.since, r.ground = c.reminder(s, r.due), wait.code(), int64(since), ground
		rows[i] = r
	}
	return rows
}

// save writes the row; there says that the table has one for the step.
func (r *stepRow) save(ctx context.Context, t *record.Tables, docket uint64, there bool) error {
	query := `INSERT INTO {step} (step, due, waits, silent, officer, reminder, wait, since, ground, docket, n)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	if there {
		query = `UPDATE {step} SET step = $1, due = $2, waits = $3, silent = $4, officer = $5, reminder = $6, wait = $7, since = $8, ground = $9
			WHERE docket = $10 AND n = $11`
	}
	_, err := t.Exec(ctx, query, r.step, r.due, r.waits, r.silent, r.officer, r.reminder, r.wait, r.since, r.ground, docket, r.n)
	return err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func enterNoted(ctx context.Context, t *record.Tables, e *record.Event) error {
	var b noted
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	day := int64(b.On)
	switch e.What() {
	case calendarSet:
		return enterCalendar(ctx, t, e.Index, &b)
	case incidentCoded:
		b.Incident.Changed = e.Index
		state, err := json.Marshal(b.Incident)
		if err != nil {
			return err
		}
		if _, err = t.Exec(ctx, `INSERT INTO {incident} (idx, id, number, state, changed, merged, last) VALUES ($1, $2, $3, $4, $5, '', $6)`,
			e.Index, b.Incident.ID, b.Incident.Number, string(state), e.Index, day); err != nil {
			return err
		}
		if err := saveRests(ctx, t, e.Index, b.Incident); err != nil {
			return err
		}
		return enterAbout(ctx, t, e.Index, b.Incident.ID)
	case allegationMade:
		a := b.Allegation
		_, err := t.Exec(ctx, `INSERT INTO {allegation} (idx, id, number, incident, actor, act, terms, confidence, taken, day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)`,
			e.Index, a.ID, a.Number, a.Incident, a.Actor, a.Act, a.Terms, a.Confidence, day)
		if err != nil {
			return err
		}
		return enterAbout(ctx, t, e.Index, a.ID)
	case allegationReclassed:
		a := b.Allegation
		if _, err := t.Exec(ctx, `UPDATE {allegation} SET act = $1, terms = $2 WHERE id = $3`, a.Act, a.Terms, a.ID); err != nil {
			return err
		}
		return enterAbout(ctx, t, e.Index, a.ID)
	}
	id := b.ID
	if b.Incident != nil {
		id = b.Incident.ID
	}
	i, err := loadIncident(ctx, t, id)
	if err != nil || i == nil {
		return err
	}
	switch e.What() {
	case incidentRevised, incidentReclassed:
		into := i.Into
		*i = *b.Incident
		i.Into = into
		if err := saveRests(ctx, t, e.Index, i); err != nil {
			return err
		}
	case incidentMerged, incidentSplit:
		i.Into = b.Into
	}
	i.Changed = e.Index
	state, err := json.Marshal(i)
	if err != nil {
		return err
	}
	if e.What() == incidentReclassed {
		day = 0 // the words are new, and nothing happened: it is kept no longer
	}
	if _, err = t.Exec(ctx, `UPDATE {incident} SET state = $1, changed = $2, merged = $3, last = CASE WHEN $4 = 0 THEN last ELSE $4 END WHERE id = $5`, string(state), e.Index, i.Into, day, id); err != nil {
		return err
	}
	return enterAbout(ctx, t, e.Index, id)
}

// loadIncident is the incident of an ID, or nil.
func loadIncident(ctx context.Context, t *record.Tables, id string) (*Incident, error) {
	var state []byte
	there, err := t.Scan(ctx, `SELECT state FROM {incident} WHERE id = $1`, []any{id}, &state)
	if err != nil || !there {
		return nil, err
	}
	i := new(Incident)
	return i, json.Unmarshal(state, i)
}

// next is one more than the greatest number that a thing of a kind was ever given,
// also where it was erased since.
func next(ctx context.Context, t *record.Tables, kind Kind, table string) (n int, err error) {
	for _, query := range []string{`SELECT MAX(number) FROM {` + table + `}`, `SELECT MAX(number) FROM {stone} WHERE kind = '` + string(kind) + `'`} {
		var greatest sql.Null[int]
		if _, err := t.Scan(ctx, query, nil, &greatest); err != nil {
			return 0, err
		}
		n = max(n, greatest.V)
	}
	return n + 1, nil
}
