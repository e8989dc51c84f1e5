package casework

import (
	"slices"

	"temwen/when"
)

// Lifted is a silence that does not count any more: a letter had come in time, and was
// recorded only after its day; or the office has withdrawn its own letter, on which alone
// the silence rested. That it was shown stays on the record.
type Lifted struct {
	From   when.Day `json:"from"`             // since when the step was shown as silent
	Until  when.Day `json:"until"`            // on which day the letter, or its withdrawal, was recorded
	Answer int      `json:"answer,omitempty"` // the number in the step of the one that had come
	Notice int      `json:"notice,omitempty"` // or of the one that was withdrawn
	// Letters are those of the office on which the step was shown as silent, each from a
	// day; First says that it was so from the first silence on, and Over that the case
	// had moved on by it.
	Letters map[int]when.Day `json:"letters,omitempty"`
	First   bool             `json:"first,omitempty"`
	Over    bool             `json:"over,omitempty"`
}

// lifts reports whether an answer of a day had come before the step was shown as silent:
// at all, or on the office's last letter.
func (c *Case) lifts(s *Step, answer string, on when.Day) bool {
	if s.Silence == nil || c.acknowledges(s, answer) {
		return false
	}
	n := c.letter(s)
	return on < *s.Silence || n != nil && n.Silent != nil && on >= n.Sent && on < *n.Silent
}

// lift takes the silence from a step whose answer had come in time. Where that leads on
// from nothing, the step waits again.
func (c *Case) lift(s *Step, answer int, until when.Day) {
	a := &s.Answers[answer-1]
	l := &Lifted{From: *s.Silence, Until: until, Answer: answer, Letters: make(map[int]when.Day), First: a.On < *s.Silence}
	for i := range s.Notices {
		if n := &s.Notices[i]; n.Silent != nil && a.On < *n.Silent && (l.First || a.On >= n.Sent) {
			l.Letters[n.N] = *n.Silent
			n.Silent = nil
		}
	}
	if l.First {
		s.Silence = nil
	} else {
		for _, from := range l.Letters {
			l.From = from
		}
	}
	if s.Over && !a.Moved && !c.leads(s, a.Answer) {
		l.Over, s.Over = true, false
		c.dropInstead(s.N, Led{s.N, answer})
	}
	s.Lifted = l
}

// unlift gives a step its silence back, where the answer that had lifted it is set aside.
func (s *Step) unlift(answer int) {
	l := s.Lifted
	if l == nil || l.Answer != answer {
		return
	}
	for n, from := range l.Letters {
		s.Notices[n-1].Silent = &from
	}
	if l.First {
		s.Silence = &l.From
	}
	s.Over = s.Over || l.Over
	s.Lifted = nil
}

// unasked makes c the case after a letter of a step was withdrawn, as is known since a
// day. An earlier letter by which the step goes again makes nobody late in the past.
func (c *Case) unasked(s *Step, notice int, known when.Day) {
	if s.Dropped != nil || !c.Procedure.Step(s.ID).Clock.Unclocked() {
		return // the clock of a text runs without letters
	}
	c.unsay(s, notice, known)
	withdrawn, n := &s.Notices[notice-1], c.letter(s)
	if n != nil && n.Silent == nil && !s.Over && withdrawn.By != nil && (n.Sent < withdrawn.Sent || n.Sent == withdrawn.Sent && n.N < notice) {
		c.spare(s, known-1, known, SetWithdrawn)
	}
}

// unsay takes from a step the silence that rests on a letter alone that the office has
// withdrawn: nobody is silent on what they need not answer. Where others were asked in
// its stead and have not answered, that is dropped, and the step waits again.
func (c *Case) unsay(s *Step, notice int, known when.Day) {
	if _, still := c.Silent(s); !still || s.Notices[notice-1].Silent == nil {
		return // it was answered since, and that it came late stays
	}
	rest := when.Latest // since when other letters were not answered
	for _, n := range s.Notices {
		if n.Withdrawn == nil && n.Silent != nil && *n.Silent >= *s.Silence {
			rest = min(rest, *n.Silent)
		}
	}
	if rest != when.Latest {
		s.Silence = &rest
		return
	}
	s.Lifted = &Lifted{From: *s.Silence, Until: known, Notice: notice}
	s.Silence = nil
	stopped := slices.ContainsFunc(c.Ends, func(r Reached) bool { return slices.Contains(r.Stopped, s.N) })
	if s.Over && (s.EndedBy != nil || stopped) || len(c.RestOn(s.N, 0)) > 0 {
		return // something else has ended it, or somebody has answered in its stead
	}
	c.drop(Led{Step: s.N}, known)
	s.Over = false
}
