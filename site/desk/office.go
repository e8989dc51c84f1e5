package desk

import (
	"slices"
	"strconv"
	"strings"

	"temwen/office"
)

// officeBody is what the page of the office shows.
type officeBody struct {
	Waiting  []office.Officer // joined, not admitted
	Admitted []office.Officer
	Removed  []office.Officer
	Invites  []office.Invite
	Epochs   []epochRow // newest first
	Recovery *office.Recovery
	// Stale is that a removed officer knows the current key.
	Stale     bool
	Everybody []office.Officer // who gets a new key
	Keyless   []office.Officer // whose role needs the key, which nobody gave them yet
	Deeds     []office.Deed
	Link      string // an invitation's, shown once
}

// epochRow is an epoch and who can open it.
type epochRow struct {
	office.Epoch
	Openers []string // names
}

func (d *Desk) officePage(v *visit) error {
	body := &officeBody{Recovery: v.state.Recovery, Stale: v.state.Stale(), Link: d.sessions.PopString(v.Context(), keyLink)}
	for _, o := range v.state.Officers {
		switch o.Standing {
		case office.Joined:
			body.Waiting = append(body.Waiting, o)
		case office.Admitted:
			body.Admitted = append(body.Admitted, o)
		case office.Removed:
			body.Removed = append(body.Removed, o)
		}
	}
	body.Everybody, body.Keyless = v.state.Holders(), v.state.Keyless()
	if v.may(office.SeeOfficesDeeds) {
		var err error
		if body.Deeds, err = d.deeds(v); err != nil {
			return err
		}
	}
	for _, i := range v.state.Invites {
		if d.options.Now().Before(i.Until) {
			body.Invites = append(body.Invites, i)
		}
	}
	for _, e := range slices.Backward(v.state.Epochs) {
		body.Epochs = append(body.Epochs, epochRow{e, openers(v.state, e)})
	}
	v.show(&page{visit: v, Template: "office", Nav: "office", Title: v.words.Say("desk.office.title"), Body: body})
	return nil
}

// openers are the names of who can open an epoch.
func openers(s *office.State, e office.Epoch) []string {
	var names []string
	for id := range e.Wraps {
		if o := s.Officer(id); o != nil {
			names = append(names, o.Name)
		}
	}
	slices.Sort(names)
	return names
}

// invite makes a link for a new officer.
func (d *Desk) invite(v *visit) error {
	name := strings.TrimSpace(v.form.Get("name"))
	if !office.NameForm.MatchString(name) {
		return &userError{400, "bad-name"}
	}
	token, id := NewLink()
	err := v.do(office.InviteOfficer{Invite: office.Invite{ID: id, Name: name, By: v.officer.ID, Until: d.options.Now().Add(LinkTime)}})
	if err != nil {
		return err
	}
	d.sessions.Put(v.Context(), keyLink, LinkAddress(d.origin.String(), v.lang, token))
	return v.next(v.href("office") + "#link")
}

func (d *Desk) withdrawInvite(v *visit) error {
	if err := v.do(office.WithdrawInvite{ID: v.form.Get("id")}); err != nil {
		return err
	}
	v.done("withdrawn")
	return v.next(v.href("office"))
}

// wraps are age files by the number of an epoch, as a script says them.
type wraps map[string]binary

// byEpoch reads them.
func (w wraps) byEpoch() (map[int][]byte, error) {
	m := make(map[int][]byte, len(w))
	for number, file := range w {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || strconv.Itoa(n) != number {
			return nil, errBadForm
		}
		m[n] = file
	}
	return m, nil
}

// admit gives a newcomer the office's keys, wrapped to them in this officer's
// browser.
func (d *Desk) admit(v *visit) error {
	var said struct {
		Officer string
		Wraps   wraps
	}
	if err := v.read(&said); err != nil {
		return err
	}
	byEpoch, err := said.Wraps.byEpoch()
	if err != nil {
		return err
	}
	if err := v.do(office.Admit{Officer: said.Officer, Wraps: byEpoch}); err != nil {
		return err
	}
	v.done("admitted")
	return v.next(v.href("office"))
}

// removePage asks whether an officer is really to go.
func (d *Desk) removePage(v *visit) error {
	o := v.state.Officer(v.PathValue("officer"))
	if o == nil || o.Standing == office.Removed {
		return errNoPage
	}
	body := &removeBody{Officer: o, Recovery: v.state.Recovery}
	for _, a := range v.state.Holders() {
		if a.ID != o.ID {
			body.Everybody = append(body.Everybody, a)
		}
	}
	v.show(&page{visit: v, Template: "remove", Nav: "office", Title: v.words.Say("desk.remove.title", "name", o.Name), Body: body})
	return nil
}

// removeBody is what the page shows that asks whether an officer is to go.
type removeBody struct {
	*office.Officer
	Recovery  *office.Recovery
	Everybody []office.Officer // who gets the new key
}

// remove ends an officer's work; by a script, with the new key that is then due.
func (d *Desk) remove(v *visit) error {
	c := office.Remove{Officer: v.PathValue("officer")}
	if v.scripted() {
		var said newKey
		if err := v.read(&said); err != nil {
			return err
		}
		e := said.epoch()
		c.Epoch, c.Stolen = &e, said.Stolen
	}
	if err := v.do(c); err != nil {
		return err
	}
	if c.Epoch != nil {
		v.done("removed-rotated")
	} else {
		v.done("removed")
	}
	return v.next(v.href("office") + "#keys")
}

// newKey is a key that was made in an officer's browser, as a script says it.
type newKey struct {
	Number    int
	Recipient string
	Wraps     map[string]binary
	Rescue    binary
	Stolen    bool // the key before
}

func (k *newKey) epoch() office.Epoch {
	e := office.Epoch{Number: k.Number, Recipient: k.Recipient, Wraps: make(map[string][]byte), Rescue: k.Rescue}
	for id, file := range k.Wraps {
		e.Wraps[id] = file
	}
	return e
}

// rotate begins an epoch.
func (d *Desk) rotate(v *visit) error {
	var said newKey
	if err := v.read(&said); err != nil {
		return err
	}
	if err := v.do(office.Rotate{Epoch: said.epoch(), Stolen: said.Stolen}); err != nil {
		return err
	}
	v.done("rotated")
	return v.next(v.href("office") + "#keys")
}

// quiet are the deeds that nobody needs to see in a list: they stand beside
// others, or happen all the time.
var quiet = []string{"key.wrapped", "passkey.used"}

// mostDeeds is how many deeds the page of the office lists.
const mostDeeds = 30

// deeds are what was done at the office last.
func (d *Desk) deeds(v *visit) ([]office.Deed, error) {
	list, err := d.office.Deeds(v.Context(), 0, 2*mostDeeds)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(e office.Deed) bool { return slices.Contains(quiet, e.Type) })
	return list[:min(len(list), mostDeeds)], nil
}
