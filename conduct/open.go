package conduct

import (
	"fmt"
	"slices"
	"strings"

	"temwen/casework"
	"temwen/instrument"
	"temwen/when"
)

// Open is the table of the steps that wait for somebody. It is no count by
// months: its numbers rise and fall, and are told only roughly.
const Open = "open"

// Ages are the ages of open steps in days: each class ends before the next
// begins.
var Ages = []int{0, 31, 91, 181, 366}

// Wait is who must act in steps that are open or silent, how many are open by their
// age, and how many silent, since when: by the rule Rules.Silent.
type Wait struct {
	Who string `json:"who"` // an actor, or a role of a procedure
	// Steps are how many are open of each of the Ages, and Silent how many nobody has
	// answered: 0, few, or the greatest multiple of the least number that is not more.
	Steps  []Shown `json:"steps"`
	Silent Shown   `json:"silent"`
	// Since is the month in which the first silent one was silent first.
	Since *Month `json:"since,omitempty"`
}

// roughly is a number told so that no difference of two editions is small: 0,
// few, or how many there are at least, in steps of least.
func roughly(n, least int) Shown {
	switch {
	case n == 0:
		return 0
	case n < least:
		return Few
	}
	return Shown(n / least * least)
}

// Waiting is who has what to do in a mission's cases at the end of a month: in open
// steps, and in those whose silence has led on to a reminder.
func Waiting(p *casework.Past, s *Scope, through Month, least int) []Wait {
	type tallied struct {
		steps  []int
		silent int
		since  Month
	}
	who := make(map[string]*tallied)
	end := through.Last()
	for id, c := range p.Cases {
		if p.MissionOn(id, end) != s.Mission {
			continue
		}
		for i := range c.Steps {
			step := &c.Steps[i]
			since, silent := silentBy(c, step, end)
			open := !step.Over && step.Begun <= end
			if !open && !silent {
				continue
			}
			name := actorOf(c, step)
			w := who[name]
			if w == nil {
				w = &tallied{steps: make([]int, len(Ages))}
				who[name] = w
			}
			if open {
				w.steps[age(end-step.Begun)]++
			}
			if silent && !goesOn(c, step, end) {
				if m := MonthOf(since); w.silent == 0 || m < w.since {
					w.since = m
				}
				w.silent++
			}
		}
	}
	var list []Wait
	for name, w := range who {
		wait := Wait{Who: name, Silent: roughly(w.silent, least)}
		for _, n := range w.steps {
			wait.Steps = append(wait.Steps, roughly(n, least))
		}
		if w.silent > 0 {
			since := w.since
			wait.Since = &since
		}
		list = append(list, wait)
	}
	slices.SortFunc(list, func(a, b Wait) int { return byColumn(a.Who, b.Who) })
	return list
}

// silentBy is the day since which who must act in a step is silent, and whether they
// were by a day.
func silentBy(c *casework.Case, s *casework.Step, day when.Day) (since when.Day, silent bool) {
	since, silent = c.Silent(s)
	return since, silent && since <= day
}

// goesOn reports whether the silence in a step is one that counts already: that of
// the step in whose stead it began, or of the one before, by the same actor.
func goesOn(c *casework.Case, s *casework.Step, day when.Day) bool {
	for before := c.Step(s.Instead); before != nil; before = c.Step(before.Instead) {
		if _, silent := silentBy(c, before, day); silent && actorOf(c, before) == actorOf(c, s) {
			return true
		}
	}
	return false
}

// actorOf is who must act in a step: the State whose people a case is about, or the
// role.
func actorOf(c *casework.Case, s *casework.Step) string {
	role := c.Procedure.Step(s.ID).Who
	if role == instrument.SendState && c.State != "" {
		return c.State
	}
	return rolePrefix + string(role)
}

const rolePrefix = "role:"

// Role is the role of who must act, where no actor is known.
func (w *Wait) Role() (role string, ok bool) { return strings.CutPrefix(w.Who, rolePrefix) }

// age is the class of an age in days.
func age(days when.Day) int {
	k := 0
	for k+1 < len(Ages) && int(days) >= Ages[k+1] {
		k++
	}
	return k
}

// checkOpen finds what is wrong in a table of open steps.
func (p *Published) checkOpen(bad func(string, ...any) error) error {
	if len(p.Months)+len(p.Columns)+len(p.Cells)+len(p.Rows)+len(p.Foot)+len(p.Revisions) > 0 || p.All != 0 {
		return bad("it has months, and is of open steps")
	}
	for _, w := range p.Waits {
		if len(w.Steps) != len(Ages) {
			return bad("%s has %d ages, and there are %d", w.Who, len(w.Steps), len(Ages))
		}
		for _, s := range append(slices.Clone(w.Steps), w.Silent) {
			if n, shown := s.Number(); s == Withheld || shown && n%p.Least != 0 {
				return bad("%s: %s is not told as roughly as it must be", w.Who, s)
			}
		}
		if (w.Silent == 0) != (w.Since == nil) || w.Since != nil && *w.Since > p.Through {
			return bad("%s is silent since a month that cannot be", w.Who)
		}
	}
	if !slices.IsSortedFunc(p.Waits, func(a, b Wait) int { return byColumn(a.Who, b.Who) }) {
		return bad("its rows are not in order")
	}
	return nil
}

// Through is the last month that may be published on a day.
func Through(today when.Day, delay when.Period) Month {
	m := MonthOf(today)
	for m > 0 && delay.After(m.Last()) >= today {
		m--
	}
	return m
}

// String names a wait in messages.
func (w Wait) String() string { return fmt.Sprintf("%s %v %s", w.Who, w.Steps, w.Silent) }
