package sheet

import (
	"fmt"
	"io"
	"strings"

	"temwen/casework"
)

// Template writes a filled example, which Read reads.
func Template(w io.Writer) error {
	names, examples := make([]string, len(Columns)), make([]string, len(Columns))
	for i, c := range Columns {
		names[i], examples[i] = c.Name, c.Example
	}
	_, err := fmt.Fprintf(w, "%s\n%s\n", strings.Join(names, ";"), strings.Join(examples, ";"))
	return err
}

// Explain writes what each column holds, and the codes that it may.
func Explain(out io.Writer, w *World) error {
	var b strings.Builder
	terms := casework.CurrentTerms()
	var versions []string
	for _, t := range casework.OwnTerms() {
		versions = append(versions, t.Version)
	}
	allowed := map[string][][2]string{
		"department": {{"departments", list(w.Departments)}}, "acts": {{"acts", list(terms.Codes("acts"))}},
		"harm":          {{"harm", list(terms.Codes("harms"))}, {"sex", list(casework.Sexes)}, {"age", list(casework.Ages)}},
		"circumstances": {{"circumstances", list(terms.Codes("circumstances"))}}, "terms": {{"versions", list(versions)}},
		"actors":  {{"confidence", list(casework.Confidences)}, {"share", list(casework.Shares)}, {"actors", list(w.Actors)}},
		"mission": {{"missions", list(w.Missions)}}, "remedies": {{"remedies", list(casework.RemedyKinds)}},
		"answers":    {{"standards of proof", list(standards())}},
		"departures": {{"how", list(casework.DepartureWays)}, {"who says so", list(casework.DepartureSources)}},
	}
	for _, c := range Columns {
		fmt.Fprintf(&b, "# %s%s: %s\n", c.Name, map[bool]string{true: " (needed)"}[c.Needed], c.Holds)
		for _, codes := range allowed[c.Name] {
			fmt.Fprintf(&b, "#   %s: %s\n", codes[0], codes[1])
		}
	}
	for _, m := range w.Missions {
		for _, p := range w.Procedures[m] {
			fmt.Fprintf(&b, "# %s, procedure %s:\n", m, p.ID)
			for i := range p.Steps {
				var answers []string
				for k := range p.Steps[i].Answers {
					answers = append(answers, p.Steps[i].Answers[k].ID)
				}
				fmt.Fprintf(&b, "#   step %s; answers: %s\n", p.Steps[i].ID, list(answers))
			}
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// standards are the standards of proof as codes.
func standards() (codes []string) {
	for _, s := range casework.Standards {
		codes = append(codes, string(s))
	}
	return codes
}

func list(codes []string) string { return strings.Join(codes, ", ") }
