package publish

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Drawing is a procedure as a picture: a box for each step downward, then one
// for each end; in a step's box a row for each answer and for silence; at the
// right a lane for each box that something leads to, from the rows to it. No
// two boxes or labels overlap, nor do two lanes run on top of each other; where
// lines cross without a dot, they do not meet.
type Drawing struct {
	Width, Height float64
	Title, Desc   string
	Boxes         []DrawnBox
	Labels        []DrawnLabel
	Lines         []DrawnLine
}

// DrawnBox is the box of a step or an end.
type DrawnBox struct {
	X, Y, W, H float64
	End        bool
	Rules      []float64 // the heights at which its rows begin
}

// DrawnLabel is a line of words in its room; nothing else is drawn there.
type DrawnLabel struct {
	X, Y, W, H float64 // its room; the words stand on Base
	Base, Size float64
	Text       string
	Class      string // step, soft, row, silent, next
	Right      bool   // the words end at the right of their room
}

// DrawnLine is a line at the right: from a row to the lanes it feeds, down or up
// a lane, or from a lane to the box it leads to.
type DrawnLine struct {
	X1, Y1, X2, Y2 float64
	Silent         bool
	Arrow          bool      // at its second end
	Dots           []float64 // places along a row's line where it meets a lane
	lane           int       // 0 for a row's line
}

// Measures are the sizes of a drawing.
type Measures struct {
	Width   float64 // more where a procedure has very many lanes
	Text    float64 // size of the letters
	LaneGap float64 // between two lanes
}

// WideDrawing and NarrowDrawing are for a window and for a phone.
var (
	WideDrawing   = Measures{Width: 760, Text: 15, LaneGap: 13}
	NarrowDrawing = Measures{Width: 330, Text: 14, LaneGap: 6}
)

const (
	drawingMargin = 6.0
	boxPad        = 9.0
	boxGap        = 18.0
	entryFirst    = 12.0 // from a box's top to where lines come in
	entryNext     = 24.0 // to where those of silence do
	rowPad        = 6.0
	laneStart     = 8.0 // from the boxes to the first lane
	leastWords    = 8.0 // of a row beside where it leads, in the size of its words
)

// Draw lays a procedure out.
func (e *ProcedureExplained) Draw(w Words, m Measures) *Drawing {
	l := &drafting{e: e, w: w, m: m, d: &Drawing{
		Width: m.Width, Title: w.Text(e.Title),
		Desc: w.Say("procedure.picture.desc", "n", len(e.Steps), "ends", len(e.Ends)) + " " + w.ClausesKnown(e.Known, e.Count),
	}}
	l.count()
	slots := l.slots()
	lanes := laneStart + float64(slots)*m.LaneGap + drawingMargin
	l.right = max(m.Width-lanes, drawingMargin+l.least())
	l.d.Width = l.right + lanes
	l.boxes()
	l.lines()
	return l.d
}

// drafting is a drawing in the making. Everything that a lane can touch has a
// place in one order from top to bottom: of each box where solid lines come in,
// where those of silence do, then its rows.
type drafting struct {
	e     *ProcedureExplained
	w     Words
	m     Measures
	d     *Drawing
	right float64 // edge of the boxes

	lanes []*lane
	laneN map[laneKey]*lane
	place int
	at    map[int]float64 // height of each place
}

type laneKey struct {
	target string
	silent bool
}

// lane is the line down or up to one box, of answers or of silence.
type lane struct {
	key       laneKey
	entry     int   // place
	rows      []int // places
	slot      int
	low, high int
}

// count gives everything its place and finds the lanes.
func (l *drafting) count() {
	l.laneN, l.at = make(map[laneKey]*lane), make(map[int]float64)
	entries := make(map[string]int)
	rows := make(map[laneKey][]int)
	for i := range l.e.Steps {
		s := &l.e.Steps[i]
		entries[s.ID] = l.place
		l.place += 2
		for j := range s.Follows {
			for _, n := range s.Follows[j].Then {
				if !n.Same {
					k := laneKey{n.ID, s.Follows[j].Silence}
					rows[k] = append(rows[k], l.place)
				}
			}
			l.place++
		}
	}
	for _, end := range l.e.Ends {
		entries[end.ID] = l.place
		l.place += 2
	}
	for k, places := range rows {
		entry := entries[k.target]
		if k.silent {
			entry++
		}
		ln := &lane{key: k, entry: entry, rows: places, low: min(entry, slices.Min(places)), high: max(entry, slices.Max(places))}
		l.lanes, l.laneN[k] = append(l.lanes, ln), ln
	}
}

// slots gives each lane a column, the shortest next to the boxes, so that lanes
// of one column never touch; it says how many columns there are.
func (l *drafting) slots() int {
	slices.SortFunc(l.lanes, func(a, b *lane) int {
		return cmp.Or(cmp.Compare(a.high-a.low, b.high-b.low), cmp.Compare(a.low, b.low), cmp.Compare(a.entry, b.entry))
	})
	var columns [][]*lane
	for _, ln := range l.lanes {
		free := slices.IndexFunc(columns, func(c []*lane) bool {
			return !slices.ContainsFunc(c, func(o *lane) bool { return ln.low <= o.high && o.low <= ln.high })
		})
		if free < 0 {
			free = len(columns)
			columns = append(columns, nil)
		}
		ln.slot = free
		columns[free] = append(columns[free], ln)
	}
	return len(columns)
}

// least is the width that a box needs for where its rows lead, and a few words
// beside it. Where lanes leave less, the drawing is wider than was asked.
func (l *drafting) least() float64 {
	widest := 0.0
	for i := range l.e.Steps {
		for j := range l.e.Steps[i].Follows {
			widest = max(widest, textWidth(leads(&l.e.Steps[i].Follows[j]), l.m.Text-1))
		}
	}
	return widest + 4*boxPad + leastWords*l.m.Text
}

// boxes draws all boxes downward, with their words.
func (l *drafting) boxes() {
	y, place := drawingMargin, 0
	for i := range l.e.Steps {
		s := &l.e.Steps[i]
		box := DrawnBox{X: drawingMargin, Y: y, W: l.right - drawingMargin}
		l.entries(&place, y)
		y = l.head(s, y+boxPad)
		y = max(y, box.Y+entryNext+boxPad)
		for j := range s.Follows {
			box.Rules = append(box.Rules, y)
			y = l.row(&s.Follows[j], y, place)
			place++
		}
		box.H = y - box.Y
		l.d.Boxes = append(l.d.Boxes, box)
		y += boxGap
	}
	for _, end := range l.e.Ends {
		box := DrawnBox{X: drawingMargin, Y: y, W: l.right - drawingMargin, End: true}
		l.entries(&place, y)
		y = l.words(end.Letter+"  "+l.w.Text(end.Title), "step", l.m.Text, y+boxPad, boxPad)
		y = l.words(l.w.HandsOn(end.HandsOn), "soft", l.m.Text-1, y, boxPad)
		y = max(y+boxPad, box.Y+entryNext+boxPad)
		box.H = y - box.Y
		l.d.Boxes = append(l.d.Boxes, box)
		y += boxGap / 2
	}
	l.d.Height = y + drawingMargin
}

func (l *drafting) entries(place *int, y float64) {
	l.at[*place], l.at[*place+1] = y+entryFirst, y+entryNext
	*place += 2
}

// head writes a step's number and title, who acts toward whom, and the time.
func (l *drafting) head(s *ProcedureStep, y float64) float64 {
	small := l.m.Text - 1
	y = l.words(strconv.Itoa(s.N)+"  "+l.w.Text(s.Title), "step", l.m.Text, y, boxPad)
	y = l.words(l.w.Duty(s), "soft", small, y, boxPad)
	y = l.words(l.w.StepTime(s), "soft", small, y, boxPad)
	y = l.words(l.w.Say("procedure.clause.short", "knowledge", l.w.Say("knowledge."+string(s.Clause.Knowledge))), "soft", small, y, boxPad)
	if b := s.Benchmark; b != nil {
		y = l.words(l.w.Say("procedure.benchmark.short", "period", l.w.Period(b.Within, b.Working), "knowledge", l.w.Say("knowledge."+string(b.Clause.Knowledge))), "soft", small, y, boxPad)
	}
	if e := s.Extension; e != nil {
		y = l.words(l.w.Say("procedure.extension.short", "limit", l.w.ExtensionLimit(e.AtMost, e.Working, e.Times), "knowledge", l.w.Say("knowledge."+string(e.Clause.Knowledge))), "soft", small, y, boxPad)
	}
	return y + rowPad
}

// row writes an answer, and at its right where it leads.
func (l *drafting) row(f *ProcedureFollows, y float64, place int) float64 {
	class, size := "row", l.m.Text-1
	if f.Silence {
		class = "silent"
	}
	next := leads(f)
	room := textWidth(next, size) + boxPad
	top := y + rowPad
	line := size * lineOf
	l.d.Labels = append(l.d.Labels, DrawnLabel{
		X: l.right - boxPad - room, Y: top, W: room, H: line, Base: top + size, Size: size, Text: next, Class: "next", Right: true,
	})
	l.at[place] = top + line/2
	return l.words(l.w.Answered(f), class, size, top, boxPad+room+4) + rowPad
}

// leads is where a row leads, in the shortest form: the numbers of steps and the
// letters of ends. A step that stays open points at itself.
func leads(f *ProcedureFollows) string {
	var list []string
	for _, n := range f.Then {
		switch {
		case n.Same:
			list = append(list, "↺")
		case n.Step > 0:
			list = append(list, strconv.Itoa(n.Step))
		default:
			list = append(list, n.End)
		}
	}
	return "→ " + strings.Join(list, ", ")
}

const lineOf = 1.4

// words writes text in as many lines as it needs; keep is the room to leave free
// at the right of the box.
func (l *drafting) words(s, class string, size, y, keep float64) float64 {
	if s == "" {
		return y
	}
	x := drawingMargin + boxPad
	room := l.right - keep - x
	for _, line := range broken(s, size, room) {
		l.d.Labels = append(l.d.Labels, DrawnLabel{X: x, Y: y, W: room, H: size * lineOf, Base: y + size, Size: size, Text: line, Class: class})
		y += size * lineOf
	}
	return y
}

// lines draws the lanes, and what leads to and from them.
func (l *drafting) lines() {
	rows := make(map[int]*DrawnLine)
	for i, ln := range l.lanes {
		x := l.right + laneStart + (float64(ln.slot)+0.5)*l.m.LaneGap
		entry := l.at[ln.entry]
		for _, place := range ln.rows {
			row := rows[place]
			if row == nil {
				row = &DrawnLine{X1: l.right, Y1: l.at[place], X2: x, Y2: l.at[place], Silent: ln.key.silent}
				rows[place] = row
			}
			row.X2 = max(row.X2, x)
			row.Dots = append(row.Dots, x)
		}
		l.d.Lines = append(l.d.Lines,
			DrawnLine{X1: x, Y1: l.at[ln.low], X2: x, Y2: l.at[ln.high], Silent: ln.key.silent, lane: i + 1},
			DrawnLine{X1: x, Y1: entry, X2: l.right, Y2: entry, Silent: ln.key.silent, Arrow: true, lane: i + 1})
	}
	for place := range l.place {
		if row := rows[place]; row != nil {
			slices.Sort(row.Dots)
			l.d.Lines = append(l.d.Lines, *row)
		}
	}
}

// broken is text in lines that fit a width; a word that is too long for a line
// is cut.
func broken(s string, size, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		for textWidth(word, size) > width && len([]rune(word)) > 1 {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			n := fits(word, size, width)
			lines, word = append(lines, string([]rune(word)[:n])), string([]rune(word)[n:])
		}
		switch {
		case line == "":
			line = word
		case textWidth(line+" "+word, size) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// fits is how many letters of a word fit a width, at least one.
func fits(word string, size, width float64) int {
	runes := []rune(word)
	n := 1
	for n < len(runes) && textWidth(string(runes[:n+1]), size) <= width {
		n++
	}
	return n
}

// textWidth is at least the width of text in any common sans-serif: the letters
// of a wide one (DejaVu Sans), in bold.
func textWidth(s string, size float64) float64 {
	width := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijlI.,;:’'|!()[] ", r):
			width += 0.42
		case strings.ContainsRune("frt-“”/", r):
			width += 0.48
		case strings.ContainsRune("mwMW→↺", r):
			width += 1.06
		case r >= 'A' && r <= 'Z' || r > 0x2000:
			width += 0.84
		default:
			width += 0.7
		}
	}
	return width * size
}
