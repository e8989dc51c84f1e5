package casework

import (
	"context"
	"slices"

	"temwen/record"
)

// A hand-over can go on in a case about another incident, that was found to be the same.
// Where the two are split again, what was handed on goes on nowhere: its case waits for the
// office anew. The other case stays as it is, for it was about its own incident all along.

// Parted is a hand-over that goes on in another case only because two incidents are held to
// be the same.
type Parted struct {
	From, To *Case
	End      string
	// Allegations are those of From that go on in To.
	Allegations []string
}

// Parts are the hand-overs that would go on nowhere if an incident were split from the one
// into which it was merged; none where it was not.
func (k *Cases) Parts(ctx context.Context, incident string) (list []Parted, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		list, err = parts(ctx, t, incident)
		return err
	})
	return list, err
}

func parts(ctx context.Context, t *record.Tables, incident string) (list []Parted, err error) {
	side, err := below(ctx, t, incident)
	if err != nil {
		return nil, err
	}
	cases, err := takenThrough(ctx, t, []string{incident})
	if err != nil {
		return nil, err
	}
	for _, id := range cases {
		c, _, err := loadCase(ctx, t, id)
		if err == nil {
			err = loadAround(ctx, t, c)
		}
		if err != nil {
			return nil, err
		}
		for _, r := range c.Ends {
			for _, o := range r.Goes {
				to, _, err := loadCase(ctx, t, o.Case)
				if err == nil && to != nil {
					err = loadAround(ctx, t, to)
				}
				if err != nil {
					return nil, err
				}
				lost, err := across(ctx, t, o, side)
				if err != nil {
					return nil, err
				}
				if to != nil && r.Reopened == nil && len(lost) > 0 {
					list = append(list, Parted{c, to, r.End, lost})
				}
			}
		}
	}
	return list, nil
}

// below are an incident and those that were merged into it: what stays together where it
// is split from the one into which it was merged.
func below(ctx context.Context, t *record.Tables, incident string) ([]string, error) {
	list := []string{incident}
	for i := 0; i < len(list); i++ {
		more, err := column(ctx, t, `SELECT id FROM {incident} WHERE merged = $1`, list[i])
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// across are the allegations that go on in a case under numbers from beyond a side alone.
func across(ctx context.Context, t *record.Tables, o Onward, side []string) (lost []string, err error) {
	for _, id := range o.Allegations {
		list, err := alike(ctx, t, id)
		if r, ok := err.(*Refused); ok && r.Code == CodeErased {
			continue // it goes nowhere, and nobody waits
		}
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(list, func(a Allegation) bool { return a.ID == id })
		within := slices.Contains(side, list[at].Incident)
		if !slices.ContainsFunc(list, func(a Allegation) bool {
			return slices.Contains(side, a.Incident) == within && slices.Contains(a.Cases, o.Case)
		}) {
			lost = append(lost, id)
		}
	}
	return lost, nil
}

// splits are the events by which what was handed on goes on nowhere any more, because an
// incident is split.
func splits(ctx context.Context, t *record.Tables, n *noted) (parted []Event, err error) {
	list, err := parts(ctx, t, n.ID)
	for _, p := range list {
		parted = append(parted, Event{Type: caseParted, Case: p.From.ID, On: n.On, By: n.By, End: p.End, Handed: &Handed{Onward: Onward{p.To.ID, p.Allegations}}})
	}
	return parted, err
}

// part makes c the case after allegations that went on in another do so no more.
func (c *Case) part(e *Event) {
	for i := range c.Ends {
		r := &c.Ends[i]
		if r.End != e.End || r.Reopened != nil {
			continue
		}
		for k := range r.Goes {
			if o := &r.Goes[k]; o.Case == e.Handed.Case {
				o.Allegations = slices.DeleteFunc(slices.Clone(o.Allegations), func(a string) bool { return slices.Contains(e.Handed.Allegations, a) })
			}
		}
		r.Goes = slices.DeleteFunc(r.Goes, func(o Onward) bool { return len(o.Allegations) == 0 })
	}
}
