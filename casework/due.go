package casework

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"temwen/intake"
	"temwen/record"
	"temwen/when"
)

// Keep is how long things are kept after the last thing that happened to them: the cases
// of each mission, by its ID; incidents that somebody reported, and those that rest on
// public sources alone, where no case takes them. A zero period sets no end.
type Keep struct {
	Cases            map[string]when.Period
	Reported, Public when.Period
}

// Due is a case that was kept as long as the rule of its mission says.
type Due struct {
	Case *Case
	Last when.Day // on which something happened in it
	On   when.Day // the first day on which it is due

	docket uint64
}

// Doomed is a case that is due for erasure, with what that would destroy.
type Doomed struct {
	Due
	Would Erasing
	Asked *Asking // who asks for it; nil where nobody does
}

// Last is the day on which something happened in a case for the last time: a step,
// a notice, an answer, an end or a remedy.
func (c *Case) Last() when.Day {
	last := c.Opened
	maybe := func(day *when.Day) {
		if day != nil {
			last = max(last, *day)
		}
	}
	for i := range c.Steps {
		s := &c.Steps[i]
		last = max(last, s.Begun)
		maybe(s.Silence)
		if s.Lifted != nil {
			last = max(last, s.Lifted.Until)
		}
		maybe(s.Again)
		maybe(s.Dropped)
		for _, n := range s.Notices {
			last = max(last, n.Sent)
			maybe(n.Withdrawn)
			maybe(n.Acknowledged)
			maybe(n.Silent)
		}
		for _, a := range s.Answers {
			last = max(last, a.On)
			if !a.Stands() {
				last = max(last, a.Aside.On)
			}
		}
		for _, m := range slices.Concat(s.Moves, s.Asked) {
			last = max(last, m.On)
			if m.Aside != nil {
				last = max(last, m.Aside.On)
			}
		}
	}
	for _, e := range c.Ends {
		last = max(last, e.On)
		maybe(e.Reopened)
	}
	for _, r := range c.Remedies {
		last = max(last, r.On)
	}
	return last
}

// Due are the cases that are due for erasure, the longest due first: closed, and kept
// as long as the rule of their mission says. A case that waits for anybody is never
// due, nor is one whose evidence another office holds. Of q count Officer, For and
// Limit, all where 0; no more is read than that. It erases nothing: see Erase.
func (k *Cases) Due(ctx context.Context, keep Keep, q Query) (due []Due, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		due, err = k.due(ctx, t, keep, q)
		return err
	})
	return due, err
}

func (k *Cases) due(ctx context.Context, t *record.Tables, keep Keep, q Query) (due []Due, err error) {
	for _, mission := range slices.Sorted(maps.Keys(keep.Cases)) {
		if keep.Cases[mission].IsZero() {
			continue // without a period it is kept
		}
		list, err := dueIn(ctx, t, mission, keep.Cases[mission], k.today(), q)
		if err != nil {
			return nil, err
		}
		due = append(due, list...)
	}
	slices.SortStableFunc(due, func(a, b Due) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Case.Number, b.Case.Number)) })
	return due[:q.most(len(due))], nil
}

// Doomed are the cases that Due finds, each with what Erase says would go.
func (k *Cases) Doomed(ctx context.Context, keep Keep, q Query) (list []Doomed, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		due, err := k.due(ctx, t, keep, q)
		if err != nil {
			return err
		}
		list = make([]Doomed, len(due))
		for i, d := range due {
			list[i].Due = d
			if err := list[i].Would.hold(ctx, t, d.Case, d.docket); err != nil {
				return err
			}
			list[i].Would.counted()
			if list[i].Asked, err = askingOf(ctx, t, OfCase, d.Case.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	err = k.store.View(ctx, intake.Book.Name(), func(t *record.Tables) error {
		for i := range list {
			if err := list[i].Would.addWords(ctx, t, list[i].Case.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// most is how many of n a query asks for, where a limit of 0 stands for all.
func (q *Query) most(n int) int {
	if q.Limit > 0 {
		return min(n, q.Limit)
	}
	return n
}

// dueIn are the due cases of a mission, as many as are asked for.
func dueIn(ctx context.Context, t *record.Tables, mission string, period when.Period, today when.Day, q Query) ([]Due, error) {
	const together = 200
	unwalled, err := apart(ctx, t, q.For, "idx")
	if err != nil {
		return nil, err
	}
	until := period.Before(today) + 3 // what ends of months cut off; the day itself is asked below
	where, args := `closed = 1 AND mission = $1 AND last <= $2 AND (last, idx) > ($3, $4)`, []any{mission, int64(until), int64(when.Earliest), int64(-1), together}
	if q.Officer != "" {
		where, args = where+` AND officer = $6`, append(args, q.Officer)
	}
	var due []Due
	for {
		ids, err := column(ctx, t, `SELECT id FROM {docket} WHERE `+where+unwalled+` ORDER BY last, idx LIMIT $5`, args...)
		if err != nil || len(ids) == 0 {
			return due, err
		}
		if _, err := t.Scan(ctx, `SELECT last, idx FROM {docket} WHERE id = $1`, []any{ids[len(ids)-1]}, &args[2], &args[3]); err != nil {
			return nil, err
		}
		for _, id := range ids {
			if q.Limit > 0 && len(due) >= q.Limit {
				break
			}
			c, docket, err := loadCase(ctx, t, id)
			if err != nil {
				return nil, err
			}
			d := Due{Case: c, Last: c.Last(), docket: docket}
			held := false
			for _, e := range c.Evidence {
				d.Last, held = max(d.Last, e.Taken), held || e.Held != ""
			}
			if d.On = period.After(d.Last); d.On <= today && !held {
				due = append(due, d)
			}
		}
		if q.Limit > 0 && len(due) >= q.Limit || len(ids) < together {
			return due, nil
		}
	}
}

// Numbers are the numbers of the incidents that each of some cases leaves behind, in the
// order of its allegations.
func (k *Cases) Numbers(ctx context.Context, list []Doomed) (numbers [][]int, err error) {
	numbers = make([][]int, len(list))
	err = k.view(ctx, func(t *record.Tables) error {
		for i := range list {
			ids, err := column(ctx, t, `SELECT i.number FROM {takes} k CROSS JOIN {allegation} a CROSS JOIN {incident} i
				WHERE k.docket = $1 AND a.id = k.allegation AND i.id = a.incident ORDER BY a.number`, list[i].Case.ID)
			if err != nil {
				return err
			}
			for _, id := range ids {
				n, err := strconv.Atoi(id)
				if err != nil {
					return err
				}
				if !slices.Contains(numbers[i], n) {
					numbers[i] = append(numbers[i], n)
				}
			}
		}
		return nil
	})
	return numbers, err
}

// DueIncident is an incident that was kept as long as a rule says.
type DueIncident struct {
	Incident *Incident
	Public   bool // it rests on public sources alone
	// Same are how many others were found to be the same, which go with it.
	Same int
	Last when.Day // on which something happened to it, or to one of these
	On   when.Day // the first day on which it is due
}

// DueIncidents are the incidents that are due for erasure, the longest due first. One
// that a case takes is not, nor one that is the same as such a one. Of q counts Limit,
// all where 0. It erases nothing: see Erase.
func (k *Cases) DueIncidents(ctx context.Context, keep Keep, q Query) (due []DueIncident, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		latest := when.Earliest
		for _, p := range []when.Period{keep.Reported, keep.Public} {
			if !p.IsZero() {
				latest = max(latest, p.Before(k.today())+3) // what ends of months cut off
			}
		}
		ids, err := column(ctx, t, `SELECT id FROM {incident} i WHERE merged = '' AND last <= $1
			AND NOT EXISTS (SELECT 1 FROM {takes} a WHERE a.incident = i.id) ORDER BY last, idx`, int64(latest))
		if err != nil {
			return err
		}
		for _, id := range ids {
			if q.Limit > 0 && len(due) >= q.Limit {
				break
			}
			d, err := dueIncident(ctx, t, id, keep)
			if err != nil {
				return err
			}
			if d != nil && d.On <= k.today() {
				due = append(due, *d)
			}
		}
		return nil
	})
	slices.SortStableFunc(due, func(a, b DueIncident) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Incident.Number, b.Incident.Number))
	})
	return due, err
}

// dueIncident finds when an incident is due; nil where it never is, or a case takes it.
func dueIncident(ctx context.Context, t *record.Tables, id string, keep Keep) (*DueIncident, error) {
	all, err := same(ctx, t, []string{id})
	if err != nil {
		return nil, err
	}
	d := &DueIncident{Public: true, Same: len(all) - 1}
	for _, id := range all {
		i, err := loadIncident(ctx, t, id)
		if err != nil || i == nil {
			return nil, err
		}
		if d.Incident == nil {
			d.Incident = i
		}
		d.Public = d.Public && !slices.ContainsFunc(i.Sources, func(b Basis) bool { return !b.isPublic() })
		var last, made, taken int64
		_, err = t.Scan(ctx, `SELECT last, COALESCE((SELECT MAX(day) FROM {allegation} WHERE incident = $1), 0),
			(SELECT COUNT(*) FROM {takes} WHERE incident = $1) FROM {incident} WHERE id = $1`, []any{id}, &last, &made, &taken)
		if err != nil || taken > 0 {
			return nil, err
		}
		d.Last = max(d.Last, when.Day(last), when.Day(made))
	}
	period := keep.Reported
	if d.Public {
		period = keep.Public
	}
	if period.IsZero() {
		return nil, nil
	}
	d.On = period.After(d.Last)
	return d, nil
}

// DueReports are the reports that are due for erasure: see intake.Due. One on which a
// case rests that is not closed is not due, however long it was kept.
func (k *Cases) DueReports(ctx context.Context, in *intake.Intake, keep intake.Keep, today when.Day, q intake.Query) ([]intake.Due, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	for q.Limit = limit; ; q.Limit *= 4 {
		list, err := in.Due(ctx, keep, today, q)
		if err != nil {
			return nil, err
		}
		more := len(list) == q.Limit
		var due []intake.Due
		for _, d := range list {
			needed, err := k.needs(ctx, d.ID)
			if err != nil {
				return nil, err
			}
			if !needed {
				due = append(due, d)
			}
		}
		if len(due) >= limit || !more {
			return due[:min(len(due), limit)], nil
		}
	}
}

// needs reports whether a case that is not closed rests on the report of a thread.
func (k *Cases) needs(ctx context.Context, thread string) (needed bool, err error) {
	err = k.view(ctx, func(t *record.Tables) (err error) {
		needed, err = NeedsIn(ctx, t, thread)
		return err
	})
	return needed, err
}

// NeedsIn reports whether a case that is not closed rests on the report of a thread, as
// the tables of Book say, within the transaction of another command.
func NeedsIn(ctx context.Context, t *record.Tables, thread string) (bool, error) {
	incidents, err := column(ctx, t, `SELECT incident FROM {rests} WHERE thread = $1`, thread)
	if err != nil {
		return false, err
	}
	cases, err := takenThrough(ctx, t, incidents)
	for _, id := range cases {
		var docket uint64
		if open, err := t.Scan(ctx, `SELECT idx FROM {docket} WHERE id = $1 AND closed = 0`, []any{id}, &docket); err != nil || open {
			return open, err
		}
	}
	return false, err
}
