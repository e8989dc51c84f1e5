package desk

import (
	"temwen/casework"
	"temwen/instrument"
	"temwen/publish"
)

// extensionSays is how far an agreement lets a period be extended, by which clause.
func (w *work) extensionSays(p *instrument.Procedure, e *instrument.Extension) string {
	if e == nil {
		return w.words.Say("case.leave.unsaid")
	}
	return extensionSays(w.said, w.view, p, e)
}

func extensionSays(said publish.Words, view *publish.View, p *instrument.Procedure, e *instrument.Extension) string {
	return said.StepExtension(&publish.StepExtension{AtMost: e.AtMost, Working: e.Working, Times: e.Times, Clause: view.Clause(p.Clause(e.Provision))})
}

// leaveSays is how far the time of a step may still be extended, by whose limit.
func (w *work) leaveSays(c *casework.Case, l *casework.Leave) string {
	said := ""
	if l.Text != nil {
		said = w.extensionSays(c.Procedure, l.Text) + " " + w.words.Say("case.leave.used", "n", l.Used) + " "
	}
	switch {
	case l.Spent():
		return said
	case l.Own:
		return said + w.words.Say("case.leave.own", "day", w.words.Day(l.Until))
	}
	return said + w.words.Say("case.leave.until", "day", w.words.Day(l.Until))
}

// leaveOf is what a refusal says of how far the time of the step of the address may be
// extended.
func (w *work) leaveOf(r *casework.Refused) string {
	if r.Leave == nil {
		return ""
	}
	c, err := w.cases.Case(w.Context(), w.officer.ID, w.PathValue("case"))
	if err != nil {
		return ""
	}
	return w.leaveSays(c, r.Leave)
}
