package publish

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"temwen/locale"
	"temwen/when"
)

// sheetList is how many lines of one kind a sheet prints before it counts the
// rest.
const sheetList = 20

// Sheet is the reconciliation on paper, in a language. Where nothing differs it
// is one line. The view names the sources of figures on record; a file needs
// none.
func (r *Reconciliation) Sheet(v *View, lang locale.Lang) *Sheet {
	p := &reconcilePaper{Reconciliation: r, Words: In(lang), sheet: &Sheet{}}
	name := p.name(r.Name)
	if r.SaidBy != nil {
		name = p.Text(r.SaidBy.Name)
	}
	switch {
	case r.Differs:
		p.sheet.Title = p.Say("reconcile.title", "name", name)
		p.sheet.Lead = []string{p.Say("reconcile.lead", "figures", r.Figures, "n", r.Compared), p.Say("reconcile.equality")}
	case r.Compared == 0:
		p.sheet.Title = p.Say("reconcile.nothing-compared", "name", name)
	default:
		p.sheet.Title = p.Say("reconcile.nothing-differs", "name", name, "n", r.Compared)
	}
	if r.AsOf != nil {
		p.sheet.Lead = append(p.sheet.Lead, p.Words.AsOf(*r.AsOf))
	}
	p.repeats()
	p.alikes()
	for i := range r.Nested {
		p.nesting(&r.Nested[i])
	}
	p.sums()
	p.notCompared()
	if v != nil && len(r.Sources) > 0 {
		n := v.notes()
		n.mark(r.Sources)
		n.list(p.sheet, p.Catalogue)
	}
	return p.sheet
}

// reconcilePaper writes a reconciliation in one language.
type reconcilePaper struct {
	*Reconciliation
	Words
	sheet *Sheet
}

// name is a cut or a category: by its label, or as the table writes it. What a
// spreadsheet would take for a formula gets an apostrophe before it.
func (p *reconcilePaper) name(s string) string {
	for i := range p.Labels {
		if p.Labels[i].Name == s {
			return p.Text(p.Labels[i].Label)
		}
	}
	if s != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// period is a period: in words for figures on record, as written for a file.
func (p *reconcilePaper) period(label string) string {
	d, err := when.Parse(label)
	if p.Reconciliation.AsOf == nil || err != nil {
		return label
	}
	return p.Date(d)
}

// periods lists periods; of many, the first and the last.
func (p *reconcilePaper) periods(labels []string) string {
	if n := len(labels); n > 6 {
		return p.Say("reconcile.span", "from", p.period(labels[0]), "to", p.period(labels[n-1]), "n", n)
	}
	words := make([]string, len(labels))
	for i, l := range labels {
		words[i] = p.period(l)
	}
	return p.List(words)
}

// figure names a figure: "violation: abducted, 2026-Q1". A total on record is
// named by its metric alone.
func (p *reconcilePaper) figure(cut, category, period string) string {
	if p.Reconciliation.AsOf != nil && cut == totalName {
		cut = ""
	}
	return p.Say("reconcile.figure", "cut", p.name(cut), "category", p.name(category), "period", p.period(period))
}

func (p *reconcilePaper) equals(refs []FigureRef) Cell {
	words := make([]string, len(refs))
	for i := range refs {
		words[i] = p.figure(refs[i].Cut, refs[i].Category, refs[i].Period)
	}
	return text(p.List(words))
}

func (p *reconcilePaper) number(n int64) Cell { return text(p.Number(float64(n))) }

// difference is a number with its sign.
func (p *reconcilePaper) difference(n int64) Cell {
	c := p.number(n)
	if n > 0 {
		c.Text = "+" + c.Text
	}
	return c
}

// columns are the heads of columns.
func (p *reconcilePaper) columns(names ...string) []string {
	heads := make([]string, len(names))
	for i, name := range names {
		heads[i] = p.Say("reconcile.head." + name)
	}
	return heads
}

// nesting writes a period against its parts, and the moves that explain the
// difference.
func (p *reconcilePaper) nesting(n *Nesting) {
	key := "reconcile.nested"
	if n.Partial {
		key = "reconcile.partial"
	}
	s := Section{Heading: p.Say(key, "whole", p.period(n.Whole), "parts", p.periods(n.Parts))}
	switch {
	case n.Total:
		s.Lines = append(s.Lines, p.Say("reconcile.total", "category", p.name(n.Lines[0].Category)))
	case n.Cut != "":
		s.Lines = append(s.Lines, p.Say("reconcile.cut", "cut", p.name(n.Cut)))
	}
	s.Table = p.linesTable(n)
	p.sheet.Sections = append(p.sheet.Sections, s)
	missing := p.missing(n)
	if n.Explanation == nil {
		if len(missing) > 0 {
			p.sheet.Sections = append(p.sheet.Sections, Section{Lines: missing})
		}
		return
	}
	e := p.explanation(n)
	e.Lines = append(missing, e.Lines...)
	p.sheet.Sections = append(p.sheet.Sections, e)
}

// linesTable is the categories and, where it means something, their sum.
func (p *reconcilePaper) linesTable(n *Nesting) Table {
	t := Table{Wrap: 4, Head: p.columns("category", "parts", "whole", "difference", "equals")}
	lines := n.Lines
	if n.Sum != nil && len(lines) > 1 {
		lines = append(slices.Clone(lines), *n.Sum)
	}
	noted := false
	for i := range lines {
		l := &lines[i]
		name := p.name(l.Category)
		if i == len(n.Lines) {
			name = p.Say("reconcile.together")
		}
		noted = noted || len(l.Equals) > 0
		t.Rows = append(t.Rows, []Cell{text(name), p.number(l.Parts), p.number(l.Whole), p.difference(l.Difference), p.equals(l.Equals)})
	}
	if !noted {
		t.drop(4)
	}
	return t
}

// drop leaves out the columns from one on.
func (t *Table) drop(column int) {
	t.Wrap = 0
	t.Head = t.Head[:column]
	for i := range t.Rows {
		t.Rows[i] = t.Rows[i][:column]
	}
}

// missing says which categories that differ have no figure somewhere.
func (p *reconcilePaper) missing(n *Nesting) (lines []string) {
	for i := range n.Lines {
		if l := &n.Lines[i]; l.Difference != 0 && len(l.Missing) > 0 {
			lines = append(lines, p.Say("reconcile.missing", "category", p.name(l.Category), "periods", p.periods(l.Missing)))
		}
	}
	return p.atMost(lines)
}

func (p *reconcilePaper) explanation(n *Nesting) Section {
	e := n.Explanation
	s := Section{Table: Table{Wrap: 3, Head: p.columns("moved", "from", "to", "equals")}}
	if !e.Within {
		s.Lines = append(s.Lines, p.Say("reconcile.sums-differ", "n", max(n.Sum.Difference, -n.Sum.Difference)))
	}
	if !e.Searched {
		s.Lines = append(s.Lines, p.Say("reconcile.not-searched", "n", MaxDiffering))
		return s
	}
	s.Lines = append(s.Lines, p.Say("reconcile.smallest", "n", len(e.Moves), "moved", e.Moved))
	noted := false
	for i := range e.Moves {
		m := &e.Moves[i]
		noted = noted || len(m.Equals) > 0
		s.Table.Rows = append(s.Table.Rows, []Cell{p.number(m.Count), p.place(m.From), p.place(m.To), p.equals(m.Equals)})
	}
	if !noted {
		s.Table.drop(3)
	}
	key := "reconcile.not-only"
	if e.Only {
		key = "reconcile.only"
	}
	s.Lines = append(s.Lines, p.Say(key))
	return s
}

// place is a category that cases move from or to, or what lies outside.
func (p *reconcilePaper) place(category string) Cell {
	if category == "" {
		return text(p.Say("reconcile.outside"))
	}
	return text(p.name(category))
}

// sums writes the cuts that do not sum to their total.
func (p *reconcilePaper) sums() {
	if len(p.Sums) == 0 {
		return
	}
	t := Table{Wrap: 6, Head: p.columns("period", "cut", "sum", "against", "stated", "difference", "equals")}
	var lines []string
	for i := range p.Sums {
		c := &p.Sums[i]
		t.Rows = append(t.Rows, []Cell{
			text(p.period(c.Period)), text(p.name(c.Cut)), p.number(c.Sum), text(p.name(cmp.Or(c.Total, c.Against))),
			p.number(c.Stated), p.difference(c.Difference), p.equals(c.Equals),
		})
		if len(c.Missing) > 0 {
			lines = append(lines, p.Say("reconcile.missing", "category", p.nameList(c.Missing), "periods", p.period(c.Period)))
		}
	}
	for _, cut := range p.Never {
		lines = append(lines, p.Say("reconcile.never", "cut", p.name(cut)))
	}
	p.sheet.Sections = append(p.sheet.Sections, Section{Heading: p.Say("reconcile.sums"), Lines: p.atMost(lines), Table: t})
}

func (p *reconcilePaper) nameList(list []string) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = p.name(s)
	}
	return p.List(words)
}

// repeats writes the figures that several rows give.
func (p *reconcilePaper) repeats() {
	var lines []string
	for i := range p.Repeated {
		d := &p.Repeated[i]
		var numbers []string
		for _, n := range d.Counts {
			numbers = append(numbers, p.Number(float64(n)))
		}
		key := "reconcile.repeated.different"
		if len(numbers) < 2 {
			key = "reconcile.repeated.same"
		}
		lines = append(lines, p.Say(key, "figure", p.figure(d.Cut, d.Category, d.Period), "numbers", numbers, "rows", p.refs(d.Rows, d.Facts)))
	}
	p.list("reconcile.repeated", lines)
}

// refs names lines of a file, or facts.
func (p *reconcilePaper) refs(rows []int, facts []string) string {
	words := slices.Clone(facts)
	for _, n := range rows {
		words = append(words, strconv.Itoa(n))
	}
	return p.List(words)
}

// alikes writes the names that are likely the same.
func (p *reconcilePaper) alikes() {
	var lines []string
	for i := range p.Alike {
		a := &p.Alike[i]
		key := "reconcile.alike.pair"
		if a.Cut == "" {
			key = "reconcile.alike.cuts"
		}
		lines = append(lines, p.Say(key, "a", p.name(a.A), "b", p.name(a.B), "cut", p.name(a.Cut),
			"periods", p.periods(a.Periods), "other", p.periods(a.Other)))
	}
	p.list("reconcile.alike", lines)
}

// notCompared writes what was left out for want of figures.
func (p *reconcilePaper) notCompared() {
	var lines []string
	for i := range p.NotCompared {
		n := &p.NotCompared[i]
		lines = append(lines, p.Say("reconcile.not-compared."+n.Reason, "figure", p.figure(n.Cut, n.Category, n.Period),
			"whole", p.period(n.Period), "parts", p.periods(n.Parts), "cut", p.name(cmp.Or(n.Category, n.Cut))))
	}
	p.list("reconcile.not-compared", lines)
}

// list adds a section of lines, if there are any.
func (p *reconcilePaper) list(heading string, lines []string) {
	if len(lines) > 0 {
		p.sheet.Sections = append(p.sheet.Sections, Section{Heading: p.Say(heading), Lines: p.atMost(lines)})
	}
}

// atMost keeps the first lines and counts the rest.
func (p *reconcilePaper) atMost(lines []string) []string {
	if n := len(lines) - sheetList; n > 0 {
		lines = append(lines[:sheetList:sheetList], p.Say("reconcile.more", "n", n))
	}
	return lines
}
