package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"temwen/record"
	"temwen/when"
)

// Walls are what is kept from an officer because of a conflict of interest, as
// IDs: the incidents that the cases are about from which they are walled off, with
// what was found to be the same; all cases about one of these; and the threads of
// reports that these rest on.
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
	if w.Incidents, err = incidentsOf(ctx, t, w.Cases); err != nil { // what is the same as one of them is walled off, too
		return nil, err
	}
	others, err := casesAbout(ctx, t, w.Incidents)
	if err != nil {
		return nil, err
	}
	for _, id := range others {
		if !slices.Contains(w.Cases, id) {
			w.Cases = append(w.Cases, id)
		}
	}
	for _, id := range w.Incidents {
		threads, err := column(ctx, t, `SELECT thread FROM {rests} WHERE incident = $1`, id)
		if err != nil {
			return nil, err
		}
		for _, thread := range threads {
			if !slices.Contains(w.Threads, thread) {
				w.Threads = append(w.Threads, thread)
			}
		}
	}
	return w, nil
}

// incidentsOf are the incidents that some cases are about, with what was found to
// be the same.
func incidentsOf(ctx context.Context, t *record.Tables, cases []string) ([]string, error) {
	var all []string
	for _, id := range cases {
		list, err := column(ctx, t, `SELECT DISTINCT incident FROM {takes} WHERE docket = $1`, id)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return same(ctx, t, all)
}

// Together runs do with a context in which all that is asked of the casework, and of the
// other books of its store, is in one state of the record. What an officer is kept from is
// then looked up once.
func (k *Cases) Together(ctx context.Context, do func(ctx context.Context) error) error {
	return k.store.Together(ctx, func(ctx context.Context) error {
		return do(context.WithValue(ctx, keptKey{}, make(map[string]string)))
	})
}

// keptKey is where the context of Together has what keptFrom has found, by officer.
type keptKey struct{}

// apart is a condition that the cases of a column, by the index of the event that
// opened each, are none that an officer is kept from; empty where there are none.
func apart(ctx context.Context, t *record.Tables, officer, column string) (string, error) {
	if officer == "" {
		return "", nil
	}
	found, _ := ctx.Value(keptKey{}).(map[string]string)
	dockets, known := found[officer]
	if !known {
		var err error
		if dockets, err = keptFrom(ctx, t, officer); err != nil {
			return "", err
		}
		if found != nil {
			found[officer] = dockets
		}
	}
	if dockets == "" {
		return "", nil
	}
	return " AND " + column + " NOT IN (" + dockets + ")", nil
}

// keptFrom are the cases that an officer is kept from, by the index of the event that
// opened each.
func keptFrom(ctx context.Context, t *record.Tables, officer string) (string, error) {
	walls, err := WallsIn(ctx, t, officer)
	if err != nil {
		return "", err
	}
	dockets := make([]string, len(walls.Cases))
	for i, id := range walls.Cases {
		var docket uint64
		if _, err := t.Scan(ctx, `SELECT idx FROM {docket} WHERE id = $1`, []any{id}, &docket); err != nil {
			return "", err
		}
		dockets[i] = strconv.FormatUint(docket, 10)
	}
	return strings.Join(dockets, ", "), nil
}

// loadKept notes in a case who is kept from it by a wall around another case about
// the same incident.
func loadKept(ctx context.Context, t *record.Tables, c *Case) error {
	cases, err := about(ctx, t, c.ID)
	if err != nil {
		return err
	}
	for _, id := range cases {
		officers, err := column(ctx, t, `SELECT w.officer FROM {docket} d JOIN {wall} w ON w.docket = d.idx WHERE d.id = $1`, id)
		if err != nil {
			return err
		}
		c.Kept = append(c.Kept, officers...)
	}
	return nil
}

// about are the other cases about the same incidents as one.
func about(ctx context.Context, t *record.Tables, id string) ([]string, error) {
	incidents, err := incidentsOf(ctx, t, []string{id})
	if err != nil {
		return nil, err
	}
	cases, err := casesAbout(ctx, t, incidents)
	return slices.DeleteFunc(cases, func(other string) bool { return other == id }), err
}

// AboutIn are the cases about the same incidents as one, itself among them, as the tables
// of Book say, within the transaction of another command.
func AboutIn(ctx context.Context, t *record.Tables, id string) ([]string, error) {
	others, err := about(ctx, t, id)
	return append([]string{id}, others...), err
}

// takenFrom are the events by which an officer who is walled off from a case loses
// the other cases about the same incidents.
func takenFrom(ctx context.Context, t *record.Tables, id string, walled Event, today when.Day) ([]Event, error) {
	cases, err := about(ctx, t, id)
	if err != nil {
		return nil, err
	}
	var events []Event
	for _, other := range cases {
		has, err := AssignedIn(ctx, t, other)
		if err != nil {
			return nil, err
		}
		if has == walled.Officer {
			events = append(events, Event{Type: caseAssigned, Case: other, On: today, By: walled.By})
		}
	}
	return events, nil
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

// IncidentIn is the incident of an allegation as the tables of Book say, within the
// transaction of another command; empty where there is no such allegation.
func IncidentIn(ctx context.Context, t *record.Tables, allegation string) (incident string, err error) {
	_, err = t.Scan(ctx, `SELECT incident FROM {allegation} WHERE id = $1`, []any{allegation}, &incident)
	return incident, err
}

// AssignedIn is to whom a case is assigned as the tables of Book say, within the
// transaction of another command; nobody where there is no such case.
func AssignedIn(ctx context.Context, t *record.Tables, id string) (officer string, err error) {
	_, err = t.Scan(ctx, `SELECT officer FROM {docket} WHERE id = $1`, []any{id}, &officer)
	return officer, err
}

// ThereIn reports whether the tables of Book have a case, within the transaction of
// another command.
func ThereIn(ctx context.Context, t *record.Tables, id string) (there bool, err error) {
	var docket uint64
	return t.Scan(ctx, `SELECT idx FROM {docket} WHERE id = $1`, []any{id}, &docket)
}
