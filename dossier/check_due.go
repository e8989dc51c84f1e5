package dossier

import (
	"fmt"
	"strings"

	"temwen/when"
)

func (c *checker) checkObligations() {
	for i, f := range c.d.Obligations {
		s := spot{c, kObligations, i}
		s.ref("mission", f.Mission, kMissions)
		s.refs("debtor", f.Debtor, kActors)
		s.refs("creditor", f.Creditor, kActors)
		s.provision("provision", f.Provision)
		if f.Quantity != nil {
			s.amount("quantity/", f.Quantity)
		}
		switch {
		case f.Due == nil && len(f.Readings) == 0:
			s.missing("the obligation does not say when it is due", "add `due`, or `readings` where the text is open to dispute; a text without a date is `due: {unclocked: no-date}`", "due", "readings")
		case f.Due != nil && len(f.Readings) > 0:
			s.problem("readings", "the obligation has both `due` and `readings`", "keep one: with readings, each has its own due rule")
		}
		if f.Due != nil {
			s.due("due", f.Due)
		}
		ids := newNames(s, "reading")
		for j := range f.Readings {
			r := &f.Readings[j]
			path := fmt.Sprintf("readings/%d", j)
			ids.add(path+"/id", r.ID)
			s.refs(path+"/sources", r.Sources, kSources)
			s.due(path+"/due", &r.Due)
		}
		if b := f.Benchmark; b != nil {
			s.provision("benchmark/provision", b.Provision)
			s.working("benchmark", "within", b.Within, b.Count, b.Calendar)
		}
	}
}

// due checks one due rule.
func (s spot) due(path string, r *Due) {
	given := map[string]bool{}
	var rules []string
	for _, k := range []struct {
		key string
		set bool
	}{
		{"on", !r.On.IsZero()},
		{"within", !r.Within.IsZero()},
		{"before", r.Before != ""},
		{"every", !r.Every.IsZero()},
		{"unclocked", r.Unclocked != ""},
	} {
		if given[k.key] = k.set; k.set {
			rules = append(rules, k.key)
		}
	}
	given["by"] = !r.By.IsZero()
	switch {
	case len(rules) == 0 && *r != Due{}:
		s.problem(path, "the due rule has none of `on`, `within`, `before`, `every` and `unclocked`", "add the one that the text sets").unless("on", "within", "before", "every", "unclocked")
	case len(rules) > 1:
		s.problem(path, "the due rule has "+strings.Join(quoted(rules), " and "), "keep one; where the text can be read in several ways, write `readings`")
	}
	for _, k := range []struct {
		key, rule string
		set, need bool
	}{
		{"of", "within", r.Of != "", true},
		{"by", "before", given["by"], false},
		{"from", "every", r.From != "", true},
		{"until", "every", r.Until != "", false},
		{"since", "unclocked", r.Since != "", false},
	} {
		switch {
		case k.set && !given[k.rule]:
			s.problem(path+"/"+k.key, fmt.Sprintf("`%s` belongs to `%s`, which is not given", k.key, k.rule), "remove it, or add `"+k.rule+"`").unless(k.rule)
		case k.need && given[k.rule] && !k.set:
			s.problem(path+"/"+k.rule, fmt.Sprintf("`%s` does not say from when it counts", k.rule), "add `"+k.key+"`: a milestone, or `discharge of ID`, or `ask`").unless(k.key)
		}
	}
	if given["on"] && r.On.Last().Open() {
		s.problem(path+"/on", fmt.Sprintf("%s has no latest day", r.On), "write the day, or `unclocked: no-date`")
	}
	switch {
	case given["by"]:
		s.working(path, "by", r.By, r.Count, r.Calendar)
	case given["within"]:
		s.working(path, "within", r.Within, r.Count, r.Calendar)
	case r.Count != "":
		s.problem(path+"/count", "working days are counted only with `within`, or with `before` and `by`", "remove `count`").unless("within", "by")
	case r.Calendar != "":
		s.problem(path+"/calendar", "a calendar is used only with `within`, or with `before` and `by`", "remove it").unless("within", "by")
	}
	for key, event := range r.Triggers {
		s.trigger(path+"/"+key, event)
	}
}

// working checks the keys that count a period in working days.
func (s spot) working(path, key string, p when.Period, count, calendar string) {
	s.ref(path+"/calendar", calendar, kCalendars)
	switch {
	case count != "" && calendar == "":
		s.problem(path+"/count", "working days need a calendar", "add `calendar`").unless("calendar")
	case count == "" && calendar != "":
		s.problem(path+"/calendar", "a calendar is used only to count working days", "add `count: working`, or remove it").unless("count")
	case count != "" && p.Months > 0:
		s.problem(path+"/"+key, fmt.Sprintf("%s has months, which cannot be counted in working days", p), "write days: P10D, or remove `count`")
	}
}

// trigger checks that an EVENT names something.
func (s spot) trigger(path, event string) {
	t := ParseTrigger(event)
	switch {
	case t.Kind == OnDischarge:
		if strings.Contains(t.ID, " ") || t.ID == "" {
			s.problem(path, fmt.Sprintf("%q names no obligation", clip(event, 60)), "write `discharge of ID`")
			return
		}
		s.ref(path, t.ID, kObligations)
	case t.Kind == OnMilestone && strings.Contains(event, " "):
		s.problem(path, fmt.Sprintf("%q is not an event", clip(event, 60)), "write a milestone's ID, or `discharge of ID` of an obligation, or `ask`")
	case t.Kind == OnMilestone && s.c.d.Milestone(t.ID) == nil && s.c.d.Obligation(t.ID) != nil:
		s.problem(path, fmt.Sprintf("%q is an obligation", t.ID), "write `discharge of "+t.ID+"` for the day it was discharged")
	case t.Kind == OnMilestone:
		s.ref(path, t.ID, kMilestones)
	}
}

func quoted(words []string) []string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = "`" + w + "`"
	}
	return q
}
