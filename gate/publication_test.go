package gate_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"temwen/casework"
	"temwen/office"
	"temwen/seal"
)

// asked is a case that rests on a report whose person allows it, of which the legal
// officer asks to publish the track; and the index of that.
func asked(t *testing.T) (w *world, thread, docket string) {
	w = staffed(t)
	thread = w.report()
	w.allows(thread, seal.ConsentPublic)
	_, allegation := w.coded(thread)
	docket = must[string](t)(w.cases.Open(w.as("investigator"), w.ids["investigator"], casework.Opened{
		Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss",
	}, 0))
	wants(t, "asking", w.try("legal", docket, casework.AskPublication{Fields: []string{"track"}}), "done")
	return w, thread, docket
}

// try has an officer do a command on a case.
func (w *world) try(name, docket string, c casework.Command) error {
	return w.cases.Do(w.as(name), w.ids[name], docket, 0, c, 0)
}

// request is the index of what is asked for in a case; 1 where nothing is.
func (w *world) request(docket string) uint64 {
	w.t.Helper()
	c := must[*casework.Case](w.t)(w.work.Case(w.t.Context(), "", docket))
	if c.Asked == nil {
		return 1
	}
	return c.Asked.Index
}

// TestPublicationByRole walks who may ask for what of a case, decide on it, withdraw
// it, and see that it waits.
func TestPublicationByRole(t *testing.T) {
	roles := []string{"intake", "investigator", "investigator2", "legal", "publisher", "auditor"}
	for what, may := range map[string][]string{
		"ask": {"investigator", "legal"}, "publish": {"publisher"}, "withdraw": {"investigator", "legal", "publisher"},
		"ask to retract": {"investigator", "legal"}, "retract": {"publisher"}, "see": {"investigator", "legal", "publisher", "auditor"},
	} {
		w, _, docket := asked(t)
		stands := func() {
			wants(t, "publishing", w.try("publisher", docket, casework.Publish{Asked: w.request(docket)}), "done")
		}
		again := func() {}
		var command func() casework.Command
		switch what {
		case "ask":
			command = func() casework.Command { return casework.AskPublication{Fields: []string{"opened"}} }
		case "publish":
			command = func() casework.Command { return casework.Publish{Asked: w.request(docket)} }
		case "withdraw":
			again = func() {
				wants(t, "asking", w.try("legal", docket, casework.AskPublication{Fields: []string{"track"}}), "done")
			}
			command = func() casework.Command { return casework.WithdrawRequest{Asked: w.request(docket)} }
		case "ask to retract":
			stands()
			command = func() casework.Command { return casework.AskRetraction{Ground: "law"} }
		case "retract":
			stands()
			wants(t, "asking", w.try("legal", docket, casework.AskRetraction{Ground: "law"}), "done")
			command = func() casework.Command { return casework.Retract{Asked: w.request(docket)} }
		}
		for _, name := range roles {
			want := office.CodeRole
			if slices.Contains(may, name) {
				want = "done"
			}
			if what == "see" {
				list, err := w.cases.Requested(w.as(name))
				switch {
				case name == "intake":
					wants(t, "seeing, by intake", err, office.CodeRole)
				case (len(list) == 1) != (want == "done") || err != nil:
					t.Errorf("%s sees that %d wait (%v)", name, len(list), err)
				}
				continue
			}
			again()
			wants(t, fmt.Sprintf("to %s, by %s", what, name), w.try(name, docket, command()), want)
		}
		if what == "see" {
			wants(t, "a wall", w.try("first", docket, casework.Wall{Officer: w.ids["publisher"]}), "done")
			if list, err := w.cases.Requested(w.as("publisher")); err != nil || len(list) != 0 {
				t.Errorf("behind a wall the publisher sees %d (%v)", len(list), err)
			}
			for _, c := range []casework.Command{casework.Publish{Asked: w.request(docket)}, casework.WithdrawRequest{Asked: w.request(docket)}} {
				wants(t, fmt.Sprintf("%T behind a wall", c), w.try("publisher", docket, c), office.CodeWalled)
			}
			if _, err := w.cases.Requested(t.Context()); outcome(err) != office.CodeRole {
				t.Errorf("nobody sees what waits: %v", err)
			}
		}
	}
}

// TestPublicationWithoutConsent: what the person does not allow any more nobody
// publishes, also where it was asked for before; but withdraw it they can.
func TestPublicationWithoutConsent(t *testing.T) {
	for name, take := range map[string]func(w *world, thread string){
		"less is allowed": func(w *world, thread string) { w.allows(thread, seal.ConsentCase) },
		"the report is erased": func(w *world, thread string) {
			w.erased(thread)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, thread, docket := asked(t)
			take(w, thread)
			wants(t, "publishing", w.try("publisher", docket, casework.Publish{Asked: w.request(docket)}), casework.CodeConsent)
			wants(t, "refusing", w.try("publisher", docket, casework.WithdrawRequest{Asked: w.request(docket)}), "done")
		})
	}
}

// TestTwoDecide: of two who decide at once one does it, and the other is told what
// the first did.
func TestTwoDecide(t *testing.T) {
	w, _, docket := asked(t)
	for range 5 {
		request := w.request(docket)
		outcomes := make([]error, 2)
		var both sync.WaitGroup
		both.Go(func() { outcomes[0] = w.try("publisher", docket, casework.WithdrawRequest{Asked: request}) })
		both.Go(func() { outcomes[1] = w.try("legal", docket, casework.WithdrawRequest{Asked: request}) })
		both.Wait()
		if (outcomes[0] == nil) == (outcomes[1] == nil) {
			t.Fatalf("%v", outcomes)
		}
		winner, lost := w.ids["publisher"], outcomes[1]
		if outcomes[1] == nil {
			winner, lost = w.ids["legal"], outcomes[0]
		}
		var refused *casework.Refused
		if !errors.As(lost, &refused) || refused.Code != casework.CodeMoved || refused.By != winner || refused.Did != "publication.withdrawn" {
			t.Errorf("who was slower is told %v", lost)
		}
		wants(t, "asking again", w.try("legal", docket, casework.AskPublication{Fields: []string{"track"}}), "done")
	}
}
