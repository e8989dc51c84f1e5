package gate_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/when"
)

// docketed is a world with somebody of each role and a case, which the investigator
// has.
func docketed(t *testing.T) (w *world, docket, incident, allegation string) {
	w = staffed(t)
	incident, allegation = w.coded(w.report())
	docket = must[string](t)(w.cases.Open(w.as("investigator"), w.ids["investigator"], casework.Opened{
		Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss",
	}, 0))
	return w, docket, incident, allegation
}

// Erasing a case takes two who may, by their roles of that moment, and a wall stands
// before it.
func TestErasingACaseTakesTwo(t *testing.T) {
	w, docket, incident, allegation := docketed(t)
	ask := func(name string, kind casework.Kind, id string) error {
		return w.cases.AskErasure(w.as(name), w.ids[name], kind, id, "law")
	}
	erase := func(name string, kind casework.Kind, id string, dry bool) error {
		_, err := w.cases.Erase(w.as(name), w.ids[name], kind, id, 0, dry)
		return err
	}
	for _, name := range []string{"intake", "investigator2", "auditor", "publisher"} {
		wants(t, "asking by "+name, ask(name, casework.OfCase, docket), office.CodeRole)
		if name != "auditor" {
			wants(t, "a dry run by "+name, erase(name, casework.OfCase, docket, true), office.CodeRole)
		}
	}
	wants(t, "a dry run by the auditor", erase("auditor", casework.OfCase, docket, true), "done")
	wants(t, "a dry run in another's name", func() error {
		_, err := w.cases.Erase(w.as("auditor"), w.ids["legal"], casework.OfCase, docket, 0, true)
		return err
	}(), office.CodeNotAllow)
	wants(t, "asking by who has it", ask("investigator", casework.OfCase, docket), "done")
	wants(t, "by the same", erase("investigator", casework.OfCase, docket, false), office.CodeRole)
	wants(t, "by the auditor", erase("auditor", casework.OfCase, docket, false), office.CodeRole)
	wants(t, "dropping by the publisher", w.cases.DropErasure(w.as("publisher"), w.ids["publisher"], casework.OfCase, docket), office.CodeRole)
	wants(t, "a wall", w.cases.Do(w.as("first"), w.ids["first"], docket, 0, casework.Wall{Officer: w.ids["legal"]}, 0), "done")
	wants(t, "behind a wall", erase("legal", casework.OfCase, docket, false), casework.CodeWalled)
	wants(t, "an incident behind a wall", ask("legal", casework.OfIncident, incident), office.CodeWalled)
	wants(t, "an allegation behind a wall", ask("legal", casework.OfAllegation, allegation), office.CodeWalled)
	asked := func(name string) int {
		return len(must[[]casework.Asking](t)(w.cases.Askings(w.as(name))))
	}
	if asked("legal") != 0 || asked("first") != 1 || asked("auditor") != 1 || asked("investigator2") != 0 {
		t.Error("who may not see the case sees that somebody asks for its erasure, or who may does not")
	}
	wants(t, "by the second", erase("first", casework.OfCase, docket, false), "done")
	wants(t, "again", erase("first", casework.OfCase, docket, false), casework.CodeErased)
	if s := must[*casework.Stone](t)(w.cases.Stone(w.as("auditor"), casework.OfCase, docket)); s == nil || s.Second != w.ids["first"] {
		t.Errorf("the auditor sees the stone %+v", s)
	}
	_, err := w.cases.Stone(w.as("intake"), casework.OfCase, docket)
	wants(t, "the stone of a case", err, office.CodeRole)
}

// Of two who erase at once one does it, and the other is told by whom.
func TestTwoEraseACase(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"one", "two"} {
		w.hire(name)
	}
	_, allegation := w.coded(w.report())
	docket := must[string](t)(w.cases.Open(w.as("first"), w.ids["first"], casework.Opened{
		Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss",
	}, 0))
	wants(t, "asking", w.cases.AskErasure(w.as("first"), w.ids["first"], casework.OfCase, docket, "safety"), "done")
	outcomes := make([]string, 2)
	var both sync.WaitGroup
	for i, name := range []string{"one", "two"} {
		both.Go(func() {
			_, err := w.cases.Erase(w.as(name), w.ids[name], casework.OfCase, docket, 0, false)
			outcomes[i] = outcome(err)
		})
	}
	both.Wait()
	slices.Sort(outcomes)
	if outcomes[0] != "done" || outcomes[1] != casework.CodeErased {
		t.Errorf("%v", outcomes)
	}
}

// A report on which an open case rests is not due, however long ago it was closed.
func TestDueReportsOfACase(t *testing.T) {
	w := staffed(t)
	needed, free := w.report(), w.report()
	_, allegation := w.coded(needed)
	docket := must[string](t)(w.cases.Open(w.as("first"), w.ids["first"], casework.Opened{
		Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss",
	}, 0))
	for _, id := range []string{needed, free} {
		th := must[*intake.Thread](t)(w.in.Thread(t.Context(), id))
		if err := w.in.Do(t.Context(), w.ids["intake"], intake.SetStage{Thread: id, Seen: th.Version, Stage: intake.Closed}); err != nil {
			t.Fatal(err)
		}
	}
	due := func() (ids []string) {
		t.Helper()
		for _, d := range must[[]intake.Due](t)(w.inbox.Due(w.as("intake"), intake.Keep{Closed: when.Days(30)}, when.Today(noon)+30, intake.Query{})) {
			ids = append(ids, d.ID)
		}
		return ids
	}
	if got := due(); !slices.Equal(got, []string{free}) {
		t.Errorf("due are %v, and should be %v", got, free)
	}
	wants(t, "asking", w.cases.AskErasure(w.as("legal"), w.ids["legal"], casework.OfCase, docket, "law"), "done")
	_, err := w.cases.Erase(w.as("first"), w.ids["first"], casework.OfCase, docket, 0, false)
	wants(t, "erasing", err, "done")
	if got := due(); len(got) != 2 {
		t.Errorf("without the case %v are due", got)
	}
}

// Nothing is due without a rule; with one, an open case is not.
func TestDueCases(t *testing.T) {
	w, _, _, _ := docketed(t)
	due := must[[]casework.Due](t)(w.cases.Due(w.as("first"), casework.Keep{Cases: map[string]when.Period{"mss": when.Days(30)}}, casework.Query{}))
	if len(due) != 0 {
		t.Errorf("%d open cases are due", len(due))
	}
	_, err := w.cases.Due(w.as("auditor"), casework.Keep{}, casework.Query{})
	wants(t, "the auditor", err, "done")
	_, err = w.cases.Due(w.as("intake"), casework.Keep{}, casework.Query{})
	wants(t, "an intake officer, who sees no case", err, "done")
	_, err = w.cases.Due(w.as("publisher"), casework.Keep{}, casework.Query{})
	wants(t, "the publisher", err, office.CodeRole)
	_, err = w.cases.Doomed(w.as("publisher"), casework.Keep{}, casework.Query{})
	wants(t, "what would go, for the publisher", err, office.CodeRole)
	_, err = w.cases.Doomed(context.Background(), casework.Keep{}, casework.Query{})
	wants(t, "what would go, for nobody", err, office.CodeRole)
	_, err = w.inbox.Due(w.as("auditor"), intake.Keep{}, when.Today(noon), intake.Query{})
	wants(t, "reports, for the auditor", err, "done")
}

// Incidents that are due are listed for whoever sees erasures of anything and is kept from
// none of it by a wall.
func TestDueIncidents(t *testing.T) {
	w, docket, _, _ := docketed(t)
	free, _ := w.coded(w.report())
	keep := casework.Keep{Reported: when.Days(30)}
	due := func(name string) string {
		list, err := w.cases.DueIncidents(w.as(name), keep, casework.Query{})
		if err != nil {
			return outcome(err)
		}
		ids := ""
		for _, d := range list {
			ids += d.Incident.ID
		}
		return ids
	}
	w.today += 30
	for name, want := range map[string]string{"first": free, "legal": free, "intake": free, "auditor": free, "investigator": "", "publisher": office.CodeRole} {
		if got := due(name); got != want {
			t.Errorf("for %s due are %q, and should be %q", name, got, want)
		}
	}
	other := w.docket(must[[]casework.Allegation](t)(w.cases.Allegations(w.as("first"), free, ""))[0].ID)
	wants(t, "a wall", w.cases.Do(w.as("first"), w.ids["first"], other, 0, casework.Wall{Officer: w.ids["legal"]}, 0), "done")
	wants(t, "asking", w.cases.AskErasure(w.as("first"), w.ids["first"], casework.OfCase, docket, "law"), "done")
	_, err := w.cases.Erase(w.as("legal"), w.ids["legal"], casework.OfCase, docket, 0, false)
	wants(t, "erasing", err, "done")
	if got := due("legal"); got == free || got == "" {
		t.Errorf("after a case about another was erased %q are due", got)
	}
}

// Who has asked for an erasure, and may not any more, does not count as one of the two:
// they were removed, lost their role, or a wall was put up.
func TestWhoAskedMustStillBeOne(t *testing.T) {
	for name, then := range map[string]func(w *world, docket string){
		"removed": func(w *world, _ string) { w.do(w.ids["first"], office.Remove{Officer: w.ids["investigator"]}) },
		"another role": func(w *world, _ string) {
			w.do(w.ids["first"], office.AssignRoles{Roles: map[string][]office.Role{w.ids["investigator"]: {office.Publisher}}})
		},
		"a wall": func(w *world, docket string) {
			wants(w.t, "a wall", w.cases.Do(w.as("first"), w.ids["first"], docket, 0, casework.Wall{Officer: w.ids["investigator"]}, 0), "done")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, docket, _, _ := docketed(t)
			thread := w.report()
			w.assign(thread, "investigator")
			ask := func(by string) (casework, inbox error) {
				return w.cases.AskErasure(w.as(by), w.ids[by], "case", docket, "law"), w.inbox.Do(w.as(by), w.ids[by], intake.AskErasure{Thread: thread, Ground: "law"})
			}
			erase := func() (casework, inbox error) {
				_, casework = w.cases.Erase(w.as("legal"), w.ids["legal"], "case", docket, 0, false)
				_, inbox = w.inbox.Erase(w.as("legal"), w.ids["legal"], thread, false)
				return casework, inbox
			}
			one, two := ask("investigator")
			wants(t, "asking for the case", one, "done")
			wants(t, "asking for the report", two, "done")
			one, two = ask("first")
			wants(t, "asking for the case again", one, casework.CodeTwice)
			wants(t, "asking for the report again", two, intake.CodeMoved)
			then(w, docket)
			one, two = erase()
			wants(t, "erasing the case", one, casework.CodeAsker)
			if name != "a wall" {
				wants(t, "erasing the report", two, intake.CodeAsker)
			}
			wants(t, "taking it back", w.cases.DropErasure(w.as("first"), w.ids["first"], casework.OfCase, docket), "done")
			if name != "a wall" {
				wants(t, "taking it back", w.inbox.Do(w.as("first"), w.ids["first"], intake.DropErasure{Thread: thread}), "done")
			}
			one, _ = ask("first")
			wants(t, "asking anew", one, "done")
			one, _ = erase()
			wants(t, "erasing the case that was asked for anew", one, "done")
		})
	}
}

// What somebody still needs was not kept long enough, whenever that is found: an open
// case, and the report on which it rests.
func TestNeededIsNotKeptLongEnough(t *testing.T) {
	w := staffed(t)
	thread := w.report()
	_, allegation := w.coded(thread)
	ask := func() error {
		return w.inbox.Do(w.as("first"), w.ids["first"], intake.AskErasure{Thread: thread, Ground: intake.KeptLongEnough})
	}
	wants(t, "asking for an open report", ask(), intake.CodeNeeded)
	th := must[*intake.Thread](t)(w.in.Thread(t.Context(), thread))
	if err := w.in.Do(t.Context(), w.ids["intake"], intake.SetStage{Thread: thread, Seen: th.Version, Stage: intake.Closed}); err != nil {
		t.Fatal(err)
	}
	wants(t, "asking for a closed report", ask(), "done")
	docket := w.docket(allegation)
	_, err := w.inbox.Erase(w.as("legal"), w.ids["legal"], thread, false)
	wants(t, "erasing a report on which a case rests by now", err, intake.CodeNeeded)
	wants(t, "taking it back", w.inbox.Do(w.as("first"), w.ids["first"], intake.DropErasure{Thread: thread}), "done")
	wants(t, "asking for a report on which an open case rests", ask(), intake.CodeNeeded)
	wants(t, "asking for an open case", w.cases.AskErasure(w.as("first"), w.ids["first"], casework.OfCase, docket, intake.KeptLongEnough), casework.CodeNeeded)
	wants(t, "asking on another ground", w.inbox.Do(w.as("first"), w.ids["first"], intake.AskErasure{Thread: thread, Ground: "asked"}), "done")
	_, err = w.inbox.Erase(w.as("legal"), w.ids["legal"], thread, false)
	wants(t, "erasing on another ground", err, "done")
}
