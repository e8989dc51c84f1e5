package casework

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"temwen/instrument"
	"temwen/when"
)

// SetAside says of an answer on the record that it does not count: it was recorded by
// mistake, or it was not from who must act. The answer stays on the record, and the
// case stands as if it had not been given: what it began is dropped, with its clocks,
// and the letters sent there are withdrawn; the step that it answered waits again, on
// its old clock. Where its day has passed it is silent, but only from the day after
// this one, so that the right answer can be recorded in the place of a wrong one.
//
// Answers that were given in what it began are not taken along: it is refused with
// CodeDepends until each of these is set aside by itself, on a ground of its own, by
// somebody who has looked at it. What who must act has said is never undone in passing.
type SetAside struct {
	Step, Answer int // Answer is its number in the step, from 1
	Ground       string
	Note         string // in words, where the ground is "other"
}

// Aside says that an answer was set aside, or an extension taken back.
type Aside struct {
	Answer int      `json:"answer,omitempty"` // its number in its step, from 1, in the event
	Move   int      `json:"move,omitempty"`   // of an extension that was taken back, likewise
	On     when.Day `json:"on,omitempty"`
	By     string   `json:"by,omitempty"` // officer
	Ground string   `json:"ground"`       // one of AsideGrounds
	Note   string   `json:"note,omitempty"`
}

// AsideGrounds are why an answer or an extension does not count: it was recorded by mistake
// (another answer, day or case); it, or what asked for it, was not from who must act;
// something else, in words.
var AsideGrounds = []string{"mistake", forged, otherwise}

const (
	forged    = "forged"
	otherwise = "other"
)

// MaxNote is how many characters the words of a ground may have.
const MaxNote = 200

// Stands reports whether an answer was not set aside.
func (a *Answer) Stands() bool { return a.Aside == nil }

// Led is an answer of a step, by its number, or the silence of the step where that is
// 0: what a case was led on by. An end that was taken up again leads on like silence.
type Led struct {
	Step   int `json:"step"`
	Answer int `json:"answer,omitempty"`
}

// Cause is what began a step, or would have, had the step not waited already.
type Cause struct {
	Led
	On when.Day `json:"on"`
}

func (a SetAside) decide(d *decision) error {
	s := d.c.Step(a.Step)
	if s == nil || a.Answer < 1 || a.Answer > len(s.Answers) {
		return refuse(CodeUnknown)
	}
	if was := s.Answers[a.Answer-1].Aside; was != nil {
		return &Refused{Code: CodeTwice, By: was.By, Did: answerSetAside}
	}
	if d.by == "" {
		return refuse(CodeUnknown) // it is an officer's deed
	}
	aside := &Aside{Answer: a.Answer, Ground: a.Ground, Note: strings.TrimSpace(a.Note)}
	if err := aside.grounded(); err != nil {
		return err
	}
	if len(d.c.RestOn(a.Step, a.Answer)) > 0 {
		return refuse(CodeDepends)
	}
	d.on = d.now // whatever day the answer was of, it is set aside today
	return d.happen(Event{Type: answerSetAside, Step: a.Step, Aside: aside})
}

// grounded refuses a ground that is none, or is not said where it must be.
func (a *Aside) grounded() error {
	switch {
	case !slices.Contains(AsideGrounds, a.Ground):
		return refuse(CodeGround)
	case (a.Ground == otherwise) != (a.Note != "") || utf8.RuneCountInString(a.Note) > MaxNote:
		return refuse(CodeNote)
	}
	return nil
}

// RestOn are the numbers of the steps that would be dropped with an answer, and that
// have answers that stand: these must be set aside before it.
func (c *Case) RestOn(step, answer int) []int {
	var list []int
	for _, n := range c.began(Led{step, answer}) {
		if slices.ContainsFunc(c.Step(n).Answers, func(a Answer) bool { return a.Stands() }) {
			list = append(list, n)
		}
	}
	return list
}

// began are the numbers of the steps that nothing has begun but an answer, or what
// began by it.
func (c *Case) began(by Led) []int {
	var list []int
	for more := true; more; {
		more = false
		for i := range c.Steps {
			s := &c.Steps[i]
			if len(s.Causes) == 0 || s.Dropped != nil || slices.Contains(list, s.N) {
				continue
			}
			if !slices.ContainsFunc(s.Causes, func(cause Cause) bool { return cause.Led != by && !slices.Contains(list, cause.Step) }) {
				list, more = append(list, s.N), true
			}
		}
	}
	slices.Sort(list)
	return list
}

// setsAside makes c the case after an answer was set aside.
func (c *Case) setsAside(e *Event) {
	s := c.Step(e.Step)
	a := &s.Answers[e.Aside.Answer-1]
	by := Led{s.N, e.Aside.Answer}
	a.Aside = &Aside{On: e.On, By: e.By, Ground: e.Aside.Ground, Note: e.Aside.Note}
	if n := a.Notice; a.Aside.Ground == forged && a.How == ByLink && n > 0 {
		s.Notices[n-1].withdraw(e.On) // somebody else has its link and its code
		defer func() { c.unasked(c.Step(e.Step), n, e.On) }()
	}
	s.unlift(by.Answer)
	if a.Moved {
		return // it led nowhere
	}
	again := true
	for i := range c.Ends {
		switch r := &c.Ends[i]; {
		case !r.ledBy(by):
		case r.Reopened != nil:
			again = false // the step has begun anew already
		default:
			r.without(by, e.On)
		}
	}
	dropped := c.drop(by, e.On)
	var resumed []int
	for i := range c.Steps {
		if t := &c.Steps[i]; again && t.Dropped == nil && t.EndedBy != nil && *t.EndedBy == by {
			t.Over, t.EndedBy, t.Again = false, nil, &e.On
			resumed = append(resumed, t.N)
		}
	}
	c.stopInstead(dropped, resumed)
	c.hear(append(resumed, s.N), e.On)
}

// ledBy reports whether an answer has led to an end, or would have.
func (r *Reached) ledBy(by Led) bool {
	return Led{r.Step, r.Answer} == by || slices.ContainsFunc(r.Also, func(cause Cause) bool { return cause.Led == by })
}

// without takes an answer out of what has led to an end. Where nothing else did, it does
// not count any more.
func (r *Reached) without(by Led, on when.Day) {
	left := slices.DeleteFunc(slices.Clone(r.Also), func(cause Cause) bool { return cause.Led == by })
	switch {
	case Led{r.Step, r.Answer} != by:
		r.Also = left
	case len(left) > 0:
		r.Step, r.Answer, r.On, r.Also = left[0].Step, left[0].Answer, left[0].On, left[1:]
	default:
		r.Reopened = &on
	}
}

// drop ends what an answer began as if it had never begun, and returns the numbers of
// these steps. A step that something else has led to, too, began with that.
func (c *Case) drop(by Led, on when.Day) []int {
	list := c.began(by)
	for i := range c.Steps {
		s := &c.Steps[i]
		if slices.Contains(list, s.N) {
			s.Dropped, s.Over, s.EndedBy = &on, true, nil
			for k := range s.Notices {
				s.Notices[k].withdraw(on)
			}
			continue
		}
		left := slices.DeleteFunc(slices.Clone(s.Causes), func(cause Cause) bool { return cause.Led == by || slices.Contains(list, cause.Step) })
		if len(left) > 0 && len(left) < len(s.Causes) {
			s.Causes, s.Begun = left, left[0].On
		}
	}
	return list
}

// withdraw notes that a letter is taken back, if it was not.
func (n *Notice) withdraw(on when.Day) {
	if n.Withdrawn == nil {
		n.Withdrawn = &on
	}
}

// stopInstead has a case that was stopped stay so: what would wait again now waited
// when it was stopped, and what was dropped did not.
func (c *Case) stopInstead(dropped, resumed []int) {
	for i := range c.Ends {
		r := &c.Ends[i]
		if c.Procedure.End(r.End).Outcome != instrument.NoConsent || r.Answer != 0 || r.Reopened != nil || len(resumed) == 0 {
			continue
		}
		r.Stopped = append(slices.DeleteFunc(slices.Clone(r.Stopped), func(n int) bool { return slices.Contains(dropped, n) }), resumed...)
		r.Step = r.Stopped[0]
		for _, n := range resumed {
			c.Step(n).Over = true
		}
	}
}

// hear lets answers lead on that came after a wrong one had: those of some steps, and of
// the steps in whose stead these began, in the order in which they were recorded.
func (c *Case) hear(steps []int, on when.Day) {
	for i := 0; i < len(steps); i++ {
		if n := c.Step(steps[i]).Instead; n > 0 && !slices.Contains(steps, n) {
			steps = append(steps, n)
		}
	}
	type place struct {
		Led
		index uint64
	}
	var list []place
	for i := range c.Steps {
		s := &c.Steps[i]
		if !slices.Contains(steps, s.N) {
			continue
		}
		c.lapse(s)
		for k := range s.Answers {
			if a := &s.Answers[k]; a.Stands() && a.Moved {
				list = append(list, place{Led{s.N, k + 1}, a.Index})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b place) int { return cmp.Compare(a.index, b.index) })
	for _, p := range list {
		if s := c.Step(p.Step); !s.Over || c.awaits(s) {
			s.Answers[p.Answer-1].Moved = false
			c.heed(p.Led, on)
		}
	}
}

// lapse notes that a step was silent before the first answer that stands in it, where
// that came after its day.
func (c *Case) lapse(s *Step) {
	if s.Silence != nil || s.Dropped != nil || c.isPaused(s) {
		return
	}
	first := slices.IndexFunc(s.Answers, func(a Answer) bool { return a.Stands() && !c.acknowledges(s, a.Answer) })
	if first < 0 {
		return
	}
	due, has := c.Due(s, s.Answers[first].On)
	if !has || s.Answers[first].On <= due {
		return
	}
	c.fallsSilent(s, due+1)
	for i := range s.Answers {
		if a := &s.Answers[i]; a.Stands() && a.On > due {
			a.Late = true
		}
	}
}
