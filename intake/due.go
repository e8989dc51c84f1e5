package intake

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"temwen/record"
	"temwen/when"
)

// Keep is how long ended threads are kept, by how they ended. A zero period sets no
// end.
type Keep struct{ Closed, Foreign, Withdrawn when.Period }

// Due is a thread that was kept as long as a rule says.
type Due struct {
	Thread
	On when.Day // the first day on which it is due
}

// Due are the threads that are due for erasure on a day, the longest ended first,
// at most q.Limit, of those that q does not leave out; its View counts for nothing.
// It erases nothing: see Erase.
func (in *Intake) Due(ctx context.Context, k Keep, today when.Day, q Query) ([]Due, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	var due []Due
	err := in.view(ctx, func(t *record.Tables) error {
		for _, e := range []struct {
			ended  string
			period when.Period
		}{
			{`t.stage = 'closed' AND t.isforeign = 0`, k.Closed},
			{`t.stage = 'closed' AND t.isforeign = 1`, k.Foreign},
			{`t.stage = 'withdrawn'`, k.Withdrawn},
		} {
			if e.period.IsZero() {
				continue // without a period it is kept
			}
			list, err := dueOf(ctx, t, e.ended, e.period, today, q, limit)
			if err != nil {
				return err
			}
			due = append(due, list...)
		}
		return nil
	})
	slices.SortStableFunc(due, func(a, b Due) int { return cmp.Or(strings.Compare(a.Since, b.Since), cmp.Compare(a.Number, b.Number)) })
	return due[:min(len(due), limit)], err
}

// dueOf are the due threads that ended in one way, at most limit: no more is read than
// is due.
func dueOf(ctx context.Context, t *record.Tables, ended string, period when.Period, today when.Day, q Query, limit int) ([]Due, error) {
	limits, args := q.limits(3)
	last := period.Before(today) + 3 // what ends of months cut off; the day itself is asked below
	rows, err := t.Query(ctx, `SELECT `+threadColumns+fromThreads+`WHERE `+ended+` AND t.since <= $1 AND t.joined IS NULL`+limits+`
		ORDER BY t.since, t.idx LIMIT $2`, append([]any{last.String(), limit}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var due []Due
	for rows.Next() {
		var th Thread
		if err := th.scan(rows); err != nil {
			return nil, err
		}
		since, err := when.ParseDay(th.Since)
		if err != nil {
			continue // a day is always one
		}
		if on := period.After(since); on <= today {
			due = append(due, Due{th, on})
		}
	}
	return due, rows.Err()
}
