package desk_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"temwen/casework"
	"temwen/office"
	"temwen/when"
)

// A case, an incident and an allegation are erased by two officers: one asks, the
// second sees what would go and confirms, and a stone stands at the address.
func TestThingsAreErased(t *testing.T) {
	k := withCases(t)
	k.admit(t, "marasa")
	id := k.open(t, "mss-criminal")
	k.act(t, id, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "post", Proof: "RR 4711", By: soon(k, 20), Link: "l", Code: "123456"}})
	k.act(t, id, casework.AskPublication{Fields: []string{"state"}})
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	a, err := k.cases.Allegation(t.Context(), c.Allegations[0])
	if err != nil {
		t.Fatal(err)
	}
	one, two := k.signedIn(t, "lakay"), k.signedIn(t, "marasa")
	events, err := k.cases.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	r, doc := two.submit("/en/cases/"+id+"/publish", "seen", "0", "asked", strconv.FormatUint(events[len(events)-1].Index, 10))
	two.says(r, doc, http.StatusOK)

	r, doc = one.page("/en/cases/" + id + "/erase")
	one.says(r, doc, http.StatusOK, "Erase case 1?", "Incident 1", "4 entries of the record", "1 step, with its clock", "1 letter", "1 link to answer on, which then leads nowhere", "This case is not closed",
		"This is public of the case: the State", "A stone takes its place", "What stays, and why", "entries in the ledger, which nothing opens any more", "Its allegations and their incidents, in no case or in those of other tracks: each is erased by itself: Incident 1",
		"Figures that were published. They are not counted again")
	if has(doc, "button.grave") {
		t.Error("it can be erased, and nobody asked for it")
	}
	for _, early := range []struct{ at, words string }{{"incidents/" + a.Incident, "A case takes this allegation"}, {"allegations/" + a.ID, "A case takes this allegation"}} {
		r, doc = one.page("/en/" + early.at + "/erase")
		one.says(r, doc, http.StatusConflict, early.words, "Erase the case first")
	}
	erase := "a[href$='/incidents/" + a.Incident + "/erase']"
	if _, doc = one.page("/en/incidents/" + a.Incident); has(doc, erase) {
		t.Error("an incident that a case takes is offered to be erased")
	}
	r, doc = one.submit("/en/cases/"+id+"/erasure", "ground", "mood")
	one.says(r, doc, http.StatusBadRequest, "A ground is needed")
	r, doc = one.submit("/en/cases/"+id+"/erasure", "ground", "safety")
	one.says(r, doc, http.StatusOK, "You have asked that it be erased", "lakay asked on", "Why: somebody’s safety", "another officer must do it")
	r, doc = one.page("/en/cases/" + id)
	one.says(r, doc, http.StatusOK, "Erasure asked for: somebody’s safety", "lakay asked on")
	r, doc = one.submit("/en/cases/"+id+"/erase", "seen", "0", "sure", "1")
	one.says(r, doc, http.StatusForbidden, "A second person must do this")

	r, doc = two.page("/en/cases/" + id + "/erase")
	two.says(r, doc, http.StatusOK, "5 entries of the record")
	seen := doc.Find("input[name=seen]").AttrOr("value", "")
	r, doc = two.submit("/en/cases/"+id+"/erase", "seen", seen)
	two.says(r, doc, http.StatusBadRequest, "Nothing was erased")
	k.act(t, id, casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}})
	r, doc = two.submit("/en/cases/"+id+"/erase", "seen", seen, "sure", "1")
	two.says(r, doc, http.StatusConflict, "lakay was faster, and recorded a remedy", "Nothing of yours was done")
	r, doc = two.submit("/en/cases/"+id+"/erase", "seen", "0", "sure", "1")
	two.says(r, doc, http.StatusGone, "Case 1 was erased", "somebody’s safety", "lakay", "marasa", "Its number is not given again", "Nothing is left but that it was there")
	if strings.Contains(doc.Text(), "Kenya") || strings.Contains(doc.Text(), "4711") {
		t.Error("the stone tells what was in the case")
	}
	for _, lang := range []string{"ht", "fr", "es"} {
		r, doc = one.page("/" + lang + "/cases/" + id)
		one.says(r, doc, http.StatusGone, "lakay", "marasa")
	}
	r, doc = one.page("/en/cases?view=closed")
	if one.says(r, doc, http.StatusOK, "Erased: Case 1"); !has(doc, "main a[href$='"+id+"']") {
		t.Error("the list of closed cases does not lead to the stone")
	}
	r, doc = one.submit("/en/cases/"+id+"/assign", "seen", "0", "officer", k.first.id)
	one.says(r, doc, http.StatusGone, "marasa has erased it")
	r, doc = one.submit("/en/cases/"+id+"/erase", "seen", "0", "sure", "1")
	one.says(r, doc, http.StatusGone, "marasa has erased it")
	r, doc = k.answerer(t).page("/answer/en/l")
	if one.says(r, doc, r.StatusCode); r.StatusCode == http.StatusOK && has(doc, "input[type=radio]") {
		t.Error("the link of a notice still leads to the case")
	}

	r, doc = one.page("/en/incidents/" + a.Incident)
	one.says(r, doc, http.StatusOK, "Allegation 1")
	if !has(doc, erase) {
		t.Error("an incident that no case takes is not offered to be erased")
	}
	for _, at := range []string{"/en/allegations/" + a.ID, "/en/incidents/" + a.Incident} {
		r, doc = two.submit(at+"/erasure", "ground", "law")
		two.says(r, doc, http.StatusOK, "You have asked that it be erased")
		r, doc = two.submit(at + "/erasure/drop")
		two.says(r, doc, http.StatusOK, "It is not to be erased any more")
		r, doc = two.submit(at+"/erasure", "ground", "law")
		two.says(r, doc, http.StatusOK)
		r, doc = one.submit(at+"/erase", "seen", "0", "sure", "1")
		one.says(r, doc, http.StatusGone, "1 was erased", "the law")
	}
}

// What was kept as long as the mission's rule says is listed with what would go, and
// nothing where there is no rule; what waits for a second officer is listed in any
// case.
func TestDueCasesAreListed(t *testing.T) {
	k := withCases(t)
	closed, open := k.open(t, "mss-civil"), k.open(t, "mss-criminal")
	k.act(t, closed, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "official", How: "letter", Standard: casework.NotStated}})
	k.act(t, closed, casework.RecordAnswer{Step: 2, Answer: casework.Answer{Answer: "none", How: "letter", Standard: casework.NotStated}})
	k.act(t, closed, casework.RecordAnswer{Step: 3, Answer: casework.Answer{Answer: "told", How: "letter", Standard: casework.NotStated}})
	k.days(t, 400)
	officer := k.signedIn(t, "lakay")
	r, doc := officer.page("/en/due")
	officer.says(r, doc, http.StatusOK, "No rule of how long cases are kept is published for any mission. So none is due.")
	if has(doc, "a[href*=cases]:contains('Case 1')") {
		t.Error("without a rule a case is due")
	}
	k.keep = casework.Keep{Cases: map[string]when.Period{"mss": when.Months(12)}}
	r, doc = officer.submit("/en/cases/"+open+"/erasure", "ground", "kept-long-enough")
	officer.says(r, doc, http.StatusConflict, "This is still needed, so it was not kept long enough", "Take the request back")
	for id, ground := range map[string]string{closed: "kept-long-enough", open: "law"} {
		if err := k.cases.AskErasure(t.Context(), k.first.id, casework.OfCase, id, ground); err != nil {
			t.Fatal(err)
		}
	}
	r, doc = officer.page("/en/due")
	officer.says(r, doc, http.StatusOK, "1 year after the last thing that happened in them", "Case 1", "Asked by lakay", "5 entries of the record", "3 steps, with their clocks; 3 answers",
		"No mission has published how long incidents are kept",
		"Asked for, and waiting for a second officer", "Erase case 2?", "it was kept as long as the rule says")
	if rows := doc.Find("tbody tr").Length(); rows != 1 {
		t.Errorf("%d cases are due", rows)
	}
	if has(doc, "form[method=post][action*=due]") {
		t.Error("something can be erased from the list")
	}
}

// Given casework at an office with roles, when an officer goes to the page of an act
// that their role is refused, then the page is, too.
func TestCasePagesOfWhatIsRefused(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	a, err := k.cases.Allegation(t.Context(), c.Allegations[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"resevwa", "anketa", "legba", "piblik", "odit"} {
		k.admit(t, name)
	}
	k.roles(t, map[string][]office.Role{
		"lakay": {office.LegalOfficer, office.Administrator}, "resevwa": {office.IntakeOfficer}, "anketa": {office.Investigator},
		"legba": {office.LegalOfficer}, "piblik": {office.Publisher}, "odit": {office.Auditor},
	})
	free := k.allegation(t)
	for page, may := range map[string]string{
		"/cases": "anketa legba piblik odit", "/cases/" + id: "legba piblik odit", "/cases/" + id + "/erase": "legba odit",
		"/cases/" + id + "/steps/1/letter": "legba", "/cases/new?allegation=" + free: "anketa legba",
		"/incidents/" + a.Incident: "resevwa anketa legba piblik odit", "/incidents/new": "resevwa anketa legba",
		"/incidents/" + a.Incident + "/revise": "resevwa anketa legba", "/allegations/" + free + "/erase": "resevwa legba odit",
	} {
		for _, name := range []string{"resevwa", "anketa", "legba", "piblik", "odit"} {
			r, doc := k.signedIn(t, name).page("/en" + page)
			allowed := slices.Contains(strings.Fields(may), name)
			if allowed != (r.StatusCode == http.StatusOK) || !allowed && (r.StatusCode != http.StatusForbidden || has(doc, "main form")) {
				t.Errorf("%s sees %s: %d", name, page, r.StatusCode)
			}
			if name == "odit" && strings.HasSuffix(page, "/erase") && has(doc, "main form[method=post]") {
				t.Errorf("the auditor is offered to do something on %s", page)
			}
		}
	}
}
