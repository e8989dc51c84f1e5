package intake

import (
	"context"

	"temwen/record"
	"temwen/when"
)

// Keep is how long ended threads are kept, by how they ended. A zero period sets no
// end.
type Keep struct{ Closed, Foreign, Withdrawn when.Period }

// period is the one for a thread.
func (k Keep) period(t *Thread) when.Period {
	switch {
	case t.Stage == Withdrawn:
		return k.Withdrawn
	case t.Foreign:
		return k.Foreign
	}
	return k.Closed
}

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
	limits, args := q.limits(1)
	var due []Due
	err := in.view(ctx, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT `+threadColumns+fromThreads+`WHERE t.stage IN ('closed', 'withdrawn') AND t.joined IS NULL`+limits+` ORDER BY t.since, t.idx`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() && len(due) < limit {
			var th Thread
			if err := th.scan(rows); err != nil {
				return err
			}
			period := k.period(&th)
			since, err := when.ParseDay(th.Since)
			if err != nil || period.IsZero() {
				continue // a day is always one; without a period it is kept
			}
			if on := period.After(since); on <= today {
				due = append(due, Due{th, on})
			}
		}
		return rows.Err()
	})
	return due, err
}
