package desk

import (
	"temwen/office"
	"temwen/seal"
)

// recoveryBody is what the page of recovery shows.
type recoveryBody struct {
	Recovery *office.Recovery
	// Needed is that this officer lacks the current key, which the shares open.
	Needed bool
	Most   int
}

func (d *Desk) recoveryPage(v *visit) error {
	if !v.secure() {
		return d.home(v)
	}
	_, has := v.state.Current().Wraps[v.officer.ID]
	if shares := v.state.Recovery != nil && !has; !shares && !v.may(office.ShareOutRescue) {
		return &office.Refused{Code: office.CodeRole, Action: office.ShareOutRescue}
	}
	v.show(&page{visit: v, Template: "recovery", Nav: "office", Title: v.words.Say("desk.recovery.title"), Body: &recoveryBody{
		Recovery: v.state.Recovery, Needed: !has, Most: seal.MaxShares,
	}})
	return nil
}

// arrangeRecovery keeps the office's keys wrapped to a recipient whose secret was
// given out in shares, in this officer's browser.
func (d *Desk) arrangeRecovery(v *visit) error {
	var said struct {
		Recipient string
		Need, Of  int
		Proof     binary // SHA-256 of seal.Proof
		Rescues   wraps
	}
	if err := v.read(&said); err != nil {
		return err
	}
	rescues, err := said.Rescues.byEpoch()
	if err != nil {
		return err
	}
	r := office.Recovery{Recipient: said.Recipient, Need: said.Need, Of: said.Of, Proof: said.Proof}
	if err := v.do(office.ArrangeRecovery{Recovery: r, Rescues: rescues}); err != nil {
		return err
	}
	v.done("recovery")
	return v.next(v.href("office", "recovery"))
}

// recover gives this officer the keys that they opened with the shares.
func (d *Desk) recover(v *visit) error {
	if !v.secure() {
		return errNotYet
	}
	var said struct {
		Proof binary
		Wraps wraps
	}
	if err := v.read(&said); err != nil {
		return err
	}
	byEpoch, err := said.Wraps.byEpoch()
	if err != nil {
		return err
	}
	if err := v.do(office.Recover{Proof: said.Proof, Wraps: byEpoch}); err != nil {
		return err
	}
	if err := v.again(); err != nil {
		return err
	}
	v.done("recovered")
	return v.next(v.start())
}
