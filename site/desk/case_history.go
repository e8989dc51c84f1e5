package desk

import (
	"strconv"

	"temwen/casework"
)

// historyRow is one thing that happened to a case.
type historyRow struct {
	On, By, What string
	Step         text // that it was about
}

// historyRow says what an event was. One that was erased has no words left.
func (w *work) historyRow(c *casework.Case, e *casework.Event) historyRow {
	if e.Type == "" {
		return historyRow{What: w.words.Say("case.did.erased")}
	}
	r := historyRow{On: w.words.Day(e.On)}
	if e.By != "" {
		r.By = w.Name(e.By)
	} else {
		r.By = w.words.Say("case.by." + e.Type)
	}
	args := []any{}
	add := func(name string, value any) { args = append(args, name, value) }
	if s := c.Step(e.Step); s != nil {
		r.Step = w.text(c.Procedure.Step(s.ID).Title)
		if e.Answer != nil {
			add("answer", w.answerTitle(c, s, e.Answer.Answer).Words)
		}
	}
	switch {
	case e.Notice != nil:
		add("number", strconv.Itoa(e.Notice.N))
	case e.Move != nil:
		add("ground", w.words.Say("case.ground."+e.Move.Ground))
		if e.Move.To != 0 {
			add("to", e.Move.To)
		}
	case e.Aside != nil && e.Aside.Move > 0:
		add("ground", w.words.Say("case.back.ground."+e.Aside.Ground))
		if s := c.Step(e.Step); s != nil && e.Aside.Move <= len(s.Moves) {
			add("to", s.Moves[e.Aside.Move-1].To)
		}
	case e.Aside != nil:
		add("ground", w.words.Say("case.aside.ground."+e.Aside.Ground))
		if s := c.Step(e.Step); s != nil && e.Aside.Answer <= len(s.Answers) {
			add("answer", w.answerTitle(c, s, s.Answers[e.Aside.Answer-1].Answer).Words)
		}
	case e.Remedy != nil:
		add("kind", w.words.Say("case.remedy."+e.Remedy.Kind))
	case e.Departure != nil:
		add("how", w.words.Say("case.left.how."+e.Departure.How))
		add("source", w.words.Say("case.left.source."+e.Departure.Source))
	case e.Evidence != nil:
		add("number", strconv.Itoa(e.Evidence.N))
		add("origin", w.words.Say("evidence.origin."+e.Evidence.Origin))
	case e.Opened != nil:
		add("procedure", w.text(e.Opened.Procedure.Title).Words)
	case e.Ground != "":
		add("ground", w.words.Say("desk.ground."+e.Ground))
	case e.State != "":
		add("state", w.actor(e.State).Words)
	case e.Mission != "":
		add("mission", w.mission(e.Mission).Words)
	}
	if end := c.Procedure.End(e.End); e.End != "" && end != nil {
		add("end", w.text(end.Title).Words)
	}
	if len(e.Fields) > 0 {
		fields := make([]string, len(e.Fields))
		for i, f := range e.Fields {
			fields[i] = w.words.Say("case.field." + f)
		}
		add("fields", fields)
	}
	add("officer", w.officerName(e.Officer))
	key := "case.did." + e.Type
	if e.Move != nil && e.Type == "clock.moved" {
		key += "." + string(e.Move.Kind)
	}
	if e.Consent != casework.ConsentGiven {
		key += "." + string(e.Consent)
	}
	r.What = w.words.Say(key, args...)
	return r
}

// officerName is an officer's name, or the word for nobody.
func (w *work) officerName(id string) string {
	if id == "" {
		return ""
	}
	return w.Name(id)
}

// Name is an officer's name, as pages say it.
func (w *work) Name(id string) string { return (&page{visit: w.visit}).Name(id) }
