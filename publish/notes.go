package publish

import (
	"fmt"
	"strings"

	"temwen/dossier"
	"temwen/locale"
)

// notes numbers the sources of a sheet in the order in which its lines name
// them.
type notes struct {
	view   *View
	number map[string]int
	order  []string
}

func (v *View) notes() *notes { return &notes{view: v, number: make(map[string]int)} }

// mark is the cell that refers to sources: "[1, 4]".
func (n *notes) mark(sources ...[]string) Cell {
	var marks []string
	seen := make(map[string]bool)
	for _, list := range sources {
		for _, id := range list {
			if n.number[id] == 0 {
				n.order = append(n.order, id)
				n.number[id] = len(n.order)
			}
			if !seen[id] {
				seen[id] = true
				marks = append(marks, fmt.Sprint(n.number[id]))
			}
		}
	}
	if len(marks) == 0 {
		return Cell{}
	}
	return text("[" + strings.Join(marks, ",") + "]")
}

// list ends a sheet with the sources that it refers to, if any.
func (n *notes) list(sheet *Sheet, c *locale.Catalogue) {
	if len(n.order) == 0 {
		return
	}
	s := Section{Heading: c.Say("brief.sources"), Table: Table{Wrap: 1}}
	for i, id := range n.order {
		src := n.view.Source(id)
		if src == nil {
			src = &dossier.Source{Title: id}
		}
		s.Table.Rows = append(s.Table.Rows, []Cell{
			text(fmt.Sprintf("[%d]", i+1)),
			text(fmt.Sprintf("%s %s, %s. %s", ended(src.Title), src.Publisher, c.Date(src.Published), src.Address)),
		})
	}
	sheet.Sections = append(sheet.Sections, s)
}

// ended is a title with a mark at its end.
func ended(title string) string {
	if strings.HasSuffix(title, "?") || strings.HasSuffix(title, "!") || strings.HasSuffix(title, ".") {
		return title
	}
	return title + "."
}
