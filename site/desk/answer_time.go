package desk

import (
	"errors"
	"net/http"

	"temwen/casework"
	"temwen/when"
)

// moreTime is what a recipient is told of more time, and from when to when they can ask
// for it.
type moreTime struct {
	Says []string
	// Min and Max are the first and the last day that can be asked for; both are empty
	// where none can.
	Min, Max string
	To       string // the day that was asked for on the form, and not taken
	Open     bool   // the form is shown open, for something is in its way
}

// time is what the recipient is told of more time: what the agreement allows, how much
// of it was had, and that the office decides; nil where the step waits no more.
func (v *answering) time() (*moreTime, error) {
	if v.step.Over || v.step.Dropped != nil {
		return nil, nil
	}
	today := v.casework.Today()
	due, has := v.c.Due(v.step, today)
	if has && due < today {
		return &moreTime{Says: []string{v.said.Say("answer.time.over", "day", due)}}, nil
	}
	m := new(moreTime)
	from := today
	if has {
		from = due
	} else {
		m.Says = append(m.Says, v.said.Say("answer.time.no-day"))
	}
	leave := v.c.Leave(v.step, from, today)
	says, err := v.leaveSays(&leave)
	if err != nil {
		return nil, err
	}
	m.Says = append(m.Says, says...)
	if leave.Until > from && !leave.Spent() {
		m.Min, m.Max = (from + 1).String(), leave.Until.String()
		m.Says = append(m.Says, v.said.Say("answer.time.means"))
	}
	return m, nil
}

// leaveSays is how far the time may be extended, as the agreement has it: how long at
// once, how often, how often it was, and by which clause; and that the office decides
// where it says nothing.
func (v *answering) leaveSays(l *casework.Leave) (says []string, err error) {
	if l.Text == nil {
		says = append(says, v.said.Say("answer.time.unsaid"))
	} else {
		view, err := v.casework.View(v.r.Context())
		if err != nil {
			return nil, err
		}
		says = append(says, extensionSays(v.said, view, v.c.Procedure, l.Text), v.said.Say("case.leave.used", "n", l.Used))
	}
	switch {
	case l.Spent():
		return append(says, v.said.Say("answer.time.spent")), nil
	case l.Own && l.Text != nil:
		says = append(says, v.said.Say("answer.time.how-long"))
	}
	return append(says, v.said.Say("answer.time.until", "day", l.Until)), nil
}

// askTime records that the recipient asks for more time; what cannot be asked for is said
// on the form.
func (v *answering) askTime() (*answerPage, error) {
	to, err := when.ParseDay(v.form.Get("to"))
	if err != nil || to.Open() {
		return v.timeRefused("answer.bad-day")
	}
	err = v.casework.Cases.Do(v.r.Context(), "", v.c.ID, 0, casework.AskTime{Step: v.step.N, Notice: v.notice.N, To: to, Ground: v.form.Get("ground")}, 0)
	var refused *casework.Refused
	if errors.As(err, &refused) {
		switch refused.Code {
		case casework.CodeDay:
			return v.timeRefused("answer.time.past")
		case casework.CodeGround:
			return v.timeRefused("answer.time.ground")
		case casework.CodeBefore:
			return v.timeRefused("answer.time.before", "day", refused.Day)
		case casework.CodeEnd:
			return v.timeRefused("answer.time.over", "day", refused.Day)
		case casework.CodeCap:
			return v.timeRefused("answer.time.cap", "day", refused.Leave.Until)
		case casework.CodeTimes:
			return v.timeRefused("answer.time.spent")
		case casework.CodeTwice:
			return v.open(v.said.Say("answer.time.twice", "day", to), http.StatusConflict)
		}
	}
	return v.again("asked", err)
}

// timeRefused is the page with what is in the way of a request for more time.
func (v *answering) timeRefused(key string, args ...any) (*answerPage, error) {
	p, err := v.open(v.said.Say(key, args...), http.StatusUnprocessableEntity)
	if err == nil && p.MoreTime != nil {
		p.MoreTime.Open, p.MoreTime.To = true, v.form.Get("to")
	}
	return p, err
}
