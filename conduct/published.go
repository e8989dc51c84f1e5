package conduct

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"temwen/when"
)

// Published is one table of one edition as everybody may read it: the public
// part of an event conduct.published, and so of an entry of the ledger.
type Published struct {
	Count string `json:"count"` // of the rules, or Open
	Rules string `json:"rules"` // version
	// Terms is the version of the vocabulary by which types of violation are told
	// apart, in every month: what was published by another stays as it was.
	Terms   string `json:"terms"`
	Edition int    `json:"edition"`
	Tables  int    `json:"tables"` // how many the edition has
	// Counted is how many events of the record were counted.
	Counted uint64 `json:"counted"`
	// Least and Delay are what the mission had set.
	Least int         `json:"least"`
	Delay when.Period `json:"delay,omitzero"`
	Scope Scope       `json:"scope"`
	// Invented says that none of it is about anybody.
	Invented bool `json:"invented,omitempty"`

	Through Month    `json:"through"`
	Months  []Month  `json:"months,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Face
	// Revisions are the cells and totals of months that are not what the edition
	// before showed, and Why is why: also why somebody is not counted any more.
	Revisions []Revision `json:"revisions,omitempty"`
	Why       *Reason    `json:"why,omitempty"`
	// Waits are the steps that wait for somebody: of the table Open alone.
	Waits []Wait `json:"waits,omitempty"`
}

// Revision is a number that an edition shows otherwise than the one before.
type Revision struct {
	Month  Month  `json:"month"`
	Column string `json:"column,omitempty"` // empty: the month's total
	Old    Shown  `json:"old"`
	New    Shown  `json:"new"`
}

// Reason is why numbers were revised: a code, and words for the reader.
type Reason struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// ReasonCodes are the codes of a Reason: two incidents were one or one was two;
// facts were corrected; something was withdrawn; the counting was wrong; incidents were
// classed anew, or a newer vocabulary classes them otherwise.
var ReasonCodes = []string{"merged", "corrected", "withdrawn", "counting", "classed"}

// maxReason is how many bytes the words of a reason may have.
const maxReason = 1000

// Published is what a sheet shows.
func (s *Sheet) published(count string) Published {
	return Published{Count: count, Least: s.Least, Months: s.Months, Columns: s.Columns, Face: s.Face}
}

// grid is where a published table says what.
func (p *Published) row(m Month) int {
	return slices.Index(p.Months, m)
}

// revisions are what a table shows otherwise than the one before.
func revisions(before, p *Published) []Revision {
	var list []Revision
	for i, m := range before.Months {
		r := p.row(m)
		if r < 0 {
			continue // Check refuses it
		}
		for j, c := range p.Columns {
			old := Shown(0)
			if was := slices.Index(before.Columns, c); was >= 0 {
				old = before.Cells[i][was]
			}
			if now := p.Cells[r][j]; now != old {
				list = append(list, Revision{m, c, old, now})
			}
		}
		if old, now := before.Rows[i], p.Rows[r]; old != now {
			list = append(list, Revision{m, "", old, now})
		}
	}
	return list
}

// ParsePublished reads the public part of an event. It is strict: what no
// publication writes is refused.
func ParsePublished(public []byte) (*Published, error) {
	d := json.NewDecoder(strings.NewReader(string(public)))
	d.DisallowUnknownFields()
	p := new(Published)
	if err := d.Decode(p); err != nil {
		return nil, fmt.Errorf("reading a table of conduct: %w", err)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, nil
}

// check finds what is wrong in a table by itself.
func (p *Published) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("the table %q of edition %d for %s: %s", p.Count, p.Edition, p.Scope.Mission, fmt.Sprintf(format, args...))
	}
	rules := RulesOf(p.Rules)
	switch {
	case p.Scope.Mission == "":
		return errors.New("a table of conduct is of no mission")
	case rules == nil:
		return bad("it is counted by the rules %q, which this version of Temwen does not know: read it with a newer one", p.Rules)
	case p.Terms == "":
		return bad("it is classed by no vocabulary")
	case p.Edition < 1 || p.Tables < 1 || p.Least < 2:
		return bad("its edition, its number of tables or its least number is none")
	case p.Count == Open:
		return p.checkOpen(bad)
	case rules.Count(p.Count) == nil:
		return bad("there is no rule for this count")
	case len(p.Waits) > 0:
		return bad("it lists open steps")
	case len(p.Cells) != len(p.Months) || len(p.Rows) != len(p.Months) || len(p.Foot) != len(p.Columns):
		return bad("it has not as many numbers as months and columns")
	case !slices.IsSortedFunc(p.Columns, byColumn) || len(slices.Compact(slices.Clone(p.Columns))) != len(p.Columns):
		return bad("its columns are not in order")
	}
	for i, m := range p.Months {
		if i > 0 && m != p.Months[i-1]+1 || m > p.Through {
			return bad("the month %s is not where it belongs", m)
		}
		if len(p.Cells[i]) != len(p.Columns) {
			return bad("the month %s has not as many numbers as there are columns", m)
		}
		if err := p.sum(p.Rows[i], p.Cells[i]); err != nil {
			return bad("%s: %v", m, err)
		}
	}
	var all []Shown
	for j, c := range p.Columns {
		column := make([]Shown, len(p.Months))
		for i := range p.Months {
			column[i] = p.Cells[i][j]
		}
		if err := p.sum(p.Foot[j], column); err != nil {
			return bad("%s: %v", c, err)
		}
		all = append(all, column...)
	}
	for _, parts := range [][]Shown{all, p.Rows, p.Foot} {
		if err := p.sum(p.All, parts); err != nil {
			return bad("in all: %v", err)
		}
	}
	return nil
}

// sum finds out whether a total can be that of its parts, and whether any of
// them shows what must not be shown.
func (p *Published) sum(total Shown, parts []Shown) error {
	least, most := 0, 0 // that the parts add up to
	for _, s := range parts {
		switch n, shown := s.Number(); {
		case shown && small(n, p.Least):
			return fmt.Errorf("it shows %d, and nothing under %d may be shown", n, p.Least)
		case shown:
			least, most = least+n, most+n
		case s == Few:
			least, most = least+1, most+p.Least-1
		default:
			most += free
		}
	}
	n, shown := total.Number()
	switch {
	case total == Few:
		return errors.New("a total is either shown or withheld")
	case shown && small(n, p.Least):
		return fmt.Errorf("its total is %d, and nothing under %d may be shown", n, p.Least)
	case shown && least == most && n != least:
		return fmt.Errorf("it adds up to %d, and its total is %d", least, n)
	case shown && (n < least || n > most):
		return fmt.Errorf("it adds up to %d at least and %d at most, and its total is %d", least, most, n)
	}
	return nil
}
