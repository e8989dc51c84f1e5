package desk

import (
	"temwen/casework"
	"temwen/instrument"
	"temwen/locale"
)

// besideRow is another case about the same incident.
type besideRow struct {
	caseRow
	Track  string
	Shares bool // it takes one of the same allegations
	Public bool // something of it is public
}

// beside are the other cases about the same incidents as one, of those that the officer
// may see: those of other tracks, or about other acts; and those that take an act of it
// through its own track.
func (w *work) beside(id string) (rows, doubles []besideRow, err error) {
	list, err := w.cases.Beside(w.Context(), id)
	for _, b := range list {
		row := besideRow{w.caseRow(b.Case), w.track(b.Case), b.Shares, b.Case.Shown != 0}
		switch {
		case !w.sees(b.Case.Officer, b.Case.Walled):
		case b.Doubles:
			doubles = append(doubles, row)
		default:
			rows = append(rows, row)
		}
	}
	return rows, doubles, err
}

// maxDoubled is how many acts that go one track twice the board shows.
const maxDoubled = 50

// doubled are the cases that take one act through one track, act by act, of those that
// the officer may see.
func (w *work) doubled() (groups [][]caseLink, err error) {
	list, err := w.cases.Doubled(w.Context(), maxDoubled)
	for _, group := range list {
		var links []caseLink
		for _, c := range group {
			if w.sees(c.Officer, c.Walled) {
				links = append(links, caseLink{c.ID, c.Number, w.track(c)})
			}
		}
		if len(links) > 0 {
			groups = append(groups, links)
		}
	}
	return groups, err
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

// handingRow is an end that hands on to a track that is not open.
type handingRow struct {
	End, Since string
	Next       text // the procedure
}

func (w *work) handingRow(c *casework.Case, r *casework.Reached) handingRow {
	return handingRow{r.End, w.words.Day(r.On), w.nextTrack(c, r)}
}

// nextTrack names the procedure to which an end hands on.
func (w *work) nextTrack(c *casework.Case, r *casework.Reached) text {
	return w.handsOn(c.Procedure.End(r.End).HandsOn)
}

// handsOn names the procedure in which a case goes on; nothing where it does not.
func (w *work) handsOn(on *instrument.HandOn) text {
	if on == nil {
		return text{}
	}
	if p := w.view.Procedure(on.To); p != nil {
		return w.text(p.Title)
	}
	return w.text(locale.Text{w.lang: on.To})
}

// handed is what a case hands on.
type handed struct {
	left      []string // allegations
	to, state string   // procedure and State
}

// handedFrom reads from the address which case hands on, and at which end; nil where none
// does.
func (w *work) handedFrom(b *openBody) (*handed, error) {
	id := w.URL.Query().Get("from")
	if id == "" {
		return nil, nil
	}
	c, err := w.cases.Case(w.Context(), w.officer.ID, id)
	if err != nil {
		return nil, err
	}
	b.End = w.URL.Query().Get("end")
	for _, r := range c.Handing() {
		if r.End != b.End {
			continue
		}
		hands := c.Procedure.End(r.End).HandsOn
		b.From = &caseLink{c.ID, c.Number, w.track(c)}
		if hands.FromHandOver {
			b.HandedOn = w.words.Day(r.On)
		}
		if b.Mission == "" {
			b.Mission = c.Mission
		}
		return &handed{c.Left(r), hands.To, c.State}, nil
	}
	return nil, &casework.Refused{Code: casework.CodeOver, Case: c.ID}
}

// goesOn are the cases in which allegations go on that were handed on at an end, of those
// that the officer may see, and whether there are others.
func (w *work) goesOn(r *casework.Reached) (links []caseLink, more bool) {
	var ids []string
	for _, o := range r.Goes {
		ids = append(ids, o.Case)
	}
	return w.taking(casework.Allegation{Cases: ids})
}

// partedRow is a case that was handed over, and goes on in others only because incidents
// are held to be the same.
type partedRow struct {
	From      caseLink
	Goes      []caseLink
	Elsewhere bool // in a case that the officer may not see
}

// parts are the hand-overs that a split of an incident would undo.
func (w *work) parts(incident string) (rows []partedRow, err error) {
	list, err := w.cases.Parts(w.Context(), incident)
	for _, p := range list {
		row := partedRow{From: caseLink{p.From.ID, p.From.Number, w.track(p.From)}}
		row.Goes, row.Elsewhere = w.taking(casework.Allegation{Cases: []string{p.To.ID}})
		rows = append(rows, row)
	}
	return rows, err
}

// maxHanding is how many cases whose next track is not open the board shows.
const maxHanding = 100

// handing are the cases that were handed over, and whose next track is not open.
func (w *work) handing() (rows []caseRow, more bool, err error) {
	list, err := w.cases.Handing(w.Context(), casework.Handings{Limit: maxHanding + 1})
	for _, c := range list[:min(len(list), maxHanding)] {
		if w.sees(c.Officer, c.Walled) {
			rows = append(rows, w.caseRow(c))
		}
	}
	return rows, len(list) > maxHanding, err
}
