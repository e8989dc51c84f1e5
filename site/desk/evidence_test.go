package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"temwen/casework"
	"temwen/locale"
	"temwen/office"
)

// TestWordsOfEvidence: every code of evidence can be said in every language.
func TestWordsOfEvidence(t *testing.T) {
	for prefix, codes := range map[string][]string{
		"evidence.origin.": casework.Origins, "evidence.made.": casework.Makings, "evidence.why.": casework.Reasons,
		"custody.did.": append(slices.Clone(casework.Acts), "taken", "copy", "copied", "differs"),
	} {
		for _, code := range codes {
			for _, lang := range locale.Langs {
				if !locale.In(lang).Has(prefix + code) {
					t.Errorf("%s has no words for %s%s", lang, prefix, code)
				}
			}
		}
	}
}

// Given an auditor and a publisher, then the auditor sees what is kept and its custody and
// has nothing to open it with, and the publisher does not see that there is any.
func TestWhoSeesEvidence(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	for _, name := range []string{"resevwa", "anketa", "odit", "piblik"} {
		k.admit(t, name)
	}
	k.roles(t, map[string][]office.Role{
		"lakay": {office.LegalOfficer, office.Administrator}, "resevwa": {office.IntakeOfficer}, "anketa": {office.Investigator},
		"piblik": {office.Publisher}, "odit": {office.Auditor},
	})
	a := k.signedIn(t, "odit")
	r, doc := a.page("/en/cases/" + id + "/evidence")
	a.says(r, doc, http.StatusOK, "Nothing is kept in this case yet.")
	if doc.Find("#add-evidence, [data-exhibit]").Length() > 0 {
		t.Error("the auditor is offered to add or open evidence")
	}
	for _, address := range []string{"/items/1/open", "/items/1/label", "/items/1/acts/checked"} {
		if status, said := a.say("/en/cases/"+id+"/evidence"+address, map[string]string{}); status != http.StatusForbidden {
			t.Errorf("%s answers the auditor %d: %v", address, status, said)
		}
	}
	p := k.signedIn(t, "piblik")
	if r, _ := p.page("/en/cases/" + id + "/evidence"); r.StatusCode != http.StatusForbidden {
		t.Errorf("the publisher is answered %d", r.StatusCode)
	}
	if r, doc := p.page("/en/cases/" + id); r.StatusCode != http.StatusOK || strings.Contains(doc.Find("main").Text(), "Evidence") {
		t.Error("the publisher sees that there is evidence")
	}
}
