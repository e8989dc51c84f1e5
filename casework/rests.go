package casework

import (
	"context"
	"slices"

	"temwen/record"
)

// Grounding is what a case rests on: the threads of reports, by ID, and how many
// other sources. What was found to be the same incident counts with it.
type Grounding struct {
	Threads []string
	Others  int
}

// RestsOn is what a case rests on.
func (k *Cases) RestsOn(ctx context.Context, id string) (g Grounding, err error) {
	err = k.view(ctx, func(t *record.Tables) (err error) {
		g, err = RestsOnIn(ctx, t, id)
		return err
	})
	return g, err
}

// RestsOnIn is what a case rests on as the tables of Book say, within the
// transaction of another command.
func RestsOnIn(ctx context.Context, t *record.Tables, id string) (g Grounding, err error) {
	incidents, err := incidentsOf(ctx, t, []string{id})
	if err != nil {
		return g, err
	}
	for _, id := range incidents {
		i, err := loadIncident(ctx, t, id)
		if err != nil {
			return g, err
		}
		if i == nil {
			continue
		}
		for _, s := range i.Sources {
			switch {
			case s.Kind != "thread":
				g.Others++
			case !slices.Contains(g.Threads, s.ID):
				g.Threads = append(g.Threads, s.ID)
			}
		}
	}
	return g, nil
}

// same are incidents with those that were found to be the same as one of them.
func same(ctx context.Context, t *record.Tables, about []string) ([]string, error) {
	var list []string
	for len(about) > 0 {
		id := about[0]
		about = about[1:]
		if id == "" || slices.Contains(list, id) {
			continue
		}
		list = append(list, id)
		others, err := column(ctx, t, `SELECT merged FROM {incident} WHERE id = $1 UNION SELECT id FROM {incident} WHERE merged = $1`, id)
		if err != nil {
			return nil, err
		}
		about = append(about, others...)
	}
	return list, nil
}

// RestOn are the cases that rest on the report of a thread, by ID.
func (k *Cases) RestOn(ctx context.Context, thread string) (list []string, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		incidents, err := column(ctx, t, `SELECT incident FROM {rests} WHERE thread = $1`, thread)
		if err != nil {
			return err
		}
		list, err = takenThrough(ctx, t, incidents)
		return err
	})
	return list, err
}

// takenThrough are the cases about some incidents, or what is the same.
func takenThrough(ctx context.Context, t *record.Tables, incidents []string) ([]string, error) {
	incidents, err := same(ctx, t, incidents)
	if err != nil {
		return nil, err
	}
	return casesAbout(ctx, t, incidents)
}

// casesAbout are the cases about some incidents, among which is all that is the same.
func casesAbout(ctx context.Context, t *record.Tables, incidents []string) (list []string, err error) {
	for _, id := range incidents {
		cases, err := column(ctx, t, `SELECT DISTINCT docket FROM {takes} WHERE incident = $1`, id)
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
	}
	return list, nil
}

// mayRest is a condition that incident i may rest on a report: by itself, or by one that
// was found to be the same.
const mayRest = `(i.merged <> '' OR EXISTS (SELECT 1 FROM {rests} r WHERE r.incident = i.id) OR EXISTS (SELECT 1 FROM {incident} m WHERE m.merged = i.id))`

// Changed are the cases to which something happened in the events from one to before
// another, and nothing since: to them or to an incident that they are about. Those that
// rest on no report are left out.
func (k *Cases) Changed(ctx context.Context, from, to uint64) (list []string, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		list, err = column(ctx, t, `SELECT id FROM {docket} d WHERE changed >= $1 AND changed < $2
			AND EXISTS (SELECT 1 FROM {takes} a JOIN {incident} i ON i.id = a.incident WHERE a.docket = d.id AND `+mayRest+`) ORDER BY changed`, from, to)
		if err != nil {
			return err
		}
		incidents, err := column(ctx, t, `SELECT id FROM {incident} i WHERE changed >= $1 AND changed < $2 AND `+mayRest, from, to)
		if err != nil {
			return err
		}
		about, err := takenThrough(ctx, t, incidents)
		known := make(map[string]bool, len(list))
		for _, c := range list {
			known[c] = true
		}
		for _, c := range about {
			if !known[c] {
				list = append(list, c)
			}
		}
		return err
	})
	return list, err
}

// saveRests brings the table of what an incident rests on up to date.
func saveRests(ctx context.Context, t *record.Tables, index uint64, i *Incident) error {
	if _, err := t.Exec(ctx, `DELETE FROM {rests} WHERE incident = $1`, i.ID); err != nil {
		return err
	}
	for n, s := range i.Sources {
		if s.Kind != "thread" || slices.ContainsFunc(i.Sources[:n], func(b Basis) bool { return b.Kind == s.Kind && b.ID == s.ID }) {
			continue
		}
		if _, err := t.Exec(ctx, `INSERT INTO {rests} (idx, incident, thread) VALUES ($1, $2, $3)`, index, i.ID, s.ID); err != nil {
			return err
		}
	}
	return nil
}
