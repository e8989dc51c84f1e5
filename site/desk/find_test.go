package desk_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"temwen/casework"
	"temwen/office"
)

// number writes a number into the field of a list and presses the button, as a browser
// would without scripts.
func (d *desker) number(lang, list, number string) (*http.Response, *goquery.Document) {
	d.Helper()
	_, doc := d.page("/" + lang + "/" + list)
	form := doc.Find("form.find")
	if form.Length() != 1 || form.AttrOr("method", "") != "get" {
		d.Fatalf("the list of %s has no field for a number", list)
	}
	return d.page(form.AttrOr("action", "") + "?" + url.Values{form.Find("input").AttrOr("name", ""): {number}}.Encode())
}

// Given a case and its incident, when an officer writes the number that stands on a
// letter, alone or with the words around it, then they are on its page, in each language;
// a number that nothing has, and what is none, is said beside the field.
func TestFoundByNumber(t *testing.T) {
	k := withCases(t)
	k.incidents(t, 3)
	ids := []string{k.open(t, "mss-criminal"), k.open(t, "mss-criminal")}
	list, err := k.cases.Incidents(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	officer := k.signedIn(t, "lakay")
	for lang, none := range map[string]string{"ht": "Pa gen dosye 44", "fr": "Il n’y a pas de dossier 44", "en": "There is no case 44", "es": "No hay ningún caso 44"} {
		for _, written := range []string{"2", " 2 ", "Reference: case 2, step 3", "0002"} {
			r, doc := officer.number(lang, "cases", written)
			officer.says(r, doc, http.StatusOK)
			if want := "/" + lang + "/cases/" + ids[1]; r.Request.URL.Path != want {
				t.Errorf("%q in %s leads to %s, and should to %s", written, lang, r.Request.URL, want)
			}
		}
		r, doc := officer.number(lang, "incidents", strconv.Itoa(list[0].Number))
		officer.says(r, doc, http.StatusOK, strconv.Itoa(list[0].Number))
		if want := "/" + lang + "/incidents/" + list[0].ID; r.Request.URL.Path != want {
			t.Errorf("the incident is at %s, and should be at %s", r.Request.URL, want)
		}
		r, doc = officer.number(lang, "cases", "44")
		officer.says(r, doc, http.StatusNotFound, none)
		if doc.Find("tbody tr").Length() != 2 || doc.Find("#number").AttrOr("value", "") != "44" {
			t.Error("beside what was not found the list is missing, or what was written")
		}
	}
	for _, room := range []string{"cases", "incidents"} {
		for _, written := range []string{"", "forty-four", "0", "-"} {
			r, doc := officer.number("en", room, written)
			officer.says(r, doc, http.StatusUnprocessableEntity, "Write a number, such as 44.")
		}
		r, doc := officer.number("en", room, strings.Repeat("9", 60))
		officer.says(r, doc, http.StatusNotFound, "There is no "+strings.TrimSuffix(room, "s"))
	}
}

// Given a case that an officer is kept from, and one that is another's, when they write
// its number, or its incident's, then they are told, word for word, what they are told of a
// number that nothing has; nor can they merge into it, or add from it.
func TestAWallHidesTheNumber(t *testing.T) {
	k := withCases(t)
	walled := k.open(t, "mss-criminal")
	own := k.open(t, "mss-criminal")
	legal := k.admit(t, "marasa")
	k.admit(t, "loko")
	k.roles(t, map[string][]office.Role{
		"lakay": {office.LegalOfficer, office.Administrator}, "marasa": {office.LegalOfficer, office.IntakeOfficer, office.Publisher}, "loko": {office.Investigator},
	})
	k.act(t, walled, casework.Wall{Officer: legal.id})
	incidents, err := k.cases.Incidents(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	told := func(d *desker, lang, room string, number int) string {
		t.Helper()
		r, doc := d.number(lang, room, strconv.Itoa(number))
		d.says(r, doc, http.StatusNotFound)
		doc.Find("input[name=token]").Remove()
		text, err := doc.Find("body").Html()
		if err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, fmt.Sprintf(`"%d"`, number), `"N"`)
		text = strings.ReplaceAll(text, "number="+strconv.Itoa(number), "number=N")
		return strings.ReplaceAll(text, fmt.Sprintf(" %d ", number), " N ")
	}
	kept, other := k.signedIn(t, "marasa"), k.signedIn(t, "loko")
	for _, lang := range []string{"ht", "fr", "en", "es"} {
		for _, room := range []string{"cases", "incidents"} {
			if has, none := told(kept, lang, room, 1), told(kept, lang, room, 99); has != none {
				t.Errorf("of %s 1 they are told\n%s\nand of one that is not there\n%s", room, has, none)
			}
		}
	}
	if has, none := told(other, "en", "cases", 1), told(other, "en", "cases", 99); has != none {
		t.Errorf("of a case that is another's they are told\n%s\nand of one that is not there\n%s", has, none)
	}
	r, doc := kept.number("en", "cases", "2")
	kept.says(r, doc, http.StatusOK, "Case 2")
	mine := incidents[0].ID // the later one, of the other case
	for _, n := range []string{"1", "99"} {
		r, doc := kept.submit("/en/incidents/"+mine+"/merge", "seen", "0", "number", n)
		kept.says(r, doc, http.StatusNotFound, "Nothing has this number")
		r, doc = kept.submit("/en/cases/"+own+"/add", "seen", "0", "number", n)
		kept.says(r, doc, http.StatusNotFound, "Nothing has this number")
	}
}

// Given a case that was erased, when an officer writes its number, then they are shown the
// stone in its place.
func TestErasedIsFoundByNumber(t *testing.T) {
	k := withCases(t)
	second := k.admit(t, "marasa")
	id := k.open(t, "mss-criminal")
	if err := k.cases.AskErasure(t.Context(), k.first.id, casework.OfCase, id, "law"); err != nil {
		t.Fatal(err)
	}
	if _, err := k.cases.Erase(t.Context(), second.id, casework.OfCase, id, 0, false); err != nil {
		t.Fatal(err)
	}
	officer := k.signedIn(t, "lakay")
	r, doc := officer.number("en", "cases", "1")
	officer.says(r, doc, http.StatusGone, "Case 1")
}

// Given more incidents, and more allegations without a case, than are listed, then the
// pages say so, and the first of them are taken by their number.
func TestTheFirstAreTakenByNumber(t *testing.T) {
	k := withCases(t)
	ids := k.incidents(t, 202)
	docket := k.open(t, "mss-criminal")
	officer := k.signedIn(t, "lakay")
	merge := "/en/incidents/" + ids[201] + "/merge"
	r, doc := officer.page("/en/incidents/" + ids[201])
	officer.says(r, doc, http.StatusOK, "The last 200 incidents are listed")
	if has(doc, `option[value="`+ids[0]+`"]`) {
		t.Fatal("the first is listed, too")
	}
	form := inForm(doc, "/merge", "into", doc.Find("#into option").First().AttrOr("value", ""))
	r, doc = officer.submit(merge, append(form, "number", "one")...)
	officer.says(r, doc, http.StatusUnprocessableEntity, "This is not a number", "such as 44")
	r, doc = officer.submit(merge, append(form, "number", "202")...)
	officer.says(r, doc, http.StatusConflict)
	r, doc = officer.submit(merge, append(form, "number", "1")...)
	officer.says(r, doc, http.StatusOK, "Incident 1")
	if i, err := k.cases.Incident(t.Context(), ids[201]); err != nil || i.Into != ids[0] {
		t.Errorf("it is merged into %+v (%v)", i, err)
	}

	r, doc = officer.page("/en/cases/" + docket)
	officer.says(r, doc, http.StatusOK, "100 allegations are listed")
	r, doc = officer.submit("/en/cases/"+docket+"/add", inForm(doc, "/add", "allegation", doc.Find("#loose option").First().AttrOr("value", ""), "number", "Allegation 3")...)
	officer.says(r, doc, http.StatusOK, "The allegation is in the case")
	about, err := k.cases.Allegations(t.Context(), "", docket)
	if err != nil || len(about) != 2 || about[0].Number != 3 {
		t.Errorf("the case takes %+v (%v)", about, err)
	}

	few := withCases(t)
	some := few.incidents(t, 3)
	officer = few.signedIn(t, "lakay")
	if _, doc := officer.page("/en/incidents/" + some[0]); strings.Contains(doc.Text(), "incidents are listed") || !has(doc, "#into-number") {
		t.Error("a list that is whole is said to be cut, or has no field")
	}
}
