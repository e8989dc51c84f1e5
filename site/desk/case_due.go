package desk

import (
	"strconv"

	"temwen/casework"
)

// dueCases is what the page of what is due shows of cases.
type dueCases struct {
	Rule         []string // in words; empty where no mission has one
	Due          []dueCase
	IncidentRule []string
	Incidents    []dueIncident
	Asked        []waitingErasure
	// There is more of each than is shown.
	MoreDue, MoreIncidents, MoreAsked bool
}

// dueIncident is an incident that is due, with what an erasure would destroy.
type dueIncident struct {
	ID           string
	Number, Same int
	Public       bool
	Last, On     string
	Would        casework.Erasing
	AskedBy      string
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
		if p := keep.Cases[m.ID]; !p.IsZero() {
			b.Rule = append(b.Rule, w.words.Say("erasure.due.case-rule", "mission", w.mission(m.ID).Words, "period", p))
		}
	}
	due, err := w.cases.Doomed(w.Context(), keep, casework.Query{Limit: mostDue + 1})
	if err != nil {
		return nil, err
	}
	b.MoreDue = len(due) > mostDue
	for _, d := range due[:min(len(due), mostDue)] {
		row := dueCase{ID: d.Case.ID, Number: d.Case.Number, Mission: w.mission(d.Case.Mission), Last: w.words.Day(d.Last), On: w.words.Day(d.On), Would: d.Would}
		if d.Asked != nil {
			row.AskedBy = w.Name(d.Asked.By)
		}
		b.Due = append(b.Due, row)
	}
	if err := w.dueIncidents(b, keep); err != nil {
		return nil, err
	}
	return b, w.askings(b)
}

// dueIncidents adds the incidents that were kept as long as the rule says; none for who
// sees only what is assigned to them.
func (w *work) dueIncidents(b *dueCases, keep casework.Keep) error {
	if !keep.Reported.IsZero() {
		b.IncidentRule = append(b.IncidentRule, w.words.Say("erasure.due.incident-rule", "period", keep.Reported))
	}
	if !keep.Public.IsZero() {
		b.IncidentRule = append(b.IncidentRule, w.words.Say("erasure.due.public-rule", "period", keep.Public))
	}
	due, err := w.cases.DueIncidents(w.Context(), keep, casework.Query{Limit: mostDue + 1})
	if err != nil {
		return err
	}
	b.MoreIncidents = len(due) > mostDue
	for _, d := range due[:min(len(due), mostDue)] {
		row := dueIncident{ID: d.Incident.ID, Number: d.Incident.Number, Same: d.Same, Public: d.Public, Last: w.words.Day(d.Last), On: w.words.Day(d.On)}
		if row.Would, err = w.cases.Erase(w.Context(), w.officer.ID, casework.OfIncident, row.ID, 0, true); err != nil {
			return err
		}
		asked, err := w.asked(casework.OfIncident, row.ID)
		if err != nil {
			return err
		}
		if asked != nil {
			row.AskedBy = asked.By
		}
		b.Incidents = append(b.Incidents, row)
	}
	return nil
}

// askings adds what somebody asks to be erased.
func (w *work) askings(b *dueCases) error {
	list, err := w.cases.Askings(w.Context())
	if err != nil {
		return err
	}
	b.MoreAsked = len(list) > mostDue
	for _, a := range list[:min(len(list), mostDue)] {
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
