package casework

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"temwen/instrument"
	"temwen/locale"
	"temwen/record"
	"temwen/when"
)

// Published is what is public of a case: the fields that two people have decided
// to show, as they stood when the second decided. Days are told to the month. The
// ledger has of it a Showing.
type Published struct {
	Mission string   `json:"mission"`
	Fields  []string `json:"fields"` // of PublicFields; the mission is always told
	// Before is the entry that showed the same case before, which this one takes the
	// place of; 0 in the first.
	Before uint64 `json:"before,omitempty"`
	// Why is why it shows something else than that entry: one of Whys.
	Why string `json:"why,omitempty"`
	// Terms is the version of the vocabulary in which the office coded incidents when
	// this was published: by it the case stands in the tables of conduct of that time.
	Terms string `json:"terms"`
	// Invented says that it is about nobody.
	Invented bool `json:"invented,omitempty"`

	Procedure string            `json:"procedure,omitempty"` // ID in the dossier
	Track     string            `json:"track,omitempty"`
	State     string            `json:"state,omitempty"`  // actor
	Opened    string            `json:"opened,omitempty"` // month
	Steps     []PublishedStep   `json:"steps,omitempty"`  // that wait for somebody
	Silences  []PublishedStep   `json:"silences,omitempty"`
	Outcomes  []PublishedResult `json:"outcomes,omitempty"`
	Remedies  []PublishedResult `json:"remedies,omitempty"`
	// Beside are the entries by which cases became public that take the same allegation, or
	// the same act in what was found to be the same incident, through another track, in order. Where one of them is taken back, none is shown.
	Beside []uint64 `json:"beside,omitempty"`
}

// PublishedStep is a step that waits, or was not answered in time, since a month.
type PublishedStep struct {
	Title locale.Text     `json:"title"` // the procedure's own
	Who   instrument.Role `json:"who"`
	Since string          `json:"since"`
}

// PublishedResult is an outcome or a remedy, by its code, and the month.
type PublishedResult struct {
	What    string `json:"what"`
	Promise bool   `json:"promise,omitempty"` // a remedy that is only promised
	Month   string `json:"month"`
}

// PublishedType is the type of the events and entries that make a case public, and
// RetractedType that of those that take it back.
const (
	PublishedType = casePublished
	RetractedType = caseRetracted
)

// PublicFields are the fields of a case that can be made public.
var PublicFields = []string{"track", "state", "opened", "step", "silence", "outcome", "remedy", "beside"}

// published is what some fields of the case show, as it stands.
func (c *Case) published(fields []string) *Published {
	p := &Published{Mission: c.Mission, Fields: fields}
	for _, f := range fields {
		switch f {
		case "track":
			p.Procedure, p.Track = c.Procedure.ID, string(c.Procedure.Track)
		case "state":
			p.State = c.State
		case "opened":
			p.Opened = month(c.Opened)
		case "step":
			for _, s := range c.Open() {
				p.Steps = append(p.Steps, c.publishedStep(s, s.Begun))
			}
		case "silence":
			for i := range c.Steps {
				if s := &c.Steps[i]; s.Silence != nil && c.awaits(s) {
					p.Silences = append(p.Silences, c.publishedStep(s, *s.Silence))
				}
			}
		case "outcome":
			for _, r := range c.Ends {
				if o := c.Procedure.End(r.End).Outcome; r.Reopened == nil && o != instrument.Informed {
					p.Outcomes = append(p.Outcomes, PublishedResult{What: string(o), Month: month(r.On)})
				}
			}
		case "remedy":
			for _, r := range c.Remedies {
				p.Remedies = append(p.Remedies, PublishedResult{What: r.Kind, Promise: r.Promise, Month: month(r.On)})
			}
		case "beside":
			p.Beside = c.Beside
		}
	}
	return p
}

func (c *Case) publishedStep(s *Step, since when.Day) PublishedStep {
	step := c.Procedure.Step(s.ID)
	return PublishedStep{Title: step.Title, Who: step.Who, Since: month(since)}
}

func month(d when.Day) string { return d.String()[:len("2026-11")] }

// check refuses what two people cannot decide to show.
func (p *Published) check() error {
	has := func(field string) bool { return slices.Contains(p.Fields, field) }
	months := []string{p.Opened}
	for _, s := range slices.Concat(p.Steps, p.Silences) {
		months = append(months, s.Since)
	}
	for _, r := range slices.Concat(p.Outcomes, p.Remedies) {
		months = append(months, r.Month)
	}
	switch {
	case slices.ContainsFunc(p.Fields, func(f string) bool { return !slices.Contains(PublicFields, f) }):
		return errors.New("what is public of a case has a field that cannot be")
	case p.Track != "" && !has("track"), p.State != "" && !has("state"), p.Opened != "" && !has("opened"), p.Steps != nil && !has("step"),
		p.Silences != nil && !has("silence"), p.Outcomes != nil && !has("outcome"), p.Remedies != nil && !has("remedy"), p.Beside != nil && !has("beside"):
		return errors.New("what is public of a case says more than its fields")
	case !slices.IsSorted(p.Beside) || len(slices.Compact(slices.Clone(p.Beside))) != len(p.Beside):
		return errors.New("what is public of a case names the cases beside it in no order, or one twice")
	}
	for _, m := range months {
		if d, err := when.Parse(m); m != "" && (err != nil || len(m) != len("2026-11") || d.First().Open()) {
			return fmt.Errorf("what is public of a case has the month %q", m)
		}
	}
	return nil
}

// Retracted is what stands in public where a case stood that was taken back: that
// something stood there, and on what ground it does not any more. It is the public
// part of an event and entry of RetractedType, and names nothing of the case.
type Retracted struct {
	Mission string `json:"mission"`
	Before  uint64 `json:"before"` // the last entry that showed it
	Ground  string `json:"ground"` // one of StoneGrounds
	// Invented says that it was about nobody.
	Invented bool `json:"invented,omitempty"`
}

// ParseRetracted reads the public part of an entry of RetractedType, as strictly as
// ParsePublished.
func ParseRetracted(public []byte) (*Retracted, error) {
	r := new(Retracted)
	d := json.NewDecoder(bytes.NewReader(public))
	d.DisallowUnknownFields()
	if err := d.Decode(r); err != nil {
		return nil, fmt.Errorf("what was taken back of a case: %w", err)
	}
	if r.Mission == "" || r.Before == 0 || !slices.Contains(StoneGrounds, r.Ground) {
		return nil, errors.New("what was taken back of a case names no mission, no entry, or no known ground")
	}
	return r, nil
}

// public is the public part of an event, or nil.
func (e *Event) public() (json.RawMessage, error) {
	switch {
	case e.Published != nil:
		showing, _, err := showingOf(e.Published, e.Seed)
		if err != nil {
			return nil, err
		}
		return record.Canonical(showing)
	case e.Retracted != nil:
		return record.Canonical(e.Retracted)
	}
	return nil, nil
}

// StoredCase is what an entry shows of a case.
type StoredCase struct {
	Published
	Entry uint64   `json:"entry"` // its index in the ledger
	Day   when.Day `json:"day"`   // UTC, on which it was published
	// Openings are what the entry has the hashes of, one for each of the fields: see
	// Showing.
	Openings []string `json:"openings"`
}

// StoredStone is what stands where a case stood in public.
type StoredStone struct {
	Retracted
	Entry uint64   `json:"entry"` // its index in the ledger
	Day   when.Day `json:"day"`   // UTC, on which it was taken back
	// From is the day on which it was public first, and Entries are those that showed it,
	// the first first, as far as that is still known.
	From    when.Day `json:"-"`
	Entries []uint64 `json:"entries"`
}

// Standing is what of all cases stands in public.
type Standing struct {
	Cases  []StoredCase // all entries that show one, in order
	Stones []StoredStone
}

// PublishedCases is what stands in public of the first size events of the record; 0
// stands for all. What was taken back since is in none of them any more, and what the
// last entry of a case does not show, no earlier one does. A store without an office
// has none.
func PublishedCases(ctx context.Context, v Viewer, size uint64) (*Standing, error) {
	s := new(Standing)
	err := v.View(ctx, bookName, func(t *record.Tables) error {
		err := each(ctx, t, "public", func(index uint64, day when.Day, public []byte, openings string) error {
			list := strings.Fields(openings)
			showing, err := ParseShowing(public)
			if err != nil {
				return err
			}
			p, err := showing.Open(list...)
			if err == nil {
				s.Cases = append(s.Cases, StoredCase{*p, index, day, list})
			}
			return err
		})
		if err != nil {
			return err
		}
		return each(ctx, t, "retracted", func(index uint64, day when.Day, public []byte, _ string) error {
			r, err := ParseRetracted(public)
			if err == nil {
				s.Stones = append(s.Stones, StoredStone{*r, index, day, day, []uint64{r.Before}})
			}
			return err
		})
	})
	switch {
	case errors.Is(err, record.ErrNoBook):
		return s, nil
	case err != nil:
		return nil, fmt.Errorf("reading the cases that are public: %w", err)
	}
	s.settle()
	return s.first(size), nil
}

// each reads the rows of a table of what was made public, in order.
func each(ctx context.Context, t *record.Tables, table string, f func(index uint64, day when.Day, public []byte, openings string) error) error {
	rows, err := t.Query(ctx, `SELECT idx, day, public, openings FROM {`+table+`} ORDER BY idx`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var index uint64
		var day when.Day
		var public []byte
		var openings string
		if err := rows.Scan(&index, &day, &public, &openings); err != nil {
			return err
		}
		if err := f(index, day, public, openings); err != nil {
			return fmt.Errorf("event %d: %w", index, err)
		}
	}
	return rows.Err()
}

// settle takes out what was taken back, and out of earlier entries what the last one
// of the same case does not show.
func (s *Standing) settle() {
	stone := make(map[uint64]int) // by the entry before it
	for i := range s.Stones {
		stone[s.Stones[i].Before] = i
	}
	after := make(map[uint64]*StoredCase) // by the entry before it: the last of the case
	for i := len(s.Cases) - 1; i >= 0; i-- {
		c := &s.Cases[i]
		if n, gone := stone[c.Entry]; gone {
			s.Stones[n].From = c.Day
			if c.Before != 0 {
				s.Stones[n].Entries = slices.Insert(s.Stones[n].Entries, 0, c.Before)
			}
			stone[c.Before] = n
			c.Entry = 0
			continue
		}
		last := after[c.Entry]
		if last == nil {
			last = c
		}
		c.shows(last.Fields)
		if c.Before != 0 {
			after[c.Before] = last
		}
	}
	s.Cases = slices.DeleteFunc(s.Cases, func(c StoredCase) bool { return c.Entry == 0 })
	stands := make(map[uint64]bool) // by the first entry
	for i := range s.Cases {
		stands[s.Cases[i].Entry] = s.Cases[i].Before == 0
	}
	for i := range s.Cases { // nothing tells what a stone was about
		if c := &s.Cases[i]; slices.ContainsFunc(c.Beside, func(entry uint64) bool { return !stands[entry] }) {
			c.shows(slices.DeleteFunc(slices.Clone(c.Fields), func(f string) bool { return f == "beside" }))
		}
	}
}

// shows leaves the fields that are among some, and what opens them.
func (c *StoredCase) shows(fields []string) {
	c.only(fields)
	c.Openings = slices.DeleteFunc(c.Openings, func(o string) bool {
		opened, err := readOpening(o)
		return err != nil || !slices.Contains(fields, opened.field)
	})
}

// first is what stands of the first size events. A stone stands where something did.
func (s *Standing) first(size uint64) *Standing {
	if size == 0 {
		return s
	}
	s.Cases = slices.DeleteFunc(s.Cases, func(c StoredCase) bool { return c.Entry >= size })
	s.Stones = slices.DeleteFunc(s.Stones, func(r StoredStone) bool { return r.Before >= size })
	return s
}

// only leaves the fields that are among some.
func (p *Published) only(fields []string) {
	shows := func(f string) bool { return slices.Contains(fields, f) }
	p.Fields = slices.DeleteFunc(slices.Clone(p.Fields), func(f string) bool { return !shows(f) })
	if !shows("track") {
		p.Procedure, p.Track = "", ""
	}
	if !shows("state") {
		p.State = ""
	}
	if !shows("opened") {
		p.Opened = ""
	}
	if !shows("step") {
		p.Steps = nil
	}
	if !shows("silence") {
		p.Silences = nil
	}
	if !shows("outcome") {
		p.Outcomes = nil
	}
	if !shows("remedy") {
		p.Remedies = nil
	}
	if !shows("beside") {
		p.Beside = nil
	}
}

// enterPublic keeps what an event made public, or took back, of the case as it was
// before it: what opens it stands in this table, and in private in the record.
func (e *Event) enterPublic(ctx context.Context, t *record.Tables, c *Case, r *record.Event) error {
	table, openings := "public", []string(nil)
	switch e.Type {
	case RetractedType:
		table = "retracted"
	case PublishedType:
		var err error
		if _, openings, err = showingOf(c.showing(e), e.Seed); err != nil {
			return err
		}
	default:
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO {`+table+`} (idx, day, public, openings) VALUES ($1, $2, $3, $4)`,
		r.Index, int64(when.Today(r.Time.UTC())), string(r.Public), strings.Join(openings, " "))
	return err
}

// agrees reports whether what an event made public, or took back, is what the case
// said: public is of the event, c the case as it was before it, and beside what the event
// says of the cases beside it, without those that were erased since.
func (e *Event) agrees(c *Case, beside []uint64, public []byte) error {
	damaged := fmt.Errorf("%w: entry %d makes of a case public what the record did not say of it", record.ErrDamaged, e.Index)
	switch e.Type {
	case casePublished:
		if _, err := ParseShowing(public); err != nil {
			return err
		}
		if !slices.Equal(beside, c.Beside) {
			return damaged
		}
		e.Published = c.showing(e)
	case caseRetracted:
		if _, err := ParseRetracted(public); err != nil {
			return err
		}
		if c.Stands == nil {
			return damaged
		}
		e.Retracted = c.retracting(e)
	default:
		return nil
	}
	want, err := e.public()
	if err == nil && !bytes.Equal(want, public) {
		err = damaged
	}
	return err
}

// Rechecked is how many entries that make a case public, or take it back, are what
// the record says, and how many cannot be compared any more: the case was erased.
type Rechecked struct{ Compared, Erased int }

// RecheckPublished follows the record and refuses it as damaged where an event made
// of a case public what the events before it do not say. An event without its private
// part is damage, too, unless an erasure names it.
func RecheckPublished(events iter.Seq2[record.Event, error]) (Rechecked, error) {
	past := NewPast()
	var done Rechecked
	blank := make(map[uint64]bool)
	for e, err := range events {
		if err != nil {
			return done, err
		}
		if e.Type == PublishedType || e.Type == RetractedType {
			done.Compared++
			if len(e.Body) == 0 {
				blank[e.Index] = true
			}
		}
		book, erased, err := record.ErasedBy(&e)
		if err != nil {
			return done, err
		}
		for _, index := range erased {
			if book == bookName && blank[index] {
				delete(blank, index)
				done.Compared, done.Erased = done.Compared-1, done.Erased+1
			}
		}
		if err := past.Enter(&e); err != nil {
			return done, err
		}
	}
	for index := range blank {
		return done, fmt.Errorf("%w: entry %d makes a case public, says nothing in private, and no erasure names it", record.ErrDamaged, index)
	}
	return done, nil
}

// Chain follows the entries of a ledger that make cases public, or take them back,
// and refuses what does not follow: each takes the place of one that stands, and none
// goes back to a version of the vocabulary that a later one has followed.
type Chain struct {
	Entries   map[uint64]*ChainEntry
	Retracted int      // how many were taken back
	terms     []string // the versions of the vocabulary, in order
}

// ChainEntry is one of them: a Showing, or a Retracted.
type ChainEntry struct {
	Day       when.Day
	Showing   *Showing
	Retracted *Retracted
	Stands    bool // a Showing whose place no later entry has taken
	after     uint64
}

// Standing reports whether a case stands in public that an entry has made public first.
func (c *Chain) Standing(first uint64) bool {
	e := c.Entries[first]
	if e == nil || e.Showing == nil || e.Showing.Before != 0 {
		return false
	}
	for e.after != 0 {
		e = c.Entries[e.after]
	}
	return e.Stands
}

// Enter takes in the public part of the next entry of PublishedType or RetractedType.
func (c *Chain) Enter(index uint64, day when.Day, entryType string, public []byte) error {
	e := &ChainEntry{Day: day, Stands: entryType == PublishedType}
	var before uint64
	var err error
	if entryType == RetractedType {
		if e.Retracted, err = ParseRetracted(public); err != nil {
			return err
		}
		before = e.Retracted.Before
		c.Retracted++
	} else {
		if e.Showing, err = ParseShowing(public); err != nil {
			return err
		}
		before = e.Showing.Before
		if i := slices.Index(c.terms, e.Showing.Terms); i < 0 {
			c.terms = append(c.terms, e.Showing.Terms)
		} else if i < len(c.terms)-1 {
			return fmt.Errorf("entry %d goes back to the vocabulary %s, after %s", index, e.Showing.Terms, c.terms[len(c.terms)-1])
		}
	}
	if before != 0 {
		if was := c.Entries[before]; was == nil || !was.Stands {
			return fmt.Errorf("entry %d takes the place of entry %d, which makes no case public, or does not stand any more", index, before)
		}
		c.Entries[before].Stands, c.Entries[before].after = false, index
	}
	if c.Entries == nil {
		c.Entries = make(map[uint64]*ChainEntry)
	}
	c.Entries[index] = e
	return nil
}
