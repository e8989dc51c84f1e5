package gate_test

import (
	"testing"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/seal"
	"temwen/told"
)

// Given a case that rests on one report, while nobody has entered what the person
// allows, and when they no longer allow a case, then no letter goes out and nothing
// is published; where it rests on something else as well, a letter goes out that says
// it rests on that alone.
func TestConsent(t *testing.T) {
	w := staffed(t)
	thread := w.report()
	w.assign(thread, "investigator")
	incident, allegation := w.coded(thread)
	docket := must[string](t)(w.cases.Open(w.as("legal"), w.ids["legal"], casework.Opened{Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss"}, 0))
	notice := func(apart bool) error {
		return w.cases.Do(w.as("legal"), w.ids["legal"], docket, 0, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "en", Apart: apart}}, 0)
	}
	publication := func() error {
		return w.cases.Do(w.as("legal"), w.ids["legal"], docket, 0, casework.AskPublication{Fields: []string{"track"}}, 0)
	}
	wants(t, "a letter, while it is unknown", notice(false), casework.CodeUnentered)
	wants(t, "one on nothing, while it is unknown", notice(true), casework.CodeUnentered)
	wants(t, "asking to publish, while it is unknown", publication(), casework.CodeUnentered)
	wants(t, "publishing, while it is unknown", w.cases.Do(w.as("publisher"), w.ids["publisher"], docket, 0, casework.Publish{}, 0), casework.CodeUnentered)

	th := must[*intake.Thread](t)(w.inbox.Thread(w.as("intake"), thread))
	wants(t, "entering it", w.inbox.Do(w.as("intake"), w.ids["intake"], intake.HeedConsent{Thread: thread, Seen: th.Version, Consent: seal.ConsentCase}), "done")
	wants(t, "a letter", notice(false), "done")
	wants(t, "asking to publish, which is more", publication(), casework.CodeConsent)

	th = must[*intake.Thread](t)(w.inbox.Thread(w.as("intake"), thread))
	heed := intake.HeedConsent{Thread: thread, Seen: th.Version, Consent: seal.ConsentRefer}
	wants(t, "heeding, by an auditor", w.inbox.Do(w.as("auditor"), w.ids["auditor"], heed), office.CodeRole)
	wants(t, "heeding", w.inbox.Do(w.as("intake"), w.ids["intake"], heed), "done")
	wants(t, "a letter that is not allowed", notice(false), casework.CodeConsent)
	wants(t, "one on nothing", notice(true), casework.CodeConsent)
	wants(t, "publishing", publication(), casework.CodeConsent)

	i := must[*casework.Incident](t)(w.cases.Incident(w.as("legal"), incident))
	i.Sources = append(i.Sources, casework.Basis{Kind: "source", ID: "a-newspaper", Grade: "B2"})
	wants(t, "another source", w.cases.Revise(w.as("legal"), w.ids["legal"], *i), "done")
	wants(t, "a letter still not allowed", notice(false), casework.CodeConsent)
	wants(t, "one that rests on the other source", notice(true), "done")
	wants(t, "publishing what the other source says", publication(), "done")

	th = must[*intake.Thread](t)(w.inbox.Thread(w.as("intake"), thread))
	wants(t, "heeding again", w.inbox.Do(w.as("intake"), w.ids["intake"], intake.HeedConsent{Thread: thread, Seen: th.Version, Consent: seal.ConsentCase}), "done")
	wants(t, "a letter that is allowed", notice(false), "done")
	wants(t, "stopping, by who may not", w.cases.Do(w.as("investigator"), w.ids["investigator"], docket, 0, casework.Stop{}, 0), office.CodeRole)
}

// TestWhoSeesWhatWasTold: who may see a case sees what it rests on and what was told
// of it; a wall stands before that, too.
func TestWhoSeesWhatWasTold(t *testing.T) {
	w := staffed(t)
	thread := w.report()
	_, allegation := w.coded(thread)
	docket := must[string](t)(w.cases.Open(w.as("legal"), w.ids["legal"], casework.Opened{Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss"}, 0))
	w.allows(thread, seal.ConsentOffice)
	for who, want := range map[string]string{"legal": "done", "auditor": "done", "publisher": "done", "investigator": office.CodeRole, "intake": office.CodeRole} {
		_, err := w.inbox.RestsOf(w.as(who), docket)
		wants(t, "what it rests on, for "+who, err, want)
		_, err = w.inbox.ToldOf(w.as(who), docket)
		wants(t, "what was told, for "+who, err, want)
	}
	for who, want := range map[string]string{"legal": "done", "auditor": "done", "publisher": office.CodeRole, "intake": "done"} {
		_, err := w.inbox.ToldIn(w.as(who), thread)
		wants(t, "what was told in the thread, for "+who, err, want)
	}
	if err := told.Stand(t.Context(), w.in, w.work, docket); err != nil {
		t.Fatal(err)
	}
	affected := func(who string) []*casework.Case {
		return must[[]*casework.Case](t)(w.cases.ByConsent(w.as(who), casework.Consenting{Consent: casework.ConsentAgainst, Limit: 10}))
	}
	if list := affected("auditor"); len(list) != 1 || list[0].ID != docket {
		t.Errorf("the auditor sees that %+v are affected", list)
	}
	if list := affected("investigator"); len(list) != 0 {
		t.Errorf("an investigator sees cases of others")
	}
	if list := must[[]*casework.Case](t)(w.inbox.RestOn(w.as("intake"), thread)); len(list) != 0 {
		t.Errorf("an intake officer sees a case")
	}
	if err := w.cases.Do(w.as("legal"), w.ids["legal"], docket, 0, casework.Wall{Officer: w.ids["publisher"]}, 0); err != nil {
		t.Fatal(err)
	}
	_, err := w.inbox.RestsOf(w.as("publisher"), docket)
	wants(t, "behind the wall", err, casework.CodeWalled)
	if list := affected("publisher"); len(list) != 0 {
		t.Errorf("behind the wall the publisher sees a case")
	}
}

// Given a case that rests on a report, when two officers erase the report, then the case
// says that somebody does not allow it any more.
func TestErasedReportAllowsNothing(t *testing.T) {
	w := staffed(t)
	thread := w.report()
	_, allegation := w.coded(thread)
	w.allows(thread, seal.ConsentCase)
	docket := must[string](t)(w.cases.Open(w.as("legal"), w.ids["legal"], casework.Opened{Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss"}, 0))
	wants(t, "asking", w.inbox.Do(w.as("intake"), w.ids["intake"], intake.AskErasure{Thread: thread, Ground: "asked"}), "done")
	_, err := w.inbox.Erase(w.as("legal"), w.ids["legal"], thread, false)
	wants(t, "erasing", err, "done")
	list := must[[]*casework.Case](t)(w.cases.ByConsent(w.as("legal"), casework.Consenting{Consent: casework.ConsentAgainst, Limit: 10}))
	if len(list) != 1 || list[0].ID != docket {
		t.Errorf("cases in which somebody does not allow it are %+v", list)
	}
}
