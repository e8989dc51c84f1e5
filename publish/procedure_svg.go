package publish

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
)

// SVG is the drawing as an element of a page, without colours: these come from
// the page's style sheet, by class. id tells it from others on the page.
func (d *Drawing) SVG(id string) string {
	var b bytes.Buffer
	d.write(&b, id, "")
	return b.String()
}

// File is the drawing as a file of its own, light or dark as its reader's system
// is.
func (d *Drawing) File() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	d.write(&b, "procedure", drawingStyle)
	b.WriteByte('\n')
	return b.Bytes()
}

// drawingStyle has the colours of the pages (docs/design.md).
const drawingStyle = `<style>
svg{--paper:#fbfaf6;--sheet:#fff;--wash:#f1ede2;--ink:#1d1c19;--soft:#5c5850;--edge:#8a8578;--silent:#6b2a78;background:var(--paper);font-family:system-ui,sans-serif}
@media (prefers-color-scheme:dark){svg{--paper:#14161a;--sheet:#1b1e23;--wash:#22262c;--ink:#ece8df;--soft:#aaa598;--edge:#858b95;--silent:#dcaae8}}
rect{fill:var(--sheet);stroke:var(--edge)}rect.end{fill:var(--wash)}
text{fill:var(--ink)}text.step{font-weight:bold}text.soft{fill:var(--soft)}text.silent{fill:var(--silent)}
path{fill:none;stroke:var(--soft);stroke-width:1.4}path.rule{stroke:var(--edge);stroke-width:.6}path.silent{stroke:var(--silent);stroke-dasharray:4 3}
path.tip,circle{fill:var(--soft);stroke:none}path.tip.silent,circle.silent{fill:var(--silent)}
</style>`

func (d *Drawing) write(b *bytes.Buffer, id, style string) {
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %s-d">`, number(d.Width), number(d.Height), id, id)
	fmt.Fprintf(b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>%s`, id, escaped(d.Title), id, escaped(d.Desc), style)
	for _, box := range d.Boxes {
		box.write(b)
	}
	for i := range d.Lines {
		d.Lines[i].write(b)
	}
	for _, l := range d.Labels {
		l.write(b)
	}
	b.WriteString("</svg>")
}

func (box *DrawnBox) write(b *bytes.Buffer) {
	class, round := "box", 3
	if box.End {
		class, round = "box end", 12
	}
	fmt.Fprintf(b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="%d"/>`, class, number(box.X), number(box.Y), number(box.W), number(box.H), round)
	for _, y := range box.Rules {
		fmt.Fprintf(b, `<path class="rule" d="M%s %sh%s"/>`, number(box.X), number(y), number(box.W))
	}
}

func (l *DrawnLine) write(b *bytes.Buffer) {
	class := "line"
	if l.Silent {
		class = "line silent"
	}
	fmt.Fprintf(b, `<path class="%s" d="M%s %sL%s %s"/>`, class, number(l.X1), number(l.Y1), number(l.X2), number(l.Y2))
	if l.Silent {
		class = "silent"
	} else {
		class = ""
	}
	if l.Arrow {
		fmt.Fprintf(b, `<path class="tip %s" d="M%s %sl7 -3.5v7z"/>`, class, number(l.X2), number(l.Y2))
	}
	for _, x := range l.Dots {
		fmt.Fprintf(b, `<circle class="%s" cx="%s" cy="%s" r="2.2"/>`, class, number(x), number(l.Y1))
	}
}

func (l *DrawnLabel) write(b *bytes.Buffer) {
	x, anchor := l.X, ""
	if l.Right {
		x, anchor = l.X+l.W, ` text-anchor="end"`
	}
	fmt.Fprintf(b, `<text class="%s" x="%s" y="%s" font-size="%s"%s>%s</text>`, l.Class, number(x), number(l.Base), number(l.Size), anchor, escaped(l.Text))
}

func number(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }

func escaped(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a buffer takes everything
	}
	return b.String()
}
