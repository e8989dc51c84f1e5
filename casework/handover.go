package casework

import (
	"context"
	"fmt"
	"math"
	"slices"

	"temwen/instrument"
	"temwen/record"
	"temwen/when"
)

// Some ends hand an allegation on to another track. Until a case takes it further
// there, the case that came to the end waits for the office, so that nothing falls
// between the two.

// Handed is what an event says of a case in which allegations go on.
type Handed struct {
	Onward
	// Next says that the case was opened because of the hand-over; else it was there.
	Next bool `json:"next,omitempty"`
}

// Handing are the ends of a case that hand on allegations of which no case takes all
// further yet; none where the case was stopped for want of consent.
func (c *Case) Handing() []*Reached {
	var list []*Reached
	for i := range c.Ends {
		r := &c.Ends[i]
		end := c.Procedure.End(r.End)
		switch {
		case r.Reopened != nil:
		case end.Outcome == instrument.NoConsent:
			return nil
		case end.HandsOn != nil && len(c.Left(r)) > 0:
			list = append(list, r)
		}
	}
	return list
}

// Left are the allegations that an end hands on and no case takes further yet.
func (c *Case) Left(r *Reached) []string {
	return slices.DeleteFunc(slices.Clone(c.Allegations), func(a string) bool {
		return slices.ContainsFunc(r.Goes, func(o Onward) bool { return slices.Contains(o.Allegations, a) })
	})
}

// handing is the end of that ID that hands on, or nil.
func (c *Case) handing(end string) *Reached {
	for _, r := range c.Handing() {
		if r.End == end {
			return r
		}
	}
	return nil
}

// handingSince is the day of the first hand-over whose next case is not open, as the
// table has it; noDay where there is none.
func (c *Case) handingSince() int64 {
	since := noDay
	for _, r := range c.Handing() {
		since = min(since, int64(r.On))
	}
	return since
}

// since is the first day that a deed of the case can be about.
func (c *Case) since() when.Day {
	if len(c.Steps) > 0 {
		return min(c.Opened, c.Steps[0].Begun)
	}
	return c.Opened
}

// takesOver refuses a case that is opened at a hand-over and is not what was handed on,
// and says from when its first step counts.
func takesOver(ctx context.Context, t *record.Tables, o *Open, by string, on when.Day) error {
	from, _, err := loadCase(ctx, t, o.From)
	switch {
	case err != nil:
		return err
	case from == nil:
		return gone(ctx, t, OfCase, o.From)
	}
	if err := loadAround(ctx, t, from); err != nil {
		return err
	}
	r := from.handing(o.End)
	switch {
	case from.Walls(by):
		return refuse(CodeWalled)
	case r == nil:
		return refuse(CodeUnknown)
	case on < r.On:
		return refuse(CodeDay)
	case slices.ContainsFunc(o.Allegations, func(a string) bool { return !slices.Contains(from.Allegations, a) }):
		return refuse(CodeMalformed)
	}
	hands := from.Procedure.End(o.End).HandsOn
	if o.Procedure == nil || o.Procedure.ID != hands.To {
		return refuse(CodeProcedure)
	}
	if o.Begun = 0; hands.FromHandOver {
		o.Begun = r.On
	}
	return nil
}

// goOn are the events by which allegations that were handed on go on in another case:
// in one that is opened, or takes one more, or in one that is there when the end is
// reached or stands again. c is the case of the events, before they happened.
func goOn(ctx context.Context, t *record.Tables, c *Case, events []Event) (handed []Event, err error) {
	if len(events) == 0 {
		return nil, nil
	}
	e := &events[0]
	switch e.Type {
	case caseOpened:
		return toThis(ctx, t, e, e.Opened.Procedure.ID, e.Opened.Allegations)
	case allegationAdded:
		if handed, err = toThis(ctx, t, e, c.Procedure.ID, []string{e.Allegation}); err != nil {
			return nil, err
		}
	case answerReceived, procedureAdopted, answerSetAside, caseReopened:
	default:
		return nil, nil
	}
	for i := range events {
		c.Apply(&events[i])
	}
	there, err := toThose(ctx, t, c, e)
	return append(handed, there...), err
}

// toThis are the events by which allegations go on in the case of an event, which takes
// some through a procedure.
func toThis(ctx context.Context, t *record.Tables, e *Event, procedure string, takes []string) (handed []Event, err error) {
	var cases, taken []string // what it takes, under each number that it has
	for _, a := range takes {
		list, err := alike(ctx, t, a)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			taken = append(taken, a.ID)
			for _, id := range a.Cases {
				if id != e.Case && !slices.Contains(cases, id) {
					cases = append(cases, id)
				}
			}
		}
	}
	for _, id := range cases {
		c, _, err := loadCase(ctx, t, id)
		if err != nil {
			return nil, err
		}
		for _, r := range c.Handing() {
			if c.Procedure.End(r.End).HandsOn.To != procedure {
				continue
			}
			going := slices.DeleteFunc(c.Left(r), func(a string) bool { return !slices.Contains(taken, a) })
			next := e.Opened != nil && e.Opened.From == id && e.Opened.End == r.End
			if len(going) > 0 {
				handed = append(handed, Event{Type: caseHanded, Case: id, On: e.On, By: e.By, End: r.End, Handed: &Handed{Onward{e.Case, going}, next}})
			}
		}
	}
	return handed, nil
}

// toThose are the events by which what a case hands on goes on in cases that are there
// already, because of an event. joined are incidents that the event finds to be the same.
func toThose(ctx context.Context, t *record.Tables, c *Case, e *Event, joined ...string) (handed []Event, err error) {
	for _, r := range c.Handing() {
		to := c.Procedure.End(r.End).HandsOn.To
		var there []Onward
		for _, a := range c.Left(r) {
			cases, err := takenAlike(ctx, t, a, joined...)
			if err != nil {
				return nil, err
			}
			for _, id := range cases {
				other, _, err := loadCase(ctx, t, id)
				if err != nil {
					return nil, err
				}
				if id == c.ID || other.Procedure.ID != to {
					continue
				}
				at := slices.IndexFunc(there, func(o Onward) bool { return o.Case == id })
				if at < 0 {
					at, there = len(there), append(there, Onward{Case: id})
				}
				there[at].Allegations = append(there[at].Allegations, a)
			}
		}
		for _, o := range there {
			handed = append(handed, Event{Type: caseHanded, Case: c.ID, On: e.On, By: e.By, End: r.End, Handed: &Handed{Onward: o}})
		}
	}
	return handed, nil
}

// joins are the events by which what cases hand on goes on in cases that are about an
// incident which is found to be the same.
func joins(ctx context.Context, t *record.Tables, n *noted) (handed []Event, err error) {
	cases, err := takenThrough(ctx, t, []string{n.ID, n.Into})
	if err != nil {
		return nil, err
	}
	for _, id := range cases {
		c, _, err := loadCase(ctx, t, id)
		if err != nil {
			return nil, err
		}
		there, err := toThose(ctx, t, c, &Event{On: n.On, By: n.By}, n.ID, n.Into)
		if err != nil {
			return nil, err
		}
		handed = append(handed, there...)
	}
	return handed, nil
}

// Handings asks for cases that were handed over, and whose next one is not open.
type Handings struct {
	Limit int
	For   string // who asks: cases that they are kept from are left out
	Own   bool   // and so are those that are not theirs
}

// Handing are the cases that were handed over, and whose next one is not open, those
// that wait the longest first.
func (k *Cases) Handing(ctx context.Context, q Handings) (list []*Case, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		unwalled, err := apart(ctx, t, q.For, "idx")
		if err != nil {
			return err
		}
		if q.Limit <= 0 {
			q.Limit = math.MaxInt32
		}
		args := []any{noDay, q.Limit}
		if q.For != "" && q.Own {
			unwalled, args = unwalled+` AND officer = $3`, append(args, q.For)
		}
		ids, err := column(ctx, t, fmt.Sprintf(`SELECT id FROM {docket} WHERE handing < $1%s ORDER BY handing, idx LIMIT $2`, unwalled), args...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			c, _, err := loadCase(ctx, t, id)
			if err != nil {
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	return list, err
}
