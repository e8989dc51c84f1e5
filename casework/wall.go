package casework

import (
	"context"
	"slices"

	"temwen/record"
)

// Walls are what is kept from an officer because of a conflict of interest, as
// IDs: cases, the incidents that they are about, and the threads of reports that
// these rest on.
type Walls struct{ Cases, Incidents, Threads []string }

// Walls are those of an officer.
func (k *Cases) Walls(ctx context.Context, officer string) (w *Walls, err error) {
	err = k.view(ctx, func(t *record.Tables) (err error) {
		w, err = WallsIn(ctx, t, officer)
		return err
	})
	return w, err
}

// WallsIn are the walls of an officer as the tables of Book say, within the
// transaction of another command.
func WallsIn(ctx context.Context, t *record.Tables, officer string) (*Walls, error) {
	w := new(Walls)
	var err error
	if w.Cases, err = column(ctx, t, `SELECT DISTINCT d.id FROM {wall} w JOIN {docket} d ON d.idx = w.docket WHERE w.officer = $1`, officer); err != nil || len(w.Cases) == 0 {
		return w, err
	}
	about, err := column(ctx, t, `SELECT DISTINCT a.incident FROM {wall} w JOIN {docket} d ON d.idx = w.docket
		JOIN {allegation} a ON a.docket = d.id WHERE w.officer = $1`, officer)
	if err != nil {
		return nil, err
	}
	if w.Incidents, err = same(ctx, t, about); err != nil { // what is the same as one of them is walled off, too
		return nil, err
	}
	for _, id := range w.Incidents {
		i, err := loadIncident(ctx, t, id)
		if err != nil {
			return nil, err
		}
		if i == nil {
			continue
		}
		for _, s := range i.Sources {
			if s.Kind == "thread" && !slices.Contains(w.Threads, s.ID) {
				w.Threads = append(w.Threads, s.ID)
			}
		}
	}
	return w, nil
}

// column is the only column of what a query finds.
func column(ctx context.Context, t *record.Tables, query string, args ...any) (list []string, err error) {
	rows, err := t.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// AssignedIn is to whom a case is assigned as the tables of Book say, within the
// transaction of another command; nobody where there is no such case.
func AssignedIn(ctx context.Context, t *record.Tables, id string) (officer string, err error) {
	_, err = t.Scan(ctx, `SELECT officer FROM {docket} WHERE id = $1`, []any{id}, &officer)
	return officer, err
}
