package publish

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"temwen/dossier"
	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// anyProcedure draws a procedure whose branches lead anywhere there is.
func anyProcedure(t *rapid.T) *ProcedureExplained {
	words := func(what string) locale.Text {
		return locale.Text{"en": strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-zA-Zéèò<&]{1,24}`), 1, 14).Draw(t, what), " ")}
	}
	n := func(what string, low, high int) int { return rapid.IntRange(low, high).Draw(t, what) }
	p := &dossier.Procedure{ID: "p", Title: words("title")}
	steps, ends := n("steps", 1, 12), n("ends", 1, 9)
	branch := func(id string) instrument.Branch {
		b := instrument.Branch{ID: id, Title: words("branch")}
		for _, k := range rapid.SliceOfNDistinct(rapid.IntRange(0, steps+ends-1), 1, 4, rapid.ID).Draw(t, "then") {
			b.Then = append(b.Then, fmt.Sprintf("x%d", k))
		}
		return b
	}
	for i := range steps {
		s := instrument.Step{
			ID: fmt.Sprintf("x%d", i), Title: words("step"), Who: instrument.Command, Toward: instrument.Claimant, Form: instrument.LetterForm,
			Clock: instrument.Clock{Words: words("clock"), Benchmark: when.Days(10), Of: "m/x"},
		}
		for j := range n("answers", 1, 5) {
			s.Answers = append(s.Answers, branch(fmt.Sprintf("a%d", j)))
		}
		silence := branch("")
		s.Silence = &silence
		p.Steps = append(p.Steps, s)
	}
	for i := range ends {
		p.Ends = append(p.Ends, instrument.End{ID: fmt.Sprintf("x%d", steps+i), Title: words("end"), Outcome: instrument.NoAction})
	}
	d := &dossier.Dossier{Instruments: []*dossier.Instrument{{
		ID: "m", Title: words("instrument"), Provisions: []instrument.Provision{{ID: "x", Knowledge: instrument.Unverified}},
	}}}
	v := See(d, On(when.Latest))
	return v.explainProcedure(p, v.procedureLine(p, ""))
}

// In a drawing nothing covers anything: no two boxes, no two labels, no label
// and a line; no two lines run on top of each other.
func TestDrawingsDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom([]Measures{WideDrawing, NarrowDrawing}).Draw(t, "measures")
		wellDrawn(t, anyProcedure(t).Draw(In(locale.English), m))
	})
}

type failing interface {
	Helper()
	Errorf(string, ...any)
}

// rect is what something takes up.
type rect struct{ x1, y1, x2, y2 float64 }

func (a rect) meets(b rect) bool { return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2 }
func (a rect) holds(b rect) bool {
	return a.x1 <= b.x1 && b.x2 <= a.x2 && a.y1 <= b.y1 && b.y2 <= a.y2
}

func wellDrawn(t failing, d *Drawing) {
	t.Helper()
	whole := rect{0, 0, d.Width, d.Height}
	var boxes, labels []rect
	for _, b := range d.Boxes {
		boxes = append(boxes, rect{b.X, b.Y, b.X + b.W, b.Y + b.H})
	}
	for _, l := range d.Labels {
		labels = append(labels, rect{l.X, l.Y, l.X + l.W, l.Y + l.H})
		if w := textWidth(l.Text, l.Size); w > l.W && len([]rune(l.Text)) > 1 {
			t.Errorf("%q is %.1f wide and has room for %.1f", l.Text, w, l.W)
		}
	}
	for i, a := range boxes {
		if !whole.holds(a) {
			t.Errorf("box %d leaves the picture", i)
		}
		for j := range i {
			if a.meets(boxes[j]) {
				t.Errorf("the boxes %d and %d overlap", j, i)
			}
		}
	}
	for i, a := range labels {
		in := 0
		for _, b := range boxes {
			if b.holds(a) {
				in++
			}
		}
		if in != 1 {
			t.Errorf("%q stands in %d boxes", d.Labels[i].Text, in)
		}
		for j := range i {
			if a.meets(labels[j]) {
				t.Errorf("%q covers %q", d.Labels[i].Text, d.Labels[j].Text)
			}
		}
	}
	linesApart(t, d, whole, boxes)
}

// linesApart holds that lines stay out of the boxes and off each other.
func linesApart(t failing, d *Drawing, whole rect, boxes []rect) {
	t.Helper()
	for i := range d.Lines {
		a := d.Lines[i].rect()
		if !whole.holds(a) {
			t.Errorf("line %d leaves the picture", i)
		}
		for _, b := range boxes {
			if a.x1 < b.x2 {
				t.Errorf("line %d runs into a box", i)
			}
		}
		for j := range i {
			b := d.Lines[j].rect()
			upright, level := a.x1 == a.x2 && b.x1 == b.x2, a.y1 == a.y2 && b.y1 == b.y2
			switch {
			case upright && a.x1 == b.x1 && a.y1 <= b.y2 && b.y1 <= a.y2,
				level && a.y1 == b.y1 && a.x1 <= b.x2 && b.x1 <= a.x2:
				t.Errorf("the lines %d and %d run on top of each other: %+v %+v", j, i, d.Lines[j], d.Lines[i])
			}
		}
	}
}

func (l *DrawnLine) rect() rect {
	return rect{min(l.X1, l.X2), min(l.Y1, l.Y2), max(l.X1, l.X2), max(l.Y1, l.Y2)}
}

// Every line leads somewhere: from each row that does not stay open to each box
// it names.
func TestDrawingsLeadWhereTheProcedureDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyProcedure(t)
		d := e.Draw(In(locale.English), WideDrawing)
		want := 0
		for i := range e.Steps {
			for _, f := range e.Steps[i].Follows {
				for _, n := range f.Then {
					if !n.Same {
						want++
					}
				}
			}
		}
		dots, tips := 0, 0
		for _, l := range d.Lines {
			dots += len(l.Dots)
			if l.Arrow {
				tips++
			}
		}
		if dots != want || len(d.Boxes) != len(e.Steps)+len(e.Ends) || tips*2 > len(d.Lines) {
			t.Errorf("%d places where a row meets a lane, want %d; %d boxes, %d tips", dots, want, len(d.Boxes), tips)
		}
	})
}

func haitiProcedures(t *testing.T) *View {
	t.Helper()
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return See(d, On(when.DayOf(2026, 11, 28)))
}

// The procedures of Haiti, in every language and both widths: drawn well, as XML
// that can be read, with a title and a description.
func TestHaitiProceduresAreDrawn(t *testing.T) {
	v := haitiProcedures(t)
	lines, err := v.ProceduresOf("mss")
	if err != nil || len(lines) != 6 {
		t.Fatalf("%d procedures, %v", len(lines), err)
	}
	for _, line := range lines {
		e, err := v.ExplainProcedure("mss", line.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range locale.Langs {
			for _, m := range []Measures{WideDrawing, NarrowDrawing} {
				d := e.Draw(In(lang), m)
				wellDrawn(t, d)
				picture := string(d.File())
				if err := readsAsXML(picture); err != nil || !strings.Contains(picture, "<desc id=") || !strings.Contains(picture, "<title id=") {
					t.Errorf("%s in %s: %v", line.ID, lang, err)
				}
			}
		}
	}
}

func readsAsXML(s string) error {
	r := xml.NewDecoder(strings.NewReader(s))
	for {
		switch _, err := r.Token(); err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}

// What a lawyer must be able to trust of Haiti's procedures: no clock that
// nobody saw, every benchmark with its clause and how well it is known, nothing
// that a rotation, an end of mandate or silence closes.
func TestHaitiProceduresKeepCasesOpen(t *testing.T) {
	v := haitiProcedures(t)
	for _, p := range v.Procedures {
		if found := p.Check(); len(found) > 0 {
			t.Errorf("%s: %v", p.ID, found)
		}
		e := v.explainProcedure(p, v.procedureLine(p, ""))
		if e.Unclocked != e.Count {
			t.Errorf("%s sets a period, and no text of one was seen", p.ID)
		}
		for _, s := range e.Steps {
			if s.Clause.Knowledge == "" || (len(s.Clause.Sources) == 0) != (s.Clause.Knowledge == instrument.Unverified) {
				t.Errorf("%s/%s: nothing is known of its clause", p.ID, s.ID)
			}
			if b := s.Benchmark; b != nil && strings.HasPrefix(b.Clause.ID, "un-model") && b.Clause.Knowledge != instrument.Unverified {
				t.Errorf("%s/%s: %s is from memory", p.ID, s.ID, b.Clause.ID)
			}
			for _, f := range s.Follows {
				if f.ID == "repatriated" && (len(f.Then) != 1 || !f.Then[0].Same) {
					t.Errorf("%s/%s: that a suspect was sent home leads on", p.ID, s.ID)
				}
				for _, n := range f.Then {
					if f.Silence && n.End != "" {
						t.Errorf("%s/%s: silence leads to an end", p.ID, s.ID)
					}
				}
			}
		}
		for _, lang := range locale.Langs {
			if p.Title[lang] == "" || p.Applies[lang] == "" || p.Note[lang] == "" {
				t.Errorf("%s is not whole in %s", p.ID, lang)
			}
		}
	}
}

// The force that succeeded shows the procedures whose duties it carries on, and
// whose they are; a mission before shows models only.
func TestProceduresPassToTheSuccessor(t *testing.T) {
	v := haitiProcedures(t)
	lines, err := v.ProceduresOf("gsf")
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]string{}
	for _, l := range lines {
		of[l.ID] = l.Mission
	}
	if of["mss-criminal"] != "mss" || of["mss-complaint"] != "gsf" || of["un-memorandum"] != "" || len(lines) != 6 {
		t.Errorf("gsf has the procedures %v", of)
	}
	if lines[len(lines)-1].ID != "un-memorandum" {
		t.Error("the model is not the last")
	}
	if lines, err = v.ProceduresOf("unmih"); err != nil || len(lines) != 1 {
		t.Errorf("unmih has the procedures %v, %v", lines, err)
	}
	if _, err := v.ExplainProcedure("mss", "nothing"); err == nil || !strings.Contains(err.Error(), "mss/mss-criminal") {
		t.Errorf("a procedure that is not there gives %v", err)
	}
}
