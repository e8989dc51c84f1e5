package desk

import (
	"net/http"
	"slices"
	"strconv"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
)

// erasedKinds are what can be erased, with the part of the address that it stands
// below, and its name there.
var erasedKinds = []struct {
	kind        casework.Kind
	below, name string
}{
	{casework.OfCase, "cases", "case"},
	{casework.OfIncident, "incidents", "incident"},
	{casework.OfAllegation, "allegations", "allegation"},
}

// erasureRooms are the addresses at which something is erased.
func (d *Desk) erasureRooms() (rooms []room) {
	for _, k := range erasedKinds {
		at := "/" + k.below + "/{" + k.name + "}"
		of := func(a office.Action, serve func(w *work, kind casework.Kind, id string) error) func(*visit) error {
			return d.work(may(a, func(w *work) error { return serve(w, k.kind, w.PathValue(k.name)) }))
		}
		rooms = append(rooms,
			room{"GET", at + "/erase", admitted, of(office.SeeErasures, (*work).erasurePage)},
			room{"POST", at + "/erase", admitted, of(office.EraseForGood, (*work).eraseThing)},
			room{"POST", at + "/erasure", admitted, of(office.AskErasure, (*work).askThingErased)},
			room{"POST", at + "/erasure/drop", admitted, of(office.DropErasure, (*work).dropThingErased)},
		)
	}
	return rooms
}

// erasureBody is what the page shows on which something is erased.
type erasureBody struct {
	Kind    casework.Kind
	At      string // its address, below which the deeds stand
	Back    string // where to look at it
	Would   casework.Erasing
	Asked   *askedErasure // nil where nobody asks for it
	Grounds []option
	Public  []string
	Stays   []string // codes of what is left
	Sealed  string   // how large the sealed files are; empty where there are none
	// Incidents are those that a case leaves behind: their addresses and numbers.
	Incidents []option
	// May are the deeds that the officer may do.
	May map[string]bool
}

// askedErasure is that somebody asks for something to be erased.
type askedErasure struct {
	By, On, Ground string
	Mine           bool
}

// asked is who asks for something to be erased; nil where nobody does.
func (w *work) asked(kind casework.Kind, id string) (*askedErasure, error) {
	a, err := w.cases.Asking(w.Context(), kind, id)
	if err != nil || a == nil {
		return nil, err
	}
	return &askedErasure{w.Name(a.By), w.words.Day(a.On), w.words.Say("desk.ground." + a.Ground), a.By == w.officer.ID}, nil
}

// addresses are where something stands and where it is looked at: an allegation with
// its incident.
func (w *work) addresses(kind casework.Kind, id string) (at, back string, err error) {
	for _, k := range erasedKinds {
		if k.kind == kind {
			at = w.href(k.below, id)
		}
	}
	if kind != casework.OfAllegation {
		return at, at, nil
	}
	a, err := w.cases.Allegation(w.Context(), id)
	return at, w.href("incidents", a.Incident) + "#allegations", err
}

func (w *work) erasurePage(kind casework.Kind, id string) error {
	would, err := w.cases.Erase(w.Context(), w.officer.ID, kind, id, 0, true)
	if err != nil {
		return err
	}
	b := &erasureBody{Kind: kind, Would: would, Grounds: w.worded("desk.ground.", intake.Grounds), Stays: casework.Stays[kind], May: make(map[string]bool)}
	relation := office.Unrelated
	if kind == casework.OfCase {
		c, err := w.docket(office.SeeErasures)
		if err != nil {
			return err
		}
		relation = w.relation(c.Officer, c.Walled)
		if b.Incidents, err = w.incidentsOf(id); err != nil {
			return err
		}
	}
	if would.Bytes > 0 {
		b.Sealed = w.words.Say("erasure.bytes", "size", (&page{visit: w.visit}).Size(would.Bytes))
	}
	for _, f := range would.Public {
		b.Public = append(b.Public, w.words.Say("case.field."+f))
	}
	for _, a := range []office.Action{office.AskErasure, office.DropErasure, office.EraseForGood} {
		b.May[string(a)] = office.May(w.state, w.officer.ID, a, relation)
	}
	if b.Asked, err = w.asked(kind, id); err != nil {
		return err
	}
	if b.At, b.Back, err = w.addresses(kind, id); err != nil {
		return err
	}
	w.show(&page{
		visit: w.visit, Template: "case-erase", Nav: navOf(kind), Body: b,
		Title: w.words.Say("erasure.title."+string(kind), "number", strconv.Itoa(would.Number)),
	})
	return nil
}

// incidentsOf are the incidents that a case is about, of those that the officer may
// see.
func (w *work) incidentsOf(docket string) (list []option, err error) {
	allegations, err := w.cases.Allegations(w.Context(), "", docket)
	if err != nil {
		return nil, err
	}
	for _, a := range allegations {
		href := w.href("incidents", a.Incident)
		if slices.ContainsFunc(list, func(o option) bool { return o.Value == href }) {
			continue
		}
		i, err := w.cases.Incident(w.Context(), a.Incident)
		if err != nil {
			return nil, err
		}
		list = append(list, option{Value: href, Label: w.words.Say("case.incident.title", "number", strconv.Itoa(i.Number))})
	}
	return list, nil
}

func navOf(kind casework.Kind) string {
	if kind == casework.OfCase {
		return "cases"
	}
	return "incidents"
}

func (w *work) askThingErased(kind casework.Kind, id string) error {
	if err := w.cases.AskErasure(w.Context(), w.officer.ID, kind, id, w.form.Get("ground")); err != nil {
		return err
	}
	return w.toErasure(kind, id, "erasure-asked")
}

func (w *work) dropThingErased(kind casework.Kind, id string) error {
	if err := w.cases.DropErasure(w.Context(), w.officer.ID, kind, id); err != nil {
		return err
	}
	return w.toErasure(kind, id, "erasure-dropped")
}

// toErasure goes back to the page on which something is erased, and says what was
// done.
func (w *work) toErasure(kind casework.Kind, id, done string) error {
	at, _, err := w.addresses(kind, id)
	if err != nil {
		return err
	}
	w.done(done)
	return w.next(at + "/erase")
}

// eraseThing destroys something, as the second officer, and shows what is left.
func (w *work) eraseThing(kind casework.Kind, id string) error {
	if w.form.Get("sure") != "1" {
		return &userError{http.StatusBadRequest, "not-sure"}
	}
	seen, err := w.seen()
	if err != nil {
		return err
	}
	at, _, err := w.addresses(kind, id)
	if err != nil {
		return err
	}
	_, err = w.cases.Erase(w.Context(), w.officer.ID, kind, id, seen, false)
	if err := w.erased(err); err != nil {
		return err
	}
	if kind == casework.OfAllegation {
		at += "/erase" // it has no other page
	}
	return w.next(at)
}

// stoneBody is what stands at the address of something that was erased.
type stoneBody struct {
	On, Ground, By, Second string
}

// stone shows what is left of the thing of the address, and reports whether it was
// erased.
func (w *work) stone() (bool, error) {
	for _, k := range erasedKinds {
		id := w.PathValue(k.name)
		if id == "" {
			continue
		}
		s, err := w.cases.Stone(w.Context(), k.kind, id)
		if err != nil || s == nil {
			return false, err
		}
		w.show(&page{
			visit: w.visit, Template: "case-stone", Nav: navOf(k.kind), Status: http.StatusGone,
			Title: w.words.Say("erasure.stone."+string(k.kind), "number", strconv.Itoa(s.Number)),
			Body:  &stoneBody{w.words.Day(s.On), w.words.Say("desk.ground." + s.Ground), w.Name(s.By), w.Name(s.Second)},
		})
		return true, nil
	}
	return false, nil
}
