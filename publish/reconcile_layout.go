package publish

import (
	"fmt"
	"slices"
	"strings"

	"temwen/dossier"
)

// layout says which column of a file is what.
type layout struct {
	period, cut, category int    // -1: the headings of the counts say it
	measure               string // what is counted
	cuts                  bool   // the file names its cuts
	values                []valueColumn
}

// valueColumn is a column of counts, with what its heading says of them.
type valueColumn struct {
	column                int
	period, cut, category string
}

// The headings by which columns are known, as plainName writes them.
var (
	periodNames   = []string{"period", "periode", "periodo", "peryod", "month", "mois", "mes", "mwa", "date", "dat", "fecha"}
	cutNames      = []string{"cut", "breakdown", "dimension", "ventilation", "desglose", "dekoupaj"}
	categoryNames = []string{"category", "categorie", "categoria", "kategori"}
	countNames    = []string{"count", "counts", "number", "n", "value", "nombre", "cantidad", "numero", "kantite"}
)

// isTotal reports whether a cut or a category is called a total.
func isTotal(name string) bool {
	return slices.Contains([]string{"total", "totals", "totaux", "totales", "grand total", "total general"}, plainName(name))
}

// layOut reads the heading.
func (c *countReader) layOut(heading []string) (*layout, error) {
	if c.checkHeading(heading); len(c.problems) > 0 {
		return nil, c.problems
	}
	l := &layout{}
	for _, want := range []struct {
		at     *int
		field  string
		given  string
		called []string
	}{
		{&l.period, "period", c.format.Period, periodNames},
		{&l.cut, "cut", c.format.Cut, cutNames},
		{&l.category, "category", c.format.Category, categoryNames},
	} {
		var err error
		if *want.at, err = c.column(heading, want.field, want.given, want.called); err != nil {
			return nil, err
		}
	}
	return l, c.counts(l, heading)
}

// checkHeading reports names that stand twice or are too long.
func (c *countReader) checkHeading(heading []string) {
	seen := make(map[string]bool)
	for i, name := range heading {
		if seen[name] && name != "" {
			c.at(i, fmt.Sprintf("two columns are called %q", clipText(name, 60)), "give one another name")
		}
		seen[name] = true
		c.tooLong(i, name)
	}
	if len(heading) > maxColumns {
		c.at(0, fmt.Sprintf("the file has more than %d columns", maxColumns), "give one figure a row: period,cut,category,count")
	}
}

// maxColumns is how many columns a file may have: a period or a category each.
const maxColumns = 5_000

// column finds a column by the name that the format gives, or by the names it
// goes by; -1 where there is none.
func (c *countReader) column(heading []string, field, given string, called []string) (int, error) {
	if given != "" {
		at := slices.Index(heading, c.clean(given))
		if at < 0 {
			return -1, &ColumnError{c.name, field, given, clipHeading(heading)}
		}
		return at, nil
	}
	for _, name := range called {
		if at := slices.IndexFunc(heading, func(h string) bool { return plainName(h) == name }); at >= 0 {
			return at, nil
		}
	}
	return -1, nil
}

// counts finds the columns of counts.
func (c *countReader) counts(l *layout, heading []string) error {
	l.cuts = l.cut >= 0
	switch {
	case l.period < 0:
		return c.periodsAcross(l, heading)
	case l.category < 0:
		return c.categoriesAcross(l, heading)
	}
	at, err := c.column(heading, "count", c.format.Count, nil)
	if err != nil {
		return err
	}
	if at < 0 {
		at = c.onlyCounts(l, heading)
	}
	if at < 0 {
		return c.headingProblem(heading, "it is not clear which column holds the counts", "name it: --count COLUMN")
	}
	l.measure = heading[at]
	v := valueColumn{column: at}
	if l.cut < 0 {
		v.cut = heading[l.category]
	}
	l.values = []valueColumn{v}
	return nil
}

// onlyCounts is the one column that is left, or the one left that is called
// count; -1 where that is none or several.
func (c *countReader) onlyCounts(l *layout, heading []string) int {
	left := otherColumns(l, heading)
	if len(left) == 1 {
		return left[0]
	}
	left = slices.DeleteFunc(left, func(i int) bool { return !slices.Contains(countNames, plainName(heading[i])) })
	if len(left) == 1 {
		return left[0]
	}
	return -1
}

// otherColumns are the named columns that are neither period nor cut nor category.
func otherColumns(l *layout, heading []string) (left []int) {
	for i, name := range heading {
		if i != l.period && i != l.cut && i != l.category && name != "" {
			left = append(left, i)
		}
	}
	return left
}

// periodsAcross reads a heading of which each column of counts is a period.
func (c *countReader) periodsAcross(l *layout, heading []string) error {
	for _, i := range otherColumns(l, heading) {
		switch {
		case c.knows(heading[i]):
			v := valueColumn{column: i, period: heading[i]}
			if l.cut < 0 && l.category >= 0 {
				v.cut = heading[l.category]
			}
			l.values = append(l.values, v)
		case heading[i][0] >= '0' && heading[i][0] <= '9':
			c.at(i, c.spans[heading[i]], "")
		}
	}
	switch {
	case len(c.problems) > 0:
		return c.problems
	case len(l.values) == 0:
		return c.headingProblem(heading, "no column is called period, and no heading is a period", "name it: --period COLUMN")
	case l.category < 0:
		return c.headingProblem(heading, "no column is called category", "name it: --category COLUMN")
	}
	return nil
}

// categoriesAcross reads a heading of which each column of counts is a
// category, written as cut/category where the file has no column for the cut.
// One column alone is a total.
func (c *countReader) categoriesAcross(l *layout, heading []string) error {
	columns := otherColumns(l, heading)
	for _, i := range columns {
		v := valueColumn{column: i, cut: "category", category: heading[i]}
		cut, category, ok := strings.Cut(heading[i], "/")
		switch {
		case l.cut >= 0:
		case ok:
			v.cut, v.category = c.clean(cut), c.clean(category)
			l.cuts = true
		case len(columns) == 1 || isTotal(v.category):
			v.cut = totalName
		}
		if v.cut == "" || v.category == "" {
			return c.headingProblem(heading, fmt.Sprintf("the heading %q names no cut or no category", clipText(heading[i], 60)), "write cut/category")
		}
		l.values = append(l.values, v)
	}
	if len(l.values) == 0 {
		return c.headingProblem(heading, "there is no column of counts", "add one: period,cut,category,count")
	}
	return nil
}

func (c *countReader) headingProblem(heading []string, what, do string) error {
	what += "; the columns are " + strings.Join(clipHeading(heading), ", ")
	return dossier.Problems{{File: c.name, Line: 1, Column: 1, What: what, Do: do}}
}

// clipHeading is a heading fit for a message.
func clipHeading(heading []string) []string {
	var list []string
	for i, name := range heading {
		if i == 20 {
			return append(list, "…")
		}
		list = append(list, clipText(name, 60))
	}
	return list
}
