package desk

import (
	"strconv"

	"temwen/casework"
)

// dueCases is what the page of what is due shows of cases.
type dueCases struct {
	Rule  []string // in words; empty where no mission has one
	Due   []dueCase
	Asked []waitingErasure
}

// dueCase is a case that is due, with what an erasure would destroy.
type dueCase struct {
	ID       string
	Number   int
	Mission  text
	Last, On string
	Would    casework.Erasing
	AskedBy  string
}

// waitingErasure is something that somebody asks to be erased.
type waitingErasure struct {
	Title, Href string
	askedErasure
}

// dueCases are the cases that were kept as long as the rule of their mission says,
// and what waits for a second officer.
func (w *work) dueCases() (*dueCases, error) {
	var keep casework.Keep
	if of := w.desk.options.Casework.Keep; of != nil {
		var err error
		if keep, err = of(w.Context()); err != nil {
			return nil, err
		}
	}
	b := new(dueCases)
	for _, m := range w.view.Missions {
		if p := keep[m.ID]; !p.IsZero() {
			b.Rule = append(b.Rule, w.words.Say("erasure.due.case-rule", "mission", w.mission(m.ID).Words, "period", p))
		}
	}
	due, err := w.cases.Due(w.Context(), keep)
	if err != nil {
		return nil, err
	}
	for _, d := range due[:min(len(due), mostDue)] {
		row := dueCase{ID: d.Case.ID, Number: d.Case.Number, Mission: w.mission(d.Case.Mission), Last: w.words.Day(d.Last), On: w.words.Day(d.On)}
		if row.Would, err = w.cases.Erase(w.Context(), w.officer.ID, casework.OfCase, d.Case.ID, 0, true); err != nil {
			return nil, err
		}
		asked, err := w.asked(casework.OfCase, d.Case.ID)
		if err != nil {
			return nil, err
		}
		if asked != nil {
			row.AskedBy = asked.By
		}
		b.Due = append(b.Due, row)
	}
	return b, w.askings(b)
}

// askings adds what somebody asks to be erased.
func (w *work) askings(b *dueCases) error {
	list, err := w.cases.Askings(w.Context())
	if err != nil {
		return err
	}
	for _, a := range list {
		at, _, err := w.addresses(a.Kind, a.ID)
		if err != nil {
			return err
		}
		would, err := w.cases.Erase(w.Context(), w.officer.ID, a.Kind, a.ID, 0, true)
		if err != nil {
			return err
		}
		asked, err := w.asked(a.Kind, a.ID)
		if err != nil || asked == nil {
			return err
		}
		b.Asked = append(b.Asked, waitingErasure{
			w.words.Say("erasure.title."+string(a.Kind), "number", strconv.Itoa(would.Number)), at + "/erase", *asked,
		})
	}
	return nil
}
