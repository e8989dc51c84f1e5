package dossier

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong in a file of a dossier, or, as a warning,
// one thing that could be better: where it is, what it is, and what to do.
type Problem struct {
	File   string `json:"file,omitempty"`   // as given to Load; empty: the whole dossier
	Line   int    `json:"line,omitempty"`   // counted from 1; 0: the whole file
	Column int    `json:"column,omitempty"` // counted from 1, in characters
	What   string `json:"what"`
	Do     string `json:"do,omitempty"`
}

// String is one line: file:line:column: what is wrong; what to do.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", p.Line, max(p.Column, 1))
		}
		b.WriteString(": ")
	}
	b.WriteString(p.What)
	if p.Do != "" {
		b.WriteString("; ")
		b.WriteString(p.Do)
	}
	// A message is one line, whatever a file holds.
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, b.String())
}

// Problems are everything that is wrong with a dossier, sorted by file, line
// and column. It is the error of Load.
type Problems []Problem

// MaxPrinted is how many problems Problems.Error prints: nobody reads more
// before they have corrected the first.
const MaxPrinted = 100

// Error prints one problem a line, at most MaxPrinted, and how many more there
// are.
func (p Problems) Error() string {
	var b strings.Builder
	for i, problem := range p {
		if i == MaxPrinted {
			fmt.Fprintf(&b, "\nand %d more", len(p)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(problem.String())
	}
	return b.String()
}

// sorted sorts p and leaves out what was said twice of one place.
func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.What, b.What))
	})
	return slices.CompactFunc(p, func(a, b Problem) bool {
		return a.File == b.File && a.Line == b.Line && a.Column == b.Column && a.What == b.What
	})
}
