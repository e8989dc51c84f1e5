package publish

import (
	"fmt"
	"strings"

	"temwen/clock"
	"temwen/locale"
	"temwen/when"
)

// Sheet is the brief on paper, in a language.
func (b *Brief) Sheet(v *View, lang locale.Lang) *Sheet {
	w := In(lang)
	n := v.notes()
	s := &Sheet{Title: w.Text(b.Name), Lead: []string{w.AsOf(b.AsOf)}}
	if len(b.Summary) > 0 {
		s.Lead = append(s.Lead, w.Text(b.Summary))
	}
	s.add(w, "brief.authorisation", w.authorisation(b, n))
	s.add(w, "brief.who-takes-part", w.partsTable(b.Parts, n))
	s.add(w, "brief.people", w.claimsTable(b.People, n, v))
	s.add(w, "brief.money", w.claimsTable(b.Money, n, v))
	s.add(w, "brief.documents", w.requestsTable(b.Requests, n))
	s.add(w, "brief.obligations", w.obligationsTable(b.Obligations, n), w.Tally(b.Tally))
	for i := range b.Contradictions {
		heading := ""
		if i == 0 {
			heading = w.Say("brief.contradictions")
		}
		s.Sections = append(s.Sections, w.contradictionSection(heading, &b.Contradictions[i], n))
	}
	s.add(w, "brief.slips", w.slipsTable(b.Milestones, n))
	s.add(w, "brief.predecessors", w.predecessorsTable(b.Predecessors, n, v))
	n.list(s, w.Catalogue)
	return s
}

// add adds a section, or says that nothing is on record.
func (s *Sheet) add(w Words, heading string, t Table, lines ...string) {
	sec := Section{Heading: w.Say(heading), Table: t}
	for _, l := range lines {
		if l != "" {
			sec.Lines = append(sec.Lines, l)
		}
	}
	if len(t.Rows) == 0 && len(sec.Lines) == 0 {
		sec.Lines = []string{w.Say("brief.none")}
	}
	s.Sections = append(s.Sections, sec)
}

// AsOf says which day is shown.
func (w Words) AsOf(a AsOf) string {
	if a.World == a.Known {
		return w.Say("brief.as-of", "day", a.World)
	}
	return w.Say("brief.as-of-known", "day", a.World, "known", a.Known)
}

// Tally says how many obligations have each status.
func (w Words) Tally(counts []Count) string {
	parts := make([]string, len(counts))
	for i, c := range counts {
		parts[i] = fmt.Sprintf("%s %d", w.Status(c.Status), c.N)
	}
	return strings.Join(parts, " · ")
}

func (w Words) heads(keys ...string) []string {
	heads := make([]string, len(keys))
	for i, k := range keys {
		if k != "" {
			heads[i] = w.Say("brief.head." + k)
		}
	}
	return heads
}

func (w Words) statusCell(s clock.Status) Cell { return Cell{Text: w.Status(s), Status: s} }

func (w Words) authorisation(b *Brief, n *notes) Table {
	t := Table{Wrap: 1}
	for i := range b.Authorisation {
		l := &b.Authorisation[i]
		t.Rows = append(t.Rows, w.obligationRow(l, n))
		for j := range l.Readings {
			r := &l.Readings[j]
			t.Rows = append(t.Rows, []Cell{
				w.statusCell(r.Status), text(w.Label(w.Say("reading"), w.Text(r.Title))), text(""), text(w.When(&r.Standing)), n.mark(r.Sources),
			})
		}
	}
	return t
}

func (w Words) partsTable(parts []PartLine, n *notes) Table {
	t := Table{Wrap: 1}
	for i := range parts {
		p := &parts[i]
		who := w.Text(p.Actor.Name)
		if note := w.Text(p.Note); note != "" {
			who += " (" + note + ")"
		}
		t.Rows = append(t.Rows, []Cell{text(w.Say("part." + p.Part)), text(who), text(w.Between(p.From, p.Until)), n.mark(p.Sources)})
	}
	return t
}

func (w Words) claimsTable(claims []Claim, n *notes, v *View) Table {
	t := Table{Wrap: 0, Head: w.heads("what", "who", "number", "tense", "as-of", "source")}
	for i := range claims {
		t.Rows = append(t.Rows, w.claimRow(&claims[i], n, v))
	}
	return t
}

func (w Words) claimRow(c *Claim, n *notes, v *View) []Cell {
	who := ""
	if c.Actor != nil {
		who = w.Text(c.Actor.Name)
	}
	return []Cell{
		text(w.Claimed(c, v)), text(who), text(w.Amount(c.Amount)), text(w.Say("modality." + string(c.Modality))),
		text(w.Date(c.AsOf)), n.mark(c.Sources),
	}
}

// Claimed says what a claim counts.
func (w Words) Claimed(c *Claim, v *View) string {
	s := c.Metric
	if m := v.Metric(c.Metric); m != nil {
		s = w.Text(m.Name)
	}
	if m := v.Milestone(c.Milestone); m != nil && c.Milestone != "" {
		s += ", " + w.Text(m.Title)
	}
	if c.Category != "" {
		s += " (" + c.Category + ")"
	}
	return s
}

func (w Words) requestsTable(requests []RequestLine, n *notes) Table {
	t := Table{Wrap: 0, Head: w.heads("document", "asked-by", "asked-of", "date", "outcome", "source")}
	for i := range requests {
		r := &requests[i]
		outcome := w.Say("outcome." + r.Outcome)
		if r.Outcome == Silent {
			outcome += ", " + w.Say("days", "n", r.Days)
		}
		t.Rows = append(t.Rows, []Cell{
			text(w.Text(r.Document)), text(w.Actors(r.AskedBy)), text(w.Actors(r.AskedOf)),
			text(w.Date(r.Date)), text(outcome), n.mark(r.Sources, outcomeSources(r)),
		})
	}
	return t
}

func outcomeSources(r *RequestLine) (ids []string) {
	for i := range r.Outcomes {
		ids = append(ids, r.Outcomes[i].Sources...)
	}
	return ids
}

func (w Words) obligationsTable(lines []Line, n *notes) Table {
	t := Table{Wrap: 1, Head: w.heads("status", "what", "who", "due", "source")}
	for i := range lines {
		t.Rows = append(t.Rows, w.obligationRow(&lines[i], n))
	}
	return t
}

func (w Words) obligationRow(l *Line, n *notes) []Cell {
	title := w.Text(l.Title)
	if l.Status == clock.Inherited && l.Under != nil {
		title += " (" + w.Status(*l.Under) + ")"
	}
	return []Cell{
		w.statusCell(l.Status), text(title), text(w.Actors(l.Debtor)),
		text(w.Due(l)), n.mark(l.Sources, l.Provision.Sources),
	}
}

func (w Words) contradictionSection(heading string, c *Contradiction, n *notes) Section {
	title := w.Label(w.Say("contradiction."+c.Kind), w.Text(c.Title))
	if c.Actor != nil {
		title += " (" + w.Text(c.Actor.Name) + ")"
	}
	s := Section{Heading: heading, Lines: []string{title}, Table: Table{Wrap: 2}}
	for i := range c.Claims {
		k := &c.Claims[i]
		by := w.Text(k.Note)
		if k.SaidBy != nil {
			by = w.Text(k.SaidBy.Name)
		}
		s.Table.Rows = append(s.Table.Rows, []Cell{
			text(w.Date(k.AsOf)), text(w.Amount(k.Amount)), text(by),
			text(w.Say("modality." + string(k.Modality))), n.mark(k.Sources),
		})
	}
	for i := range c.Says {
		k := &c.Says[i]
		day, err := when.Parse(k.Date)
		if err != nil {
			continue
		}
		s.Table.Rows = append(s.Table.Rows, []Cell{
			text(w.Date(day)), text(w.Text(k.By.Name)), text(w.Text(k.Says)), text(w.Text(k.Position)), n.mark(k.Sources),
		})
	}
	return s
}

func (w Words) slipsTable(lines []MilestoneLine, n *notes) Table {
	t := Table{Wrap: 1}
	for i := range lines {
		l := &lines[i]
		if l.Slipped <= 0 {
			continue
		}
		t.Rows = append(t.Rows, []Cell{text(w.Text(l.Title)), text(w.Slip(l)), n.mark(l.Sources)})
	}
	return t
}

// Slip says how a milestone slipped.
func (w Words) Slip(l *MilestoneLine) string {
	dates := make([]string, len(l.Expected))
	for i, e := range l.Expected {
		dates[i] = w.Date(e.Date)
	}
	if l.Happened == nil {
		return w.Say("slip.awaited", "dates", w.List(dates), "n", l.Slipped)
	}
	return w.Say("slip.happened", "dates", w.List(dates), "happened", *l.Happened, "n", l.Slipped)
}

func (w Words) predecessorsTable(list []Predecessor, n *notes, v *View) Table {
	t := Table{Wrap: 2}
	for i := range list {
		p := &list[i]
		var figures []string
		var sources []string
		for j := range p.Figures {
			c := &p.Figures[j]
			figures = append(figures, w.Label(w.Claimed(c, v), w.Amount(c.Amount)))
			sources = append(sources, c.Sources...)
		}
		t.Rows = append(t.Rows, []Cell{
			text(p.Short), text(w.Date(p.Period)), text(strings.Join(figures, "; ")), n.mark(p.Sources, sources),
		})
	}
	return t
}
