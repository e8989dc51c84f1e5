package casework

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"temwen/intake"
	"temwen/record"
	"temwen/when"
)

// Keep is how long the cases of missions are kept after the last thing that
// happened in them, by the mission's ID. A mission without a period sets no end.
type Keep map[string]when.Period

// Due is a case that was kept as long as the rule of its mission says.
type Due struct {
	Case *Case
	Last when.Day // on which something happened in it
	On   when.Day // the first day on which it is due
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
		for _, n := range s.Notices {
			last = max(last, n.Sent)
			maybe(n.Withdrawn)
			maybe(n.Acknowledged)
			maybe(n.Silent)
		}
		for _, a := range s.Answers {
			last = max(last, a.On)
		}
		for _, m := range slices.Concat(s.Moves, s.Asked) {
			last = max(last, m.On)
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
// due, nor is one whose evidence another office holds. It erases nothing: see Erase.
func (k *Cases) Due(ctx context.Context, keep Keep) ([]Due, error) {
	var due []Due
	err := k.view(ctx, func(t *record.Tables) error {
		for _, mission := range slices.Sorted(maps.Keys(keep)) {
			if keep[mission].IsZero() {
				continue // without a period it is kept
			}
			list, err := dueIn(ctx, t, mission, keep[mission], k.today())
			if err != nil {
				return err
			}
			due = append(due, list...)
		}
		return nil
	})
	slices.SortStableFunc(due, func(a, b Due) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Case.Number, b.Case.Number)) })
	return due, err
}

// dueIn are the due cases of a mission: no more is read than is due.
func dueIn(ctx context.Context, t *record.Tables, mission string, period when.Period, today when.Day) ([]Due, error) {
	last := period.Before(today) + 3 // what ends of months cut off; the day itself is asked below
	ids, err := column(ctx, t, `SELECT id FROM {docket} WHERE closed = 1 AND mission = $1 AND last <= $2 ORDER BY last, idx`, mission, int64(last))
	if err != nil {
		return nil, err
	}
	var due []Due
	for _, id := range ids {
		c, _, err := loadCase(ctx, t, id)
		if err != nil {
			return nil, err
		}
		d := Due{Case: c, Last: c.Last()}
		held := false
		for _, e := range c.Evidence {
			d.Last, held = max(d.Last, e.Taken), held || e.Held != ""
		}
		if d.On = period.After(d.Last); d.On <= today && !held {
			due = append(due, d)
		}
	}
	return due, nil
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
func (k *Cases) needs(ctx context.Context, thread string) (bool, error) {
	cases, err := k.RestOn(ctx, thread)
	if err != nil {
		return false, err
	}
	for _, id := range cases {
		c, err := k.Case(ctx, "", id)
		if err != nil {
			return false, err
		}
		if !c.Closed() {
			return true, nil
		}
	}
	return false, nil
}
