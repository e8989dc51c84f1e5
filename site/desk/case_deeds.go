package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/office"
	"temwen/when"
)

// deal does a command on the case of the address, and goes back to its page.
func (w *work) deal(c casework.Command, done, anchor string) error {
	seen, err := w.seen()
	if err != nil {
		return err
	}
	on, err := w.day("on")
	if err != nil {
		return err
	}
	id := w.PathValue("case")
	if err := w.cases.Do(w.Context(), w.officer.ID, id, seen, c, on); err != nil {
		return err
	}
	w.done(done)
	if wall, ok := c.(casework.Wall); ok && wall.Officer == w.officer.ID {
		return w.next(w.href("cases"))
	}
	return w.next(w.href("cases", id) + anchor)
}

// deedActions are what roles are needed for, by the deed of the address.
var deedActions = map[string]office.Action{
	"assign": office.AssignCases, "wall": office.WallOff, "succeed": office.SteerCases, "adopt": office.SteerCases, "add": office.SteerCases,
	"reopen": office.SteerCases, "stop": office.SteerCases, "state": office.SteerCases,
	"remedy": office.RecordRemedies, "left": office.RecordAnswers, "not-left": office.RecordAnswers, "ask-publication": office.AskPublication, "publish": office.Publish,
	"ask-retraction": office.AskPublication, "retract": office.Publish, "drop-publication": office.DropPublication,
	"set-aside": office.SetAside,
	"answer":    office.RecordAnswers, "ask-time": office.RecordAnswers, "letter": office.SendNotices, "extend": office.MoveClocks, "pause": office.MoveClocks, "resume": office.MoveClocks,
}

// deed is the case of the address, for what the address says is done in it.
func (w *work) deed() (*casework.Case, error) {
	action, ok := deedActions[w.PathValue("deed")]
	if !ok {
		return nil, errNoPage
	}
	return w.docket(action)
}

// can are the deeds that the officer may do in a case.
func (w *work) can(c *casework.Case) map[string]bool {
	list := map[string]bool{"askerasure": office.May(w.state, w.officer.ID, office.AskErasure, w.relation(c.Officer, c.Walled))}
	for deed, action := range deedActions {
		list[strings.ReplaceAll(deed, "-", "")] = office.May(w.state, w.officer.ID, action, w.relation(c.Officer, c.Walled))
	}
	list["seeerasures"] = office.May(w.state, w.officer.ID, office.SeeErasures, w.relation(c.Officer, c.Walled))
	list["keep"] = office.May(w.state, w.officer.ID, office.KeepEvidence, w.relation(c.Officer, c.Walled))
	return list
}

// left records that somebody has left the country.
func (w *work) left() error {
	d := casework.Departure{How: w.form.Get("how"), Source: w.form.Get("source")}
	if s := strings.TrimSpace(w.form.Get("when")); s != "" {
		on, err := when.Parse(s)
		if err != nil {
			return &userError{http.StatusBadRequest, "bad-edtf"}
		}
		d.On = on
	}
	return w.deal(casework.RecordDeparture{Departure: d}, "case-left", "#left")
}

// caseDeed does what concerns a whole case.
func (w *work) caseDeed() error {
	f := w.form
	c, err := w.deed()
	if err != nil {
		return err
	}
	switch w.PathValue("deed") {
	case "assign":
		to := f.Get("officer")
		if to != "" && !w.admittedOfficer(to) {
			return &office.Refused{Code: office.CodeUnknown}
		}
		return w.deal(casework.Assign{Officer: to}, "case-assigned", "")
	case "wall":
		if f.Get("sure") != "1" {
			return &userError{http.StatusBadRequest, "wall-not-sure"}
		}
		if !w.admittedOfficer(f.Get("officer")) {
			return &office.Refused{Code: office.CodeUnknown}
		}
		return w.deal(casework.Wall{Officer: f.Get("officer")}, "case-walled", "")
	case "succeed":
		if s := w.successor(c.Mission); s == nil || s.ID != f.Get("mission") {
			return &casework.Refused{Code: casework.CodeMalformed}
		}
		return w.deal(casework.Succeed{Mission: f.Get("mission")}, "case-succeeded", "")
	case "state":
		if a := w.view.Actor(f.Get("state")); a == nil || a.Kind != stateKind {
			return &casework.Refused{Code: casework.CodeMalformed}
		}
		return w.deal(casework.NameState{State: f.Get("state")}, "case-state", "")
	case "adopt":
		return w.deal(casework.Adopt{Procedure: w.view.Procedure(c.Procedure.ID)}, "case-adopted", "")
	case "add":
		allegation, err := w.numbered(casework.OfAllegation, "allegation")
		if err != nil {
			return err
		}
		return w.deal(casework.AddAllegation{Allegation: allegation}, "case-added", "")
	case "remedy":
		return w.deal(casework.RecordRemedy{Remedy: casework.Remedy{Kind: f.Get("kind"), Promise: f.Get("promise") == "1"}}, "case-remedy", "#remedies")
	case "left":
		return w.left()
	case "not-left":
		n, _ := strconv.Atoi(f.Get("n")) // 0 is none
		return w.deal(casework.SetDepartureAside{N: n}, "case-not-left", "")
	case "reopen":
		return w.deal(casework.Reopen{End: f.Get("end")}, "case-reopened", "")
	case "stop":
		return w.deal(casework.Stop{}, "case-stopped", "#ends")
	case "ask-publication":
		return w.askPublication(c)
	case "publish":
		return w.publish()
	case "ask-retraction":
		return w.deal(casework.AskRetraction{Ground: f.Get("ground")}, "case-asked", "#public")
	case "retract":
		return w.decided("case-retracted", func(asked uint64) casework.Command { return casework.Retract{Asked: asked} })
	case "drop-publication":
		return w.decided("case-dropped", func(asked uint64) casework.Command { return casework.WithdrawRequest{Asked: asked} })
	}
	return errNoPage
}

// admittedOfficer reports whether an officer works here.
func (w *work) admittedOfficer(id string) bool {
	o := w.state.Officer(id)
	return o != nil && o.Standing == office.Admitted
}

// stepDeed does what concerns one step.
func (w *work) stepDeed() error {
	if _, err := w.deed(); err != nil {
		return err
	}
	n, err := w.number("step")
	if err != nil {
		return err
	}
	anchor := "#step-" + strconv.Itoa(n)
	switch deed := w.PathValue("deed"); deed {
	case "answer":
		return w.recordAnswer(n, anchor)
	case "ask-time":
		return w.recordAsking(n, anchor)
	case "letter":
		return w.sendLetter(n)
	case "extend", "pause", "resume":
		m := casework.Move{Kind: casework.MoveKind(deed), Ground: w.form.Get("ground")}
		if m.Kind == casework.Extended {
			if m.To, err = w.day("to"); err != nil {
				return err
			}
		}
		return w.deal(casework.MoveClock{Step: n, Move: m}, "case-"+deed, anchor)
	}
	return errNoPage
}

func (w *work) recordAnswer(n int, anchor string) error {
	f := w.form
	a := casework.Answer{
		Answer: f.Get("answer"), How: f.Get("how"), Reasons: f.Get("reasons") == "1",
		Standard: casework.Standard(f.Get("standard")), Investigator: f.Get("investigator"),
	}
	if a.How == casework.ByLink || !slices.Contains(casework.Hows, a.How) {
		return &casework.Refused{Code: casework.CodeMalformed}
	}
	if s := f.Get("notice"); s != "" {
		notice, err := strconv.Atoi(s)
		if err != nil {
			return errBadForm
		}
		a.Notice = notice
	}
	var err error
	if a.Evidence, err = w.letterItem(); err != nil {
		return err
	}
	return w.deal(casework.RecordAnswer{Step: n, Answer: a}, "case-answered", anchor)
}

// recordAsking records that more time was asked for in a letter.
func (w *work) recordAsking(n int, anchor string) error {
	to, err := w.day("to")
	if err != nil {
		return err
	}
	letter, err := w.letterItem()
	if err != nil {
		return err
	}
	return w.deal(casework.AskTime{Step: n, To: to, Ground: w.form.Get("ground"), Evidence: letter}, "case-asked-time", anchor)
}

// setAside says of an answer that it does not count.
func (w *work) setAside() error {
	if _, err := w.docket(office.SetAside); err != nil {
		return err
	}
	n, err := w.number("step")
	if err != nil {
		return err
	}
	answer, err := w.number("answer")
	if err != nil {
		return err
	}
	return w.deal(casework.SetAside{Step: n, Answer: answer, Ground: w.form.Get("ground"), Note: w.form.Get("note")}, "case-aside", "#step-"+strconv.Itoa(n))
}

// takeBack says of an extension that it does not count.
func (w *work) takeBack() error {
	if _, err := w.docket(office.MoveClocks); err != nil {
		return err
	}
	n, err := w.number("step")
	if err != nil {
		return err
	}
	move, err := w.number("move")
	if err != nil {
		return err
	}
	return w.deal(casework.TakeBack{Step: n, Move: move, Ground: w.form.Get("ground"), Note: w.form.Get("note")}, "case-back", "#step-"+strconv.Itoa(n))
}

// withdrawNotice takes a notice back.
func (w *work) withdrawNotice() error {
	if _, err := w.docket(office.SendNotices); err != nil {
		return err
	}
	n, err := w.number("step")
	if err != nil {
		return err
	}
	notice, err := w.number("notice")
	if err != nil {
		return err
	}
	return w.deal(casework.WithdrawNotice{Step: n, Notice: notice}, "notice-withdrawn", "#step-"+strconv.Itoa(n))
}
