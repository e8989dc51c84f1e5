package desk

import "temwen/casework"

// besideRow is another case about the same incident.
type besideRow struct {
	caseRow
	Track  string
	Shares bool // it takes one of the same allegations
}

// beside are the other cases about the same incidents as one, of those that the officer
// may see.
func (w *work) beside(id string) (rows []besideRow, err error) {
	list, err := w.cases.Beside(w.Context(), id)
	for _, b := range list {
		if w.sees(b.Case.Officer, b.Case.Walled) {
			rows = append(rows, besideRow{w.caseRow(b.Case), w.track(b.Case), b.Shares})
		}
	}
	return rows, err
}

// track names the track that a case goes through.
func (w *work) track(c *casework.Case) string {
	return w.words.Say("procedure.track." + string(c.Procedure.Track))
}

// caseLink leads to a case.
type caseLink struct {
	ID     string
	Number int
	Track  string
}

// taking are the cases that take an allegation, of those that the officer may see, and
// whether there are others.
func (w *work) taking(a casework.Allegation) (links []caseLink, more bool) {
	for _, id := range a.Cases {
		c, err := w.cases.Case(w.Context(), w.officer.ID, id)
		if err != nil || !w.sees(c.Officer, c.Walled) {
			more = true
			continue
		}
		links = append(links, caseLink{c.ID, c.Number, w.track(c)})
	}
	return links, more
}
