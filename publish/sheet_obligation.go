package publish

import (
	"temwen/locale"
)

// ObligationsSheet is a list of obligations on paper.
func (v *View) ObligationsSheet(mission string, lines []Line, lang locale.Lang) *Sheet {
	w := In(lang)
	n := v.notes()
	s := &Sheet{Title: w.missionName(v, mission), Lead: []string{w.AsOf(v.AsOf)}}
	t := Table{Wrap: 1, Head: w.heads("status", "what", "who", "due", "source")}
	for i := range lines {
		l := &lines[i]
		row := w.obligationRow(l, n)
		row[1].Text += "\n" + l.Mission + "/" + l.ID
		t.Rows = append(t.Rows, row)
	}
	s.add(w, "brief.obligations", t, w.Tally(Tally(lines)))
	n.list(s, w.Catalogue)
	return s
}

// Sheet is the account of one obligation on paper.
func (e *Explained) Sheet(v *View, lang locale.Lang) *Sheet {
	w := In(lang)
	n := v.notes()
	s := &Sheet{Title: w.Text(e.Title), Lead: []string{w.AsOf(v.AsOf)}}
	s.Sections = append(s.Sections, e.register(w, n))
	for i := range e.Explanations {
		s.Sections = append(s.Sections, e.reading(w, n, i))
	}
	if len(e.Overall) > 0 {
		s.Sections = append(s.Sections, Section{Table: w.stepsTable(e.Overall, n)})
	}
	s.add(w, "history.title", w.historyTable(e.History, n))
	n.list(s, w.Catalogue)
	return s
}

// register is the entry as a court's register would have it: who owes what to
// whom under which clause, and how sure that clause is.
func (e *Explained) register(w Words, n *notes) Section {
	t := Table{Wrap: 1}
	add := func(key, value string, sources ...[]string) {
		if value != "" {
			t.Rows = append(t.Rows, []Cell{text(w.Say(key)), text(value), n.mark(sources...)})
		}
	}
	t.Rows = append(t.Rows, []Cell{text(w.Say("brief.head.status")), w.statusCell(e.Status), text("")})
	add("brief.head.due", w.When(&e.Standing))
	add("brief.head.who", w.Actors(e.Debtor), e.Sources)
	add("brief.head.owed-to", w.Actors(e.Creditor))
	add("brief.head.provision", w.Label(w.Clause(e.Provision), w.Text(e.Provision.Says)), e.Provision.Sources)
	add("brief.head.known-how", w.Say("knowledge."+string(e.Provision.Knowledge)+".means"))
	if e.Quantity != nil {
		add("brief.head.number", w.Amount(*e.Quantity))
	}
	if e.VagueWords != "" {
		add("due.by-text", w.Say("vague."+e.VagueWords))
	}
	if e.Benchmark != nil {
		add("benchmark.title", w.Also(w.Period(e.Benchmark.Within, e.Benchmark.Count == "working"), w.Text(e.Benchmark.Note)))
	}
	add("discharged-by", w.Text(e.DischargedBy))
	add("note", w.Text(e.Note))
	return Section{Table: t}
}

func (e *Explained) reading(w Words, n *notes, i int) Section {
	r := &e.Explanations[i]
	heading := w.Say("explanation.title")
	if r.ID != "" {
		heading = w.Label(w.Say("reading"), w.Text(r.Title))
	}
	t := w.stepsTable(r.Steps, n)
	t.Rows = append(t.Rows, []Cell{text("="), w.statusCell(r.Status), text("")})
	return Section{Heading: heading, Table: t}
}

func (w Words) stepsTable(steps []Step, n *notes) Table {
	t := Table{Wrap: 1}
	for i := range steps {
		t.Rows = append(t.Rows, []Cell{text("-"), text(w.Step(&steps[i])), n.mark(steps[i].Sources)})
	}
	return t
}

func (w Words) historyTable(lines []HistoryLine, n *notes) Table {
	t := Table{Wrap: 2}
	for i := range lines {
		h := &lines[i]
		words := w.Text(h.Title)
		if g := w.Text(h.Ground); g != "" {
			words += " (" + g + ")"
		}
		t.Rows = append(t.Rows, []Cell{text(w.Date(h.Date)), text(w.Say("event." + h.Kind)), text(words), n.mark(h.Sources)})
	}
	return t
}

func (w Words) missionName(v *View, id string) string {
	if m := v.Mission(id); m != nil {
		return w.Text(m.Name)
	}
	return id
}
