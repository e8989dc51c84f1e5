package publish

import (
	"fmt"
	"io"
	"strings"
)

// Markdown prints the sheet as Markdown with pipe tables.
func (s *Sheet) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", markdown(s.Title))
	for _, l := range s.Lead {
		fmt.Fprintf(&b, "\n%s\n", markdown(l))
	}
	for i := range s.Sections {
		sec := &s.Sections[i]
		if sec.Heading != "" {
			fmt.Fprintf(&b, "\n## %s\n", markdown(sec.Heading))
		}
		for _, l := range sec.Lines {
			fmt.Fprintf(&b, "\n%s\n", markdown(l))
		}
		if len(sec.Table.Rows) > 0 {
			b.WriteByte('\n')
			sec.Table.markdown(&b)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Table) markdown(b *strings.Builder) {
	head := t.Head
	if len(head) == 0 {
		head = make([]string, len(t.Rows[0]))
	}
	row := func(cells []string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	rule := make([]string, len(head))
	cells := make([]string, len(head))
	for i := range head {
		rule[i], cells[i] = "---", markdown(head[i])
	}
	row(cells)
	row(rule)
	for _, r := range t.Rows {
		cells = cells[:0]
		for _, c := range r {
			cells = append(cells, markdown(c.Text))
		}
		row(cells)
	}
}

var escaper = strings.NewReplacer(
	"\\", "\\\\", "|", "\\|", "\n", " ", "*", "\\*", "_", "\\_", "<", "&lt;", "`", "\\`", "#", "\\#",
)

// markdown escapes what would be read as markup.
func markdown(s string) string { return escaper.Replace(s) }
