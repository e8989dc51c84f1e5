package desk_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"temwen/casework"
	"temwen/casework/termstest"
)

// Given an incident that was coded before a newer version of the vocabulary came, when an
// officer opens it, then it reads as it was coded; its form corrects it in those words, and
// another classes it anew, with a reason.
func TestOldIncidentKeepsItsWords(t *testing.T) {
	k := withCases(t)
	id, err := k.cases.Code(t.Context(), k.first.id, casework.Incident{
		Acts: []string{"traffic", "rape"}, Terms: casework.CurrentTerms().Version, Circumstances: []string{"home"},
		Harm:    []casework.Harm{{Kind: "deprived", Sex: "male", Age: "adult", Min: 1, Max: 3}},
		Actors:  []casework.Alleged{{Actor: "mss-force", Confidence: "likely", Share: "led"}},
		Sources: []casework.Basis{{Kind: "source", ID: "unscr-2699", Grade: "B2"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	allegation, err := k.cases.Allege(t.Context(), k.first.id, casework.Allegation{Incident: id, Actor: "mss-force", Act: "rape", Confidence: "likely"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	termstest.Use(t)
	officer := k.signedIn(t, "lakay")
	at := "/en/incidents/" + id

	_, doc := officer.page(at)
	for _, want := range []string{"Road accident", "Rape or sexual assault", "at home", "deprived of property", "2026-1", "the newest is 2099-1", "Class it anew, in the words of 2099-1"} {
		if !strings.Contains(doc.Text(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	_, doc = officer.page(at + "/revise")
	if doc.Find(`[name="terms"]`).AttrOr("value", "") != "2026-1" || doc.Find("#act-traffic[checked]").Length() != 1 || doc.Find("#act-road").Length() != 0 {
		t.Error("the form of an old incident is not in its own words")
	}
	_, doc = officer.page("/en/incidents/new")
	if doc.Find(`[name="terms"]`).AttrOr("value", "") != "2099-1" || doc.Find("#act-road").Length() != 1 || doc.Find("#act-traffic").Length() != 0 {
		t.Error("the form of a new incident is not in the newest words")
	}
	_, doc = officer.page(at + "/reclass")
	for _, want := range []string{"Road accident: now Road traffic (invented)", "now one of Sexual assault (invented), Rape (invented), or several", "at home: no longer a word", "invented, 1 January 2099"} {
		if !strings.Contains(doc.Text(), want) {
			t.Errorf("what became of the words does not say %q:\n%s", want, doc.Find("main").Text())
		}
	}
	if doc.Find("#act-road[checked]").Length() != 1 || doc.Find("#act-rape[checked]").Length() != 0 || doc.Find(`#hk-1 option[selected]`).AttrOr("value", "") != "dispossessed" || doc.Find(`#al-1 option[selected]`).Length() != 0 {
		t.Error("what became one word is not chosen, or what became several is")
	}

	form := url.Values{
		"terms": {"2099-1"}, "seen": {doc.Find(`[name="seen"]`).AttrOr("value", "")}, "acts": {"road", "assault"}, "harm-kind": {"dispossessed"},
		"allegation": {allegation}, "allegation-act": {""}, "ground": {"examined"},
	}
	if r, _ := officer.post(at+"/reclass", form); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without the act of an allegation it is answered with %d", r.StatusCode)
	}
	form.Set("allegation-act", "assault")
	form.Set("ground", "nothing")
	if r, _ := officer.post(at+"/reclass", form); r.StatusCode != http.StatusBadRequest {
		t.Errorf("without a reason it is answered with %d", r.StatusCode)
	}
	form.Set("ground", "examined")
	if r, _ := officer.post(at+"/reclass", form); r.StatusCode != http.StatusOK {
		t.Errorf("it is answered with %d", r.StatusCode)
	}
	is, err := k.cases.Incident(t.Context(), id)
	if err != nil || is.Terms != "2099-1" || !slices.Equal(is.Acts, []string{"road", "assault"}) || is.Harm[0].Kind != "dispossessed" || len(is.Circumstances) != 0 {
		t.Errorf("the incident is %+v (%v)", is, err)
	}
	_, doc = officer.page(at)
	if text := doc.Text(); !strings.Contains(text, "Road traffic (invented)") || strings.Contains(text, "Road accident") || strings.Contains(text, "Class it anew, in") {
		t.Errorf("classed anew, the page says\n%s", doc.Find("main").Text())
	}
	if r, _ := officer.page(at + "/reclass"); r.StatusCode != http.StatusConflict {
		t.Errorf("the form of what is in the newest words is answered with %d", r.StatusCode)
	}
}
