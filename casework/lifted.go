package casework

import "temwen/when"

// Lifted is a silence that was none: a letter had come in time, and was recorded only
// after its day. That it was shown stays on the record.
type Lifted struct {
	From   when.Day `json:"from"`   // since when the step was shown as silent
	Until  when.Day `json:"until"`  // on which day the letter was recorded
	Answer int      `json:"answer"` // its number in the step
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
