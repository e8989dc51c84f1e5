package desk

import (
	"temwen/intake"
	"temwen/when"
)

// mostDue is how much of a kind the page of what is due lists: for each it is found out
// what an erasure would destroy.
const mostDue = 25

// dueBody is what the page of what is due for erasure shows.
type dueBody struct {
	Rule  []string // in words; empty where there is none
	Due   []dueRow
	More  bool
	Cases *dueCases // nil where there is no casework
}

// dueRow is a thread that is due, with what an erasure would destroy.
type dueRow struct {
	intake.Due
	Would intake.Erasing
}

// duePage lists what was kept as long as the rule says. It erases nothing, and leads
// to the pages where two officers do.
func (d *Desk) duePage(v *visit) error {
	var keep intake.Keep
	if d.options.Keep != nil {
		var err error
		if keep, err = d.options.Keep(v.Context()); err != nil {
			return err
		}
	}
	body := &dueBody{Rule: v.rule(keep)}
	due, err := d.inbox.Due(v.Context(), keep, when.Today(d.options.Now()), intake.Query{Limit: mostDue + 1})
	if err != nil {
		return err
	}
	body.More = len(due) > mostDue
	for _, one := range due[:min(len(due), mostDue)] {
		would, err := d.inbox.Erase(v.Context(), v.officer.ID, one.ID, true)
		if err != nil && v.unjoined(err) {
			return err
		}
		body.Due = append(body.Due, dueRow{one, would})
	}
	if d.options.Casework != nil {
		if err := d.work(func(w *work) (err error) { body.Cases, err = w.dueCases(); return err })(v); err != nil {
			return err
		}
	}
	v.show(&page{visit: v, Template: "due", Nav: "inbox", Title: v.words.Say("desk.due.title"), Body: body})
	return nil
}

// unjoined reports whether an error is another than that a thread must be parted
// from others first.
func (v *visit) unjoined(err error) bool {
	_, code, _ := v.kind(err)
	return code != intake.CodeOver
}

// rule is a rule of how long is kept in words.
func (v *visit) rule(k intake.Keep) []string {
	var list []string
	for _, part := range []struct {
		key    string
		period when.Period
	}{{"closed", k.Closed}, {"foreign", k.Foreign}, {"withdrawn", k.Withdrawn}} {
		if !part.period.IsZero() {
			list = append(list, v.words.Say("desk.due.keep."+part.key, "period", part.period))
		}
	}
	return list
}

// OnDay writes a day.
func (p *page) OnDay(d when.Day) string { return p.words.Day(d) }
