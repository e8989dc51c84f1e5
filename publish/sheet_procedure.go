package publish

import (
	"fmt"

	"temwen/locale"
)

// Sheet is a procedure on paper: each step with its clause, how well that is
// known, and what follows each answer and silence.
func (e *ProcedureExplained) Sheet(v *View, lang locale.Lang) *Sheet {
	w := In(lang)
	n := v.notes()
	s := &Sheet{Title: w.Text(e.Title), Lead: []string{w.AsOf(v.AsOf)}}
	s.Sections = append(s.Sections, e.register(w, n))
	for i := range e.Steps {
		s.Sections = append(s.Sections, e.Steps[i].section(w, n))
	}
	ends := Table{Wrap: 1}
	for _, end := range e.Ends {
		ends.Rows = append(ends.Rows, []Cell{text(end.Letter), text(w.Text(end.Title)), text(w.Say("procedure.outcome." + string(end.Outcome)))})
		if on := w.HandsOn(end.HandsOn); on != "" {
			ends.Rows = append(ends.Rows, []Cell{text(""), text(on), text("")})
		}
	}
	s.add(w, "procedure.head.ends", ends)
	n.list(s, w.Catalogue)
	return s
}

// register is what holds for the whole procedure.
func (e *ProcedureExplained) register(w Words, n *notes) Section {
	t := Table{Wrap: 1}
	add := func(key, value string, sources ...[]string) {
		if value != "" {
			t.Rows = append(t.Rows, []Cell{text(w.Say(key)), text(value), n.mark(sources...)})
		}
	}
	add("procedure.head.instrument", w.Clause(e.Instrument), e.Sources)
	if e.Mission == "" {
		add("note", w.Say("procedures.models"))
	}
	add("procedure.head.track", w.Say("procedure.track."+string(e.Track)))
	add("procedure.head.applies", w.Text(e.Applies), e.Sources)
	add("procedure.head.known", w.ClausesKnown(e.Known, e.Count))
	add("note", w.Text(e.Note))
	add("procedure.silence", w.Say("procedure.rule.silence"))
	for i := range e.Further {
		label := ""
		if i == 0 {
			label = w.Say("procedure.head.further")
		}
		t.Rows = append(t.Rows, w.clauseRows(label, &e.Further[i], n)...)
	}
	return Section{Table: t}
}

// clauseRows are a clause with what it says, how well it is known, and what a
// reader should know of it.
func (w Words) clauseRows(label string, c *ClauseLine, n *notes) [][]Cell {
	rows := [][]Cell{
		{text(label), text(w.Label(w.Clause(c.ProvisionRef), w.Text(c.Says))), n.mark(c.Sources)},
		{text(""), text(w.Label(capital(w.Say("knowledge."+string(c.Knowledge))), w.Say("knowledge."+string(c.Knowledge)+".means"))), text("")},
	}
	if note := w.Text(c.Note); note != "" {
		rows = append(rows, []Cell{text(""), text(note), text("")})
	}
	return rows
}

func (s *ProcedureStep) section(w Words, n *notes) Section {
	t := Table{Wrap: 1}
	add := func(label, value string, sources ...[]string) {
		if value != "" {
			t.Rows = append(t.Rows, []Cell{text(label), text(value), n.mark(sources...)})
		}
	}
	add(w.Say("procedure.head.who"), w.Duty(s))
	add(w.Say("procedure.head.asks"), w.Text(s.Asks))
	t.Rows = append(t.Rows, w.clauseRows(w.Say("brief.head.provision"), &s.Clause, n)...)
	add(w.Say("procedure.head.when"), w.StepTime(s))
	if s.Benchmark != nil {
		add("", w.StepBenchmark(s.Benchmark), s.Benchmark.Clause.Sources)
	}
	if s.Extension != nil {
		add("", w.StepExtension(s.Extension), s.Extension.Clause.Sources)
	}
	if h := s.Holidays; h != nil {
		add("", w.StepWorking(s), h.Clause.Sources)
	} else {
		add("", w.StepWorking(s))
	}
	add(w.Say("procedure.head.discharge"), w.Text(s.Discharge))
	for i := range s.Follows {
		label := ""
		if i == 0 {
			label = w.Say("procedure.head.answers")
		}
		add(label, w.Answered(&s.Follows[i])+" → "+w.Then(&s.Follows[i]))
	}
	add(w.Say("note"), w.Text(s.Note))
	return Section{Heading: fmt.Sprintf("%d. %s", s.N, w.Text(s.Title)), Table: t}
}
