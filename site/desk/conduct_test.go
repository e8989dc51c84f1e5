package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"temwen/casework"
	"temwen/dossier"
	"temwen/locale"
	"temwen/office"
)

// incidents codes some of the support mission's force, and returns their IDs.
func (k *docket) incidents(t testing.TB, n int) (ids []string) {
	t.Helper()
	for range n {
		id, err := k.cases.Code(t.Context(), k.first.id, casework.Incident{
			When: date(t, "2025-03"), Acts: []string{"injury"}, Terms: casework.CurrentTerms().Version,
			Harm:    []casework.Harm{{Kind: "injured", Sex: "male", Age: "adult", Min: 1, Max: 1}},
			Actors:  []casework.Alleged{{Actor: "mss-force", Confidence: "likely", Share: "alone"}},
			Sources: []casework.Basis{{Kind: "source", ID: "unscr-2699", Grade: "B2"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
		if _, err := k.cases.Allege(t.Context(), k.first.id, casework.Allegation{Incident: id, Actor: "mss-force", Act: "injury", Confidence: "likely"}, 0); err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

// inForm are the names and values of the hidden fields of a form, for submit.
func inForm(doc *goquery.Document, action string, more ...string) []string {
	var fields []string
	doc.Find(`form[action$="` + action + `"] input[type=hidden]`).Each(func(_ int, s *goquery.Selection) {
		if name := s.AttrOr("name", ""); name != "token" {
			fields = append(fields, name, s.AttrOr("value", ""))
		}
	})
	return append(fields, more...)
}

// Given a month of work, when one officer asks for the tables and another publishes
// them, then each is shown what waits for whom, and whoever is too late is told what
// the other did; a number that changes is asked a reason.
func TestTablesOfConduct(t *testing.T) {
	k := withCases(t)
	k.admit(t, "marasa")
	ids := k.incidents(t, 12)
	k.pass(65 * 24 * time.Hour)
	one, other := k.signedIn(t, "lakay"), k.signedIn(t, "marasa")
	const at = "/en/conduct/mss"
	first := func(r *http.Response, doc *goquery.Document) func(int, ...string) {
		return func(status int, words ...string) { one.says(r, doc, status, words...) }
	}

	first(one.page("/en/conduct"))(200, "No edition has been published yet")
	r, doc := one.page(at)
	one.says(r, doc, 200, "Next is edition 1, through December 2026", "Alleged perpetrators", "12", "It is the first edition", "told apart by the vocabulary "+casework.CurrentTerms().Version)
	_, otherDoc := other.page(at)
	first(one.submit(at+"/ask", inForm(doc, "/ask")...))(200, "You have asked for it", "marasa")
	first(one.page("/en/conduct"))(200, "lakay asked for edition 1")
	first(other.submit(at+"/ask", inForm(otherDoc, "/ask")...))(409, "lakay was faster, and asked for another edition")

	r, doc = other.page(at)
	other.says(r, doc, 200, "lakay asked for edition 1 on", "cannot be taken back", "as they were asked for")
	asked := inForm(doc, "/publish")
	first(one.submit(at+"/publish", asked...))(403, "You have asked for it yourself")
	first(other.submit(at+"/publish", asked...))(200, "Edition 1, published on", "Next is edition 2", "there is little reason")
	first(one.submit(at+"/publish", asked...))(409, "marasa was faster, and published it")
	first(one.submit(at+"/withdraw", asked...))(409, "marasa was faster, and published it")

	for _, id := range ids[:5] { // told twice
		if err := k.cases.Merge(t.Context(), k.first.id, id, ids[11], 0); err != nil {
			t.Fatal(err)
		}
	}
	r, doc = one.page(at)
	one.says(r, doc, 200, "Alleged perpetrators, at least, Multinational", "The public sees the old number")
	if doc.Find("del").Length() == 0 || doc.Find("ins").Length() == 0 || !has(doc, "#why") {
		t.Error("a revision has no old, no new or no why")
	}
	first(one.submit(at+"/ask", inForm(doc, "/ask", "why", "merged", "because", " ")...))(400, "The reason is missing")
	first(one.submit(at+"/ask", inForm(doc, "/ask", "why", "merged", "because", "Five reports\nwere of another incident.", "digest", "other")...))(409, "not those that you were shown")
	first(one.submit(at+"/ask", inForm(doc, "/ask", "why", "merged", "because", "Five reports\nwere of another incident.")...))(200, "Five reports were of another incident.")
	_, doc = other.page(at)
	asked = inForm(doc, "/publish")
	first(other.submit(at+"/withdraw", asked...))(200, "marasa has withdrawn what lakay asked for")
	first(other.submit(at+"/publish", asked...))(409, "marasa was faster, and withdrew it")

	for _, lang := range locale.Langs {
		for _, page := range []string{"/conduct", "/conduct/mss", "/conduct/gsf"} {
			r, doc := one.page("/" + string(lang) + page)
			one.says(r, doc, 200)
			if text := doc.Text(); strings.Contains(text, "[tables.") || strings.Contains(text, "{") {
				t.Errorf("%s%s has a word that is missing: %s", lang, page, text)
			}
		}
	}
	first(one.page("/en/conduct/nothing"))(404)
	first(one.submit(at+"/ask", "counted", "x"))(400)
	first(one.submit(at+"/publish", "asked", "x"))(400)
}

// Given a published edition, when a State's part in the mission is retracted in the dossier,
// then the page names it, and the edition is not asked for without a word why.
func TestTablesNameWhoIsDropped(t *testing.T) {
	k := withCases(t)
	k.admit(t, "marasa")
	k.incidents(t, 12)
	k.pass(65 * 24 * time.Hour)
	one, other := k.signedIn(t, "lakay"), k.signedIn(t, "marasa")
	const at = "/en/conduct/mss"
	_, doc := one.page(at)
	one.submit(at+"/ask", inForm(doc, "/ask")...)
	_, doc = other.page(at)
	other.submit(at+"/publish", inForm(doc, "/publish")...)

	k.revise(t, func(d *dossier.Dossier) {
		d.Parts = slices.DeleteFunc(d.Parts, func(p *dossier.Part) bool { return p.Mission == "mss" && p.Actor == "jamaica" })
	})
	r, doc := one.page(at)
	one.says(r, doc, 200, "Not counted any more, in any month: Jamaica.", "have it corrected before you ask", "No published number changes.")
	if !has(doc, "#why") || has(doc, "del") {
		t.Error("who is dropped is asked no reason, or a number changed")
	}
	r, doc = one.submit(at+"/ask", inForm(doc, "/ask", "why", "corrected", "because", " ")...)
	one.says(r, doc, 400, "The reason is missing")
	_, doc = one.page(at)
	r, doc = one.submit(at+"/ask", inForm(doc, "/ask", "why", "corrected", "because", "It never took part.")...)
	one.says(r, doc, 200, "It never took part.", "Not counted any more")
	r, doc = other.page(at)
	other.says(r, doc, 200, "Not counted any more, in any month: Jamaica.", "It never took part.")
	r, doc = other.submit(at+"/publish", inForm(doc, "/publish")...)
	other.says(r, doc, 200, "Edition 2, published on")
	if has(doc, "#gone") {
		t.Error("who was dropped before is named for ever")
	}
	k.revise(t, func(*dossier.Dossier) {})
	r, doc = one.page(at)
	one.says(r, doc, 200, "Counted from this edition on, and not before: Jamaica.")
	if has(doc, "#why") {
		t.Error("who comes and changes no number is asked for a reason")
	}
}

// Who sees only the cases assigned to them is shown no tables; who may only look is
// offered no deed.
func TestTablesOfConductByRole(t *testing.T) {
	k := withCases(t)
	for _, name := range []string{"resevwa", "anketa", "legba", "piblik", "odit"} {
		k.admit(t, name)
	}
	k.roles(t, map[string][]office.Role{
		"lakay": {office.LegalOfficer, office.Administrator}, "resevwa": {office.IntakeOfficer}, "anketa": {office.Investigator},
		"legba": {office.LegalOfficer}, "piblik": {office.Publisher}, "odit": {office.Auditor},
	})
	k.incidents(t, 6)
	k.pass(65 * 24 * time.Hour)
	legal := k.signedIn(t, "legba")
	_, doc := legal.page("/en/conduct/mss")
	fields := inForm(doc, "/ask")
	for name, want := range map[string]int{"resevwa": 403, "anketa": 403, "legba": 200, "piblik": 200, "odit": 200} {
		d := k.signedIn(t, name)
		r, doc := d.page("/en/conduct/mss")
		d.says(r, doc, want)
		if got := has(doc, `form[action$="/ask"]`); got != (name == "legba") {
			t.Errorf("%s is offered to ask: %v", name, got)
		}
		if got := has(doc, `.menu a[href$="/conduct"]`); got != (want == 200) {
			t.Errorf("%s has the tables in the menu: %v", name, got)
		}
		if name != "legba" {
			r, doc := d.submit("/en/conduct/mss/ask", fields...)
			d.says(r, doc, 403)
		}
	}
	r, doc := legal.submit("/en/conduct/mss/ask", fields...)
	legal.says(r, doc, 200, "Who may publish: piblik")
	_, doc = k.signedIn(t, "piblik").page("/en/conduct/mss")
	if asked := inForm(doc, "/publish"); len(asked) != 2 || !has(doc, `form[action$="/withdraw"]`) {
		t.Errorf("the publisher is offered %v", asked)
	} else {
		r, doc = legal.submit("/en/conduct/mss/publish", asked...)
		legal.says(r, doc, 403, "publisher")
	}
}
