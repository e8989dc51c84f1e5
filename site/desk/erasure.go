package desk

import (
	"errors"
	"strconv"

	"temwen/intake"
	"temwen/office"
	"temwen/record"
)

// erasing is what the pages show of an erasure: what would go.
type erasing struct {
	Grounds []string
	Would   intake.Erasing
	// Mine says that the officer has asked for it, so that another must do it.
	Mine bool
	// Joined says that it must be parted first.
	Joined bool
}

// toErase fills in what the page of a thread shows of its erasure; nil where the
// officer may not see that.
func (v *visit) toErase(t *intake.Thread) (*erasing, error) {
	if !office.May(v.state, v.officer.ID, office.SeeErasures, relationTo(v, t)) {
		return nil, nil
	}
	e := &erasing{Grounds: intake.Grounds, Mine: t.ErasureBy == v.officer.ID, Joined: t.Into != "" || len(t.Joined) > 0}
	if e.Joined {
		return e, nil
	}
	var err error
	e.Would, err = v.desk.inbox.Erase(v.Context(), v.officer.ID, t.ID, true)
	return e, err
}

// relationTo is what a thread that they see is to the officer: a wall would have
// kept it from them.
func relationTo(v *visit, t *intake.Thread) office.Relation {
	if t.Assigned == v.officer.ID {
		return office.Assigned
	}
	return office.Unrelated
}

// Can reports whether the officer may do an action with the page's thread.
func (b *threadBody) Can(action string) bool {
	return office.May(b.state, b.officer, office.Action(action), b.relation)
}

func (d *Desk) askErasure(v *visit) error {
	if err := v.deal(intake.AskErasure{Thread: v.PathValue("thread"), Ground: v.form.Get("ground")}); err != nil {
		return err
	}
	v.done("erasure-asked")
	return v.back()
}

func (d *Desk) dropErasure(v *visit) error {
	if err := v.deal(intake.DropErasure{Thread: v.PathValue("thread")}); err != nil {
		return err
	}
	v.done("erasure-dropped")
	return v.back()
}

// eraseBody is what the page shows that asks whether a thread is really to go.
type eraseBody struct {
	*intake.Thread
	*erasing
	Stays    []string // codes of what is left
	NeededBy int      // open cases that rest on its report
}

func (d *Desk) erasePage(v *visit) error {
	t, err := v.thread()
	if err != nil {
		return err
	}
	e, err := v.toErase(t)
	switch {
	case err != nil:
		return err
	case e == nil || !office.May(v.state, v.officer.ID, office.EraseForGood, relationTo(v, t)):
		return &office.Refused{Code: office.CodeRole, Action: office.EraseForGood}
	case e.Joined:
		return &intake.Refused{Code: intake.CodeOver}
	case t.ErasureBy == "" || e.Mine:
		return &intake.Refused{Code: intake.CodeFourEyes, By: t.ErasureBy}
	}
	title := v.words.Say("desk.erasure.title", "number", strconv.Itoa(t.Number))
	body := &eraseBody{Thread: t, erasing: e, Stays: intake.Stays}
	if v.desk.options.Casework != nil {
		cases, err := v.desk.inbox.RestOn(v.Context(), t.ID)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if !c.Closed() {
				body.NeededBy++
			}
		}
	}
	v.show(&page{visit: v, Template: "erase", Nav: "inbox", Title: title, Body: body})
	return nil
}

// erase destroys a thread, as the second officer.
func (d *Desk) erase(v *visit) error {
	if v.form.Get("sure") != "1" {
		return &userError{400, "not-sure"}
	}
	_, err := d.inbox.Erase(v.Context(), v.officer.ID, v.PathValue("thread"), false)
	if err := v.erased(err); err != nil {
		return err
	}
	return v.next(v.href("inbox"))
}

// erased says that something was erased, also where some of its bytes stay on the disk
// for a while; any other error it returns.
func (v *visit) erased(err error) error {
	switch {
	case errors.Is(err, record.ErrLingers):
		v.desk.options.Log.Warn("erasing", "error", err)
		v.done("erased-lingers")
	case err != nil:
		return err
	default:
		v.done("erased")
	}
	return nil
}
