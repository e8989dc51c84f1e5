package casework

import (
	"context"
	"slices"
	"strings"

	"temwen/record"
)

// An act goes through a track once. Where two incidents are found to be the same that
// each had a case, two cases of one track are about one act: both ask the same of the
// same people, until somebody decides which one goes on. The figures count the act, and
// what is recorded in either, once; what would make it count twice is refused.

// Doubles reports whether two cases go one track. Where one takes an allegation of the
// other, the act is doubled there.
func (c *Case) Doubles(other *Case) bool { return c.Procedure.Track == other.Procedure.Track }

// Runs reports whether a clock of the case runs: a step waits that was not stopped.
func (c *Case) Runs() bool {
	return slices.ContainsFunc(c.Open(), func(s *Step) bool { return !c.isPaused(s) })
}

// doubling are the other cases that take an act of a case through its track, by ID.
func doubling(ctx context.Context, t *record.Tables, c *Case) (list []*Case, err error) {
	var looked []string
	for _, a := range c.Allegations {
		cases, err := takenAlike(ctx, t, a)
		if r, ok := err.(*Refused); ok && r.Code == CodeErased {
			continue // nobody else takes what was erased
		}
		if err != nil {
			return nil, err
		}
		for _, id := range cases {
			if id == c.ID || slices.Contains(looked, id) {
				continue
			}
			looked = append(looked, id)
			other, _, err := loadCase(ctx, t, id)
			if err != nil {
				return nil, err
			}
			if c.Doubles(other) {
				list = append(list, other)
			}
		}
	}
	slices.SortFunc(list, func(a, b *Case) int { return a.Number - b.Number })
	return list, nil
}

// Doubled are the cases that run, and of which others that run take an act through the
// same track, those of one act together, at most limit such groups. Whoever stops the
// clocks of all but one has decided.
func (k *Cases) Doubled(ctx context.Context, limit int) (groups [][]*Case, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		// One incident of two that are the same, at least, was merged into another. The order of the tables is that in which they are
		// to be looked through: merged incidents are few, and cases many.
		merged, err := column(ctx, t, `SELECT DISTINCT k.docket FROM {incident} i CROSS JOIN {takes} k CROSS JOIN {docket} d
			WHERE i.merged > '' AND k.incident = i.id AND d.id = k.docket AND d.closed = 0
			AND EXISTS (SELECT 1 FROM {takes} o CROSS JOIN {docket} e
				WHERE o.incident IN (SELECT i.merged UNION ALL SELECT j.id FROM {incident} j WHERE j.merged = i.merged)
				AND o.docket <> k.docket AND e.id = o.docket AND e.closed = 0)`)
		slices.Sort(merged)
		if err != nil {
			return err
		}
		seen := make(map[string]bool)
		for _, id := range merged {
			c, _, err := loadCase(ctx, t, id)
			if err != nil {
				return err
			}
			group, err := doubling(ctx, t, c)
			if err != nil {
				return err
			}
			group = slices.DeleteFunc(append(group, c), func(c *Case) bool { return !c.Runs() })
			slices.SortFunc(group, func(a, b *Case) int { return a.Number - b.Number })
			var ids []string
			for _, c := range group {
				ids = append(ids, c.ID)
			}
			if key := strings.Join(ids, " "); len(group) > 1 && slices.Contains(ids, id) && !seen[key] {
				seen[key], groups = true, append(groups, group)
			}
			if len(groups) == limit {
				return nil
			}
		}
		return nil
	})
	return groups, err
}

// once refuses to make public what another case of the same track shows of the same act,
// or is asked to: the act would stand there twice. asked says that a request counts.
func (k *Cases) once(ctx context.Context, t *record.Tables, c *Case, asked bool) error {
	if c.Stands != nil {
		return nil
	}
	others, err := doubling(ctx, t, c)
	if err != nil {
		return err
	}
	for _, other := range others {
		switch {
		case other.Shown != 0:
			return k.because(ctx, other.Shown, Refused{Code: CodeDoubled, Case: other.ID})
		case asked && other.Asked != nil:
			return &Refused{Code: CodeDoubled, Case: other.ID, By: other.Asked.By, Did: publicationAsked}
		}
	}
	return nil
}
