package conduct

import (
	"context"
	"encoding/json"
	"fmt"

	"temwen/casework"
	"temwen/record"
	"temwen/when"
)

const bookName = "conduct"

// Book is what this package keeps on the record: open the store with it.
var Book record.Book = book{}

type book struct{}

// What one officer asks another, sealed.
const (
	asked     = "conduct.asked"
	withdrawn = "conduct.withdrawn"
)

// takenBack is what was withdrawn, and by whom.
type takenBack struct {
	Asked uint64 `json:"asked"`
	By    string `json:"by"`
}

func (book) Name() string { return bookName }

func (book) Types() []string { return []string{asked, withdrawn, EventType} }

func (book) Tables() []record.Table {
	return []record.Table{{
		Name: "ask",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", "mission TEXT NOT NULL", "edition BIGINT NOT NULL",
			"state TEXT NOT NULL", // the Ask, JSON
		},
		Indexes: []string{"mission, edition, idx"},
	}, {
		// A published table, as its event has it.
		Name: "shown",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", "mission TEXT NOT NULL", "edition BIGINT NOT NULL", "day BIGINT NOT NULL",
			"public TEXT NOT NULL", "sealed TEXT NOT NULL",
		},
		Indexes: []string{"mission, edition"},
	}}
}

func (book) Enter(ctx context.Context, t *record.Tables, e record.Event) error {
	switch e.What() {
	case asked:
		var a Ask
		if err := json.Unmarshal(e.Body, &a); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO {ask} (idx, mission, edition, state) VALUES ($1, $2, $3, $4)`,
			e.Index, a.Scope.Mission, a.Edition, string(e.Body))
		return err
	case withdrawn:
		return takeBack(ctx, t, e)
	}
	p, err := ParsePublished(e.Public)
	if err != nil {
		return err
	}
	day := int64(when.Today(e.Time.UTC()))
	_, err = t.Exec(ctx, `INSERT INTO {shown} (idx, mission, edition, day, public, sealed) VALUES ($1, $2, $3, $4, $5, $6)`,
		e.Index, p.Scope.Mission, p.Edition, day, string(e.Public), string(e.Body))
	return err
}

func takeBack(ctx context.Context, t *record.Tables, e record.Event) error {
	var back takenBack
	if err := json.Unmarshal(e.Body, &back); err != nil {
		return err
	}
	var state []byte
	there, err := t.Scan(ctx, `SELECT state FROM {ask} WHERE idx = $1`, []any{back.Asked}, &state)
	if err != nil || !there {
		return err
	}
	var a Ask
	if err := json.Unmarshal(state, &a); err != nil {
		return err
	}
	a.Withdrawn = back.By
	if state, err = record.Canonical(a); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE {ask} SET state = $1 WHERE idx = $2`, string(state), back.Asked)
	return err
}

// Tables are the tables that were published for a mission, or for all where it is
// empty, in the first size events of the record; 0 stands for all events.
func Tables(ctx context.Context, v casework.Viewer, mission string, size uint64) (list []Stored, err error) {
	err = v.View(ctx, bookName, func(t *record.Tables) error {
		list, err = tables(ctx, t, mission, size)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the published tables of conduct: %w", err)
	}
	return list, nil
}

func tables(ctx context.Context, t *record.Tables, mission string, size uint64) ([]Stored, error) {
	rows, err := t.Query(ctx, `SELECT idx, day, public, sealed FROM {shown}
		WHERE ($1 = '' OR mission = $1) AND ($2 = 0 OR idx < $2) ORDER BY idx`, mission, size)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Stored
	for rows.Next() {
		var s Stored
		var public, sealed []byte
		if err := rows.Scan(&s.Index, &s.Day, &public, &sealed); err != nil {
			return nil, err
		}
		p, err := ParsePublished(public)
		if err != nil {
			return nil, fmt.Errorf("event %d: %w", s.Index, err)
		}
		s.Published = *p
		if len(sealed) > 0 {
			if err := json.Unmarshal(sealed, &s.Sealed); err != nil {
				return nil, fmt.Errorf("event %d: %w", s.Index, err)
			}
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
