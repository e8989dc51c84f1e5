package casework

import (
	"cmp"
	"context"
	"slices"

	"temwen/intake"
	"temwen/when"
)

// Keep is how long the cases of missions are kept after the last thing that
// happened in them, by the mission's ID. A mission without a period sets no end.
type Keep map[string]when.Period

// ends reports whether some mission sets an end.
func (k Keep) ends() bool {
	for _, p := range k {
		if !p.IsZero() {
			return true
		}
	}
	return false
}

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

// Due are the cases that are due for erasure, of those that q asks for, the longest
// due first: closed, and kept as long as the rule of their mission says. A case that
// waits for anybody is never due. It erases nothing: see Erase.
func (k *Cases) Due(ctx context.Context, keep Keep, q Query) ([]Due, error) {
	var due []Due
	if !keep.ends() {
		return nil, nil
	}
	q.Closed, q.After, q.Limit = true, "", 500
	for {
		page, err := k.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, c := range page.Cases {
			period, last := keep[c.Mission], c.Last()
			if period.IsZero() {
				continue
			}
			if on := period.After(last); on <= k.today() {
				due = append(due, Due{c, last, on})
			}
		}
		if q.After = page.Next; q.After == "" {
			slices.SortStableFunc(due, func(a, b Due) int { return cmp.Compare(a.On, b.On) })
			return due, nil
		}
	}
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
