package casework

import (
	"slices"

	"temwen/when"
)

// What a recipient can do beside answering.
type (
	// Acknowledge records that the recipient has a notice. It is no answer: the
	// clock goes on.
	Acknowledge struct{ Step, Notice int }
	// AskTime records that who must act asks for more time, until a day, on one of
	// the Grounds. The office decides: see MoveClock. An officer records what a letter
	// asks for, whatever it is; on the page of a link nobody asks for what the office
	// could not give.
	AskTime struct {
		Step, Notice int
		To           when.Day
		Ground       string
		// Evidence is the item that is the letter it came in, or 0.
		Evidence int
	}
)

// Answered reports whether the link of a notice has been answered on with what
// leads on from its step: then it is good for nothing more.
func (c *Case) Answered(s *Step, notice int) bool {
	return notice > 0 && slices.ContainsFunc(s.Answers, func(a Answer) bool {
		return a.Stands() && a.Notice == notice && a.How == ByLink && c.leads(s, a.Answer)
	})
}

// Hows are the ways in which an answer can come.
var Hows = []string{"letter", "meeting", "phone", ByLink}

// ByLink is the way of an answer that was given on the page of a link.
const ByLink = "link"

// notice is a notice of a step that was not withdrawn.
func (d *decision) notice(s *Step, n int) (*Notice, error) {
	switch {
	case n < 1 || n > len(s.Notices):
		return nil, refuse(CodeUnknown)
	case s.Notices[n-1].Withdrawn != nil:
		return nil, refuse(CodeWithdrawn)
	}
	return &s.Notices[n-1], nil
}

func (a Acknowledge) decide(d *decision) error {
	s, err := d.step(a.Step, false)
	if err != nil {
		return err
	}
	n, err := d.notice(s, a.Notice)
	if err != nil || n.Acknowledged != nil {
		return err
	}
	return d.happen(Event{Type: noticeAcknowledged, Step: a.Step, Notice: &Notice{N: a.Notice}})
}

func (a AskTime) decide(d *decision) error {
	s, err := d.step(a.Step, true)
	if err != nil {
		return err
	}
	if a.Notice != 0 {
		if _, err := d.notice(s, a.Notice); err != nil {
			return err
		}
	}
	due, has := d.c.Due(s, d.on)
	switch {
	case !slices.Contains(Grounds, a.Ground):
		return refuse(CodeGround)
	case a.Evidence != 0 && d.c.Item(a.Evidence) == nil:
		return refuse(CodeUnknown)
	case a.To <= d.on:
		return refuse(CodeDay)
	case has && a.To <= due:
		return &Refused{Code: CodeBefore, Day: due}
	}
	if d.by == "" {
		if err := d.askable(s, a.To, due, has); err != nil {
			return err
		}
	}
	for _, m := range s.Asked {
		if m.To == a.To && m.On == d.on {
			return refuse(CodeTwice)
		}
	}
	return d.happen(Event{Type: timeAsked, Step: a.Step, Move: &Move{Kind: MoreTime, On: d.on, To: a.To, Ground: a.Ground, Evidence: a.Evidence}})
}

// askable refuses a request of a recipient for more than may be given in a step that falls
// due on a day, if it has one.
func (d *decision) askable(s *Step, to, due when.Day, has bool) error {
	switch {
	case !has:
		due = d.on
	case due < d.on:
		return &Refused{Code: CodeEnd, Day: due}
	}
	return d.allows(s, to, due)
}
