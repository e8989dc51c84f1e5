package desk

import (
	"net/http"
	"strconv"

	"temwen/intake"
	"temwen/office"
	"temwen/when"
)

// letter is a reply as a script says it.
type letter struct {
	Epoch  int
	Copy   binary
	Person map[string]binary
}

// sealed reads a letter, or nil.
func (l *letter) sealed() *intake.Letter {
	if l == nil {
		return nil
	}
	s := &intake.Letter{Epoch: l.Epoch, Copy: l.Copy, Person: make(map[string][]byte)}
	for id, envelope := range l.Person {
		s.Person[id] = envelope
	}
	return s
}

// reply sends a letter to the person.
func (d *Desk) reply(v *visit) error {
	var said struct{ Letter letter }
	if err := v.read(&said); err != nil {
		return err
	}
	if err := v.deal(intake.SendReply{Thread: v.PathValue("thread"), Letter: *said.Letter.sealed()}); err != nil {
		return err
	}
	v.done("replied")
	return v.back()
}

// paper is a note as a script says it.
type paper struct {
	Epoch    int
	Envelope binary
}

// note keeps a note.
func (d *Desk) note(v *visit) error {
	var said paper
	if err := v.read(&said); err != nil {
		return err
	}
	if err := v.deal(intake.WriteNote{Thread: v.PathValue("thread"), Epoch: said.Epoch, Envelope: said.Envelope}); err != nil {
		return err
	}
	v.done("noted")
	return v.back()
}

// back leads to the thread's page.
func (v *visit) back() error { return v.next(v.href("threads", v.PathValue("thread"))) }

// stage moves a thread on: by a plain form, or by a script with a letter that
// tells the person, and a note.
func (d *Desk) stage(v *visit) error {
	c := intake.SetStage{Thread: v.PathValue("thread")}
	if v.scripted() {
		var said struct {
			Seen         uint64
			Stage, Since string
			Foreign      bool
			Letter       *letter
			Note         *paper
		}
		if err := v.read(&said); err != nil {
			return err
		}
		c.Seen, c.Stage, c.Since, c.Foreign, c.Letter = said.Seen, intake.Stage(said.Stage), said.Since, said.Foreign, said.Letter.sealed()
		if said.Note != nil {
			c.Note = &intake.WriteNote{Thread: c.Thread, Epoch: said.Note.Epoch, Envelope: said.Note.Envelope}
		}
	} else {
		seen, err := v.seen()
		if err != nil {
			return err
		}
		c.Seen, c.Stage, c.Since, c.Foreign = seen, intake.Stage(v.form.Get("stage")), v.form.Get("since"), v.form.Get("foreign") == "1"
	}
	if err := checkStage(&c); err != nil {
		return err
	}
	if err := v.deal(c); err != nil {
		return err
	}
	v.done("moved")
	return v.back()
}

// checkStage holds that the stage is one that officers set, with a day only where it
// needs one.
func checkStage(c *intake.SetStage) error {
	if c.Stage != intake.Waiting {
		c.Since = ""
	}
	if c.Since != "" {
		if day, err := when.ParseDay(c.Since); err != nil || day.Open() {
			return &userError{http.StatusBadRequest, "bad-day"}
		}
	}
	for _, s := range stages {
		if s == c.Stage && (!c.Foreign || s == intake.Closed) {
			return nil
		}
	}
	return errBadForm
}

// seen is the version of the thread on the page that a form stood on.
func (v *visit) seen() (uint64, error) {
	n, err := strconv.ParseUint(v.form.Get("seen"), 10, 64)
	if err != nil {
		return 0, errBadForm
	}
	return n, nil
}

// assign gives a thread to an officer.
func (d *Desk) assign(v *visit) error {
	seen, err := v.seen()
	if err != nil {
		return err
	}
	to := v.form.Get("officer")
	if o := v.state.Officer(to); to != "" && (o == nil || o.Standing != office.Admitted) {
		return &office.Refused{Code: office.CodeUnknown}
	}
	if err := v.deal(intake.Assign{Thread: v.PathValue("thread"), Seen: seen, Officer: to}); err != nil {
		return err
	}
	v.done("assigned")
	return v.back()
}

// joinThreads joins what one person sent twice to the thread it belongs to.
func (d *Desk) joinThreads(v *visit) error {
	seen, err := v.seen()
	if err != nil {
		return err
	}
	into := v.form.Get("into")
	if err := v.deal(intake.JoinThreads{Thread: v.PathValue("thread"), Seen: seen, Into: into}); err != nil {
		return err
	}
	v.done("joined")
	return v.next(v.href("threads", into))
}

func (d *Desk) partThreads(v *visit) error {
	seen, err := v.seen()
	if err != nil {
		return err
	}
	if err := v.deal(intake.PartThreads{Thread: v.PathValue("thread"), Seen: seen}); err != nil {
		return err
	}
	v.done("parted")
	return v.back()
}

// enterPage is the form for a report that came by phone, on paper or in person.
func (d *Desk) enterPage(v *visit) error {
	v.show(&page{visit: v, Template: "enter", Nav: "enter", Title: v.words.Say("desk.enter.title"), Body: v.state.Current()})
	return nil
}

// enter takes a report that an officer wrote down, sealed in their browser.
func (d *Desk) enter(v *visit) error {
	if !v.streams() || v.ContentLength < 0 {
		return errBadForm
	}
	receipt, err := d.inbox.EnterParcel(v.Context(), v.officer.ID, v.Body, v.ContentLength)
	if err != nil {
		return err
	}
	return v.answer(http.StatusCreated, map[string]string{"receipt": string(receipt)})
}
