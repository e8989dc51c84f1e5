package casework

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"temwen/intake"
	"temwen/record"
	"temwen/seal"
	"temwen/when"
)

// Kind is what sort of thing can be erased.
type Kind string

// The kinds. An incident goes with its allegations.
const (
	OfCase       Kind = "case"
	OfIncident   Kind = "incident"
	OfAllegation Kind = "allegation"
)

// The types of event about erasures. The last is a tombstone: it stands for what
// was destroyed, says that it was there, and nothing of what it was.
const (
	erasureAsked   = "casework.erasure.asked" // by one officer; another one erases
	erasureDropped = "casework.erasure.dropped"
	thingErased    = "casework.erased"
)

var erasureTypes = []string{erasureAsked, erasureDropped, thingErased}

// Asking is that an officer asks for something to be erased.
type Asking struct {
	Kind   Kind
	ID     string
	By     string
	Ground string
	On     when.Day
}

// Stone is what is left of something that was erased.
type Stone struct {
	Kind   Kind
	ID     string
	Number int
	On     when.Day
	Ground string
	// By asked for it, and Second did it.
	By, Second string
}

// erasureSaid is what an event about an erasure says. Its type, day, officer and
// ground stand where those of an Event do.
type erasureSaid struct {
	Type   string   `json:"type"`
	Kind   Kind     `json:"kind"`
	ID     string   `json:"id"`
	Number int      `json:"number,omitempty"`
	On     when.Day `json:"on"`
	By     string   `json:"by"`
	Second string   `json:"second,omitempty"`
	Ground string   `json:"ground,omitempty"`
}

func (s *erasureSaid) draft() (record.Draft, error) {
	body, err := record.Canonical(s)
	return record.Draft{Type: s.Type, Body: body}, err
}

// Erasing is what an erasure destroys.
type Erasing struct {
	Number int
	Events int
	// Links are those of notices, which lead nowhere then.
	Links int
	// Incidents are how many were found to be the same, with itself. Allegations go with
	// them; a case leaves its own behind, in none.
	Incidents, Allegations int
	// Words are how many messages told people of a case, in how many Threads: they
	// lose them, and a message in each says so.
	Words, Threads int
	// Walls are how many officers are kept from a case: what it was about is kept
	// from them no more.
	Walls int
	// Evidence is how many items of evidence go with a case, and Bytes the length of
	// their sealed files.
	Evidence int
	Bytes    int64
	// Public are the fields of a case that stand in public: a stone takes their place,
	// and what others have read stays read.
	Public []string
	// Open says that a case waits for somebody, and Away how many items of its evidence
	// another office has.
	Open bool
	Away int
	// Parts are what goes, in kinds.
	Parts []intake.Part
	// Seen is the index of the last event: what an officer has looked at.
	Seen uint64

	events []uint64
	files  []seal.Hash   // sealed, on the shelf
	things []erasureSaid // that it is of: kind, ID and number
	words  []intake.Words
	stands *Case // that is public; nil where none is
}

// Parts are the kinds of what goes with a case, an incident or an allegation: Part says
// how many. Copies are those that were made of evidence, for instance redacted.
var Parts = []string{"steps", "letters", "links", "answers", "remedies", "originals", "copies", "words", "incidents", "allegations"}

// Stays are the kinds of what stays: the entries of the ledger; the stone; what was
// published of it, and figures; the incidents that a case was about; the reports, with
// what officers wrote to people; what others have.
var Stays = map[Kind][]string{
	OfCase:       {"entries", "stone", "figures", "incidents", "threads", "outside"},
	OfIncident:   {"entries", "stone", "figures", "reports", "outside"},
	OfAllegation: {"entries", "stone", "figures", "outside"},
}

func (h *Erasing) part(what string, n int) {
	if n > 0 {
		h.Parts = append(h.Parts, intake.Part{What: what, N: n})
	}
}

// needed refuses to erase on the ground that it was kept long enough what somebody still
// needs.
func (h *Erasing) needed(ground string) error {
	if ground == intake.KeptLongEnough && (h.Open || h.Away > 0) {
		return refuse(CodeNeeded)
	}
	return nil
}

// AskErasure asks, as the first of two officers, for something to be erased, on one
// of intake.Grounds.
func (k *Cases) AskErasure(ctx context.Context, by string, kind Kind, id, ground string) error {
	return k.aboutErasure(ctx, erasureSaid{Type: erasureAsked, Kind: kind, ID: id, By: by, Ground: ground})
}

// DropErasure takes back that it was asked, or refuses it.
func (k *Cases) DropErasure(ctx context.Context, by string, kind Kind, id string) error {
	return k.aboutErasure(ctx, erasureSaid{Type: erasureDropped, Kind: kind, ID: id, By: by})
}

func (k *Cases) aboutErasure(ctx context.Context, said erasureSaid) error {
	said.On = k.today()
	_, err := k.store.Do(ctx, newKey(), &askingErasure{Said: said, cases: k}, k.now())
	return err
}

// askingErasure is the command that asks, or takes back that it was asked.
type askingErasure struct {
	Said  erasureSaid
	cases *Cases
}

func (*askingErasure) Book() string { return bookName }
func (*askingErasure) Daily() bool  { return false }

// Digest implements record.Command.
func (a *askingErasure) Digest() record.Hash {
	d, err := a.Said.draft()
	if err != nil {
		panic(err) // a plain structure
	}
	return sha256.Sum256(d.Body)
}

// Decide implements record.Act.
func (a *askingErasure) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	said := &a.Said
	if said.Type == erasureAsked && !slices.Contains(intake.Grounds, said.Ground) {
		return nil, refuse(CodeGround)
	}
	holds, err := held(ctx, t, said.By, said.Kind, said.ID)
	if err != nil {
		return nil, err
	}
	asked, err := askingOf(ctx, t, said.Kind, said.ID)
	switch {
	case err != nil:
		return nil, err
	case asked != nil && said.Type == erasureAsked && asked.By != said.By:
		return nil, &Refused{Code: CodeTwice, By: asked.By, Did: erasureAsked}
	case (asked != nil) == (said.Type == erasureAsked):
		return nil, nil
	}
	if err := holds.needed(said.Ground); err != nil {
		return nil, err
	}
	d, err := said.draft()
	return []record.Draft{d}, err
}

// Asking is who asks for something to be erased; nil where nobody does.
func (k *Cases) Asking(ctx context.Context, kind Kind, id string) (a *Asking, err error) {
	err = k.view(ctx, func(t *record.Tables) (err error) {
		a, err = askingOf(ctx, t, kind, id)
		return err
	})
	return a, err
}

// AskerIn is who asks for something to be erased as the tables of Book say, within the
// transaction of another command; empty where nobody does.
func AskerIn(ctx context.Context, t *record.Tables, kind Kind, id string) (officer string, err error) {
	a, err := askingOf(ctx, t, kind, id)
	if err != nil || a == nil {
		return "", err
	}
	return a.By, nil
}

func askingOf(ctx context.Context, t *record.Tables, kind Kind, id string) (*Asking, error) {
	a := &Asking{Kind: kind, ID: id}
	there, err := t.Scan(ctx, `SELECT officer, ground, day FROM {asking} WHERE kind = $1 AND thing = $2`, []any{string(kind), id}, &a.By, &a.Ground, &a.On)
	if err != nil || !there {
		return nil, err
	}
	return a, nil
}

// Askings is all that somebody asks to be erased, the longest asked first.
func (k *Cases) Askings(ctx context.Context) (list []Asking, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT kind, thing, officer, ground, day FROM {asking} ORDER BY idx`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var a Asking
			if err := rows.Scan(&a.Kind, &a.ID, &a.By, &a.Ground, &a.On); err != nil {
				return err
			}
			list = append(list, a)
		}
		return rows.Err()
	})
	return list, err
}

// Stone is the tombstone of something that was erased; nil where there is none.
func (k *Cases) Stone(ctx context.Context, kind Kind, id string) (s *Stone, err error) {
	err = k.view(ctx, func(t *record.Tables) (err error) {
		s, err = stoneOf(ctx, t, kind, id)
		return err
	})
	return s, err
}

// Stones are the tombstones of a kind, the latest first, at most limit.
func (k *Cases) Stones(ctx context.Context, kind Kind, limit int) (list []Stone, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT thing, number, day, ground, officer, second FROM {stone} WHERE kind = $1 ORDER BY idx DESC LIMIT $2`, string(kind), limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			s := Stone{Kind: kind}
			if err := rows.Scan(&s.ID, &s.Number, &s.On, &s.Ground, &s.By, &s.Second); err != nil {
				return err
			}
			list = append(list, s)
		}
		return rows.Err()
	})
	return list, err
}

func stoneOf(ctx context.Context, t *record.Tables, kind Kind, id string) (*Stone, error) {
	s := &Stone{Kind: kind, ID: id}
	there, err := t.Scan(ctx, `SELECT number, day, ground, officer, second FROM {stone} WHERE kind = $1 AND thing = $2`, []any{string(kind), id},
		&s.Number, &s.On, &s.Ground, &s.By, &s.Second)
	if err != nil || !there {
		return nil, err
	}
	return s, nil
}

// gone refuses what is about something that is not there: it was erased, by whom,
// or there never was one.
func gone(ctx context.Context, t *record.Tables, kind Kind, id string) error {
	s, err := stoneOf(ctx, t, kind, id)
	switch {
	case err != nil:
		return err
	case s == nil:
		return refuse(CodeUnknown)
	}
	r := &Refused{Code: CodeErased, By: s.Second, Did: thingErased}
	if kind == OfCase {
		r.Case = id
	}
	return r
}

// Erase destroys all that the record holds of something, as the second of two
// officers; with dry set it only says what that is. seen is the Erasing.Seen that
// the officer looked at: where more has happened since, this is refused as
// CodeMoved, and says by whose deed; 0 stands for any. The entries in the ledger
// stay, and nothing opens them any more. It cannot be undone.
//
// An incident goes with what was found to be the same; one that is merged into another
// goes with that, or is split first: CodeJoined. What a case takes is erased after the
// case: CodeTied.
func (k *Cases) Erase(ctx context.Context, by string, kind Kind, id string, seen uint64, dry bool) (Erasing, error) {
	var holds *Erasing
	var asked *Asking
	err := k.view(ctx, func(t *record.Tables) (err error) {
		if holds, err = held(ctx, t, by, kind, id); err == nil {
			asked, err = askingOf(ctx, t, kind, id)
		}
		return err
	})
	if err == nil && kind == OfCase {
		err = k.store.View(ctx, intake.Book.Name(), func(t *record.Tables) error { return holds.addWords(ctx, t, id) })
	}
	switch {
	case err != nil:
		return Erasing{}, err
	case dry:
		return *holds, nil
	case asked == nil:
		return Erasing{}, refuse(CodeFourEyes)
	case asked.By == by || by == "":
		return Erasing{}, &Refused{Code: CodeFourEyes, By: asked.By, Did: erasureAsked}
	}
	if err := holds.needed(asked.Ground); err != nil {
		return Erasing{}, err
	}
	if seen == 0 {
		seen = holds.Seen
	}
	// The ledger must have the commitments before what they commit to is gone.
	if err := k.store.Publish(ctx, k.now(), false, nil); err != nil {
		return Erasing{}, err
	}
	command := record.Erase{Events: holds.events, Ground: asked.Ground, By: asked.By, Second: by}
	for _, said := range holds.things {
		said.Type, said.On, said.By, said.Second, said.Ground = thingErased, k.today(), asked.By, by, asked.Ground
		stone, err := said.draft()
		if err != nil {
			return Erasing{}, err
		}
		command.Stones = append(command.Stones, stone)
	}
	for _, w := range holds.words {
		stone, err := w.Stone(by, k.today())
		if err != nil {
			return Erasing{}, err
		}
		command.Stones = append(command.Stones, stone)
	}
	if holds.stands != nil {
		stone, err := k.takenBack(holds.stands, by, forErasure(asked.Ground))
		if err != nil {
			return Erasing{}, err
		}
		command.Stones = append(command.Stones, stone)
	}
	unmoved := func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		t, err := book(bookName)
		if err != nil {
			return err
		}
		now, err := held(ctx, t, by, kind, id)
		if err == nil && now.Seen != seen {
			err = k.movedSince(ctx, now.Seen)
		}
		if err != nil || kind != OfCase {
			return err
		}
		if t, err = book(intake.Book.Name()); err == nil {
			err = now.addWords(ctx, t, id)
		}
		if err == nil && !slices.Equal(now.events, holds.events) {
			err = &Refused{Code: CodeMoved, Did: "told"} // somebody was told something
		}
		return err
	}
	_, err = k.store.Do(record.Provided(ctx, unmoved), newKey(), command, k.now())
	if err != nil && !errors.Is(err, record.ErrLingers) {
		return Erasing{}, fmt.Errorf("erasing: %w", err)
	}
	if k.kept == nil {
		return *holds, err // who opens the locker next sweeps it
	}
	for _, file := range holds.files {
		if rerr := k.kept.shelf.Remove(file); rerr != nil {
			err = errors.Join(err, fmt.Errorf("%w: a sealed file could not be removed: %w; it is when the server starts again", record.ErrLingers, rerr))
		}
	}
	if kind == OfCase {
		if rerr := k.kept.forget(ctx, id); rerr != nil {
			err = errors.Join(err, fmt.Errorf("%w: what came of a file that is not whole could not be removed: %w; it is within some days", record.ErrLingers, rerr))
		}
	}
	return *holds, err
}

// addWords adds what people were told of a case.
func (h *Erasing) addWords(ctx context.Context, t *record.Tables, id string) (err error) {
	if h.words, err = intake.WordsOf(ctx, t, id); err != nil {
		return err
	}
	h.Threads = len(h.words)
	for _, w := range h.words {
		h.Words += len(w.Events)
		h.events = append(h.events, w.Events...)
	}
	slices.Sort(h.events)
	h.Events = len(h.events)
	h.part("words", h.Words)
	return nil
}

// takenBack is the event that takes back what is public of a case that is erased.
func (k *Cases) takenBack(c *Case, by, ground string) (record.Draft, error) {
	e := Event{Type: caseRetracted, Case: c.ID, On: k.today(), By: by, Ground: ground}
	e.Retracted = c.retracting(&e)
	public, err := e.public()
	if err != nil {
		return record.Draft{}, err
	}
	body, err := record.Canonical(e)
	return record.Draft{Type: e.Type, Public: public, Body: body}, err
}

// held is what the record holds of something, for an officer who may erase it.
func held(ctx context.Context, t *record.Tables, by string, kind Kind, id string) (*Erasing, error) {
	h := new(Erasing)
	var err error
	switch kind {
	case OfCase:
		err = h.ofCase(ctx, t, by, id)
	case OfIncident:
		err = h.ofIncident(ctx, t, id)
	case OfAllegation:
		err = h.ofAllegation(ctx, t, id)
	default:
		err = refuse(CodeMalformed)
	}
	if err != nil {
		return nil, err
	}
	h.counted()
	return h, nil
}

// counted counts the events, once all are there.
func (h *Erasing) counted() {
	slices.Sort(h.events)
	h.Events, h.Seen = len(h.events), max(h.Seen, h.events[len(h.events)-1])
}

func (h *Erasing) ofCase(ctx context.Context, t *record.Tables, by, id string) error {
	c, docket, err := loadCase(ctx, t, id)
	if err != nil {
		return err
	}
	if c == nil {
		return gone(ctx, t, OfCase, id)
	}
	if err := loadAround(ctx, t, c); err != nil {
		return err
	}
	if c.Walls(by) {
		return refuse(CodeWalled)
	}
	return h.hold(ctx, t, c, docket)
}

// hold adds a case, whose first event has the index docket.
func (h *Erasing) hold(ctx context.Context, t *record.Tables, c *Case, docket uint64) error {
	h.Allegations, h.Walls, h.Evidence, h.Open = len(c.Allegations), len(c.Walled), len(c.Evidence), !c.Closed()
	if c.Stands != nil {
		h.Public = c.Stands.Fields
		h.stands = c
	}
	copies := 0
	for _, e := range c.Evidence {
		h.files, h.Bytes = append(h.files, e.SHA256), h.Bytes+e.Size
		if e.Of != 0 {
			copies++
		}
		if e.Held != "" {
			h.Away++
		}
	}
	if _, err := t.Scan(ctx, `SELECT COUNT(*) FROM {notice} WHERE docket = $1`, []any{docket}, &h.Links); err != nil {
		return err
	}
	letters, answers := 0, 0
	for i := range c.Steps {
		letters, answers = letters+len(c.Steps[i].Notices), answers+len(c.Steps[i].Answers)
	}
	h.part("steps", len(c.Steps))
	h.part("letters", letters)
	h.part("links", h.Links)
	h.part("answers", answers)
	h.part("remedies", len(c.Remedies))
	h.part("departures", len(c.Departures))
	h.part("originals", h.Evidence-copies)
	h.part("copies", copies)
	// That something was taken back in public is looked at, too, and stays: it is a
	// stone itself.
	if _, err := t.Scan(ctx, `SELECT MAX(idx) FROM {did} WHERE docket = $1`, []any{docket}, &h.Seen); err != nil {
		return err
	}
	return h.add(ctx, t, erasureSaid{Kind: OfCase, ID: c.ID, Number: c.Number}, `SELECT idx FROM {did} WHERE docket = $1 AND idx NOT IN (SELECT idx FROM {retracted})`, docket)
}

// ofIncident adds an incident with what was found to be the same, which it stands for.
func (h *Erasing) ofIncident(ctx context.Context, t *record.Tables, id string) error {
	i, err := mustIncident(ctx, t, id)
	if err == nil && i.Into != "" {
		err = refuse(CodeJoined)
	}
	if err != nil {
		return err
	}
	all, err := same(ctx, t, []string{id})
	if err != nil {
		return err
	}
	h.Incidents = len(all)
	for _, id := range slices.Backward(all) { // the one that the others are, last
		if err := h.oneIncident(ctx, t, id); err != nil {
			return err
		}
	}
	if h.Incidents > 1 {
		h.part("incidents", h.Incidents)
	}
	h.part("allegations", h.Allegations)
	return nil
}

func (h *Erasing) oneIncident(ctx context.Context, t *record.Tables, id string) error {
	i, err := mustIncident(ctx, t, id)
	if err != nil {
		return err
	}
	allegations, err := column(ctx, t, `SELECT id FROM {allegation} WHERE incident = $1 ORDER BY idx`, id)
	if err != nil {
		return err
	}
	for _, a := range allegations {
		if err := h.ofAllegation(ctx, t, a); err != nil {
			return err
		}
	}
	h.Allegations += len(allegations)
	return h.add(ctx, t, erasureSaid{Kind: OfIncident, ID: id, Number: i.Number}, `SELECT idx FROM {about} WHERE thing = $1`, id)
}

func (h *Erasing) ofAllegation(ctx context.Context, t *record.Tables, id string) error {
	said := erasureSaid{Kind: OfAllegation, ID: id}
	there, err := t.Scan(ctx, `SELECT number FROM {allegation} WHERE id = $1`, []any{id}, &said.Number)
	switch {
	case err != nil:
		return err
	case !there:
		return gone(ctx, t, OfAllegation, id)
	}
	taking, err := casesOf(ctx, t, id)
	if err != nil {
		return err
	}
	if len(taking) > 0 {
		return &Refused{Code: CodeTied, Case: taking[0]}
	}
	return h.add(ctx, t, said, `SELECT idx FROM {about} WHERE thing = $1`, id)
}

// add adds a thing, and its events, which a query finds.
func (h *Erasing) add(ctx context.Context, t *record.Tables, thing erasureSaid, query string, args ...any) error {
	h.things, h.Number = append(h.things, thing), thing.Number

	rows, err := t.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var index uint64
		if err := rows.Scan(&index); err != nil {
			return err
		}
		h.events = append(h.events, index)
	}
	return rows.Err()
}

// enterErasure enters an event about an erasure.
func enterErasure(ctx context.Context, t *record.Tables, e *record.Event) error {
	var s erasureSaid
	if err := json.Unmarshal(e.Body, &s); err != nil {
		return err
	}
	var err error
	switch e.What() {
	case thingErased:
		_, err = t.Exec(ctx, `INSERT INTO {stone} (idx, kind, thing, number, day, ground, officer, second) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			e.Index, string(s.Kind), s.ID, s.Number, int64(s.On), s.Ground, s.By, s.Second)
		return err
	case erasureAsked:
		_, err = t.Exec(ctx, `INSERT INTO {asking} (idx, kind, thing, officer, ground, day) VALUES ($1, $2, $3, $4, $5, $6)`,
			e.Index, string(s.Kind), s.ID, s.By, s.Ground, int64(s.On))
	case erasureDropped:
		_, err = t.Exec(ctx, `DELETE FROM {asking} WHERE kind = $1 AND thing = $2`, string(s.Kind), s.ID)
	}
	if err != nil {
		return err
	}
	if s.Kind == OfCase {
		_, err = t.Exec(ctx, `INSERT INTO {did} (idx, docket) SELECT $1, idx FROM {docket} WHERE id = $2`, e.Index, s.ID)
		return err
	}
	return enterAbout(ctx, t, e.Index, s.ID)
}

// enterAbout notes which incident or allegation an event is about, so that all can
// be erased.
func enterAbout(ctx context.Context, t *record.Tables, index uint64, thing string) error {
	_, err := t.Exec(ctx, `INSERT INTO {about} (idx, thing) VALUES ($1, $2)`, index, thing)
	return err
}

// Forget implements record.Forgetter: all events of a case are erased together, and
// all of an incident with those of its allegations.
func (book) Forget(ctx context.Context, t *record.Tables, e record.Event) error {
	if e.What() == caseOpened {
		for _, table := range []string{"step", "did"} {
			if _, err := t.Exec(ctx, `DELETE FROM {`+table+`} WHERE docket = $1`, e.Index); err != nil {
				return err
			}
		}
	}
	if err := untie(ctx, t, e.Index); err != nil {
		return err
	}
	for _, table := range []string{"docket", "notice", "did", "public", "wall", "away", "evidence", "rests", "incident", "allegation", "about", "asking", "calendar"} {
		if _, err := t.Exec(ctx, `DELETE FROM {`+table+`} WHERE idx = $1`, e.Index); err != nil {
			return err
		}
	}
	return nil
}
