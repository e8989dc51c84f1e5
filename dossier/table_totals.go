package dossier

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// sums checks rows that are the total of others: same mission, metric, actor,
// unit, tense and time, another category.
type sums struct {
	order  []string
	groups map[string]*sum
}

type sum struct {
	of     big.Rat
	rows   int
	totals []totalRow
	blank  int // the line of a row without one number
}

type totalRow struct {
	value big.Rat
	at    cell
}

func (s *sums) add(f *Figure, at cell, total bool) {
	key := strings.Join([]string{f.Mission, f.Metric, f.Actor, f.Milestone, f.SaidBy, f.Unit, string(f.Modality), f.AsOf.String()}, "\x00")
	if s.groups == nil {
		s.groups = map[string]*sum{}
	}
	g := s.groups[key]
	if g == nil {
		g = new(sum)
		s.groups[key] = g
		s.order = append(s.order, key)
	}
	switch value := new(big.Rat); {
	case f.Value == nil:
		g.blank = at.line
	case total:
		g.totals = append(g.totals, totalRow{*value.Add(value, decimal(*f.Value)), at})
	default:
		g.of.Add(&g.of, decimal(*f.Value))
		g.rows++
	}
}

// decimal is x as the shortest decimal that stands for it: 0.1 is a tenth.
func decimal(x float64) *big.Rat {
	d, _ := new(big.Rat).SetString(strconv.FormatFloat(x, 'f', -1, 64))
	return d
}

// digits is x in digits.
func digits(x *big.Rat) string {
	if x.IsInt() {
		return x.Num().String()
	}
	return strings.TrimRight(x.FloatString(10), "0")
}

// check reports every total that its rows do not sum to.
func (s *sums) check(r *tableReader) {
	for _, key := range s.order {
		g := s.groups[key]
		for _, t := range g.totals {
			switch {
			case g.rows == 0:
				r.problem(t.at.line, t.at.column, "the total has no rows to sum", "look whether mission, unit, tense and date are those of its rows")
			case g.blank > 0:
				r.problem(t.at.line, t.at.column, fmt.Sprintf("the total cannot be checked: line %d holds a range", g.blank), "leave `totals` out of the table")
			case t.value.Cmp(&g.of) != 0:
				r.problem(t.at.line, t.at.column, fmt.Sprintf("the total is %s, and its %d rows sum to %s", digits(&t.value), g.rows, digits(&g.of)),
					"correct it; where the source itself is wrong, leave `totals` out, so that both stand on record")
			}
		}
	}
}
