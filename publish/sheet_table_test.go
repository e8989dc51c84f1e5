package publish

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"temwen/clock"
)

// printed is a table of one section as text.
func printed(t testing.TB, table Table, style TextStyle) string {
	t.Helper()
	var b strings.Builder
	sheet := Sheet{Title: "Title", Sections: []Section{{Table: table}}}
	if err := sheet.Text(&b, style); err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(b.String(), "\n\n")
	return text
}

func row(cells ...string) []Cell {
	list := make([]Cell, len(cells))
	for i, c := range cells {
		list[i] = text(c)
	}
	return list
}

func TestTableLayout(t *testing.T) {
	review := row("contested", "Review of the authorisation after nine months", "UN Security Council and Participating States", "due on 2 July 2024; in 6 days", "[1,2,3,4]")
	for name, c := range map[string]struct {
		table Table
		width int
		want  string
	}{
		"what fits is not touched": {
			Table{Wrap: 1, Head: []string{"Status", "What"}, Rows: [][]Cell{row("due", "Review after nine months"), row("running", "Report")}}, 60, `
  Status   What
  ------   ----
  due      Review after nine months
  running  Report
`,
		},
		"the words keep twice the room of who and when, and no word is cut": {
			Table{Wrap: 1, Rows: [][]Cell{review}}, 80, `
  contested  Review of the             UN Security    due on 2 July  [1,2,3,4]
             authorisation after nine  Council and    2024; in 6
             months                    Participating  days
                                       States
`,
		},
		"with more room they take it": {
			Table{Wrap: 1, Rows: [][]Cell{review}}, 120, `
  contested  Review of the authorisation after nine months  UN Security Council and  due on 2 July 2024; in 6  [1,2,3,4]
                                                            Participating States     days
`,
		},
		"a long ID is cut after a mark": {
			Table{Wrap: 0, Rows: [][]Cell{row("Rules of engagement\nmss/joint-rules-of-engagement-with-haiti", "Kenya")}}, 34, `
  Rules of engagement    Kenya
  mss/joint-rules-of-
  engagement-with-haiti
`,
		},
		"an address stands whole at the end of a line": {
			Table{Wrap: 1, Rows: [][]Cell{row("[1]", "A report. A newspaper. https://example.org/2024/06/26/a-report-with-a-long-name.html")}}, 40, `
  [1]  A report. A newspaper.
       https://example.org/2024/06/26/a-report-with-a-long-name.html
`,
		},
		"rows of several languages are aligned by letters": {
			Table{Wrap: 1, Rows: [][]Cell{row("échu", "Élections"), row("en retard", "Désarmement")}}, 60, `
  échu       Élections
  en retard  Désarmement
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := "\n" + printed(t, c.table, TextStyle{Width: c.width}); got != c.want {
				t.Errorf("got%s\nwant%s", got, c.want)
			}
		})
	}
}

func TestColourMarksTheWordAlone(t *testing.T) {
	table := Table{Rows: [][]Cell{{{Text: "due", Status: clock.Due}, text("Review")}, row("overdue", "Report")}}
	if got := printed(t, table, TextStyle{Colour: true}); !strings.HasPrefix(got, "  \x1b[33mdue\x1b[0m      Review\n") {
		t.Errorf("got %q", got)
	}
	if got := printed(t, table, TextStyle{}); strings.Contains(got, "\x1b") {
		t.Errorf("without colour there is an escape: %q", got)
	}
}

// TestTableLosesNothing: whatever the table and the width, every word is on
// paper in its order, and no line is too wide but for a word of the last column.
func TestTableLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 6).Draw(t, "columns")
		table := Table{Wrap: rapid.IntRange(0, columns-1).Draw(t, "wrap")}
		width := rapid.IntRange(6*columns+1, 160).Draw(t, "width")
		cell := rapid.StringMatching(`([a-zé/-]{1,14}[ \n]?){0,12}`)
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			var cells []string
			for range columns {
				cells = append(cells, cell.Draw(t, "cell"))
			}
			table.Rows = append(table.Rows, row(cells...))
		}
		widths := table.widths(width)
		for i, w := range widths {
			for _, r := range table.Rows {
				last := i == columns-1
				lines := wrap(r[i].Text, w, last)
				if got, want := strings.Join(lines, ""), strings.Join(strings.Fields(r[i].Text), ""); strings.ReplaceAll(got, " ", "") != want {
					t.Fatalf("column %d of %d: %q became %q", i, w, r[i].Text, lines)
				}
				for _, l := range lines {
					if n := utf8.RuneCountInString(l); n > max(w, 4) && (!last || strings.Contains(l, " ")) {
						t.Fatalf("column %d of %d has the line %q", i, w, l)
					}
				}
			}
		}
		if total := sum(widths) + len(gap)*columns; total > width && slices.Max(widths) > 4 {
			t.Fatalf("the columns %v take %d of %d", widths, total, width)
		}
	})
}

func BenchmarkTable(b *testing.B) {
	table := Table{Wrap: 1}
	for i := range 500 {
		table.Rows = append(table.Rows, row("contested", fmt.Sprintf("Review %d of the authorisation after nine months", i),
			"UN Security Council and Participating States", "due on 2 July 2024; in 6 days", "[1,2,3,4]"))
	}
	sheet := Sheet{Sections: []Section{{Table: table}}}
	for b.Loop() {
		if err := sheet.Text(io.Discard, TextStyle{}); err != nil {
			b.Fatal(err)
		}
	}
}
