package casework

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"temwen/instrument"
	"temwen/locale"
	"temwen/record"
	"temwen/when"
)

// Published is what is public of a case: the fields that two people have decided
// to show, as they stood when the second decided. It is the public part of an
// event and entry of PublishedType. Days are told to the month.
type Published struct {
	Mission string   `json:"mission"`
	Fields  []string `json:"fields"` // of PublicFields; the mission is always told
	// Before is the entry that showed the same case before, which this one takes the
	// place of; 0 in the first.
	Before uint64 `json:"before,omitempty"`
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

// PublishedType is the type of the events and entries that make a case public.
const PublishedType = casePublished

// PublicFields are the fields of a case that can be made public.
var PublicFields = []string{"track", "state", "opened", "step", "silence", "outcome", "remedy"}

// published is what some fields of the case show, as it stands.
func (c *Case) published(fields []string, invented bool) *Published {
	p := &Published{Mission: c.Mission, Fields: fields, Invented: invented, Before: c.Shown}
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
		}
	}
	return p
}

func (c *Case) publishedStep(s *Step, since when.Day) PublishedStep {
	step := c.Procedure.Step(s.ID)
	return PublishedStep{Title: step.Title, Who: step.Who, Since: month(since)}
}

func month(d when.Day) string { return d.String()[:len("2026-11")] }

// ParsePublished reads the public part of an entry of PublishedType. It is strict:
// what two people can decide to show, and nothing else.
func ParsePublished(public []byte) (*Published, error) {
	p := new(Published)
	d := json.NewDecoder(bytes.NewReader(public))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		return nil, fmt.Errorf("what is public of a case: %w", err)
	}
	has := func(field string) bool { return slices.Contains(p.Fields, field) }
	months := []string{p.Opened}
	for _, s := range slices.Concat(p.Steps, p.Silences) {
		months = append(months, s.Since)
	}
	for _, r := range slices.Concat(p.Outcomes, p.Remedies) {
		months = append(months, r.Month)
	}
	switch {
	case p.Mission == "" || len(p.Fields) == 0:
		return nil, errors.New("what is public of a case names no mission, or no field")
	case slices.ContainsFunc(p.Fields, func(f string) bool { return !slices.Contains(PublicFields, f) }):
		return nil, errors.New("what is public of a case has a field that cannot be")
	case p.Track != "" && !has("track"), p.State != "" && !has("state"), p.Opened != "" && !has("opened"), p.Steps != nil && !has("step"),
		p.Silences != nil && !has("silence"), p.Outcomes != nil && !has("outcome"), p.Remedies != nil && !has("remedy"):
		return nil, errors.New("what is public of a case says more than its fields")
	}
	for _, m := range months {
		if d, err := when.Parse(m); m != "" && (err != nil || len(m) != len("2026-11") || d.First().Open()) {
			return nil, fmt.Errorf("what is public of a case has the month %q", m)
		}
	}
	return p, nil
}

// StoredCase is what an entry shows of a case.
type StoredCase struct {
	Published
	Entry uint64   `json:"entry"` // its index in the ledger
	Day   when.Day `json:"day"`   // UTC, on which it was published
}

// PublishedCases are all entries that made a case public, in order, of the first
// size events of the record; 0 stands for all.
func PublishedCases(ctx context.Context, v Viewer, size uint64) (list []StoredCase, err error) {
	err = v.View(ctx, bookName, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT idx, day, public FROM {public} WHERE $1 = 0 OR idx < $1 ORDER BY idx`, size)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c StoredCase
			var public []byte
			if err := rows.Scan(&c.Entry, &c.Day, &public); err != nil {
				return err
			}
			p, err := ParsePublished(public)
			if err != nil {
				return fmt.Errorf("event %d: %w", c.Entry, err)
			}
			c.Published = *p
			list = append(list, c)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("reading the cases that are public: %w", err)
	}
	return list, nil
}

// enterPublished keeps what an event made public, also after the case is erased:
// it stands in the ledger for anybody to read.
func enterPublished(ctx context.Context, t *record.Tables, e *record.Event) error {
	_, err := t.Exec(ctx, `INSERT INTO {public} (idx, day, public) VALUES ($1, $2, $3)`, e.Index, int64(when.Today(e.Time.UTC())), string(e.Public))
	return err
}

// agrees reports whether what an event made public is what the case said: public
// is of the event, and c the case as it was before it.
func (e *Event) agrees(c *Case, public []byte) error {
	p, err := ParsePublished(public)
	if err != nil {
		return err
	}
	want, err := record.Canonical(c.published(p.Fields, p.Invented))
	if err == nil && !bytes.Equal(want, public) {
		err = fmt.Errorf("%w: entry %d makes of a case public what the record did not say of it", record.ErrDamaged, e.Index)
	}
	return err
}

// RecheckPublished follows the record and refuses it as damaged where an event made
// of a case public what the events before it do not say; what was erased since
// cannot be compared any more, and stands.
func RecheckPublished(events iter.Seq2[record.Event, error]) error {
	past := NewPast()
	for e, err := range events {
		if err != nil {
			return err
		}
		if err := past.Enter(&e); err != nil {
			return err
		}
	}
	return nil
}
