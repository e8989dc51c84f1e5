package casework

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"temwen/record"
)

// Code puts an incident's coded facts on the record and returns its ID. What is
// wrong in them is a *Flawed.
func (k *Cases) Code(ctx context.Context, by string, i Incident) (string, error) {
	if flaws := i.Check(CurrentTerms()); len(flaws) > 0 {
		return "", &Flawed{flaws}
	}
	i.ID, i.Into = NewID(), ""
	return i.ID, k.note(ctx, incidentCoded, noted{By: by, Incident: &i}, 0)
}

// Revise replaces the coded facts of an incident, in the version of the vocabulary in
// which they were coded: another is for Reclass. The earlier ones stay on the record.
// i.Changed is that of the incident that the officer saw; where it has changed since,
// this is refused as CodeMoved, and says by whose deed; 0 stands for any.
func (k *Cases) Revise(ctx context.Context, by string, i Incident) error {
	terms := TermsOf(i.Terms)
	if terms == nil {
		terms = CurrentTerms()
	}
	if flaws := i.Check(terms); len(flaws) > 0 {
		return &Flawed{flaws}
	}
	return k.note(ctx, incidentRevised, noted{By: by, Incident: &i}, i.Changed)
}

// Flawed is what is wrong in coded facts.
type Flawed struct{ Flaws []Flaw }

func (f *Flawed) Error() string { return fmt.Sprintf("the coded facts have faults: %v", f.Flaws) }

// Merge says that an incident is the same as another; Split undoes it, and what was
// handed on across the two waits for the office again: see Parts. seen is the
// Incident.Changed that the officer saw, as for Revise.
func (k *Cases) Merge(ctx context.Context, by, id, into string, seen uint64) error {
	switch into {
	case id:
		return refuse(CodeItself)
	case "":
		return refuse(CodeMalformed)
	}
	return k.note(ctx, incidentMerged, noted{By: by, ID: id, Into: into}, seen)
}

// Split says that an incident is not the same as the one it was merged into.
func (k *Cases) Split(ctx context.Context, by, id string, seen uint64) error {
	return k.note(ctx, incidentSplit, noted{By: by, ID: id}, seen)
}

// Allege puts an allegation on the record and returns its ID. Its act is a word of
// the version in which the incident is coded, whatever the newest is. seen is the
// Incident.Changed that the officer saw, as for Revise.
func (k *Cases) Allege(ctx context.Context, by string, a Allegation, seen uint64) (string, error) {
	if a.Actor == "" || !slices.Contains(Confidences, a.Confidence) {
		return "", refuse(CodeMalformed)
	}
	a.ID = NewID()
	return a.ID, k.note(ctx, allegationMade, noted{By: by, Allegation: &a}, seen)
}

func (k *Cases) note(ctx context.Context, eventType string, n noted, seen uint64) error {
	_, err := k.store.Do(ctx, newKey(), &noting{Type: eventType, Noted: n, Seen: seen, cases: k}, k.now())
	return err
}

// noting is the command that puts what is noted on the record.
type noting struct {
	Type  string
	Noted noted
	Seen  uint64 // the version of the incident, or 0 for any
	cases *Cases
}

func (*noting) Book() string { return bookName }
func (*noting) Daily() bool  { return false }

// Digest implements record.Command.
func (n *noting) Digest() record.Hash {
	b, err := json.Marshal(n)
	if err != nil {
		panic(err) // plain structures
	}
	return sha256.Sum256(b)
}

// Decide implements record.Act.
func (n *noting) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	b := n.Noted
	b.On = n.cases.today()
	var err error
	switch n.Type {
	case incidentCoded:
		i := *b.Incident
		i.Number, err = next(ctx, t, OfIncident, "incident")
		b.Incident = &i
	case incidentRevised:
		var was *Incident
		if was, err = n.unmoved(ctx, t, b.Incident.ID); err == nil {
			if b.Incident.Terms != was.Terms {
				return nil, &Flawed{[]Flaw{{"terms", "other-version"}}}
			}
			i := *b.Incident
			i.Number, i.Changed = was.Number, 0
			b.Incident = &i
		}
	case incidentMerged:
		err = n.merges(ctx, t)
	case incidentSplit:
		var was *Incident
		if was, err = n.unmoved(ctx, t, b.ID); err == nil && was.Into == "" {
			return nil, nil
		}
	case allegationMade:
		a := *b.Allegation
		var of *Incident
		if of, err = n.unmoved(ctx, t, a.Incident); err == nil {
			a.Terms = of.Terms
			err = n.alleged(ctx, t, &a)
		}
		if err == nil {
			a.Number, err = next(ctx, t, OfAllegation, "allegation")
			b.Allegation = &a
		}
	}
	if err != nil {
		return nil, err
	}
	body, err := record.Canonical(b)
	drafts := []record.Draft{{Type: n.Type, Body: body}}
	if err != nil {
		return nil, err
	}
	var follows []Event
	switch n.Type {
	case incidentMerged:
		follows, err = joins(ctx, t, &b)
	case incidentSplit:
		follows, err = splits(ctx, t, &b)
	}
	if err != nil {
		return nil, err
	}
	more, err := draftsOf("", follows, nil)
	return append(drafts, more...), err
}

// unmoved is an incident as the officer saw it; where it has changed since, the
// deed is refused because of who changed it.
func (n *noting) unmoved(ctx context.Context, t *record.Tables, id string) (*Incident, error) {
	i, err := mustIncident(ctx, t, id)
	if err == nil && n.Seen != 0 && n.Seen != i.Changed {
		err = n.cases.movedSince(ctx, i.Changed)
	}
	return i, err
}

// alleged refuses an act that is no word of the allegation's version, and what is
// alleged already, also of what was found to be the same incident, and says by whom.
func (n *noting) alleged(ctx context.Context, t *record.Tables, a *Allegation) error {
	if terms := TermsOf(a.Terms); terms == nil || terms.Act(a.Act) == nil {
		return refuse(CodeMalformed)
	}
	incidents, err := same(ctx, t, []string{a.Incident})
	if err != nil {
		return err
	}
	for _, incident := range incidents {
		there, err := allegations(ctx, t, `WHERE incident = $1 AND actor = $2`, incident, a.Actor)
		if err != nil {
			return err
		}
		for _, b := range there {
			if b.word() != a.word() {
				continue
			}
			r := Refused{Code: CodeTwice}
			if len(b.Cases) > 0 {
				r.Case = b.Cases[0]
			}
			var index uint64
			if _, err := t.Scan(ctx, `SELECT idx FROM {allegation} WHERE id = $1`, []any{b.ID}, &index); err != nil {
				return err
			}
			return n.cases.because(ctx, index, r)
		}
	}
	return nil
}

// merges refuses what would not leave one incident that stands: one that is
// merged already, or into one that is.
func (n *noting) merges(ctx context.Context, t *record.Tables) error {
	was, err := n.unmoved(ctx, t, n.Noted.ID)
	if err != nil {
		return err
	}
	into, err := mustIncident(ctx, t, n.Noted.Into)
	if err != nil {
		return err
	}
	switch {
	case into.Into == was.ID:
		return n.merged(ctx, t, CodeAlike, into)
	case was.Into == into.ID:
		return n.merged(ctx, t, CodeAlike, was)
	case was.Into != "":
		return n.merged(ctx, t, CodeMerged, was)
	case into.Into != "":
		return n.merged(ctx, t, CodeMerged, into)
	}
	return nil
}

// merged refuses because an incident was found to be the same as another, and says which
// and by whom, whatever happened to it since.
func (n *noting) merged(ctx context.Context, t *record.Tables, code string, i *Incident) error {
	into, err := mustIncident(ctx, t, i.Into)
	if err != nil {
		return err
	}
	r := Refused{Code: code, Incident: i.Number, Into: into.Number}
	for at := i.Changed; ; {
		err := n.cases.because(ctx, at, r)
		if said, ok := err.(*Refused); !ok || said.Did == incidentMerged {
			return err
		}
		earlier, err := t.Scan(ctx, `SELECT idx FROM {about} WHERE thing = $1 AND idx < $2 ORDER BY idx DESC LIMIT 1`, []any{i.ID, at}, &at)
		if err != nil || !earlier {
			return cmp.Or(err, error(&r))
		}
	}
}

func mustIncident(ctx context.Context, t *record.Tables, id string) (*Incident, error) {
	i, err := loadIncident(ctx, t, id)
	if err == nil && i == nil {
		err = gone(ctx, t, OfIncident, id)
	}
	return i, err
}

// Incident is the incident of an ID, or a *Refused.
func (k *Cases) Incident(ctx context.Context, id string) (*Incident, error) {
	var i *Incident
	err := k.view(ctx, func(t *record.Tables) (err error) {
		i, err = mustIncident(ctx, t, id)
		return err
	})
	return i, err
}

// Incidents are all incidents, the latest first, at most limit.
func (k *Cases) Incidents(ctx context.Context, limit int) ([]*Incident, error) {
	return k.Older(ctx, math.MaxInt64, limit)
}

// Older are the incidents with a number below one, the latest first.
func (k *Cases) Older(ctx context.Context, than, limit int) (list []*Incident, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		list, err = incidents(ctx, t, `WHERE number < $1 ORDER BY number DESC LIMIT $2`, than, limit)
		return err
	})
	return list, err
}

// incidents are those that the end of a query finds.
func incidents(ctx context.Context, t *record.Tables, which string, args ...any) ([]*Incident, error) {
	rows, err := t.Query(ctx, `SELECT state FROM {incident} `+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []*Incident
	for rows.Next() {
		var state []byte
		i := new(Incident)
		if err := rows.Scan(&state); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(state, i); err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, rows.Err()
}

// Allegations are those of an incident, or of a case where incident is empty.
func (k *Cases) Allegations(ctx context.Context, incident, docket string) (list []Allegation, err error) {
	which, of := `WHERE incident = $1 ORDER BY number`, incident
	if incident == "" {
		which, of = `WHERE id IN (SELECT allegation FROM {takes} WHERE docket = $1) ORDER BY number`, docket
	}
	err = k.view(ctx, func(t *record.Tables) error {
		list, err = allegations(ctx, t, which, of)
		return err
	})
	return list, err
}

// Loose are the allegations that no case takes, the latest first, at most limit.
func (k *Cases) Loose(ctx context.Context, limit int) (list []Allegation, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		list, err = allegations(ctx, t, `WHERE taken = 0 ORDER BY idx DESC LIMIT $1`, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing allegations without a case: %w", err)
	}
	return list, nil
}

// allegations are those that the end of a query finds.
func allegations(ctx context.Context, t *record.Tables, which string, args ...any) ([]Allegation, error) {
	rows, err := t.Query(ctx, `SELECT id, number, incident, actor, act, terms, confidence, taken FROM {allegation} `+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Allegation
	var taken []int
	for rows.Next() {
		var a Allegation
		var n int
		if err := rows.Scan(&a.ID, &a.Number, &a.Incident, &a.Actor, &a.Act, &a.Terms, &a.Confidence, &n); err != nil {
			return nil, err
		}
		list, taken = append(list, a), append(taken, n)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for i, n := range taken {
		if n == 0 {
			continue
		}
		if list[i].Cases, err = casesOf(ctx, t, list[i].ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Allegation is the allegation of an ID, or a *Refused.
func (k *Cases) Allegation(ctx context.Context, id string) (a Allegation, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		list, err := allegations(ctx, t, `WHERE id = $1`, id)
		switch {
		case err != nil:
			return err
		case len(list) == 0:
			return gone(ctx, t, OfAllegation, id)
		}
		a = list[0]
		return nil
	})
	return a, err
}
