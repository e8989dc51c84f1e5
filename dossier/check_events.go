package dossier

import (
	"fmt"
	"slices"
)

// grounded are the kinds of event that need a ground.
var grounded = []string{"pause", "extend", "waive", "dispute", "settle", "lapse"}

// openers are the kinds of event that need an earlier one.
var openers = map[string]string{"resume": "pause", "settle": "dispute"}

func (c *checker) checkEvents() {
	for i, f := range c.d.Events {
		s := spot{c, kEvents, i}
		s.ref("by", f.By, kActors)
		s.notAfterSources("date", f.Date, f.Sources, laterSource)
		if slices.Contains(grounded, f.Kind) && len(f.Ground) == 0 {
			s.missing(fmt.Sprintf("the event `%s` needs a ground", f.Kind), "add `ground`: why, and by which rule", "ground")
		}
		s.extension(f)
		if !s.ref("obligation", f.Obligation, kObligations) {
			continue
		}
		o := c.d.Obligation(f.Obligation)
		if f.Reading != "" && o.Reading(f.Reading) == nil {
			var ids []string
			for _, r := range o.Readings {
				ids = append(ids, r.ID)
			}
			s.problem("reading", fmt.Sprintf("the obligation %s has no reading %q", o.ID, clip(f.Reading, 60)), "correct or remove it"+didYouMean(f.Reading, ids))
		}
		if !f.For.IsZero() && !recurs(o) {
			s.problem("for", fmt.Sprintf("the obligation %s does not recur, so no due day can be named", o.ID), "remove `for`")
		}
		if opener := openers[f.Kind]; opener != "" && !opened(c.d.EventsOf(o.ID), f, opener) {
			s.problem("kind", fmt.Sprintf("nothing to %s: the obligation %s has no earlier event `%s`", f.Kind, o.ID, opener), "add that event, or correct the date")
		}
	}
}

// extension checks the keys that say how far an obligation is extended.
func (s spot) extension(f *Event) {
	period, to := !f.Period.IsZero(), !f.To.IsZero()
	switch {
	case f.Kind == "":
	case f.Kind != "extend" && period:
		s.problem("period", "`period` belongs to the event `extend`", "remove it, or correct `kind`")
	case f.Kind != "extend" && to:
		s.problem("to", "`to` belongs to the event `extend`", "remove it, or correct `kind`")
	case f.Kind == "extend" && period && to:
		s.problem("to", "the extension has both `period` and `to`", "keep the one that the source gives")
	case f.Kind == "extend" && !period && !to:
		s.missing("the extension does not say how far it goes", "add `period` (P1Y) or `to` (a day)", "period", "to")
	case to && f.To.Last().Open():
		s.problem("to", fmt.Sprintf("%s has no latest day", f.To), "write the day")
	}
}

// recurs reports whether one of the obligation's rules falls due again and
// again, or each time something happens.
func recurs(o *Obligation) bool {
	for _, due := range o.Rules {
		if !due.Every.IsZero() || due.Unclocked == "regularly" || due.Unclocked == "each-time" {
			return true
		}
	}
	return false
}

// opened reports whether an event of a kind may lie before e.
func opened(events []*Event, e *Event, kind string) bool {
	return slices.ContainsFunc(events, func(o *Event) bool {
		return o.Kind == kind && (o.Date.IsZero() || e.Date.IsZero() || o.Date.First() <= e.Date.Last())
	})
}
