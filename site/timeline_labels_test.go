package site

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"temwen/when"
)

// drawnMarks are events at any places with names of any length.
func drawnMarks(t *rapid.T) []timeMark {
	var marks []timeMark
	for i := range rapid.IntRange(0, 60).Draw(t, "events") {
		marks = append(marks, timeMark{
			X:     rapid.Float64Range(0, 1000).Draw(t, "x"),
			Label: strings.Repeat("é", rapid.IntRange(1, 80).Draw(t, "length")),
			Name:  fmt.Sprint(i),
		})
	}
	return marks
}

// reach is where a label's words are.
func reach(m timeMark) (from, to float64) {
	long := float64(len([]rune(m.Label))) * labelWidth
	if m.Anchor == "end" {
		return m.X - long, m.X
	}
	return m.X, m.X + long
}

// Law: every event keeps its mark; a label that is shown is inside the picture,
// covers no other label, and no line from a label to its event.
func TestLabelsDoNotCollide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		marks := drawnMarks(t)
		n := len(marks)
		layLabels(marks, 1000)
		if len(marks) != n {
			t.Fatalf("%d events of %d are left", len(marks), n)
		}
		for i, a := range marks {
			if a.Label == "" {
				continue
			}
			from, to := reach(a)
			if from < 0 || to > 1000 {
				t.Errorf("%+v reaches from %v to %v", a, from, to)
			}
			for j, b := range marks {
				if i == j || b.Label == "" {
					continue
				}
				if f, o := reach(b); a.Y == b.Y && from < o && f < to {
					t.Errorf("%+v covers %+v", a, b)
				}
				if b.Y < a.Y && from < b.X && b.X < to {
					t.Errorf("%+v covers the line of %+v", a, b)
				}
			}
		}
	})
}

// Law: the first event has its label, where it is not too long for the picture.
func TestFirstEventIsNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		marks := drawnMarks(t)
		layLabels(marks, 1000)
		if len(marks) > 0 && marks[0].Label == "" && marks[0].X < 300 {
			t.Errorf("the first of %d events has no name: %+v", len(marks), marks[0])
		}
	})
}

// Law: the order in which labels are laid has every event once.
func TestSpacedHasAll(t *testing.T) {
	for n := range 200 {
		order := spaced(n)
		slices.Sort(order)
		for i := range n {
			if len(order) != n || order[i] != i {
				t.Fatalf("spaced(%d) has %v", n, order)
			}
		}
	}
}

// Law: due days keep their signs; two that stand at one height are apart, as
// long as there are no more than there are heights.
func TestDueDaysStandApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var marks []timeMark
		for range rapid.IntRange(0, dueDepth).Draw(t, "dues") {
			marks = append(marks, timeMark{X: rapid.Float64Range(0, 60).Draw(t, "x")})
		}
		bottom := stackDues(marks)
		for i, a := range marks {
			if a.Y < dueTop || a.Y > bottom {
				t.Errorf("%+v is not between %d and %d", a, dueTop, bottom)
			}
			for _, b := range marks[i+1:] {
				if a.Y == b.Y && b.X-a.X < dueApart {
					t.Errorf("%+v covers %+v", a, b)
				}
			}
		}
	})
}

// Law: in the life of an obligation no words cover others, and all are inside
// the picture.
func TestWordsOfALifeDoNotCollide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &chart{}
		for range rapid.IntRange(1, 40).Draw(t, "marks") {
			c.Marks = append(c.Marks, mark{Lines: make([]string, rapid.IntRange(1, 2).Draw(t, "lines"))})
		}
		y := c.scale(0, 1000)
		days := rapid.SliceOfN(rapid.IntRange(0, 1000), len(c.Marks), len(c.Marks)).Draw(t, "days")
		slices.Sort(days)
		for i := range c.Marks {
			c.Marks[i].Y = y(when.Day(days[i]))
		}
		c.spread()
		above := 0.0
		for i, m := range c.Marks {
			if m.TextY < above-.01 {
				t.Errorf("the words of mark %d stand at %v, those before reach to %v", i, m.TextY, above)
			}
			above = m.TextY + lineHeight*float64(len(m.Lines)) - .01
			if m.TextY < lineHeight/2-lineHeight || above-lineHeight/2 > c.Height {
				t.Errorf("mark %d of %d: its words reach from %v to %v of %v", i, len(c.Marks), m.TextY, above, c.Height)
			}
		}
	})
}
